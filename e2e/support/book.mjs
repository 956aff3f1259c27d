// A debtors' book of our own, and what its age analysis must say: worked out here in whole cents, apart from the product.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './kept.mjs';

export const bookFile = join(root, 'e2e', 'fixtures', 'harbour-view.csv');

/** `1515.56` as 151556. */
const cents = (text) => {
  const [whole, part = ''] = text.split('.');
  return Number(whole) * 100 + Number(part.padEnd(2, '0'));
};

/** Whole days from one ISO date to another. */
const days = (from, to) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** Today in the community's time zone, as an ISO date. */
export const today = (zone = 'Africa/Johannesburg') => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date());

/** The invoices of the file. */
export function invoices() {
  const [head, ...lines] = readFileSync(bookFile, 'utf8').trim().split(/\r?\n/).map((line) => line.split(','));
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i] ?? ''])));
}

/**
 * Owed per customer in cents, aged by days past the due date: { reference: { name, unit, total, buckets: [5] } }.
 * `edges` are the last days of the first four buckets.
 */
export function aged(asAt = today(), edges = [0, 30, 60, 90]) {
  const customers = new Map();
  for (const row of invoices()) {
    const reference = row['Customer number'];
    const customer = customers.get(reference) ?? { name: row['Customer name'], unit: row.Unit, total: 0, buckets: [0, 0, 0, 0, 0] };
    customers.set(reference, customer);
    // Raised later than the day asked for, or paid on or before it: not owed then.
    if (row['Invoice date'] > asAt || (row['Settled date'] && row['Settled date'] <= asAt)) continue;
    const age = days(row['Due date'], asAt);
    const bucket = edges.findIndex((edge) => age <= edge);
    const amount = cents(row.Amount);
    customer.buckets[bucket < 0 ? 4 : bucket] += amount;
    customer.total += amount;
  }
  return customers;
}

/** 151556 as the screen shows it: `1 515.56` with whatever space the browser uses. */
export function shown(amount) {
  const [whole, part] = (amount / 100).toFixed(2).split('.');
  return new RegExp(`${whole.replace(/\B(?=(\d{3})+$)/g, '[\\s\\u00a0\\u202f,]?')}[.,]${part}`);
}
