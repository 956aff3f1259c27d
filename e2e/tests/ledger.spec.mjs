// The ledger as people work with it: payments, the journal, reversals, the second pair of eyes, claims, explained figures.
import { readFileSync } from 'node:fs';
import { today } from '../support/book.mjs';
import { caller, customer, ledgerCommunity } from '../support/ledger.mjs';
import { accessible, choose, expect, picture, test } from '../support/test.mjs';

const DAY = today();

/** The API as an administrator, and a community that nobody else uses; the manager works there as well. */
async function place(baseURL, book) {
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const { first_name, surname, user_type, permission_group_id, communities } = await api.get(`/users/${book.users.manager}`);
  const reach = [...communities.map((c) => c.id), community.id];
  await api.patch(`/users/${book.users.manager}`, { first_name, surname, user_type, permission_group_id, communities: reach });
  return { api, community };
}

const dialogOf = (page) => page.locator('dialog[open]');
const sum = (page, name) => page.locator('.ledger-sums > div', { hasText: name }).locator('dd');
/** `R 1 500.00` whatever the blanks are. */
const money = (text) => new RegExp(text.replaceAll(' ', '\\s').replaceAll('.', '\\.').replaceAll('-', '[-\\u2212]'));
const cents = (text) => Number(text.replaceAll('\u2212', '-').replaceAll(/[^\d.-]/g, '').replace('.', ''));

test('a payment is previewed, recorded, found in the journal, and comes back with a fee', async ({ as, baseURL, book }) => {
  test.setTimeout(300_000);
  const { api, community } = await place(baseURL, book);
  const account = await customer(api, community, 'L1', 'Naledi Botha', DAY, { 'INV-A': [70, '1000.00'], 'INV-B': [10, '800.00'] });
  const page = await as('superuser');
  await page.goto(`/accounts/${account.id}`);
  await page.getByRole('button', { name: 'Record payment' }).first().click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('Amount received').fill('1 200');
  const preview = dialog.getByRole('region', { name: 'What this payment does' });
  await expect(preview).toContainText('INV-A');
  await expect(preview.getByText('Paid in full')).toHaveCount(1);
  await expect(preview).toContainText(money('R 600.00 stays open'));
  await expect(preview.getByRole('row', { name: /Balance/ })).toContainText(money('600.00'));
  await accessible(page, 'record a payment');
  await picture(page, 'record-payment');
  // Only the claim it is meant for, and the preview follows.
  await dialog.getByText('One claim').click();
  const claims = dialog.getByRole('combobox', { name: 'Claim' });
  await choose(claims, /^INV-B/);
  await expect(preview).toContainText('Stays unallocated');
  await expect(preview).not.toContainText('INV-A');
  await dialog.getByText('The account', { exact: true }).click();
  await expect(preview).toContainText('INV-A');
  await dialog.getByLabel('Reference').fill('=SLIP 7');
  await dialog.getByRole('button', { name: 'Record payment' }).click();
  await expect(page.getByText('Payment recorded as entry no. 3')).toBeVisible();
  await expect(page.locator('.accounts-total strong')).toContainText(money('R 600.00'));

  // The journal: everything, then only the payment, then everything again.
  await page.getByRole('tab', { name: 'Journal' }).click();
  await expect(page).toHaveURL(/tab=journal/);
  const rows = page.locator('.journal-table tbody tr');
  await expect(rows).toHaveCount(3);
  await expect(sum(page, 'Balance today')).toContainText(money('R 600.00'));
  await accessible(page, 'journal');
  await picture(page, 'journal');
  await page.getByRole('button', { name: 'Type', exact: true }).click();
  await page.getByRole('checkbox', { name: /^Payment/ }).check();
  await expect(rows, 'nothing is filtered before Filter is pressed').toHaveCount(3);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(/type=payment/);
  await expect(sum(page, 'Credits')).toContainText(money('1 200.00'));
  const file = async (choice) => {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    await page.getByRole('menuitem', { name: choice }).click();
    return readFileSync(await (await coming).path(), 'utf8');
  };
  const these = await file('These entries');
  expect(these.charCodeAt(0), 'a byte order mark').toBe(0xfeff);
  const lines = these.trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(`${DAY},3,payment,`);
  expect(lines[1]).toContain("'=SLIP 7");
  expect(lines[1]).toContain(',1200.00,600.00,ZAR,');
  expect((await file('All entries')).trim().split('\r\n')).toHaveLength(4);
  await page.reload();
  await expect(rows, 'the address keeps the filter').toHaveCount(1);
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(rows).toHaveCount(3);
  await expect(page).not.toHaveURL(/type=payment/);

  // The bank sends it back.
  await page.getByRole('button', { name: 'Entry 3: show everything' }).click();
  const drawer = page.locator('.drawer');
  await expect(drawer).toContainText('What it pays');
  await expect(drawer).toContainText('INV-A');
  await accessible(page, 'an entry');
  await drawer.getByRole('button', { name: 'Reverse…' }).click();
  await dialog.getByLabel('Why').fill('Returned: no funds');
  await dialog.getByText('Charge a fee for it').click();
  await dialog.getByRole('textbox', { name: /^Fee/ }).fill('95');
  await accessible(page, 'reverse an entry');
  await dialog.getByRole('button', { name: 'Reverse', exact: true }).click();
  await expect(page.getByText('Entry 3 was reversed')).toBeVisible();
  await expect(rows).toHaveCount(5);
  // The entry stays open, and leads to what undid it.
  await drawer.getByRole('button', { name: 'reversed by 4' }).click();
  await expect(drawer.getByRole('heading', { name: 'No. 4 · Returned payment' })).toBeVisible();
  await expect(sum(page, 'Balance today')).toContainText(money('R 1 895.00'));
});

