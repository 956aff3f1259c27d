//! The layering, kept by a test: the kernel knows no feature, and features import each other in one direction.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn imports(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(imports(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for part in text.split("crate::").skip(1) {
                if let Some(inner) = part.strip_prefix('{') {
                    for item in inner.split('}').next().unwrap_or_default().split(',') {
                        found.insert(item.trim().split("::").next().unwrap_or_default().to_owned());
                    }
                }
                found.insert(
                    part.split(|c: char| !c.is_alphanumeric() && c != '_')
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                );
            }
        }
    }
    found
}

fn features() -> BTreeMap<String, BTreeSet<String>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let names: BTreeSet<String> = fs::read_dir(&source)
        .unwrap()
        .flatten()
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names
        .iter()
        .map(|name| {
            let used = imports(&source.join(name))
                .into_iter()
                .filter(|i| names.contains(i) && i != name)
                .collect();
            (name.clone(), used)
        })
        .collect()
}

/// What stands outside the row rules or commits without an event, each with its reason, as a golden list that reviewers
/// read. `KEPT_BLESS=1` writes it anew.
#[test]
fn every_exception_to_the_row_rules_and_to_events_is_listed_with_its_reason() {
    const WORDS: [&str; 4] = [
        "Unscoped(",
        "read_everything(",
        "write_everything(",
        "finish_unrecorded(",
    ];
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                files(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![];
    files(&source, &mut found);
    let mut lines = BTreeMap::new();
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        let file = path.strip_prefix(&source).unwrap().display().to_string();
        let feature = file.split(['/', '.']).next().unwrap_or_default().to_owned();
        for word in WORDS {
            for rest in text.split(word).skip(1) {
                // A reason is a text written at the site; the definitions themselves have none.
                if let Some(reason) = rest.trim_start().strip_prefix('"') {
                    let reason = reason.split('"').next().unwrap_or_default();
                    *lines.entry(format!("{feature}: {word}\"{reason}\")")).or_insert(0) += 1;
                }
            }
        }
    }
    let text: String = lines.iter().map(|(line, n)| format!("{n:>3} {line}\n")).collect();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/exceptions.txt");
    if std::env::var_os("KEPT_BLESS").is_some() {
        fs::write(golden, text).unwrap();
        return;
    }
    let committed = fs::read_to_string(golden).unwrap_or_default();
    let lines_of = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (old, new) = (lines_of(&committed), lines_of(&text));
    assert!(
        old == new,
        "review the new exceptions and run with KEPT_BLESS=1\n- {:#?}\n+ {:#?}",
        old.difference(&new).collect::<Vec<_>>(),
        new.difference(&old).collect::<Vec<_>>()
    );
}

#[test]
fn the_kernel_imports_no_feature() {
    assert_eq!(features()["kernel"], BTreeSet::new());
}

#[test]
fn features_do_not_import_each_other_in_circles() {
    let features = features();
    fn visit(
        name: &str,
        features: &BTreeMap<String, BTreeSet<String>>,
        trail: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) {
        assert!(
            !trail.iter().any(|t| t == name),
            "a circle: {} -> {name}",
            trail.join(" -> ")
        );
        if done.contains(name) {
            return;
        }
        trail.push(name.to_owned());
        for used in &features[name] {
            visit(used, features, trail, done);
        }
        trail.pop();
        done.insert(name.to_owned());
    }
    let mut done = BTreeSet::new();
    for name in features.keys() {
        visit(name, &features, &mut vec![], &mut done);
    }
}
