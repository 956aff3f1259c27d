// The units of a community in Excel: downloaded, edited, looked at, written.
import { readFileSync } from 'node:fs';
import { caller, customer, ledgerCommunity } from '../support/ledger.mjs';
import { today } from '../support/book.mjs';
import { readWorkbook } from '../support/workbook.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

const csv = (text) => ({ name: 'units.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

test('units are downloaded, edited, looked at and written', async ({ as, baseURL }, info) => {
  test.setTimeout(180_000);
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const account = await customer(api, community, 'S1', 'Thabo Nkosi', today(), { 'INV-A': [40, '1000.00'] });
  const unit = await api.post(`/communities/${community.id}/units`, { code: 'A-1', block: 'Block A' });
  await api.act(`/units/${unit.id}/owners`, { account_id: account.id, from_on: '2024-01-01' }, 1);
  await api.post(`/communities/${community.id}/units`, { code: '007', block: 'Block A' });

  const page = await as('superuser');
  await page.goto('/units');
  await page.getByRole('link', { name: 'Edit in Excel' }).click();
  await expect(page.getByText('Choose a community first.')).toBeVisible();
  await accessible(page, 'units in Excel');
  await page.getByRole('combobox', { name: 'Community', exact: true }).selectOption({ label: community.name });
  await picture(page, 'unit-sheet');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download workbook' }).click()]);
  const file = info.outputPath(download.suggestedFilename());
  await download.saveAs(file);
  const rows = readWorkbook(file).sheets[0].rows.map((row) => row.map((cell) => cell.value));
  const head = rows.findIndex((row) => row[0] === 'Unit');
  expect(rows[head]).toEqual(['Unit', 'Block', 'Section', 'Type', 'Size', 'Quota %', 'Description', 'Active', 'Customer code', 'Owner', 'E-mails', 'Telephones']);
  expect(rows.slice(head + 1).map((row) => row[0])).toEqual(['007', 'A-1']);

  // As it was: nothing to do.
  const input = page.locator('input[type=file]');
  await input.setInputFiles({ name: 'as-it-was.xlsx', mimeType: 'application/octet-stream', buffer: readFileSync(file) });
  await expect(page.getByText('Everything in this file is in the book already.')).toBeVisible();
  await page.getByRole('button', { name: 'Another file' }).click();

  // Not a sheet at all.
  await input.setInputFiles(csv('Block,Section\nA,1\n'));
  await expect(page.getByRole('alert')).toContainText('No column is called “Unit”');

  // One row to correct, one corrected address, one new unit.
  await input.setInputFiles(csv('Unit,Block,E-mails,Telephones\n7B,Block C,,\nA-1,Block A,"thabo@example.org; t.nkosi@example.org",082 555 0171\n007,Block A,nobody@example.org,\n'));
  const table = page.getByRole('table', { name: 'What would change' });
  await expect(table.locator('tbody tr')).toHaveCount(1);
  await expect(table).toContainText('the unit has no owner to reach');
  const write = page.getByRole('button', { name: 'Write 2 units' });
  await expect(write).toBeDisabled();
  await page.getByRole('button', { name: /To correct/ }).click();
  await expect(table.locator('tbody tr')).toHaveCount(3);
  await expect(table).toContainText('+27 82 555 0171');
  await accessible(page, 'changes of units');
  await picture(page, 'unit-sheet-changes');
  await page.getByRole('checkbox', { name: /^Leave out/ }).check();

  // Somebody is faster: nothing is written over, and the changes are shown anew.
  const now = await api.get(`/units/${unit.id}`);
  await api.put(`/units/${unit.id}`, { code: 'A-1', block: 'Block Z' }, now.version);
  await write.click();
  await expect(page.getByText('Somebody changed the book meanwhile', { exact: false }).first()).toBeVisible();
  await page.getByRole('button', { name: /To correct/ }).click();
  await expect(table).toContainText('Block Z → Block A');
  await page.getByRole('checkbox', { name: /^Leave out/ }).check();
  await write.click();
  await expect(page.getByText('The changes are in the book')).toBeVisible();
  for (const words of ['1 unit added', '1 unit changed', '3 contacts added', '1 row left out']) await expect(page.getByText(words)).toBeVisible();
  await accessible(page, 'units written');
  await picture(page, 'unit-sheet-done');
  const contacts = (await api.get(`/accounts/${account.id}`)).debtors[0].contacts.map((c) => c.value).sort();
  expect(contacts).toEqual(['+27825550171', 't.nkosi@example.org', 'thabo@example.org']);
  await page.goto(`/accounts/${account.id}?tab=diary`);
  await expect(page.locator('.diary-day .timeline > li').filter({ hasText: 'Contact added' })).toHaveCount(3);
});

test('an attorney has no way to the workbook', async ({ as }) => {
  const page = await as('attorney');
  await page.goto('/units');
  await expect(page.getByRole('table', { name: 'Units' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Edit in Excel' })).toHaveCount(0);
  await page.goto('/units/workbook');
  await expect(page.getByText('You may not see this').first()).toBeVisible();
});
