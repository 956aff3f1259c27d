//! Takes statements into the book: which community they belong to, whether they are in it already, and their lines.

use super::entity::{account, file, line, statement};
use super::files::{Content, unreadable};
use super::jobs::MatchStatement;
use super::lines::{Ready, digest, minor, ready};
use super::read::{Check, Statement, account_number};
use crate::communities;
use crate::kernel::binds::{Binds, LIST};
use crate::kernel::files::Blob;
use crate::kernel::tx::refuse;
use crate::kernel::{Limit, Reach, Seen, Stop, Tx, When};
use kept_shared::bank_statements::{BankFormat, BankMapping, IgnoreReason, LineState, StatementState, same_account};
use kept_shared::ids::*;
use kept_shared::problem::{Code, FieldProblem, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A community named by the client, within reach.
async fn named(tx: &Tx, id: CommunityId) -> Result<Seen<communities::Model>, Stop> {
    tx.get::<communities::Entity>(id)
        .await
        .map_err(|_| refuse("/community_id", "unknown"))
}

/// The community to which a bank account belongs: remembered, named, or the only one there is.
/// Errors: 422 `community_needed` with the account; `account_of_another`; `account_elsewhere`, out of the caller's reach.
async fn community_of(
    tx: &Tx,
    number: Option<&str>,
    asked: Option<CommunityId>,
) -> Result<Seen<communities::Model>, Stop> {
    if let Some(number) = number {
        let known: Option<Owner> = tx
            .report_one(
                Limit::Unscoped("whether an account number is taken; the community itself is loaded within reach"),
                "SELECT community_id FROM bank_account WHERE organisation_id = $1 AND number = $2",
                vec![tx.organisation()?.into(), number.into()],
            )
            .await?;
        if let Some(Owner { community_id }) = known {
            let owner = tx.get::<communities::Entity>(community_id).await;
            let owner = owner.map_err(|_| at_file("account_elsewhere", number))?;
            if asked.is_some_and(|asked| asked != community_id) {
                let flaw = FieldProblem::new("/community_id", "account_of_another")
                    .with("account", number)
                    .with("community", &owner.name);
                return Err(Problem::of(Code::NotAcceptable).with_errors(vec![flaw]).into());
            }
            return Ok(owner);
        }
    }
    if let Some(id) = asked {
        return named(tx, id).await;
    }
    let mut all = tx.find::<communities::Entity>().limit(2).all().await?;
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => {
            let mut flaw =
                FieldProblem::new("/community_id", "community_needed").with("account", number.unwrap_or_default());
            if let Some(likely) = by_settings(tx, number).await? {
                flaw = flaw.with("suggested", likely);
            }
            Err(Problem::of(Code::NotAcceptable).with_errors(vec![flaw]).into())
        }
    }
}

/// The one community within reach whose settings name this bank account as its own.
async fn by_settings(tx: &Tx, number: Option<&str>) -> Result<Option<CommunityId>, Stop> {
    let Some(number) = number else { return Ok(None) };
    let with_account = communities::Column::BankAccount.is_not_null();
    let all = tx
        .find::<communities::Entity>()
        .filter(with_account)
        .limit(MOST_COMPARED)
        .all()
        .await?;
    let mut same = all
        .iter()
        .filter(|c| c.bank_account.as_deref().is_some_and(|own| same_account(own, number)));
    Ok(match (same.next(), same.next()) {
        (Some(only), None) => Some(only.id),
        (_, _) => None,
    })
}

/// Communities whose settings are compared with a new bank account.
const MOST_COMPARED: u64 = 2_000;

#[derive(FromQueryResult)]
struct Owner {
    community_id: CommunityId,
}

fn at_file(code: &str, found: &str) -> Stop {
    let flaw = FieldProblem::new("/file", code).with("found", found);
    Problem::of(Code::NotAcceptable).with_errors(vec![flaw]).into()
}

/// What was registered.
pub(super) struct Taken {
    pub file: Seen<file::Model>,
    pub statements: u32,
    /// Blob of an earlier upload of the same file that was never read; not needed any more.
    pub replaced: Option<String>,
}

