import { accessible, expect, test } from '../support/test.mjs';
import { SignInPage } from '../pages/sign-in.mjs';

test('a link from outside leads there after the sign-in', async ({ page, book }) => {
  await page.goto('/age-analysis?hide_zero=true');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await accessible(page, 'sign-in');
  const form = new SignInPage(page);
  const { email, password } = book.sign_ins.agent;
  await form.email.fill(email);
  await form.password.fill(password);
  await form.submit.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Age analysis' })).toBeVisible();
  await expect(page.getByLabel('Hide zero')).toBeChecked();
});

test('a wrong password is refused without telling who exists, and nothing typed is lost', async ({ page, book }) => {
  await page.goto('/sign-in');
  const form = new SignInPage(page);
  const answers = [];
  for (const email of [book.sign_ins.location.email, 'nobody.at.all@loerie.example']) {
    await form.email.fill(email);
    await form.password.fill('not the password');
    await form.submit.click();
    const alert = page.getByRole('alert').first();
    await expect(alert).toBeVisible();
    answers.push(await alert.textContent());
    await expect(form.email).toHaveValue(email);
    await page.reload();
  }
  expect(answers[0]).toBe(answers[1]);
  expect(answers[0]).not.toContain('_');
});

test('the keyboard alone signs in, finds a page and signs out', async ({ page, book }) => {
  await page.goto('/');
  const form = new SignInPage(page);
  await expect(form.email).toBeFocused();
  await page.keyboard.type(book.sign_ins.agent.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(book.sign_ins.agent.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Good day');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await expect(palette).toBeVisible();
  await page.keyboard.type('age an');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Age analysis' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('sign out');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('a forgotten password is replaced through the mail', async ({ as, page, book }) => {
  const { email, password } = book.sign_ins.trustee;
  await page.goto('/forgotten-password');
  await accessible(page, 'forgotten password');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('Look at your mail').first()).toBeVisible();
  const boss = await as('superuser');
  await boss.goto('/inbox');
  await boss.getByRole('button', { name: new RegExp(email.replaceAll('.', '\\.')) }).first().click();
  const href = await boss.locator('.letter a[href*="/invitation/"]').first().getAttribute('href');
  await page.goto(href);
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Save password and sign in' }).click();
  await expect(page.getByText(/too short/i).first()).toBeVisible();
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Save password and sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Good day');
  // The link works once.
  await page.context().clearCookies();
  await page.goto(href);
  await expect(page.getByText('This link no longer works').first()).toBeVisible();
});
