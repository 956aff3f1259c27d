//! Matching in the background. May be killed at any point and run twice: it only writes proposals.

use super::entity::{line, statement};
use super::take::of;
use crate::kernel::binds::{Binds, LIST};
use crate::kernel::{Job, JobContext, Limit, NoContent, Read, Seen, Stop, Tx};
use chrono::NaiveDate;
use kept_shared::bank_statements::{
    Book, Customer, LineState, PastPayment, Proposal, RETURN_WITHIN_DAYS, StatementState, Told, best, hint,
};
use kept_shared::event::Event;
use kept_shared::ids::*;
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult, QueryOrder};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Customers remembered of one payer: as many as matching looks at.
const MAX_LEARNED: i64 = 3;
/// Lines written in one transaction.
const CHUNK: usize = 1_000;

/// Proposes customers for the lines of a statement that nobody decided.
#[derive(Debug, Serialize, Deserialize)]
pub struct MatchStatement {
    pub statement: BankStatementId,
}

#[async_trait::async_trait]
impl Job for MatchStatement {
    const KIND: &'static str = "bank_statements.match";
    const MAX_ATTEMPTS: i64 = 5;
    const PRIORITY: i64 = 50;

    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let organisation = cx
            .organisation
            .ok_or_else(|| anyhow::anyhow!("a statement belongs to an organisation"))?;
        let read = cx.read(organisation, Self::KIND).await?;
        let statement = match read.get::<statement::Entity>(self.statement).await {
            Ok(found) => found,
            Err(stop) if stop.is(kept_shared::problem::Code::NotFound) => return Ok(()),
            Err(stop) => return Err(stop.into()),
        };
        // Matched by an earlier run that was cut off before it could say so, or undone meanwhile: whoever looks at the
        // proposals keeps the version they saw.
        if statement.state != StatementState::Matching {
            return Ok(());
        }
        let lines = read
            .find::<line::Entity>()
            .filter(of(statement.id))
            .filter(line::Column::State.is_in([LineState::Unmatched, LineState::Suggested]))
            .shape(|s| s.order_by_asc(line::Column::Position))
            .all()
            .await?;
        let proposals = propose(&read, &statement, &lines).await?;
        drop(read);
        for part in proposals.chunks(CHUNK) {
            let tx = cx.write(organisation, Self::KIND).await?;
            // Held before its lines, as everywhere; and what a page showed until now is old.
            tx.execute(
                Limit::Unscoped("the statement the job loaded"),
                "UPDATE bank_statement SET version = version + 1 WHERE id = $1",
                vec![statement.id.into()],
            )
            .await?;
            for (id, found, hint) in part {
                store(&tx, *id, found, *hint).await?;
            }
            let done = Event::JobDone {
                kind: Self::KIND.into(),
            };
            tx.finish(statement.community_id, done, NoContent).await?;
        }
        let tx = cx.write(organisation, Self::KIND).await?;
        let Ok(statement) = tx.get::<statement::Entity>(self.statement).await else {
            return Ok(tx.abandon().await?);
        };
        if statement.state == StatementState::Undone {
            return Ok(tx.abandon().await?);
        }
        let (id, community) = (statement.id, statement.community_id);
        settle(&tx, statement).await?;
        tx.finish(community, Event::BankStatementMatched { statement: id }, NoContent)
            .await?;
        Ok(())
    }
}

/// Open while a line waits for a person, done when none does.
pub(super) async fn settle(tx: &Tx, statement: Seen<statement::Model>) -> Result<Seen<statement::Model>, Stop> {
    let waiting = tx
        .find::<line::Entity>()
        .filter(of(statement.id))
        .filter(line::Column::State.is_in([LineState::Unmatched, LineState::Suggested]))
        .exists()
        .await?;
    let state = if waiting {
        StatementState::Open
    } else {
        StatementState::Done
    };
    tx.amend(statement, |row: &mut statement::ActiveModel| row.state = Set(state))
        .await
}

type Proposed = (
    BankLineId,
    Vec<Proposal>,
    Option<kept_shared::bank_statements::IgnoreReason>,
);