/// Registers an uploaded file and, where it needs no mapping, takes its statements in.
/// Errors: 409 when the file or all its statements are in the book.
pub(super) async fn register(
    tx: &Tx,
    blob: Blob,
    name: &str,
    asked: Option<CommunityId>,
    content: Content,
) -> Result<Taken, Stop> {
    if !matches!(
        tx.scope().reach(),
        Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. }
    ) {
        return Err(Stop::not_found());
    }
    let replaced = known_file(tx, &blob.sha256).await?;
    let (format, statements, state) = match content {
        Content::Statements(format, statements) => (format, statements, "read"),
        Content::Table(_) => (BankFormat::Csv, vec![], "mapping"),
    };
    let first = statements.iter().find(|s| !s.lines.is_empty()).or(statements.first());
    let community = community_of(tx, first.and_then(|s| s.account.as_deref()), asked).await?;
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let file = tx
        .create(file::ActiveModel {
            id: Set(BankFileId(Uuid::now_v7())),
            community_id: Set(community.id),
            file_name: Set(if name.trim().is_empty() { "file".into() } else { name }),
            size_bytes: Set(i64::try_from(blob.size).unwrap_or(i64::MAX)),
            sha256: Set(blob.sha256),
            blob_key: Set(blob.key),
            format: Set(format),
            state: Set(state.into()),
            mapping: Set(None),
            known_statements: Set(0),
            created_by: Set(tx.caller().user_id),
            created_at: Set(tx.now()),
            version: Set(1),
            ..Default::default()
        })
        .await?;
    if state == "mapping" {
        return Ok(Taken {
            file,
            statements: 0,
            replaced,
        });
    }
    let (file, statements) = take(tx, file, statements, asked).await?;
    Ok(Taken {
        file,
        statements,
        replaced,
    })
}

/// Refuses a file that is in the book; an earlier upload of it that nobody mapped is dropped for this one.
async fn known_file(tx: &Tx, sha256: &str) -> Result<Option<String>, Stop> {
    let earlier = tx
        .find::<file::Entity>()
        .filter(file::Column::Sha256.eq(sha256))
        .limit(20)
        .all()
        .await?;
    let mut replaced = None;
    for file in earlier {
        if file.needs_mapping() {
            replaced = Some(file.blob_key.clone());
            tx.remove::<file::Model, file::ActiveModel>(file).await?;
            continue;
        }
        let live = tx
            .find::<statement::Entity>()
            .filter(statement::Column::FileId.eq(file.id))
            .filter(statement::Column::State.ne(StatementState::Undone))
            .limit(1)
            .one()
            .await?;
        if let Some(live) = live {
            return Err(known("file_known", live.id));
        }
    }
    Ok(replaced)
}

fn known(code: &str, statement: BankStatementId) -> Stop {
    let flaw = FieldProblem::new("/file", code).with("statement", statement);
    Problem::of(Code::AlreadyExists).with_errors(vec![flaw]).into()
}

/// Reads a mapped table into the book.
pub(super) async fn read_mapped(
    tx: &Tx,
    file: Seen<file::Model>,
    mapping: &BankMapping,
    statements: Vec<Statement>,
) -> Result<(Seen<file::Model>, u32), Stop> {
    let text = serde_json::to_string(mapping)?;
    let community = file.community_id;
    let file = tx
        .amend(file, |row: &mut file::ActiveModel| {
            row.state = Set("read".into());
            row.mapping = Set(Some(text));
        })
        .await?;
    take(tx, file, statements, Some(community)).await
}

async fn take(
    tx: &Tx,
    file: Seen<file::Model>,
    statements: Vec<Statement>,
    asked: Option<CommunityId>,
) -> Result<(Seen<file::Model>, u32), Stop> {
    // Days without a movement are no work for anybody.
    let with_lines: Vec<Statement> = statements.into_iter().filter(|s| !s.lines.is_empty()).collect();
    if with_lines.is_empty() {
        return Err(at_file("no_lines", ""));
    }
    let mut owned = Vec::with_capacity(with_lines.len());
    let mut numbers: BTreeMap<String, CommunityId> = BTreeMap::new();
    for found in with_lines {
        let community = community_of(tx, found.account.as_deref(), asked).await?;
        let own = community.bank_account.as_deref().and_then(account_number);
        let number = found.account.clone().or(own).unwrap_or_else(|| community.code.clone());
        numbers.insert(number.clone(), community.id);
        owned.push((found, community, number));
    }
    // In one order: two files of the same accounts take turns instead of waiting for each other.
    let mut held: HashMap<String, BankAccountId> = HashMap::new();
    for (number, community) in numbers {
        let id = remembered(tx, &number, community).await?;
        held.insert(number, id);
    }
    let (mut taken, mut last_known) = (0_u32, None);
    let mut skipped = 0_i64;
    for (found, community, number) in owned {
        let bank_account = held.get(&number).copied().ok_or_else(Stop::not_found)?;
        match one(tx, &file, found, &community, bank_account).await? {
            Outcome::Taken => taken += 1,
            Outcome::Known(id) => {
                skipped += 1;
                last_known = Some(id);
            }
        }
    }
    if let (0, Some(id)) = (taken, last_known) {
        return Err(known("statement_known", id));
    }
    let file = tx
        .amend(file, |row: &mut file::ActiveModel| row.known_statements = Set(skipped))
        .await?;
    Ok((file, taken))
}

