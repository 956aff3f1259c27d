//! The layering, kept by a test: the kernel knows no feature, and features import each other in one direction.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
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
