use super::*;
use crate::contacts::{ContactKind, NewContact};
use crate::ids::{AccountId, ContactId, UnitId};
use crate::money::Currency;
use crate::phone::Dialling;
use crate::units::NewUnit;
use SheetColumn as C;
use proptest::prelude::*;
use uuid::Uuid;

const ALL: Rights = Rights {
    create_units: true,
    edit_contacts: true,
};

fn home() -> Option<Dialling> {
    Dialling::of(Currency::Zar)
}

fn contact(n: u128, kind: ContactKind, value: &str) -> KnownContact {
    let normalised = NewContact::of(kind, value).normalised(home()).unwrap();
    KnownContact {
        id: ContactId(Uuid::from_u128(n)),
        kind,
        value: if kind == ContactKind::Phone {
            normalised.clone()
        } else {
            value.into()
        },
        normalised,
        is_fed: false,
    }
}

/// Two units of one owner, one of nobody, and a customer without a unit.
fn book() -> Known {
    let unit = |n: u128, code: &str, owner: Option<u128>| KnownUnit {
        id: UnitId(Uuid::from_u128(n)),
        details: NewUnit {
            block: Some("A".into()),
            participation_quota: Some("1.50".into()),
            ..NewUnit::coded(code)
        },
        owner: owner.map(|n| AccountId(Uuid::from_u128(n))),
    };
    let customer = |n: u128, reference: &str, name: &str, contacts| KnownCustomer {
        id: AccountId(Uuid::from_u128(n)),
        reference: reference.into(),
        name: name.into(),
        contacts,
    };
    let reach = vec![
        contact(1, ContactKind::Email, "Thandi@example.org"),
        contact(2, ContactKind::Phone, "082 555 0101"),
        contact(3, ContactKind::Phone, "011 555 0102"),
    ];
    Known {
        units: vec![unit(1, "A-1", Some(9)), unit(2, "A-2", Some(9)), unit(3, "A-3", None)],
        customers: vec![
            customer(9, "C9", "Thandi Nkosi", reach),
            customer(8, "C8", "Sipho Dlamini", vec![]),
        ],
    }
}

fn with(rows: &mut [SheetRow], at: usize, column: C, text: &str) {
    rows[at].cells.insert(column, text.into());
}

fn faults(judged: &Judged) -> Vec<(C, &str)> {
    judged.line.faults.iter().map(|f| (f.column, f.code.as_str())).collect()
}

#[test]
fn what_was_downloaded_changes_nothing() {
    let book = book();
    for judged in judge(&book, &sheet(&book), ALL, home()) {
        assert_eq!(
            (judged.line.verdict, judged.deeds),
            (Verdict::Unchanged, vec![]),
            "{:?}",
            judged.line.changes
        );
    }
}

#[test]
fn one_for_one_is_a_correction_and_a_list_is_added_and_removed() {
    let book = book();
    let mut rows = sheet(&book);
    with(&mut rows, 0, C::Emails, "thandi.nkosi@example.org");
    with(&mut rows, 1, C::Phones, "+27 82 555 0101, 083 555 0103\n011 555 0104");
    let judged = judge(&book, &rows, ALL, home());
    let owner = AccountId(Uuid::from_u128(9));
    assert_eq!(
        judged[0].deeds,
        [Deed::ChangeContact(
            owner,
            ContactKind::Email,
            ContactId(Uuid::from_u128(1)),
            "thandi.nkosi@example.org".into()
        )]
    );
    assert_eq!(judged[1].deeds.len(), 3);
    assert_eq!(
        judged[1].deeds[2],
        Deed::RemoveContact(owner, ContactKind::Phone, ContactId(Uuid::from_u128(3)))
    );
    assert_eq!(
        judged[1].line.changes[0].after,
        "+27 11 555 0104; +27 82 555 0101; +27 83 555 0103"
    );
}

