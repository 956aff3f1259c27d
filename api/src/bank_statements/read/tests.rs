use super::*;
use proptest::prelude::*;
use std::io::Write;

const MT940: &str = "{1:F01BANKZAJJXXXX0000000000}{2:O940BANKZAJJXXXXN}{3:}{4:\n:20:STMT1\n:25:62001234567\n:28C:00012/001\n\
:60F:C260501ZAR1000,00\n:61:2605020502C1850,00NTRFRV0012//B1\n:86:EFT T MOKOENA RV0012\n:61:2605030503D45,5NCHGNONREF//B2\n\
:86:MONTHLY FEE\n:62F:C260503ZAR2804,50\n-}{5:}\n";

const OFX1: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>ZAR\n<BANKACCTFROM><BANKID>1<ACCTID>62001</BANKACCTFROM>\n\
<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260502120000.000[+2:SAST]<TRNAMT>1850.00<FITID>F1<NAME>T &amp; S Mokoena<MEMO>T &amp; S Mokoena RV0012</STMTTRN>\n\
</BANKTRANLIST><LEDGERBAL><BALAMT>2850<DTASOF>20260503</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";

fn camt(inside: &str, version: u32) -> String {
    format!(
        "<?xml version=\"1.0\"?><ns2:Document xmlns:ns2=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}\"><ns2:BkToCstmrStmt>\
         <ns2:GrpHdr><ns2:MsgId>x</ns2:MsgId></ns2:GrpHdr>{inside}</ns2:BkToCstmrStmt></ns2:Document>"
    )
}
fn statement(entries: &str) -> String {
    let bal = |code: &str, amount: &str, sign: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-05-01</Dt></Dt></Bal>"
        )
    };
    format!(
        "<Stmt><Id>S</Id><ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id><IBAN>GB82 WEST 1234 5698 7654 32</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}{entries}</Stmt>",
        bal("OPBD", "100.00", "DBIT"),
        bal("CLBD", "50.00", "CRDT")
    )
}
fn entry(amount: &str, sign: &str, rest: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-05-02</Dt></BookgDt><AcctSvcrRef>A1</AcctSvcrRef>{rest}</Ntry>"
    )
}
fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn an_mt940_is_read_to_the_cent() {
    let found = read(MT940).unwrap();
    let [s] = found.statements.as_slice() else { panic!() };
    assert_eq!(
        (s.account.as_deref(), s.number.as_deref(), s.currency.as_deref()),
        (Some("62001234567"), Some("00012/001"), Some("ZAR"))
    );
    assert_eq!(
        (s.check(), s.credits(), s.debits()),
        (Check::Balances, dec("1850"), dec("-45.5"))
    );
    let line = &s.lines[0];
    assert_eq!(
        (line.reference.as_deref(), line.bank_id.as_deref(), line.at),
        (Some("RV0012"), Some("B1"), 6)
    );
    assert_eq!(
        (line.text.as_str(), line.code.as_deref()),
        ("EFT T MOKOENA RV0012", Some("NTRF"))
    );
    assert_eq!(s.lines[1].reference, None);
}

#[test]
fn a_cut_mt940_says_so_and_a_broken_line_names_its_place() {
    let cut = &MT940[..MT940.find(":62F:").unwrap()];
    assert_eq!(read(cut).unwrap().statements[0].check(), Check::Unknown);
    let off = MT940.replace("ZAR2804,50", "ZAR2804,51");
    assert_eq!(read(&off).unwrap().statements[0].check(), Check::Off(dec("0.01")));
    for (from, to, code) in [
        (":61:2605020502C1850,00", ":61:2613450502C1850,00", "date_unreadable"),
        (":61:2605020502C1850,00", ":61:2605020502X1850,00", "sign_unreadable"),
        (":61:2605020502C1850,00", ":61:2605020502C18.50.00", "not_an_amount"),
        (
            ":61:2605020502C1850,00",
            ":61:2605020502C9999999999999999,00",
            "not_an_amount",
        ),
    ] {
        let fault = read(&MT940.replace(from, to)).unwrap_err();
        assert_eq!((fault.code, fault.line), (code, Some(6)), "{to}");
    }
    assert_eq!(
        read(&MT940.replace("C260501ZAR1000,00", "C2605")).unwrap_err(),
        Fault::at("balance_unreadable", 5).found("C2605")
    );
}

