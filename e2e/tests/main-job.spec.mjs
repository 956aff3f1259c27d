// The main job as people do it: a book comes in, a customer goes to an attorney, the attorney sees that customer and nothing
// else, and both download the age analysis and open it.
import { join } from 'node:path';
import { accessible, choose, expect, test } from '../support/test.mjs';
import { aged, bookFile, shown } from '../support/book.mjs';
import { readWorkbook } from '../support/workbook.mjs';
import { root } from '../support/kept.mjs';

const COMMUNITY = 'Harbour View';
const ATTORNEY = { first: 'Zodwa', surname: 'Mokwena', email: 'zodwa.mokwena@mokwena.example', firm: 'Mokwena Incorporated', password: 'Quiet harbour lanterns 41' };
const EDGES = [14, 45, 75, 105];
const NOTE = 'Letter of demand served by sheriff on the domicilium address.';

async function open(page, name) {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Downloads the age analysis on screen and reads it with another program. */
async function workbook(page, where) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download Excel' }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
  const file = join(where, download.suggestedFilename());
  await download.saveAs(file);
  return readWorkbook(file);
}

/** The table of the first sheet: its header row, the rows below it, and the totals row. */
function table(book) {
  const { rows, frozen } = book.sheets[0];
  const head = rows.findIndex((row) => row.some((cell) => cell.value === 'Total'));
  expect(head, 'a header row with Total').toBeGreaterThanOrEqual(0);
  const names = rows[head].map((cell) => cell.value);
  const column = (name) => names.indexOf(name);
  const below = rows.slice(head + 1).filter((row) => row.some((cell) => cell.value !== null));
  const totals = below.find((row) => row[column('Total')].type === 'formula');
  const lines = below.filter((row) => row !== totals && row[column('Total')].type === 'number');
  return { frozen, names, column, totals, lines, text: JSON.stringify(rows) };
}

const inCents = (cell) => Math.round(Number(cell.value ?? 0) * 100);