enum Outcome {
    Taken,
    Known(BankStatementId),
}

/// One statement of a bank account that this transaction holds.
async fn one(
    tx: &Tx,
    file: &Seen<file::Model>,
    found: Statement,
    community: &communities::Model,
    bank_account: BankAccountId,
) -> Result<Outcome, Stop> {
    let currency = community.currency;
    if let Some(other) = found.currency.as_deref().filter(|c| *c != currency.as_str()) {
        let flaw = FieldProblem::new("/file", "currency_differs")
            .with("found", other)
            .with("expected", currency.as_str());
        return Err(Problem::of(Code::NotAcceptable).with_errors(vec![flaw]).into());
    }
    let (mut lines, rounded) = ready(&found, currency).map_err(unreadable)?;
    let fingerprint = fingerprint(&found, &lines);
    let earlier = tx
        .find::<statement::Entity>()
        .filter(statement::Column::BankAccountId.eq(bank_account))
        .filter(statement::Column::Fingerprint.eq(fingerprint.as_str()))
        .filter(statement::Column::State.ne(StatementState::Undone))
        .limit(1)
        .one()
        .await?;
    if let Some(earlier) = earlier {
        return Ok(Outcome::Known(earlier.id));
    }
    let mut remarks: HashMap<&str, u32> = found.remarks.iter().map(|(k, v)| (*k, *v)).collect();
    if rounded > 0 {
        remarks.insert("amount_rounded", rounded);
    }
    let duplicates = mark_duplicates(tx, bank_account, &found, &mut lines).await?;
    if duplicates > 0 {
        remarks.insert("duplicate_lines", duplicates);
    }
    let sum = |positive: bool| -> i64 {
        let of = lines.iter().filter(|l| l.booked).map(|l| l.minor);
        of.filter(|m| (*m > 0) == positive).sum()
    };
    let balance = |b: &Option<super::read::Balance>| -> Result<Option<i64>, Stop> {
        b.as_ref()
            .map(|b| minor(b.amount, currency, None).map(|m| m.0).map_err(unreadable))
            .transpose()
    };
    let off = match found.check() {
        Check::Off(off) => Some(minor(off, currency, None).map_err(unreadable)?.0),
        Check::Balances => Some(0),
        Check::Currencies => {
            remarks.insert("balance_currencies", 1);
            None
        }
        Check::Unknown => None,
    };
    let days = || found.lines.iter().map(|l| l.booked_on);
    let statement = tx
        .insert(
            file,
            statement::ActiveModel {
                id: Set(BankStatementId(Uuid::now_v7())),
                community_id: Set(community.id),
                bank_account_id: Set(bank_account),
                state: Set(StatementState::Matching),
                currency: Set(currency),
                number: Set(found.number.clone()),
                opening_minor: Set(balance(&found.opening)?),
                opening_on: Set(found.opening.as_ref().and_then(|b| b.on)),
                closing_minor: Set(balance(&found.closing)?),
                closing_on: Set(found.closing.as_ref().and_then(|b| b.on)),
                first_on: Set(days().min()),
                last_on: Set(days().max()),
                line_count: Set(i64::try_from(lines.len()).unwrap_or(i64::MAX)),
                credits_minor: Set(sum(true)),
                debits_minor: Set(sum(false)),
                off_minor: Set(off),
                remarks: Set(serde_json::to_string(&remarks)?),
                fingerprint: Set(fingerprint),
                undone_reason: Set(None),
                undone_by_name: Set(None),
                undone_at: Set(None),
                created_by_name: Set(tx.caller().name.clone()),
                created_at: Set(tx.now()),
                version: Set(1),
                ..Default::default()
            },
        )
        .await?;
    tx.insert_many(&statement, lines.into_iter().map(|l| l.row).collect())
        .await?;
    tx.enqueue(
        &MatchStatement {
            statement: statement.id,
        },
        When::Now,
    )
    .await?;
    Ok(Outcome::Taken)
}

