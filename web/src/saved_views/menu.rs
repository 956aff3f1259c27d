//! The menu of views beside a list.

use super::dialogs::{Asked, DeleteView, NameView};
use crate::kernel::api::use_api;
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::{Load, load, use_session};
use crate::ui::{Icon, Menu, MenuItem, ProblemNote, use_toasts};
use kept_shared::ids::SavedViewId;
use kept_shared::problem::Problem;
use kept_shared::saved_views::{ChangedSavedView, MAY_SHARE, SavedView, ViewedList};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// What the menu and its dialogs share.
#[derive(Clone, Copy)]
pub(super) struct Views {
    pub(super) list: ViewedList,
    pub(super) all: Load<kept_shared::page::Page<SavedView>>,
    /// The list's query as it is now.
    pub(super) query: Signal<Map<String, Value>>,
    /// The view one went to last; its query may have changed since.
    pub(super) last: RwSignal<Option<SavedViewId>>,
    pub(super) may_share: bool,
}

impl Views {
    fn items(self) -> Vec<SavedView> {
        self.all.get().map(|page| page.items).unwrap_or_default()
    }
    /// The view the list shows: the one whose query this is, else the one last gone to, changed.
    pub(super) fn current(self) -> Option<(SavedView, bool)> {
        let (items, query) = (self.items(), self.query.get());
        let last = self.last.get();
        let same = |v: &&SavedView| v.query == query;
        let exact = items
            .iter()
            .filter(same)
            .find(|v| Some(v.id) == last)
            .or_else(|| items.iter().find(same));
        match exact {
            Some(view) => Some((view.clone(), false)),
            None => items.iter().find(|v| Some(v.id) == last).map(|v| (v.clone(), true)),
        }
    }
    pub(super) fn may_change(self, view: &SavedView) -> bool {
        view.is_own || self.may_share
    }
}

