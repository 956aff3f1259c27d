//! The browser has words for every code a problem can name a fault by: else a person reads the code itself.

use std::{collections::BTreeMap, fs, path::Path};

/// Sources below a folder without their tests, by path.
fn sources(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            into.push((path.display().to_string(), code.to_owned()));
        }
    }
}

fn is_code(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Codes that stand behind a pointer (`"/amount", "too_large"`), and those an enum of flaws gives itself.
fn codes(text: &str) -> Vec<&str> {
    // What stands between quotes is every second part, save where a quote itself is quoted: those give no code.
    let parts: Vec<&str> = text.split('"').collect();
    let behind_a_pointer = parts.windows(3).filter_map(|w| {
        let [pointer, between, code] = w else { return None };
        let points = pointer.starts_with(['/', '?', '{']) && !pointer.contains(char::is_whitespace);
        let next = between.contains(',') && between.chars().all(|c| c == ',' || c == ')' || c.is_whitespace());
        (points && next && is_code(code)).then_some(*code)
    });
    let by_flaws = text
        .split("fn code(self) -> &'static str")
        .skip(1)
        .filter_map(|rest| rest.split("\n    }\n").next())
        .flat_map(|body| body.split('"').skip(1).step_by(2));
    behind_a_pointer.chain(by_flaws).collect()
}

#[test]
fn every_code_of_a_flaw_has_words_in_the_browser() {
    /// Told to programs alone: the browser never sends what they refuse.
    const PROGRAMS: [&str; 1] = ["not_paged"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut server, mut browser) = (vec![], vec![]);
    sources(&root.join("api/src"), &mut server);
    sources(&root.join("shared/src"), &mut server);
    sources(&root.join("web/src"), &mut browser);
    // Those of all features, and those only one feature knows.
    browser.retain(|(path, _)| {
        path.ends_with("kernel/i18n.rs")
            || ["/words.rs", "notes/compose.rs"]
                .iter()
                .any(|file| path.ends_with(file))
    });
    server.retain(|(path, _)| !path.contains("/demo/"));
    let has_words = |code: &str| browser.iter().any(|(_, text)| text.contains(&format!("\"{code}\"")));
    let mut found = BTreeMap::new();
    for (path, text) in &server {
        for code in codes(text) {
            found.entry(code).or_insert(path);
        }
    }
    // The reading itself works: one of each way to write a code.
    for known in [
        "required",
        "more_than_open",
        "allocation_exceeds",
        "phone_too_short",
        "too_many_lines",
    ] {
        assert!(found.contains_key(known), "{known} was not found in the sources");
    }
    let without: Vec<_> = found
        .iter()
        .filter(|(code, _)| !PROGRAMS.contains(code) && !has_words(code))
        .collect();
    assert!(
        without.is_empty(),
        "no words in web/src/kernel/i18n.rs for {without:#?}"
    );
}
