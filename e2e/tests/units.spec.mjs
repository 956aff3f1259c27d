// Units: the list by block, its download, and the three panels of a unit's customer.
import { caller, customer, ledgerCommunity } from '../support/ledger.mjs';
import { today } from '../support/book.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

test('banking details are entered, masked, shown to those who may, and the look is in the diary', async ({ as, baseURL }) => {
  test.setTimeout(180_000);
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const account = await customer(api, community, 'U1', 'Thabo Nkosi', today(), { 'INV-A': [40, '1000.00'] });
  const unit = await api.post(`/communities/${community.id}/units`, { code: 'B-7', block: 'Block B' });
  const owned = await api.act(`/units/${unit.id}/owners`, { account_id: account.id, from_on: '2024-01-01' }, 1);
  expect(owned.owner.account_id).toBe(account.id);
  const page = await as('superuser');
  await page.goto(`/units/${unit.id}`);
  await page.getByRole('tabpanel').getByRole('link', { name: 'Thabo Nkosi' }).first().click();
  await expect(page).toHaveURL(/tab=customer/);
  await expect(page.getByText('No bank account is on file.')).toBeVisible();

  await page.getByRole('button', { name: 'Enter banking details' }).click();
  const form = page.getByRole('dialog').filter({ visible: true });
  await form.getByRole('textbox', { name: /^Bank$/ }).fill('First Example Bank');
  await form.getByLabel('Account holder').fill('T Nkosi');
  await form.getByLabel('Account number').fill('GB83 WEST 1234 5698 7654 32');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText('The check digits do not fit')).toBeVisible();
  await accessible(page, 'banking details with a flaw');
  await form.getByLabel('Account number').fill('GB82 WEST 1234 5698 7654 32');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('•••• 5432')).toBeVisible();
  await page.getByRole('button', { name: 'Show in full' }).click();
  await expect(page.getByText('GB82WEST12345698765432')).toBeVisible();

  await page.getByRole('button', { name: 'Enter a debit order' }).click();
  const order = page.getByRole('dialog').filter({ visible: true });
  await order.getByLabel('Collection day').fill('31');
  await order.getByLabel('Collection type').selectOption({ label: 'Monthly charges plus a fixed amount' });
  await order.getByLabel('Amount').fill('500');
  await order.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Day 31 of the month')).toBeVisible();
  await accessible(page, 'customer of a unit');
  await picture(page, 'unit-customer');

  // Not while something collects from it.
  await page.getByRole('button', { name: 'Remove banking details' }).click();
  const confirm = page.getByRole('dialog').filter({ visible: true });
  await confirm.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(confirm.getByText('A debit order still collects from this account', { exact: false })).toBeVisible();
  await confirm.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('tab', { name: 'Communication' }).click();
  await expect(page.getByText('Nothing was sent yet')).toBeVisible();
  await accessible(page, 'communication of a unit');
  await page.getByRole('tab', { name: 'Finances' }).click();
  await expect(page).toHaveURL(/tab=finances/);
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Finances' })).toHaveAttribute('aria-selected', 'true');
  await page.goto(`/accounts/${account.id}?tab=diary`);
  await expect(page.locator('.diary-day .timeline > li').filter({ hasText: 'Bank account number shown in full' })).toHaveCount(1);
});

test('the list narrows to a block and downloads what it shows; a payment starts at the unit', async ({ as }) => {
  const page = await as('manager');
  await page.goto('/units');
  await page.getByRole('button', { name: /All communities/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /Jacaranda/ }).click();
  const rows = page.getByRole('table', { name: 'Units' }).locator('tbody tr');
  await expect(rows.first()).toBeVisible();
  const block = page.getByRole('combobox', { name: 'Block' });
  await block.selectOption({ index: 1 });
  await expect(page).toHaveURL(/block=/);
  const name = await block.inputValue();
  await expect(rows.filter({ hasNotText: name })).toHaveCount(0);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download Excel' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^units-.*\.xlsx$/);
  await rows.first().getByRole('link').first().click();
  await page.getByRole('button', { name: /^Record payment of/ }).click();
  const dialog = page.getByRole('dialog').filter({ visible: true });
  await expect(dialog.getByRole('radio', { name: /unit/i })).toBeChecked();
});

test('an attorney sees the mask and no way to change it', async ({ as }) => {
  const page = await as('attorney');
  await page.goto('/units');
  await page.getByRole('table', { name: 'Units' }).locator('tbody tr .who a[href*="tab=customer"]').first().click();
  await expect(page.getByRole('heading', { name: 'Banking details' })).toBeVisible();
  await expect(page.getByRole('button', { name: /Show in full|banking details/ })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /debit order/ })).toHaveCount(0);
  await accessible(page, 'customer of a unit, as the attorney');
});
