//! The age analysis page (spec F01 to F11).

use super::api::workbook;
use super::columns::flag_text;
use super::filters::{AgeFilters, AsAt};
use super::grid::{AgeColumns, AgeGrid, account_of, age_grid, as_shown};
use super::list::AgeList;
use super::movements::MovementsPanel;
use super::tiles::AgeTotals;
use crate::kernel::api::use_api;
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::{format, use_session};
use crate::notes::NotesDrawer;
use crate::saved_views::ViewsMenu;
use crate::ui::{Button, Callout, Drawer, Icon, PageHead, use_toasts};
use kept_shared::age_analysis::AgeFilter;
use kept_shared::ageing::{AgeingBasis, AgeingMode, AgeingRules};
use kept_shared::ids::AccountId;
use kept_shared::permission::Permission;
use kept_shared::saved_views::ViewedList;
use leptos::prelude::*;
use leptos_router::components::A;

/// How the book is aged, in words.
fn rules(r: &AgeingRules) -> String {
    let mode = match r.mode {
        AgeingMode::Calendar => t::ageing::by_month().to_owned(),
        AgeingMode::Days => {
            let [a, b, c, d] = r.edges.map(|e| e + 1);
            t::ageing::by_days(format!("{a}, {b}, {c}, {d}"))
        }
    };
    let basis = match r.basis {
        AgeingBasis::DueDate => t::ageing::from_due(),
        AgeingBasis::TransactionDate => t::ageing::from_transaction(),
    };
    format!("{mode}, {basis}")
}

/// What stands below the title: the day, how it is aged, how many.
fn subtitle(list: AgeList) -> String {
    let Some(summary) = list.summary.get() else {
        return String::new();
    };
    let mut ways: Vec<String> = summary.communities.iter().map(|c| rules(&c.rules)).collect();
    ways.sort_unstable();
    ways.dedup();
    let way = match ways.as_slice() {
        [] => String::new(),
        [one] => format!(" · {one}"),
        _ => format!(" · {}", t::ageing::several_ways()),
    };
    let count = t::ageing::customers_n(usize::try_from(summary.accounts).unwrap_or_default());
    // An attorney's closed matters may still be read, but no figure counts them.
    let only = if use_session().is_attorney() {
        format!(" ({})", t::ageing::open_matters())
    } else {
        String::new()
    };
    format!(
        "{}{way} · {count}{only}",
        t::ageing::balances_at(format::date(summary.as_at))
    )
}

/// What is open beside the grid.
#[derive(Clone, Copy, PartialEq)]
enum Beside {
    Nothing,
    Movements(AccountId),
    Notes(AccountId),
}

/// `/age-analysis`.
#[component]
pub fn AgeAnalysis() -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let list = AgeList::from_address(AgeFilter::default());
    let grid = age_grid(list);
    let current = move || grid.current.with(|c| c.as_deref().and_then(account_of));
    let notes_of = RwSignal::new(None::<AccountId>);
    Effect::new(move |_| {
        if current().is_some() {
            notes_of.set(None);
        }
    });
    let beside = Memo::new(move |_| match (notes_of.get(), current()) {
        (Some(id), _) => Beside::Notes(id),
        (None, Some(id)) => Beside::Movements(id),
        (None, None) => Beside::Nothing,
    });
    let shown = Signal::derive(move || match serde_json::to_value(as_shown(list, grid)) {
        Ok(serde_json::Value::Object(query)) => query,
        Ok(_) | Err(_) => serde_json::Map::new(),
    });
    let choose = Callback::new(move |query: serde_json::Map<String, serde_json::Value>| {
        // A view of before a column was renamed says nothing rather than half of it.
        list.go(serde_json::from_value(serde_json::Value::Object(query)).unwrap_or_default());
    });
    let exporting = RwSignal::new(false);
    let export = move |_| {
        exporting.set(true);
        let path = workbook(&untrack(move || as_shown(list, grid)));
        leptos::task::spawn_local(async move {
            match api.download(&path).await {
                Ok(name) => toasts.good(t::common::downloaded(name)),
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            exporting.set(false);
        });
    };
    let may_notes = move || session.may(Permission::ViewNotes);
    let on_notes = Callback::new(move |id| {
        if may_notes() {
            grid.current.set(None);
            notes_of.set(Some(id));
        }
    });
    let past = move || list.summary.get().filter(|s| s.as_at != s.today).map(|s| s.as_at);
    let panel = move || match beside.get() {
        Beside::Nothing => ().into_any(),
        Beside::Notes(id) => {
            let name = list.of(id).map(|r| r.name).unwrap_or_default();
            view! { <NotesDrawer account=Signal::stored(id) name=Signal::stored(name) on_close=move |()| notes_of.set(None) on_change=move |added| list.noted(id, added)/> }.into_any()
        }
        Beside::Movements(id) => {
            let row = list.of(id);
            let name = row.as_ref().map(|r| r.name.clone()).unwrap_or_default();
            let below = row
                .as_ref()
                .map(|r| {
                    [Some(r.reference.clone()), r.unit.clone(), Some(r.community.clone())]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join(" · ")
                })
                .unwrap_or_default();
            let flag = row.as_ref().and_then(flag_text);
            let may_ledger = session.may(Permission::ViewLedger);
            view! {
                <Drawer title=name subtitle=below class="drawer-wide" on_close=move |()| grid.current.set(None)>
                    {flag.map(|text| view! { <Callout tone="bad">{text}</Callout> })}
                    <div class="row wrap">
                        <Show when=may_notes><Button label=t::ageing::open_notes icon="notebook-pen" on_click=move |_| on_notes.run(id)/></Show>
                        <Show when=move || may_ledger><A href=format!("/statements/{id}")>{t::ageing::whole_page}</A></Show>
                    </div>
                    <Show when=move || may_ledger><MovementsPanel account=Signal::stored(id)/></Show>
                </Drawer>
            }
            .into_any()
        }
    };
    view! {
        <div class="page page-fill" class:with-drawer=move || beside.get() != Beside::Nothing>
            <PageHead title=t::ageing::title subtitle=move || subtitle(list)>
                <AsAt list/>
                <ViewsMenu list=ViewedList::AgeAnalysis query=shown is_bare=list.is_bare on_choose=choose/>
                <AgeColumns list grid/>
                <Show when=move || session.may(Permission::Export)>
                    <Button label=t::common::download_excel icon="download" busy=exporting on_click=export/>
                </Show>
            </PageHead>
            <AgeTotals list/>
            <AgeFilters list/>
            {move || past().map(|d| view! { <p class="ageing-past"><Icon name="history" size=14/>{t::ageing::past(format::date(d))}</p> })}
            <div class="split">
                <div class="grid-card"><AgeGrid list grid on_notes/></div>
                {panel}
            </div>
        </div>
    }
    .into_any()
}
