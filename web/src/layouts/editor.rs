//! Editing the layout: for oneself, or for everybody of a permission group (spec W01, W02).

use super::custom::CustomDialog;
use super::tile::{Board, Tile};
use super::widgets::spec;
use crate::kernel::act::Act;
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::{Load, api::use_api, load};
use crate::ui::*;
use kept_shared::ids::PermissionGroupId;
use kept_shared::layouts::{Draft, Layout, NewLayout, Predefined};
use leptos::prelude::*;

/// The editor, once it is known what there is to edit.
#[component]
pub(super) fn Editor(layout: Load<Layout>, on_done: Callback<()>) -> impl IntoView {
    let known = Memo::new(move |_| layout.value.with(Option::is_some));
    let problem = Memo::new(move |_| layout.problem.get());
    move || match (known.get(), problem.get()) {
        (true, _) => {
            let start = layout.value.get_untracked();
            start.map(|start| view! { <Desk layout start on_done/> }).into_any()
        }
        (false, Some(problem)) => {
            view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| layout.reload()/> }.into_any()
        }
        (false, None) => view! { <Loading kind=SkeletonKind::Tiles/> }.into_any(),
    }
}

/// Whose layout is edited. `version` is what was there of a group's.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    Own,
    Group { id: PermissionGroupId, version: i64 },
}

