//! The list of imports.

use super::words;
use crate::kernel::{Load, api::use_api, format, i18n::t::imports as t, load, use_session};
use crate::ui::{
    Button, ButtonKind, DataColumn, DataTable, Empty, Loading, NoPermission, PageHead, Pill, ProblemPanel,
};
use kept_shared::imports::ImportLine;
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_navigate};

/// All imports, newest first.
#[component]
pub fn ImportList() -> impl IntoView {
    let (api, session, navigate) = (use_api(), use_session(), use_navigate());
    let imports: Load<Page<ImportLine>> = load(move || async move { api.get("/imports?limit=100").await });
    let to_new = move |_| navigate("/imports/new", Default::default());
    let to_new = Callback::new(to_new);
    let columns = || {
        vec![
            DataColumn::new("file", t::col_file, |i: &ImportLine| {
                {
                    let (to, name, size) = (
                        format!("/imports/{}", i.id),
                        i.file_name.clone(),
                        format::bytes(i.size_bytes),
                    );
                    view! { <A href=to>{name}</A><small class="faint">{size}</small> }
                }
                .into_any()
            }),
            DataColumn::new("kind", t::col_kind, |i: &ImportLine| words::kind(i.kind).into_any()),
            DataColumn::new("state", t::col_state, |i: &ImportLine| {
                let (word, tone) = words::state(i.state);
                view! { <Pill tone=tone label=word/> }.into_any()
            }),
            DataColumn::new("rows", t::col_rows, |i: &ImportLine| {
                format::count(i.rows as usize).into_any()
            })
            .numeric(),
            DataColumn::new("by", t::col_by, |i: &ImportLine| i.created_by_name.clone().into_any()).secondary(),
            DataColumn::new("when", t::col_when, |i: &ImportLine| {
                format::instant(i.created_at).into_any()
            })
            .secondary(),
        ]
    };
    let may_create = move || session.may(Permission::CreateImports);
    view! {
        <div class="page">
            <PageHead title=t::title subtitle=t::subtitle>
                <Show when=may_create><Button label=t::new kind=ButtonKind::Primary icon="upload" on_click=move |_| to_new.run(())/></Show>
            </PageHead>
            {move || match (session.may(Permission::ViewImports), imports.get(), imports.problem.get()) {
                (false, _, _) => view! { <NoPermission/> }.into_any(),
                (true, None, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| imports.reload()/> }.into_any(),
                (true, None, None) => view! { <Loading/> }.into_any(),
                (true, Some(page), _) if page.items.is_empty() => view! {
                    <Empty title=t::none_title text=t::none_text icon="file-spreadsheet">
                        <Show when=may_create><Button label=t::new kind=ButtonKind::Primary icon="upload" on_click=move |_| to_new.run(())/></Show>
                    </Empty>
                }.into_any(),
                (true, Some(page), _) => view! {
                    <DataTable label=t::title columns=columns() rows=page.items row_key=|i: &ImportLine| i.id.to_string() linked=true/>
                }.into_any(),
            }}
        </div>
    }
    .into_any()
}
