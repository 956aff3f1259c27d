//! How earlier matters of a customer ended.

use super::queries::MatterRow;
use crate::kernel::{
    Limit, Read, Stop,
    binds::{Binds, LIST},
};
use chrono::{DateTime, Utc};
use kept_shared::{handovers::*, ids::*, statuses::Warning};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Ended {
    closed_at: DateTime<Utc>,
    close_code: Option<CloseCode>,
    reason: Option<String>,
}

/// How the customer's matter before this one ended: an attorney asked to act on a debt is told when collecting it was
/// stopped before, though not by whom it was held.
pub(super) async fn before(read: &Read, row: &MatterRow) -> Result<Option<EarlierHandover>, Stop> {
    let ended: Option<Ended> = read
        .report_one(
            Limit::Unscoped("the end of an earlier matter of a customer whose matter was found through the scope"),
            "SELECT closed_at, close_code, reason FROM handover \
             WHERE account_id = $1 AND (handed_at, id) < ($2, $3) AND closed_at IS NOT NULL ORDER BY handed_at DESC, id DESC LIMIT 1",
            vec![row.account_id.into(), row.handed_at.into(), row.id.into()],
        )
        .await?;
    Ok(ended.map(|e| EarlierHandover {
        closed_at: e.closed_at,
        close_code: e.close_code,
        reason: e.reason,
    }))
}

#[derive(FromQueryResult)]
struct Ending {
    id: HandoverId,
    account_id: AccountId,
    reference: String,
    attorney: String,
    firm: Option<String>,
    closed_at: DateTime<Utc>,
    close_code: Option<CloseCode>,
    reason: Option<String>,
    close_note: Option<String>,
}

/// How the earlier matters of each account ended, where there were any: the gravest ending, of equals the latest.
pub async fn endings(
    read: &Read,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, (Warning, EndedHandover)>, Stop> {
    let mut gravest = HashMap::new();
    for part in accounts.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "SELECT h.id, h.account_id, h.reference, u.first_name || ' ' || u.surname AS attorney, u.firm, h.closed_at, \
               h.close_code, h.reason, h.close_note FROM handover h JOIN app_user u ON u.id = h.attorney_id \
             WHERE h.closed_at IS NOT NULL AND h.account_id IN ({}) ORDER BY h.closed_at DESC, h.id DESC",
            binds.list(part.iter().copied())
        );
        let ended: Vec<Ending> = read
            .report(
                Limit::Unscoped("accounts loaded through the scope"),
                &sql,
                binds.values(),
            )
            .await?;
        for e in ended {
            let warning = Warning::of_ending(e.close_code, e.reason.as_deref());
            if gravest.get(&e.account_id).is_some_and(|(w, _)| *w <= warning) {
                continue;
            }
            let what = EndedHandover {
                id: e.id,
                reference: e.reference,
                attorney: [Some(e.attorney), e.firm]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(", "),
                closed_at: e.closed_at,
                close_code: e.close_code,
                reason: e.reason,
                close_note: e.close_note,
            };
            gravest.insert(e.account_id, (warning, what));
        }
    }
    Ok(gravest)
}
