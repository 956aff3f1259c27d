//! A payment recorded by hand: on the account, a unit or a claim, with what it will pay shown beside it (spec R01).

use super::debits::{Choice as Debit, DebitChoices, choice, parts, sound};
use super::preview::Plan;
use crate::communities::{class_label, strategy_label};
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::i18n::{flaw_text, problem_text, t};
use crate::kernel::query::debounced;
use crate::kernel::{Load, format, load, use_session};
use crate::ledger::method_words;
use crate::ui::{
    Button, Callout, Choice, DateInput, Dialog, Icon, Loading, MoneyInput, ProblemNote, ProblemPanel, RadioGroup,
    Select, SkeletonKind, SubmitButton, TextInput, amount_of, field_error, use_toasts,
};
use chrono::NaiveDate;
use kept_shared::accounts::Account;
use kept_shared::ageing::{AgeingRules, CreditPolicy};
use kept_shared::allocation::AllocationStrategy;
use kept_shared::claims::{ClaimFilter, ClaimLine};
use kept_shared::communities::Community;
use kept_shared::ids::{AccountId, ClaimId, UnitId};
use kept_shared::journal::{ExplainFilter, Figure};
use kept_shared::ledger::{MAX_DESCRIPTION, MAX_REFERENCE};
use kept_shared::money::{Currency, Money};
use kept_shared::payments::*;
use kept_shared::permission::Permission;
use kept_shared::problem::{FieldProblem, Problem};
use leptos::{ev, prelude::*};

/// Whose payment it is, and what it is meant for where that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaymentFor {
    pub account: AccountId,
    pub unit: Option<UnitId>,
    pub claim: Option<ClaimId>,
}

impl PaymentFor {
    pub fn account(account: AccountId) -> Self {
        Self {
            account,
            unit: None,
            claim: None,
        }
    }
}

/// Asks for a payment and records it. `on_done` is told afterwards.
#[component]
pub fn RecordPaymentDialog(
    open: RwSignal<bool>,
    #[prop(into)] asked: Signal<PaymentFor>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let act = Act::new();
    view! {
        <Dialog open title=t::payments::record_title class="dialog-wide payments-dialog" locked=act.busy()>
            <Asked open asked=asked.get_untracked() act on_done/>
        </Dialog>
    }
    .into_any()
}

/// Everything the form offers.
#[derive(Clone)]
struct Known {
    account: Account,
    claims: Vec<ClaimLine>,
    community: Option<Community>,
}

