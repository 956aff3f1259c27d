// Every page as every kind of person sees it: it loads and fits a phone, and axe finds nothing serious in light and dark.
import { accessible, expect, picture, test } from '../support/test.mjs';

// Where the side bar does not lead: forms, details, one's own pages.
const MORE = {
  superuser: ['/communities/new', '/accounts/new', '/units/new', '/users/new', '/imports/new', '/permission-groups/new', '/profile'],
  manager: ['/profile'],
  agent: ['/profile'],
  location: [],
  trustee: [],
  attorney: ['/profile'],
};

/** Between them these see every page; for the others it is enough that their pages load and fit. */
const JUDGED = ['superuser', 'attorney'];

/** Waits until nothing on the page says that it is loading. */
async function settled(page) {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await expect(page.locator('.skeleton, [aria-busy="true"], .boot')).toHaveCount(0);
}

for (const [role, more] of Object.entries(MORE)) {
  test(`pages of ${role}`, async ({ as, book }) => {
    test.setTimeout(600_000);
    const page = await as(role);
    const links = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    expect(links.length, 'the side bar leads somewhere').toBeGreaterThan(1);
    const own = book.ids[role]?.own ?? {};
    // Who has no list of customers has no page of one either.
    const details = own.account_id && links.includes('/accounts') ? [`/accounts/${own.account_id}`, `/statements/${own.account_id}`] : [];
    for (const path of [...new Set([...links, ...more, ...details])]) {
      await test.step(path, async () => {
        await page.goto(path);
        await settled(page);
        await expect(page.getByText('This could not be loaded')).toHaveCount(0);
        await picture(page, `${role}${path.replaceAll(/[^a-z]+/g, '-').replace(/-+$/, '')}`);
        if (JUDGED.includes(role)) {
          await accessible(page, `${role} ${path}`);
          await page.emulateMedia({ colorScheme: 'dark' });
          await accessible(page, `${role} ${path} in the dark`, ['color-contrast']);
          await page.emulateMedia({ colorScheme: 'light' });
        }
      });
    }
  });
}
