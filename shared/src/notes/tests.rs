use super::*;
use crate::ids::UnitId;

fn note() -> NewNote {
    NewNote {
        body: "x".into(),
        ..NewNote::default()
    }
}

fn flaws(note: &NewNote, writer: UserType, switches: NoteSwitches) -> Vec<String> {
    let found = note.flaws(writer, switches).0;
    found.into_iter().map(|f| format!("{} {}", f.pointer, f.code)).collect()
}

fn unit(n: u128) -> UnitId {
    UnitId(uuid::Uuid::from_u128(n))
}

#[test]
fn an_attorney_never_reads_internal_notes_nor_writes_them() {
    assert!(!Visibility::Internal.shows_to(UserType::Attorney));
    assert!(Visibility::Shared.shows_to(UserType::Attorney));
    let note = NewNote {
        visibility: Some(Visibility::Internal),
        ..note()
    };
    let all = NoteSwitches::default();
    assert_eq!(flaws(&note, UserType::Attorney, all), ["/visibility attorneys_share"]);
    assert!(flaws(&note, UserType::Business, all).is_empty());
    assert_eq!(
        Visibility::or_default(None, UserType::Attorney, false),
        Visibility::Shared
    );
    assert_eq!(
        Visibility::or_default(None, UserType::Business, false),
        Visibility::Internal
    );
    assert_eq!(
        Visibility::or_default(None, UserType::Business, true),
        Visibility::Shared
    );
}

#[test]
fn a_trustee_reads_no_note() {
    for v in Visibility::ALL {
        assert!(!v.shows_to(UserType::Trustee));
    }
}

#[test]
fn units_are_named_once_or_all_together_and_not_too_many() {
    let of = |unit_ids: Vec<UnitId>, all_units: bool| {
        let note = NewNote {
            unit_ids,
            all_units,
            ..note()
        };
        flaws(&note, UserType::Business, NoteSwitches::default())
    };
    assert!(of(vec![unit(1), unit(2)], false).is_empty());
    assert!(of(vec![], true).is_empty());
    assert_eq!(of(vec![unit(1), unit(2), unit(1)], false), ["/unit_ids/2 twice"]);
    assert_eq!(of(vec![unit(1)], true), ["/unit_ids not_beside_all_units"]);
    let many = (0..=MAX_NOTE_UNITS as u128).map(unit).collect();
    assert_eq!(of(many, false), ["/unit_ids too_many"]);
}

#[test]
fn a_mark_that_is_switched_off_cannot_be_set() {
    let marked = NewNote {
        all_units: true,
        is_urgent: true,
        is_collection: true,
        ..note()
    };
    let off = NoteSwitches {
        urgent: false,
        all_units: false,
        collection: false,
    };
    assert_eq!(
        flaws(&marked, UserType::Business, off),
        [
            "/all_units switched_off",
            "/is_urgent switched_off",
            "/is_collection switched_off"
        ]
    );
    assert!(flaws(&marked, UserType::Business, NoteSwitches::default()).is_empty());
    assert!(flaws(&note(), UserType::Business, off).is_empty());
}

#[test]
fn only_the_call_centre_is_mailed_for() {
    let mailed: Vec<_> = UserType::ALL.iter().filter(|t| is_mailed(**t)).collect();
    assert_eq!(mailed, [&UserType::CallCentre]);
}

#[test]
fn authors_delete_for_a_week_editors_always_attorneys_never() {
    let written: DateTime<Utc> = "2026-11-01T08:00:00Z".parse().unwrap();
    let after = |days: i64, seconds: i64| written + chrono::TimeDelta::days(days) + chrono::TimeDelta::seconds(seconds);
    let who = |user_type, may_edit, is_author| Deleter {
        user_type,
        may_edit,
        is_author,
    };
    let author = who(UserType::Business, false, true);
    assert!(author.may_delete(written, after(7, 0)));
    assert!(!author.may_delete(written, after(7, 1)));
    assert!(!who(UserType::Business, false, false).may_delete(written, written));
    assert!(who(UserType::Business, true, false).may_delete(written, after(900, 0)));
    for never in [UserType::Attorney, UserType::Trustee] {
        assert!(!who(never, true, true).may_delete(written, written), "{never}");
    }
}

#[test]
fn the_only_unit_is_preset_and_of_several_none() {
    let of = |current: &[bool]| {
        let units: Vec<ChoiceUnit> = current
            .iter()
            .enumerate()
            .map(|(n, is_current)| ChoiceUnit {
                id: unit(n as u128),
                code: n.to_string(),
                is_current: *is_current,
            })
            .collect();
        preset_unit(&units)
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[true]), Some(unit(0)));
    assert_eq!(of(&[false]), Some(unit(0)));
    assert_eq!(of(&[false, true]), Some(unit(1)));
    assert_eq!(of(&[true, true]), None);
    assert_eq!(of(&[false, false]), None);
}

#[test]
fn a_mark_or_a_unit_asks_for_notes() {
    assert!(!HistoryFilter::default().is_of_notes());
    let asked = HistoryFilter {
        urgent: Some(false),
        ..HistoryFilter::default()
    };
    assert!(asked.is_of_notes());
    assert!(serde_json::from_str::<HistoryFilter>(r#"{"urgnt": true}"#).is_err());
}
