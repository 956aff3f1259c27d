//! The age analysis as a workbook (spec F05): the head says what is in it, then exactly the rows of the screen.

use super::sheet::{Amount, Cell, cells, heading_of};
use crate::kernel::export::{ChunkWriter, Sheet};
use crate::kernel::{Limit, Read, Stop};
use chrono::{DateTime, Utc};
use kept_shared::age_analysis::{AgeFilter, AgeLayout, AgeRow, AgeSort, AgeSummary, Bucket, SortOrder, StatusChoice};
use kept_shared::ageing::{AgeingBasis, AgeingMode, AgeingRules, CreditPolicy, days_held};
use sea_orm::{FromQueryResult, Value};

/// What the head says.
pub(super) struct Head {
    pub(super) summary: AgeSummary,
    pub(super) words: Words,
    pub(super) by: String,
    pub(super) at: DateTime<Utc>,
}

/// Names behind the ids of a filter.
pub(super) struct Words {
    organisation: String,
    filters: Vec<(&'static str, String)>,
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
}

const NAMES: Limit = Limit::Unscoped("names of the caller's own organisation, behind the ids of a filter");

async fn names<T: Into<Value>>(read: &Read, sql: &str, ids: impl IntoIterator<Item = T>) -> Result<Vec<String>, Stop> {
    let mut values: Vec<Value> = vec![read.organisation()?.into()];
    values.extend(ids.into_iter().map(Into::into));
    if values.len() == 1 {
        return Ok(vec![]);
    }
    let marks: Vec<String> = (2..=values.len()).map(|n| format!("${n}")).collect();
    let sql = sql.replace("{ids}", &marks.join(", "));
    Ok(read
        .report::<Named>(NAMES, &sql, values)
        .await?
        .into_iter()
        .map(|n| n.name)
        .collect())
}

/// The filter in words.
pub(super) async fn words(read: &Read, filter: &AgeFilter) -> Result<Words, Stop> {
    let organisation = names(
        read,
        "SELECT name FROM organisation WHERE id = $1 AND id IN ({ids})",
        [read.organisation()?],
    )
    .await?;
    let mut filters = vec![];
    let mut add = |label, mut texts: Vec<String>| {
        if !texts.is_empty() {
            texts.sort_unstable();
            filters.push((label, texts.join(", ")));
        }
    };
    let ids = filter.status.iter().filter_map(|s| match s {
        StatusChoice::Of(id) => Some(*id),
        StatusChoice::None => None,
    });
    let mut statuses = names(
        read,
        "SELECT title AS name FROM status WHERE organisation_id = $1 AND id IN ({ids})",
        ids,
    )
    .await?;
    if filter.status.contains(&StatusChoice::None) {
        statuses.push("No status".into());
    }
    add("Status", statuses);
    let groups = "SELECT name FROM customer_group WHERE organisation_id = $1 AND id IN ({ids})";
    add(
        "Customer group",
        names(read, groups, filter.group.iter().copied()).await?,
    );
    let attorneys =
        "SELECT first_name || ' ' || surname AS name FROM app_user WHERE organisation_id = $1 AND id IN ({ids})";
    add(
        "Attorney",
        names(read, attorneys, filter.attorney.iter().copied()).await?,
    );
    add(
        "Handed over",
        filter
            .handed_over
            .map(|y| if y { "yes" } else { "no" }.to_owned())
            .into_iter()
            .collect(),
    );
    let buckets = filter.bucket.iter().map(|b| heading(*b).to_owned()).collect();
    add("Something in", buckets);
    if filter.hide_zero || filter.hide_credit {
        let hidden = [
            (filter.hide_zero, "zero balances"),
            (filter.hide_credit, "credit balances"),
        ];
        add(
            "Without",
            hidden.into_iter().filter(|h| h.0).map(|h| h.1.to_owned()).collect(),
        );
    }
    add("Search", filter.q.clone().into_iter().collect());
    let order = match filter.order() {
        SortOrder::Ascending => "ascending",
        SortOrder::Descending => "descending",
    };
    add("Sorted by", vec![format!("{}, {order}", sort_name(filter.sort()))]);
    Ok(Words {
        organisation: organisation.into_iter().next().unwrap_or_default(),
        filters,
    })
}

const fn sort_name(sort: AgeSort) -> &'static str {
    match sort {
        AgeSort::Name => "Customer",
        AgeSort::Reference => "Account",
        AgeSort::Unit => "Unit",
        AgeSort::Status => "Status",
        AgeSort::Total => "Total",
        AgeSort::Current => heading(Bucket::Current),
        AgeSort::CurrentDue => "Current, due",
        AgeSort::NotDue => "Not due yet",
        AgeSort::D30 => heading(Bucket::D30),
        AgeSort::D60 => heading(Bucket::D60),
        AgeSort::D90 => heading(Bucket::D90),
        AgeSort::D120 => heading(Bucket::D120),
        AgeSort::Unallocated => heading(Bucket::Unallocated),
        AgeSort::LastPayment => "Last payment",
    }
}

const fn heading(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Current => "Current",
        Bucket::D30 => "30 days",
        Bucket::D60 => "60 days",
        Bucket::D90 => "90 days",
        Bucket::D120 => "120+ days",
        Bucket::Unallocated => "Unallocated",
    }
}

