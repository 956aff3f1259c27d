//! The customer page: a head that stays, and tabs.

use super::details::{DetailsTab, UnitsTab};
use super::head::Head;
use crate::handovers::EndedBefore;
use crate::journal::ExplainHost;
use crate::kernel::{Load, api::use_api, i18n::t, load, use_session};
use crate::ledger::Changes;
use crate::ui::{Loading, ProblemPanel, SkeletonKind, Tab, Tabs};
use kept_shared::accounts::Account;
use kept_shared::ids::AccountId;
use kept_shared::permission::Permission;
use leptos::{html, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

#[component]
pub fn AccountPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params
            .with(|p| p.get("account").and_then(|id| id.parse().ok()))
            .unwrap_or(AccountId(uuid::Uuid::nil()))
    });
    // Drawn anew for another customer only, so that nothing of the one before is left.
    view! { <div class="page">{move || view! { <Customer id=id.get()/> }}</div> }.into_any()
}

/// The tabs wait unseen for the customer: what they show is asked for together with the customer, in one round.
#[component]
fn Customer(id: AccountId) -> impl IntoView {
    let api = use_api();
    let changes = Changes::provide();
    let account = load(move || {
        changes.track();
        api.account(id)
    });
    crate::cards::keep_open(account, id);
    // Changes flow through the signal, so that open forms survive.
    let known = Memo::new(move |_| account.value.with(Option::is_some));
    let failed = Memo::new(move |_| account.problem.with(Option::is_some));
    let is_shown = move || known.get() && !failed.get();
    let below_head: NodeRef<html::Div> = NodeRef::new();
    bring_up(below_head, known);
    view! {
        <ExplainHost>
            {move || match (known.get(), account.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| account.reload()/> }.into_any(),
                (true, None) => view! { <Head account/> }.into_any(),
                (false, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
            }}
            <div class="accounts-below" hidden=move || !is_shown() node_ref=below_head>
                <EndedBefore account id/>
                <AccountTabs account id/>
            </div>
        </ExplainHost>
    }
    .into_any()
}

/// A link to a tab leads a phone to the tab: the head fills its screen.
fn bring_up(below_head: NodeRef<html::Div>, known: Memo<bool>) {
    let is_linked = use_query_map().with_untracked(|q| q.get("tab").is_some_and(|tab| tab != "details"));
    let is_phone = window()
        .match_media("(max-width: 720px)")
        .is_ok_and(|query| query.is_some_and(|query| query.matches()));
    if !(is_linked && is_phone) {
        return;
    }
    Effect::new(move |done: Option<bool>| {
        let (Some(part), true) = (below_head.get(), known.get()) else {
            return false;
        };
        if done != Some(true) {
            request_animation_frame(move || part.scroll_into_view());
        }
        true
    });
}

#[component]
fn AccountTabs(account: Load<Account>, id: AccountId) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| match query.with(|q| q.get("tab")).unwrap_or_default() {
        // The statement took the place of another tab; old bookmarks still find it.
        old if old == "movements" => "statement".to_owned(),
        asked => asked,
    });
    let chosen = RwSignal::new(asked.get_untracked());
    // A link on one tab may lead to another.
    Effect::new(move |before: Option<String>| {
        let asked = asked.get();
        if before.is_some_and(|before| before != asked) && chosen.with_untracked(|c| *c != asked) {
            chosen.set(asked.clone());
        }
        asked
    });
    // The tab lives in the address; what a tab keeps there goes with it.
    let navigate = use_navigate();
    Effect::new(move |before: Option<String>| {
        let now = chosen.get();
        // The head is as fresh as the tab beneath it, and a customer who is out of reach by now is shown no longer.
        if before.as_ref().is_some_and(|before| *before != now) {
            account.reload();
        }
        if before.is_some_and(|before| before != now) && asked.with_untracked(|asked| *asked != now) {
            let path = window().location().pathname().unwrap_or_default();
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&format!("{path}?tab={now}"), options);
        }
        now
    });
    let is_lead = Memo::new(move |_| account.value.with(|a| a.as_ref().is_some_and(|a| a.lead.is_some())));
    (move || tabs(account, id, is_lead.get(), chosen)).into_any()
}

/// The bar with what is under it, by what the person may see. Who is no lead has no tab for it.
fn tabs(account: Load<Account>, id: AccountId, is_lead: bool, chosen: RwSignal<String>) -> AnyView {
    let session = use_session();
    let units = Signal::derive(move || account.value.with(|a| a.as_ref().map_or(0, |a| a.units.len())));
    let mut tabs = vec![
        Tab::new("details", t::accounts::tab_details, move || {
            view! { <DetailsTab account id/> }.into_any()
        }),
        // Further tabs: one line for each feature that hangs under an account, with its panel given `id`.
        Tab::new("units", t::accounts::tab_units, move || {
            view! { <UnitsTab account=id/> }.into_any()
        })
        .count(units),
    ];
    if session.may(Permission::ViewLedger) {
        tabs.push(Tab::new("journal", t::journal::tab, move || {
            view! { <crate::journal::JournalPanel account id/> }.into_any()
        }));
        tabs.push(Tab::new("claims", t::claims::tab, move || {
            view! { <crate::claims::ClaimsPanel account id/> }.into_any()
        }));
        tabs.push(Tab::new("statement", t::statements::statement, move || {
            view! { <crate::statements::StatementPanel account=Signal::stored(id)/> }.into_any()
        }));
    }
    if session.may(Permission::ViewFiles) {
        tabs.push(Tab::new("files", t::files::tab, move || {
            view! { <crate::files::FilesPanel account=id/> }.into_any()
        }));
    }
    if session.may(Permission::ViewNotes) {
        tabs.push(Tab::new("diary", t::diary::tab, move || {
            view! { <crate::diary::DiaryPanel id/> }.into_any()
        }));
        tabs.push(Tab::new("notes", t::accounts::tab_history, move || {
            view! { <crate::notes::HistoryPanel account=Signal::stored(id)/> }.into_any()
        }));
    }
    if is_lead {
        tabs.push(Tab::new("lead", t::accounts::lead, move || {
            view! { <super::lead::LeadTab account id/> }.into_any()
        }));
    }
    view! { <Tabs label=t::accounts::tabs tabs chosen/> }.into_any()
}
