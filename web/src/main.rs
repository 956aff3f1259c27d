//! Kept in the browser.

mod accounts;
mod app;
mod communities;
mod customer_groups;
mod features;
mod icons;
mod kernel;
mod shell;
mod ui;
mod units;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
    if let Some(boot) = leptos::prelude::document().get_element_by_id("boot") {
        boot.remove();
    }
}
