//! What a community's ageing rules mean, in dates of this month: shown beside the rules while they are changed.

use crate::kernel::{format, i18n::t};
use chrono::{Days, NaiveDate};
use kept_shared::communities::{AgeingBasis, AgeingMode, AgeingRules, CreditPolicy};
use kept_shared::dates::{add_months, month_start};
use leptos::prelude::*;

/// One line of the explanation: the bucket and the dates that fall into it.
fn spans(rules: &AgeingRules, today: NaiveDate) -> Vec<(Option<NaiveDate>, Option<NaiveDate>)> {
    match rules.mode {
        AgeingMode::Days => rules
            .day_ranges()
            .into_iter()
            .map(|(from, to)| {
                // An age of `from` to `to` days is a date `to` to `from` days ago.
                let ago = |days: i32| today.checked_sub_days(Days::new(u64::from(days.unsigned_abs())));
                (to.and_then(ago), from.and_then(ago))
            })
            .collect(),
        AgeingMode::Calendar => {
            let start = month_start(today);
            let month = |back: i32| add_months(start, -back);
            let end = |back: i32| month(back - 1).and_then(|d| d.pred_opt());
            vec![
                (month(0), None),
                (month(1), end(1)),
                (month(2), end(2)),
                (month(3), end(3)),
                (None, end(4)),
            ]
        }
    }
}

/// A table of the five buckets with the dates that fall into each today.
#[component]
pub fn BucketTable(#[prop(into)] rules: Signal<AgeingRules>, #[prop(into)] today: Signal<NaiveDate>) -> impl IntoView {
    let names: [fn() -> &'static str; 5] = [
        t::communities::bucket_current,
        t::communities::bucket_30,
        t::communities::bucket_60,
        t::communities::bucket_90,
        t::communities::bucket_120,
    ];
    let rows = move || {
        let lines = spans(&rules.get(), today.get());
        lines
            .into_iter()
            .zip(names)
            .enumerate()
            .map(|(n, ((from, to), name))| {
                let text = match (from, to) {
                    (Some(from), Some(to)) if from == to => format::date(from),
                    (Some(from), Some(to)) => t::communities::from_to(format::date(from), format::date(to)),
                    (Some(from), None) => t::communities::from_on(format::date(from)),
                    (None, Some(to)) => t::communities::until(format::date(to)),
                    (None, None) => String::new(),
                };
                view! { <div><dt><span class=format!("dot b{n}") aria-hidden="true"></span>{name()}</dt><dd>{text}</dd></div> }
            })
            .collect_view()
    };
    let basis = move || match rules.with(|r| r.basis) {
        AgeingBasis::DueDate => t::communities::explain_due(),
        AgeingBasis::TransactionDate => t::communities::explain_transaction(),
    };
    let credits = move || match rules.with(|r| r.credit_policy) {
        CreditPolicy::OldestFirst => t::communities::credit_oldest_hint(),
        CreditPolicy::OwnDate => t::communities::credit_own_hint(),
        CreditPolicy::Separate => t::communities::credit_separate_hint(),
    };
    view! {
        <div class="communities-buckets">
            <p class="soft">{move || t::communities::explain_today(format::date(today.get()))}" "{basis}</p>
            <dl class="ages">{rows}</dl>
            <p class="soft">{credits}</p>
        </div>
    }
    .into_any()
}
