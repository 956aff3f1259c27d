//! What an event is about: links, amounts, texts.

use super::words::field;
use crate::claims::resolution_words;
use crate::kernel::{
    api::use_api,
    format,
    i18n::{problem_text, t},
};
use crate::ledger::{figure, type_words};
use crate::notes::{LongText, close_words, reason_words, tone_class};
use crate::ui::{Icon, Pill, use_toasts};
use kept_shared::diary::{DiaryClaim, DiaryEntry, DiaryFile, DiaryHandover, DiaryItem, DiaryNames};
use kept_shared::event::Event;
use kept_shared::files::FileState;
use kept_shared::notes::{StatusName, Visibility};
use leptos::prelude::*;
use leptos_router::components::A;

/// Below the title of an event.
pub(super) fn details(item: DiaryItem) -> AnyView {
    let DiaryItem { event, about, .. } = item;
    match event {
        Event::EntriesPosted { count, total, .. } => posted(count, total, about),
        Event::Reallocated { count, .. } => view! {
            <p class="row wrap soft">{t::diary::settlements(usize::try_from(count).unwrap_or_default())}{claims(about.claims)}</p>
        }
        .into_any(),
        Event::PostingRequested { amount, .. } | Event::PostingApproved { amount, .. } => {
            view! { <p class="soft">{format::money(amount)}</p> }.into_any()
        }
        Event::PostingDeclined { reason, .. } => text(reason),
        Event::ClaimsOpened { .. } => view! { <p class="row wrap soft">{claims(about.claims)}</p> }.into_any(),
        Event::ClaimResolved { resolution, .. } | Event::ClaimsClosed { resolution, .. } => {
            let words = resolution.parse().map_or(resolution, |r| resolution_words(r).to_owned());
            view! { <p class="row wrap soft">{claims(about.claims)}<span>{words}</span></p> }.into_any()
        }
        Event::ClaimReopened { reason, .. }
        | Event::ClaimDeleted { reason, .. }
        | Event::ClaimRecreated { reason, .. } => {
            view! { <p class="row wrap soft">{claims(about.claims)}</p>{text(reason)} }.into_any()
        }
        Event::ClaimsRelated { .. } => view! { <p class="row wrap soft">{claims(about.claims)}</p> }.into_any(),
        Event::MetadataChanged { fields, .. } => {
            let names = fields.iter().map(|key| kept_shared::metadata::label_of(key)).collect::<Vec<_>>().join(", ");
            view! { <p class="row wrap soft">{claims(about.claims)}{about.name}<span>{names}</span></p> }.into_any()
        }
        Event::ClaimChanged { fields, .. } => {
            view! { <p class="row wrap soft">{claims(about.claims)}<span>{changed(&fields)}</span></p> }.into_any()
        }
        Event::AccountChanged { fields, .. } => text(changed(&fields)),
        Event::ContactChanged { fields, .. } => {
            let fields = fields.iter().map(|f| field(f, true)).collect::<Vec<_>>().join(", ");
            text(about.name.into_iter().chain([fields]).collect::<Vec<_>>().join(" · "))
        }
        Event::DebtorChanged { fields, .. } | Event::ProductChanged { fields, .. } => {
            let parts: Vec<String> = about.name.into_iter().chain([changed(&fields)]).collect();
            text(parts.join(" · "))
        }
        Event::OwnerChanged { from_on, .. } => {
            let parts: Vec<String> = about.name.into_iter().chain([t::diary::owner_from(format::date(from_on))]).collect();
            text(parts.join(" · "))
        }
        Event::StatusApplied { .. } | Event::StatusEnded { .. } => status(about),
        Event::HandedOver { balance, .. } => {
            view! { <p class="row wrap soft">{matter(about.handover)}<span>{format::money(balance)}</span></p> }.into_any()
        }
        Event::HandoverDeclined { reason, .. }
        | Event::HandoverRecalled { reason, .. }
        | Event::HandoverReturned { reason, .. } => {
            view! { <p class="row wrap soft">{matter(about.handover)}<span>{reason_words(&reason)}</span></p> }.into_any()
        }
        Event::HandoverClosed { code, .. } => {
            let words = code.parse().map_or(code, |c| close_words(c).to_owned());
            view! { <p class="row wrap soft">{matter(about.handover)}<span>{words}</span></p> }.into_any()
        }
        Event::HandoverAccepted { .. } => view! { <p class="row wrap soft">{matter(about.handover)}</p> }.into_any(),
        Event::NoteAdded { .. } => match about.note {
            Some(note) if note.body.is_empty() => text(t::diary::note_gone().to_owned()),
            Some(note) => {
                let who = match note.visibility {
                    Visibility::Internal => t::notes::internal(),
                    Visibility::Shared => t::notes::shared(),
                    Visibility::Portal => t::notes::portal(),
                };
                view! { <LongText text=note.body/><p class="by">{who}</p> }.into_any()
            }
            None => ().into_any(),
        },
        Event::FileUploaded { .. } | Event::FileDownloaded { .. } | Event::FilePurged { .. } => {
            about.file.map(|file| view! { <FileLink file/> }).into_any()
        }
        Event::FileScanned { state, .. } => {
            let words = state.parse().map_or(state, |s| scan_words(s).to_owned());
            view! { <div class="row wrap soft">{about.file.map(|file| view! { <FileLink file/> })}<span>{words}</span></div> }.into_any()
        }
        Event::FileChanged { fields, .. } => {
            view! { <div class="row wrap soft">{about.file.map(|file| view! { <FileLink file/> })}<span>{changed(&fields)}</span></div> }.into_any()
        }
        Event::FileHeld { reason, .. } | Event::FileReleased { reason, .. } | Event::FileDeleted { reason, .. } => {
            view! { <div class="row wrap soft">{about.file.map(|file| view! { <FileLink file/> })}<span>{reason}</span></div> }.into_any()
        }
        Event::NoteDeleted { reason, .. } => text(reason),
        Event::ExclusionSet { kind, number, note, .. } | Event::ExclusionLifted { kind, number, note, .. } => {
            let kind = kind.parse().map_or(kind, |k| crate::accounts::exclusion_words(k).to_owned());
            let number = number.map(|n| kept_shared::phone::display(&n));
            text([Some(kind), number, Some(note)].into_iter().flatten().collect::<Vec<_>>().join(" · "))
        }
        Event::BankDetailsChanged { fields, .. } | Event::DebitOrderChanged { fields, .. } if fields.is_empty() => {
            text(t::diary::entered_first().to_owned())
        }
        Event::LeadChanged { fields, .. }
        | Event::BankDetailsChanged { fields, .. }
        | Event::DebitOrderChanged { fields, .. } => text(changed(&fields)),
        Event::ExportMade { report, rows } => {
            let rows = usize::try_from(rows).unwrap_or_default();
            text(format!("{} · {}", report_words(&report), t::diary::rows(rows)))
        }
        _ => about.name.map(text).into_any(),
    }
}

