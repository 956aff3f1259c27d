//! What could not be read, said by its place and a code. The parser's own words hold what was sent and how the program
//! is built, and are no help to the person who filled in a form.

use kept_shared::problem::FieldProblem;
use serde_path_to_error::{Path, Segment};

/// The fault at a place of a JSON body; the pointer is one of RFC 6901.
///
/// Codes: `required` for a field that is missing, `unknown_field`, `repeated`, `unknown` for a word that is none of the
/// list, else `malformed` with what was expected: `text`, `number`, `whole_number`, `true_or_false`, `list`, `object`,
/// `id`, `date` or `time`.
pub(super) fn in_body(path: &Path, words: &str) -> FieldProblem {
    flaw(&places(path), words, "/", "")
}

/// The same of a query string; the pointer is `?` and the name of the parameter.
pub(super) fn in_query(path: &Path, words: &str) -> FieldProblem {
    flaw(&places(path), words, "?", "?")
}

fn places(path: &Path) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(escaped(key)),
            // The variant of a tagged union is no place of the JSON.
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// A name as RFC 6901 writes it.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn flaw(places: &[String], words: &str, before_first: &str, nowhere: &str) -> FieldProblem {
    let named = |start: &str| {
        words
            .strip_prefix(start)
            .and_then(|rest| rest.split_once('`'))
            .map(|(name, _)| name)
    };
    let (code, field) = if let Some(name) = named("missing field `") {
        ("required", Some(name))
    } else if let Some(name) = named("unknown field `") {
        ("unknown_field", Some(name))
    } else if let Some(name) = named("duplicate field `") {
        ("repeated", Some(name))
    } else if words.starts_with("unknown variant `") {
        ("unknown", None)
    } else {
        ("malformed", None)
    };
    let field = field.map(escaped);
    let mut places: Vec<&str> = places.iter().map(String::as_str).collect();
    // The place of an unknown field is the field already; that of a missing one is what lacks it.
    if let Some(field) = field.as_deref().filter(|field| places.last() != Some(field)) {
        places.push(field);
    }
    let pointer = if places.is_empty() {
        nowhere.to_owned()
    } else {
        format!("{before_first}{}", places.join("/"))
    };
    let flaw = FieldProblem::new(&pointer, code);
    match expected(words).filter(|_| code == "malformed") {
        Some(expected) => flaw.with("expected", expected),
        None => flaw,
    }
}

