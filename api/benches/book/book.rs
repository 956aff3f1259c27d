//! A deterministic book: five years of levies, payments, credit notes, fees, reversals and journals. Every choice is
//! splitmix64 of (stream, customer, month), so the same size gives the same book on every machine; only the months move
//! with the calendar, so that the figures of today are worth ageing. About 51 entries a customer: 51,706 for 1,000,
//! 514,154 for 10,000, 5,123,673 for 100,000.

use chrono::{Days, Months, NaiveDate};
use kept_shared::ledger::EntryType;

const MONTHS: usize = 60;
pub const COMMUNITIES: u64 = 100;

const FIRST: [&str; 16] = [
    "Thandi",
    "Pieter",
    "Zoë",
    "José",
    "Naledi",
    "François",
    "Aisha",
    "Nguyễn",
    "Sipho",
    "李",
    "Мария",
    "John",
    "Mary-Anne",
    "D'Arcy",
    "Priya",
    "Bongani",
];
const LAST: [&str; 16] = [
    "van der Merwe",
    "Dlamini",
    "O'Brien",
    "Müller",
    "Smith",
    "Nkosi",
    "Naidoo",
    "Botha",
    "García-Márquez",
    "Иванова",
    "Mokoena",
    "Patel",
    "Khumalo",
    "Çelik",
    "le Roux",
    "Mthembu",
];
const ODD: [&str; 6] = [
    "Smith, \"Bob\" & Sons",
    "=SUM(A1:A9)",
    "+27821234567 Trust",
    "@home CC",
    "名前が長い",
    "100% Property 50_50",
];

/// One posting of a customer.
#[derive(Clone, Copy)]
pub struct Entry {
    pub kind: EntryType,
    pub date: NaiveDate,
    pub due: Option<NaiveDate>,
    pub minor: i64,
    /// Index of the entry it undoes.
    pub reverses: Option<usize>,
}

/// Part of one entry set against another, by index.
#[derive(Clone, Copy)]
pub struct Allocation {
    pub credit: usize,
    pub debit: usize,
    pub minor: i64,
    pub date: NaiveDate,
}

pub struct Customer {
    pub number: u64,
    pub community: u64,
    pub reference: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub group: Option<&'static str>,
    pub entries: Vec<Entry>,
    pub allocations: Vec<Allocation>,
}

pub struct Book {
    pub customers: u64,
    first_month: NaiveDate,
}

fn draw(stream: u64, customer: u64, month: usize) -> u64 {
    let s = 0x9E37_79B9_7F4A_7C15_u64.wrapping_add(stream.wrapping_mul(0xD1B5_4A32_D192_ED03));
    let mut x = (customer * 64 + month as u64)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(s);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A customer's entries under construction.
struct Ledger {
    customer: u64,
    entries: Vec<Entry>,
    allocations: Vec<Allocation>,
}

impl Ledger {
    fn of(&self, below: i64, stream: u64, month: usize) -> i64 {
        (draw(stream, self.customer, month) % below.unsigned_abs()) as i64
    }
    fn add(&mut self, kind: EntryType, date: NaiveDate, due: Option<NaiveDate>, minor: i64) -> usize {
        self.entries.push(Entry {
            kind,
            date,
            due,
            minor,
            reverses: None,
        });
        self.entries.len() - 1
    }
    fn undo(&mut self, entry: usize, date: NaiveDate) {
        let Some(old) = self.entries.get(entry).copied() else {
            return;
        };
        let new = self.add(old.kind.reversed_by(), date, Some(date), -old.minor);
        if let Some(e) = self.entries.get_mut(new) {
            e.reverses = Some(entry);
        }
        let (credit, debit) = if old.minor < 0 { (entry, new) } else { (new, entry) };
        self.allocate(credit, debit, old.minor.abs(), date);
    }
    fn allocate(&mut self, credit: usize, debit: usize, minor: i64, date: NaiveDate) {
        self.allocations.push(Allocation {
            credit,
            debit,
            minor,
            date,
        });
    }
}

fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    if days < 0 {
        day - Days::new(days.unsigned_abs())
    } else {
        day + Days::new(days.unsigned_abs())
    }
}

/// How a customer pays.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    Good,
    Late,
    Partial,
    Defaulter,
    Ahead,
    Exact,
}

/// What is decided of a month before anything is posted.
#[derive(Clone, Copy, Default)]
struct Plan {
    active: bool,
    pays: bool,
    pays_two: bool,
    is_allocated: bool,
}

impl Book {
    /// A book whose last full month is the one before `today`.
    pub fn new(customers: u64, today: NaiveDate) -> Self {
        let this_month = chrono::Datelike::with_day(&today, 1).unwrap_or(today);
        Self {
            customers,
            first_month: this_month - Months::new(MONTHS as u32),
        }
    }

