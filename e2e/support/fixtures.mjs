import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const fixturesPath = process.env.KEPT_E2E_FIXTURES ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'test-results', '.fixtures.json');

/** What `kept demo --profile test --fixtures` wrote: sign-ins, tokens and ids per role. */
export const fixtures = () => JSON.parse(readFileSync(fixturesPath, 'utf8'));
