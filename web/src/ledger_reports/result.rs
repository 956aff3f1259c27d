//! A report: where its workbook stands, its sums, and its customers one group after the other.

use crate::ageing::type_words;
use crate::kernel::act::Act;
use crate::kernel::api::{new_key, use_api};
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::{format, load, pages::pages, use_session};
use crate::ui::{Button, Callout, ConfirmDialog, Empty, Loading, ProblemPanel, Progress, SkeletonKind, use_toasts};
use kept_shared::ids::LedgerReportId;
use kept_shared::ledger_reports::{LedgerCustomer, LedgerLine, LedgerReport, ReportState};
use kept_shared::money::Money;
use kept_shared::permission::Permission;
use kept_shared::problem::{Code, Problem};
use leptos::prelude::*;
use leptos_router::components::A;
use std::time::Duration;

fn n(count: u32) -> usize {
    usize::try_from(count).unwrap_or_default()
}

fn unsigned(m: Money) -> String {
    format::amount(Money::new(m.minor.saturating_abs(), m.currency))
}

/// `on_change` is told when the state of the report has changed.
#[component]
pub fn ReportResult(
    #[prop(into)] id: Signal<LedgerReportId>,
    on_change: Callback<()>,
    on_delete: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let found = load(move || api.ledger_report(id.get()));
    // While a worker has it, its state is asked for again and again; after a failure less and less often.
    let (last, misses) = (StoredValue::new(None::<ReportState>), RwSignal::new(0_u32));
    Effect::new(move |_| {
        let failed = found.problem.with(Option::is_some);
        let Some(report) = found.get() else { return };
        misses.update(|n| *n = if failed { n.saturating_add(1) } else { 0 });
        if last.get_value().is_some_and(|before| before != report.state) {
            on_change.run(());
        }
        last.set_value(Some(report.state));
        if report.state.is_under_way() {
            let wait = Duration::from_secs(2_u64 << misses.get_untracked().min(4));
            let again = set_timeout_with_handle(move || found.reload(), wait).ok();
            on_cleanup(move || {
                if let Some(handle) = again {
                    handle.clear();
                }
            });
        }
    });
    // One failure alone is passed over while it is asked again anyway.
    let trouble = Memo::new(move |_| {
        let under_way = found.value.with(|r| r.as_ref().is_some_and(|r| r.state.is_under_way()));
        found.problem.get().filter(|_| !under_way || misses.get() >= 3)
    });
    let known = Memo::new(move |_| found.value.with(|r| r.as_ref().map(|r| r.id)));
    view! {
        {move || match (found.problem.get(), known.get()) {
            (Some(problem), None) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any(),
            (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=6/> }.into_any(),
            (_, Some(id)) => {
                let report = Signal::derive(move || found.get());
                view! {
                    {move || trouble.get().map(|problem| view! {
                        <Callout tone="warn"><p>{problem_text(&problem)}</p><Button label=t::ui::retry icon="refresh-cw" busy=found.busy on_click=move |_| found.reload()/></Callout>
                    })}
                    <Head report on_cancel=Callback::new(move |r| found.set(r)) on_delete/><Groups id/>
                }.into_any()
            }
        }}
    }
    .into_any()
}

