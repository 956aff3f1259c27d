//! What column headers usually mean: the words of the programs that managing agents export from.

use kept_shared::imports::{ColumnKind, ImportField as F, ImportKind};

/// Letters and digits only, lower case: `Account No.` and `account_no` are one word.
pub fn plain(header: &str) -> String {
    header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Words that mean one field in every kind of file, best first.
const WORDS: &[(F, &[&str])] = &[
    (
        F::AccountReference,
        &[
            "accountreference",
            "accountnumber",
            "accountno",
            "accountcode",
            "accountid",
            "accno",
            "accnumber",
            "accnr",
            "custnumber",
            "custno",
            "custcode",
            "custid",
            "customernumber",
            "customerno",
            "customercode",
            "customerid",
            "customerreference",
            "debtornumber",
            "debtorno",
            "debtorcode",
            "debtorid",
            "clientnumber",
            "clientno",
            "clientcode",
            "clientid",
            "memberno",
            "membernumber",
            "rekeningnommer",
            "rekeningno",
            "kliëntnommer",
            "account",
            "acc",
            "pin",
            "id",
        ],
    ),
    (
        F::Community,
        &[
            "community",
            "communitycode",
            "scheme",
            "schemecode",
            "complex",
            "estate",
            "bodycorporate",
            "hoa",
            "building",
            "property",
        ],
    ),
    (
        F::InvoiceNumber,
        &[
            "invoicenumber",
            "invoiceno",
            "invoiceid",
            "invoicenr",
            "invoice",
            "invno",
            "invnumber",
            "inv",
            "documentnumber",
            "documentno",
            "docnumber",
            "docno",
            "docid",
            "document",
            "billnumber",
            "billno",
            "transactionnumber",
            "transactionno",
            "transactionid",
            "faktuurnommer",
            "faktuurno",
            "ref",
            "reference",
        ],
    ),
    (
        F::DueDate,
        &[
            "duedate",
            "dueindate",
            "dueon",
            "due",
            "paymentdue",
            "paymentduedate",
            "datedue",
            "maturitydate",
            "netduedate",
            "vervaldatum",
        ],
    ),
    (
        F::SettledDate,
        &[
            "settleddate",
            "settledon",
            "settlementdate",
            "cleardate",
            "clearingdate",
            "cleareddate",
            "paiddate",
            "paidon",
            "datepaid",
            "paymentdate",
            "betaaldatum",
        ],
    ),
    (
        F::InvoiceDate,
        &[
            "invoicedate",
            "documentdate",
            "docdate",
            "transactiondate",
            "transdate",
            "trandate",
            "postingdate",
            "issuedate",
            "issuedon",
            "billdate",
            "dateissued",
            "faktuurdatum",
            "date",
            "datum",
        ],
    ),
    (
        F::Disputed,
        &["disputed", "indispute", "dispute", "isdisputed", "disputeflag"],
    ),
    (
        F::Unit,
        &[
            "unit",
            "unitno",
            "unitnumber",
            "unitcode",
            "unitname",
            "door",
            "doorno",
            "doornumber",
            "erf",
            "erfno",
            "stand",
            "standno",
            "section",
            "sectionno",
            "eenheid",
            "flat",
            "flatno",
        ],
    ),
    (
        F::Email,
        &[
            "email",
            "emailaddress",
            "emails",
            "mail",
            "epos",
            "contactemail",
            "email1",
            "email2",
        ],
    ),
    (
        F::Phone,
        &[
            "phone",
            "phonenumber",
            "telephone",
            "telephoneno",
            "tel",
            "telno",
            "cell",
            "cellno",
            "cellphone",
            "cellnumber",
            "mobile",
            "mobileno",
            "mobilenumber",
            "contactnumber",
            "contactno",
            "selfoon",
            "foon",
            "phone1",
            "phone2",
        ],
    ),
    (
        F::CustomerGroup,
        &[
            "customergroup",
            "group",
            "accountgroup",
            "custgroup",
            "debtorgroup",
            "category",
            "class",
            "segment",
            "countrycode",
            "businesscode",
        ],
    ),
];

const NAMES: &[&str] = &[
    "accountname",
    "customername",
    "namecustomer",
    "custname",
    "debtorname",
    "clientname",
    "ownername",
    "fullname",
    "name",
    "customer",
    "debtor",
    "client",
    "owner",
    "contact",
    "contactname",
    "member",
    "membername",
    "company",
    "naam",
    "eienaar",
    "kliënt",
];

const AMOUNTS: &[&str] = &[
    "invoiceamount",
    "amount",
    "totalopenamount",
    "openamount",
    "amountdue",
    "outstandingamount",
    "amountoutstanding",
    "outstanding",
    "invoicetotal",
    "documentamount",
    "docamount",
    "grossamount",
    "bedrag",
    "value",
    "balance",
    "balancedue",
    "openbalance",
    "total",
    "totalamount",
];

const BALANCES: &[&str] = &[
    "balance",
    "openingbalance",
    "closingbalance",
    "currentbalance",
    "totalbalance",
    "balancedue",
    "outstandingbalance",
    "outstanding",
    "amountdue",
    "totaldue",
    "totalamount",
    "totaloutstanding",
    "amount",
    "saldo",
    "total",
];

const TOTALS: &[&str] = &[
    "total",
    "totalbalance",
    "balance",
    "totaldue",
    "balancedue",
    "totaloutstanding",
    "outstanding",
    "ctotal",
    "totaal",
    "saldo",
];

/// Which bucket of an age analysis a header names; a later bucket takes everything older.
pub fn bucket(header: &str) -> Option<F> {
    let word = plain(header);
    // The signs decide between "< 1 Month" and "1 Month".
    let less = header.contains('<');
    let named = match word.as_str() {
        "current" | "notdue" | "notyetdue" | "currentdue" | "lopend" | "huidig" => Some(F::BucketCurrent),
        "1month" | "1mth" if less => Some(F::Bucket30),
        "1month" | "1mth" => Some(F::Bucket60),
        "2months" | "2mths" => Some(F::Bucket90),
        "3months" | "3mths" => Some(F::Bucket120),
        "older" | "over120" => Some(F::Bucket150),
        // National Treasury's return: 0-30 days … over a year.
        "l30" => Some(F::BucketCurrent),
        "l60" => Some(F::Bucket30),
        "l90" => Some(F::Bucket60),
        "l120" => Some(F::Bucket90),
        "l150" => Some(F::Bucket120),
        "l180" => Some(F::Bucket150),
        "l1" | "g1" => Some(F::Bucket180),
        _ => None,
    };
    named.or_else(|| range(header))
}

/// `1 - 30`, `31-60 days`, `91 and over`, `120+ Days`, `30 Days`.
fn range(header: &str) -> Option<F> {
    let lower = header.to_lowercase();
    let numbers: Vec<u32> = lower
        .split(|c: char| !c.is_ascii_digit())
        .filter(|n| !n.is_empty() && n.len() <= 3)
        .filter_map(|n| n.parse().ok())
        .collect();
    let known = [
        "days", "day", "dae", "dys", "and", "over", "older", "plus", "to", "past", "due", "overdue", "d", "more",
        "than",
    ];
    if !lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty())
        .all(|w| known.contains(&w))
    {
        return None;
    }
    // A bare number is a column called "30", which age analyses do have; "2020" is not one.
    let (first, last) = match numbers.as_slice() {
        [one] => (*one, None),
        [one, two] if one < two => (*one, Some(*two)),
        _ => return None,
    };
    match (first, last) {
        (0 | 1, Some(28..=31)) => Some(F::Bucket30),
        (28..=32, Some(_)) => Some(F::Bucket60),
        (59..=62, Some(_)) => Some(F::Bucket90),
        (89..=92, Some(_)) => Some(F::Bucket120),
        (119..=122, Some(_)) => Some(F::Bucket150),
        (149..=152, Some(_)) => Some(F::Bucket180),
        (30, None) => Some(F::Bucket30),
        (60, None) => Some(F::Bucket60),
        (90, None) if lower.contains("over") || lower.contains('>') => Some(F::Bucket120),
        (90, None) => Some(F::Bucket90),
        (91 | 120, None) => Some(F::Bucket120),
        (121 | 150, None) => Some(F::Bucket150),
        (151 | 180, None) => Some(F::Bucket180),
        _ => None,
    }
}

