// A community of one's own for the ledger's tests, made over the API: what happens in it disturbs no other test.
import { fixtures } from './fixtures.mjs';

/** Calls of a role of the demo book: `await api.post('/path', body)`. */
export async function caller(baseURL, role) {
  const url = `${baseURL}/api/v1`;
  const send = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return { value: text ? JSON.parse(text) : undefined, etag: response.headers.get('etag') };
  };
  const { value: session } = await send('POST', '/auth/sign-in', fixtures().login.bodies[role]);
  const own = { authorization: `Bearer ${session.access_token}` };
  const key = () => ({ ...own, 'idempotency-key': crypto.randomUUID() });
  return {
    get: async (path) => (await send('GET', path, undefined, own)).value,
    post: async (path, body) => (await send('POST', path, body, key())).value,
    /** With the version one has seen. */
    act: async (path, body, version) => (await send('POST', path, body, { ...key(), 'if-match': `"${version}"` })).value,
    put: async (path, body, version) => (await send('PUT', path, body, { ...own, 'if-match': `"${version}"` })).value,
    delete: async (path, version = 1) => (await send('DELETE', path, undefined, { ...key(), 'if-match': `"${version}"` })).value,
    patch: async (path, body) => {
      const { etag } = await send('GET', path, undefined, own);
      return (await send('PATCH', path, body, { ...own, 'if-match': etag })).value;
    },
  };
}

export const rand = (amount) => ({ amount, currency: 'ZAR' });

/** An ISO day so many days before another. */
export const daysBefore = (day, n) => new Date(Date.parse(`${day}T00:00:00Z`) - n * 86_400_000).toISOString().slice(0, 10);

/** A community whose credits wait until somebody allocates them; above R 5 000.00 a second person is asked. */
export async function ledgerCommunity(api) {
  const mark = crypto.randomUUID().slice(0, 6).toUpperCase();
  return api.post('/communities', {
    code: `L${mark}`,
    name: `Ledger Court ${mark}`,
    kind: 'sectional_title',
    currency: 'ZAR',
    time_zone: 'Africa/Johannesburg',
    ageing: { mode: 'days', basis: 'due_date', edges: [0, 30, 60, 90], credit_policy: 'separate' },
    approval_above: rand('5000.00'),
  });
}

/** A customer of it, with invoices: { reference: [days ago, amount] }. */
export async function customer(api, community, reference, name, today, invoices) {
  const [first_name, last_name] = name.split(' ');
  const account = await api.post(`/communities/${community.id}/accounts`, {
    reference,
    debtors: [{ role: 'primary', kind: 'natural', first_name, last_name }],
  });
  for (const [claim, [ago, amount]] of Object.entries(invoices)) {
    const date = daysBefore(today, ago);
    await api.post(`/accounts/${account.id}/entries`, { type: 'invoice', amount: rand(amount), date, due_on: date, description: `Levy ${claim}`, reference: claim });
  }
  return account;
}
