//! Naming a view and deleting one.

use super::menu::Views;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::i18n::t;
use crate::ui::{Button, Checkbox, ConfirmDialog, Dialog, ProblemNote, SubmitButton, TextInput, use_toasts};
use kept_shared::saved_views::{ChangedSavedView, NewSavedView, SavedView, flaws, tidy_name};
use leptos::{ev, prelude::*};

/// What a dialog is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    New,
    Rename(SavedView),
    Delete(SavedView),
}

fn about(asked: RwSignal<Option<Asked>>) -> Option<SavedView> {
    match asked.get() {
        Some(Asked::Rename(view) | Asked::Delete(view)) => Some(view),
        Some(Asked::New) | None => None,
    }
}

#[component]
pub(super) fn NameView(views: Views, open: RwSignal<bool>, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let save = Act::new();
    let title = move || match about(asked) {
        Some(_) => t::saved_views::rename_title(),
        None => t::saved_views::new_title(),
    };
    view! { <Dialog open title class="dialog-narrow" locked=save.busy()><Naming views open asked save/></Dialog> }
        .into_any()
}

#[component]
fn Naming(views: Views, open: RwSignal<bool>, asked: RwSignal<Option<Asked>>, save: Act) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    save.clear();
    let known = untrack(|| about(asked));
    let name = RwSignal::new(known.as_ref().map(|v| v.name.clone()).unwrap_or_default());
    let (shared, start) = (RwSignal::new(false), RwSignal::new(false));
    let is_new = known.is_none();
    let (known, key) = (StoredValue::new(known), new_key());
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let list = views.list;
        let name = tidy_name(&name.get_untracked());
        let query = known
            .with_value(|k| k.as_ref().map(|v| v.query.clone()))
            .unwrap_or_else(|| views.query.get_untracked());
        if !acceptable(save, flaws(list, &name, &query)) {
            return;
        }
        let (key, known, is_shared, start) = (
            key.clone(),
            known.get_value(),
            shared.get_untracked(),
            start.get_untracked(),
        );
        let work = async move {
            let view = match known {
                Some(v) => {
                    let new = ChangedSavedView {
                        name,
                        query,
                        is_shared: v.is_shared,
                    };
                    api.change_view(v.id, v.version, new).await?.value
                }
                None => {
                    api.create_view(
                        NewSavedView {
                            list,
                            name,
                            query,
                            is_shared,
                        },
                        key,
                    )
                    .await?
                }
            };
            if start {
                api.choose_default_view(list, Some(view.id)).await?;
            }
            Ok(view)
        };
        save.run(work, move |view: SavedView| {
            views.last.set(Some(view.id));
            open.set(false);
            toasts.good(t::saved_views::saved(view.name));
            views.all.reload();
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <TextInput label=t::saved_views::name value=name required=true problem=save.problem() pointer="/name" maxlength=80 autofocus=true/>
                {is_new.then(|| view! {
                    <p class="soft">{t::saved_views::name_hint}</p>
                    <div class="checks">
                        {views.may_share.then(|| view! { <Checkbox label=t::saved_views::share_tick checked=shared/> })}
                        <Checkbox label=t::saved_views::start_tick checked=start/>
                    </div>
                })}
                <ProblemNote problem=save.problem()/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=save.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::common::save busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}

#[component]
pub(super) fn DeleteView(views: Views, open: RwSignal<bool>, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let (api, toasts, act) = (use_api(), use_toasts(), Act::new());
    let confirm = move |()| {
        let Some(view) = untrack(|| about(asked)) else { return };
        act.run(api.delete_view(view.id, view.version), move |()| {
            open.set(false);
            views.last.set(None);
            toasts.good(t::saved_views::deleted(view.name));
            views.all.reload();
        });
    };
    let name = move || about(asked).map(|v| v.name).unwrap_or_default();
    let is_shared = move || about(asked).is_some_and(|v| v.is_shared);
    view! {
        <ConfirmDialog open title=t::saved_views::delete_title confirm=t::common::delete on_confirm=confirm danger=true busy=act.busy() problem=act.problem()>
            <p>{move || t::saved_views::delete_text(name())}</p>
            <Show when=is_shared><p>{t::saved_views::delete_shared}</p></Show>
        </ConfirmDialog>
    }
    .into_any()
}
