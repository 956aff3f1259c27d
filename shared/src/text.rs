//! Small text rules used by several features: trimming, search folding, masking.

/// Trims; text that is empty then is no text.
pub fn tidy(value: Option<String>) -> Option<String> {
    value.map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
}

/// The form in which text is searched: lower case, without the accents of Latin letters, blanks collapsed. Both what
/// is stored and what is asked for go through here, so that the databases need no collation of their own.
pub fn fold(value: &str) -> String {
    let mut folded = String::with_capacity(value.len());
    for c in value.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => folded.push('c'),
            'ď' | 'đ' => folded.push('d'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => folded.push('e'),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => folded.push('g'),
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' => folded.push('i'),
            'ł' | 'ĺ' | 'ļ' | 'ľ' => folded.push('l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => folded.push('o'),
            'ŕ' | 'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' | 'ŝ' | 'ș' => folded.push('s'),
            'ţ' | 'ť' | 'ț' => folded.push('t'),
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            // Combining accents: decomposed text finds composed text.
            '\u{300}'..='\u{36f}' => {}
            c if c.is_whitespace() => {
                if !folded.ends_with(' ') && !folded.is_empty() {
                    folded.push(' ');
                }
            }
            c => folded.push(c),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A name as people see it who may know that somebody owes, but not who: the initials (`Thandi Mokoena` → `T. M.`).
pub fn initials(name: &str) -> String {
    let letters: Vec<String> = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(3)
        .map(|c| format!("{}.", c.to_uppercase()))
        .collect();
    if letters.is_empty() {
        "—".into()
    } else {
        letters.join(" ")
    }
}

/// Room left in a field of at most `max` characters once it gets short (a tenth of it, at most 50); `None` while there
/// is plenty. Counted in UTF-16 units, as browsers hold people to it.
pub fn room_left(typed: &str, max: usize) -> Option<usize> {
    let left = max.saturating_sub(typed.encode_utf16().count());
    (left <= (max / 10).min(50)).then_some(left)
}

/// How many characters of a pasted text a browser leaves out of a field of at most `max`: `held` stand in it, `chosen` of
/// them are replaced. A field of one line takes no line breaks. UTF-16 units.
pub fn paste_overflow(pasted: &str, held: usize, chosen: usize, max: usize, one_line: bool) -> usize {
    let breaks = |c: &char| *c == '\r' || *c == '\n';
    let unified = pasted.replace("\r\n", "\n");
    let length: usize = unified
        .chars()
        .filter(|c| !one_line || !breaks(c))
        .map(char::len_utf16)
        .sum();
    let room = max.saturating_sub(held.saturating_sub(chosen));
    length.saturating_sub(room)
}

/// The beginning of a long text: at most so many characters and lines. `None`: the text is short enough to be shown whole.
pub fn excerpt(text: &str, max_chars: usize, max_lines: usize) -> Option<String> {
    let mut lines = 1;
    let mut cut = None;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if c == '\n' {
            lines += 1;
        }
        if count == max_chars || lines > max_lines {
            cut = Some(at);
            break;
        }
    }
    let begin = text[..cut?].trim_end();
    // Nothing but blanks would be left out.
    (begin.len() < text.trim_end().len()).then(|| begin.to_owned())
}

/// A text with another one put in place of what is chosen in it, blanks between them where there are none, and where the
/// cursor stands after it. Places count UTF-16 units, as browsers do; what lies outside the text means its end.
pub fn inserted(text: &str, from: usize, to: usize, new: &str) -> (String, usize) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let to = to.min(units.len());
    let from = from.min(to);
    let before = String::from_utf16_lossy(&units[..from]);
    let after = String::from_utf16_lossy(&units[to..]);
    let apart = |side: Option<char>| side.is_some_and(|c| !c.is_whitespace());
    let mut whole = before;
    if apart(whole.chars().next_back()) {
        whole.push(' ');
    }
    whole.push_str(new);
    let cursor = whole.encode_utf16().count();
    if apart(after.chars().next()) {
        whole.push(' ');
    }
    whole.push_str(&after);
    (whole, cursor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folding_makes_spellings_meet() {
        assert_eq!(fold("  Müller\t &  Søn "), "muller & son");
        assert_eq!(fold("Jose\u{301}"), fold("José"));
        assert_eq!(fold("STRAẞE"), "strasse");
        assert_eq!(fold("   "), "");
    }

    #[test]
    fn initials_give_nothing_away() {
        assert_eq!(initials("Thandi van der Mokoena"), "T. V. D.");
        assert_eq!(initials("  "), "—");
    }

    #[test]
    fn room_is_told_when_it_gets_short() {
        assert_eq!(room_left(&"a".repeat(179), 200), None);
        assert_eq!(room_left(&"a".repeat(180), 200), Some(20));
        assert_eq!(room_left(&"a".repeat(200), 200), Some(0));
        assert_eq!(room_left(&"a".repeat(250), 200), Some(0));
        assert_eq!(room_left("abcde", 6), None);
        assert_eq!(room_left("abcdef", 6), Some(0));
        assert_eq!(room_left(&"a".repeat(1949), 2_000), None);
        // A browser counts what stands outside the basic plane twice.
        assert_eq!(room_left(&"\u{1f600}".repeat(100), 200), Some(0));
    }

    #[test]
    fn what_a_paste_loses_is_counted() {
        assert_eq!(paste_overflow("abc", 0, 0, 3, true), 0);
        assert_eq!(paste_overflow("abcd", 0, 0, 3, true), 1);
        assert_eq!(paste_overflow("abcd", 3, 0, 3, true), 4);
        assert_eq!(paste_overflow("abcd", 3, 3, 3, true), 1);
        assert_eq!(paste_overflow("ab\r\ncd", 0, 0, 4, true), 0);
        assert_eq!(paste_overflow("ab\r\ncd", 0, 0, 4, false), 1);
    }

    #[test]
    fn tidy_drops_blank_text() {
        assert_eq!(tidy(Some(" a ".into())), Some("a".into()));
        assert_eq!(tidy(Some(" \n".into())), None);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }

    #[test]
    fn a_long_text_begins_with_so_many_characters_or_lines() {
        assert_eq!(excerpt("short", 5, 4), None);
        assert_eq!(excerpt("longer", 5, 4).as_deref(), Some("longe"));
        assert_eq!(excerpt("ééééé and", 5, 4).as_deref(), Some("ééééé"));
        assert_eq!(excerpt("1\n2\n3\n4", 99, 4), None);
        assert_eq!(excerpt("1\n2\n3\n4\n5", 99, 4).as_deref(), Some("1\n2\n3\n4"));
        assert_eq!(excerpt("1\n2\n3\n4\n", 99, 4), None);
        assert_eq!(excerpt("five5   ", 5, 4), None);
        assert_eq!(excerpt("", 5, 4), None);
    }

    #[test]
    fn a_text_is_put_in_where_the_cursor_stands() {
        assert_eq!(inserted("", 0, 0, "New."), ("New.".into(), 4));
        assert_eq!(inserted("Said:", 5, 5, "New."), ("Said: New.".into(), 10));
        assert_eq!(inserted("Said: end", 6, 6, "New."), ("Said: New. end".into(), 10));
        assert_eq!(inserted("a XX b", 2, 4, "New."), ("a New. b".into(), 6));
        // Beyond the plane of most letters a character counts two.
        assert_eq!(inserted("🙂", 2, 2, "New."), ("🙂 New.".into(), 7));
        assert_eq!(inserted("short", 99, 99, "New."), ("short New.".into(), 10));
        assert_eq!(inserted("one\n", 4, 4, "New."), ("one\nNew.".into(), 8));
    }
}
