//! One line of the history.

use super::note::{self, Written};
use crate::kernel::{
    api::use_api,
    format,
    i18n::{problem_text, t},
    use_session,
};
use crate::ui::{Icon, IconButton, Pill, use_toasts};
use kept_shared::{
    files::{File, FileState},
    handovers::CloseCode,
    ids::NoteId,
    notes::{HandoverStep, Happening, HistoryItem, StatusName},
    statuses::Tone,
    text::excerpt,
};
use leptos::prelude::*;

/// Characters and lines of a text that are shown before "view more".
const SHORT: (usize, usize) = (400, 4);

pub(crate) const fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "neutral",
        Tone::Info => "info",
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
        Tone::Violet => "violet",
        Tone::Ink => "ink",
    }
}

pub(crate) fn close_words(code: CloseCode) -> &'static str {
    match code {
        CloseCode::Paid => t::handovers::close_paid(),
        CloseCode::PartlyPaid => t::handovers::close_partly_paid(),
        CloseCode::Settled => t::handovers::close_settled(),
        CloseCode::ArrangementCompleted => t::handovers::close_arrangement_completed(),
        CloseCode::Untraceable => t::handovers::close_untraceable(),
        CloseCode::Insolvent => t::handovers::close_insolvent(),
        CloseCode::Deceased => t::handovers::close_deceased(),
        CloseCode::Prescribed => t::handovers::close_prescribed(),
        CloseCode::Uneconomical => t::handovers::close_uneconomical(),
        CloseCode::Dispute => t::handovers::close_dispute(),
        CloseCode::Withdrawn => t::handovers::close_withdrawn(),
        CloseCode::CsosOrder => t::handovers::close_csos_order(),
        CloseCode::Other => t::handovers::close_other(),
    }
}

/// Recall and decline reasons in words.
pub(crate) fn reason_words(reason: &str) -> String {
    match reason {
        "paid" => t::handovers::recall_paid(),
        "dispute" => t::handovers::recall_dispute(),
        "hardship" => t::handovers::recall_hardship(),
        "wrong" => t::handovers::recall_wrong(),
        "strategy" => t::handovers::recall_strategy(),
        "compliance" => t::handovers::recall_compliance(),
        "conflict" => t::handovers::decline_conflict(),
        "jurisdiction" => t::handovers::decline_jurisdiction(),
        "capacity" => t::handovers::decline_capacity(),
        "other" => t::handovers::decline_other(),
        unknown => return unknown.to_owned(),
    }
    .to_owned()
}

/// Long text with "view more".
#[component]
pub(crate) fn LongText(text: String) -> impl IntoView {
    let short = excerpt(&text, SHORT.0, SHORT.1);
    let whole = RwSignal::new(short.is_none());
    let is_long = short.is_some();
    let short = short.unwrap_or_default();
    view! {
        <p class="tl-body">{move || if whole.get() { text.clone() } else { format!("{short}…") }}</p>
        {is_long.then(|| view! {
            <button type="button" class="btn btn-link" aria-expanded=move || whole.get().to_string() on:click=move |_| whole.update(|w| *w = !*w)>
                {move || if whole.get() { t::notes::view_less() } else { t::notes::view_more() }}
            </button>
        })}
    }
    .into_any()
}

fn state_words(file: &File) -> Option<&'static str> {
    match file.state {
        FileState::Clean => None,
        FileState::Deleted => Some(t::files::deleted()),
        FileState::Quarantined => Some(t::notes::file_quarantined()),
        FileState::Infected => Some(t::notes::file_infected()),
        FileState::ScanError => Some(t::notes::file_scan_error()),
        // How the agency keeps its server is not an attorney's business.
        FileState::Unscanned if file.is_downloadable => (!use_session().is_attorney()).then(t::notes::file_unscanned),
        FileState::Unscanned => Some(t::notes::file_unscanned_blocked()),
    }
}

/// A document with its download, or why there is none.
#[component]
pub fn FileChip(file: File) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let id = file.id;
    let state = state_words(&file);
    let blocked = !file.is_downloadable;
    let size = format!("{} · {}", file.file_name, format::bytes(file.size_bytes));
    let label = t::notes::download(&file.document_name);
    let tip = label.clone();
    let fetch = move |_| {
        leptos::task::spawn_local(async move {
            if let Err(problem) = api.download_document(id).await {
                toasts.bad(problem_text(&problem));
            }
        });
    };
    view! {
        <div class="file" class:failed=blocked>
            <Icon name="file-text" size=18/>
            <span class="truncate"><b>{file.document_name}</b></span>
            <small class="truncate">{size}{state.map(|s| format!(" · {s}"))}</small>
            {(!blocked).then(|| view! {
                <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label=label title=tip on:click=fetch><Icon name="download"/></button>
            })}
        </div>
    }
    .into_any()
}