#[test]
fn every_version_of_camt_is_read_by_its_names() {
    for version in 2..=13 {
        let detail = "<NtryDtls><TxDtls><Refs><EndToEndId>E2E-1</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>T Mokoena</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>GB82WEST12345698765432</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>Levy RV0012</Ustrd></RmtInf></TxDtls></NtryDtls>";
        let found = read(&camt(&statement(&entry("150.00", "CRDT", detail)), version)).unwrap();
        let s = &found.statements[0];
        assert_eq!(
            (s.check(), s.number.as_deref(), s.account.as_deref()),
            (Check::Balances, Some("7"), Some("GB82WEST12345698765432"))
        );
        let line = &s.lines[0];
        assert_eq!(
            (
                line.end_to_end_id.as_deref(),
                line.counterparty_name.as_deref(),
                line.text.as_str()
            ),
            (Some("E2E-1"), Some("T Mokoena"), "Levy RV0012")
        );
        assert_eq!(
            (line.amount, line.is_pending, line.counterparty_account.as_deref()),
            (dec("150"), false, Some("GB82WEST12345698765432"))
        );
    }
}

#[test]
fn a_batch_is_split_when_its_parts_add_up_and_kept_whole_when_not() {
    let part = |amount: &str, name: &str| {
        format!("<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs><Amt Ccy=\"EUR\">{amount}</Amt></TxDtls>")
    };
    let batch = |second: &str| {
        entry(
            "150.00",
            "CRDT",
            &format!("<NtryDtls>{}{}</NtryDtls>", part("100.00", "A"), part(second, "B")),
        )
    };
    let lines = |second: &str| read(&camt(&statement(&batch(second)), 8)).unwrap().statements.remove(0);
    let split = lines("50.00");
    assert_eq!(
        split
            .lines
            .iter()
            .map(|l| (l.amount, l.bank_id.clone().unwrap()))
            .collect::<Vec<_>>(),
        [(dec("100"), "A1/1".into()), (dec("50"), "A1/2".into())]
    );
    let whole = lines("49.99");
    assert_eq!(
        (
            whole.lines.len(),
            whole.remarks.get("details_without_amounts"),
            whole.check()
        ),
        (1, Some(&1), Check::Balances)
    );
}

#[test]
fn both_kinds_of_ofx_are_read() {
    let found = read(OFX1).unwrap();
    let line = &found.statements[0].lines[0];
    assert_eq!(
        (
            line.amount,
            line.booked_on.to_string().as_str(),
            line.bank_id.as_deref()
        ),
        (dec("1850"), "2026-05-02", Some("F1"))
    );
    assert_eq!(
        (line.counterparty_name.as_deref(), line.text.as_str()),
        (Some("T & S Mokoena"), "T & S Mokoena RV0012")
    );
    let xml = OFX1
        .replace(
            "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n",
            "<?xml version=\"1.0\"?><?OFX OFXHEADER=\"200\"?>",
        )
        .replace("<CURDEF>ZAR\n", "<CURDEF>ZAR</CURDEF>")
        .replace("<FITID>F1", "<FITID><![CDATA[F<1>]]></FITID>");
    assert_eq!(
        read(&xml).unwrap().statements[0].lines[0].bank_id.as_deref(),
        Some("F<1>")
    );
    let cut = &OFX1[..OFX1.find("</STMTTRN>").unwrap()];
    assert_eq!(read(cut).unwrap_err().code, "cut_off");
}

#[test]
fn hostile_files_are_refused_politely() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;\">]><Document xmlns=\"urn:camt.053\"><BkToCstmrStmt><Stmt><Id>&b;</Id></Stmt></BkToCstmrStmt></Document>";
    assert_eq!(read(bomb).unwrap_err().code, "entities_refused");
    let external = "<?xml version=\"1.0\"?><!DOCTYPE x SYSTEM \"file:///etc/passwd\"><Document/>";
    assert_eq!(read(external).unwrap_err().code, "entities_refused");
    assert_eq!(
        read("<OFX><!DOCTYPE x SYSTEM \"file:///etc/passwd\"></OFX>")
            .unwrap_err()
            .code,
        "entities_refused"
    );
    let deep = format!("<?xml version=\"1.0\"?>{}", "<a>".repeat(200_000));
    assert_eq!(read(&deep).unwrap_err().code, "too_deep");
    let deep_inside = camt(&format!("<Stmt>{}", "<Ntry>".repeat(100_000)), 2);
    assert_eq!(read(&deep_inside).unwrap_err().code, "too_deep");
    let deep_ofx = format!("<OFX>{}", "<STMTRS>".repeat(100_000));
    assert_eq!(read(&deep_ofx).unwrap_err().code, "too_deep");
    let long = camt(
        &format!("<Stmt><Ntry><Amt>{}</Amt></Ntry></Stmt>", "9".repeat(50_000)),
        2,
    );
    assert_eq!(read(&long).unwrap_err().code, "too_large");
    assert_eq!(read(":20:x\n:60F:\0").unwrap_err(), Fault::at("binary", 2));
    for text in [
        "",
        "\u{feff}",
        "hello",
        "PK\u{3}\u{4}",
        "<html><body>sign in</body></html>",
    ] {
        assert!(
            matches!(read(text).unwrap_err().code, "not_a_statement" | "no_statement"),
            "{text:?}"
        );
    }
    let cut = camt(&statement(&entry("150.00", "CRDT", "")), 2);
    assert_eq!(read(&cut[..cut.len() - 60]).unwrap_err().code, "cut_off");
    let many = format!(
        ":20:x\n:25:1\n:60F:C260501ZAR0,\n{}",
        ":61:260502C1,NTRF\n".repeat(MAX_LINES + 1)
    );
    assert_eq!(read(&many).unwrap_err().code, "too_many_lines");
}

