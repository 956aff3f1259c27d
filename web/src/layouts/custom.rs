//! A widget of one's own: a label and the fields it shows (spec W03).

use super::tile::Board;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::{api::use_api, i18n::t, load, use_session};
use crate::metadata::{entity_words, field_label};
use crate::ui::*;
use kept_shared::flaws::Flaws;
use kept_shared::ids::MetadataFieldId;
use kept_shared::layouts::{MAX_FIELDS, MAX_LABEL, Widget, Width};
use kept_shared::metadata::{MetadataEntity, MetadataFieldFilter};
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};
use leptos_router::components::A;

/// The dialog: of a new widget, or of the one at `board.editing`.
#[component]
pub(super) fn CustomDialog(board: Board) -> impl IntoView {
    let open = board.custom_open;
    let title = move || match board.editing.get() {
        Some(_) => t::layouts::edit_custom(),
        None => t::layouts::new_custom(),
    };
    view! { <Dialog open title><CustomForm board/></Dialog> }.into_any()
}

#[component]
fn CustomForm(board: Board) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let check = Act::new();
    let at = board.editing.get_untracked();
    let known = at.and_then(|at| board.draft.with_untracked(|d| d.widgets().get(at).cloned()));
    let label = RwSignal::new(known.as_ref().and_then(|w| w.label.clone()).unwrap_or_default());
    let picked = known
        .map(|w| w.fields.iter().map(ToString::to_string).collect())
        .unwrap_or_default();
    let chosen: RwSignal<Vec<String>> = RwSignal::new(picked);
    let fields = load(move || async move { api.metadata_fields(MetadataFieldFilter::default()).await });
    let offered = move || {
        fields
            .get()
            .unwrap_or_default()
            .into_iter()
            .filter(|f| f.entity != MetadataEntity::Claim)
            .collect::<Vec<_>>()
    };
    let options = Signal::derive(move || {
        let name = |f: kept_shared::metadata::MetadataField| {
            (
                f.id.to_string(),
                format!("{} · {}", entity_words(f.entity), field_label(&f)),
            )
        };
        offered().into_iter().map(name).collect::<Vec<_>>()
    });
    let may_make = session.may(Permission::EditMetadata);
    let none = move || fields.value.with(Option::is_some) && options.with(Vec::is_empty);
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let (label, fields) = (label.get_untracked(), chosen.get_untracked());
        let ids: Vec<MetadataFieldId> = fields.iter().filter_map(|id| id.parse().ok()).collect();
        let mut flaws = Flaws::default();
        flaws
            .text("/label", &label, MAX_LABEL)
            .when(ids.is_empty(), "/fields", "required")
            .when(ids.len() > MAX_FIELDS, "/fields", "too_many");
        if !acceptable(check, flaws) {
            return;
        }
        let label = label.trim().to_owned();
        board.draft.update(|draft| match at {
            Some(at) => draft.reword(at, label, ids),
            None => draft.add(Widget::custom(label, ids, Width::Third)),
        });
        board.custom_open.set(false);
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <TextInput label=t::layouts::label value=label required=true maxlength=MAX_LABEL as u32 problem=check.problem() pointer="/label" autofocus=true/>
                {move || match (none(), fields.problem.get()) {
                    (_, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| fields.reload()/> }.into_any(),
                    (true, None) => view! {
                        <Callout tone="neutral">
                            <p>{t::layouts::no_schema}</p>
                            {may_make.then(|| view! { <p><A href="/settings/metadata">{t::layouts::make_schema}</A></p> })}
                        </Callout>
                    }.into_any(),
                    (false, None) => view! {
                        <MultiSelect label=t::layouts::meta_fields options chosen required=true problem=check.problem() pointer="/fields"
                            placeholder=t::layouts::pick_fields all=false/>
                    }.into_any(),
                }}
                <ProblemNote problem=check.problem()/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel on_click=move |_| board.custom_open.set(false)/>
                <SubmitButton label=t::layouts::apply/>
            </div>
        </form>
    }
    .into_any()
}
