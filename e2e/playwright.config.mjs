import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';
import { freePort } from './support/kept.mjs';

// Debian's Chromium where it is installed, so that no browser is downloaded; Playwright's own one elsewhere.
const system = process.env.CHROMIUM ?? '/usr/bin/chromium';
const executablePath = existsSync(system) ? system : undefined;

// The configuration is read again by every worker: the port is chosen once and handed down by the environment.
// KEPT_E2E_URL points the tests at a server that already runs (then nothing is started).
process.env.KEPT_E2E_PORT ??= String(await freePort());
const baseURL = process.env.KEPT_E2E_URL ?? `http://127.0.0.1:${process.env.KEPT_E2E_PORT}`;

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  globalSetup: './support/setup.mjs',
  // One server and one book for all: a file's tests run in order, files side by side, each on its own accounts.
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: process.env.CI ? [['list']] : [['list'], ['html', { open: 'never', outputFolder: './report' }]],
  use: {
    baseURL,
    viewport: { width: 1440, height: 900 },
    locale: 'en-ZA',
    timezoneId: 'Africa/Johannesburg',
    acceptDownloads: true,
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
  projects: [{ name: 'chromium' }],
});
