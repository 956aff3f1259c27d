//! Leaving lines out, taking them up again, matching anew.

use super::entity::{line, mapping, statement};
use super::jobs::{MatchStatement, settle};
use super::posting::{hold, move_lines};
use super::take::of;
use crate::kernel::tx::refuse;
use crate::kernel::{FlawsExt, Seen, Stop, Tx, When};
use kept_shared::bank_statements::{
    BankMapping, IgnoreLines, IgnoreReason, LineState, MAX_BANK_MAPPINGS, RestoreLines, StatementState,
};
use kept_shared::event::Event;
use kept_shared::flaws::Flaws;
use kept_shared::ids::*;
use sea_orm::{ActiveValue::Set, ColumnTrait};

fn count(lines: &[BankLineId]) -> u32 {
    u32::try_from(lines.len()).unwrap_or(u32::MAX)
}

/// Leaves lines out.
pub(super) async fn ignore(
    tx: &Tx,
    id: BankStatementId,
    order: &IgnoreLines,
) -> Result<(Seen<statement::Model>, Event), Stop> {
    order.flaws().check()?;
    let statement = hold(tx, id, &[StatementState::Open]).await?;
    let note = order.note.as_deref().map(str::trim).filter(|n| !n.is_empty());
    let set = [
        ("state", LineState::Ignored.into()),
        ("ignore_reason", order.reason.into()),
        ("note", note.map(str::to_owned).into()),
        ("decided_by_name", tx.caller().name.clone().into()),
        ("decided_at", tx.now().into()),
    ];
    move_lines(
        tx,
        &statement,
        &order.lines,
        &[LineState::Unmatched, LineState::Suggested],
        &set,
    )
    .await?;
    let event = Event::BankLinesIgnored {
        statement: id,
        lines: count(&order.lines),
        reason: order.reason.to_string(),
    };
    Ok((settle(tx, statement).await?, event))
}

/// Takes lines up again that were left out; they are matched anew.
pub(super) async fn restore(
    tx: &Tx,
    id: BankStatementId,
    order: &RestoreLines,
) -> Result<(Seen<statement::Model>, Event), Stop> {
    order.flaws().check()?;
    let statement = hold(tx, id, &[StatementState::Open, StatementState::Done]).await?;
    let found = tx
        .among::<line::Entity>(line::Column::Id.is_in(order.lines.iter().copied()))
        .filter(of(id))
        .all()
        .await?;
    let mut flaws = Flaws::default();
    for (at, wanted) in order.lines.iter().enumerate() {
        let never = found.iter().any(|l| {
            l.id == *wanted
                && matches!(
                    l.ignore_reason,
                    Some(IgnoreReason::Zero | IgnoreReason::OtherCurrency | IgnoreReason::Pending)
                )
        });
        flaws.when(never, &format!("/lines/{at}"), "never_posted");
    }
    flaws.check()?;
    let set = [
        ("state", LineState::Unmatched.into()),
        ("ignore_reason", None::<IgnoreReason>.into()),
        ("note", None::<String>.into()),
        ("decided_by_name", None::<String>.into()),
    ];
    move_lines(tx, &statement, &order.lines, &[LineState::Ignored], &set).await?;
    let statement = matching(tx, statement).await?;
    let event = Event::BankLinesRestored {
        statement: id,
        lines: count(&order.lines),
    };
    Ok((statement, event))
}

/// Has the open lines of a statement matched anew.
pub(super) async fn matching(tx: &Tx, statement: Seen<statement::Model>) -> Result<Seen<statement::Model>, Stop> {
    let job = MatchStatement {
        statement: statement.id,
    };
    tx.enqueue(&job, When::Now).await?;
    tx.amend(statement, |row: &mut statement::ActiveModel| {
        row.state = Set(StatementState::Matching);
    })
    .await
}

/// Keeps a mapping under a name, replacing one of that name.
pub(super) async fn save_mapping(
    tx: &Tx,
    name: &str,
    signature: &str,
    kept: &BankMapping,
) -> Result<BankMappingId, Stop> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut flaws = Flaws::default();
    flaws.text("/save_as", &name, 100);
    flaws.check()?;
    let earlier = tx
        .find::<mapping::Entity>()
        .filter(mapping::Column::Name.eq(name.as_str()))
        .one()
        .await?;
    if let Some(earlier) = earlier {
        tx.discard::<mapping::Model, mapping::ActiveModel>(earlier).await?;
    } else if tx.find::<mapping::Entity>().count().await? >= MAX_BANK_MAPPINGS {
        return Err(refuse("/save_as", "too_many_mappings"));
    }
    let row = mapping::ActiveModel {
        id: Set(BankMappingId(uuid::Uuid::now_v7())),
        name: Set(name),
        signature: Set(signature.to_owned()),
        mapping: Set(serde_json::to_string(kept)?),
        created_at: Set(tx.now()),
        ..Default::default()
    };
    Ok(tx.create(row).await?.id)
}
