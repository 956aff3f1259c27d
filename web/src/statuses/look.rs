//! The look before: who will change, who is left alone and why, and who only if somebody says so by name.

use super::preflight::skip_words;
use crate::kernel::{format, i18n::t};
use crate::notes::{close_words, reason_words};
use crate::ui::{Callout, Checkbox, Icon};
use kept_shared::{
    handovers::EndedHandover,
    ids::AccountId,
    money::Money,
    statuses::{ApplyPreview, RowRemark, Warning},
};
use leptos::prelude::*;

pub fn warn_words(warning: Warning) -> &'static str {
    match warning {
        Warning::EndedNotPermitted => t::statuses::warn_ended_not_permitted(),
        Warning::EndedInDispute => t::statuses::warn_ended_in_dispute(),
        Warning::EndedPrescribed => t::statuses::warn_ended_prescribed(),
        Warning::EndedDeceased => t::statuses::warn_ended_deceased(),
        Warning::EndedInsolvent => t::statuses::warn_ended_insolvent(),
        Warning::HandedOverBefore => t::statuses::warn_handed_over_before(),
        Warning::ZeroBalance => t::statuses::warn_zero_balance(),
        Warning::CreditBalance => t::statuses::warn_credit_balance(),
        Warning::ClosesHandover => t::statuses::warn_closes_handover(),
        Warning::ReplacesStatus => t::statuses::warn_replaces_status(),
    }
}

fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// What the customers to be changed owe together, the ticked ones among them, per currency.
fn owed(sure: &[Money], ticked: impl Iterator<Item = Money>) -> String {
    let mut all = sure.to_vec();
    for money in ticked {
        match all.iter_mut().find(|m| m.currency == money.currency) {
            Some(sum) => *sum = sum.checked_add(money).unwrap_or(*sum),
            None => all.push(money),
        }
    }
    if all.is_empty() {
        return "–".to_owned();
    }
    all.into_iter().map(format::money).collect::<Vec<_>>().join(" · ")
}

/// What a batch would do. `confirmed` takes the customers ticked although an earlier handover ended gravely.
#[component]
pub(super) fn Look(
    preview: ApplyPreview,
    attorney: Option<String>,
    note: Option<String>,
    confirmed: RwSignal<Vec<AccountId>>,
) -> impl IntoView {
    let named = preview.first.len();
    let unnamed = size(preview.applies).saturating_sub(named);
    let (grave, others): (Vec<RowRemark>, Vec<RowRemark>) = preview
        .remarks
        .iter()
        .cloned()
        .partition(|r| r.warnings.iter().any(|w| w.is_grave()));
    let has_grave = !grave.is_empty();
    // Remarks the list had no room for; those to be confirmed are counted in their own part.
    let unlisted = size(preview.unconfirmed).saturating_sub(grave.iter().filter(|r| r.skipped.is_some()).count());
    let unsaid = size(preview.more_remarks).saturating_sub(unlisted);
    let (applies, skips, sure) = (size(preview.applies), size(preview.skips), preview.balances.clone());
    let balances: Vec<(AccountId, Money)> = grave.iter().filter_map(|r| Some((r.account_id, r.balance?))).collect();
    let ticked = move || confirmed.with(Vec::len);
    let sum = move || {
        let ticked = confirmed.get();
        owed(
            &sure,
            balances.iter().filter(|(id, _)| ticked.contains(id)).map(|(_, m)| *m),
        )
    };
    view! {
        {attorney.map(|name| view! { <p class="row"><Icon name="flag"/><b>{t::statuses::to_attorney(name)}</b></p> })}
        <dl class="dl dl-amounts">
            <dt>{t::statuses::will_change}</dt><dd><b>{move || format::count(applies.saturating_add(ticked()))}</b></dd>
            <dt>{t::statuses::will_skip}</dt><dd>{move || format::count(skips.saturating_sub(ticked()))}</dd>
            <dt>{t::statuses::owed}</dt><dd>{sum}</dd>
            {(preview.charges > 0).then(|| view! { <dt>{t::statuses::charges}</dt><dd>{preview.charges}</dd> })}
            {(preview.messages > 0).then(|| view! { <dt>{t::statuses::messages}</dt><dd>{preview.messages}</dd> })}
            {note.map(|note| view! { <dt>{t::statuses::note}</dt><dd class="statuses-said">{note}</dd> })}
        </dl>
        {(applies == 0 && grave.is_empty()).then(|| view! { <Callout tone="warn"><p>{t::statuses::nothing}</p></Callout> })}
        {(!grave.is_empty()).then(|| view! { <Grave grave unlisted confirmed/> })}
        {(!others.is_empty()).then(|| view! {
            <section>
                <h3>{t::statuses::remarks}</h3>
                <ul class="plain-list statuses-remarks">{others.into_iter().map(remark).collect_view()}</ul>
            </section>
        })}
        {(unsaid > 0).then(|| view! { <p class="soft">{t::statuses::more_unsaid(format::count(unsaid))}</p> })}
        {(named > 0).then(|| view! {
            <section>
                <h3>{if has_grave { t::statuses::customers_others() } else { t::statuses::customers_to_change() }}</h3>
                <ul class="plain-list statuses-remarks">
                    {preview.first.into_iter().map(|row| view! {
                        <li><span><b>{row.name}</b><small>{row.reference}</small></span><span class="num">{format::money(row.balance)}</span></li>
                    }).collect_view()}
                </ul>
                {(unnamed > 0).then(|| view! { <p class="soft">{t::statuses::more_remarks(format::count(unnamed))}</p> })}
            </section>
        })}
    }
    .into_any()
}

