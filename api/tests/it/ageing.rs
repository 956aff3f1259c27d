//! The age analysis against books worked out elsewhere, and who sees what of it.

use crate::both;
use crate::kit::{Actor, TestApp, shared_data};
use crate::kit_ledger::{d, entry};
use calamine::{Data, Reader};
use kept_shared::ageing::{Aged, AgeingBasis, AgeingMode, AgeingRules, CreditPolicy, Item, age};
use kept_shared::ids::*;
use kept_shared::ledger::{EntryType, NewAllocation, NewEntry};
use kept_shared::money::{Currency, Money};
use serde_json::{Value, json};
use std::collections::HashMap;

const AMOUNTS: [&str; 7] = ["total", "current", "d30", "d60", "d90", "d120", "unallocated"];

fn thirties() -> AgeingRules {
    AgeingRules {
        mode: AgeingMode::Days,
        basis: AgeingBasis::DueDate,
        edges: AgeingRules::THIRTIES,
        credit_policy: CreditPolicy::OldestFirst,
    }
}

async fn rows(by: &Actor<'_>, query: &str) -> Vec<Value> {
    let reply = by.get(format!("/age-analysis/rows?{query}")).await;
    reply.ok().as_array().unwrap().clone()
}

fn cents(text: &str) -> i64 {
    Money::from_decimal(text.parse().unwrap(), Currency::Zar).unwrap().minor
}

fn kind(name: &str, minor: i64) -> EntryType {
    match name {
        "levy" | "invoice" if minor >= 0 => EntryType::Invoice,
        "interest" if minor >= 0 => EntryType::Interest,
        "fee" | "legal_fee" if minor >= 0 => EntryType::Fee,
        "payment" if minor <= 0 => EntryType::Payment,
        _ => EntryType::Adjustment,
    }
}

/// Posts a book of the yardstick; returns its accounts by number.
async fn load_book(app: &TestApp, folder: &std::path::Path) -> HashMap<String, AccountId> {
    let read = |file: &str| -> Vec<HashMap<String, String>> {
        csv::Reader::from_path(folder.join(file))
            .unwrap()
            .deserialize()
            .map(Result::unwrap)
            .collect()
    };
    let mut communities: HashMap<String, CommunityId> = HashMap::new();
    for c in read("communities.csv") {
        communities.insert(
            c["community_code"].clone(),
            app.community_ageing(&c["community_code"], thirties()).await,
        );
    }
    let customers = read("customers.csv");
    let mut accounts = HashMap::new();
    for (code, community) in &communities {
        let here: Vec<(&str, &str)> = customers
            .iter()
            .filter(|c| c["community_code"] == *code)
            .map(|c| (c["account_no"].as_str(), c["name"].as_str()))
            .collect();
        let ids = app.accounts(*community, &here).await;
        accounts.extend(here.iter().map(|c| c.0.to_owned()).zip(ids));
    }
    let mut of_entry: HashMap<String, (EntryId, AccountId)> = HashMap::new();
    let mut entries = vec![];
    for r in read("entries.csv") {
        let minor = cents(&r["amount"]);
        let account = accounts[&r["account_no"]];
        let mut e = entry(account, kind(&r["type"], minor), &r["date"], minor);
        e.due_on = r["due_date"].parse().ok();
        e.reference = Some(r["reference"].clone());
        of_entry.insert(r["entry_id"].clone(), (e.id, account));
        entries.push(e);
    }
    let allocations: Vec<NewAllocation> = read("allocations.csv")
        .iter()
        .map(|r| NewAllocation {
            account_id: of_entry[&r["credit_entry_id"]].1,
            credit_entry_id: of_entry[&r["credit_entry_id"]].0,
            debit_entry_id: of_entry[&r["debit_entry_id"]].0,
            effective_on: d(&r["date"]),
            minor: cents(&r["amount"]),
        })
        .collect();
    let count = entries.len();
    let posted = app.post(entries, allocations).await.unwrap();
    assert_eq!(posted.entries, count);
    accounts
}

