// Recurring charges: set them, preview a month, run it, see what the customer owes, take it back.
import { today } from '../support/book.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

const month = today().slice(0, 7);
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric' }).format(new Date(`${month}-01T12:00:00Z`));

/** A community of three homes with owners, of this test alone. */
async function community(request, baseURL, book) {
  const api = `${baseURL}/api/v1`;
  const signed = await request.post(`${api}/auth/sign-in`, { data: book.sign_ins.superuser });
  const headers = { authorization: `Bearer ${(await signed.json()).access_token}` };
  const post = async (path, data, extra = {}) => {
    const answer = await request.post(api + path, { headers: { ...headers, ...extra }, data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBeTruthy();
    return answer.json();
  };
  const code = `L${Date.now().toString(36).toUpperCase().slice(-6)}`;
  const name = `Loerie Lane ${code}`;
  const made = await post('/communities', {
    code, name, kind: 'sectional_title', currency: 'ZAR', time_zone: 'Africa/Johannesburg',
    ageing: { mode: 'calendar', basis: 'due_date', edges: [0, 30, 60, 90], credit_policy: 'oldest_first' },
  });
  const owners = [];
  for (const [n, [who, quota]] of [['Ayanda', '33.333333'], ['Bongani', '33.333333'], ['Chantel', '33.333334']].entries()) {
    const unit = await post(`/communities/${made.id}/units`, { code: `L-${n + 1}`, participation_quota: quota });
    const debtors = [{ kind: 'natural', first_name: who, last_name: code }];
    owners.push(await post(`/communities/${made.id}/accounts`, { reference: `${code}${n + 1}`, debtors, unit: { unit_id: unit.id, from_on: '2020-01-01' } }));
  }
  return { name, owners };
}

test('a budget by quota is charged for a month, shows on the customer, and is taken back', async ({ as, book, request, baseURL }) => {
  const { name, owners } = await community(request, baseURL, book);
  const page = await as('superuser');
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/levies"]').click();
  const choose = () => page.getByRole('combobox', { name: 'Community' }).selectOption({ label: name });
  await choose();
  await expect(page.getByText('No recurring charges yet')).toBeVisible();

  // 10 000.00 by three equal quotas: one unit bears the odd cent.
  await page.getByRole('button', { name: 'Set for all units' }).click();
  const set = page.getByRole('dialog').filter({ visible: true });
  await set.getByLabel('First period begins').fill(`${month}-01`);
  await set.getByRole('radio', { name: /Share a budget/ }).check();
  await set.getByLabel('Budget of one period').fill('10000');
  await accessible(page, 'set a charge for all units');
  await set.getByRole('button', { name: 'Preview' }).click();
  await expect(set.getByRole('status').filter({ hasText: '3 new' })).toBeVisible();
  await expect(set.locator('tbody tr').nth(0)).toContainText(/3\s333\.33/);
  await expect(set.locator('tbody tr').nth(2)).toContainText(/3\s333\.34/);
  await expect(set.locator('tfoot')).toContainText(/10\s000\.00/);
  await set.getByRole('button', { name: 'Set 3 charges' }).click();
  await expect(page.getByRole('table', { name: 'Charges' }).locator('tbody tr')).toHaveCount(3);
  await expect(page.locator('.tile', { hasText: 'Raised monthly' })).toContainText(/10\s000\.00/);
  await accessible(page, 'levies');
  await picture(page, 'levies');

  await page.getByRole('tab', { name: 'Charge runs' }).click();
  await page.getByRole('button', { name: 'New charge run' }).click();
  const fresh = page.getByRole('dialog').filter({ visible: true });
  await fresh.getByLabel('Month').selectOption({ label: monthName });
  await fresh.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Charge run ${monthName}`);
  await expect(page.locator('main .table tbody tr')).toHaveCount(3);
  await accessible(page, 'preview of a charge run');
  await picture(page, 'charge-run');
  const run = page.url();
  await page.getByRole('button', { name: 'Start run' }).click();
  const sure = page.getByRole('dialog').filter({ visible: true });
  await expect(sure).toContainText(name);
  await sure.getByRole('button', { name: /Raise 3 charges/ }).click();
  await expect(page.locator('.tile', { hasText: 'State' })).toContainText('Done');

  // The first customer owes a month, and nothing of it is paid.
  await page.locator('main .table tbody tr').first().getByRole('link').nth(1).click();
  await expect(page).toHaveURL(new RegExp(owners[0].id));
  await page.getByRole('tab', { name: /Units/ }).click();
  const units = page.getByRole('table', { name: 'What the units owe' });
  await expect(units.locator('tbody tr')).toHaveCount(1);
  await expect(units.getByRole('cell', { name: /R\s3\s333\.33 a month/ })).toBeVisible();
  const due = today() >= `${month}-07`;
  await expect(units).toContainText(due && today() > `${month}-07` ? 'Delinquent' : 'Current');
  await expect(units.locator('tbody tr td:nth-last-child(2)')).toContainText(/3\s333\.33/);
  await accessible(page, 'units of a customer');
  await picture(page, 'customer-units');

  // Taken back: typed in full, with a reason.
  await page.goto(new URL(run).pathname);
  await page.getByRole('button', { name: 'Reverse run' }).click();
  const back = page.getByRole('dialog').filter({ visible: true });
  await back.getByLabel('Reason').fill('The budget was not adopted');
  const go = back.getByRole('button', { name: 'Reverse 3 charges' });
  await expect(go).toBeDisabled();
  await back.getByLabel(`Type ${monthName} to confirm`).fill(monthName);
  await go.click();
  await expect(page.locator('.tile', { hasText: 'State' })).toContainText('Reversed');
  await expect(page.getByText('The budget was not adopted')).toBeVisible();
  await page.goto(`/accounts/${owners[0].id}?tab=units`);
  await expect(page.getByRole('table', { name: 'What the units owe' }).locator('tbody tr td:nth-last-child(2)')).toContainText('0.00');
});

test('units say who is behind, and a list of those alone', async ({ as }) => {
  const page = await as('agent');
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/units"]').click();
  const rows = page.getByRole('table', { name: 'Units' }).locator('tbody tr');
  await expect(rows.first()).toBeVisible();
  await page.getByRole('combobox', { name: 'Standing' }).selectOption({ label: 'Delinquent only' });
  await expect(rows.filter({ hasText: 'Current' })).toHaveCount(0);
  await expect(rows.filter({ hasText: 'Delinquent' }).first()).toBeVisible();
  await accessible(page, 'delinquent units');
  await picture(page, 'units');
  await rows.first().locator('td').last().click();
  await expect(page.getByRole('table', { name: 'What the units owe' })).toContainText('Delinquent');
  await expect(page.getByRole('heading', { name: 'Recurring charges' })).toBeVisible();
  await picture(page, 'unit');
});

test('an attorney sees the figures of a matter and nothing of levies', async ({ as }) => {
  const page = await as('attorney');
  await expect(page.getByRole('navigation', { name: 'Main' }).locator('a[href="/levies"]')).toHaveCount(0);
  await page.goto('/levies');
  await expect(page.getByText(/permission|may not/i).first()).toBeVisible();
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/units"]').click();
  await page.getByRole('table', { name: 'Units' }).locator('tbody tr').first().locator('td').last().click();
  await expect(page.getByRole('table', { name: 'What the units owe' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Recurring charges' })).toHaveCount(0);
});
