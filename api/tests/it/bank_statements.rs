//! Bank statements over HTTP: upload, matching, confirming, undoing, duplicates, tables, and who may.

mod files;
mod once;

use crate::both;
use crate::kit::{Actor, Reply, TestApp};
use crate::kit_ledger::entry;
use actix_web::http::Method;
use kept_shared::bank_statements::*;
use kept_shared::ids::*;
use kept_shared::ledger::EntryType;
use kept_shared::page::Page;
use serde_json::{Value, json};

/// One line of an MT940 made by a test: day of November, amount, sign, the bank's id, what it says.
pub type Made<'a> = (u32, &'a str, char, &'a str, &'a str);

/// An MT940 that balances.
pub fn mt940(account: &str, number: u32, opening: i64, lines: &[Made<'_>]) -> String {
    let plain = |minor: i64| format!("{},{:02}", minor.abs() / 100, minor.abs() % 100);
    let sign = |minor: i64| if minor < 0 { 'D' } else { 'C' };
    let mut text = format!(
        ":20:S{number}\n:25:{account}\n:28C:{number}/1\n:60F:{}261101ZAR{}\n",
        sign(opening),
        plain(opening)
    );
    let mut closing = opening;
    for (day, amount, mark, id, said) in lines {
        let minor: i64 = amount.replace(',', "").parse().unwrap();
        closing += if *mark == 'C' { minor } else { -minor };
        text.push_str(&format!(
            ":61:2611{day:02}11{day:02}{mark}{amount}NTRFNONREF//{id}\n:86:{said}\n"
        ));
    }
    text.push_str(&format!(":62F:{}261130ZAR{}\n-\n", sign(closing), plain(closing)));
    text
}

pub async fn upload(by: &Actor<'_>, to: Option<CommunityId>, name: &str, bytes: &[u8]) -> Reply {
    let id = to.map(|id| id.to_string()).unwrap_or_default();
    by.ask(Method::POST, "/bank-files")
        .upload(
            &[("community_id", &id)],
            ("file", name, "application/octet-stream", bytes),
        )
        .send()
        .await
}

pub async fn order(by: &Actor<'_>, path: String, body: Value) -> Reply {
    by.ask(Method::POST, path)
        .key(&uuid::Uuid::now_v7().to_string())
        .json(body)
        .send()
        .await
}

/// Confirms what the statement proposes now.
pub async fn confirm(by: &Actor<'_>, id: BankStatementId, body: Value) -> Reply {
    confirm_as_seen(by, id, statement(by, id).await.version, body).await
}

/// Confirms what a version of the statement proposed.
pub async fn confirm_as_seen(by: &Actor<'_>, id: BankStatementId, version: i64, body: Value) -> Reply {
    by.ask(Method::POST, format!("/bank-statements/{id}/confirm"))
        .key(&uuid::Uuid::now_v7().to_string())
        .if_match(version)
        .json(body)
        .send()
        .await
}

pub async fn statement(by: &Actor<'_>, id: BankStatementId) -> BankStatement {
    by.get(format!("/bank-statements/{id}")).await.expect(200)
}

pub async fn lines(by: &Actor<'_>, id: BankStatementId) -> Vec<BankLine> {
    let page: Page<BankLine> = by
        .get(format!("/bank-statements/{id}/lines?limit=200"))
        .await
        .expect(200);
    page.items
}

/// Uploads a file of one statement and has it matched.
pub async fn taken(app: &TestApp, by: &Actor<'_>, to: Option<CommunityId>, text: &str) -> BankStatementId {
    let file: BankFile = upload(by, to, "november.sta", text.as_bytes()).await.expect(201);
    app.run_jobs().await;
    assert_eq!(file.statements.len(), 1, "{file:?}");
    file.statements[0]
}

pub async fn balance(by: &Actor<'_>, account: AccountId) -> String {
    let card = by.get(format!("/accounts/{account}")).await.ok();
    card["balance"]["total"]["amount"]
        .as_str()
        .unwrap_or_else(|| panic!("{card}"))
        .to_owned()
}

pub struct Book {
    pub community: CommunityId,
    /// RV0012 Mokoena, RV0013 Naidoo, RV0014 Botha: each owes 1 850.00 since October.
    pub accounts: Vec<AccountId>,
}

pub async fn book(app: &TestApp) -> Book {
    let community = app.community("RIDGE").await;
    let mut accounts = vec![];
    for (reference, name) in [
        ("RV0012", "Thabo Mokoena"),
        ("RV0013", "Priya Naidoo"),
        ("RV0014", "Jan Botha"),
    ] {
        let id = app.account(community, reference, name).await;
        app.post(vec![entry(id, EntryType::Invoice, "2026-10-01", 1_850_00)], vec![])
            .await
            .unwrap();
        accounts.push(id);
    }
    Book { community, accounts }
}

const LINES: [Made<'static>; 6] = [
    (2, "1850,00", 'C', "B1", "EFT RV0012 levy"),
    (3, "1850,00", 'C', "B2", "RV0013 and RV0014"),
    (3, "45,50", 'D', "B3", "MONTHLY ACC FEE"),
    (4, "900,00", 'C', "B4", "RV0014"),
    (5, "12,00", 'C', "B5", "no idea"),
    (6, "300,00", 'D', "B6", "Plumber"),
];

both! {
    async fn a_statement_is_matched_confirmed_and_undone(app: TestApp) {
        let book = book(&app).await;
        let by = app.manager(&[book.community]).await;
        let id = taken(&app, &by, None, &mt940("62001234567", 7, 1_000_00, &LINES)).await;
        let s = statement(&by, id).await;
        assert_eq!((s.state, s.check, s.account.as_str(), s.number.as_deref()), (StatementState::Open, BalanceCheck::Balances, "62001234567", Some("7/1")));
        assert_eq!((s.progress.certain, s.progress.unmatched, s.waiting.to_plain()), (2, 4, "4612.00".into()));
        let all = lines(&by, id).await;
        assert_eq!(all.iter().map(|l| l.state.as_str()).collect::<Vec<_>>(), ["suggested", "unmatched", "unmatched", "suggested", "unmatched", "unmatched"]);
        assert_eq!(all[1].account_id, None, "two customers named: a person chooses");
        assert!(all[1].candidates.iter().take(2).all(|c| c.reasons.contains(&MatchReason::AccountReference)));
        assert_eq!((all[2].hint, all[5].hint), (Some(IgnoreReason::BankFee), Some(IgnoreReason::Outgoing)));
        assert_eq!(all[0].candidates[0].reasons, [MatchReason::AccountReference, MatchReason::Amount]);
        assert_eq!(all[0].candidates[0].owed.to_plain(), "1850.00");

        // All of a confidence, asked twice with the same key: posted once.
        let certain = json!({ "confidence": "certain" });
        let path = format!("/bank-statements/{id}/confirm");
        let ask = || by.ask(Method::POST, path.clone()).key("once").if_match(s.version).json(certain.clone());
        let done: LinesConfirmed = ask().send().await.expect(200);
        assert_eq!((done.lines, done.total.to_plain(), done.left), (2, "2750.00".into(), 0));
        assert_eq!(ask().send().await.expect::<LinesConfirmed>(200), done);
        assert_eq!(balance(&by, book.accounts[0]).await, "0.00");
        assert_eq!(balance(&by, book.accounts[2]).await, "950.00");
        confirm(&by, id, json!({ "lines": [all[0].id] })).await.problem(422, "not-acceptable");
        confirm(&by, id, json!({ "confidence": "possible" })).await.problem(422, "not-acceptable");

        // A line split by hand, one left out, the rest left out together.
        let assign = format!("/bank-lines/{}/assign", all[1].id);
        // Undone by itself it is proposed again, and can be confirmed again: reversed once, posted twice.
        let undo = |reason: &str| json!({ "reason": reason });
        let line: BankLine = order(&by, format!("/bank-lines/{}/undo", all[0].id), undo("Wrong day")).await.expect(200);
        assert_eq!((line.state, line.postings.len(), line.account_id), (LineState::Suggested, 0, Some(book.accounts[0])));
        assert_eq!(balance(&by, book.accounts[0]).await, "1850.00");
        order(&by, format!("/bank-lines/{}/undo", all[0].id), undo("Wrong day")).await.problem(409, "state-forbids");
        order(&by, format!("/bank-lines/{}/undo", all[0].id), undo(" ")).await.problem(422, "not-acceptable");
        let done: LinesConfirmed = confirm(&by, id, json!({ "lines": [all[0].id] })).await.expect(200);
        assert_eq!((done.lines, balance(&by, book.accounts[0]).await), (1, "0.00".into()));
        let part = |account: AccountId, amount: &str| json!({ "account_id": account, "amount": { "amount": amount, "currency": "ZAR" } });
        let wrong = order(&by, assign.clone(), json!({ "parts": [part(book.accounts[1], "1000.00")] })).await;
        assert!(wrong.problem(422, "not-acceptable").flaw("/parts").is_some());
        let split = json!({ "parts": [part(book.accounts[1], "1000.00"), part(book.accounts[2], "850.00")] });
        let line: BankLine = order(&by, assign.clone(), split.clone()).await.expect(200);
        assert_eq!((line.state, line.postings.len()), (LineState::Confirmed, 2));
        order(&by, assign, split).await.problem(409, "state-forbids");
        assert_eq!((balance(&by, book.accounts[1]).await, balance(&by, book.accounts[2]).await), ("850.00".into(), "100.00".into()));
        let ignore = json!({ "lines": [all[2].id, all[5].id, all[4].id], "reason": "bank_fee", "note": "May" });
        let s: BankStatement = order(&by, format!("/bank-statements/{id}/ignore"), ignore.clone()).await.expect(200);
        assert_eq!((s.state, s.progress.confirmed, s.progress.ignored), (StatementState::Done, 3, 3));
        order(&by, format!("/bank-statements/{id}/ignore"), ignore).await.problem(409, "state-forbids");
        let s: BankStatement = order(&by, format!("/bank-statements/{id}/restore"), json!({ "lines": [all[4].id] })).await.expect(200);
        assert_eq!(s.state, StatementState::Matching);
        app.run_jobs().await;
        assert_eq!(statement(&by, id).await.progress.unmatched, 1);

        // Undone: as if it had never been, and the history says that it was.
        let undo = json!({ "reason": "Wrong month" });
        let s: BankStatement = order(&by, format!("/bank-statements/{id}/undo"), undo.clone()).await.expect(200);
        assert_eq!((s.state, s.progress.undone, s.undone_reason.as_deref()), (StatementState::Undone, 6, Some("Wrong month")));
        for account in &book.accounts {
            assert_eq!(balance(&by, *account).await, "1850.00");
        }
        order(&by, format!("/bank-statements/{id}/undo"), undo).await.problem(409, "state-forbids");
        assert!(app.faults().await.is_empty());
        let moved = by.get(format!("/accounts/{}/movements", book.accounts[0])).await.ok();
        assert_eq!(moved["items"].as_array().unwrap().len(), 5, "{moved}");

        // And the file may come again.
        let again = taken(&app, &by, None, &mt940("62001234567", 7, 1_000_00, &LINES)).await;
        assert_eq!(statement(&by, again).await.progress.certain, 2);
    }

    async fn what_is_in_the_book_is_not_taken_twice(app: TestApp) {
        let book = book(&app).await;
        let by = app.manager(&[book.community]).await;
        let first = mt940("62001", 0, 0, &LINES);
        let id = taken(&app, &by, None, &first).await;
        // The same file; the same statement in other words; overlapping days.
        let known = upload(&by, None, "again.sta", first.as_bytes()).await.problem(409, "already-exists");
        assert_eq!((known.errors[0].code.as_str(), known.errors[0].params["statement"].as_str()), ("file_known", id.to_string().as_str()));
        let other = first.replace(":20:S0", ":20:OTHER");
        assert_eq!(upload(&by, None, "again.sta", other.as_bytes()).await.problem(409, "already-exists").errors[0].code, "statement_known");
        let mut more = LINES.to_vec();
        more.push((9, "1850,00", 'C', "B9", "RV0013"));
        let second = taken(&app, &by, None, &mt940("62001", 0, 0, &more)).await;
        let s = statement(&by, second).await;
        assert_eq!((s.progress.ignored, s.progress.certain, s.remarks["duplicate_lines"]), (6, 1, 6));
        // What was left out as the same comes to life when the first is undone.
        order(&by, format!("/bank-statements/{id}/undo"), json!({ "reason": "Twice" })).await.ok();
        app.run_jobs().await;
        let s = statement(&by, second).await;
        assert_eq!((s.progress.ignored, s.progress.certain, s.progress.unmatched), (0, 3, 4));
    }

    async fn equal_lines_within_a_statement_are_two(app: TestApp) {
        let book = book(&app).await;
        let by = app.manager(&[book.community]).await;
        let twice: [Made<'_>; 2] = [(2, "10,00", 'C', "", "RV0012"), (2, "10,00", 'C', "", "RV0012")];
        let id = taken(&app, &by, None, &mt940("62001", 0, 0, &twice)).await;
        assert_eq!(statement(&by, id).await.progress.certain, 2);
        // A numbered statement that follows a numbered one, both balancing, brings lines of its own.
        let one = taken(&app, &by, None, &mt940("62002", 1, 0, &twice)).await;
        let two = taken(&app, &by, None, &mt940("62002", 2, 20_00, &twice)).await;
        assert_eq!((statement(&by, one).await.progress.certain, statement(&by, two).await.progress.certain), (2, 2));
    }

    async fn a_returned_debit_order_takes_its_payment_back(app: TestApp) {
        let book = book(&app).await;
        let by = app.manager(&[book.community]).await;
        let paid = taken(&app, &by, None, &mt940("62001", 1, 0, &LINES[..1])).await;
        confirm(&by, paid, json!({ "confidence": "certain" })).await.ok();
        assert_eq!(balance(&by, book.accounts[0]).await, "0.00");
        let back: [Made<'_>; 1] = [(12, "1850,00", 'D', "R1", "UNPAID RV0012 insufficient funds")];
        let id = taken(&app, &by, None, &mt940("62001", 2, 1_850_00, &back)).await;
        let all = lines(&by, id).await;
        assert_eq!((all[0].state, all[0].confidence), (LineState::Suggested, Some(Confidence::Certain)), "{all:?}");
        assert!(all[0].candidates[0].reverses.is_some());
        let done: LinesConfirmed = confirm(&by, id, json!({ "lines": [all[0].id] })).await.expect(200);
        assert_eq!(done.total.to_plain(), "-1850.00");
        assert_eq!(balance(&by, book.accounts[0]).await, "1850.00");
        let types = app.number("SELECT COUNT(*) AS n FROM entry WHERE type = 'chargeback'", vec![]).await;
        assert_eq!(types, 1);
        // Undone, the payment counts again.
        order(&by, format!("/bank-statements/{id}/undo"), json!({ "reason": "Bank's mistake" })).await.ok();
        assert_eq!(balance(&by, book.accounts[0]).await, "0.00");
        assert!(app.faults().await.is_empty());
    }

    async fn the_payer_of_an_earlier_line_is_remembered(app: TestApp) {
        let book = book(&app).await;
        let by = app.manager(&[book.community]).await;
        let line = |number: u32, id: &str| mt940("62001", number, 0, &[(2 + number, "20,00", 'C', id, "GB82WEST12345698765432 somebody")]);
        let first = taken(&app, &by, None, &line(1, "P1")).await;
        let all = lines(&by, first).await;
        assert_eq!((all[0].state, all[0].counterparty_account.as_deref()), (LineState::Unmatched, Some("GB82WEST12345698765432")));
        let part = json!({ "account_id": book.accounts[1], "amount": { "amount": "20.00", "currency": "ZAR" } });
        order(&by, format!("/bank-lines/{}/assign", all[0].id), json!({ "parts": [part] })).await.ok();
        let second = taken(&app, &by, None, &line(2, "P2")).await;
        let all = lines(&by, second).await;
        assert_eq!((all[0].account_id, all[0].confidence), (Some(book.accounts[1]), Some(Confidence::Likely)));
        assert_eq!(all[0].candidates[0].reasons, [MatchReason::Learned]);
    }

    async fn an_account_belongs_to_one_community_and_is_remembered(app: TestApp) {
        let book = book(&app).await;
        let other = app.community("OTHER").await;
        let boss = app.superuser().await;
        let text = |n: u32| mt940("62009", n, 0, &[(2, "10,00", 'C', &format!("X{n}"), "RV0012")]);
        let asked = upload(&boss, None, "a.sta", text(1).as_bytes()).await.problem(422, "not-acceptable");
        let flaw = asked.flaw("/community_id").unwrap();
        assert_eq!((flaw.code.as_str(), flaw.params["account"].as_str()), ("community_needed", "62009"));
        assert_eq!(flaw.params.get("suggested"), None);
        let id = taken(&app, &boss, Some(book.community), &text(1)).await;
        taken(&app, &boss, None, &text(2)).await;
        assert_eq!(upload(&boss, Some(other), "a.sta", text(3).as_bytes()).await.problem(422, "not-acceptable").errors[0].code, "account_of_another");
        let accounts: Vec<BankAccount> = boss.get("/bank-accounts").await.expect(200);
        assert_eq!((accounts.len(), accounts[0].number.as_str(), accounts[0].community_id), (1, "62009", book.community));
        // Who works elsewhere reaches none of it, and cannot take the account over.
        let elsewhere = app.manager(&[other]).await;
        assert_eq!(upload(&elsewhere, None, "a.sta", text(3).as_bytes()).await.problem(422, "not-acceptable").errors[0].code, "account_elsewhere");
        elsewhere.get(format!("/bank-statements/{id}")).await.problem(404, "not-found");
        elsewhere.get(format!("/bank-statements/{id}/lines")).await.problem(404, "not-found");
        order(&elsewhere, format!("/bank-statements/{id}/undo"), json!({ "reason": "Mine" })).await.problem(404, "not-found");
        let line = lines(&boss, id).await[0].id;
        order(&elsewhere, format!("/bank-lines/{line}/assign"), json!({ "parts": [] })).await.problem(404, "not-found");
        let page: Page<BankStatement> = elsewhere.get("/bank-statements").await.expect(200);
        assert!(page.items.is_empty());
        // A customer of another community is no customer of this bank account.
        let stranger = app.account(other, "ZZ1", "Zola Zulu").await;
        let part = json!({ "account_id": stranger, "amount": { "amount": "10.00", "currency": "ZAR" } });
        let refused = order(&boss, format!("/bank-lines/{line}/assign"), json!({ "parts": [part] })).await.problem(422, "not-acceptable");
        assert_eq!(refused.errors[0].pointer, "/parts/0/account_id");
        for nobody in [app.attorney(&[book.community]).await, app.trustee(&[book.community]).await] {
            nobody.get("/bank-statements").await.problem(403, "permission-missing");
            upload(&nobody, None, "a.sta", text(4).as_bytes()).await.problem(403, "permission-missing");
        }
    }

    async fn two_people_confirming_at_once_post_once(app: TestApp) {
        let book = book(&app).await;
        let (a, b) = (app.manager(&[book.community]).await, app.manager(&[book.community]).await);
        let id = taken(&app, &a, None, &mt940("62001", 1, 0, &LINES[..1])).await;
        let line = lines(&a, id).await[0].id;
        let version = statement(&a, id).await.version;
        let one = json!({ "lines": [line] });
        let (x, y) = futures_util::join!(confirm_as_seen(&a, id, version, one.clone()), confirm_as_seen(&b, id, version, one));
        assert_eq!([&x, &y].iter().filter(|r| r.is_success()).count(), 1, "{} {}", x.text(), y.text());
        assert_eq!(balance(&a, book.accounts[0]).await, "0.00");
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM entry WHERE type = 'payment'", vec![]).await, 1);
    }
}
