//! Own small files, made here; hostile ones above all.

use super::*;
use std::io::Write as _;

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.flush().unwrap();
    file
}

fn rows(bytes: &[u8], how: ReadAs) -> Result<Vec<(u32, Vec<String>)>, Refusal> {
    let file = file(bytes);
    let mut rows = Vec::new();
    scan(file.path(), how, &mut |number, cells| {
        rows.push((number, cells.iter().map(Cell::shown).collect()));
        Ok(())
    })?;
    Ok(rows)
}

fn plain(bytes: &[u8]) -> Result<Vec<Vec<String>>, &'static str> {
    rows(bytes, ReadAs::default())
        .map(|rows| rows.into_iter().map(|(_, cells)| cells).collect())
        .map_err(|r| r.code)
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const LINKS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;

fn xlsx_with(sheet_data: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet_data}</sheetData></worksheet>"#
    );
    let mut members: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", LINKS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    members.extend_from_slice(more);
    zip(&members)
}

const ROW: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>Unit</t></is></c><c r="C1"><v>12.50</v></c></row>"#;

#[test]
fn csv_with_each_delimiter_and_line_end() {
    let expected = vec![vec!["a", "b,c"], vec!["1", "x \"y\"\nz"]];
    for (delimiter, quoted) in [(",", "\"b,c\""), (";", "b,c"), ("\t", "b,c"), ("|", "b,c")] {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a{delimiter}{quoted}{end}1{delimiter}\"x \"\"y\"\"\nz\"{end}");
            assert_eq!(plain(text.as_bytes()).unwrap(), expected, "{delimiter:?} {end:?}");
        }
    }
}

#[test]
fn decimal_commas_do_not_pass_for_delimiters() {
    let read = plain(b"Account;Name;Balance\nA1;Zo\xeb;1,50\nA2;B;2,75\n").unwrap();
    assert_eq!(read[1], ["A1", "Zoë", "1,50"]);
}

#[test]
fn encodings_are_found() {
    let text = "Account,Name\nA1,Zoë Müller\n";
    let utf16 = |little: bool, mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units
            .flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() })
            .collect()
    };
    let mut with_mark = vec![0xef, 0xbb, 0xbf];
    with_mark.extend_from_slice(text.as_bytes());
    let western: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [
        text.as_bytes().to_vec(),
        with_mark,
        western,
        utf16(true, true),
        utf16(false, true),
        utf16(true, false),
        utf16(false, false),
    ] {
        assert_eq!(plain(&bytes).unwrap()[1], ["A1", "Zoë Müller"], "{:?}", bytes.get(..6));
    }
    let refused = rows(
        b"a,b\nZo\xeb,1\n",
        ReadAs {
            encoding: Some(TextEncoding::Utf8),
            ..ReadAs::default()
        },
    );
    assert_eq!(refused.unwrap_err().code, "wrong_encoding");
}

#[test]
fn hostile_text_is_refused_with_its_row() {
    assert_eq!(
        rows(
            b"Unit,Owner\nA1,\0\0\n",
            ReadAs {
                encoding: Some(TextEncoding::Utf8),
                ..ReadAs::default()
            }
        )
        .unwrap_err(),
        Refusal::at("nul_character", 2)
    );
    assert_eq!(
        rows(b"a,b\n1,\"never closed\nx,y\n", ReadAs::default()).unwrap_err(),
        Refusal::at("open_quote", 2)
    );
    assert_eq!(
        rows(
            format!("a,b\n1,\"never closed\n{}", "x,y\n".repeat(2000)).as_bytes(),
            ReadAs::default()
        )
        .unwrap_err(),
        Refusal::at("open_quote", 2)
    );
    assert_eq!(
        rows(
            format!("a,b\n1,{}\n", "x".repeat(2 << 20)).as_bytes(),
            ReadAs::default()
        )
        .unwrap_err(),
        Refusal::at("cell_too_long", 2)
    );
    assert_eq!(
        rows(format!("a,b{}\n", ",".repeat(300)).as_bytes(), ReadAs::default()).map(|r| r.len()),
        Ok(1)
    );
    assert_eq!(
        rows(format!("{}\n", "a,".repeat(300) + "b").as_bytes(), ReadAs::default())
            .unwrap_err()
            .code,
        "too_many_columns"
    );
    assert_eq!(plain(b""), Err("empty"));
    assert_eq!(
        plain(b"<html><table><tr><td>1</td></tr></table></html>"),
        Err("not_a_table")
    );
    assert_eq!(plain(b"%PDF-1.4 ..."), Err("not_a_table"));
}

#[test]
fn more_rows_than_allowed_are_refused() {
    let text = "a,b\n".repeat(MAX_ROWS as usize + 101);
    assert_eq!(
        rows(text.as_bytes(), ReadAs::default()).unwrap_err().code,
        "too_many_rows"
    );
}

#[test]
fn xlsx_cells_keep_their_places_and_types() {
    let read = rows(&xlsx_with(ROW, &[]), ReadAs::default()).unwrap();
    assert_eq!(read, [(1, vec!["Unit".to_owned(), String::new(), "12.5".to_owned()])]);
}

#[test]
fn one_far_cell_does_not_ask_for_a_billion() {
    let far = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    assert_eq!(plain(&xlsx_with(&format!("{ROW}{far}"), &[])), Err("too_many_columns"));
}

#[test]
fn a_claimed_count_of_strings_is_not_believed() {
    // calamine reserves for `uniqueCount`: unguarded, this one attribute aborts the process.
    let strings = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="900000000000"><si><t>x</t></si></sst>"#;
    assert_eq!(
        plain(&xlsx_with(ROW, &[("xl/sharedStrings.xml", strings.as_bytes())])),
        Err("zip_bomb")
    );
}

