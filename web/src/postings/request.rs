//! One request: what was asked for, what it would do, and the decision.

use crate::claims::resolution_words;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::i18n::t;
use crate::kernel::{api::use_api, format, load, use_session};
use crate::ledger::{context_words, type_words};
use crate::ui::{Button, ButtonKind, Callout, Dialog, Drawer, Pill, ProblemNote, SubmitButton, TextArea, use_toasts};
use kept_shared::flaws::Flaws;
use kept_shared::ledger::MAX_DESCRIPTION;
use kept_shared::money::Money;
use kept_shared::permission::Permission;
use kept_shared::postings::*;
use leptos::{ev, prelude::*};
use leptos_router::components::A;

pub(super) fn kind_words(r: &PostingRequest) -> String {
    match &r.asked {
        Asked::Posting { posting } => type_words(posting.kind).to_owned(),
        Asked::Reversal { .. } => t::postings::kind_reversal().to_owned(),
        Asked::Resolution { resolution, .. } => t::postings::kind_resolution(resolution_words(*resolution)),
    }
}

pub(super) fn state_words(state: RequestState) -> (&'static str, &'static str) {
    match state {
        RequestState::Pending => ("warn", t::postings::state_pending()),
        RequestState::Approved => ("good", t::postings::state_approved()),
        RequestState::Declined => ("bad", t::postings::state_declined()),
        RequestState::Withdrawn => ("neutral", t::postings::state_withdrawn()),
    }
}

#[component]
pub(super) fn RequestDrawer(
    request: PostingRequest,
    #[prop(into)] on_close: Callback<()>,
    #[prop(into)] on_change: Callback<PostingRequest>,
) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let act = Act::new();
    let declining = RwSignal::new(false);
    let (id, version) = (request.id, request.version);
    let pending = request.state == RequestState::Pending;
    let own = session.me().is_some_and(|me| me.id == request.requested_by);
    let decide = move |deed: &'static str, done: fn() -> &'static str| {
        act.run(api.decide_request(id, version, deed, None), move |answer| {
            toasts.good(done());
            on_change.run(answer.value);
        });
    };
    let (may_decide, may_withdraw) = (pending && request.may_decide, pending && request.may_withdraw);
    let foot = move || {
        view! {
            {may_withdraw.then(|| view! { <Button label=t::postings::withdraw disabled=act.busy() on_click=move |_| decide("withdraw", t::postings::withdrawn)/> })}
            {may_decide.then(|| view! {
                <Button label=t::postings::decline disabled=act.busy() on_click=move |_| declining.set(true)/>
                <Button label=t::postings::approve kind=ButtonKind::Primary busy=act.busy() on_click=move |_| decide("approve", t::postings::approved)/>
            })}
        }
        .into_any()
    };
    let note = match (pending, may_decide, own) {
        (true, false, true) => Some(t::postings::own_request()),
        (true, false, false) => Some(t::postings::not_yours()),
        (true, true, _) | (false, ..) => None,
    };
    let (tone, words) = state_words(request.state);
    let decided = request.decided_name.clone().zip(request.decided_at);
    let account = request.account_id;
    let body = view! {
        <div class="balance"><div><span>{t::postings::amount}</span><strong class:credit={request.amount.minor < 0}>{format::money(request.amount)}</strong></div>
            <Pill tone label=words/></div>
        {note.map(|note| view! { <Callout tone="info"><p>{note}</p></Callout> })}
        <Facts request=request.clone()/>
        {decided.map(|(name, at)| view! {
            <section><h3>{t::postings::decision}</h3><p>{words}" · "{name}" · "{format::instant(at)}</p>
                {request.decision_reason.clone().map(|r| view! { <p class="soft">{r}</p> })}</section>
        })}
        <Show when=move || pending && session.may(Permission::ViewAccounts)><Consequence account amount=request.amount/></Show>
        <ProblemNote problem=act.problem()/>
        <DeclineDialog open=declining id version on_done=on_change/>
    };
    let title = kind_words(&request);
    let subtitle = format!("{} · {}", request.name, request.account);
    if may_decide || may_withdraw {
        view! { <Drawer title subtitle class="drawer-over" on_close foot>{body}</Drawer> }.into_any()
    } else {
        view! { <Drawer title subtitle class="drawer-over" on_close>{body}</Drawer> }.into_any()
    }
}

