use super::*;
use crate::contacts::{ContactKind, NewContact};
use crate::phone::ZA;
use proptest::prelude::*;

#[test]
fn one_name_becomes_a_person_or_a_body() {
    let kind = |n: &str| NewDebtor::from_full_name(n).kind;
    for body in [
        "Protea Trading (Pty) Ltd",
        "Jansen Family Trust",
        "M & K CC",
        "0379-NEVHP",
        "Umhlanga Investments",
    ] {
        assert_eq!(kind(body), DebtorKind::Legal, "{body}");
    }
    for person in ["Thandi Mokoena", "van der Merwe", "Sipho", "Coetzee"] {
        assert_eq!(kind(person), DebtorKind::Natural, "{person}");
    }
    let p = NewDebtor::from_full_name("Jan  van der Merwe");
    assert_eq!(
        (p.first_name.as_deref(), p.last_name.as_deref()),
        (Some("Jan van der"), Some("Merwe"))
    );
}

#[test]
fn one_contact_of_each_kind_is_primary() {
    let mut d = NewDebtor::person("A", "B");
    d.contacts = vec![
        NewContact::of(ContactKind::Phone, "0821234567"),
        NewContact {
            is_primary: true,
            ..NewContact::of(ContactKind::Phone, "0821234568")
        },
        NewContact {
            is_primary: true,
            ..NewContact::of(ContactKind::Phone, "0821234569")
        },
        NewContact::of(ContactKind::Email, "a@b.org"),
    ];
    let primary: Vec<bool> = d.tidied().contacts.iter().map(|c| c.is_primary).collect();
    assert_eq!(primary, [false, true, false, true]);
}

#[test]
fn flaws_point_into_the_tree() {
    let mut account = NewAccount::of(" ", NewDebtor::person("Only", ""));
    account.debtors.push(NewDebtor {
        contacts: vec![NewContact::of(ContactKind::Email, "nobody")],
        language: Some("english language".into()),
        ..NewDebtor::body("Body")
    });
    let got: Vec<(String, String)> = account
        .tidied()
        .flaws(Some(ZA))
        .0
        .into_iter()
        .map(|f| (f.pointer, f.code))
        .collect();
    assert_eq!(
        got,
        [
            ("/reference".into(), "required".into()),
            ("/debtors/0/last_name".into(), "required".into()),
            ("/debtors/1/language".into(), "not_a_language".into()),
            ("/debtors/1/contacts/0/value".into(), "not_an_email".into()),
        ]
    );
    assert_eq!(
        NewAccount {
            debtors: vec![],
            ..NewAccount::of("1", NewDebtor::body("x"))
        }
        .flaws(None)
        .0[0]
            .pointer,
        "/debtors"
    );
}

#[test]
fn only_the_first_debtor_is_primary() {
    let mut a = NewAccount::of("1", NewDebtor::person("A", "B"));
    a.debtors.push(NewDebtor::person("C", "D"));
    a.debtors.push(NewDebtor {
        role: DebtorRole::Guarantor,
        ..NewDebtor::person("E", "F")
    });
    let roles: Vec<_> = a.tidied().debtors.iter().map(|d| d.role).collect();
    assert_eq!(
        roles,
        [DebtorRole::Primary, DebtorRole::CoDebtor, DebtorRole::Guarantor]
    );
}

proptest! {
    #[test]
    fn a_name_survives_being_taken_apart(name in "[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8}){0,3}") {
        prop_assert_eq!(NewDebtor::from_full_name(&name).full_name(), name);
    }
}
