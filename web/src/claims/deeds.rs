//! What can be done with a claim: end it, re-open it, delete it, bring it back, relate it.

use super::words::{relation_words, resolution_hint, resolution_words};
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::i18n::t;
use crate::kernel::{Load, format, load};
use crate::postings::{Limit, Waits, settle};
use crate::ui::{
    Button, ButtonKind, Callout, DateInput, Dialog, ProblemNote, Select, SubmitButton, TextArea, use_toasts,
};
use kept_shared::accounts::Account;
use kept_shared::claims::*;
use kept_shared::flaws::Flaws;
use kept_shared::ledger::{ClaimResolution, MAX_DESCRIPTION};
use kept_shared::problem::{Code, Problem};
use leptos::{ev, prelude::*};

#[component]
pub(super) fn ResolveDialog(
    open: RwSignal<bool>,
    account: Load<Account>,
    claim: Claim,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let act = Act::new();
    let waits = RwSignal::new(false);
    let title = t::claims::resolve_title(&claim.line.reference);
    Effect::new(move |_| {
        if open.get() {
            act.clear();
            waits.set(false);
        }
    });
    view! {
        <Dialog open title class="dialog-narrow" locked=act.busy()>
            {
                let claim = claim.clone();
                move || if waits.get() {
                    view! { <Waits open/> }.into_any()
                } else {
                    view! { <Resolve open account claim=claim.clone() act waits on_done/> }.into_any()
                }
            }
        </Dialog>
    }
    .into_any()
}

#[component]
fn Resolve(
    open: RwSignal<bool>,
    account: Load<Account>,
    claim: Claim,
    act: Act,
    waits: RwSignal<bool>,
    on_done: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let today = account
        .value
        .with_untracked(|a| a.as_ref().map(|a| a.community.today))
        .unwrap_or_else(crate::kernel::day::today_here);
    let (id, version, issued, left) = (
        claim.line.id,
        claim.version,
        claim.line.issued_on,
        claim.line.totals.open,
    );
    let how = RwSignal::new(ClaimResolution::WrittenOff.as_str().to_owned());
    let date = RwSignal::new(Some(today));
    let reason = RwSignal::new(String::new());
    let limit = Limit::of(account);
    let amount = Signal::stored(Some(left));
    let chosen = move || how.with(|h| h.parse().unwrap_or(ClaimResolution::WrittenOff));
    let options = Signal::derive(|| {
        ClaimResolution::ALL
            .iter()
            .filter(|r| **r != ClaimResolution::Paid)
            .map(|r| (r.as_str().to_owned(), resolution_words(*r).to_owned()))
            .collect::<Vec<_>>()
    });
    // The same order keeps its key, so that sending it again after a lost answer asks nobody twice.
    let sent = StoredValue::new(None::<(ResolveClaim, String)>);
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let Some(day) = date.get_untracked() else {
            return act.fail(Problem::of(Code::NotAcceptable).at("/date", "required"));
        };
        let body = ResolveClaim {
            resolution: untrack(chosen),
            date: day,
            reason: reason.get_untracked().trim().to_owned(),
        };
        if !acceptable(act, body.flaws(today)) {
            return;
        }
        let before = sent.get_value().filter(|(asked, _)| *asked == body);
        let key = before.map_or_else(new_key, |(_, key)| key);
        sent.set_value(Some((body.clone(), key.clone())));
        act.run(
            async move { api.resolve_claim(id, version, &body, &key).await },
            move |answer| {
                if settle(&answer.value, open, waits) {
                    toasts.good(t::claims::resolved_toast());
                    on_done.run(());
                }
            },
        );
    };
    let problem = act.problem();
    let what = if left.minor > 0 {
        t::claims::resolve_text(format::money(left))
    } else {
        t::claims::resolve_nothing().to_owned()
    };
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body">
                <p class="lead">{what}</p>
                <Select label=t::claims::ends_as value=how options hint=move || resolution_hint(chosen()) required=true problem pointer="/resolution"/>
                <DateInput label=t::claims::counts_from value=date required=true problem pointer="/date" min=Signal::stored(Some(issued)) max=Signal::stored(Some(today))/>
                <TextArea label=t::claims::why value=reason required=true rows=3 problem pointer="/reason" maxlength=MAX_DESCRIPTION as u32/>
                {limit.note(amount)}
                <ProblemNote problem/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::claims::resolve busy=act.busy()/>
            </div>
        </form>
    }
    .into_any()
}

/// The deeds that need a reason and nothing else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Reopen,
    Delete,
    Recreate,
}

