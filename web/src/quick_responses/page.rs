//! The page of quick responses.

use super::form::ResponseDialog;
use crate::kernel::act::Act;
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::{Load, api::use_api, load};
use crate::ui::{
    Button, ButtonKind, Checkbox, ConfirmDialog, Empty, IconButton, Loading, PageHead, Pill, ProblemPanel, use_toasts,
};
use kept_shared::quick_responses::{NewQuickResponse, QuickResponse};
use kept_shared::text::excerpt;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What of the text a row shows.
const SHOWN: (usize, usize) = (160, 2);

/// What the rows act on.
#[derive(Clone, Copy)]
struct Desk {
    list: Load<Vec<QuickResponse>>,
    archived: RwSignal<bool>,
    editing: RwSignal<Option<QuickResponse>>,
    form_open: RwSignal<bool>,
    delete_open: RwSignal<bool>,
    act: Act,
    /// What a screen reader is told after a move.
    said: RwSignal<String>,
}

/// `/settings/quick-responses`.
#[component]
pub fn QuickResponsesPage() -> impl IntoView {
    let api = use_api();
    let archived = RwSignal::new(false);
    let desk = Desk {
        list: load(move || {
            let archived = archived.get();
            async move { api.quick_responses(archived).await }
        }),
        archived,
        editing: RwSignal::new(None),
        form_open: RwSignal::new(false),
        delete_open: RwSignal::new(false),
        act: Act::new(),
        said: RwSignal::new(String::new()),
    };
    let list = desk.list;
    let add = move || {
        desk.editing.set(None);
        desk.form_open.set(true);
    };
    let new_button = move || {
        view! { <Button label=t::quick_responses::new icon="plus" kind=ButtonKind::Primary on_click=move |_| add()/> }
    };
    // A fault of a move or of archiving is told once; the dialogs show their own.
    let toasts = use_toasts();
    Effect::new(move |_| {
        if let Some(problem) = desk.act.problem().get()
            && !desk.delete_open.get_untracked()
        {
            toasts.bad(problem_text(&problem));
            list.reload();
        }
    });
    // A new order is no new page: only what these say draws it anew.
    let is_empty = Memo::new(move |_| list.value.with(|l| l.as_ref().map(Vec::is_empty)));
    let problem = Memo::new(move |_| list.problem.get());
    view! {
        <div class="page page-narrow">
            <PageHead title=t::quick_responses::title subtitle=t::quick_responses::subtitle>
                <Checkbox label=t::quick_responses::show_archived checked=archived/>
                {new_button()}
            </PageHead>
            {move || match (is_empty.get(), problem.get()) {
                (None, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| list.reload()/> }.into_any(),
                (None, None) => view! { <Loading rows=5/> }.into_any(),
                (Some(true), _) => view! {
                    <Empty title=t::quick_responses::empty_title text=t::quick_responses::empty_text icon="message-square">{new_button()}</Empty>
                }.into_any(),
                (Some(false), _) => view! { <Table desk/> }.into_any(),
            }}
            <p class="sr" role="status">{move || desk.said.get()}</p>
            <ResponseDialog open=desk.form_open editing=desk.editing on_saved=Callback::new(move |()| list.reload())/>
            <DeleteDialog desk/>
        </div>
    }
    .into_any()
}

