//! The workbook of units: downloaded, edited, looked at, written.

use crate::both;
use crate::kit::{Actor, Reply};
use kept_shared::ids::*;
use kept_shared::imports::Verdict;
use kept_shared::unit_sheet::{SheetColumn, SheetPreview, SheetWritten};
use serde_json::json;

const CSV: &str = "text/csv";

fn path(community: CommunityId) -> String {
    format!("/communities/{community}/unit-sheet")
}

async fn look(by: &Actor<'_>, community: CommunityId, file: (&str, &str, &[u8])) -> Reply {
    let ask = by.ask(actix_web::http::Method::POST, format!("{}/preview", path(community)));
    ask.upload(&[], ("file", file.0, file.1, file.2)).send().await
}

async fn write(by: &Actor<'_>, community: CommunityId, fields: &[(&str, &str)], csv: &str, key: &str) -> Reply {
    let ask = by.ask(actix_web::http::Method::POST, path(community)).key(key);
    ask.upload(fields, ("file", "units.csv", CSV, csv.as_bytes()))
        .send()
        .await
}

async fn preview(by: &Actor<'_>, community: CommunityId, csv: &str) -> SheetPreview {
    look(by, community, ("units.csv", CSV, csv.as_bytes()))
        .await
        .expect(200)
}

fn reason(reply: &Reply, status: u16, code: &str) -> String {
    reply.problem(status, code).errors[0].code.clone()
}

/// A community with an owned unit, one without an owner, and a customer without a unit.
async fn book(app: &crate::kit::TestApp) -> (CommunityId, AccountId, AccountId) {
    let acacia = app.community("ACACIA").await;
    let boss = app.superuser().await;
    let contacts = json!([
        {"kind": "email", "value": "thandi@example.org", "is_primary": true, "label": "home"},
        {"kind": "phone", "value": "082 555 0101"},
    ]);
    let debtors = json!([{"kind": "natural", "first_name": "Thandi", "last_name": "Nkosi", "contacts": contacts}]);
    let made: kept_shared::accounts::Account = boss
        .post(
            format!("/communities/{acacia}/accounts"),
            json!({"reference": "T1", "debtors": debtors}),
        )
        .await
        .expect(201);
    let thandi = made.id;
    let sipho = app.account(acacia, "S1", "Sipho Dlamini").await;
    let owned = app.unit(acacia, "A-1").await;
    app.unit(acacia, "A-2").await;
    boss.act(
        format!("/units/{owned}/owners"),
        1,
        json!({"account_id": thandi, "from_on": "2024-01-01"}),
    )
    .await
    .ok();
    (acacia, thandi, sipho)
}

