//! A note in the history, with its marks; or what is left of a deleted one.

use super::line::{FileChip, LongText, Look};
use crate::kernel::{format, i18n::t};
use crate::ui::{Icon, Pill};
use kept_shared::{
    files::File,
    notes::{NoteMail, NoteSource, NoteUnit, Tombstone, Visibility},
};
use leptos::prelude::*;

/// What stands in a line that is a note.
pub(super) struct Written {
    pub body: String,
    pub visibility: Visibility,
    pub units: Vec<NoteUnit>,
    pub is_all_units: bool,
    pub is_urgent: bool,
    pub is_collection: bool,
    pub source: NoteSource,
    pub files: Vec<File>,
    pub mail: Option<NoteMail>,
    pub deleted: Option<Tombstone>,
}

fn unit_words(note: &Written) -> Option<String> {
    if note.is_all_units {
        return Some(t::notes::all_units().to_owned());
    }
    let codes: Vec<&str> = note.units.iter().map(|u| u.code.as_str()).collect();
    (!codes.is_empty()).then(|| t::notes::units(codes.join(", "), codes.len()))
}

/// Unit, collection, urgent: each with its word, never by colour alone.
fn marks(note: &Written) -> Option<AnyView> {
    let unit = unit_words(note);
    if unit.is_none() && !note.is_collection && !note.is_urgent {
        return None;
    }
    let collection = note.is_collection.then(|| {
        view! { <span class="notes-money"><Icon name="circle-dollar-sign" size=15/>{t::notes::collection}</span> }
    });
    let urgent = note
        .is_urgent
        .then(|| view! { <Pill tone="bad" label=t::notes::urgent/> });
    let unit = unit.map(|words| view! { <span class="notes-unit"><Icon name="home" size=13/>{words}</span> });
    Some(view! { <p class="notes-shown">{urgent}{collection}{unit}</p> }.into_any())
}

/// Who reads it, where it comes from, and what became of its mail.
fn facts(note: &Written) -> String {
    let mut facts = vec![match note.visibility {
        Visibility::Internal => t::notes::internal(),
        Visibility::Shared => t::notes::shared(),
        Visibility::Portal => t::notes::portal(),
    }];
    facts.push(match note.source {
        NoteSource::Kept => t::notes::source_kept(),
        NoteSource::Integration => t::notes::source_integration(),
    });
    facts.extend(note.mail.map(|mail| match mail {
        NoteMail::Queued => t::notes::mailed(),
        NoteMail::NoAddress => t::notes::not_mailed(),
    }));
    facts.join(" · ")
}

fn files(files: Vec<File>) -> impl IntoView {
    files.into_iter().map(|file| view! { <FileChip file/> }).collect_view()
}

fn tombstone(left: Tombstone, of: Vec<File>) -> Look {
    let words = t::notes::deleted_by(&left.by, format::instant(left.at));
    Look {
        icon: "trash-2",
        tone: "neutral",
        title: t::notes::deleted_title().into(),
        body: view! {
            <p class="notes-tombstone">{words}</p>
            <p class="tl-body soft">{t::notes::deleted_why(&left.reason)}</p>
            {left.body.map(|text| view! {
                <details class="notes-was"><summary>{t::notes::deleted_text}</summary><p class="tl-body soft">{text}</p></details>
            })}
            {files(of)}
        }
        .into_any(),
    }
}

pub(super) fn look(mut note: Written) -> Look {
    let of = std::mem::take(&mut note.files);
    if let Some(left) = note.deleted.take() {
        return tombstone(left, of);
    }
    let (marks, facts) = (marks(&note), facts(&note));
    Look {
        icon: "notebook-pen",
        tone: if note.is_urgent { "bad" } else { "info" },
        title: t::notes::wrote().into(),
        body: view! {
            {marks}
            <LongText text=note.body/>
            {files(of)}
            <p class="by">{facts}</p>
        }
        .into_any(),
    }
}
