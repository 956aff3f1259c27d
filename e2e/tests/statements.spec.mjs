// A customer's statement on screen and on paper, the detailed ledger, and what is told when a large one is ready.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { accessible, expect, picture, test } from '../support/test.mjs';

const side = (page, href) => page.getByRole('navigation', { name: 'Main' }).locator(`a[href="${href}"]`);
const plain = (text) => text.replaceAll('\u2212', '-').replaceAll(/\s+/g, ' ').trim();

/** The text of a PDF, or nothing where the tool is missing. */
function readBack(path) {
  try {
    return plain(execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    console.log('SKIPPED: pdftotext is missing (poppler-utils)');
    return null;
  }
}

test('an attorney reads the statement of a customer handed over to her, and keeps it as PDF and Excel', async ({ as }) => {
  const page = await as('attorney');
  await side(page, '/statements').click();
  const rows = page.locator('tbody tr.is-link');
  await expect(rows.first()).toBeVisible();
  await accessible(page, 'statements');
  await rows.first().locator('td').last().click();
  await expect(page).toHaveURL(/\/statements\/[0-9a-f-]{36}$/);
  const sums = page.locator('.statements-sum');
  await expect(sums).toHaveCount(4);
  await page.getByRole('button', { name: '24 m' }).click();
  await expect(page.getByRole('button', { name: '24 m' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.statements-facts .tile')).toHaveCount(5);
  await picture(page, 'statement');
  await accessible(page, 'statement');
  // The last line runs out at the closing balance.
  while (await page.getByRole('button', { name: 'Show more' }).isVisible()) await page.getByRole('button', { name: 'Show more' }).click();
  const closing = plain(await page.locator('tfoot td').last().innerText());
  expect(plain(await page.locator('tbody tr').last().locator('td').last().innerText())).toBe(closing);

  const [pdf] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download PDF' }).click()]);
  expect(pdf.suggestedFilename()).toMatch(/^statement-.*\.pdf$/);
  const path = await pdf.path();
  expect(readFileSync(path).subarray(0, 5).toString()).toBe('%PDF-');
  const text = readBack(path);
  if (text !== null) {
    expect(text).toContain('Statement of account');
    expect(text).toContain('Payment reference');
    expect(text).toContain(closing.replace(/^-/, ''));
    for (const cell of await page.locator('tbody tr td:last-child').allInnerTexts()) expect(text).toContain(plain(cell));
  }
  const [book] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download Excel' }).click()]);
  expect(book.suggestedFilename()).toMatch(/\.xlsx$/);

  // In the browser it opens in a tab of its own, or is downloaded where the browser opens none.
  const opened = Promise.race([page.context().waitForEvent('page'), page.waitForEvent('download')]);
  await page.getByRole('button', { name: 'View PDF' }).click();
  await opened;
});

test('a detailed ledger of chosen customers is grouped, adds up and is downloaded', async ({ as }) => {
  const page = await as('agent');
  await side(page, '/accounts').click();
  const reference = await page.locator('tbody tr.is-link .who small').first().innerText();
  await side(page, '/ledger-reports').click();
  await page.getByRole('button', { name: 'Run report' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await page.getByRole('searchbox', { name: 'Add customers' }).fill(reference);
  await page.locator('.ledger-found button').first().click();
  await expect(page.locator('.ledger-picked .chip')).toHaveCount(1);
  await page.getByRole('group', { name: 'Period' }).getByRole('button', { name: 'All' }).click();
  await page.getByRole('button', { name: 'Run report' }).click();
  await expect(page).toHaveURL(/\/ledger-reports\/[0-9a-f-]{36}$/);
  const group = page.locator('.ledger-group');
  await expect(group).toHaveCount(1);
  await expect(group).toContainText(reference);
  const closing = plain(await page.locator('.ledger-totals div', { hasText: 'Closing balance' }).locator('b').innerText());
  expect(plain(await group.locator('header strong').innerText())).toBe(closing);
  await picture(page, 'ledger-report');
  await accessible(page, 'ledger report');
  const [book] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download Excel' }).click()]);
  expect(book.suggestedFilename()).toMatch(/^detailed-ledger-.*\.xlsx$/);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page).toHaveURL(/\/ledger-reports$/);
  await expect(group).toHaveCount(0);
});

test('a large ledger is made in the background and its maker is told', async ({ as }) => {
  test.setTimeout(180_000);
  const page = await as('superuser');
  await side(page, '/ledger-reports').click();
  await page.getByRole('button', { name: 'All I may see' }).click();
  await page.getByRole('button', { name: 'Run report' }).click();
  await expect(page.locator('.ledger-group').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Download Excel' })).toBeVisible({ timeout: 120_000 });
  await page.goto('/');
  const bell = page.getByRole('button', { name: /^Notifications, \d+ not read$/ });
  await bell.click();
  await accessible(page, 'notifications');
  await page.getByRole('button', { name: /Your detailed ledger is ready/ }).first().click();
  await expect(page).toHaveURL(/\/ledger-reports\/[0-9a-f-]{36}$/);
  const [book] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download Excel' }).click()]);
  expect(readFileSync(await book.path()).length).toBeGreaterThan(10_000);
});
