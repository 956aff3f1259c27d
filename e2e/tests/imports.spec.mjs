// Imports that go wrong, and real books where they are at hand.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessible, expect, test } from '../support/test.mjs';
import { shown } from '../support/book.mjs';
import { readWorkbook } from '../support/workbook.mjs';
import { root } from '../support/kept.mjs';

const shared = process.env.KEPT_SHARED_DATA ?? join(root, '..', 'shared', 'data');

/** A community of its own for a test, by the API; the pages that make one are tried elsewhere. */
async function community(page, book, fields) {
  const { email, password } = book.sign_ins.superuser;
  const { access_token } = await (await page.request.post('/api/v1/auth/sign-in', { data: { email, password } })).json();
  const data = { kind: 'debt_book', currency: 'ZAR', time_zone: 'Africa/Johannesburg', is_active: true, ageing: { mode: 'days', basis: 'due_date', edges: [0, 30, 60, 90], credit_policy: 'oldest_first' }, ...fields };
  const answer = await page.request.post('/api/v1/communities', { data, headers: { authorization: `Bearer ${access_token}`, 'idempotency-key': `e2e-${fields.code}` } });
  expect(answer.status(), await answer.text()).toBe(201);
}

async function upload(page, name, file) {
  await page.goto('/imports/new');
  const select = page.getByLabel('Community', { exact: true });
  await expect(select.locator('option', { hasText: name })).toHaveCount(1);
  await select.selectOption({ label: name });
  await page.locator('input[type=file]').setInputFiles(file);
}

test('faulty rows are named, nothing is written unless they are left out, and they can be downloaded', async ({ as, book }, info) => {
  const page = await as('superuser');
  await community(page, book, { code: 'FAULTS', name: 'Faulty Towers' });
  const lines = [
    'Account,Name,Invoice,Invoice date,Due date,Amount',
    'F-1,Ada Abels,1001,2026-06-01,2026-07-01,100.25',
    'F-2,Ben Booysen,1002,2026-02-31,2026-03-31,80.00',
    'F-3,Cor Cloete,1003,2026-06-03,2026-07-03,ninety',
    'F-4,Dee Dlamini,1004,2026-06-04,2026-07-04,55.10',
    'F-5,Eve Ebrahim,CN5,2026-06-05,2026-07-05,-12.30',
  ];
  await upload(page, 'Faulty Towers', { name: 'faulty.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await expect(page.getByText('is a day that does not exist')).toBeVisible();
  await expect(page.getByText('is not an amount')).toBeVisible();
  await accessible(page, 'faulty rows');
  // A negative invoice is not faulty; what becomes of it is said before anything is written.
  await page.getByRole('button', { name: /With a remark/ }).click();
  await expect(page.getByText('posted as a credit, not as an invoice')).toBeVisible();
  await expect(page.getByText('is not an amount')).toHaveCount(0);
  const write = page.getByRole('button', { name: /^Import 3 rows/ });
  await expect(write).toBeDisabled();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download faulty rows' }).click()]);
  const file = join(info.outputDir, download.suggestedFilename());
  await download.saveAs(file);
  const text = JSON.stringify(readWorkbook(file));
  for (const part of ['F-2', 'F-3', 'ninety', '2026-02-31']) expect(text).toContain(part);
  for (const part of ['F-1', 'F-4', 'F-5']) expect(text).not.toContain(part);
  await page.getByLabel(/leave the faulty ones out/).check();
  await write.click();
  await expect(page.getByText('The import is in the book')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('2 faulty rows were left out.')).toBeVisible();
  const [again] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download faulty rows' }).click()]);
  expect(again.suggestedFilename()).toBe(download.suggestedFilename());
  await accessible(page, 'a finished import');
  await page.goto('/accounts?q=F-');
  await expect(page.getByText('Ada Abels')).toBeVisible();
  await expect(page.getByText('Ben Booysen')).toHaveCount(0);
});

test('an import that is not wanted is discarded, after a question, and stays in the list', async ({ as, book }) => {
  const page = await as('superuser');
  await community(page, book, { code: 'DISCARD', name: 'Discard Court' });
  await upload(page, 'Discard Court', { name: 'unwanted.csv', mimeType: 'text/csv', buffer: Buffer.from('Unit no.,Eienaar,Owing (R)\nA1,Ada Abels,10.00\n') });
  await page.getByRole('button', { name: 'Discard' }).click();
  const dialog = page.getByRole('dialog', { name: 'Discard unwanted.csv?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Check the rows' })).toBeVisible();
  await page.getByRole('button', { name: 'Discard' }).click();
  await accessible(page, 'discarding an import');
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText('The import was discarded.')).toBeVisible();
  await expect(page.getByRole('row', { name: /unwanted\.csv/ })).toContainText('Cancelled');
});

