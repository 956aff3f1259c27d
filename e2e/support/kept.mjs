// Starts the real `kept` binary on a free port with a data folder of its own and the demo book of the test profile.
import { execFile, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const binary = process.env.KEPT_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug', 'kept');

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The scanner the product talks to, with a signature list of our own. Undefined where clamd is not installed. */
async function startScanner(dir, port) {
  const script = join(root, 'e2e', 'peers', 'start_clamd.sh');
  const env = { ...process.env, CLAMD_PORT: String(port) };
  await promisify(execFile)('bash', [script, 'start', join(dir, 'clamd')], { env });
  return () => promisify(execFile)('bash', [script, 'stop', join(dir, 'clamd')], { env });
}

/** Makes the book, starts the server, waits until it is ready. Returns { url, fixtures, log, stop }. */
export async function startKept({ port, env = {}, today } = {}) {
  if (!existsSync(binary)) throw new Error(`${binary} is not built: make e2e builds it`);
  if (!existsSync(join(root, 'web', 'dist', 'index.html'))) throw new Error('web/dist is not built: make e2e builds it');
  port ??= await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'kept-e2e-'));
  const scannerPort = await freePort();
  const stopScanner = await startScanner(dir, scannerPort);
  const settings = {
    ...process.env,
    KEPT__SERVER__LISTEN: `127.0.0.1:${port}`,
    KEPT__SERVER__WEB_DIR: join(root, 'web', 'dist'),
    KEPT__DATABASE__URL: `sqlite://${join(dir, 'kept.db')}`,
    KEPT__DATA_DIR: join(dir, 'data'),
    KEPT__FILES__SCANNER: `127.0.0.1:${scannerPort}`,
    KEPT__SERVER__PUBLIC_URL: `http://127.0.0.1:${port}`,
    // Plain HTTP on loopback, and many sign-ins from one address.
    KEPT__AUTH__SECURE_COOKIE: "false",
    KEPT__AUTH__ATTEMPTS_PER_ADDRESS: "100000",
    ...env,
  };
  const fixturesFile = join(dir, 'fixtures.json');
  const args = ['demo', '--profile', 'test', '--fixtures', fixturesFile];
  if (today) args.push('--today', today);
  await promisify(execFile)(binary, args, { env: settings, maxBuffer: 1 << 24 });
  const log = join(dir, 'server.log');
  const out = createWriteStream(log);
  const child = spawn(binary, ['serve'], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(out);
  child.stderr.pipe(out);
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`kept ended with ${child.exitCode}:\n${readFileSync(log, 'utf8').slice(-4000)}`);
    const ready = await fetch(`${url}/readyz`).then((r) => r.ok, () => false);
    if (ready) break;
    if (Date.now() > until) throw new Error(`kept was not ready in 60 s:\n${readFileSync(log, 'utf8').slice(-4000)}`);
    await new Promise((r) => setTimeout(r, 100));
  }
  return {
    url,
    dir,
    log,
    pid: child.pid,
    fixtures: JSON.parse(readFileSync(fixturesFile, 'utf8')),
    async stop() {
      const ended = new Promise((r) => child.once('exit', r));
      child.kill('SIGTERM');
      await ended;
      await stopScanner();
      if (!process.env.KEPT_E2E_KEEP) rmSync(dir, { recursive: true, force: true });
    },
  };
}
