//! "What is this figure made of?": any figure of an ageing, down to entries and what stands against them.

use crate::kernel::i18n::t;
use crate::kernel::{api::use_api, format, load, use_session};
use crate::ledger::{Brief, figure, sum};
use crate::ui::{Callout, Drawer, Empty, Loading, Pill, ProblemPanel, SkeletonKind};
use chrono::NaiveDate;
use kept_shared::age_analysis::Bucket;
use kept_shared::ids::AccountId;
use kept_shared::journal::{ExplainFilter, ExplainedEntry, ExplainedPart, Explanation, Figure, PartBy};
use kept_shared::money::Money;
use kept_shared::permission::Permission;
use leptos::prelude::*;

/// One question: whose figure, which, as at when.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Question {
    account: AccountId,
    figure: Figure,
    as_at: Option<NaiveDate>,
}

/// Opens the drawer of the [`ExplainHost`] around.
#[derive(Clone, Copy)]
pub struct Explainer(RwSignal<Option<Question>>);

impl Explainer {
    pub fn ask(self, account: AccountId, figure: Figure, as_at: Option<NaiveDate>) {
        self.0.set(Some(Question { account, figure, as_at }));
    }
}

/// The explainer of the page around, for those who may see the ledger.
pub fn use_explainer() -> Option<Explainer> {
    use_context::<Explainer>().filter(|_| use_session().may(Permission::ViewLedger))
}

/// What is inside can be asked about; the answer opens beside it.
#[component]
pub fn ExplainHost(children: Children) -> impl IntoView {
    let asked = RwSignal::new(None::<Question>);
    provide_context(Explainer(asked));
    view! {
        {children()}
        {move || asked.get().map(|question| view! { <ExplainDrawer question on_close=move |()| asked.set(None)/> })}
    }
    .into_any()
}

/// A figure that says what it is made of when pressed; plain where nobody can be asked. `name` says what it is.
pub fn explain(
    account: AccountId,
    which: Figure,
    as_at: Option<NaiveDate>,
    amount: Money,
    name: impl Into<String>,
) -> AnyView {
    let text = format::money(amount);
    match use_explainer().filter(|_| !amount.is_zero() || which == Figure::Balance) {
        Some(explainer) => {
            let label = t::ui::explain(name.into(), &text);
            view! {
                <button type="button" class="figure" aria-label=label on:click=move |_| explainer.ask(account, which, as_at)>{text}</button>
            }
            .into_any()
        }
        None => text.into_any(),
    }
}

fn figure_words(which: Figure) -> &'static str {
    match which {
        Figure::Current => t::ageing::current(),
        Figure::D30 => t::ageing::d30(),
        Figure::D60 => t::ageing::d60(),
        Figure::D90 => t::ageing::d90(),
        Figure::D120 => t::ageing::d120(),
        Figure::Unallocated => t::ageing::unallocated(),
        Figure::NotDue => t::ageing::not_due(),
        Figure::Balance => t::ageing::balance(),
    }
}

fn bucket_class(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Current => "b0",
        Bucket::D30 => "b1",
        Bucket::D60 => "b2",
        Bucket::D90 => "b3",
        Bucket::D120 => "b4",
        Bucket::Unallocated => "",
    }
}

#[component]
fn ExplainDrawer(question: Question, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let api = use_api();
    let Question { account, figure, as_at } = question;
    let found = load(move || async move {
        let asked = ExplainFilter {
            figure: Some(figure),
            as_at,
        };
        api.explanation(account, &asked).await
    });
    let title = t::journal::explain_title(figure_words(figure));
    let subtitle = move || {
        found.value.with(|e| {
            e.as_ref()
                .map_or_else(String::new, |e| t::journal::explain_at(format::date(e.as_at)))
        })
    };
    view! {
        <Drawer title subtitle class="drawer-over" take_focus=true on_close=on_close>
            {move || match (found.problem.get(), found.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=9/> }.into_any(),
                (None, Some(e)) => view! { <Told e/> }.into_any(),
            }}
        </Drawer>
    }
    .into_any()
}