async fn agrees(app: &TestApp, expected: &std::path::Path, as_at: &str) {
    let superuser = app.superuser().await;
    let got: HashMap<String, Value> = rows(&superuser, &format!("as_at={as_at}"))
        .await
        .into_iter()
        .map(|r| (r["reference"].as_str().unwrap().to_owned(), r))
        .collect();
    let mut reader = csv::Reader::from_path(expected).unwrap();
    let want: Vec<HashMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(got.len(), want.len());
    let mut sums = [0_i64; 7];
    for w in want {
        for (n, column) in AMOUNTS.iter().enumerate() {
            assert_eq!(
                got[&w["account_no"]][*column], w[*column],
                "{} {column} {as_at}",
                w["account_no"]
            );
            sums[n] += cents(&w[*column]);
        }
    }
    let summary = superuser.get(format!("/age-analysis/summary?as_at={as_at}")).await.ok();
    assert_eq!(summary["accounts"], got.len());
    for (n, column) in AMOUNTS.iter().enumerate() {
        assert_eq!(
            cents(summary["totals"][0]["amounts"][*column]["amount"].as_str().unwrap()),
            sums[n],
            "{column}"
        );
    }
}

/// A small book with every kind of balance; returns accounts in order.
async fn small(app: &TestApp) -> (CommunityId, Vec<AccountId>) {
    let c = app
        .community_ageing(
            "A",
            AgeingRules {
                basis: AgeingBasis::DueDate,
                ..AgeingRules::default()
            },
        )
        .await;
    let names = [
        ("A1", "=SUM(A1:A9)"),
        ("A2", "Zoë Naidoo"),
        ("A3", "+27 Trading"),
        ("A4", "Ahmed Patel"),
        ("A5", "Botha & Seuns"),
        ("A6", "Nobody Owes"),
    ];
    let ids = app.accounts(c, &names).await;
    let invoice = |n: usize, on: &str, minor| entry(ids[n], EntryType::Invoice, on, minor);
    let entries = vec![
        invoice(0, "2026-11-01", 100_10),
        invoice(1, "2026-10-01", 200_20),
        invoice(1, "2026-08-01", 50_05),
        invoice(2, "2026-06-01", 300_30),
        entry(ids[3], EntryType::Payment, "2026-11-02", -40_04),
        invoice(4, "2026-09-01", 70_07),
        entry(ids[4], EntryType::Payment, "2026-09-20", -70_07),
    ];
    app.post(entries, vec![]).await.unwrap();
    (c, ids)
}

