//! What people do with communities.

use super::entity::{self, ActiveModel, Column, Entity, Model};
use crate::kernel::{FlawsExt, IfMatch, Limit, Reach, Seen, Stop, Tx, tx::refuse};
use futures_util::future::BoxFuture;
use kept_shared::communities::NewCommunity;
use kept_shared::event::{Event, changed_fields};
use kept_shared::flaws::Flaws;
use kept_shared::ids::CommunityId;
use kept_shared::problem::{Code, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};
use std::sync::OnceLock;

/// What ageing does when a community's rules have changed: in the same transaction, so that no balance is ever shown
/// by rules that no longer hold. Ageing stands above communities; it is told through this function.
pub type AgeingRulesChanged = for<'a> fn(&'a Tx, &'a Seen<Model>) -> BoxFuture<'a, Result<(), Stop>>;
static AGEING_RULES_CHANGED: OnceLock<AgeingRulesChanged> = OnceLock::new();

/// Registers the function; the first registration of the process counts.
pub fn on_ageing_rules_changed(what: AgeingRulesChanged) {
    AGEING_RULES_CHANGED.get_or_init(|| what);
}

/// All that is wrong with a community, including what only the server knows.
fn check(new: &NewCommunity) -> Result<(), Stop> {
    let mut flaws: Flaws = new.flaws();
    let known = new.time_zone.is_empty() || new.time_zone.parse::<chrono_tz::Tz>().is_ok();
    flaws.when(!known, "/time_zone", "not_a_time_zone");
    flaws.check()
}

#[derive(FromQueryResult)]
struct Taken {
    #[expect(dead_code, reason = "only its being there matters")]
    id: CommunityId,
}

/// Codes are unique in the organisation, also across communities the caller does not reach.
async fn check_code(tx: &Tx, code: &str, mine: Option<CommunityId>) -> Result<(), Stop> {
    let organisation = tx.organisation()?;
    let id = mine.map_or(uuid::Uuid::nil(), |id| id.0);
    let taken: Option<Taken> = tx
        .report_one(
            Limit::Unscoped("a code is unique in the organisation, whoever may see its community"),
            "SELECT id FROM community WHERE organisation_id = $1 AND code = $2 AND id <> $3",
            vec![organisation.into(), code.to_owned().into(), id.into()],
        )
        .await?;
    match taken {
        Some(_) => Err(Problem::of(Code::AlreadyExists).at("/code", "taken").into()),
        None => Ok(()),
    }
}

/// Opens a community. Somebody restricted to communities is given the new one, or could not see what they made.
pub async fn create(tx: &Tx, new: NewCommunity) -> Result<Seen<Model>, Stop> {
    let new = new.tidied();
    check(&new)?;
    check_code(tx, &new.code, None).await?;
    let mut row = ActiveModel {
        id: Set(CommunityId(uuid::Uuid::now_v7())),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    };
    entity::fill(&mut row, new);
    let community = tx.create(row).await?;
    if let (Reach::Communities { .. }, Some(user)) = (tx.scope().reach(), tx.caller().user_id) {
        tx.execute(
            Limit::Unscoped("the maker of a community is given it"),
            "INSERT INTO user_community (user_id, community_id) VALUES ($1, $2)",
            vec![user.into(), community.id.into()],
        )
        .await?;
        let fields = vec!["communities".into()];
        tx.also(user, Event::UserChanged { user, fields }).await?;
    }
    Ok(community)
}

/// Changes a community; returns it and the names of the fields that changed.
pub async fn edit(
    tx: &Tx,
    community: Seen<Model>,
    expected: IfMatch,
    new: NewCommunity,
) -> Result<(Seen<Model>, Vec<String>), Stop> {
    let new = new.tidied();
    check(&new)?;
    let before = community.details();
    if before.code != new.code {
        check_code(tx, &new.code, Some(community.id)).await?;
    }
    if before.currency != new.currency && super::queries::has_entries(tx, community.id).await? {
        return Err(refuse("/currency", "fixed_by_entries"));
    }
    let rules_change = before.ageing != new.ageing;
    // Another time zone is another today.
    let day_changes = before.time_zone != new.time_zone;
    let fields = changed_fields(&before, &new);
    let community = tx
        .update(community, expected, |row: &mut ActiveModel| entity::fill(row, new))
        .await?;
    if (rules_change || day_changes)
        && let Some(reage) = AGEING_RULES_CHANGED.get()
    {
        reage(tx, &community).await?;
    }
    Ok((community, fields))
}

/// The community with this code, for imports.
pub async fn by_code(tx: &Tx, code: &str) -> Result<Option<Seen<Model>>, Stop> {
    tx.find::<Entity>().filter(Column::Code.eq(code)).one().await
}
