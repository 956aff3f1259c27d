// Notes as people write them: quick responses, units and marks, the mail to the community, drafts that outlive a reload, and
// what is left of a deleted note.
import { accessible, expect, picture, test } from '../support/test.mjs';
import { caller } from '../support/ledger.mjs';

/** Customers of Jacaranda Ridge with two units and no attorney, the demo's own story apart. */
async function owners(baseURL, book) {
  const api = await caller(baseURL, 'superuser');
  const page = await api.get(`/accounts?community_id=${book.communities.JAC}&handed_over=false&limit=200`);
  const found = page.items.filter((a) => a.unit_label?.includes(', ') && a.note_count === 0);
  expect(found.length, 'customers with two units').toBeGreaterThanOrEqual(3);
  return { api, found };
}

const notes = async (page, account) => {
  await page.goto(`/accounts/${account.id}?tab=notes`);
  await expect(page.getByRole('textbox', { name: 'Note', exact: true })).toBeVisible();
};

test('a call-centre agent writes an urgent note and the community gets it by mail', async ({ as, baseURL, book }) => {
  test.setTimeout(180_000);
  const { found } = await owners(baseURL, book);
  const account = found[0];
  const unit = account.unit_label.split(', ')[1];
  const page = await as('call_centre');
  await notes(page, account);
  const text = page.getByRole('textbox', { name: 'Note', exact: true });
  const own = 'The gate code was changed.';

  await test.step('a quick response is put into the note and may be changed', async () => {
    await page.getByRole('button', { name: 'Quick responses' }).press('ArrowDown');
    await expect(page.getByRole('menuitem', { name: 'Left a message' })).toBeFocused();
    await accessible(page, 'quick responses');
    await page.keyboard.press('Enter');
    await expect(text).toHaveValue('No answer. Left a message to call us back.');
    await expect(text).toBeFocused();
    await page.keyboard.type(` ${own}`);
    await expect(text).toHaveValue(`No answer. Left a message to call us back. ${own}`);
  });

  await test.step('the draft outlives a reload', async () => {
    await expect(page.getByText('Draft saved')).toBeVisible();
    await page.reload();
    await expect(text).toHaveValue(`No answer. Left a message to call us back. ${own}`);
  });

  await test.step('with two units one is asked for', async () => {
    await page.getByRole('region', { name: 'Add a note' }).getByRole('button', { name: 'Add note' }).click();
    await expect(page.getByText(/Choose the unit this note is about/)).toBeVisible();
    await expect(page.getByLabel('Unit', { exact: true }).first()).toBeFocused();
    await page.getByLabel('Unit', { exact: true }).first().selectOption({ label: unit });
    await expect(page.getByText(/Choose the unit this note is about/)).toBeHidden();
    await page.getByRole('checkbox', { name: 'Urgent' }).check();
    await expect(page.getByText('This note is also e-mailed to the community.')).toBeVisible();
    await accessible(page, 'composer');
    await page.getByRole('region', { name: 'Add a note' }).getByRole('button', { name: 'Add note' }).click();
    await expect(page.getByText('Note added and e-mailed to the community')).toBeVisible();
  });

  await test.step('it stands in the history with its marks, and the draft is gone', async () => {
    const line = page.getByRole('listitem').filter({ hasText: own });
    await expect(line.getByText('Urgent')).toBeVisible();
    await expect(line.getByText(`Unit ${unit}`)).toBeVisible();
    await expect(line.getByText(/E-mailed to the community/)).toBeVisible();
    await expect(text).toHaveValue('');
    await page.reload();
    await expect(page.getByRole('listitem').filter({ hasText: own })).toBeVisible();
    await expect(text).toHaveValue('');
  });

  await test.step('the letter lies in the inbox, URGENT first', async () => {
    const boss = await as('superuser');
    await boss.goto('/inbox');
    await boss.getByRole('button', { name: new RegExp(`^URGENT: Note on ${account.reference} `) }).click();
    await expect(boss.getByRole('region').or(boss.locator('.letter-text')).filter({ hasText: own }).first()).toBeVisible();
    await expect(boss.getByText('jacaranda@example.com').first()).toBeVisible();
    await expect(boss.getByText(`Unit: ${unit}`)).toBeVisible();
  });

  await test.step('deleted, it leaves a tombstone', async () => {
    const line = page.getByRole('listitem').filter({ hasText: own });
    await line.getByRole('button', { name: 'Delete note' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete this note?' });
    await dialog.getByRole('button', { name: 'Delete note' }).click();
    await expect(dialog.getByText('Fill this in.')).toBeVisible();
    await dialog.getByLabel('Reason').fill('Another customer had called');
    await accessible(page, 'delete a note');
    await dialog.getByRole('button', { name: 'Delete note' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText('Reason: Another customer had called')).toBeVisible();
    await expect(page.getByText(/Deleted by Zanele Dube/)).toBeVisible();
    await expect(page.getByText(own)).toHaveCount(0);
    await page.reload();
    await expect(page.getByText('Reason: Another customer had called')).toBeVisible();
    await expect(page.getByText(own)).toHaveCount(0);
    await accessible(page, 'tombstone');
  });
});

test('marks are filtered, long notes are cut, and all units are one note', async ({ as, baseURL, book }) => {
  const { api, found } = await owners(baseURL, book);
  const account = found[1];
  await api.post(`/accounts/${account.id}/notes`, { body: 'The neighbour asks who pays for the fence.' });
  const page = await as('agent');
  await notes(page, account);
  const long = ['Agreed today:', 'half on the first,', 'half on the fifteenth,', 'nothing else is charged,', 'until the arrears are paid.'];
  await page.getByRole('textbox', { name: 'Note', exact: true }).fill(long.join('\n'));
  await page.getByRole('checkbox', { name: 'All units' }).check();
  await expect(page.getByLabel('Unit', { exact: true }).first()).toBeDisabled();
  await page.getByRole('checkbox', { name: 'Collection note' }).check();
  await page.getByRole('region', { name: 'Add a note' }).getByRole('button', { name: 'Add note' }).click();
  await expect(page.getByText('Note added', { exact: true })).toBeVisible();
  const line = page.getByRole('listitem').filter({ hasText: long[0] });
  await expect(line.getByText('Collection', { exact: true })).toBeVisible();
  await expect(line.getByText('All units')).toBeVisible();
  await expect(line.getByText(long[4])).toHaveCount(0);
  await line.getByRole('button', { name: 'View more' }).click();
  await expect(line.getByText(long[4])).toBeVisible();
  const filter = page.getByRole('group', { name: 'What is shown' });
  await filter.getByRole('button', { name: 'Collection' }).click();
  await expect(page.getByText('The neighbour asks')).toHaveCount(0);
  await expect(line).toBeVisible();
  await filter.getByRole('button', { name: 'Urgent' }).click();
  await expect(page.getByText('No such notes')).toBeVisible();
  await accessible(page, 'no such notes');
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(page.getByText('The neighbour asks')).toBeVisible();
  const code = account.unit_label.split(', ')[0];
  await page.getByRole('combobox', { name: 'Unit' }).last().selectOption({ label: code });
  await expect(page.getByText('The neighbour asks')).toHaveCount(0);
  await expect(line).toBeVisible();
  await accessible(page, 'notes');
  await picture(page, 'notes');
});

test('managers keep quick responses and their order', async ({ as }) => {
  const page = await as('manager');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Quick responses' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Quick responses' })).toBeVisible();
  const title = `Handed to the office ${crypto.randomUUID().slice(0, 4)}`;
  await page.getByRole('button', { name: 'New quick response' }).click();
  const dialog = page.getByRole('dialog', { name: 'New quick response' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Fill this in.').first()).toBeVisible();
  await dialog.getByLabel('Title').fill(title);
  await dialog.getByLabel('Text').fill('The office takes care of it.');
  await accessible(page, 'new quick response');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`${title} was saved`)).toBeVisible();
  const rows = page.locator('tbody tr');
  await expect(rows.last()).toContainText(title);
  const count = await rows.count();
  // By the keyboard: the focus goes with the row.
  await page.getByRole('button', { name: `Move ${title} up` }).focus();
  await page.keyboard.press('Enter');
  await expect(rows.nth(count - 2)).toContainText(title);
  await expect(page.getByRole('button', { name: `Move ${title} up` })).toBeFocused();
  await page.reload();
  await expect(rows.nth(count - 2)).toContainText(title);
  await page.getByRole('button', { name: `Archive ${title}` }).click();
  await expect(page.getByText(title)).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Show archived' }).check();
  await expect(page.getByRole('row', { name: new RegExp(title) }).getByText('Archived')).toBeVisible();
  await accessible(page, 'quick responses');
  await picture(page, 'quick-responses');
  await page.getByRole('button', { name: `Delete ${title}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText(`${title} was deleted`)).toBeVisible();
});
