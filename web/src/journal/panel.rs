//! The journal of one customer (spec E03 to E06).

use super::entry::EntryDrawer;
use super::explain::explain;
use super::filter::{Filter, FilterBar};
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::pages::pages;
use crate::kernel::{Load, api::use_api, format, load, use_session};
use crate::ledger::{context_words, figure, method_words, type_words, use_changes};
use crate::ui::{Button, DataColumn, DataTable, Empty, Icon, Loading, Pill, ProblemPanel, SkeletonKind, use_toasts};
use kept_shared::accounts::Account;
use kept_shared::ids::AccountId;
use kept_shared::journal::{Figure, JournalFilter, JournalLine, JournalSummary};
use kept_shared::money::Money;
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::components::A;

/// Lines of one answer.
const AT_ONCE: u32 = 100;

/// Asks for one entry of the journal by its number.
#[derive(Clone, Copy)]
pub(super) struct Show(Callback<i64>);
impl Show {
    pub fn no(self, no: i64) {
        self.0.run(no);
    }
}

#[component]
pub fn JournalPanel(account: Load<Account>, id: AccountId) -> impl IntoView {
    let (api, session, toasts, changes) = (use_api(), use_session(), use_toasts(), use_changes());
    let filter = Filter::from_address("journal");
    let applied = filter.applied;
    let list = pages(move |cursor| {
        changes.track();
        let asked = JournalFilter {
            limit: Some(AT_ONCE),
            cursor,
            ..applied.get()
        };
        async move { api.journal(id, &asked).await }
    });
    // Sums do not move when only the order does.
    let unsorted = Memo::new(move |_| JournalFilter {
        sort: None,
        ..applied.get()
    });
    let summary = load(move || {
        changes.track();
        let asked = unsorted.get();
        async move { api.journal_summary(id, &asked).await }
    });
    let choices = load(move || {
        changes.track();
        api.journal_choices(id)
    });
    let open = RwSignal::new(None::<JournalLine>);
    let rows = list.rows();
    let open_key = Callback::new(move |key: String| {
        let line = rows.with_untracked(|rows| rows.iter().find(|r| self::key(r) == key).cloned());
        open.set(line);
    });
    // An entry that another one names may stand on no page that is here.
    let show_no = Callback::new(move |no: i64| {
        if let Some(line) = rows.with_untracked(|rows| rows.iter().find(|r| r.no == no).cloned()) {
            return open.set(Some(line));
        }
        leptos::task::spawn_local(async move {
            match api.journal_entry(id, no).await {
                Ok(Some(line)) => {
                    let _gone = open.try_set(Some(line));
                }
                Ok(None) => toasts.bad(t::journal::entry_gone(no)),
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
        });
    });
    let show = Show(show_no);
    let current = Signal::derive(move || open.with(|o| o.as_ref().map(key)));
    // After a change the open entry is shown as it is now.
    Effect::new(move |_| {
        let fresh = rows
            .with(|rows| open.with_untracked(|o| o.as_ref().and_then(|o| rows.iter().find(|r| r.id == o.id).cloned())));
        if let Some(fresh) = fresh.filter(|fresh| open.with_untracked(|o| o.as_ref() != Some(fresh))) {
            open.set(Some(fresh));
        }
    });
    let body = move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
        (_, Some(problem)) => view! { <ProblemPanel problem retry=move |()| list.reload()/> }.into_any(),
        (false, None) => view! { <Loading/> }.into_any(),
        (true, None) => view! { <Lines filter list show open_key current/> }.into_any(),
    };
    view! {
        <div class="journal">
            <FilterBar account=Signal::stored(id) filter choices may_export=Signal::derive(move || session.may(Permission::Export))/>
            <Sums summary id/>
            {body}
            {move || open.get().map(|line| {
                let key = line.id;
                // A later drawer is not closed by an earlier one that goes.
                let close = move |()| {
                    if open.with_untracked(|o| o.as_ref().is_some_and(|o| o.id == key)) {
                        open.set(None);
                    }
                };
                view! { <EntryDrawer account line show on_close=close/> }
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Lines(
    filter: Filter,
    list: crate::kernel::pages::Pages<JournalLine>,
    show: Show,
    open_key: Callback<String>,
    current: Signal<Option<String>>,
) -> impl IntoView {
    let rows = list.rows();
    let nothing = Memo::new(move |_| rows.with(Vec::is_empty));
    move || {
        if nothing.get() && filter.is_narrowing() {
            return view! {
                <Empty title=t::journal::nothing text=t::journal::nothing_hint icon="search">
                    <Button label=t::journal::clear on_click=move |_| filter.clear()/>
                </Empty>
            }
            .into_any();
        }
        if nothing.get() {
            return view! { <Empty title=t::journal::empty text=t::journal::empty_hint icon="file-text"/> }.into_any();
        }
        view! {
            <DataTable label=t::journal::title columns=columns(show, open_key) rows
                row_key=key sort=filter.sort on_open=open_key current class="journal-table"
                has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()/>
        }
        .into_any()
    }
}

#[component]
fn Sums(summary: Load<JournalSummary>, id: AccountId) -> impl IntoView {
    move || {
        let Some(s) = summary.get() else {
            return summary
                .busy
                .get()
                .then(|| view! { <Loading kind=SkeletonKind::Lines rows=1/> })
                .into_any();
        };
        let fact = |label: fn() -> &'static str, m: Money| {
            view! { <div><dt>{label}</dt><dd class:zero=m.is_zero() class:credit={m.minor < 0}>{format::money(m)}</dd></div> }
        };
        view! {
            <dl class="ledger-sums" aria-label=t::journal::sums>
                <div><dt>{t::journal::entries}</dt><dd>{format::count(usize::try_from(s.count).unwrap_or_default())}</dd></div>
                {fact(t::journal::debits, s.debits)}
                {fact(t::journal::credits, s.credits)}
                {fact(t::journal::net, s.net)}
                <div class="ledger-main"><dt>{t::journal::balance_today}</dt><dd>{explain(id, Figure::Balance, None, s.balance, t::journal::balance_today())}</dd></div>
            </dl>
        }
        .into_any()
    }
}

/// Marks of an entry that undoes another, or was undone.
pub(super) fn marks(line: &JournalLine, show: Show) -> AnyView {
    let mark = move |no: i64, tone: &'static str, words: String| {
        view! { <button type="button" class=format!("journal-mark pill pill-{tone}") on:click=move |_| show.no(no)>{words}</button> }
    };
    let undone = line
        .reversed_by_no
        .map(|no| mark(no, "warn", t::journal::reversed_by(no)));
    let undoes = line.reverses_no.map(|no| mark(no, "neutral", t::journal::reverses(no)));
    view! { {undone}{undoes} }.into_any()
}

/// Names a row and what of it can change, so that a changed row is drawn anew.
fn key(line: &JournalLine) -> String {
    format!("{} {:?} {}", line.id, line.reversed_by_no, line.balance.minor)
}

fn columns(show: Show, open: Callback<String>) -> Vec<DataColumn<JournalLine>> {
    let dash = |text: Option<String>| text.unwrap_or_else(|| "–".into()).into_any();
    vec![
        DataColumn::new("date", t::journal::date, |l: &JournalLine| {
            view! { <span class="nowrap">{format::date(l.date)}</span> }.into_any()
        })
        .sortable(),
        DataColumn::new("no", t::journal::no, move |l: &JournalLine| {
            let (key, no) = (key(l), l.no);
            view! {
                <button type="button" class="btn btn-link" aria-label=t::journal::open_entry(no) on:click=move |_| open.run(key.clone())>{no}</button>
            }
            .into_any()
        }),
        DataColumn::new("type", t::journal::kind, |l: &JournalLine| type_words(l.kind).into_any()),
        DataColumn::new("claim", t::journal::claim, |l: &JournalLine| {
            match l.claim_id.zip(l.claim.clone()) {
                Some((id, claim)) => {
                    view! { <A href=format!("/claims/{id}") attr:class="journal-claim nowrap">{claim}</A> }.into_any()
                }
                None => "–".into_any(),
            }
        })
        .sortable(),
        DataColumn::new("product", t::journal::product, move |l: &JournalLine| dash(l.product.clone()))
            .sortable()
            .secondary(),
        DataColumn::new("payment_method", t::journal::method, move |l: &JournalLine| {
            dash(l.payment_method.as_deref().map(method_words))
        })
        .secondary(),
        DataColumn::new("context", t::journal::context, |l: &JournalLine| {
            context_words(l.context).into_any()
        })
        .sortable()
        .secondary()
        .roomy(),
        DataColumn::new("description", t::journal::description, move |l: &JournalLine| {
            let more = [l.reason.clone(), l.reference.clone().filter(|r| Some(r) != l.claim.as_ref())];
            let more: Vec<String> = more.into_iter().flatten().collect();
            view! {
                <span class="journal-what"><span>{l.description.clone()}</span>{marks(l, show)}
                    {(!more.is_empty()).then(|| view! { <small>{more.join(" · ")}</small> })}</span>
            }
            .into_any()
        }),
        DataColumn::new("debit", t::journal::debit, |l: &JournalLine| side(l, false)).numeric(),
        DataColumn::new("credit", t::journal::credit, |l: &JournalLine| side(l, true)).numeric(),
        DataColumn::new("balance", t::journal::balance, |l: &JournalLine| {
            view! { <b class="tot nowrap">{format::amount(l.balance)}</b> }.into_any()
        })
        .numeric(),
        DataColumn::new("by", t::journal::by, |l: &JournalLine| {
            let second = l.approved_by.is_some();
            view! {
                <span class="soft">{l.by.clone().unwrap_or_else(|| "–".into())}</span>
                {second.then(|| view! { <span class="journal-second" title=t::journal::approved><Icon name="shield-check" size=14/><span class="sr">{t::journal::approved}</span></span> })}
            }
            .into_any()
        })
        .secondary()
        .roomy(),
    ]
}

/// The amount in the column it belongs to, without its sign.
fn side(line: &JournalLine, credit: bool) -> AnyView {
    let here = if credit {
        line.amount.minor < 0
    } else {
        line.amount.minor >= 0
    };
    if !here {
        return ().into_any();
    }
    let amount = crate::ledger::size(line.amount);
    let struck = line.reversed_by_no.is_some();
    view! { <span class="nowrap" class:journal-struck=struck>{figure(amount)}</span> }.into_any()
}

/// The state of an entry for the head of its drawer.
pub(super) fn state(line: &JournalLine) -> Option<AnyView> {
    if line.reversed_by_no.is_some() {
        return Some(view! { <Pill tone="warn" label=t::journal::is_reversed/> }.into_any());
    }
    line.reverses_no
        .map(|_| view! { <Pill tone="neutral" label=t::journal::is_reversal/> }.into_any())
}
