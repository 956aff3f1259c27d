//! Documents of a customer: what may be uploaded, and what may be downloaded (spec J01, J05, J06, J09, SM7).

use crate::flaws::Flaws;
use crate::ids::{AccountId, CommunityId, FileId, NoteId, UserId};
use crate::notes::Visibility;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Largest document, in bytes.
pub const MAX_BYTES: u64 = 25 * 1024 * 1024;
/// Longest document name, in characters.
pub const MAX_DOCUMENT_NAME: usize = 120;
/// Longest kept file name, in bytes.
pub const MAX_FILE_NAME: usize = 180;
/// Longest reason for a hold, its release or a deletion, in characters.
pub const MAX_FILE_REASON: usize = 300;
/// Days after which the bytes of an infected file are thrown away; what is known of it stays.
pub const INFECTED_DAYS: i64 = 30;
/// Why a file still waits although a scanner is set up: it does not answer.
pub const SCANNER_UNAVAILABLE: &str = "scanner_unavailable";
/// Why a file waits where no scanner is set up.
pub const NO_SCANNER: &str = "no_scanner";

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
        /// Deleted by a person. What is known of it stays; its bytes go after some days, unless they are held.
        Deleted = "deleted",
    }
}

impl FileState {
    /// Whether the content may be handed out. `allow_unscanned` is the operator's setting, off by default.
    pub const fn is_downloadable(self, allow_unscanned: bool) -> bool {
        match self {
            Self::Clean => true,
            Self::Unscanned => allow_unscanned,
            Self::Quarantined | Self::Infected | Self::ScanError | Self::Deleted => false,
        }
    }

    /// Whether the scanner has yet to judge it, given the reason kept beside the state: what it refused or called
    /// infected is settled, what it never saw is not.
    pub fn awaits_scan(self, reason: Option<&str>) -> bool {
        match self {
            Self::Quarantined | Self::Unscanned => true,
            Self::ScanError => reason == Some(SCANNER_UNAVAILABLE),
            Self::Clean | Self::Infected | Self::Deleted => false,
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

/// Who did something to a file, when and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileMark {
    pub reason: String,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// A document, without its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct File {
    pub id: FileId,
    /// The customer it belongs to; absent on a community's own document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The community whose document it is; absent on a customer's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    /// Where a community's document lies, as `Rules/House rules`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_id: Option<NoteId>,
    /// 1 for the first upload, 2 for what replaced it, and so on.
    pub edition: u32,
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
    pub uploader_id: UserId,
    pub by_attorney: bool,
    pub uploaded_at: DateTime<Utc>,
    /// Held for a court or a dispute: it cannot be deleted, and its bytes are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<FileMark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<FileMark>,
    /// When its bytes were thrown away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purged_at: Option<DateTime<Utc>>,
    pub version: i64,
    /// The same bytes are on this customer already, under this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
}

/// Which of a customer's files. Only the newest of several editions is listed, and what waits for the scanner beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct FileFilter {
    /// Those that can be downloaded (`true`), or those in quarantine (`false`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_type: Option<DocumentType>,
    /// Part of the document's or the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What may be changed of a file: what it is called, what it is and who may read it, never its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FilePatch {
    pub document_name: String,
    pub document_type: DocumentType,
    /// Who may read it, in all its versions; stays as it is where it is not given. A file of a note is read by whoever
    /// may read the note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
}

impl FilePatch {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/document_name", &self.document_name, MAX_DOCUMENT_NAME);
        flaws
    }
}

/// Why a file is held, released or deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FileReason {
    pub reason: String,
}

impl FileReason {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/reason", &self.reason, MAX_FILE_REASON);
        flaws
    }
}

/// One download of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileDownload {
    pub at: DateTime<Utc>,
    pub by: String,
    /// Which edition was taken.
    pub edition: u32,
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

/// A name of at most `max` characters: what does not fit gives way to `…` before the extension.
pub fn shortened(name: &str, max: usize) -> String {
    if name.chars().count() <= max {
        return name.to_owned();
    }
    let extension = match name.rsplit_once('.') {
        Some((_, extension)) if extension.chars().count() <= 10 => format!(".{extension}"),
        Some(_) | None => String::new(),
    };
    let room = max.saturating_sub(extension.chars().count() + 1);
    let stem: String = name.chars().take(room).collect();
    format!("{}…{extension}", stem.trim_end())
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
    fn a_long_name_keeps_its_extension_and_says_that_it_was_cut() {
        assert_eq!(shortened("levy.pdf", 120), "levy.pdf");
        assert_eq!(shortened("minutes of the meeting.pdf", 12), "minutes….pdf");
        assert_eq!(shortened("ééééééééé", 5), "éééé…");
        let long = format!("{}.pdf", "x".repeat(300));
        assert_eq!(shortened(&long, 120).chars().count(), 120);
    }

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
        assert!(!FileState::Deleted.is_downloadable(true));
    }

    #[test]
    fn what_no_scanner_saw_is_scanned_later_and_what_one_refused_is_not() {
        assert!(FileState::Unscanned.awaits_scan(Some(NO_SCANNER)));
        assert!(FileState::Quarantined.awaits_scan(None));
        assert!(FileState::ScanError.awaits_scan(Some(SCANNER_UNAVAILABLE)));
        assert!(!FileState::ScanError.awaits_scan(Some("INSTREAM size limit exceeded. ERROR")));
        for settled in [FileState::Clean, FileState::Infected, FileState::Deleted] {
            assert!(!settled.awaits_scan(Some(SCANNER_UNAVAILABLE)), "{settled}");
        }
    }

    #[test]
    fn a_reason_and_a_name_are_given_and_bounded() {
        let reason = |text: &str| FileReason { reason: text.into() }.flaws().is_empty();
        assert!(reason("Wrong customer"));
        assert!(!reason("  ") && !reason(&"x".repeat(MAX_FILE_REASON + 1)));
        let name = |text: &str| {
            let patch = FilePatch {
                document_name: text.into(),
                document_type: DocumentType::Other,
                visibility: None,
            };
            patch.flaws().is_empty()
        };
        assert!(name("Summons") && !name("") && !name(&"x".repeat(MAX_DOCUMENT_NAME + 1)));
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
