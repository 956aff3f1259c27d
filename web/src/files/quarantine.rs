//! The left side: what is on its way, and what cannot be downloaded yet or ever.

use super::desk::Desk;
use super::list::menu;
use super::words;
use crate::kernel::{format, i18n::t};
use crate::ui::*;
use kept_shared::files::{File, FileState, SCANNER_UNAVAILABLE};
use leptos::prelude::*;

/// What the card shows; the rows below it come and go by themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Loading,
    Broken,
    Nothing,
    Shown,
}

/// Files in quarantine. `always` shows the card also when there are none.
#[component]
pub fn Quarantine(desk: Desk, #[prop(optional)] always: bool) -> impl IntoView {
    let list = desk.waiting.list;
    let has_more = move || {
        list.value
            .with(|page| page.as_ref().is_some_and(|page| page.next_cursor.is_some()))
    };
    let files = Signal::derive(move || list.get().map(|page| page.items).unwrap_or_default());
    // Asked again every few seconds: an open menu must not close by that.
    let phase = Memo::new(
        move |_| match (list.value.with(Option::is_some), list.problem.with(Option::is_some)) {
            (false, true) => Phase::Broken,
            (false, false) => Phase::Loading,
            (true, _) if !always && files.with(Vec::is_empty) => Phase::Nothing,
            (true, _) => Phase::Shown,
        },
    );
    view! {
        {move || match phase.get() {
            Phase::Broken => list.problem.get_untracked().map(|problem| view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }).into_any(),
            Phase::Loading => view! { <Loading kind=SkeletonKind::Lines rows=3/> }.into_any(),
            Phase::Nothing => ().into_any(),
            Phase::Shown => view! {
                <Card title=t::files::quarantine subtitle=t::files::quarantine_text>
                    {move || files.with(|files| scanner_note(desk, files))}
                    <Show when=move || files.with(Vec::is_empty)><p class="soft">{t::files::quarantine_empty}</p></Show>
                    <ul class="plain-list files-waiting">
                        <For each=move || files.get() key=|f| format!("{}-{}-{}-{:?}", f.id, f.version, f.state, f.state_reason) let:file>{line(desk, &file)}</For>
                    </ul>
                    <Show when=has_more><p class="table-foot"><Button label=t::files::more_waiting class="btn-sm" busy=list.busy on_click=move |_| desk.waiting.more()/></p></Show>
                </Card>
            }.into_any(),
        }}
    }
    .into_any()
}

fn line(desk: Desk, file: &File) -> AnyView {
    let standing = words::standing(file, desk.is_attorney());
    let (name, tone, label, text) = (file.document_name.clone(), standing.tone, standing.label, standing.text);
    let facts = format!(
        "{} · {}",
        format::bytes(file.size_bytes),
        t::files::by(&file.uploaded_by)
    );
    view! {
        <li>
            <span class="files-waiting-name">
                <b class="truncate">{name}</b>
                <small>{facts}</small>
                <span class="row wrap"><Pill tone label/>{text.map(|text| view! { <small>{text}</small> })}</span>
            </span>
            {menu(desk, file)}
        </li>
    }
    .into_any()
}

/// That there is no scanner, or that it does not answer, for those whose business it is.
fn scanner_note(desk: Desk, files: &[File]) -> Option<AnyView> {
    if desk.is_attorney() {
        return None;
    }
    let down = |f: &File| f.state_reason.as_deref() == Some(SCANNER_UNAVAILABLE);
    if files.iter().any(down) {
        return Some(
            view! { <Callout tone="warn" title=t::files::scanner_down><p>{t::files::scanner_down_text}</p></Callout> }
                .into_any(),
        );
    }
    files.iter().any(|f| f.state == FileState::Unscanned).then(|| {
        view! { <Callout tone="warn" title=t::files::no_scanner><p>{t::files::no_scanner_text}</p></Callout> }
            .into_any()
    })
}
