//! What can be done with a file: renamed, replaced by a new edition, held, released, deleted.

use super::desk::Desk;
use super::words;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::new_key;
use crate::kernel::i18n::t;
use crate::ui::*;
use kept_shared::{
    documents::{DocumentPatch, MAX_FOLDER_DEPTH, MAX_FOLDER_NAME},
    files::{DocumentType, File, FilePatch, FileReason, MAX_DOCUMENT_NAME, MAX_FILE_REASON},
    notes::Visibility,
};
use leptos::{ev, prelude::*, text_prop::TextProp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Rename,
    Replace,
    Hold,
    Release,
    Delete,
}

/// The dialog of the deed that was begun on the desk.
#[component]
pub fn DeedDialog(desk: Desk) -> impl IntoView {
    let act = Act::new();
    let title = move || {
        desk.deed.with(|deed| match deed {
            Some((Deed::Rename, file)) => t::files::rename_title(&file.document_name),
            Some((Deed::Replace, file)) => t::files::replace_title(&file.document_name),
            Some((Deed::Hold, file)) => t::files::hold_title(&file.document_name),
            Some((Deed::Release, file)) => t::files::release_title(&file.document_name),
            Some((Deed::Delete, file)) => t::files::delete_title(&file.document_name),
            None => String::new(),
        })
    };
    view! {
        <Dialog open=desk.is_open title class="dialog-narrow" locked=act.busy()>
            {move || {
                act.clear();
                match desk.deed.get_untracked() {
                    Some((Deed::Rename, file)) if file.community_id.is_some() => view! { <EditDocument desk file act/> }.into_any(),
                    Some((Deed::Rename, file)) => view! { <EditFile desk file act/> }.into_any(),
                    Some((Deed::Replace, file)) => view! { <Replace desk file/> }.into_any(),
                    Some((deed, file)) => view! { <WithReason desk file deed act/> }.into_any(),
                    None => ().into_any(),
                }
            }}
        </Dialog>
    }
    .into_any()
}

fn foot(desk: Desk, act: Act, label: impl Into<TextProp>, kind: ButtonKind) -> AnyView {
    let label: TextProp = label.into();
    view! {
        <div class="dialog-foot">
            <Button label=t::common::cancel disabled=act.busy() on_click=move |_| desk.is_open.set(false)/>
            <SubmitButton label busy=act.busy() kind/>
        </div>
    }
    .into_any()
}

#[component]
fn EditFile(desk: Desk, file: File, act: Act) -> impl IntoView {
    let name = RwSignal::new(file.document_name.clone());
    let kind = RwSignal::new(file.document_type.as_str().to_owned());
    // A file of a note is read with the note, and what an attorney uploads is for both sides.
    let chooses = file.note_id.is_none() && !desk.is_attorney();
    let visibility = RwSignal::new(file.visibility.as_str().to_owned());
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let patch = FilePatch {
            document_name: name.get_untracked().trim().to_owned(),
            document_type: kind.with_untracked(|k| k.parse().unwrap_or(DocumentType::Other)),
            visibility: visibility.with_untracked(|v| v.parse().ok()).filter(|_| chooses),
        };
        if !acceptable(act, patch.flaws()) {
            return;
        }
        let file = file.clone();
        act.run(async move { desk.api.edit_file(&file, &patch).await }, move |_| {
            desk.is_open.set(false);
            desk.toasts.good(t::files::saved());
            desk.on_change.run(());
        });
    };
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <TextInput label=t::files::name value=name required=true problem=act.problem() pointer="/document_name" maxlength=MAX_DOCUMENT_NAME as u32/>
                <Select label=t::files::kind value=kind options=Signal::derive(words::kinds)/>
                {chooses.then(|| view! {
                    <Select label=t::files::readers value=visibility options=Signal::derive(words::all_readers) problem=act.problem() pointer="/visibility"/>
                })}
                <ProblemNote problem=act.problem()/>
            </div>
            {foot(desk, act, t::common::save, ButtonKind::Primary)}
        </form>
    }
    .into_any()
}

