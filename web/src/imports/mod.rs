//! Imports: the list, and the wizard of one import from the file to the book.

mod check;
mod map;
mod words;

use crate::kernel::{
    Load,
    api::{new_key, use_api},
    format,
    i18n::t::imports as t,
    load,
    upload::Upload as Sending,
    use_session,
};
use crate::shell::use_place;
use crate::ui::{
    Breadcrumbs, Button, ButtonKind, Callout, Card, DataColumn, DataTable, Empty, FileDrop, FileState, Loading,
    NoPermission, PageHead, Pill, ProblemPanel, Progress, Select, Stepper, Upload, use_toasts,
};
use kept_shared::imports::{Import, ImportKind, ImportLine, ImportState};
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::{
    components::{A, Route},
    hooks::{use_navigate, use_params_map},
    path,
};

#[component(transparent)]
pub fn ImportRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("imports") view=ImportList/>
        <Route path=path!("imports/new") view=NewImport/>
        <Route path=path!("imports/:id") view=OneImport/>
    }
    .into_inner()
}

fn steps() -> Vec<TextProp> {
    vec![
        t::step_upload.into(),
        t::step_map.into(),
        t::step_check.into(),
        t::step_import.into(),
        t::step_done.into(),
    ]
}

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
                    view! { <A href=to>{name}</A><small class="faint">" · "{size}</small> }
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

/// The first step: where to, and which file.
#[component]
pub fn NewImport() -> impl IntoView {
    let (api, session, toasts, navigate) = (use_api(), use_session(), use_toasts(), use_navigate());
    let place = use_place();
    let community = RwSignal::new(
        place
            .community
            .get_untracked()
            .map(|id| id.to_string())
            .unwrap_or_default(),
    );
    let options = Signal::derive(move || {
        let all = place.communities.get().map(|page| page.items).unwrap_or_default();
        all.into_iter().map(|c| (c.id.to_string(), c.name)).collect::<Vec<_>>()
    });
    // Where there is only one to choose, it is chosen.
    Effect::new(move |_| {
        if let [(only, _)] = options.get().as_slice() {
            community.set(only.clone());
        }
    });
    let uploads: RwSignal<Vec<Upload>> = RwSignal::new(vec![]);
    let refused: RwSignal<Option<String>> = RwSignal::new(None);
    let sending = StoredValue::new(None::<Sending>);
    let on_files = Callback::new(move |files: Vec<web_sys::File>| {
        let Some(file) = files.into_iter().next() else { return };
        let (sent, state) = (Sending::default(), RwSignal::new(FileState::Sending(0)));
        sending.set_value(Some(sent));
        refused.set(None);
        Effect::new(move |_| {
            let percent = sent.progress.get();
            if matches!(state.get_untracked(), FileState::Sending(_)) {
                state.set(FileState::Sending(percent));
            }
        });
        // A file larger than the limit is refused by the server, too; saying so at once saves the wait.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "sizes of files are whole numbers"
        )]
        let bytes = file.size() as u64;
        uploads.set(vec![Upload {
            key: new_key(),
            name: file.name(),
            bytes,
            state: state.into(),
        }]);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let id = community.get_untracked();
            let answer = api
                .upload::<Import>("/imports", &[("community_id", &id)], ("file", &file), sent, &new_key())
                .await;
            match answer {
                Ok(import) => {
                    let _gone = state.try_set(FileState::Done);
                    navigate(&format!("/imports/{}", import.id), Default::default());
                }
                Err(problem) => {
                    let reason = words::refusal(&problem);
                    let _gone = state.try_set(FileState::Failed(reason.clone()));
                    let _gone = refused.try_set(Some(reason));
                }
            }
        });
    });
    let on_cancel = Callback::new(move |_: String| {
        if let Some(sent) = sending.get_value() {
            sent.cancel();
        }
        uploads.set(vec![]);
        refused.set(None);
    });
    let template = move |kind: ImportKind| {
        Callback::new(move |_| {
            leptos::task::spawn_local(async move {
                if let Err(problem) = api.download(&format!("/imports/template?kind={kind}")).await {
                    toasts.bad(crate::kernel::i18n::problem_text(&problem));
                }
            });
        })
    };
    view! {
        <div class="page page-narrow">
            <Breadcrumbs trail=vec![("/imports".to_owned(), t::title.into())] here=t::new/>
            <PageHead title=t::new/>
            <Stepper steps=steps() at=0/>
            <Show when=move || session.may(Permission::CreateImports) fallback=|| view! { <NoPermission/> }>
                <Card title=t::step_upload>
                    <div class="stack-4">
                        <Select label=t::community hint=t::community_hint value=community options=options empty=t::community_by_column/>
                        <FileDrop label=t::file_label hint=TextProp::from(t::file_hint) on_files=on_files uploads=uploads on_cancel=on_cancel accept=".csv,.txt,.xlsx,.xls,.ods" multiple=false/>
                        {move || refused.get().map(|reason| view! { <Callout tone="bad"><p>{t::not_read(reason)}</p></Callout> })}
                    </div>
                </Card>
                <Card title=t::templates subtitle=t::template_text>
                    <div class="row wrap">
                        {[ImportKind::Invoices, ImportKind::Balances, ImportKind::Customers].into_iter().map(|kind| view! {
                            <Button label=move || words::kind(kind) icon="file-down" on_click=template(kind)/>
                        }).collect_view()}
                    </div>
                </Card>
            </Show>
        </div>
    }
    .into_any()
}

