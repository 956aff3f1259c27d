// The age analysis as a tool: keyboard, filters in the address, past dates, a server that fails, no rows.
import { accessible, expect, test } from '../support/test.mjs';

test('arrows move, Enter opens the movements, Escape closes them', async ({ as }) => {
  const page = await as('agent');
  await page.goto('/age-analysis');
  const grid = page.getByRole('grid', { name: 'Age analysis' });
  await expect(grid.getByRole('row').nth(2)).toBeVisible();
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const drawer = page.locator('.drawer');
  await expect(drawer.getByRole('heading').first()).toBeVisible();
  const name = await drawer.getByRole('heading').first().textContent();
  await expect(grid.locator('tr.open')).toContainText(name);
  await expect(drawer.getByText('Closing balance').or(drawer.getByText(/Balance as at/)).first()).toBeVisible();
  await accessible(page, 'movements');
  await grid.focus();
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
});

test('what is filtered stands in the address and comes back with it', async ({ as }) => {
  const page = await as('agent');
  await page.goto('/age-analysis');
  await page.getByRole('searchbox', { name: 'Search customers' }).fill('JAC00');
  await page.getByLabel('Hide zero').check();
  await page.getByRole('button', { name: /^Debt status|^Statuses/ }).click();
  await page.getByRole('checkbox', { name: 'No status' }).check();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/q=JAC00/);
  await expect(page).toHaveURL(/hide_zero=true/);
  await expect(page).toHaveURL(/status=none/);
  const subtitle = page.locator('.page-head p').first();
  await expect(subtitle).toContainText(/customer/);
  const before = await subtitle.textContent();
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Search customers' })).toHaveValue('JAC00');
  await expect(page.getByLabel('Hide zero')).toBeChecked();
  await expect(subtitle).toHaveText(before);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page).not.toHaveURL(/JAC00/);
});

test('a past date shows the balances of that day and says so', async ({ as }) => {
  const page = await as('agent');
  await page.goto('/age-analysis');
  const total = page.locator('.ageing-total strong');
  await expect(total).toBeVisible();
  const now = await total.textContent();
  await page.getByLabel('As at').fill('2026-03-31');
  await page.getByLabel('As at').blur();
  await expect(page.getByText(/Balances of 31.Mar.*Statuses, flags and notes are today/)).toBeVisible();
  await expect(total).not.toHaveText(now);
  await expect(page).toHaveURL(/as_at=2026-03-31/);
});

test('Space ticks, Shift ticks a range, Ctrl+A all of the filter', async ({ as }) => {
  const page = await as('manager');
  await page.goto('/statuses');
  const grid = page.getByRole('grid');
  await expect(grid.getByRole('row').nth(6)).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('1 customer selected')).toBeVisible();
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Space');
  await expect(page.getByText('5 customers selected')).toBeVisible();
  await page.keyboard.press('Control+a');
  const all = (await page.locator('tfoot td', { hasText: 'Total of' }).textContent()).match(/Total of (\d+)/)[1];
  await expect(page.getByText(`${all} customers selected`)).toBeVisible();
  await page.getByLabel('Hide zero').check();
  await expect(page.getByText('Tick the customers to change')).toBeVisible();
});

test('a search without a hit says so and offers the way back', async ({ as }) => {
  const page = await as('agent');
  await page.goto('/age-analysis?q=zzzzqqqq');
  await expect(page.getByText('Nothing matches these filters')).toBeVisible();
  await accessible(page, 'no rows');
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByRole('grid').getByRole('row').nth(3)).toBeVisible();
});

test('when the server cannot be reached the page says so and tries again', async ({ as, faults }) => {
  const page = await as('agent');
  let broken = true;
  await page.route('**/api/v1/age-analysis**', (route) => (broken ? route.abort() : route.continue()));
  await page.goto('/age-analysis');
  const retry = page.getByRole('button', { name: 'Try again' }).first();
  await expect(retry).toBeVisible();
  await accessible(page, 'server not reached');
  broken = false;
  await retry.click();
  await expect(page.getByRole('grid').getByRole('row').nth(3)).toBeVisible();
  faults.length = 0; // The browser reports the aborted calls.
});