#[component]
fn Head(
    report: Signal<Option<LedgerReport>>,
    on_cancel: Callback<LedgerReport>,
    on_delete: Callback<()>,
) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let (deleting, delete) = (RwSignal::new(false), Act::new());
    let forget = move |()| {
        let Some(id) = report.with_untracked(|r| r.as_ref().map(|r| r.id)) else {
            return;
        };
        delete.run(api.delete_ledger_report(id), move |()| {
            deleting.set(false);
            toasts.good(t::ledger_reports::deleted());
            on_delete.run(());
        });
    };
    let may_delete = move || report.with(|r| r.as_ref().is_some_and(|r| !r.state.is_under_way()));
    let (busy, cancel) = (RwSignal::new(false), Act::new());
    let download = move |id: LedgerReportId| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api.download(&format!("/ledger-reports/{id}/workbook.xlsx")).await {
                Ok(name) => toasts.good(t::common::downloaded(name)),
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            let _gone = busy.try_set(false);
        });
    };
    let call_off = move |id: LedgerReportId| {
        let key = new_key();
        cancel.run(async move { api.cancel_ledger_report(id, &key).await }, move |r| {
            on_cancel.run(r)
        });
    };
    let totals = move || {
        report.get().map(|r| {
            r.totals
                .into_iter()
                .map(|total| {
                    let part = |label: &'static str, m: Money| view! { <div><span>{label}</span><b>{format::money(m)}</b></div> };
                    view! {
                        <div class="ledger-totals">
                            {part(t::ledger_reports::opening(), total.opening)}{part(t::ledger_reports::debits(), total.debits)}
                            {part(t::ledger_reports::credits(), total.credits)}{part(t::ledger_reports::closing(), total.closing)}
                        </div>
                    }
                })
                .collect_view()
        })
    };
    let workbook = move || {
        let r = report.get()?;
        let id = r.id;
        Some(match r.state {
            ReportState::Ready | ReportState::Done => view! {
                <Show when=move || session.may(Permission::Export)>
                    <Button label=t::ledger_reports::download icon="download" busy=busy on_click=move |_| download(id)/>
                </Show>
            }
            .into_any(),
            ReportState::Waiting | ReportState::Running => view! {
                <Button label=t::ledger_reports::cancel icon="x" busy=cancel.busy() on_click=move |_| call_off(id)/>
            }
            .into_any(),
            ReportState::Failed | ReportState::Cancelled => ().into_any(),
        })
    };
    let standing = move || {
        let r = report.get()?;
        match r.state {
            ReportState::Waiting | ReportState::Running => {
                let words = if r.done == 0 {
                    t::ledger_reports::waiting().to_owned()
                } else {
                    t::ledger_reports::making(format::count(n(r.done)), format::count(n(r.customers)))
                };
                let share = u8::try_from(u64::from(r.done) * 100 / u64::from(r.customers.max(1))).unwrap_or(100);
                Some(view! { <Callout><b>{words}</b><Progress label=t::ledger_reports::state done=Signal::stored(Some(share))/><p>{t::ledger_reports::large}</p></Callout> }.into_any())
            }
            ReportState::Failed => {
                let why = if r.failure.as_deref() == Some("out_of_reach") {
                    t::ledger_reports::failed_reach()
                } else {
                    t::ledger_reports::failed()
                };
                Some(view! { <Callout tone="bad">{why}</Callout> }.into_any())
            }
            ReportState::Cancelled => {
                Some(view! { <Callout tone="neutral">{t::ledger_reports::cancelled()}</Callout> }.into_any())
            }
            ReportState::Ready | ReportState::Done => None,
        }
    };
    let about = move || {
        report.get().map(|r| {
            let period = t::ledger_reports::period(format::date(r.from), format::date(r.to));
            let (customers, lines) = (
                t::ledger_reports::customers_n(n(r.customers)),
                t::ledger_reports::lines_n(n(r.lines)),
            );
            format!("{period} · {customers} · {lines}")
        })
    };
    view! {
        <section class="card" aria-label=t::ledger_reports::result>
            <header class="card-head"><div><h2>{t::ledger_reports::result}</h2><p>{about}</p></div><div class="row wrap">{workbook}
                <Show when=may_delete><Button label=t::common::delete icon="trash-2" on_click=move |_| { delete.clear(); deleting.set(true); }/></Show>
            </div></header>
            <div class="card-body stack-4">{standing}{totals}</div>
        </section>
        <ConfirmDialog open=deleting title=t::ledger_reports::delete_title confirm=t::common::delete on_confirm=forget danger=true busy=delete.busy() problem=delete.problem()>
            <p>{t::ledger_reports::delete_text}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn Groups(id: LedgerReportId) -> impl IntoView {
    let api = use_api();
    let list = pages(move |cursor| api.ledger_report_customers(id, cursor));
    let shut = |p: &Problem| p.status == Code::StateForbids.status();
    view! {
        {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
            (_, Some(p)) if shut(&p) => view! { <Empty title=t::ledger_reports::no_reach text=t::ledger_reports::no_reach_text icon="lock"/> }.into_any(),
            (_, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| list.reload()/> }.into_any(),
            (false, None) => view! { <Loading kind=SkeletonKind::Lines rows=12/> }.into_any(),
            (true, None) => view! {
                <div>
                    <For each=move || list.rows().get() key=|c| c.account_id let:customer>{group(customer)}</For>
                    <Show when=move || list.has_more().get()><p class="table-foot"><Button label=t::common::show_more busy=list.loading_more on_click=move |_| list.more()/></p></Show>
                </div>
            }.into_any(),
        }}
    }
    .into_any()
}

