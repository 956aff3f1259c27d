//! What the journal is narrowed to: a draft that the fields change, and what was applied, which the address keeps.

use super::api::journal_file;
use crate::kernel::Load;
use crate::kernel::api::use_api;
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::url;
use crate::ledger::{context_words, method_words, type_words};
use crate::ui::{Button, FilterMulti, Icon, Menu, MenuItem, SubmitButton, use_toasts};
use chrono::NaiveDate;
use kept_shared::ids::AccountId;
use kept_shared::journal::{JournalChoice, JournalChoices, JournalFilter, JournalSort};
use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

const LISTS: [&str; 5] = ["claim", "product", "payment_method", "context", "type"];

/// Draft and applied filter. Copy it freely.
#[derive(Clone, Copy)]
pub(super) struct Filter {
    pub applied: RwSignal<JournalFilter>,
    claim: RwSignal<Vec<String>>,
    product: RwSignal<Vec<String>>,
    method: RwSignal<Vec<String>>,
    context: RwSignal<Vec<String>>,
    kind: RwSignal<Vec<String>>,
    from: RwSignal<Option<NaiveDate>>,
    to: RwSignal<Option<NaiveDate>>,
    q: RwSignal<String>,
    pub sort: RwSignal<(String, bool)>,
}

fn texts<T: std::fmt::Display>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}
fn values<T: std::str::FromStr>(all: RwSignal<Vec<String>>) -> Vec<T> {
    all.with(|all| all.iter().filter_map(|v| v.parse().ok()).collect())
}

