//! Notifications: told inside a transaction, one's own, read once.

use crate::both;
use kept_api::kernel::{NoContent, Subject};
use kept_api::notifications::tell;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::notifications::Notice;
use serde_json::json;

both! {
    async fn what_somebody_is_told_is_his_alone_and_read_when_he_says_so(app: TestApp) {
        let c = app.community("A").await;
        let (one, two) = (app.agent(&[c]).await, app.agent(&[c]).await);
        for n in 0..3 {
            let tx = app.kernel.write_in(app.organisation, "test").await.unwrap();
            let notice = Notice::LedgerReportReady { report: LedgerReportId(uuid::Uuid::now_v7()), customers: n, lines: 7 };
            tell(&tx, one.id(), &notice).await.unwrap();
            let event = Event::JobDone { kind: "test".into() };
            tx.finish(Subject::organisation(app.organisation), event, NoContent).await.unwrap();
        }
        let unread = async |who: &crate::kit::Actor<'_>| who.get("/notifications/summary").await.ok()["unread"].as_u64().unwrap();
        assert_eq!((unread(&one).await, unread(&two).await), (3, 0));
        let first = one.get("/notifications?limit=2").await.ok();
        assert_eq!(first["items"].as_array().unwrap().len(), 2);
        assert_eq!(first["items"][0]["notice"]["what"], "ledger_report_ready");
        assert_eq!(first["items"][0]["notice"]["customers"], 2, "newest first");
        let rest = one.get(format!("/notifications?limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).await.ok();
        assert_eq!(rest["items"].as_array().unwrap().len(), 1);
        assert_eq!(two.get("/notifications").await.ok()["items"], json!([]));
        // Somebody else's is not touched, and nothing is told of it.
        let (newest, middle) = (first["items"][0]["id"].clone(), first["items"][1]["id"].clone());
        two.post("/notifications/read", json!({ "up_to": newest })).await.ok();
        assert_eq!(unread(&one).await, 3);
        assert_eq!(one.post("/notifications/read", json!({ "up_to": newest, "only": true })).await.ok()["unread"], 2);
        assert_eq!(one.post("/notifications/read", json!({ "up_to": middle })).await.ok()["unread"], 0);
        assert_eq!(one.get("/notifications").await.ok()["items"][2]["is_read"], true);
        one.post("/notifications/read", json!({ "up_to": "x" })).await.problem(400, "body-malformed");
    }
}
