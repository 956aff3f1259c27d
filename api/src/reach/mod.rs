//! The one sentence of the permission model: which accounts a scope reaches. Every table that hangs under an account
//! or a community asks here, and nowhere else.

use crate::kernel::{Reach, Scope};
use kept_shared::ids::{CommunityId, OrganisationId, UserId};
use sea_orm::{
    ColumnTrait, Condition, DbBackend,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};

fn communities_of(organisation: OrganisationId) -> SelectStatement {
    Query::select()
        .column(Alias::new("id"))
        .from(Alias::new("community"))
        .and_where(Expr::col(Alias::new("organisation_id")).eq(organisation))
        .to_owned()
}

/// Accounts (or their communities) handed over to an attorney inside the communities given to the user. A matter not
/// yet accepted shows its summary only (spec A08), so it opens no account.
fn handed_over(
    column: &'static str,
    attorney: UserId,
    communities: &[CommunityId],
    readable_on: Option<chrono::NaiveDate>,
) -> SelectStatement {
    let closed = Expr::col(Alias::new("closed_at")).is_null();
    let open = match readable_on {
        None => closed,
        Some(today) => closed.or(Expr::col(Alias::new("readable_until")).gte(today)),
    };
    Query::select()
        .column(Alias::new(column))
        .from(Alias::new("handover"))
        .and_where(Expr::col(Alias::new("attorney_id")).eq(attorney))
        .and_where(Expr::col(Alias::new("state")).is_not_in(["declined", "pending"]))
        .and_where(Expr::col(Alias::new("community_id")).is_in(communities.iter().copied()))
        .and_where(open)
        .to_owned()
}

/// Condition over a row's account and community columns.
pub fn within_reach(scope: &Scope, account_id: impl ColumnTrait, community_id: impl ColumnTrait) -> Condition {
    match scope.reach() {
        Reach::Everything => Condition::all(),
        Reach::Organisation(organisation) => {
            Condition::all().add(community_id.in_subquery(communities_of(*organisation)))
        }
        Reach::Communities { communities, .. } => Condition::all().add(community_id.is_in(communities.iter().copied())),
        Reach::HandedOverTo {
            attorney,
            communities,
            readable_on,
            ..
        } => Condition::all().add(account_id.in_subquery(handed_over(
            "account_id",
            *attorney,
            communities,
            *readable_on,
        ))),
    }
}

/// Condition over the account column alone, for rows that carry no community.
pub fn account_within_reach(scope: &Scope, account_id: impl ColumnTrait) -> Condition {
    // Asked of the row's own account: as a list, SQLite would collect every account of the book first, for one row.
    let of = |column: &'static str| Expr::col((Alias::new("of_account"), Alias::new(column)));
    let account_that = |condition: Expr| {
        Expr::exists(
            Query::select()
                .expr(Expr::val(1))
                .from_as(Alias::new("account"), Alias::new("of_account"))
                .and_where(of("id").equals(account_id.as_column_ref()))
                .and_where(condition)
                .to_owned(),
        )
    };
    match scope.reach() {
        Reach::Everything => Condition::all(),
        Reach::Organisation(organisation) => {
            Condition::all().add(account_that(of("organisation_id").eq(*organisation)))
        }
        Reach::Communities { communities, .. } => {
            Condition::all().add(account_that(of("community_id").is_in(communities.iter().copied())))
        }
        Reach::HandedOverTo {
            attorney,
            communities,
            readable_on,
            ..
        } => Condition::all().add(account_id.in_subquery(handed_over(
            "account_id",
            *attorney,
            communities,
            *readable_on,
        ))),
    }
}

/// Condition over a community column: the communities somebody may open. An attorney reaches one through a handover.
pub fn community_within_reach(scope: &Scope, community_id: impl ColumnTrait) -> Condition {
    match scope.reach() {
        Reach::Everything => Condition::all(),
        Reach::Organisation(organisation) => {
            Condition::all().add(community_id.in_subquery(communities_of(*organisation)))
        }
        Reach::Communities { communities, .. } => Condition::all().add(community_id.is_in(communities.iter().copied())),
        Reach::HandedOverTo {
            attorney,
            communities,
            readable_on,
            ..
        } => Condition::all().add(community_id.in_subquery(handed_over(
            "community_id",
            *attorney,
            communities,
            *readable_on,
        ))),
    }
}

fn uuid_literal(backend: DbBackend, id: uuid::Uuid) -> String {
    match backend {
        DbBackend::Postgres => format!("'{id}'::uuid"),
        _ => format!("X'{}'", id.simple().to_string().to_uppercase()),
    }
}

fn list(backend: DbBackend, ids: &[CommunityId]) -> String {
    let all: Vec<String> = ids.iter().map(|id| uuid_literal(backend, id.0)).collect();
    // An empty list reaches nothing; `IN ()` is no SQL.
    if all.is_empty() { "NULL".into() } else { all.join(", ") }
}

