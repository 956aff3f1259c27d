//! One import, from its columns to the book.

use super::{check, map, steps, words};
use crate::kernel::{
    Load,
    act::Act,
    api::{new_key, use_api},
    format,
    i18n::{problem_text, t::imports as t},
    load, use_session,
};
use crate::ui::{
    Breadcrumbs, Button, ButtonKind, Callout, Card, ConfirmDialog, Loading, NoPermission, PageHead, ProblemPanel,
    Progress, Stepper, use_toasts,
};
use kept_shared::ids::ImportId;
use kept_shared::imports::{Import, ImportState};
use kept_shared::permission::Permission;
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::{use_navigate, use_params_map};

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
    let import_id = Signal::derive(move || import.get().map(|i| i.id));
    // A running step has a button of its own beside its progress.
    let may_discard = Memo::new(move |_| {
        let waits = |i: Import| {
            matches!(
                i.state,
                ImportState::Uploaded | ImportState::Checked | ImportState::Failed
            )
        };
        session.may(Permission::CreateImports) && import.get().is_some_and(waits)
    });
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/imports".to_owned(), t::title.into())] here=TextProp::from(move || name())/>
            <PageHead title=TextProp::from(move || t::steps_of(name()))>
                <Show when=move || may_discard.get()><Discard id=import_id name=TextProp::from(move || name())/></Show>
            </PageHead>
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
                Err(problem) => toasts.bad(problem_text(&problem)),
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
    let (navigate, id) = (use_navigate(), import.id);
    let go = move |to: &'static str| {
        let navigate = navigate.clone();
        Callback::new(move |_| navigate(to, Default::default()))
    };
    let tile = |label: &'static str, n: u32| view! { <div class="tile"><span>{label}</span><b class="num">{format::count(n as usize)}</b></div> };
    let left_out = summary.faulty as usize;
    let written = summary.written_rows > 0;
    view! {
        <Card title=if written { t::done_title } else { t::done_nothing }>
            <div class="stack-4">
                {(!written).then(|| view! { <p>{t::done_nothing_text}</p> })}
                {written.then(|| view! { <div class="tiles">
                    {tile(t::done_rows(), summary.written_rows)}
                    {tile(t::done_customers(), summary.written_accounts)}
                    {tile(t::done_invoices(), summary.written_claims)}
                    {tile(t::done_payments(), summary.written_payments)}
                </div> })}
                {(left_out > 0).then(|| view! {
                    <Callout tone="warn"><div class="stack-2"><p>{t::left_out(left_out)}</p><DownloadFaulty id/></div></Callout>
                })}
                {written.then(|| check::notes(&summary))}
                <div class="row wrap">
                    <Button label=t::to_ageing kind=ButtonKind::Primary icon="arrow-right" on_click=go("/age-analysis")/>
                    <Button label=t::to_customers on_click=go("/accounts")/>
                    <Button label=t::another icon="upload" on_click=go("/imports/new")/>
                </div>
            </div>
        </Card>
    }
}

/// The faulty rows as a workbook with the reasons, to be corrected and uploaded again.
#[component]
pub fn DownloadFaulty(id: ImportId) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let download = move |_| {
        leptos::task::spawn_local(async move {
            if let Err(stop) = api.download(&format!("/imports/{id}/errors.xlsx")).await {
                toasts.bad(problem_text(&stop));
            }
        });
    };
    view! { <Button label=t::download_faulty icon="download" on_click=download/> }
}

/// Gives up an import nothing runs on; it stays in the list as cancelled.
#[component]
fn Discard(#[prop(into)] id: Signal<Option<ImportId>>, #[prop(into)] name: TextProp) -> impl IntoView {
    let (api, toasts, navigate) = (use_api(), use_toasts(), use_navigate());
    let (open, act) = (RwSignal::new(false), Act::new());
    let confirm = move |()| {
        let Some(id) = id.get_untracked() else { return };
        let navigate = navigate.clone();
        let work = async move {
            api.post::<Import>(&format!("/imports/{id}/cancel"), &(), &new_key())
                .await
        };
        act.run(work, move |_| {
            open.set(false);
            toasts.good(t::discarded());
            navigate("/imports", Default::default());
        });
    };
    let ask = move |_| {
        act.clear();
        open.set(true);
    };
    view! {
        <Button label=t::discard icon="trash-2" on_click=ask/>
        <ConfirmDialog open title=move || t::discard_title(name.get()) confirm=t::discard on_confirm=confirm danger=true busy=act.busy() problem=act.problem()>
            <p>{t::discard_text}</p>
        </ConfirmDialog>
    }
    .into_any()
}
