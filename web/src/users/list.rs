use super::words::{all_types, communities_line, state_word};
use crate::{
    kernel::{api::use_api, format, i18n::t, load, url::in_url, use_session},
    shell::type_name,
    ui::{
        Avatar, Button, DataColumn, DataTable, FilterSelect, Icon, Loading, PageHead, Pill, ProblemPanel, SearchInput,
    },
};
use kept_shared::{
    page::Page,
    permission::Permission,
    users::{User, UserFilter, UserSort, UserState},
};
use leptos::prelude::*;
use leptos_router::components::A;

/// All users: search, filters, sort.
#[component]
pub fn UsersPage() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let (q, user_type, group, state) = (in_url("q"), in_url("type"), in_url("group"), in_url("state"));
    let sort = RwSignal::new(("name".to_owned(), false));
    let filter = Memo::new(move |_| {
        let (by, down) = sort.get();
        let key = format!("{}{by}", if down { "-" } else { "" });
        UserFilter {
            q: Some(q.get()).filter(|q| !q.is_empty()),
            user_type: user_type.get().parse().ok().into_iter().collect(),
            permission_group_id: group.get().parse().ok(),
            state: state.get().parse().ok().into_iter().collect(),
            sort: key.parse::<UserSort>().ok(),
            ..Default::default()
        }
    });
    let found = load(move || {
        let filter = filter.get();
        async move { api.users(&filter).await }
    });
    let groups = load(move || async move { api.permission_groups().await });
    let more_busy = RwSignal::new(false);
    let more = Callback::new(move |()| {
        let Some(page) = found.value.get_untracked() else {
            return;
        };
        let filter = UserFilter {
            cursor: page.next_cursor.clone(),
            ..filter.get_untracked()
        };
        more_busy.set(true);
        leptos::task::spawn_local(async move {
            match api.users(&filter).await {
                Ok(next) => {
                    let items = page.items.into_iter().chain(next.items).collect();
                    found.set(Page {
                        items,
                        next_cursor: next.next_cursor,
                    });
                }
                Err(p) => found.problem.set(Some(p)),
            }
            let _gone = more_busy.try_set(false);
        });
    });
    let rows = Signal::derive(move || found.get().map(|p| p.items).unwrap_or_default());
    let has_more = Signal::derive(move || found.get().is_some_and(|p| p.next_cursor.is_some()));
    let group_options = Signal::derive(move || {
        groups
            .get()
            .unwrap_or_default()
            .into_iter()
            .map(|g| (g.id.to_string(), g.name))
            .collect::<Vec<_>>()
    });
    let states = Signal::derive(|| {
        [
            (UserState::Active, t::users::state_active()),
            (UserState::Invited, t::users::state_invited()),
            (UserState::Suspended, t::users::state_suspended()),
        ]
        .map(|(s, word)| (s.to_string(), word.to_owned()))
        .to_vec()
    });
    let filtered = move || [q, user_type, group, state].iter().any(|s| s.with(|s| !s.is_empty()));
    let clear = move |_| [q, user_type, group, state].iter().for_each(|s| s.set(String::new()));
    view! {
        <div class="page">
            <PageHead title=t::users::title subtitle=t::users::subtitle>
                <Show when=move || session.may(Permission::CreateUsers)>
                    <A href="/users/new" attr:class="btn btn-primary"><Icon name="user-plus"/><span>{t::users::add}</span></A>
                </Show>
            </PageHead>
            <div class="toolbar">
                <SearchInput label=t::users::search value=q slash=true/>
                <FilterSelect label=t::users::kind value=user_type options=Signal::derive(all_types) empty=t::users::all_types/>
                <FilterSelect label=t::users::group value=group options=group_options empty=t::users::all_groups/>
                <FilterSelect label=t::users::state value=state options=states empty=t::users::all_states/>
                <Show when=filtered><Button label=t::ui::filters_clear kind=crate::ui::ButtonKind::Ghost on_click=clear/></Show>
            </div>
            {move || match (found.value.with(Option::is_some), found.problem.get()) {
                (false, None) => view! { <Loading rows=10/> }.into_any(),
                (_, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=Callback::new(move |()| found.reload())/> }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::users::title columns=columns() rows row_key=|u: &User| format!("{}-{}", u.id, u.version) sort linked=true
                        more has_more loading_more=more_busy empty_title=t::users::empty_title empty_text=t::users::empty_text/>
                }
                .into_any(),
            }}
        </div>
    }
}

fn columns() -> Vec<DataColumn<User>> {
    vec![
        DataColumn::new("name", t::users::name, |u: &User| {
            let name = u.full_name();
            let shown = name.clone();
            let firm = u.firm.clone();
            view! {
                <span class="who user-line"><Avatar name=Signal::stored(name)/><span><A href=format!("/users/{}", u.id)>{shown}</A>{firm.map(|f| view! { <small>{f}</small> })}</span></span>
            }
            .into_any()
        })
        .sortable(),
        DataColumn::new("email", t::users::email, |u: &User| u.email.clone().into_any()).sortable(),
        DataColumn::new("group", t::users::group, |u: &User| {
            let kind = type_name(u.user_type);
            // A group often bears the name of its type; then it is said once.
            let below = (kind != u.permission_group).then(|| view! { <small class="sub">{kind}</small> });
            view! { <span class="nowrap">{u.permission_group.clone()}</span>{below} }.into_any()
        }),
        DataColumn::new("communities", t::users::communities, |u: &User| {
            let (line, tip) = (communities_line(u), communities_line(u));
            view! { <span class="user-places truncate" title=tip>{line}</span> }.into_any()
        }).secondary(),
        DataColumn::new("state", t::users::state, |u: &User| {
            let (tone, word) = state_word(u);
            view! { <Pill tone label=word/> }.into_any()
        }),
        DataColumn::new("last", t::users::last_sign_in, |u: &User| {
            let text = u.last_sign_in_at.map_or_else(|| t::users::never().to_owned(), format::ago);
            view! { <span class="nowrap">{text}</span> }.into_any()
        })
        .secondary(),
        DataColumn::new("created", t::users::created, |u: &User| {
            view! { <span class="nowrap">{format::day(u.created_at)}</span> }.into_any()
        }).sortable().secondary(),
    ]
}
