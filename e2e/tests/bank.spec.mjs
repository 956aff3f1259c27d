// Bank statements as people work with them: a file, its matches, confirming in bulk, the journal, undoing, tables.
import { today } from '../support/book.mjs';
import { caller, customer, daysBefore, ledgerCommunity } from '../support/ledger.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

const DAY = today();
const dialogOf = (page) => page.locator('dialog[open]');
const lines = (page) => page.locator('.bank_statements-line');
const money = (text) => new RegExp(text.replaceAll(' ', '\\s').replaceAll('.', '\\.'));

/** An account number nobody else has. */
const number = () => `62${String(Date.now()).slice(-9)}${Math.floor(Math.random() * 900 + 100)}`;

/** An MT940 that adds up: [cents, what the bank says]. */
function mt940(account, movements, { missing = 0 } = {}) {
  const plain = (cents) => `${Math.floor(Math.abs(cents) / 100)},${String(Math.abs(cents) % 100).padStart(2, '0')}`;
  const day = daysBefore(DAY, 1).replaceAll('-', '').slice(2);
  const rows = movements.map(([cents, said], i) => `:61:${day}${day.slice(2)}${cents < 0 ? 'D' : 'C'}${plain(cents)}NTRFNONREF//E${i}\n:86:${said}`);
  const closing = 100_000 + movements.reduce((sum, [cents]) => sum + cents, 0) + missing;
  return [`:20:E2E`, `:25:${account}`, `:28C:1/1`, `:60F:C${day}ZAR1000,00`, ...rows, `:62F:C${day}ZAR${plain(closing)}`, '-', ''].join('\n');
}

