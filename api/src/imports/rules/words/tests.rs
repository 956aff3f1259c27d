use super::*;
use ColumnKind::{Amount, Date, Email, Number, Text};
use kept_shared::imports::{ColumnKind, ImportField as F, ImportKind};
use proptest::prelude::*;

fn suggested(headers: &[(&str, ColumnKind)]) -> (ImportKind, Vec<Option<F>>) {
    let columns: Vec<(String, ColumnKind)> = headers.iter().map(|(h, k)| ((*h).to_owned(), *k)).collect();
    suggest(&columns)
}

#[test]
fn ageing_layouts_of_four_programs() {
    for (headers, expected) in [
        (
            vec!["Current", "< 1 Month", "1 Month", "2 Months", "3 Months", "Older"],
            vec![
                F::BucketCurrent,
                F::Bucket30,
                F::Bucket60,
                F::Bucket90,
                F::Bucket120,
                F::Bucket150,
            ],
        ),
        (
            vec!["Current", "1 - 30", "31 - 60", "61 - 90", "91 and over"],
            vec![F::BucketCurrent, F::Bucket30, F::Bucket60, F::Bucket90, F::Bucket120],
        ),
        (
            vec!["120+ Days", "90 Days", "60 Days", "30 Days", "Current"],
            vec![F::Bucket120, F::Bucket90, F::Bucket60, F::Bucket30, F::BucketCurrent],
        ),
        (
            vec!["30", "60", "120", "150 Days", "180 Days"],
            vec![F::Bucket30, F::Bucket60, F::Bucket120, F::Bucket150, F::Bucket180],
        ),
    ] {
        assert_eq!(
            headers.iter().map(|h| bucket(h)).collect::<Vec<_>>(),
            expected.into_iter().map(Some).collect::<Vec<_>>(),
            "{headers:?}"
        );
    }
    for header in [
        "2020",
        "Balance",
        "PAY_0",
        "BILL_AMT1",
        "Invoice 30",
        "30 June 2020",
        "1",
        "",
    ] {
        assert_eq!(bucket(header), None, "{header}");
    }
}