#[test]
fn units_of_one_owner_may_agree_but_not_contradict() {
    let book = book();
    let mut rows = sheet(&book);
    with(&mut rows, 0, C::Emails, "new@example.org");
    with(&mut rows, 1, C::Emails, "NEW@example.org");
    let judged = judge(&book, &rows, ALL, home());
    assert_eq!(judged[1].line.verdict, Verdict::Changed);
    assert_eq!((judged[0].deeds.len(), judged[1].deeds.len()), (1, 0), "written once");
    with(&mut rows, 1, C::Emails, "other@example.org");
    let judged = judge(&book, &rows, ALL, home());
    assert_eq!(faults(&judged[0]), [(C::Emails, "contradicts_row")]);
    assert_eq!(judged[0].line.faults[0].params["row"], "3");
    assert_eq!(faults(&judged[1]), [(C::Emails, "contradicts_row")]);
    // Said by a faulty row first: the good one is written all the same.
    with(&mut rows, 1, C::Emails, "new@example.org");
    with(&mut rows, 0, C::Active, "perhaps");
    let judged = judge(&book, &rows, ALL, home());
    assert_eq!((judged[0].deeds.len(), judged[1].deeds.len()), (0, 1));
}

#[test]
fn new_rows_make_units_and_give_them_to_customers() {
    let book = book();
    let mut rows = sheet(&book);
    let mut new = rows[2].clone();
    new.number = 9;
    new.cells.insert(C::Unit, " B-1 ".into());
    new.cells.insert(C::Reference, "C8".into());
    new.cells.insert(C::Phones, "082 555 0109".into());
    rows.push(new);
    with(&mut rows, 2, C::Reference, "C8");
    let judged = judge(&book, &rows, ALL, home());
    let owner = AccountId(Uuid::from_u128(8));
    assert_eq!(judged[2].deeds, [Deed::Own("A-3".into(), owner)]);
    assert_eq!(judged[3].line.verdict, Verdict::New);
    assert!(
        matches!(&judged[3].deeds[0], Deed::Create(unit) if unit.code == "B-1" && unit.block.as_deref() == Some("A"))
    );
    assert_eq!(judged[3].deeds[1], Deed::Own("B-1".into(), owner));
    assert!(matches!(&judged[3].deeds[2], Deed::AddContact(to, _) if *to == owner));
    let none = Rights {
        create_units: false,
        edit_contacts: false,
    };
    let judged = judge(&book, &rows, none, home());
    assert_eq!(
        faults(&judged[3]),
        [(C::Unit, "may_not_create"), (C::Phones, "may_not_change_contacts")]
    );
}

#[test]
fn every_fault_names_its_column() {
    let mut book = book();
    book.customers[0].contacts[0].is_fed = true;
    let clean = sheet(&book);
    for (at, column, text, code) in [
        (0, C::Unit, "", "required"),
        (1, C::Unit, "a-1", "repeated_in_file"),
        (0, C::Block, &"x".repeat(61), "too_long"),
        (0, C::Quota, "1,5", "not_a_percentage"),
        (0, C::Active, "perhaps", "not_yes_or_no"),
        (0, C::Reference, "C8", "owner_by_hand"),
        (0, C::Reference, "", "owner_by_hand"),
        (2, C::Reference, "C7", "unknown_customer"),
        (0, C::Owner, "Somebody else", "owner_name_is_for_reading"),
        (0, C::Emails, "nobody", "not_an_email"),
        (0, C::Emails, "", "fed_contact"),
        (0, C::Phones, "12", "phone_too_short"),
        (2, C::Emails, "a@example.org", "no_owner"),
    ] {
        let mut rows = clean.clone();
        with(&mut rows, at, column, text);
        let judged = judge(&book, &rows, ALL, home());
        assert!(
            faults(&judged[at]).contains(&(column, code)),
            "{column} {text}: {:?}",
            faults(&judged[at])
        );
        assert!(judged[at].deeds.is_empty(), "{column} {text}");
    }
}

