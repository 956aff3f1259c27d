//! Rows of the book that other tests need to exist: made through the API where there is one.

use super::TestApp;
use chrono::Utc;
use kept_shared::ids::*;
use serde_json::{Value, json};

impl TestApp {
    /// A sectional title community in South African rand with the usual ageing rules.
    pub async fn community(&self, code: &str) -> CommunityId {
        let reply = self
            .superuser()
            .await
            .post("/communities", community(code))
            .await
            .created();
        serde_json::from_value(reply["id"].clone()).expect("an id")
    }
    pub async fn unit(&self, community: CommunityId, code: &str) -> UnitId {
        let path = format!("/communities/{community}/units");
        let reply = self
            .superuser()
            .await
            .post(path, json!({ "code": code }))
            .await
            .created();
        serde_json::from_value(reply["id"].clone()).expect("an id")
    }
    /// An account of one person: `name` is "First Last".
    pub async fn account(&self, community: CommunityId, reference: &str, name: &str) -> AccountId {
        let path = format!("/communities/{community}/accounts");
        let reply = self
            .superuser()
            .await
            .post(path, account(reference, name))
            .await
            .created();
        serde_json::from_value(reply["id"].clone()).expect("an id")
    }
    /// An open handover, put into the tables directly: for tests below the handover feature.
    pub async fn put_with(&self, account: AccountId, community: CommunityId, attorney: UserId) -> HandoverId {
        let id = HandoverId(uuid::Uuid::now_v7());
        self.sql(
            "INSERT INTO handover (id, organisation_id, account_id, community_id, attorney_id, reference, state, balance_minor, \
             breakdown, handed_by, handed_by_name, handed_at, last_answer_at, version) VALUES ($1, $2, $3, $4, $5, $6, 'active', 0, '{}', $7, 'Agent', $8, $8, 1)",
            vec![
                id.into(),
                self.organisation.into(),
                account.into(),
                community.into(),
                attorney.into(),
                format!("HO-{id}").into(),
                attorney.into(),
                Utc::now().into(),
            ],
        )
        .await;
        self.sql(
            "UPDATE account SET open_handover_id = $1 WHERE id = $2",
            vec![id.into(), account.into()],
        )
        .await;
        id
    }
    /// Closes a handover, readable until a day or not at all.
    pub async fn take_back(&self, handover: HandoverId, readable_until: Option<chrono::NaiveDate>) {
        self.sql(
            "UPDATE handover SET state = 'closed', closed_at = $1, readable_until = $2 WHERE id = $3",
            vec![Utc::now().into(), readable_until.into(), handover.into()],
        )
        .await;
        self.sql(
            "UPDATE account SET open_handover_id = NULL WHERE open_handover_id = $1",
            vec![handover.into()],
        )
        .await;
    }
}

/// Body of a new community.
pub fn community(code: &str) -> Value {
    json!({
        "code": code, "name": format!("Community {code}"), "kind": "sectional_title", "currency": "ZAR",
        "time_zone": "Africa/Johannesburg",
        "ageing": { "mode": "calendar", "basis": "transaction_date", "edges": [0, 30, 60, 90], "credit_policy": "oldest_first" },
    })
}

/// Body of a new account of one person.
pub fn account(reference: &str, name: &str) -> Value {
    let (first, last) = name.rsplit_once(' ').unwrap_or(("", name));
    json!({ "reference": reference, "debtors": [{ "kind": "natural", "first_name": first, "last_name": last }] })
}
