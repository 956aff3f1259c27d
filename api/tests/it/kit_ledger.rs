//! Books for the tests of the ledger and of ageing.

use crate::kit::TestApp;
use chrono::NaiveDate;
use kept_api::kernel::{Limit, NoContent, Subject};
use kept_api::ledger::{self, PostError, Posted};
use kept_shared::ageing::AgeingRules;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger::{EntryType, NewAllocation, NewEntry};
use kept_shared::money::{Currency, Money};

pub fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An entry in rand.
pub fn entry(account: AccountId, kind: EntryType, on: &str, minor: i64) -> NewEntry {
    let id = EntryId(uuid::Uuid::now_v7());
    NewEntry::new(id, account, kind, d(on), Money::new(minor, Currency::Zar), "Test entry")
}

impl TestApp {
    pub async fn community_ageing(&self, code: &str, rules: AgeingRules) -> CommunityId {
        let id = CommunityId(uuid::Uuid::now_v7());
        let edges = rules.edges.map(|e| e.to_string()).join(",");
        self.sql(
            "INSERT INTO community (id, organisation_id, code, name, kind, currency, time_zone, ageing_mode, ageing_basis, \
               ageing_edges, credit_policy, is_active, created_at, version) \
             VALUES ($1, $2, $3, $4, 'sectional_title', 'ZAR', 'Africa/Johannesburg', $5, $6, $7, $8, $9, $10, 1)",
            vec![
                id.into(),
                self.organisation.into(),
                code.into(),
                format!("Community {code}").into(),
                rules.mode.into(),
                rules.basis.into(),
                edges.into(),
                rules.credit_policy.into(),
                true.into(),
                self.clock.now().into(),
            ],
        )
        .await;
        id
    }
    /// Accounts by (reference, name); ids in order.
    pub async fn accounts(&self, community: CommunityId, who: &[(&str, &str)]) -> Vec<AccountId> {
        let tx = self.write().await;
        let mut ids = vec![];
        for (reference, name) in who {
            let id = AccountId(uuid::Uuid::now_v7());
            let sql = "INSERT INTO account (id, organisation_id, community_id, reference, name, search, note_count, is_active, created_at, version) \
                 VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, 1)";
            let values = vec![
                id.into(),
                self.organisation.into(),
                community.into(),
                (*reference).into(),
                (*name).into(),
                kept_shared::text::fold(&format!("{reference} {name}")).into(),
                true.into(),
                tx.now().into(),
            ];
            tx.execute(Limit::Unscoped("test preparation"), sql, values)
                .await
                .unwrap();
            ids.push(id);
        }
        let event = Event::JobDone {
            kind: "test preparation".into(),
        };
        tx.finish(Subject::organisation(self.organisation), event, NoContent)
            .await
            .unwrap();
        ids
    }
    pub async fn post(&self, entries: Vec<NewEntry>, allocations: Vec<NewAllocation>) -> Result<Posted, PostError> {
        let tx = self.write().await;
        let posted = ledger::post(&tx, entries, allocations, None).await;
        let event = Event::JobDone {
            kind: "test posting".into(),
        };
        tx.finish(Subject::organisation(self.organisation), event, NoContent)
            .await
            .unwrap();
        posted
    }
    /// Faults that `kept check` finds in figures.
    pub async fn faults(&self) -> Vec<&'static str> {
        let findings = kept_api::check::findings(&self.kernel).await.unwrap();
        // These tests make accounts without debtors.
        findings
            .rules
            .iter()
            .filter(|r| r.faults > 0 && r.name != "accounts")
            .map(|r| r.name)
            .collect()
    }
}