#[test]
fn a_number_that_lost_its_noughts_and_a_code_in_other_case_are_no_change() {
    let book = book();
    let mut rows = sheet(&book);
    with(&mut rows, 0, C::Quota, "1.5");
    with(&mut rows, 0, C::Unit, "a-1");
    rows[0].cells.remove(&C::Emails);
    let judged = judge(&book, &rows, ALL, home());
    assert_eq!(judged[0].line.verdict, Verdict::Unchanged);
    assert_eq!(judged[0].line.unit, "A-1");
}

#[test]
fn units_whose_codes_differ_in_capitals_only_each_have_their_row() {
    let mut known = book();
    let twin = KnownUnit {
        id: UnitId(uuid::Uuid::from_u128(990)),
        details: NewUnit {
            code: known.units[0].details.code.to_lowercase() + "x",
            ..known.units[0].details.clone()
        },
        owner: None,
    };
    let big = KnownUnit {
        id: UnitId(uuid::Uuid::from_u128(991)),
        details: NewUnit {
            code: twin.details.code.to_uppercase(),
            ..twin.details.clone()
        },
        owner: None,
    };
    known.units.extend([twin.clone(), big.clone()]);
    let mut rows = sheet(&known);
    let last = rows.len() - 1;
    with(&mut rows, last, C::Description, "The big one");
    let judged = judge(&known, &rows, ALL, home());
    assert!(judged.iter().all(|j| j.line.faults.is_empty()));
    assert!(matches!(&judged[last].deeds[..], [Deed::Edit(id, _)] if *id == big.id));
    // New ones that differ so little would be one by mistake.
    let mut two = vec![rows[0].clone(), rows[0].clone()];
    two[1].number += 1;
    with(&mut two, 0, C::Unit, "new9");
    with(&mut two, 1, C::Unit, "NEW9");
    let judged = judge(&known, &two, ALL, home());
    assert_eq!(faults(&judged[1]), [(C::Unit, "repeated_in_file")]);
}

#[test]
fn headings_are_known_however_they_are_written() {
    for column in C::ALL {
        assert_eq!(C::of_heading(&column.heading().to_uppercase()), Some(*column));
    }
    assert_eq!(C::of_heading("emails"), Some(C::Emails));
    assert_eq!(C::of_heading("Balance"), None);
}

proptest! {
    #[test]
    fn the_order_of_rows_does_not_matter(
        edits in prop::collection::vec((0_usize..3, 0_usize..12, "[A-Za-z0-9@. ;+-]{0,12}"), 0..6),
        turn in 0_usize..3,
    ) {
        let book = book();
        let mut rows = sheet(&book);
        for (at, column, text) in edits {
            with(&mut rows, at, C::ALL[column], &text);
        }
        let mut turned = rows.clone();
        turned.rotate_left(turn);
        let lines = |rows: &[SheetRow]| {
            let mut all: Vec<_> = judge(&book, rows, ALL, home()).into_iter().map(|j| j.line).collect();
            all.sort_by_key(|line| line.number);
            all
        };
        prop_assert_eq!(lines(&rows), lines(&turned));
    }

    #[test]
    fn a_faulty_row_asks_for_nothing(edits in prop::collection::vec((0_usize..3, 0_usize..12, ".{0,20}"), 0..8)) {
        let book = book();
        let mut rows = sheet(&book);
        for (at, column, text) in edits {
            with(&mut rows, at, C::ALL[column], &text);
        }
        for judged in judge(&book, &rows, ALL, home()) {
            let is_faulty = judged.line.verdict == Verdict::Faulty;
            prop_assert_eq!(is_faulty, !judged.line.faults.is_empty());
            prop_assert!(!is_faulty || judged.deeds.is_empty());
            if judged.line.verdict == Verdict::Unchanged {
                prop_assert!(judged.deeds.is_empty());
            }
        }
    }
}
