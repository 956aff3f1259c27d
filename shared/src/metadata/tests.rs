use super::*;
use crate::ids::MetadataFieldId;
use crate::metadata::{MetadataEntity, MetadataItem, MetadataLabels};
use proptest::prelude::*;
use serde_json::json;

fn field(key: &str, kind: MetadataKind) -> MetadataField {
    MetadataField {
        id: MetadataFieldId(uuid::Uuid::nil()),
        entity: MetadataEntity::Account,
        key: key.into(),
        labels: MetadataLabels {
            en: key.into(),
            af: None,
        },
        kind,
        choices: if kind == MetadataKind::List {
            vec!["A".into(), "B".into()]
        } else {
            vec![]
        },
        is_required: false,
        is_searchable: false,
        is_sensitive: false,
        is_active: true,
        is_used: None,
        version: 1,
    }
}

#[test]
fn each_type_takes_its_own_values_in_one_spelling() {
    let choices = ["A".to_owned(), "B".to_owned()];
    let good = [
        (MetadataKind::Text, json!(" Bay 7\nwest "), json!("Bay 7\nwest")),
        (MetadataKind::Number, json!("012.500"), json!("12.5")),
        (MetadataKind::Number, json!("-0.0"), json!("0")),
        (MetadataKind::Number, json!(12), json!("12")),
        (
            MetadataKind::Number,
            json!("0.1234567890123456789"),
            json!("0.1234567890123456789"),
        ),
        (
            MetadataKind::Money,
            json!({ "amount": "12.5", "currency": "ZAR" }),
            json!({ "amount": "12.50", "currency": "ZAR" }),
        ),
        (MetadataKind::Date, json!("2026-02-28"), json!("2026-02-28")),
        (MetadataKind::Boolean, json!(false), json!(false)),
        (MetadataKind::List, json!(" B "), json!("B")),
        (
            MetadataKind::Link,
            json!("HTTPS://a.example/x?y=1#z"),
            json!("HTTPS://a.example/x?y=1#z"),
        ),
    ];
    for (kind, value, want) in good {
        assert_eq!(accepted(kind, &choices, &value), Ok(want), "{kind} {value}");
    }
    let bad = [
        (MetadataKind::Text, json!(" "), "not_a_text"),
        (MetadataKind::Text, json!(5), "not_a_text"),
        (MetadataKind::Text, json!("x".repeat(2_001)), "too_long"),
        (MetadataKind::Text, json!("\u{7}"), "control_character"),
        (MetadataKind::Number, json!(1.5), "not_a_number"),
        (MetadataKind::Number, json!("1_000"), "not_a_number"),
        (MetadataKind::Number, json!("1."), "not_a_number"),
        (MetadataKind::Number, json!(".5"), "not_a_number"),
        (MetadataKind::Number, json!("1e3"), "not_a_number"),
        (MetadataKind::Number, json!("9".repeat(40)), "too_large"),
        (MetadataKind::Money, json!("12.50"), "not_an_amount"),
        (
            MetadataKind::Money,
            json!({ "amount": "1.001", "currency": "ZAR" }),
            "not_an_amount",
        ),
        (MetadataKind::Date, json!("28.02.2026"), "not_a_date"),
        (MetadataKind::Date, json!("2026-02-30"), "not_a_date"),
        (MetadataKind::Date, json!("0026-02-28"), "not_a_date"),
        (MetadataKind::Boolean, json!("true"), "not_a_boolean"),
        (MetadataKind::List, json!("C"), "not_a_choice"),
        (MetadataKind::Link, json!("javascript:alert(1)"), "not_a_link"),
        (MetadataKind::Link, json!("https://"), "not_a_link"),
        (MetadataKind::Link, json!("https://a b.example"), "not_a_link"),
        (
            MetadataKind::Link,
            json!("https://bank.example@evil.example"),
            "not_a_link",
        ),
    ];
    for (kind, value, code) in bad {
        assert_eq!(accepted(kind, &choices, &value), Err(code), "{kind} {value}");
    }
}

fn change(values: Value) -> MetadataChange {
    serde_json::from_value(json!({ "values": values })).unwrap()
}

fn map(values: Value) -> BTreeMap<String, Value> {
    serde_json::from_value(values).unwrap()
}