/// What should have stood there, in a word of ours.
fn expected(words: &str) -> Option<&'static str> {
    const NUMBERS: [&str; 10] = [
        "i8",
        "i16",
        "i32",
        "i64",
        "u8",
        "u16",
        "u32",
        "u64",
        "usize",
        "an integer",
    ];
    let (_, wanted) = words.rsplit_once("expected ")?;
    let wanted = wanted.split(" at line ").next().unwrap_or(wanted);
    let starts = |with: &[&str]| with.iter().any(|start| wanted.starts_with(start));
    if NUMBERS.contains(&wanted) {
        Some("whole_number")
    } else if starts(&["f32", "f64", "a number"]) {
        Some("number")
    } else if starts(&["a boolean"]) {
        Some("true_or_false")
    } else if starts(&["a sequence", "an array", "a tuple"]) {
        Some("list")
    } else if starts(&["struct ", "a map", "internally tagged", "adjacently tagged"]) {
        Some("object")
    } else if starts(&["a UUID", "a formatted UUID", "UUID"]) {
        Some("id")
    } else if starts(&["a formatted date and time", "an RFC 3339"]) {
        Some("time")
    } else if starts(&["a formatted date"]) {
        Some("date")
    } else if starts(&["a string", "string", "a borrowed string", "a character"]) {
        Some("text")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stop;
    use super::super::extract::{parse_json, parse_query};
    use kept_shared::problem::Problem;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it is read matters")]
    struct Order {
        name: String,
        count: u32,
        #[serde(default)]
        paid: bool,
        #[serde(default)]
        lines: Vec<Line>,
        #[serde(default)]
        on: Option<chrono::NaiveDate>,
        #[serde(default)]
        of: Option<uuid::Uuid>,
        #[serde(default)]
        how: Option<How>,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it is read matters")]
    struct Line {
        minor: i64,
    }
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum How {
        Slowly,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        #[serde(default)]
        limit: Option<u32>,
        #[serde(default)]
        how: Vec<String>,
        #[serde(default)]
        sort: Option<String>,
    }

    fn problem(result: Result<impl std::fmt::Debug, Stop>) -> Problem {
        match result {
            Err(Stop::Problem(problem)) => *problem,
            other => panic!("{other:?}"),
        }
    }
    fn told(problem: &Problem) -> Vec<(&str, &str, &str)> {
        let expected = |params: &std::collections::BTreeMap<String, String>| match params.get("expected") {
            Some(word) => WORDS
                .iter()
                .copied()
                .find(|w| w == word)
                .unwrap_or("a word of the parser"),
            None => "",
        };
        problem
            .errors
            .iter()
            .map(|e| (e.pointer.as_str(), e.code.as_str(), expected(&e.params)))
            .collect()
    }
    const WORDS: [&str; 9] = [
        "text",
        "number",
        "whole_number",
        "true_or_false",
        "list",
        "object",
        "id",
        "date",
        "time",
    ];

    #[test]
    fn a_body_is_told_by_place_and_code() {
        for (body, wanted) in [
            (r#"{"name": 5, "count": 1}"#, ("/name", "malformed", "text")),
            (
                r#"{"name": "x", "count": "secret"}"#,
                ("/count", "malformed", "whole_number"),
            ),
            (r#"{"name": "x", "count": -1}"#, ("/count", "malformed", "whole_number")),
            (
                r#"{"name": "x", "count": 1, "paid": "yes"}"#,
                ("/paid", "malformed", "true_or_false"),
            ),
            (
                r#"{"name": "x", "count": 1, "lines": 3}"#,
                ("/lines", "malformed", "list"),
            ),
            (
                r#"{"name": "x", "count": 1, "lines": [{"minor": 1}, {"minor": "2"}]}"#,
                ("/lines/1/minor", "malformed", "whole_number"),
            ),
            (
                r#"{"name": "x", "count": 1, "lines": [7]}"#,
                ("/lines/0", "malformed", "object"),
            ),
            (
                r#"{"name": "x", "count": 1, "lines": [{}]}"#,
                ("/lines/0/minor", "required", ""),
            ),
            (
                r#"{"name": "x", "count": 1, "lines": [{"minor": 1, "a/b": 1}]}"#,
                ("/lines/0/a~1b", "unknown_field", ""),
            ),
            (
                r#"{"name": "x", "count": 1, "on": "2026-02-30"}"#,
                ("/on", "malformed", ""),
            ),
            (r#"{"name": "x", "count": 1, "on": 3}"#, ("/on", "malformed", "date")),
            (r#"{"name": "x", "count": 1, "of": 3}"#, ("/of", "malformed", "id")),
            (r#"{"name": "x", "count": 1, "how": "fast"}"#, ("/how", "unknown", "")),
            (r#"{"name": "x"}"#, ("/count", "required", "")),
            (r#"{"name": "x", "name": "y", "count": 1}"#, ("/name", "repeated", "")),
            (
                r#"{"name": "x", "count": 1, "cuont": 1}"#,
                ("/cuont", "unknown_field", ""),
            ),
            (r#"{"name": "x", "count": 1"#, ("", "malformed", "")),
            ("", ("", "malformed", "")),
            (r#""Order""#, ("", "malformed", "object")),
            ("[]", ("", "not_an_object", "")),
            (
                r#"{"name": "x", "count": 1, "lines": [{"a/b": "c\u0000"}]}"#,
                ("/lines/0/a~1b", "control_character", ""),
            ),
            (r#"{"na\u0000me": "x"}"#, ("", "control_character", "")),
        ] {
            let problem = problem(parse_json::<Order>(body.as_bytes()));
            assert_eq!(told(&problem), [wanted], "{body}");
            assert_eq!((problem.code(), problem.detail.as_ref()), ("body-malformed", None));
        }
    }

    #[test]
    fn a_query_is_told_by_parameter_and_code() {
        for (query, wanted) in [
            ("limit=ten", ("?limit", "malformed", "")),
            ("limt=10", ("?limt", "unknown_field", "")),
            ("sort=a&sort=b", ("?sort", "malformed", "")),
        ] {
            let problem = problem(parse_query::<Filter>(query));
            assert_eq!(told(&problem), [wanted], "{query}");
            assert_eq!(problem.code(), "query-malformed");
        }
        let read = parse_query::<Filter>("how=a&how=b&limit=3").unwrap();
        assert_eq!(
            (read.how, read.limit, read.sort),
            (vec!["a".to_owned(), "b".to_owned()], Some(3), None)
        );
    }

    proptest! {
        /// Whatever is sent, the answer is made of pointers, codes and our own words.
        #[test]
        fn no_words_of_the_parser_reach_people(value in "\\PC{0,12}", bare in "[\\[{\"a-z0-9:,]{0,12}", at in 0..4_u8) {
            let quoted = serde_json::to_string(&value).unwrap();
            let body = match at {
                0 => format!(r#"{{"name": "x", "count": {quoted}}}"#),
                1 => format!(r#"{{"name": "x", "count": 1, "how": {quoted}}}"#),
                2 => format!(r#"{{"name": {bare}}}"#),
                _ => bare,
            };
            if let Err(Stop::Problem(problem)) = parse_json::<Order>(body.as_bytes()) {
                prop_assert!(problem.detail.is_none());
                for error in &problem.errors {
                    let codes = ["required", "unknown_field", "repeated", "unknown", "malformed", "not_an_object", "control_character", "trailing_characters"];
                    prop_assert!(codes.contains(&error.code.as_str()), "{:?}", error);
                    prop_assert!(error.params.iter().all(|(name, word)| name == "expected" && WORDS.contains(&word.as_str())), "{:?}", error);
                }
            }
        }
    }
}