test('from a spreadsheet to the attorney and two opened workbooks', async ({ as, browser, baseURL, faults }, info) => {
  test.setTimeout(300_000);
  const expected = aged(undefined, EDGES);
  const [reference, owing] = [...expected].filter(([, c]) => c.total > 0).sort((a, b) => b[1].total - a[1].total)[0];
  const other = [...expected].find(([r, c]) => r !== reference && c.total > 0)[1];
  const everything = [...expected.values()].reduce((sum, c) => sum + c.total, 0);
  const boss = await as('superuser');

  await test.step('a community is opened, aged by days from the due date', async () => {
    await open(boss, 'Communities');
    await boss.getByRole('link', { name: 'New community' }).click();
    await boss.getByLabel('Name').first().fill(COMMUNITY);
    await boss.getByLabel('Code').first().fill('HARBOUR');
    await boss.getByRole('radio', { name: /By days/ }).check();
    await boss.getByRole('radio', { name: /The due date/ }).check();
    // The buckets end where the form says; what must come out is worked out from that, apart from the product.
    const edges = ['Current up to day', '30 up to day', '60 up to day', '90 up to day'];
    for (const [i, label] of edges.entries()) await boss.getByLabel(label).fill(String(EDGES[i]));
    await accessible(boss, 'new community');
    await boss.getByRole('button', { name: 'Save' }).click();
    await expect(boss.getByRole('heading', { level: 1, name: COMMUNITY })).toBeVisible();
  });

  await test.step('an attorney is invited for it', async () => {
    await open(boss, 'Users');
    await accessible(boss, 'users');
    await boss.getByRole('link', { name: 'Add user' }).click();
    await boss.getByLabel('E-mail').fill(ATTORNEY.email);
    await boss.getByLabel('First name').fill(ATTORNEY.first);
    await boss.getByLabel('Surname').fill(ATTORNEY.surname);
    await choose(boss.getByRole('combobox', { name: 'Type', exact: true }), /^\s*Attorney/);
    await boss.getByLabel('Law firm').fill(ATTORNEY.firm);
    await boss.getByRole('combobox', { name: 'Communities' }).fill(COMMUNITY);
    await boss.getByRole('option', { name: COMMUNITY }).click();
    await accessible(boss, 'new user');
    await boss.getByRole('button', { name: 'Send invitation' }).click();
    await expect(boss.getByRole('heading', { level: 1, name: `${ATTORNEY.first} ${ATTORNEY.surname}` })).toBeVisible();
  });

  const invitation = await test.step('the letter with the link is in the mail', async () => {
    await open(boss, 'Mail');
    await boss.getByRole('button', { name: new RegExp(ATTORNEY.email.replaceAll('.', '\\.')) }).click();
    const link = boss.getByRole('link', { name: /\/invitation\// });
    await expect(link).toBeVisible();
    await accessible(boss, 'mail');
    return new URL(await link.getAttribute('href'), baseURL).href;
  });

  const agent = await as('manager');
  await test.step('a managing agent gets no community that is not theirs', async () => {
    await open(agent, 'Age analysis');
    await agent.getByRole('button', { name: /^Communities/ }).click();
    await expect(agent.getByRole('checkbox', { name: /Jacaranda/ })).toBeVisible();
    await expect(agent.getByRole('checkbox', { name: COMMUNITY })).toHaveCount(0);
    await agent.close();
  });

  await test.step('the book is imported: upload, columns, check, import', async () => {
    await open(boss, 'Imports');
    await accessible(boss, 'imports');
    await boss.getByRole('link', { name: 'New import' }).or(boss.getByRole('button', { name: 'New import' })).first().click();
    await choose(boss.getByLabel('Community', { exact: true }), COMMUNITY);
    await accessible(boss, 'new import');
    await boss.locator('input[type=file]').setInputFiles(bookFile);
    const check = boss.getByRole('button', { name: 'Check the rows' });
    await expect(check).toBeVisible();
    // What was recognised is filled in.
    await expect(boss.getByRole('combobox', { name: 'Invoice number', exact: true })).toHaveValue('invoice_number');
    await accessible(boss, 'columns');
    await check.click();
    const write = boss.getByRole('button', { name: /^Import \d+ rows/ });
    await expect(write).toBeEnabled();
    await accessible(boss, 'check');
    await write.click();
    await expect(boss.getByText('The import is in the book')).toBeVisible({ timeout: 60_000 });
    await accessible(boss, 'imported');
  });

  await test.step('the same file again changes nothing', async () => {
    await boss.getByRole('button', { name: 'Import another file' }).click();
    await choose(boss.getByLabel('Community', { exact: true }), COMMUNITY);
    await boss.locator('input[type=file]').setInputFiles(bookFile);
    await boss.getByRole('button', { name: 'Check the rows' }).click();
    await expect(boss.getByText('Everything in this file is in the book already.')).toBeVisible();
  });

  await test.step('the age analysis agrees with the file to the cent', async () => {
    await open(boss, 'Age analysis');
    await boss.getByRole('button', { name: /^Communities/ }).click();
    await boss.getByRole('checkbox', { name: COMMUNITY }).check();
    await boss.keyboard.press('Escape');
    const row = boss.getByRole('row', { name: new RegExp(owing.name) });
    await expect(row).toContainText(shown(owing.total));
    for (const amount of owing.buckets.filter((b) => b > 0)) await expect(row).toContainText(shown(amount));
    await expect(boss.locator('tfoot')).toContainText(shown(everything));
    await accessible(boss, 'age analysis');
  });

  const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 }, locale: 'en-ZA', timezoneId: 'Africa/Johannesburg', acceptDownloads: true });
  const attorney = await context.newPage();
  attorney.on('pageerror', (error) => faults.push(`exception: ${error.message}`));

  await test.step('the attorney follows the invitation and chooses a password', async () => {
    await attorney.goto(invitation);
    await expect(attorney.getByRole('heading', { name: `Welcome, ${ATTORNEY.first}` })).toBeVisible();
    await accessible(attorney, 'invitation');
    await attorney.getByLabel('New password').fill(ATTORNEY.password);
    await attorney.getByRole('button', { name: 'Save password and sign in' }).click();
    await expect(attorney.getByRole('heading', { level: 1, name: `Good day, ${ATTORNEY.first}` })).toBeVisible();
    await expect(attorney.getByText('Nothing has been handed over to you yet.')).toBeVisible();
    await accessible(attorney, 'empty dashboard of the attorney');
    for (const name of ['Users', 'Communities', 'Imports', 'Mail']) await expect(attorney.getByRole('link', { name, exact: true })).toHaveCount(0);
  });

  await test.step('one customer is handed over', async () => {
    await open(boss, 'Status management');
    await boss.getByRole('searchbox', { name: 'Search customers' }).fill(reference);
    await expect(boss.locator('tfoot')).toContainText('Total of 1');
    await boss.getByRole('checkbox', { name: `Select ${owing.name}` }).click();
    await expect(boss.getByText('1 customer selected')).toBeVisible();
    const bar = boss.locator('.statuses-bar');
    await choose(bar.locator('select').first(), /handover|handed over/i);
    // Without an attorney nothing can be applied.
    const review = boss.getByRole('button', { name: 'Review and apply' });
    await expect(review).toBeDisabled();
    await choose(bar.getByLabel(/Attorney/), `${ATTORNEY.first} ${ATTORNEY.surname}`);
    await bar.getByLabel('Note', { exact: true }).fill('Please collect.');
    await accessible(boss, 'status management');
    await review.click();
    const dialog = boss.getByRole('dialog');
    await expect(dialog).toContainText(shown(owing.total));
    await accessible(boss, 'look before');
    await dialog.getByRole('button', { name: 'Apply to 1' }).click();
    await expect(dialog).toContainText('1 customer changed');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await expect(boss.getByRole('img', { name: new RegExp(`Handed over to ${ATTORNEY.first} ${ATTORNEY.surname}`) })).toBeVisible();
  });

  await test.step('the attorney finds the matter on the dashboard and accepts it where that is asked for', async () => {
    await attorney.reload();
    await expect(attorney.getByRole('main')).toContainText(shown(owing.total));
    await accessible(attorney, 'dashboard of the attorney');
    await open(attorney, 'My matters');
    await attorney.getByRole('link', { name: new RegExp(owing.name) }).or(attorney.getByRole('row', { name: new RegExp(owing.name) })).first().click();
    await expect(attorney.getByText('The matter')).toBeVisible();
    const accept = attorney.getByRole('button', { name: 'Accept', exact: true });
    if (await accept.isVisible()) await accept.click();
    await accessible(attorney, 'matter');
  });

  await test.step('and sees only that customer', async () => {
    await open(attorney, 'Age analysis');
    await expect(attorney.getByRole('row', { name: new RegExp(owing.name) })).toContainText(shown(owing.total));
    await expect(attorney.getByText(other.name)).toHaveCount(0);
    await expect(attorney.getByText(/1 customer\b/).first()).toBeVisible();
  });

  await test.step('adds a note with a document', async () => {
    await attorney.getByRole('row', { name: new RegExp(owing.name) }).getByRole('button', { name: /note/i }).click();
    const drawer = attorney.getByRole('complementary').or(attorney.locator('.drawer'));
    await drawer.first().getByLabel('Note', { exact: true }).fill(NOTE);
    await drawer.first().locator('input[type=file]').setInputFiles({ name: 'return-of-service.txt', mimeType: 'text/plain', buffer: Buffer.from('Served on 12 November.\n') });
    await choose(drawer.first().getByLabel('Kind of document'), 'Return of service');
    await drawer.first().getByRole('button', { name: 'Add note' }).click();
    await expect(drawer.first().getByText(NOTE)).toBeVisible();
    await expect(drawer.first().getByText(/return-of-service/).first()).toBeVisible();
    await accessible(attorney, 'notes');
  });

  await test.step("the attorney's workbook holds one customer", async () => {
    const found = table(await workbook(attorney, info.outputDir));
    expect(found.lines).toHaveLength(1);
    expect(inCents(found.lines[0][found.column('Total')])).toBe(owing.total);
    expect(found.text).toContain(owing.name);
    expect(found.text).not.toContain(other.name);
  });

  await test.step('nothing else opens for the attorney', async () => {
    for (const path of ['/users', '/communities/new', '/imports', '/inbox', '/permission-groups', '/users/new']) {
      await attorney.goto(path);
      await expect(attorney.getByText('You may not see this').first()).toBeVisible();
    }
  });

  await test.step('the agency reads the note', async () => {
    await open(boss, 'Age analysis');
    await boss.getByRole('searchbox', { name: 'Search customers' }).fill(reference);
    await boss.getByRole('row', { name: new RegExp(owing.name) }).getByRole('button', { name: /not read yet/ }).click();
    await expect(boss.locator('.drawer').getByText(NOTE)).toBeVisible();
    await boss.locator('.drawer').getByRole('button', { name: 'Close' }).first().click();
  });

  await test.step("the agency's workbook is the whole book, with types, formulas and frozen panes", async () => {
    await boss.getByRole('searchbox', { name: 'Search customers' }).fill('');
    await boss.getByRole('button', { name: /^Communities/ }).click();
    const tick = boss.getByRole('checkbox', { name: COMMUNITY });
    await tick.check();
    await boss.keyboard.press('Escape');
    await expect(boss.locator('tfoot')).toContainText(shown(everything));
    const found = table(await workbook(boss, info.outputDir));
    expect(found.frozen).toBeTruthy();
    expect(found.text).toContain('As at');
    // The ages bear the community's own days.
    const money = found.names.slice(found.column('Total') + 1).slice(0, 5);
    expect(money).toEqual(['To 14 days', '15–45 days', '46–75 days', '76–105 days', 'Over 105 days']);
    const rows = new Map(found.lines.map((row) => [row[found.names.findIndex((n) => /account|reference|number/i.test(n))].value, row]));
    for (const [number, customer] of expected) {
      const row = rows.get(number);
      expect(row, `${number} is in the workbook`).toBeTruthy();
      expect(inCents(row[found.column('Total')]), `${number} in all`).toBe(customer.total);
      expect(money.map((name) => inCents(row[found.column(name)])), `${number} by age`).toEqual(customer.buckets);
    }
    expect(found.lines.reduce((sum, row) => sum + inCents(row[found.column('Total')]), 0)).toBe(everything);
    for (const name of ['Total', ...money]) expect(found.totals[found.column(name)].value).toMatch(/^=(SUM|SUBTOTAL)\(/);
  });

  await context.close();
});
