//! Reading statements, their lines and what became of them.

use super::entity::{file, line, mapping, statement};
use super::views::{LineRow, Parties, StatementRow};
use crate::kernel::binds::Binds;
use crate::kernel::{Limit, Read, Seen, Stop, page};
use crate::reach::reach_sql;
use kept_shared::bank_statements::*;
use kept_shared::ids::*;
use kept_shared::page::Page;
use sea_orm::{ColumnTrait, FromQueryResult, QueryOrder, QuerySelect};
use std::collections::HashMap;

const STATEMENT: &str = "SELECT s.id, s.state, s.community_id, c.name AS community_name, b.number AS account, s.currency, \
     s.number, f.file_name, f.format, s.opening_minor, s.opening_on, s.closing_minor, s.closing_on, s.first_on, s.last_on, \
     s.line_count, s.credits_minor, s.debits_minor, s.off_minor, s.remarks, s.undone_reason, s.undone_by_name, s.undone_at, \
     s.created_by_name, s.created_at, s.version FROM bank_statement s JOIN community c ON c.id = s.community_id \
     JOIN bank_account b ON b.id = s.bank_account_id JOIN bank_file f ON f.id = s.file_id";

const REACH: &str = "{reach s.id, s.community_id, s.organisation_id}";

#[derive(FromQueryResult)]
struct Counted {
    statement_id: BankStatementId,
    state: LineState,
    confidence: Option<Confidence>,
    lines: i64,
    total: i64,
    incoming: i64,
}

/// Progress of each statement, with the sums posted and waiting.
async fn progress(
    read: &Read,
    ids: &[BankStatementId],
) -> Result<HashMap<BankStatementId, (Progress, i64, i64)>, Stop> {
    let mut binds = Binds::new();
    let sql = format!(
        "SELECT statement_id, state, confidence, COUNT(*) AS lines, CAST(SUM(amount_minor) AS BIGINT) AS total, \
         CAST(SUM(CASE WHEN amount_minor > 0 THEN amount_minor ELSE 0 END) AS BIGINT) AS incoming \
         FROM bank_line WHERE statement_id IN ({}) GROUP BY statement_id, state, confidence",
        binds.list(ids.iter().copied())
    );
    let why = Limit::Unscoped("lines of statements loaded within reach");
    let rows: Vec<Counted> = read.report(why, &sql, binds.values()).await?;
    let mut all: HashMap<BankStatementId, (Progress, i64, i64)> = HashMap::new();
    for row in rows {
        let (progress, confirmed, waiting) = all.entry(row.statement_id).or_default();
        let lines = u32::try_from(row.lines).unwrap_or(u32::MAX);
        match (row.state, row.confidence) {
            (LineState::Unmatched, _) => progress.unmatched += lines,
            (LineState::Suggested, Some(Confidence::Certain)) => progress.certain += lines,
            (LineState::Suggested, Some(Confidence::Likely)) => progress.likely += lines,
            (LineState::Suggested, Some(Confidence::Possible) | None) => progress.possible += lines,
            (LineState::Confirmed, _) => progress.confirmed += lines,
            (LineState::Ignored, _) => progress.ignored += lines,
            (LineState::Undone, _) => progress.undone += lines,
        }
        match row.state {
            LineState::Confirmed => *confirmed += row.total,
            LineState::Unmatched | LineState::Suggested => *waiting += row.incoming,
            LineState::Ignored | LineState::Undone => {}
        }
    }
    Ok(all)
}

/// Statements, newest first.
pub(super) async fn list(read: &Read, filter: &BankStatementFilter) -> Result<Page<BankStatement>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("bank-statements", &(&filter.state, filter.community_id))?;
    let after: Option<BankStatementId> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut binds = Binds::new();
    let mut wheres = vec![REACH.to_owned()];
    if let Some(id) = filter.community_id {
        wheres.push(format!("s.community_id = {}", binds.one(id)));
    }
    if !filter.state.is_empty() {
        wheres.push(format!("s.state IN ({})", binds.list(filter.state.iter().copied())));
    }
    if let Some(id) = after {
        wheres.push(format!("s.id < {}", binds.one(id)));
    }
    let sql = format!(
        "{STATEMENT} WHERE {} ORDER BY s.id DESC LIMIT {}",
        wheres.join(" AND "),
        limit + 1
    );
    let rows: Vec<StatementRow> = read.report(Limit::Reach(reach_sql), &sql, binds.values()).await?;
    let page = page::page(rows, limit, &mark, |row| row.id)?;
    let ids: Vec<BankStatementId> = page.items.iter().map(|r| r.id).collect();
    let mut counted = progress(read, &ids).await?;
    let items = page
        .items
        .into_iter()
        .map(|row| {
            let counted = counted.remove(&row.id).unwrap_or_default();
            row.view(counted)
        })
        .collect::<Result<_, Stop>>()?;
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}

