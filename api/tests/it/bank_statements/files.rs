//! Files of all kinds over HTTP: refused politely with their line, tables mapped, statements that do not add up.

use super::{LINES, lines, mt940, order, statement, taken, upload};
use crate::both;
use kept_shared::bank_statements::*;
use serde_json::json;

const TABLE: &str =
    "Date,Description,Amount,Balance\n2026-11-02,RV0012 levy,1850.00,2850.00\n2026-11-03,Fee,-45.50,2804.50\n";

both! {
    async fn what_cannot_be_read_is_refused_with_its_line(app: TestApp) {
        let community = app.community("RIDGE").await;
        let by = app.manager(&[community]).await;
        let broken = mt940("1", 1, 0, &LINES).replace("C900,00", "X900,00");
        let flaw = |reply: crate::kit::Reply| {
            let problem = reply.problem(422, "file-unreadable");
            let first = &problem.errors[0];
            (first.code.clone(), first.params.get("line").cloned())
        };
        assert_eq!(flaw(upload(&by, None, "a.sta", broken.as_bytes()).await), ("sign_unreadable".into(), Some("11".into())));
        let bomb = b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><Document xmlns=\"urn:camt.053\"/>";
        assert_eq!(flaw(upload(&by, None, "a.xml", bomb).await).0, "entities_refused");
        assert_eq!(flaw(upload(&by, None, "a.bin", &[0, 1, 2, 3, 255, 254]).await).0, "nul_character");
        assert_eq!(flaw(upload(&by, None, "a.txt", b"hello\nworld\n").await).0, "not_a_statement");
        assert_eq!(flaw(upload(&by, None, "a.txt", b"").await).0, "empty");
        let signs = b"OFXHEADER:100\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>Wrong password</STATUS></SONRS></SIGNONMSGSRSV1></OFX>";
        assert_eq!(flaw(upload(&by, None, "a.ofx", signs).await).0, "bank_error");
        let large = vec![b'a'; usize::try_from(MAX_BANK_FILE_BYTES).unwrap() + 1];
        upload(&by, None, "a.sta", &large).await.problem(413, "body-too-large");
        let euro = mt940("1", 1, 0, &LINES).replace("ZAR", "EUR");
        assert_eq!(upload(&by, None, "a.sta", euro.as_bytes()).await.problem(422, "not-acceptable").errors[0].code, "currency_differs");
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM bank_file", vec![]).await, 0);
    }

    async fn a_statement_that_does_not_add_up_is_taken_with_a_warning(app: TestApp) {
        let community = app.community("RIDGE").await;
        let by = app.manager(&[community]).await;
        let text = mt940("1", 1, 0, &LINES);
        let closing = text.lines().find(|l| l.starts_with(":62F:")).unwrap().to_owned();
        let id = taken(&app, &by, None, &text.replace(&closing, ":62F:C261130ZAR1,00")).await;
        let s = statement(&by, id).await;
        assert_eq!((s.check, s.off.unwrap().to_plain()), (BalanceCheck::Off, "-4265.50".into()));
        let cut = &mt940("2", 1, 0, &LINES);
        let id = taken(&app, &by, None, &cut[..cut.find(":62F:").unwrap()]).await;
        assert_eq!(statement(&by, id).await.check, BalanceCheck::Unknown);
    }

    async fn a_table_is_mapped_tried_and_read_and_its_mapping_kept(app: TestApp) {
        let community = app.community("RIDGE").await;
        app.account(community, "RV0012", "Thabo Mokoena").await;
        let by = app.manager(&[community]).await;
        let file: BankFile = upload(&by, None, "bank.csv", TABLE.as_bytes()).await.expect(201);
        assert!(file.needs_mapping && file.statements.is_empty());
        let mapping = file.table.unwrap().suggestion();
        let preview: BankPreview = by.post(format!("/bank-files/{}/preview", file.id), json!(mapping)).await.expect(200);
        assert_eq!((preview.lines, preview.credits.to_plain(), preview.debits.to_plain(), preview.check), (2, "1850.00".into(), "-45.50".into(), BalanceCheck::Balances));
        let none = json!({ "header_row": 1, "columns": [] });
        assert!(by.post(format!("/bank-files/{}/preview", file.id), none).await.problem(422, "not-acceptable").flaw("/columns").is_some());
        let read = json!({ "mapping": mapping, "save_as": "My bank" });
        let done: BankFile = order(&by, format!("/bank-files/{}/read", file.id), read.clone()).await.expect(201);
        assert_eq!((done.needs_mapping, done.statements.len()), (false, 1));
        order(&by, format!("/bank-files/{}/read", file.id), read).await.problem(409, "state-forbids");
        app.run_jobs().await;
        let s = statement(&by, done.statements[0]).await;
        assert_eq!((s.check, s.progress.certain, s.format), (BalanceCheck::Balances, 1, BankFormat::Csv));
        assert_eq!(lines(&by, s.id).await[0].text, "RV0012 levy");
        // The next file of that bank finds the mapping, and the known line.
        let next = format!("{TABLE}2026-11-04,RV0012 again,1.00,2805.50\n");
        let file: BankFile = upload(&by, None, "bank.csv", next.as_bytes()).await.expect(201);
        assert_eq!(file.fitting_mappings[0].name, "My bank");
        let done: BankFile = order(&by, format!("/bank-files/{}/read", file.id), json!({ "mapping": file.fitting_mappings[0].mapping })).await.expect(201);
        app.run_jobs().await;
        assert_eq!(statement(&by, done.statements[0]).await.remarks["duplicate_lines"], 2);
        let saved: Vec<SavedBankMapping> = by.get("/bank-mappings").await.expect(200);
        by.delete(format!("/bank-mappings/{}", saved[0].id), 1).await;
        assert!(by.get("/bank-mappings").await.expect::<Vec<SavedBankMapping>>(200).is_empty());
    }
}