/// That a column is among few ids. PostgreSQL joins in the order written, so a subquery behind `IN` would come last, after
/// the whole book; as an array it is worked out first and the column's index serves it.
fn one_of(backend: DbBackend, column: &str, few: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("{column} = ANY (ARRAY({few}))"),
        _ => format!("{column} IN ({few})"),
    }
}

/// The same sentence for hand-written statements: `{reach a.account_id, a.community_id}`, account column first. A third
/// column names the row's own organisation, where the table has one: that spares a look at its communities. A plus
/// before a column keeps SQLite from looking rows up by it, where the statement names few rows already: without figures
/// of its tables it takes a community for a handful of rows and reads them all. Ids are typed and dates are formatted
/// here, so nothing a client sent enters the text.
pub fn reach_sql(scope: &Scope, backend: DbBackend, columns: &str) -> String {
    let mut names = columns.split(',').map(|name| match backend {
        DbBackend::Sqlite => name.trim(),
        // PostgreSQL knows its tables, and has no such word for ids.
        _ => name.trim().trim_start_matches('+'),
    });
    let account = names.next().unwrap_or_default();
    let community = names.next().unwrap_or(account);
    match scope.reach() {
        Reach::Everything => "1 = 1".into(),
        Reach::Organisation(organisation) => {
            let id = uuid_literal(backend, organisation.0);
            match names.next() {
                Some(own) => format!("{own} = {id}"),
                None => format!("{community} IN (SELECT id FROM community WHERE organisation_id = {id})"),
            }
        }
        Reach::Communities { communities, .. } => format!("{community} IN ({})", list(backend, communities)),
        Reach::HandedOverTo {
            attorney,
            communities,
            readable_on,
            ..
        } => {
            let open = readable_on.map_or_else(
                || "closed_at IS NULL".to_owned(),
                |today| format!("(closed_at IS NULL OR readable_until >= '{today}')"),
            );
            let theirs = format!(
                "SELECT account_id FROM handover WHERE attorney_id = {} AND state NOT IN ('declined', 'pending') AND community_id IN ({}) AND {open}",
                uuid_literal(backend, attorney.0),
                list(backend, communities)
            );
            one_of(backend, account, &theirs)
        }
    }
}

/// Beside [`reach_sql`], where figures are counted or work is listed: an attorney's are of the matters at work. A closed
/// one may still be read for some days (spec A08), but nothing of it is left to do. `None`: the reach says it all.
pub fn at_work_sql(scope: &Scope, backend: DbBackend, account: &str) -> Option<String> {
    match scope.reach() {
        Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => None,
        Reach::HandedOverTo { attorney, .. } => {
            let theirs = format!(
                "SELECT account_id FROM handover WHERE attorney_id = {} AND state = 'active' AND closed_at IS NULL",
                uuid_literal(backend, attorney.0)
            );
            Some(one_of(backend, account, &theirs))
        }
    }
}

/// Columns of the handover table that decide who sees a matter.
pub struct MatterColumns<C> {
    pub account_id: C,
    pub community_id: C,
    pub attorney_id: C,
    pub closed_at: C,
    pub readable_until: C,
}

/// The sister sentence for the matters themselves: an attorney sees his own, pending ones too, and closed ones while
/// they may still be read.
pub fn matter_within_reach<C: ColumnTrait>(scope: &Scope, columns: MatterColumns<C>) -> Condition {
    match scope.reach() {
        Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => {
            within_reach(scope, columns.account_id, columns.community_id)
        }
        Reach::HandedOverTo {
            attorney,
            communities,
            readable_on,
            ..
        } => {
            let open = Condition::any().add(columns.closed_at.is_null());
            let open = match readable_on {
                None => open,
                Some(today) => open.add(columns.readable_until.gte(*today)),
            };
            Condition::all()
                .add(columns.attorney_id.eq(*attorney))
                .add(columns.community_id.is_in(communities.iter().copied()))
                .add(open)
        }
    }
}

/// [`matter_within_reach`] for hand-written statements: `{reach h}`, the alias of the handover table.
pub fn matter_reach_sql(scope: &Scope, backend: DbBackend, alias: &str) -> String {
    match scope.reach() {
        Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => {
            let columns = format!("{alias}.account_id, {alias}.community_id, {alias}.organisation_id");
            reach_sql(scope, backend, &columns)
        }
        Reach::HandedOverTo {
            attorney,
            communities,
            readable_on,
            ..
        } => {
            let open = readable_on.map_or_else(
                || format!("{alias}.closed_at IS NULL"),
                |today| format!("({alias}.closed_at IS NULL OR {alias}.readable_until >= '{today}')"),
            );
            format!(
                "({alias}.attorney_id = {} AND {alias}.community_id IN ({}) AND {open})",
                uuid_literal(backend, attorney.0),
                list(backend, communities)
            )
        }
    }
}
