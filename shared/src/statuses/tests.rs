use super::*;
use crate::flaws::Flaws;
use crate::handovers::CloseCode;
use crate::ids::{AccountId, HandoverId, StatusId, UserId};
use crate::permission::{Permission, UserType};
use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

fn d(s: &str) -> NaiveDate {
    s.parse().unwrap()
}
fn status(n: u128, is_handover: bool, closes: Option<CloseCode>) -> StatusFacts {
    StatusFacts {
        id: StatusId(Uuid::from_u128(n)),
        slot: Slot::Debt,
        is_handover,
        closes_handover: closes,
        collects: false,
    }
}
fn row() -> RowFacts {
    RowFacts {
        is_active: true,
        current: None,
        current_is_handover: false,
        open_handover: None,
        attorney_in_reach: true,
        earlier: None,
        is_confirmed: false,
        total_minor: 100,
    }
}
fn request() -> ApplyStatuses<()> {
    ApplyStatuses {
        selection: Selection::Accounts {
            account_ids: vec![AccountId(Uuid::from_u128(1))],
        },
        status_id: Some(StatusId(Uuid::from_u128(1))),
        end_slot: None,
        attorney_id: None,
        note: None,
        until: None,
        confirmed: vec![],
    }
}
fn codes(f: &Flaws) -> Vec<(&str, &str)> {
    f.0.iter().map(|p| (p.pointer.as_str(), p.code.as_str())).collect()
}

#[test]
fn legal_and_debt_statuses_share_a_slot() {
    assert_eq!(StatusKind::Legal.slot(), StatusKind::Debt.slot());
    assert_ne!(StatusKind::Notice.slot(), StatusKind::Interest.slot());
}

#[test]
fn an_attorney_is_required_exactly_for_a_handover() {
    let today = d("2026-11-22");
    let handover = status(1, true, None);
    let other = status(1, false, None);
    let with = ApplyStatuses {
        attorney_id: Some(UserId(Uuid::from_u128(9))),
        ..request()
    };
    assert_eq!(
        codes(&request().flaws(Some(&handover), today)),
        [("/attorney_id", "required")]
    );
    assert_eq!(
        codes(&with.flaws(Some(&other), today)),
        [("/attorney_id", "only_with_handover")]
    );
    assert!(with.flaws(Some(&handover), today).is_empty());
    assert!(request().flaws(Some(&other), today).is_empty());
}

#[test]
fn an_end_date_lies_ahead_and_never_on_a_handover() {
    let today = d("2026-11-22");
    let mut ask = ApplyStatuses {
        until: Some(d("2026-11-21")),
        ..request()
    };
    assert_eq!(
        codes(&ask.flaws(Some(&status(1, false, None)), today)),
        [("/until", "in_past")]
    );
    ask.until = Some(today);
    assert!(ask.flaws(Some(&status(1, false, None)), today).is_empty());
    ask.attorney_id = Some(UserId(Uuid::from_u128(9)));
    assert_eq!(
        codes(&ask.flaws(Some(&status(1, true, None)), today)),
        [("/until", "not_with_handover")]
    );
}

#[test]
fn the_selection_is_bounded() {
    let today = d("2026-11-22");
    let mut ask = request();
    ask.selection = Selection::Accounts { account_ids: vec![] };
    assert_eq!(
        codes(&ask.flaws(Some(&status(1, false, None)), today)),
        [("/selection/account_ids", "required")]
    );
    ask.selection = Selection::Accounts {
        account_ids: vec![AccountId(Uuid::nil()); MAX_BATCH + 1],
    };
    assert_eq!(
        codes(&ask.flaws(Some(&status(1, false, None)), today)),
        [("/selection/account_ids", "too_many")]
    );
}

#[test]
fn a_handed_over_customer_is_not_handed_over_again() {
    let held = RowFacts {
        open_handover: Some(HandoverId(Uuid::nil())),
        ..row()
    };
    assert_eq!(
        judge(&held, Some(&status(1, true, None))),
        Err(SkipReason::AlreadyHandedOver)
    );
    assert_eq!(judge(&held, Some(&status(2, false, None))), Ok(vec![]));
}

#[test]
fn ending_the_handover_status_needs_a_recall() {
    let held = RowFacts {
        open_handover: Some(HandoverId(Uuid::nil())),
        current: Some(StatusId(Uuid::from_u128(1))),
        current_is_handover: true,
        ..row()
    };
    assert_eq!(judge(&held, None), Err(SkipReason::EndsByRecall));
    assert_eq!(
        judge(
            &RowFacts {
                open_handover: None,
                ..held
            },
            None
        ),
        Ok(vec![])
    );
    assert_eq!(judge(&row(), None), Err(SkipReason::NothingToEnd));
}

#[test]
fn balances_warn_and_do_not_stop() {
    let to = status(1, true, None);
    assert_eq!(
        judge(
            &RowFacts {
                total_minor: 0,
                ..row()
            },
            Some(&to)
        ),
        Ok(vec![Warning::ZeroBalance])
    );
    assert_eq!(
        judge(
            &RowFacts {
                total_minor: -5,
                ..row()
            },
            Some(&to)
        ),
        Ok(vec![Warning::CreditBalance])
    );
}

