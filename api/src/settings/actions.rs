//! Showing and changing the organisation's settings.

use crate::{
    handovers,
    kernel::{FlawsExt, IfMatch, Read, Seen, Stop, Tx},
    notes,
    users::{organisation, principals},
};
use kept_shared::{
    event::changed_fields,
    settings::{Settings, SettingsPatch},
};
use sea_orm::Set;

/// The caller's own organisation.
pub(super) async fn ours(read: &Read) -> Result<Seen<organisation::Model>, Stop> {
    read.get::<organisation::Entity>(read.organisation()?).await
}

pub(super) fn view(row: &organisation::Model) -> Result<Settings, Stop> {
    let handovers = handovers::Settings::stored(&row.settings)?;
    let notes = notes::Switches::stored(&row.settings)?;
    Ok(Settings {
        organisation_id: row.id,
        name: row.name.clone(),
        currency: row.currency,
        time_zone: row.time_zone.clone(),
        locale: row.locale.clone(),
        handover_auto_accept: handovers.handover_auto_accept,
        handover_readable_days: handovers.handover_readable_days,
        note_urgent: notes.note_urgent,
        note_all_units: notes.note_all_units,
        note_collection: notes.note_collection,
        version: row.version,
    })
}

/// Changes what the patch names; returns the settings and the names of those that are different now.
pub(super) async fn change(tx: &Tx, expected: IfMatch, patch: SettingsPatch) -> Result<(Settings, Vec<String>), Stop> {
    let mut flaws = patch.flaws();
    let time_zone = patch.time_zone.as_deref().map(str::trim).filter(|z| !z.is_empty());
    flaws.when(
        time_zone.is_some_and(|zone| zone.parse::<chrono_tz::Tz>().is_err()),
        "/time_zone",
        "not_a_time_zone",
    );
    flaws.check()?;
    let row = ours(tx).await?;
    let before = view(&row)?;
    let mut handovers = handovers::Settings::stored(&row.settings)?;
    handovers.handover_auto_accept = patch.handover_auto_accept.unwrap_or(handovers.handover_auto_accept);
    handovers.handover_readable_days = patch.handover_readable_days.unwrap_or(handovers.handover_readable_days);
    let mut notes = notes::Switches::stored(&serde_json::to_string(&handovers)?)?;
    notes.note_urgent = patch.note_urgent.unwrap_or(notes.note_urgent);
    notes.note_all_units = patch.note_all_units.unwrap_or(notes.note_all_units);
    notes.note_collection = patch.note_collection.unwrap_or(notes.note_collection);
    let stored = serde_json::to_string(&notes)?;
    let row = tx
        .update(row, expected, |o: &mut organisation::ActiveModel| {
            if let Some(name) = patch.name {
                o.name = Set(name.trim().to_owned());
            }
            if let Some(zone) = time_zone {
                o.time_zone = Set(zone.to_owned());
            }
            if let Some(locale) = patch.locale {
                o.locale = Set(locale);
            }
            o.settings = Set(stored);
        })
        .await?;
    // Callers carry their organisation's day.
    principals::forget_everybody(tx);
    let after = view(&row)?;
    let unversioned = Settings {
        version: after.version,
        ..before
    };
    let fields = changed_fields(&unversioned, &after);
    Ok((after, fields))
}
