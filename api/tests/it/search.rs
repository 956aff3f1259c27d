//! Finding a customer by whatever is known of them.

use crate::both;
use crate::kit::{Actor, TestApp};
use kept_shared::accounts::CustomerType;
use kept_shared::ids::*;
use kept_shared::permission::{Permission, UserType};
use kept_shared::search::{Closeness, HitKind, MatchKind, SearchAnswer};
use serde_json::json;

async fn find(who: &Actor<'_>, q: &str) -> SearchAnswer {
    let q: String = q.bytes().map(|b| format!("%{b:02X}")).collect();
    who.get(format!("/search?q={q}")).await.expect(200)
}

/// References of what was found, in order.
async fn found(who: &Actor<'_>, q: &str) -> Vec<String> {
    find(who, q).await.hits.into_iter().map(|h| h.reference).collect()
}

async fn first(who: &Actor<'_>, q: &str) -> (String, MatchKind, Closeness, String) {
    let hit = find(who, q).await.hits.into_iter().next();
    let hit = hit.unwrap_or_else(|| panic!("nothing found by {q}"));
    (hit.reference, hit.matched, hit.closeness, hit.value)
}

impl TestApp {
    /// Thandi Mokoéna with a unit, two numbers, an address, and what other systems call her.
    async fn thandi(&self, community: CommunityId) -> AccountId {
        let unit = self.unit(community, "C-77").await;
        let body = json!({
            "reference": "ACA0101", "unit": { "unit_id": unit, "from_on": "2024-01-01" },
            "debtors": [
                { "kind": "natural", "first_name": "Thandi", "last_name": "Mokoéna", "contacts": [
                    { "kind": "phone", "value": "082 123 4567" },
                    { "kind": "phone", "value": "+49 30 901820" },
                    { "kind": "email", "value": "Thandi@Example.org" } ] },
                { "kind": "legal", "company_name": "Sunrise Trust", "role": "guarantor" },
            ],
        });
        let all = self.superuser().await;
        let made = all
            .post(format!("/communities/{community}/accounts"), body)
            .await
            .created();
        let id: AccountId = serde_json::from_value(made["id"].clone()).unwrap();
        self.sql(
            "UPDATE account SET payment_reference = 'Pay-88100', source = 'weconnectu', source_id = 'WCU-5150' WHERE id = $1",
            vec![id.into()],
        )
        .await;
        id
    }
    async fn claim(&self, account: AccountId, community: CommunityId, reference: &str) -> ClaimId {
        let id = ClaimId(uuid::Uuid::now_v7());
        self.sql(
            "INSERT INTO claim (id, account_id, community_id, reference, issued_on, amount_minor, state, is_disputed, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, 100, 'open', $6, $7, 1)",
            vec![
                id.into(),
                account.into(),
                community.into(),
                reference.into(),
                "2026-01-01".parse::<chrono::NaiveDate>().unwrap().into(),
                false.into(),
                chrono::Utc::now().into(),
            ],
        )
        .await;
        id
    }
}

