//! What the diary is narrowed to: a draft that the fields change, and what was applied, which the address keeps.

use super::words::look;
use crate::kernel::zone::midnight;
use crate::kernel::{Load, i18n::t, url};
use crate::ui::{Button, Choice, FilterMulti, SegmentedControl, SubmitButton};
use chrono::{Days, NaiveDate};
use kept_shared::diary::{DiaryChoice, DiaryChoices, DiaryFilter, DiaryOrder, Doer};
use kept_shared::ids::ClaimId;
use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use serde::{Deserialize, Serialize};

const LISTS: [&str; 3] = ["event", "user", "claim"];

/// What the address says: days, where the contract has instants.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    event: Vec<String>,
    #[serde(default)]
    user: Vec<String>,
    #[serde(default)]
    claim: Vec<String>,
    #[serde(default)]
    from: Option<NaiveDate>,
    #[serde(default)]
    to: Option<NaiveDate>,
    #[serde(default)]
    order: Option<DiaryOrder>,
}

impl Asked {
    /// In the contract's terms.
    pub fn filter(&self) -> DiaryFilter {
        DiaryFilter {
            from: self.from.map(midnight),
            until: self.to.and_then(|d| d.checked_add_days(Days::new(1))).map(midnight),
            event: self.event.clone(),
            user: self.user.iter().filter_map(|u| u.parse::<Doer>().ok()).collect(),
            claim: self.claim.iter().filter_map(|c| c.parse::<ClaimId>().ok()).collect(),
            order: self.order.filter(|o| *o != DiaryOrder::Newest),
            limit: None,
            cursor: None,
        }
    }
    fn is_narrowing(&self) -> bool {
        self.filter().is_narrowing()
    }
}

/// Draft and applied filter. Copy it freely.
#[derive(Clone, Copy)]
pub(super) struct Filter {
    pub applied: RwSignal<Asked>,
    event: RwSignal<Vec<String>>,
    user: RwSignal<Vec<String>>,
    claim: RwSignal<Vec<String>>,
    from: RwSignal<Option<NaiveDate>>,
    to: RwSignal<Option<NaiveDate>>,
    order: RwSignal<String>,
}

impl Filter {
    /// From the address, and kept in step with it. `tab`: the parameter of the page around that stays.
    pub fn from_address(tab: &'static str) -> Self {
        let search = url::search_here();
        let found: Asked = url::parse(&search, &LISTS, &[], &["tab"]).unwrap_or_default();
        let order = found.order.unwrap_or(DiaryOrder::Newest);
        let filter = Self {
            event: RwSignal::new(found.event.clone()),
            user: RwSignal::new(found.user.clone()),
            claim: RwSignal::new(found.claim.clone()),
            from: RwSignal::new(found.from),
            to: RwSignal::new(found.to),
            order: RwSignal::new(order.to_string()),
            applied: RwSignal::new(found),
        };
        // The order takes effect at once; it leaves nothing out.
        Effect::new(move |_| {
            let order: Option<DiaryOrder> = filter.order.with(|o| o.parse().ok());
            let order = order.filter(|o| *o != DiaryOrder::Newest);
            if filter.applied.with_untracked(|a| a.order != order) {
                filter.applied.update(|a| a.order = order);
            }
        });
        let navigate = use_navigate();
        Effect::new(move |before: Option<Asked>| {
            let now = filter.applied.get();
            if before.is_some_and(|before| before != now) {
                let path = window().location().pathname().unwrap_or_default();
                let rest = url::query(&now).replacen('?', "&", 1);
                let options = NavigateOptions {
                    replace: true,
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate(&format!("{path}?tab={tab}{rest}"), options);
            }
            now
        });
        filter
    }
    /// What the fields say now.
    fn draft(self) -> Asked {
        Asked {
            event: self.event.get(),
            user: self.user.get(),
            claim: self.claim.get(),
            from: self.from.get(),
            to: self.to.get(),
            order: self.applied.with(|a| a.order),
        }
    }
    fn apply(self) {
        let draft = untrack(|| self.draft());
        if self.applied.with_untracked(|a| *a != draft) {
            self.applied.set(draft);
        }
    }
    pub fn clear(self) {
        for list in [self.event, self.user, self.claim] {
            list.set(vec![]);
        }
        self.from.set(None);
        self.to.set(None);
        self.apply();
    }
    pub fn is_narrowing(self) -> bool {
        self.applied.with(Asked::is_narrowing)
    }
    fn is_changed(self) -> bool {
        let draft = self.draft();
        self.applied.with(|a| *a != draft)
    }
}

fn counted(choice: &DiaryChoice, words: String) -> (String, String) {
    let label = match choice.count {
        Some(count) => format!("{words} ({count})"),
        None => words,
    };
    (choice.value.clone(), label)
}

/// The fields above the diary: they take effect with Apply (spec M09, M10).
#[component]
pub(super) fn FilterBar(filter: Filter, choices: Load<DiaryChoices>) -> impl IntoView {
    let options = move |of: fn(&DiaryChoices) -> &Vec<DiaryChoice>, words: fn(&DiaryChoice) -> String| {
        Signal::derive(move || {
            choices.value.with(|c| {
                let all = c.as_ref().map(|c| of(c).as_slice()).unwrap_or_default();
                all.iter().map(|c| counted(c, words(c))).collect::<Vec<_>>()
            })
        })
    };
    let events = options(|c| &c.events, |c| look(&c.value).title);
    let users = options(
        |c| &c.users,
        |c| {
            if c.label.is_empty() {
                t::diary::system().to_owned()
            } else {
                c.label.clone()
            }
        },
    );
    let claims = options(|c| &c.claims, |c| c.label.clone());
    let date = move |signal: RwSignal<Option<NaiveDate>>, label: fn() -> &'static str| {
        view! {
            <label class="ageing-date"><span>{label}</span>
                <input type="date" prop:value=move || signal.get().map(|d| d.to_string()).unwrap_or_default() on:change=move |e| signal.set(event_target_value(&e).parse().ok())/>
            </label>
        }
    };
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        filter.apply();
    };
    let any = move || filter.is_narrowing() || filter.is_changed();
    let orders = vec![
        Choice::new(DiaryOrder::Newest.as_str(), t::diary::newest),
        Choice::new(DiaryOrder::Oldest.as_str(), t::diary::oldest),
    ];
    view! {
        <form class="toolbar diary-filters" on:submit=submit aria-label=t::diary::filters>
            <FilterMulti label=t::diary::event options=events chosen=filter.event all=true/>
            <FilterMulti label=t::diary::users options=users chosen=filter.user all=true/>
            <FilterMulti label=t::diary::claim options=claims chosen=filter.claim all=true/>
            {date(filter.from, t::diary::from)}
            {date(filter.to, t::diary::to)}
            <SubmitButton label=t::diary::apply icon="filter" disabled=Signal::derive(move || !filter.is_changed())/>
            <Button label=t::diary::clear disabled=Signal::derive(move || !any()) on_click=move |_| filter.clear()/>
            <span class="push"><SegmentedControl label=t::diary::order value=filter.order choices=orders/></span>
        </form>
    }
    .into_any()
}
