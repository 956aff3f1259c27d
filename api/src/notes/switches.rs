//! Which marks the organisation uses on its notes.

use crate::kernel::{Limit, Read, Stop};
use kept_shared::notes::NoteSwitches;
use sea_orm::FromQueryResult;

/// Of the organisation's settings, those about notes. Missing ones are on.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Switches {
    pub note_urgent: bool,
    pub note_all_units: bool,
    pub note_collection: bool,
    /// Settings of others stay as they are.
    #[serde(flatten)]
    others: serde_json::Map<String, serde_json::Value>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            note_urgent: true,
            note_all_units: true,
            note_collection: true,
            others: Default::default(),
        }
    }
}

impl Switches {
    /// Reads the stored form.
    pub fn stored(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
    fn wire(&self) -> NoteSwitches {
        NoteSwitches {
            urgent: self.note_urgent,
            all_units: self.note_all_units,
            collection: self.note_collection,
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    settings: String,
}

/// The switches of the caller's organisation.
pub(super) async fn switches(read: &Read) -> Result<NoteSwitches, Stop> {
    let row: Option<Row> = read
        .report_one(
            Limit::Unscoped("the caller's own organisation"),
            "SELECT settings FROM organisation WHERE id = $1",
            vec![read.organisation()?.into()],
        )
        .await?;
    let row = row.ok_or_else(|| Stop::internal("the organisation is gone"))?;
    Ok(Switches::stored(&row.settings)?.wire())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_on_and_what_others_set_is_kept() {
        let all = Switches::stored("{}").unwrap().wire();
        assert_eq!(all, NoteSwitches::default());
        let mut some = Switches::stored(r#"{"handover_readable_days": 9, "note_urgent": false}"#).unwrap();
        assert!(!some.wire().urgent && some.wire().all_units);
        some.note_collection = false;
        let text = serde_json::to_string(&some).unwrap();
        assert!(text.contains(r#""handover_readable_days":9"#), "{text}");
        assert!(!Switches::stored(&text).unwrap().wire().collection);
    }
}
