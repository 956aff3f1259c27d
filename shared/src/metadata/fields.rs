//! The schema: which fields there are.

use super::MetadataEntity;
use crate::flaws::Flaws;
use crate::ids::MetadataFieldId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most fields of one entity, archived ones too.
pub const MAX_FIELDS: usize = 100;
/// Longest key, in characters.
pub const MAX_KEY: usize = 60;
/// Longest label, in characters.
pub const MAX_LABEL: usize = 80;
/// Most choices of a list, and the longest, in characters.
pub const MAX_CHOICES: usize = 100;
pub const MAX_CHOICE: usize = 100;

crate::text_enum! {
    /// What may stand in a field.
    pub enum MetadataKind {
        Text = "text",
        /// An exact decimal number, as text.
        Number = "number",
        /// An amount with its currency.
        Money = "money",
        Date = "date",
        Boolean = "boolean",
        /// One of the field's choices.
        List = "list",
        /// An http or https address.
        Link = "link",
    }
}

impl MetadataKind {
    /// Whether it makes sense to look for customers by it.
    pub const fn is_searched(self) -> bool {
        match self {
            Self::Text | Self::Number | Self::List | Self::Link => true,
            Self::Money | Self::Date | Self::Boolean => false,
        }
    }
}

/// What a field is called in each language of the screens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MetadataLabels {
    #[cfg_attr(feature = "openapi", schema(max_length = 80, example = "Parking bay"))]
    pub en: String,
    /// Absent: the English one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 80, example = "Parkeerplek"))]
    pub af: Option<String>,
}

impl MetadataLabels {
    /// In a language (`af`), or in English where it has no word.
    pub fn within(&self, language: &str) -> &str {
        match (language, &self.af) {
            ("af", Some(af)) => af,
            (_, _) => &self.en,
        }
    }
}

/// A field as readers get it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetadataField {
    pub id: MetadataFieldId,
    pub entity: MetadataEntity,
    /// What programs call it; unique in the entity.
    pub key: String,
    pub labels: MetadataLabels,
    #[serde(rename = "type")]
    pub kind: MetadataKind,
    /// Of a list, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    pub is_required: bool,
    /// The customer list finds customers by it.
    pub is_searchable: bool,
    /// Masked, unless the reader has `sensitive:view`.
    pub is_sensitive: bool,
    /// Archived ones are offered no more and keep their values.
    pub is_active: bool,
    /// There are values: key and type are fixed. Said by the schema's own operations only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_used: Option<bool>,
    pub version: i64,
}

impl MetadataField {
    /// What a form starts from.
    pub fn edit(&self) -> NewMetadataField {
        let f = self.clone();
        NewMetadataField {
            entity: f.entity,
            key: f.key,
            labels: f.labels,
            kind: f.kind,
            choices: f.choices,
            is_required: f.is_required,
            is_searchable: f.is_searchable,
            is_sensitive: f.is_sensitive,
            is_active: f.is_active,
        }
    }
}

/// A field to be made, or its new state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMetadataField {
    /// Fixed once made.
    pub entity: MetadataEntity,
    /// A letter, then letters, digits, `_`, `-` and `.`. Fixed while there are values.
    #[cfg_attr(feature = "openapi", schema(max_length = 60, example = "parking_bay"))]
    pub key: String,
    pub labels: MetadataLabels,
    /// Fixed while there are values.
    #[serde(rename = "type")]
    pub kind: MetadataKind,
    /// Of a list, at least one; of nothing else.
    #[serde(default)]
    pub choices: Vec<String>,
    /// It cannot be emptied, and pages ask for it.
    #[serde(default)]
    pub is_required: bool,
    /// Of accounts, debtors and units; of texts, numbers, lists and links; never together with `is_sensitive`.
    #[serde(default)]
    pub is_searchable: bool,
    #[serde(default)]
    pub is_sensitive: bool,
    #[serde(default = "yes")]
    pub is_active: bool,
}

const fn yes() -> bool {
    true
}

