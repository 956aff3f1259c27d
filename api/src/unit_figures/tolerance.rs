//! What is too little to call a unit of a community delinquent; nothing, unless somebody says so.

use crate::communities;
use crate::kernel::{FlawsExt, IfMatch, Limit, Read, Seen, Stop, Tx};
use kept_shared::money::Money;
use kept_shared::problem::Code;
use kept_shared::unit_figures::{ArrearsTolerance, NewArrearsTolerance};
use sea_orm::FromQueryResult;

const OF_THE_COMMUNITY: Limit = Limit::Unscoped("the tolerance of a community loaded within reach");

#[derive(FromQueryResult)]
struct Row {
    tolerance_minor: i64,
    version: i64,
}

pub(super) async fn view(read: &Read, community: &Seen<communities::Model>) -> Result<ArrearsTolerance, Stop> {
    let sql = "SELECT tolerance_minor, version FROM arrears_tolerance WHERE community_id = $1";
    let row: Option<Row> = read
        .report_one(OF_THE_COMMUNITY, sql, vec![community.id.into()])
        .await?;
    let (minor, version) = row.map_or((0, 0), |r| (r.tolerance_minor, r.version));
    Ok(ArrearsTolerance {
        community_id: community.id,
        version,
        tolerance: Money::new(minor, community.currency),
    })
}

/// Errors: 412 when somebody was faster, 422.
pub(super) async fn set(
    tx: &Tx,
    community: &Seen<communities::Model>,
    expected: IfMatch,
    new: NewArrearsTolerance,
) -> Result<ArrearsTolerance, Stop> {
    new.flaws(community.currency).check()?;
    let sql = "INSERT INTO arrears_tolerance (community_id, tolerance_minor, version) VALUES ($1, $2, 1) \
         ON CONFLICT (community_id) DO UPDATE SET tolerance_minor = excluded.tolerance_minor, \
         version = arrears_tolerance.version + 1 WHERE arrears_tolerance.version = $3";
    let before = view(tx, community).await?;
    expected.check(before.version)?;
    let values = vec![community.id.into(), new.tolerance.minor.into(), before.version.into()];
    if tx.execute(OF_THE_COMMUNITY, sql, values).await? == 0 {
        return Err(Code::ChangedMeanwhile.into());
    }
    view(tx, community).await
}
