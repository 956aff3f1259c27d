//! What was done to the unit, newest first.

use crate::kernel::{api::use_api, format, i18n::t, load};
use crate::ui::{Button, Card, Empty, Loading, ProblemPanel, SkeletonKind, Timeline, TimelineEntry};
use kept_shared::event::FieldChange;
use kept_shared::ids::UnitId;
use kept_shared::page::Page;
use kept_shared::units::UnitChange;
use leptos::prelude::*;

fn field(name: &str) -> String {
    match name {
        "code" => t::units::code(),
        "block" => t::units::block(),
        "section" => t::units::section(),
        "description" => t::units::description(),
        "unit_type" => t::units::unit_type(),
        "size" => t::units::size(),
        "participation_quota" => t::units::quota(),
        "is_active" => t::units::is_active(),
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// What a field held, as the page shows it elsewhere.
fn held(field: &str, value: Option<&String>) -> String {
    match (field, value.map(String::as_str)) {
        (_, None) => "–".to_owned(),
        ("is_active", Some("true")) => t::common::yes().to_owned(),
        ("is_active", Some(_)) => t::common::no().to_owned(),
        ("participation_quota", Some(quota)) => format!("{quota}%"),
        (_, Some(text)) => text.to_owned(),
    }
}

fn line(change: &FieldChange) -> String {
    t::units::change_line(
        field(&change.field),
        held(&change.field, change.from.as_ref()),
        held(&change.field, change.to.as_ref()),
    )
}

fn entry(change: &UnitChange) -> TimelineEntry {
    let text = if change.values.is_empty() {
        change
            .fields
            .iter()
            .map(|name| field(name))
            .collect::<Vec<_>>()
            .join(", ")
    } else {
        change.values.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    TimelineEntry {
        key: change.id.to_string(),
        icon: if change.created { "plus" } else { "pencil" },
        tone: if change.created { "good" } else { "neutral" },
        title: if change.created {
            t::units::was_created()
        } else {
            t::units::was_changed()
        }
        .to_owned(),
        when: format::instant(change.at),
        iso: change.at.to_rfc3339(),
        text: Some(text).filter(|text| !text.is_empty()),
        by: Some(if change.by_system {
            t::common::the_system().to_owned()
        } else {
            change.by.clone()
        }),
    }
}

#[component]
pub fn UnitChanges(unit: UnitId) -> impl IntoView {
    let api = use_api();
    let found = load(move || api.unit_changes(unit, None));
    let busy = RwSignal::new(false);
    let more = move |_| {
        let Some(page) = found.value.get_untracked() else {
            return;
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api.unit_changes(unit, page.next_cursor.clone()).await {
                Ok(next) => found.set(Page {
                    items: page.items.into_iter().chain(next.items).collect(),
                    next_cursor: next.next_cursor,
                }),
                Err(problem) => found.problem.set(Some(problem)),
            }
            let _gone = busy.try_set(false);
        });
    };
    let entries = Signal::derive(move || {
        let page = found.get();
        page.map(|p| p.items.iter().map(entry).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    let has_more = move || found.get().is_some_and(|p| p.next_cursor.is_some());
    view! {
        <Card title=t::units::changes>
            {move || match (found.value.with(Option::is_some), found.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| found.reload()/> }.into_any(),
                (false, None) => view! { <Loading kind=SkeletonKind::Lines rows=3/> }.into_any(),
                (true, None) if entries.with(Vec::is_empty) => view! {
                    <Empty title=t::units::no_changes icon="history" class="empty-sm"/>
                }.into_any(),
                (true, None) => view! {
                    <Timeline entries/>
                    <Show when=has_more><Button label=t::units::more_changes class="btn-sm" busy on_click=more/></Show>
                }.into_any(),
            }}
        </Card>
    }
    .into_any()
}
