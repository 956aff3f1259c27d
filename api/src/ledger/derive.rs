//! Open items and aged rows, rewritten from history; and what a new day changes.

use super::claim_states::Judged;
use super::history::{AccountFacts, BATCH, History, facts, histories, list};
use super::revision::{Revised, revise};
use super::{aged, open_item};
use crate::kernel::{Limit, Read, Stop, Tx};
use chrono::NaiveDate;
use kept_shared::ageing::{Aged, OpenItem, age_open, age_with_items};
use kept_shared::ids::*;
use sea_orm::ActiveValue::Set;
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeSet, HashMap};

pub(super) const DERIVED: Limit = Limit::Unscoped("derived rows of accounts whose facts were loaded within reach");

/// The day a row without any future change is valid until.
pub(crate) fn forever() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX)
}

fn row(
    facts: &AccountFacts,
    aged: &Aged,
    as_at: NaiveDate,
    last: Option<(NaiveDate, i64)>,
    tx: &Tx,
) -> aged::ActiveModel {
    aged::ActiveModel {
        account_id: Set(facts.id),
        organisation_id: Set(facts.organisation_id),
        community_id: Set(facts.community_id),
        valid_on: Set(as_at),
        valid_until: Set(aged.valid_until.unwrap_or_else(forever)),
        next_movement_on: Set(aged.next_movement),
        current_minor: Set(aged.current),
        d30_minor: Set(aged.d30),
        d60_minor: Set(aged.d60),
        d90_minor: Set(aged.d90),
        d120_minor: Set(aged.d120),
        unallocated_minor: Set(aged.unallocated),
        not_due_minor: Set(aged.not_due),
        total_minor: Set(aged.total),
        oldest_due_on: Set(aged.oldest_due),
        last_payment_on: Set(last.map(|l| l.0)),
        last_payment_minor: Set(last.map(|l| l.1)),
        updated_at: Set(tx.now()),
    }
}

/// Rewrites open items, aged rows and claim states of accounts from their whole history, as at `as_at(account)`.
pub(super) async fn rewrite(
    tx: &Tx,
    accounts: &[AccountFacts],
    histories: &HashMap<AccountId, History>,
    as_at: impl Fn(&AccountFacts) -> NaiveDate,
) -> Result<(), Stop> {
    let (mut items, mut rows) = (vec![], vec![]);
    let mut judged = Judged::default();
    let none = History::default();
    for account in accounts {
        let history = histories.get(&account.id).unwrap_or(&none);
        let day = as_at(account);
        let (figures, open) = age_with_items(&history.items(), &history.settlements, &account.rules, day);
        judged.judge(account, history, &open, day);
        rows.push(row(account, &figures, day, history.last_payment(day), tx));
        items.extend(open.iter().map(|o| open_item::ActiveModel {
            account_id: Set(account.id),
            entry_id: Set(o.id),
            community_id: Set(account.community_id),
            age_from: Set(o.age_from),
            open_minor: Set(o.minor),
        }));
    }
    let ids: Vec<AccountId> = accounts.iter().map(|a| a.id).collect();
    for part in ids.chunks(BATCH) {
        let (marks, values) = list(1, part);
        tx.execute(
            DERIVED,
            &format!("DELETE FROM open_item WHERE account_id IN ({marks})"),
            values.clone(),
        )
        .await?;
        tx.execute(
            DERIVED,
            &format!("DELETE FROM aged WHERE account_id IN ({marks})"),
            values,
        )
        .await?;
    }
    tx.insert_bulk(items, "open items of accounts loaded within reach")
        .await?;
    tx.insert_bulk(rows, "aged rows of accounts loaded within reach")
        .await?;
    judged.write(tx).await
}