test('without the permission a page says what is missing', async ({ as }) => {
  const page = await as('trustee');
  for (const path of ['/statuses', '/imports/new', '/users']) {
    await page.goto(path);
    await expect(page.getByText('You may not see this')).toBeVisible();
    await accessible(page, `${path} without permission`);
  }
});

test('columns are chosen, six ages stand apart, and the address and the Excel file follow', async ({ as }) => {
  const page = await as('agent');
  await page.goto('/age-analysis');
  const grid = page.getByRole('grid', { name: 'Age analysis' });
  const head = async () => (await grid.getByRole('columnheader').allInnerTexts()).map((t) => t.trim().split('\n')[0]);
  await expect(grid.getByRole('row').nth(2)).toBeVisible();
  expect(await head()).not.toContain('Unallocated');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Unallocated' }).check();
  await page.getByRole('checkbox', { name: 'Last payment' }).uncheck();
  await page.getByRole('checkbox', { name: /Not yet due apart/ }).check();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/columns=unallocated/);
  await expect(page).toHaveURL(/layout=six/);
  await expect.poll(head).toContain('Not yet due');
  const shown = await head();
  expect(shown).toContain('Unallocated');
  expect(shown).not.toContain('Last payment');
  expect(shown.indexOf('Not yet due')).toBe(shown.indexOf('Current') - 1);
  await page.reload();
  await expect.poll(head).toEqual(shown);
  const [asked] = await Promise.all([page.waitForRequest(/age-analysis\.xlsx/), page.getByRole('button', { name: 'Download Excel' }).click()]);
  const columns = new URL(asked.url()).searchParams.getAll('columns');
  expect(columns).toContain('unallocated');
  expect(columns).not.toContain('last_payment');
  expect(new URL(asked.url()).searchParams.get('layout')).toBe('six');
});

test('a view is kept, chosen, gone back from, overwritten, and deleted', async ({ as }) => {
  test.setTimeout(240_000);
  const page = await as('manager');
  await page.goto('/age-analysis?hide_zero=true&sort=d120&order=desc');
  const views = page.locator('.page-head').getByRole('button', { name: /Views|Old debts/ });
  await views.click();
  await page.getByRole('menuitem', { name: /Save as a new view/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Save this view' });
  await dialog.getByLabel('Name').fill('Old debts');
  await accessible(page, 'save a view');
  await dialog.getByRole('checkbox', { name: /Everybody in the organisation/ }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(views).toContainText('Old debts');
  // Elsewhere, then there again: the address says it, and back leads back.
  await page.goto('/age-analysis?hide_credit=true');
  await expect(page.getByLabel('Hide credit')).toBeChecked();
  await views.click();
  await page.getByRole('menuitem', { name: /Old debts · Shared/ }).click();
  await expect(page).toHaveURL(/sort=d120/);
  await expect(page.getByLabel('Hide zero')).toBeChecked();
  await expect(page.getByLabel('Hide credit')).not.toBeChecked();
  await page.goBack();
  await expect(page.getByLabel('Hide credit')).toBeChecked();
  await page.goForward();
  await expect(page.getByLabel('Hide zero')).toBeChecked();
  await page.getByLabel('Hide credit').check();
  await expect(views).toContainText('changed');
  await views.click();
  await page.getByRole('menuitem', { name: /Save changes to Old debts/ }).click();
  await expect(views).not.toContainText('changed');
  // A colleague has it too.
  const other = await as('agent');
  await other.goto('/age-analysis');
  await other.locator('.page-head').getByRole('button', { name: /Views/ }).click();
  await other.getByRole('menuitem', { name: /Old debts · Shared by/ }).click();
  await expect(other.getByLabel('Hide credit')).toBeChecked();
  await views.click();
  await page.getByRole('menuitem', { name: /Delete Old debts/ }).click();
  await page.getByRole('dialog', { name: 'Delete this view?' }).getByRole('button', { name: 'Delete' }).click();
  await expect(views).toContainText('Views');
});
