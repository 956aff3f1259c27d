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
    async fn who_may_not_is_not_told_what_is_wrong_with_the_request(app: TestApp) {
        let trustee = app.trustee(&[app.community("ACACIA").await]).await;
        for broken in ["{", "[]", r#"{"nothing": 1}"#] {
            let reply = trustee.ask(Method::POST, "/communities").body("application/json", broken).send().await;
            reply.problem(403, "permission-missing");
        }
        trustee.ask(Method::PUT, "/units/not-an-id").json(json!({})).send().await.problem(403, "permission-missing");
        trustee.get("/users?nonsense=1").await.problem(403, "permission-missing");
    }
}
