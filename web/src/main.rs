//! Kept in the browser.

mod accounts;
mod ageing;
mod app;
mod bank_statements;
mod banking;
mod cards;
mod claims;
mod communication;
mod communities;
mod customer_groups;
mod dashboard;
mod diary;
mod documents;
mod features;
mod files;
mod handovers;
mod icons;
mod imports;
mod inbox;
mod journal;
mod kernel;
mod layouts;
mod ledger;
mod ledger_reports;
mod levies;
mod logos;
mod metadata;
mod notes;
mod notifications;
mod payments;
mod permission_groups;
mod postings;
mod profile;
mod quick_responses;
mod saved_views;
mod search;
mod settings;
mod shell;
mod sign_in;
mod statements;
mod statuses;
mod ui;
mod unit_figures;
mod unit_sheet;
mod units;
mod users;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
    if let Some(boot) = leptos::prelude::document().get_element_by_id("boot") {
        boot.remove();
    }
}
