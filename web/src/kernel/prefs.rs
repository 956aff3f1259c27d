//! Small preferences of this browser: theme, density, language, columns. Never data, never tokens.

use kept_shared::users::{Theme, UserSettings};
use leptos::{ev, prelude::*};

/// Reads `kept.<name>` from local storage.
pub fn stored(name: &str) -> Option<String> {
    window()
        .local_storage()
        .ok()
        .flatten()?
        .get_item(&format!("kept.{name}"))
        .ok()
        .flatten()
}

/// Remembers `kept.<name>`; a blocked storage only forgets.
pub fn store(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _full = storage.set_item(&format!("kept.{name}"), value);
    }
}

/// Sets `data-<name>` on the page's root element.
fn mark(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let attribute = format!("data-{name}");
        let _unsupported = if value.is_empty() {
            root.remove_attribute(&attribute)
        } else {
            root.set_attribute(&attribute, value)
        };
    }
}

/// How the screens look in this browser.
#[derive(Clone, Copy)]
pub struct Look {
    /// `light`, `dark`, or empty for the system's choice.
    pub theme: RwSignal<String>,
    /// `compact` or `comfortable`.
    pub density: RwSignal<String>,
    /// A phone: rows are for fingers there and have two lines, whatever was chosen.
    narrow: RwSignal<bool>,
}

fn matches(media: &str) -> bool {
    let query = window().match_media(media).ok().flatten();
    query.is_some_and(|m| m.matches())
}

fn is_narrow() -> bool {
    matches("(max-width: 640px)")
}

impl Look {
    /// Takes over what the person chose for all devices; what was not chosen stays as this device has it.
    pub fn follow(self, chosen: &UserSettings) {
        if let Some(theme) = chosen.theme {
            self.theme.set(match theme {
                Theme::System => String::new(),
                Theme::Light | Theme::Dark => theme.as_str().to_owned(),
            });
        }
        if let Some(density) = chosen.density {
            self.density.set(density.as_str().to_owned());
        }
        super::zone::choose(chosen.time_zone.clone());
    }
    pub fn provide() {
        let look = Self {
            theme: RwSignal::new(stored("theme").unwrap_or_default()),
            density: RwSignal::new(stored("density").unwrap_or_else(|| "compact".into())),
            narrow: RwSignal::new(is_narrow()),
        };
        provide_context(look);
        let listening = window_event_listener(ev::resize, move |_| {
            let now = is_narrow();
            if look.narrow.get_untracked() != now {
                look.narrow.set(now);
            }
        });
        on_cleanup(move || listening.remove());
        Effect::new(move |before: Option<()>| {
            let (theme, density) = (look.theme.get(), look.density.get());
            if before.is_some() {
                store("theme", &theme);
                store("density", &density);
            }
            mark("theme", &theme);
            mark("density", if look.is_roomy() { "comfortable" } else { &density });
        });
    }
    fn is_roomy(self) -> bool {
        self.narrow.get() || self.density.with(|d| d == "comfortable")
    }
    /// Height of a grid row in pixels.
    pub fn row_height(self) -> Signal<f64> {
        Signal::derive(move || if self.is_roomy() { 42.0 } else { 32.0 })
    }
    /// Whether the page is dark now, by choice or by the system.
    pub fn is_dark(self) -> bool {
        match self.theme.get().as_str() {
            "dark" => true,
            "light" => false,
            _ => matches("(prefers-color-scheme: dark)"),
        }
    }
}

/// The look; callable in any component.
pub fn use_look() -> Look {
    expect_context()
}
