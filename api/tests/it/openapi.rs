//! The contract: committed, complete, and without dangling references.

use kept_api::{features, kernel::server};
use std::{collections::BTreeSet, path::Path};

fn generated() -> serde_json::Value {
    serde_json::to_value(server::document(features::routes)).unwrap()
}

#[test]
fn the_committed_document_is_the_generated_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/kept.json");
    let committed: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap_or_default()).unwrap_or_default();
    assert!(
        committed == generated(),
        "openapi/kept.json is stale: run `make openapi` and review the difference"
    );
}

/// The words of the contract are those of the wire: a client generated from it would send others.
#[test]
fn enumerations_are_spelt_as_on_the_wire() {
    use kept_shared::{handovers::CloseCode, imports::ImportState, permission::UserType, statuses::*};
    let document = generated();
    let spelt = |name: &str| document["components"]["schemas"][name]["enum"].clone();
    let words = |all: Vec<&'static str>| serde_json::json!(all);
    assert_eq!(
        spelt("ImportState"),
        words(ImportState::ALL.iter().map(|v| v.as_str()).collect())
    );
    assert_eq!(
        spelt("SkipReason"),
        words(SkipReason::ALL.iter().map(|v| v.as_str()).collect())
    );
    assert_eq!(
        spelt("Warning"),
        words(Warning::ALL.iter().map(|v| v.as_str()).collect())
    );
    assert_eq!(
        spelt("CloseCode"),
        words(CloseCode::ALL.iter().map(|v| v.as_str()).collect())
    );
    assert_eq!(
        spelt("UserType"),
        words(UserType::ALL.iter().map(|v| v.as_str()).collect())
    );
    // None is left that is spelt like a type, but for currencies and the like, which are all capitals.
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let odd = |word: &&serde_json::Value| {
        let word = word.as_str().unwrap_or_default();
        word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase)
    };
    for (name, schema) in schemas {
        let words = schema["enum"].as_array().into_iter().flatten();
        assert_eq!(
            words.filter(odd).collect::<Vec<_>>(),
            Vec::<&serde_json::Value>::new(),
            "{name}"
        );
    }
}

#[test]
fn every_reference_resolves() {
    let document = generated();
    let mut dangling = BTreeSet::new();
    fn walk(node: &serde_json::Value, document: &serde_json::Value, dangling: &mut BTreeSet<String>) {
        match node {
            serde_json::Value::Object(map) => {
                if let Some(serde_json::Value::String(target)) = map.get("$ref")
                    && document.pointer(target.trim_start_matches('#')).is_none()
                {
                    dangling.insert(target.clone());
                }
                map.values().for_each(|v| walk(v, document, dangling));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|v| walk(v, document, dangling)),
            _ => {}
        }
    }
    walk(&document, &document, &mut dangling);
    assert!(dangling.is_empty(), "{dangling:?}");
}

#[test]
fn every_operation_says_what_it_is_and_who_may() {
    let document = generated();
    let mut ids = BTreeSet::new();
    let mut faults = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            if !ids.insert(id.to_owned()) {
                faults.push(format!("{method} {path}: operation id {id} is taken"));
            }
            for (what, there) in [
                ("a summary", operation["summary"].is_string()),
                ("a tag", operation["tags"].as_array().is_some_and(|t| !t.is_empty())),
                ("x-access", operation["x-access"].is_string()),
                (
                    "security",
                    operation["security"].is_array() || operation["x-access"] == "public",
                ),
            ] {
                if !there {
                    faults.push(format!("{method} {path}: no {what}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
