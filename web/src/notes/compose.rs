//! Adding a note, a document, or both.

use crate::kernel::{
    api::{new_key, use_api},
    i18n::{flaw_text, problem_text, t},
    upload::Upload,
    use_session,
};
use crate::ui::{Button, Callout, Icon, Select, SubmitButton, TextArea, TextInput, use_toasts};
use kept_shared::{
    files::{DocumentType, MAX_BYTES, MAX_DOCUMENT_NAME, Refusal, allowed},
    ids::{AccountId, NoteId},
    notes::{MAX_NOTE, NewNote, Visibility},
    permission::Permission,
    problem::Problem,
};
use leptos::{html, prelude::*};

fn type_words(kind: DocumentType) -> &'static str {
    match kind {
        DocumentType::Statement => t::notes::type_statement(),
        DocumentType::LetterOfDemand => t::notes::type_letter_of_demand(),
        DocumentType::AcknowledgementOfDebt => t::notes::type_acknowledgement_of_debt(),
        DocumentType::Summons => t::notes::type_summons(),
        DocumentType::ReturnOfService => t::notes::type_return_of_service(),
        DocumentType::Judgment => t::notes::type_judgment(),
        DocumentType::Warrant => t::notes::type_warrant(),
        DocumentType::PowerOfAttorney => t::notes::type_power_of_attorney(),
        DocumentType::IdentityDocument => t::notes::type_identity_document(),
        DocumentType::Other => t::notes::type_other(),
    }
}

fn refusal_words(code: &str) -> Option<&'static str> {
    Some(match code {
        "empty" => t::notes::empty(),
        "too_large" => t::notes::too_large(),
        "extension_not_allowed" => t::notes::extension_not_allowed(),
        "type_mismatch" => t::notes::type_mismatch(),
        "content_mismatch" => t::notes::content_mismatch(),
        "polyglot" => t::notes::polyglot(),
        "unsafe_archive" => t::notes::unsafe_archive(),
        "encrypted" => t::notes::encrypted(),
        _ => return None,
    })
}

/// What went wrong, in words.
fn words(problem: &Problem) -> String {
    match problem.errors.first() {
        Some(flaw) => refusal_words(&flaw.code).map_or_else(|| flaw_text(flaw), str::to_owned),
        None => problem_text(problem),
    }
}

/// Refuses at once what the server would refuse.
fn refusal(file: &web_sys::File) -> Option<Refusal> {
    if file.size() == 0.0 {
        return Some(Refusal::Empty);
    }
    if file.size() > MAX_BYTES as f64 {
        return Some(Refusal::TooLarge);
    }
    allowed(&file.name(), Some(&file.type_())).err()
}

