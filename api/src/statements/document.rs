//! The statement on paper.

use super::queries::Parties;
use crate::kernel::paper::{Align, Block, Cell, Column, Document, Picture, Row, RowKind, Run, Table, Text, Tile};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kept_shared::ageing::{AgeingBasis, AgeingMode, AgeingRules};
use kept_shared::ledger::{EntryType, Movement};
use kept_shared::money::Money;
use kept_shared::statements::Statement;

/// Everything that stands on it.
pub(super) struct Paper {
    pub statement: Statement,
    pub lines: Vec<Movement>,
    pub parties: Parties,
    pub logo: Option<Picture>,
    /// Who printed it and when.
    pub by: String,
    pub at: DateTime<Utc>,
    pub time_zone: String,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `22 Nov 2026`, never broken.
fn date(d: NaiveDate) -> String {
    let month = MONTHS.get(d.month0() as usize).copied().unwrap_or_default();
    format!("{}\u{a0}{month}\u{a0}{}", d.day(), d.year())
}

/// With the currency: `R 1 234.50`.
fn money(m: Money) -> String {
    format!("{}\u{a0}{}", m.currency.symbol(), m.grouped())
}

fn kind(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Invoice => "Invoice",
        EntryType::Fee => "Fee",
        EntryType::Payment => "Payment",
        EntryType::Adjustment => "Adjustment",
        EntryType::Chargeback => "Returned payment",
        EntryType::Discount => "Discount",
        EntryType::Interest => "Interest",
        EntryType::WriteOff => "Write-off",
    }
}

fn page_label(n: usize, m: usize) -> String {
    format!("Page {n} of {m}")
}

/// Who sends it: logo or name on the left, the community's particulars on the right.
fn letterhead(paper: &Paper) -> Block {
    let parties = &paper.parties;
    let mut left = vec![];
    match &paper.logo {
        Some(logo) => left.push(Block::Picture {
            picture: logo.clone(),
            most: (190.0, 58.0),
            align: Align::Left,
        }),
        None => left.push(Block::Text(
            Text::of(vec![Run::bold(&parties.organisation)]).sized(15.0),
        )),
    }
    let c = &parties.community;
    let mut right = vec![Block::Text(Text::of(vec![Run::bold(&c.name)]).sized(11.0).right())];
    let under = if paper.logo.is_some() {
        Some(format!("Managed by {}", parties.organisation))
    } else {
        None
    };
    let details = [
        under,
        c.address.clone(),
        c.phone.clone(),
        c.email.clone(),
        c.website.clone(),
    ];
    for detail in details.into_iter().flatten().filter(|d| !d.trim().is_empty()) {
        right.push(Block::Text(Text::of(vec![Run::muted(detail)]).sized(8.0).right()));
    }
    Block::Columns(vec![(1.0, left), (1.0, right)])
}

/// To whom, and which statement it is.
fn addressee(paper: &Paper) -> Block {
    let head = &paper.statement.head;
    let mut left = vec![];
    let names = if paper.parties.names.is_empty() {
        vec![head.name.clone()]
    } else {
        paper.parties.names.clone()
    };
    for name in names {
        left.push(Block::Text(Text::of(vec![Run::bold(name)]).sized(10.0)));
    }
    if let Some(address) = &paper.parties.address {
        left.push(Block::Text(Text::of(vec![Run::plain(address)])));
    }
    let mut facts = vec![("Account".to_owned(), head.reference.clone())];
    if let Some(unit) = &head.unit_label {
        facts.push(("Unit".to_owned(), unit.clone()));
    }
    facts.push(("Period".to_owned(), format!("{} – {}", date(head.from), date(head.to))));
    facts.push(("Statement date".to_owned(), date(paper.statement.today)));
    facts.push(("Currency".to_owned(), head.closing.currency.as_str().to_owned()));
    Block::Columns(vec![(1.0, left), (1.0, vec![Block::Facts(facts)])])
}

fn tile(label: &str, figure: Money, strong: bool) -> Tile {
    Tile {
        label: label.into(),
        figure: money(figure),
        strong,
    }
}

fn positive(m: Money) -> Money {
    Money::new(m.minor.saturating_abs(), m.currency)
}

