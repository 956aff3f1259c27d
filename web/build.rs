//! Turns `locales/<language>/<feature>.json` into one Rust function for each message, so that a missing key or
//! parameter does not compile. English is complete; other languages fall back to it key by key.
//!
//! A message is a text with `{name}` parameters, or `{"one": …, "other": …}` chosen by its parameter `n`.

use serde_json::{Map, Value};
use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

type Messages = BTreeMap<String, Map<String, Value>>;

fn main() {
    println!("cargo::rerun-if-changed=locales");
    let root = Path::new("locales");
    let english = read(&root.join("en"));
    let mut others = BTreeMap::new();
    for entry in fs::read_dir(root).expect("the locales folder").flatten() {
        let language = entry.file_name().to_string_lossy().into_owned();
        if language != "en" {
            others.insert(language, read(&entry.path()));
        }
    }
    let mut out = String::new();
    for (feature, messages) in &english {
        writeln!(out, "pub mod {feature} {{").unwrap();
        for (key, message) in messages {
            function(&mut out, feature, key, message, &others);
        }
        out.push_str("}\n");
    }
    for (language, files) in &others {
        for (feature, messages) in files {
            for key in messages.keys() {
                assert!(
                    english.get(feature).is_some_and(|m| m.contains_key(key)),
                    "locales/{language}/{feature}.json has `{key}`, which English does not have"
                );
            }
        }
    }
    fs::write(
        Path::new(&env::var("OUT_DIR").expect("OUT_DIR")).join("messages.rs"),
        out,
    )
    .expect("messages.rs is written");
}

fn read(folder: &Path) -> Messages {
    let mut all = Messages::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "json") {
            let name = path
                .file_stem()
                .map(|s| s.to_string_lossy().into_owned())
                .unwrap_or_default();
            let text = fs::read_to_string(&path).expect("a locale file");
            let parsed = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            all.insert(name, parsed);
        }
    }
    all
}

fn forms(message: &Value) -> (String, Option<String>) {
    match message {
        Value::String(text) => (text.clone(), None),
        Value::Object(forms) => {
            let form = |name: &str| forms.get(name).and_then(Value::as_str).map(str::to_owned);
            (
                form("other").expect("a plural message has `other`"),
                Some(form("one").expect("a plural message has `one`")),
            )
        }
        _ => panic!("a message is a text or an object with `one` and `other`"),
    }
}

fn parameters(text: &str) -> Vec<String> {
    let mut found: Vec<String> = vec![];
    for part in text.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default().to_owned();
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

fn function(out: &mut String, feature: &str, key: &str, message: &Value, others: &BTreeMap<String, Messages>) {
    let (text, one) = forms(message);
    let mut names = parameters(&text);
    if one.is_some() && !names.iter().any(|n| n == "n") {
        names.push("n".into());
    }
    let plural = one.is_some();
    let arguments: Vec<String> = names
        .iter()
        .map(|n| {
            if plural && n == "n" {
                "n: usize".to_owned()
            } else {
                format!("{n}: impl ::std::fmt::Display")
            }
        })
        .collect();
    let result = if names.is_empty() { "&'static str" } else { "String" };
    let doc = text.replace(['\n', '\r'], " ");
    let mut arms = String::new();
    for (language, files) in others {
        if let Some(translated) = files.get(feature).and_then(|m| m.get(key)) {
            let (text, one) = forms(translated);
            let variant = language[..1].to_uppercase() + &language[1..];
            write!(
                arms,
                "super::super::Language::{variant} => {}, ",
                body(&text, one.as_deref(), &names)
            )
            .unwrap();
        }
    }
    let english = body(&text, one.as_deref(), &names);
    let inner = if arms.is_empty() {
        english
    } else {
        format!("match super::super::language() {{ {arms}super::super::Language::En => {english} }}")
    };
    writeln!(
        out,
        "    /// {doc}\n    pub fn {key}({}) -> {result} {{ {inner} }}",
        arguments.join(", ")
    )
    .unwrap();
}

fn body(text: &str, one: Option<&str>, names: &[String]) -> String {
    for used in parameters(text)
        .iter()
        .chain(parameters(one.unwrap_or_default()).iter())
    {
        assert!(
            names.contains(used),
            "`{{{used}}}` is no parameter of the English message: {text}"
        );
    }
    let literal = |t: &str| {
        if names.is_empty() {
            format!("{t:?}")
        } else {
            format!("format!({t:?})")
        }
    };
    one.map_or_else(
        || literal(text),
        |one| format!("if n == 1 {{ {} }} else {{ {} }}", literal(one), literal(text)),
    )
}
