//! Documents of a customer: what may be uploaded, and what may be downloaded (spec J01, J05, J06, SM7).

use crate::ids::{AccountId, FileId, NoteId};
use crate::notes::Visibility;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Largest document, in bytes.
pub const MAX_BYTES: u64 = 25 * 1024 * 1024;
/// Longest document name, in characters.
pub const MAX_DOCUMENT_NAME: usize = 120;
/// Longest kept file name, in bytes.
pub const MAX_FILE_NAME: usize = 180;

crate::text_enum! {
    /// Where a file stands on its way to being readable (SM7).
    pub enum FileState {
        /// Waiting for the scanner; nobody may download it.
        Quarantined = "quarantined",
        Clean = "clean",
        /// Never downloadable.
        Infected = "infected",
        /// The scanner refused or failed to judge it, finally; never downloadable.
        ScanError = "scan_error",
        /// No scanner is configured; a setting decides.
        Unscanned = "unscanned",
    }
}

impl FileState {
    /// Whether the content may be handed out. `allow_unscanned` is the operator's setting, off by default.
    pub const fn is_downloadable(self, allow_unscanned: bool) -> bool {
        match self {
            Self::Clean => true,
            Self::Unscanned => allow_unscanned,
            Self::Quarantined | Self::Infected | Self::ScanError => false,
        }
    }
}

crate::text_enum! {
    /// What kind of document it is (spec J01).
    pub enum DocumentType {
        Statement = "statement",
        LetterOfDemand = "letter_of_demand",
        AcknowledgementOfDebt = "acknowledgement_of_debt",
        Summons = "summons",
        ReturnOfService = "return_of_service",
        Judgment = "judgment",
        Warrant = "warrant",
        PowerOfAttorney = "power_of_attorney",
        IdentityDocument = "identity_document",
        Other = "other",
    }
}

/// A document, without its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct File {
    pub id: FileId,
    pub account_id: AccountId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_id: Option<NoteId>,
    pub document_name: String,
    pub document_type: DocumentType,
    /// As downloaded: sanitised.
    pub file_name: String,
    pub media_type: String,
    pub size_bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub visibility: Visibility,
    pub state: FileState,
    /// Why it is not readable, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_reason: Option<String>,
    /// Whether the content can be downloaded now.
    pub is_downloadable: bool,
    pub uploaded_by: String,
    pub by_attorney: bool,
    pub uploaded_at: DateTime<Utc>,
    /// The same bytes are on this customer already, under this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
}

/// A kind of file that may be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    pub extensions: &'static [&'static str],
    pub media_type: &'static str,
    /// What else browsers call it.
    pub aliases: &'static [&'static str],
    pub content: Content,
}

/// How the content of an allowed kind is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Pdf,
    /// Office Open XML with this part inside.
    Ooxml(&'static str),
    Text,
    Png,
    Jpeg,
    Tiff,
    /// RFC 5322 text with headers.
    Mail,
    /// Compound File Binary, as Outlook writes it.
    OutlookMessage,
}

/// The allow-list (spec J06). Zip, SVG, HTML and programs are not on it.
pub const ALLOWED: &[Allowed] = &[
    Allowed {
        extensions: &["pdf"],
        media_type: "application/pdf",
        aliases: &["application/x-pdf"],
        content: Content::Pdf,
    },
    Allowed {
        extensions: &["docx"],
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        aliases: &["application/zip"],
        content: Content::Ooxml("word/document.xml"),
    },
    Allowed {
        extensions: &["xlsx"],
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        aliases: &["application/zip"],
        content: Content::Ooxml("xl/workbook.xml"),
    },
    Allowed {
        extensions: &["csv"],
        media_type: "text/csv",
        aliases: &["text/plain", "application/csv", "application/vnd.ms-excel"],
        content: Content::Text,
    },
    Allowed {
        extensions: &["txt"],
        media_type: "text/plain",
        aliases: &[],
        content: Content::Text,
    },
    Allowed {
        extensions: &["png"],
        media_type: "image/png",
        aliases: &[],
        content: Content::Png,
    },
    Allowed {
        extensions: &["jpg", "jpeg"],
        media_type: "image/jpeg",
        aliases: &["image/jpg", "image/pjpeg"],
        content: Content::Jpeg,
    },
    Allowed {
        extensions: &["tif", "tiff"],
        media_type: "image/tiff",
        aliases: &[],
        content: Content::Tiff,
    },
    Allowed {
        extensions: &["eml"],
        media_type: "message/rfc822",
        aliases: &["text/plain", "application/octet-stream"],
        content: Content::Mail,
    },
    Allowed {
        extensions: &["msg"],
        media_type: "application/vnd.ms-outlook",
        aliases: &[
            "application/octet-stream",
            "application/x-ole-storage",
            "application/x-msg",
        ],
        content: Content::OutlookMessage,
    },
];