async fn propose(
    read: &Read,
    statement: &statement::Model,
    lines: &[Seen<line::Model>],
) -> Result<Vec<Proposed>, Stop> {
    let community = statement.community_id;
    let book = Book::new(customers(read, community).await?);
    let learned = learned(read, community, lines).await?;
    let past = past_payments(read, community, lines).await?;
    let told: Vec<Told> = lines.iter().map(|line| line.told()).collect();
    let returns = book.returns(&told, &past);
    Ok(lines
        .iter()
        .zip(told)
        .zip(returns)
        .map(|((line, told), returned)| {
            let before = line.counterparty_account.as_ref().and_then(|a| learned.get(a));
            let found = if told.amount_minor > 0 {
                book.propose(&told, before.map_or(&[], Vec::as_slice))
            } else {
                returned
            };
            (line.id, found, hint(&told))
        })
        .collect())
}

#[derive(FromQueryResult)]
struct CustomerRow {
    id: AccountId,
    reference: String,
    payment_reference: Option<String>,
    name: String,
    total_minor: i64,
}
#[derive(FromQueryResult)]
struct UnitRow {
    account_id: AccountId,
    code: String,
}
#[derive(FromQueryResult)]
struct OpenRow {
    account_id: AccountId,
    open_minor: i64,
    claim_id: Option<ClaimId>,
    reference: Option<String>,
}

const LOADED: Limit = Limit::Unscoped("customers of a community the job matches a statement of");

async fn customers(read: &Read, community: CommunityId) -> Result<Vec<Customer>, Stop> {
    let rows: Vec<CustomerRow> = read
        .report(
            LOADED,
            "SELECT a.id, a.reference, a.payment_reference, a.name, g.total_minor FROM account a JOIN aged g ON g.account_id = a.id \
             WHERE a.community_id = $1 AND a.is_active = $2",
            vec![community.into(), true.into()],
        )
        .await?;
    let units: Vec<UnitRow> = read
        .report(
            LOADED,
            "SELECT o.account_id, u.code FROM unit u JOIN unit_owner o ON o.unit_id = u.id AND o.to_on IS NULL \
             WHERE u.community_id = $1",
            vec![community.into()],
        )
        .await?;
    let open: Vec<OpenRow> = read
        .report(
            LOADED,
            "SELECT o.account_id, o.open_minor, c.id AS claim_id, c.reference FROM open_item o JOIN entry e ON e.id = o.entry_id \
             LEFT JOIN claim c ON c.id = e.claim_id WHERE o.community_id = $1",
            vec![community.into()],
        )
        .await?;
    let mut all: HashMap<AccountId, Customer> = rows
        .into_iter()
        .map(|r| {
            let customer = Customer {
                id: r.id,
                reference: r.reference,
                payment_reference: r.payment_reference,
                name: r.name,
                units: vec![],
                claims: vec![],
                owed_minor: r.total_minor,
                open_minor: vec![],
            };
            (r.id, customer)
        })
        .collect();
    for unit in units {
        if let Some(customer) = all.get_mut(&unit.account_id) {
            customer.units.push(unit.code);
        }
    }
    for item in open {
        if let Some(customer) = all.get_mut(&item.account_id) {
            customer.open_minor.push(item.open_minor);
            customer.claims.extend(item.claim_id.zip(item.reference));
        }
    }
    let mut all: Vec<Customer> = all.into_values().collect();
    all.sort_by(|a, b| a.reference.cmp(&b.reference));
    Ok(all)
}

#[derive(FromQueryResult)]
struct LearnedRow {
    counterparty_account: String,
    account_id: AccountId,
}

