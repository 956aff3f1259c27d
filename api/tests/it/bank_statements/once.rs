//! Two at once, and what changed between looking and deciding: each line posts once, and only what the person saw.

use super::{LINES, Made, balance, book, confirm, confirm_as_seen, lines, mt940, order, statement, taken, upload};
use crate::both;
use kept_shared::bank_statements::*;
use serde_json::json;

both! {
    async fn a_file_brought_twice_at_once_is_taken_once(app: TestApp) {
        let book = book(&app).await;
        let (a, b) = (app.manager(&[book.community]).await, app.manager(&[book.community]).await);
        // The first of an account nobody knows, and one of a known account.
        for number in [1, 2] {
            let text = mt940("62001", number, 0, &[(2, "10,00", 'C', &format!("X{number}"), "RV0012")]);
            let (x, y) = futures_util::join!(upload(&a, None, "a.sta", text.as_bytes()), upload(&b, None, "b.sta", text.as_bytes()));
            let (good, bad) = if x.is_success() { (x, y) } else { (y, x) };
            let file: BankFile = good.expect(201);
            let known = bad.problem(409, "already-exists");
            assert_eq!(known.errors[0].params["statement"], file.statements[0].to_string());
            assert_eq!(app.number("SELECT COUNT(*) AS n FROM bank_statement", vec![]).await, i64::from(number));
            assert_eq!(app.number("SELECT COUNT(*) AS n FROM bank_line", vec![]).await, i64::from(number));
        }
        // The database itself keeps it so.
        assert_eq!(app.number("SELECT COUNT(DISTINCT fingerprint) AS n FROM bank_statement WHERE state <> 'undone'", vec![]).await, 2);
    }

    async fn only_what_was_seen_is_confirmed(app: TestApp) {
        let book = book(&app).await;
        let by = app.manager(&[book.community]).await;
        let id = taken(&app, &by, None, &mt940("62001", 1, 0, &LINES[..1])).await;
        let all = json!({ "confidence": "certain" });
        order(&by, format!("/bank-statements/{id}/confirm"), all.clone()).await.problem(428, "if-match-missing");
        let seen = statement(&by, id).await.version;
        // Matched anew meanwhile, with another customer for the same line.
        app.sql("UPDATE account SET reference = 'OLD' WHERE id = $1", vec![book.accounts[0].into()]).await;
        app.sql("UPDATE account SET reference = 'RV0012' WHERE id = $1", vec![book.accounts[1].into()]).await;
        order(&by, format!("/bank-statements/{id}/match"), json!({})).await.expect::<BankStatement>(202);
        app.run_jobs().await;
        assert_eq!(lines(&by, id).await[0].account_id, Some(book.accounts[1]));
        confirm_as_seen(&by, id, seen, all.clone()).await.problem(412, "changed-meanwhile");
        confirm_as_seen(&by, id, seen, json!({ "lines": [lines(&by, id).await[0].id] })).await.problem(412, "changed-meanwhile");
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM entry WHERE type = 'payment'", vec![]).await, 0);
        confirm(&by, id, all).await.ok();
        assert_eq!((balance(&by, book.accounts[0]).await, balance(&by, book.accounts[1]).await), ("1850.00".into(), "0.00".into()));
    }

    async fn a_payment_is_taken_back_by_one_line(app: TestApp) {
        let book = book(&app).await;
        let by = app.manager(&[book.community]).await;
        let paid: [Made<'_>; 2] = [(2, "1850,00", 'C', "P1", "RV0012"), (9, "1850,00", 'C', "P2", "RV0012")];
        let first = taken(&app, &by, None, &mt940("62001", 1, 0, &paid)).await;
        confirm(&by, first, json!({ "confidence": "certain" })).await.ok();
        assert_eq!(balance(&by, book.accounts[0]).await, "-1850.00");
        let back: [Made<'_>; 3] = [
            (12, "1850,00", 'D', "R1", "UNPAID RV0012"),
            (13, "1850,00", 'D', "R2", "UNPAID RV0012"),
            (14, "1850,00", 'D', "R3", "UNPAID RV0012"),
        ];
        let id = taken(&app, &by, None, &mt940("62001", 2, 3_700_00, &back)).await;
        let other = taken(&app, &by, None, &mt940("62001", 3, 0, &[(15, "1850,00", 'D', "R4", "UNPAID RV0012")])).await;
        let all = lines(&by, id).await;
        let states: Vec<_> = all.iter().map(|l| l.state.as_str()).collect();
        assert_eq!(states, ["suggested", "suggested", "unmatched"], "two payments, two lines");
        assert_ne!(all[0].candidates[0].reverses, all[1].candidates[0].reverses);
        // Proposed before another statement's line was decided, or twice all the same: said at the line.
        let copy = "UPDATE bank_line SET candidates = (SELECT candidates FROM bank_line b WHERE b.id = $1) WHERE id = $2";
        let kept = json!(app.number("SELECT COUNT(*) AS n FROM entry", vec![]).await);
        app.sql(
            "UPDATE bank_line SET state = 'suggested', confidence = 'certain', account_id = $1 WHERE id = $2",
            vec![book.accounts[0].into(), all[2].id.into()],
        ).await;
        app.sql(copy, vec![all[0].id.into(), all[2].id.into()]).await;
        let twice = confirm(&by, id, json!({ "lines": [all[0].id, all[1].id, all[2].id] })).await.problem(422, "not-acceptable");
        assert_eq!((twice.errors.len(), twice.errors[0].pointer.as_str(), twice.errors[0].code.as_str()), (1, "/lines/2", "returned_twice"));
        assert_eq!(json!(app.number("SELECT COUNT(*) AS n FROM entry", vec![]).await), kept);
        let done: LinesConfirmed = confirm(&by, id, json!({ "lines": [all[0].id, all[1].id] })).await.expect(200);
        assert_eq!((done.total.to_plain(), balance(&by, book.accounts[0]).await), ("-3700.00".into(), "1850.00".into()));
        let late = confirm(&by, other, json!({ "confidence": "certain" })).await.problem(422, "not-acceptable");
        assert_eq!((late.errors[0].pointer.as_str(), late.errors[0].code.as_str()), ("/lines/0", "reversed_already"));
    }

    async fn two_decisions_on_the_same_customers_take_turns(app: TestApp) {
        let book = book(&app).await;
        let (a, b) = (app.manager(&[book.community]).await, app.manager(&[book.community]).await);
        let references = ["RV0012", "RV0013"];
        for round in 0..4_u32 {
            let made = |number: u32, pay: &'static str, back: &'static str| {
                let (x, y, back) = (format!("C{number}"), format!("D{number}"), format!("UNPAID {back}"));
                mt940("62001", 10 * round + number, 0, &[(14, "10,00", 'C', &x, pay), (15, "1850,00", 'D', &y, &back)])
            };
            let paid: Vec<String> = references.iter().map(|r| format!("P{round}{r}")).collect();
            let rows: Vec<Made<'_>> = references.iter().zip(&paid).map(|(r, id)| (2, "1850,00", 'C', id.as_str(), *r)).collect();
            let first = taken(&app, &a, None, &mt940("62001", 10 * round + 1, 0, &rows)).await;
            confirm(&a, first, json!({ "confidence": "certain" })).await.ok();
            // Each pays for one and takes back from the other: crosswise.
            let one = taken(&app, &a, None, &made(2, "RV0012", "RV0013")).await;
            let two = taken(&app, &a, None, &made(3, "RV0013", "RV0012")).await;
            let (x, y) = futures_util::join!(
                confirm(&a, one, json!({ "confidence": "certain" })),
                confirm(&b, two, json!({ "confidence": "certain" }))
            );
            assert!(x.is_success() && y.is_success(), "{} {}", x.text(), y.text());
            let undo = |by, id| order(by, format!("/bank-statements/{id}/undo"), json!({ "reason": "Again" }));
            let (x, y) = futures_util::join!(undo(&a, one), undo(&b, two));
            assert!(x.is_success() && y.is_success(), "{} {}", x.text(), y.text());
        }
        assert!(app.faults().await.is_empty());
    }

    async fn a_payer_of_many_is_remembered_for_the_latest(app: TestApp) {
        let mut book = book(&app).await;
        book.accounts.push(app.account(book.community, "RV0015", "Zinhle Khumalo").await);
        let by = app.manager(&[book.community]).await;
        for (number, account) in (1_u32..).zip(&book.accounts) {
            let text = mt940("62001", number, 0, &[(1 + number, "20,00", 'C', &format!("P{number}"), "GB82WEST12345698765432 somebody")]);
            let id = taken(&app, &by, None, &text).await;
            let part = json!({ "account_id": account, "amount": { "amount": "20.00", "currency": "ZAR" } });
            order(&by, format!("/bank-lines/{}/assign", lines(&by, id).await[0].id), json!({ "parts": [part] })).await.ok();
            app.sql("UPDATE bank_line SET decided_at = $1 WHERE statement_id = $2", vec![(chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(number.into())).into(), id.into()]).await;
        }
        let id = taken(&app, &by, None, &mt940("62001", 9, 0, &[(20, "30,00", 'C', "P9", "GB82WEST12345698765432 somebody")])).await;
        let proposed: Vec<_> = lines(&by, id).await[0].candidates.iter().map(|c| c.account_id).collect();
        assert_eq!(proposed, [book.accounts[3], book.accounts[2]], "the third of them weighs too little to be said");
    }

    async fn what_statements_ask_to_pay_under_is_understood(app: TestApp) {
        let book = book(&app).await;
        let by = app.manager(&[book.community]).await;
        app.sql("UPDATE account SET payment_reference = 'PAY774412' WHERE id = $1", vec![book.accounts[1].into()]).await;
        let rows: [Made<'_>; 2] = [(2, "20,00", 'C', "A", "EFT PAY774412"), (3, "20,00", 'C', "B", "RV0013")];
        let id = taken(&app, &by, None, &mt940("62001", 1, 0, &rows)).await;
        for line in lines(&by, id).await {
            assert_eq!((line.account_id, line.confidence), (Some(book.accounts[1]), Some(Confidence::Certain)), "{line:?}");
            assert_eq!(line.candidates[0].reasons, [MatchReason::AccountReference]);
        }
    }
}