fn movements(paper: &Paper) -> Table {
    let head = &paper.statement.head;
    let empty = Cell::default;
    let mut rows = vec![Row {
        cells: vec![
            date(head.from).into(),
            empty(),
            Cell::from("Opening balance"),
            empty(),
            empty(),
            head.opening.grouped().into(),
        ],
        kind: RowKind::Plain,
    }];
    for line in &paper.lines {
        let amount = positive(line.amount).grouped();
        let (debit, credit) = if line.amount.minor < 0 {
            (empty(), amount.into())
        } else {
            (amount.into(), empty())
        };
        let what = match line.reverses_id {
            // On the other side of the same kind: a payment there would read like money paid out.
            Some(_) => format!("{} reversed", kind(line.kind)),
            None => kind(line.kind).to_owned(),
        };
        let text = if line.description.trim().is_empty() {
            what.clone()
        } else {
            line.description.clone()
        };
        let note = (text != what).then_some(what);
        let document = line
            .reference
            .clone()
            .or_else(|| line.claim.clone())
            .unwrap_or_default();
        rows.push(Row {
            cells: vec![
                date(line.date).into(),
                document.into(),
                Cell { text, note },
                debit,
                credit,
                line.balance.grouped().into(),
            ],
            kind: RowKind::Plain,
        });
    }
    rows.push(Row {
        cells: vec![
            date(head.to).into(),
            empty(),
            Cell::from("Closing balance"),
            positive(head.debits).grouped().into(),
            positive(head.credits).grouped().into(),
            head.closing.grouped().into(),
        ],
        kind: RowKind::Total,
    });
    Table {
        columns: vec![
            Column::date("Date"),
            Column::text("Document", 1.0),
            Column::text("Description", 2.6),
            Column::figure("Debit"),
            Column::figure("Credit"),
            Column::figure("Balance"),
        ],
        rows,
        zebra: true,
    }
}

/// How the balance is aged, in words (spec (d) 1: printed on the report).
fn aged_how(rules: &AgeingRules) -> String {
    let by = match rules.mode {
        AgeingMode::Calendar => "calendar months",
        AgeingMode::Days => "days",
    };
    let basis = match rules.basis {
        AgeingBasis::DueDate => "due date",
        AgeingBasis::TransactionDate => "date of the transaction",
    };
    format!("Aged by {by} from the {basis}.")
}

fn ageing(paper: &Paper) -> Vec<Block> {
    let head = &paper.statement.head;
    let a = &head.ageing;
    let mut tiles = vec![
        tile("Current", a.current, false),
        tile("30 days", a.d30, false),
        tile("60 days", a.d60, false),
        tile("90 days", a.d90, false),
        tile("120+ days", a.d120, false),
    ];
    if !a.unallocated.is_zero() {
        tiles.push(tile("Unallocated", a.unallocated, false));
    }
    tiles.push(tile("Total", a.total, true));
    vec![
        Block::Heading(format!("Age of the balance on {}", date(head.to))),
        Block::Tiles(tiles),
        Block::Text(Text::of(vec![Run::muted(aged_how(&head.settings))]).sized(7.5)),
    ]
}

fn how_to_pay(paper: &Paper) -> Vec<Block> {
    let statement = &paper.statement;
    let reference = ("Payment reference".to_owned(), statement.payment_reference.clone());
    let mut blocks = vec![Block::Heading("How to pay".into())];
    match &statement.bank {
        Some(bank) => {
            let mut left = vec![
                ("Account holder".to_owned(), statement.head.community.clone()),
                ("Bank".to_owned(), bank.bank.clone()),
            ];
            if let Some(branch) = &bank.branch {
                left.push(("Branch code".to_owned(), branch.clone()));
            }
            let right = vec![("Account number".to_owned(), bank.account.clone()), reference];
            blocks.push(Block::Columns(vec![
                (1.0, vec![Block::Facts(left)]),
                (1.0, vec![Block::Facts(right)]),
            ]));
        }
        None => blocks.push(Block::Facts(vec![reference])),
    }
    let quote = "Please name the payment reference with every payment, so that it reaches this account.";
    blocks.push(Block::Text(Text::of(vec![Run::muted(quote)]).sized(7.5)));
    blocks
}

/// The printing's date and time in the community's time zone.
fn printed(paper: &Paper) -> String {
    let zone: chrono_tz::Tz = paper.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let at = paper.at.with_timezone(&zone);
    format!("{} {}", date(at.date_naive()), at.format("%H:%M %Z"))
}

/// The statement as a document.
pub(super) fn document(paper: &Paper) -> Document {
    let head = &paper.statement.head;
    let due = if head.closing.minor < 0 {
        "In your favour"
    } else {
        "Balance due"
    };
    let mut blocks = vec![
        letterhead(paper),
        Block::Space(4.0),
        Block::Rule,
        Block::Space(6.0),
        Block::Title("Statement of account".into()),
        addressee(paper),
        Block::Space(8.0),
        Block::Tiles(vec![
            tile("Opening balance", head.opening, false),
            tile("Debits", head.debits, false),
            tile("Credits", head.credits, false),
            tile(due, positive(head.closing), true),
        ]),
        Block::Space(8.0),
        Block::Table(movements(paper)),
        Block::Space(10.0),
    ];
    blocks.extend(ageing(paper));
    blocks.push(Block::Space(8.0));
    blocks.extend(how_to_pay(paper));
    let account = format!("{} · {}", head.reference, head.name);
    Document {
        title: format!("Statement {} {} – {}", head.reference, head.from, head.to),
        author: paper.parties.organisation.clone(),
        language: "en".into(),
        made_at: Some(paper.at),
        blocks,
        running_head: Some((
            format!("{} · Statement of account", head.community),
            format!("{account} · {} – {}", date(head.from), date(head.to)),
        )),
        foot: format!(
            "{} · printed by {}, {}",
            paper.parties.organisation,
            paper.by,
            printed(paper)
        ),
        page_label: Some(page_label),
    }
}