test('an adjustment above the limit waits until somebody else approves it', async ({ as, baseURL, book }) => {
  test.setTimeout(300_000);
  const { api, community } = await place(baseURL, book);
  const account = await customer(api, community, 'L2', 'Sipho Kruger', DAY, { 'INV-C': [40, '900.00'] });
  const page = await as('superuser');
  await page.goto(`/accounts/${account.id}?tab=journal`);
  await page.locator('.accounts-head').getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Post entry' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('What it is', { exact: true }).selectOption({ label: 'Adjustment' });
  await dialog.getByLabel('Amount', { exact: false }).first().fill('7500');
  await dialog.getByLabel('Description').fill('Opening correction');
  await expect(dialog).toContainText('This needs a second pair of eyes');
  await dialog.getByRole('button', { name: 'Ask for approval' }).click();
  await expect(dialog.getByText('Fill this in'), 'an adjustment has a reason').toBeVisible();
  await accessible(page, 'post an entry');
  await picture(page, 'post-entry');
  await dialog.getByLabel('Why').fill('Taken over from the old books');
  await dialog.getByRole('button', { name: 'Ask for approval' }).click();
  await expect(dialog).toContainText('Waiting for approval');
  await dialog.getByRole('link', { name: 'See what waits' }).click();
  await expect(page).toHaveURL(/\/approvals/);
  await page.getByRole('row', { name: /Sipho Kruger/ }).getByRole('button').click();
  await expect(page.locator('.drawer')).toContainText('You asked for this yourself');
  await expect(page.getByRole('button', { name: 'Approve and post' })).toHaveCount(0);
  await accessible(page, 'approvals');
  await picture(page, 'approvals');

  const second = await as('manager');
  await second.getByRole('navigation', { name: 'Main' }).locator('a[href="/approvals"]').click();
  await second.getByRole('row', { name: /Sipho Kruger/ }).getByRole('button').click();
  await expect(second.locator('.drawer')).toContainText(money('8 400.00'));
  await second.getByRole('button', { name: 'Approve and post' }).click();
  await expect(second.locator('.drawer .pill', { hasText: 'Approved' })).toBeVisible();
  await page.goto(`/accounts/${account.id}?tab=journal`);
  await expect(sum(page, 'Balance today')).toContainText(money('R 8 400.00'));
  await expect(page.locator('.journal-table tbody tr').first()).toContainText('Taken over from the old books');
  await page.getByRole('button', { name: 'Entry 2: show everything' }).click();
  await expect(page.locator('.drawer')).toContainText('Anton Brink');
});

