//! What somebody is told: the bell of the top bar.

mod bell;
mod words;

pub use bell::Bell;
pub use words::step;

use leptos::prelude::*;

/// Tells the bell that news were looked at, so that its number is right at once.
#[derive(Clone, Copy)]
pub struct LookedAt(RwSignal<u32>);

impl LookedAt {
    pub fn provide() {
        provide_context(Self(RwSignal::new(0)));
    }
    /// To be taken while a page is drawn.
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::new(0)))
    }
    pub fn tell(self) {
        self.0.try_update(|turn| *turn += 1);
    }
    fn track(self) {
        self.0.track();
    }
}
