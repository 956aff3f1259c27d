use super::words::record_words;
use crate::{
    kernel::{api::use_api, format, i18n::t, load},
    ui::{Button, Empty, Loading, ProblemPanel, SkeletonKind, Timeline, TimelineEntry},
};
use kept_shared::{ids::UserId, page::Page, users::SignInRecord};
use leptos::prelude::*;

fn entry(i: usize, record: &SignInRecord, own: &str) -> TimelineEntry {
    let (icon, tone, title) = record_words(record);
    TimelineEntry {
        key: format!("{i}-{}", record.at),
        icon,
        tone,
        title,
        when: format::instant(record.at),
        iso: record.at.to_rfc3339(),
        text: None,
        by: Some(record.actor.clone()).filter(|a| a != own).map(t::users::by),
    }
}

/// What happened to a user's sign-in, newest first.
#[component]
pub fn History(id: UserId, #[prop(into)] name: String, #[prop(into)] turn: Signal<i64>) -> impl IntoView {
    let api = use_api();
    let found = load(move || {
        turn.track();
        async move { api.user_sign_ins(id, None).await }
    });
    let busy = RwSignal::new(false);
    let more = move |_| {
        let Some(page) = found.value.get_untracked() else {
            return;
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api.user_sign_ins(id, page.next_cursor.as_deref()).await {
                Ok(next) => found.set(Page {
                    items: page.items.into_iter().chain(next.items).collect(),
                    next_cursor: next.next_cursor,
                }),
                Err(p) => found.problem.set(Some(p)),
            }
            let _gone = busy.try_set(false);
        });
    };
    let own = StoredValue::new(name);
    let entries = Signal::derive(move || {
        let items = found.get().map(|p| p.items).unwrap_or_default();
        own.with_value(|own| {
            items
                .iter()
                .enumerate()
                .map(|(i, r)| entry(i, r, own))
                .collect::<Vec<_>>()
        })
    });
    let has_more = move || found.get().is_some_and(|p| p.next_cursor.is_some());
    move || match (found.value.with(Option::is_some), found.problem.get()) {
        (false, None) => view! { <Loading kind=SkeletonKind::Lines rows=6/> }.into_any(),
        (_, Some(problem)) => {
            view! { <ProblemPanel problem=Signal::stored(problem) retry=Callback::new(move |()| found.reload())/> }
                .into_any()
        }
        (true, None) if entries.with(Vec::is_empty) => {
            view! { <Empty title=t::users::history_empty icon="history" class="empty-sm"/> }.into_any()
        }
        (true, None) => view! {
            <Timeline entries/>
            <Show when=has_more><Button label=t::users::more_history class="btn-sm" busy on_click=more/></Show>
        }
        .into_any(),
    }
}
