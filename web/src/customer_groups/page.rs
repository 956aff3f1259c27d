//! The page of customer groups.

use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::pages::{Pages, pages};
use crate::kernel::{format, i18n::t, use_session};
use crate::ui::*;
use kept_shared::customer_groups::{CustomerGroup, NewCustomerGroup};
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};

/// What the dialog is about.
#[derive(Clone, Debug, PartialEq)]
enum Editing {
    New,
    Known(CustomerGroup),
}

#[component]
pub fn CustomerGroupsPage() -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let list = pages(move |cursor| api.customer_groups(cursor));
    let may_edit = Signal::derive(move || session.may(Permission::EditCommunities));
    let editing = RwSignal::new(Editing::New);
    let (form_open, delete_open) = (RwSignal::new(false), RwSignal::new(false));
    let start_new = move || {
        editing.set(Editing::New);
        form_open.set(true);
    };
    let new_button = move || {
        view! {
            <Show when=move || may_edit.get()><Button label=t::customer_groups::new icon="plus" kind=ButtonKind::Primary on_click=move |_| start_new()/></Show>
        }
    };
    view! {
        <div class="page page-narrow">
            <PageHead title=t::customer_groups::title subtitle=t::customer_groups::subtitle>{new_button()}</PageHead>
            {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
                (false, None) => view! { <Loading/> }.into_any(),
                (true, None) if list.rows().with(Vec::is_empty) => view! {
                    <Empty title=t::customer_groups::empty_title text=t::customer_groups::empty_text icon="tags">{new_button()}</Empty>
                }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::customer_groups::title columns=columns(may_edit, editing, form_open, delete_open) rows=list.rows()
                        row_key=|g: &CustomerGroup| format!("{}-{}", g.id, g.version)
                        has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()/>
                }.into_any(),
            }}
            <GroupDialog open=form_open editing list/>
            <DeleteDialog open=delete_open editing list/>
        </div>
    }
    .into_any()
}

fn columns(
    may_edit: Signal<bool>,
    editing: RwSignal<Editing>,
    form_open: RwSignal<bool>,
    delete_open: RwSignal<bool>,
) -> Vec<DataColumn<CustomerGroup>> {
    vec![
        DataColumn::new("name", t::customer_groups::name, |g: &CustomerGroup| view! { <b>{g.name.clone()}</b> }.into_any()),
        DataColumn::new("accounts", t::customer_groups::customers, |g: &CustomerGroup| {
            format::count(usize::try_from(g.accounts).unwrap_or(usize::MAX)).into_any()
        }).numeric(),
        DataColumn::new("acts", t::customer_groups::actions, move |g: &CustomerGroup| {
            let (for_edit, for_delete) = (g.clone(), g.clone());
            let start = move |group: &CustomerGroup, open: RwSignal<bool>| {
                editing.set(Editing::Known(group.clone()));
                open.set(true);
            };
            let in_use = g.accounts > 0;
            view! {
                <Show when=move || may_edit.get()>
                    <span class="row">
                        <IconButton icon="pencil" label=t::customer_groups::rename(for_edit.name.clone()) on_click={let g = for_edit.clone(); move |_| start(&g, form_open)}/>
                        <IconButton icon="trash-2" label=t::customer_groups::delete(for_delete.name.clone()) disabled=in_use on_click={let g = for_delete.clone(); move |_| start(&g, delete_open)}/>
                    </span>
                </Show>
            }.into_any()
        }).numeric(),
    ]
}

#[component]
fn GroupDialog(open: RwSignal<bool>, editing: RwSignal<Editing>, list: Pages<CustomerGroup>) -> impl IntoView {
    let save = Act::new();
    let title = move || match editing.get() {
        Editing::New => t::customer_groups::new().to_owned(),
        Editing::Known(group) => t::customer_groups::rename(group.name),
    };
    view! { <Dialog open title class="dialog-narrow" locked=save.busy()><GroupForm open editing list save/></Dialog> }
        .into_any()
}

#[component]
fn GroupForm(open: RwSignal<bool>, editing: RwSignal<Editing>, list: Pages<CustomerGroup>, save: Act) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    save.clear();
    let known = match editing.get_untracked() {
        Editing::New => None,
        Editing::Known(group) => Some(group),
    };
    let name = RwSignal::new(known.as_ref().map(|g| g.name.clone()).unwrap_or_default());
    let target = known.map(|g| (g.id, g.version));
    let key = new_key();
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let new = NewCustomerGroup {
            name: name.get_untracked(),
        }
        .tidied();
        if !acceptable(save, new.flaws()) {
            return;
        }
        let key = key.clone();
        let work = async move {
            match target {
                Some((id, version)) => api.rename_customer_group(id, version, new).await.map(|g| g.value),
                None => api.create_customer_group(new, key).await,
            }
        };
        save.run(work, move |group| {
            open.set(false);
            toasts.good(t::customer_groups::saved(group.name));
            list.reload();
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <TextInput label=t::customer_groups::name value=name required=true problem=save.problem() pointer="/name" maxlength=120 autofocus=true/>
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
fn DeleteDialog(open: RwSignal<bool>, editing: RwSignal<Editing>, list: Pages<CustomerGroup>) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    let act = Act::new();
    let name = move || match editing.get() {
        Editing::New => String::new(),
        Editing::Known(group) => group.name,
    };
    let confirm = move |()| {
        let Editing::Known(group) = editing.get_untracked() else {
            return;
        };
        act.run(api.delete_customer_group(group.id, group.version), move |()| {
            open.set(false);
            toasts.good(t::customer_groups::deleted(group.name));
            list.reload();
        });
    };
    view! {
        <ConfirmDialog open title=move || t::customer_groups::delete(name()) confirm=t::common::delete on_confirm=confirm danger=true busy=act.busy() problem=act.problem()>
            <p>{t::customer_groups::delete_text}</p>
        </ConfirmDialog>
    }
    .into_any()
}
