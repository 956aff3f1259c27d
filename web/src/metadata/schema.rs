//! `/settings/metadata`: which further fields accounts, claims, debtors, products and units have (spec W04).

use super::field_form::{FieldDialog, Start};
use super::unmapped::Unmapped;
use super::words::{entity_words, field_label, kind_words};
use crate::kernel::act::Act;
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::{Load, api::use_api, load};
use crate::ui::*;
use kept_shared::ids::MetadataFieldId;
use kept_shared::metadata::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;

/// What the rows act on.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    list: Load<Vec<MetadataField>>,
    pub entity: Memo<MetadataEntity>,
    archived: RwSignal<bool>,
    start: RwSignal<Option<Start>>,
    form_open: RwSignal<bool>,
    act: Act,
    /// What a screen reader is told after a move.
    said: RwSignal<String>,
}

impl Desk {
    /// Opens the form for a new field of the entity on show.
    pub fn add(self, key: String, kind: MetadataKind) {
        self.start.set(Some(Start::New(NewMetadataField {
            entity: self.entity.get_untracked(),
            labels: MetadataLabels {
                en: label_of(&key),
                af: None,
            },
            key,
            kind,
            choices: vec![],
            is_required: false,
            is_searchable: false,
            is_sensitive: false,
            is_active: true,
        })));
        self.form_open.set(true);
    }
}

#[component]
pub fn MetadataPage() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let asked = use_query_map().with_untracked(|q| q.get("of")).unwrap_or_default();
    let first = asked.parse().unwrap_or(MetadataEntity::Account);
    let chosen = RwSignal::new(first.as_str().to_owned());
    let entity = Memo::new(move |_| chosen.with(|c| c.parse().unwrap_or(MetadataEntity::Account)));
    let archived = RwSignal::new(false);
    let desk = Desk {
        list: load(move || {
            let filter = MetadataFieldFilter {
                entity: Some(entity.get()),
                archived: Some(archived.get()),
            };
            async move { api.metadata_fields(filter).await }
        }),
        entity,
        archived,
        start: RwSignal::new(None),
        form_open: RwSignal::new(false),
        act: Act::new(),
        said: RwSignal::new(String::new()),
    };
    let list = desk.list;
    let unmapped = load(move || async move { api.unmapped_metadata().await });
    // A fault of a move or of archiving is told once; the form shows its own.
    Effect::new(move |_| {
        if let Some(problem) = desk.act.problem().get() {
            toasts.bad(problem_text(&problem));
            list.reload();
        }
    });
    let new_button = move || {
        view! { <Button label=t::metadata::new_field icon="plus" kind=ButtonKind::Primary on_click=move |_| desk.add(String::new(), MetadataKind::Text)/> }
    };
    let choices = MetadataEntity::ALL
        .iter()
        .map(|e| Choice::new(e.as_str(), move || entity_words(*e)))
        .collect::<Vec<_>>();
    let is_empty = Memo::new(move |_| list.value.with(|l| l.as_ref().map(Vec::is_empty)));
    let problem = Memo::new(move |_| list.problem.get());
    view! {
        <div class="page page-narrow">
            <PageHead title=t::metadata::title subtitle=t::metadata::subtitle>
                <Checkbox label=t::metadata::show_archived checked=archived/>
                {new_button()}
            </PageHead>
            <div class="toolbar"><SegmentedControl label=t::metadata::fields_of value=chosen choices/></div>
            {move || match (is_empty.get(), problem.get()) {
                (None, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| list.reload()/> }.into_any(),
                (None, None) => view! { <Loading rows=4/> }.into_any(),
                (Some(true), _) => view! {
                    <Empty title=t::metadata::empty_title text=t::metadata::empty_text icon="tags">{new_button()}</Empty>
                }.into_any(),
                (Some(false), _) => view! { <Table desk/> }.into_any(),
            }}
            <p class="sr" role="status">{move || desk.said.get()}</p>
            <Unmapped desk all=unmapped/>
            <FieldDialog open=desk.form_open start=desk.start on_saved=Callback::new(move |()| { list.reload(); unmapped.reload() })/>
        </div>
    }
    .into_any()
}