#[derive(FromQueryResult)]
struct Stale {
    account_id: AccountId,
    next_movement_on: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct OpenRow {
    account_id: AccountId,
    entry_id: EntryId,
    age_from: NaiveDate,
    open_minor: i64,
}

#[derive(FromQueryResult)]
struct Zone {
    time_zone: String,
}

/// The time zones of the organisation's communities, each with its today.
async fn days(read: &Read, organisation: OrganisationId) -> Result<Vec<(String, NaiveDate)>, Stop> {
    let zones: Vec<Zone> = read
        .report(
            DERIVED,
            "SELECT DISTINCT time_zone FROM community WHERE organisation_id = $1 ORDER BY time_zone",
            vec![organisation.into()],
        )
        .await?;
    let with_day = |zone: Zone| {
        let today = read.today(&zone.time_zone);
        (zone.time_zone, today)
    };
    Ok(zones.into_iter().map(with_day).collect())
}

/// Accounts whose aged row ran out before the today of a time zone.
async fn stale(
    read: &Read,
    organisation: OrganisationId,
    (zone, today): &(String, NaiveDate),
    limit: u64,
) -> Result<Vec<Stale>, Stop> {
    read.report(
        DERIVED,
        "SELECT account_id, next_movement_on FROM aged WHERE organisation_id = $1 AND valid_until < $2 AND community_id IN \
         (SELECT id FROM community WHERE organisation_id = $1 AND time_zone = $3) LIMIT $4",
        vec![
            organisation.into(),
            (*today).into(),
            zone.as_str().into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ],
    )
    .await
}

/// Whether an account's aged row ran out before the today of its community.
pub async fn has_stale(read: &Read, organisation: OrganisationId) -> Result<bool, Stop> {
    for day in days(read, organisation).await? {
        if !stale(read, organisation, &day, 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Holds the accounts until the transaction ends, so that what is read of them stays true until it is rewritten. SQLite
/// has one writer anyway.
pub(crate) async fn hold(tx: &Tx, ids: &[AccountId]) -> Result<(), Stop> {
    if tx.backend() == sea_orm::DbBackend::Postgres && !ids.is_empty() {
        let (marks, values) = list(1, ids);
        let sql = format!("SELECT id FROM account WHERE id IN ({marks}) ORDER BY id FOR UPDATE");
        tx.report::<IdRow>(DERIVED, &sql, values).await?;
    }
    Ok(())
}

/// Recomputes at most `limit` accounts of the organisation whose aged row ran out before the today of their community;
/// returns how many. From open items alone where nothing became effective since, from history otherwise.
pub async fn refresh_stale(tx: &Tx, organisation: OrganisationId, limit: u64) -> Result<usize, Stop> {
    let mut count = 0;
    let mut communities = BTreeSet::new();
    for day in days(tx, organisation).await? {
        let left = limit.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
        if left == 0 {
            break;
        }
        let (stale, as_at) = (stale(tx, organisation, &day, left).await?, day.1);
        let (quick, full): (Vec<&Stale>, Vec<&Stale>) =
            stale.iter().partition(|s| s.next_movement_on.is_none_or(|m| m > as_at));
        for part in quick.chunks(BATCH) {
            let ids: Vec<AccountId> = part.iter().map(|s| s.account_id).collect();
            hold(tx, &ids).await?;
            let accounts = facts(tx, &ids).await?;
            from_open_items(tx, &ids, &accounts, as_at).await?;
            communities.extend(accounts.iter().map(|a| a.community_id));
        }
        for part in full.chunks(BATCH) {
            let ids: Vec<AccountId> = part.iter().map(|s| s.account_id).collect();
            hold(tx, &ids).await?;
            let accounts = facts(tx, &ids).await?;
            let histories = histories(tx, &ids).await?;
            rewrite(tx, &accounts, &histories, |_| as_at).await?;
            communities.extend(accounts.iter().map(|a| a.community_id));
        }
        count += stale.len();
    }
    revise(tx, &communities, Revised::Figures).await?;
    Ok(count)
}

async fn from_open_items(tx: &Tx, ids: &[AccountId], facts: &[AccountFacts], as_at: NaiveDate) -> Result<(), Stop> {
    use crate::kernel::Seen;
    use sea_orm::ColumnTrait;
    let accounts: HashMap<AccountId, &AccountFacts> = facts.iter().map(|f| (f.id, f)).collect();
    let old: Vec<Seen<aged::Model>> = tx
        .among::<aged::Entity>(aged::Column::AccountId.is_in(ids.iter().copied()))
        .all()
        .await?;
    let (marks, values) = list(1, ids);
    let sql = format!("SELECT account_id, entry_id, age_from, open_minor FROM open_item WHERE account_id IN ({marks})");
    let mut open: HashMap<AccountId, Vec<OpenItem>> = HashMap::new();
    for r in tx.report::<OpenRow>(DERIVED, &sql, values.clone()).await? {
        open.entry(r.account_id).or_default().push(OpenItem {
            id: r.entry_id,
            age_from: r.age_from,
            minor: r.open_minor,
        });
    }
    let mut rows = vec![];
    for old in old {
        let Some(account) = accounts.get(&old.account_id) else {
            continue;
        };
        let mut figures = age_open(
            open.get(&account.id).map_or(&[][..], Vec::as_slice),
            &account.rules,
            as_at,
        );
        figures.next_movement = old.next_movement_on;
        figures.oldest_due = old.oldest_due_on;
        let before_next = old.next_movement_on.and_then(|d| d.pred_opt());
        figures.valid_until = match (figures.valid_until, before_next) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let last = old.last_payment_on.zip(old.last_payment_minor);
        rows.push(row(account, &figures, as_at, last, tx));
    }
    tx.execute(
        DERIVED,
        &format!("DELETE FROM aged WHERE account_id IN ({marks})"),
        values,
    )
    .await?;
    tx.insert_bulk(rows, "aged rows of accounts loaded within reach").await
}

#[derive(FromQueryResult)]
struct IdRow {
    id: AccountId,
}

/// Rewrites every account of a community from history, as after a change of its ageing rules.
pub async fn recompute_all(tx: &Tx, community: CommunityId) -> Result<usize, Stop> {
    let (mut after, mut count) = (AccountId(uuid::Uuid::nil()), 0);
    loop {
        let values: Vec<Value> = vec![community.into(), after.into(), i64::try_from(BATCH).unwrap_or(1).into()];
        let ids: Vec<AccountId> = tx
            .report::<IdRow>(
                DERIVED,
                "SELECT id FROM account WHERE community_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                values,
            )
            .await?
            .into_iter()
            .map(|r| r.id)
            .collect();
        let Some(last) = ids.last() else {
            revise(tx, &BTreeSet::from([community]), Revised::Figures).await?;
            return Ok(count);
        };
        after = *last;
        count += ids.len();
        hold(tx, &ids).await?;
        let accounts = facts(tx, &ids).await?;
        let histories = histories(tx, &ids).await?;
        rewrite(tx, &accounts, &histories, |a| tx.today(&a.time_zone)).await?;
    }
}
