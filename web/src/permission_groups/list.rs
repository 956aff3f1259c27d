use crate::{
    kernel::{api::use_api, i18n::t, load, use_session},
    shell::type_name,
    ui::{DataColumn, DataTable, Icon, Loading, PageHead, Pill, ProblemPanel},
};
use kept_shared::{permission::UserType, users::PermissionGroup};
use leptos::prelude::*;
use leptos_router::components::A;

/// All groups with the number of their users.
#[component]
pub fn GroupsPage() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let found = load(move || async move { api.permission_groups().await });
    let rows = Signal::derive(move || found.get().unwrap_or_default());
    let boss = move || session.me().is_some_and(|me| me.user_type == UserType::Superuser);
    view! {
        <div class="page">
            <PageHead title=t::permission_groups::title subtitle=t::permission_groups::subtitle>
                <Show when=boss>
                    <A href="/permission-groups/new" attr:class="btn btn-primary"><Icon name="plus"/><span>{t::permission_groups::add}</span></A>
                </Show>
            </PageHead>
            {move || match (found.value.with(Option::is_some), found.problem.get()) {
                (false, None) => view! { <Loading rows=8/> }.into_any(),
                (_, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=Callback::new(move |()| found.reload())/> }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::permission_groups::title columns=columns() rows row_key=|g: &PermissionGroup| g.id.to_string() linked=true
                        empty_title=t::permission_groups::empty_title/>
                }
                .into_any(),
            }}
        </div>
    }
}

fn columns() -> Vec<DataColumn<PermissionGroup>> {
    vec![
        DataColumn::new("name", t::permission_groups::name, |g: &PermissionGroup| {
            let shipped = g
                .is_shipped
                .then(|| view! { <Pill tone="neutral" label=t::permission_groups::shipped/> });
            let (to, name) = (format!("/permission-groups/{}", g.id), g.name.clone());
            view! { <span class="row"><A href=to>{name}</A>{shipped}</span> }.into_any()
        }),
        DataColumn::new("type", t::permission_groups::kind, |g: &PermissionGroup| {
            type_name(g.base_type).into_any()
        }),
        DataColumn::new(
            "permissions",
            t::permission_groups::permissions,
            |g: &PermissionGroup| g.permissions.len().to_string().into_any(),
        )
        .numeric(),
        DataColumn::new("users", t::permission_groups::users, |g: &PermissionGroup| {
            g.user_count.to_string().into_any()
        })
        .numeric(),
    ]
}
