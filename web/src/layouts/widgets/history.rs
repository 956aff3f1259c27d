//! What was written and what happened last.

use super::{Ctx, line, loaded, nothing};
use crate::diary::diary_line;
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::{api::use_api, format, load};
use crate::ledger::use_changes;
use crate::ui::{Pill, use_toasts};
use kept_shared::diary::DiaryFilter;
use kept_shared::files::{File, FileFilter};
use kept_shared::notes::{Happening, HistoryFilter, HistoryItem, HistoryPart};
use kept_shared::text::excerpt;
use leptos::prelude::*;

/// Lines of a list.
const SHOWN: u32 = 5;
/// Characters and lines of a note.
const SHORT: (usize, usize) = (220, 3);

pub(super) fn notes(ctx: Ctx) -> AnyView {
    let (api, changes, id) = (use_api(), use_changes(), ctx.id);
    let found = load(move || {
        changes.track();
        let filter = HistoryFilter {
            only: Some(HistoryPart::Notes),
            limit: Some(SHOWN),
            ..HistoryFilter::default()
        };
        async move { api.history(id, filter).await }
    });
    let one = |item: HistoryItem| {
        let Happening::Note {
            body,
            is_urgent,
            deleted,
            ..
        } = item.what
        else {
            return ().into_any();
        };
        let (urgent, deleted) = (is_urgent, deleted.is_some());
        let text = if deleted {
            t::layouts::note_deleted().to_owned()
        } else {
            excerpt(&body, SHORT.0, SHORT.1).map_or(body, |short| format!("{short}…"))
        };
        let by = format!("{} · {}", item.by, format::ago(item.at));
        view! {
            <li class="layouts-note">
                <p class="tl-body" class:soft=deleted>{text}</p>
                <p class="row soft"><small>{by}</small>{urgent.then(|| view! { <Pill tone="bad" label=t::notes::urgent/> })}</p>
            </li>
        }
        .into_any()
    };
    loaded(found, move |page| {
        if page.items.is_empty() {
            return nothing(t::layouts::no_notes());
        }
        view! { <ul class="plain-list layouts-lines">{page.items.into_iter().map(one).collect_view()}</ul> }.into_any()
    })
}

pub(super) fn diary(ctx: Ctx) -> AnyView {
    let (api, changes, id) = (use_api(), use_changes(), ctx.id);
    let found = load(move || {
        changes.track();
        let filter = DiaryFilter {
            limit: Some(SHOWN),
            ..DiaryFilter::default()
        };
        async move { api.diary(id, &filter).await }
    });
    loaded(found, |page| {
        if page.items.is_empty() {
            return nothing(t::layouts::no_events());
        }
        view! { <ol class="timeline">{page.items.into_iter().map(diary_line).collect_view()}</ol> }.into_any()
    })
}

/// Those that can be downloaded, the latest first.
pub(super) fn files(ctx: Ctx) -> AnyView {
    let (api, toasts, id) = (use_api(), use_toasts(), ctx.id);
    let found = load(move || {
        let filter = FileFilter {
            available: Some(true),
            limit: Some(SHOWN),
            ..FileFilter::default()
        };
        async move { api.files(id, &filter).await }
    });
    let one = move |f: File| {
        let (name, file) = (f.document_name.clone(), StoredValue::new(f.clone()));
        let fetch = move |_| {
            leptos::task::spawn_local(async move {
                if let Err(problem) = api.download_file(&file.get_value()).await {
                    toasts.bad(problem_text(&problem));
                }
            });
        };
        let size = format::bytes(f.size_bytes);
        line(
            view! { <button type="button" class="btn btn-link" title=t::files::download_name(&name) on:click=fetch>{name.clone()}</button><small class="soft">{size}</small> },
            view! { <small class="soft nowrap">{format::day(f.uploaded_at)}</small> },
        )
    };
    loaded(found, move |page| {
        if page.items.is_empty() {
            return nothing(t::layouts::no_files());
        }
        view! { <ul class="plain-list layouts-lines">{page.items.into_iter().map(one).collect_view()}</ul> }.into_any()
    })
}
