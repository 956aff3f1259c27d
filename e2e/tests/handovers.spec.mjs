// The attorney's page of a matter, and figures that agree with each other.
import { expect, test } from '../support/test.mjs';

test('a matter says how the debtor is reached and what moved last', async ({ as }) => {
  const page = await as('attorney');
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/handovers"]').click();
  await page.locator('tbody tr.is-link', { hasText: 'Active' }).first().locator('td').last().click();
  await expect(page.locator('main a[href^="tel:"]').first()).toBeVisible();
  await expect(page.locator('main a[href^="mailto:"]').first()).toBeVisible();
  const moved = page.getByRole('table', { name: 'Last movements' }).locator('tbody tr');
  await expect(moved.first()).toBeVisible();
  expect(await moved.count()).toBeLessThanOrEqual(10);
  // The newest line's balance is what is owed now.
  const owed = await page.locator('dt', { hasText: 'Owed now' }).locator('xpath=following-sibling::dd[1]').innerText();
  await expect(moved.first().locator('td').last()).toHaveText(owed.replace(/^R\s*/, ''));
  await page.getByRole('link', { name: 'All movements' }).click();
  await expect(page).toHaveURL(/\/accounts\/[0-9a-f-]{36}\/movements$/);
});

test("an attorney's figures are of open matters, on every page the same", async ({ as }) => {
  const page = await as('attorney');
  const tile = (name) => page.locator('main .tile', { hasText: name });
  const open = Number(await tile('Open matters').locator('strong').innerText());
  await expect(tile('Outstanding')).toContainText(`${open} customer`);
  await expect(page.getByText('count the customers of your open matters')).toBeVisible();
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/age-analysis"]').click();
  await expect(page.locator('.page-head')).toContainText(`${open} customers (open matters only)`);
});
