//! Who may give what to whom. Nobody hands out a permission or a community he does not have himself.

use super::entity::{group, user};
use crate::kernel::{Caller, Reach, Read, Stop};
use kept_shared::{
    flaws::Flaws,
    ids::CommunityId,
    permission::{Permission, UserType},
    problem::{Code, Problem},
};

/// What the giver must himself have of a group's permissions: all, but an attorney's own verbs, which give no power
/// over what the giver manages.
pub fn lacks(caller: &Caller, permissions: &[Permission]) -> Option<Permission> {
    permissions
        .iter()
        .copied()
        .find(|p| *p != Permission::AnswerHandovers && !caller.may(*p))
}

/// Whether the caller may give this type, group and these communities to somebody. Errors: 422 at the field.
pub async fn may_give(
    read: &Read,
    user_type: UserType,
    group: &group::Model,
    communities: &[CommunityId],
) -> Result<Flaws, Stop> {
    let caller = read.caller();
    let mut flaws = Flaws::default();
    flaws
        .when(
            user_type == UserType::Superuser && caller.user_type != UserType::Superuser,
            "/user_type",
            "not_yours_to_give",
        )
        .when(
            group.base_type != user_type,
            "/permission_group_id",
            "not_for_this_type",
        )
        .when(
            caller.user_type != UserType::Superuser && lacks(caller, &group.permissions()).is_some(),
            "/permission_group_id",
            "not_yours_to_give",
        );
    let mut different = communities.to_vec();
    different.sort_unstable();
    different.dedup();
    let within = match read.scope().reach() {
        Reach::Everything | Reach::Organisation(_) => true,
        Reach::Communities { communities: mine, .. } => different.iter().all(|c| mine.contains(c)),
        Reach::HandedOverTo { .. } => different.is_empty(),
    };
    let known = within && super::queries::communities_that_exist(read, &different).await? == different.len();
    flaws.when(!known, "/communities", "unknown");
    Ok(flaws)
}

/// Whether the caller may change this user at all: not somebody who stands above him. Errors: 403.
pub fn may_manage(caller: &Caller, row: &user::Model, group: &group::Model) -> Result<(), Stop> {
    let above = caller.user_type != UserType::Superuser
        && (row.user_type == UserType::Superuser || lacks(caller, &group.permissions()).is_some());
    if above {
        return Err(Problem::of(Code::PermissionMissing).detail("above_you").into());
    }
    Ok(())
}

/// Permission groups are for superusers (spec A07). Errors: 403.
pub fn superusers_only(caller: &Caller) -> Result<(), Stop> {
    if caller.user_type == UserType::Superuser {
        Ok(())
    } else {
        Err(Problem::of(Code::PermissionMissing).detail("superusers_only").into())
    }
}
