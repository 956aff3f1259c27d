//! Reading users: pages, names of their communities and groups, attorneys, histories.

use super::entity::{group, organisation, user};
use crate::kernel::{Limit, Read, Seen, Stop, page};
use chrono::{DateTime, Utc};
use kept_shared::{
    event::Event,
    ids::{CommunityId, EventId, PermissionGroupId, UserId},
    page::Page,
    permission::UserType,
    users::{CommunityName, Me, SignInRecord, User, UserFilter, UserSettings, UserSort},
};
use sea_orm::{
    ColumnTrait, Condition, FromQueryResult, QueryOrder, QuerySelect, Value,
    sea_query::{BinOper, Expr, ExprTrait, Func, LikeExpr},
};
use std::collections::HashMap;

const SEEN: Limit = Limit::Unscoped("of users loaded through the scope");

#[derive(FromQueryResult)]
struct Given {
    user_id: UserId,
    id: CommunityId,
    name: String,
}

/// `$1, $2, …` for a list of values.
fn marks(n: usize, from: usize) -> String {
    (from..from + n).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ")
}

async fn communities_of(read: &Read, users: &[UserId]) -> Result<HashMap<UserId, Vec<CommunityName>>, Stop> {
    let mut given: HashMap<UserId, Vec<CommunityName>> = HashMap::new();
    for users in users.chunks(500) {
        let rows: Vec<Given> = read
            .report(
                SEEN,
                &format!(
                    "SELECT uc.user_id, c.id, c.name FROM user_community uc JOIN community c ON c.id = uc.community_id \
                     WHERE uc.user_id IN ({}) ORDER BY c.name, c.id",
                    marks(users.len(), 1)
                ),
                users.iter().map(|id| (*id).into()).collect(),
            )
            .await?;
        for row in rows {
            given.entry(row.user_id).or_default().push(CommunityName {
                id: row.id,
                name: row.name,
            });
        }
    }
    Ok(given)
}

/// Users as administrators see them, two statements for a whole page.
pub async fn views(read: &Read, rows: &[Seen<user::Model>]) -> Result<Vec<User>, Stop> {
    let ids: Vec<UserId> = rows.iter().map(|u| u.id).collect();
    let mut communities = communities_of(read, &ids).await?;
    let group_ids: Vec<PermissionGroupId> = rows.iter().map(|u| u.permission_group_id).collect();
    let groups = read
        .find::<group::Entity>()
        .filter(group::Column::Id.is_in(group_ids))
        .all()
        .await?;
    let names: HashMap<PermissionGroupId, &str> = groups.iter().map(|g| (g.id, g.name.as_str())).collect();
    let now = read.now();
    let view = |u: &Seen<user::Model>| User {
        id: u.id,
        email: u.email.clone(),
        first_name: u.first_name.clone(),
        middle_name: u.middle_name.clone(),
        surname: u.surname.clone(),
        phone: u.phone.clone(),
        firm: u.firm.clone(),
        user_type: u.user_type,
        permission_group_id: u.permission_group_id,
        permission_group: names
            .get(&u.permission_group_id)
            .copied()
            .unwrap_or_default()
            .to_owned(),
        communities: communities.remove(&u.id).unwrap_or_default(),
        state: u.state,
        locked_until: u.locked_until.filter(|until| *until > now),
        totp_enabled: u.totp_secret.is_some(),
        last_sign_in_at: u.last_sign_in_at,
        created_at: u.created_at,
        version: u.version,
    };
    Ok(rows.iter().map(view).collect())
}

/// One user as administrators see it.
pub async fn view(read: &Read, row: Seen<user::Model>) -> Result<User, Stop> {
    let mut all = views(read, std::slice::from_ref(&row)).await?;
    all.pop().ok_or_else(|| Stop::internal("a user without a view"))
}