fn group(c: LedgerCustomer) -> AnyView {
    let about = [
        Some(c.reference.clone()),
        c.unit_label.clone(),
        Some(c.community.clone()),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" · ");
    let more = n(c.line_count).saturating_sub(c.lines.len());
    let statement = format!("/statements/{}", c.account_id);
    let own = statement.clone();
    let (name, label, table) = (c.name.clone(), c.name.clone(), c.name.clone());
    view! {
        <section class="ledger-group" aria-label=label>
            <header><h3><A href=statement>{name}</A></h3><small>{about}</small><strong>{format::money(c.closing)}</strong></header>
            <div class="table-wrap"><table class="table table-tight table-cards" aria-label=table>
                <thead><tr>
                    <th scope="col">{t::ledger_reports::date}</th><th scope="col" class="hide-phone">{t::ledger_reports::document}</th><th scope="col">{t::ledger_reports::entry}</th>
                    <th scope="col" class="num">{t::ledger_reports::debit}</th><th scope="col" class="num">{t::ledger_reports::credit}</th><th scope="col" class="num">{t::ledger_reports::balance}</th>
                    <th scope="col" class="hide-phone">{t::ledger_reports::against}</th>
                </tr></thead>
                <tbody>
                    <tr class="is-old"><td></td><td class="hide-phone"></td><td>{t::ledger_reports::opening}</td><td></td><td></td><td class="num">{format::amount(c.opening)}</td><td class="hide-phone"></td></tr>
                    {c.lines.iter().map(line).collect_view()}
                </tbody>
                <tfoot><tr><td></td><td class="hide-phone"></td><td>{t::ledger_reports::closing}</td><td class="num">{unsigned(c.debits)}</td><td class="num">{unsigned(c.credits)}</td><td class="num">{format::amount(c.closing)}</td><td class="hide-phone"></td></tr></tfoot>
            </table></div>
            {(more > 0).then(|| view! { <p class="table-foot"><A href=own>{t::ledger_reports::more_lines(more)}</A></p> })}
        </section>
    }
    .into_any()
}

fn line(l: &LedgerLine) -> AnyView {
    let amount = |m: Option<Money>| m.map(format::amount).unwrap_or_default();
    let against = l
        .against
        .iter()
        .map(|a| view! { <span>{format!("{} · {}", a.document, format::amount(a.amount))}</span> })
        .collect_view();
    let open = l
        .unallocated
        .map(|m| view! { <span class="ledger-open">{t::ledger_reports::open_part(format::amount(m))}</span> });
    view! {
        <tr>
            <td class="nowrap" data-label=t::ledger_reports::date>{format::date(l.date)}</td>
            <td class="hide-phone" data-label=t::ledger_reports::document>{l.document.clone()}</td>
            <td class="statements-what" data-label=t::ledger_reports::entry><span>{l.description.clone()}</span><small>{type_words(l.kind)}</small></td>
            <td class="num nowrap" data-label=t::ledger_reports::debit>{amount(l.debit)}</td>
            <td class="num nowrap" data-label=t::ledger_reports::credit><span class="credit">{amount(l.credit)}</span></td>
            <td class="num nowrap" data-label=t::ledger_reports::balance><b class="tot">{format::amount(l.balance)}</b></td>
            <td class="ledger-against hide-phone" data-label=t::ledger_reports::against>{against}{open}</td>
        </tr>
    }
    .into_any()
}