#[component]
fn Asked(open: RwSignal<bool>, asked: PaymentFor, act: Act, on_done: Callback<()>) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    act.clear();
    let may_place = session.may(Permission::ViewCommunities);
    let found = load(move || async move {
        let filter = ClaimFilter {
            open: Some(true),
            limit: Some(200),
            ..ClaimFilter::default()
        };
        let account = api.account(asked.account).await?;
        let claims = api.claims(asked.account, &filter).await?.items;
        // How the community allocates is told where one may know it; the preview shows what comes of it anyway.
        let community = if may_place {
            api.community(account.community.id).await.ok()
        } else {
            None
        };
        Ok(Known {
            account,
            claims,
            community,
        })
    });
    move || {
        match (found.problem.get(), found.get()) {
        (Some(problem), _) => view! { <div class="dialog-body"><ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/></div> }.into_any(),
        (None, None) => view! { <div class="dialog-body"><Loading kind=SkeletonKind::Lines rows=9/></div> }.into_any(),
        (None, Some(known)) => view! { <Form open known asked act on_done/> }.into_any(),
    }
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Fields {
    currency: Currency,
    amount: RwSignal<String>,
    date: RwSignal<Option<NaiveDate>>,
    method: RwSignal<String>,
    reference: RwSignal<String>,
    description: RwSignal<String>,
    target: RwSignal<String>,
    unit: RwSignal<String>,
    claim: RwSignal<String>,
    debits: RwSignal<Vec<Debit>>,
}

impl Fields {
    /// The payment as far as it can be told; `None` without an amount or a date. Tracked.
    fn payment(self) -> Option<RecordPayment> {
        let text = |s: RwSignal<String>| Some(s.get().trim().to_owned()).filter(|s| !s.is_empty());
        let unit_id: Option<UnitId> = self.unit.get().parse().ok();
        let target = self.target.get();
        let allocation = match target.as_str() {
            "unit" => AllocationAsked::Unit { unit_id: unit_id? },
            "claim" => AllocationAsked::Claim {
                claim_id: self.claim.get().parse().ok()?,
            },
            "debits" => {
                let parts = self.debits.with(|all| parts(all));
                if parts.is_empty() {
                    return None;
                }
                AllocationAsked::Debits { parts }
            }
            "leave" => AllocationAsked::Leave,
            _ => AllocationAsked::Default,
        };
        Some(RecordPayment {
            amount: self.amount.with(|a| amount_of(a, self.currency))?,
            received_on: self.date.get()?,
            method: self.method.get().parse().unwrap_or(PaymentMethod::Eft),
            reference: text(self.reference),
            description: text(self.description),
            unit_id: unit_id.filter(|_| target == "unit"),
            allocation,
        })
    }
}

/// How the community allocates, in words.
fn strategy_words(community: Option<&Community>) -> String {
    let Some(c) = community else {
        return t::payments::to_account_hint().to_owned();
    };
    let mut words = strategy_label(c.allocation.strategy).to_owned();
    if c.allocation.strategy == AllocationStrategy::Custom {
        let order: Vec<_> = c.allocation.order.iter().map(|c| class_label(*c)).collect();
        words = format!("{words}: {}", order.join(", "));
    }
    t::payments::to_account_by(words, &c.name)
}

#[component]
fn Form(open: RwSignal<bool>, known: Known, asked: PaymentFor, act: Act, on_done: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let Known {
        account,
        claims,
        community,
    } = known;
    let (id, today, currency) = (account.id, account.community.today, account.community.currency);
    let target = match asked {
        PaymentFor { claim: Some(_), .. } => "claim",
        PaymentFor { unit: Some(_), .. } => "unit",
        PaymentFor { .. } => "default",
    };
    let fields = Fields {
        currency,
        amount: RwSignal::new(String::new()),
        date: RwSignal::new(Some(today)),
        method: RwSignal::new(PaymentMethod::Eft.as_str().to_owned()),
        reference: RwSignal::new(String::new()),
        description: RwSignal::new(String::new()),
        target: RwSignal::new(target.to_owned()),
        unit: RwSignal::new(asked.unit.map(|u| u.to_string()).unwrap_or_default()),
        claim: RwSignal::new(asked.claim.map(|c| c.to_string()).unwrap_or_default()),
        debits: RwSignal::new(vec![]),
    };
    let units: Vec<(String, String)> = account
        .units
        .iter()
        .map(|u| (u.unit_id.to_string(), u.code.clone()))
        .collect();
    let claim_words = |c: &ClaimLine| {
        let due = format::date(c.due_on);
        (
            c.id.to_string(),
            t::payments::claim_choice(&c.reference, due, format::money(c.totals.open)),
        )
    };
    let claims: Vec<(String, String)> = claims.iter().map(claim_words).collect();
    let key = StoredValue::new(new_key());
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let sound = fields.debits.with_untracked(|all| untrack(|| sound(all)));
        let target = fields.target.get_untracked();
        let Some(payment) = untrack(|| fields.payment()) else {
            let mut flaws = kept_shared::flaws::Flaws::default();
            let no_amount = fields.amount.with_untracked(|a| amount_of(a, currency).is_none());
            flaws.when(no_amount, "/amount", "required");
            flaws.when(fields.date.get_untracked().is_none(), "/received_on", "required");
            flaws.when(
                target == "unit" && fields.unit.with_untracked(String::is_empty),
                "/allocation/unit_id",
                "required",
            );
            let no_parts = fields.debits.with_untracked(|all| untrack(|| parts(all).is_empty()));
            flaws.when(target == "debits" && no_parts, "/allocation/parts", "required");
            flaws.when(
                target == "claim" && fields.claim.with_untracked(String::is_empty),
                "/allocation/claim_id",
                "required",
            );
            acceptable(act, flaws);
            return;
        };
        if (target == "debits" && !sound) || !acceptable(act, payment.flaws(today)) {
            return;
        }
        let key = key.get_value();
        act.run(
            async move { api.record_payment(id, &payment, &key).await },
            move |recorded| {
                open.set(false);
                toasts.good(t::payments::recorded(recorded.no));
                on_done.run(());
            },
        );
    };
    // Something else than what was sent before is another attempt.
    Effect::new(move |_| {
        fields.payment();
        key.set_value(new_key());
    });
    let methods = Signal::derive(|| {
        PaymentMethod::ALL
            .iter()
            .map(|m| (m.as_str().to_owned(), method_words(m.as_str())))
            .collect::<Vec<_>>()
    });
    let mut targets = vec![Choice::new("default", t::payments::to_account).hint(strategy_words(community.as_ref()))];
    if !units.is_empty() {
        targets.push(Choice::new("unit", t::payments::to_unit).hint(t::payments::to_unit_hint));
    }
    if !claims.is_empty() || asked.claim.is_some() {
        targets.push(Choice::new("claim", t::payments::to_claim).hint(t::payments::to_claim_hint));
    }
    targets.push(Choice::new("debits", t::payments::to_debits).hint(t::payments::to_debits_hint));
    let rules = account.community.ageing;
    let nothing_hint = if rules.credit_policy == CreditPolicy::OldestFirst {
        t::payments::to_nothing_set_off
    } else {
        t::payments::to_nothing_hint
    };
    targets.push(Choice::new("leave", t::payments::to_nothing).hint(nothing_hint));
    let is = move |what: &'static str| fields.target.with(|t| t == what);
    let (units, claims) = (Signal::stored(units), Signal::stored(claims));
    let whole = Signal::derive(move || {
        fields
            .amount
            .with(|a| amount_of(a, currency))
            .unwrap_or(Money::zero(currency))
    });
    let owed = account.balance.as_ref().map(|b| b.total).filter(|m| m.minor > 0);
    let problem = act.problem();
    // What the preview refuses about the date is said at the date: the latest word counts.
    let (planned, at_date) = (RwSignal::new(None::<Problem>), RwSignal::new(None::<Problem>));
    Effect::new(move |_| at_date.set(problem.get()));
    Effect::new(move |_| at_date.set(planned.get()));
    // A day to come needs no preview to be wrong.
    let ahead = Signal::derive(move || {
        let flaw = fields.date.get().filter(|d| *d > today).map(|_| "in_future")?;
        Some(flaw_text(&FieldProblem::new("/received_on", flaw)))
    });
    let parts_fault = field_error(Some(problem), "/allocation/parts", None, move || {
        fields.debits.with(|all| drop(parts(all)))
    });
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body payments-two">
                <div class="payments-fields">
                    <p class="lead"><b>{account.name.clone()}</b>" · "{account.reference.clone()}
                        {owed.map(|m| view! { " · "{t::payments::owes(format::money(m))} })}</p>
                    <div class="form-grid">
                        <MoneyInput label=t::payments::amount value=fields.amount currency=Signal::stored(currency) required=true problem pointer="/amount"/>
                        <DateInput label=t::payments::received_on value=fields.date required=true problem=at_date pointer="/received_on" error=ahead max=Signal::stored(Some(today))/>
                        <Select label=t::payments::method value=fields.method options=methods problem pointer="/method"/>
                        <TextInput label=t::payments::reference value=fields.reference problem pointer="/reference" maxlength=MAX_REFERENCE as u32 hint=t::payments::reference_hint/>
                        <TextInput label=t::payments::description value=fields.description problem pointer="/description" maxlength=MAX_DESCRIPTION as u32 class="span-all" hint=t::payments::description_hint/>
                    </div>
                    <RadioGroup legend=t::payments::target value=fields.target choices=targets problem pointer="/allocation"/>
                    <Show when=move || is("unit")>
                        <Select label=t::payments::unit value=fields.unit options=units empty=t::payments::choose required=true problem pointer="/allocation/unit_id"/>
                    </Show>
                    <Show when=move || is("claim")>
                        <Select label=t::payments::claim value=fields.claim options=claims empty=t::payments::choose required=true problem pointer="/allocation/claim_id"/>
                    </Show>
                    <Show when=move || is("debits")><div class="field" data-pointer="/allocation/parts"><OpenDebits id fields whole/>{move || parts_fault.get().map(|_| view! { <p class="payments-fault" role="alert">{t::payments::choose_debits}</p> })}</div></Show>
                    <ProblemNote problem/>
                </div>
                <Beside id fields planned rules/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::payments::record busy=act.busy()/>
            </div>
        </form>
    }
    .into_any()
}