#[component]
fn Desk(layout: Load<Layout>, start: Layout, on_done: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let board = Board::new(Draft::of(start.widgets));
    let save = Act::new();
    let whose = RwSignal::new(Whose::Own);
    let (target, reverting) = (RwSignal::new(String::new()), RwSignal::new(false));
    let groups = StoredValue::new(start.groups);
    let has_groups = groups.with_value(|g| !g.is_empty());
    // Another's layout takes the place of what was only looked at; what was changed is kept and saved there instead.
    Effect::new(move |before: Option<String>| {
        let now = target.get();
        if before.is_none_or(|before| before == now) {
            return now;
        }
        if now.is_empty() {
            whose.set(Whose::Own);
            if let (false, Some(own)) = (
                board.draft.with_untracked(Draft::is_changed),
                layout.value.get_untracked(),
            ) {
                board.draft.set(Draft::of(own.widgets));
            }
        }
        now
    });
    // Only the answer to the last choice arrives.
    let group = load(move || {
        let id = target.with(|t| t.parse::<PermissionGroupId>().ok());
        async move {
            match id {
                Some(id) => api.group_layout(id).await.map(|layout| Some((id, layout))),
                None => Ok(None),
            }
        }
    });
    Effect::new(move |_| {
        let Some((id, layout)) = group.get().flatten() else {
            return;
        };
        whose.set(Whose::Group {
            id,
            version: layout.version,
        });
        if !board.draft.with_untracked(Draft::is_changed) {
            board.draft.set(Draft::of(layout.widgets));
        }
    });
    Effect::new(move |_| {
        for problem in [save.problem().get(), group.problem.get()].into_iter().flatten() {
            toasts.bad(problem_text(&problem));
        }
    });
    // What is saved or reverted is what the choice says, or nothing is.
    let is_there = move || match whose.get() {
        Whose::Own => target.with(String::is_empty),
        Whose::Group { id, .. } => target.with(|t| *t == id.to_string()),
    };
    let done = move |words: String| {
        toasts.good(words);
        on_done.run(());
    };
    let keep = move |_| {
        let new = NewLayout {
            widgets: board.draft.with_untracked(|d| d.widgets().to_vec()),
        };
        match whose.get_untracked() {
            Whose::Own => save.run(api.save_layout(new), move |saved| {
                layout.set(saved);
                done(t::layouts::saved_own().to_owned());
            }),
            Whose::Group { id, version } => save.run(api.save_group_layout(id, version, new), move |_| {
                layout.reload();
                done(t::layouts::saved_group().to_owned());
            }),
        }
    };
    let revert = move |()| match whose.get_untracked() {
        Whose::Own => save.run(api.revert_layout(), move |now| {
            layout.set(now);
            done(t::layouts::reverted().to_owned());
        }),
        Whose::Group { id, version } => save.run(api.revert_group_layout(id, version), move |()| {
            layout.reload();
            done(t::layouts::reverted().to_owned());
        }),
    };
    let options = Signal::derive(move || {
        groups.with_value(|all| {
            let mine = (String::new(), t::layouts::for_me().to_owned());
            let one = |g: &kept_shared::layouts::LayoutGroup| (g.id.to_string(), t::layouts::for_group(&g.name));
            std::iter::once(mine).chain(all.iter().map(one)).collect::<Vec<_>>()
        })
    });
    let changed = Signal::derive(move || board.draft.with(Draft::is_changed));
    let account = crate::cards::use_cards().shown();
    crate::cards::unsaved(move || account, move || changed.get(), || false, Callback::new(|()| ()));
    let fixed = Signal::derive(move || !board.draft.with(Draft::can_undo));
    let waits = Signal::derive(move || !changed.get() || !is_there());
    let tiles = move || {
        let all = board.draft.with(|d| d.widgets().to_vec());
        all.into_iter()
            .enumerate()
            .map(|(at, widget)| view! { <Tile board at widget/> })
            .collect_view()
    };
    let empty = Memo::new(move |_| board.draft.with(|d| d.widgets().is_empty()));
    view! {
        <section class="layouts-editor" data-words="" aria-label=t::layouts::edit>
            <div class="row wrap layouts-bar layouts-edit-bar">
                <AddMenu board/>
                {has_groups.then(|| view! { <FilterSelect label=t::layouts::whose value=target options/> })}
                <span class="row wrap push">
                    <Button label=t::layouts::undo icon="undo-2" disabled=fixed on_click=move |_| board.draft.update(Draft::undo)/>
                    <Button label=t::layouts::revert icon="history" disabled=Signal::derive(move || save.busy().get() || !is_there()) on_click=move |_| reverting.set(true)/>
                    <Button label=t::layouts::cancel icon="x" disabled=save.busy() on_click=move |_| on_done.run(())/>
                    <Button label=t::common::save icon="save" kind=ButtonKind::Primary busy=save.busy() disabled=waits on_click=keep/>
                </span>
            </div>
            <p class="soft layouts-hint">{t::layouts::hint}</p>
            <p class="sr" role="status">{move || board.said.get()}</p>
            <div class="widgets layouts-grid">{tiles}</div>
            <Show when=move || empty.get()><Empty title=t::layouts::empty_title text=t::layouts::empty_text icon="layout-dashboard"/></Show>
            <CustomDialog board/>
            <ConfirmDialog open=reverting title=t::layouts::revert_title confirm=t::layouts::revert on_confirm=revert busy=save.busy() problem=save.problem()>
                <p>{t::layouts::revert_text}</p>
            </ConfirmDialog>
        </section>
    }
    .into_any()
}

/// Custom, or one of the predefined ones; those on display cannot be pressed.
#[component]
fn AddMenu(board: Board) -> impl IntoView {
    let custom = move |()| {
        board.editing.set(None);
        board.custom_open.set(true);
    };
    let one = move |which: Predefined| {
        let spec = spec(which);
        let there = Signal::derive(move || board.draft.with(|d| d.has(which)));
        let add = move |()| {
            board.draft.update(|d| d.add(which.placed(which.width())));
            board.said.set(t::layouts::added((spec.title)()));
        };
        view! { <MenuItem label=spec.title icon=spec.icon disabled=there on_click=add/> }
    };
    view! {
        <Menu label=t::layouts::add button_class="btn" class="menu-start layouts-add" face=ViewFn::from(|| view! { <Icon name="plus"/><span>{t::layouts::add}</span> }.into_any())>
            <MenuItem label=t::layouts::custom icon="pencil" on_click=custom/>
            <div class="menu-sep" role="separator"></div>
            {Predefined::ALL.iter().map(|which| one(*which)).collect_view()}
        </Menu>
    }
    .into_any()
}
