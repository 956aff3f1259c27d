//! One matter: what was owed, what is owed, how it went, and what can be done.

use super::debtor::Reachable;
use super::dialogs::{End, EndDialog};
use super::list::state_words;
use crate::ageing::LatestMovements;
use crate::kernel::{
    api::use_api,
    format,
    i18n::{problem_text, t},
    load, use_session,
};
use crate::notes::{HistoryPanel, close_words, reason_words};
use crate::ui::{
    Breadcrumbs, Button, ButtonKind, Callout, Card, Icon, Loading, PageHead, Pill, ProblemPanel, SkeletonKind,
    use_toasts,
};
use kept_shared::permission::Permission;
use kept_shared::{
    handovers::{Breakdown, HandoverDetail, HandoverState},
    ids::HandoverId,
    money::Money,
};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};

#[component]
pub fn HandoverPage() -> impl IntoView {
    let api = use_api();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("handover").and_then(|id| id.parse::<HandoverId>().ok())));
    let matter = load(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => api.handover(id).await,
                None => Err(kept_shared::problem::Problem::of(kept_shared::problem::Code::NotFound)),
            }
        }
    });
    view! {
        <div class="page">
            {move || match (matter.problem.get(), matter.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem retry=Callback::new(move |()| matter.reload())/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
                (None, Some(detail)) => view! { <Matter detail on_change=Callback::new(move |()| matter.reload())/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Matter(detail: HandoverDetail, on_change: Callback<()>) -> impl IntoView {
    let session = use_session();
    let matter = detail.handover.clone();
    let (tone, state) = state_words(matter.state);
    let trail = vec![(
        "/handovers".to_owned(),
        if session.is_attorney() {
            t::handovers::title_attorney()
        } else {
            t::handovers::title()
        }
        .into(),
    )];
    let subtitle = [
        Some(matter.reference.clone()),
        Some(matter.account_reference.clone()),
        matter.unit_label.clone(),
        Some(matter.community_name.clone()),
    ];
    let subtitle: Vec<String> = subtitle.into_iter().flatten().collect();
    let account = matter.account_id;
    let summary_only = matter.state == HandoverState::Pending && session.is_attorney();
    let closed = !matter.state.is_open();
    let reference = matter.reference.clone();
    let (for_deeds, for_owed) = (detail.clone(), detail.clone());
    view! {
        <Breadcrumbs trail here=reference/>
        <PageHead title=matter.account_name.clone() subtitle=subtitle.join(" · ")>
            <Pill tone=if matter.is_silent { "warn" } else { tone } label=if matter.is_silent { t::handovers::silent() } else { state }/>
            <Show when=move || session.may(Permission::ViewAccounts) && !summary_only>
                <A href=format!("/accounts/{account}") attr:class="btn"><Icon name="user"/><span>{t::handovers::customer}</span></A>
            </Show>
            <Deeds detail=for_deeds on_change/>
        </PageHead>
        <div class="grid-side">
            <div class="stack-cards">
                {if summary_only {
                    view! { <Callout tone="info"><p>{t::handovers::pending_text}</p></Callout> }.into_any()
                } else {
                    view! {
                        <Show when=move || session.may(Permission::ViewAccounts)><Reachable account/></Show>
                        <Card title=t::handovers::history>
                            <HistoryPanel account=Signal::stored(account) read_only=Signal::stored(closed && session.is_attorney())/>
                        </Card>
                    }.into_any()
                }}
            </div>
            <div class="stack-cards">
                <Owed detail=for_owed/>
                <Show when=move || !summary_only && session.may(Permission::ViewLedger)><LatestMovements account/></Show>
                <Facts detail/>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Deeds(detail: HandoverDetail, on_change: Callback<()>) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let go = StoredValue::new_local(use_navigate());
    let busy = RwSignal::new(false);
    let (recall, give_back, decline) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let matter = detail.handover.clone();
    let (id, version) = (matter.id, matter.version);
    let accept = move |_| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api.accept_handover(id, version).await {
                Ok(_) => {
                    toasts.good(t::handovers::accepted_toast());
                    on_change.run(());
                }
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            let _gone = busy.try_set(false);
        });
    };
    // A declined matter is out of its attorney's reach: back to the list.
    let leave = Callback::new(move |()| {
        if session.is_attorney() {
            go.with_value(|go| go("/handovers", Default::default()));
        } else {
            on_change.run(());
        }
    });
    let may = detail.may;
    view! {
        {may.decline.then(|| view! { <Button label=t::handovers::decline on_click=move |_| decline.set(true)/> })}
        {may.accept.then(|| view! { <Button label=t::handovers::accept kind=ButtonKind::Primary busy on_click=accept/> })}
        {may.give_back.then(|| view! { <Button label=t::handovers::give_back icon="undo-2" on_click=move |_| give_back.set(true)/> })}
        {may.recall.then(|| view! { <Button label=t::handovers::recall icon="undo-2" on_click=move |_| recall.set(true)/> })}
        <EndDialog open=recall end=End::Recall matter=matter.clone() on_done=on_change/>
        <EndDialog open=give_back end=End::Return matter=matter.clone() on_done=on_change/>
        <EndDialog open=decline end=End::Decline matter on_done=leave/>
    }
    .into_any()
}

#[component]
fn Owed(detail: HandoverDetail) -> impl IntoView {
    let Breakdown {
        as_at,
        current,
        d30,
        d60,
        d90,
        d120,
        unallocated,
        total,
    } = detail.breakdown;
    let now = detail.handover.balance;
    let line = |class: &'static str, label: &'static str, money: Money| {
        view! { <dt><span class=format!("dot {class}")></span>{label}</dt><dd class:zero=money.is_zero()>{format::amount(money)}</dd> }
    };
    view! {
        <Card title=t::handovers::owed_then subtitle=t::handovers::as_at(format::date(as_at))>
            <dl class="dl dl-amounts">
                {line("b0", t::handovers::current(), current)}
                {line("b1", t::handovers::d30(), d30)}
                {line("b2", t::handovers::d60(), d60)}
                {line("b3", t::handovers::d90(), d90)}
                {line("b4", t::handovers::d120(), d120)}
                {(!unallocated.is_zero()).then(|| line("", t::handovers::unallocated(), unallocated))}
                <dt class="total">{t::handovers::total}</dt><dd class="total">{format::money(total)}</dd>
                <dt>{t::handovers::owed_today}</dt><dd>{format::money(now)}</dd>
                {now.checked_sub(total).ok().map(|change| view! { <dt>{t::handovers::recovered}</dt><dd>{format::amount(change)}</dd> })}
            </dl>
        </Card>
    }
    .into_any()
}

#[component]
fn Facts(detail: HandoverDetail) -> impl IntoView {
    let matter = detail.handover;
    let who_when = |name: Option<String>, at: chrono::DateTime<chrono::Utc>| {
        let when = format::instant(at);
        match name {
            Some(name) => t::handovers::by_on(name, when),
            None => when,
        }
    };
    let row = |label: &'static str, value: Option<String>| value.map(|v| view! { <dt>{label}</dt><dd>{v}</dd> });
    let attorney = match &matter.attorney.firm {
        Some(firm) => format!("{} ({firm})", matter.attorney.name),
        None => matter.attorney.name.clone(),
    };
    // Accepted by nobody: the organisation's setting did it at the handover.
    let accepted = detail.accepted_at.map(|at| match detail.accepted_by.clone() {
        Some(name) => who_when(Some(name), at),
        None => t::handovers::accepted_alone(format::instant(at)),
    });
    let answer = matter
        .answered_at()
        .map_or_else(|| t::handovers::no_answer().to_owned(), format::ago);
    let closed = matter.closed_at.map(|at| who_when(detail.closed_by.clone(), at));
    let before = detail.before.map(|b| {
        let words = [
            Some(t::handovers::before_ended(format::instant(b.closed_at))),
            b.reason.as_deref().map(reason_words),
            b.close_code
                .filter(|_| b.reason.is_none())
                .map(|c| close_words(c).to_owned()),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    let why = [
        matter.close_code.map(|c| close_words(c).to_owned()),
        matter.reason.as_deref().map(reason_words),
        detail.close_note.clone(),
    ];
    let mut why: Vec<String> = why.into_iter().flatten().collect();
    why.dedup();
    view! {
        <Card title=t::handovers::facts>
            <dl class="dl">
                {row(t::handovers::attorney(), Some(attorney))}
                {row(t::handovers::handed_over(), Some(who_when(Some(matter.handed_by.clone()), matter.handed_at)))}
                {row(t::handovers::accepted(), accepted)}
                {row(t::handovers::last_answer(), Some(answer))}
                {row(t::handovers::closed(), closed)}
                {row(t::handovers::before(), before)}
                {row(t::handovers::reason(), Some(why.join(" · ")).filter(|w| !w.is_empty()))}
                {row(t::handovers::readable_until(), detail.readable_until.map(format::date))}
                {row(t::handovers::note(), detail.note)}
            </dl>
        </Card>
    }
    .into_any()
}
