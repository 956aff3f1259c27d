// The attorney's page of a matter, and figures that agree with each other.
import { accessible, choose, expect, test } from '../support/test.mjs';

test('a matter says how the debtor is reached and what moved last', async ({ as }) => {
  const page = await as('attorney');
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/handovers"]').click();
  await page.locator('tbody tr.is-link', { hasText: 'Active' }).first().locator('td').last().click();
  await expect(page.locator('main a[href^="tel:"]').first()).toBeVisible();
  await expect(page.locator('main a[href^="mailto:"]').first()).toBeVisible();
  const moved = page.getByRole('table', { name: 'Last movements' }).locator('tbody tr');
  await expect(moved.first()).toBeVisible();
  expect(await moved.count()).toBeLessThanOrEqual(10);
  // The newest line's balance is what is owed now.
  const owed = await page.locator('dt', { hasText: 'Owed now' }).locator('xpath=following-sibling::dd[1]').innerText();
  await expect(moved.first().locator('td').last()).toHaveText(owed.replace(/^R\s*/, ''));
  await page.locator('section.card', { has: page.getByRole('table', { name: 'Last movements' }) }).getByRole('link', { name: 'Statement' }).click();
  await expect(page).toHaveURL(/\/statements\/[0-9a-f-]{36}$/);
});

test("an attorney's figures are of open matters, on every page the same", async ({ as }) => {
  const page = await as('attorney');
  const tile = (name) => page.locator('main .tile', { hasText: name });
  const open = Number(await tile('Open matters').locator('strong').innerText());
  await expect(tile('Outstanding')).toContainText(`${open} customer`);
  await expect(page.getByText('count the customers of your open matters')).toBeVisible();
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/age-analysis"]').click();
  await expect(page.locator('.page-head')).toContainText(`${open} customers (open matters only)`);
});

test('who was recalled because collecting is not permitted is not handed over again without a word', async ({ as }) => {
  const page = await as('superuser');
  const side = page.getByRole('navigation', { name: 'Main' });
  await side.locator('a[href="/handovers"]').click();
  await page.locator('tbody tr.is-link', { hasText: 'Active' }).first().locator('td').last().click();
  const name = await page.getByRole('heading', { level: 1 }).innerText();
  // Matter · customer · unit · community.
  const [, reference] = (await page.locator('.page-head').innerText()).match(/HO-[\d-]+ · (\S+) ·/);
  await page.getByRole('button', { name: 'Recall', exact: true }).click();
  const why = page.getByRole('dialog').filter({ visible: true });
  await why.getByRole('combobox').selectOption({ label: 'Collection is not permitted (compliance)' });
  await why.getByRole('textbox').fill('Under debt review since 3 November: all steps stopped.');
  await why.getByRole('button', { name: 'Recall', exact: true }).click();
  await expect(page.locator('.pill', { hasText: 'Closed' }).first()).toBeVisible();

  await side.locator('a[href="/statuses"]').click();
  await page.getByRole('searchbox', { name: 'Search customers' }).fill(reference);
  await expect(page.locator('tfoot')).toContainText('Total of 1');
  await page.getByRole('checkbox', { name: `Select ${name}` }).click();
  const bar = page.locator('.statuses-bar');
  await expect(bar).toContainText('Choose a status.');
  await choose(bar.locator('select').first(), /handover|handed over/i);
  await expect(bar).toContainText('Choose an attorney.');
  await choose(bar.getByRole('combobox', { name: /Attorney/ }), /Naidoo|Malherbe/);
  await page.getByRole('button', { name: 'Review and apply' }).click();
  const look = page.getByRole('dialog').filter({ visible: true });
  await expect(look).toContainText('Recalled before: collection was not permitted');
  await expect(look).toContainText('Under debt review since 3 November: all steps stopped.');
  await expect(look.getByRole('link', { name: /HO-/ })).toHaveAttribute('target', '_blank');
  await expect(look.getByRole('button', { name: 'Apply to 0' })).toBeDisabled();
  const apply = look.getByRole('button', { name: 'Apply to 1' });
  await accessible(page, 'look before a second handover');
  await look.getByRole('checkbox').check();
  await apply.click();
  await expect(look).toContainText('1 customer changed');
});

test('figures of the first page lead to lists that hold as many', async ({ as }) => {
  for (const role of ['agent', 'attorney']) {
    const page = await as(role);
    const tile = (name) => page.locator('main a.tile', { hasText: name });
    const home = page.getByRole('navigation', { name: 'Main' }).locator('a[href="/"]');
    const figure = async (link) => Number((await link.locator('strong').innerText()).replace(/\D/g, ''));
    const behind = await figure(tile('In arrears'));
    await tile('In arrears').click();
    await expect(page.locator('.page-head')).toContainText(`${behind} customer`);
    await home.click();
    const news = tile(role === 'attorney' ? 'New since your last sign-in' : 'News from attorneys');
    const fresh = await figure(news);
    await news.click();
    await expect(page.getByText(role === 'attorney' ? 'since your last sign-in.' : 'you have not looked at.')).toBeVisible();
    await expect(page.locator('main')).toContainText(new RegExp(`(^|\\D)${fresh} shown|No matter`));
    await home.click();
    const bars = page.locator('.dashboard-bars a[href*="status="]');
    await expect(bars.first()).toBeVisible();
    const [words, count] = [await bars.first().locator('.dashboard-bar-name').innerText(), Number(await bars.first().locator('.num').innerText())];
    await bars.first().click();
    await expect(page.locator('.page-head'), words).toContainText(`${count} customer`);
  }
});

test('a customer is handed over from the card', async ({ as }) => {
  const page = await as('superuser');
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/accounts"]').click();
  await page.locator('tbody tr.is-link').nth(3).locator('td').last().click();
  const head = page.locator('.accounts-head');
  await head.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Apply a status or hand over' }).click();
  const dialog = page.getByRole('dialog').filter({ visible: true }).first();
  const status = dialog.getByRole('combobox', { name: 'Status' });
  await expect(status.locator('option', { hasText: 'Letter of demand sent' })).toBeAttached();
  await accessible(page, 'a status for one customer');
  await choose(status, /Letter of demand sent/);
  await dialog.getByRole('button', { name: 'Review and apply' }).click();
  await page.getByRole('button', { name: 'Apply to 1' }).click();
  await expect(page.getByRole('dialog').filter({ hasText: '1 customer changed' }).last()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(head).toContainText('Letter of demand sent');
});
