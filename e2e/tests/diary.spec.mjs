// The diary: what people and the system did to a customer, by day, and narrowed down.
import { caller, customer, ledgerCommunity } from '../support/ledger.mjs';
import { today } from '../support/book.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

const DAY = today();

test('the diary tells what happened, by day, and keeps its filter in the address', async ({ as, baseURL }) => {
  test.setTimeout(180_000);
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const account = await customer(api, community, 'D1', 'Thabo Nkosi', DAY, { 'INV-A': [70, '1000.00'] });
  await api.post(`/accounts/${account.id}/notes`, { body: 'Rang twice, nobody there.' });
  await api.post(`/accounts/${account.id}/payments`, { amount: { amount: '1000.00', currency: 'ZAR' }, received_on: DAY, method: 'eft' });
  const page = await as('superuser');
  await page.goto(`/accounts/${account.id}?tab=diary`);
  const events = page.locator('.diary-day .timeline > li');
  const day = page.locator('.diary-day').first();
  await expect(day.getByRole('heading')).toContainText('Today');
  await expect(events.filter({ hasText: 'Rang twice, nobody there.' })).toBeVisible();
  await expect(events.filter({ hasText: 'Nothing open any more' })).toContainText('INV-A');
  const posted = events.filter({ hasText: 'Posted to the ledger' });
  await expect(posted).toHaveCount(2);
  await accessible(page, 'diary');
  await picture(page, 'diary');

  // Only the notes, and after a reload still.
  await page.getByRole('button', { name: 'Event', exact: true }).click();
  await page.getByRole('checkbox', { name: /^Note/ }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(events).toHaveCount(1);
  await expect(page).toHaveURL(/event=note_added/);
  await page.reload();
  await expect(events).toHaveCount(1);
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(posted).toHaveCount(2);

  // The other way round, and a claim alone.
  await page.getByRole('button', { name: 'Oldest first' }).click();
  await expect(page).toHaveURL(/order=oldest/);
  await expect(events.first()).toContainText('Customer added');
  await page.getByRole('button', { name: 'Claim', exact: true }).click();
  await page.getByRole('checkbox', { name: 'INV-A' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(events.filter({ hasText: 'Rang twice' })).toHaveCount(0);
  await expect(posted).toHaveCount(2);
  // From the diary to the entry and to the claim.
  await posted.last().getByRole('link', { name: /entry/i }).first().click();
  await expect(page).toHaveURL(/tab=journal&q=2/);
  await expect(page.locator('.journal-table tbody tr')).toHaveCount(1);
});