#[test]
fn what_changes_is_told_apart_from_what_stays() {
    let fields = [field("bay", MetadataKind::Text), field("size", MetadataKind::Number)];
    let stored = map(json!({ "bay": "B1", "size": "12.5", "Old": 3 }));
    let judged = |values| change(values).judged(&fields, &stored, false);
    assert_eq!(
        judged(json!({ "bay": " B1 ", "size": "12.50", "Old": 3, "gone": null })),
        Ok(BTreeMap::new())
    );
    let changed = judged(json!({ "bay": null, "size": "13", "New.Key": { "a": [1, "x"] } })).unwrap();
    assert_eq!(
        changed,
        serde_json::from_value(json!({ "bay": null, "size": "13", "New.Key": { "a": [1, "x"] } })).unwrap()
    );
}

#[test]
fn every_flaw_is_named_at_its_key() {
    let mut fields = vec![
        field("bay", MetadataKind::Text),
        field("secret", MetadataKind::Text),
        field("old", MetadataKind::Text),
        field("group", MetadataKind::List),
    ];
    fields[0].is_required = true;
    fields[1].is_sensitive = true;
    fields[2].is_active = false;
    let stored = map(json!({ "bay": "B1", "secret": "s", "old": "o", "group": "Was" }));
    let flaws = |values, reads| match change(values).judged(&fields, &stored, reads) {
        Ok(_) => vec![],
        Err(flaws) => flaws
            .0
            .into_iter()
            .map(|f| format!("{} {}", f.pointer, f.code))
            .collect::<Vec<_>>(),
    };
    assert_eq!(
        flaws(
            json!({ "bay": null, "secret": "s", "old": "x", "group": "C", "a b": 1, "rate": 0.5 }),
            false
        ),
        [
            "/values/a b not_a_key",
            "/values/bay required",
            "/values/group not_a_choice",
            "/values/old archived",
            "/values/rate not_exact",
            "/values/secret masked",
        ]
    );
    // Who reads it may change it; a choice that is offered no more may stay.
    assert!(flaws(json!({ "secret": "t", "group": "Was", "old": "o" }), true).is_empty());
    let many: BTreeMap<String, Value> = (0..MAX_VALUES).map(|n| (format!("k{n}"), json!(n))).collect();
    assert_eq!(flaws(json!(many), true), ["/values too_many"]);
}

#[test]
fn a_sensitive_value_is_masked_and_says_so() {
    let mut secret = field("secret", MetadataKind::Text);
    secret.is_sensitive = true;
    let shown = |value: Option<Value>, reads| {
        let item = MetadataItem::of(secret.clone(), value, reads);
        (item.value, item.is_masked)
    };
    assert_eq!(shown(Some(json!("s")), true), (Some(json!("s")), false));
    assert_eq!(shown(Some(json!("s")), false), (None, true));
    assert_eq!(shown(None, false), (None, false));
}

#[test]
fn a_type_is_found_for_values_nobody_described() {
    let fits = |values: &[Value]| fitting(values);
    assert_eq!(
        fits(&[json!("2026-01-01"), json!("2026-02-01")]),
        Some(MetadataKind::Date)
    );
    assert_eq!(fits(&[json!("12"), json!(5)]), Some(MetadataKind::Number));
    assert_eq!(fits(&[json!("12"), json!("B12")]), Some(MetadataKind::Text));
    assert_eq!(fits(&[json!("https://a.example")]), Some(MetadataKind::Link));
    assert_eq!(fits(&[json!(true)]), Some(MetadataKind::Boolean));
    assert_eq!(fits(&[json!({ "a": 1 })]), None);
    assert_eq!(fits(&[]), None);
}

proptest! {
    #[test]
    fn a_value_in_its_spelling_stays_as_it_is(text in "-?[0-9]{1,20}(\\.[0-9]{1,8})?|\\PC{1,30}|https://[a-z]{1,9}/[a-z]*|[0-9]{4}-[01][0-9]-[0-3][0-9]") {
        for kind in MetadataKind::ALL {
            if let Ok(once) = accepted(*kind, std::slice::from_ref(&text), &json!(text)) {
                prop_assert_eq!(accepted(*kind, std::slice::from_ref(&text), &once), Ok(once));
            }
        }
    }

    #[test]
    fn numbers_keep_every_digit(whole in 0_u64..1_000_000_000_000, part in 1_u32..1_000_000_000) {
        let text = format!("{whole}.{part:09}");
        let kept = accepted(MetadataKind::Number, &[], &json!(text)).unwrap();
        prop_assert_eq!(kept.as_str().unwrap().parse::<Decimal>().unwrap(), text.parse::<Decimal>().unwrap());
    }
}
