// Cards of open customers: side by side, closed from left and right, and never with somebody's words.
import { caller, customer, ledgerCommunity } from '../support/ledger.mjs';
import { today } from '../support/book.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

async function three(baseURL) {
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const of = (n, name) => customer(api, community, `CARD${n}`, name, today(), {});
  return [await of(1, 'Anna Abel'), await of(2, 'Bongani Buthelezi'), await of(3, 'Chipo Chikowore')];
}

test('cards stand side by side, remember their place and close to the left', async ({ as, baseURL }) => {
  test.setTimeout(180_000);
  const [anna, bongani, chipo] = await three(baseURL);
  const page = await as('superuser');
  const row = page.getByRole('navigation', { name: 'Open customers' });
  const cards = row.getByRole('link');
  const heading = (name) => page.getByRole('heading', { level: 1, name });
  await expect(row).toBeHidden();
  const open = async (account, name, tab = '') => {
    await page.goto(`/accounts/${account.id}${tab}`);
    await expect(heading(name)).toBeVisible();
  };
  await open(anna, 'Anna Abel', '?tab=diary');
  await open(bongani, 'Bongani Buthelezi');
  await open(chipo, 'Chipo Chikowore');
  await open(bongani, 'Bongani Buthelezi');
  // A reload each time, and they stand in the order they were opened.
  await expect(cards).toHaveCount(3);
  await expect(cards.nth(1)).toHaveAttribute('aria-current', 'page');
  await expect(cards.nth(1)).toContainText('CARD2');
  await accessible(page, 'cards');
  await picture(page, 'cards');

  await test.step('arrows move between cards, and a card is as it was left', async () => {
    await cards.nth(1).focus();
    await page.keyboard.press('ArrowLeft');
    await expect(cards.nth(0)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(heading('Anna Abel')).toBeVisible();
    await expect(page).toHaveURL(/tab=diary/);
    await expect(page.getByRole('tab', { name: 'Diary' })).toHaveAttribute('aria-selected', 'true');
  });

  await test.step('closing the first opens the one that becomes first', async () => {
    await page.keyboard.press('Alt+w');
    await expect(heading('Bongani Buthelezi')).toBeVisible();
    await expect(cards).toHaveCount(2);
  });

  await test.step('closing another card stays where one is; closing the right one opens its left neighbour', async () => {
    await cards.nth(1).focus();
    await page.keyboard.press('Enter');
    await expect(heading('Chipo Chikowore')).toBeVisible();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await expect(heading('Bongani Buthelezi')).toBeVisible();
    await expect(cards).toHaveCount(1);
  });

  await test.step('they are on the dashboard too; the last one leads there', async () => {
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await expect(heading(/Good day/)).toBeVisible();
    await expect(row).toBeHidden();
    await open(anna, 'Anna Abel');
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await expect(cards).toHaveCount(1);
    await row.getByRole('button', { name: 'Close Anna Abel' }).click();
    await expect(row).toBeHidden();
    await expect(heading(/Good day/)).toBeVisible();
  });
});

test('unsaved words are asked about before a card closes', async ({ as, baseURL }) => {
  test.setTimeout(180_000);
  const [anna, bongani] = await three(baseURL);
  const page = await as('superuser');
  const cards = page.getByRole('navigation', { name: 'Open customers' }).getByRole('link');
  const ask = page.getByRole('dialog', { name: 'Throw away what you typed?' });
  const close = page.getByRole('button', { name: 'Close', exact: true });
  await page.goto(`/accounts/${anna.id}`);
  await expect(cards).toHaveCount(1);
  await page.goto(`/accounts/${bongani.id}?tab=notes`);
  const note = page.getByRole('textbox', { name: 'Note', exact: true });
  await note.fill('She will call back on Friday');
  await page.locator('main').getByRole('button', { name: 'Close', exact: true }).click();
  await expect(ask).toBeVisible();
  await accessible(page, 'unsaved words');
  await ask.getByRole('button', { name: 'Cancel' }).click();
  await expect(note).toHaveValue('She will call back on Friday');
  await page.keyboard.press('Alt+w');
  await ask.getByRole('button', { name: 'Throw away' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Anna Abel' })).toBeVisible();
  await expect(cards).toHaveCount(1);
  // Thrown away for good, not kept as a draft.
  await page.goto(`/accounts/${bongani.id}?tab=notes`);
  await expect(note).toBeVisible();
  await expect(note).toHaveValue('');
  await expect(close.first()).toBeVisible();
});

test('a link that leads away asks before typed words are lost', async ({ as, baseURL }) => {
  const [anna] = await three(baseURL);
  const page = await as('superuser');
  const ask = page.getByRole('dialog', { name: 'Throw away what you typed?' });
  await page.goto(`/accounts/${anna.id}`);
  await page.getByRole('button', { name: 'Add a contact' }).click();
  const value = page.locator('main').getByLabel('Value');
  await value.fill('082 555 0188');
  const units = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Units', exact: true });
  await units.click();
  await expect(ask).toBeVisible();
  await ask.getByRole('button', { name: 'Cancel' }).click();
  await expect(value).toHaveValue('082 555 0188');
  await units.click();
  await ask.getByRole('button', { name: 'Throw away' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Units' })).toBeVisible();
  // Nothing is at stake any more: links lead on at once.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Documents', exact: true }).click();
  await expect(page).toHaveURL(/\/documents/);
});

test('cards go with the sign-out, and with the permission to see the customer', async ({ as, baseURL }) => {
  const [anna] = await three(baseURL);
  const page = await as('superuser');
  await page.goto(`/accounts/${anna.id}`);
  const cards = page.getByRole('navigation', { name: 'Open customers' }).getByRole('link');
  await expect(cards).toHaveCount(1);
  const kept = () => page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('kept.cards.')));
  const [key] = await kept();
  // A customer that is not there any more.
  await page.evaluate((key) => {
    const cards = JSON.parse(sessionStorage.getItem(key));
    cards.push({ ...cards[0], account: '018f0000-0000-7000-8000-000000000000', name: 'Gone', reference: 'GONE' });
    sessionStorage.setItem(key, JSON.stringify(cards));
  }, key);
  await page.reload();
  await expect(cards).toHaveCount(1);
  await expect(cards).toContainText('Anna Abel');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('sign out');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect(await kept()).toEqual([]);
});
