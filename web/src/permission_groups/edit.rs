use super::matrix::Matrix;
use crate::{
    kernel::{
        api::{new_key, use_api},
        i18n::t,
        load, use_session,
    },
    shell::type_name,
    ui::{
        Breadcrumbs, Button, ButtonKind, Callout, ConfirmDialog, Loading, PageHead, ProblemNote, ProblemPanel, Section,
        Select, SkeletonKind, SubmitButton, TextInput, focus_first_flaw, use_toasts,
    },
    users::all_types,
};
use kept_shared::{
    ids::PermissionGroupId,
    permission::{Permission, UserType},
    problem::{Code, Problem},
    users::{NewPermissionGroup, PermissionGroup, PermissionGroupPatch},
};
use leptos::{ev, prelude::*};
use leptos_router::{
    components::A,
    hooks::{use_navigate, use_params_map},
};

/// Makes a group.
#[component]
pub fn NewGroupPage() -> impl IntoView {
    let api = use_api();
    let (navigate, toasts) = (use_navigate(), use_toasts());
    let name = RwSignal::new(String::new());
    let kind = RwSignal::new(UserType::Business.to_string());
    let ticked = RwSignal::new(vec![Permission::ViewDashboard]);
    let base_type = Signal::derive(move || kind.with(|k| k.parse().unwrap_or(UserType::Business)));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let new = NewPermissionGroup {
            name: name.get_untracked(),
            base_type: base_type.get_untracked(),
            permissions: ticked.get_untracked(),
        };
        let flaws = new.flaws();
        if !flaws.is_empty() {
            problem.set(Some(Problem::of(Code::NotAcceptable).with_errors(flaws.0)));
            return focus_first_flaw();
        }
        busy.set(true);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            match api.create_permission_group(&new, &new_key()).await {
                Ok(made) => {
                    toasts.good(t::permission_groups::saved(&made.name));
                    navigate("/permission-groups", Default::default());
                }
                Err(p) => {
                    problem.set(Some(p));
                    focus_first_flaw();
                }
            }
            let _gone = busy.try_set(false);
        });
    };
    view! {
        <div class="page page-narrow">
            <Breadcrumbs trail=vec![("/permission-groups".into(), t::permission_groups::title.into())] here=t::permission_groups::new_title/>
            <PageHead title=t::permission_groups::new_title/>
            <form class="form-page" on:submit=send>
                <Section title=t::permission_groups::basics text=t::permission_groups::basics_text>
                    <div class="form-grid">
                        <TextInput label=t::permission_groups::name value=name required=true maxlength=80 problem pointer="/name" autofocus=true/>
                        <Select label=t::permission_groups::kind value=kind options=Signal::derive(all_types) required=true/>
                    </div>
                </Section>
                <Section title=t::permission_groups::matrix text=t::permission_groups::matrix_text>
                    <Matrix base_type ticked read_only=Signal::stored(false)/>
                </Section>
                <ProblemNote problem/>
                <div class="form-foot">
                    <A href="/permission-groups" attr:class="btn">{t::ui::cancel}</A>
                    <SubmitButton label=t::permission_groups::save busy/>
                </div>
            </form>
        </div>
    }
}

/// One group: its ticks, to change or only to read.
#[component]
pub fn GroupPage() -> impl IntoView {
    let api = use_api();
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params
            .with(|p| p.get("id"))
            .and_then(|id| id.parse::<PermissionGroupId>().ok())
    });
    let found = load(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => api.permission_group(id).await,
                None => Err(Problem::of(Code::NotFound)),
            }
        }
    });
    view! {
        <div class="page page-narrow">
            {move || match (found.get(), found.problem.get()) {
                (None, None) => view! { <Loading kind=SkeletonKind::Card rows=10/> }.into_any(),
                (None, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=Callback::new(move |()| found.reload())/> }.into_any(),
                (Some(group), _) => view! { <Known group/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Known(group: PermissionGroup) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let navigate = use_navigate();
    let boss = Signal::derive(move || session.me().is_some_and(|me| me.user_type == UserType::Superuser));
    let name = RwSignal::new(group.name.clone());
    let ticked = RwSignal::new(group.permissions.clone());
    let version = RwSignal::new(group.version);
    let base_type = group.base_type;
    let (id, users) = (group.id, usize::try_from(group.user_count).unwrap_or_default());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let deleting = RwSignal::new(false);
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let patch = PermissionGroupPatch {
            name: name.get_untracked(),
            permissions: ticked.get_untracked(),
        };
        busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            match api.change_permission_group(id, version.get_untracked(), &patch).await {
                Ok(changed) => {
                    toasts.good(t::permission_groups::saved(&changed.value.name));
                    version.set(changed.version);
                }
                Err(p) => {
                    let _gone = problem.try_set(Some(p));
                    focus_first_flaw();
                }
            }
            let _gone = busy.try_set(false);
        });
    };
    let delete = Callback::new(move |()| {
        let navigate = navigate.clone();
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api
                .delete(&format!("/permission-groups/{id}"), Some(version.get_untracked()))
                .await
            {
                Ok(()) => {
                    toasts.good(t::permission_groups::deleted(name.get_untracked()));
                    navigate("/permission-groups", Default::default());
                }
                Err(p) => problem.set(Some(p)),
            }
            let _gone = busy.try_set(false);
        });
    });
    let title = group.name.clone();
    let crumb = group.name.clone();
    view! {
        <Breadcrumbs trail=vec![("/permission-groups".into(), t::permission_groups::title.into())] here=crumb/>
        <PageHead title=title subtitle=type_name(base_type)>
            <Show when=move || boss.get() && users == 0>
                <Button label=t::permission_groups::delete icon="trash-2" kind=ButtonKind::Plain on_click=move |_| { problem.set(None); deleting.set(true); }/>
            </Show>
        </PageHead>
        <form class="form-page" on:submit=send>
            <Show when=move || !boss.get()><Callout tone="neutral"><p>{t::permission_groups::read_only}</p></Callout></Show>
            <Section title=t::permission_groups::basics text=t::permission_groups::type_fixed>
                <TextInput label=t::permission_groups::name value=name required=true maxlength=80 problem pointer="/name" disabled=Signal::derive(move || !boss.get())/>
                {(users > 0).then(|| view! { <p class="soft"><small>{t::permission_groups::in_use(users)}</small></p> })}
            </Section>
            <Section title=t::permission_groups::matrix text=t::permission_groups::matrix_text>
                <Matrix base_type=Signal::stored(base_type) ticked read_only=Signal::derive(move || !boss.get())/>
            </Section>
            <ProblemNote problem/>
            <Show when=move || boss.get()>
                <div class="form-foot">
                    <A href="/permission-groups" attr:class="btn">{t::ui::cancel}</A>
                    <SubmitButton label=t::permission_groups::save busy/>
                </div>
            </Show>
        </form>
        <ConfirmDialog open=deleting title=t::permission_groups::delete_title(&group.name) confirm=t::permission_groups::delete danger=true busy problem on_confirm=delete>
            <p>{t::permission_groups::delete_text}</p>
        </ConfirmDialog>
    }
}