both! {
    async fn the_golden_book_agrees_on_every_date_given(app: TestApp) {
        let Some(archive) = shared_data("golden/fixture.tar.xz") else { return };
        let dir = tempfile::tempdir().unwrap();
        let unpacked = std::process::Command::new("tar").arg("xJf").arg(archive).arg("-C").arg(dir.path()).status();
        assert!(unpacked.unwrap().success());
        app.clock.set("2026-02-28T08:00:00Z".parse().unwrap());
        let fixture = dir.path().join("fixture");
        load_book(&app, &fixture.join("data")).await;
        // Today from stored rows, the other from effects in memory; and today's also from memory once the day is over.
        agrees(&app, &fixture.join("expected/age.csv"), "2026-02-28").await;
        agrees(&app, &fixture.join("expected/agepast.csv"), "2024-02-29").await;
        app.advance(chrono::TimeDelta::days(1));
        agrees(&app, &fixture.join("expected/age.csv"), "2026-02-28").await;
        let superuser = app.superuser().await;
        assert_eq!(rows(&superuser, "as_at=2026-03-01").await, rows(&superuser, "").await);
        assert_eq!(app.faults().await, Vec::<&str>::new());
    }

    async fn the_hand_worked_customers_agree(app: TestApp) {
        let Some(edges) = shared_data("../bench/edges") else { return };
        app.clock.set("2026-02-28T08:00:00Z".parse().unwrap());
        load_book(&app, &edges.join("data")).await;
        agrees(&app, &edges.join("expected/age.csv"), "2026-02-28").await;
    }

    async fn each_new_day_is_what_working_it_out_afresh_gives(app: TestApp) {
        // Every way of ageing, histories that reach into the future, read day after day without a posting.
        let mut books: Vec<(AgeingRules, AccountId, Vec<NewEntry>)> = vec![];
        let mut n: u64 = 7;
        let mut random = move |below: u64| {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (n >> 33) % below
        };
        for mode in AgeingMode::ALL {
            for basis in AgeingBasis::ALL {
                for policy in CreditPolicy::ALL {
                    let rules = AgeingRules { mode: *mode, basis: *basis, edges: [3, 9, 20, 40], credit_policy: *policy };
                    let c = app.community_ageing(&format!("{mode}{basis}{policy}"), rules).await;
                    for account in app.accounts(c, &[("1", "One"), ("2", "Two")]).await {
                        let entries: Vec<NewEntry> = (0..10)
                            .map(|_| {
                                let on = d("2026-09-25") + chrono::Days::new(random(90));
                                let minor = i64::try_from(random(9_000)).unwrap() - 4_000;
                                let mut e = entry(account, EntryType::Adjustment, &on.to_string(), minor);
                                e.due_on = (random(2) == 0).then(|| on + chrono::Days::new(random(40)));
                                e
                            })
                            .collect();
                        books.push((rules, account, entries));
                    }
                }
            }
        }
        app.post(books.iter().flat_map(|b| b.2.clone()).collect(), vec![]).await.unwrap();
        let superuser = app.superuser().await;
        let today = |app: &TestApp| app.clock.today("Africa/Johannesburg");
        for step in [0, 1, 1, 3, 9, 2, 30, 1, 60] {
            app.advance(chrono::TimeDelta::days(step));
            let got: HashMap<String, Value> = rows(&superuser, "")
                .await
                .into_iter()
                .map(|r| (r["id"].as_str().unwrap().to_owned(), r))
                .collect();
            for (rules, account, entries) in &books {
                let items: Vec<Item> = entries
                    .iter()
                    .map(|e| Item { id: e.id, effective_on: e.effective_on, due_on: e.due_on, minor: e.amount.minor })
                    .collect();
                let want: Aged = age(&items, &[], rules, today(&app));
                let row = &got[&account.to_string()];
                let [a, b, c, e, f] = want.buckets();
                let want = [want.total, a, b, c, e, f, want.unallocated, want.not_due];
                let columns = AMOUNTS.iter().chain(&["not_due"]);
                let got: Vec<i64> = columns.map(|c| cents(row[*c].as_str().unwrap())).collect();
                assert_eq!(got, want, "{rules:?} on {}", today(&app));
            }
            assert_eq!(rows(&superuser, &format!("as_at={}", today(&app))).await.len(), books.len());
        }
        assert_eq!(app.faults().await, Vec::<&str>::new());
        assert!(app.number("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM job WHERE kind = 'ageing.new_day' AND state = 'ready'", vec![]).await > 0);
    }

    async fn pages_join_to_the_whole_in_every_order(app: TestApp) {
        let (_, _) = small(&app).await;
        let superuser = app.superuser().await;
        for as_at in ["", "&as_at=2026-10-15"] {
            for sort in ["name", "reference", "unit", "status", "total", "current", "d30", "d60", "d90", "d120", "unallocated", "last_payment"] {
                for order in ["asc", "desc"] {
                    let query = format!("sort={sort}&order={order}{as_at}");
                    let whole = rows(&superuser, &query).await;
                    assert_eq!(whole.len(), 6);
                    let (mut pages, mut cursor) = (vec![], String::new());
                    loop {
                        let page = superuser.get(format!("/age-analysis?{query}&limit=2{cursor}")).await.ok();
                        pages.extend(page["items"].as_array().unwrap().clone());
                        match page["next_cursor"].as_str() {
                            Some(next) => cursor = format!("&cursor={next}"),
                            None => break,
                        }
                    }
                    assert_eq!(pages, whole, "{query}");
                    if AMOUNTS.contains(&sort) {
                        let figures: Vec<i64> = whole.iter().map(|r| cents(r[sort].as_str().unwrap())).collect();
                        let mut sorted = figures.clone();
                        sorted.sort_unstable();
                        if order == "desc" {
                            sorted.reverse();
                        }
                        assert_eq!(figures, sorted, "{query}");
                    }
                }
            }
        }
    }

    /// The whole book looks up what a page joins: both say the same of a customer of whom everything is known.
    async fn whole_and_page_agree_on_all_that_stands_beside_the_figures(app: TestApp) {
        app.seed_statuses().await;
        let (c, ids) = small(&app).await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let boss = app.superuser().await;
        let group = boss.post("/customer-groups", json!({ "name": "Tenants" })).await.created();
        let group: CustomerGroupId = group["id"].as_str().unwrap().parse().unwrap();
        app.sql("UPDATE account SET customer_group_id = $1, unit_label = 'U7' WHERE id = $2",
            vec![group.into(), ids[0].into()]).await;
        for code in ["NEX", "IEX"] {
            app.apply(&agent, &ids[..2], code, None).await;
        }
        app.apply(&agent, &ids[1..2], "LOD", None).await;
        app.apply(&agent, &ids[..1], "HO", Some(smith.id())).await;
        // One note that both read, one for the agency alone, one that nobody has looked at yet.
        for (to, visibility) in [(ids[0], "shared"), (ids[0], "internal"), (ids[1], "internal")] {
            app.advance(chrono::TimeDelta::minutes(1));
            boss.post(format!("/accounts/{to}/notes"), json!({ "body": "Said so", "visibility": visibility })).await.created();
        }
        app.advance(chrono::TimeDelta::minutes(1));
        agent.post(format!("/accounts/{}/seen", ids[0]), json!({})).await;
        for (caller, most) in [(&agent, 6), (&smith, 1)] {
            for as_at in ["", "&as_at=2026-11-21"] {
                let query = format!("sort=reference{as_at}");
                let whole = rows(caller, &query).await;
                let page = caller.get(format!("/age-analysis?{query}&limit=50")).await.ok();
                assert_eq!((page["items"].as_array().unwrap(), whole.len()), (&whole, most));
                let first = &whole[0];
                assert_eq!((&first["group"], &first["unit"]), (&json!("Tenants"), &json!("U7")));
                assert_eq!(first["handover"]["firm"], "Naidoo & Partners");
                let codes: Vec<&Value> = first["statuses"].as_array().unwrap().iter().map(|s| &s["code"]).collect();
                assert_eq!(codes, ["HO", "NEX", "IEX"]);
            }
        }
        let of_agent = rows(&agent, "sort=reference").await;
        assert_eq!((&of_agent[0]["notes"], &of_agent[0]["unread"]), (&json!(2), &json!(null)));
        assert_eq!((&of_agent[1]["notes"], &of_agent[1]["unread"]), (&json!(1), &json!(true)));
        let of_smith = rows(&smith, "").await;
        assert_eq!((&of_smith[0]["notes"], &of_smith[0]["unread"]), (&json!(1), &json!(true)));
    }

    async fn filters_narrow_rows_and_sums_alike_on_any_day(app: TestApp) {
        app.seed_statuses().await;
        let (c, ids) = small(&app).await;
        let agent = app.agent(&[c]).await;
        app.apply(&agent, &ids[..1], "LOD", None).await;
        let lod = app.status("LOD").await;
        let references = |rows: &[Value]| {
            let mut all: Vec<String> = rows.iter().map(|r| r["reference"].as_str().unwrap().to_owned()).collect();
            all.sort_unstable();
            all.join(" ")
        };
        for (query, want) in [
            ("hide_zero=true".to_owned(), "A1 A2 A3 A4"),
            ("hide_credit=true".to_owned(), "A1 A2 A3 A5 A6"),
            ("hide_zero=true&hide_credit=true".to_owned(), "A1 A2 A3"),
            ("bucket=d120".to_owned(), "A3"),
            ("bucket=d120&bucket=unallocated".to_owned(), "A3 A4"),
            ("q=zoe".to_owned(), "A2"),
            ("q=%25".to_owned(), ""),
            (format!("status={lod}"), "A1"),
            (format!("status={lod}&status=none&hide_zero=true"), "A1 A2 A3 A4"),
            ("status=none&hide_credit=true".to_owned(), "A2 A3 A5 A6"),
            ("handed_over=true".to_owned(), ""),
            (format!("community_id={c}&bucket=d90"), "A2"),
            (format!("community_id={}", CommunityId(uuid::Uuid::now_v7())), ""),
            (format!("group={}", CustomerGroupId(uuid::Uuid::now_v7())), ""),
            (format!("attorney={}", UserId(uuid::Uuid::now_v7())), ""),
        ] {
            for day in ["", "&as_at=2026-11-21"] {
                let found = rows(&agent, &format!("{query}{day}")).await;
                assert_eq!(references(&found), want, "{query}{day}");
                let summary = agent.get(format!("/age-analysis/summary?{query}{day}")).await.ok();
                assert_eq!(summary["accounts"], found.len(), "{query}{day}");
                let sum: i64 = found.iter().map(|r| cents(r["total"].as_str().unwrap())).sum();
                let total = summary["totals"][0]["amounts"]["total"]["amount"].as_str().map_or(0, cents);
                assert_eq!(total, sum, "{query}{day}");
            }
        }
    }

    async fn what_cannot_be_read_is_refused(app: TestApp) {
        small(&app).await;
        let superuser = app.superuser().await;
        for bad in [
            "stauts=none", "status=nobody", "sort=colour", "order=up", "as_at=yesterday", "as_at=0026-01-01", "community_id=7",
            "bucket=d45", "hide_zero=maybe", "limit=0", "limit=201", "limit=x", "cursor=%00", "cursor=abc",
        ] {
            let reply = superuser.get(format!("/age-analysis?{bad}")).await;
            assert_eq!(reply.status, 400, "{bad}: {}", reply.text());
        }
        superuser.get(format!("/age-analysis?q={}", "x".repeat(101))).await.problem(400, "query-malformed");
        for whole in ["summary", "rows"] {
            superuser.get(format!("/age-analysis/{whole}?limit=5")).await.problem(400, "query-malformed");
        }
        superuser.get("/age-analysis.xlsx?cursor=x").await.problem(400, "query-malformed");
        let page = superuser.get("/age-analysis?limit=2").await.ok();
        let cursor = page["next_cursor"].as_str().unwrap();
        for other in ["sort=name", "hide_zero=true", "order=asc", "as_at=2026-10-01"] {
            superuser.get(format!("/age-analysis?limit=2&{other}&cursor={cursor}")).await.problem(400, "cursor-invalid");
        }
        let tail = superuser.get(format!("/age-analysis?limit=200&cursor={cursor}")).await;
        assert_eq!(tail.ok()["items"].as_array().map(Vec::len), Some(4), "another page size goes on at the same place");
    }

    async fn nobody_sees_what_is_not_theirs(app: TestApp) {
        app.seed_statuses().await;
        let (c, ids) = small(&app).await;
        let other = app.community_ageing("B", AgeingRules::default()).await;
        let foreign = app.accounts(other, &[("B1", "Elsewhere")]).await[0];
        app.post(vec![entry(foreign, EntryType::Invoice, "2026-11-01", 1)], vec![]).await.unwrap();
        let agent = app.agent(&[c]).await;
        let (smith, jones) = (app.attorney(&[c]).await, app.attorney(&[c]).await);
        app.apply(&agent, &ids[1..2], "HO", Some(smith.id())).await;
        for day in ["", "as_at=2026-10-15"] {
            assert_eq!(rows(&agent, day).await.len(), 6, "its own community");
            let his = rows(&smith, day).await;
            assert_eq!(his.len(), 1);
            assert_eq!((&his[0]["reference"], &his[0]["name"]), (&json!("A2"), &json!("Zoë Naidoo")));
            assert_eq!(his[0]["handover"]["firm"], "Naidoo & Partners");
            assert_eq!(smith.get(format!("/age-analysis/summary?{day}")).await.ok()["accounts"], 1);
            assert_eq!(rows(&jones, day).await.len(), 0);
            assert_eq!(rows(&app.stranger().await, day).await.len(), 0);
            assert_eq!(rows(&smith, &format!("community_id={other}&{day}")).await.len(), 0);
        }
        assert_eq!(smith.get("/age-analysis").await.ok()["items"].as_array().unwrap().len(), 1);
        smith.get(format!("/accounts/{}/movements", ids[1])).await.ok();
        smith.get(format!("/accounts/{}/movements", ids[0])).await.problem(404, "not-found");
        jones.get(format!("/accounts/{}/movements.xlsx", ids[1])).await.problem(404, "not-found");
        let (_, sheet) = workbook(&smith, "").await;
        assert!(!sheet.iter().flatten().any(|cell| cell.to_string().contains("Patel")));
        let flags = rows(&agent, "handed_over=true").await;
        assert_eq!((flags.len(), &flags[0]["handover"]["on"]), (1, &json!("2026-11-22")));
        assert_eq!(rows(&agent, &format!("attorney={}", smith.id())).await.len(), 1);
        // Trustees see figures and initials, find by reference only, and download nothing.
        let trustee = app.trustee(&[c]).await;
        let seen = rows(&trustee, "sort=name").await;
        assert_eq!(seen.iter().map(|r| r["name"].as_str().unwrap()).collect::<Vec<_>>(), ["S.", "Z. N.", "2. T.", "A. P.", "B. S.", "N. O."].map(|n| n));
        assert_eq!(rows(&trustee, "q=zoe").await.len(), 0);
        assert_eq!(rows(&trustee, "q=a2").await.len(), 1);
        trustee.get("/age-analysis.xlsx").await.problem(403, "permission-missing");
        app.anonymous().get("/age-analysis").await.problem(401, "unauthenticated");
    }

    async fn the_workbook_holds_exactly_the_rows_and_their_sums(app: TestApp) {
        small(&app).await;
        let agent = app.superuser().await;
        for query in ["sort=total", "hide_zero=true&sort=name", "as_at=2026-10-15&hide_credit=true&sort=reference", "q=nothing-at-all"] {
            let screen = rows(&agent, query).await;
            let (formulas, sheet) = workbook(&agent, query).await;
            let head = sheet.iter().position(|r| r[0].to_string() == "Customer").unwrap();
            let body: Vec<&Vec<Data>> = sheet[head + 1..].iter().take(screen.len()).collect();
            for (row, cells) in screen.iter().zip(&body) {
                assert_eq!(cells[0], Data::String(row["name"].as_str().unwrap().into()), "text stays text");
                assert_eq!(cells[1], Data::String(row["reference"].as_str().unwrap().into()));
                for (n, column) in AMOUNTS.iter().enumerate() {
                    assert_eq!(cells[9 + n], Data::Float(row[*column].as_str().unwrap().parse().unwrap()));
                }
            }
            let summary = agent.get(format!("/age-analysis/summary?{query}")).await.ok();
            if screen.is_empty() {
                assert_eq!(sheet.len(), head + 1, "no rows, no sums");
                continue;
            }
            let sums = &sheet[head + 1 + screen.len()];
            assert_eq!(sums[0].to_string(), "Total");
            for (n, column) in AMOUNTS.iter().enumerate() {
                let want: f64 = summary["totals"][0]["amounts"][*column]["amount"].as_str().unwrap().parse().unwrap();
                assert_eq!(sums[9 + n].to_string().parse::<f64>().unwrap(), want, "{column}");
            }
            assert_eq!(formulas.len(), 8, "sums are formulas, and nothing else is: {formulas:?}");
            assert!(formulas.iter().all(|f| f.starts_with("SUBTOTAL(109,")), "{formulas:?}");
            let facts: Vec<String> = sheet[..head].iter().map(|r| format!("{} {}", r[0], r[1])).collect();
            assert!(facts.iter().any(|f| f.starts_with("As at ")) && facts.iter().any(|f| f.contains("by calendar month")), "{facts:?}");
            assert!(facts.iter().any(|f| f.starts_with("Printed ")));
            let of_today = facts.iter().any(|f| f.starts_with("Statuses, handovers, notes as they are today"));
            assert_eq!(of_today, query.contains("as_at="), "{facts:?}");
        }
        let made = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM event WHERE kind = 'export_made'";
        assert_eq!(app.number(made, vec![]).await, 4, "every download is on record");
    }
}

