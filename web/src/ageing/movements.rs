//! An account's movements: ranges, running balance, ageing at the end of the range (spec F03, G02).

use super::api::{MovementsAsked, movements_workbook};
use super::tiles::parts_of;
use crate::journal::{ExplainHost, explain, use_explainer};
use crate::kernel::api::use_api;
use crate::kernel::day::today_here;
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::{format, load, use_session};
use crate::ui::{AgeBar, Button, Choice, Empty, Loading, ProblemPanel, SegmentedControl, SkeletonKind, use_toasts};
use kept_shared::age_analysis::Bucket;
use kept_shared::dates::add_months;
use kept_shared::ids::AccountId;
use kept_shared::journal::Figure;
use kept_shared::ledger::{EntryType, Movement};
use kept_shared::money::Money;
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_params_map;

/// Lines of one answer.
const AT_ONCE: u32 = 200;

/// A type of entry in words.
pub fn kind(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Invoice => t::ageing::type_invoice(),
        EntryType::Fee => t::ageing::type_fee(),
        EntryType::Payment => t::ageing::type_payment(),
        EntryType::Adjustment => t::ageing::type_adjustment(),
        EntryType::Chargeback => t::ageing::type_chargeback(),
        EntryType::Discount => t::ageing::type_discount(),
        EntryType::Interest => t::ageing::type_interest(),
        EntryType::WriteOff => t::ageing::type_write_off(),
    }
}

pub(super) fn figure(m: Money) -> AnyView {
    view! { <span class:credit={m.minor < 0}>{format::amount(m)}</span> }.into_any()
}

fn line(m: &Movement) -> AnyView {
    let undone = m.reverses_id.is_some();
    view! {
        <tr>
            <td class="nowrap" data-label=t::ageing::date>{format::date(m.date)}</td>
            <td data-label=t::ageing::entry><span>{kind(m.kind)}{undone.then(|| view! { " "<span class="soft">{t::ageing::reversal}</span> })}</span>
                <small>{m.description.clone()}{m.reference.clone().map(|r| format!(" · {r}"))}</small></td>
            <td class="num nowrap" data-label=t::ageing::amount>{figure(m.amount)}</td>
            <td class="num nowrap" data-label=t::ageing::balance><b class="tot">{format::amount(m.balance)}</b></td>
        </tr>
    }
    .into_any()
}