/// The bank account of a number, remembered with its community from now on, and held until the transaction ends: who
/// brings the same statement meanwhile waits, and then finds it in the book.
/// Errors: 422 `account_elsewhere`, `account_of_another` when somebody else just took it.
async fn remembered(tx: &Tx, number: &str, community: CommunityId) -> Result<BankAccountId, Stop> {
    tx.execute(
        Limit::Unscoped("the bank account of a community within reach; checked below to be that community's"),
        "INSERT INTO bank_account (id, organisation_id, community_id, number, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (organisation_id, number) DO UPDATE SET number = excluded.number",
        vec![
            BankAccountId(Uuid::now_v7()).into(),
            tx.organisation()?.into(),
            community.into(),
            number.into(),
            tx.now().into(),
        ],
    )
    .await?;
    let known = tx
        .find::<account::Entity>()
        .filter(account::Column::Number.eq(number))
        .one()
        .await?
        .ok_or_else(|| at_file("account_elsewhere", number))?;
    if known.community_id != community {
        let flaw = FieldProblem::new("/community_id", "account_of_another").with("account", number);
        return Err(Problem::of(Code::NotAcceptable).with_errors(vec![flaw]).into());
    }
    Ok(known.id)
}

/// The same statement has the same fingerprint in whichever file and format it comes.
fn fingerprint(found: &Statement, lines: &[Ready]) -> String {
    let balance = |b: &Option<super::read::Balance>| b.as_ref().map(|b| b.amount.normalize().to_string());
    let keys: Vec<&str> = lines.iter().map(|l| l.key.as_str()).collect();
    digest(&format!(
        "{:?}|{:?}|{:?}|{}",
        found.number,
        balance(&found.opening),
        balance(&found.closing),
        keys.join(",")
    ))
}

#[derive(FromQueryResult)]
struct Earlier {
    id: BankLineId,
    line_key: String,
    number: Option<String>,
    off_minor: Option<i64>,
}

/// Marks lines that another statement of the account brought. Two numbered statements that both balance are two: there
/// only the bank's own id makes lines the same.
async fn mark_duplicates(
    tx: &Tx,
    bank_account: BankAccountId,
    found: &Statement,
    lines: &mut [Ready],
) -> Result<u32, Stop> {
    let proven = found.number.is_some() && found.check() == Check::Balances;
    let mut known: HashMap<String, Earlier> = HashMap::new();
    let keys: Vec<String> = lines.iter().map(|l| l.key.clone()).collect();
    for part in keys.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "SELECT l.id, l.line_key, s.number, s.off_minor FROM bank_line l JOIN bank_statement s ON s.id = l.statement_id \
             WHERE l.bank_account_id = {} AND l.line_key IN ({}) AND l.state <> {} AND l.duplicate_of IS NULL",
            binds.one(bank_account),
            binds.list(part.iter().map(String::as_str)),
            binds.one(LineState::Undone),
        );
        let rows: Vec<Earlier> = tx
            .report(
                Limit::Unscoped("lines of a bank account of a community within reach"),
                &sql,
                binds.values(),
            )
            .await?;
        known.extend(rows.into_iter().map(|r| (r.line_key.clone(), r)));
    }
    let mut count = 0;
    for line in lines.iter_mut().filter(|l| l.booked) {
        let Some(earlier) = known.get(&line.key) else { continue };
        let two = proven && earlier.off_minor == Some(0) && earlier.number.is_some() && earlier.number != found.number;
        if two && !line.has_id {
            continue;
        }
        line.row.duplicate_of = Set(Some(earlier.id));
        line.row.state = Set(LineState::Ignored);
        line.row.ignore_reason = Set(Some(IgnoreReason::Duplicate));
        count += 1;
    }
    Ok(count)
}

/// Lines of a statement, for those who hold it.
pub(super) fn of(statement: BankStatementId) -> sea_orm::Condition {
    sea_orm::Condition::all().add(line::Column::StatementId.eq(statement))
}
