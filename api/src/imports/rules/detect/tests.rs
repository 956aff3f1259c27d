use super::*;
use kept_shared::imports::{DateOrder, DecimalStyle};
use kept_shared::imports::{ImportField as F, ImportKind};

fn text(cells: &[&str]) -> Vec<Cell> {
    cells
        .iter()
        .map(|c| {
            if c.is_empty() {
                Cell::Empty
            } else {
                Cell::Text((*c).to_owned())
            }
        })
        .collect()
}
fn detect(rows: &[Vec<Cell>]) -> Detection {
    let mut detector = Detector::new(None);
    for (number, row) in (1..).zip(rows) {
        detector.row(number, row);
    }
    detector.finish(Container {
        format: FileFormat::Csv,
        sheets: vec![],
        sheet: 0,
        delimiter: None,
        encoding: None,
    })
}

#[test]
fn titles_above_and_totals_below_are_passed_over() {
    let found = detect(&[
        text(&["A/R Aging Summary"]),
        text(&["As of June 30, 2020"]),
        text(&[]),
        text(&["", "Current", "1 - 30", "31 - 60", "Total"]),
        text(&["Total Energies", "", "1,000.50", "2.00", "$1,002.50"]),
        text(&["Blue Co", "5.00", "", "", "$5.00"]),
        text(&["TOTAL", "$5.00", "$1,000.50", "$2.00", "$1,007.50"]),
        text(&[]),
        text(&["Tuesday, June 30, 2020 11:59 PM GMT+02:00"]),
    ]);
    assert_eq!(
        (found.header_row, found.last_row, found.rows, found.footer_rows),
        (4, 6, 2, 2)
    );
    assert_eq!(found.as_at.map(|d| d.to_string()).as_deref(), Some("2020-06-30"));
    assert_eq!(found.suggested_kind, ImportKind::Balances);
    assert_eq!(found.decimal_style, Some(DecimalStyle::Point));
    assert_eq!(
        found.columns.iter().map(|c| c.suggested).collect::<Vec<_>>(),
        [
            Some(F::Customer),
            Some(F::BucketCurrent),
            Some(F::Bucket30),
            Some(F::Bucket60),
            Some(F::Total)
        ]
    );
}

#[test]
fn a_parameter_block_above_is_not_the_header() {
    let found = detect(&[
        text(&["Parameter", "Value"]),
        vec![Cell::Text("Today's Date".into()), Cell::Number("43525".into())],
        text(&[]),
        text(&["Transaction Date", "Customer", "Invoice #", "Amount"]),
        vec![
            Cell::Date("2019-09-24".parse().unwrap()),
            Cell::Text("D".into()),
            Cell::Text("100045".into()),
            Cell::Number("6800.46".into()),
        ],
    ]);
    assert_eq!(
        (found.header_row, found.rows, found.suggested_kind),
        (4, 1, ImportKind::Invoices)
    );
}

#[test]
fn the_whole_column_decides_the_order_of_dates() {
    let with = |dates: &[&str]| {
        let mut rows = vec![text(&["Account", "Invoice No", "Date", "Amount"])];
        rows.extend(dates.iter().map(|d| text(&["A1", "7", d, "1.00"])));
        let found = detect(&rows);
        (found.date_order, found.dates_ambiguous)
    };
    assert_eq!(
        with(&["01/02/2026", "31/01/2026"]),
        (Some(DateOrder::DayMonthYear), false)
    );
    assert_eq!(
        with(&["01/02/2026", "01/31/2026"]),
        (Some(DateOrder::MonthDayYear), false)
    );
    assert_eq!(with(&["01/02/2026", "03/04/2026"]), (None, true));
    assert_eq!(with(&["31/01/2026", "01/31/2026"]), (None, true));
    assert_eq!(
        with(&["2026-01-02", "2026/01/03"]),
        (Some(DateOrder::YearMonthDay), false)
    );
    assert_eq!(with(&["2 January 2026"]), (None, false));
}

#[test]
fn one_odd_date_among_many_is_outvoted() {
    let with = |many: &Cell, odd: &[&str]| {
        let mut rows = vec![text(&["Account", "Invoice No", "Date", "Amount"])];
        let row = |date: Cell| {
            vec![
                Cell::Text("A1".into()),
                Cell::Text("7".into()),
                date,
                Cell::Text("1.00".into()),
            ]
        };
        rows.extend((0..300).map(|_| row(many.clone())));
        rows.extend(odd.iter().map(|d| row(Cell::Text((*d).into()))));
        let found = detect(&rows);
        assert_eq!(found.columns[2].kind, ColumnKind::Date);
        (found.date_order, found.dates_ambiguous)
    };
    let of = |text: &str| Cell::Text(text.into());
    let (day, month, year) = (of("31/01/2026"), of("01/31/2026"), of("2026-01-31"));
    for odd in ["32/13/2026", "n/a", "01/31/2026", "2026-01-31", "05/04/2026", "0/0/0"] {
        assert_eq!(with(&day, &[odd]), (Some(DateOrder::DayMonthYear), false), "{odd}");
    }
    assert_eq!(
        with(&month, &["31/01/2026", "n/a"]),
        (Some(DateOrder::MonthDayYear), false)
    );
    // Four figures in front need no order; with one, the second would be read as a day of 2005.
    assert_eq!(with(&year, &["tomorrow"]), (Some(DateOrder::YearMonthDay), false));
    assert_eq!(with(&year, &["05/04/2026", "tomorrow"]), (None, false));
    assert_eq!(with(&year, &["05/04/26"]), (None, false));
    let typed = Cell::Date("2026-01-31".parse().unwrap());
    assert_eq!(with(&typed, &["05/04/2026"]), (None, false));
    // More than one in a hundred is no slip: two ways of writing are mixed.
    let months = ["01/31/2026", "02/28/2026", "03/31/2026", "04/30/2026"];
    assert_eq!(with(&day, &months), (None, true));
    let swappable = ["05/04/2026", "06/04/2026", "07/04/2026", "08/04/2026"];
    assert_eq!(with(&day, &swappable), (Some(DateOrder::DayMonthYear), false));
    assert_eq!(with(&year, &swappable), (None, true));
    assert_eq!(with(&typed, &swappable), (None, true));
}

#[test]
fn undecided_amounts_ask() {
    let with = |amounts: &[&str]| {
        let mut rows = vec![text(&["Account", "Balance"])];
        rows.extend(amounts.iter().map(|a| text(&["A1", a])));
        let found = detect(&rows);
        (found.decimal_style, found.decimals_ambiguous)
    };
    assert_eq!(with(&["1,234", "5,678"]), (None, true));
    assert_eq!(with(&["1,234", "5.50"]), (Some(DecimalStyle::Point), false));
    assert_eq!(with(&["1.234", "5,50"]), (Some(DecimalStyle::Comma), false));
    assert_eq!(with(&["5.50", "5,50"]), (None, true));
    assert_eq!(with(&["100", "200"]), (None, false));
}

#[test]
fn a_file_without_header_says_so() {
    let found = detect(&[text(&["A1", "12.50"]), text(&["A2", "13.50"])]);
    assert_eq!((found.header_row, found.rows), (0, 2));
}
