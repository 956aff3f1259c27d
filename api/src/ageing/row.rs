//! A row of the age analysis as it is read and as the caller may see it.

use super::query::{Key, Place};
use crate::kernel::Read;
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::age_analysis::{AgeRow, AgeSort, HandoverFlag, StatusBadge};
use kept_shared::ageing::Aged;
use kept_shared::ids::*;
use kept_shared::money::{Currency, Money};
use kept_shared::text::initials;
use sea_orm::{DbErr, QueryResult};

/// Columns of a row, in the order [`Raw::of`] reads them.
const COLUMNS: &str = "a.id, a.reference, a.name, a.unit_label, a.community_id, c.code, c.currency, c.time_zone, cg.name, \
    ds.id, ds.code, ds.title, ds.tone, ns.id, ns.code, ns.title, ns.tone, ist.id, ist.code, ist.title, ist.tone, \
    h.id, h.handed_at, u.first_name, u.surname, u.firm, \
    g.current_minor, g.d30_minor, g.d60_minor, g.d90_minor, g.d120_minor, g.unallocated_minor, g.not_due_minor, g.total_minor, \
    g.last_payment_on, g.last_payment_minor, {notes}, seen.seen_at";

/// Notes an attorney may not read are not counted for him either.
pub(super) fn with_notes(columns: &str, read: &Read) -> String {
    let notes = if read.caller().is_attorney() {
        "a.shared_note_count, a.last_shared_at"
    } else {
        "a.note_count, a.last_note_at"
    };
    columns.replace("{notes}", notes)
}

pub(super) fn columns_for(read: &Read) -> String {
    with_notes(COLUMNS, read)
}

/// A row as read, before it is made fit for the caller.
pub(super) struct Raw {
    pub(super) id: AccountId,
    pub(super) reference: String,
    pub(super) full_name: String,
    pub(super) unit: Option<String>,
    pub(super) community_id: CommunityId,
    pub(super) community: String,
    pub(super) currency: Currency,
    pub(super) group: Option<String>,
    /// Debt, notice and interest status.
    pub(super) statuses: [Option<StatusBadge>; 3],
    pub(super) handover: Option<HandoverFlag>,
    pub(super) figures: Aged,
    pub(super) last_payment: Option<(NaiveDate, i64)>,
    pub(super) notes: i64,
    pub(super) last_note: Option<DateTime<Utc>>,
    /// When the caller last looked at the notes.
    pub(super) seen: Option<DateTime<Utc>>,
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

/// The red flag; its day is that of the community.
pub(super) fn flag(
    id: HandoverId,
    attorney: String,
    firm: Option<String>,
    handed: DateTime<Utc>,
    time_zone: &str,
) -> HandoverFlag {
    let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    HandoverFlag {
        id,
        attorney,
        firm,
        on: handed.with_timezone(&zone).date_naive(),
    }
}

fn joined_flag(q: &QueryResult, at: usize, time_zone: &str) -> Result<Option<HandoverFlag>, DbErr> {
    let Some(id) = q.try_get_by_index::<Option<HandoverId>>(at)? else {
        return Ok(None);
    };
    let part = |n| q.try_get_by_index::<Option<String>>(n);
    let name: Vec<String> = [part(at + 2)?, part(at + 3)?].into_iter().flatten().collect();
    let handed = q.try_get_by_index(at + 1)?;
    Ok(Some(flag(id, name.join(" "), part(at + 4)?, handed, time_zone)))
}

/// Eight amounts from column `at` on: the ages, unallocated, not due, total.
pub(super) fn figures(q: &QueryResult, at: usize) -> Result<Aged, DbErr> {
    let n = |more| q.try_get_by_index::<i64>(at + more);
    Ok(Aged {
        current: n(0)?,
        d30: n(1)?,
        d60: n(2)?,
        d90: n(3)?,
        d120: n(4)?,
        unallocated: n(5)?,
        not_due: n(6)?,
        total: n(7)?,
        ..Aged::default()
    })
}

impl Raw {
    /// A row of the statement with [`columns_for`].
    pub(super) fn of(q: &QueryResult) -> Result<Self, DbErr> {
        let time_zone: String = q.try_get_by_index(7)?;
        let paid: Option<NaiveDate> = q.try_get_by_index(34)?;
        Ok(Self {
            id: q.try_get_by_index(0)?,
            reference: q.try_get_by_index(1)?,
            full_name: q.try_get_by_index(2)?,
            unit: q.try_get_by_index(3)?,
            community_id: q.try_get_by_index(4)?,
            community: q.try_get_by_index(5)?,
            currency: q.try_get_by_index(6)?,
            group: q.try_get_by_index(8)?,
            statuses: [badge(q, 9)?, badge(q, 13)?, badge(q, 17)?],
            handover: joined_flag(q, 21, &time_zone)?,
            figures: figures(q, 26)?,
            last_payment: paid.zip(q.try_get_by_index::<Option<i64>>(35)?),
            notes: q.try_get_by_index(36)?,
            last_note: q.try_get_by_index(37)?,
            seen: q.try_get_by_index(38)?,
        })
    }
    pub(super) fn place(&self, sort: AgeSort) -> Place {
        let f = &self.figures;
        let key = match sort {
            AgeSort::Name => Key::Text(self.full_name.clone()),
            AgeSort::Reference => Key::Text(self.reference.clone()),
            AgeSort::Unit => Key::Text(self.unit.clone().unwrap_or_default()),
            AgeSort::Status => Key::Text(self.debt_title()),
            AgeSort::Total => Key::Minor(f.total),
            AgeSort::Current => Key::Minor(f.current),
            AgeSort::CurrentDue => Key::Minor(f.current - f.not_due),
            AgeSort::NotDue => Key::Minor(f.not_due),
            AgeSort::D30 => Key::Minor(f.d30),
            AgeSort::D60 => Key::Minor(f.d60),
            AgeSort::D90 => Key::Minor(f.d90),
            AgeSort::D120 => Key::Minor(f.d120),
            AgeSort::Unallocated => Key::Minor(f.unallocated),
            AgeSort::LastPayment => Key::Date(self.last_payment.map(|p| p.0)),
        };
        Place { key, id: self.id }
    }
    /// What the rows are ordered by: the other slots do not count.
    fn debt_title(&self) -> String {
        let [debt, _, _] = &self.statuses;
        debt.as_ref().map(|s| s.title.clone()).unwrap_or_default()
    }
    /// The row as the caller may see it.
    pub(super) fn view(self, masked: bool) -> AgeRow {
        let f = self.figures;
        let plain = |minor| Money::new(minor, self.currency).to_plain();
        let unread = self.last_note.is_some_and(|at| self.seen.is_none_or(|seen| at > seen));
        AgeRow {
            id: self.id,
            reference: self.reference,
            name: if masked {
                initials(&self.full_name)
            } else {
                self.full_name
            },
            unit: self.unit,
            community_id: self.community_id,
            community: self.community,
            group: self.group,
            statuses: self.statuses.into_iter().flatten().collect(),
            handover: self.handover,
            currency: self.currency,
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
            notes: if masked {
                0
            } else {
                u32::try_from(self.notes).unwrap_or_default()
            },
            unread: !masked && unread,
        }
    }
}