/// The signed-in person. `read` must reach the whole organisation.
pub async fn me(read: &Read, id: UserId) -> Result<Me, Stop> {
    let row = read.get::<user::Entity>(id).await?;
    let ours = read.get::<organisation::Entity>(row.organisation_id).await?;
    let group = read.get::<group::Entity>(row.permission_group_id).await?;
    let permissions = if group.base_type == row.user_type {
        group.permissions()
    } else {
        vec![]
    };
    let communities = if row.user_type == UserType::Superuser {
        vec![]
    } else {
        communities_of(read, &[id]).await?.remove(&id).unwrap_or_default()
    };
    let row = row.into_inner();
    Ok(Me {
        id,
        email: row.email,
        first_name: row.first_name,
        middle_name: row.middle_name,
        surname: row.surname,
        phone: row.phone,
        firm: row.firm,
        locale: row.locale,
        user_type: row.user_type,
        permission_group: group.name.clone(),
        permissions,
        organisation: ours.view(),
        communities,
        must_change_password: row.must_change_password,
        totp_enabled: row.totp_secret.is_some(),
        last_sign_in_at: row.last_sign_in_at,
        settings: UserSettings::known(serde_json::from_str(&row.settings)?),
        version: row.version,
    })
}

fn filtered(filter: &UserFilter) -> Result<Condition, Stop> {
    use user::Column as C;
    let mut condition = Condition::all();
    if let Some(pattern) = page::search_pattern(filter.q.as_deref())? {
        let like = |text: Expr| Expr::expr(Func::lower(text)).like(LikeExpr::new(pattern.clone()).escape('\\'));
        let join = || BinOper::Custom("||");
        let name = Expr::col(C::FirstName)
            .binary(join(), " ")
            .binary(join(), Expr::col(C::Surname));
        condition = condition.add(
            Condition::any()
                .add(like(Expr::col(C::Email)))
                .add(like(name))
                .add(like(Expr::col(C::Firm))),
        );
    }
    if !filter.user_type.is_empty() {
        condition = condition.add(C::UserType.is_in(filter.user_type.iter().copied()));
    }
    if !filter.state.is_empty() {
        condition = condition.add(C::State.is_in(filter.state.iter().copied()));
    }
    if let Some(group) = filter.permission_group_id {
        condition = condition.add(C::PermissionGroupId.eq(group));
    }
    if let Some(community) = filter.community_id {
        condition = condition.add(C::Id.in_subquery(user::given(&[community])));
    }
    Ok(condition)
}

/// A page of users.
pub async fn list(read: &Read, filter: &UserFilter) -> Result<Page<User>, Stop> {
    use user::Column as C;
    let limit = page::limit(filter.limit)?;
    let shape = UserFilter {
        limit: None,
        cursor: None,
        ..filter.clone()
    };
    let fingerprint = page::fingerprint("users", &shape)?;
    let after: Option<(String, UserId)> = page::decode(filter.cursor.as_deref(), &fingerprint)?;
    let (column, down) = match filter.sort.unwrap_or(UserSort::Name) {
        UserSort::Name => (C::Surname, false),
        UserSort::NameDown => (C::Surname, true),
        UserSort::Email => (C::Email, false),
        UserSort::EmailDown => (C::Email, true),
        // Version 7 ids are made in the order of creation.
        UserSort::Created => (C::Id, false),
        UserSort::CreatedDown => (C::Id, true),
    };
    let mut condition = filtered(filter)?;
    if let Some((text, id)) = after {
        let beyond = |c: C, v: Value| if down { Expr::col(c).lt(v) } else { Expr::col(c).gt(v) };
        condition = condition.add(match column {
            C::Id => Condition::all().add(beyond(C::Id, id.into())),
            _ => Condition::any()
                .add(beyond(column, text.clone().into()))
                .add(Condition::all().add(column.eq(text)).add(beyond(C::Id, id.into()))),
        });
    }
    let order = if down {
        sea_orm::Order::Desc
    } else {
        sea_orm::Order::Asc
    };
    let rows = read
        .find::<user::Entity>()
        .filter(condition)
        .shape(|s| {
            s.order_by(column, order.clone())
                .order_by(C::Id, order)
                .limit(limit + 1)
        })
        .all()
        .await?;
    let views = views(read, &rows).await?;
    page::page(views, limit, &fingerprint, |u| {
        let text = match column {
            C::Surname => u.surname.clone(),
            C::Email => u.email.clone(),
            _ => String::new(),
        };
        (text, u.id)
    })
}