#[test]
fn of_amounts_in_two_currencies_none_is_guessed() {
    let invoices = [("Invoice No", Text), ("Invoice Date", Date)];
    let with = |more: &[(&'static str, ColumnKind)]| suggested(&[invoices.as_slice(), more].concat());
    let (kind, fields) = with(&[("Amount (USD)", Amount), ("Amount (ZAR)", Amount)]);
    assert_eq!((kind, &fields[2..]), (ImportKind::Invoices, [None, None].as_slice()));
    let (_, fields) = with(&[("Amount (ZAR)", Amount), ("Open", Amount)]);
    assert_eq!(fields[2], Some(F::Amount));
    // The better word still wins, and a repeated heading is no second currency.
    let (_, fields) = with(&[("Balance (ZAR)", Amount), ("Amount", Amount), ("Amount", Amount)]);
    assert_eq!(&fields[2..], [None, Some(F::Amount), None]);
    let (kind, fields) = suggested(&[("Account No", Text), ("Balance USD", Amount), ("Balance ZAR", Amount)]);
    assert_eq!((kind, fields[1], fields[2]), (ImportKind::Balances, None, None));
    let (_, fields) = with(&[("Net (USD)", Amount), ("Net (ZAR)", Amount)]);
    assert_eq!(&fields[2..], [None, None]);
    let (_, fields) = with(&[("Net (ZAR)", Amount)]);
    assert_eq!(fields[2], Some(F::Amount));
    // Ages of two currencies would be added up.
    let ages = [
        "30 Days (USD)",
        "30 Days (ZAR)",
        "60 Days (USD)",
        "60 Days (ZAR)",
        "Total (USD)",
        "Total (ZAR)",
    ];
    let columns: Vec<_> = [("Account No", Text)]
        .into_iter()
        .chain(ages.map(|a| (a, Amount)))
        .collect();
    let (kind, fields) = suggested(&columns);
    assert_eq!((kind, &fields[1..]), (ImportKind::Balances, [None; 6].as_slice()));
    let one: Vec<_> = columns.into_iter().filter(|c| !c.0.contains("USD")).collect();
    let (_, fields) = suggested(&one);
    assert_eq!(&fields[1..], [Some(F::Bucket30), Some(F::Bucket60), Some(F::Total)]);
}

#[test]
fn invoice_files_with_other_words() {
    let (kind, fields) = suggested(&[
        ("", Number),
        ("business_code", Text),
        ("cust_number", Number),
        ("name_customer", Text),
        ("clear_date", ColumnKind::Empty),
        ("buisness_year", Number),
        ("doc_id", Number),
        ("posting_date", Date),
        ("due_in_date", Date),
        ("baseline_create_date", Date),
        ("cust_payment_terms", Text),
        ("converted_usd", Amount),
    ]);
    assert_eq!(kind, ImportKind::Invoices);
    assert_eq!(
        fields,
        [
            None,
            Some(F::CustomerGroup),
            Some(F::AccountReference),
            Some(F::AccountName),
            Some(F::SettledDate),
            None,
            Some(F::InvoiceNumber),
            Some(F::InvoiceDate),
            Some(F::DueDate),
            None,
            None,
            Some(F::Amount)
        ]
    );
    let (kind, fields) = suggested(&[
        ("Transaction Date", Date),
        ("Customer", Text),
        ("Invoice #", Text),
        ("Amount", Amount),
    ]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Invoices,
            vec![
                Some(F::InvoiceDate),
                Some(F::Customer),
                Some(F::InvoiceNumber),
                Some(F::Amount)
            ]
        )
    );
}

#[test]
fn balances_and_customers() {
    let (kind, fields) = suggested(&[
        ("Unit", Text),
        ("Owner", Text),
        ("Email", Email),
        ("Phone", Text),
        ("Balance", Amount),
    ]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Balances,
            vec![
                Some(F::Unit),
                Some(F::AccountName),
                Some(F::Email),
                Some(F::Phone),
                Some(F::Balance)
            ]
        )
    );
    let (kind, fields) = suggested(&[
        ("_id", Number),
        ("pin", Text),
        ("number", Number),
        ("total_amount", Amount),
    ]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Balances,
            vec![None, Some(F::AccountReference), None, Some(F::Balance)]
        )
    );
    let (kind, fields) = suggested(&[("Account No.", Text), ("Name", Text), ("E-mail", Email), ("Cell", Text)]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Customers,
            vec![
                Some(F::AccountReference),
                Some(F::AccountName),
                Some(F::Email),
                Some(F::Phone)
            ]
        )
    );
    let (kind, fields) = suggested(&[
        ("", Text),
        ("Current", Amount),
        ("1 - 30", Amount),
        ("31 - 60", Amount),
        ("Total", Amount),
    ]);
    assert_eq!(
        (kind, fields),
        (
            ImportKind::Balances,
            vec![
                Some(F::Customer),
                Some(F::BucketCurrent),
                Some(F::Bucket30),
                Some(F::Bucket60),
                Some(F::Total)
            ]
        )
    );
}

#[test]
fn totals_are_exact_words() {
    for yes in [
        "TOTAL",
        " Total: ",
        "Percentage of total",
        "Grand Total",
        "Total for Block A",
    ] {
        assert!(is_total(yes), "{yes}");
    }
    for no in ["Total Energies", "Subtotal Holdings", "", "Totally"] {
        assert!(!is_total(no), "{no}");
    }
}

/// What a heading comes to beside the columns that make a file of its kind.
fn meaning(header: &str, kind: ColumnKind, others: &[(&str, ColumnKind)]) -> Option<F> {
    let mut headers = vec![(header, kind)];
    headers.extend(others);
    suggested(&headers).1[0]
}