both! {
    async fn the_downloaded_workbook_changes_nothing_and_is_only_for_those_who_edit(app: TestApp) {
        let (acacia, _, _) = book(&app).await;
        let agent = app.agent(&[acacia]).await;
        let reply = agent.get(format!("{}.xlsx", path(acacia))).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let seen: SheetPreview = look(&agent, acacia, ("units.xlsx", "application/octet-stream", &reply.bytes)).await.expect(200);
        assert_eq!((seen.counts.unchanged, seen.counts.changed, seen.counts.new, seen.counts.faulty, seen.counts.absent), (2, 0, 0, 0, 0));
        assert!(seen.lines.is_empty() && seen.ignored_headings.is_empty());
        let of_block = agent.get(format!("{}.xlsx?block=B", path(acacia))).await;
        assert_eq!(of_block.status, 200);
        assert_eq!(reason(&look(&agent, acacia, ("units.xlsx", "application/octet-stream", &of_block.bytes)).await, 422, "file-unreadable"), "empty");
        assert_eq!(app.count("event WHERE kind = 'export_made' AND body LIKE '%\"unit_sheet\"%'").await, 2);
        for other in [app.attorney(&[acacia]).await, app.trustee(&[acacia]).await] {
            other.get(format!("{}.xlsx", path(acacia))).await.problem(403, "permission-missing");
            look(&other, acacia, ("u.csv", CSV, b"Unit,Block\nA-1,B\n")).await.problem(403, "permission-missing");
        }
        let elsewhere = app.agent(&[app.community("BAOBAB").await]).await;
        elsewhere.get(format!("{}.xlsx", path(acacia))).await.problem(404, "not-found");
        look(&elsewhere, acacia, ("u.csv", CSV, b"Unit,Block\nA-1,B\n")).await.problem(404, "not-found");
    }

    async fn an_edited_sheet_is_shown_then_written_once_and_told(app: TestApp) {
        let (acacia, thandi, _) = book(&app).await;
        let agent = app.agent(&[acacia]).await;
        let csv = "Block;UNIT;e-mails;Telephones;Customer code;Colour\n\
            B;A-2;;;S1;red\nA;A-1;thandi.nkosi@example.org;\"082 555 0101, 011 555 0102\";T1;\nC;C-1;;;;\n;;;;;\n";
        let seen = preview(&agent, acacia, csv).await;
        assert_eq!((seen.counts.new, seen.counts.changed, seen.counts.unchanged, seen.counts.faulty), (1, 2, 0, 0));
        assert_eq!(seen.ignored_headings, ["Colour"]);
        let line = &seen.lines[1];
        assert_eq!((line.number, line.unit.as_str(), line.verdict), (3, "A-1", Verdict::Changed));
        let changed: Vec<_> = line.changes.iter().map(|c| (c.column, c.before.as_str(), c.after.as_str())).collect();
        assert_eq!(changed, [
            (SheetColumn::Block, "", "A"),
            (SheetColumn::Emails, "thandi@example.org", "thandi.nkosi@example.org"),
            (SheetColumn::Phones, "+27 82 555 0101", "+27 11 555 0102; +27 82 555 0101"),
        ]);
        assert_eq!(app.count("unit").await, 2, "a preview writes nothing");

        let order = [("digest", seen.digest.as_str())];
        write(&agent, acacia, &[("digest", "another")], csv, "k1").await.problem(412, "changed-meanwhile");
        let written: SheetWritten = write(&agent, acacia, &order, csv, "k2").await.expect(200);
        assert_eq!((written.units_created, written.units_changed, written.owners_assigned), (1, 2, 1));
        assert_eq!((written.contacts_added, written.contacts_changed, written.contacts_removed), (1, 1, 0));
        let again: SheetWritten = write(&agent, acacia, &order, csv, "k2").await.expect(200);
        assert_eq!(again, written, "the same order again is the same answer");
        assert_eq!(app.count("unit").await, 3);
        assert_eq!(preview(&agent, acacia, csv).await.counts.unchanged, 3);

        let account = agent.get(format!("/accounts/{thandi}")).await.ok();
        let contacts = account["debtors"][0]["contacts"].as_array().unwrap();
        let mail = contacts.iter().find(|c| c["kind"] == "email").unwrap();
        assert_eq!((mail["value"].as_str(), mail["label"].as_str(), mail["is_primary"].as_bool()), (Some("thandi.nkosi@example.org"), Some("home"), Some(true)));
        for (kind, of, count) in [
            ("contact_changed", "T1", 1), ("contact_added", "T1", 1), ("owner_changed", "S1", 1),
        ] {
            let there = format!("event e JOIN account a ON a.id = e.account_id WHERE e.kind = '{kind}' AND a.reference = '{of}'");
            assert_eq!(app.count(&there).await, count, "{kind}");
        }
        for (kind, count) in [("unit_created", 3), ("unit_changed", 2)] {
            assert_eq!(app.count(&format!("event WHERE kind = '{kind}'")).await, count, "{kind}");
        }
    }

    async fn what_changed_meanwhile_is_not_written_over(app: TestApp) {
        let (acacia, _, _) = book(&app).await;
        let agent = app.agent(&[acacia]).await;
        let csv = "Unit,Block\nA-1,B\n";
        let seen = preview(&agent, acacia, csv).await;
        let unit = agent.get(format!("/units?community_id={acacia}&q=A-1")).await.ok()["items"][0].clone();
        agent.put(format!("/units/{}", unit["id"].as_str().unwrap()), unit["version"].as_i64().unwrap(), json!({"code": "A-1", "block": "C"})).await.ok();
        write(&agent, acacia, &[("digest", &seen.digest)], csv, "k1").await.problem(412, "changed-meanwhile");
        assert_eq!(preview(&agent, acacia, csv).await.lines[0].changes[0].before, "C");
    }

    async fn faulty_rows_stop_everything_or_are_left_out(app: TestApp) {
        let (acacia, _, _) = book(&app).await;
        let agent = app.agent(&[acacia]).await;
        let csv = "Unit,Quota %,Owner\nA-1,\"1,5\",Thandi Nkosi\nA-2,1.5,\nA-2,2,\n";
        let seen = preview(&agent, acacia, csv).await;
        assert_eq!((seen.counts.faulty, seen.counts.changed), (2, 1));
        assert_eq!(seen.lines[2].faults[0].params["row"], "3");
        let refused = write(&agent, acacia, &[("digest", &seen.digest)], csv, "k1").await;
        assert_eq!(reason(&refused, 422, "not-acceptable"), "faulty_rows");
        let odd = write(&agent, acacia, &[("digest", &seen.digest), ("skip_faulty", "perhaps")], csv, "k2").await;
        assert_eq!(reason(&odd, 422, "not-acceptable"), "unknown_value");
        let written: SheetWritten = write(&agent, acacia, &[("digest", &seen.digest), ("skip_faulty", "true")], csv, "k3").await.expect(200);
        assert_eq!((written.units_changed, written.left_out), (1, 2));
        let rest = "Unit,Quota %\nA-2,1.50\n";
        let seen = preview(&agent, acacia, rest).await;
        let nothing = write(&agent, acacia, &[("digest", &seen.digest)], rest, "k4").await;
        assert_eq!(reason(&nothing, 422, "not-acceptable"), "nothing_to_write");
        let ask = agent.ask(actix_web::http::Method::POST, path(acacia));
        ask.upload(&[], ("file", "u.csv", CSV, rest.as_bytes())).send().await.problem(400, "idempotency-key-missing");
    }

    async fn a_file_that_is_no_sheet_is_refused_with_its_reason(app: TestApp) {
        let (acacia, _, _) = book(&app).await;
        let agent = app.agent(&[acacia]).await;
        let many = format!("Unit,Block\n{}", (0..5_001).map(|n| format!("U{n},A\n")).collect::<String>());
        for (file, code) in [
            (&b""[..], "empty"), (b"<html>no</html>", "not_a_table"), (b"PK\x03\x04 garbage", "damaged"),
            (b"Block,Section\nA,1\n", "no_unit_column"), (b"Unit,Block,block\n1,A,B\n", "repeated_header"),
            (b"Unit,Block\n", "empty"), (many.as_bytes(), "too_many_rows"),
        ] {
            let reply = look(&agent, acacia, ("units.xlsx", "application/octet-stream", file)).await;
            assert_eq!(reason(&reply, 422, "file-unreadable"), code);
        }
        let ask = agent.ask(actix_web::http::Method::POST, format!("{}/preview", path(acacia)));
        let strange = ask.upload(&[], ("other", "u.csv", CSV, b"Unit,Block\nA-1,A\n")).send().await;
        assert_eq!(strange.status, 400, "{}", strange.text());
    }
}
