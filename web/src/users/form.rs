use super::words::{all_types, explained};
use crate::{
    kernel::{
        api::{new_key, use_api},
        i18n::t,
        load, use_session,
    },
    ui::{
        Breadcrumbs, Callout, MultiSelect, PageHead, ProblemNote, Section, Select, SubmitButton, TextInput,
        focus_first_flaw, use_toasts,
    },
};
use kept_shared::{
    permission::UserType,
    problem::{Code, Problem},
    users::{NewUser, User, UserPatch},
};
use leptos::{ev, prelude::*};
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
    /// Errors: the flaw of what was not chosen at all.
    fn new_user(self) -> Result<NewUser, Problem> {
        let missing = |pointer| Problem::of(Code::NotAcceptable).at(pointer, "required");
        let user_type = self
            .user_type
            .with_untracked(|t| t.parse())
            .map_err(|_| missing("/user_type"))?;
        let permission_group_id = self
            .group
            .with_untracked(|g| g.parse())
            .map_err(|_| missing("/permission_group_id"))?;
        let optional = |s: RwSignal<String>| Some(s.get_untracked().trim().to_owned()).filter(|t| !t.is_empty());
        let communities = self
            .communities
            .with_untracked(|c| c.iter().filter_map(|id| id.parse().ok()).collect());
        let new = NewUser {
            email: self.email.get_untracked().trim().to_owned(),
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
        let flaws = new.flaws();
        if flaws.is_empty() {
            Ok(new)
        } else {
            Err(Problem::of(Code::NotAcceptable).with_errors(flaws.0))
        }
    }
}

/// Adds a user.
#[component]
pub fn NewUserPage() -> impl IntoView {
    let api = use_api();
    let (navigate, toasts) = (use_navigate(), use_toasts());
    let typed = Typed::of(None);
    let key = StoredValue::new(new_key());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let new = match typed.new_user() {
            Ok(new) => new,
            Err(p) => {
                problem.set(Some(p));
                return focus_first_flaw();
            }
        };
        busy.set(true);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            match api.invite_user(&new, &key.get_value()).await {
                Ok(user) => {
                    toasts.good(t::users::invited(user.full_name()));
                    navigate(&format!("/users/{}", user.id), Default::default());
                }
                Err(p) => {
                    // The next try is another request.
                    key.set_value(new_key());
                    problem.set(Some(explained(p)));
                    focus_first_flaw();
                }
            }
            let _gone = busy.try_set(false);
        });
    };
    view! {
        <div class="page page-narrow">
            <Breadcrumbs trail=vec![("/users".into(), t::users::title.into())] here=t::users::new_title/>
            <PageHead title=t::users::new_title subtitle=t::users::new_lead/>
            <form class="form-page" on:submit=send>
                <Fields typed problem is_new=true/>
                <ProblemNote problem/>
                <div class="form-foot">
                    <A href="/users" attr:class="btn">{t::ui::cancel}</A>
                    <SubmitButton label=t::users::send_invitation icon="send" busy/>
                </div>
            </form>
        </div>
    }
}

/// Edits a user; `saved` gets the new state.
#[component]
pub fn EditUser(user: User, saved: Callback<User>, cancel: Callback<()>) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    let typed = Typed::of(Some(&user));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let (id, version) = (user.id, user.version);
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let new = match typed.new_user() {
            Ok(new) => new,
            Err(p) => {
                problem.set(Some(p));
                return focus_first_flaw();
            }
        };
        let patch = UserPatch {
            first_name: new.first_name,
            middle_name: new.middle_name,
            surname: new.surname,
            phone: new.phone,
            firm: new.firm,
            user_type: new.user_type,
            permission_group_id: new.permission_group_id,
            communities: new.communities,
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api.change_user(id, version, &patch).await {
                Ok(changed) => {
                    toasts.good(t::users::saved(changed.value.full_name()));
                    saved.run(changed.value);
                }
                Err(p) => {
                    let _gone = problem.try_set(Some(explained(p)));
                    focus_first_flaw();
                }
            }
            let _gone = busy.try_set(false);
        });
    };
    view! {
        <form class="form-page" on:submit=send>
            <Fields typed problem is_new=false/>
            <ProblemNote problem/>
            <div class="form-foot">
                <crate::ui::Button label=t::ui::cancel on_click=move |_| cancel.run(())/>
                <SubmitButton label=t::users::save busy/>
            </div>
        </form>
    }
}

#[component]
fn Fields(typed: Typed, problem: RwSignal<Option<Problem>>, is_new: bool) -> impl IntoView {
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
                <MultiSelect label=t::users::communities options=community_options chosen=typed.communities problem pointer="/communities"
                    required=typed.chosen_type().is_some_and(kept_shared::users::needs_community)/>
            </Show>
        </Section>
    }
}