both! {
    async fn the_workbook_has_exactly_the_columns_chosen(app: TestApp) {
        let (c, _) = small(&app).await;
        let agent = app.superuser().await;
        let head = async |query: &str| -> (Vec<String>, Vec<Vec<Data>>) {
            let (_, sheet) = workbook(&agent, query).await;
            let at = sheet.iter().position(|r| r[0].to_string() == "Customer").unwrap();
            let names = sheet[at].iter().map(ToString::to_string).filter(|n| !n.is_empty()).collect();
            (names, sheet[at + 1..].to_vec())
        };
        let (all, _) = head("sort=name").await;
        assert_eq!(all.len(), 20, "nobody chose: everything");
        let (some, _) = head("columns=d120&columns=total&columns=unit").await;
        assert_eq!(some, ["Customer", "Reference", "Unit", "Currency", "Total", "120+ days"], "in their usual order");
        let (bare, body) = head("columns=notes&sort=name").await;
        assert_eq!(bare, ["Customer", "Reference", "Notes"]);
        assert_eq!(body.last().unwrap()[0].to_string(), "Total", "{body:?}");
        // Six ages: what is not due, then the rest, each row and the sums as the API has them.
        let query = "columns=total&columns=current&columns=d30&columns=d60&columns=d90&columns=d120&columns=unallocated&layout=six&sort=name";
        let (six, body) = head(query).await;
        assert_eq!(six[2..], ["Currency", "Total", "Not yet due", "Current", "30 days", "60 days", "90 days", "120+ days", "Unallocated"]);
        let screen = rows(&agent, "sort=name").await;
        let cent = |d: &Data| {
            let number: rust_decimal::Decimal = d.to_string().parse().unwrap();
            i64::try_from((number * rust_decimal::Decimal::from(100)).round()).unwrap()
        };
        for (row, cells) in screen.iter().zip(&body) {
            let of = |name: &str| cents(row[name].as_str().unwrap());
            assert_eq!((cent(&cells[4]), cent(&cells[5])), (of("not_due"), of("current") - of("not_due")));
            let ages: i64 = cells[4..11].iter().map(cent).sum();
            assert_eq!(ages, of("total"), "six ages and what is unallocated are the balance");
        }
        let sums = &body[screen.len()];
        assert_eq!(sums[4..11].iter().map(cent).sum::<i64>(), cent(&sums[3]));
        // A community that counts other days has other headings.
        let card = agent.get(format!("/communities/{c}")).await;
        let (version, mut card) = (card.version(), card.ok());
        card["ageing"] = json!({ "mode": "days", "basis": "due_date", "edges": [30, 60, 90, 120], "credit_policy": "oldest_first" });
        let keep = ["code", "name", "kind", "currency", "time_zone", "is_active", "ageing"];
        let body: serde_json::Map<String, Value> = card.as_object().unwrap().clone().into_iter().filter(|(k, _)| keep.contains(&k.as_str())).collect();
        agent.put(format!("/communities/{c}"), version, Value::Object(body)).await.ok();
        let (six, _) = head(query).await;
        assert_eq!(six[4..10], ["Not yet due", "To 30 days", "31–60 days", "61–90 days", "91–120 days", "Over 120 days"]);
        agent.get("/age-analysis.xlsx?columns=name").await.problem(400, "query-malformed");
    }

    async fn list_sums_statement_and_unit_say_the_same(app: TestApp) {
        let (_, ids) = small(&app).await;
        let agent = app.superuser().await;
        for as_at in ["2026-10-15", "2026-11-15"] {
            let screen = rows(&agent, &format!("as_at={as_at}")).await;
            let sums = agent.get(format!("/age-analysis/summary?as_at={as_at}")).await.ok();
            let mut found = 0;
            for (n, column) in ["total", "current", "d30", "d60", "d90", "d120", "unallocated", "not_due"].iter().enumerate() {
                let all: i64 = screen.iter().map(|r| cents(r[*column].as_str().unwrap())).sum();
                let told = sums["totals"][0]["amounts"][*column]["amount"].as_str().map_or(0, cents);
                assert_eq!(all, told, "{column} {as_at}");
                for id in &ids {
                    let Some(row) = screen.iter().find(|r| r["id"] == id.to_string()) else { continue };
                    let statement = agent.get(format!("/accounts/{id}/statement?from=2020-01-01&to={as_at}")).await.ok();
                    let strip = statement["head"]["ageing"][*column]["amount"].as_str().or(statement["ageing"][*column]["amount"].as_str());
                    assert_eq!(strip.map(cents), Some(cents(row[*column].as_str().unwrap())), "{n} {column} {statement}");
                    found += 1;
                }
            }
            assert!(found > 8, "nothing was compared");
        }
    }
}

async fn workbook(by: &Actor<'_>, query: &str) -> (Vec<String>, Vec<Vec<Data>>) {
    let reply = by.get(format!("/age-analysis.xlsx?{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(reply.bytes)).unwrap();
    let formulas = book.worksheet_formula("Age analysis").unwrap();
    let formulas = formulas
        .cells()
        .map(|c| c.2.clone())
        .filter(|f| !f.is_empty())
        .collect();
    let sheet = book.worksheet_range("Age analysis").unwrap();
    (formulas, sheet.rows().map(<[Data]>::to_vec).collect())
}