fn badge(status: &StatusName) -> impl IntoView + use<> {
    let title = status.title.clone();
    view! { <Pill tone=tone_class(status.tone) label=title/> }
}

pub(super) struct Look {
    pub icon: &'static str,
    pub tone: &'static str,
    pub title: String,
    pub body: AnyView,
}

fn look(what: Happening) -> Look {
    match what {
        Happening::Note {
            id: _,
            body,
            visibility,
            units,
            is_all_units,
            is_urgent,
            is_collection,
            source,
            files,
            mail,
            deleted,
            may_delete: _,
        } => note::look(Written {
            body,
            visibility,
            units,
            is_all_units,
            is_urgent,
            is_collection,
            source,
            files,
            mail,
            deleted,
        }),
        Happening::Status {
            from, to, until, note, ..
        } => {
            let tone = to.as_ref().map_or("neutral", |s| tone_class(s.tone));
            let title = match (&from, &to) {
                (_, None) => t::notes::status_ended(),
                (None, Some(_)) => t::notes::status_set(),
                (Some(_), Some(_)) => t::notes::status_changed(),
            };
            let arrow = from.is_some().then(|| view! { <Icon name="arrow-right" size=13/> });
            let none = to
                .is_none()
                .then(|| view! { <span class="soft">{t::notes::none()}</span> });
            Look {
                icon: "tag",
                tone,
                title: title.into(),
                body: view! {
                    <p class="row wrap">
                        {from.as_ref().map(badge)} {arrow} {to.as_ref().map(badge)} {none}
                        {until.map(|day| view! { <span class="soft">{t::notes::until(format::date(day))}</span> })}
                    </p>
                    {note.map(|text| view! { <LongText text/> })}
                }
                .into_any(),
            }
        }
        Happening::Handover {
            reference,
            step,
            attorney,
            firm,
            close_code,
            reason,
            note,
            ..
        } => {
            let (icon, tone, title) = match step {
                HandoverStep::HandedOver => ("flag", "bad", t::notes::handed_over(&attorney)),
                HandoverStep::Accepted => ("handshake", "good", t::notes::accepted(&attorney)),
                HandoverStep::Declined => ("ban", "warn", t::notes::declined(&attorney)),
                HandoverStep::Closed => ("circle-check", "neutral", t::notes::closed().to_owned()),
            };
            let why = [
                close_code.map(|c| close_words(c).to_owned()),
                reason.map(|r| reason_words(&r)),
            ];
            let mut facts: Vec<String> = vec![reference];
            facts.extend(firm);
            facts.extend(why.into_iter().flatten());
            facts.dedup();
            Look {
                icon,
                tone,
                title,
                body: view! { <p class="by">{facts.join(" · ")}</p>{note.map(|text| view! { <LongText text/> })} }
                    .into_any(),
            }
        }
        Happening::File { file } => Look {
            icon: "paperclip",
            tone: "neutral",
            title: t::notes::document().into(),
            body: view! { <FileChip file=*file/> }.into_any(),
        },
    }
}

/// The note of a line, if it is one that the reader may delete.
fn deletable(what: &Happening) -> Option<NoteId> {
    match what {
        Happening::Note { id, may_delete, .. } => may_delete.then_some(*id),
        Happening::Status { .. } | Happening::Handover { .. } | Happening::File { .. } => None,
    }
}

/// One line: what, when, by whom.
#[component]
pub fn HistoryLine(item: HistoryItem, on_delete: Callback<NoteId>) -> impl IntoView {
    let (at, unread, by_attorney) = (item.at, item.is_unread, item.by_attorney);
    let by = t::notes::by(&item.by);
    let deletable = deletable(&item.what);
    let look = look(item.what);
    view! {
        <li>
            <span class=format!("tl-icon tl-{}", look.tone)><Icon name=look.icon size=15/></span>
            <div>
                <p class="tl-head">
                    <b>{look.title}{unread.then(|| view! { " "<span class="badge badge-brand">{t::notes::unread()}</span> })}</b>
                    <time datetime=at.to_rfc3339() title=format::instant(at)>{format::ago(at)}</time>
                </p>
                {look.body}
                <p class="by notes-by"><span>{by}{by_attorney.then(|| view! { " · "{t::notes::attorney()} })}</span>
                    {deletable.map(|id| view! {
                        <IconButton icon="trash-2" label=t::notes::delete class="btn-sm" on_click=move |_| on_delete.run(id)/>
                    })}
                </p>
            </div>
        </li>
    }
    .into_any()
}