/// How many users have each group.
pub async fn users_by_group(read: &Read) -> Result<HashMap<PermissionGroupId, i64>, Stop> {
    #[derive(FromQueryResult)]
    struct Row {
        permission_group_id: PermissionGroupId,
        n: i64,
    }
    let rows: Vec<Row> = read
        .report(
            Limit::Unscoped("counts of the organisation named, for people who manage its groups"),
            "SELECT permission_group_id, COUNT(*) AS n FROM app_user WHERE organisation_id = $1 GROUP BY permission_group_id",
            vec![read.organisation()?.into()],
        )
        .await?;
    Ok(rows.into_iter().map(|r| (r.permission_group_id, r.n)).collect())
}

/// The kinds of event that make up a sign-in history.
const HISTORY: &str = "'signed_in', 'sign_in_refused', 'signed_out', 'sessions_revoked', 'password_changed', 'password_link_sent', \
    'totp_enabled', 'totp_disabled', 'user_invited', 'invitation_accepted', 'user_suspended', 'user_activated'";

/// What happened to a user's sign-in, newest first.
pub async fn sign_ins(
    read: &Read,
    user: &Seen<user::Model>,
    limit: Option<u32>,
    cursor: Option<&str>,
) -> Result<Page<SignInRecord>, Stop> {
    #[derive(FromQueryResult)]
    struct Row {
        id: EventId,
        at: DateTime<Utc>,
        kind: String,
        body: String,
        actor_name: String,
    }
    let limit = page::limit(limit)?;
    let fingerprint = page::fingerprint("sign-ins", &user.id)?;
    let before: Option<EventId> = page::decode(cursor, &fingerprint)?;
    let before = before.unwrap_or(EventId(uuid::Uuid::max()));
    let rows: Vec<Row> = read
        .report(
            SEEN,
            &format!(
                "SELECT id, at, kind, body, actor_name FROM event WHERE subject_user_id = $1 AND id < $2 AND kind IN ({HISTORY}) \
                 ORDER BY id DESC LIMIT {}",
                limit + 1
            ),
            vec![user.id.into(), before.into()],
        )
        .await?;
    let page = page::page(rows, limit, &fingerprint, |r| r.id)?;
    Ok(page.map(|r| SignInRecord {
        at: r.at,
        what: r.kind,
        reason: match serde_json::from_str::<Event>(&r.body) {
            Ok(Event::SignInRefused { reason, .. } | Event::SessionsRevoked { reason, .. }) => Some(reason),
            Ok(_) | Err(_) => None,
        },
        actor: r.actor_name,
    }))
}

/// The user with this (normalised) e-mail address, in any organisation: only for sign-in.
pub async fn by_email(read: &Read, email: &str) -> Result<Option<Seen<user::Model>>, Stop> {
    read.find::<user::Entity>()
        .filter(user::Column::Email.eq(email))
        .one()
        .await
}

/// Active superusers besides one user. On PostgreSQL their rows stay locked, so that two cannot leave at once.
pub async fn other_superusers(read: &Read, but: UserId) -> Result<usize, Stop> {
    #[derive(FromQueryResult)]
    struct Row {
        #[expect(dead_code, reason = "the rows are counted; their lock is what matters")]
        id: UserId,
    }
    let lock = if read.backend() == sea_orm::DbBackend::Postgres {
        "FOR UPDATE"
    } else {
        ""
    };
    let rows: Vec<Row> = read
        .report(
            Limit::Unscoped("the organisation is named"),
            &format!(
                "SELECT id FROM app_user WHERE organisation_id = $1 AND user_type = 'superuser' AND state = 'active' AND id <> $2 {lock}"
            ),
            vec![read.organisation()?.into(), but.into()],
        )
        .await?;
    Ok(rows.len())
}

/// How many of these communities exist in the caller's organisation.
pub async fn communities_that_exist(read: &Read, communities: &[CommunityId]) -> Result<usize, Stop> {
    #[derive(FromQueryResult)]
    struct Row {
        n: i64,
    }
    let mut found = 0;
    for part in communities.chunks(500) {
        let mut values: Vec<Value> = vec![read.organisation()?.into()];
        values.extend(part.iter().map(|id| Value::from(*id)));
        let row: Option<Row> = read
            .report_one(
                Limit::Unscoped("the organisation is named"),
                &format!(
                    "SELECT COUNT(*) AS n FROM community WHERE organisation_id = $1 AND id IN ({})",
                    marks(part.len(), 2)
                ),
                values,
            )
            .await?;
        found += row.map_or(0, |r| usize::try_from(r.n).unwrap_or(0));
    }
    Ok(found)
}
