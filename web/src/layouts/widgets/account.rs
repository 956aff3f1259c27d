//! What the customer's own answer holds.

use super::{Ctx, nothing};
use crate::accounts::{AccountCard, DebtorsPanel, tone};
use crate::kernel::{format, i18n::t};
use crate::ui::Pill;
use leptos::prelude::*;
use leptos_router::components::A;

pub(super) fn contacts(ctx: Ctx) -> AnyView {
    view! { <DebtorsPanel account=ctx.account/> }.into_any()
}

pub(super) fn facts(ctx: Ctx) -> AnyView {
    view! { <AccountCard account=ctx.account/> }.into_any()
}

pub(super) fn statuses(ctx: Ctx) -> AnyView {
    (move || {
        let statuses = ctx.account.get().map(|a| a.statuses).unwrap_or_default();
        if statuses.is_empty() {
            return nothing(t::layouts::no_status());
        }
        let line = |s: kept_shared::accounts::AccountStatus| {
            let since = s
                .since
                .map(|on| view! { <small class="soft">{t::units::since(format::date(on))}</small> });
            view! { <li><Pill tone=tone(&s.tone) label=s.title/>{since}</li> }
        };
        view! { <ul class="plain-list layouts-lines">{statuses.into_iter().map(line).collect_view()}</ul> }.into_any()
    })
    .into_any()
}

pub(super) fn handover(ctx: Ctx) -> AnyView {
    (move || {
        let Some(h) = ctx.account.get().and_then(|a| a.handover) else {
            return nothing(t::layouts::not_handed_over());
        };
        view! {
            <dl class="dl">
                <dt>{t::layouts::matter}</dt><dd><A href=format!("/handovers/{}", h.id)>{h.reference}</A></dd>
                <dt>{t::layouts::attorney}</dt><dd>{h.attorney}{h.firm.map(|firm| view! { " "<small class="soft">{firm}</small> })}</dd>
                <dt>{t::layouts::handed_on}</dt><dd>{format::day(h.handed_at)}</dd>
            </dl>
        }
        .into_any()
    })
    .into_any()
}
