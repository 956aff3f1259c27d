//! Which part of the history is shown.

use super::compose::unit_options;
use crate::kernel::i18n::t;
use crate::ui::{Choice, FilterSelect, SegmentedControl};
use kept_shared::notes::{HistoryFilter, HistoryPart, NoteChoices};
use leptos::prelude::*;

const ALL: &str = "all";
const NOTES: &str = "notes";
const COLLECTION: &str = "collection";
const URGENT: &str = "urgent";

/// What was chosen.
#[derive(Clone, Copy)]
pub(super) struct Filters {
    part: RwSignal<String>,
    unit: RwSignal<String>,
}

impl Filters {
    pub fn new() -> Self {
        Self {
            part: RwSignal::new(ALL.into()),
            unit: RwSignal::new(String::new()),
        }
    }
    /// As the API takes it, without a page. Tracked.
    pub fn wanted(self) -> HistoryFilter {
        let part = self.part.get();
        HistoryFilter {
            only: (part == NOTES).then_some(HistoryPart::Notes),
            collection: (part == COLLECTION).then_some(true),
            urgent: (part == URGENT).then_some(true),
            unit: self.unit.get().parse().ok(),
            limit: None,
            cursor: None,
        }
    }
    /// Everything again, for another customer.
    pub fn clear(self) {
        self.part.set(ALL.into());
        self.unit.set(String::new());
    }
}

/// All, notes, collection notes, urgent ones; and one unit of several.
#[component]
pub(super) fn FilterRow(choices: Signal<Option<NoteChoices>>, filters: Filters) -> impl IntoView {
    let options =
        Signal::derive(move || choices.with(|c| c.as_ref().map(|c| unit_options(&c.units)).unwrap_or_default()));
    view! {
        <div class="notes-filters">
            <SegmentedControl label=t::notes::filter value=filters.part choices=vec![
                Choice::new(ALL, t::notes::filter_all),
                Choice::new(NOTES, t::notes::filter_notes),
                Choice::new(COLLECTION, t::notes::collection),
                Choice::new(URGENT, t::notes::urgent),
            ]/>
            <Show when=move || options.with(|o| o.len() > 1)>
                <FilterSelect label=t::notes::unit value=filters.unit options empty=t::notes::filter_any_unit/>
            </Show>
        </div>
    }
    .into_any()
}
