//! One community to read.

use super::ageing::BucketTable;
use super::form::id_in_path;
use super::{kind_label, zone};
use crate::kernel::{api::use_api, i18n::t, load, use_session};
use crate::shell::use_place;
use crate::ui::{Breadcrumbs, Card, Icon, Loading, PageHead, Pill, ProblemPanel, SkeletonKind};
use kept_shared::communities::*;
use kept_shared::ids::CommunityId;
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn CommunityPage() -> impl IntoView {
    let api = use_api();
    let id = id_in_path();
    let community = load(move || api.community(id.get().unwrap_or(CommunityId(uuid::Uuid::nil()))));
    view! {
        <div class="page">
            {move || match (community.get(), community.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| community.reload()/> }.into_any(),
                (Some(c), None) => view! { <Facts c/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

/// A fact of a list; nothing where nothing is known.
fn fact(label: fn() -> &'static str, value: Option<String>) -> Option<AnyView> {
    value.map(|value| view! { <div><dt>{label}</dt><dd class="communities-text">{value}</dd></div> }.into_any())
}

#[component]
fn Facts(c: Community) -> impl IntoView {
    let session = use_session();
    let place = use_place();
    let id = c.id;
    let (name, code) = (c.name.clone(), c.code.clone());
    let subtitle = format!("{code} · {}", kind_label(c.kind));
    let local = zone::now_in(&c.time_zone).map(|(_, time)| time);
    let ageing = c.ageing;
    let today = zone::today_in(&c.time_zone);
    let (allocation, limit) = super::money::summary(&c.allocation, c.approval_above);
    let mode = match ageing.mode {
        AgeingMode::Calendar => t::communities::mode_calendar,
        AgeingMode::Days => t::communities::mode_days,
    };
    let nothing = c.address.is_none() && c.phone.is_none() && c.email.is_none() && c.website.is_none();
    let website = c.website.clone().map(|w| view! {
        <div><dt>{t::communities::website}</dt><dd><a href=w.clone() rel="noopener noreferrer" target="_blank">{w.clone()}</a></dd></div>
    });
    let email = c.email.clone().map(
        |m| view! { <div><dt>{t::communities::email}</dt><dd><a href=format!("mailto:{m}")>{m.clone()}</a></dd></div> },
    );
    let phone = c.phone.clone().map(|p| view! { <div><dt>{t::communities::phone}</dt><dd><a href=format!("tel:{p}")>{kept_shared::phone::display(&p)}</a></dd></div> });
    // Following a link to customers or units looks at this community from there on.
    let look_here = move |_| place.community.set(Some(id));
    view! {
        <Breadcrumbs trail=vec![("/communities".into(), t::communities::title.into())] here=name.clone()/>
        <PageHead title=name subtitle=subtitle>
            {(!c.is_active).then(|| view! { <Pill tone="neutral" label=t::communities::state_inactive/> })}
            <Show when=move || session.may(Permission::ViewAccounts)><A href="/accounts" attr:class="btn" on:click=look_here><Icon name="users"/><span>{t::communities::customers}</span></A></Show>
            <Show when=move || session.may(Permission::ViewUnits)><A href="/units" attr:class="btn" on:click=look_here><Icon name="home"/><span>{t::communities::units}</span></A></Show>
            <Show when=move || session.may(Permission::EditCommunities)><A href=format!("/communities/{id}/edit") attr:class="btn btn-primary"><Icon name="pencil"/><span>{t::common::edit}</span></A></Show>
        </PageHead>
        <div class="grid-2">
            <Card title=t::communities::contact_section>
                {nothing.then(|| view! { <p class="soft">{t::communities::no_contact}</p> })}
                <dl class="dl-cols dl">{fact(t::communities::address, c.address.clone())}{phone}{email}{website}
                    {fact(t::communities::office_hours, c.office_hours.clone())}{fact(t::communities::access_hours, c.access_hours.clone())}
                    {fact(t::communities::information, c.information.clone())}</dl>
            </Card>
            <div class="stack-4">
                <Card title=t::communities::book_section>
                    <dl class="dl-cols dl">
                        <div><dt>{t::communities::currency}</dt><dd>{c.currency.as_str()}</dd></div>
                        <div><dt>{t::communities::time_zone}</dt><dd>{c.time_zone.replace('_', " ")}{local.map(|l| view! { <small class="soft">" · "{t::communities::local_time(l)}</small> })}</dd></div>
                        {fact(t::communities::bank_name, c.bank_name.clone())}{fact(t::communities::bank_account, c.bank_account.clone())}{fact(t::communities::bank_branch, c.bank_branch.clone())}
                        {fact(t::communities::strategy, Some(allocation))}{fact(t::communities::approval_above, Some(limit))}
                    </dl>
                </Card>
                <super::tolerance::ToleranceCard community=id/>
                <Card title=t::communities::ageing_section subtitle=mode><BucketTable rules=ageing today/></Card>
            </div>
        </div>
    }
    .into_any()
}