    pub fn customer(&self, n: u64) -> Customer {
        let of = |below: u64, stream: u64| (draw(stream, n, 0) >> 8) % below;
        let word = |all: &[&'static str; 16], stream| all.get(of(16, stream) as usize).copied().unwrap_or_default();
        let name = if n % 97 == 13 {
            format!("{} {n}", ODD.get((n / 97 % 6) as usize).copied().unwrap_or_default())
        } else {
            format!("{} {}", word(&FIRST, 500), word(&LAST, 501))
        };
        let (entries, allocations) = self.history(n);
        Customer {
            number: n,
            community: n % COMMUNITIES,
            reference: format!("A{:07}", n + 1),
            name,
            email: format!("owner{}@example.org", n + 1),
            phone: format!("+27{:09}", 820_000_000 + of(9_000_000, 503)),
            group: [Some("Owners"), Some("Trusts"), Some("Companies"), None]
                .get(of(4, 504) as usize)
                .copied()
                .flatten(),
            entries,
            allocations,
        }
    }

    fn history(&self, n: u64) -> (Vec<Entry>, Vec<Allocation>) {
        let mut l = Ledger {
            customer: n,
            entries: vec![],
            allocations: vec![],
        };
        let v = |below, stream| (draw(stream, n, 0) % below) as i64;
        let habit = match v(1000, 1) {
            0..540 => Habit::Good,
            540..740 => Habit::Late,
            740..860 => Habit::Partial,
            860..940 => Habit::Defaulter,
            940..970 => Habit::Ahead,
            _ => Habit::Exact,
        };
        let length = match v(100, 2) {
            0..3 => 0,
            3..13 => MONTHS as i64,
            _ => 4 + v(27, 3),
        };
        let end = if v(100, 4) < 10 {
            MONTHS as i64 - 1 - v(30, 5)
        } else {
            MONTHS as i64 - 1
        };
        let start = if length == 0 {
            MONTHS as i64
        } else {
            (end - length + 1).max(0)
        };
        let stop = start + v(24, 7);
        let base = 50_000 + v(600_001, 6);
        let levy_of = |m: usize| base * (100 + 6 * (m as i64 / 12)) / 100;

        let mut plans = [Plan::default(); MONTHS];
        for m in 0..MONTHS {
            let month = m as i64;
            let before = m.checked_sub(1).and_then(|b| plans.get(b)).copied().unwrap_or_default();
            let active = month >= start && month <= end;
            let chance = match habit {
                Habit::Good => 97,
                Habit::Late => 80,
                Habit::Partial => 75,
                Habit::Defaulter if month < stop => 97,
                Habit::Defaulter => 3,
                Habit::Ahead => 60,
                Habit::Exact => 100,
            };
            let pays = active && l.of(100, 20, m) < chance;
            let explicit = match habit {
                Habit::Good => 70,
                Habit::Late | Habit::Partial | Habit::Defaulter => 60,
                Habit::Ahead => 30,
                Habit::Exact => 100,
            };
            plans[m] = Plan {
                active,
                pays,
                pays_two: pays && habit == Habit::Late && before.active && !before.pays,
                is_allocated: pays && l.of(100, 23, m) < explicit,
            };
        }
        let mut previous_levy = None;
        for m in 0..MONTHS {
            let plan = plans[m];
            if !plan.active {
                continue;
            }
            let first = self.first_month + Months::new(m as u32);
            let levy = levy_of(m);
            let opening = m as i64 == start && habit != Habit::Exact && l.of(100, 10, m) < 15;
            if opening {
                let amount = 1_000 + l.of(2_500_000, 11, m);
                let amount = if l.of(5, 12, m) == 0 {
                    (-amount).div_euclid(3)
                } else {
                    amount
                };
                let age = if amount > 0 { l.of(150, 13, m) } else { 0 };
                l.add(
                    EntryType::Adjustment,
                    plus(first, -1),
                    Some(plus(first, -1 - age)),
                    amount,
                );
            }
            let next_covers = plans.get(m + 1).is_some_and(|next| next.is_allocated && next.pays_two);
            let of_levy = self.month(&mut l, m, first, levy, (habit, plan, stop), previous_levy, next_covers);
            previous_levy = Some((of_levy, levy_of(m)));
        }
        // Levies raised in advance, dated after the last full month.
        if (n % COMMUNITIES).is_multiple_of(10) && end == MONTHS as i64 - 1 && length > 0 {
            let next = self.first_month + Months::new(MONTHS as u32);
            l.add(EntryType::Invoice, next, Some(plus(next, 6)), levy_of(MONTHS - 1));
        }
        (l.entries, l.allocations)
    }

    /// One month's postings; returns the levy's index.
    #[expect(clippy::too_many_arguments, reason = "the state of one loop")]
    fn month(
        &self,
        l: &mut Ledger,
        m: usize,
        first: NaiveDate,
        levy: i64,
        (habit, plan, stop): (Habit, Plan, i64),
        previous: Option<(usize, i64)>,
        next_covers: bool,
    ) -> usize {
        let last = first + Months::new(1) - Days::new(1);
        let policy = l.customer % COMMUNITIES % 3;
        let due = Some(match policy {
            0 => first,
            1 => plus(first, 6),
            _ => last,
        });
        let levied = l.add(EntryType::Invoice, first, due, levy);
        if plan.pays {
            let r = l.of(1000, 21, m);
            let paid = match habit {
                Habit::Good if r >= 850 => (levy + 9_999) / 10_000 * 10_000,
                Habit::Late if plan.pays_two => levy + previous.map_or(0, |p| p.1),
                Habit::Partial => levy * (20 + r % 76) / 100,
                Habit::Ahead => levy * (1 + r % 3),
                Habit::Good | Habit::Late | Habit::Defaulter | Habit::Exact => levy,
            };
            let r = l.of(1000, 22, m);
            let on = plus(
                first,
                match habit {
                    Habit::Good => r % 14 - 5,
                    Habit::Late => 15 + r % 45,
                    Habit::Ahead => r % 20 - 5,
                    Habit::Partial | Habit::Defaulter | Habit::Exact => r % 28,
                },
            );
            let payment = l.add(EntryType::Payment, on, Some(on), -paid);
            if plan.is_allocated {
                let booked_late = habit != Habit::Exact && l.of(100, 24, m) < 5;
                let wait = if booked_late { 1 + l.of(40, 25, m) } else { 0 };
                let allocated = plus(on.max(first), wait);
                l.allocate(payment, levied, paid.min(levy), allocated);
                if let (true, Some((earlier, minor))) = (plan.pays_two, previous) {
                    l.allocate(payment, earlier, minor, allocated);
                }
            }
        }
        let ordinary = habit != Habit::Exact;
        if !(plan.is_allocated || next_covers) && ordinary && l.of(100, 30, m) < 8 {
            let amount = levy * (10 + l.of(41, 31, m)) / 100;
            let on = plus(first, 3 + l.of(20, 32, m));
            let credit = l.add(EntryType::Adjustment, on, Some(on), -amount);
            if l.of(100, 33, m) < 80 {
                l.allocate(credit, levied, amount, on);
            }
        }
        let [interest, fee] = match habit {
            Habit::Good => [2, 4],
            Habit::Late => [35, 15],
            Habit::Partial => [60, 20],
            Habit::Defaulter => [85, 40],
            Habit::Ahead => [0, 2],
            Habit::Exact => [0, 0],
        };
        if l.of(100, 40, m) < interest {
            let days = if (l.customer % COMMUNITIES).is_multiple_of(2) {
                0
            } else {
                7
            };
            l.add(
                EntryType::Interest,
                last,
                Some(plus(last, days)),
                100 + l.of(35_000, 41, m),
            );
        }
        if l.of(100, 50, m) < fee {
            let on = plus(first, 9 + l.of(12, 51, m));
            let days = [0, 7, 30][l.of(3, 53, m) as usize % 3];
            let due = (l.of(10, 52, m) != 0).then(|| plus(on, days));
            let amount = [2_500, 5_750, 11_500, 17_250][l.of(4, 54, m) as usize % 4];
            l.add(EntryType::Fee, on, due, amount);
        }
        if habit == Habit::Defaulter && m as i64 >= stop + 6 && l.of(100, 60, m) < 25 {
            let on = plus(first, l.of(28, 61, m));
            l.add(EntryType::Fee, on, Some(plus(on, 30)), 100_000 + l.of(2_400_000, 62, m));
        }
        if ordinary && l.of(100, 70, m) < 12 {
            let amount = 1_000 + l.of(300_000, 71, m);
            let on = plus(first, l.of(28, 72, m));
            let due = plus(on, [14, 30, 60][l.of(3, 73, m) as usize % 3]);
            let invoice = l.add(EntryType::Invoice, on, Some(due), amount);
            if matches!(habit, Habit::Good | Habit::Late) && l.of(100, 74, m) < 70 {
                let paid = plus(due, l.of(20, 75, m) - 3);
                let payment = l.add(EntryType::Payment, paid, Some(paid), -amount);
                if l.of(100, 76, m) < 75 {
                    l.allocate(payment, invoice, amount, paid.max(on));
                }
            }
        }
        if l.of(1000, 80, m) < 8 {
            let twice = l.add(EntryType::Invoice, first, due, levy);
            l.undo(twice, plus(first, 1 + l.of(10, 81, m)));
        }
        if matches!(habit, Habit::Late | Habit::Partial | Habit::Defaulter) && l.of(100, 90, m) < 5 {
            let on = plus(first, l.of(20, 91, m));
            let returned = l.add(EntryType::Payment, on, Some(on), -(levy * (50 + l.of(51, 92, m)) / 100));
            l.undo(returned, plus(on, 3 + l.of(5, 93, m)));
        }
        if ordinary && l.of(1000, 100, m) < 6 {
            let amount = if l.of(20, 101, m) == 0 {
                0
            } else {
                l.of(100_001, 102, m) - 50_000
            };
            let on = plus(first, l.of(28, 103, m));
            l.add(EntryType::Adjustment, on, Some(on), amount);
        }
        levied
    }
}
