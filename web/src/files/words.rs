//! States, kinds and faults of files in words.

use crate::kernel::i18n::{flaw_text, problem_text, t};
use kept_shared::{
    files::{DocumentType, File, FileState, SCANNER_UNAVAILABLE},
    notes::Visibility,
    problem::{Code, Problem},
};

pub fn kind(kind: DocumentType) -> &'static str {
    match kind {
        DocumentType::Statement => t::files::type_statement(),
        DocumentType::LetterOfDemand => t::files::type_letter_of_demand(),
        DocumentType::AcknowledgementOfDebt => t::files::type_acknowledgement_of_debt(),
        DocumentType::Summons => t::files::type_summons(),
        DocumentType::ReturnOfService => t::files::type_return_of_service(),
        DocumentType::Judgment => t::files::type_judgment(),
        DocumentType::Warrant => t::files::type_warrant(),
        DocumentType::PowerOfAttorney => t::files::type_power_of_attorney(),
        DocumentType::IdentityDocument => t::files::type_identity_document(),
        DocumentType::Other => t::files::type_other(),
    }
}

/// For selects.
pub fn kinds() -> Vec<(String, String)> {
    let all = DocumentType::ALL.iter();
    all.map(|k| (k.as_str().to_owned(), kind(*k).to_owned())).collect()
}

/// Who may read a customer's file, to choose from.
pub fn all_readers() -> Vec<(String, String)> {
    [
        (Visibility::Internal, t::files::readers_internal()),
        (Visibility::Shared, t::files::readers_shared()),
        (Visibility::Portal, t::files::readers_portal()),
    ]
    .map(|(v, label)| (v.as_str().to_owned(), label.to_owned()))
    .to_vec()
}

pub fn readers(file: &File) -> &'static str {
    match (file.community_id.is_some(), file.visibility) {
        (_, Visibility::Internal) => t::files::readers_internal(),
        (true, Visibility::Shared | Visibility::Portal) => t::files::readers_document(),
        (false, Visibility::Shared) => t::files::readers_shared(),
        (false, Visibility::Portal) => t::files::readers_portal(),
    }
}

/// Why a file is refused, by its code.
pub fn refusal(code: &str) -> Option<&'static str> {
    Some(match code {
        "empty" => t::files::empty(),
        "too_large" => t::files::too_large(),
        "extension_not_allowed" => t::files::extension_not_allowed(),
        "type_mismatch" => t::files::type_mismatch(),
        "content_mismatch" => t::files::content_mismatch(),
        "polyglot" => t::files::polyglot(),
        "unsafe_archive" => t::files::unsafe_archive(),
        "encrypted" => t::files::encrypted(),
        "not_yours" => t::files::not_yours(),
        _ => return None,
    })
}

/// What went wrong with an upload.
pub fn upload_problem(problem: &Problem) -> String {
    if problem.is(Code::BodyTooLarge) {
        return t::files::too_large().into();
    }
    match problem.errors.first() {
        Some(flaw) => refusal(&flaw.code).map_or_else(|| flaw_text(flaw), str::to_owned),
        None => problem_text(problem),
    }
}

/// A mark and what it means. How the agency keeps its server is not an attorney's business.
pub struct Standing {
    pub tone: &'static str,
    pub label: &'static str,
    pub text: Option<String>,
}

pub fn standing(file: &File, is_attorney: bool) -> Standing {
    let said = file.state_reason.clone();
    let (tone, label, text) = match file.state {
        FileState::Clean => ("good", t::files::clean(), None),
        FileState::Deleted => ("neutral", t::files::deleted(), None),
        FileState::Infected => (
            "bad",
            t::files::infected(),
            said.filter(|_| !is_attorney).map(t::files::infected_with),
        ),
        FileState::Quarantined if said.as_deref() == Some(SCANNER_UNAVAILABLE) && !is_attorney => (
            "warn",
            t::files::waiting(),
            Some(t::files::scanner_down_short().to_owned()),
        ),
        FileState::Quarantined => ("info", t::files::being_scanned(), None),
        FileState::ScanError if said.as_deref() == Some(SCANNER_UNAVAILABLE) => ("warn", t::files::waiting(), None),
        FileState::ScanError => ("bad", t::files::refused(), said.filter(|_| !is_attorney)),
        FileState::Unscanned if file.is_downloadable => ("warn", t::files::unscanned(), None),
        FileState::Unscanned => ("warn", t::files::blocked(), None),
    };
    Standing { tone, label, text }
}
