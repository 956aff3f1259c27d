//! One statement: period, figures, how it is paid, lines, and its paper.

use super::api::{Days, kept, paper, workbook};
use super::facts::Facts;
use crate::ageing::{age_parts, type_words};
use crate::journal::{explain, use_explainer};
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::{
    api::use_api,
    format, load,
    pages::{Pages, pages},
    use_session,
};
use crate::ledger::use_changes;
use crate::ui::{
    AgeBar, Button, Choice, Empty, Loading, NoPermission, ProblemPanel, SegmentedControl, SkeletonKind, use_toasts,
};
use kept_shared::age_analysis::Bucket;
use kept_shared::ids::AccountId;
use kept_shared::journal::Figure;
use kept_shared::ledger::{Movement, MovementsHead};
use kept_shared::money::Money;
use kept_shared::permission::Permission;
use kept_shared::statements::{Period, Statement};
use leptos::prelude::*;

fn side(amount: Money, debit: bool) -> String {
    if (amount.minor >= 0) == debit {
        format::amount(Money::new(amount.minor.saturating_abs(), amount.currency))
    } else {
        String::new()
    }
}

fn line(m: &Movement) -> AnyView {
    let document = m.reference.clone().or_else(|| m.claim.clone()).unwrap_or_default();
    view! {
        <tr>
            <td class="nowrap" data-label=t::statements::date>{format::date(m.date)}</td>
            <td class="hide-phone" data-label=t::statements::document>{document}</td>
            <td class="statements-what" data-label=t::statements::entry><span>{m.description.clone()}</span><small>{type_words(m.kind)}</small></td>
            <td class="num nowrap" data-label=t::statements::debit>{side(m.amount, true)}</td>
            <td class="num nowrap" data-label=t::statements::credit><span class:credit={m.minor_is_credit()}>{side(m.amount, false)}</span></td>
            <td class="num nowrap" data-label=t::statements::balance><b class="tot">{format::amount(m.balance)}</b></td>
        </tr>
    }
    .into_any()
}

trait Side {
    fn minor_is_credit(&self) -> bool;
}
impl Side for Movement {
    fn minor_is_credit(&self) -> bool {
        self.amount.minor < 0
    }
}

/// The statement of an account. `on_head` gets each statement that is shown.
#[component]
pub fn StatementPanel(
    #[prop(into)] account: Signal<AccountId>,
    #[prop(optional, into)] on_head: Option<Callback<Statement>>,
) -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::ViewLedger) fallback=|| view! { <NoPermission/> }>
            {match on_head {
                Some(on_head) => view! { <Shown account on_head/> }.into_any(),
                None => view! { <Shown account/> }.into_any(),
            }}
        </Show>
    }
    .into_any()
}

#[component]
fn Shown(account: Signal<AccountId>, #[prop(optional)] on_head: Option<Callback<Statement>>) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let preset = RwSignal::new("12m".to_owned());
    let (from, to) = (
        RwSignal::new(None::<chrono::NaiveDate>),
        RwSignal::new(None::<chrono::NaiveDate>),
    );
    let days = Memo::new(move |_| match preset.with(|p| p.parse::<Period>().ok()) {
        Some(period) => Days {
            from: None,
            to: None,
            period: Some(period),
        },
        None => Days {
            from: from.get(),
            to: to.get(),
            period: None,
        },
    });
    // Of which customer and days the head is, and the lines are: they come by two answers, and stand together only when
    // they belong together.
    let (head_of, lines_of) = (RwSignal::new(None), RwSignal::new(None));
    let changes = use_changes();
    let found = load(move || {
        changes.track();
        let (account, days) = (account.get(), days.get());
        async move {
            let statement = api.statement(account, days).await?;
            let _gone = head_of.try_set(Some((account, days)));
            Ok(statement)
        }
    });
    let lines = pages(move |cursor| {
        changes.track();
        let (account, days) = (account.get(), days.get());
        async move {
            let first = cursor.is_none();
            let page = api.statement_lines(account, days, cursor).await?;
            if first {
                let _gone = lines_of.try_set(Some((account, days)));
            }
            Ok(page)
        }
    });
    let fits = Memo::new(move |_| head_of.get() == lines_of.get());
    Effect::new(move |_| {
        if let (Some(statement), Some(tell)) = (found.get(), on_head) {
            tell.run(statement);
        }
    });
    // Choosing own dates begins with those shown.
    Effect::new(move |_| {
        if preset.with(|p| p == "own") && from.get_untracked().is_none() {
            found.value.with_untracked(|s| {
                if let Some(s) = s {
                    from.set(Some(s.head.from));
                    to.set(Some(s.head.to));
                }
            });
        }
    });
    let busy = RwSignal::new(None::<&'static str>);
    let fetch = move |what: &'static str| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(what));
        let (account, days) = (account.get_untracked(), days.get_untracked());
        leptos::task::spawn_local(async move {
            let done = match what {
                "view" => api.show(&paper(account, days)).await.map(|kept| match kept {
                    None => t::statements::shown().to_owned(),
                    Some(name) => t::statements::blocked(name),
                }),
                "pdf" => api.download(&kept(account, days)).await.map(t::common::downloaded),
                _ => api.download(&workbook(account, days)).await.map(t::common::downloaded),
            };
            match done {
                Ok(text) => toasts.good(text),
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            let _gone = busy.try_set(None);
        });
    };
    let is_busy = move |what: &'static str| Signal::derive(move || busy.get() == Some(what));
    let presets = vec![
        Choice::new("3m", t::statements::months_3),
        Choice::new("6m", t::statements::months_6),
        Choice::new("12m", t::statements::months_12),
        Choice::new("24m", t::statements::months_24),
        Choice::new("all", t::statements::all),
        Choice::new("own", t::statements::own),
    ];
    let date = move |signal: RwSignal<Option<chrono::NaiveDate>>, label: fn() -> &'static str| {
        view! {
            <label class="ageing-date"><span>{move || label()}</span>
                <input type="date" prop:value=move || signal.get().map(|d| d.to_string()).unwrap_or_default() on:change=move |e| signal.set(event_target_value(&e).parse().ok())/>
            </label>
        }
    };
    let body = move || match (found.problem.get(), found.get()) {
        (Some(problem), _) => {
            view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=12/> }.into_any(),
        (None, Some(s)) => shown(account.get_untracked(), s, lines, fits),
    };
    view! {
        <div class="statements-panel">
            <div class="row wrap statements-bar">
                <SegmentedControl label=t::statements::range value=preset choices=presets/>
                <Show when=move || preset.with(|p| p == "own")>{date(from, t::statements::from)}{date(to, t::statements::to)}</Show>
                <Show when=move || session.may(Permission::Export)>
                    <span class="row wrap statements-papers">
                        <Button label=t::statements::view_pdf icon="file-text" busy=is_busy("view") on_click=move |_| fetch("view")/>
                        <Button label=t::statements::pdf icon="download" busy=is_busy("pdf") on_click=move |_| fetch("pdf")/>
                        <Button label=t::statements::excel icon="file-spreadsheet" busy=is_busy("excel") on_click=move |_| fetch("excel")/>
                    </span>
                </Show>
            </div>
            {body}
        </div>
    }
    .into_any()
}

