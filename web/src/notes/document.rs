//! The document of a note: choosing a file, its name and kind.

use crate::kernel::i18n::{flaw_text, problem_text, t};
use crate::ui::{Icon, Select, TextInput};
use kept_shared::{
    files::{DocumentType, MAX_BYTES, MAX_DOCUMENT_NAME, Refusal, allowed},
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
pub(super) fn words(problem: &Problem) -> String {
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

/// A document that is to be sent.
#[derive(Clone, Copy)]
pub(super) struct Document {
    file: StoredValue<Option<web_sys::File>, LocalStorage>,
    pub file_name: RwSignal<Option<String>>,
    name: RwSignal<String>,
    kind: RwSignal<String>,
    chooser: NodeRef<html::Input>,
}

impl Document {
    pub fn new() -> Self {
        Self {
            file: StoredValue::new_local(None),
            file_name: RwSignal::new(None),
            name: RwSignal::new(String::new()),
            kind: RwSignal::new(DocumentType::Other.as_str().to_owned()),
            chooser: NodeRef::new(),
        }
    }
    /// The file, its name and its kind as they are sent.
    pub fn chosen(self) -> Option<(web_sys::File, String, String)> {
        let file = self.file.get_value()?;
        Some((
            file,
            self.name.get_untracked().trim().to_owned(),
            self.kind.get_untracked(),
        ))
    }
    pub fn forget(self) {
        self.file.set_value(None);
        self.file_name.set(None);
        self.name.set(String::new());
        if let Some(input) = self.chooser.get_untracked() {
            input.set_value("");
        }
    }
    fn take(self, chosen: Option<web_sys::File>, trouble: RwSignal<Option<String>>) {
        trouble.set(None);
        if let Some(why) = chosen.as_ref().and_then(refusal) {
            trouble.set(refusal_words(why.code()).map(str::to_owned));
            return;
        }
        self.file_name.set(chosen.as_ref().map(web_sys::File::name));
        self.file.set_value(chosen);
    }
}

/// Where a file is dropped or chosen; its name and kind once there is one.
#[component]
pub(super) fn DocumentFields(document: Document, trouble: RwSignal<Option<String>>) -> impl IntoView {
    let over = RwSignal::new(false);
    let chooser = document.chooser;
    let types = Signal::derive(move || {
        DocumentType::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), type_words(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    view! {
        <label class="drop notes-drop" class:over=move || over.get()
            on:dragover=move |e| { e.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false)
            on:drop=move |e| {
                e.prevent_default();
                over.set(false);
                document.take(e.data_transfer().and_then(|d| d.files()).and_then(|f| f.get(0)), trouble);
            }>
            <input type="file" class="sr" node_ref=chooser accept=".pdf,.docx,.xlsx,.csv,.txt,.png,.jpg,.jpeg,.tif,.tiff,.eml,.msg"
                on:change=move |_| document.take(chooser.get_untracked().and_then(|i| i.files()).and_then(|f| f.get(0)), trouble)/>
            <Icon name="upload" size=18/>
            <b>{move || document.file_name.get().unwrap_or_else(|| t::notes::drop_here().to_owned())}</b>
            <span>{t::notes::drop_rules}</span>
        </label>
        <Show when=move || document.file_name.with(Option::is_some)>
            <div class="cols">
                <TextInput label=t::notes::document_name value=document.name hint=t::notes::document_name_hint maxlength=MAX_DOCUMENT_NAME as u32/>
                <Select label=t::notes::document_type value=document.kind options=types/>
            </div>
        </Show>
    }
    .into_any()
}