/// Whether a header cell is a word this importer knows: that makes a row look like a header.
pub fn is_known(header: &str) -> bool {
    let word = plain(header);
    !word.is_empty()
        && (bucket(header).is_some()
            || WORDS.iter().any(|(_, words)| words.contains(&word.as_str()))
            || [NAMES, AMOUNTS, BALANCES, TOTALS]
                .iter()
                .any(|words| words.contains(&word.as_str())))
}

/// Whether the text of a cell marks a row of totals. Exact: a customer may be called Total Energies.
pub fn is_total(text: &str) -> bool {
    let lower = text.trim().trim_end_matches(':').to_lowercase();
    matches!(
        lower.as_str(),
        "total"
            | "totals"
            | "grand total"
            | "grand totals"
            | "subtotal"
            | "sub total"
            | "sub-total"
            | "report total"
            | "percentage of total"
            | "% of total"
            | "totaal"
            | "groot totaal"
            | "sum"
    ) || lower.starts_with("total for ")
}

/// Suggests the kind of import and a field for each column.
pub fn suggest(columns: &[(String, ColumnKind)]) -> (ImportKind, Vec<Option<F>>) {
    let mut fields: Vec<Option<F>> = vec![None; columns.len()];
    let buckets: Vec<Option<F>> = columns
        .iter()
        .map(|(header, kind)| {
            if matches!(kind, ColumnKind::Date | ColumnKind::Email) {
                None
            } else {
                bucket(header)
            }
        })
        .collect();
    let ageing = buckets.iter().flatten().filter(|b| **b != F::BucketCurrent).count() >= 2;
    if ageing {
        fields = buckets;
    }
    for (field, words) in WORDS {
        if ageing && !field.serves(ImportKind::Balances) {
            continue;
        }
        take(columns, &mut fields, *field, words);
    }
    let has = |fields: &[Option<F>], field: F| fields.contains(&Some(field));
    let kind = if ageing {
        take(columns, &mut fields, F::Total, TOTALS);
        ImportKind::Balances
    } else if has(&fields, F::InvoiceNumber) && (has(&fields, F::InvoiceDate) || has(&fields, F::DueDate)) {
        take(columns, &mut fields, F::Amount, AMOUNTS);
        if !has(&fields, F::Amount) {
            by_currency(columns, &mut fields);
        }
        ImportKind::Invoices
    } else {
        take(columns, &mut fields, F::Balance, BALANCES);
        if has(&fields, F::Balance) {
            ImportKind::Balances
        } else {
            ImportKind::Customers
        }
    };
    for field in &mut fields {
        if field.is_some_and(|f| !f.serves(kind)) {
            *field = None;
        }
    }
    let referenced = has(&fields, F::AccountReference) || has(&fields, F::Unit);
    take(
        columns,
        &mut fields,
        if referenced { F::AccountName } else { F::Customer },
        NAMES,
    );
    // Some programs leave the header of the first column blank above the names.
    if !referenced && !has(&fields, F::Customer) {
        if let (Some((header, ColumnKind::Text)), Some(slot @ None)) = (columns.first(), fields.first_mut()) {
            if header.trim().is_empty() {
                *slot = Some(F::Customer);
            }
        }
    }
    (kind, fields)
}