#[test]
fn headings_of_real_books() {
    let balances = [("Balance", Amount)];
    for header in "Acct No|Acc. no|Account #|ACC NR|A/C No.|Account Ref|Cust #|Debtor Acc No|Owner code|Levy Acc No|\
         Lease no.|Rekening nr|Rek. no|Kliënt Nr|REKENINGNOMMER|accountNumber"
        .split('|')
    {
        assert_eq!(meaning(header, Text, &balances), Some(F::AccountReference), "{header}");
    }
    for header in "Unit no.|Unit #|UNIT NR|Unit/Door|Door No|Erf nr|Stand No.|Flat #|Eenheid nr|Deur Nr.|\
         Section no|House no"
        .split('|')
    {
        assert_eq!(meaning(header, Text, &balances), Some(F::Unit), "{header}");
    }
    let account = [("Account No", Text)];
    for header in "Owing (R)|Amount due (ZAR)|Balance R|R Balance|Outstanding|O/S Balance|Amt Owing|Arrears|\
         Total Arrears (R)|Balance [ZAR]|Amount in Rand|Outst. Bal|Closing Bal|Acc Balance|Uitstaande|\
         Uitstaande bedrag (R)|Balans|Saldo|Agterstallig|Bedrag verskuldig|Total Due|Debt"
        .split('|')
    {
        assert_eq!(meaning(header, Amount, &account), Some(F::Balance), "{header}");
    }
    for header in "Owner(s)|Registered Owner|Account holder|Surname & Initials|Name and Surname|Tenant|Eienaar|\
         Kliënt naam|Van en Voorletters|Debtor Name"
        .split('|')
    {
        assert_eq!(meaning(header, Text, &account), Some(F::AccountName), "{header}");
    }
    let invoices = [
        ("Account No", Text),
        ("Inv #", Text),
        ("Doc date", Date),
        ("Value", Amount),
    ];
    for header in "Due Date|Due by|Pay by|Date due (dd/mm/yyyy)|Due Dt|Payment due|Vervaldatum|Betaalbaar op".split('|')
    {
        assert_eq!(meaning(header, Date, &invoices), Some(F::DueDate), "{header}");
    }
    for header in "Date settled|Paid on|Payment Dt|Receipt date|Betaaldatum|Datum betaal".split('|') {
        assert_eq!(meaning(header, Date, &invoices), Some(F::SettledDate), "{header}");
    }
    let numbers = [("Account No", Text), ("Date", Date), ("Amount", Amount)];
    for header in "Inv #|Invoice Num|Doc Nr|Tax invoice no.|Trans Ref|Faktuur nr|Dokument nr|Ref".split('|') {
        assert_eq!(meaning(header, Text, &numbers), Some(F::InvoiceNumber), "{header}");
    }
    let dates = [("Account No", Text), ("Inv No", Text), ("Amount", Amount)];
    for header in "Inv Date|Txn Date|Date of invoice|Trans. dt|Posting Date|Faktuurdatum|Datum".split('|') {
        assert_eq!(meaning(header, Date, &dates), Some(F::InvoiceDate), "{header}");
    }
    let amounts = [("Account No", Text), ("Inv No", Text), ("Date", Date)];
    for header in
        "Amount (R)|Inv Amt|Amount (incl. VAT)|Total incl|Amount Due (ZAR)|Owing|Bedrag (R)|Faktuur bedrag".split('|')
    {
        assert_eq!(meaning(header, Amount, &amounts), Some(F::Amount), "{header}");
    }
    for header in "E-pos|Email Address(es)|Owner e-mail|E-mail 2".split('|') {
        assert_eq!(meaning(header, Email, &account), Some(F::Email), "{header}");
    }
    for header in "Cell #|Tel (h)|Tel. (W)|Cell phone no|Selfoon nr|Mobile Phone|Contact Nr".split('|') {
        assert_eq!(meaning(header, Text, &account), Some(F::Phone), "{header}");
    }
    for header in
        "ID no|VAT number|Bank acc no|Interest|Last payment date|Payment|Comments|Levy|Credit limit|No|R|%".split('|')
    {
        assert_eq!(
            meaning(header, Text, &[("Account No", Text), ("Balance", Amount)]),
            None,
            "{header}"
        );
    }
    let (kind, fields) = suggested(&[
        ("Rek nr", Text),
        ("Lopend (R)", Amount),
        ("30 dae (R)", Amount),
        ("60 Dae R", Amount),
        ("90 dae", Amount),
        ("120 dae en ouer", Amount),
        ("Totaal (R)", Amount),
    ]);
    assert_eq!(kind, ImportKind::Balances);
    assert_eq!(
        fields,
        [
            F::AccountReference,
            F::BucketCurrent,
            F::Bucket30,
            F::Bucket60,
            F::Bucket90,
            F::Bucket120,
            F::Total
        ]
        .map(Some)
    );
}

