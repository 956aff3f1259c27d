//! A row of the age analysis as it is read and as the caller may see it.

use super::query::{Key, Place};
use crate::kernel::Read;
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::age_analysis::{AgeRow, AgeSort, HandoverFlag, StatusBadge};
use kept_shared::ageing::Aged;
use kept_shared::ids::*;
use kept_shared::money::Money;
use kept_shared::text::initials;
use sea_orm::{DbErr, QueryResult};

/// Columns of a row, in the order [`Raw::of`] reads them.
const COLUMNS: &str = "a.id, a.reference, a.name, a.unit_label, a.community_id, c.code, c.currency, c.time_zone, cg.name, \
    ds.id, ds.code, ds.title, ds.tone, ns.id, ns.code, ns.title, ns.tone, ist.id, ist.code, ist.title, ist.tone, \
    h.id, h.handed_at, u.first_name, u.surname, u.firm, \
    g.current_minor, g.d30_minor, g.d60_minor, g.d90_minor, g.d120_minor, g.unallocated_minor, g.not_due_minor, g.total_minor, \
    g.last_payment_on, g.last_payment_minor, {notes}, seen.seen_at";

/// Notes an attorney may not read are not counted for him either.
pub(super) fn columns_for(read: &Read) -> String {
    let notes = if read.caller().is_attorney() {
        "a.shared_note_count, a.last_shared_at"
    } else {
        "a.note_count, a.last_note_at"
    };
    COLUMNS.replace("{notes}", notes)
}

/// A row as read, before it is made fit for the caller.
pub(super) struct Raw {
    row: AgeRow,
    full_name: String,
    debt_title: String,
    pub(super) figures: Aged,
    pub(super) last_payment: Option<(NaiveDate, i64)>,
}

fn badge(q: &QueryResult, at: usize) -> Result<Option<StatusBadge>, DbErr> {
    let Some(id) = q.try_get_by_index::<Option<StatusId>>(at)? else {
        return Ok(None);
    };
    Ok(Some(StatusBadge {
        id,
        code: q.try_get_by_index(at + 1)?,
        title: q.try_get_by_index(at + 2)?,
        tone: q.try_get_by_index(at + 3)?,
    }))
}

fn flag(q: &QueryResult, at: usize, time_zone: &str) -> Result<Option<HandoverFlag>, DbErr> {
    let Some(id) = q.try_get_by_index::<Option<HandoverId>>(at)? else {
        return Ok(None);
    };
    let handed: DateTime<Utc> = q.try_get_by_index(at + 1)?;
    let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let part = |n| q.try_get_by_index::<Option<String>>(n);
    let name: Vec<String> = [part(at + 2)?, part(at + 3)?].into_iter().flatten().collect();
    Ok(Some(HandoverFlag {
        id,
        attorney: name.join(" "),
        firm: part(at + 4)?,
        on: handed.with_timezone(&zone).date_naive(),
    }))
}

impl Raw {
    pub(super) fn of(q: &QueryResult) -> Result<Self, DbErr> {
        let time_zone: String = q.try_get_by_index(7)?;
        let debt = badge(q, 9)?;
        let debt_title = debt.as_ref().map(|s| s.title.clone()).unwrap_or_default();
        let statuses = [debt, badge(q, 13)?, badge(q, 17)?].into_iter().flatten().collect();
        let n = |at| q.try_get_by_index::<i64>(at);
        let figures = Aged {
            current: n(26)?,
            d30: n(27)?,
            d60: n(28)?,
            d90: n(29)?,
            d120: n(30)?,
            unallocated: n(31)?,
            not_due: n(32)?,
            total: n(33)?,
            ..Aged::default()
        };
        let paid: Option<NaiveDate> = q.try_get_by_index(34)?;
        let last_note: Option<DateTime<Utc>> = q.try_get_by_index(37)?;
        let seen: Option<DateTime<Utc>> = q.try_get_by_index(38)?;
        let empty = String::new;
        let row = AgeRow {
            id: q.try_get_by_index(0)?,
            reference: q.try_get_by_index(1)?,
            name: empty(),
            unit: q.try_get_by_index(3)?,
            community_id: q.try_get_by_index(4)?,
            community: q.try_get_by_index(5)?,
            group: q.try_get_by_index(8)?,
            statuses,
            handover: flag(q, 21, &time_zone)?,
            currency: q.try_get_by_index(6)?,
            total: empty(),
            current: empty(),
            d30: empty(),
            d60: empty(),
            d90: empty(),
            d120: empty(),
            unallocated: empty(),
            not_due: empty(),
            last_payment_on: None,
            last_payment: None,
            notes: u32::try_from(n(36)?).unwrap_or_default(),
            unread: last_note.is_some_and(|at| seen.is_none_or(|seen| at > seen)),
        };
        Ok(Self {
            row,
            full_name: q.try_get_by_index(2)?,
            debt_title,
            figures,
            last_payment: paid.zip(q.try_get_by_index::<Option<i64>>(35)?),
        })
    }
    pub(super) fn id(&self) -> AccountId {
        self.row.id
    }
    pub(super) fn place(&self, sort: AgeSort) -> Place {
        let f = &self.figures;
        let key = match sort {
            AgeSort::Name => Key::Text(self.full_name.clone()),
            AgeSort::Reference => Key::Text(self.row.reference.clone()),
            AgeSort::Unit => Key::Text(self.row.unit.clone().unwrap_or_default()),
            AgeSort::Status => Key::Text(self.debt_title()),
            AgeSort::Total => Key::Minor(f.total),
            AgeSort::Current => Key::Minor(f.current),
            AgeSort::D30 => Key::Minor(f.d30),
            AgeSort::D60 => Key::Minor(f.d60),
            AgeSort::D90 => Key::Minor(f.d90),
            AgeSort::D120 => Key::Minor(f.d120),
            AgeSort::Unallocated => Key::Minor(f.unallocated),
            AgeSort::LastPayment => Key::Date(self.last_payment.map(|p| p.0)),
        };
        Place { key, id: self.row.id }
    }
    /// What the rows are ordered by: the other slots do not count.
    fn debt_title(&self) -> String {
        self.debt_title.clone()
    }
    /// The row as the caller may see it.
    pub(super) fn view(self, masked: bool) -> AgeRow {
        let (f, currency) = (self.figures, self.row.currency);
        let plain = |minor| Money::new(minor, currency).to_plain();
        AgeRow {
            name: if masked {
                initials(&self.full_name)
            } else {
                self.full_name
            },
            total: plain(f.total),
            current: plain(f.current),
            d30: plain(f.d30),
            d60: plain(f.d60),
            d90: plain(f.d90),
            d120: plain(f.d120),
            unallocated: plain(f.unallocated),
            not_due: plain(f.not_due),
            last_payment_on: self.last_payment.map(|p| p.0),
            last_payment: self.last_payment.map(|p| plain(p.1)),
            notes: if masked { 0 } else { self.row.notes },
            unread: !masked && self.row.unread,
            ..self.row
        }
    }
}
