//! Routes, and who gets to them.

use crate::{
    inbox,
    kernel::{
        i18n,
        prefs::Look,
        session::{Session, State},
    },
    permission_groups, profile,
    shell::{NotFound, Place, Shell},
    sign_in,
    ui::{NoPermission, ToastHost, Toasts},
    users,
};
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::{
    components::{Outlet, ParentRoute, Redirect, Route, Router, Routes},
    hooks::use_location,
    path,
};

#[component]
pub fn App() -> impl IntoView {
    i18n::provide();
    Look::provide();
    Toasts::provide();
    Session::provide();
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFound/> }>
                // Open to everybody. One line for each feature.
                <Route path=path!("/sign-in") view=sign_in::SignInPage/>
                <Route path=path!("/forgotten-password") view=sign_in::ForgottenPage/>
                <Route path=path!("/invitation/:secret") view=sign_in::InvitationPage/>
                <Route path=path!("/choose-password") view=sign_in::ChoosePasswordPage/>
                // Behind sign-in. One line for each feature.
                <ParentRoute path=path!("") view=SignedIn>
                    <Route path=path!("") view=crate::dashboard::DashboardPage/>
                    <Route path=path!("age-analysis") view=crate::ageing::AgeAnalysis/>
                    <Route path=path!("claims/:claim") view=crate::claims::ClaimPage/>
                    <Route path=path!("approvals") view=crate::postings::ApprovalsPage/>
                    <Route path=path!("unallocated") view=crate::payments::UnallocatedPage/>
                    <Route path=path!("accounts/:account/movements") view=crate::ageing::MovementsPage/>
                    <Route path=path!("documents") view=crate::documents::DocumentsPage/>
                    <Route path=path!("statuses") view=crate::statuses::ApplyStatusPage/>
                    <Route path=path!("settings/statuses") view=crate::statuses::StatusesPage/>
                    <Route path=path!("handovers") view=crate::handovers::HandoversPage/>
                    <Route path=path!("handovers/:handover") view=crate::handovers::HandoverPage/>
                    <crate::accounts::AccountRoutes/>
                    <Route path=path!("find") view=|| permitted(Permission::ViewAccounts, crate::search::FindPage)/>
                    <crate::communities::CommunityRoutes/>
                    <crate::customer_groups::CustomerGroupRoutes/>
                    <crate::unit_sheet::UnitSheetRoutes/>
                    <crate::units::UnitRoutes/>
                    <crate::levies::LevyRoutes/>
                    <crate::statements::StatementRoutes/>
                    <crate::ledger_reports::LedgerReportRoutes/>
                    <crate::imports::ImportRoutes/>
                    <crate::bank_statements::BankStatementRoutes/>
                    <Route path=path!("settings/organisation") view=|| permitted(Permission::ViewSettings, crate::settings::SettingsPage)/>
                    <Route path=path!("settings/metadata") view=|| permitted(Permission::EditMetadata, crate::metadata::MetadataPage)/>
                    <Route path=path!("settings/quick-responses") view=|| permitted(Permission::EditQuickResponses, crate::quick_responses::QuickResponsesPage)/>
                    <Route path=path!("users") view=|| permitted(Permission::ViewUsers, users::UsersPage)/>
                    <Route path=path!("users/new") view=|| permitted(Permission::CreateUsers, users::NewUserPage)/>
                    <Route path=path!("users/:id") view=users::UserPage/>
                    <Route path=path!("permission-groups") view=|| permitted(Permission::ViewUsers, permission_groups::GroupsPage)/>
                    <Route path=path!("permission-groups/new") view=|| permitted(Permission::EditUsers, permission_groups::NewGroupPage)/>
                    <Route path=path!("permission-groups/:id") view=permission_groups::GroupPage/>
                    <Route path=path!("inbox") view=|| permitted(Permission::ViewOutbox, inbox::InboxPage)/>
                    <Route path=path!("profile") view=profile::ProfilePage/>
                    <Route path=path!("*any") view=NotFound/>
                </ParentRoute>
            </Routes>
        </Router>
        <ToastHost/>
    }
    .into_any()
}

/// The page, or what stands in its place without the permission.
fn permitted<V: IntoView + 'static>(permission: Permission, page: fn() -> V) -> AnyView {
    if crate::kernel::use_session().may(permission) {
        page().into_any()
    } else {
        view! { <div class="page"><NoPermission/></div> }.into_any()
    }
}

/// Shows the shell to those who are signed in, and sends others to sign in and back.
#[component]
fn SignedIn() -> impl IntoView {
    let session = crate::kernel::use_session();
    let at = use_location();
    // Once for each choice: a switch in the menu is this device's alone and outlives a renewed token.
    let look = crate::kernel::prefs::use_look();
    let settings = Memo::new(move |_| session.me().map(|me| me.settings));
    Effect::new(move |_| {
        if let Some(settings) = settings.get() {
            look.follow(&settings);
        }
    });
    // The shell is rebuilt only when another person signs in, not when a token is renewed.
    let who = Memo::new(move |_| match session.state() {
        State::Restoring | State::Unreachable => None,
        State::SignedOut => Some(None),
        State::SignedIn(me) => Some(Some((me.id, me.must_change_password))),
    });
    move || {
        match who.get() {
        None => view! { <div class="boot" role="status"><span class="boot-mark"></span><span>{move || if session.state() == State::Unreachable { i18n::t::shell::unreachable() } else { i18n::t::shell::restoring() }}</span></div> }.into_any(),
        Some(None) => {
            crate::cards::forget();
            let mut back = at.pathname.get_untracked();
            let search = at.search.get_untracked();
            if !search.is_empty() {
                back = format!("{back}?{}", search.trim_start_matches('?'));
            }
            let to = format!("/sign-in?return={}", crate::kernel::url::encode(&back));
            view! { <Redirect path=to/> }.into_any()
        }
        Some(Some((_, true))) => view! { <Redirect path="/choose-password"/> }.into_any(),
        Some(Some(_)) => {
            Place::provide();
            view! { <Shell><Outlet/></Shell> }.into_any()
        }
    }
    }
}
