//! What the kernel answers when no feature is involved.

use crate::both;
use actix_web::http::Method;
use serde_json::json;

both! {
    async fn unknown_addresses_are_problems_and_say_nothing_else(app: TestApp) {
        app.anonymous().get("/api/v1/nothing-here").await.problem(404, "not-found");
        app.anonymous().ask(Method::DELETE, "/healthz").send().await.problem(405, "method-not-allowed");
        let reply = app.anonymous().get("/healthz").await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(reply.header("content-security-policy").is_some_and(|p| p.contains("default-src 'none'")));
    }
    async fn a_request_id_comes_back_but_only_a_plain_one(app: TestApp) {
        let plain = app.anonymous().ask(Method::GET, "/healthz").header("x-request-id", "abcdef-0123").send().await;
        assert_eq!(plain.header("x-request-id"), Some("abcdef-0123"));
        let forged = app.anonymous().ask(Method::GET, "/healthz").header("x-request-id", "a b=c level=ERROR").send().await;
        assert_ne!(forged.header("x-request-id"), Some("a b=c level=ERROR"));
    }
    async fn the_journal_cannot_be_changed_even_by_hand(app: TestApp) {
        let tx = app.write().await;
        let refused = tx
            .execute(kept_api::kernel::Limit::Unscoped("test"), "UPDATE event SET actor_name = 'x'", vec![])
            .await;
        assert!(refused.is_err());
    }
    async fn what_cannot_be_read_is_told_by_its_place_and_not_in_the_parsers_words(app: TestApp) {
        let boss = app.superuser().await;
        for (body, pointer, code) in [
            (r#"{"name": 5}"#, "/name", "malformed"),
            (r#"{"name": "Owners", "naam": 1}"#, "/naam", "unknown_field"),
            ("{}", "/name", "required"),
            (r#"{"name": "#, "/name", "malformed"),
        ] {
            let reply = boss.ask(Method::POST, "/customer-groups").body("application/json", body).send().await;
            let problem = reply.problem(400, "body-malformed");
            assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), (pointer, code), "{body}");
            assert!(!["invalid", "line 1", "column", "struct", "EOF", "integer"].iter().any(|word| reply.text().contains(word)), "{}", reply.text());
        }
        let query = boss.get("/accounts?limit=ten").await;
        assert_eq!(query.problem(400, "query-malformed").errors[0].pointer, "?limit");
        assert!(!query.text().contains("digit"), "{}", query.text());
        let misspelt = boss.get("/accounts?lmit=10").await;
        assert_eq!(misspelt.problem(400, "query-malformed").errors[0].pointer, "?lmit");
        assert!(!misspelt.text().contains("expected"), "{}", misspelt.text());
        let path = boss.get("/accounts/not-an-id").await;
        assert_eq!(path.problem(400, "path-malformed").errors, []);
        assert!(!path.text().contains("UUID"), "{}", path.text());
    }
    async fn who_may_not_is_not_told_what_is_wrong_with_the_request(app: TestApp) {
        let trustee = app.trustee(&[app.community("ACACIA").await]).await;
        for broken in ["{", "[]", r#"{"nothing": 1}"#] {
            let reply = trustee.ask(Method::POST, "/communities").body("application/json", broken).send().await;
            reply.problem(403, "permission-missing");
        }
        trustee.ask(Method::PUT, "/units/not-an-id").json(json!({})).send().await.problem(403, "permission-missing");
        trustee.get("/users?nonsense=1").await.problem(403, "permission-missing");
    }
    async fn a_search_text_has_a_longest_length_everywhere(app: TestApp) {
        let boss = app.superuser().await;
        let fits = "%C3%A9".repeat(200);
        for list in ["handovers", "users", "communities", "inbox", "accounts", "units"] {
            boss.get(format!("/{list}?q={fits}")).await.ok();
            let reply = boss.get(format!("/{list}?q={fits}x")).await;
            assert_eq!(reply.problem(400, "query-malformed").flaw("?q").unwrap().code, "too_long", "{list}");
        }
    }
}
