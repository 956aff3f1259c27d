//! What administrators do to users: add, change, suspend, let back in, invite again.

use super::{
    entity::{group, organisation, user, user_community},
    links, principals, queries, rules, sessions,
};
use crate::kernel::{FlawsExt, IfMatch, Limit, Seen, Stop, Tx};
use kept_shared::{
    ids::{CommunityId, UserId},
    permission::UserType,
    problem::{Code, Problem},
    sign_in::normal_email,
    users::{NewUser, UserPatch, UserState},
};
use sea_orm::Set;

/// Trimmed text; blank is absent.
pub fn tidy(text: &Option<String>) -> Option<String> {
    text.as_deref()
        .map(str::trim)
        .filter(|t| !t.is_empty())
        .map(str::to_owned)
}

/// A group of the organisation. Errors: 422 when there is none.
async fn group_for(tx: &Tx, id: kept_shared::ids::PermissionGroupId) -> Result<Seen<group::Model>, Stop> {
    tx.get::<group::Entity>(id).await.map_err(|stop| {
        if stop.is(Code::NotFound) {
            crate::kernel::tx::refuse("/permission_group_id", "unknown")
        } else {
            stop
        }
    })
}

/// Adds a user and sends the invitation.
pub async fn invite(tx: &Tx, new: &NewUser) -> Result<Seen<user::Model>, Stop> {
    new.flaws().check()?;
    let group = group_for(tx, new.permission_group_id).await?;
    rules::may_give(tx, new.user_type, &group, &new.communities)
        .await?
        .check()?;
    let email = normal_email(&new.email);
    if taken(tx, &email).await? {
        return Err(Problem::of(Code::AlreadyExists).at("/email", "taken").into());
    }
    let row = tx.insert(&group, active(tx, new, email)).await?;
    give_communities(tx, &row, &new.communities).await?;
    let ours = tx.get::<organisation::Entity>(tx.organisation()?).await?;
    links::send(tx, &row, &ours).await?;
    Ok(row)
}

/// A new user's row, without the parents.
pub(super) fn active(tx: &Tx, new: &NewUser, email: String) -> user::ActiveModel {
    user::ActiveModel {
        id: Set(UserId(uuid::Uuid::now_v7())),
        email: Set(email),
        first_name: Set(new.first_name.trim().to_owned()),
        middle_name: Set(tidy(&new.middle_name)),
        surname: Set(new.surname.trim().to_owned()),
        phone: Set(tidy(&new.phone)),
        firm: Set(tidy(&new.firm)),
        user_type: Set(new.user_type),
        state: Set(UserState::Invited),
        locale: Set(None),
        password_hash: Set(None),
        must_change_password: Set(false),
        failed_sign_ins: Set(0),
        locked_until: Set(None),
        totp_secret: Set(None),
        totp_pending: Set(None),
        totp_last_step: Set(None),
        last_sign_in_at: Set(None),
        settings: Set("{}".into()),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    }
}

async fn taken(tx: &Tx, email: &str) -> Result<bool, Stop> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        n: i64,
    }
    let row: Option<Row> = tx
        .report_one(
            Limit::Unscoped("an e-mail address is one person's in the whole installation"),
            "SELECT COUNT(*) AS n FROM app_user WHERE email = $1",
            vec![email.into()],
        )
        .await?;
    Ok(row.is_some_and(|r| r.n > 0))
}

/// Replaces the communities given to a user.
pub(super) async fn give_communities(
    tx: &Tx,
    row: &Seen<user::Model>,
    communities: &[CommunityId],
) -> Result<(), Stop> {
    tx.execute(
        Limit::Unscoped("of a user loaded through the scope"),
        "DELETE FROM user_community WHERE user_id = $1",
        vec![row.id.into()],
    )
    .await?;
    let mut different = communities.to_vec();
    different.sort_unstable();
    different.dedup();
    let rows = different
        .into_iter()
        .map(|community| user_community::ActiveModel {
            community_id: Set(community),
            ..Default::default()
        })
        .collect();
    tx.insert_many(row, rows).await
}

