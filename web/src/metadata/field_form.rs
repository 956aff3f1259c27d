//! Adding and changing a field.

use super::words::{entity_words, kind_words};
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::i18n::t;
use crate::ui::*;
use kept_shared::metadata::*;
use leptos::{ev, prelude::*};

/// What the dialog starts from.
#[derive(Clone, PartialEq)]
pub(super) enum Start {
    /// A field that is there.
    Known(MetadataField),
    /// A new one, with what is known of it already.
    New(NewMetadataField),
}

#[component]
pub(super) fn FieldDialog(
    open: RwSignal<bool>,
    start: RwSignal<Option<Start>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let save = Act::new();
    let title = move || match start.get() {
        Some(Start::Known(field)) => t::metadata::edit_field(field.labels.en),
        Some(Start::New(_)) | None => t::metadata::new_field().to_owned(),
    };
    view! {
        <Dialog open title locked=save.busy()>
            {move || start.get().map(|start| view! { <FieldForm open start on_saved save/> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn FieldForm(open: RwSignal<bool>, start: Start, on_saved: Callback<()>, save: Act) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    save.clear();
    let (known, target, used) = match start {
        Start::Known(field) => (
            field.edit(),
            Some((field.id, field.version)),
            field.is_used.unwrap_or_default(),
        ),
        Start::New(new) => (new, None, false),
    };
    let (entity, is_active) = (known.entity, known.is_active);
    let key_of_program = target.is_none() && !known.key.is_empty();
    let key = RwSignal::new(known.key);
    let (en, af) = (
        RwSignal::new(known.labels.en),
        RwSignal::new(known.labels.af.unwrap_or_default()),
    );
    let kind = RwSignal::new(known.kind.as_str().to_owned());
    let choices = RwSignal::new(known.choices.join("\n"));
    let (required, searchable, sensitive) = (
        RwSignal::new(known.is_required),
        RwSignal::new(known.is_searchable),
        RwSignal::new(known.is_sensitive),
    );
    let chosen = move || kind.with(|k| k.parse().unwrap_or(MetadataKind::Text));
    let is_list = Memo::new(move |_| chosen() == MetadataKind::List);
    let findable = Memo::new(move |_| entity.is_searched() && chosen().is_searched());
    let kinds = Signal::derive(move || {
        MetadataKind::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), kind_words(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    // One goes without the other.
    Effect::new(move |_| {
        if searchable.get() && (!findable.get() || sensitive.get()) {
            searchable.set(false);
        }
    });
    // The key follows the label until somebody writes one.
    let own_key = RwSignal::new(target.is_some() || key_of_program);
    Effect::new(move |_| {
        let label = en.get();
        if !own_key.get_untracked() {
            key.set(key_from(&label));
        }
    });
    let idempotency = new_key();
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let new = NewMetadataField {
            entity,
            key: key.get_untracked(),
            labels: MetadataLabels {
                en: en.get_untracked(),
                af: Some(af.get_untracked()),
            },
            kind: untrack(chosen),
            choices: if is_list.get_untracked() {
                choices.with_untracked(|c| c.lines().map(str::to_owned).collect())
            } else {
                vec![]
            },
            is_required: required.get_untracked(),
            is_searchable: searchable.get_untracked(),
            is_sensitive: sensitive.get_untracked(),
            is_active,
        }
        .tidied();
        if !acceptable(save, new.flaws()) {
            return;
        }
        let idempotency = idempotency.clone();
        let work = async move {
            match target {
                Some((id, version)) => api.change_metadata_field(id, version, new).await.map(|f| f.value),
                None => api.create_metadata_field(new, idempotency).await,
            }
        };
        save.run(work, move |saved: MetadataField| {
            open.set(false);
            toasts.good(t::metadata::field_saved(saved.labels.en));
            on_saved.run(());
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <p class="soft">{t::metadata::field_of(entity_words(entity))}</p>
                <div class="form-grid">
                    <TextInput label=t::metadata::label_en value=en required=true maxlength=MAX_LABEL as u32 problem=save.problem() pointer="/labels/en" autofocus=true/>
                    <TextInput label=t::metadata::label_af value=af maxlength=MAX_LABEL as u32 problem=save.problem() pointer="/labels/af" hint=t::metadata::label_af_hint/>
                    <div on:input=move |_| own_key.set(true)>
                        <TextInput label=t::metadata::key value=key required=true maxlength=MAX_KEY as u32 problem=save.problem() pointer="/key" disabled=used || key_of_program
                            hint=if used { t::metadata::fixed_hint } else { t::metadata::key_hint } input_class="mono"/>
                    </div>
                    <Select label=t::metadata::kind value=kind options=kinds problem=save.problem() pointer="/type" disabled=used hint=if used { t::metadata::fixed_hint } else { t::metadata::kind_hint }/>
                </div>
                <Show when=move || is_list.get()>
                    <TextArea label=t::metadata::choices value=choices required=true rows=4 problem=save.problem() pointer="/choices" hint=t::metadata::choices_hint/>
                </Show>
                <div class="stack-2" data-pointer="/is_searchable">
                    <Checkbox label=t::metadata::required checked=required hint=t::metadata::required_hint/>
                    <Checkbox label=t::metadata::searchable checked=searchable disabled=Signal::derive(move || !findable.get() || sensitive.get())
                        hint=t::metadata::searchable_hint/>
                    <Checkbox label=t::metadata::sensitive checked=sensitive hint=t::metadata::sensitive_hint/>
                </div>
                <ProblemNote problem=save.problem()/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=save.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::common::save busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}

/// `Parking bay` as `parking_bay`.
fn key_from(label: &str) -> String {
    let folded = kept_shared::text::fold(label);
    let key: String = folded
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    key.trim_start_matches(|c: char| c == '_' || c.is_ascii_digit())
        .trim_end_matches('_')
        .chars()
        .take(MAX_KEY)
        .collect()
}
