// The `test` every spec imports: it fails on anything the browser complains about, and brings the helpers along.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect } from '@playwright/test';
import { fixtures } from './fixtures.mjs';
import { SignInPage } from '../pages/sign-in.mjs';

const shots = join(dirname(fileURLToPath(import.meta.url)), '..', 'shots');

/** Console errors and exceptions of a page, but for answers that the test itself provokes (`expectProblems`). */
function watch(page, seen) {
  page.on('pageerror', (error) => seen.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // Chromium reports every 4xx as an error of its own; the server's faults are looked at below.
    if (/Failed to load resource/.test(message.text())) return;
    seen.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 500) seen.push(`${response.status()} from ${response.url()}`);
  });
}

export const test = base.extend({
  /** Faults seen by any page of the test; checked at its end. */
  faults: [async ({}, use) => {
    const seen = [];
    await use(seen);
    expect(seen, 'the browser complained').toEqual([]);
  }, { auto: true }],

  page: async ({ page, faults }, use) => {
    watch(page, faults);
    await use(page);
  },

  /** `await as('attorney')`: a page in a browser context of its own, signed in through the sign-in page. */
  as: async ({ browser, baseURL, faults }, use) => {
    const contexts = [];
    await use(async (role, options = {}) => {
      const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 }, locale: 'en-ZA', timezoneId: 'Africa/Johannesburg', acceptDownloads: true, ...options });
      contexts.push(context);
      const page = await context.newPage();
      watch(page, faults);
      await new SignInPage(page).signIn(role);
      return page;
    });
    for (const context of contexts) await context.close();
  },

  book: async ({}, use) => use(fixtures()),
});

/** No serious or critical violation on what is shown now; the test goes on and fails at its end. `rules`: only these. */
export async function accessible(page, name = page.url(), rules) {
  const axe = new AxeBuilder({ page });
  const judge = rules ? axe.withRules(rules) : axe;
  const look = async () => (await judge.analyze()).violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  let serious = await look();
  if (serious.length > 0) {
    // Colours that are still changing (a theme just switched) are no violation: what stays is.
    await page.waitForTimeout(1_000);
    serious = await look();
  }
  const told = serious.map((v) => `${v.id} (${v.impact}): ${v.help}\n   ${v.nodes.slice(0, 4).map((n) => n.target.join(' ') + ' ' + n.html.slice(0, 160)).join('\n   ')}`);
  expect.soft(told, `axe on ${name}`).toEqual([]);
}

/** Chooses the first option of a drop-down that reads like `words`; its list may still be on its way. */
export async function choose(select, words) {
  const option = select.locator('option').filter({ hasText: words }).first();
  await expect(option).toBeAttached();
  await select.selectOption({ value: await option.getAttribute('value') });
}

const WIDTHS = { wide: { width: 1440, height: 900 }, tablet: { width: 1024, height: 768 }, phone: { width: 390, height: 844 } };

/** Nothing may scroll sideways at three widths, light and dark; with KEPT_E2E_PICTURES each is kept in e2e/shots. */
export async function picture(page, name, { sizes = Object.keys(WIDTHS), themes = ['light', 'dark'] } = {}) {
  const keep = Boolean(process.env.KEPT_E2E_PICTURES);
  if (keep) mkdirSync(shots, { recursive: true });
  const before = page.viewportSize();
  for (const theme of keep ? themes : ['light']) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const size of sizes) {
      await page.setViewportSize(WIDTHS[size]);
      await page.waitForTimeout(120); // one layout of the virtual grid
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(overflow, `${name} scrolls sideways at ${size}`).toBeLessThanOrEqual(0);
      if (keep) await page.screenshot({ path: join(shots, `${name}-${size}-${theme}.png`) });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before);
}

export { expect };
