//! What files of each kind come to in the book, and that importing them again changes nothing.

use super::{INVOICES, ageing, book, checked, commit, community, imported, map, rows, show, suggested, upload};
use crate::both;
use kept_shared::imports::{
    CheckedRow, Import, ImportField as F, ImportKind, ImportLine, ImportState, Mapping, RemarkCode,
};
use kept_shared::page::Page;

both! {
    async fn invoices_are_imported_and_a_second_import_changes_nothing(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let agent = app.agent(&[to]).await;
        let import = imported(&app, &agent, to, "open.csv", INVOICES.as_bytes(), |m| assert_eq!(m.kind, ImportKind::Invoices)).await;
        let found = &import.detection;
        assert_eq!((found.header_row, found.rows, found.footer_rows), (3, 4, 1));
        let summary = import.summary.clone().unwrap();
        assert_eq!((summary.new, summary.new_accounts, summary.rounded, summary.passed_over), (4, 2, 1, 1));
        assert_eq!((summary.written_accounts, summary.written_claims, summary.written_payments, summary.written_rows), (2, 4, 1, 4));
        assert_eq!(summary.amounts[0].to_plain(), "1810.00");
        assert_eq!(summary.stated_total.unwrap().to_plain(), "1810.00");
        // 1,250.00 due 31 March, 100.00 due 30 April, 40.00 credit of the second customer.
        assert_eq!(ageing(&agent, to, "2026-05-31").await.1, "1310.00");
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM claim WHERE is_disputed = $1", vec![true.into()]).await, 1);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM claim WHERE reference = $1", vec!["0001".into()]).await, 2);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM allocation WHERE amount_minor = $1", vec![50_000_i64.into()]).await, 1);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM contact WHERE normalised = $1", vec!["+27821234567".into()]).await, 1);

        let before = book(&app).await;
        let again = imported(&app, &agent, to, "open again.csv", INVOICES.as_bytes(), |_| {}).await;
        let summary = again.summary.unwrap();
        assert_eq!((summary.new, summary.changed, summary.unchanged, summary.written_rows), (0, 0, 4, 0));
        assert_eq!(book(&app).await, before);

        let waiting = checked(&app, &agent, to, "third.csv", INVOICES.as_bytes(), |_| {}).await;
        let list = async |query: &str| {
            let page: Page<ImportLine> = agent.get(format!("/imports?limit=1{query}")).await.expect(200);
            (page.items.iter().map(|i| i.file_name.clone()).collect::<Vec<_>>(), page.next_cursor)
        };
        assert_eq!(list("&state=checked&state=failed").await, (vec!["third.csv".to_owned()], None));
        let (first, next) = list("&state=done&state=cancelled").await;
        assert_eq!(first, ["open again.csv"]);
        let next = next.expect("one more");
        assert_eq!(list(&format!("&state=done&state=cancelled&cursor={next}")).await, (vec!["open.csv".to_owned()], None));
        // A cursor goes with its filter.
        agent.get(format!("/imports?state=done&cursor={next}")).await.problem(400, "cursor-invalid");
        assert_eq!(waiting.state, ImportState::Checked);
    }

    async fn what_belongs_to_somebody_of_another_name_is_not_given_to_the_customer(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let agent = app.agent(&[to]).await;
        let first = "Account No,Name,Phone,Invoice No,Date,Amount\nC1,Marius Cele,082 123 4567,1,2026-01-31,10.00\n";
        imported(&app, &agent, to, "a.csv", first.as_bytes(), |_| {}).await;
        let second = "Account No,Name,Phone,Invoice No,Date,Amount\nC1,Someone One,082 555 0101,2,2026-02-28,5.00\nC1,\"Cele, M\",083 777 0000,3,2026-02-28,6.00\n";
        let import = imported(&app, &agent, to, "b.csv", second.as_bytes(), |_| {}).await;
        assert_eq!(import.summary.as_ref().unwrap().remarked, 1);
        let rows = rows(&agent, &import, "new").await;
        assert_eq!((rows[0].remarks[0].code, rows[0].remarks[0].value.as_str()), (RemarkCode::NameDiffers, "Marius Cele"));
        assert_eq!((rows[0].differences.len(), rows[1].remarks.len()), (0, 0));
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM contact WHERE normalised = $1", vec!["+27825550101".into()]).await, 0);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM contact WHERE normalised = $1", vec!["+27837770000".into()]).await, 1);
        assert_eq!(ageing(&agent, to, "2026-05-31").await.1, "21.00");
        // What is in the book already is not remarked upon again.
        let again = checked(&app, &agent, to, "b again.csv", second.as_bytes(), |_| {}).await.summary.unwrap();
        assert_eq!((again.unchanged, again.remarked), (2, 0));
        // A job wrote them, but a person ordered it.
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM entry WHERE posted_by = $1", vec![agent.id().into()]).await, 3);
    }

    /// Rows are inserted in statements of many: 256, 32, 4 and 1 on PostgreSQL, up to 1,000 on SQLite.
    async fn every_row_arrives_once_and_whole_whatever_their_number(app: TestApp) {
        let boss = app.superuser().await;
        let mut sum = 0;
        for rows in [37_i64, 293, 1_030] {
            let to = community(&boss, &format!("N{rows}"), "ZAR", "due_date").await;
            let mut file = "Account No,Name,Invoice No,Date,Due date,Amount\n".to_owned();
            for n in 1..=rows {
                let due = if n % 3 == 0 { "" } else { "2026-02-28" };
                file.push_str(&format!("C{},Customer {},I{n},2026-01-31,{due},{n}.07\n", n % 50, n % 50));
                sum += n * 100 + 7;
            }
            let import = imported(&app, &boss, to, "many.csv", file.as_bytes(), |_| {}).await;
            assert_eq!(i64::from(import.summary.unwrap().written_rows), rows);
            let of = |table: &str| format!("SELECT COUNT(*) AS n FROM {table} WHERE community_id = $1");
            for table in ["claim", "entry", "open_item"] {
                assert_eq!(app.number(&of(table), vec![to.into()]).await, rows, "{table}");
            }
            let wrong = "SELECT COUNT(*) AS n FROM entry e JOIN claim c ON c.id = e.claim_id WHERE e.community_id = $1 AND \
                (c.account_id <> e.account_id OR c.amount_minor <> e.amount_minor OR c.reference <> e.reference \
                 OR (c.due_on IS NULL) <> (e.due_on IS NULL) OR e.amount_minor % 100 <> 7)";
            assert_eq!(app.number(wrong, vec![to.into()]).await, 0);
        }
        assert_eq!(app.number("SELECT CAST(SUM(total_minor) AS BIGINT) AS n FROM aged", vec![]).await, sum);
        assert_eq!(app.number("SELECT COUNT(DISTINCT reference) AS n FROM claim", vec![]).await, 1_030);
    }

    async fn a_changed_file_shows_what_it_would_change_and_changes_only_that(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        imported(&app, &boss, to, "a.csv", INVOICES.as_bytes(), |_| {}).await;
        let changed = INVOICES
            .replace("\"1,250.00\",no,,", "900.00,no,,")
            .replace("99.995,yes,,", "99.995,no,20/06/2026,")
            .replace(",(40.00),,,,", ",(40.00),,,new@example.org,");
        let import = checked(&app, &boss, to, "b.csv", changed.as_bytes(), |_| {}).await;
        let found = rows(&boss, &import, "changed").await;
        let differences: Vec<(u32, Vec<(F, &str, &str)>)> =
            found.iter().map(|r| (r.number, r.differences.iter().map(|d| (d.field, d.before.as_str(), d.after.as_str())).collect())).collect();
        assert_eq!(differences, [
            (4, vec![(F::Amount, "1250.00", "900.00")]),
            (5, vec![(F::Disputed, "yes", "no"), (F::SettledDate, "", "2026-06-20")]),
            (7, vec![(F::Email, "", "new@example.org")]),
        ]);
        commit(&boss, &import, false).await.expect::<Import>(202);
        app.run_jobs().await;
        assert_eq!(show(&boss, &import).await.state, ImportState::Done);
        // 900.00 is left of the first; the second is paid; the credit stands.
        assert_eq!(ageing(&boss, to, "2026-11-22").await.1, "860.00");
        // The past is what it was: the correction is of today.
        assert_eq!(ageing(&boss, to, "2026-05-31").await.1, "1310.00");
        let before = book(&app).await;
        let again = imported(&app, &boss, to, "c.csv", changed.as_bytes(), |_| {}).await;
        assert_eq!(again.summary.unwrap().unchanged, 4);
        assert_eq!(book(&app).await, before);
    }

    async fn an_age_analysis_becomes_opening_balances_in_the_same_buckets(app: TestApp) {
        let boss = app.superuser().await;
        for (code, basis) in [("DUE", "due_date"), ("TXN", "transaction_date")] {
            let to = community(&boss, code, "ZAR", basis).await;
            let file = "Age analysis as at 30 June 2026\nUnit;Account No;Owner;90 Days;60 Days;30 Days;Current;Total\n\
                01;A1;Zo\u{eb} M\u{fc}ller;R 1 234,56;0,00;10,00;(5,00);R 1 239,56\n02;A2;Blue Trust;;;;;0,00\n";
            let western: Vec<u8> = file.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
            let import = imported(&app, &boss, to, "age.csv", &western, |_| {}).await;
            assert_eq!(import.detection.as_at, "2026-06-30".parse().ok());
            assert_eq!(import.summary.unwrap().new_accounts, 2);
            let (accounts, total, buckets) = ageing(&boss, to, "2026-06-30").await;
            // The credit of 5.00 is set off against the oldest debit by the community's rule.
            assert_eq!((accounts, total.as_str()), (1, "1239.56"));
            assert_eq!(buckets, ["0.00", "10.00", "0.00", "1229.56", "0.00"]);
            let before = book(&app).await;
            imported(&app, &boss, to, "age.csv", &western, |_| {}).await;
            assert_eq!(book(&app).await, before);
        }
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM account WHERE name = $1", vec!["Zoë Müller".into()]).await, 2);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM unit_owner", vec![]).await, 4);
    }

    async fn customers_are_matched_by_reference_and_only_differences_are_written(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let file = "Account No,Name,Unit,Group,Email,Cell\nC1,Thandi Mokoena,A-1,Owners,a@example.org,082 123 4567\nC2,Blue Trust,A-2,,,\n";
        let import = imported(&app, &boss, to, "c.csv", file.as_bytes(), |m| assert_eq!(m.kind, ImportKind::Customers)).await;
        assert_eq!(import.summary.unwrap().written_accounts, 2);
        let before = book(&app).await;
        imported(&app, &boss, to, "c.csv", file.as_bytes(), |_| {}).await;
        assert_eq!(book(&app).await, before);
        // Rows in another order, one name changed, one number added, one customer more.
        let next = "Account No,Name,Unit,Group,Email,Cell\nC3,New Person,A-3,Owners,,\nC2,Blue Family Trust,A-2,Tenants,,0821234568\nC1,Thandi Mokoena,A-1,Owners,A@example.org,+27 82 123 4567\n";
        let import = checked(&app, &boss, to, "c2.csv", next.as_bytes(), |_| {}).await;
        let found = rows(&boss, &import, "changed").await;
        assert_eq!(found.len(), 1);
        let fields: Vec<F> = found[0].differences.iter().map(|d| d.field).collect();
        assert_eq!((found[0].number, fields), (3, vec![F::Phone, F::AccountName, F::CustomerGroup]));
        commit(&boss, &import, false).await.expect::<Import>(202);
        app.run_jobs().await;
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM account WHERE name = $1", vec!["Blue Family Trust".into()]).await, 1);
        let again = checked(&app, &boss, to, "c2.csv", next.as_bytes(), |_| {}).await;
        assert_eq!(again.summary.unwrap().unchanged, 3);
    }

    async fn rows_go_to_the_community_they_name_within_reach(app: TestApp) {
        let boss = app.superuser().await;
        let (one, two) = (community(&boss, "ONE", "ZAR", "due_date").await, community(&boss, "TWO", "ZAR", "due_date").await);
        let file = "Scheme,Account No,Invoice No,Date,Amount\none,C1,1,31/01/2026,1.00\nTWO,C1,1,31/01/2026,2.00\nNINE,C1,1,31/01/2026,4.00\n";
        let import: Import = upload(&boss, None, "both.csv", file.as_bytes()).await.expect(201);
        let mapping = Mapping { community_id: None, ..suggested(&import.detection, one) };
        map(&boss, &import, &mapping).await.expect::<Import>(200);
        app.run_jobs().await;
        let faulty = rows(&boss, &import, "faulty").await;
        assert_eq!((faulty.len(), faulty[0].faults[0].code.as_str(), faulty[0].faults[0].value.as_str()), (1, "unknown_community", "NINE"));
        commit(&boss, &show(&boss, &import).await, true).await.expect::<Import>(202);
        app.run_jobs().await;
        assert_eq!((ageing(&boss, one, "2026-11-22").await.1.as_str(), ageing(&boss, two, "2026-11-22").await.1.as_str()), ("1.00", "2.00"));

        // Somebody of one community names it at the upload and cannot write into another by a column.
        let agent = app.agent(&[one]).await;
        upload(&agent, None, "x.csv", file.as_bytes()).await.problem(422, "not-acceptable");
        upload(&agent, Some(two), "x.csv", file.as_bytes()).await.problem(422, "not-acceptable");
        let import: Import = upload(&agent, Some(one), "x.csv", file.replace(",1,31", ",2,31").as_bytes()).await.expect(201);
        map(&agent, &import, &mapping).await.expect::<Import>(200);
        app.run_jobs().await;
        let import = show(&agent, &import).await;
        assert_eq!((import.summary.as_ref().unwrap().new, import.summary.as_ref().unwrap().faulty), (1, 2));
    }

    async fn what_becomes_of_a_negative_invoice_is_said_before_it_is_done(app: TestApp) {
        let boss = app.superuser().await;
        let to = community(&boss, "LIMOSA", "ZAR", "due_date").await;
        let file = "Account No,Invoice No,Date,Amount,Disputed,Settled Date\nC1,1,31/01/2026,100.00,yes,\nC1,CN1,28/02/2026,-40.00,yes,15/03/2026\nC1,2,28/02/2026,0.00,,15/03/2026\n";
        let import = checked(&app, &boss, to, "credits.csv", file.as_bytes(), |_| {}).await;
        let summary = import.summary.clone().unwrap();
        assert_eq!((summary.new, summary.faulty, summary.remarked, summary.credits), (3, 0, 2, 1));
        let listed = |remarked: bool| {
            let path = format!("/imports/{}/rows?remarked={remarked}", import.id);
            async { boss.get(path).await.expect::<Page<CheckedRow>>(200).items }
        };
        assert_eq!(listed(false).await.iter().map(|r| r.number).collect::<Vec<_>>(), [2]);
        let remarks: Vec<(u32, u32, F, String, RemarkCode)> = listed(true)
            .await
            .into_iter()
            .flat_map(|r| r.remarks.into_iter().map(move |m| (r.number, m.column.unwrap(), m.field, m.value, m.code)))
            .collect();
        assert_eq!(remarks, [
            (3, 3, F::Amount, "-40.00".to_owned(), RemarkCode::PostedAsCredit),
            (3, 4, F::Disputed, "yes".to_owned(), RemarkCode::DisputeUnused),
            (3, 5, F::SettledDate, "2026-03-15".to_owned(), RemarkCode::SettledDateUnused),
            (4, 5, F::SettledDate, "2026-03-15".to_owned(), RemarkCode::SettledDateUnused),
        ]);
        commit(&boss, &import, false).await.expect::<Import>(202);
        app.run_jobs().await;
        // And so it was done: a credit that is no invoice, nothing paid, and only the real claim in dispute.
        let count = |sql: &'static str| app.number(sql, vec![]);
        assert_eq!(count("SELECT COUNT(*) AS n FROM entry WHERE type = 'adjustment' AND amount_minor = -4000").await, 1);
        assert_eq!(count("SELECT COUNT(*) AS n FROM entry WHERE type = 'payment'").await, 0);
        assert_eq!(count("SELECT COUNT(*) AS n FROM claim WHERE reference = 'CN1'").await, 0);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM claim WHERE is_disputed = $1", vec![true.into()]).await, 1);
        assert_eq!(ageing(&boss, to, "2026-05-31").await.1, "60.00");
        // What is in the book already is not remarked upon again.
        let again = checked(&app, &boss, to, "credits.csv", file.as_bytes(), |_| {}).await.summary.unwrap();
        assert_eq!((again.unchanged, again.remarked, again.credits), (3, 0, 0));
        let balances = "Account No,Balance\nC8,-7.00\nC9,5.00\n";
        let import = checked(&app, &boss, to, "b.csv", balances.as_bytes(), |m| m.as_at = "2026-03-31".parse().ok()).await;
        assert_eq!(import.summary.unwrap().credits, 1);
        let page: Page<CheckedRow> = boss.get(format!("/imports/{}/rows?remarked=true", import.id)).await.expect(200);
        assert_eq!((page.items.len(), page.items[0].remarks[0].code), (1, RemarkCode::OpeningCredit));
    }
}