/// One import, at the step it is at.
#[component]
pub fn OneImport() -> impl IntoView {
    let (api, params, session) = (use_api(), use_params_map(), use_session());
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let import: Load<Import> = load(move || {
        let id = id.get();
        async move { api.get(&format!("/imports/{id}")).await }
    });
    let remap = RwSignal::new(false);
    let running_now = Memo::new(move |_| {
        import
            .get()
            .is_some_and(|i| matches!(i.state, ImportState::Checking | ImportState::Committing))
    });
    // A running step is looked at again and again until it has ended.
    Effect::new(move |_| {
        if !running_now.get() {
            return;
        }
        let look = move || {
            if import.busy.try_get_untracked() == Some(false) {
                import.reload();
            }
        };
        if let Ok(timer) = set_interval_with_handle(look, std::time::Duration::from_millis(700)) {
            on_cleanup(move || timer.clear());
        }
    });
    let at = Signal::derive(move || match import.get().map(|i| i.state) {
        _ if remap.get() => 1,
        None | Some(ImportState::Uploaded | ImportState::Cancelled | ImportState::Failed) => 1,
        Some(ImportState::Checking | ImportState::Checked) => 2,
        Some(ImportState::Committing) => 3,
        Some(ImportState::Done) => 4,
    });
    // What is shown is rebuilt when the step changes, not with every look at the progress.
    let shown = Memo::new(move |_| import.get().map(|i| (i.state, i.version, remap.get())));
    let name = move || import.get().map(|i| i.file_name).unwrap_or_default();
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/imports".to_owned(), t::title.into())] here=TextProp::from(move || name())/>
            <PageHead title=TextProp::from(move || t::steps_of(name()))/>
            <Stepper steps=steps() at=at/>
            {move || match (session.may(Permission::ViewImports), shown.get(), import.problem.get()) {
                (false, _, _) => view! { <NoPermission/> }.into_any(),
                (true, None, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| import.reload()/> }.into_any(),
                (true, None, None) => view! { <Loading/> }.into_any(),
                (true, Some((state, _, again)), _) => {
                    let Some(now) = import.value.get_untracked() else { return ().into_any() };
                    match state {
                        _ if again => view! { <map::MapColumns import=now load=import remap/> }.into_any(),
                        ImportState::Uploaded | ImportState::Cancelled | ImportState::Failed => view! {
                            {ended(&now)}
                            <map::MapColumns import=now load=import remap/>
                        }.into_any(),
                        ImportState::Checking | ImportState::Committing => running(import, state).into_any(),
                        ImportState::Checked => view! { <check::CheckRows import=now load=import remap/> }.into_any(),
                        ImportState::Done => done(&now).into_any(),
                    }
                }
            }}
        </div>
    }
    .into_any()
}

