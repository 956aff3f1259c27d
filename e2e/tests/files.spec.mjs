// Files of a customer and documents of a community: several uploads with one called off, the scanner, editions, a legal
// hold, deletion, and what an attorney reads.
import { readFileSync } from 'node:fs';
import { accessible, expect, picture, test } from '../support/test.mjs';

const side = (page, href) => page.getByRole('navigation', { name: 'Main' }).locator(`a[href="${href}"]`);
const pdf = (text) => Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n% ${text}\n`);

/** The row's menu, and one of its actions. */
async function act(page, row, item) {
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** A deed that asks why. */
async function withReason(page, row, item, button, why) {
  await act(page, row, item);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await expect(dialog.getByText('Fill this in.')).toBeVisible();
  await dialog.getByLabel('Reason').fill(why);
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await expect(dialog).toBeHidden();
}

test('files are dropped, one is called off, the clean ones move to the right, and one is held, replaced and deleted', async ({ as }) => {
  const page = await as('manager');
  await side(page, '/accounts').click();
  await page.locator('tbody tr.is-link').first().locator('td').last().click();
  await page.getByRole('tab', { name: 'Files' }).click();
  const zone = page.locator('.files-sides .drop input[type=file]');
  const list = page.getByRole('region', { name: 'Files to download' });
  await expect(zone).toBeAttached();

  // One upload stands still half way, so that it can be called off.
  let held;
  await page.route(/\/api\/v1\/accounts\/[^/]+\/files$/, async (route) => {
    if (route.request().method() === 'POST' && (route.request().postDataBuffer() ?? Buffer.alloc(0)).includes('slow.txt')) { held = route; return; }
    await route.continue();
  });
  const stamp = Date.now();
  await zone.setInputFiles([
    { name: `letter-${stamp}.pdf`, mimeType: 'application/pdf', buffer: pdf('first') },
    { name: `notes-${stamp}.txt`, mimeType: 'text/plain', buffer: Buffer.from(`Called at ten. ${stamp}`) },
    { name: 'slow.txt', mimeType: 'text/plain', buffer: Buffer.from('This one is called off.') },
    { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<html>') },
  ]);
  const rows = page.locator('.files li.file');
  await expect(rows.filter({ hasText: 'page.html' })).toContainText('This kind of file is not accepted.');
  const slow = rows.filter({ hasText: 'slow.txt' });
  await expect(slow.getByRole('progressbar')).toBeVisible();
  await expect.poll(() => Boolean(held)).toBe(true);
  await slow.getByRole('button', { name: 'Cancel slow.txt' }).click();
  await expect(slow).toHaveCount(0);
  await held.abort();
  await rows.filter({ hasText: 'page.html' }).getByRole('button', { name: 'Remove page.html' }).click();
  await expect(rows).toHaveCount(0);

  // Scanned, they move to the right by themselves.
  const letter = list.locator('tbody tr').filter({ hasText: `letter-${stamp}.pdf` });
  await expect(letter).toBeVisible({ timeout: 60_000 });
  await expect(list.locator('tbody tr').filter({ hasText: `notes-${stamp}.txt` })).toBeVisible({ timeout: 60_000 });
  await expect(list).not.toContainText('slow.txt');
  await picture(page, 'files');
  await accessible(page, 'files');

  const [taken] = await Promise.all([page.waitForEvent('download'), act(page, letter, 'Download')]);
  expect(readFileSync(await taken.path()).equals(pdf('first'))).toBe(true);

  // Renamed, then found by its name.
  await act(page, letter, 'Edit');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Document name').fill(`Summons ${stamp}`);
  await dialog.getByLabel('Kind').selectOption('summons');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('searchbox', { name: 'Search by name' }).fill(`summons ${stamp}`);
  const summons = list.locator('tbody tr').filter({ hasText: `Summons ${stamp}` });
  await expect(summons).toBeVisible();
  await expect(list.locator('tbody tr')).toHaveCount(1);

  // A new version takes its place when it is clean; both are in the details.
  await act(page, summons, 'New version');
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles({ name: `second-${stamp}.pdf`, mimeType: 'application/pdf', buffer: pdf('second') });
  await expect(summons.filter({ hasText: 'Version 2' })).toBeVisible({ timeout: 60_000 });
  await expect(list.locator('tbody tr')).toHaveCount(1);
  await act(page, summons, 'Details');
  const details = page.locator('aside.drawer');
  await expect(details).toContainText('SHA-256');
  await expect(details.locator('li').filter({ hasText: 'Version 1' }).first()).toBeVisible();
  await expect(details.getByRole('heading', { name: 'Downloads' })).toBeVisible();
  await accessible(page, 'file details');
  await page.keyboard.press('Escape');
  await expect(details).toHaveCount(0);

  // Held it cannot be deleted; released it can, and then it is gone.
  await withReason(page, summons, 'Put on legal hold', 'Put on legal hold', 'Case 12/2026');
  await expect(summons).toContainText('Legal hold');
  await summons.getByRole('button', { name: /^Actions for/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Delete', exact: true })).toBeDisabled();
  await page.keyboard.press('Escape');
  await withReason(page, summons, 'End the legal hold', 'End the legal hold', 'Settled');
  await withReason(page, summons, 'Delete', 'Delete', 'Wrong customer');
  await expect(summons).toHaveCount(0);
});

test('a manager files a document of a community, and an attorney reads it and what is hers only', async ({ as }) => {
  const stamp = Date.now();
  const page = await as('manager');
  await side(page, '/documents').click();
  await expect(page.getByRole('heading', { name: 'Documents', level: 1 })).toBeVisible();
  const choice = page.getByRole('combobox', { name: 'Community' });
  await choice.selectOption({ label: 'Jacaranda Ridge Body Corporate' });
  const list = page.getByRole('region', { name: 'Documents' });
  await expect(list).toContainText('Conduct rules');
  await expect(list).toContainText('Trustees\' resolution to collect');
  await page.getByLabel('Folder', { exact: true }).fill('Minutes/2026');
  await page.getByRole('checkbox', { name: 'Attorneys and trustees may read it' }).check();
  await page.locator('.documents-sides .drop input[type=file]').setInputFiles({ name: `minutes-${stamp}.pdf`, mimeType: 'application/pdf', buffer: pdf(`minutes ${stamp}`) });
  await expect(list.locator('tbody tr').filter({ hasText: `minutes-${stamp}.pdf` })).toBeVisible({ timeout: 60_000 });
  const folders = page.getByRole('navigation', { name: 'Folders' });
  await folders.getByRole('button', { name: /^Minutes/ }).click();
  await expect(list.locator('tbody tr')).toHaveCount(1);
  await picture(page, 'documents');
  await accessible(page, 'documents');

  const hers = await as('attorney');
  await side(hers, '/documents').click();
  const shown = hers.getByRole('region', { name: 'Documents' });
  const community = hers.getByRole('combobox', { name: 'Community' });
  if (await community.isVisible()) await community.selectOption({ label: 'Jacaranda Ridge Body Corporate' });
  const rules = shown.locator('tbody tr').filter({ hasText: 'Conduct rules' });
  await expect(rules).toBeVisible();
  await expect(shown).toContainText(`minutes-${stamp}.pdf`);
  await expect(shown).not.toContainText('resolution to collect');
  await expect(hers.locator('.drop')).toHaveCount(0);
  await rules.getByRole('button', { name: /^Actions for/ }).click();
  await expect(hers.getByRole('menuitem')).toHaveText(['Download', 'Details']);
  const [taken] = await Promise.all([hers.waitForEvent('download'), hers.getByRole('menuitem', { name: 'Download' }).click()]);
  expect(taken.suggestedFilename()).toMatch(/^conduct-rules.*\.pdf$/);
  await accessible(hers, 'documents of an attorney');
});
