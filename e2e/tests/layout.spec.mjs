// The details of a customer: widgets, their layout by mouse and by keyboard, for oneself and for a group, and a custom widget.
import { caller, customer, ledgerCommunity } from '../support/ledger.mjs';
import { today } from '../support/book.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

const DAY = today();
const widgets = (page) => page.locator('.layouts-widget').evaluateAll((all) => all.map((w) => w.dataset.widget));
const tiles = (page) => page.locator('.layouts-tile').evaluateAll((all) => all.map((w) => w.dataset.widget));

async function fresh(api) {
  await api.delete('/layouts/account');
}

test('widgets show the customer in one round of requests, each with its own way on', async ({ as, baseURL }) => {
  test.setTimeout(180_000);
  const api = await caller(baseURL, 'superuser');
  await fresh(api);
  const community = await ledgerCommunity(api);
  const account = await customer(api, community, 'L1', 'Zanele Mthembu', DAY, { 'INV-L': [40, '750.00'] });
  await api.post(`/accounts/${account.id}/notes`, { body: 'Prefers the telephone.' });
  const page = await as('superuser');
  const asked = [];
  page.on('request', (r) => r.url().includes('/api/v1/') && asked.push(new URL(r.url()).pathname));
  await page.goto(`/accounts/${account.id}`);
  const claims = page.locator('[data-widget=claims]');
  await expect(claims).toContainText('INV-L');
  await expect(page.locator('[data-widget=totals]')).toContainText('R 750.00'.replace(' ', ' '));
  await expect(page.locator('[data-widget=notes]')).toContainText('Prefers the telephone.');
  await expect(page.locator('[data-widget=handover]')).toContainText('Not handed over.');
  await expect(page.locator('[data-widget=files]')).toContainText('No files yet.');
  await expect(page.locator('[data-widget=diary] .timeline > li').first()).toBeVisible();
  // Nothing is asked twice.
  const own = asked.filter((path) => path.includes(account.id));
  expect(own.length).toBe(new Set(own).size);
  await accessible(page, 'widgets');
  await picture(page, 'widgets');
  await claims.getByRole('link', { name: 'Open Open claims' }).click();
  await expect(page).toHaveURL(/tab=claims/);
});