fn as_table(text: &str) -> (tempfile::NamedTempFile, Result<Vec<Statement>, Fault>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let found = csv::find(file.path(), None).and_then(|t| csv::read(file.path(), &t.suggestion()));
    (file, found)
}

#[test]
fn a_table_reads_newest_first_as_well_and_its_balances_are_checked() {
    let (_file, found) = as_table(
        "Date,Description,Money Out,Money In,Balance\n2026-05-03,Fee,45.50,,2804.50\n2026-05-02,RV0012,,1850.00,2850.00\nClosing balance,,,,2804.50\n",
    );
    let s = found.unwrap().remove(0);
    assert_eq!(
        (s.check(), s.opening.unwrap().amount, s.lines[0].text.as_str()),
        (Check::Balances, dec("1000"), "RV0012")
    );
    let (_file, found) = as_table("Date,Description,Amount\n2026-05-03,Fee,x45.50\n2026-05-04,b,1\n");
    assert_eq!(found.unwrap_err(), Fault::at("not_an_amount", 2).found("x45.50"));
}

fn mutated() -> impl Strategy<Value = String> {
    let base = prop_oneof![
        Just(MT940.to_owned()),
        Just(OFX1.to_owned()),
        Just(camt(&statement(&entry("150.00", "CRDT", "")), 8))
    ];
    (
        base,
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..12),
    )
        .prop_map(|(text, changes)| {
            let mut bytes = text.into_bytes();
            for (at, byte, how) in changes {
                let at = at.index(bytes.len().max(1));
                match how {
                    0 => bytes.truncate(at),
                    1 => drop((at < bytes.len()).then(|| bytes.remove(at))),
                    2 => bytes.insert(at.min(bytes.len()), byte),
                    _ => {
                        if let Some(old) = bytes.get_mut(at) {
                            *old = byte;
                        }
                    }
                }
                if bytes.is_empty() {
                    break;
                }
            }
            String::from_utf8_lossy(&bytes).into_owned()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn mutated_files_are_read_or_refused(text in mutated()) {
        if let Ok(found) = read(&text) {
            for s in &found.statements {
                let _ = s.check();
            }
        }
    }
    #[test]
    fn arbitrary_text_is_read_or_refused(text in "\\PC{0,400}", head in prop_oneof![Just(":20:x\n:61:"), Just("<OFX><STMTRS>"), Just("<?xml?><Document><BkToCstmrStmt><Stmt>"), Just("")]) {
        let _ = read(&format!("{head}{text}"));
        let _ = mt940::read(&text);
        let _ = ofx::read(&text);
        let _ = camt::read(&text);
    }
    #[test]
    fn a_written_mt940_reads_back(amounts in prop::collection::vec(-9_999_999_i64..9_999_999, 0..30), opening in -99_999_999_i64..99_999_999) {
        let plain = |minor: i64| format!("{},{:02}", minor.abs() / 100, minor.abs() % 100);
        let sign = |minor: i64| if minor < 0 { 'D' } else { 'C' };
        let mut text = format!(":20:A\n:25:1\n:60F:{}260501ZAR{}\n", sign(opening), plain(opening));
        for a in &amounts {
            text.push_str(&format!(":61:2605020502{}{}NTRFREF\n:86:x\n", sign(*a), plain(*a)));
        }
        let closing = opening + amounts.iter().sum::<i64>();
        text.push_str(&format!(":62F:{}260502ZAR{}\n-\n", sign(closing), plain(closing)));
        let found = read(&text).unwrap();
        prop_assert_eq!(found.statements[0].check(), Check::Balances);
        prop_assert_eq!(found.statements[0].lines.iter().map(|l| l.amount).collect::<Vec<_>>(), amounts.iter().map(|a| Decimal::new(*a, 2)).collect::<Vec<_>>());
    }
}
