//! The Lead tab: the enquiry a customer began as (spec C03, C11, C14).

use crate::kernel::act::{Act, acceptable};
use crate::kernel::{Load, api::use_api, format, i18n::t, load, use_session};
use crate::ui::*;
use kept_shared::accounts::Account;
use kept_shared::ids::{AccountId, CommunityId};
use kept_shared::leads::*;
use kept_shared::permission::Permission;
use leptos::prelude::*;

/// A lead's state as tone and words.
pub(super) fn state_words(state: LeadState) -> (&'static str, &'static str) {
    match state {
        LeadState::Active => ("good", t::accounts::lead_active()),
        LeadState::Rented => ("info", t::accounts::lead_rented()),
        LeadState::Canceled => ("neutral", t::accounts::lead_canceled()),
    }
}

#[component]
pub(super) fn LeadTab(account: Load<Account>, id: AccountId) -> impl IntoView {
    let api = use_api();
    let origin = load(move || api.origin(id));
    view! {
        {move || match (origin.get(), origin.problem.get()) {
            (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| origin.reload()/> }.into_any(),
            (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
            (Some(o), None) => match o.lead.clone() {
                None => view! { <Empty title=t::accounts::lead_none icon="user" class="empty-sm"/> }.into_any(),
                Some(lead) => view! { <Filled origin account o lead/> }.into_any(),
            },
        }}
    }
    .into_any()
}

#[component]
fn Filled(origin: Load<Origin>, account: Load<Account>, o: Origin, lead: Lead) -> impl IntoView {
    let session = use_session();
    let (tone, words) = state_words(lead.state);
    let open = lead.state != LeadState::Rented;
    let may = open && session.may(Permission::EditAccounts);
    let none = lead.answers.is_empty();
    let came = o
        .source
        .clone()
        .map(|s| o.source_id.clone().map_or(s.clone(), |id| format!("{s} · {id}")));
    let opened = o.created_by.map_or_else(
        || format::instant(o.created_at),
        |by| format!("{} · {by}", format::instant(o.created_at)),
    );
    let (channel, taken_by) = (lead.channel.clone(), lead.taken_by.clone());
    let answers = lead
        .answers
        .clone()
        .into_iter()
        .map(|line| view! { <dt>{line.question}</dt><dd class="communities-text">{if line.answer.is_empty() { "–".into() } else { line.answer }}</dd> })
        .collect_view();
    view! {
        <div class="grid-side accounts-details">
            <Card title=t::accounts::lead_answers>
                {if none { view! { <p class="soft">{t::accounts::lead_no_answers}</p> }.into_any() } else { view! { <dl class="accounts-answers">{answers}</dl> }.into_any() }}
            </Card>
            <div class="stack-4">
                <Card title=t::accounts::lead>
                    <dl class="dl">
                        <dt>{t::accounts::status}</dt><dd><Pill tone label=words/></dd>
                        <dt>{t::accounts::lead_enquired}</dt><dd>{format::date(lead.enquired_on)}</dd>
                        {channel.map(|c| view! { <dt>{t::accounts::lead_channel}</dt><dd>{c}</dd> })}
                        {taken_by.map(|c| view! { <dt>{t::accounts::lead_taken_by}</dt><dd>{c}</dd> })}
                        {came.map(|c| view! { <dt>{t::accounts::source}</dt><dd>{c}</dd> })}
                        <dt>{t::accounts::opened}</dt><dd>{opened}</dd>
                    </dl>
                </Card>
                {open.then(|| view! { <Neighbours origin account lead may/> })}
            </div>
        </div>
    }
    .into_any()
}

/// Where else the lead may take a unit, and whether it is still one.
#[component]
fn Neighbours(origin: Load<Origin>, account: Load<Account>, lead: Lead, may: bool) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let act = Act::new();
    let (id, version, canceled) = (lead.account_id, lead.version, lead.state == LeadState::Canceled);
    let home = account.value.with_untracked(|a| a.as_ref().map(|a| a.community.id));
    let chosen = RwSignal::new(lead.related.iter().map(|c| c.id.to_string()).collect::<Vec<_>>());
    let names = load(move || async move {
        if may {
            api.communities_by_name().await
        } else {
            Ok(vec![])
        }
    });
    let options = Signal::derive(move || {
        let all = names.get().unwrap_or_default().into_iter();
        all.filter(|c| Some(c.id) != home)
            .map(|c| (c.id.to_string(), c.name))
            .collect::<Vec<_>>()
    });
    let save = Callback::new(move |is_canceled: bool| {
        let related: Vec<CommunityId> =
            chosen.with_untracked(|all| all.iter().filter_map(|id| id.parse().ok()).collect());
        let edit = LeadEdit { is_canceled, related };
        if !acceptable(act, home.map(|home| edit.flaws(home)).unwrap_or_default()) {
            return;
        }
        act.run(api.change_lead(id, version, edit), move |_| {
            toasts.good(t::common::saved());
            origin.reload();
            account.reload();
        });
    });
    let related = lead.related;
    view! {
        <Card title=t::accounts::lead_related subtitle=t::accounts::lead_related_text>
            {if may {
                view! {
                    <div class="stack-4">
                        <MultiSelect label=t::accounts::lead_related options chosen all=false problem=act.problem() pointer="/related"/>
                        <ProblemNote problem=act.problem()/>
                        <div class="row wrap">
                            <Button label=t::common::save kind=ButtonKind::Primary busy=act.busy() on_click=move |_| save.run(canceled)/>
                            <Button label=if canceled { t::accounts::lead_reopen } else { t::accounts::lead_cancel } disabled=act.busy() on_click=move |_| save.run(!canceled)/>
                        </div>
                    </div>
                }.into_any()
            } else if related.is_empty() {
                view! { <p class="soft">{t::accounts::lead_related_none}</p> }.into_any()
            } else {
                view! { <ul class="plain-list">{related.into_iter().map(|c| view! { <li>{c.name}</li> }).collect_view()}</ul> }.into_any()
            }}
        </Card>
    }
    .into_any()
}
