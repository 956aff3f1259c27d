use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn id(n: u128) -> AccountId {
    AccountId(Uuid::from_u128(n))
}
fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn customer(n: u128, reference: &str, name: &str, unit: &str, owed: i64) -> Customer {
    Customer {
        id: id(n),
        reference: reference.into(),
        payment_reference: None,
        name: name.into(),
        units: vec![unit.into()],
        claims: vec![(ClaimId(uuid::Uuid::from_u128(n + 1_000)), format!("INV-{n}0041"))],
        owed_minor: owed,
        open_minor: vec![owed / 2, owed - owed / 2],
    }
}
fn book() -> Book {
    Book::new(vec![
        customer(1, "RV0012", "Mr T Mokoena", "12", 1_850_00),
        customer(2, "RV0013", "Naidoo, Priya", "13", 1_850_00),
        customer(3, "RV0014", "Van der Merwe Family Trust", "A14", 990_00),
        customer(4, "15", "J Botha", "15", 0),
        customer(5, "RV0016", "J Botha", "16", 1_850_00),
        customer(6, "RV0017", "P Mokoena", "17", 1_850_00),
    ])
}
fn told(amount: i64, text: &str) -> Told {
    Told {
        amount_minor: amount,
        booked_on: day("2026-05-04"),
        text: text.into(),
        ..Told::default()
    }
}
fn first(told: &Told) -> Option<(AccountId, Confidence, Vec<MatchReason>)> {
    book()
        .propose(told, &[])
        .first()
        .map(|p| (p.account, p.confidence, p.reasons.clone()))
}

#[test]
fn a_reference_of_one_customer_is_certain() {
    use MatchReason::{AccountReference as Ref, Amount, ClaimReference as Claim};
    for text in ["RV0012", "levy rv-0012 may", "RV 0012", "EFT RV/0012/5"] {
        let found = first(&told(77_00, text)).unwrap();
        assert_eq!(found, (id(1), Confidence::Certain, vec![Ref]), "{text}");
    }
    assert_eq!(
        first(&told(1_850_00, "RV0013")).unwrap(),
        (id(2), Confidence::Certain, vec![Ref, Amount])
    );
    assert_eq!(
        first(&told(495_00, "inv 30041")).unwrap(),
        (id(3), Confidence::Certain, vec![Claim, Amount])
    );
    assert_eq!(
        first(&told(1_00, "inv 30041")).unwrap(),
        (id(3), Confidence::Likely, vec![Claim])
    );
}

#[test]
fn part_of_a_longer_number_or_word_is_nothing() {
    for text in [
        "RV00123",
        "XRV0012",
        "7RV0012",
        "rv 00 129",
        "paid 15 may",
        "150",
        "mokoenaville",
    ] {
        assert_eq!(first(&told(1_23, text)), None, "{text}");
    }
}

#[test]
fn two_references_in_one_line_are_left_to_a_person() {
    let found = book().propose(&told(3_700_00, "RV0012 and RV0013"), &[]);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|p| p.confidence == Confidence::Possible));
    assert_eq!(best(&found), None);
}

#[test]
fn unit_name_and_amount_add_up() {
    use MatchReason::{Amount, Name, UnitCode};
    let named = |amount: i64, text: &str, name: &str| Told {
        name: Some(name.into()),
        ..told(amount, text)
    };
    let found = first(&named(1_850_00, "unit 13 levy", "P NAIDOO")).unwrap();
    assert_eq!(found, (id(2), Confidence::Certain, vec![UnitCode, Name, Amount]));
    assert_eq!(
        first(&told(990_00, "levy A14")).unwrap(),
        (id(3), Confidence::Likely, vec![UnitCode, Amount])
    );
    assert_eq!(
        first(&told(5_00, "levy flat 12")).unwrap(),
        (id(1), Confidence::Possible, vec![UnitCode])
    );
    assert_eq!(
        first(&named(1_00, "levy", "MR THABO MOKOENA")).unwrap(),
        (id(1), Confidence::Possible, vec![Name])
    );
    assert_eq!(
        first(&told(990_00, "thank you")).unwrap(),
        (id(3), Confidence::Possible, vec![Amount])
    );
    assert_eq!(
        first(&told(1_850_00, "thank you")),
        None,
        "four owe it: it tells nothing"
    );
}

#[test]
fn what_was_confirmed_before_counts_and_the_latest_most() {
    let told = told(1_850_00, "levy");
    let found = book().propose(&told, &[id(5), id(1)]);
    assert_eq!((found[0].account, found[0].confidence), (id(5), Confidence::Likely));
    assert_eq!(found[0].reasons, [MatchReason::Amount, MatchReason::Learned]);
    assert_eq!(found[1].account, id(1));
}