/// How a community ages, in words.
fn rules(r: &AgeingRules) -> String {
    let mode = match r.mode {
        AgeingMode::Calendar => "by calendar month".to_owned(),
        AgeingMode::Days => {
            let [a, b, c, d] = r.edges;
            format!("by days: {}, {}, {}, {} and more", a + 1, b + 1, c + 1, d + 1)
        }
    };
    let basis = match r.basis {
        AgeingBasis::DueDate => "due date",
        AgeingBasis::TransactionDate => "transaction date",
    };
    let credits = match r.credit_policy {
        CreditPolicy::OldestFirst => "credit set off oldest first",
        CreditPolicy::OwnDate => "credit in the column of its own date",
        CreditPolicy::Separate => "credit in its own column",
    };
    format!("{mode}, from the {basis}, {credits}")
}

/// A workbook under construction.
pub(super) struct AgeSheet {
    sheet: Sheet,
    cells: Vec<Cell>,
    first: u32,
}

pub(super) fn begin(head: &Head, filter: &AgeFilter) -> anyhow::Result<AgeSheet> {
    let cells = cells(filter);
    let s = &head.summary;
    let held = days_held(s.communities.iter().map(|c| &c.rules));
    let six = filter.layout() == AgeLayout::Six;
    let columns: Vec<(String, u16)> = cells
        .iter()
        .map(|cell| match cell {
            Cell::Amount(Amount::NotDue) if six => ("Not yet due".to_owned(), 16),
            other => heading_of(*other, held.as_ref()),
        })
        .collect();
    let mut sheet = Sheet::new("Age analysis", &columns)?;
    sheet.title(&head.words.organisation)?;
    sheet.fact("Report", "Age analysis")?;
    let communities = match s.communities.as_slice() {
        [one] => format!("{} ({})", one.name, one.code),
        many if many.len() <= 5 => many.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", "),
        many => format!("{} communities", many.len()),
    };
    sheet.fact("Community", &communities)?;
    sheet.fact("As at", &s.as_at.to_string())?;
    if s.as_at != s.today {
        sheet.fact("Statuses, handovers, notes", &format!("as they are today, {}", s.today))?;
    }
    let mut ways: Vec<String> = s.communities.iter().map(|c| rules(&c.rules)).collect();
    ways.sort_unstable();
    ways.dedup();
    for way in ways.iter().take(4) {
        sheet.fact("Aged", way)?;
    }
    for (label, text) in &head.words.filters {
        sheet.fact(label, text)?;
    }
    sheet.fact("Customers", &s.accounts.to_string())?;
    sheet.fact(
        "Printed",
        &format!("{}, {} UTC", head.by, head.at.format("%Y-%m-%d %H:%M")),
    )?;
    let mut right = vec![];
    for (n, cell) in (0_u16..).zip(&cells) {
        if matches!(cell, Cell::Amount(_) | Cell::LastPaid | Cell::Notes) {
            right.push(n);
        }
    }
    sheet.header(&right)?;
    let first = sheet.row();
    Ok(AgeSheet { sheet, cells, first })
}

impl AgeSheet {
    pub(super) fn row(&mut self, row: &AgeRow) -> anyhow::Result<()> {
        let s = &mut self.sheet;
        for (n, cell) in (0_u16..).zip(&self.cells) {
            match cell {
                Cell::Name => s.text(n, &row.name)?,
                Cell::Reference => s.text(n, &row.reference)?,
                Cell::Unit => s.text(n, row.unit.as_deref().unwrap_or_default())?,
                Cell::Community => s.text(n, &row.community)?,
                Cell::Group => s.text(n, row.group.as_deref().unwrap_or_default())?,
                Cell::Status => {
                    let statuses: Vec<&str> = row.statuses.iter().map(|b| b.title.as_str()).collect();
                    s.text(n, &statuses.join(", "))?;
                }
                Cell::HandedTo => {
                    if let Some(h) = &row.handover {
                        let firm = h.firm.as_ref().map(|f| format!(" ({f})")).unwrap_or_default();
                        s.text(n, &format!("{}{firm}", h.attorney))?;
                    }
                }
                Cell::HandedOn => s.date(n, row.handover.as_ref().map(|h| h.on))?,
                Cell::Currency => s.text(n, row.currency.as_str())?,
                Cell::Amount(amount) => s.money(n, &amount.of_row(row)?)?,
                Cell::LastPaidOn => s.date(n, row.last_payment_on)?,
                Cell::LastPaid => {
                    if let Some(paid) = &row.last_payment {
                        s.money(n, paid)?;
                    }
                }
                Cell::Notes => s.number(n, row.notes)?,
            }
        }
        s.next();
        Ok(())
    }

    /// Sums, then the file. One line for each currency.
    pub(super) fn end(mut self, head: &Head, out: &mut ChunkWriter) -> anyhow::Result<()> {
        let (first, last) = (self.first, self.sheet.row().saturating_sub(1).max(self.first));
        let totals = &head.summary.totals;
        let currency = (0_u16..)
            .zip(&self.cells)
            .find(|(_, c)| **c == Cell::Currency)
            .map(|(n, _)| n);
        for t in totals {
            self.sheet.text(0, "Total")?;
            if let Some(n) = currency {
                self.sheet.text(n, t.currency.as_str())?;
            }
            for (n, cell) in (0_u16..).zip(&self.cells) {
                let Cell::Amount(amount) = cell else { continue };
                let sum = amount.of_sums(&t.amounts).to_plain();
                match currency {
                    Some(currency) if totals.len() > 1 => {
                        self.sheet.sum_if(n, first, last, currency, t.currency.as_str(), &sum)?;
                    }
                    Some(_) | None => self.sheet.sum(n, first, &sum)?,
                }
            }
            self.sheet.next();
        }
        self.sheet.save(out)
    }
}
