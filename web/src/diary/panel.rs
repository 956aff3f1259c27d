//! The diary of one customer, grouped by the days of the reader's time zone (spec M08, M11).

use super::details::details;
use super::filter::{Filter, FilterBar};
use super::words::look;
use crate::kernel::pages::{Pages, pages};
use crate::kernel::{api::use_api, day::today_here, format, i18n::t, load, zone::local};
use crate::ledger::use_changes;
use crate::ui::{Button, Empty, Icon, Loading, ProblemPanel, SkeletonKind};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::diary::DiaryItem;
use kept_shared::ids::AccountId;
use leptos::prelude::*;

/// Events of one answer.
const AT_ONCE: u32 = 50;

#[component]
pub fn DiaryPanel(id: AccountId) -> impl IntoView {
    let (api, changes) = (use_api(), use_changes());
    let filter = Filter::from_address("diary");
    let list = pages(move |cursor| {
        changes.track();
        let asked = kept_shared::diary::DiaryFilter {
            limit: Some(AT_ONCE),
            cursor,
            ..filter.applied.with(|asked| asked.filter())
        };
        async move { api.diary(id, &asked).await }
    });
    let choices = load(move || {
        changes.track();
        api.diary_choices(id)
    });
    let body = move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
        (_, Some(problem)) => view! { <ProblemPanel problem retry=move |()| list.reload()/> }.into_any(),
        (false, None) => view! { <Loading kind=SkeletonKind::Lines rows=9/> }.into_any(),
        (true, None) => view! { <Days filter list/> }.into_any(),
    };
    view! { <div class="diary"><FilterBar filter choices/>{body}</div> }.into_any()
}

/// Events in the order they came, cut where the day changes.
fn by_day(items: Vec<DiaryItem>) -> Vec<(NaiveDate, Vec<DiaryItem>)> {
    let mut days: Vec<(NaiveDate, Vec<DiaryItem>)> = vec![];
    for item in items {
        let day = local(item.at).date_naive();
        match days.last_mut() {
            Some((last, of_the_day)) if *last == day => of_the_day.push(item),
            _ => days.push((day, vec![item])),
        }
    }
    days
}

fn day_words(day: NaiveDate) -> String {
    let today = today_here();
    let near = if day == today {
        Some(t::diary::today())
    } else if Some(day) == today.pred_opt() {
        Some(t::diary::yesterday())
    } else {
        None
    };
    match near {
        Some(near) => format!("{near} · {}", format::date_long(day)),
        None => format::date_long(day),
    }
}

#[component]
fn Days(filter: Filter, list: Pages<DiaryItem>) -> impl IntoView {
    let rows = list.rows();
    let nothing = Memo::new(move |_| rows.with(Vec::is_empty));
    move || {
        if nothing.get() && filter.is_narrowing() {
            return view! {
                <Empty title=t::diary::nothing text=t::diary::nothing_hint icon="search">
                    <Button label=t::diary::clear on_click=move |_| filter.clear()/>
                </Empty>
            }
            .into_any();
        }
        if nothing.get() {
            return view! { <Empty title=t::diary::empty text=t::diary::empty_hint icon="history"/> }.into_any();
        }
        let days = move || by_day(rows.get());
        view! {
            // A day is drawn anew when it grows; the others stay.
            <For each=days key=|(day, of_the_day)| (*day, of_the_day.len(), of_the_day.first().map(|i| i.id)) let((day, of_the_day))>
                <section class="diary-day" aria-label=format::date_long(day)>
                    <h3>{day_words(day)}</h3>
                    <ol class="timeline">{of_the_day.into_iter().map(diary_line).collect_view()}</ol>
                </section>
            </For>
            <Show when=move || list.has_more().get()>
                <p class="notes-more"><Button label=t::diary::more busy=list.loading_more on_click=move |_| list.more()/></p>
            </Show>
        }
        .into_any()
    }
}

fn time(at: DateTime<Utc>) -> String {
    local(at).format("%H:%M").to_string()
}

/// One event.
pub fn diary_line(item: DiaryItem) -> AnyView {
    let look = look(&item.event.kind());
    let at = item.at;
    let by = if item.by_system {
        t::diary::system().to_owned()
    } else {
        item.by.clone()
    };
    view! {
        <li>
            <span class=format!("tl-icon tl-{}", look.tone) aria-hidden="true"><Icon name=look.icon size=15/></span>
            <div>
                <p class="tl-head"><b>{look.title}</b>
                    <span class="diary-when"><span class="by">{by}</span><time datetime=at.to_rfc3339() title=format::instant(at)>{time(at)}</time></span></p>
                {details(item)}
            </div>
        </li>
    }
    .into_any()
}
