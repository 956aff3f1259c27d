//! What the tests of statuses, handovers, notes and files need to exist: a community with customers who owe.

use crate::kit::{Actor, TestApp};
use chrono::Utc;
use kept_api::{kernel::Limit, statuses};
use kept_shared::{event::Event, ids::*};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};

impl TestApp {
    /// The shipped catalogue for the test's organisation.
    pub async fn seed_statuses(&self) {
        let tx = self.write().await;
        statuses::seed(&tx, self.organisation).await.unwrap();
        let on = kept_api::kernel::Subject::organisation(self.organisation);
        let event = Event::JobDone {
            kind: "test preparation".into(),
        };
        tx.finish(on, event, kept_api::kernel::NoContent).await.unwrap();
    }
    pub async fn debt_community(&self, code: &str) -> CommunityId {
        let id = CommunityId(uuid::Uuid::now_v7());
        self.sql(
            "INSERT INTO community (id, organisation_id, code, name, kind, currency, time_zone, ageing_mode, ageing_basis, \
               ageing_edges, credit_policy, is_active, created_at, version) \
             VALUES ($1, $2, $3, $4, 'sectional_title', 'ZAR', 'Africa/Johannesburg', 'calendar', 'due_date', '0,30,60,90', 'oldest_first', $5, $6, 1)",
            vec![id.into(), self.organisation.into(), code.into(), format!("Community {code}").into(), true.into(), Utc::now().into()],
        )
        .await;
        id
    }
    /// A customer who owes this much for over 120 days.
    pub async fn debtor(&self, community: CommunityId, reference: &str, minor: i64) -> AccountId {
        let id = AccountId(uuid::Uuid::now_v7());
        self.sql(
            "INSERT INTO account (id, organisation_id, community_id, reference, name, search, note_count, is_active, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, 1)",
            vec![
                id.into(),
                self.organisation.into(),
                community.into(),
                reference.into(),
                format!("Debtor {reference}").into(),
                reference.to_lowercase().into(),
                true.into(),
                Utc::now().into(),
            ],
        )
        .await;
        self.sql(
            "UPDATE aged SET valid_on = $2, d120_minor = $3, total_minor = $3 WHERE account_id = $1",
            vec![id.into(), self.clock.today("UTC").into(), minor.into()],
        )
        .await;
        id
    }
    /// Id of a shipped status by its code.
    pub async fn status(&self, code: &str) -> StatusId {
        #[derive(FromQueryResult)]
        struct Row {
            id: StatusId,
        }
        let read = self.kernel.read_everything("test").await.unwrap();
        let sql = "SELECT id FROM status WHERE organisation_id = $1 AND code = $2";
        let values = vec![self.organisation.into(), code.into()];
        let row: Option<Row> = read.report_one(Limit::Unscoped("test"), sql, values).await.unwrap();
        row.unwrap_or_else(|| panic!("no status {code}")).id
    }
    pub async fn count(&self, sql: &str) -> i64 {
        self.number(&format!("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM {sql}"), vec![])
            .await
    }
    /// Applies a status to accounts with a key of its own.
    pub async fn apply(&self, by: &Actor<'_>, accounts: &[AccountId], code: &str, attorney: Option<UserId>) -> Value {
        let body = self.wish(accounts, code, attorney).await;
        let key = uuid::Uuid::now_v7().to_string();
        by.ask(actix_web::http::Method::POST, "/statuses/apply")
            .key(&key)
            .json(body)
            .send()
            .await
            .ok()
    }
    pub async fn wish(&self, accounts: &[AccountId], code: &str, attorney: Option<UserId>) -> Value {
        let mut body = json!({
            "selection": { "by": "accounts", "account_ids": accounts },
            "status_id": self.status(code).await,
        });
        if let Some(attorney) = attorney {
            body["attorney_id"] = json!(attorney);
        }
        body
    }
    /// The one open matter of an account: id and version.
    pub async fn matter(&self, by: &Actor<'_>, account: AccountId) -> (String, i64) {
        let list = by.get(format!("/handovers?account_id={account}&limit=1")).await.ok();
        let matter = &list["items"][0];
        let id = matter["id"].as_str().unwrap_or_else(|| panic!("no matter: {list}"));
        (id.to_owned(), matter["version"].as_i64().unwrap())
    }
}

/// A small PDF that passes.
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