fn remark(r: RowRemark) -> impl IntoView {
    let words = r.skipped.map(skip_words).into_iter();
    let words: Vec<&'static str> = words.chain(r.warnings.iter().copied().map(warn_words)).collect();
    let skipped = r.skipped.is_some();
    view! {
        <li>
            <span><b>{r.name.unwrap_or_else(|| t::statuses::out_of_reach().to_owned())}</b><small>{r.reference}</small></span>
            <span class="row" class:soft=!skipped><Icon name=if skipped { "circle-x" } else { "triangle-alert" } size=14/>{words.join(", ")}</span>
        </li>
    }
}

/// Customers whose earlier handover ended so that collecting may not be permitted: each is ticked by itself or stays.
#[component]
fn Grave(grave: Vec<RowRemark>, unlisted: usize, confirmed: RwSignal<Vec<AccountId>>) -> impl IntoView {
    // Only handing over waits for a tick.
    let asks = grave.iter().any(|r| r.skipped.is_some());
    view! {
        <section class="statuses-grave">
            <h3><Icon name="triangle-alert" size=16/>{t::statuses::grave_title}</h3>
            <p>{if asks { t::statuses::grave_text() } else { t::statuses::grave_told() }}</p>
            <ul class="plain-list">{grave.into_iter().map(|r| grave_row(r, confirmed)).collect_view()}</ul>
            {(unlisted > 0).then(|| view! { <p class="soft">{t::statuses::grave_more(format::count(unlisted))}</p> })}
        </section>
    }
    .into_any()
}

fn grave_row(r: RowRemark, confirmed: RwSignal<Vec<AccountId>>) -> impl IntoView {
    let (id, asks) = (r.account_id, r.skipped.is_some());
    let ticked = RwSignal::new(confirmed.with_untracked(|all| all.contains(&id)));
    Effect::new(move |_| {
        let on = ticked.get();
        confirmed.update(|all| {
            all.retain(|other| *other != id);
            if on {
                all.push(id);
            }
        });
    });
    let words: Vec<&'static str> = r.warnings.iter().copied().map(warn_words).collect();
    let name = r.name.unwrap_or_default();
    let label = t::statuses::confirm_one(&name);
    view! {
        <li>
            <div class="statuses-who"><span><b>{name}</b><small>{r.reference}</small></span><span class="num">{r.balance.map(format::money)}</span></div>
            <p class="bad-text">{words.join(", ")}</p>
            {r.earlier.map(ended)}
            {asks.then(|| view! { <Checkbox label checked=ticked/> })}
        </li>
    }
}

/// How it ended: when, with whom, why and what was said; the matter opens beside, the look stays.
fn ended(e: EndedHandover) -> impl IntoView {
    let why = e.reason.as_deref().map(reason_words);
    let why = why.or_else(|| e.close_code.map(|c| close_words(c).to_owned()));
    let facts = [
        Some(t::statuses::ended_on(format::instant(e.closed_at), e.attorney)),
        why,
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <p class="soft">
            <a href=format!("/handovers/{}", e.id) target="_blank" rel="noopener">{e.reference}<span class="sr">{t::statuses::opens_beside}</span></a>
            " · "{facts}
        </p>
        {e.close_note.map(|note| view! { <blockquote class="statuses-said">{note}</blockquote> })}
    }
}
