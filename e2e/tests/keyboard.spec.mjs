// The customer's card without a mouse: found, read, used and closed by keys alone.
import { expect, test } from '../support/test.mjs';

/** What has the focus: its name, role, whether it is in sight and shows that it has the focus. */
const focused = (page) => page.evaluate(() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const ring = (s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
  return {
    name: (at.getAttribute('aria-label') ?? at.labels?.[0]?.innerText ?? at.innerText ?? '').replace(/\s+/g, ' ').trim(),
    role: at.getAttribute('role') ?? at.tagName.toLowerCase(),
    id: at.dataset.stop ?? null,
    inSight: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    ring: ring(style) || (at.parentElement && ring(getComputedStyle(at.parentElement))),
  };
});

/** Presses Tab until what is wanted has the focus. */
async function tabTo(page, name, most = 120) {
  for (let n = 0; n < most; n += 1) {
    const now = await focused(page);
    if (name.test(now.name)) return now;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} is not reached by Tab`);
}

test('a card is opened, read through, written on and closed by keys alone', async ({ as }) => {
  test.setTimeout(240_000);
  const page = await as('agent');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('venter');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await expect(palette.getByRole('status')).toHaveText(/\d+ hits?|more/);
  await expect(palette.getByRole('option').first()).toContainText(/venter/i);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/venter/i);
  await expect(page.getByRole('tab', { name: 'Details' })).toBeVisible();
  await expect(page.locator('.layouts-grid')).toBeVisible();

  // Everything that can be used is reached, is in sight then, and shows that it has the focus.
  const wanted = await page.evaluate(() => {
    const able = 'a[href], button, input, select, textarea, [tabindex="0"]';
    const seen = [...document.querySelectorAll('main :is(' + able + ')')].filter((e) => e.checkVisibility({ visibilityProperty: true })
      && !e.disabled && e.tabIndex >= 0);
    seen.forEach((e, n) => { e.dataset.stop = String(n); });
    return seen.map((e) => (e.getAttribute('aria-label') ?? e.innerText ?? e.tagName).replace(/\s+/g, ' ').trim());
  });
  expect(wanted.length).toBeGreaterThan(15);
  await page.evaluate(() => { document.activeElement.blur(); window.scrollTo(0, 0); });
  const reached = new Set();
  for (let n = 0; n < wanted.length + 80 && reached.size < wanted.length; n += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (now.id === null) continue;
    reached.add(Number(now.id));
    expect.soft(now.inSight, `${now.name} is in sight`).toBe(true);
    expect.soft(now.ring, `${now.role} ${now.name} shows that it has the focus`).toBe(true);
  }
  expect(wanted.filter((_, n) => !reached.has(n)), 'reached by Tab').toEqual([]);

  // A menu and a drop-down open, close by Escape, and give the focus back.
  for (const name of [/^Actions$/, /^(Other numbers|Phone|Telephone|Numbers).*/i]) {
    await page.evaluate(() => { document.activeElement.blur(); });
    await tabTo(page, name);
    await page.keyboard.press('Enter');
    const open = page.locator('[aria-expanded="true"]').filter({ visible: true });
    await expect(open.first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.locator('.accounts-head [aria-expanded="true"]')).toHaveCount(0);
    expect((await focused(page)).name).toMatch(name);
  }

  // A note is written in a dialog that keeps the focus inside, and hands it back.
  await page.evaluate(() => { document.activeElement.blur(); });
  await tabTo(page, /^Add note$/);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog').filter({ visible: true });
  await expect(dialog.locator('textarea').first()).toBeVisible();
  for (let n = 0; n < 40 && !(await dialog.locator('textarea').first().evaluate((e) => e === document.activeElement)); n += 1) await page.keyboard.press('Tab');
  const words = `Written without a mouse ${Date.now()}`;
  await page.keyboard.type(words);
  await tabTo(page, /^(Add|Save|Add note)$/);
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  expect((await focused(page)).name).toBe('Add note');

  // The tabs by arrows, Home and End.
  await tabTo(page, /^Details$/);
  for (const name of ['Units', 'Journal', 'Claims', 'Statement', 'Files', 'Diary', 'Notes & statuses']) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('tab', { name, selected: true })).toBeFocused();
    await expect(page.getByRole('tabpanel')).not.toBeEmpty();
  }
  await expect(page.getByRole('tabpanel')).toContainText(words);
  await page.keyboard.press('Home');
  await expect(page.getByRole('tab', { name: 'Details', selected: true })).toBeFocused();

  await page.evaluate(() => { document.activeElement.blur(); });
  await tabTo(page, /^Close$/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/$/);
});
