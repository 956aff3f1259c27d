// The customer card's head: ways to reach somebody, exclusions, notes; and a lead that becomes a customer.
import { caller, ledgerCommunity } from '../support/ledger.mjs';
import { accessible, expect, picture, test } from '../support/test.mjs';

/** A customer with two numbers and an address. */
async function reachable(api, community, reference) {
  const contacts = [
    { kind: 'phone', value: '082 555 0161', label: 'mobile', is_primary: true },
    { kind: 'phone', value: '011 555 0162', label: 'work' },
    { kind: 'email', value: 'lindiwe@example.org' },
  ];
  const debtors = [{ kind: 'natural', first_name: 'Lindiwe', last_name: `Zulu ${reference}`, contacts }];
  return api.post(`/communities/${community.id}/accounts`, { reference, debtors });
}

test('numbers are used, added and excluded from the head of the card, and a conflict shows both values', async ({ as, baseURL }) => {
  test.setTimeout(180_000);
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const account = await reachable(api, community, 'C1');
  const page = await as('superuser');
  await page.goto(`/accounts/${account.id}`);
  const head = page.locator('.accounts-head');
  await expect(head.getByRole('link', { name: 'Call +27 82 555 0161' })).toHaveAttribute('href', 'tel:+27825550161');
  await head.getByRole('button', { name: /^Text \+27 82 555 0161/ }).press('Enter');
  await expect(page.getByText('Texts cannot be sent yet', { exact: false }).first()).toBeVisible();

  // The other number, for now; and a third one, typed in.
  await head.getByRole('button', { name: 'Telephone numbers' }).click();
  const ways = head.getByRole('group', { name: 'Telephone numbers' });
  await ways.getByRole('button', { name: 'Use for now: +27 11 555 0162' }).click();
  await expect(head.locator('.accounts-reach-value').first()).toHaveText('+27 11 555 0162');
  await ways.getByRole('button', { name: 'Add a number' }).click();
  await ways.getByRole('textbox', { name: 'Telephone', exact: true }).fill('call me');
  await ways.getByRole('button', { name: 'Save' }).click();
  await expect(ways.locator('[aria-invalid=true]')).toHaveCount(1);
  await ways.getByRole('textbox', { name: 'Telephone', exact: true }).fill('083 555 0163');
  await ways.getByRole('button', { name: 'Save' }).click();
  await expect(ways.getByRole('link', { name: '+27 83 555 0163', exact: true })).toBeVisible();
  await accessible(page, 'ways to reach a customer');
  await picture(page, 'card-ways');

  // Somebody else was faster: both values are there to choose from.
  await ways.getByRole('button', { name: 'Edit +27 83 555 0163' }).click();
  const contact = (await api.get(`/accounts/${account.id}`)).debtors[0].contacts.find((c) => c.value === '+27835550163');
  await api.put(`/contacts/${contact.id}`, { kind: 'phone', value: '083 555 0199' }, contact.version);
  await ways.getByLabel('Label').fill('home');
  await ways.getByRole('button', { name: 'Save' }).click();
  await expect(ways.getByText('Somebody changed this meanwhile')).toBeVisible();
  await expect(ways.getByText('+27 83 555 0199', { exact: false })).toBeVisible();
  await ways.getByRole('button', { name: 'Save mine over it' }).click();
  await expect(ways.getByText('Somebody changed this meanwhile')).toHaveCount(0);
  await page.keyboard.press('Escape');

  // Excluded: said in the head, asked before a call, lifted again.
  await head.getByRole('button', { name: /Exclusions/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Exclusions' });
  await dialog.getByRole('button', { name: 'Exclude', exact: true }).click();
  await expect(dialog.getByText('Fill this in.')).toBeVisible();
  await dialog.getByLabel('Why').fill('Works nights');
  await dialog.getByRole('button', { name: 'Exclude', exact: true }).click();
  await expect(dialog.getByText('Works nights', { exact: false })).toBeVisible();
  await accessible(page, 'exclusions');
  await picture(page, 'card-exclusions');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(head.getByRole('button', { name: /Exclusions/ })).toContainText('Full');
  await head.getByRole('button', { name: /^Call / }).first().click();
  await expect(page.getByRole('dialog', { name: /^Call .* all the same/ })).toContainText('By hand only');
  await page.keyboard.press('Escape');
  await head.getByRole('button', { name: /Exclusions/ }).click();
  await dialog.getByRole('button', { name: 'Lift' }).click();
  await dialog.getByLabel('Why it is lifted').fill('Changed jobs');
  await dialog.getByRole('button', { name: 'Lift', exact: true }).click();
  await expect(dialog.getByText('1 lifted exclusion')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(head.getByRole('button', { name: /Exclusions/ })).toContainText('None');

  // A note from wherever one is; it is in the diary.
  await head.getByRole('button', { name: 'Add note' }).click();
  const note = page.getByRole('dialog', { name: 'Add a note' });
  await note.getByLabel('Note', { exact: true }).fill('Will pay on Friday.');
  await note.getByRole('button', { name: 'Add note' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('tab', { name: 'Diary' }).click();
  await expect(page.locator('.diary-day').getByText('Will pay on Friday.')).toBeVisible();
  await expect(page.locator('.diary-day').getByText('Exclusion lifted')).toBeVisible();
});

test('a lead shows its script, is related to communities, and becomes a customer by taking a unit', async ({ as, baseURL }) => {
  test.setTimeout(120_000);
  const api = await caller(baseURL, 'superuser');
  const community = await ledgerCommunity(api);
  const page = await as('superuser');
  const account = await api.post(`/communities/${community.id}/accounts`, {
    reference: 'L1', debtors: [{ kind: 'natural', first_name: 'Zanele', last_name: 'Khumalo' }],
    lead: { channel: 'Telephone', taken_by: 'Reception', answers: [{ question: 'How large?', answer: '6 m²' }] },
  });
  await page.goto(`/accounts/${account.id}?tab=lead`);
  const head = page.locator('.accounts-head');
  await expect(head.getByText('Active lead')).toBeVisible();
  await expect(page.getByText('6 m²')).toBeVisible();
  await accessible(page, 'lead');
  await picture(page, 'card-lead');
  await page.getByRole('button', { name: 'Cancel lead' }).click();
  await expect(head.getByText('Canceled lead')).toBeVisible();
  await page.getByRole('button', { name: 'Take up again' }).click();
  await expect(head.getByText('Active lead')).toBeVisible();
  const unit = await api.post(`/communities/${community.id}/units`, { code: 'L-1' });
  await api.act(`/units/${unit.id}/owners`, { account_id: account.id, from_on: new Date().toISOString().slice(0, 10) }, unit.version);
  await page.reload();
  await expect(head.getByText('Customer', { exact: true })).toBeVisible();
  await expect(page.getByText('Took a unit')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel lead' })).toHaveCount(0);
});
