//! Bars that lead to the customers behind them.

use super::page::n;
use crate::kernel::{format, i18n::t};
use crate::ui::Card;
use kept_shared::age_analysis::Bucket;
use kept_shared::dashboard::{CommunityArrears, StatusCount};
use kept_shared::money::Money;
use leptos::prelude::*;
use leptos_router::components::A;

/// Customers by status and communities by what is overdue; each bar leads to the customers behind it.
#[component]
pub(super) fn Charts(statuses: Vec<StatusCount>, communities: Vec<CommunityArrears>, sees_age: bool) -> impl IntoView {
    let most = statuses.iter().map(|s| s.accounts).max().unwrap_or_default();
    let of_statuses: Vec<Bar> = statuses
        .into_iter()
        .map(|s| Bar {
            href: sees_age.then(|| format!("/age-analysis?status={}", s.status_id)),
            share: share(i128::from(s.accounts), i128::from(most)),
            tone: tone(&s.tone),
            figure: format::count(n(s.accounts)),
            small: String::new(),
            label: s.title,
        })
        .collect();
    // Bars compare amounts of one currency only.
    let mut tops: Vec<Money> = vec![];
    for c in &communities {
        match tops.iter_mut().find(|m| m.currency == c.overdue.currency) {
            Some(top) => top.minor = top.minor.max(c.overdue.minor),
            None => tops.push(c.overdue),
        }
    }
    let top = |m: Money| tops.iter().find(|t| t.currency == m.currency).map_or(0, |t| t.minor);
    let of_communities: Vec<Bar> = communities
        .iter()
        .map(|c| Bar {
            href: sees_age.then(|| {
                let behind: String = Bucket::OVERDUE
                    .iter()
                    .map(|bucket| format!("&bucket={}", bucket.as_str()))
                    .collect();
                format!("/age-analysis?community_id={}{behind}", c.community_id)
            }),
            share: share(i128::from(c.overdue.minor), i128::from(top(c.overdue))),
            tone: "bad",
            figure: format::money(c.overdue),
            small: t::dashboard::accounts(n(c.accounts)),
            label: c.name.clone(),
        })
        .collect();
    let card = |title: &'static str, bars: Vec<Bar>| {
        (!bars.is_empty()).then(|| view! { <Card title=title><ul class="plain-list dashboard-bars">{bars.into_iter().map(Bar::view).collect_view()}</ul></Card> })
    };
    let none = of_statuses.is_empty() && of_communities.is_empty();
    (!none).then(|| {
        view! {
            <div class="grid-2 dashboard-charts">
                {card(t::dashboard::by_status(), of_statuses)}
                {card(t::dashboard::by_community(), of_communities)}
            </div>
        }
    })
}

/// A line of a chart.
struct Bar {
    label: String,
    figure: String,
    small: String,
    /// Thousandths of the longest.
    share: String,
    tone: &'static str,
    href: Option<String>,
}

impl Bar {
    fn view(self) -> AnyView {
        let inside = view! {
            <span class="dashboard-bar-name">{self.label}</span>
            <span class="dashboard-bar" aria-hidden="true"><i class=format!("tone-{}", self.tone) style:width=self.share></i></span>
            <span class="num nowrap">{self.figure}{(!self.small.is_empty()).then(|| view! { <small>{self.small}</small> })}</span>
        };
        match self.href {
            Some(href) => view! { <li><A href=href>{inside}</A></li> }.into_any(),
            None => view! { <li><span class="row">{inside}</span></li> }.into_any(),
        }
    }
}

/// How long a bar is beside the longest, as a width; a sliver where there is anything.
fn share(part: i128, whole: i128) -> String {
    let thousandths = part.max(0) * 1_000 / whole.max(1);
    let shown = if part > 0 { thousandths.max(10) } else { 0 };
    format!("{}.{}%", shown / 10, shown % 10)
}

/// Tones of the status catalogue as classes.
fn tone(text: &str) -> &'static str {
    match text {
        "good" => "good",
        "info" => "info",
        "warn" => "warn",
        "bad" => "bad",
        "violet" => "violet",
        "ink" => "ink",
        _ => "neutral",
    }
}
