//! Reading what was sent.

use super::entity::{Column, Entity};
use crate::kernel::{Limit, Reach, Read, Stop, page};
use kept_shared::ids::{AccountId, MailId};
use kept_shared::mail::{Sent, SentFilter};
use kept_shared::page::Page;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, Condition, FromQueryResult, QueryOrder, QuerySelect};

#[derive(FromQueryResult)]
struct Own {
    email: String,
}

/// What was sent about an account that was loaded within reach, newest first. An attorney gets what went to the
/// attorney's own address, not the agency's mail to itself.
pub async fn about(read: &Read, account: AccountId, filter: &SentFilter) -> Result<Page<Sent>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("communication", &account)?;
    let after: Option<MailId> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut condition = Condition::all().add(Column::AccountId.eq(account));
    if let Some(id) = after {
        condition = condition.add(Column::Id.lt(id));
    }
    if let Reach::HandedOverTo { attorney, .. } = read.scope().reach() {
        let own: Option<Own> = read
            .report_one(
                Limit::Unscoped("the caller's own address"),
                "SELECT email FROM app_user WHERE id = $1",
                vec![(*attorney).into()],
            )
            .await?;
        let own = own.map(|own| own.email.to_lowercase()).unwrap_or_default();
        condition = condition.add(Expr::expr(Func::lower(Expr::col(Column::ToAddress))).eq(own));
    }
    let rows = read
        .find::<Entity>()
        .filter(condition)
        .shape(|s| s.order_by_desc(Column::Id).limit(limit + 1))
        .all()
        .await?;
    let lines = rows.iter().map(|row| row.sent()).collect();
    page::page(lines, limit, &mark, |m: &Sent| m.id)
}
