//! When a field begins or ceases to be searchable, the search texts of the customers with values follow.

use crate::kernel::{Job, JobContext, JobKind, Limit, NoContent};
use crate::reach::reach_sql;
use crate::units::relabel;
use kept_shared::ids::{AccountId, OrganisationId};
use kept_shared::metadata::MetadataEntity;
use sea_orm::FromQueryResult;

/// Customers of one transaction.
const CHUNK: usize = 500;

pub fn jobs() -> Vec<JobKind> {
    vec![JobKind::of::<SearchAgain>()]
}

/// Makes the search texts of all customers with a value of this field anew. Safe to run twice.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct SearchAgain {
    pub organisation: OrganisationId,
    pub entity: MetadataEntity,
    pub key: String,
}

#[derive(FromQueryResult)]
struct Row {
    account_id: AccountId,
}

#[async_trait::async_trait]
impl Job for SearchAgain {
    const KIND: &'static str = "metadata.search";
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let read = cx.read(self.organisation, "metadata.search").await?;
        // A unit's values are found with whoever owns it.
        let accounts: Vec<Row> = read
            .report(
                Limit::Reach(reach_sql),
                "SELECT DISTINCT a.id AS account_id FROM metadata_value v LEFT JOIN unit_owner o ON o.unit_id = v.row_id \
                 AND o.to_on IS NULL JOIN account a ON a.id = COALESCE(v.account_id, o.account_id) \
                 WHERE v.organisation_id = $1 AND v.entity = $2 AND v.key = $3 AND {reach a.id, a.community_id}",
                vec![self.organisation.into(), self.entity.into(), self.key.clone().into()],
            )
            .await?;
        drop(read);
        let accounts: Vec<AccountId> = accounts.into_iter().map(|row| row.account_id).collect();
        for chunk in accounts.chunks(CHUNK) {
            let tx = cx.write(self.organisation, "metadata.search").await?;
            relabel(&tx, chunk).await?;
            tx.finish_unrecorded("derived texts follow the schema", NoContent)
                .await?;
        }
        Ok(())
    }
}
