//! What people do with charge runs. The posting itself is a job's.

use super::entity::{line, run};
use super::jobs::{ReverseLevies, RunLevies};
use super::plan;
use crate::communities;
use crate::kernel::{FlawsExt, IfMatch, Limit, Seen, Stop, Tx, When, tx::refuse};
use chrono::NaiveDate;
use kept_shared::ids::*;
use kept_shared::levies::*;
use kept_shared::money::Money;
use kept_shared::problem::{Code, FieldProblem, Problem};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};

fn forbidden(state: RunState) -> Stop {
    Problem::of(Code::StateForbids).at("/state", state.as_str()).into()
}

/// The run of a month that is not finished.
async fn open(tx: &Tx, community: CommunityId, month: NaiveDate) -> Result<Option<Seen<run::Model>>, Stop> {
    let here = run::Column::CommunityId
        .eq(community)
        .and(run::Column::Month.eq(month))
        .and(run::Column::State.is_not_in([RunState::Done, RunState::Reversed]));
    tx.find::<run::Entity>().filter(here).one().await
}

/// 409, naming the run that stands in the way.
fn beside(open: &run::Model) -> Stop {
    let field = FieldProblem::new("/month", "run_open")
        .with("run", open.id)
        .with("state", open.state.as_str());
    Problem::of(Code::AlreadyExists).with_errors(vec![field]).into()
}

/// Makes a preview of a month. Errors: 409 while another run of that month is not finished, naming it.
pub async fn create(tx: &Tx, community: &Seen<communities::Model>, new: NewLevyRun) -> Result<Seen<run::Model>, Stop> {
    new.flaws(tx.today(&community.time_zone)).check()?;
    let month = new.month_start();
    if let Some(open) = open(tx, community.id, month).await? {
        return Err(beside(&open));
    }
    let (charges, minor) = plan::totals(&plan::plan(tx, community.id, month).await?);
    let row = run::ActiveModel {
        id: Set(LevyRunId(uuid::Uuid::now_v7())),
        month: Set(month),
        state: Set(RunState::Preview),
        charges: Set(i64::try_from(charges).unwrap_or(i64::MAX)),
        total_minor: Set(minor),
        done: Set(0),
        created_at: Set(tx.now()),
        created_by: Set(Some(tx.caller().name.clone())),
        version: Set(1),
        ..Default::default()
    };
    tx.insert(community, row).await
}

#[derive(FromQueryResult)]
struct Raised {
    n: i64,
    minor: i64,
}

/// Charges a run has raised already: one that failed half-way goes on.
async fn raised(tx: &Tx, id: LevyRunId) -> Result<Raised, Stop> {
    let sql = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS minor FROM levy_charge WHERE run_id = $1";
    let why = Limit::Unscoped("charges of a run loaded within reach");
    let found: Option<Raised> = tx.report_one(why, sql, vec![id.into()]).await?;
    Ok(found.unwrap_or(Raised { n: 0, minor: 0 }))
}

/// A planned charge as it is kept until it is raised; none for what is left out.
fn kept(run: LevyRunId, line: &LevyRunLine) -> Option<line::ActiveModel> {
    if line.warning.is_some() {
        return None;
    }
    Some(line::ActiveModel {
        run_id: Set(run),
        levy_id: Set(line.levy_id),
        unit_id: Set(line.unit_id),
        account_id: Set(line.account_id?),
        kind: Set(line.kind),
        description: Set(line.description.clone()),
        period_from: Set(line.period.from),
        period_to: Set(line.period.to),
        charge_on: Set(line.charge_on),
        due_on: Set(line.due_on),
        amount_minor: Set(line.amount.minor),
    })
}

/// Starts a run, if what it would charge is still what the person saw; those charges are kept and raised, whatever is set
/// meanwhile. Errors: 409 in another state, 412 when it
/// changed, 422 when there is nothing to charge.
pub async fn start(
    tx: &Tx,
    row: Seen<run::Model>,
    expected: IfMatch,
    wish: StartLevyRun,
) -> Result<Seen<run::Model>, Stop> {
    expected.check(row.version)?;
    if !row.state.may_start() {
        return Err(forbidden(row.state));
    }
    let community = tx.get::<communities::Entity>(row.community_id).await?;
    let lines = plan::plan(tx, row.community_id, row.month).await?;
    let (charges, minor) = plan::totals(&lines);
    if charges == 0 {
        return Err(refuse("/charges", "nothing_to_charge"));
    }
    if (charges, Money::new(minor, community.currency)) != (wish.charges, wish.total) {
        return Err(Code::ChangedMeanwhile.into());
    }
    let before = raised(tx, row.id).await?;
    let (now, by) = (tx.now(), (tx.caller().name.clone(), tx.caller().user_id));
    let row = tx
        .update(row, expected, |row: &mut run::ActiveModel| {
            row.state = Set(RunState::Running);
            row.charges = Set(before.n + i64::try_from(charges).unwrap_or_default());
            row.total_minor = Set(before.minor + minor);
            row.done = Set(before.n);
            row.started_at = Set(Some(now));
            row.started_by = Set(Some(by.0));
            row.started_by_id = Set(by.1);
            row.failure = Set(None);
        })
        .await?;
    let lines = lines.iter().filter_map(|l| kept(row.id, &l.line)).collect();
    tx.insert_bulk::<line::ActiveModel>(lines, "of schedules planned within reach")
        .await?;
    tx.enqueue(&RunLevies { run: row.id }, When::Now).await?;
    Ok(row)
}

/// Takes back everything a run charged. Errors: 409 in another state, or naming an unfinished run of that month.
pub async fn reverse(
    tx: &Tx,
    row: Seen<run::Model>,
    expected: IfMatch,
    wish: ReverseLevyRun,
) -> Result<Seen<run::Model>, Stop> {
    expected.check(row.version)?;
    wish.flaws().check()?;
    if !row.state.may_reverse() {
        return Err(forbidden(row.state));
    }
    if let Some(open) = open(tx, row.community_id, row.month).await? {
        return Err(beside(&open));
    }
    let by = (tx.caller().name.clone(), tx.caller().user_id);
    let row = tx
        .update(row, expected, |row: &mut run::ActiveModel| {
            row.state = Set(RunState::Reversing);
            row.reason = Set(Some(wish.reason.trim().to_owned()));
            row.reversed_by = Set(Some(by.0));
            row.reversed_by_id = Set(by.1);
            row.done = Set(0);
            row.failure = Set(None);
        })
        .await?;
    tx.enqueue(&ReverseLevies { run: row.id }, When::Now).await?;
    Ok(row)
}

/// Throws a preview away. Errors: 409 once it has charged anything.
pub async fn discard(tx: &Tx, row: Seen<run::Model>, expected: IfMatch) -> Result<(), Stop> {
    expected.check(row.version)?;
    if row.state != RunState::Preview || raised(tx, row.id).await?.n > 0 {
        return Err(forbidden(row.state));
    }
    tx.remove::<_, run::ActiveModel>(row).await
}