#[component]
fn Table(desk: Desk) -> impl IntoView {
    let rows = move || {
        let all = desk.list.get().unwrap_or_default();
        let ids: Vec<_> = all.iter().map(|f| f.id).collect();
        let row = |(at, field): (usize, MetadataField)| {
            let up = at.checked_sub(1).map(|before| Some(ids[before]));
            let down = (at + 1 < ids.len()).then(|| ids.get(at + 2).copied());
            view! { <Row desk field up down/> }
        };
        all.into_iter().enumerate().map(row).collect_view()
    };
    view! {
        <div class="table-wrap">
            <table class="table table-cards metadata-table">
                <thead>
                    <tr><th scope="col">{t::metadata::field}</th><th scope="col">{t::metadata::kind}</th><th scope="col">{t::metadata::marks}</th><th scope="col">{t::metadata::order}</th><th></th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Where a move puts a field: before another one, or last. `None`: it can go no further.
type Place = Option<Option<MetadataFieldId>>;

/// The button that was pressed has moved with its row, and the focus with it; at an end of the list the other button takes
/// it.
fn focus_again(id: MetadataFieldId, up: bool) {
    request_animation_frame(move || {
        let (first, second) = if up {
            ("move-up", "move-down")
        } else {
            ("move-down", "move-up")
        };
        let button = |class: &str| {
            let selector = format!("tr[data-row=\"{id}\"] .{class}:not(:disabled)");
            document().query_selector(&selector).ok().flatten()
        };
        let found = button(first).or_else(|| button(second));
        if let Some(element) = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _detached = element.focus();
        }
    });
}

#[component]
fn Row(desk: Desk, field: MetadataField, up: Place, down: Place) -> impl IntoView {
    let api = use_api();
    let (id, label) = (field.id, field_label(&field));
    let named = label.clone();
    let go = Callback::new(move |(to, is_up): (Place, bool)| {
        let Some(before) = to else { return };
        let named = named.clone();
        desk.act.run(api.move_metadata_field(id, before), move |all| {
            let shown: Vec<MetadataField> = all
                .into_iter()
                .filter(|f| f.is_active || desk.archived.get_untracked())
                .collect();
            let place = shown.iter().position(|f| f.id == id).unwrap_or_default() + 1;
            desk.said.set(t::metadata::moved(&named, place, shown.len()));
            desk.list.set(shown);
            focus_again(id, is_up);
        });
    });
    let known = StoredValue::new(field.clone());
    let archive = move || {
        let now = known.get_value();
        let changed = NewMetadataField {
            is_active: !now.is_active,
            ..now.edit()
        };
        desk.act
            .run(api.change_metadata_field(id, now.version, changed), move |_| {
                desk.list.reload()
            });
    };
    let edit = move |_| {
        desk.start.set(Some(Start::Known(known.get_value())));
        desk.form_open.set(true);
    };
    let old = !field.is_active;
    let mark = |on: bool, tone: &'static str, label: fn() -> &'static str| on.then(|| view! { <Pill tone label/> });
    let kind = match field.kind {
        MetadataKind::List => format!("{}: {}", kind_words(field.kind), field.choices.join(", ")),
        kind => kind_words(kind).to_owned(),
    };
    view! {
        <tr class:is-old=old data-row=id.to_string()>
            <td>
                <b>{label.clone()}</b>{old.then(|| view! { " "<Pill tone="neutral" label=t::metadata::archived/> })}
                <p class="soft mono metadata-key">{field.key.clone()}</p>
            </td>
            <td data-label=t::metadata::kind class="metadata-kind">{kind}</td>
            <td data-label=t::metadata::marks>
                <span class="row wrap">
                    {mark(field.is_required, "warn", t::metadata::required)}
                    {mark(field.is_searchable, "info", t::metadata::searchable)}
                    {mark(field.is_sensitive, "violet", t::metadata::sensitive)}
                </span>
            </td>
            <td data-label=t::metadata::order>
                <span class="row">
                    <IconButton icon="chevron-up" class="btn-sm move-up" label=t::metadata::up(&label) disabled=up.is_none() on_click=move |_| go.run((up, true))/>
                    <IconButton icon="chevron-down" class="btn-sm move-down" label=t::metadata::down(&label) disabled=down.is_none() on_click=move |_| go.run((down, false))/>
                </span>
            </td>
            <td class="acts-cell">
                <span class="row">
                    <IconButton icon="pencil" class="btn-sm" label=t::metadata::edit_field(&label) on_click=edit/>
                    {if old {
                        view! { <IconButton icon="undo-2" class="btn-sm" label=t::metadata::restore(&label) on_click=move |_| archive()/> }.into_any()
                    } else {
                        view! { <IconButton icon="archive" class="btn-sm" label=t::metadata::archive(&label) on_click=move |_| archive()/> }.into_any()
                    }}
                </span>
            </td>
        </tr>
    }
    .into_any()
}