/// A note above the mapping of an import that was cancelled or stopped.
fn ended(import: &Import) -> Option<AnyView> {
    let rows = import.summary.as_ref().map_or(0, |s| s.written_rows);
    match (import.state, &import.failure) {
        (ImportState::Cancelled, _) => Some(
            view! { <Callout tone="warn"><p>{t::cancelled_note(format::count(rows as usize))}</p></Callout> }
                .into_any(),
        ),
        (ImportState::Failed, code) => {
            let reason = words::failure(code.as_deref().unwrap_or("interrupted"));
            Some(view! { <Callout tone="bad"><p>{t::failed_note(reason)}</p></Callout> }.into_any())
        }
        (
            ImportState::Uploaded
            | ImportState::Checking
            | ImportState::Checked
            | ImportState::Committing
            | ImportState::Done,
            _,
        ) => None,
    }
}

fn running(import: Load<Import>, state: ImportState) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let progress = move || import.get().map(|i| i.progress).unwrap_or_default();
    let percent = Signal::derive(move || {
        let p = progress();
        (p.total > 0).then(|| u8::try_from((u64::from(p.done) * 100 / u64::from(p.total)).min(100)).unwrap_or(100))
    });
    let detail = move || {
        t::rows_of(
            format::count(progress().done as usize),
            format::count(progress().total as usize),
        )
    };
    let label = if state == ImportState::Checking {
        t::checking
    } else {
        t::importing
    };
    let cancel = move |_| {
        let Some(id) = import.value.with_untracked(|i| i.as_ref().map(|i| i.id)) else {
            return;
        };
        leptos::task::spawn_local(async move {
            match api
                .post::<Import>(&format!("/imports/{id}/cancel"), &(), &new_key())
                .await
            {
                Ok(_) => import.reload(),
                Err(problem) => toasts.bad(crate::kernel::i18n::problem_text(&problem)),
            }
        });
    };
    view! {
        <Card title=label>
            <div class="stack-4">
                <Progress done=percent label=label detail=TextProp::from(detail)/>
                <Show when=move || session.may(Permission::CreateImports)><Button label=t::cancel icon="x" on_click=cancel/></Show>
            </div>
        </Card>
    }
}

fn done(import: &Import) -> impl IntoView {
    let summary = import.summary.clone().unwrap_or_default();
    let navigate = use_navigate();
    let go = move |to: &'static str| {
        let navigate = navigate.clone();
        Callback::new(move |_| navigate(to, Default::default()))
    };
    let tile = |label: &'static str, n: u32| view! { <div class="tile"><span>{label}</span><b class="num">{format::count(n as usize)}</b></div> };
    view! {
        <Card title=t::done_title>
            <div class="stack-4">
                <div class="tiles">
                    {tile(t::done_rows(), summary.written_rows)}
                    {tile(t::done_customers(), summary.written_accounts)}
                    {tile(t::done_invoices(), summary.written_claims)}
                    {tile(t::done_payments(), summary.written_payments)}
                </div>
                {(summary.faulty > 0).then(|| view! { <Callout tone="warn"><p>{t::left_out(summary.faulty as usize)}</p></Callout> })}
                {check::notes(&summary)}
                <div class="row wrap">
                    <Button label=t::to_ageing kind=ButtonKind::Primary icon="arrow-right" on_click=go("/age-analysis")/>
                    <Button label=t::to_customers on_click=go("/accounts")/>
                    <Button label=t::another icon="upload" on_click=go("/imports/new")/>
                </div>
            </div>
        </Card>
    }
}