#[component]
pub(super) fn ReasonDialog(
    open: RwSignal<bool>,
    deed: Deed,
    claim: Claim,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let act = Act::new();
    let reason = RwSignal::new(String::new());
    let (id, version) = (claim.line.id, claim.version);
    let reference = &claim.line.reference;
    let (path, title, text, label, done) = match deed {
        Deed::Reopen => (
            "reopen",
            t::claims::reopen_title(reference),
            t::claims::reopen_text(),
            t::claims::reopen(),
            t::claims::reopened(),
        ),
        Deed::Delete => (
            "delete",
            t::claims::delete_title(reference),
            t::claims::delete_text(),
            t::claims::delete(),
            t::claims::deleted_toast(),
        ),
        Deed::Recreate => (
            "recreate",
            t::claims::recreate_title(reference),
            t::claims::recreate_text(),
            t::claims::recreate(),
            t::claims::recreated(),
        ),
    };
    let danger = deed == Deed::Delete;
    Effect::new(move |_| {
        if open.get() {
            act.clear();
        }
    });
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let body = ClaimReason {
            reason: reason.get_untracked().trim().to_owned(),
        };
        if !acceptable(act, body.flaws()) {
            return;
        }
        act.run(
            async move { api.change_claim(id, version, path, &body).await },
            move |_| {
                open.set(false);
                toasts.good(done);
                on_done.run(());
            },
        );
    };
    view! {
        <Dialog open title class="dialog-narrow" locked=act.busy()>
            <form novalidate=true on:submit=submit>
                <div class="dialog-body">
                    {if danger { view! { <Callout tone="warn"><p>{text}</p></Callout> }.into_any() } else { view! { <p class="lead">{text}</p> }.into_any() }}
                    <TextArea label=t::claims::why value=reason required=true rows=3 problem=act.problem() pointer="/reason" maxlength=MAX_DESCRIPTION as u32/>
                    <ProblemNote problem=act.problem()/>
                </div>
                <div class="dialog-foot">
                    <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                    <SubmitButton label=label kind=if danger { ButtonKind::Danger } else { ButtonKind::Primary } busy=act.busy()/>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}

#[component]
pub(super) fn RelateDialog(open: RwSignal<bool>, claim: Claim, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let act = Act::new();
    let title = t::claims::relate_title(&claim.line.reference);
    view! {
        <Dialog open title class="dialog-narrow" locked=act.busy()><Relate open claim=claim.clone() act on_done/></Dialog>
    }
    .into_any()
}

#[component]
fn Relate(open: RwSignal<bool>, claim: Claim, act: Act, on_done: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    act.clear();
    let (id, account) = (claim.line.id, claim.account_id);
    let known: Vec<_> = claim.relations.iter().map(|r| r.claim_id).collect();
    let others = load(move || async move {
        let filter = ClaimFilter {
            limit: Some(200),
            ..ClaimFilter::default()
        };
        api.claims(account, &filter).await
    });
    let other = RwSignal::new(String::new());
    let kind = RwSignal::new(ClaimRelationKind::Replaces.as_str().to_owned());
    let options = Signal::derive(move || {
        let all = others.get().map(|p| p.items).unwrap_or_default();
        all.into_iter()
            .filter(|c| c.id != id && !known.contains(&c.id))
            .map(|c| {
                (
                    c.id.to_string(),
                    t::payments::claim_choice(&c.reference, format::date(c.due_on), format::money(c.totals.open)),
                )
            })
            .collect::<Vec<_>>()
    });
    let kinds = Signal::derive(|| {
        ClaimRelationKind::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), relation_words(*k, true).to_owned()))
            .collect::<Vec<_>>()
    });
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let related = other.with_untracked(|o| o.parse().ok());
        let mut flaws = Flaws::default();
        flaws.when(related.is_none(), "/related_id", "required");
        let (Some(related_id), true) = (related, acceptable(act, flaws)) else {
            return;
        };
        let kind = kind.with_untracked(|k| k.parse().unwrap_or(ClaimRelationKind::Replaces));
        let body = RelateClaim { related_id, kind };
        act.run(async move { api.relate_claim(id, &body).await }, move |_| {
            open.set(false);
            toasts.good(t::claims::related_toast());
            on_done.run(());
        });
    };
    let problem = act.problem();
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body">
                <p class="lead">{t::claims::relate_text}</p>
                <Select label=t::claims::this_claim value=kind options=kinds problem pointer="/kind"/>
                <Select label=t::claims::other_claim value=other options empty=t::payments::choose required=true problem pointer="/related_id"/>
                <ProblemNote problem/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::claims::relate busy=act.busy()/>
            </div>
        </form>
    }
    .into_any()
}
