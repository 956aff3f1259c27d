use super::draw::pdf;
use super::font::{clean, lines, width};
use super::layout::pages;
use super::*;
use proptest::prelude::*;
use std::process::Command;

fn table(rows: usize) -> Table {
    Table {
        columns: vec![
            Column::date("Date"),
            Column::text("Description", 1.0),
            Column::figure("Amount"),
        ],
        rows: (0..rows)
            .map(|n| Row {
                cells: vec![
                    "1\u{a0}Nov\u{a0}2026".into(),
                    Cell {
                        text: format!("Line {n} of the table"),
                        note: (n % 3 == 0).then(|| "a note below".into()),
                    },
                    format!("{n}.50").into(),
                ],
                kind: RowKind::Plain,
            })
            .collect(),
        zebra: true,
    }
}

fn label(n: usize, m: usize) -> String {
    format!("Page {n} of {m}")
}

fn document(blocks: Vec<Block>) -> Document {
    Document {
        title: "A document".into(),
        blocks,
        running_head: Some(("Running".into(), "head".into())),
        foot: "The foot".into(),
        page_label: Some(label),
        ..Document::default()
    }
}

/// What a reader of the paper would read, or nothing where the tool is missing.
fn read_back(pdf: &[u8]) -> Option<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    match Command::new("pdftotext")
        .arg("-layout")
        .arg(file.path())
        .arg("-")
        .output()
    {
        Ok(out) => Some(String::from_utf8(out.stdout).unwrap()),
        Err(_) => {
            #[expect(clippy::print_stderr, reason = "a test that was not made says so")]
            {
                eprintln!("SKIPPED: pdftotext is missing (poppler-utils): the text of documents is not read back");
            }
            None
        }
    }
}

#[test]
fn the_same_document_makes_the_same_bytes_and_its_text_reads_back() {
    let paper = document(vec![Block::Title("Title Žluťoučký".into()), Block::Table(table(200))]);
    let bytes = pdf(&paper).unwrap();
    assert_eq!(bytes, pdf(&paper).unwrap());
    let Some(text) = read_back(&bytes) else { return };
    assert!(text.contains("Title Žluťoučký"), "{text}");
    for n in 0..200 {
        assert!(text.contains(&format!("Line {n} of the table")), "{n}");
        assert!(text.contains(&format!("{n}.50")), "{n}");
    }
    let count = pages(&paper).unwrap().len();
    assert!(count > 2, "{count}");
    for n in 1..=count {
        assert!(text.contains(&format!("Page {n} of {count}")), "{n}");
    }
    assert_eq!(text.matches("Description").count(), count, "the header is on each page");
    assert_eq!(
        text.matches("Running").count(),
        count - 1,
        "the running head is on each page but the first"
    );
}

#[test]
fn what_the_face_has_no_glyph_for_is_a_box_and_control_characters_are_gone() {
    assert_eq!(clean("日本 Café\u{0}\u{202e}x"), "□□ Café x");
    assert_eq!(clean("e\u{301}"), "é", "composed");
    let Some(text) = read_back(&pdf(&document(vec![Block::Text(Text::of(vec![Run::plain("漢 ok")]))])).unwrap())
    else {
        return;
    };
    assert!(text.contains("ok"));
}

#[test]
fn figures_stand_under_each_other() {
    for bold in [false, true] {
        let one = width("1", bold, 100.0);
        for figure in '0'..='9' {
            assert!((width(&figure.to_string(), bold, 100.0) - one).abs() < 0.2, "{figure}");
        }
    }
}

#[test]
fn a_line_that_does_not_fit_is_broken_and_one_too_many_ends_in_an_ellipsis() {
    let run = [Run::plain("one two three four five six seven eight nine ten")];
    let broken = lines(&run, 10.0, 60.0, 100);
    assert!(broken.len() > 3);
    for line in &broken {
        assert!(line.iter().map(|p| p.width).sum::<f32>() <= 60.01);
    }
    let short = lines(&run, 10.0, 60.0, 2);
    assert_eq!(short.len(), 2);
    assert!(short[1].last().unwrap().text.ends_with('…'));
}

