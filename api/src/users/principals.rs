//! Who a session belongs to and what that person may do now. Kept for two seconds in each process, forgotten at once
//! when this process changes it: a suspended user, a lower role or a revoked session is refused within that time
//! everywhere.

use super::entity::{group, user};
use crate::kernel::{Caller, Kernel, Limit, Scope, Stop, Tx};
use chrono::{DateTime, Utc};
use kept_shared::{
    ids::{CommunityId, OrganisationId, SessionId, UserId},
    permission::UserType,
    problem::Code,
    users::UserState,
};
use sea_orm::FromQueryResult;
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

/// How long another process may go on with what it knows.
const FRESH: Duration = Duration::from_secs(2);
/// Sessions kept at most.
const MOST: usize = 20_000;

/// The cache of this process.
#[derive(Default)]
pub struct Principals(RwLock<HashMap<SessionId, (Instant, Arc<Caller>)>>);

impl Principals {
    fn known(&self, session: SessionId) -> Option<Arc<Caller>> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        map.get(&session)
            .filter(|(at, _)| at.elapsed() < FRESH)
            .map(|(_, caller)| caller.clone())
    }
    fn keep(&self, session: SessionId, asked_at: Instant, caller: &Arc<Caller>) {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= MOST {
            map.retain(|_, (at, _)| at.elapsed() < FRESH);
        }
        if map.len() < MOST {
            map.insert(session, (asked_at, caller.clone()));
        }
    }
    fn forget(&self, gone: impl Fn(SessionId, &Caller) -> bool) {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        map.retain(|session, (_, caller)| !gone(*session, caller));
    }
}

/// Who is signed in with this session. Errors: 401 when it has ended, run out or its user may not sign in.
pub async fn principal(kernel: &Arc<Kernel>, session: SessionId) -> Result<Arc<Caller>, Stop> {
    let cache = kernel.slot::<Principals>();
    if let Some(caller) = cache.known(session) {
        return Ok(caller);
    }
    // The age counts from before the read: a change committed while it ran is then at most FRESH old.
    let asked_at = Instant::now();
    let caller = Arc::new(load(kernel, session).await?);
    cache.keep(session, asked_at, &caller);
    Ok(caller)
}

/// After the commit, forgets what this process knows about a user.
pub fn forget_user(tx: &Tx, user: UserId) {
    let cache = tx.kernel().slot::<Principals>();
    tx.after_commit(move || cache.forget(|_, caller| caller.user_id == Some(user)));
}

/// After the commit, forgets a session.
pub fn forget_session(tx: &Tx, session: SessionId) {
    let cache = tx.kernel().slot::<Principals>();
    tx.after_commit(move || cache.forget(|id, _| id == session));
}

/// After the commit, forgets everybody: a permission group changed.
pub fn forget_everybody(tx: &Tx) {
    let cache = tx.kernel().slot::<Principals>();
    tx.after_commit(move || cache.forget(|_, _| true));
}