#[component]
fn Table(desk: Desk) -> impl IntoView {
    let rows = move || desk.list.get().unwrap_or_default();
    view! {
        <div class="table-wrap">
            <table class="table table-cards quick-responses-table">
                <thead>
                    <tr><th scope="col">{t::quick_responses::response}</th><th scope="col">{t::quick_responses::community}</th><th scope="col">{t::quick_responses::order}</th><th></th></tr>
                </thead>
                <tbody>
                    {move || {
                        let all = rows();
                        let ids: Vec<_> = all.iter().map(|r| r.id).collect();
                        all.into_iter().enumerate().map(|(at, response)| {
                            let up = at.checked_sub(1).map(|before| Some(ids[before]));
                            let down = (at + 1 < ids.len()).then(|| ids.get(at + 2).copied());
                            view! { <Row desk response up down/> }
                        }).collect_view()
                    }}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Where a move puts a response: before another one, or last. `None`: it can go no further.
type Place = Option<Option<kept_shared::ids::QuickResponseId>>;

/// The button that was pressed has moved with its row, and the focus with it; at an end of the list the other button takes
/// it.
fn focus_again(id: String, up: bool) {
    request_animation_frame(move || {
        let (first, second) = if up {
            ("move-up", "move-down")
        } else {
            ("move-down", "move-up")
        };
        let button = |class: &str| {
            let selector = format!("tr[data-row=\"{id}\"] .{class}:not(:disabled)");
            document().query_selector(&selector).ok().flatten()
        };
        let found = button(first).or_else(|| button(second));
        if let Some(element) = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _detached = element.focus();
        }
    });
}

#[component]
fn Row(desk: Desk, response: QuickResponse, up: Place, down: Place) -> impl IntoView {
    let api = use_api();
    let (id, title) = (response.id, response.title.clone());
    let named = title.clone();
    let go = Callback::new(move |(to, is_up): (Place, bool)| {
        let Some(before) = to else { return };
        let named = named.clone();
        desk.act.run(api.move_quick_response(id, before), move |all| {
            let shown: Vec<QuickResponse> = all
                .into_iter()
                .filter(|r| r.is_active || desk.archived.get_untracked())
                .collect();
            let place = shown.iter().position(|r| r.id == id).unwrap_or_default() + 1;
            desk.said.set(t::quick_responses::moved(&named, place, shown.len()));
            desk.list.set(shown);
            focus_again(id.to_string(), is_up);
        });
    });
    let known = StoredValue::new(response.clone());
    let archive = move || {
        let now = known.get_value();
        let changed = NewQuickResponse {
            community_id: now.community_id,
            title: now.title,
            body: now.body,
            is_active: !now.is_active,
        };
        desk.act
            .run(api.change_quick_response(id, now.version, changed), move |_| {
                desk.list.reload();
            });
    };
    let begin = move |open: RwSignal<bool>| {
        desk.act.clear();
        desk.editing.set(Some(known.get_value()));
        open.set(true);
    };
    let (is_active, old) = (response.is_active, !response.is_active);
    let text = excerpt(&response.body, SHOWN.0, SHOWN.1).map_or(response.body, |short| format!("{short}…"));
    let community = response
        .community_name
        .unwrap_or_else(|| t::quick_responses::all_communities().to_owned());
    view! {
        <tr class:is-old=old data-row=id.to_string()>
            <td>
                <b>{title.clone()}</b>
                {old.then(|| view! { " "<Pill tone="neutral" label=t::quick_responses::archived/> })}
                <p class="soft quick-responses-text">{text}</p>
            </td>
            <td data-label=t::quick_responses::community>{community}</td>
            <td data-label=t::quick_responses::order>
                <span class="row">
                    <IconButton icon="chevron-up" class="btn-sm move-up" label=t::quick_responses::up(&title) disabled=up.is_none() on_click=move |_| go.run((up, true))/>
                    <IconButton icon="chevron-down" class="btn-sm move-down" label=t::quick_responses::down(&title) disabled=down.is_none() on_click=move |_| go.run((down, false))/>
                </span>
            </td>
            <td class="acts-cell">
                <span class="row">
                    <IconButton icon="pencil" class="btn-sm" label=t::quick_responses::edit(&title) on_click=move |_| begin(desk.form_open)/>
                    {if is_active {
                        view! { <IconButton icon="archive" class="btn-sm" label=t::quick_responses::archive(&title) on_click=move |_| archive()/> }.into_any()
                    } else {
                        view! {
                            <IconButton icon="undo-2" class="btn-sm" label=t::quick_responses::restore(&title) on_click=move |_| archive()/>
                            <IconButton icon="trash-2" class="btn-sm" label=t::quick_responses::delete(&title) on_click=move |_| begin(desk.delete_open)/>
                        }.into_any()
                    }}
                </span>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn DeleteDialog(desk: Desk) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let name = move || desk.editing.get().map(|r| r.title).unwrap_or_default();
    let confirm = move |()| {
        let Some(response) = desk.editing.get_untracked() else {
            return;
        };
        desk.act
            .run(api.delete_quick_response(response.id, response.version), move |()| {
                desk.delete_open.set(false);
                toasts.good(t::quick_responses::deleted(response.title));
                desk.list.reload();
            });
    };
    view! {
        <ConfirmDialog open=desk.delete_open title=move || t::quick_responses::delete(name()) confirm=t::common::delete on_confirm=confirm
            danger=true busy=desk.act.busy() problem=desk.act.problem()>
            <p>{t::quick_responses::delete_text}</p>
        </ConfirmDialog>
    }
    .into_any()
}
