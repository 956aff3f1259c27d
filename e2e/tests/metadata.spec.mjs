// Fields of one's own: the schema of managers, values on the customer, what is masked, and how customers are found by them.
import { caller, customer, ledgerCommunity } from '../support/ledger.mjs';
import { today } from '../support/book.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

const DAY = today();

test('a manager keeps the schema: adds, orders by keyboard, archives, and maps what programs sent', async ({ as, baseURL }) => {
  test.setTimeout(180_000);
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const account = await customer(api, community, 'M1', 'Naledi Pillay', DAY, {});
  const mark = `k${Date.now()}`;
  await api.put(`/accounts/${account.id}/metadata`, { values: { [`${mark}_size`]: '450.50' } }, 0);
  const page = await as('superuser');
  await page.goto('/settings/metadata');
  const rows = page.locator('.metadata-table tbody tr');
  await expect(rows.first()).toBeVisible();
  await accessible(page, 'metadata');
  await picture(page, 'metadata');

  // A new field; its key follows its label.
  await page.getByRole('button', { name: 'New field' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText('Fill this in.').first()).toBeVisible();
  await form.getByLabel('Label in English').fill(`Gate code ${mark}`);
  await expect(form.getByLabel('Key')).toHaveValue(`gate_code_${mark}`);
  await form.getByLabel('Type').selectOption('list');
  await form.getByLabel('Choices').fill('Main\nBack');
  await form.getByRole('checkbox', { name: /^Sensitive/ }).check();
  await expect(form.getByRole('checkbox', { name: /^Searchable/ })).toBeDisabled();
  await accessible(page, 'metadata form');
  await form.getByRole('checkbox', { name: /^Sensitive/ }).uncheck();
  await form.getByRole('button', { name: 'Save' }).click();
  const gate = rows.filter({ hasText: `gate_code_${mark}` });
  await expect(gate).toContainText('Main, Back');

  // Moved without a mouse; the focus stays with it.
  const before = await rows.count();
  const up = gate.getByRole('button', { name: /^Move .* up$/ });
  await up.focus();
  await page.keyboard.press('Enter');
  await expect(rows.nth(before - 2)).toContainText(`gate_code_${mark}`);
  await expect(gate.getByRole('button', { name: /^Move .* up$/ })).toBeFocused();

  // What a program sent is a candidate.
  const candidate = page.locator('.metadata-keys li').filter({ hasText: `${mark}_size` });
  await expect(candidate).toContainText('450.50');
  await candidate.getByRole('button', { name: /^Map/ }).click();
  await expect(form.getByLabel('Type')).toHaveValue('number');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(candidate).toHaveCount(0);
  const mapped = rows.filter({ hasText: `${mark}_size` });
  // Used now: key and type are fixed.
  await mapped.getByRole('button', { name: /^Edit/ }).click();
  await expect(form.getByLabel('Type')).toBeDisabled();
  await form.getByRole('button', { name: 'Cancel' }).click();

  // Archived ones are out of the way, and come back.
  await gate.getByRole('button', { name: /^Archive/ }).click();
  await expect(gate).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Show archived' }).check();
  await gate.getByRole('button', { name: /again$/ }).click();
  await expect(gate.getByText('Archived', { exact: true })).toHaveCount(0);
  await gate.getByRole('button', { name: /^Archive/ }).click();
  await expect(gate.getByText('Archived', { exact: true })).toBeVisible();
  await mapped.getByRole('button', { name: /^Archive/ }).click();
});

test('what stands in fields is edited from More info, masked for who may not see it, and found', async ({ as, baseURL, book }) => {
  test.setTimeout(180_000);
  const api = await caller(baseURL, 'superuser');
  const mark = `e${Date.now()}`;
  const field = (of, key, more) => api.post('/metadata-fields', { entity: of, key: `${key}_${mark}`, labels: { en: `${key} ${mark}` }, type: 'text', ...more });
  const bay = await field('account', 'Bay', { is_searchable: true });
  const secret = await field('account', 'Secret', { is_sensitive: true });
  const account = book.ids.agent.own.account_id;
  const now = await api.get(`/accounts/${account}/metadata`);
  await api.put(`/accounts/${account}/metadata`, { values: { [`Secret_${mark}`]: '8001015009087' } }, now.version);

  const page = await as('agent');
  await page.goto(`/accounts/${account}`);
  await page.getByRole('button', { name: 'More info', exact: true }).first().click();
  const drawer = page.locator('.drawer');
  const group = drawer.locator('.metadata-group').first();
  await expect(group).toContainText(`Secret ${mark}`);
  await expect(drawer).not.toContainText('8001015009087');
  await accessible(page, 'more info');
  await picture(page, 'more-info');
  await group.getByRole('button', { name: /^Edit fields of/ }).click();
  const form = page.getByRole('dialog');
  await expect(form.getByLabel(`Secret ${mark}`)).toHaveCount(0);
  await form.getByLabel(`Bay ${mark}`).fill(`Bay${mark}`);
  await accessible(page, 'field values');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(group).toContainText(`Bay${mark}`);
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await page.goto(`/accounts?q=bay${mark}`);
  await expect(page.getByText('No customer', { exact: false })).toHaveCount(0);
  const found = await api.get(`/accounts?q=bay${mark}`);
  expect(found.items.map((a) => a.id)).toEqual([account]);
  for (const made of [bay, secret]) {
    const { id, version, is_used: _used, ...rest } = await api.get(`/metadata-fields/${made.id}`);
    await api.put(`/metadata-fields/${id}`, { ...rest, is_active: false }, version);
  }
});
