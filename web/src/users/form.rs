use super::words::{all_types, explained};
use crate::{
    kernel::{
        act::{Act, acceptable},
        api::{new_key, use_api},
        i18n::t,
        load, use_session,
    },
    ui::{
        Breadcrumbs, Callout, ConfirmDialog, MultiSelect, PageHead, ProblemNote, Section, Select, SubmitButton,
        TextInput, use_toasts,
    },
};
use kept_shared::{
    flaws::Flaws,
    ids::PermissionGroupId,
    permission::UserType,
    problem::Problem,
    users::{NewUser, User, UserPatch, needs_community},
};
use leptos::{ev, prelude::*, text_prop::TextProp};
use leptos_router::{components::A, hooks::use_navigate};

/// What is typed. Ids are texts here, as selects know them.
#[derive(Clone, Copy)]
struct Typed {
    email: RwSignal<String>,
    first_name: RwSignal<String>,
    middle_name: RwSignal<String>,
    surname: RwSignal<String>,
    phone: RwSignal<String>,
    firm: RwSignal<String>,
    user_type: RwSignal<String>,
    group: RwSignal<String>,
    communities: RwSignal<Vec<String>>,
}

impl Typed {
    fn of(user: Option<&User>) -> Self {
        let text = |get: fn(&User) -> String| RwSignal::new(user.map(get).unwrap_or_default());
        Self {
            email: text(|u| u.email.clone()),
            first_name: text(|u| u.first_name.clone()),
            middle_name: text(|u| u.middle_name.clone().unwrap_or_default()),
            surname: text(|u| u.surname.clone()),
            phone: text(|u| u.phone.clone().unwrap_or_default()),
            firm: text(|u| u.firm.clone().unwrap_or_default()),
            user_type: text(|u| u.user_type.to_string()),
            group: text(|u| u.permission_group_id.to_string()),
            communities: RwSignal::new(
                user.map(|u| u.communities.iter().map(|c| c.id.to_string()).collect())
                    .unwrap_or_default(),
            ),
        }
    }
    fn chosen_type(self) -> Option<UserType> {
        self.user_type.with(|t| t.parse().ok())
    }
    /// What was typed, and what was not chosen at all: there the value is only a place holder, never sent.
    fn person(self) -> (UserPatch, Vec<&'static str>) {
        let mut missing = vec![];
        let user_type = self.chosen_type().unwrap_or_else(|| {
            missing.push("/user_type");
            UserType::Business
        });
        let permission_group_id = self.group.with_untracked(|g| g.parse().ok()).unwrap_or_else(|| {
            missing.push("/permission_group_id");
            PermissionGroupId(uuid::Uuid::nil())
        });
        let optional = |s: RwSignal<String>| Some(s.get_untracked().trim().to_owned()).filter(|t| !t.is_empty());
        let communities = self
            .communities
            .with_untracked(|c| c.iter().filter_map(|id| id.parse().ok()).collect());
        let typed = UserPatch {
            first_name: self.first_name.get_untracked(),
            middle_name: optional(self.middle_name),
            surname: self.surname.get_untracked(),
            phone: optional(self.phone),
            firm: optional(self.firm).filter(|_| user_type == UserType::Attorney),
            user_type,
            permission_group_id,
            communities: if user_type == UserType::Superuser {
                vec![]
            } else {
                communities
            },
        };
        (typed, missing)
    }
    fn invited(self) -> (NewUser, Vec<&'static str>) {
        let (person, missing) = self.person();
        (person.invited_as(self.email.get_untracked().trim()), missing)
    }
}

