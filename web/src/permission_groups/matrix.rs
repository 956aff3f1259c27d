use crate::{kernel::i18n::t, ui::Button};
use kept_shared::{
    permission::{Permission, UserType},
    users::{catalogue, grantable},
};
use leptos::prelude::*;

/// The columns of the matrix.
const VERBS: [(&str, fn() -> &'static str); 3] = [
    ("view", t::permission_groups::view),
    ("create", t::permission_groups::create),
    ("edit", t::permission_groups::edit),
];

/// A section in words.
fn section_name(section: &str) -> String {
    let word = match section {
        "dashboard" => t::permission_groups::s_dashboard(),
        "communities" => t::permission_groups::s_communities(),
        "units" => t::permission_groups::s_units(),
        "accounts" => t::permission_groups::s_accounts(),
        "contacts" => t::permission_groups::s_contacts(),
        "banking" => t::permission_groups::s_banking(),
        "exclusions" => t::permission_groups::s_exclusions(),
        "age-analysis" => t::permission_groups::s_age_analysis(),
        "ledger" => t::permission_groups::s_ledger(),
        "approvals" => t::permission_groups::s_approvals(),
        "payments" => t::permission_groups::s_payments(),
        "allocations" => t::permission_groups::s_allocations(),
        "claims" => t::permission_groups::s_claims(),
        "bank-statements" => t::permission_groups::s_bank_statements(),
        "levies" => t::permission_groups::s_levies(),
        "charge-runs" => t::permission_groups::s_charge_runs(),
        "reports" => t::permission_groups::s_reports(),
        "exports" => t::permission_groups::s_exports(),
        "statuses" => t::permission_groups::s_statuses(),
        "statuses:apply" => t::permission_groups::s_statuses_apply(),
        "handovers" => t::permission_groups::s_handovers(),
        "handovers:answer" => t::permission_groups::s_handovers_answer(),
        "notes" => t::permission_groups::s_notes(),
        "quick-responses" => t::permission_groups::s_quick_responses(),
        "metadata" => t::permission_groups::s_metadata(),
        "sensitive" => t::permission_groups::s_sensitive(),
        "layouts" => t::permission_groups::s_layouts(),
        "files" => t::permission_groups::s_files(),
        "documents" => t::permission_groups::s_documents(),
        "imports" => t::permission_groups::s_imports(),
        "users" => t::permission_groups::s_users(),
        "settings" => t::permission_groups::s_settings(),
        "outbox" => t::permission_groups::s_outbox(),
        "audit" => t::permission_groups::s_audit(),
        other => return other.to_owned(),
    };
    word.to_owned()
}

/// Sections by verbs. A tick the type may never have is not offered.
#[component]
pub fn Matrix(
    #[prop(into)] base_type: Signal<UserType>,
    ticked: RwSignal<Vec<Permission>>,
    #[prop(into)] read_only: Signal<bool>,
) -> impl IntoView {
    let offered = move || {
        Permission::ALL
            .iter()
            .copied()
            .filter(|p| grantable(base_type.get(), *p))
            .collect::<Vec<_>>()
    };
    // Another type takes away what it may not have.
    Effect::new(move |_| {
        let kind = base_type.get();
        ticked.update(|all| all.retain(|p| grantable(kind, *p)));
    });
    let toggle = move |p: Permission| {
        ticked.update(|all| match all.iter().position(|q| *q == p) {
            Some(i) => drop(all.remove(i)),
            None => all.push(p),
        });
    };
    let cell = move |section: String, found: Option<Permission>, verb: &'static str| {
        let Some(p) = found else {
            return view! { <td></td> }.into_any();
        };
        let label = t::permission_groups::tick(verb, section_name(&section));
        view! {
            <td>
                <Show when=move || grantable(base_type.get(), p) fallback=|| view! { <span class="faint" aria-hidden="true">"–"</span> }>
                    <input type="checkbox" aria-label=label.clone() disabled=move || read_only.get()
                        prop:checked=move || ticked.with(|all| all.contains(&p)) on:change=move |_| toggle(p)/>
                </Show>
            </td>
        }
        .into_any()
    };
    let rows = catalogue()
        .into_iter()
        .map(|s| {
            let cells = VERBS.map(|(verb, word)| {
                let found = s.permissions.iter().find(|p| p.verb == verb).map(|p| p.permission);
                cell(s.section.clone(), found, word())
            });
            let name = section_name(&s.section);
            view! {
                <tr><th scope="row">{name}</th>{cells.into_iter().collect_view()}</tr>
            }
        })
        .collect_view();
    view! {
        <div class="group-matrix">
            <div class="row wrap">
                <span class="soft">{move || t::permission_groups::ticked(ticked.with(Vec::len))}</span>
                <Show when=move || !read_only.get()>
                    <Button label=t::permission_groups::tick_all class="btn-sm" on_click=move |_| ticked.set(offered())/>
                    <Button label=t::permission_groups::clear_all class="btn-sm" on_click=move |_| ticked.set(vec![])/>
                </Show>
            </div>
            <table class="matrix">
                <thead><tr><th scope="col">{t::permission_groups::section}</th>{VERBS.map(|(_, word)| view! { <th scope="col" class="centre">{word}</th> })}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