both! {
    async fn a_customer_is_found_by_whatever_is_known_and_the_answer_says_by_what(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let thandi = app.thandi(acacia).await;
        app.account(acacia, "ACA0999", "Sipho Dlamini").await;
        use {Closeness as C, MatchKind as M};
        for (q, matched, closeness, value) in [
            ("aca0101", M::Reference, C::Exact, "ACA0101"),
            ("ACA01", M::Reference, C::Prefix, "ACA0101"),
            ("0101", M::Reference, C::Contains, "ACA0101"),
            ("pay-88100", M::PaymentReference, C::Exact, "Pay-88100"),
            ("PAY-881", M::PaymentReference, C::Prefix, "Pay-88100"),
            ("wcu-5150", M::SourceId, C::Exact, "WCU-5150"),
            ("thandi mokoena", M::Name, C::Exact, "Thandi Mokoéna"),
            ("THANDI M", M::Name, C::Prefix, "Thandi Mokoéna"),
            ("mokoéna", M::Name, C::Word, "Thandi Mokoéna"),
            ("koen", M::Name, C::Contains, "Thandi Mokoéna"),
            ("sunrise trust", M::Name, C::Exact, "Sunrise Trust"),
            ("mokoena c-77", M::Name, C::Contains, "Thandi Mokoéna"),
            ("c-77", M::Unit, C::Exact, "C-77"),
            ("c-7", M::Unit, C::Prefix, "C-77"),
            ("thandi@example.org", M::Email, C::Exact, "thandi@example.org"),
            ("thandi@", M::Email, C::Prefix, "thandi@example.org"),
            ("@example", M::Email, C::Contains, "thandi@example.org"),
        ] {
            assert_eq!(first(&agent, q).await, ("ACA0101".into(), matched, closeness, value.into()), "{q}");
        }
        let hit = find(&agent, "aca0101").await.hits.remove(0);
        assert_eq!((hit.what, hit.account_id, hit.name.as_deref()), (HitKind::Account, Some(thandi), Some("Thandi Mokoéna")));
        assert_eq!((hit.community_id, hit.unit_label.as_deref()), (acacia, Some("C-77")));
        assert_eq!(hit.customer_type, Some(CustomerType::Customer));
        for q in ["mokoena dlamini", "zz", "aca0102"] {
            assert!(found(&agent, q).await.is_empty(), "{q}");
        }
    }

    async fn a_number_is_found_in_any_spelling_and_by_its_last_digits(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        app.thandi(acacia).await;
        for q in [
            "0821234567", "082 123 4567", "(082) 123-4567", "+27 82 123 4567", "+27821234567", "0027 82 123 4567",
            "+27 (0)82 123 4567", "27821234567", "082/123.4567", "Cell: 082 123 4567",
        ] {
            assert_eq!(first(&agent, q).await, ("ACA0101".into(), MatchKind::Phone, Closeness::Exact, "+27821234567".into()), "{q}");
        }
        for q in ["123 4567", "23-45-67", "234567"] {
            assert_eq!(first(&agent, q).await.2, Closeness::Prefix, "{q}");
        }
        // A country Kept has no rules for: by the end, which is the number as dialled there.
        assert_eq!(first(&agent, "030 901820").await, ("ACA0101".into(), MatchKind::Phone, Closeness::Prefix, "+4930901820".into()));
        assert!(found(&agent, "0829999999").await.is_empty());
    }

    async fn the_best_come_first_and_no_more_than_twenty(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        app.account(acacia, "ZULU1", "Grace Mokoena").await;
        app.account(acacia, "MOKOENA", "Anna Abel").await;
        app.account(acacia, "ZULU2", "Mokoena Trust").await;
        app.account(acacia, "ZULU3", "Amokoenas Body").await;
        let answer = find(&agent, "mokoena").await;
        let order: Vec<&str> = answer.hits.iter().map(|h| h.reference.as_str()).collect();
        assert_eq!((order, answer.has_more), (vec!["MOKOENA", "ZULU2", "ZULU1", "ZULU3"], false));

        for n in 0..20 {
            app.account(acacia, &format!("BULK{n:02}"), &format!("Many {n:02}")).await;
        }
        let answer = find(&agent, "bulk").await;
        assert_eq!((answer.hits.len(), answer.has_more), (20, false));
        app.account(acacia, "BULK", "Last of all").await;
        let answer = find(&agent, "bulk").await;
        assert_eq!((answer.hits.len(), answer.has_more, answer.hits[0].reference.as_str()), (20, true, "BULK"));
        assert!(find(&agent, "many").await.hits.iter().all(|h| h.matched == MatchKind::Name));
    }

    async fn units_and_claims_are_found_by_those_who_may_see_them(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let thandi = app.thandi(acacia).await;
        let claim = app.claim(thandi, acacia, "Inv-2044").await;
        app.unit(acacia, "D-900").await;
        let hits = find(&agent, "c-77").await.hits;
        let kinds: Vec<HitKind> = hits.iter().map(|h| h.what).collect();
        assert_eq!(kinds, [HitKind::Account, HitKind::Unit]);
        assert_eq!((hits[1].account_id, hits[1].name.as_deref()), (Some(thandi), Some("Thandi Mokoéna")));
        let empty = find(&agent, "d-9").await.hits;
        assert_eq!((empty.len(), empty[0].what, empty[0].name.as_deref()), (1, HitKind::Unit, None));
        let hits = find(&agent, "INV-2044").await.hits;
        assert_eq!((hits[0].what, hits[0].claim_id, hits[0].account_id, hits[0].closeness), (HitKind::Claim, Some(claim), Some(thandi), Closeness::Exact));
        assert_eq!(first(&agent, "inv-20").await.2, Closeness::Prefix);

        // Without units:view and ledger:view neither exists.
        let id = app.agent(&[acacia]).await.id();
        let plain = app.register(app.organisation, id, UserType::Business, "Clerk", &[Permission::ViewAccounts], &[acacia]);
        let kinds: Vec<HitKind> = find(&plain, "c-77").await.hits.iter().map(|h| h.what).collect();
        assert_eq!(kinds, [HitKind::Account]);
        assert!(found(&plain, "inv-2044").await.is_empty());
        assert!(found(&plain, "d-900").await.is_empty());
    }

    async fn letters_beyond_ascii_are_found_on_both_databases(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let boss = app.superuser().await;
        app.unit(acacia, "ÉTOILE 12").await;
        let account = app.thandi(acacia).await;
        app.claim(account, acacia, "ÉTÉ-2026").await;
        for typed in ["ÉTOILE 12", "étoile", "etoile 1"] {
            let hit = find(&boss, typed).await.hits.into_iter().next().unwrap_or_else(|| panic!("nothing by {typed}"));
            assert_eq!((hit.what, hit.reference.as_str()), (HitKind::Unit, "ÉTOILE 12"), "{typed}");
        }
        assert_eq!(found(&boss, "ÉTÉ-20").await, ["ÉTÉ-2026"]);
        // An address that was found is not looked for among words; one that was not still is.
        assert_eq!(found(&boss, "thandi@example.org").await, ["ACA0101"]);
        assert_eq!(found(&boss, "example.org").await, ["ACA0101"]);
    }

    async fn nobody_finds_what_they_do_not_reach(app: TestApp) {
        let (acacia, baobab) = (app.community("ACACIA").await, app.community("BAOBAB").await);
        let thandi = app.thandi(acacia).await;
        app.claim(thandi, acacia, "INV-2044").await;
        let other = app.account(acacia, "ACA0102", "Thandi Zwane").await;
        app.account(baobab, "BAO0101", "Thandi Khumalo").await;
        let (here, elsewhere) = (app.agent(&[acacia]).await, app.agent(&[baobab]).await);
        let (ours, theirs) = (app.attorney(&[acacia]).await, app.attorney(&[acacia, baobab]).await);
        app.put_with(thandi, acacia, ours.id()).await;
        assert_eq!(found(&here, "thandi").await, ["ACA0101", "ACA0102"]);
        assert_eq!(found(&elsewhere, "thandi").await, ["BAO0101"]);
        assert_eq!(found(&ours, "thandi").await, ["ACA0101"]);
        for q in ["aca0101", "082 123 4567", "thandi@example.org", "pay-88100", "wcu-5150", "c-77", "inv-2044", "sunrise", "234567"] {
            assert!(found(&elsewhere, q).await.is_empty(), "{q}");
            assert!(found(&theirs, q).await.is_empty(), "{q}");
            assert!(!found(&ours, q).await.is_empty(), "{q}");
        }
        assert!(found(&ours, "aca0102").await.is_empty(), "{other}");
        app.trustee(&[acacia]).await.get("/search?q=thandi").await.problem(403, "permission-missing");
        assert!(found(&app.stranger().await, "thandi").await.is_empty());
    }

    async fn what_is_typed_is_text_and_has_limits(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        app.account(acacia, "A_1", "Per Cent").await;
        app.account(acacia, "AB1", "Other One").await;
        assert_eq!(found(&agent, "a_1").await, ["A_1"]);
        for q in ["%%", "__", "a%1", "\\\\", "' OR 1=1 --"] {
            assert!(found(&agent, q).await.is_empty(), "{q}");
        }
        for (q, code) in [("", "too_short"), ("?q=", "too_short"), ("?q=a", "too_short"), ("?q=%20a%20", "too_short")] {
            let problem = agent.get(format!("/search{q}")).await.problem(400, "query-malformed");
            assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), ("?q", code), "{q}");
        }
        let problem = agent.get(format!("/search?q={}", "x".repeat(201))).await.problem(400, "query-malformed");
        assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), ("?q", "too_long"));
        agent.get("/search?q=ab&sort=name").await.problem(400, "query-malformed");
        assert!(found(&agent, &"x".repeat(200)).await.is_empty());
    }
}