/// Why a file is refused, as a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Empty,
    TooLarge,
    ExtensionNotAllowed,
    /// The declared media type does not go with the extension.
    TypeMismatch,
    /// The content is not what the name says.
    ContentMismatch,
    /// Two formats at once, or an active part where none belongs.
    Polyglot,
    /// An Office file that unpacks to too much, or names parts outside itself.
    UnsafeArchive,
    Encrypted,
}

impl Refusal {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::ExtensionNotAllowed => "extension_not_allowed",
            Self::TypeMismatch => "type_mismatch",
            Self::ContentMismatch => "content_mismatch",
            Self::Polyglot => "polyglot",
            Self::UnsafeArchive => "unsafe_archive",
            Self::Encrypted => "encrypted",
        }
    }
}

/// The allowed kind for a file name and declared media type. `application/octet-stream` and no type at all say nothing
/// and are not held against a file; anything else must agree with the extension.
pub fn allowed(file_name: &str, declared: Option<&str>) -> Result<&'static Allowed, Refusal> {
    let extension = file_name
        .rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase())
        .ok_or(Refusal::ExtensionNotAllowed)?;
    let kind = ALLOWED
        .iter()
        .find(|a| a.extensions.contains(&extension.as_str()))
        .ok_or(Refusal::ExtensionNotAllowed)?;
    let declared = declared
        .and_then(|d| d.split(';').next())
        .map(|d| d.trim().to_ascii_lowercase());
    match declared.as_deref() {
        None | Some("" | "application/octet-stream") => Ok(kind),
        Some(d) if d == kind.media_type || kind.aliases.contains(&d) => Ok(kind),
        Some(_) => Err(Refusal::TypeMismatch),
    }
}

/// A file name fit for storing, showing and sending back: no path, no control or direction characters, no reserved
/// signs, no leading or trailing dots and blanks, at most [`MAX_FILE_NAME`] bytes with its extension kept.
pub fn safe_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = last
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        })
        .map(|c| {
            if matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*' | ';' | '%') {
                '_'
            } else {
                c
            }
        })
        .collect();
    let cleaned = cleaned.trim().trim_matches('.').trim();
    if cleaned.is_empty() {
        return "document".into();
    }
    let (stem, extension) = match cleaned.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 10 => (stem, Some(extension)),
        Some(_) | None => (cleaned, None),
    };
    let room = MAX_FILE_NAME - extension.map_or(0, |e| e.len() + 1);
    let mut cut = stem.len().min(room);
    while !stem.is_char_boundary(cut) {
        cut -= 1;
    }
    let stem = if is_reserved(&stem[..cut]) {
        format!("_{}", &stem[..cut])
    } else {
        stem[..cut].to_owned()
    };
    match extension {
        Some(extension) => format!("{stem}.{extension}"),
        None => stem,
    }
}

/// Device names that some systems open instead of a file.
fn is_reserved(stem: &str) -> bool {
    let upper = stem.to_ascii_uppercase();
    matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (upper.len() == 4
            && (upper.starts_with("COM") || upper.starts_with("LPT"))
            && upper.ends_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_lose_paths_and_tricks() {
        for (raw, safe) in [
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("..\\..\\boot.pdf", "boot.pdf"),
            ("/abs/olute.pdf", "olute.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("..", "document"),
            ("", "document"),
            ("CON.pdf", "_CON.pdf"),
            ("a\0.pdf", "a.pdf"),
            ("Überweisung März.pdf", "Überweisung März.pdf"),
        ] {
            assert_eq!(safe_name(raw), safe, "{raw:?}");
        }
    }

    #[test]
    fn extension_and_declared_type_must_agree() {
        assert!(allowed("a.PDF", Some("application/pdf")).is_ok());
        assert!(allowed("a.pdf", None).is_ok());
        assert!(allowed("a.pdf", Some("application/octet-stream")).is_ok());
        assert_eq!(allowed("a.pdf", Some("text/html")), Err(Refusal::TypeMismatch));
        for bad in [
            "a.svg",
            "a.html",
            "a.zip",
            "a.exe",
            "a.pdf.exe",
            "pdf",
            "a.docm",
            "a.xls",
        ] {
            assert_eq!(allowed(bad, None), Err(Refusal::ExtensionNotAllowed), "{bad}");
        }
    }

    #[test]
    fn only_clean_files_are_handed_out() {
        for state in FileState::ALL {
            assert_eq!(state.is_downloadable(false), *state == FileState::Clean, "{state}");
        }
        assert!(FileState::Unscanned.is_downloadable(true));
        assert!(!FileState::Infected.is_downloadable(true));
    }

    proptest! {
        #[test]
        fn a_safe_name_is_short_flat_and_stays_itself(raw in "\\PC{0,300}|[./\\\\a\u{0}\u{202e}]{0,40}") {
            let safe = safe_name(&raw);
            prop_assert!(!safe.is_empty() && safe.len() <= MAX_FILE_NAME + 1);
            prop_assert!(!safe.contains(['/', '\\', '\r', '\n', '\0', '"']));
            prop_assert!(safe != "." && safe != "..");
            prop_assert_eq!(safe_name(&safe).len() <= MAX_FILE_NAME + 2, true);
        }
    }
}