test('a layout is dragged, moved by keys, undone, cancelled, saved and reverted', async ({ as, baseURL }) => {
  test.setTimeout(240_000);
  const api = await caller(baseURL, 'superuser');
  await fresh(api);
  const community = await ledgerCommunity(api);
  const account = await customer(api, community, 'L2', 'Pieter Botha', DAY, { 'INV-M': [5, '10.00'] });
  const page = await as('superuser');
  await page.goto(`/accounts/${account.id}`);
  await expect(page.locator('[data-widget=facts]')).toBeVisible();
  const shipped = await widgets(page);
  await page.getByRole('button', { name: 'Edit layout' }).click();
  await expect(page).toHaveURL(/layout=edit/);
  expect(await tiles(page)).toEqual(shipped);
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await expect(save).toBeDisabled();
  await accessible(page, 'layout editor');
  await picture(page, 'layout-editor');

  // By the mouse: the second onto the first.
  const tile = (name) => page.locator(`.layouts-tile[data-widget=${name}]`);
  await tile('facts').getByRole('button', { name: /^Move Account$/ }).dragTo(tile('contacts'));
  expect((await tiles(page)).slice(0, 2)).toEqual(['facts', 'contacts']);
  await expect(page.getByRole('status').filter({ hasText: 'Account: place 1' })).toHaveCount(1);

  // By keys: the focus stays with it.
  const handle = tile('facts').getByRole('button', { name: 'Move Account', exact: true });
  await handle.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(handle).toBeFocused();
  expect((await tiles(page)).slice(0, 4)).toContain('facts');
  const moved = await tiles(page);
  expect(moved.indexOf('facts')).toBeGreaterThan(1);

  // Width, remove, add; what is on display cannot be added.
  await tile('facts').getByRole('combobox', { name: 'Width of Account' }).selectOption('half');
  await tile('files').getByRole('button', { name: 'Remove Latest files' }).click();
  await expect(tile('files')).toHaveCount(0);
  await page.getByRole('button', { name: 'Add widget' }).click();
  await expect(page.getByRole('menuitem', { name: 'Account', exact: true })).toBeDisabled();
  await page.getByRole('menuitem', { name: 'Products' }).click();
  await expect(tile('products')).toBeVisible();

  // Undone one by one; cancelled, nothing of it is left.
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(tile('products')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(tile('files')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel changes' }).click();
  await expect(page.locator('.layouts-editor')).toHaveCount(0);
  expect(await widgets(page)).toEqual(shipped);

  // Saved, it is there after a reload.
  await page.getByRole('button', { name: 'Edit layout' }).click();
  await tile('contacts').getByRole('button', { name: 'Remove Contact details' }).click();
  await save.click();
  await expect(page.locator('.layouts-editor')).toHaveCount(0);
  const mine = shipped.filter((w) => w !== 'contacts');
  await expect.poll(() => widgets(page)).toEqual(mine);
  await page.reload();
  await expect.poll(() => widgets(page)).toEqual(mine);

  // And back to what comes with Kept.
  await page.getByRole('button', { name: 'Edit layout' }).click();
  await page.getByRole('button', { name: 'Revert to default' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revert to default' }).click();
  await expect.poll(() => widgets(page)).toEqual(shipped);
});

test('a custom widget shows fields of the schema, and a manager lays out the page of a group', async ({ as, baseURL }) => {
  test.setTimeout(240_000);
  const api = await caller(baseURL, 'superuser');
  await fresh(api);
  const mark = `w${Date.now()}`;
  const field = await api.post('/metadata-fields', { entity: 'account', key: mark, labels: { en: `Bay ${mark}` }, type: 'text' });
  const community = await ledgerCommunity(api);
  const account = await customer(api, community, 'L3', 'Lerato Dlamini', DAY, {});
  await api.put(`/accounts/${account.id}/metadata`, { values: { [mark]: 'North 7' } }, 0);
  const page = await as('superuser');
  await page.goto(`/accounts/${account.id}?tab=details&layout=edit`);
  await page.getByRole('button', { name: 'Add widget' }).click();
  await page.getByRole('menuitem', { name: 'Custom' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: 'Apply' }).click();
  await expect(form.getByText('Fill this in.').first()).toBeVisible();
  await form.getByLabel('Label', { exact: false }).first().fill('Parking');
  await form.getByRole('combobox', { name: /Meta fields/ }).fill(mark);
  await page.getByRole('option', { name: `Customer · Bay ${mark}` }).click();
  await page.keyboard.press('Tab');
  await accessible(page, 'custom widget');
  await form.getByRole('button', { name: 'Apply' }).click();
  await expect(page.locator('.layouts-tile[data-widget=custom]')).toContainText('Parking');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const own = page.locator('.layouts-widget[data-widget=custom]');
  await expect(own).toContainText(`Bay ${mark}`);
  await expect(own).toContainText('North 7');
  await fresh(api);

  // For everybody of a group.
  await page.goto(`/accounts/${account.id}?tab=details&layout=edit`);
  await page.getByRole('combobox', { name: 'Layout for' }).selectOption({ label: 'For Call centre' });
  await page.locator('.layouts-tile[data-widget=contacts]').getByRole('button', { name: /^Remove/ }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('The layout of the group was saved')).toBeVisible();
  const groups = (await api.get('/layouts/account')).groups;
  const group = groups.find((g) => g.name === 'Call centre');
  expect(group.has_layout).toBe(true);
  const kept = await api.get(`/layouts/account/groups/${group.id}`);
  expect(kept.widgets.map((w) => w.widget)).not.toContain('contacts');
  await api.delete(`/layouts/account/groups/${group.id}`, kept.version);
  const { id, version, is_used: _used, ...rest } = await api.get(`/metadata-fields/${field.id}`);
  await api.put(`/metadata-fields/${id}`, { ...rest, is_active: false }, version);
});
