// Finding a customer: from anywhere by the keyboard, from another customer's page, and by the number that calls.
import { caller, customer, ledgerCommunity } from '../support/ledger.mjs';
import { today } from '../support/book.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

/** Two customers of a community of one's own, the second with a number nobody else has. */
async function two(baseURL) {
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const mark = crypto.randomUUID().slice(0, 6);
  const first = await customer(api, community, `Q${mark}1`, `Quentin Xola${mark}`, today(), { [`CLM-${mark}`]: [70, '1000.00'] });
  const second = await customer(api, community, `Q${mark}2`, `Zinhle Xola${mark}`, today(), {});
  const line = `08255${String(Math.floor(Math.random() * 1e5)).padStart(5, '0')}`;
  await api.post(`/debtors/${second.debtors[0].id}/contacts`, { kind: 'phone', value: line });
  return { api, community, mark, first, second, line };
}

test('a customer is found from anywhere without a mouse', async ({ as, baseURL }) => {
  test.setTimeout(180_000);
  const { mark, first, second, line } = await two(baseURL);
  const page = await as('superuser');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  const options = palette.getByRole('option');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(`xola${mark}`);
  const found = palette.getByRole('group', { name: 'Found in the book' }).getByRole('option');
  await expect(found).toHaveCount(3); // both, and the list of customers
  await expect(palette.getByRole('status')).toHaveText('2 hits');
  await expect(found.first()).toContainText(`Quentin Xola${mark}`);
  await expect(found.first()).toContainText('Delinquent');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await accessible(page, 'palette with hits');
  await picture(page, 'palette');
  await page.keyboard.press('ArrowDown');
  await expect(found.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: `Zinhle Xola${mark}` })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(second.id));

  await test.step('a number in any spelling says that it was the number', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`+27 (0)${line.slice(1, 3)} ${line.slice(3, 6)}-${line.slice(6)}`);
    await expect(found.first()).toContainText(`Phone +27 ${line.slice(1, 3)} ${line.slice(3, 6)} ${line.slice(6)}`);
    await page.keyboard.press('Escape');
  });

  await test.step('a claim leads to the claim, a page to the page, and nothing says so', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`clm-${mark}`);
    await expect(found.first()).toContainText(`Claim CLM-${mark}, Quentin`);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/claims\//);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('age an');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Age analysis' })).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('zzqq nobody');
    await expect(palette.getByRole('status')).toHaveText('Nobody found');
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
  });

  await test.step('a call is matched to another record from a customer’s page', async () => {
    await page.goto(`/accounts/${first.id}`);
    await page.getByRole('button', { name: 'Find customer' }).press('Enter');
    await expect(page.getByRole('combobox', { name: 'Find customer' })).toBeFocused();
    await page.keyboard.type(line.slice(4));
    await expect(options.first()).toContainText(`Zinhle Xola${mark}`);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: `Zinhle Xola${mark}` })).toBeVisible();
  });
});

test('the number that calls opens the card, or the candidates', async ({ as, baseURL }) => {
  test.setTimeout(180_000);
  const { api, mark, first, second, line } = await two(baseURL);
  const page = await as('superuser');
  await page.goto(`/find?number=+27${line.slice(1)}`);
  await expect(page.getByRole('heading', { level: 1, name: `Zinhle Xola${mark}` })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/accounts/${second.id}`));

  await api.post(`/debtors/${first.debtors[0].id}/contacts`, { kind: 'phone', value: line });
  await page.goto(`/find?number=%2B27${line.slice(1)}`);
  const candidates = page.locator('.search-lines li');
  await expect(candidates).toHaveCount(2);
  await accessible(page, 'candidates');
  await picture(page, 'candidates');
  await candidates.filter({ hasText: 'Quentin' }).getByRole('link').press('Enter');
  await expect(page).toHaveURL(new RegExp(`/accounts/${first.id}`));

  await page.goto('/find?number=0829999999999');
  await expect(page.getByRole('heading', { name: 'Nobody found' })).toBeVisible();
});

test('nobody finds what is not theirs', async ({ as, baseURL }) => {
  const { mark } = await two(baseURL);
  const page = await as('attorney');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(`xola${mark}`);
  await expect(page.getByRole('dialog', { name: 'Command palette' }).getByRole('status')).toHaveText('Nobody found');
});