#[derive(FromQueryResult)]
struct Row {
    user_id: UserId,
    organisation_id: OrganisationId,
    first_name: String,
    surname: String,
    user_type: UserType,
    state: UserState,
    must_change_password: bool,
    permissions: String,
    base_type: UserType,
    time_zone: String,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Given {
    community_id: CommunityId,
}

async fn load(kernel: &Arc<Kernel>, session: SessionId) -> Result<Caller, Stop> {
    let read = kernel.read_everything("who is asking").await?;
    let row: Row = read
        .report_one(
            Limit::Unscoped("the scope is what is being found out"),
            "SELECT u.id AS user_id, u.organisation_id, u.first_name, u.surname, u.user_type, u.state, u.must_change_password, \
                    g.permissions, g.base_type, o.time_zone, s.expires_at, s.revoked_at \
             FROM session s JOIN app_user u ON u.id = s.user_id JOIN permission_group g ON g.id = u.permission_group_id \
             JOIN organisation o ON o.id = u.organisation_id WHERE s.id = $1",
            vec![session.into()],
        )
        .await?
        .ok_or_else(|| Stop::from(Code::Unauthenticated))?;
    if row.revoked_at.is_some() || row.expires_at <= read.now() || row.state != UserState::Active {
        return Err(Code::Unauthenticated.into());
    }
    let communities = given(&read, row.user_type, row.user_id).await?;
    let today = read.today(&row.time_zone);
    // A group of another type than the user's holds nothing for him.
    let permissions = if row.base_type == row.user_type {
        group::parse(&row.permissions, row.user_type)
    } else {
        vec![]
    };
    Ok(Caller {
        user_id: Some(row.user_id),
        name: format!("{} {}", row.first_name, row.surname),
        user_type: row.user_type,
        permissions: permissions.into_iter().collect(),
        scope: scope_of(row.user_type, row.organisation_id, row.user_id, communities, today),
        session_id: Some(session),
        must_change_password: row.must_change_password,
        origin: if row.user_type == UserType::ApiClient {
            "api"
        } else {
            "ui"
        },
    })
}

fn scope_of(
    user_type: UserType,
    organisation: OrganisationId,
    user: UserId,
    communities: Vec<CommunityId>,
    today: chrono::NaiveDate,
) -> Scope {
    match user_type {
        UserType::Superuser => Scope::organisation(organisation),
        UserType::Attorney => Scope::handed_over_to(organisation, user, communities, today),
        UserType::Business | UserType::CallCentre | UserType::Location | UserType::Trustee | UserType::ApiClient => {
            Scope::communities(organisation, communities)
        }
    }
}

/// A write in the name of a user on what is his own (profile, password, sessions), which the rows he reaches through
/// communities or handovers say nothing about.
pub async fn write_own(kernel: &Arc<Kernel>, caller: &Caller) -> Result<Tx, Stop> {
    Tx::begin(kernel.clone(), Arc::new(own(caller)?), &crate::kernel::Request::none()).await
}

/// The reading sister of [`write_own`].
pub async fn read_own(kernel: &Arc<Kernel>, caller: &Caller) -> Result<crate::kernel::Read, Stop> {
    crate::kernel::Read::begin(kernel.clone(), Arc::new(own(caller)?)).await
}

fn own(caller: &Caller) -> Result<Caller, Stop> {
    let organisation = caller
        .scope
        .organisation_id()
        .ok_or_else(|| Stop::internal("no organisation"))?;
    Ok(Caller {
        scope: Scope::organisation(organisation),
        ..caller.clone()
    })
}

/// A snapshot within the reach a user has now, for work done in his name after he ordered it. Errors: 401 when he may no
/// longer sign in.
pub async fn read_as(kernel: &Arc<Kernel>, user: UserId, origin: &'static str) -> Result<crate::kernel::Read, Stop> {
    #[derive(FromQueryResult)]
    struct Now {
        organisation_id: OrganisationId,
        first_name: String,
        surname: String,
        user_type: UserType,
        state: UserState,
        time_zone: String,
    }
    let read = kernel
        .read_everything("what somebody reaches who ordered a job")
        .await?;
    let row: Now = read
        .report_one(
            Limit::Unscoped("the scope is what is being found out"),
            "SELECT u.organisation_id, u.first_name, u.surname, u.user_type, u.state, o.time_zone \
             FROM app_user u JOIN organisation o ON o.id = u.organisation_id WHERE u.id = $1",
            vec![user.into()],
        )
        .await?
        .filter(|row: &Now| row.state == UserState::Active)
        .ok_or_else(|| Stop::from(Code::Unauthenticated))?;
    let communities = given(&read, row.user_type, user).await?;
    let today = read.today(&row.time_zone);
    let caller = Caller {
        user_id: Some(user),
        name: format!("{} {}", row.first_name, row.surname),
        user_type: row.user_type,
        permissions: Default::default(),
        scope: scope_of(row.user_type, row.organisation_id, user, communities, today),
        session_id: None,
        must_change_password: false,
        origin,
    };
    crate::kernel::Read::begin(kernel.clone(), Arc::new(caller)).await
}

/// The communities given to a user; none for those who reach all.
async fn given(read: &crate::kernel::Read, user_type: UserType, user: UserId) -> Result<Vec<CommunityId>, Stop> {
    if user_type == UserType::Superuser {
        return Ok(vec![]);
    }
    let given: Vec<Given> = read
        .report(
            Limit::Unscoped("the scope is what is being found out"),
            "SELECT community_id FROM user_community WHERE user_id = $1",
            vec![user.into()],
        )
        .await?;
    Ok(given.into_iter().map(|g| g.community_id).collect())
}

/// A write in the name of a user who is proving who he is (sign-in, invitation link).
pub async fn write_as(kernel: &Arc<Kernel>, row: &user::Model, origin: &'static str) -> Result<Tx, Stop> {
    let caller = Caller {
        user_id: Some(row.id),
        name: row.full_name(),
        user_type: row.user_type,
        permissions: Default::default(),
        scope: Scope::organisation(row.organisation_id),
        session_id: None,
        must_change_password: row.must_change_password,
        origin,
    };
    Tx::begin(kernel.clone(), Arc::new(caller), &crate::kernel::Request::none()).await
}