#[component]
fn Facts(request: PostingRequest) -> impl IntoView {
    let row = |label: &'static str, value: Option<String>| value.map(|v| view! { <dt>{label}</dt><dd>{v}</dd> });
    let asked = match request.asked.clone() {
        Asked::Posting { posting: p } => {
            let period = p
                .period_from
                .zip(p.period_to)
                .map(|(from, to)| t::units::from_to(format::date(from), format::date(to)));
            view! {
                {row(t::postings::date(), Some(format::date_long(p.date)))}
                {row(t::postings::due(), p.due_on.map(format::date_long))}
                {row(t::postings::description(), Some(p.description))}
                {row(t::postings::reference(), p.reference)}
                {row(t::postings::period(), period)}
                {row(t::postings::context(), p.context.map(|c| context_words(c).to_owned()))}
                {p.claim_id.map(|c| view! { <dt>{t::postings::claim}</dt><dd><A href=format!("/claims/{c}")>{t::postings::see_claim}</A></dd> })}
                {row(t::postings::reason(), p.reason)}
            }
            .into_any()
        }
        Asked::Reversal { reversal: r, .. } => view! {
            {row(t::postings::undoes(), Some(request.description.clone()))}
            {row(t::postings::reverse_on(), Some(format::date_long(r.date)))}
            {row(t::postings::fee(), r.fee.map(format::money))}
            {row(t::postings::reason(), Some(r.reason))}
        }
        .into_any(),
        Asked::Resolution {
            claim_id,
            resolution,
            date,
            reason,
        } => view! {
            <dt>{t::postings::claim}</dt><dd><A href=format!("/claims/{claim_id}")>{request.description.clone()}</A></dd>
            {row(t::postings::ends_as(), Some(resolution_words(resolution).to_owned()))}
            {row(t::postings::date(), Some(format::date_long(date)))}
            {row(t::postings::reason(), Some(reason))}
        }
        .into_any(),
    };
    view! {
        <dl class="dl">
            <dt>{t::postings::customer}</dt><dd><A href=format!("/accounts/{}?tab=journal", request.account_id)>{request.name.clone()}</A></dd>
            {row(t::postings::community(), Some(request.community.clone()))}
            {asked}
            {row(t::postings::requested(), Some(format!("{} · {}", request.requested_name, format::instant(request.requested_at))))}
        </dl>
    }
    .into_any()
}

/// What the account's balance is now and would be.
#[component]
fn Consequence(account: kept_shared::ids::AccountId, amount: Money) -> impl IntoView {
    let api = use_api();
    let found = load(move || api.account(account));
    move || {
        let now = found
            .get()
            .map(|a| a.balance.map_or(Money::zero(amount.currency), |b| b.total))?;
        let then = now.checked_add(amount).ok()?;
        Some(view! {
            <section><h3>{t::postings::effect}</h3>
                <dl class="dl dl-amounts">
                    <dt>{t::postings::balance_now}</dt><dd>{format::amount(now)}</dd>
                    <dt>{t::postings::this_entry}</dt><dd class:credit={amount.minor < 0}>{format::amount(amount)}</dd>
                    <dt class="total">{t::postings::balance_then}</dt><dd class="total">{format::money(then)}</dd>
                </dl></section>
        })
    }
}

#[component]
fn DeclineDialog(
    open: RwSignal<bool>,
    id: kept_shared::ids::PostingRequestId,
    version: i64,
    on_done: Callback<PostingRequest>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let act = Act::new();
    let reason = RwSignal::new(String::new());
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let text = reason.get_untracked().trim().to_owned();
        let mut flaws = Flaws::default();
        flaws.text("/reason", &text, MAX_DESCRIPTION);
        if !acceptable(act, flaws) {
            return;
        }
        act.run(api.decide_request(id, version, "decline", Some(text)), move |answer| {
            open.set(false);
            toasts.good(t::postings::declined());
            on_done.run(answer.value);
        });
    };
    view! {
        <Dialog open title=t::postings::decline_title class="dialog-narrow" locked=act.busy()>
            <form novalidate=true on:submit=submit>
                <div class="dialog-body">
                    <p class="lead">{t::postings::decline_text}</p>
                    <TextArea label=t::postings::reason value=reason required=true rows=3 problem=act.problem() pointer="/reason" maxlength=MAX_DESCRIPTION as u32/>
                    <ProblemNote problem=act.problem()/>
                </div>
                <div class="dialog-foot">
                    <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                    <SubmitButton label=t::postings::decline kind=ButtonKind::Danger busy=act.busy()/>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}
