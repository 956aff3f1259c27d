//! `/find?number=…`: who may be calling. For telephone software, which opens this address when somebody rings (spec L06).

use super::{HitFace, Stand, customers, icon, search, way};
use crate::cards::use_cards;
use crate::kernel::i18n::t;
use crate::ui::{Card, Empty, Icon, Loading, PageHead, ProblemPanel, SearchInput, SkeletonKind};
use kept_shared::search::SearchHit;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

#[component]
pub fn FindPage() -> impl IntoView {
    let (query, navigate, cards) = (use_query_map(), use_navigate(), use_cards());
    // A plus that nobody encoded has become a blank.
    let asked = Memo::new(move |_| {
        let said = query
            .with(|q| q.get("number").or_else(|| q.get("q")))
            .unwrap_or_default();
        said.trim().to_owned()
    });
    let typed = RwSignal::new(asked.get_untracked());
    // The next call, while this page is still open.
    Effect::new(move |before: Option<()>| {
        let now = asked.get();
        if before.is_some() {
            typed.set(now);
        }
    });
    let found = search(typed, Signal::stored(true));
    // There is no doubt who it is. What is typed here afterwards is looked at first.
    Effect::new(move |_| {
        if let Stand::Found(answer) = found.stand()
            && typed.with_untracked(|t| asked.with_untracked(|a| a == t))
            && !answer.has_more
            && let [only] = customers(answer.hits).as_slice()
            && let Some(to) = way(only, true, |id| untrack(|| cards.address(id)))
        {
            let options = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(&to, options);
        }
    });
    let stand = Memo::new(move |_| found.stand());
    view! {
        <div class="page">
            <PageHead title=t::search::who_calls subtitle=t::search::who_calls_text/>
            <div class="toolbar"><SearchInput label=t::search::find_customer value=typed placeholder=t::search::hint slash=true/></div>
            {move || match stand.get() {
                Stand::Quiet => view! { <Empty title=t::search::nothing_typed text=t::search::hint icon="search"/> }.into_any(),
                Stand::Searching => view! { <Loading kind=SkeletonKind::Lines rows=4/> }.into_any(),
                Stand::Failed(problem) => view! { <ProblemPanel problem=problem retry=move |()| found.again()/> }.into_any(),
                Stand::Found(answer) => {
                    let (more, hits) = (answer.has_more, customers(answer.hits));
                    if hits.is_empty() {
                        view! { <Empty title=t::search::none text=t::search::none_text icon="users"/> }.into_any()
                    } else {
                        view! { <Candidates hits more/> }.into_any()
                    }
                }
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Candidates(hits: Vec<SearchHit>, more: bool) -> impl IntoView {
    let cards = use_cards();
    let count = hits.len();
    let lines = hits
        .into_iter()
        .filter_map(|hit| {
            let to = way(&hit, true, |id| cards.address(id))?;
            Some(view! { <li><A href=to attr:class="search-line"><Icon name=icon(&hit) size=17/><HitFace hit/></A></li> })
        })
        .collect_view();
    view! {
        <Card title=t::search::candidates>
            <p class="soft" role="status">{if more { t::search::more(count) } else { t::search::found(count) }}</p>
            <ul class="search-lines">{lines}</ul>
        </Card>
    }
    .into_any()
}
