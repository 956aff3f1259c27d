//! The beginnings of an organisation: used by `kept admin`, the demo book and tests.

use super::{
    actions,
    entity::{group, organisation, user},
    passwords,
};
use crate::kernel::{FlawsExt, Kernel, Seen, Stop, Tx};
use kept_shared::{
    ids::{OrganisationId, PermissionGroupId},
    money::Currency,
    permission::{UserType, shipped_groups},
    sign_in::{normal_email, password_flaws},
    users::{NewUser, UserState},
};
use sea_orm::{ColumnTrait, Set};
use std::sync::Arc;

/// What an organisation starts with.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub name: String,
    pub currency: Currency,
    /// IANA name.
    pub time_zone: String,
    /// BCP 47 tag.
    pub locale: String,
}

/// Creates an organisation with the shipped permission groups. The caller ends the transaction with
/// [`kept_shared::event::Event::OrganisationCreated`].
pub async fn seed_organisation(tx: &Tx, new: &NewOrganisation) -> Result<OrganisationId, Stop> {
    let (id, now) = (OrganisationId(uuid::Uuid::now_v7()), tx.now());
    let row = organisation::ActiveModel {
        id: Set(id),
        name: Set(new.name.trim().to_owned()),
        currency: Set(new.currency),
        time_zone: Set(new.time_zone.clone()),
        locale: Set(new.locale.clone()),
        settings: Set("{}".into()),
        created_at: Set(now),
        version: Set(1),
    };
    tx.insert_bulk(vec![row], "an organisation has no parent").await?;
    let mut groups = vec![];
    for (name, base_type, permissions) in shipped_groups() {
        groups.push(group::ActiveModel {
            id: Set(PermissionGroupId(uuid::Uuid::now_v7())),
            organisation_id: Set(id),
            name: Set(name.into()),
            base_type: Set(base_type),
            permissions: Set(group::text(&permissions)?),
            is_shipped: Set(true),
            created_at: Set(now),
            version: Set(1),
        });
    }
    tx.insert_bulk(groups, "of the organisation just made").await?;
    Ok(id)
}

/// The shipped group for a user type, or the one of that name.
pub async fn shipped_group(
    tx: &Tx,
    organisation: OrganisationId,
    base_type: UserType,
    name: Option<&str>,
) -> Result<PermissionGroupId, Stop> {
    let mut found = tx
        .find::<group::Entity>()
        .filter(group::Column::OrganisationId.eq(organisation))
        .filter(group::Column::BaseType.eq(base_type));
    if let Some(name) = name {
        found = found.filter(group::Column::Name.eq(name));
    }
    let rows = found
        .shape(|s| sea_orm::QueryOrder::order_by_asc(s, group::Column::Id))
        .limit(1)
        .all()
        .await?;
    rows.first()
        .map(|g| g.id)
        .ok_or_else(|| Stop::internal(format!("no permission group for {base_type}")))
}

/// All organisations of the installation, for operator commands.
pub async fn organisations(kernel: &Arc<Kernel>) -> Result<Vec<(OrganisationId, String)>, Stop> {
    let read = kernel.read_everything("kept admin").await?;
    let rows = read.find::<organisation::Entity>().all().await?;
    Ok(rows.iter().map(|o| (o.id, o.name.clone())).collect())
}

/// Creates a user who has yet to choose a password.
pub async fn seed_invited(tx: &Tx, new: &NewUser) -> Result<Seen<user::Model>, Stop> {
    new.flaws().check()?;
    let group = tx.get::<group::Entity>(new.permission_group_id).await?;
    let row = tx
        .insert(&group, actions::active(tx, new, normal_email(&new.email)))
        .await?;
    actions::give_communities(tx, &row, &new.communities).await?;
    Ok(row)
}

/// Creates an active user with a password, without an invitation. Errors: 422 for bad input or a weak password.
pub async fn seed_user(tx: &Tx, new: &NewUser, password: &str, must_change: bool) -> Result<Seen<user::Model>, Stop> {
    let mut flaws = new.flaws();
    flaws.0.extend(password_flaws("/password", password, &new.email).0);
    flaws.check()?;
    let group = tx.get::<group::Entity>(new.permission_group_id).await?;
    let mut row = actions::active(tx, new, normal_email(&new.email));
    row.state = Set(UserState::Active);
    row.password_hash = Set(Some(passwords::hash(password).await?));
    row.must_change_password = Set(must_change);
    let row = tx.insert(&group, row).await?;
    actions::give_communities(tx, &row, &new.communities).await?;
    Ok(row)
}
