//! All that is known further of a customer: the button, and the drawer with groups of keys and values (spec C15).

use super::card::pairs;
use super::values::{Editing, ValuesDialog, is_offered};
use super::words::{entity_words, fact_words};
use crate::kernel::{Load, i18n::t, use_session};
use crate::ui::*;
use kept_shared::metadata::*;
use kept_shared::money::Currency;
use leptos::prelude::*;

/// What a group is headed: `Unit · A12`.
pub fn group_title(group: &MoreInfoGroup) -> String {
    format!("{} · {}", entity_words(group.metadata.entity), group.name)
}

#[component]
pub fn MoreInfoButton(open: RwSignal<bool>) -> impl IntoView {
    view! { <Button label=t::metadata::more_info icon="info" on_click=move |_| open.set(true)/> }
}

/// The drawer over the page. What was saved in it is put into `more`.
#[component]
pub fn MoreInfoDrawer(
    open: RwSignal<bool>,
    more: Load<MoreInfo>,
    #[prop(into)] currency: Signal<Currency>,
) -> impl IntoView {
    let (dialog, editing) = (RwSignal::new(false), RwSignal::new(None));
    let on_saved = Callback::new(move |saved: Metadata| {
        let Some(mut now) = more.value.get_untracked() else {
            return;
        };
        if let Some(group) = now.groups.iter_mut().find(|g| g.metadata.row_id == saved.row_id) {
            group.metadata = saved;
        }
        more.set(now);
    });
    let edit = Callback::new(move |group: MoreInfoGroup| {
        editing.set(Some(Editing {
            name: group_title(&group),
            metadata: group.metadata,
            currency: currency.get_untracked(),
        }));
        dialog.set(true);
    });
    let body = move || match (more.problem.get(), more.get()) {
        (Some(problem), None) => view! { <ProblemPanel problem retry=move |()| more.reload()/> }.into_any(),
        (_, None) => view! { <Loading kind=SkeletonKind::Lines rows=6/> }.into_any(),
        (_, Some(all)) => all
            .groups
            .into_iter()
            .map(|group| view! { <Group group edit/> })
            .collect_view()
            .into_any(),
    };
    view! {
        {move || open.get().then(|| view! {
            <Drawer title=t::metadata::more_info subtitle=t::metadata::more_info_text class="drawer-over" take_focus=true on_close=move |()| open.set(false)>{body}</Drawer>
        })}
        <ValuesDialog open=dialog editing on_saved/>
    }
    .into_any()
}

#[component]
fn Group(group: MoreInfoGroup, edit: Callback<MoreInfoGroup>) -> impl IntoView {
    let session = use_session();
    let may_edit = session.may(group.metadata.entity.to_edit()) && group.metadata.items.iter().any(is_offered);
    let empty = group.source.is_empty() && group.metadata.items.is_empty() && group.metadata.unmapped.is_empty();
    let title = group_title(&group);
    let facts = group
        .source
        .iter()
        .map(|fact| view! { <dt>{fact_words(&fact.name)}</dt><dd class="metadata-value">{fact.value.clone()}</dd> })
        .collect_view();
    let metadata = pairs(&group.metadata);
    let label = t::metadata::edit_values(&title);
    view! {
        <section class="metadata-group">
            <header class="row"><h3>{title}</h3>
                {may_edit.then(|| view! { <IconButton icon="pencil" class="btn-sm push" label on_click=move |_| edit.run(group.clone())/> })}</header>
            {if empty {
                view! { <p class="soft">{t::metadata::nothing_further}</p> }.into_any()
            } else {
                view! { <dl class="dl">{facts}{metadata}</dl> }.into_any()
            }}
        </section>
    }
    .into_any()
}
