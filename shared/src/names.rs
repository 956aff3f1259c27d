//! Whether two ways of writing a name can be the same person or company.

use crate::text::fold;

/// Words that say what somebody is, not who.
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "dr", "prof", "rev", "adv", "mnr", "mev", "mej", "me", "the", "and", "en", "pty", "ltd",
    "bpk", "edms", "cc", "bk", "inc", "npc", "trust", "estate", "late",
];

/// The telling words of a name in the form they are compared in; all of them when none is telling.
pub fn words(name: &str) -> Vec<String> {
    let folded = fold(name);
    let all = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let all: Vec<String> = all.map(str::to_owned).collect();
    let telling: Vec<String> = all.iter().filter(|w| !TITLES.contains(&w.as_str())).cloned().collect();
    if telling.is_empty() { all } else { telling }
}

/// Whether each word of the shorter name stands in the longer one, in any order; a single letter stands for a word that
/// begins with it. `Cele, M` and `Mr Marius Cele` agree; so do all names where one says nothing.
pub fn names_agree(a: &str, b: &str) -> bool {
    words_agree(words(a), words(b))
}

/// [`names_agree`] of names taken apart with [`words`].
pub fn words_agree(a: Vec<String>, b: Vec<String>) -> bool {
    let (short, mut long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let initial = |one: &str, other: &str| one.chars().count() == 1 && other.starts_with(one);
    // Whole words first, so that an initial does not use up the word another needs.
    let mut left: Vec<String> = vec![];
    for word in short {
        match long.iter().position(|w| *w == word) {
            Some(at) => drop(long.swap_remove(at)),
            None => left.push(word),
        }
    }
    left.into_iter().all(|word| {
        let fits = |w: &String| initial(&word, w) || initial(w, &word);
        long.iter().position(fits).map(|at| long.swap_remove(at)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_name_in_other_words() {
        for (a, b) in [
            ("Marius Cele", "CELE, MARIUS"),
            ("Mr M Cele", "Marius Cele"),
            ("Cele M.P.", "Marius Petrus Cele"),
            ("Zoë Naidoo", "zoe naidoo"),
            ("Harbour Light Trust", "The Harbour Light"),
            ("Zambezi Crafts (Pty) Ltd", "Zambezi Crafts"),
            ("J & K Botha", "Botha J"),
            ("", "Marius Cele"),
            ("Trust", "Trust"),
        ] {
            assert!(names_agree(a, b), "{a} / {b}");
        }
        for (a, b) in [
            ("Someone One", "Marius Cele"),
            ("Marius Botha", "Marius Cele"),
            ("P Cele", "Marius Cele"),
            ("Trust", "Harbour Light"),
            ("Anna Cele", "Marius Cele"),
        ] {
            assert!(!names_agree(a, b), "{a} / {b}");
        }
    }

    proptest! {
        #[test]
        fn it_matters_neither_which_is_first_nor_in_what_order(words in prop::collection::vec("[a-z]{2,6}", 1..5), other in "[a-z ]{0,12}") {
            let name = words.join(" ");
            let turned = words.iter().rev().map(|w| w.to_uppercase()).collect::<Vec<_>>().join(", ");
            prop_assert!(names_agree(&name, &turned));
            prop_assert_eq!(names_agree(&name, &other), names_agree(&other, &name));
        }
    }
}