/// The debits with something open, each with a field; filled once, so that what is typed stays.
#[component]
fn OpenDebits(id: AccountId, fields: Fields, whole: Signal<Money>) -> impl IntoView {
    let api = use_api();
    let found = load(move || async move {
        let asked = ExplainFilter {
            figure: Some(Figure::Balance),
            as_at: None,
        };
        api.explanation(id, &asked).await
    });
    Effect::new(move |_| {
        let Some(e) = found.get() else { return };
        if fields.debits.with_untracked(Vec::is_empty) {
            let open = e.entries.into_iter().filter(|x| x.open.minor > 0);
            fields.debits.set(open.map(|x| choice(x.entry, x.open, None)).collect());
        }
    });
    move || match (found.problem.get(), found.value.with(Option::is_some)) {
        (Some(problem), _) => {
            view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any()
        }
        (None, false) => view! { <Loading kind=SkeletonKind::Lines rows=4/> }.into_any(),
        (None, true) if fields.debits.with(Vec::is_empty) => {
            view! { <p class="soft">{t::payments::no_debits}</p> }.into_any()
        }
        (None, true) => view! { <DebitChoices choices=fields.debits whole/> }.into_any(),
    }
}

/// What it would pay, asked for again whenever typing pauses.
#[component]
fn Beside(id: AccountId, fields: Fields, planned: RwSignal<Option<Problem>>, rules: AgeingRules) -> impl IntoView {
    let api = use_api();
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        let payment = fields.payment().filter(|p| p.amount.minor > 0);
        let text = payment.and_then(|p| serde_json::to_string(&p).ok()).unwrap_or_default();
        if typed.with_untracked(|t| *t != text) {
            typed.set(text);
        }
    });
    let settled = debounced(typed, 350);
    let plan: Load<Option<PaymentPlan>> = load(move || {
        let payment = settled.with(|text| serde_json::from_str::<RecordPayment>(text).ok());
        async move {
            match payment {
                Some(payment) => api.preview_payment(id, &payment).await.map(Some),
                None => Ok(None),
            }
        }
    });
    Effect::new(move |_| planned.set(plan.problem.get()));
    let stale = move || plan.busy.get() || typed.with(|t| settled.with(|s| t != s));
    view! {
        <section class="payments-preview" aria-live="polite" aria-busy=move || stale().then_some("true") aria-label=t::payments::preview>
            {move || match (typed.with(String::is_empty), plan.problem.get(), plan.get().flatten()) {
                (true, ..) => view! {
                    <div class="empty empty-sm"><span class="empty-mark"><Icon name="wallet" size=22/></span><p>{t::payments::preview_empty}</p></div>
                }.into_any(),
                (false, Some(problem), _) => view! {
                    <Callout tone="warn"><p>{problem_text(&problem)}</p>
                        <ul>{problem.errors.iter().map(|f| view! { <li>{flaw_text(f)}</li> }).collect_view()}</ul></Callout>
                }.into_any(),
                (false, None, Some(plan)) => view! { <div class:payments-stale=stale><Plan plan rules/></div> }.into_any(),
                (false, None, None) => view! { <Loading kind=SkeletonKind::Lines rows=8/> }.into_any(),
            }}
        </section>
    }
    .into_any()
}