/// The form. `on_added` is called after each note or document that arrived.
#[component]
pub fn Composer(#[prop(into)] account: Signal<AccountId>, on_added: Callback<()>) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let body = RwSignal::new(String::new());
    let visibility = RwSignal::new(String::new());
    let document_name = RwSignal::new(String::new());
    let document_type = RwSignal::new(DocumentType::Other.as_str().to_owned());
    let file = StoredValue::new_local(None::<web_sys::File>);
    let file_name = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    // A note that arrived while its document did not: the next try sends the document only.
    let note_sent = RwSignal::new(None::<NoteId>);
    let upload = Upload::default();
    let chooser = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);

    let take = move |chosen: Option<web_sys::File>| {
        trouble.set(None);
        let refused = chosen.as_ref().and_then(refusal);
        if let Some(why) = refused {
            trouble.set(refusal_words(why.code()).map(str::to_owned));
            return;
        }
        file_name.set(chosen.as_ref().map(web_sys::File::name));
        file.set_value(chosen);
    };
    let forget = move || {
        file.set_value(None);
        file_name.set(None);
        document_name.set(String::new());
        if let Some(input) = chooser.get_untracked() {
            input.set_value("");
        }
    };
    let send = move || {
        let account = account.get_untracked();
        let text = body.get_untracked().trim().to_owned();
        let document = file.get_value();
        if text.is_empty() && document.is_none() {
            trouble.set(Some(t::notes::note_or_file().into()));
            return;
        }
        trouble.set(None);
        busy.set(true);
        let wanted: Option<Visibility> = visibility.get_untracked().parse().ok();
        leptos::task::spawn_local(async move {
            let mut note = note_sent.get_untracked();
            if !text.is_empty() && note.is_none() {
                let new = NewNote {
                    body: text,
                    visibility: wanted,
                };
                match api.add_note(account, &new, &new_key()).await {
                    Ok(added) => {
                        note = Some(added.id);
                        note_sent.set(note);
                        toasts.good(t::notes::added());
                        on_added.run(());
                    }
                    Err(problem) => {
                        trouble.set(Some(words(&problem)));
                        busy.set(false);
                        return;
                    }
                }
            }
            if let Some(document) = document {
                let note = note.map(|n| n.to_string());
                let (name, kind) = (document_name.get_untracked(), document_type.get_untracked());
                let mut fields: Vec<(&str, &str)> = vec![("document_type", &kind)];
                if !name.trim().is_empty() {
                    fields.push(("document_name", name.trim()));
                }
                match (&note, wanted) {
                    (Some(note), _) => fields.push(("note_id", note)),
                    (None, Some(wanted)) => fields.push(("visibility", wanted.as_str())),
                    (None, None) => {}
                }
                match api
                    .upload_document(account, &fields, &document, upload, &new_key())
                    .await
                {
                    Ok(uploaded) => {
                        let text = uploaded
                            .duplicate_of
                            .map_or_else(|| t::notes::uploaded().to_owned(), |same| t::notes::duplicate(same));
                        toasts.good(text);
                        on_added.run(());
                    }
                    Err(problem) => {
                        let text = words(&problem);
                        trouble.set(Some(match note {
                            Some(_) => format!("{} {text}", t::notes::upload_failed_after_note()),
                            None => text,
                        }));
                        busy.set(false);
                        return;
                    }
                }
            }
            note_sent.set(None);
            body.set(String::new());
            forget();
            busy.set(false);
        });
    };
    let visibilities = Signal::derive(move || {
        [
            (Visibility::Internal, t::notes::internal()),
            (Visibility::Shared, t::notes::shared()),
        ]
        .map(|(v, label)| (v.as_str().to_owned(), label.to_owned()))
        .to_vec()
    });
    let types = Signal::derive(move || {
        DocumentType::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), type_words(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    let uploading = move || busy.get() && file_name.get().is_some() && upload.progress.get() > 0;
    view! {
        <form class="notes-form" on:submit=move |e| { e.prevent_default(); if !busy.get_untracked() { send(); } }>
            <TextArea label=t::notes::note value=body placeholder=t::notes::note_hint rows=3 maxlength=MAX_NOTE as u32/>
            <Show when=move || session.may(Permission::CreateFiles)>
                <label class="drop notes-drop" class:over=move || over.get()
                    on:dragover=move |e| { e.prevent_default(); over.set(true); }
                    on:dragleave=move |_| over.set(false)
                    on:drop=move |e| {
                        e.prevent_default();
                        over.set(false);
                        take(e.data_transfer().and_then(|d| d.files()).and_then(|f| f.get(0)));
                    }>
                    <input type="file" class="sr" node_ref=chooser accept=".pdf,.docx,.xlsx,.csv,.txt,.png,.jpg,.jpeg,.tif,.tiff,.eml,.msg"
                        on:change=move |_| take(chooser.get_untracked().and_then(|i| i.files()).and_then(|f| f.get(0)))/>
                    <Icon name="upload" size=18/>
                    <b>{move || file_name.get().unwrap_or_else(|| t::notes::drop_here().to_owned())}</b>
                    <span>{t::notes::drop_rules}</span>
                </label>
            </Show>
            <Show when=move || file_name.get().is_some()>
                <div class="cols">
                    <TextInput label=t::notes::document_name value=document_name hint=t::notes::document_name_hint maxlength=MAX_DOCUMENT_NAME as u32/>
                    <Select label=t::notes::document_type value=document_type options=types/>
                </div>
            </Show>
            <Show when=move || !session.is_attorney() fallback=|| view! { <p class="soft"><small>{t::notes::shared_always}</small></p> }>
                <Select label=t::notes::who_reads value=visibility options=visibilities empty=t::notes::who_default/>
            </Show>
            {move || trouble.get().map(|text| view! { <Callout tone="bad"><p>{text}</p></Callout> })}
            <Show when=uploading>
                <p class="row"><span class="meter grow"><i style:width=move || format!("{}%", upload.progress.get())></i></span>
                    <span class="num soft">{move || t::notes::uploading(upload.progress.get())}</span>
                    <Button label=t::notes::cancel_upload class="btn-sm" on_click=move |_| upload.cancel()/></p>
            </Show>
            <div class="row">
                <SubmitButton busy label=Signal::derive(move || {
                    if file_name.get().is_some() && body.with(|b| b.trim().is_empty()) { t::notes::upload() } else { t::notes::add() }
                })/>
                <Show when=move || file_name.get().is_some() && !busy.get()>
                    <Button label=t::notes::remove_file_short kind=crate::ui::ButtonKind::Ghost on_click=move |_| forget()/>
                </Show>
            </div>
        </form>
    }
    .into_any()
}