/// The fields whose lists hold a heading, in a file of one kind.
fn claimed_by(heading: &Heading, kind: ImportKind, ageing: bool) -> Vec<F> {
    let of_kind = match (kind, ageing) {
        (ImportKind::Invoices, _) => Some((F::Amount, &LISTS.amounts)),
        (ImportKind::Balances, true) => Some((F::Total, &LISTS.totals)),
        (ImportKind::Balances, false) => Some((F::Balance, &LISTS.balances)),
        (ImportKind::Customers, _) => None,
    };
    let words = LISTS.words.iter().map(|(field, list)| (*field, list));
    words
        .chain(of_kind)
        .chain([(F::AccountName, &LISTS.names)])
        .filter(|(field, list)| field.serves(kind) && list.iter().any(|word| heading.is(word)))
        .map(|(field, _)| field)
        .collect()
}

/// Every word of the lists, as it stands there.
fn every_word() -> Vec<&'static str> {
    let lists = lists::WORDS.iter().map(|(_, list)| *list);
    let lists = lists.chain([lists::NAMES, lists::AMOUNTS, lists::BALANCES, lists::TOTALS]);
    lists.flat_map(|list| list.split(',').map(str::trim)).collect()
}

/// What people write for a whole word; the start of a longer one, as in `invoiced`, is never shortened.
fn abbreviated(word: &str) -> &str {
    match word {
        "account" => "acct",
        "number" => "nr",
        "invoice" => "inv",
        "amount" => "amt",
        "balance" => "bal",
        other => other,
    }
}

proptest! {
    /// However a known heading is written, one field at most claims it.
    #[test]
    fn a_heading_is_never_two_fields(
        word in prop::sample::select(every_word()),
        capitals in 0..3_u8,
        between in prop::sample::select(vec![" ", "_", "-", ". ", ""]),
        behind in prop::sample::select(vec!["", " (R)", " R", " [ZAR]", " in ZAR", ".", ":", " (optional)", " (dd/mm/yyyy)", " ($)"]),
        short in any::<bool>(),
    ) {
        let words: Vec<&str> = word.split(' ').map(|w| if short { abbreviated(w) } else { w }).collect();
        let mut text = words.join(between) + behind;
        text = match capitals {
            0 => text,
            1 => text.to_uppercase(),
            _ => text.chars().enumerate().map(|(i, c)| if i == 0 { c.to_ascii_uppercase() } else { c }).collect(),
        };
        let heading = Heading::of(&text);
        prop_assert!(between.is_empty() || is_known(&text), "{}", text);
        for (kind, ageing) in [(ImportKind::Invoices, false), (ImportKind::Customers, false), (ImportKind::Balances, false), (ImportKind::Balances, true)] {
            let claims = claimed_by(&heading, kind, ageing);
            prop_assert!(claims.len() <= 1, "{} in {}: {:?}", text, kind, claims);
        }
    }

    /// Whatever the columns are called, a field is given once, but for those that may repeat.
    #[test]
    fn a_field_is_given_once(
        columns in prop::collection::vec((prop_oneof![prop::sample::select(every_word()).prop_map(str::to_owned), "\\PC{0,12}"],
            prop::sample::select(vec![Text, Amount, Number, Date, Email, ColumnKind::Empty])), 0..12),
    ) {
        let (kind, fields) = suggest(&columns);
        prop_assert_eq!(fields.len(), columns.len());
        for (at, field) in fields.iter().enumerate().filter_map(|(at, f)| f.map(|f| (at, f))) {
            prop_assert!(field.serves(kind));
            let again = fields.iter().skip(at + 1).any(|other| *other == Some(field));
            prop_assert!(field.repeats() || !again, "{:?}", fields);
        }
    }
}