/// Whether a text can be the key of a field: a letter, then letters, digits, `_`, `-` and `.`, at most sixty.
pub fn is_key(text: &str) -> bool {
    let mut letters = text.chars();
    text.len() <= MAX_KEY
        && letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// A key in words, as a first label: `parking_bay` → `Parking bay`.
pub fn label_of(key: &str) -> String {
    let words = key.replace(['_', '-', '.'], " ");
    let mut letters = words.trim().chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl NewMetadataField {
    pub fn tidied(self) -> Self {
        let lines = |all: Vec<String>| all.iter().map(|c| one_line(c)).filter(|c| !c.is_empty()).collect();
        Self {
            key: self.key.trim().to_owned(),
            labels: MetadataLabels {
                en: one_line(&self.labels.en),
                af: self.labels.af.map(|af| one_line(&af)).filter(|af| !af.is_empty()),
            },
            choices: lines(self.choices),
            ..self
        }
    }

    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        if self.key.is_empty() {
            flaws.add("/key", "required");
        } else {
            flaws.when(!is_key(&self.key), "/key", "not_a_key");
        }
        flaws.text("/labels/en", &self.labels.en, MAX_LABEL);
        if let Some(af) = &self.labels.af {
            flaws.optional_text("/labels/af", af, MAX_LABEL);
        }
        let is_list = self.kind == MetadataKind::List;
        flaws.when(is_list && self.choices.is_empty(), "/choices", "required");
        flaws.when(!is_list && !self.choices.is_empty(), "/choices", "not_for_this_type");
        flaws.when(self.choices.len() > MAX_CHOICES, "/choices", "too_many");
        let mut seen = BTreeSet::new();
        let repeated = self.choices.iter().any(|c| !seen.insert(c));
        flaws.when(repeated, "/choices", "repeated");
        for choice in self.choices.iter().take(MAX_CHOICES) {
            flaws.optional_text("/choices", choice, MAX_CHOICE);
        }
        let findable = self.entity.is_searched() && self.kind.is_searched();
        flaws.when(self.is_searchable && !findable, "/is_searchable", "not_for_this_type");
        flaws.when(self.is_searchable && self.is_sensitive, "/is_searchable", "sensitive");
        flaws
    }
}

/// A new place in the schema of its entity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MetadataFieldPlace {
    /// The one of the same entity it comes before; absent: it comes last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<MetadataFieldId>,
}

/// Filter of the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct MetadataFieldFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub entity: Option<MetadataEntity>,
    /// Archived ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(change: impl FnOnce(&mut NewMetadataField)) -> Vec<String> {
        let mut new = NewMetadataField {
            entity: MetadataEntity::Account,
            key: "parking_bay".into(),
            labels: MetadataLabels {
                en: "Parking  bay".into(),
                af: Some(" ".into()),
            },
            kind: MetadataKind::Text,
            choices: vec![],
            is_required: false,
            is_searchable: true,
            is_sensitive: false,
            is_active: true,
        };
        change(&mut new);
        let flaws = new.tidied().flaws().0;
        flaws.into_iter().map(|f| format!("{} {}", f.pointer, f.code)).collect()
    }

    #[test]
    fn a_field_needs_a_key_an_english_label_and_what_its_type_needs() {
        assert!(field(|_| {}).is_empty());
        assert_eq!(field(|f| f.key = " ".into()), ["/key required"]);
        for key in ["1st", "a b", "a/b", "ä", &"k".repeat(61)] {
            assert_eq!(field(|f| f.key = key.into()), ["/key not_a_key"], "{key}");
        }
        assert_eq!(field(|f| f.labels.en = " ".into()), ["/labels/en required"]);
        assert_eq!(field(|f| f.kind = MetadataKind::List), ["/choices required"]);
        assert_eq!(field(|f| f.choices = vec!["A".into()]), ["/choices not_for_this_type"]);
        let list = |choices: &[&str]| {
            field(|f| {
                f.kind = MetadataKind::List;
                f.choices = choices.iter().map(|c| (*c).into()).collect();
            })
        };
        assert!(list(&["A", " ", "B"]).is_empty(), "blank ones are left out");
        assert_eq!(list(&["A", " A "]), ["/choices repeated"]);
    }

    #[test]
    fn what_is_sensitive_is_never_searched() {
        assert_eq!(field(|f| f.is_sensitive = true), ["/is_searchable sensitive"]);
        for kind in [MetadataKind::Money, MetadataKind::Date, MetadataKind::Boolean] {
            assert_eq!(field(|f| f.kind = kind), ["/is_searchable not_for_this_type"]);
        }
        for entity in [MetadataEntity::Claim, MetadataEntity::Product] {
            assert_eq!(field(|f| f.entity = entity), ["/is_searchable not_for_this_type"]);
        }
    }

    #[test]
    fn a_key_in_words_and_a_label_in_a_language() {
        assert_eq!(label_of("parking_bay"), "Parking bay");
        assert_eq!(label_of("Policy.No"), "Policy No");
        let mut labels = MetadataLabels {
            en: "Bay".into(),
            af: None,
        };
        assert_eq!(labels.within("af"), "Bay");
        labels.af = Some("Plek".into());
        assert_eq!((labels.within("af"), labels.within("en")), ("Plek", "Bay"));
    }
}
