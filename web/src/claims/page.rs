//! One claim: what it is made of, where it stands, and what happened to it (spec E08).

use super::deeds::{Deed, ReasonDialog, RelateDialog, ResolveDialog};
use super::history::History;
use super::words::{period, relation_words, resolution_words, standing};
use crate::kernel::{Load, api::use_api, format, i18n::t, load, use_session};
use crate::ledger::{Changes, figure};
use crate::metadata::MetadataCard;
use crate::payments::{PaymentFor, RecordPaymentDialog};
use crate::postings::PostDialog;
use crate::ui::{
    Breadcrumbs, Button, ButtonKind, Callout, Card, Loading, Menu, MenuItem, NoPermission, PageHead, ProblemPanel,
    SkeletonKind,
};
use kept_shared::accounts::Account;
use kept_shared::claims::{Claim, ClaimTotals};
use kept_shared::ids::ClaimId;
use kept_shared::ledger::ClaimState;
use kept_shared::metadata::MetadataEntity;
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

/// `/claims/:claim`.
#[component]
pub fn ClaimPage() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::ViewLedger) fallback=|| view! { <div class="page"><NoPermission/></div> }><Page/></Show>
    }
    .into_any()
}

#[component]
fn Page() -> impl IntoView {
    let api = use_api();
    let changes = Changes::provide();
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params
            .with(|p| p.get("claim").and_then(|id| id.parse().ok()))
            .unwrap_or(ClaimId(uuid::Uuid::nil()))
    });
    let claim = load(move || {
        changes.track();
        api.claim(id.get())
    });
    view! {
        <div class="page">
            {move || match (claim.problem.get(), claim.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| claim.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
                (None, Some(claim)) => view! { <Shown claim changes/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Shown(claim: Claim, changes: Changes) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let account_id = claim.account_id;
    // Who posts or records here also sees the customer; what the forms need comes from there.
    let account: Load<Account> = load(move || api.account(account_id));
    let l = claim.line.clone();
    let trail = vec![
        ("/accounts".to_owned(), t::accounts::title.into()),
        (format!("/accounts/{account_id}?tab=claims"), claim.name.clone().into()),
    ];
    let subtitle = [
        Some(claim.account.clone()),
        Some(claim.community.clone()),
        l.product.clone(),
    ];
    let subtitle = subtitle.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    // A claim that simply is paid says so beside its name.
    let ended = l.resolution.zip(claim.resolved_on).map(|(r, on)| {
        let words = t::claims::ended_as(resolution_words(r), format::date(on));
        let why = claim.resolved_reason.clone();
        view! { <Callout tone="neutral" title=words>{why.map(|w| view! { <p>{w}</p> })}</Callout> }
    });
    let may_customer = session.may(Permission::ViewAccounts);
    let fact = |label: &'static str, value: Option<String>| value.map(|v| view! { <dt>{label}</dt><dd>{v}</dd> });
    let unrelated = claim.relations.is_empty();
    let relations = claim
        .relations
        .clone()
        .into_iter()
        .map(|r| {
            let href = format!("/claims/{}", r.claim_id);
            view! { <li><span>{relation_words(r.kind, r.outward)}</span><A href=href>{r.reference}</A></li> }
        })
        .collect_view();
    let relating = RwSignal::new(false);
    let may_edit = session.may(Permission::EditClaims);
    let relate = move || {
        view! { {may_edit.then(|| view! { <Button label=t::claims::relate icon="link" class="btn-sm" on_click=move |_| relating.set(true)/> })} }.into_any()
    };
    let done = Callback::new(move |()| changes.tell());
    let name = claim.name.clone();
    let customer = if may_customer {
        view! { <A href=format!("/accounts/{account_id}")>{name}</A> }.into_any()
    } else {
        name.into_any()
    };
    let (stands, for_deeds, for_history) = (standing(&l), claim.clone(), claim.clone());
    let facts = view! {
        {fact(t::claims::issued(), Some(format::date_long(l.issued_on)))}
        {fact(t::claims::due(), Some(format::date_long(l.due_on)))}
        {fact(t::claims::days(), l.days_past_due.map(|d| d.to_string()))}
        {fact(t::claims::period(), period(&l))}
        {fact(t::claims::product(), l.product.clone())}
        {fact(t::claims::source(), claim.source.clone())}
    };
    view! {
        <Breadcrumbs trail here=l.reference.clone()/>
        <PageHead title=t::claims::page_title(&l.reference) subtitle>
            <span class="row wrap">{stands}</span>
            <Deeds claim=for_deeds account on_done=done/>
        </PageHead>
        {ended}
        <Totals totals=l.totals/>
        <div class="grid-side claims-page">
            <History claim=for_history/>
            <div class="stack-cards">
                <Card title=t::claims::facts>
                    <dl class="dl">
                        <dt>{t::claims::customer}</dt><dd>{customer}</dd>
                        {facts}
                    </dl>
                </Card>
                <MetadataCard entity=MetadataEntity::Claim row=l.id.0 name=l.reference.clone() currency=l.totals.open.currency/>
                <Card title=t::claims::relations actions=ViewFn::from(relate)>
                    {unrelated.then(|| view! { <p class="soft">{t::claims::no_relations}</p> })}
                    <ul class="plain-list">{relations}</ul>
                </Card>
            </div>
        </div>
        <RelateDialog open=relating claim on_done=done/>
    }
    .into_any()
}

#[component]
fn Totals(totals: ClaimTotals) -> impl IntoView {
    let fact = |label: fn() -> &'static str, m| view! { <div><dt>{label}</dt><dd>{figure(m)}</dd></div> };
    view! {
        <dl class="ledger-sums">
            {fact(t::claims::principal, totals.principal)}
            {fact(t::claims::fees, totals.fees)}
            {fact(t::claims::interest, totals.interest)}
            {fact(t::claims::total, totals.total)}
            {fact(t::claims::paid, totals.paid)}
            {(!totals.credited.is_zero()).then(|| fact(t::claims::credited, totals.credited))}
            <div class="ledger-main"><dt>{t::claims::open}</dt><dd>{format::money(totals.open)}</dd></div>
        </dl>
    }
    .into_any()
}

#[component]
fn Deeds(claim: Claim, account: Load<Account>, on_done: Callback<()>) -> impl IntoView {
    let session = use_session();
    let state = claim.line.state;
    let active = state == ClaimState::Active;
    let (may_edit, may_pay) = (
        session.may(Permission::EditClaims),
        session.may(Permission::RecordPayments),
    );
    let may_post = session.may(Permission::PostLedger);
    let flag = || RwSignal::new(false);
    let (paying, posting, resolving, reopening, deleting, recreating) =
        (flag(), flag(), flag(), flag(), flag(), flag());
    let asked = PaymentFor {
        account: claim.account_id,
        unit: None,
        claim: Some(claim.line.id),
    };
    let open = claim.line.totals.open.minor > 0;
    // What the ledger closed is opened by reversing what closed it, not by hand.
    let by_hand = state == ClaimState::Resolved && claim.resolved_on.is_some();
    let may_delete = may_edit && active && claim.line.totals.paid.is_zero() && claim.line.totals.credited.is_zero();
    let any = active && (may_post || may_delete);
    view! {
        {(may_pay && active && open).then(|| view! { <Button label=t::payments::record icon="banknote" kind=ButtonKind::Primary on_click=move |_| paying.set(true)/> })}
        {(may_edit && active && open).then(|| view! { <Button label=t::claims::resolve icon="circle-check" on_click=move |_| resolving.set(true)/> })}
        {(may_edit && by_hand).then(|| view! { <Button label=t::claims::reopen icon="refresh-cw" on_click=move |_| reopening.set(true)/> })}
        {(may_edit && state == ClaimState::Deleted).then(|| view! { <Button label=t::claims::recreate icon="undo-2" on_click=move |_| recreating.set(true)/> })}
        {any.then(|| view! {
            <Menu label=t::claims::more>
                {may_post.then(|| view! { <MenuItem label=t::postings::post_menu icon="plus" on_click=move |()| posting.set(true)/> })}
                {may_delete.then(|| view! { <MenuItem label=t::claims::delete icon="trash-2" danger=true on_click=move |()| deleting.set(true)/> })}
            </Menu>
        })}
        <RecordPaymentDialog open=paying asked=Signal::stored(asked) on_done/>
        <PostDialog open=posting account claim=claim.line.id on_done/>
        <ResolveDialog open=resolving account claim=claim.clone() on_done/>
        <ReasonDialog open=reopening deed=Deed::Reopen claim=claim.clone() on_done/>
        <ReasonDialog open=deleting deed=Deed::Delete claim=claim.clone() on_done/>
        <ReasonDialog open=recreating deed=Deed::Recreate claim on_done/>
    }
    .into_any()
}