/// The ages at the end of the period; where the page explains figures, each says what it is made of.
fn ages(account: AccountId, head: &MovementsHead) -> AnyView {
    let to = head.to;
    let parts = Signal::stored(age_parts(&head.ageing, &head.settings));
    match use_explainer() {
        Some(explainer) => {
            let pick = move |key: String| {
                if let Ok(bucket) = key.parse::<Bucket>() {
                    explainer.ask(account, bucket.into(), Some(to));
                }
            };
            view! { <AgeBar parts on_pick=pick/> }.into_any()
        }
        None => view! { <AgeBar parts/> }.into_any(),
    }
}

fn shown(account: AccountId, s: Statement, lines: Pages<Movement>, fits: Memo<bool>) -> AnyView {
    let head = s.head;
    let (from, to) = (head.from, head.to);
    let figure = |label: &'static str, m: Money, strong: bool| {
        let amount = if strong {
            explain(account, Figure::Balance, Some(to), m, label)
        } else {
            format::money(m).into_any()
        };
        view! { <div class="statements-sum" class:is-strong=strong><span>{label}</span><strong>{amount}</strong></div> }
    };
    let reference = s.payment_reference;
    let bank = s.bank.map(|b| {
        let branch = b.branch.map(|branch| format!(" · {branch}")).unwrap_or_default();
        format!("{} · {}{branch}", b.bank, b.account)
    });
    let empty = head.count == 0;
    let (opening, closing) = (head.opening, head.closing);
    let (debits, credits) = (head.debits, head.credits);
    let unsigned = |m: Money| format::amount(Money::new(m.minor.saturating_abs(), m.currency));
    view! {
        <div class="statements-sums">
            {figure(t::statements::opening(), opening, false)}
            {figure(t::statements::debits(), debits, false)}
            {figure(t::statements::credits(), credits, false)}
            {figure(t::statements::closing(), closing, true)}
        </div>
        <div class="statements-age"><p class="soft">{t::statements::aged_at(format::date(to))}</p>
            <div class="ages-wide">{ages(account, &head)}</div></div>
        <Facts facts=s.frequency/>
        <dl class="statements-pay">
            <div><dt>{t::statements::reference}</dt><dd>{reference}</dd></div>
            {bank.map(|bank| view! { <div><dt>{t::statements::bank}</dt><dd>{bank}</dd></div> })}
        </dl>
        {if empty {
            view! { <Empty title=t::statements::nothing text=t::statements::nothing_hint icon="file-text" class="empty-sm"/> }.into_any()
        } else {
            let table = move || view! {
                <div class="table-wrap"><table class="table table-tight table-cards" aria-label=t::statements::statement>
                    <thead><tr>
                        <th scope="col">{t::statements::date}</th><th scope="col" class="hide-phone">{t::statements::document}</th><th scope="col">{t::statements::entry}</th>
                        <th scope="col" class="num">{t::statements::debit}</th><th scope="col" class="num">{t::statements::credit}</th><th scope="col" class="num">{t::statements::balance}</th>
                    </tr></thead>
                    <tbody>
                        <tr class="is-old"><td class="nowrap">{format::date(from)}</td><td class="hide-phone"></td><td>{t::statements::opening}</td><td></td><td></td><td class="num">{format::amount(opening)}</td></tr>
                        {move || lines.rows().get().iter().map(line).collect_view()}
                    </tbody>
                    <tfoot><tr><td class="nowrap">{format::date(to)}</td><td class="hide-phone"></td><td>{t::statements::closing}</td>
                        <td class="num">{unsigned(debits)}</td><td class="num">{unsigned(credits)}</td><td class="num">{format::amount(closing)}</td></tr></tfoot>
                </table></div>
                <Show when=move || lines.has_more().get()><p class="table-foot"><Button label=t::common::show_more busy=lines.loading_more on_click=move |_| lines.more()/></p></Show>
            };
            (move || match (lines.first.problem.get(), fits.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| lines.reload()/> }.into_any(),
                (None, false) => view! { <Loading kind=SkeletonKind::Lines rows=8/> }.into_any(),
                (None, true) => table().into_any(),
            })
            .into_any()
        }}
    }
    .into_any()
}