test('money that stands against nothing is allocated by suggestion and by hand', async ({ as, baseURL, book }) => {
  test.setTimeout(300_000);
  const { api, community } = await place(baseURL, book);
  const one = await customer(api, community, 'L3', 'Zodwa Adams', DAY, { 'INV-D': [50, '640.00'], 'INV-E': [20, '640.01'] });
  const two = await customer(api, community, 'L4', 'Zola Barnard', DAY, { 'INV-F': [50, '300.00'] });
  const leave = (account, amount, reference) => api.post(`/accounts/${account.id}/payments`, { amount: { amount, currency: 'ZAR' }, received_on: DAY, method: 'eft', reference, allocation: { to: 'leave' } });
  await leave(one, '640.01', 'thanks');
  await leave(two, '250.00', 'INV-F');
  const page = await as('superuser');
  await page.goto('/unallocated');
  await page.getByRole('searchbox', { name: 'Find a customer' }).fill('Zo');
  const row = (name) => page.locator('tbody tr', { hasText: name });
  await expect(row('Zodwa Adams')).toContainText('Exactly this amount is open');
  await expect(row('Zodwa Adams')).toContainText('INV-E');
  await expect(row('Zola Barnard')).toContainText('The reference names it');
  await accessible(page, 'unallocated money');
  await picture(page, 'unallocated');
  await row('Zodwa Adams').getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByText(/of Zodwa Adams allocated/)).toBeVisible();
  await expect(row('Zodwa Adams')).toHaveCount(0);
  await row('Zola Barnard').getByRole('button', { name: 'By hand…' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('textbox', { name: /Amount for entry/ }).fill('900');
  await expect(dialog.getByRole('button', { name: 'Set against these' }), 'more than there is').toBeDisabled();
  await dialog.getByRole('textbox', { name: /Amount for entry/ }).fill('100');
  await expect(dialog).toContainText(money('R 150.00 of it not given to any entry'));
  await dialog.getByLabel('Why').fill('As the customer said');
  await accessible(page, 'what money pays');
  await dialog.getByRole('button', { name: 'Set against these' }).click();
  await expect(row('Zola Barnard')).toContainText(money('R 150.00'));
  await row('Zola Barnard').getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Accept suggestions' }).click();
  await expect(row('Zola Barnard')).toHaveCount(0);
  await expect((await api.get(`/accounts/${two.id}/explanation?figure=balance`)).entries).toHaveLength(1);
});

test('a claim is resolved and opened again, and its customer has products', async ({ as, baseURL, book }) => {
  test.setTimeout(300_000);
  const { api, community } = await place(baseURL, book);
  const account = await customer(api, community, 'L5', 'Pieter Dube', DAY, { 'INV-G': [95, '450.00'], 'INV-H': [5, '450.00'] });
  const page = await as('superuser');
  await page.goto(`/accounts/${account.id}?tab=claims`);
  await page.getByRole('button', { name: 'Add product' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('Name').fill('Monthly levy');
  await dialog.getByLabel('Reference').fill('LEVY-1');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Monthly levy was saved')).toBeVisible();
  await accessible(page, 'claims');
  await picture(page, 'claims');
  await page.getByRole('link', { name: 'INV-G' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Claim INV-G' })).toBeVisible();
  await expect(page.getByText('95 days overdue')).toBeVisible();
  await page.getByRole('button', { name: 'Resolve' }).click();
  await dialog.getByLabel('It ends as').selectOption({ label: 'Prescribed' });
  await dialog.getByLabel('Why').fill('More than three years old');
  await accessible(page, 'resolve a claim');
  await dialog.getByRole('button', { name: 'Resolve' }).click();
  await expect(page.getByText('The claim is resolved')).toBeVisible();
  await expect(page.locator('.page-head .pill', { hasText: 'Prescribed' })).toBeVisible();
  await expect(sum(page, 'Open')).toContainText(money('R 0.00'));
  await page.getByRole('button', { name: 'Re-open' }).click();
  await dialog.getByLabel('Why').fill('The debtor acknowledged it');
  await dialog.getByRole('button', { name: 'Re-open' }).click();
  await expect(page.getByText('The claim is open again')).toBeVisible();
  await expect(sum(page, 'Open')).toContainText(money('R 450.00'));
  await expect(page.locator('.timeline')).toContainText('The debtor acknowledged it');
  await page.getByRole('button', { name: 'Relate' }).click();
  await choose(dialog.getByLabel('The other claim'), /^INV-H/);
  await dialog.getByRole('button', { name: 'Relate' }).click();
  await expect(page.getByText('The claims are related')).toBeVisible();
  await accessible(page, 'a claim');
  await picture(page, 'claim');
  await page.getByRole('link', { name: 'INV-H' }).click();
  await expect(page.getByText('replaced by')).toBeVisible();
});

test('a figure adds up from its entries, to the cent', async ({ as, baseURL, book }) => {
  test.setTimeout(300_000);
  const { api, community } = await place(baseURL, book);
  const account = await customer(api, community, 'L6', 'Thabo Venter', DAY, { 'INV-I': [120, '310.55'], 'INV-J': [110, '99.45'], 'INV-K': [3, '70.00'] });
  await api.post(`/accounts/${account.id}/payments`, { amount: { amount: '350.00', currency: 'ZAR' }, received_on: DAY, method: 'cash' });
  const page = await as('superuser');
  await page.goto(`/accounts/${account.id}`);
  await page.getByRole('button', { name: /^120\+ days: / }).click();
  const drawer = page.locator('.drawer');
  await expect(drawer).toContainText('This adds up to');
  await expect(drawer.locator('.journal-explained > li')).toHaveCount(1);
  await expect(drawer).toContainText('Allocated');
  const shown = cents(await drawer.locator('.balance strong').innerText());
  expect(shown).toBe(6_000);
  await accessible(page, 'an explained figure');
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await page.getByRole('button', { name: /^Balance: / }).click();
  await expect(drawer.locator('.journal-explained > li')).toHaveCount(2);
  const open = await drawer.locator('.journal-open b').allInnerTexts();
  expect(open.map(cents).reduce((a, b) => a + b, 0)).toBe(13_000);
  await picture(page, 'explained');
});

test('a form says what it holds, forgets what was mended, and throws nothing away unasked', async ({ as, baseURL, book }) => {
  test.setTimeout(180_000);
  const { api, community } = await place(baseURL, book);
  const account = await customer(api, community, 'L9', 'Palesa Form', DAY, { 'INV-F': [40, '500.00'] });
  const page = await as('superuser');
  await page.goto(`/accounts/${account.id}`);
  await page.getByRole('button', { name: 'Record payment' }).first().click();
  const dialog = dialogOf(page);
  const amount = dialog.getByLabel('Amount received');
  await expect(amount, 'work begins in the first field').toBeFocused();
  await amount.fill('0');
  await dialog.getByRole('button', { name: 'Record payment' }).click();
  await expect(amount).toHaveAttribute('aria-invalid', 'true');
  await amount.fill('500');
  await expect(amount, 'a mended field is not wrong any more').not.toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.locator('.problem-note')).toHaveCount(0);
  const day = dialog.getByLabel('Received on');
  await day.fill('2099-01-01');
  await expect(day).toHaveAttribute('aria-invalid', 'true');
  await day.fill(DAY);
  await expect(day).not.toHaveAttribute('aria-invalid', 'true');
  const reference = dialog.getByLabel('Reference');
  await reference.fill('x'.repeat(95));
  await expect(dialog).toContainText('5 characters left');
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('alert')).toContainText('Throw away what you typed?');
  await accessible(page, 'asked before typing is thrown away');
  await dialog.getByRole('button', { name: 'Keep editing' }).click();
  await expect(amount).toHaveValue('500');
  await dialog.getByText('Nothing in particular').click();
  await expect(dialog.getByRole('region', { name: 'What this payment does' })).toContainText('Stays unallocated');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.getByRole('button', { name: 'Throw away' }).click();
  await expect(dialog).toHaveCount(0);
  // A reference of their own, for payments; and when somebody counts as delinquent.
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.locator('section.card', { hasText: 'Payment reference' }).getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Payment reference').fill('PAY-L9');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('section.card', { hasText: 'Payment reference' })).toContainText('PAY-L9');
  await expect(page.getByText(/^Delinquent, \d+ days?$/)).toBeVisible();
  await page.goto(`/communities/${community.id}`);
  const rule = page.locator('section.card', { hasText: 'When somebody is delinquent' });
  await rule.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByLabel('Do not count an open item of up to').fill('500');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(rule).toContainText(money('When more than R 500.00'));
  await page.goto(`/accounts/${account.id}`);
  await expect(page.locator('.accounts-name')).toContainText('Current');
});

test('an attorney reads journal, claims and figures and changes nothing; a trustee sees none of it', async ({ as, book }) => {
  test.setTimeout(300_000);
  const page = await as('attorney');
  await page.goto(`/accounts/${book.ids.attorney.own.account_id}?tab=journal`);
  await expect(page.locator('.journal-table tbody tr').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Record payment' })).toHaveCount(0);
  const actions = page.locator('.accounts-head').getByRole('button', { name: 'Actions' });
  if (await actions.count() > 0) {
    await actions.click();
    await expect(page.getByRole('menuitem').first()).toBeVisible();
    await expect(page.getByRole('menuitem', { name: 'Post entry' })).toHaveCount(0);
    await page.keyboard.press('Escape');
  }
  await page.locator('.journal-table tbody tr').first().locator('td').nth(7).click();
  await expect(page.locator('.drawer')).toContainText('Posted by');
  await expect(page.locator('.drawer').getByRole('button', { name: 'Reverse…' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Claims' }).click();
  await expect(page.getByRole('button', { name: 'Add product' })).toHaveCount(0);
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await page.locator('tbody tr.is-link').first().locator('a').click();
  await expect(page.getByRole('heading', { level: 1, name: /^Claim / })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Resolve' })).toHaveCount(0);
  await accessible(page, "an attorney's claim");
  const side = page.getByRole('navigation', { name: 'Main' });
  await expect(side.locator('a[href="/approvals"], a[href="/unallocated"]')).toHaveCount(0);
  await page.goto('/unallocated');
  await expect(page.getByText('You may not see this')).toBeVisible();
  const trustee = await as('trustee');
  await trustee.goto('/approvals');
  await expect(trustee.getByText('You may not see this')).toBeVisible();
});