/// The ages at the end of the range; each says what it is made of.
fn ages(account: AccountId, head: &kept_shared::ledger::MovementsHead) -> AnyView {
    let to = head.to;
    let parts = Signal::stored(parts_of(&head.ageing, &head.settings));
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

/// Movements of one account in a drawer: the statement in short, of the last twelve months until another range is chosen.
#[component]
pub fn MovementsPanel(#[prop(into)] account: Signal<AccountId>) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let preset = RwSignal::new("12".to_owned());
    let (from, to) = (
        RwSignal::new(None::<chrono::NaiveDate>),
        RwSignal::new(None::<chrono::NaiveDate>),
    );
    let asked = move || {
        // The days count for a range of one's own alone; they stay for when it is chosen again.
        let to = to.get().filter(|_| preset.with(|p| p == "own"));
        let day = to.unwrap_or_else(today_here);
        let from = match preset.get().as_str() {
            "all" => chrono::NaiveDate::from_ymd_opt(1900, 1, 1),
            "own" => from.get(),
            months => months
                .parse()
                .ok()
                .and_then(|n: i32| add_months(day, -n))
                .and_then(|d| d.succ_opt()),
        };
        MovementsAsked {
            from,
            to,
            limit: None,
            cursor: None,
        }
    };
    let extra = RwSignal::new(Vec::<Movement>::new());
    let cursor = RwSignal::new(None::<String>);
    let found = load(move || {
        let (account, asked) = (account.get(), asked());
        async move {
            api.movements(
                account,
                &MovementsAsked {
                    limit: Some(AT_ONCE),
                    ..asked
                },
            )
            .await
        }
    });
    Effect::new(move |_| {
        if let Some(m) = found.get() {
            extra.set(vec![]);
            cursor.set(m.next_cursor.clone());
        }
    });
    let more_busy = RwSignal::new(false);
    let more = move |_| {
        more_busy.set(true);
        let (account, asked) = (account.get_untracked(), untrack(asked));
        leptos::task::spawn_local(async move {
            let next = MovementsAsked {
                limit: Some(AT_ONCE),
                cursor: cursor.get_untracked(),
                ..asked
            };
            let answer = api.movements(account, &next).await;
            // Another range was chosen meanwhile: these lines belong to none that is shown.
            if cursor.try_get_untracked() != Some(next.cursor.clone()) {
                more_busy.set(false);
                return;
            }
            match answer {
                Ok(m) => {
                    extra.update(|all| all.extend(m.items));
                    cursor.set(m.next_cursor);
                }
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            more_busy.set(false);
        });
    };
    let loading = RwSignal::new(false);
    let download = move |_| {
        loading.set(true);
        let path = movements_workbook(account.get_untracked(), &untrack(asked));
        leptos::task::spawn_local(async move {
            match api.download(&path).await {
                Ok(name) => toasts.good(t::common::downloaded(name)),
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            loading.set(false);
        });
    };
    let presets = vec![
        Choice::new("3", t::ageing::months_3),
        Choice::new("6", t::ageing::months_6),
        Choice::new("12", t::ageing::months_12),
        Choice::new("24", t::ageing::months_24),
        Choice::new("all", t::ageing::all_time),
        Choice::new("own", t::ageing::own_range),
    ];
    let date = move |signal: RwSignal<Option<chrono::NaiveDate>>, label: fn() -> &'static str| {
        view! {
            <label class="ageing-date"><span>{move || label()}</span>
                <input type="date" prop:value=move || signal.get().map(|d| d.to_string()).unwrap_or_default() on:change=move |e| signal.set(event_target_value(&e).parse().ok())/>
            </label>
        }
    };
    let body = move || {
        if let Some(problem) = found.problem.get() {
            return view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any();
        }
        let Some(m) = found.get() else {
            return view! { <Loading kind=SkeletonKind::Lines rows=10/> }.into_any();
        };
        let head = m.head;
        let nothing = m.items.is_empty();
        view! {
            <div class="ageing-head">
                <div class="balance"><div><span>{t::ageing::balance_at(format::date(head.to))}</span><strong>{explain(account.get_untracked(), Figure::Balance, Some(head.to), head.closing, t::ageing::balance())}</strong></div>
                    <span class="soft">{t::ageing::payments_in_range(usize::try_from(head.payments).unwrap_or_default())}
                        {head.last_payment_on.map(|d| format!(" · {}", t::ageing::last_paid(format::date(d))))}</span></div>
                <div>{ages(account.get_untracked(), &head)}</div>
            </div>
            {if nothing {
                view! { <Empty title=t::ageing::no_movements text=t::ageing::no_movements_hint icon="file-text" class="empty-sm"/> }.into_any()
            } else {
                view! {
                    <div class="table-wrap"><table class="table table-tight table-cards" aria-label=t::ageing::movements>
                        <thead><tr>
                            <th scope="col">{t::ageing::date}</th><th scope="col">{t::ageing::entry}</th>
                            <th scope="col" class="num">{t::ageing::amount}</th><th scope="col" class="num">{t::ageing::balance}</th>
                        </tr></thead>
                        <tbody>
                            <tr class="is-old"><td>{format::date(head.from)}</td><td colspan=2>{t::ageing::opening}</td><td class="num">{format::amount(head.opening)}</td></tr>
                            {m.items.iter().map(|m| line(m)).collect_view()}
                            {move || extra.with(|all| all.iter().map(|m| line(m)).collect_view())}
                        </tbody>
                        <tfoot><tr><td>{format::date(head.to)}</td><td colspan=2>{t::ageing::closing}</td><td class="num">{format::amount(head.closing)}</td></tr></tfoot>
                    </table></div>
                    <Show when=move || cursor.with(Option::is_some)><p class="table-foot"><Button label=t::common::show_more busy=more_busy on_click=more/></p></Show>
                }.into_any()
            }}
        }
        .into_any()
    };
    view! {
        <ExplainHost>
        <div class="ageing-movements">
            <div class="row wrap">
                <SegmentedControl label=t::ageing::range value=preset choices=presets/>
                <Show when=move || preset.with(|p| p == "own")>{date(from, t::ageing::from)}{date(to, t::ageing::to)}</Show>
                <Show when=move || session.may(Permission::Export)>
                    <Button label=t::common::download_excel icon="download" busy=loading on_click=download/>
                </Show>
            </div>
            {body}
        </div>
        </ExplainHost>
    }
    .into_any()
}

/// `/accounts/:account/movements`, an address of before: the statement shows them.
#[component]
pub fn MovementsPage() -> impl IntoView {
    let params = use_params_map();
    let account = params.with_untracked(|p| p.get("account").unwrap_or_default());
    view! { <Redirect path=format!("/statements/{account}")/> }.into_any()
}