#[test]
fn pictures_are_known_by_their_bytes_and_bounded_before_they_are_decoded() {
    assert_eq!(
        Picture::read(b"GIF89a".to_vec(), 100).unwrap_err(),
        PictureFlaw::UnknownFormat
    );
    assert_eq!(Picture::read(vec![], 100).unwrap_err(), PictureFlaw::UnknownFormat);
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bomb.extend_from_slice(&60_000_u32.to_be_bytes());
    bomb.extend_from_slice(&60_000_u32.to_be_bytes());
    assert_eq!(
        Picture::read(bomb.clone(), 4_000).unwrap_err(),
        PictureFlaw::TooManyPixels
    );
    bomb[16..24].copy_from_slice(&[0, 0, 0, 10, 0, 0, 0, 10]);
    assert_eq!(Picture::read(bomb, 4_000).unwrap_err(), PictureFlaw::Damaged);
    assert_eq!(
        Picture::read(vec![0xff, 0xd8, 0xff, 0xe0, 0, 0], 100).unwrap_err(),
        PictureFlaw::UnknownFormat
    );
}

fn cell() -> impl Strategy<Value = Cell> {
    (any::<String>(), proptest::option::of(any::<String>())).prop_map(|(text, note)| Cell { text, note })
}

fn kind() -> impl Strategy<Value = RowKind> {
    prop_oneof![Just(RowKind::Plain), Just(RowKind::Group), Just(RowKind::Total)]
}

fn block() -> impl Strategy<Value = Block> {
    let text = || any::<String>();
    prop_oneof![
        text().prop_map(Block::Title),
        text().prop_map(Block::Heading),
        (text(), any::<bool>(), 1.0_f32..40.0).prop_map(|(t, bold, size)| {
            Block::Text(
                Text::of(vec![Run {
                    bold,
                    ..Run::plain(t.repeat(7))
                }])
                .sized(size),
            )
        }),
        proptest::collection::vec((text(), text()), 0..6).prop_map(Block::Facts),
        proptest::collection::vec((text(), text(), any::<bool>()), 0..7).prop_map(|all| {
            Block::Tiles(
                all.into_iter()
                    .map(|(label, figure, strong)| Tile { label, figure, strong })
                    .collect(),
            )
        }),
        (
            proptest::collection::vec(proptest::collection::vec(cell(), 0..5), 0..30),
            kind(),
            any::<bool>()
        )
            .prop_map(|(rows, kind, zebra)| Block::Table(Table {
                columns: vec![
                    Column::date("a"),
                    Column::text("b", 2.0),
                    Column::text("", 0.0),
                    Column::figure("d")
                ],
                rows: rows.into_iter().map(|cells| Row { cells, kind }).collect(),
                zebra,
            })),
        Just(Block::Rule),
        (0.0_f32..2_000.0).prop_map(Block::Space),
        proptest::collection::vec((0.0_f32..3.0, text()), 0..4)
            .prop_map(|all| Block::Columns(all.into_iter().map(|(s, t)| (s, vec![Block::Heading(t)])).collect())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_whatever_makes_it_fail(blocks in proptest::collection::vec(block(), 0..12), foot in any::<String>()) {
        let paper = Document { foot, ..document(blocks) };
        let bytes = pdf(&paper).unwrap();
        prop_assert!(bytes.starts_with(b"%PDF-"));
    }
    #[test]
    fn no_line_is_wider_than_asked(text in any::<String>(), most in 20.0_f32..300.0) {
        for line in lines(&[Run::plain(text)], 9.0, most, 1_000) {
            prop_assert!(line.iter().map(|p| p.width).sum::<f32>() <= most + 0.1);
        }
    }
    #[test]
    fn no_picture_bytes_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), jpeg in any::<bool>()) {
        let mut all = if jpeg { vec![0xff, 0xd8, 0xff] } else { b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec() };
        all.append(&mut bytes);
        let _any_answer = Picture::read(all, 2_000);
    }
}
