//! The list of imports.

use super::words;
use crate::kernel::{
    api::use_api,
    format,
    i18n::t::imports as t,
    pages::{Pages, pages},
    use_session,
};
use crate::ui::{
    Button, ButtonKind, Choice, DataColumn, DataTable, Empty, Loading, NoPermission, PageHead, Pill, ProblemPanel,
    SegmentedControl,
};
use kept_shared::imports::{ImportFilter, ImportLine, ImportState};
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_navigate};

/// The states behind a choice; none means all.
fn states(show: &str) -> Vec<ImportState> {
    let ended = |s: &ImportState| matches!(s, ImportState::Done | ImportState::Cancelled);
    match show {
        "open" => ImportState::ALL.iter().copied().filter(|s| !ended(s)).collect(),
        "ended" => ImportState::ALL.iter().copied().filter(ended).collect(),
        _ => vec![],
    }
}

fn columns() -> Vec<DataColumn<ImportLine>> {
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
            let rows = format::count(i.rows as usize);
            match i.summary.as_ref().filter(|_| i.finished_at.is_some()) {
                Some(summary) => t::rows_written(format::count(summary.written_rows as usize), rows).into_any(),
                None => rows.into_any(),
            }
        })
        .numeric(),
        DataColumn::new("by", t::col_by, |i: &ImportLine| i.created_by_name.clone().into_any()).secondary(),
        DataColumn::new("when", t::col_when, |i: &ImportLine| {
            format::instant(i.created_at).into_any()
        })
        .secondary(),
    ]
}

/// All imports, newest first.
#[component]
pub fn ImportList() -> impl IntoView {
    let (api, session, navigate) = (use_api(), use_session(), use_navigate());
    let show = RwSignal::new(String::new());
    let imports: Pages<ImportLine> = pages(move |cursor| {
        let filter = ImportFilter {
            state: show.with(|s| states(s)),
            limit: Some(50),
            cursor,
        };
        async move { api.list("/imports", &filter).await }
    });
    let to_new = move |_| navigate("/imports/new", Default::default());
    let to_new = Callback::new(to_new);
    let may_create = move || session.may(Permission::CreateImports);
    view! {
        <div class="page">
            <PageHead title=t::title subtitle=t::subtitle>
                <Show when=may_create><Button label=t::new kind=ButtonKind::Primary icon="upload" on_click=move |_| to_new.run(())/></Show>
            </PageHead>
            {move || match (session.may(Permission::ViewImports), imports.first.get(), imports.first.problem.get()) {
                (false, _, _) => view! { <NoPermission/> }.into_any(),
                (true, None, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| imports.reload()/> }.into_any(),
                (true, None, None) => view! { <Loading/> }.into_any(),
                (true, Some(page), _) if page.items.is_empty() && show.with_untracked(String::is_empty) => view! {
                    <Empty title=t::none_title text=t::none_text icon="file-spreadsheet">
                        <Show when=may_create><Button label=t::new kind=ButtonKind::Primary icon="upload" on_click=move |_| to_new.run(())/></Show>
                    </Empty>
                }.into_any(),
                (true, Some(_), problem) => view! {
                    <div class="toolbar">
                        <SegmentedControl label=t::show value=show choices=vec![
                            Choice::new("", t::show_all), Choice::new("open", t::show_open), Choice::new("ended", t::show_ended),
                        ]/>
                    </div>
                    // Never the rows of another choice.
                    {match problem {
                        Some(problem) => view! { <ProblemPanel problem=problem retry=move |()| imports.reload()/> }.into_any(),
                        None => view! {
                            <DataTable label=t::title columns=columns() rows=imports.rows() row_key=|i: &ImportLine| i.id.to_string() linked=true
                                has_more=imports.has_more() loading_more=imports.loading_more more=move |()| imports.more()
                                empty_title=t::none_shown_title empty_text=t::none_shown_text/>
                        }.into_any(),
                    }}
                }.into_any(),
            }}
        </div>
    }
    .into_any()
}
