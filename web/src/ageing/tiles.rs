//! What is owed by age; each tile is a filter.

use super::columns::{age_name, heading};
use super::list::AgeList;
use crate::kernel::i18n::t;
use crate::ui::{AgePart, AgeTiles};
use kept_shared::age_analysis::Bucket;
use kept_shared::ageing::{AgedMoney, AgeingRules};
use kept_shared::money::{Currency, Money};
use leptos::prelude::*;

/// The five ages of an account under its community's rules, and what no age holds, so that they add up to the whole.
pub fn parts_of(a: &AgedMoney, rules: &AgeingRules) -> Vec<AgePart> {
    let mut all = parts(a);
    for (n, part) in all.iter_mut().take(5).enumerate() {
        part.label = age_name(std::iter::once(rules), n);
    }
    all
}

fn parts(a: &AgedMoney) -> Vec<AgePart> {
    let part = |bucket: Bucket, label: &str, class, amount| AgePart {
        key: bucket.as_str().to_owned(),
        label: label.to_owned(),
        class,
        amount,
    };
    let mut all = vec![
        part(Bucket::Current, t::ageing::current(), "b0", a.current),
        part(Bucket::D30, t::ageing::d30(), "b1", a.d30),
        part(Bucket::D60, t::ageing::d60(), "b2", a.d60),
        part(Bucket::D90, t::ageing::d90(), "b3", a.d90),
        part(Bucket::D120, t::ageing::d120(), "b4", a.d120),
    ];
    if !a.unallocated.is_zero() {
        all.push(part(Bucket::Unallocated, t::ageing::unallocated(), "", a.unallocated));
    }
    all
}

/// Outstanding and its ages over all rows of the list, a row for each currency; a pressed tile narrows the list to its age.
#[component]
pub fn AgeTotals(list: AgeList) -> impl IntoView {
    let totals = move || list.summary.get().map(|s| s.totals).unwrap_or_default();
    // Nothing owed anywhere is shown as nothing in one currency.
    let currencies = Memo::new(move |_| {
        let all: Vec<Currency> = totals().iter().map(|t| t.amounts.total.currency).collect();
        if all.is_empty() { vec![Currency::Zar] } else { all }
    });
    // Several ages at once, as the first page asks for them, are no tile.
    let of_filter = move || {
        list.filter.with(|f| match f.bucket.as_slice() {
            [one] => Some(one.as_str().to_owned()),
            _ => None,
        })
    };
    let chosen = RwSignal::new(untrack(of_filter));
    Effect::new(move |_| {
        let now = of_filter();
        if chosen.with_untracked(|c| *c != now) {
            chosen.set(now);
        }
    });
    Effect::new(move |_| {
        let now = chosen.get();
        if now != untrack(of_filter) {
            let wanted: Vec<Bucket> = now.and_then(|key| key.parse().ok()).into_iter().collect();
            list.filter.update(|f| f.bucket = wanted);
        }
    });
    let row = move |currency: Currency| {
        let amounts = move || {
            let of = totals().into_iter().find(|t| t.amounts.total.currency == currency);
            of.map_or_else(
                || AgedMoney::of(&kept_shared::ageing::Aged::default(), currency),
                |t| t.amounts,
            )
        };
        let total: Signal<Money> = Signal::derive(move || amounts().total);
        let all = Signal::derive(move || {
            let mut all = parts(&amounts());
            for (n, part) in all.iter_mut().take(5).enumerate() {
                part.label = heading(list, n);
            }
            all
        });
        let label = move || match currencies.with(Vec::len) {
            0 | 1 => t::ageing::by_age().to_owned(),
            _ => format!("{} ({})", t::ageing::by_age(), currency.as_str()),
        };
        view! { <AgeTiles label=label total parts=all chosen/> }
    };
    view! { <For each=move || currencies.get() key=|c| *c let:currency>{row(currency)}</For> }
}
