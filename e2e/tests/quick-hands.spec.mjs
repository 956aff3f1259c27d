// An administrator in a hurry: rows pressed beside their links, forms sent, pages that do not exist. Every spec fails on an
// exception in the browser; these are the places where handlers unmount what they hang on, or navigate while they run.
import { expect, test } from '../support/test.mjs';

const ONE = /\/[0-9a-f-]{36}$/;

/** To a list by the side bar, as hands do: without loading the application again. */
async function go(page, list) {
  await page.getByRole('navigation', { name: 'Main' }).locator(`a[href="${list}"]`).click();
  await expect(page).toHaveURL(new RegExp(`${list}$`));
  await expect(page.locator('.skeleton')).toHaveCount(0);
}

/** To an address as the browser's own buttons do it. */
const jump = (page, to) => page.evaluate((to) => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')); }, to);

/** Presses a row where it has no control: its last cell. */
async function pressRow(page, nth) {
  await page.locator('tbody tr.is-link').nth(nth).locator('td').last().click();
}

test('a row opens the page of its link, once, and steps back in one step', async ({ as }) => {
  const page = await as('superuser');
  for (const list of ['/accounts', '/permission-groups', '/communities', '/users', '/handovers']) {
    await go(page, list);
    for (const nth of [0, 1]) {
      const link = await page.locator('tbody tr.is-link').nth(nth).locator('a[href]').first().getAttribute('href');
      await pressRow(page, nth);
      await expect(page).toHaveURL(link);
      await page.goBack();
      await expect(page).toHaveURL(new RegExp(`${list}$`));
    }
  }
});

test('customers and permission groups made one after the other, each opened from the list', async ({ as }) => {
  const page = await as('superuser');
  for (const n of [1, 2]) {
    const reference = `QUICK-${Date.now()}-${n}`;
    await go(page, '/accounts');
    await page.getByRole('link', { name: 'New customer' }).click();
    await page.locator('form.form-page select').first().selectOption({ index: 1 });
    await page.getByLabel('Reference').fill(reference);
    await page.getByLabel('Surname').fill('Quick');
    await page.locator('form.form-page').getByRole('button', { name: 'Create customer' }).click();
    await expect(page).toHaveURL(ONE);
    for (const tab of await page.getByRole('tab').all()) await tab.click();

    const group = `Quick ${Date.now()} ${n}`;
    await go(page, '/permission-groups');
    await page.getByRole('link', { name: 'Add group' }).click();
    await page.locator('form input[type=text]').first().fill(group);
    await page.locator('form select').first().selectOption({ index: 1 });
    await page.locator('form input[type=checkbox]').first().check();
    await page.locator('form button[type=submit]').click();
    await expect(page).toHaveURL(/permission-groups(\/[0-9a-f-]{36})?$/);
    await go(page, '/permission-groups');
    await page.locator('tbody tr.is-link', { hasText: group }).locator('td').last().click();
    await expect(page).toHaveURL(ONE);
  }
});

test('addresses that lead nowhere say so and lead back', async ({ as }) => {
  const page = await as('superuser');
  const nowhere = ['/accounts/none', '/handovers/none', '/units/none', '/users/none', '/permission-groups/none', '/a/b/c'];
  for (const path of nowhere) {
    await jump(page, path);
    await expect(page.locator('.skeleton')).toHaveCount(0);
    await jump(page, `${path}/x`);
    await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
    await page.goBack();
  }
  await page.goto('/a/b/c');
  await page.getByRole('link', { name: 'Go to the dashboard' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Good day');
});
