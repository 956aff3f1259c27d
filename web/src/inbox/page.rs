use super::{letter::Letter, state_word};
use crate::{
    kernel::{api::use_api, format, i18n::t, load},
    ui::{Button, Empty, FilterSelect, Loading, PageHead, Pill, ProblemPanel, SearchInput, SkeletonKind},
};
use kept_shared::{
    ids::MailId,
    mail::{MailFilter, MailLine, MailState},
    page::Page,
};
use leptos::prelude::*;
use leptos_router::hooks::query_signal;

/// List on the left, the chosen letter on the right.
#[component]
pub fn InboxPage() -> impl IntoView {
    let api = use_api();
    let (chosen, choose) = query_signal::<String>("letter");
    let (q, state) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let filter = Memo::new(move |_| MailFilter {
        q: Some(q.get()).filter(|q| !q.is_empty()),
        state: state.get().parse::<MailState>().ok().into_iter().collect(),
        ..Default::default()
    });
    let found = load(move || {
        let filter = filter.get();
        async move { api.letters(&filter).await }
    });
    let busy = RwSignal::new(false);
    let more = move |_| {
        let Some(page) = found.value.get_untracked() else {
            return;
        };
        let next = MailFilter {
            cursor: page.next_cursor.clone(),
            ..filter.get_untracked()
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api.letters(&next).await {
                Ok(next) => found.set(Page {
                    items: page.items.into_iter().chain(next.items).collect(),
                    next_cursor: next.next_cursor,
                }),
                Err(p) => found.problem.set(Some(p)),
            }
            let _gone = busy.try_set(false);
        });
    };
    let id = Memo::new(move |_| chosen.get().and_then(|id| id.parse::<MailId>().ok()));
    let states = Signal::derive(|| {
        MailState::ALL
            .iter()
            .map(|s| (s.to_string(), state_word(*s).1.to_owned()))
            .collect::<Vec<_>>()
    });
    let has_more = move || found.get().is_some_and(|p| p.next_cursor.is_some());
    let line = move |mail: MailLine| {
        let (tone, word) = state_word(mail.state);
        let own = mail.id;
        view! {
            <li>
                <button type="button" aria-pressed=move || (id.get() == Some(own)).to_string() on:click=move |_| choose.set(Some(own.to_string()))>
                    <span class="letter-line"><b class="truncate">{mail.subject.clone()}</b><Pill tone label=word/></span>
                    <small class="truncate">{format!("{} · {}", mail.to_address, format::ago(mail.created_at))}</small>
                </button>
            </li>
        }
    };
    view! {
        <div class="page page-fill">
            <PageHead title=t::inbox::title subtitle=t::inbox::subtitle>
                <Button label=t::inbox::refresh icon="refresh-cw" busy=found.busy on_click=move |_| found.reload()/>
            </PageHead>
            <div class="toolbar">
                <SearchInput label=t::inbox::search value=q slash=true/>
                <FilterSelect label=t::inbox::state value=state options=states empty=t::inbox::all_states/>
            </div>
            {move || match (found.value.with(Option::is_some), found.problem.get()) {
                (false, None) => view! { <Loading kind=SkeletonKind::Lines rows=8/> }.into_any(),
                (_, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=Callback::new(move |()| found.reload())/> }.into_any(),
                (true, None) if found.value.with(|p| p.as_ref().is_some_and(|p| p.items.is_empty())) => {
                    view! { <section class="card"><Empty title=t::inbox::empty_title text=t::inbox::empty_text icon="mail"/></section> }.into_any()
                }
                (true, None) => view! {
                    <div class="panes" class:has-detail=move || id.get().is_some()>
                        <section class="card" aria-label=t::inbox::list>
                            <ul class="pane-list">{move || found.get().map(|p| p.items.into_iter().map(line).collect_view())}</ul>
                            <Show when=has_more><div class="table-foot"><Button label=t::inbox::more class="btn-sm" busy on_click=more/></div></Show>
                        </section>
                        <section class="card" aria-live="polite">
                            {move || match id.get() {
                                Some(id) => view! { <Letter id back=Callback::new(move |()| choose.set(None))/> }.into_any(),
                                None => view! { <Empty title=t::inbox::pick_title text=t::inbox::pick_text icon="mail"/> }.into_any(),
                            }}
                        </section>
                    </div>
                }
                .into_any(),
            }}
        </div>
    }
}
