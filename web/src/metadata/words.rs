//! Fields and values in words.

use crate::kernel::{
    format,
    i18n::{language, t},
};
use crate::ui::Icon;
use kept_shared::metadata::*;
use kept_shared::money::Money;
use leptos::prelude::*;

pub fn entity_words(entity: MetadataEntity) -> &'static str {
    match entity {
        MetadataEntity::Account => t::metadata::entity_account(),
        MetadataEntity::Claim => t::metadata::entity_claim(),
        MetadataEntity::Debtor => t::metadata::entity_debtor(),
        MetadataEntity::Product => t::metadata::entity_product(),
        MetadataEntity::Unit => t::metadata::entity_unit(),
    }
}

pub(super) fn kind_words(kind: MetadataKind) -> &'static str {
    match kind {
        MetadataKind::Text => t::metadata::kind_text(),
        MetadataKind::Number => t::metadata::kind_number(),
        MetadataKind::Money => t::metadata::kind_money(),
        MetadataKind::Date => t::metadata::kind_date(),
        MetadataKind::Boolean => t::metadata::kind_boolean(),
        MetadataKind::List => t::metadata::kind_list(),
        MetadataKind::Link => t::metadata::kind_link(),
    }
}

/// What a field is called in the reader's language; tracked.
pub fn field_label(field: &MetadataField) -> String {
    field.labels.within(language().code()).to_owned()
}

/// A fact of the source in words.
pub(super) fn fact_words(name: &str) -> String {
    let word = match name {
        "source" => t::accounts::source(),
        "source_id" => t::metadata::source_id(),
        "title" => t::accounts::person_title(),
        "language" => t::accounts::language(),
        "reference" => t::accounts::reference(),
        "block" => t::units::block(),
        "section" => t::units::section(),
        "unit_type" => t::units::unit_type(),
        "size" => t::units::size(),
        "participation_quota" => t::units::quota(),
        "description" => t::units::description(),
        other => return label_of(other),
    };
    word.to_owned()
}

/// A value as its reader gets it: a dash where there is none, dots where it is masked.
pub fn value_view(item: &MetadataItem) -> AnyView {
    if item.is_masked {
        return view! { <span class="row soft" title=t::metadata::masked><Icon name="lock" size=13/><span aria-hidden="true">"••••"</span><span class="sr">{t::metadata::masked}</span></span> }
            .into_any();
    }
    let Some(value) = &item.value else {
        return view! { <span class="faint">"–"</span> }.into_any();
    };
    let text = || value.as_str().unwrap_or_default().to_owned();
    match item.field.kind {
        MetadataKind::Text | MetadataKind::List => text().into_any(),
        MetadataKind::Number => view! { <span class="nowrap">{text()}</span> }.into_any(),
        MetadataKind::Money => serde_json::from_value::<Money>(value.clone())
            .map(format::money)
            .unwrap_or_default()
            .into_any(),
        MetadataKind::Date => text().parse().map(format::date).unwrap_or_default().into_any(),
        MetadataKind::Boolean if value == true => t::metadata::yes().into_any(),
        MetadataKind::Boolean => t::metadata::no().into_any(),
        MetadataKind::Link => {
            let href = text();
            view! { <a href=href.clone() target="_blank" rel="noopener noreferrer">{href.clone()}</a> }.into_any()
        }
    }
}

/// What a program sent, as it came.
pub(super) fn raw(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
