//! The form of a unit, new or known.

use super::page::id_in_path;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{i18n::t, load, use_session};
use crate::shell::use_place;
use crate::ui::*;
use kept_shared::communities::CommunityFilter;
use kept_shared::ids::{CommunityId, UnitId};
use kept_shared::permission::Permission;
use kept_shared::problem::Problem;
use kept_shared::units::{NewUnit, Unit};
use leptos::{ev, prelude::*};
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

#[component]
pub fn NewUnitPage() -> impl IntoView {
    let session = use_session();
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/units".into(), t::units::title.into())] here=t::units::new/>
            <PageHead title=t::units::new/>
            {move || if session.may(Permission::CreateUnits) { view! { <UnitForm known=None/> }.into_any() } else { view! { <NoPermission/> }.into_any() }}
        </div>
    }
    .into_any()
}

#[component]
pub fn EditUnitPage() -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let id = id_in_path();
    let unit = load(move || api.unit(id.get().unwrap_or(UnitId(uuid::Uuid::nil()))));
    let code = move || unit.get().map(|u| u.code).unwrap_or_default();
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/units".into(), t::units::title.into())] here=code/>
            <PageHead title=move || t::units::edit_title(code())/>
            {move || match (unit.value.get_untracked(), unit.problem.get(), unit.busy.get()) {
                _ if !session.may(Permission::EditUnits) => view! { <NoPermission/> }.into_any(),
                (_, Some(problem), _) => view! { <ProblemPanel problem=problem retry=move |()| unit.reload()/> }.into_any(),
                (Some(known), None, false) => view! { <UnitForm known=Some(known)/> }.into_any(),
                (_, None, _) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

/// A select of the communities the person may choose from; starts with the one in view.
#[component]
pub fn CommunitySelect(
    value: RwSignal<String>,
    #[prop(into)] problem: Signal<Option<Problem>>,
    #[prop(default = "/community")] pointer: &'static str,
) -> impl IntoView {
    let api = use_api();
    let communities = load(move || {
        api.communities(CommunityFilter {
            active: Some(true),
            limit: Some(200),
            ..CommunityFilter::default()
        })
    });
    Effect::new(move |_| {
        // With one community there is nothing to choose.
        if let Some(page) = communities.get()
            && let [only] = page.items.as_slice()
            && value.with_untracked(String::is_empty)
        {
            value.set(only.id.to_string());
        }
    });
    let options = Signal::derive(move || {
        communities
            .get()
            .map(|p| {
                p.items
                    .into_iter()
                    .map(|c| (c.id.to_string(), c.name))
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    view! { <Select label=t::units::community value options empty=t::units::choose_community required=true problem pointer/> }.into_any()
}

#[component]
fn UnitForm(known: Option<Unit>) -> impl IntoView {
    let api = use_api();
    let navigate = use_navigate();
    let toasts = use_toasts();
    let save = Act::new();
    let start = known.as_ref().map_or_else(|| NewUnit::coded(""), Unit::details);
    let text = |v: Option<String>| RwSignal::new(v.unwrap_or_default());
    let place = use_place();
    let community = RwSignal::new(
        place
            .community
            .get_untracked()
            .map(|id| id.to_string())
            .unwrap_or_default(),
    );
    let code = RwSignal::new(start.code);
    let (block, section, unit_type) = (text(start.block), text(start.section), text(start.unit_type));
    let (size, quota, description) = (
        text(start.size),
        text(start.participation_quota),
        text(start.description),
    );
    let is_active = RwSignal::new(start.is_active);
    let target = known.as_ref().map(|u| (u.id, u.version));
    let back = target.map_or_else(|| "/units".to_owned(), |(id, _)| format!("/units/{id}"));
    let is_new = target.is_none();
    let key = new_key();
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let some = |s: RwSignal<String>| Some(s.get_untracked());
        let new = NewUnit {
            code: code.get_untracked(),
            block: some(block),
            section: some(section),
            description: some(description),
            unit_type: some(unit_type),
            size: some(size),
            // People write a comma where the wire wants a point.
            participation_quota: some(quota).map(|q| q.replace(',', ".").trim_end_matches(['%', ' ']).to_owned()),
            is_active: is_active.get_untracked(),
        }
        .tidied();
        let chosen: Option<CommunityId> = community.with_untracked(|c| c.parse().ok());
        let mut flaws = new.flaws();
        flaws.when(is_new && chosen.is_none(), "/community", "required");
        if !acceptable(save, flaws) {
            return;
        }
        let (navigate, key) = (navigate.clone(), key.clone());
        let work = async move {
            match (target, chosen) {
                (Some((id, version)), _) => api.change_unit(id, version, new).await.map(|u| u.value),
                (None, Some(community)) => api.create_unit(community, new, key).await,
                (None, None) => Err(Problem::of(kept_shared::problem::Code::NotAcceptable)),
            }
        };
        save.run(work, move |u: Unit| {
            toasts.good(t::units::saved(u.code.clone()));
            navigate(&format!("/units/{}", u.id), Default::default());
        });
    };
    view! {
        <form class="form-page" novalidate=true on:submit=submit>
            <Section title=t::units::details text=t::units::details_text>
                <div class="form-grid">
                    {is_new.then(|| view! { <CommunitySelect value=community problem=save.problem()/> })}
                    <TextInput label=t::units::code value=code required=true problem=save.problem() pointer="/code" hint=t::units::code_hint maxlength=60 autofocus=true/>
                    <TextInput label=t::units::block value=block problem=save.problem() pointer="/block"/>
                    <TextInput label=t::units::section value=section problem=save.problem() pointer="/section"/>
                    <TextInput label=t::units::unit_type value=unit_type problem=save.problem() pointer="/unit_type"/>
                    <TextInput label=t::units::size value=size problem=save.problem() pointer="/size" hint=t::units::size_hint/>
                    <TextInput label=t::units::quota value=quota problem=save.problem() pointer="/participation_quota" inputmode="decimal" hint=t::units::quota_hint/>
                    <TextArea label=t::units::description value=description problem=save.problem() pointer="/description" rows=3 class="span-all"/>
                    <div class="span-all"><Checkbox label=t::units::is_active checked=is_active/></div>
                </div>
            </Section>
            <ProblemNote problem=save.problem()/>
            <div class="form-foot">
                <A href=back attr:class="btn">{t::common::cancel}</A>
                <SubmitButton label=t::common::save busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}