test('a file that is no spreadsheet is refused in words, and the page is ready for another', async ({ as }) => {
  const page = await as('superuser');
  await page.goto('/imports/new');
  const files = [
    { name: 'letter.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('%PDF-1.7 this is a letter') },
    { name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) },
  ];
  for (const file of files) {
    await page.locator('input[type=file]').setInputFiles(file);
    await expect(page.getByText(/The file was not taken: (it|the)/).first()).toBeVisible();
  }
  await accessible(page, 'refused file');
});

const REAL = [
  { file: 'primary/ibm-accounts-receivable.csv', code: 'IBM', name: 'Receivables 2013', currency: 'USD', rows: 2466, sum: 14770318, asAt: '2013-06-30', expected: 'expected/ibm-age-analysis-2013-06-30.csv' },
  { file: 'large/highradius-open-invoices.csv', code: 'HIGHRADIUS', name: 'Open invoices 2020', currency: 'USD', rows: 9681, sum: 31042785934, asAt: '2020-12-31' },
];
for (const real of REAL) {
  test(`a real book through the pages: ${real.file}`, async ({ as, book }) => {
    const file = join(shared, real.file);
    if (!existsSync(file)) console.warn(`SKIPPED: ${real.file} of the shared data folder is not here (KEPT_SHARED_DATA)`);
    test.skip(!existsSync(file), 'the shared data folder is not here');
    test.setTimeout(240_000);
    const page = await as('superuser');
    await community(page, book, { code: real.code, name: real.name, currency: real.currency });
    await upload(page, real.name, file);
    await page.getByRole('button', { name: 'Check the rows' }).click();
    const write = page.getByRole('button', { name: /^Import [\d\s\u00a0,]+ rows/ });
    await expect(write).toBeEnabled({ timeout: 60_000 });
    await expect(page.getByText('Sum of the rows').locator('..')).toContainText(shown(real.sum));
    await write.click();
    await expect(page.getByText('The import is in the book')).toBeVisible({ timeout: 120_000 });
    await page.goto(`/age-analysis?as_at=${real.asAt}`);
    await page.getByRole('button', { name: /^Communities/ }).click();
    await page.getByRole('checkbox', { name: real.name }).check();
    await page.keyboard.press('Escape');
    const foot = page.locator('tfoot');
    if (real.expected) {
      // What was settled before the day is not owed on it; the file of expectations has the sums per customer.
      const [head, ...rows] = readFileSync(join(shared, real.expected), 'utf8').trim().split(/\r?\n/).map((line) => line.split(','));
      const sum = (name) => rows.reduce((all, row) => all + Math.round(Number(row[head.indexOf(name)]) * 100), 0);
      await expect(foot).toContainText(shown(sum('total')));
      for (const name of ['due_current', 'due_1-30', 'due_31-60', 'due_61-90'].filter((n) => sum(n) > 0)) await expect(foot).toContainText(shown(sum(name)));
    } else {
      await expect(foot).toContainText(shown(real.sum));
    }
  });
}
