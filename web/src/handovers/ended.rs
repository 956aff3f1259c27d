//! The mark on a customer whose earlier matter ended so that collecting may not be permitted.

use crate::kernel::{Load, api::use_api, format, i18n::t, load, use_session};
use crate::statuses::warn_words;
use crate::ui::Callout;
use kept_shared::{
    accounts::Account,
    handovers::{Handover, HandoverFilter, HandoverState},
    ids::AccountId,
    permission::Permission,
    statuses::Warning,
};
use leptos::prelude::*;
use leptos_router::components::A;
use std::cmp::Reverse;

/// The gravest ending of the customer's earlier matters, the latest of equals; nothing where none was grave. Attorneys
/// are told on the matter itself, without by whom it was held. Nothing either while the customer is handed over again.
#[component]
pub fn EndedBefore(account: Load<Account>, id: AccountId) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let sees = session.may(Permission::ViewHandovers) && !session.is_attorney();
    let ended = load(move || async move {
        if !sees {
            return Ok(None);
        }
        let filter = HandoverFilter {
            account_id: Some(id),
            state: vec![HandoverState::Closed, HandoverState::Declined],
            limit: Some(100),
            ..HandoverFilter::default()
        };
        let all = api.handovers(&filter).await?.items.into_iter();
        let grave = all
            .map(|h| (Warning::of_ending(h.close_code, h.reason.as_deref()), h))
            .filter(|(warning, _)| warning.is_grave());
        Ok(grave.min_by_key(|(warning, h)| (*warning, Reverse(h.closed_at))))
    });
    let is_out = Memo::new(move |_| account.value.with(|a| a.as_ref().is_none_or(|a| a.handover.is_some())));
    move || {
        ended.get().flatten().filter(|_| !is_out.get()).map(|(warning, matter): (Warning, Handover)| {
            let when = matter.closed_at.map(format::instant).unwrap_or_default();
            view! {
                <Callout tone="bad">
                    <b>{warn_words(warning)}</b>
                    <p>{t::statuses::ended_on_page(when, matter.attorney.name)}" "<A href=format!("/handovers/{}", matter.id)>{matter.reference}</A></p>
                </Callout>
            }
        })
    }
}
