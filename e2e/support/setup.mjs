// Before all tests: the server. After all: its end. The book's sign-ins and ids reach the tests through a file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { startKept } from './kept.mjs';
import { fixturesPath } from './fixtures.mjs';

export default async function setup() {
  if (process.env.KEPT_E2E_URL) return undefined;
  const kept = await startKept({ port: Number(process.env.KEPT_E2E_PORT) });
  mkdirSync(dirname(fixturesPath), { recursive: true });
  writeFileSync(fixturesPath, JSON.stringify(kept.fixtures));
  return () => kept.stop();
}