#[test]
fn how_an_earlier_handover_ended_warns_of_a_new_one_and_of_nothing_else() {
    let ended = |code, reason| Warning::of_ending(code, reason);
    assert_eq!(
        ended(Some(CloseCode::Withdrawn), Some("compliance")),
        Warning::EndedNotPermitted
    );
    assert_eq!(
        ended(Some(CloseCode::Dispute), Some("dispute")),
        Warning::EndedInDispute
    );
    assert_eq!(ended(Some(CloseCode::Dispute), None), Warning::EndedInDispute);
    assert_eq!(ended(Some(CloseCode::Prescribed), None), Warning::EndedPrescribed);
    // Declined matters have no closing code, only the attorney's reason.
    assert_eq!(ended(None, Some("conflict")), Warning::HandedOverBefore);
    let before = RowFacts {
        earlier: Some(Warning::EndedInDispute),
        total_minor: -5,
        ..row()
    };
    let handover = status(1, true, None);
    assert_eq!(judge(&before, Some(&handover)), Err(SkipReason::NeedsConfirming));
    let confirmed = RowFacts {
        is_confirmed: true,
        ..before
    };
    assert_eq!(
        judge(&confirmed, Some(&handover)),
        Ok(vec![Warning::EndedInDispute, Warning::CreditBalance])
    );
    let harmless = RowFacts {
        earlier: Some(Warning::HandedOverBefore),
        ..row()
    };
    assert_eq!(judge(&harmless, Some(&handover)), Ok(vec![Warning::HandedOverBefore]));
    // A summons without an attorney is a step against the debtor as well; one within an open matter is not news.
    let summons = StatusFacts {
        collects: true,
        ..status(2, false, None)
    };
    assert_eq!(
        judge(&before, Some(&summons)),
        Ok(vec![Warning::EndedInDispute, Warning::CreditBalance])
    );
    assert_eq!(judge(&harmless, Some(&summons)), Ok(vec![]));
    let at_work = RowFacts {
        open_handover: Some(HandoverId(Uuid::from_u128(5))),
        ..before
    };
    assert_eq!(judge(&at_work, Some(&summons)), Ok(vec![Warning::CreditBalance]));
    let demanded = RowFacts {
        current: Some(StatusId(Uuid::from_u128(7))),
        ..row()
    };
    assert_eq!(judge(&demanded, Some(&handover)), Ok(vec![Warning::ReplacesStatus]));
    assert_eq!(
        judge(&before, Some(&status(1, false, None))),
        Ok(vec![Warning::CreditBalance])
    );
}

proptest! {
    /// The gravest of several endings is the least by order: whatever code and reason, grave comes before harmless.
    #[test]
    fn grave_endings_come_first(a in 0..Warning::ALL.len(), b in 0..Warning::ALL.len()) {
        let (a, b) = (Warning::ALL[a], Warning::ALL[b]);
        if a.is_grave() && !b.is_grave() {
            prop_assert!(a < b);
        }
    }
}

#[test]
fn a_status_that_closes_is_applied_again_while_a_handover_is_open() {
    let back = status(7, false, Some(CloseCode::Withdrawn));
    let held = RowFacts {
        current: Some(back.id),
        open_handover: Some(HandoverId(Uuid::nil())),
        ..row()
    };
    assert_eq!(judge(&held, Some(&back)), Ok(vec![Warning::ClosesHandover]));
    assert_eq!(
        judge(
            &RowFacts {
                open_handover: None,
                ..held
            },
            Some(&back)
        ),
        Err(SkipReason::AlreadyThatStatus)
    );
}

#[test]
fn misspelt_fields_are_refused() {
    let ok = r#"{"selection":{"by":"accounts","account_ids":[]},"status_id":null}"#;
    assert!(serde_json::from_str::<ApplyStatuses<()>>(ok).is_ok());
    for bad in [
        r#"{"selection":{"by":"accounts","account_ids":[],"filter":1}}"#,
        r#"{"selection":{"by":"accounts","account_ids":[]},"atorney_id":null}"#,
        r#"{"selection":{"by":"everybody"}}"#,
    ] {
        assert!(serde_json::from_str::<ApplyStatuses<()>>(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_status_says_what_is_wrong_with_it() {
    let good = NewStatus {
        kind: StatusKind::Debt,
        code: "LOD".into(),
        title: "Letter of demand".into(),
        tone: Tone::Warn,
        is_handover: false,
        attorney_allowed: true,
        is_terminal: false,
        notice_exempt: false,
        interest_exempt: false,
        contact_hold: false,
        collection_fee: false,
        closes_handover: None,
        position: 10,
    };
    assert!(good.flaws().is_empty());
    let bad = NewStatus {
        code: "TOOLONG".into(),
        title: " ".into(),
        kind: StatusKind::Notice,
        is_handover: true,
        ..good.clone()
    };
    assert_eq!(
        codes(&bad.flaws()),
        [
            ("/code", "too_long"),
            ("/title", "required"),
            ("/is_handover", "wrong_kind"),
            ("/attorney_allowed", "not_with_handover")
        ]
    );
    let patch = StatusPatch {
        code: Some("A B".into()),
        ..StatusPatch::default()
    };
    assert_eq!(codes(&patch.onto(&good).flaws()), [("/code", "blank_inside")]);
}

proptest! {
    /// Whatever the ticks, no attorney applies a handover or an unflagged status, and nobody an inactive one.
    #[test]
    fn attorneys_apply_only_what_is_flagged(active: bool, handover: bool, flagged: bool, apply: bool, hand: bool) {
        let may = |p: Permission| match p {
            Permission::ApplyStatuses => apply,
            Permission::CreateHandovers => hand,
            _ => true,
        };
        for user_type in UserType::ALL {
            let yes = may_apply(*user_type, may, active, handover, flagged);
            prop_assert!(!yes || (active && apply));
            prop_assert!(!(yes && handover && !hand));
            if *user_type == UserType::Attorney {
                prop_assert_eq!(yes, active && apply && flagged && !handover);
            }
        }
    }
}
