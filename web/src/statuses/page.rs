//! Customer status management (agents) and Apply status (attorneys): the age analysis with tick boxes, the bar above
//! it, and the notes beside it (spec H01, H02, H08, F06).

use super::bar::{Selected, StatusBar};
use crate::ageing::{AgeColumns, AgeFilters, AgeGrid, AgeList, account_of, age_grid, ticked};
use crate::kernel::{i18n::t, use_session};
use crate::notes::NotesDrawer;
use crate::ui::{NoPermission, PageHead};
use kept_shared::{age_analysis::AgeFilter, ids::AccountId, permission::Permission};
use leptos::prelude::*;
use std::collections::BTreeSet;

#[component]
pub fn ApplyStatusPage() -> impl IntoView {
    let session = use_session();
    let may = move || session.may(Permission::ApplyStatuses) && session.may(Permission::ViewAgeAnalysis);
    view! { <Show when=may fallback=|| view! { <div class="page"><NoPermission/></div> }><Page_/></Show> }.into_any()
}

#[component]
fn Page_() -> impl IntoView {
    let session = use_session();
    let list = AgeList::from_address(AgeFilter::default());
    let grid = age_grid(list);
    // Another filter means other rows: nothing stays ticked out of sight. Another order does not.
    let narrowing = Memo::new(move |_| AgeFilter {
        sort: None,
        order: None,
        ..list.filter.get().without_looks()
    });
    let clear = Callback::new(move |()| grid.selected.update(std::collections::HashSet::clear));
    Effect::new(move |before: Option<()>| {
        // Read, not only tracked: a memo that nobody has read yet follows nothing.
        narrowing.with(|_| ());
        if before.is_some() {
            clear.run(());
        }
    });
    let selected = Signal::derive(move || {
        let (rows, count) = (list.rows.get(), grid.selected.with(std::collections::HashSet::len));
        let communities: BTreeSet<_> = grid.selected.with(|keys| match keys.len() {
            0 => BTreeSet::new(),
            _ => rows
                .iter()
                .filter(|r| keys.contains(&r.id.to_string()))
                .map(|r| r.community_id)
                .collect(),
        });
        Selected {
            selection: ticked(list, grid),
            count,
            communities: communities.into_iter().collect(),
        }
    });
    let applied = Callback::new(move |()| {
        clear.run(());
        list.reload();
    });
    let noted = Memo::new(move |_| grid.current.with(|c| c.as_deref().and_then(account_of)));
    let on_notes = Callback::new(move |id: AccountId| grid.current.set(Some(id.to_string())));
    let notes = move || {
        let id = noted.get().filter(|_| session.may(Permission::ViewNotes))?;
        let name = list.of(id).map(|r| r.name).unwrap_or_default();
        Some(view! {
            <NotesDrawer account=Signal::stored(id) name=Signal::stored(name) on_close=move |()| grid.current.set(None)
                on_change=move |added| list.noted(id, added)/>
        })
    };
    let title = if session.is_attorney() {
        t::statuses::apply_title
    } else {
        t::statuses::manage_title
    };
    view! {
        <div class="page page-fill" class:with-drawer=move || noted.get().is_some()>
            <PageHead title subtitle=t::statuses::manage_text><AgeColumns list grid/></PageHead>
            <StatusBar selected on_applied=applied on_clear=clear/>
            <AgeFilters list/>
            <div class="split">
                <div class="grid-card"><AgeGrid list grid ticks=true on_notes/></div>
                {notes}
            </div>
        </div>
    }
    .into_any()
}
