//! The whole history with the form above it.

use super::{
    compose::{ChoicesMissing, Composer},
    delete::DeleteDialog,
    filters::{FilterRow, Filters},
    line::HistoryLine,
};
use crate::kernel::{
    api::use_api,
    i18n::{problem_text, t},
    load, use_session,
};
use crate::notifications::LookedAt;
use crate::ui::{Button, Drawer, Empty, Loading, NoPermission, ProblemPanel, SkeletonKind, use_toasts};
use kept_shared::{
    ids::{AccountId, NoteId},
    notes::{Happening, HistoryFilter, HistoryItem, Note},
    permission::Permission,
};
use leptos::prelude::*;

/// Lines of one page.
const PAGE: u32 = 30;

/// What was asked for, and how far it has come.
type Asked = (AccountId, HistoryFilter);

/// Puts the tombstone in the place of the note.
fn bury(items: &mut [HistoryItem], left: &Note) {
    for item in items {
        if let Happening::Note {
            id,
            body,
            deleted,
            may_delete,
            ..
        } = &mut item.what
            && *id == left.id
        {
            body.clone_from(&left.body);
            deleted.clone_from(&left.deleted);
            *may_delete = false;
        }
    }
}

/// History of one customer, newest first, and the form for a note or document. Looking at it marks it as seen;
/// `on_change` is told when something was seen (0), or how many notes there are more, so that a list beside it can
/// refresh its marks.
#[component]
pub fn HistoryPanel(
    #[prop(into)] account: Signal<AccountId>,
    #[prop(optional, into)] on_change: Option<Callback<i32>>,
    /// Without the form: the matter is closed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let items = RwSignal::new(Vec::<HistoryItem>::new());
    let next = RwSignal::new(None::<String>);
    let more_busy = RwSignal::new(false);
    let filters = Filters::new();
    let deleting = RwSignal::new(None::<NoteId>);
    Effect::new(move |before: Option<AccountId>| {
        let of = account.get();
        if before.is_some_and(|before| before != of) {
            filters.clear();
        }
        of
    });
    let offered = load(move || {
        let account = account.get();
        async move { Ok((account, api.note_choices(account).await?)) }
    });
    // Those of another customer are none.
    let choices = Signal::derive(move || {
        let of = account.get();
        offered
            .get()
            .filter(|(whose, _)| *whose == of)
            .map(|(_, choices)| choices)
    });
    let first = load(move || {
        let (account, wanted) = (account.get(), filters.wanted());
        let page = HistoryFilter {
            limit: Some(PAGE),
            ..wanted.clone()
        };
        async move { Ok(((account, wanted), api.history(account, page).await?)) }
    });
    let looked_at = LookedAt::here();
    // What the lines on the page were asked with: further ones belong to the same question.
    let asked = StoredValue::new(None::<Asked>);
    Effect::new(move |_| {
        let Some((question, page)) = first.get() else { return };
        let of = question.0;
        asked.set_value(Some(question));
        items.set(page.items);
        next.set(page.next_cursor);
        leptos::task::spawn_local(async move {
            // A lost reading mark is no reason to bother anybody.
            if api.mark_history_seen(of).await.is_ok() {
                looked_at.tell();
                if let Some(tell) = on_change {
                    tell.try_run(0);
                }
            }
        });
    });
    let shown = move || {
        first
            .value
            .with(|v| v.as_ref().is_some_and(|((of, _), _)| *of == account.get()))
    };
    let filtered = move || {
        first
            .value
            .with(|v| v.as_ref().is_some_and(|((_, wanted), _)| wanted.is_of_notes()))
    };
    let more = move || {
        let (Some(question), Some(cursor)) = (asked.get_value(), next.get_untracked()) else {
            return;
        };
        let page = HistoryFilter {
            limit: Some(PAGE),
            cursor: Some(cursor.clone()),
            ..question.1
        };
        more_busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = api.history(question.0, page).await;
            if more_busy.try_set(false).is_some() {
                return;
            }
            match answer {
                // Otherwise another question was asked meanwhile, and these lines are not of its answer.
                Ok(page) if next.get_untracked().as_deref() == Some(cursor.as_str()) => {
                    items.update(|all| all.extend(page.items));
                    next.set(page.next_cursor);
                }
                Ok(_) => {}
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
        });
    };
    let added = Callback::new(move |notes: i32| {
        first.reload();
        if let Some(tell) = on_change {
            tell.run(notes);
        }
    });
    let deleted = Callback::new(move |left: Note| {
        items.update(|all| bury(all, &left));
        if let Some(tell) = on_change {
            tell.run(-1);
        }
    });
    let on_delete = Callback::new(move |note: NoteId| deleting.set(Some(note)));
    view! {
        <Show when=move || session.may(Permission::ViewNotes) fallback=|| view! { <NoPermission/> }>
            <Show when=move || session.may(Permission::CreateNotes) && !read_only.get()>
                <section aria-label=t::notes::add_title>
                    <ChoicesMissing problem=offered.problem retry=Callback::new(move |()| offered.reload())/>
                    <Composer account choices on_added=added/>
                </section>
            </Show>
            <section aria-label=t::notes::history>
                <Show when=move || filtered() || !shown() || !items.with(Vec::is_empty)><FilterRow choices filters/></Show>
                {move || match (first.problem.get(), shown()) {
                    (Some(problem), false) => view! { <ProblemPanel problem retry=Callback::new(move |()| first.reload())/> }.into_any(),
                    (None, false) => view! { <Loading kind=SkeletonKind::Lines rows=9/> }.into_any(),
                    (_, true) if items.with(Vec::is_empty) && filtered() => view! {
                        <Empty title=t::notes::none_title text=t::notes::none_text icon="filter" class="empty-sm">
                            <Button label=t::notes::show_all on_click=move |_| filters.clear()/>
                        </Empty>
                    }.into_any(),
                    (_, true) if items.with(Vec::is_empty) => view! {
                        <Empty title=t::notes::empty_title text=t::notes::empty_text icon="history" class="empty-sm"/>
                    }.into_any(),
                    (_, true) => view! {
                        <ol class="timeline">
                            {move || items.get().into_iter().map(|item| view! { <HistoryLine item on_delete/> }).collect_view()}
                        </ol>
                    }.into_any(),
                }}
                <Show when=move || shown() && next.with(Option::is_some)>
                    <p class="notes-more"><Button label=t::notes::more busy=more_busy on_click=move |_| more()/></p>
                </Show>
            </section>
            <DeleteDialog account note=deleting on_deleted=deleted/>
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
    #[prop(optional, into)] on_change: Option<Callback<i32>>,
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
