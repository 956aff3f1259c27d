//! What is left of a heading when how it is written is taken away: capitals, dots, currencies, abbreviations.

/// Letters and digits only, lower case: `Account No.` and `account_no` are one word.
pub fn plain(header: &str) -> String {
    header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Currencies as the books of this country and its neighbours name them.
const CURRENCIES: &[&str] = &["r", "zar", "rand", "rands", "usd", "eur", "gbp", "nad", "bwp"];

/// What stands in brackets behind a heading and does not change what the column is. Thousands, cents and amounts without
/// tax do change it: nobody may post them as if they were the whole.
const UNITS: &str = "days day dae d dd mm mmm yy yyyy ccyy jjjj optional required opsioneel verpligtend";

fn is_sign(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥')
}

fn is_currency(word: &str) -> bool {
    let bare = plain(word);
    CURRENCIES.contains(&bare.as_str()) || (bare.is_empty() && word.contains(is_sign))
}

/// The currency a heading names, in small letters: `Balance (ZAR)` and `30 Days in zar` say `zar`.
pub fn currency(header: &str) -> Option<String> {
    let words = header.split(|c: char| c.is_whitespace() || "_()[]".contains(c));
    let mut named = words.filter(|w| is_currency(w)).map(|w| match plain(w).as_str() {
        "r" | "rand" | "rands" => "zar".to_owned(),
        "" => w.chars().filter(|c| is_sign(*c)).collect(),
        other => other.to_owned(),
    });
    named.next_back()
}

/// Whether all that brackets hold is a currency, a unit or how a date is written: `(R)`, `[ZAR]`, `(dd/mm/yyyy)`.
fn is_unit(inner: &str) -> bool {
    let mut words = inner
        .split(|c: char| !c.is_alphanumeric() && !is_sign(c))
        .filter(|w| !w.is_empty())
        .peekable();
    words.peek().is_some()
        && words.all(|word| is_currency(word) || UNITS.split(' ').any(|unit| unit.eq_ignore_ascii_case(word)))
}

/// The heading without units in brackets and without the currency before or behind it: `Balance (R)`, `Amount in ZAR`
/// and `R Balance` lose theirs; `R` alone stays.
pub fn without_units(header: &str) -> String {
    let mut text = String::with_capacity(header.len());
    let mut rest = header;
    while let Some((before, after)) = rest.split_once(['(', '[']) {
        text.push_str(before);
        text.push(' ');
        rest = match after.split_once([')', ']']) {
            Some((inner, behind)) if is_unit(inner) => behind,
            Some(_) | None => after,
        };
    }
    text.push_str(rest);
    let mut words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '_')
        .filter(|w| !w.is_empty())
        .collect();
    // `R 30` is an amount, not a heading with a currency.
    let names_something = |words: &[&str]| {
        words
            .iter()
            .any(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 1)
    };
    if let [others @ .., last] = words.as_slice()
        && is_currency(last)
        && names_something(others)
    {
        words.pop();
        if words.len() > 1 && words.last().is_some_and(|w| w.eq_ignore_ascii_case("in")) {
            words.pop();
        }
    }
    if let [first, others @ ..] = words.as_slice()
        && is_currency(first)
        && names_something(others)
    {
        words.remove(0);
    }
    if words.is_empty() {
        header.trim().to_owned()
    } else {
        words.join(" ")
    }
}

/// One word for all the ways it is written. Afrikaans words keep to themselves: the lists have both.
fn spelt_out(word: &str) -> &str {
    match word {
        "acct" | "acc" | "accnt" => "account",
        "nr" | "num" | "nbr" | "number" | "numbers" | "nommer" => "no",
        "cust" => "customer",
        "inv" => "invoice",
        "doc" => "document",
        "amt" => "amount",
        "bal" => "balance",
        "tot" => "total",
        "txn" | "trx" | "trans" | "tran" => "transaction",
        "dt" => "date",
        "ref" => "reference",
        "outst" => "outstanding",
        "pmt" => "payment",
        "rek" => "rekening",
        "fakt" => "faktuur",
        "eenh" => "eenheid",
        other => other,
    }
}

/// The heading spelt out: `Acct #`, `A/C No.` and `accountNumber` are all `accountno`.
pub fn spelled(header: &str) -> String {
    let header = without_units(header).replace(['#', '№'], " no ");
    let mut all = String::with_capacity(header.len());
    for chunk in header.split_whitespace() {
        let lower = chunk.to_lowercase();
        match lower.trim_matches(|c: char| !c.is_alphanumeric()) {
            "a/c" => all.push_str("account"),
            "o/s" => all.push_str("outstanding"),
            _ => words_of(chunk, &mut all),
        }
    }
    all
}

/// Splits at what is no letter or digit and where a capital begins a word: `InvoiceDate`, `cust_number`.
fn words_of(chunk: &str, all: &mut String) {
    let mut word = String::new();
    let mut after_small = false;
    for c in chunk.chars().chain([' ']) {
        if !c.is_alphanumeric() || (c.is_uppercase() && after_small) {
            all.push_str(spelt_out(&word));
            word.clear();
        }
        after_small = c.is_lowercase();
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_currencies_are_taken_off() {
        for (header, left) in [
            ("Balance (R)", "Balance"),
            ("Amount due [ZAR]", "Amount due"),
            ("Balance R", "Balance"),
            ("R Balance", "Balance"),
            ("Amount in ZAR", "Amount"),
            ("amount_usd", "amount"),
            ("Amount (R'000)", "Amount R'000)"),
            ("Balance (cents)", "Balance cents)"),
            ("Amount (excl. VAT)", "Amount excl. VAT)"),
            ("Amount ($)", "Amount"),
            ("€ Amount", "Amount"),
            ("Total (incl. VAT)", "Total incl. VAT)"),
            ("Due date (dd/mm/yyyy)", "Due date"),
            ("30 Days (R)", "30 Days"),
            // What says something stays.
            ("Date (due)", "Date due)"),
            ("Paid in", "Paid in"),
            ("R", "R"),
            ("(R)", "(R)"),
            ("R 30", "R 30"),
            ("", ""),
        ] {
            assert_eq!(without_units(header), left, "{header}");
        }
    }

    #[test]
    fn a_heading_names_its_currency() {
        for (header, named) in [
            ("30 Days (USD)", Some("usd")),
            ("30 Days", None),
            ("Balance R", Some("zar")),
            ("Amount in ZAR", Some("zar")),
            ("amount_usd", Some("usd")),
            ("€ Amount", Some("€")),
            ("Total", None),
        ] {
            assert_eq!(currency(header).as_deref(), named, "{header}");
        }
    }

    #[test]
    fn one_word_however_it_is_written() {
        for header in [
            "Account No",
            "Acct No.",
            "Acc. no",
            "Account #",
            "A/C No",
            "a/c nr.",
            "ACC_NUMBER",
            "accountNumber",
            " Account  number ",
        ] {
            assert_eq!(spelled(header), "accountno", "{header}");
        }
        for (header, word) in [
            ("O/S Bal (R)", "outstandingbalance"),
            ("Inv Amt", "invoiceamount"),
            ("dueInDate", "dueindate"),
            ("E-mail", "email"),
            ("Kliënt nr", "kliëntno"),
            ("#", "no"),
            ("", ""),
        ] {
            assert_eq!(spelled(header), word, "{header}");
        }
    }
}
