//! What stands in the fields of one thing, as a card of its page.

use super::values::{Editing, ValuesDialog, is_offered};
use super::words::{field_label, raw, value_view};
use crate::kernel::{api::use_api, i18n::t, load, use_session};
use crate::ui::*;
use kept_shared::metadata::*;
use kept_shared::money::Currency;
use leptos::prelude::*;
use uuid::Uuid;

/// Labels and values, archived fields and unmapped keys last.
pub(super) fn pairs(metadata: &Metadata) -> AnyView {
    let (now, old): (Vec<&MetadataItem>, Vec<&MetadataItem>) = metadata.items.iter().partition(|i| i.field.is_active);
    let line = |item: &MetadataItem| view! { <dt>{field_label(&item.field)}</dt><dd class="metadata-value">{value_view(item)}</dd> };
    let archived = |item: &&MetadataItem| view! { <dt>{field_label(&item.field)}" "<small class="faint">{t::metadata::archived}</small></dt><dd class="metadata-value">{value_view(item)}</dd> };
    let unmapped = |u: &UnmappedValue| view! { <dt>{u.key.clone()}" "<small class="faint">{t::metadata::unmapped}</small></dt><dd class="metadata-value">{raw(&u.value)}</dd> };
    view! {
        {now.into_iter().map(line).collect_view()}
        {old.iter().map(archived).collect_view()}
        {metadata.unmapped.iter().map(unmapped).collect_view()}
    }
    .into_any()
}

/// Nothing at all where the entity has no fields and nothing came unmapped.
#[component]
pub fn MetadataCard(
    entity: MetadataEntity,
    row: Uuid,
    #[prop(into)] name: String,
    currency: Currency,
) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let found = load(move || api.metadata(entity, row));
    let (open, editing) = (RwSignal::new(false), RwSignal::new(None));
    let name = StoredValue::new(name);
    let has_some = move || {
        found.value.with(|m| {
            m.as_ref()
                .is_some_and(|m| !m.items.is_empty() || !m.unmapped.is_empty())
        })
    };
    let may_edit = move || {
        session.may(entity.to_edit())
            && found
                .value
                .with(|m| m.as_ref().is_some_and(|m| m.items.iter().any(is_offered)))
    };
    let edit = move |_| {
        editing.set(found.value.get_untracked().map(|metadata| Editing {
            name: name.get_value(),
            metadata,
            currency,
        }));
        open.set(true);
    };
    let actions = move || view! { <Show when=may_edit><Button label=t::common::edit icon="pencil" class="btn-sm" on_click=edit/></Show> };
    view! {
        {move || found.problem.get().map(|problem| view! {
            <Card title=t::metadata::further><ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/></Card>
        })}
        <Show when=has_some>
            <Card title=t::metadata::further actions>
                {move || found.get().map(|m| view! { <dl class="dl">{pairs(&m)}</dl> })}
            </Card>
        </Show>
        <ValuesDialog open editing on_saved=Callback::new(move |m| found.set(m))/>
    }
    .into_any()
}