fn fits(field: F, kind: ColumnKind) -> bool {
    if kind == ColumnKind::Empty {
        true
    } else if field.is_date() {
        matches!(kind, ColumnKind::Date | ColumnKind::Number)
    } else if field.is_amount() {
        matches!(kind, ColumnKind::Amount | ColumnKind::Number)
    } else {
        !matches!(kind, ColumnKind::Date)
    }
}

/// Gives `field` to the first free column with the best of `words`; repeating fields to all such columns.
fn take(columns: &[(String, ColumnKind)], fields: &mut [Option<F>], field: F, words: &[&str]) {
    for word in words {
        for ((header, kind), slot) in columns.iter().zip(fields.iter_mut()) {
            if slot.is_none() && plain(header) == *word && fits(field, *kind) {
                *slot = Some(field);
                if !field.repeats() {
                    return;
                }
            }
        }
    }
}

/// `converted_usd`, `Amount (ZAR)`: the last amount column whose header names a currency.
fn by_currency(columns: &[(String, ColumnKind)], fields: &mut [Option<F>]) {
    let found = columns.iter().zip(fields.iter_mut()).filter(|((header, kind), slot)| {
        let word = plain(header);
        slot.is_none()
            && *kind == ColumnKind::Amount
            && ["usd", "zar", "eur", "gbp", "amount"]
                .iter()
                .any(|end| word.ends_with(end))
    });
    if let Some((_, slot)) = found.last() {
        *slot = Some(F::Amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(headers: &[(&str, ColumnKind)]) -> (ImportKind, Vec<Option<F>>) {
        let columns: Vec<(String, ColumnKind)> = headers.iter().map(|(h, k)| ((*h).to_owned(), *k)).collect();
        suggest(&columns)
    }
    use ColumnKind::{Amount, Date, Email, Number, Text};

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
}
