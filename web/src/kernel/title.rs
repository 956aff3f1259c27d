//! The document's title, so that tabs, history and screen readers name the page.

use leptos::{prelude::*, text_prop::TextProp};

/// Names the document after the page: `Units · Kept`. `PageHead` and `AuthLayout` do it already.
#[component]
pub fn PageTitle(#[prop(into)] title: TextProp) -> impl IntoView {
    Effect::new(move |_| {
        let title = title.get();
        document().set_title(&if title.is_empty() {
            "Kept".into()
        } else {
            format!("{title} · Kept")
        });
    });
}