/// The value, if it was all chosen and the shared rules find nothing wrong. Everything amiss is said at once.
fn accepted<T>(act: Act, (value, missing): (T, Vec<&'static str>), flaws: impl Fn(&T) -> Flaws) -> Option<T> {
    let mut all = flaws(&value);
    all.0.retain(|flaw| !missing.contains(&flaw.pointer.as_str()));
    for pointer in missing {
        all.when(true, pointer, "required");
    }
    acceptable(act, all).then_some(value)
}

/// Adds a user.
#[component]
pub fn NewUserPage() -> impl IntoView {
    let api = use_api();
    let (navigate, toasts) = (use_navigate(), use_toasts());
    let typed = Typed::of(None);
    let key = StoredValue::new(new_key());
    let (save, asking) = (Act::new(), RwSignal::new(false));
    let send = Callback::new(move |new: NewUser| {
        let navigate = navigate.clone();
        let work = async move {
            let answer = api.invite_user(&new, &key.get_value()).await;
            if answer.is_err() {
                // The next try is another request.
                key.set_value(new_key());
            }
            answer.map_err(explained)
        };
        save.run(work, move |user| {
            toasts.good(t::users::invited(user.full_name()));
            navigate(&format!("/users/{}", user.id), Default::default());
        });
    });
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        match accepted(save, typed.invited(), NewUser::flaws) {
            Some(new) if new.person().sees_nothing() => asking.set(true),
            Some(new) => send.run(new),
            None => {}
        }
    };
    let problem = save.problem();
    view! {
        <div class="page page-narrow">
            <Breadcrumbs trail=vec![("/users".into(), t::users::title.into())] here=t::users::new_title/>
            <PageHead title=t::users::new_title subtitle=t::users::new_lead/>
            <form class="form-page" novalidate=true on:submit=submit>
                <Fields typed problem is_new=true/>
                <ProblemNote problem/>
                <div class="form-foot">
                    <A href="/users" attr:class="btn">{t::ui::cancel}</A>
                    <SubmitButton label=t::users::send_invitation icon="send" busy=save.busy()/>
                </div>
            </form>
            <SeesNothing open=asking typed confirm=t::users::send_invitation
                on_confirm=move |()| if let Some(new) = accepted(save, typed.invited(), NewUser::flaws) { send.run(new) }/>
        </div>
    }
}

/// Edits a user; `saved` gets the new state.
#[component]
pub fn EditUser(user: User, saved: Callback<User>, cancel: Callback<()>) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    let typed = Typed::of(Some(&user));
    let (save, asking) = (Act::new(), RwSignal::new(false));
    let (id, version) = (user.id, user.version);
    let saw_nothing = user.communities.is_empty() && user.user_type != UserType::Superuser;
    let send = Callback::new(move |patch: UserPatch| {
        let work = async move { api.change_user(id, version, &patch).await.map_err(explained) };
        save.run(work, move |changed| {
            toasts.good(t::users::saved(changed.value.full_name()));
            saved.run(changed.value);
        });
    });
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        match accepted(save, typed.person(), UserPatch::flaws) {
            Some(patch) if patch.sees_nothing() && !saw_nothing => asking.set(true),
            Some(patch) => send.run(patch),
            None => {}
        }
    };
    let problem = save.problem();
    view! {
        <form class="form-page" novalidate=true on:submit=submit>
            <Fields typed problem is_new=false/>
            <ProblemNote problem/>
            <div class="form-foot">
                <crate::ui::Button label=t::ui::cancel on_click=move |_| cancel.run(())/>
                <SubmitButton label=t::users::save busy=save.busy()/>
            </div>
        </form>
        <SeesNothing open=asking typed confirm=t::users::save
            on_confirm=move |()| if let Some(patch) = accepted(save, typed.person(), UserPatch::flaws) { send.run(patch) }/>
    }
}

/// Asks once more before a person without a community is sent: they could sign in and would see nothing.
#[component]
fn SeesNothing(
    open: RwSignal<bool>,
    typed: Typed,
    #[prop(into)] confirm: TextProp,
    #[prop(into)] on_confirm: Callback<()>,
) -> impl IntoView {
    let name = move || {
        let whole = format!("{} {}", typed.first_name.get(), typed.surname.get());
        t::users::sees_nothing_title(whole.trim())
    };
    let go = move |()| {
        open.set(false);
        on_confirm.run(());
    };
    view! { <ConfirmDialog open title=name confirm on_confirm=go><p>{t::users::sees_nothing_text}</p></ConfirmDialog> }
}

