//! `docs/COVERAGE.md` says which screen and which operation does what the articles ask for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The lines of the articles that ask for something, of the parts the document is about.
const ASKED: [(&str, &[u16]); 3] = [
    (
        "001",
        &[
            151, 154, 156, 159, 163, 166, 168, 172, 174, 178, 180, 184, 186, 190, 194,
        ],
    ),
    (
        "002",
        &[
            11, 13, 15, 17, 19, 21, 23, 25, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63, 65,
            67, 83, 85, 87, 89, 91, 93, 95, 97, 99, 101, 105, 107, 109, 113, 115, 117, 119, 121, 123, 125, 127, 129,
            131, 133, 137, 139,
        ],
    ),
    (
        "004",
        &[
            5, 7, 9, 10, 11, 13, 15, 150, 152, 154, 155, 156, 157, 159, 161, 162, 163, 164, 166, 168, 169, 170, 171,
            172, 181, 183, 184, 185, 186, 199, 201, 203, 205, 207, 209, 211, 212, 213, 214, 216, 218, 219, 220, 222,
            224, 225, 226, 228, 230, 232, 233, 234, 236, 238, 240, 242, 243, 244, 246, 248, 250, 252, 253, 254, 256,
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What stands between backticks.
fn ticked(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The cells of each row of both tables.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().filter(|l| l.starts_with("| 0"));
    lines
        .map(|l| l.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

fn routes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            routes(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let named = text.split("path!(\"").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(named.map(|route| format!("/{route}")));
        }
    }
}

#[test]
fn every_operation_and_screen_it_names_exists() {
    let text = std::fs::read_to_string(root().join("docs/COVERAGE.md")).unwrap();
    let document = std::fs::read_to_string(root().join("openapi/kept.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let known: BTreeSet<&str> = paths
        .flat_map(|methods| methods.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    let mut screens = BTreeSet::new();
    routes(&root().join("web/src"), &mut screens);
    let mut wrong = vec![];
    for row in rows(&text).iter().filter(|row| row.len() == 4) {
        let (named, done) = (ticked(row[2]), ticked(row[3]));
        assert!(!named.is_empty() && !done.is_empty(), "{row:?}");
        wrong.extend(named.into_iter().filter(|s| !screens.contains(*s)));
        wrong.extend(done.into_iter().filter(|o| !known.contains(o)));
    }
    assert!(wrong.is_empty(), "neither a screen nor an operation: {wrong:?}");
}

#[test]
fn every_line_that_asks_for_something_is_listed_once() {
    let text = std::fs::read_to_string(root().join("docs/COVERAGE.md")).unwrap();
    let mut listed: Vec<(String, u16)> = vec![];
    for row in rows(&text) {
        let (article, lines) = row[0].split_once(": ").unwrap();
        listed.extend(lines.split(", ").map(|n| (article.to_owned(), n.parse().unwrap())));
    }
    listed.sort();
    let asked: Vec<(String, u16)> = ASKED
        .iter()
        .flat_map(|(article, lines)| lines.iter().map(|n| ((*article).to_owned(), *n)))
        .collect();
    assert_eq!(listed, asked);
}
