//! The language a customer is written to in.

use crate::kernel::i18n::t;
use crate::ui::Select;
use kept_shared::problem::Problem;
use leptos::prelude::*;

/// Codes of ISO 639 with the names the languages have for themselves: those of South Africa, then of its trade.
const LANGUAGES: [(&str, &str); 17] = [
    ("en", "English"),
    ("af", "Afrikaans"),
    ("nr", "isiNdebele"),
    ("xh", "isiXhosa"),
    ("zu", "isiZulu"),
    ("nso", "Sepedi"),
    ("st", "Sesotho"),
    ("tn", "Setswana"),
    ("ss", "siSwati"),
    ("ve", "Tshivenḓa"),
    ("ts", "Xitsonga"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pt", "Português"),
];

/// A language's own name; a code that is not among the known ones stands for itself.
pub fn language_name(code: &str) -> String {
    LANGUAGES
        .iter()
        .find(|(known, _)| *known == code)
        .map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
}

/// A choice of languages; a code that came with an import stays among them.
#[component]
pub fn LanguageSelect(value: RwSignal<String>, #[prop(into)] problem: Signal<Option<Problem>>) -> impl IntoView {
    let own = value.get_untracked();
    let options = Signal::derive(move || {
        let mut all: Vec<(String, String)> = LANGUAGES
            .map(|(code, name)| (code.to_owned(), name.to_owned()))
            .to_vec();
        if !own.is_empty() && !all.iter().any(|(code, _)| *code == own) {
            all.push((own.clone(), own.clone()));
        }
        all
    });
    view! { <Select label=t::accounts::language value options empty=t::accounts::language_none problem pointer="/language"/> }
        .into_any()
}