#[component]
fn Fields(typed: Typed, problem: Signal<Option<Problem>>, is_new: bool) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let groups = load(move || async move { api.permission_groups().await });
    let communities = load(move || async move { api.communities_by_name().await });
    // Only groups of the chosen type are offered (spec A04); another type forgets the group.
    let group_options = Signal::derive(move || {
        let wanted = typed.chosen_type();
        let all = groups.get().unwrap_or_default();
        all.into_iter()
            .filter(|g| Some(g.base_type) == wanted)
            .map(|g| (g.id.to_string(), g.name))
            .collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        let options = group_options.get();
        let known = typed.group.with_untracked(|g| options.iter().any(|(id, _)| id == g));
        if groups.get().is_some() && !known {
            // One choice is no choice.
            typed.group.set(if let [(only, _)] = options.as_slice() {
                only.clone()
            } else {
                String::new()
            });
        }
    });
    let types = Signal::derive(move || {
        let boss = session.me().is_some_and(|me| me.user_type == UserType::Superuser);
        all_types()
            .into_iter()
            .filter(|(t, _)| boss || t != UserType::Superuser.as_str())
            .collect::<Vec<_>>()
    });
    let community_options = Signal::derive(move || {
        communities
            .get()
            .unwrap_or_default()
            .into_iter()
            .map(|c| (c.id.to_string(), c.name))
            .collect::<Vec<_>>()
    });
    let is = move |wanted: UserType| typed.chosen_type() == Some(wanted);
    let needed = Memo::new(move |_| typed.chosen_type().is_some_and(needs_community));
    let blind = move || {
        let chosen = typed.chosen_type().is_some() && !needed.get();
        chosen && typed.communities.with(Vec::is_empty)
    };
    let none = move || typed.chosen_type().is_some() && groups.get().is_some() && group_options.with(Vec::is_empty);
    view! {
        <Section title=t::users::person text=t::users::person_text>
            <div class="form-grid">
                <TextInput label=t::users::email value=typed.email kind="email" required=true maxlength=254 problem pointer="/email" class="span-all"
                    autofocus=is_new disabled=Signal::stored(!is_new)/>
                <TextInput label=t::users::first_name value=typed.first_name required=true maxlength=80 problem pointer="/first_name"/>
                <TextInput label=t::users::surname value=typed.surname required=true maxlength=80 problem pointer="/surname"/>
                <TextInput label=t::users::middle_name value=typed.middle_name maxlength=80 problem pointer="/middle_name"/>
                <TextInput label=t::users::phone value=typed.phone kind="tel" maxlength=30 problem pointer="/phone"/>
            </div>
        </Section>
        <Section title=t::users::rights text=t::users::rights_text>
            <div class="form-grid">
                <Select label=t::users::kind value=typed.user_type options=types empty=t::users::choose_type required=true problem pointer="/user_type"/>
                <Select label=t::users::group value=typed.group options=group_options empty=t::users::choose_group required=true problem pointer="/permission_group_id"
                    disabled=Signal::derive(move || typed.chosen_type().is_none())/>
                <Show when=move || is(UserType::Attorney)>
                    <TextInput label=t::users::firm value=typed.firm maxlength=120 problem pointer="/firm" class="span-all"/>
                </Show>
            </div>
            <Show when=none><Callout tone="warn"><p>{t::users::no_groups}</p></Callout></Show>
        </Section>
        <Section title=t::users::reach text=Signal::derive(move || if is(UserType::Attorney) { t::users::where_attorney() } else { t::users::where_text() }.to_owned())>
            <Show when=move || !is(UserType::Superuser) fallback=|| view! { <p>{t::users::where_superuser}</p> }>
                {move || view! { <MultiSelect label=t::users::communities options=community_options chosen=typed.communities problem pointer="/communities" required=needed.get()/> }}
                <Show when=blind><Callout tone="warn"><p>{t::users::sees_nothing_text}</p></Callout></Show>
            </Show>
        </Section>
    }
}