/// Views of a list: choose one, keep the list as it is now, share, rename, overwrite, delete. `is_bare`: the address asked
/// for nothing, so the list begins with the view chosen for it. `on_choose` gets a view's query.
#[component]
pub fn ViewsMenu(
    list: ViewedList,
    #[prop(into)] query: Signal<Map<String, Value>>,
    is_bare: bool,
    on_choose: Callback<Map<String, Value>>,
) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let views = Views {
        list,
        all: load(move || api.saved_views(list)),
        query,
        last: RwSignal::new(None),
        may_share: session.may(MAY_SHARE),
    };
    let begun = StoredValue::new(!is_bare);
    Effect::new(move |_| {
        let Some(page) = views.all.get() else { return };
        if begun.get_value() {
            return;
        }
        begun.set_value(true);
        if let Some(view) = page.items.into_iter().find(|v| v.is_default) {
            views.last.set(Some(view.id));
            on_choose.run(view.query);
        }
    });
    let asked = RwSignal::new(None::<Asked>);
    let (naming, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let ask = move |what: Asked| {
        let open = if matches!(what, Asked::Delete(_)) {
            deleting
        } else {
            naming
        };
        asked.set(Some(what));
        open.set(true);
    };
    let told = move |answer: Result<String, Problem>| {
        match answer {
            Ok(text) => toasts.good(text),
            Err(problem) => toasts.bad(problem_text(&problem)),
        }
        views.all.reload();
    };
    let change = move |view: SavedView, new: ChangedSavedView, say: fn(&SavedView) -> String| {
        leptos::task::spawn_local(async move {
            told(api.change_view(view.id, view.version, new).await.map(|v| say(&v.value)));
        });
    };
    let begin = move |view: Option<SavedView>| {
        leptos::task::spawn_local(async move {
            let answer = api.choose_default_view(list, view.as_ref().map(|v| v.id)).await;
            told(answer.map(|_chosen| match view {
                Some(view) => t::saved_views::started(view.name),
                None => t::saved_views::started_plain().to_owned(),
            }));
        });
    };
    let face = ViewFn::from(move || {
        let name = move || match views.current() {
            Some((view, false)) => view.name,
            Some((view, true)) => t::saved_views::changed(view.name),
            None => t::saved_views::views().to_owned(),
        };
        view! { <Icon name="star"/><span class="views-name">{name}</span><Icon name="chevron-down" size=14/> }
    });
    let choices = move || {
        let current = views.current().filter(|(_, changed)| !changed).map(|(v, _)| v.id);
        let items = views.items();
        if items.is_empty() && views.all.problem.with(Option::is_none) {
            return view! { <p class="views-none">{t::saved_views::none}</p> }.into_any();
        }
        items
            .into_iter()
            .map(|v| {
                let (id, query) = (v.id, v.query.clone());
                let go = move |()| {
                    views.last.set(Some(id));
                    on_choose.run(query.clone());
                };
                let below = [
                    (v.is_shared && v.is_own).then(|| t::saved_views::shared().to_owned()),
                    (v.is_shared && !v.is_own).then(|| t::saved_views::shared_by(v.by.clone())),
                    v.is_default.then(|| t::saved_views::opens().to_owned()),
                ];
                let below: Vec<String> = below.into_iter().flatten().collect();
                let label = match below.as_slice() {
                    [] => v.name.clone(),
                    some => format!("{} · {}", v.name, some.join(" · ")),
                };
                view! { <MenuItem label icon=if current == Some(id) { "check" } else { "table-2" } on_click=go/> }
            })
            .collect_view()
            .into_any()
    };
    let acts = move || {
        let Some((view, changed)) = views.current() else {
            return ().into_any();
        };
        let may = views.may_change(&view);
        let (name, begins) = (view.name.clone(), view.is_default);
        let stored = StoredValue::new(view.clone());
        let as_is = move |is_shared: bool| {
            let v = stored.get_value();
            ChangedSavedView {
                name: v.name,
                query: v.query,
                is_shared,
            }
        };
        let overwrite = move |()| {
            let new = ChangedSavedView {
                query: views.query.get_untracked(),
                ..as_is(stored.with_value(|v| v.is_shared))
            };
            change(stored.get_value(), new, |v| t::saved_views::saved(v.name.clone()));
        };
        let share = move |()| {
            change(stored.get_value(), as_is(true), |v| {
                t::saved_views::is_shared_now(v.name.clone())
            })
        };
        let unshare = move |()| {
            change(stored.get_value(), as_is(false), |v| {
                t::saved_views::is_own_now(v.name.clone())
            })
        };
        view! {
            {(may && changed).then(|| view! { <MenuItem label=t::saved_views::overwrite(name.clone()) icon="save" on_click=overwrite/> })}
            {(!begins).then(|| view! { <MenuItem label=t::saved_views::start_with(name.clone()) icon="home" on_click=move |()| begin(Some(stored.get_value()))/> })}
            {begins.then(|| view! { <MenuItem label=t::saved_views::start_plain(name.clone()) icon="home" on_click=move |()| begin(None)/> })}
            {(views.may_share && !view.is_shared).then(|| view! { <MenuItem label=t::saved_views::share icon="users" on_click=share/> })}
            {(views.may_share && view.is_shared).then(|| view! { <MenuItem label=t::saved_views::unshare icon="user" on_click=unshare/> })}
            {may.then(|| view! {
                <MenuItem label=t::saved_views::rename(name.clone()) icon="pencil" on_click=move |()| ask(Asked::Rename(stored.get_value()))/>
                <MenuItem label=t::saved_views::delete(name.clone()) icon="trash-2" danger=true on_click=move |()| ask(Asked::Delete(stored.get_value()))/>
            })}
        }
        .into_any()
    };
    view! {
        <Menu label=t::saved_views::views face button_class="btn">
            {choices}
            <ProblemNote problem=views.all.problem/>
            <div class="menu-sep"></div>
            <MenuItem label=t::saved_views::save_new icon="plus" on_click=move |()| ask(Asked::New)/>
            {acts}
        </Menu>
        <NameView views open=naming asked/>
        <DeleteView views open=deleting asked/>
    }
    .into_any()
}
