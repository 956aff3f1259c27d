//! The whole history with the form above it.

use super::{compose::Composer, line::HistoryLine};
use crate::kernel::{api::use_api, i18n::t, load, use_session};
use crate::ui::{Button, Drawer, Empty, Loading, NoPermission, ProblemPanel, SkeletonKind, use_toasts};
use kept_shared::{ids::AccountId, notes::HistoryItem, permission::Permission};
use leptos::prelude::*;

/// History of one customer, newest first, and the form for a note or document. Looking at it marks it as seen;
/// `on_change` is told when something was seen (`false`) or added (`true`), so that a list beside it can refresh its marks.
#[component]
pub fn HistoryPanel(
    #[prop(into)] account: Signal<AccountId>,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
    /// Without the form: the matter is closed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let items = RwSignal::new(Vec::<HistoryItem>::new());
    let next = RwSignal::new(None::<String>);
    let more_busy = RwSignal::new(false);
    let first = load(move || {
        let account = account.get();
        async move { Ok((account, api.history(account, None).await?)) }
    });
    Effect::new(move |_| {
        let Some((of, page)) = first.get() else { return };
        items.set(page.items);
        next.set(page.next_cursor);
        leptos::task::spawn_local(async move {
            // A lost reading mark is no reason to bother anybody.
            if api.mark_history_seen(of).await.is_ok()
                && let Some(tell) = on_change
            {
                tell.try_run(false);
            }
        });
    });
    let shown = move || first.get().is_some_and(|(of, _)| of == account.get());
    let more = move || {
        let (of, cursor) = (account.get_untracked(), next.get_untracked());
        more_busy.set(true);
        leptos::task::spawn_local(async move {
            match api.history(of, cursor).await {
                Ok(page) => {
                    let _gone = items.try_update(|all| all.extend(page.items));
                    let _gone = next.try_set(page.next_cursor);
                }
                Err(problem) => toasts.bad(crate::kernel::i18n::problem_text(&problem)),
            }
            let _gone = more_busy.try_set(false);
        });
    };
    let added = Callback::new(move |()| {
        first.reload();
        if let Some(tell) = on_change {
            tell.run(true);
        }
    });
    view! {
        <Show when=move || session.may(Permission::ViewNotes) fallback=|| view! { <NoPermission/> }>
            <Show when=move || session.may(Permission::CreateNotes) && !read_only.get()>
                <section aria-label=t::notes::add_title><Composer account on_added=added/></section>
            </Show>
            <section aria-label=t::notes::history>
                {move || match (first.problem.get(), shown()) {
                    (Some(problem), false) => view! { <ProblemPanel problem retry=Callback::new(move |()| first.reload())/> }.into_any(),
                    (None, false) => view! { <Loading kind=SkeletonKind::Lines rows=9/> }.into_any(),
                    (_, true) if items.with(Vec::is_empty) => view! {
                        <Empty title=t::notes::empty_title text=t::notes::empty_text icon="history" class="empty-sm"/>
                    }.into_any(),
                    (_, true) => view! {
                        <ol class="timeline">
                            {move || items.get().into_iter().map(|item| view! { <HistoryLine item/> }).collect_view()}
                        </ol>
                    }.into_any(),
                }}
                <Show when=move || shown() && next.with(Option::is_some)>
                    <p class="notes-more"><Button label=t::notes::more busy=more_busy on_click=move |_| more()/></p>
                </Show>
            </section>
        </Show>
    }
    .into_any()
}

/// The same beside a list: what the note icon of a row opens.
#[component]
pub fn NotesDrawer(
    #[prop(into)] account: Signal<AccountId>,
    #[prop(into)] name: Signal<String>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
) -> impl IntoView {
    view! {
        <Drawer title=t::notes::title subtitle=Signal::derive(move || name.get()) on_close class="drawer-wide" take_focus=true>
            {match on_change {
                Some(on_change) => view! { <HistoryPanel account on_change/> }.into_any(),
                None => view! { <HistoryPanel account/> }.into_any(),
            }}
        </Drawer>
    }
    .into_any()
}
