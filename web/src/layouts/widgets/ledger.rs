//! What the ledger says.

use super::{Ctx, line, loaded, nothing};
use crate::accounts::BalanceCard;
use crate::claims::{product_kind_words, standing};
use crate::kernel::{api::use_api, format, i18n::t, load};
use crate::ledger::{method_words, size, use_changes};
use crate::ui::Pill;
use crate::unit_figures::AccountUnitsPanel;
use futures_util::future::try_join;
use kept_shared::claims::{ClaimFilter, ClaimLine, Product};
use kept_shared::journal::{JournalFilter, JournalLine, JournalSort};
use kept_shared::ledger::{ClaimState, EntryType};
use leptos::prelude::*;
use leptos_router::components::A;

/// Lines of a list.
const SHOWN: u32 = 5;

/// What is owed, how many claims, and what came on either side.
pub(super) fn totals(ctx: Ctx) -> AnyView {
    let (api, changes, id) = (use_api(), use_changes(), ctx.id);
    let found = load(move || {
        changes.track();
        async move {
            let (claims, journal) = (ClaimFilter::default(), JournalFilter::default());
            try_join(api.claims_summary(id, &claims), api.journal_summary(id, &journal)).await
        }
    });
    loaded(found, |(claims, journal)| {
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        view! {
            <dl class="dl layouts-sums">
                <dt>{t::layouts::outstanding}</dt><dd><b>{format::money(journal.balance)}</b></dd>
                <dt>{t::layouts::claims_count}</dt><dd>{t::layouts::claims_of(number(claims.claims), number(claims.open))}</dd>
                <dt>{t::layouts::debited}</dt><dd>{format::money(journal.debits)}</dd>
                <dt>{t::layouts::credited}</dt><dd>{format::money(size(journal.credits))}</dd>
            </dl>
        }
        .into_any()
    })
}

/// The open ones, the latest due first.
pub(super) fn claims(ctx: Ctx) -> AnyView {
    let (api, changes, id) = (use_api(), use_changes(), ctx.id);
    let found = load(move || {
        changes.track();
        let filter = ClaimFilter {
            state: Some(ClaimState::Active),
            open: Some(true),
            limit: Some(SHOWN),
            ..ClaimFilter::default()
        };
        async move { api.claims(id, &filter).await }
    });
    let one = |c: ClaimLine| {
        let (due, stands) = (t::layouts::due(format::date(c.due_on)), standing(&c));
        line(
            view! { <A href=format!("/claims/{}", c.id)>{c.reference}</A><small class="soft">{due}</small> },
            view! { {stands}<b class="nowrap">{format::money(c.totals.open)}</b> },
        )
    };
    loaded(found, move |page| {
        if page.items.is_empty() {
            return nothing(t::layouts::no_claims());
        }
        view! { <ul class="plain-list layouts-lines">{page.items.into_iter().map(one).collect_view()}</ul> }.into_any()
    })
}

pub(super) fn products(ctx: Ctx) -> AnyView {
    let (api, id) = (use_api(), ctx.id);
    let found = load(move || api.products(id));
    let one = |p: Product| {
        let old = (!p.is_active).then(|| view! { <Pill tone="neutral" label=t::layouts::inactive/> });
        line(
            view! { <span>{p.name}</span><small class="soft mono">{p.reference}</small> },
            view! { {old}<span class="soft">{product_kind_words(p.kind)}</span> },
        )
    };
    loaded(found, move |all| {
        if all.is_empty() {
            return nothing(t::layouts::no_products());
        }
        view! { <ul class="plain-list layouts-lines">{all.into_iter().map(one).collect_view()}</ul> }.into_any()
    })
}

pub(super) fn units(ctx: Ctx) -> AnyView {
    view! { <AccountUnitsPanel account=ctx.id pay=None plain=true/> }.into_any()
}

pub(super) fn ageing(ctx: Ctx) -> AnyView {
    (move || {
        ctx.account
            .get()
            .map(|a| view! { <BalanceCard account=a.id balance=a.balance rules=a.community.ageing/> })
    })
    .into_any()
}

/// The latest first.
pub(super) fn payments(ctx: Ctx) -> AnyView {
    let (api, changes, id) = (use_api(), use_changes(), ctx.id);
    let found = load(move || {
        changes.track();
        let filter = JournalFilter {
            kind: vec![EntryType::Payment],
            sort: Some(JournalSort::DateDown),
            limit: Some(SHOWN),
            ..JournalFilter::default()
        };
        async move { api.journal(id, &filter).await }
    });
    let one = |p: JournalLine| {
        let how = p.payment_method.as_deref().map_or(p.description.clone(), method_words);
        let undone = p
            .reversed_by_no
            .map(|_| view! { <Pill tone="neutral" label=t::layouts::reversed/> });
        line(
            view! { <A href=format!("?tab=journal&q={}", p.no)>{format::date(p.date)}</A><small class="soft">{how}</small> },
            view! { {undone}<b class="nowrap">{format::money(size(p.amount))}</b> },
        )
    };
    loaded(found, move |page| {
        if page.items.is_empty() {
            return nothing(t::layouts::no_payments());
        }
        view! { <ul class="plain-list layouts-lines">{page.items.into_iter().map(one).collect_view()}</ul> }.into_any()
    })
}