/// Changes a user; returns the row and the names of the fields that differ.
pub async fn change(
    tx: &Tx,
    id: UserId,
    version: IfMatch,
    patch: &UserPatch,
) -> Result<(Seen<user::Model>, Vec<String>), Stop> {
    patch.flaws().check()?;
    let row = managed(tx, id).await?;
    let group = group_for(tx, patch.permission_group_id).await?;
    rules::may_give(tx, patch.user_type, &group, &patch.communities)
        .await?
        .check()?;
    let before = queries::view(tx, row.clone()).await?;
    let mut had: Vec<CommunityId> = before.communities.iter().map(|c| c.id).collect();
    let mut gets = patch.communities.clone();
    had.sort_unstable();
    gets.sort_unstable();
    gets.dedup();
    let rights =
        row.user_type != patch.user_type || row.permission_group_id != patch.permission_group_id || had != gets;
    if rights && tx.caller().user_id == Some(id) {
        return Err(Problem::of(Code::StateForbids).detail("own_rights").into());
    }
    if row.user_type == UserType::Superuser && patch.user_type != UserType::Superuser {
        keep_one_superuser(tx, id).await?;
    }
    let mut fields: Vec<String> = vec![];
    let mut note = |differs: bool, name: &str| {
        if differs {
            fields.push(name.into());
        }
    };
    note(row.first_name != patch.first_name.trim(), "first_name");
    note(row.middle_name != tidy(&patch.middle_name), "middle_name");
    note(row.surname != patch.surname.trim(), "surname");
    note(row.phone != tidy(&patch.phone), "phone");
    note(row.firm != tidy(&patch.firm), "firm");
    note(row.user_type != patch.user_type, "user_type");
    note(row.permission_group_id != patch.permission_group_id, "permission_group");
    note(had != gets, "communities");
    let row = tx
        .update(row, version, |u: &mut user::ActiveModel| {
            u.first_name = Set(patch.first_name.trim().to_owned());
            u.middle_name = Set(tidy(&patch.middle_name));
            u.surname = Set(patch.surname.trim().to_owned());
            u.phone = Set(tidy(&patch.phone));
            u.firm = Set(tidy(&patch.firm));
            u.user_type = Set(patch.user_type);
            u.permission_group_id = Set(patch.permission_group_id);
        })
        .await?;
    if had != gets {
        give_communities(tx, &row, &gets).await?;
    }
    principals::forget_user(tx, id);
    Ok((row, fields))
}

/// A user the caller reaches and may manage. Errors: 404, 403.
pub async fn managed(tx: &Tx, id: UserId) -> Result<Seen<user::Model>, Stop> {
    let row = tx.get::<user::Entity>(id).await?;
    let group = tx.get::<group::Entity>(row.permission_group_id).await?;
    rules::may_manage(tx.caller(), &row, &group)?;
    Ok(row)
}

async fn keep_one_superuser(tx: &Tx, leaving: UserId) -> Result<(), Stop> {
    if queries::other_superusers(tx, leaving).await? == 0 {
        return Err(Problem::of(Code::StateForbids).detail("last_superuser").into());
    }
    Ok(())
}

/// Ends a user's access at once. Errors: 409 for oneself and for the last superuser.
pub async fn suspend(tx: &Tx, id: UserId, version: IfMatch) -> Result<Seen<user::Model>, Stop> {
    let row = managed(tx, id).await?;
    if tx.caller().user_id == Some(id) {
        return Err(Problem::of(Code::StateForbids).detail("yourself").into());
    }
    if row.state == UserState::Suspended {
        return Err(Problem::of(Code::StateForbids).detail("suspended_already").into());
    }
    if row.user_type == UserType::Superuser {
        keep_one_superuser(tx, id).await?;
    }
    let row = tx
        .update(row, version, |u: &mut user::ActiveModel| {
            u.state = Set(UserState::Suspended)
        })
        .await?;
    sessions::end_all(tx, id, None, "suspended").await?;
    links::end_all(tx, id).await?;
    Ok(row)
}

/// Lets a suspended user back in, and ends a lock-out.
pub async fn activate(tx: &Tx, id: UserId, version: IfMatch) -> Result<Seen<user::Model>, Stop> {
    let row = managed(tx, id).await?;
    let locked = row.locked_until.is_some_and(|until| until > tx.now());
    if row.state != UserState::Suspended && !locked {
        return Err(Problem::of(Code::StateForbids).detail("active_already").into());
    }
    let email = row.email.clone();
    let state = match (row.state, &row.password_hash) {
        (UserState::Suspended, None) => UserState::Invited,
        (UserState::Suspended, Some(_)) => UserState::Active,
        (other, _) => other,
    };
    let row = tx
        .update(row, version, |u: &mut user::ActiveModel| {
            u.state = Set(state);
            u.failed_sign_ins = Set(0);
            u.locked_until = Set(None);
        })
        .await?;
    tx.execute(
        Limit::Unscoped("failures of a user loaded through the scope"),
        "DELETE FROM sign_in_attempt WHERE email = $1",
        vec![email.into()],
    )
    .await?;
    principals::forget_user(tx, id);
    Ok(row)
}

/// Sends a new link: an invitation, or a way to a new password.
pub async fn invite_again(tx: &Tx, id: UserId) -> Result<Seen<user::Model>, Stop> {
    let row = managed(tx, id).await?;
    if row.state == UserState::Suspended {
        return Err(Problem::of(Code::StateForbids).detail("suspended").into());
    }
    let ours = tx.get::<organisation::Entity>(tx.organisation()?).await?;
    links::send(tx, &row, &ours).await?;
    Ok(row)
}

/// Takes the second factor off somebody who lost the telephone; ends his sessions.
pub async fn remove_totp(tx: &Tx, id: UserId, version: IfMatch) -> Result<Seen<user::Model>, Stop> {
    let row = managed(tx, id).await?;
    if row.totp_secret.is_none() {
        return Err(Problem::of(Code::StateForbids).detail("no_second_factor").into());
    }
    let row = tx
        .update(row, version, |u: &mut user::ActiveModel| {
            u.totp_secret = Set(None);
            u.totp_pending = Set(None);
            u.totp_last_step = Set(None);
        })
        .await?;
    sessions::end_all(tx, id, None, "second_factor_removed").await?;
    Ok(row)
}
