//! Fields of the organisation's own.

use super::{Ctx, loaded, nothing};
use crate::kernel::i18n::t;
use crate::metadata::{field_label, group_title, value_view};
use crate::ui::{Button, Card};
use kept_shared::layouts::Widget;
use kept_shared::metadata::{MetadataEntity, MetadataItem, MoreInfo, MoreInfoGroup};
use leptos::prelude::*;

/// Values shown before all of them are asked for.
const SHOWN: usize = 8;

/// Each item with the group it is of, where that is not the customer.
fn items(more: &MoreInfo) -> Vec<(&MoreInfoGroup, &MetadataItem)> {
    more.groups
        .iter()
        .flat_map(|g| g.metadata.items.iter().map(move |item| (g, item)))
        .collect()
}

fn pair((group, item): (&MoreInfoGroup, &MetadataItem)) -> impl IntoView {
    let whose = (group.metadata.entity != MetadataEntity::Account)
        .then(|| view! { <small class="faint">{group_title(group)}</small> });
    view! { <dt>{field_label(&item.field)}</dt><dd class="metadata-value">{value_view(item)}{whose}</dd> }
}

/// The first values, and the way to all of them.
pub(super) fn more_info(ctx: Ctx) -> AnyView {
    let all = move |_| ctx.more_open.set(true);
    let body = loaded(ctx.more, |more| {
        let filled: Vec<_> = items(&more)
            .into_iter()
            .filter(|(_, i)| i.value.is_some() || i.is_masked)
            .collect();
        if filled.is_empty() {
            return nothing(t::metadata::nothing_further());
        }
        view! { <dl class="dl">{filled.into_iter().take(SHOWN).map(pair).collect_view()}</dl> }.into_any()
    });
    view! { {body}<p class="layouts-more"><Button label=t::layouts::show_all class="btn-sm" on_click=all/></p> }
        .into_any()
}

/// A widget somebody made: the fields picked, in their order, of everything of the customer that has them.
pub(super) fn custom(ctx: Ctx, placed: &Widget) -> AnyView {
    let (label, fields) = (placed.label.clone().unwrap_or_default(), placed.fields.clone());
    let body = loaded(ctx.more, move |more| {
        let all = items(&more);
        let picked: Vec<_> = fields
            .iter()
            .flat_map(|id| all.iter().filter(move |(_, item)| item.field.id == *id).copied())
            .collect();
        if picked.is_empty() {
            return nothing(t::layouts::nothing_in_it());
        }
        view! { <dl class="dl">{picked.into_iter().map(pair).collect_view()}</dl> }.into_any()
    });
    view! { <Card title=label>{body}</Card> }.into_any()
}