impl Filter {
    /// From the address, and kept in step with it. `tab`: the parameter of the page around that stays.
    pub fn from_address(tab: &'static str) -> Self {
        let search = url::search_here();
        let mut found: JournalFilter =
            url::parse(&search, &LISTS, &[], &["tab", "limit", "cursor"]).unwrap_or_default();
        let sort = *found.sort.get_or_insert(JournalSort::DateDown);
        let text = sort.as_str();
        let sort = (text.trim_start_matches('-').to_owned(), text.starts_with('-'));
        let filter = Self {
            claim: RwSignal::new(texts(&found.claim)),
            product: RwSignal::new(texts(&found.product)),
            method: RwSignal::new(found.payment_method.clone()),
            context: RwSignal::new(texts(&found.context)),
            kind: RwSignal::new(texts(&found.kind)),
            from: RwSignal::new(found.from),
            to: RwSignal::new(found.to),
            q: RwSignal::new(found.q.clone().unwrap_or_default()),
            sort: RwSignal::new(sort),
            applied: RwSignal::new(found),
        };
        Effect::new(move |_| {
            let (by, down) = filter.sort.get();
            let sort: Option<JournalSort> = format!("{}{by}", if down { "-" } else { "" }).parse().ok();
            if filter.applied.with_untracked(|f| f.sort != sort) {
                filter.applied.update(|f| f.sort = sort);
            }
        });
        let navigate = use_navigate();
        Effect::new(move |before: Option<JournalFilter>| {
            let mut now = filter.applied.get();
            if now.sort == Some(JournalSort::DateDown) {
                now.sort = None;
            }
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
    fn draft(self) -> JournalFilter {
        JournalFilter {
            claim: values(self.claim),
            product: values(self.product),
            payment_method: self.method.get(),
            context: values(self.context),
            kind: values(self.kind),
            from: self.from.get(),
            to: self.to.get(),
            q: Some(self.q.with(|q| q.trim().to_owned())).filter(|q| !q.is_empty()),
            sort: self.applied.with(|f| f.sort),
            limit: None,
            cursor: None,
        }
    }
    fn apply(self) {
        let draft = untrack(|| self.draft());
        if self.applied.with_untracked(|f| *f != draft) {
            self.applied.set(draft);
        }
    }
    pub fn clear(self) {
        for list in [self.claim, self.product, self.method, self.context, self.kind] {
            list.set(vec![]);
        }
        self.from.set(None);
        self.to.set(None);
        self.q.set(String::new());
        self.apply();
    }
    pub fn is_narrowing(self) -> bool {
        self.applied.with(JournalFilter::is_narrowing)
    }
    fn is_changed(self) -> bool {
        let draft = self.draft();
        self.applied.with(|f| *f != draft)
    }
}

/// The choice of entries without, or the words.
fn none_or(choice: &JournalChoice, words: String) -> String {
    if choice.value == "none" {
        t::journal::none_of_it().to_owned()
    } else {
        words
    }
}

/// The fields above the journal: they take effect with Filter (spec E04).
#[component]
pub(super) fn FilterBar(
    #[prop(into)] account: Signal<AccountId>,
    filter: Filter,
    choices: Load<JournalChoices>,
    #[prop(into)] may_export: Signal<bool>,
) -> impl IntoView {
    let options = move |of: fn(&JournalChoices) -> &Vec<JournalChoice>, words: fn(&JournalChoice) -> String| {
        Signal::derive(move || {
            choices.value.with(|c| {
                let all = c.as_ref().map(|c| of(c).as_slice()).unwrap_or_default();
                all.iter()
                    .map(|c| (c.value.clone(), format!("{} ({})", words(c), c.count)))
                    .collect::<Vec<_>>()
            })
        })
    };
    let claims = options(|c| &c.claims, |c| none_or(c, c.label.clone()));
    let products = options(|c| &c.products, |c| none_or(c, c.label.clone()));
    let methods = options(|c| &c.payment_methods, |c| none_or(c, method_words(&c.value)));
    let contexts = options(
        |c| &c.contexts,
        |c| {
            c.value
                .parse()
                .map_or_else(|_| c.label.clone(), |v| context_words(v).to_owned())
        },
    );
    let types = options(
        |c| &c.types,
        |c| {
            c.value
                .parse()
                .map_or_else(|_| c.label.clone(), |v| type_words(v).to_owned())
        },
    );
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
    view! {
        <form class="toolbar journal-filters" on:submit=submit aria-label=t::journal::filters>
            <label class="input-wrap grow"><Icon name="search"/><span class="sr">{t::journal::search}</span>
                <input type="search" autocomplete="off" placeholder=t::journal::search_hint bind:value=filter.q/></label>
            <FilterMulti label=t::journal::claim options=claims chosen=filter.claim all=true/>
            <FilterMulti label=t::journal::product options=products chosen=filter.product all=true/>
            <FilterMulti label=t::journal::method options=methods chosen=filter.method all=true/>
            <FilterMulti label=t::journal::context options=contexts chosen=filter.context all=true/>
            <FilterMulti label=t::journal::kind options=types chosen=filter.kind all=true/>
            {date(filter.from, t::journal::from)}
            {date(filter.to, t::journal::to)}
            <SubmitButton label=t::journal::apply icon="filter" disabled=Signal::derive(move || !filter.is_changed())/>
            <Button label=t::journal::clear disabled=Signal::derive(move || !any()) on_click=move |_| filter.clear()/>
            <span class="push"><Show when=move || may_export.get()><Download account filter/></Show></span>
        </form>
    }
    .into_any()
}

/// The journal as a file: what the filter shows, or all of it (spec E05).
#[component]
fn Download(#[prop(into)] account: Signal<AccountId>, filter: Filter) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let busy = RwSignal::new(false);
    let fetch = move |filter: JournalFilter| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let path = journal_file(account.get_untracked(), &filter);
        leptos::task::spawn_local(async move {
            match api.download(&path).await {
                Ok(name) => toasts.good(t::common::downloaded(name)),
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            let _gone = busy.try_set(false);
        });
    };
    let face = move || {
        view! {
            {move || if busy.get() { view! { <span class="spinner" aria-hidden="true"></span> }.into_any() } else { view! { <Icon name="download"/> }.into_any() }}
            <span>{t::journal::download}</span><Icon name="chevron-down" size=14/>
        }
        .into_any()
    };
    view! {
        <Menu label=t::journal::download face=ViewFn::from(face) button_class="btn">
            <MenuItem label=t::journal::download_these icon="filter" on_click=move |()| fetch(filter.applied.get_untracked())/>
            <MenuItem label=t::journal::download_all icon="rows-4" on_click=move |()| fetch(JournalFilter::default())/>
        </Menu>
    }
    .into_any()
}
