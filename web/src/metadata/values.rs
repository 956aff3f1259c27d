//! Changing what stands in the fields of one thing.

use super::words::field_label;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::use_api;
use crate::kernel::i18n::{flaw_text, t};
use crate::kernel::use_session;
use crate::ui::*;
use chrono::NaiveDate;
use kept_shared::metadata::*;
use kept_shared::money::{Currency, Money};
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the dialog is about.
#[derive(Clone, PartialEq)]
pub struct Editing {
    pub name: String,
    pub metadata: Metadata,
    /// Of new amounts.
    pub currency: Currency,
}

/// The dialog; nothing while nothing is edited. `on_saved` gets the new values.
#[component]
pub fn ValuesDialog(
    open: RwSignal<bool>,
    editing: RwSignal<Option<Editing>>,
    on_saved: Callback<Metadata>,
) -> impl IntoView {
    let save = Act::new();
    let title =
        move || t::metadata::edit_values(editing.with(|e| e.as_ref().map(|e| e.name.clone()).unwrap_or_default()));
    view! {
        <Dialog open title locked=save.busy()>
            {move || editing.get().map(|editing| view! { <ValuesForm open editing save on_saved/> })}
        </Dialog>
    }
    .into_any()
}

/// Whether somebody who may change the thing is offered this field: not what was archived, nor what they may not read.
pub(super) fn is_offered(item: &MetadataItem) -> bool {
    let session = use_session();
    let reads = session
        .me()
        .is_some_and(|me| reads_sensitive(me.user_type, session.may(Permission::ViewSensitive)));
    item.field.is_active && (reads || !item.field.is_sensitive)
}

/// What stands in one input.
#[derive(Clone, Copy)]
enum Typed {
    Text(RwSignal<String>),
    Date(RwSignal<Option<NaiveDate>>),
}

/// One field of the form.
#[derive(Clone)]
struct Line {
    field: MetadataField,
    typed: Typed,
    currency: Currency,
}

impl Line {
    fn of(item: &MetadataItem, currency: Currency) -> Self {
        let known = item.value.clone().unwrap_or(Value::Null);
        let text = known.as_str().map(str::to_owned);
        let money = serde_json::from_value::<Money>(known.clone()).ok();
        let typed = match item.field.kind {
            MetadataKind::Date => Typed::Date(RwSignal::new(text.and_then(|t| t.parse().ok()))),
            MetadataKind::Money => Typed::Text(RwSignal::new(
                money.map(|m| m.to_decimal().to_string()).unwrap_or_default(),
            )),
            MetadataKind::Boolean => Typed::Text(RwSignal::new(
                known.as_bool().map(|b| b.to_string()).unwrap_or_default(),
            )),
            MetadataKind::Text | MetadataKind::Number | MetadataKind::List | MetadataKind::Link => {
                Typed::Text(RwSignal::new(text.unwrap_or_default()))
            }
        };
        Self {
            field: item.field.clone(),
            typed,
            currency: money.map_or(currency, |m| m.currency),
        }
    }
    /// For the wire; what is no amount goes as it was typed, so that it is told.
    fn value(&self) -> Option<Value> {
        let text = match self.typed {
            Typed::Date(date) => return date.get_untracked().map(|d| d.to_string().into()),
            Typed::Text(text) => text.get_untracked(),
        };
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        Some(match self.field.kind {
            MetadataKind::Boolean => (text == "true").into(),
            MetadataKind::Money => amount_of(text, self.currency)
                .and_then(|money| serde_json::to_value(money).ok())
                .unwrap_or_else(|| text.into()),
            MetadataKind::Text
            | MetadataKind::Number
            | MetadataKind::Date
            | MetadataKind::List
            | MetadataKind::Link => text.into(),
        })
    }
    fn input(&self, save: Act) -> AnyView {
        let field = &self.field;
        let pointer = format!("/values/{}", field.key);
        let at = pointer.clone();
        let error = Signal::derive(move || {
            let problem = save.problem().get()?;
            problem.flaw(&at).map(flaw_text)
        });
        let (label, required) = (field_label(field), field.is_required);
        let choices = field.choices.clone();
        let options = |all: Vec<(String, String)>| Signal::stored(all);
        let input = match (self.typed, field.kind) {
            (Typed::Date(value), _) => view! { <DateInput label value required error/> }.into_any(),
            (Typed::Text(value), MetadataKind::Money) => {
                view! { <MoneyInput label value currency=Signal::stored(self.currency) required error/> }.into_any()
            }
            (Typed::Text(value), MetadataKind::Boolean) => {
                let both = options(vec![
                    ("true".into(), t::metadata::yes().into()),
                    ("false".into(), t::metadata::no().into()),
                ]);
                view! { <Select label value options=both empty=t::metadata::no_value required error/> }.into_any()
            }
            (Typed::Text(value), MetadataKind::List) => {
                let mut all: Vec<(String, String)> = choices.into_iter().map(|c| (c.clone(), c)).collect();
                // A choice that is offered no more may stay where it was chosen.
                let now = value.get_untracked();
                if !now.is_empty() && !all.iter().any(|(c, _)| *c == now) {
                    all.push((now.clone(), now));
                }
                view! { <Select label value options=options(all) empty=t::metadata::no_value required error/> }.into_any()
            }
            (Typed::Text(value), MetadataKind::Number) => {
                view! { <TextInput label value required error inputmode="decimal" maxlength=40/> }.into_any()
            }
            (Typed::Text(value), MetadataKind::Link) => {
                view! { <TextInput label value required error kind="url" placeholder="https://" maxlength=MAX_TEXT as u32/> }.into_any()
            }
            (Typed::Text(value), MetadataKind::Text | MetadataKind::Date) => {
                view! { <TextArea label value required error rows=1 maxlength=MAX_TEXT as u32/> }.into_any()
            }
        };
        view! { <div data-pointer=pointer>{input}</div> }.into_any()
    }
}

#[component]
fn ValuesForm(open: RwSignal<bool>, editing: Editing, save: Act, on_saved: Callback<Metadata>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    save.clear();
    let Editing { metadata, currency, .. } = editing;
    let offered = |item: &&MetadataItem| untrack(|| is_offered(item));
    let lines: Vec<Line> = metadata
        .items
        .iter()
        .filter(offered)
        .map(|item| Line::of(item, currency))
        .collect();
    let stored: BTreeMap<String, Value> = metadata
        .items
        .iter()
        .filter_map(|item| Some((item.field.key.clone(), item.value.clone()?)))
        .collect();
    let fields: Vec<MetadataField> = metadata.items.iter().map(|item| item.field.clone()).collect();
    let inputs = lines.iter().map(|line| line.input(save)).collect_view();
    let known = StoredValue::new((lines, fields, stored));
    let (entity, row, version) = (metadata.entity, metadata.row_id, metadata.version);
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let judged = known.with_value(|(lines, fields, stored)| {
            let values = lines
                .iter()
                .map(|line| (line.field.key.clone(), line.value()))
                .collect();
            MetadataChange { values }.judged(fields, stored, true)
        });
        let values = match judged {
            Ok(values) => values,
            Err(flaws) => {
                acceptable(save, flaws);
                return;
            }
        };
        if values.is_empty() {
            open.set(false);
            return;
        }
        let change = MetadataChange { values };
        save.run(api.change_metadata(entity, row, version, change), move |answer| {
            open.set(false);
            toasts.good(t::common::saved());
            on_saved.run(answer.value);
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">{inputs}<ProblemNote problem=save.problem()/></div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=save.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::common::save busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}
