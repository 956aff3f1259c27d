//! What tells caches that a community's ledger changed: two counters, moved in the transaction that changes it.

use crate::kernel::{Limit, Stop, Tx};
use kept_shared::ids::CommunityId;
use std::collections::BTreeSet;

/// What changed.
#[derive(Clone, Copy)]
pub(super) enum Revised {
    /// Entries or allocations, and with them the stored figures.
    Journal,
    /// The stored figures alone: another day, other ageing rules.
    Figures,
}

/// Moves the counters of communities, in one order always, and last in a transaction: two postings wait for each other
/// instead of dead-locking.
pub(super) async fn revise(tx: &Tx, communities: &BTreeSet<CommunityId>, what: Revised) -> Result<(), Stop> {
    let sql = match what {
        Revised::Journal => {
            "INSERT INTO ledger_revision (community_id, revision, figures) VALUES ($1, 1, 1) ON CONFLICT (community_id) \
             DO UPDATE SET revision = ledger_revision.revision + 1, figures = ledger_revision.figures + 1"
        }
        Revised::Figures => {
            "INSERT INTO ledger_revision (community_id, revision, figures) VALUES ($1, 0, 1) ON CONFLICT (community_id) \
             DO UPDATE SET figures = ledger_revision.figures + 1"
        }
    };
    for community in communities {
        let why = Limit::Unscoped("the change counters of a community whose ledger changed");
        tx.execute(why, sql, vec![(*community).into()]).await?;
    }
    Ok(())
}
