//! Documents of a community: rules, resolutions, budgets, insurance, registration (spec J02). They are files like those
//! of customers, in folders.

use crate::files::MAX_DOCUMENT_NAME;
use crate::flaws::Flaws;
use crate::notes::Visibility;
use serde::{Deserialize, Serialize};

/// Longest name of one folder, in characters.
pub const MAX_FOLDER_NAME: usize = 60;
/// Folders within folders.
pub const MAX_FOLDER_DEPTH: usize = 3;

/// Why a folder is refused, as a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderFlaw {
    TooDeep,
    TooLong,
    ForbiddenSigns,
}

impl FolderFlaw {
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooDeep => "too_deep",
            Self::TooLong => "too_long",
            Self::ForbiddenSigns => "forbidden_signs",
        }
    }
}

/// A folder as it is kept: `Rules/House rules`, without blanks and empty names around its parts; `None` for none. It is a
/// label, never a path on a disk.
pub fn folder_path(raw: &str) -> Result<Option<String>, FolderFlaw> {
    let parts: Vec<&str> = raw.split('/').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > MAX_FOLDER_DEPTH {
        return Err(FolderFlaw::TooDeep);
    }
    for part in &parts {
        if part.chars().count() > MAX_FOLDER_NAME {
            return Err(FolderFlaw::TooLong);
        }
        let odd = |c: char| {
            c.is_control()
                || c == '\\'
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        };
        if *part == "." || *part == ".." || part.contains(odd) {
            return Err(FolderFlaw::ForbiddenSigns);
        }
    }
    Ok((!parts.is_empty()).then(|| parts.join("/")))
}

/// Which of a community's documents. Only the newest of several editions is listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DocumentFilter {
    /// In this folder or below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Those that can be downloaded (`true`), or those in quarantine (`false`), which only who may edit them sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<bool>,
    /// Part of the document's or the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A folder that holds something, itself or below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Folder {
    /// `Rules/House rules`
    pub path: String,
    /// Documents in it and below it.
    pub documents: u64,
}

/// The folders of a community, each after the one it lies in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Folders {
    pub items: Vec<Folder>,
    /// All documents, also those in no folder.
    pub documents: u64,
}

/// Builds the folders, with those above them, from how many documents lie directly in each.
pub fn folders(direct: impl IntoIterator<Item = (Option<String>, u64)>) -> Folders {
    let mut sums = std::collections::BTreeMap::<Vec<String>, u64>::new();
    let mut documents = 0;
    for (path, n) in direct {
        documents += n;
        let parts: Vec<String> = path.iter().flat_map(|p| p.split('/')).map(str::to_owned).collect();
        for depth in 1..=parts.len() {
            *sums.entry(parts[..depth].to_vec()).or_default() += n;
        }
    }
    let items = sums.into_iter().map(|(parts, documents)| Folder {
        path: parts.join("/"),
        documents,
    });
    Folders {
        items: items.collect(),
        documents,
    }
}

/// What may be changed of a community's document: its name, its folder, and whether others than the agency read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DocumentPatch {
    pub document_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// `shared`: attorneys with a matter in the community and its trustees may read it; `internal`: the agency only.
    pub visibility: Visibility,
}

impl DocumentPatch {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/document_name", &self.document_name, MAX_DOCUMENT_NAME);
        if let Err(flaw) = folder_path(self.folder.as_deref().unwrap_or_default()) {
            flaws.add("/folder", flaw.code());
        }
        flaws.when(
            self.visibility == Visibility::Portal,
            "/visibility",
            "not_for_documents",
        );
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_a_label_of_at_most_three_levels() {
        let kept = |raw: &str| folder_path(raw);
        assert_eq!(kept(" Rules / House rules "), Ok(Some("Rules/House rules".into())));
        assert_eq!(kept("//"), Ok(None));
        assert_eq!(kept(""), Ok(None));
        assert_eq!(kept("a/b/c/d"), Err(FolderFlaw::TooDeep));
        assert_eq!(kept(&"x".repeat(MAX_FOLDER_NAME + 1)), Err(FolderFlaw::TooLong));
        for odd in ["..", "Rules/..", "a\\b", "a\u{202e}b", "a\0"] {
            assert_eq!(kept(odd), Err(FolderFlaw::ForbiddenSigns), "{odd:?}");
        }
    }

    #[test]
    fn folders_count_what_lies_below_them_and_stand_after_the_one_they_lie_in() {
        let found = folders([
            (None, 1),
            (Some("Rules/House rules".into()), 2),
            (Some("Budgets".into()), 3),
            (Some("Rules".into()), 1),
        ]);
        let lines: Vec<(&str, u64)> = found.items.iter().map(|f| (f.path.as_str(), f.documents)).collect();
        assert_eq!(lines, [("Budgets", 3), ("Rules", 3), ("Rules/House rules", 2)]);
        assert_eq!(found.documents, 7);
    }

    #[test]
    fn a_document_is_for_the_agency_or_shared() {
        let patch = |visibility, folder: &str| DocumentPatch {
            document_name: "Rules".into(),
            folder: Some(folder.into()),
            visibility,
        };
        assert!(patch(Visibility::Shared, "Rules").flaws().is_empty());
        assert!(!patch(Visibility::Portal, "Rules").flaws().is_empty());
        assert!(!patch(Visibility::Internal, "a/b/c/d").flaws().is_empty());
    }
}
