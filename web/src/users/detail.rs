use super::{
    form::EditUser,
    history::History,
    words::{communities_line, explained, state_word},
};
use crate::{
    kernel::{
        Load,
        api::use_api,
        format,
        i18n::{problem_text, t},
        load, use_session,
    },
    shell::type_name,
    ui::{
        Breadcrumbs, Button, ButtonKind, Card, ConfirmDialog, Loading, Menu, MenuItem, PageHead, Pill, ProblemPanel,
        SkeletonKind, use_toasts,
    },
};
use kept_shared::{
    ids::UserId,
    permission::{Permission, UserType},
    problem::{Code, Problem},
    users::{User, UserState},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// One user: facts, actions, sign-in history.
#[component]
pub fn UserPage() -> impl IntoView {
    let api = use_api();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).and_then(|id| id.parse::<UserId>().ok()));
    let user = load(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => api.user(id).await,
                None => Err(Problem::of(Code::NotFound)),
            }
        }
    });
    view! {
        <div class="page page-narrow">
            {move || match (user.get(), user.problem.get()) {
                (None, None) => view! { <Loading kind=SkeletonKind::Card rows=8/> }.into_any(),
                (None, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=Callback::new(move |()| user.reload())/> }.into_any(),
                (Some(row), _) => view! { <Known row user/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Known(row: User, user: Load<User>) -> impl IntoView {
    let session = use_session();
    let editing = RwSignal::new(false);
    let may_edit = move || session.may(Permission::EditUsers);
    let name = row.full_name();
    let (title, crumb) = (name.clone(), name.clone());
    let (tone, word) = state_word(&row);
    let turn = row.version;
    let shown = StoredValue::new(row);
    let name = StoredValue::new(name);
    let saved = Callback::new(move |changed: User| {
        editing.set(false);
        user.set(changed);
    });
    view! {
        <Breadcrumbs trail=vec![("/users".into(), t::users::title.into())] here=crumb/>
        <PageHead title=title subtitle=shown.with_value(|u| u.email.clone())>
            <Pill tone label=word/>
            <Show when=move || may_edit() && !editing.get()>
                <Button label=t::common::edit icon="pencil" on_click=move |_| editing.set(true)/>
                <Actions row=shown user/>
            </Show>
        </PageHead>
        <Show when=move || editing.get() fallback=move || view! { <Facts row=shown.get_value()/> }>
            <EditUser user=shown.get_value() saved cancel=Callback::new(move |()| editing.set(false))/>
        </Show>
        <Show when=move || !editing.get()>
            <Card title=t::users::history><History id=shown.with_value(|u| u.id) name=name.get_value() turn=Signal::stored(turn)/></Card>
        </Show>
    }
}

#[component]
fn Facts(row: User) -> impl IntoView {
    let fact = |label: &'static str, value: String| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    let second = if row.totp_enabled {
        t::users::totp_on()
    } else {
        t::users::totp_off()
    };
    let last = row
        .last_sign_in_at
        .map_or_else(|| t::users::never().to_owned(), format::instant);
    let places = match row.communities.as_slice() {
        [_, _, ..] => row
            .communities
            .iter()
            .map(|c| c.name.clone())
            .collect::<Vec<_>>()
            .join(", "),
        _ => communities_line(&row),
    };
    view! {
        <section class="card user-facts">
            <div class="card-body">
                <dl class="dl dl-cols">
                    {fact(t::users::kind(), type_name(row.user_type).to_owned())}
                    {fact(t::users::group(), row.permission_group.clone())}
                    {row.firm.clone().filter(|_| row.user_type == UserType::Attorney).map(|firm| fact(t::users::firm(), firm))}
                    {row.phone.clone().map(|phone| fact(t::users::phone(), phone))}
                    {fact(t::users::security(), second.to_owned())}
                    {fact(t::users::last_sign_in(), last)}
                    {fact(t::users::created(), format::instant(row.created_at))}
                    {fact(t::users::communities(), places)}
                </dl>
            </div>
        </section>
    }
}

/// What the dialog is asking about.
#[derive(Clone, Copy, PartialEq)]
enum Ask {
    Suspend,
    RemoveTotp,
}

#[component]
fn Actions(row: StoredValue<User>, user: Load<User>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (suspending, removing) = (RwSignal::new(false), RwSignal::new(false));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let name = move || row.with_value(User::full_name);
    let confirm = move |ask: Ask| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let now = row.get_value();
            let outcome = match ask {
                Ask::Suspend => api
                    .move_user(&now, "suspend")
                    .await
                    .map(|changed| (changed, t::users::suspended(now.full_name()))),
                Ask::RemoveTotp => match api.remove_user_totp(&now).await {
                    Ok(()) => api
                        .user(now.id)
                        .await
                        .map(|changed| (changed, t::users::totp_removed(now.full_name()))),
                    Err(p) => Err(p),
                },
            };
            let _gone = busy.try_set(false);
            match outcome {
                Ok((changed, words)) => {
                    toasts.good(words);
                    suspending.set(false);
                    removing.set(false);
                    user.set(changed);
                }
                Err(p) => problem.set(Some(explained(p))),
            }
        });
    };
    let activate = move |()| {
        leptos::task::spawn_local(async move {
            match api.move_user(&row.get_value(), "activate").await {
                Ok(changed) => {
                    toasts.good(t::users::activated(changed.full_name()));
                    user.set(changed);
                }
                Err(p) => toasts.bad(problem_text(&explained(p))),
            }
        });
    };
    let resend = move |()| {
        leptos::task::spawn_local(async move {
            let now = row.get_value();
            match api.invite_user_again(now.id).await {
                Ok(()) => toasts.good(t::users::link_sent(&now.email)),
                Err(p) => toasts.bad(problem_text(&explained(p))),
            }
        });
    };
    let state = row.with_value(|u| u.state);
    let locked = row.with_value(|u| u.locked_until.is_some());
    let totp = row.with_value(|u| u.totp_enabled);
    let ask = move |which: RwSignal<bool>| {
        problem.set(None);
        which.set(true);
    };
    view! {
        {(state == UserState::Suspended || locked).then(|| {
            let label = if locked { t::users::unlock } else { t::users::activate };
            view! { <Button label=label kind=ButtonKind::Primary icon="user-check" on_click=move |_| activate(())/> }
        })}
        <Menu label=t::ui::more>
            {(state != UserState::Suspended).then(|| {
                let label = if state == UserState::Invited { t::users::resend } else { t::users::send_link };
                view! { <MenuItem label=label icon="mail" on_click=Callback::new(resend)/> }
            })}
            {totp.then(|| view! { <MenuItem label=t::users::remove_totp icon="shield" on_click=Callback::new(move |()| ask(removing))/> })}
            {(state != UserState::Suspended).then(|| view! { <MenuItem label=t::users::suspend icon="user-x" danger=true on_click=Callback::new(move |()| ask(suspending))/> })}
        </Menu>
        <ConfirmDialog open=suspending title=t::users::suspend_title(name()) confirm=t::users::suspend danger=true busy problem
            on_confirm=Callback::new(move |()| confirm(Ask::Suspend))><p>{t::users::suspend_text}</p></ConfirmDialog>
        <ConfirmDialog open=removing title=t::users::remove_totp_title(name()) confirm=t::users::remove_totp danger=true busy problem
            on_confirm=Callback::new(move |()| confirm(Ask::RemoveTotp))><p>{t::users::remove_totp_text}</p></ConfirmDialog>
    }
}