fn text(words: String) -> AnyView {
    view! { <p class="tl-body soft">{words}</p> }.into_any()
}

/// The fields of a change, in words.
fn changed(fields: &[String]) -> String {
    fields.iter().map(|f| field(f, false)).collect::<Vec<_>>().join(", ")
}

fn claim(c: DiaryClaim) -> AnyView {
    view! { <A href=format!("/claims/{}", c.id) attr:class="nowrap">{c.reference}</A> }.into_any()
}

fn claims(all: Vec<DiaryClaim>) -> AnyView {
    all.into_iter().map(claim).collect_view().into_any()
}

fn posted(count: u32, total: kept_shared::money::Money, about: DiaryNames) -> AnyView {
    let count = usize::try_from(count).unwrap_or_default();
    if about.entries.is_empty() {
        return text(format!("{} · {}", t::diary::entries(count), format::money(total)));
    }
    let rest = count.saturating_sub(about.entries.len());
    let more = (rest > 0).then(|| view! { <li class="soft">{t::diary::more_entries(rest)}</li> });
    view! { <ul class="diary-entries">{about.entries.into_iter().map(entry).collect_view()}{more}</ul> }.into_any()
}

fn entry(e: DiaryEntry) -> AnyView {
    let link = format!("?tab=journal&q={}", e.no);
    let label = t::journal::open_entry(e.no);
    view! {
        <li>
            <A href=link attr:aria-label=label attr:class="diary-no">{e.no}</A>
            <span>{type_words(e.kind)}</span>
            <b class="nowrap" class:credit={e.amount.minor < 0}>{figure(e.amount)}</b>
            <span class="soft diary-what">{e.description}</span>
            {e.claim.map(claim)}
            <span class="soft nowrap">{format::date(e.effective_on)}</span>
        </li>
    }
    .into_any()
}

fn badge(status: StatusName) -> AnyView {
    view! { <Pill tone=tone_class(status.tone) label=status.title/> }.into_any()
}

fn status(about: DiaryNames) -> AnyView {
    let (from, to, note) = (about.from, about.status, about.note);
    let arrow = (from.is_some() && to.is_some()).then(|| view! { <Icon name="arrow-right" size=13/> });
    view! {
        <p class="row wrap">{from.map(badge)}{arrow}{to.map(badge)}</p>
        {note.map(|note| view! { <LongText text=note.body/> })}
    }
    .into_any()
}

fn matter(handover: Option<DiaryHandover>) -> AnyView {
    handover
        .map(|h| {
            let who = h
                .firm
                .map_or(h.attorney.clone(), |firm| format!("{} · {firm}", h.attorney));
            view! { <A href=format!("/handovers/{}", h.id) attr:class="nowrap">{h.reference}</A><span>{who}</span> }
        })
        .into_any()
}

fn scan_words(state: FileState) -> &'static str {
    match state {
        FileState::Clean => t::diary::scan_clean(),
        FileState::Infected => t::diary::scan_infected(),
        FileState::Quarantined => t::diary::scan_waits(),
        FileState::ScanError => t::diary::scan_failed(),
        FileState::Unscanned => t::diary::scan_none(),
        FileState::Deleted => t::files::deleted(),
    }
}

fn report_words(report: &str) -> String {
    match report {
        "journal" => t::diary::report_journal().to_owned(),
        "movements" => t::diary::report_movements().to_owned(),
        "statement" => t::diary::report_statement().to_owned(),
        other => other.replace(['_', '-'], " "),
    }
}

/// A document's name: a download where it is allowed, else the name alone.
#[component]
fn FileLink(file: DiaryFile) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let id = file.id;
    let fetch = move |_| {
        leptos::task::spawn_local(async move {
            if let Err(problem) = api.download_document(id).await {
                toasts.bad(problem_text(&problem));
            }
        });
    };
    let label = t::notes::download(&file.document_name);
    if file.is_downloadable {
        view! {
            <button type="button" class="btn btn-link" aria-label=label on:click=fetch><Icon name="download" size=14/><span>{file.document_name}</span></button>
        }
        .into_any()
    } else {
        view! { <span>{file.document_name}</span> }.into_any()
    }
}