#[component]
fn EditDocument(desk: Desk, file: File, act: Act) -> impl IntoView {
    let name = RwSignal::new(file.document_name.clone());
    let folder = RwSignal::new(file.folder.clone().unwrap_or_default());
    let shared = RwSignal::new(file.visibility != Visibility::Internal);
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let patch = DocumentPatch {
            document_name: name.get_untracked().trim().to_owned(),
            folder: Some(folder.get_untracked()).filter(|f| !f.trim().is_empty()),
            visibility: if shared.get_untracked() {
                Visibility::Shared
            } else {
                Visibility::Internal
            },
        };
        if !acceptable(act, patch.flaws()) {
            return;
        }
        let file = file.clone();
        act.run(async move { desk.api.edit_document(&file, &patch).await }, move |_| {
            desk.is_open.set(false);
            desk.toasts.good(t::files::saved());
            desk.on_change.run(());
        });
    };
    let most = (MAX_FOLDER_NAME * MAX_FOLDER_DEPTH) as u32;
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <TextInput label=t::files::name value=name required=true problem=act.problem() pointer="/document_name" maxlength=MAX_DOCUMENT_NAME as u32/>
                <TextInput label=t::documents::folder value=folder hint=t::documents::folder_hint problem=act.problem() pointer="/folder" maxlength=most/>
                <Checkbox label=t::documents::others_see checked=shared hint=t::documents::others_see_hint/>
                <ProblemNote problem=act.problem()/>
            </div>
            {foot(desk, act, t::common::save, ButtonKind::Primary)}
        </form>
    }
    .into_any()
}

#[component]
fn Replace(desk: Desk, file: File) -> impl IntoView {
    let (id, text) = (file.id, t::files::replace_text(file.edition as usize + 1));
    let on_files = Callback::new(move |files: Vec<web_sys::File>| {
        let Some(chosen) = files.into_iter().next() else { return };
        desk.is_open.set(false);
        desk.uploads
            .add(desk.shelf.path(), vec![("replaces", id.to_string())], chosen);
    });
    view! {
        <div class="dialog-body stack-4">
            <p class="lead">{text}</p>
            <FileDrop label=t::files::replace hint=TextProp::from(t::files::drop_rules) on_files multiple=false accept=super::panel::ACCEPT/>
        </div>
        <div class="dialog-foot"><Button label=t::common::cancel on_click=move |_| desk.is_open.set(false)/></div>
    }
    .into_any()
}

/// Holding, releasing and deleting: each says why.
#[component]
fn WithReason(desk: Desk, file: File, deed: Deed, act: Act) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let key = StoredValue::new(new_key());
    let (verb, text, label, done) = match deed {
        Deed::Hold => ("hold", t::files::hold_text(), t::files::hold(), t::files::held_toast()),
        Deed::Release => (
            "release",
            t::files::release_text(),
            t::files::release(),
            t::files::released_toast(),
        ),
        Deed::Delete | Deed::Rename | Deed::Replace => (
            "delete",
            t::files::delete_text(),
            t::common::delete(),
            t::files::deleted_toast(),
        ),
    };
    let kind = match deed {
        Deed::Delete => ButtonKind::Danger,
        Deed::Rename | Deed::Replace | Deed::Hold | Deed::Release => ButtonKind::Primary,
    };
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let why = FileReason {
            reason: reason.get_untracked().trim().to_owned(),
        };
        if !acceptable(act, why.flaws()) {
            return;
        }
        let (file, key) = (file.clone(), key.get_value());
        act.run(
            async move { desk.api.file_deed(&file, verb, &why, &key).await },
            move |_| {
                desk.is_open.set(false);
                desk.shown.set(None);
                desk.toasts.good(done);
                desk.on_change.run(());
            },
        );
    };
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <p class="lead">{text}</p>
                <TextArea label=t::files::why value=reason required=true rows=3 problem=act.problem() pointer="/reason" maxlength=MAX_FILE_REASON as u32/>
                <ProblemNote problem=act.problem()/>
            </div>
            {foot(desk, act, label, kind)}
        </form>
    }
    .into_any()
}