#[test]
fn money_that_went_out_is_matched_to_the_payment_it_takes_back() {
    let payment = |n: u128, account: u128, on: &str| PastPayment {
        entry: EntryId(Uuid::from_u128(n)),
        account: id(account),
        amount_minor: 1_850_00,
        on: day(on),
        texts: vec![format!("DO{n}77001")],
        counterparty_account: None,
        end_to_end_id: Some(format!("E2E-{n}")),
    };
    let past = [
        payment(1, 1, "2026-04-01"),
        payment(2, 2, "2026-05-01"),
        payment(3, 1, "2026-05-02"),
        payment(4, 1, "2026-05-06"),
    ];
    let entry = |told: &Told| {
        book()
            .returned(told, &past)
            .first()
            .map(|p| (p.reverses.unwrap().0.as_u128(), p.confidence))
    };
    assert_eq!(
        entry(&told(-1_850_00, "UNPAID RV0012 insufficient funds")),
        Some((3, Confidence::Certain))
    );
    assert_eq!(
        entry(&told(-1_850_00, "DO277001 returned")),
        Some((2, Confidence::Likely))
    );
    let e2e = Told {
        end_to_end_id: Some("E2E-1".into()),
        is_reversal: true,
        ..told(-1_850_00, "")
    };
    assert_eq!(entry(&e2e), Some((1, Confidence::Certain)));
    // Each payment once, and to the line that names it, wherever it stands.
    let unpaid = || told(-1_850_00, "UNPAID RV0012");
    let named = Told {
        end_to_end_id: Some("E2E-3".into()),
        ..unpaid()
    };
    let found: Vec<Option<u128>> = book()
        .returns(&[unpaid(), named], &past)
        .iter()
        .map(|all| best(all).map(|p| p.reverses.unwrap().0.as_u128()))
        .collect();
    assert_eq!(found, [Some(1), Some(3)]);
    assert_eq!(entry(&told(-1_850_01, "UNPAID RV0012")), None, "another amount");
    assert_eq!(entry(&told(-1_850_00, "plumber")), None, "an ordinary payment out");
    assert_eq!(
        entry(&told(1_850_00, "UNPAID RV0012")),
        None,
        "money in takes nothing back"
    );
}

#[test]
fn what_went_out_is_told_apart() {
    assert_eq!(hint(&told(-5_00, "MONTHLY ACC FEE")), Some(IgnoreReason::BankFee));
    assert_eq!(hint(&told(-500_00, "Plumber")), Some(IgnoreReason::Outgoing));
    assert_eq!(hint(&told(12_00, "CREDIT INTEREST")), Some(IgnoreReason::Interest));
    assert_eq!(hint(&told(0, "x")), Some(IgnoreReason::Zero));
    assert_eq!(hint(&told(500_00, "levy")), None);
}

#[test]
fn what_a_statement_asks_to_pay_under_names_the_customer_as_well() {
    let mut asked = customer(1, "RV0012", "T Mokoena", "12", 1_850_00);
    asked.payment_reference = Some("PAY-77-4412".into());
    let book = Book::new(vec![asked, customer(2, "RV0013", "P Naidoo", "13", 1_850_00)]);
    for text in ["EFT pay774412", "RV0012 levy", "RV0012 PAY-77-4412"] {
        let found = book.propose(&told(77_00, text), &[]);
        assert_eq!(
            (found[0].account, found[0].confidence),
            (id(1), Confidence::Certain),
            "{text}"
        );
        assert_eq!((found.len(), found[0].score), (1, 100), "{text}");
    }
}

proptest! {
    #[test]
    fn proposals_are_ranked_and_only_the_first_is_sure(text in "(RV001[2-7]|unit 1[2-7]|botha|mokoena|inv 30041|[a-z0-9 ]{0,12}| ){0,6}", amount in prop_oneof![Just(1_850_00_i64), Just(990_00), -5..5_000_00_i64]) {
        let found = book().propose(&told(amount, &text), &[id(3)]);
        prop_assert!(found.len() <= MAX_CANDIDATES);
        prop_assert!(found.windows(2).all(|w| w[0].score >= w[1].score));
        prop_assert!(found.iter().skip(1).all(|p| p.confidence == Confidence::Possible));
        prop_assert!(found.iter().all(|p| !p.reasons.is_empty() && p.reverses.is_none()));
        let distinct: std::collections::BTreeSet<_> = found.iter().map(|p| p.account).collect();
        prop_assert_eq!(distinct.len(), found.len());
        if amount <= 0 { prop_assert!(found.is_empty()); }
    }
    #[test]
    fn a_certain_one_stands_in_the_text_as_a_whole_word(text in "[RV0-9 /.-]{0,24}") {
        for p in book().propose(&told(1, &text), &[]) {
            if p.reasons.contains(&MatchReason::AccountReference) && p.confidence == Confidence::Certain {
                let n = 11 + p.account.0.as_u128();
                let key = format!("rv00{n}");
                prop_assert!(Haystack::of([text.as_str()]).has(&key));
            }
        }
    }
    #[test]
    fn any_text_is_matched_without_harm(text in "\\PC{0,300}", amount: i64) {
        let told = Told { name: Some(text.clone()), code: Some(text.clone()), ..told(amount, &text) };
        let _ = book().propose(&told, &[]);
        let _ = book().returned(&told, &[]);
        let _ = hint(&told);
    }
}
