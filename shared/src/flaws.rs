//! What is wrong with an input, gathered so that a person sees all of it at once.

use crate::problem::FieldProblem;

/// Collects field flaws. The server turns a non-empty list into a 422, the browser shows them beside the fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flaws(pub Vec<FieldProblem>);

impl Flaws {
    /// Records a flaw at a JSON pointer (`/amount`) under a stable code (`not_positive`).
    pub fn add(&mut self, pointer: &str, code: &str) -> &mut Self {
        self.0.push(FieldProblem::new(pointer, code));
        self
    }
    /// Records a flaw when `bad` is true.
    pub fn when(&mut self, bad: bool, pointer: &str, code: &str) -> &mut Self {
        if bad {
            self.add(pointer, code);
        }
        self
    }
    /// Required text of at most `max` characters, without control characters other than line breaks and tabs, and without
    /// those that turn the direction of what follows: they make a text look like another.
    pub fn text(&mut self, pointer: &str, value: &str, max: usize) -> &mut Self {
        if value.trim().is_empty() {
            return self.add(pointer, "required");
        }
        self.optional_text(pointer, value, max)
    }
    /// Optional text of at most `max` characters.
    pub fn optional_text(&mut self, pointer: &str, value: &str, max: usize) -> &mut Self {
        if value.chars().count() > max {
            self.0.push(FieldProblem::new(pointer, "too_long").with("max", max));
        }
        self.when(
            value
                .chars()
                .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t') || turns_direction(c)),
            pointer,
            "control_character",
        )
    }
    /// An e-mail address: one `@`, a dot in the domain, no blanks, at most 254 characters.
    pub fn email(&mut self, pointer: &str, value: &str) -> &mut Self {
        let ok = value.len() <= 254
            && !value
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '"'))
            && value.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && local.len() <= 64
                    && !domain.contains('@')
                    && domain.contains('.')
                    && domain
                        .split('.')
                        .all(|part| !part.is_empty() && !part.starts_with('-') && !part.ends_with('-'))
            });
        self.when(!ok, pointer, "not_an_email")
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Embeddings, overrides and isolates of direction.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn emails() {
        let bad = |s: &str| !Flaws::default().email("/email", s).is_empty();
        assert!(!bad("a.b+c@mail.example.org"));
        for s in [
            "",
            "a",
            "a@b",
            "a b@c.org",
            "a@b@c.org",
            "@c.org",
            "a@.org",
            "a@c.org,b@c.org",
            "a@-c.org",
        ] {
            assert!(bad(s), "{s}");
        }
    }
    #[test]
    fn text_limits_count_characters_not_bytes() {
        let mut f = Flaws::default();
        f.text("/name", "ééé", 3)
            .text("/other", "\u{7}", 9)
            .text("/turned", "a\u{202e}b", 9)
            .text("/none", "  ", 9);
        assert_eq!(
            f.0.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(),
            ["control_character", "control_character", "required"]
        );
    }
}
