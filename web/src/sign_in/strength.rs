//! A new password with what the rules say about it while it is typed.

use crate::{
    kernel::i18n::{flaw_text, t},
    ui::PasswordInput,
};
use kept_shared::{problem::Problem, sign_in::password_flaws};
use leptos::{prelude::*, text_prop::TextProp};

/// 0 not acceptable, then 1 to 3 by length and variety: longer beats stranger.
fn score(password: &str, email: &str) -> usize {
    if !password_flaws("/", password, email).is_empty() {
        return 0;
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    match (password.chars().count(), different.len()) {
        (20.., 8..) => 3,
        (14.., 7..) => 2,
        (_, _) => 1,
    }
}

/// A field for a password of one's choice. The server's flaw at `pointer` shows, and its own rules while typing.
#[component]
pub fn NewPassword(
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(into)] email: Signal<String>,
    problem: RwSignal<Option<Problem>>,
    pointer: &'static str,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    // What is wrong is said only once the text is long enough to be meant.
    let own = Signal::derive(move || {
        let flaws = value.with(|v| email.with(|e| password_flaws(pointer, v, e)));
        let long_enough = value.with(|v| v.chars().count() >= kept_shared::sign_in::MIN_PASSWORD);
        flaws.0.first().filter(|_| long_enough).map(flaw_text)
    });
    let level = move || value.with(|v| email.with(|e| score(v, e)));
    let word = move || match level() {
        0 => t::sign_in::weak(),
        1 => t::sign_in::fair(),
        2 => t::sign_in::good(),
        _ => t::sign_in::strong(),
    };
    let tone = move || match level() {
        0 => "tone-bad",
        1 => "tone-warn",
        _ => "tone-good",
    };
    view! {
        <PasswordInput label value autocomplete="new-password" hint=t::sign_in::new_password_hint problem pointer error=own autofocus/>
        <Show when=move || value.with(|v| !v.is_empty())>
            <div class=move || format!("strength-line {}", tone())>
                <span class="strength" role="img" aria-label=move || format!("{}: {}", t::sign_in::strength(), word())>
                    {(0..4).map(|i| view! { <i class:on=move || i <= level()></i> }).collect_view()}
                </span>
                <small aria-hidden="true">{word}</small>
            </div>
        </Show>
    }
}
