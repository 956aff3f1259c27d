//! What an organisation decides about handovers: kept with its other settings.

use crate::kernel::{Limit, Read, Stop};
use kept_shared::handovers::{MAX_READABLE_DAYS, READABLE_DAYS};
use sea_orm::FromQueryResult;

/// Of the organisation's settings, those about handovers. Missing ones have the shipped values.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The attorney has access at once (articles 000 and 001); otherwise after accepting.
    pub handover_auto_accept: bool,
    /// Days a returned or closed matter stays readable for its attorney.
    pub handover_readable_days: i64,
    /// Settings this version does not know stay as they are.
    #[serde(flatten)]
    others: serde_json::Map<String, serde_json::Value>,
}
impl Settings {
    /// Reads the stored form.
    pub fn stored(text: &str) -> Result<Self, serde_json::Error> {
        let mut settings: Self = serde_json::from_str(text)?;
        settings.handover_readable_days = settings.handover_readable_days.clamp(0, MAX_READABLE_DAYS);
        Ok(settings)
    }
}
impl Default for Settings {
    fn default() -> Self {
        Self {
            handover_auto_accept: true,
            handover_readable_days: READABLE_DAYS,
            others: Default::default(),
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    settings: String,
    time_zone: String,
}

/// The settings, and the organisation's time zone.
pub async fn settings(read: &Read) -> Result<(Settings, String), Stop> {
    let row: Option<Row> = read
        .report_one(
            Limit::Unscoped("the caller's own organisation"),
            "SELECT settings, time_zone FROM organisation WHERE id = $1",
            vec![read.organisation()?.into()],
        )
        .await?;
    let row = row.ok_or_else(|| Stop::internal("the organisation is gone"))?;
    Ok((Settings::stored(&row.settings)?, row.time_zone))
}
