//! The list of units as a workbook: exactly the units of the filter, an owner a line (spec D11, D15).

use super::list;
use crate::communities;
use crate::kernel::export::{ChunkWriter, Sheet};
use crate::kernel::{Read, Stop};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::page::MAX_LIMIT;
use kept_shared::unit_figures::{Standing, UnitFigureFilter, UnitLine, UnitStatus};
use kept_shared::units::{Unit, UnitOwner};

const COLUMNS: [(&str, u16); 16] = [
    ("Unit", 12),
    ("Community", 28),
    ("Block", 12),
    ("Section", 12),
    ("Type", 18),
    ("Quota %", 12),
    ("Owner", 30),
    ("Customer code", 16),
    ("Owner from", 12),
    ("Owner to", 12),
    ("Status", 12),
    ("Days past due", 14),
    ("Amount due", 16),
    ("Balance", 16),
    ("Currency", 10),
    ("Debt status", 24),
];

/// Every unit of a filter, page after page.
pub(super) async fn all(read: &Read, filter: &UnitFigureFilter) -> Result<Vec<UnitLine>, Stop> {
    let mut filter = UnitFigureFilter {
        limit: Some(MAX_LIMIT),
        ..filter.clone()
    };
    let mut all = vec![];
    loop {
        let page = list::list(read, &filter).await?;
        all.extend(page.items);
        match page.next_cursor {
            Some(cursor) => filter.cursor = Some(cursor),
            None => return Ok(all),
        }
    }
}

/// What the head says.
pub(super) struct Head {
    pub(super) community: Option<String>,
    pub(super) filters: Vec<(&'static str, String)>,
    pub(super) by: String,
    pub(super) at: DateTime<Utc>,
    /// The day it is in the community; of several, by UTC.
    pub(super) today: NaiveDate,
}

impl Head {
    pub(super) async fn of(
        read: &Read,
        filter: &UnitFigureFilter,
        by: String,
        at: DateTime<Utc>,
    ) -> Result<Self, Stop> {
        let names = communities::by_ids(read, filter.community_id).await?;
        let mut filters = vec![];
        let mut add = |label, value: Option<String>| {
            if let Some(value) = value {
                filters.push((label, value));
            }
        };
        add("Block", filter.block.clone());
        add("Search", filter.q.clone());
        add("Owner", filter.owned.map(|y| if y { "with" } else { "without" }.into()));
        add("Active", filter.active.map(|y| if y { "yes" } else { "no" }.into()));
        add("Status", filter.status.map(|s| standing_words(s).into()));
        add(
            "Previous owners",
            filter.include_previous.filter(|y| *y).map(|_| "included".into()),
        );
        let community = names.into_values().next();
        let zone = community.as_ref().map_or("UTC", |c| c.time_zone.as_str());
        Ok(Self {
            today: read.today(zone),
            community: community.as_ref().map(|c| c.name.clone()),
            filters,
            by,
            at,
        })
    }
}

const fn standing_words(status: UnitStatus) -> &'static str {
    match status {
        UnitStatus::Current => "Current",
        UnitStatus::Delinquent => "Delinquent",
    }
}

pub(super) fn write(head: &Head, lines: &[UnitLine], out: &mut ChunkWriter) -> anyhow::Result<()> {
    let columns = COLUMNS.map(|(name, width)| (name.to_owned(), width));
    let mut sheet = Sheet::new("Units", &columns)?;
    sheet.title(head.community.as_deref().unwrap_or("Units"))?;
    sheet.fact("Report", "Unit details")?;
    for (label, text) in &head.filters {
        sheet.fact(label, text)?;
    }
    sheet.fact("Units", &lines.len().to_string())?;
    sheet.fact(
        "Printed",
        &format!("{}, {} UTC", head.by, head.at.format("%Y-%m-%d %H:%M")),
    )?;
    sheet.header(&[5, 11, 12, 13])?;
    for line in lines {
        row(&mut sheet, &line.unit, line.unit.owner.as_ref(), line.standing.as_ref())?;
        for owner in &line.unit.previous_owners {
            row(&mut sheet, &line.unit, Some(owner), None)?;
        }
    }
    sheet.save(out)
}

fn row(s: &mut Sheet, unit: &Unit, owner: Option<&UnitOwner>, standing: Option<&Standing>) -> anyhow::Result<()> {
    let texts = [
        Some(&unit.code),
        Some(&unit.community_name),
        unit.block.as_ref(),
        unit.section.as_ref(),
        unit.unit_type.as_ref(),
        unit.participation_quota.as_ref(),
    ];
    for (n, text) in (0_u16..).zip(texts) {
        s.text(n, text.map_or("", String::as_str))?;
    }
    if let Some(owner) = owner {
        s.text(6, &owner.name)?;
        s.text(7, &owner.reference)?;
        s.date(8, Some(owner.from_on))?;
        s.date(9, owner.to_on)?;
        s.text(15, owner.debt_status.as_deref().unwrap_or_default())?;
    }
    if let Some(it) = standing {
        s.text(10, standing_words(it.status))?;
        if let Some(days) = it.days_past_due {
            s.number(11, u32::try_from(days)?)?;
        }
        s.money(12, &it.amount_due.to_plain())?;
        s.money(13, &it.balance.to_plain())?;
        s.text(14, it.balance.currency.as_str())?;
    }
    s.next();
    Ok(())
}
