// Inviting people: nobody is let in to see nothing by oversight (spec A03, A05).
import { expect, test } from '../support/test.mjs';

test('an agent without a community is asked for once more, an attorney without one is refused', async ({ as }) => {
  const page = await as('superuser');
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/users"]').click();
  await page.getByRole('link', { name: 'Add user' }).click();
  const form = page.locator('form.form-page');
  await page.getByLabel('E-mail').fill(`new.${Date.now()}@loerie.example`);
  await page.getByLabel('First name').fill('Zanele');
  await page.getByLabel('Surname').fill('Mthethwa');

  await form.locator('select').first().selectOption('attorney');
  await form.locator('select').nth(1).selectOption({ index: 1 });
  await form.getByRole('button', { name: 'Send invitation' }).click();
  await expect(form.getByText('Fill this in').first()).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await form.locator('select').first().selectOption('call_centre');
  await form.locator('select').nth(1).selectOption({ index: 1 });
  await expect(form.getByText('see no customers at all')).toBeVisible();
  await form.getByRole('button', { name: 'Send invitation' }).click();
  const dialog = page.getByRole('dialog', { name: 'Zanele Mthethwa without a community?' });
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/\/users\/new$/);
  await form.getByRole('button', { name: 'Send invitation' }).click();
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await expect(page).toHaveURL(/\/users\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Zanele Mthethwa' })).toBeVisible();
});