#[test]
fn bombs_dtds_depths_and_tokens_are_refused() {
    let many = format!(
        "{ROW}{}",
        format!(
            "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>{}</t></is></c></row>",
            "A".repeat(2000)
        )
        .repeat(2000)
    );
    assert_eq!(plain(&xlsx_with(&many, &[])), Err("zip_bomb"));
    let dtd = br#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>"#;
    assert_eq!(plain(&xlsx_with(ROW, &[("xl/styles.xml", dtd)])), Err("dtd"));
    let deep = "<a>".repeat(500);
    assert_eq!(
        plain(&xlsx_with(ROW, &[("xl/styles.xml", deep.as_bytes())])),
        Err("zip_bomb")
    );
    let long = format!("<a b=\"{}\"/>", "x1".repeat(200_000));
    assert_eq!(
        plain(&xlsx_with(ROW, &[("xl/styles.xml", long.as_bytes())])),
        Err("zip_bomb")
    );
    let slip = xlsx_with(ROW, &[("../../etc/passwd", b"x")]);
    assert_eq!(plain(&slip), Err("unsafe_names"));
    assert_eq!(plain(b"PK\x03\x04 garbage"), Err("damaged"));
    assert_eq!(plain(&zip(&[("a.txt", b"x")])), Err("not_a_table"));
    let index = r#"<row r="1"><c r="A1" t="s"><v>4000000000</v></c></row>"#;
    assert_eq!(plain(&xlsx_with(index, &[])), Err("damaged"));
}

#[test]
fn ods_unfolds_repeats_within_limits() {
    let content = |body: &str| {
        let xml = format!(
            r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="Age &amp; co">{body}</table:table></office:spreadsheet></office:body></office:document-content>"#
        );
        zip(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", xml.as_bytes()),
        ])
    };
    let text =
        |t: &str| format!(r#"<table:table-cell office:value-type="string"><text:p>{t}</text:p></table:table-cell>"#);
    let body = format!(
        r#"<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="300"/></table:table-row>
           <table:table-row>{}<table:table-cell/>{}</table:table-row>
           <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="8832530.619999999"><text:p>8 832 530,62</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2020-06-30T00:00:00"><text:p>30/06/20</text:p></table:table-cell></table:table-row>
           <table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>"#,
        text("Unit &amp; block<text:s text:c=\"2\"/>x"),
        text("Due"),
    );
    let read = rows(&content(&body), ReadAs::default()).unwrap();
    let amount = vec![
        "8832530.62".to_owned(),
        "8832530.62".to_owned(),
        "2020-06-30".to_owned(),
    ];
    assert_eq!(
        read,
        [
            (3, vec!["Unit & block  x".to_owned(), String::new(), "Due".to_owned()]),
            (4, amount.clone()),
            (5, amount)
        ]
    );
    let wide = r#"<table:table-row><table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/></table:table-row>"#;
    assert_eq!(plain(&content(wide)), Err("too_many_columns"));
    let tall = r#"<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" office:value="1"/></table:table-row>"#;
    assert_eq!(plain(&content(tall)), Err("too_many_rows"));
}

#[test]
fn broken_xls_containers_are_refused() {
    let mut bytes = vec![0_u8; 2048];
    bytes[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    assert_eq!(plain(&bytes), Err("damaged"));
    bytes[30] = 9;
    assert!(plain(&bytes).is_err());
    // Sector 0 is the table and links to itself; the directory begins there.
    bytes[76..80].copy_from_slice(&0_u32.to_le_bytes());
    bytes[80..512].fill(0xff);
    bytes[68..72].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    assert_eq!(plain(&bytes), Err("damaged"));
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let file = file(b"Unit,Owner,Owner,Balance\nA1,x,y,1.00\n");
    assert_eq!(
        detect(file.path(), ReadAs::default(), None, 0).unwrap_err(),
        Refusal::at("repeated_header", 1)
    );
}

#[test]
fn old_xls_with_wide_strings_dates_and_formulas() {
    let bytes = include_bytes!("../../../tests/fixtures/imports/age-analysis.xls");
    let read = rows(bytes, ReadAs::default()).unwrap();
    assert_eq!(
        read[2].1,
        [
            "Unit",
            "Account No.",
            "Owner",
            "90 Days",
            "30 Days",
            "Current",
            "Total Balance",
            "Last paid",
            "E-mail"
        ]
    );
    assert_eq!(
        read[3].1,
        [
            "01",
            "LP001",
            "Zoë Müller",
            "100.25",
            "0",
            "50",
            "150.25",
            "2026-05-01",
            "zoe@example.org"
        ]
    );
    assert_eq!(
        read[4].1[2..7],
        ["漢字 Trust", "R 1 234,56", "R 0,00", "(R 34,56)", "R 1 200,00"]
    );
    assert_eq!(read[5].1[3..7], ["1", "0.005", "12345678.91", "12345679.915"]);
    // Strings that continue over several records keep both widths.
    assert!(
        read.iter()
            .skip(6)
            .take(200)
            .all(|(_, cells)| cells[0].ends_with(&"é漢".repeat(20)))
    );
    assert_eq!(
        rows(
            bytes,
            ReadAs {
                sheet: 1,
                ..ReadAs::default()
            }
        )
        .unwrap(),
        [(1, vec!["other".to_owned()])]
    );
    assert_eq!(
        rows(
            bytes,
            ReadAs {
                sheet: 2,
                ..ReadAs::default()
            }
        )
        .unwrap_err()
        .code,
        "no_such_sheet"
    );
    // No damage to any byte panics or hangs.
    for at in (0..bytes.len()).step_by(97) {
        let mut broken = bytes.to_vec();
        broken[at] = broken[at].wrapping_add(0x55);
        let _ = rows(&broken, ReadAs::default());
    }
}
