import { expect } from '@playwright/test';
import { fixtures } from '../support/fixtures.mjs';

export class SignInPage {
  constructor(page) {
    this.page = page;
    this.email = page.getByLabel('E-mail');
    this.password = page.locator('input[type="password"]');
    this.submit = page.getByRole('button', { name: 'Sign in' });
  }

  /** Signs in as a role of the demo book and waits for the first page behind the sign-in. */
  async signIn(role) {
    const { email, password } = fixtures().sign_ins[role];
    await this.page.goto('/');
    await this.email.fill(email);
    await this.password.fill(password);
    await this.submit.click();
    await expect(this.password).toBeHidden();
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }
}