#[component]
fn Told(e: Explanation) -> impl IntoView {
    let zero = Money::zero(e.figure.currency);
    let open = sum(zero, e.entries.iter().map(|x| x.open));
    let owed = sum(zero, e.entries.iter().filter(|x| x.open.minor > 0).map(|x| x.open));
    let credit = sum(zero, e.entries.iter().filter(|x| x.open.minor < 0).map(|x| x.open));
    let balance = e.which == Figure::Balance;
    let agrees = open == e.figure;
    let count = e.entries.len();
    let none = count == 0;
    let (debits, credits, whole) = (e.debits, e.credits, e.figure);
    let entries = e
        .entries
        .into_iter()
        .map(|x| view! { <Entry x bucket=balance/> })
        .collect_view();
    view! {
        <div class="balance"><div><span>{figure_words(e.which)}</span><strong class:credit=whole.minor < 0>{format::money(whole)}</strong></div>
            <span class="soft">{t::journal::made_of(count)}</span></div>
        {balance.then(|| view! {
            <dl class="dl dl-amounts journal-adds">
                <dt>{t::journal::all_debits}</dt><dd>{format::amount(debits)}</dd>
                <dt>{t::journal::all_credits}</dt><dd class:credit=credits.minor < 0>{format::amount(credits)}</dd>
                <dt class="total">{t::ageing::balance}</dt><dd class="total">{format::money(whole)}</dd>
            </dl>
            {(!none).then(|| view! { <h3>{t::journal::still_open}</h3> })}
        })}
        {none.then(|| view! { <Empty title=t::journal::nothing_open text=t::journal::nothing_open_hint icon="circle-check" class="empty-sm"/> })}
        <ol class="journal-explained">{entries}</ol>
        {(!none).then(|| view! {
            <dl class="dl dl-amounts journal-adds">
                {(!credit.is_zero()).then(|| view! {
                    <dt>{t::journal::sum_owed}</dt><dd>{format::amount(owed)}</dd>
                    <dt>{t::journal::sum_credit}</dt><dd class="credit">{format::amount(credit)}</dd>
                })}
                <dt class="total">{t::journal::sum_open(count)}</dt><dd class="total">{format::money(open)}</dd>
            </dl>
        })}
        {if agrees {
            view! { <Callout tone="good"><p>{t::journal::adds_up(format::money(whole))}</p></Callout> }.into_any()
        } else {
            view! { <Callout tone="bad"><p>{t::journal::adds_not(format::money(open), format::money(whole))}</p></Callout> }.into_any()
        }}
    }
    .into_any()
}

#[component]
fn Entry(x: ExplainedEntry, bucket: bool) -> impl IntoView {
    let amount = x.entry.amount;
    let part = |p: ExplainedPart, debit: bool| {
        let minus = Money::new(if debit { -p.amount.minor } else { p.amount.minor }, p.amount.currency);
        let (tone, by) = match p.by {
            PartBy::Allocation => ("info", t::journal::by_allocation()),
            PartBy::SetOff => ("neutral", t::journal::by_set_off()),
        };
        view! {
            <li><Brief entry=p.entry/>
                <span class="num nowrap">{figure(minus)}</span>
                <span class="row wrap soft"><Pill tone label=by/><small>{t::journal::since(format::date(p.on))}</small></span></li>
        }
    };
    let debit = amount.minor >= 0;
    let none = x.parts.is_empty();
    let parts = x.parts.into_iter().map(|p| part(p, debit)).collect_view();
    view! {
        <li>
            <div class="journal-line"><Brief entry=x.entry/><b class="num nowrap">{format::amount(amount)}</b></div>
            {(!none).then(|| view! { <ul class="ledger-parts">{parts}</ul> })}
            <div class="journal-line journal-open">
                <span class="row wrap soft">
                    {bucket.then(|| view! { <i class=format!("dot {}", bucket_class(x.bucket))></i><span>{figure_words(x.bucket.into())}</span> })}
                    <small>{t::journal::aged_from(format::date(x.age_from))}</small>
                </span>
                <span class="nowrap">{t::journal::open}" "<b class="num" class:credit=x.open.minor < 0>{format::money(x.open)}</b></span>
            </div>
        </li>
    }
    .into_any()
}
