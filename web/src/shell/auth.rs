//! The layout of pages before the sign-in: a card in the middle, the brand above its heading.

use super::Mark;
use super::own_menu::LanguageSwitch;
use crate::kernel::title::PageTitle;
use leptos::{prelude::*, text_prop::TextProp};

/// A centred card with its heading. `wide` for more than a short form.
#[component]
pub fn AuthLayout(#[prop(into)] title: TextProp, #[prop(optional)] wide: bool, children: Children) -> impl IntoView {
    let heading = title.clone();
    view! {
        <PageTitle title/>
        <div class="auth">
            <main class="auth-card" class:auth-wide=wide id="main" tabindex="-1">
                <header>
                    <p class="auth-brand"><Mark/><span>"Kept"</span></p>
                    <h1>{move || heading.get()}</h1>
                </header>
                {children()}
            </main>
            <footer class="auth-foot"><LanguageSwitch/></footer>
        </div>
    }
    .into_any()
}