const upload = (page, name, text) => page.locator('.drop input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

/** Says to which community a new bank account belongs. */
async function belongs(page, community) {
  const asked = page.locator('.bank_statements-ask');
  await asked.getByRole('combobox', { name: 'Community' }).selectOption({ label: community.name });
  await asked.getByRole('button', { name: 'Take in', exact: true }).click();
}

test('a statement is taken in, matched, confirmed in bulk, seen in the journal, and undone', async ({ as, baseURL }) => {
  test.setTimeout(300_000);
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const anna = await customer(api, community, 'BK1001', 'Anna Dlamini', DAY, { 'BKA-7001': [70, '1000.00'], 'BKA-7002': [40, '600.00'] });
  const ben = await customer(api, community, 'BK1002', 'Ben Fourie', DAY, { 'BKB-7001': [40, '850.00'] });
  const page = await as('superuser');
  await page.goto('/bank-statements');
  const text = mt940(number(), [
    [85_000, 'EFT BK1002 LEVY'],
    [60_000, 'BK1001 invoice BKA-7002'],
    [12_300, 'no idea'],
    [-4_550, 'MONTHLY ACCOUNT FEE'],
  ]);
  await upload(page, 'november.sta', text);
  await belongs(page, community);

  await expect(page).toHaveURL(/\/bank-statements\/[0-9a-f-]{36}/);
  const statement = page.url();
  await expect(lines(page)).toHaveCount(4);
  await expect(page.getByText('Adds up')).toBeVisible();
  const first = lines(page).filter({ hasText: 'EFT BK1002' });
  await expect(first.getByText('Certain')).toBeVisible();
  await expect(first).toContainText('Ben Fourie');
  await expect(first).toContainText('payment reference + amount owed');
  await expect(lines(page).filter({ hasText: 'no idea' })).toContainText('Nobody found');
  await expect(lines(page).filter({ hasText: 'ACCOUNT FEE' })).toContainText('Bank fee');
  const named = lines(page).filter({ hasText: 'invoice BKA-7002' });
  await expect(named.getByRole('link', { name: 'for BKA-7002' })).toBeVisible();
  await accessible(page, 'a bank statement');
  await picture(page, 'bank-statement');

  await page.getByRole('button', { name: 'Confirm 2 certain' }).click();
  await expect(page.getByText('2 posted')).toBeVisible();
  await expect(first.getByText('Confirmed')).toBeVisible();
  expect((await api.get(`/accounts/${ben.id}`)).balance.total.amount).toBe('0.00');
  // The claim that was named is paid, the older one is not.
  const open = (await api.get(`/accounts/${anna.id}/claims?open=true`)).items;
  expect(open.map((c) => c.reference)).toEqual(['BKA-7001']);

  // By hand, with the customer found by typing.
  await lines(page).filter({ hasText: 'no idea' }).getByRole('button', { name: 'Choose' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('searchbox').fill('Fourie');
  await dialog.getByRole('button', { name: /Ben Fourie/ }).click();
  await accessible(page, 'choose a customer');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(lines(page).filter({ hasText: 'no idea' }).getByText('Confirmed')).toBeVisible();

  // The filter is in the address.
  await page.getByRole('button', { name: 'Unmatched', exact: true }).click();
  await expect(lines(page)).toHaveCount(1);
  await expect(page).toHaveURL(/show=unmatched/);
  await page.reload();
  await expect(lines(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Leave out', exact: true }).first().click();
  await dialog.getByRole('combobox', { name: 'Why' }).selectOption({ label: 'Bank fee' });
  await dialog.getByRole('button', { name: 'Leave out' }).click();
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await expect(page.getByText('4 of 4 decided')).toBeVisible();

  // One line back, then all of it.
  await lines(page).filter({ hasText: 'no idea' }).getByRole('button', { name: 'Undo' }).click();
  await dialog.getByLabel('Why').fill('Another Fourie');
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('3 of 4 decided')).toBeVisible();
  await first.getByRole('link', { name: /in the journal of Ben Fourie/ }).click();
  await expect(page).toHaveURL(/tab=journal/);
  const rows = page.locator('.journal-table tbody tr');
  await expect(rows.filter({ hasText: money('850.00') }).first()).toBeVisible();
  await page.goto(statement);
  await page.getByRole('button', { name: 'Undo statement' }).click();
  await dialog.getByLabel('Why').fill('Wrong file');
  await dialog.getByRole('button', { name: 'Undo statement' }).click();
  await expect(page.getByText('Wrong file')).toBeVisible();
  await page.goto(`/accounts/${ben.id}?tab=journal`);
  await expect(rows.first()).toBeVisible();
  await expect(page.locator('.ledger-sums')).toContainText(money('R 850.00'));
  // Invoice, both payments and both reversals: nothing is forgotten.
  await expect(rows).toHaveCount(5);
});

test('what cannot be taken is said plainly, and what is there is not taken twice', async ({ as, baseURL }) => {
  test.setTimeout(200_000);
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  await customer(api, community, 'BK2001', 'Cara Nel', DAY, { 'BKC-7001': [40, '500.00'] });
  const page = await as('superuser');
  await page.goto('/bank-statements');
  await upload(page, 'letter.sta', 'Dear Sir or Madam');
  await expect(page.locator('.files li').filter({ hasText: 'letter.sta' })).toContainText(/no bank statement|no movement|no text and no table|Choose|new/);
  const text = mt940(number(), [[50_000, 'BK2001']], { missing: 1_000 });
  await upload(page, 'short.sta', text);
  await page.locator('.bank_statements-ask').waitFor();
  await belongs(page, community);
  await expect(page).toHaveURL(/\/bank-statements\/[0-9a-f-]{36}/);
  await expect(page.getByText('The statement does not add up')).toBeVisible();
  await accessible(page, 'a statement that does not add up');
  await page.goto('/bank-statements');
  await upload(page, 'again.sta', text);
  await expect(page.getByText('In the book already', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Open the statement' }).click();
  await expect(page.getByText('The statement does not add up')).toBeVisible();
});

test("a bank's table is mapped once and remembered, on a phone as well", async ({ as, baseURL }) => {
  test.setTimeout(200_000);
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  await customer(api, community, 'BK3001', 'Dan Venter', DAY, { 'BKD-7001': [40, '500.00'] });
  const page = await as('superuser');
  const mark = crypto.randomUUID().slice(0, 6);
  const table = (n) => `Posted ${mark};Words;Value\n${daysBefore(DAY, n)};BK3001;${400 + n}.25\n`;
  await page.goto('/bank-statements');
  await upload(page, 'table.csv', table(1));
  await belongs(page, community);
  await expect(page).toHaveURL(/\/bank-files\//);
  await page.getByRole('combobox', { name: /^Value/ }).selectOption({ label: 'Amount, with its sign' });
  await page.getByRole('combobox', { name: new RegExp(`^Posted ${mark}`) }).selectOption({ label: 'Date' });
  await page.getByRole('combobox', { name: /^Words/ }).selectOption({ label: 'Text' });
  await expect(page.getByText(money('401.25')).first()).toBeVisible();
  await accessible(page, 'the columns of a table');
  await picture(page, 'bank-table');
  await page.getByLabel('Keep this mapping as').fill(`Table ${mark}`);
  await page.getByRole('button', { name: 'Take in', exact: true }).click();
  await expect(page).toHaveURL(/\/bank-statements\/[0-9a-f-]{36}/);
  await expect(lines(page)).toHaveCount(1);

  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/bank-statements');
  await upload(page, 'next.csv', table(2));
  await belongs(page, community);
  await expect(page).toHaveURL(/\/bank-files\//);
  await expect(page.getByRole('combobox', { name: 'Saved mapping' })).toHaveValue(/.+/);
  await page.getByRole('button', { name: 'Take in', exact: true }).click();
  await expect(page).toHaveURL(/\/bank-statements\/[0-9a-f-]{36}/);
  await expect(lines(page)).toHaveCount(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});