/// One statement. Errors: 404 when absent or out of reach.
pub(super) async fn one(read: &Read, id: BankStatementId) -> Result<BankStatement, Stop> {
    let sql = format!("{STATEMENT} WHERE s.id = $1 AND {REACH}");
    let row: Option<StatementRow> = read.report_one(Limit::Reach(reach_sql), &sql, vec![id.into()]).await?;
    let row = row.ok_or_else(Stop::not_found)?;
    let counted = progress(read, &[id]).await?.remove(&id).unwrap_or_default();
    row.view(counted)
}

/// Lines in the order of the bank.
pub(super) async fn lines(read: &Read, id: BankStatementId, filter: &BankLineFilter) -> Result<Page<BankLine>, Stop> {
    let statement = read.get::<statement::Entity>(id).await?;
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("bank-lines", &(id, &filter.state, filter.confidence))?;
    let after: Option<i64> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut found = read.find::<line::Entity>().filter(line::Column::StatementId.eq(id));
    if !filter.state.is_empty() {
        found = found.filter(line::Column::State.is_in(filter.state.iter().copied()));
    }
    if let Some(confidence) = filter.confidence {
        found = found.filter(line::Column::Confidence.eq(confidence));
    }
    if let Some(position) = after {
        found = found.filter(line::Column::Position.gt(position));
    }
    let rows = found
        .shape(|s| s.order_by_asc(line::Column::Position).limit(limit + 1))
        .all()
        .await?;
    let page = page::page(rows, limit, &mark, |row| row.position)?;
    let items = views(read, &statement, page.items).await?;
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}

/// One line.
pub(super) async fn line(read: &Read, id: BankLineId) -> Result<BankLine, Stop> {
    let row = read.get::<line::Entity>(id).await?;
    let statement = read.get::<statement::Entity>(row.statement_id).await?;
    views(read, &statement, vec![row])
        .await?
        .pop()
        .ok_or_else(Stop::not_found)
}

async fn views(read: &Read, statement: &statement::Model, rows: Vec<Seen<line::Model>>) -> Result<Vec<BankLine>, Stop> {
    let rows = rows.into_iter().map(LineRow::of).collect::<Result<Vec<_>, Stop>>()?;
    let parties = Parties::load(read, &rows).await?;
    Ok(rows
        .into_iter()
        .map(|row| row.view(statement.currency, &parties))
        .collect())
}

/// Bank accounts of the communities within reach.
pub(super) async fn accounts(read: &Read) -> Result<Vec<BankAccount>, Stop> {
    #[derive(FromQueryResult)]
    struct Row {
        id: BankAccountId,
        number: String,
        community_id: CommunityId,
        community_name: String,
    }
    let sql = "SELECT b.id, b.number, b.community_id, c.name AS community_name FROM bank_account b \
         JOIN community c ON c.id = b.community_id WHERE {reach b.id, b.community_id, b.organisation_id} \
         ORDER BY c.name, b.number LIMIT 1000";
    let rows: Vec<Row> = read.report(Limit::Reach(reach_sql), sql, vec![]).await?;
    Ok(rows
        .into_iter()
        .map(|r| BankAccount {
            id: r.id,
            number: r.number,
            community_id: r.community_id,
            community_name: r.community_name,
        })
        .collect())
}

/// Saved mappings, newest first; of one header where it is named.
pub(super) async fn mappings(read: &Read, signature: Option<&str>) -> Result<Vec<SavedBankMapping>, Stop> {
    let mut found = read.find::<mapping::Entity>();
    if let Some(signature) = signature {
        found = found.filter(mapping::Column::Signature.eq(signature));
    }
    let found = found
        .shape(|s| s.order_by_desc(mapping::Column::CreatedAt).limit(MAX_BANK_MAPPINGS))
        .all()
        .await?;
    found.iter().map(|m| m.view()).collect()
}

/// A file with its table, where it is one that waits for a mapping.
pub(super) async fn file(read: &Read, file: &Seen<file::Model>, table: Option<BankTable>) -> Result<BankFile, Stop> {
    let statements = read
        .find::<statement::Entity>()
        .filter(statement::Column::FileId.eq(file.id))
        .shape(|s| s.order_by_asc(statement::Column::Id))
        .all()
        .await?;
    let fitting_mappings = match &table {
        Some(table) => mappings(read, Some(&table.signature)).await?,
        None => vec![],
    };
    Ok(BankFile {
        id: file.id,
        file_name: file.file_name.clone(),
        size_bytes: u64::try_from(file.size_bytes).unwrap_or_default(),
        format: file.format,
        community_id: file.community_id,
        needs_mapping: file.needs_mapping(),
        table,
        mapping: file.mapping()?,
        fitting_mappings,
        statements: statements.iter().map(|s| s.id).collect(),
        known_statements: u32::try_from(file.known_statements).unwrap_or_default(),
        created_at: file.created_at,
        version: file.version,
    })
}