/// For whom lines of the same payers were confirmed, the latest [`MAX_LEARNED`] first.
async fn learned(
    read: &Read,
    community: CommunityId,
    lines: &[Seen<line::Model>],
) -> Result<HashMap<String, Vec<AccountId>>, Stop> {
    let mut payers: Vec<&str> = lines.iter().filter_map(|l| l.counterparty_account.as_deref()).collect();
    payers.sort_unstable();
    payers.dedup();
    let mut found: HashMap<String, Vec<AccountId>> = HashMap::new();
    for part in payers.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "SELECT t.counterparty_account, t.account_id FROM (SELECT l.counterparty_account, p.account_id, ROW_NUMBER() OVER \
             (PARTITION BY l.counterparty_account ORDER BY MAX(l.decided_at) DESC, p.account_id) AS n \
             FROM bank_line l JOIN bank_posting p ON p.line_id = l.id \
             WHERE l.community_id = {} AND l.counterparty_account IN ({}) AND l.state = {} AND p.entry_id IS NOT NULL AND p.undone_at IS NULL \
             GROUP BY l.counterparty_account, p.account_id) t WHERE t.n <= {} ORDER BY t.counterparty_account, t.n",
            binds.one(community),
            binds.list(part.iter().copied()),
            binds.one(LineState::Confirmed),
            binds.one(MAX_LEARNED),
        );
        let rows: Vec<LearnedRow> = read.report(LOADED, &sql, binds.values()).await?;
        for row in rows {
            found.entry(row.counterparty_account).or_default().push(row.account_id);
        }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct PastRow {
    id: EntryId,
    account_id: AccountId,
    amount_minor: i64,
    effective_on: NaiveDate,
    reference: Option<String>,
    line_reference: Option<String>,
    bank_id: Option<String>,
    counterparty_account: Option<String>,
    end_to_end_id: Option<String>,
}

/// Payments that lines which went out may take back.
async fn past_payments(
    read: &Read,
    community: CommunityId,
    lines: &[Seen<line::Model>],
) -> Result<Vec<PastPayment>, Stop> {
    let out: Vec<&Seen<line::Model>> = lines.iter().filter(|l| l.amount_minor < 0).collect();
    let days = || out.iter().map(|l| l.booked_on);
    let (Some(first), Some(last)) = (days().min(), days().max()) else {
        return Ok(vec![]);
    };
    let from = first - chrono::TimeDelta::days(RETURN_WITHIN_DAYS);
    let mut amounts: Vec<i64> = out.iter().map(|l| l.amount_minor).collect();
    amounts.sort_unstable();
    amounts.dedup();
    let mut past = vec![];
    for part in amounts.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "SELECT e.id, e.account_id, e.amount_minor, e.effective_on, e.reference, l.reference AS line_reference, l.bank_id, \
             l.counterparty_account, l.end_to_end_id FROM entry e LEFT JOIN bank_posting p ON p.entry_id = e.id \
             LEFT JOIN bank_line l ON l.id = p.line_id \
             WHERE e.community_id = {} AND e.effective_on >= {} AND e.effective_on <= {} AND e.type = {} \
             AND e.amount_minor IN ({}) AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = e.id)",
            binds.one(community),
            binds.one(from),
            binds.one(last),
            binds.one(kept_shared::ledger::EntryType::Payment),
            binds.list(part.iter().copied()),
        );
        let rows: Vec<PastRow> = read.report(LOADED, &sql, binds.values()).await?;
        past.extend(rows.into_iter().map(|r| {
            PastPayment {
                entry: r.id,
                account: r.account_id,
                amount_minor: -r.amount_minor,
                on: r.effective_on,
                texts: [r.reference, r.line_reference, r.bank_id]
                    .into_iter()
                    .flatten()
                    .collect(),
                counterparty_account: r.counterparty_account,
                end_to_end_id: r.end_to_end_id,
            }
        }));
    }
    Ok(past)
}

/// Writes a proposal, unless a person decided meanwhile.
async fn store(
    tx: &Tx,
    id: BankLineId,
    found: &[Proposal],
    hint: Option<kept_shared::bank_statements::IgnoreReason>,
) -> Result<(), Stop> {
    let chosen = best(found);
    let stored: Vec<line::Stored> = found
        .iter()
        .map(|p| line::Stored {
            account: p.account,
            confidence: p.confidence,
            reasons: p.reasons.clone(),
            reverses: p.reverses,
            claim: p.claim,
        })
        .collect();
    let state = if chosen.is_some() {
        LineState::Suggested
    } else {
        LineState::Unmatched
    };
    tx.execute(
        Limit::Unscoped("a line of a statement the job loaded"),
        "UPDATE bank_line SET state = $1, confidence = $2, account_id = $3, candidates = $4, hint = $5, version = version + 1 \
         WHERE id = $6 AND state IN ('unmatched', 'suggested')",
        vec![
            state.into(),
            chosen.map(|p| p.confidence).into(),
            chosen.map(|p| p.account).into(),
            serde_json::to_string(&stored)?.into(),
            hint.into(),
            id.into(),
        ],
    )
    .await?;
    Ok(())
}
