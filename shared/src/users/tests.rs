use super::*;
use crate::flaws::Flaws;
use crate::ids::{CommunityId, PermissionGroupId};
use crate::permission::{Permission, UserType, shipped_groups};
use Permission as P;

fn attorney() -> NewUser {
    NewUser {
        email: "smith@example.org".into(),
        first_name: "Joan".into(),
        middle_name: None,
        surname: "Smith".into(),
        phone: Some("+27 (11) 555-0100".into()),
        firm: Some("Smith & Partners".into()),
        user_type: UserType::Attorney,
        permission_group_id: PermissionGroupId(uuid::Uuid::nil()),
        communities: vec![CommunityId(uuid::Uuid::nil())],
    }
}
fn codes(flaws: &Flaws) -> Vec<(&str, &str)> {
    flaws.0.iter().map(|f| (f.pointer.as_str(), f.code.as_str())).collect()
}

#[test]
fn an_attorney_needs_a_community_and_a_superuser_does_not() {
    assert!(attorney().flaws().is_empty());
    let without = NewUser {
        communities: vec![],
        ..attorney()
    };
    assert_eq!(codes(&without.flaws()), [("/communities", "required")]);
    let superuser = NewUser {
        user_type: UserType::Superuser,
        firm: None,
        ..without
    };
    assert!(superuser.flaws().is_empty());
}

#[test]
fn whoever_has_no_community_sees_nothing_but_for_superusers() {
    let of = |user_type, communities: &[CommunityId]| UserPatch {
        user_type,
        firm: None,
        communities: communities.to_vec(),
        ..attorney().person()
    };
    for user_type in UserType::ALL.iter().copied() {
        let without = of(user_type, &[]);
        assert_eq!(without.sees_nothing(), user_type != UserType::Superuser, "{user_type}");
        assert_eq!(!without.flaws().is_empty(), needs_community(user_type), "{user_type}");
        assert!(!of(user_type, &attorney().communities).sees_nothing(), "{user_type}");
    }
    // An invitation and a later change of the same person are judged alike, but for the address.
    let again = attorney().person().invited_as(&attorney().email);
    assert_eq!(again, attorney());
}

#[test]
fn only_attorneys_have_a_firm() {
    let agent = NewUser {
        user_type: UserType::Business,
        ..attorney()
    };
    assert_eq!(codes(&agent.flaws()), [("/firm", "only_for_attorneys")]);
}

#[test]
fn bad_names_phones_and_addresses_are_all_named_at_once() {
    let bad = NewUser {
        email: "x".into(),
        first_name: " ".into(),
        surname: "\u{7}".into(),
        phone: Some("call me".into()),
        ..attorney()
    };
    assert_eq!(
        codes(&bad.flaws()),
        [
            ("/email", "not_an_email"),
            ("/first_name", "required"),
            ("/surname", "control_character"),
            ("/phone", "not_a_phone")
        ]
    );
}

#[test]
fn every_shipped_group_holds_only_what_its_type_may_have() {
    for (name, base_type, permissions) in shipped_groups() {
        for permission in permissions {
            assert!(grantable(base_type, permission), "{name}: {permission}");
        }
    }
}

#[test]
fn those_who_receive_handovers_can_never_be_allowed_to_make_them() {
    for never in [
        P::CreateHandovers,
        P::EditHandovers,
        P::CreateUsers,
        P::EditUsers,
        P::ViewAudit,
        P::EditSettings,
        P::CreateImports,
    ] {
        assert!(!grantable(UserType::Attorney, never), "{never}");
        assert!(!grantable(UserType::Trustee, never), "{never}");
    }
    let group = NewPermissionGroup {
        name: "Cheat".into(),
        base_type: UserType::Attorney,
        permissions: vec![P::ViewNotes, P::EditUsers],
    };
    assert_eq!(codes(&group.flaws()), [("/permissions/1", "not_for_this_type")]);
}

#[test]
fn the_catalogue_holds_every_permission_once() {
    let mut all: Vec<_> = catalogue()
        .into_iter()
        .flat_map(|s| s.permissions)
        .map(|p| p.permission)
        .collect();
    assert_eq!(all.len(), P::ALL.len());
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), P::ALL.len());
}

#[test]
fn locales_look_like_language_tags() {
    for good in ["en", "en-ZA", "af", "zh-Hant-TW"] {
        assert!(locale_readable(good), "{good}");
    }
    for bad in ["", "e", "english!", "en_ZA", "en-", "en-<script>"] {
        assert!(!locale_readable(bad), "{bad}");
    }
}
