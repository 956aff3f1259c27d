//! The form of a community, new or known.

use super::ageing::BucketTable;
use super::{kind_label, zone};
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{i18n::t, load, use_session};
use crate::shell::use_place;
use crate::ui::{
    Breadcrumbs, Checkbox, Choice, Loading, NoPermission, PageHead, ProblemNote, ProblemPanel, RadioGroup, Section,
    Select, SkeletonKind, SubmitButton, TextArea, TextInput, use_toasts,
};
use kept_shared::communities::*;
use kept_shared::ids::CommunityId;
use kept_shared::money::Currency;
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};

/// The id in the address.
pub(super) fn id_in_path() -> Memo<Option<CommunityId>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|p| p.get("community").and_then(|id| id.parse().ok())))
}

#[component]
pub fn NewCommunityPage() -> impl IntoView {
    let session = use_session();
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/communities".into(), t::communities::title.into())] here=t::communities::new/>
            <PageHead title=t::communities::new/>
            {move || if session.may(Permission::CreateCommunities) { view! { <CommunityForm known=None/> }.into_any() } else { view! { <NoPermission/> }.into_any() }}
        </div>
    }
    .into_any()
}

#[component]
pub fn EditCommunityPage() -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let id = id_in_path();
    let community = load(move || {
        let id = id.get().unwrap_or(CommunityId(uuid::Uuid::nil()));
        api.community(id)
    });
    let name = move || community.get().map(|c| c.name).unwrap_or_default();
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/communities".into(), t::communities::title.into())] here=name/>
            <PageHead title=move || t::communities::edit_title(name())/>
            {move || match (community.value.get_untracked(), community.problem.get(), community.busy.get()) {
                _ if !session.may(Permission::EditCommunities) => view! { <NoPermission/> }.into_any(),
                (_, Some(problem), _) => view! { <ProblemPanel problem=problem retry=move |()| community.reload()/> }.into_any(),
                (Some(known), None, false) => view! { <CommunityForm known=Some(known)/> }.into_any(),
                (_, None, _) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

/// The form's own state: one text per field.
#[derive(Clone, Copy)]
struct Fields {
    code: RwSignal<String>,
    name: RwSignal<String>,
    kind: RwSignal<String>,
    currency: RwSignal<String>,
    time_zone: RwSignal<String>,
    is_active: RwSignal<bool>,
    address: RwSignal<String>,
    email: RwSignal<String>,
    phone: RwSignal<String>,
    website: RwSignal<String>,
    office_hours: RwSignal<String>,
    access_hours: RwSignal<String>,
    information: RwSignal<String>,
    bank_name: RwSignal<String>,
    bank_account: RwSignal<String>,
    bank_branch: RwSignal<String>,
    mode: RwSignal<String>,
    basis: RwSignal<String>,
    credit_policy: RwSignal<String>,
    edges: [RwSignal<String>; 4],
    money: super::money::MoneyFields,
}

impl Fields {
    fn of(c: NewCommunity) -> Self {
        let text = |v: Option<String>| RwSignal::new(v.unwrap_or_default());
        let money = super::money::MoneyFields::of(&c);
        Self {
            money,
            code: RwSignal::new(c.code),
            name: RwSignal::new(c.name),
            kind: RwSignal::new(c.kind.as_str().into()),
            currency: RwSignal::new(c.currency.as_str().into()),
            time_zone: RwSignal::new(c.time_zone),
            is_active: RwSignal::new(c.is_active),
            address: text(c.address),
            email: text(c.email),
            phone: text(c.phone),
            website: text(c.website),
            office_hours: text(c.office_hours),
            access_hours: text(c.access_hours),
            information: text(c.information),
            bank_name: text(c.bank_name),
            bank_account: text(c.bank_account),
            bank_branch: text(c.bank_branch),
            mode: RwSignal::new(c.ageing.mode.as_str().into()),
            basis: RwSignal::new(c.ageing.basis.as_str().into()),
            credit_policy: RwSignal::new(c.ageing.credit_policy.as_str().into()),
            edges: c.ageing.edges.map(|e| RwSignal::new(e.to_string())),
        }
    }
    /// The rules as typed; a number that is none stands out of range, so that the field says so.
    fn rules(self) -> AgeingRules {
        AgeingRules {
            mode: self.mode.with(|v| v.parse().unwrap_or(AgeingMode::Calendar)),
            basis: self.basis.with(|v| v.parse().unwrap_or(AgeingBasis::TransactionDate)),
            credit_policy: self
                .credit_policy
                .with(|v| v.parse().unwrap_or(CreditPolicy::OldestFirst)),
            edges: self.edges.map(|e| e.with(|v| v.trim().parse().unwrap_or(-1))),
        }
    }
    fn read(self) -> NewCommunity {
        let text = |s: RwSignal<String>| Some(s.get_untracked());
        let currency = self.currency.with_untracked(|v| v.parse().unwrap_or(Currency::Zar));
        NewCommunity {
            allocation: self.money.allocation(),
            approval_above: self.money.approval_above(currency),
            code: self.code.get_untracked(),
            name: self.name.get_untracked(),
            kind: self
                .kind
                .with_untracked(|v| v.parse().unwrap_or(CommunityKind::SectionalTitle)),
            currency,
            time_zone: self.time_zone.get_untracked(),
            ageing: untrack(move || self.rules()),
            address: text(self.address),
            email: text(self.email),
            phone: text(self.phone),
            website: text(self.website),
            office_hours: text(self.office_hours),
            access_hours: text(self.access_hours),
            information: text(self.information),
            bank_name: text(self.bank_name),
            bank_account: text(self.bank_account),
            bank_branch: text(self.bank_branch),
            is_active: self.is_active.get_untracked(),
        }
        .tidied()
    }
}

#[component]
fn CommunityForm(known: Option<Community>) -> impl IntoView {
    let api = use_api();
    let navigate = use_navigate();
    let (toasts, place) = (use_toasts(), use_place());
    let save = Act::new();
    let blank = || {
        NewCommunity::named(
            "",
            "",
            CommunityKind::SectionalTitle,
            Currency::Zar,
            "Africa/Johannesburg",
        )
    };
    let start = known.as_ref().map_or_else(blank, Community::details);
    let fields = Fields::of(start);
    let fixed = known.as_ref().is_some_and(|c| c.currency_is_fixed);
    let target = known.as_ref().map(|c| (c.id, c.version));
    let back = target.map_or_else(|| "/communities".to_owned(), |(id, _)| format!("/communities/{id}"));
    // One key for one filled-in form: a second press after a lost answer makes no second community.
    let key = new_key();
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let new = fields.read();
        if !acceptable(save, new.flaws()) {
            return;
        }
        let (navigate, key) = (navigate.clone(), key.clone());
        let work = async move {
            match target {
                Some((id, version)) => api.change_community(id, version, new).await.map(|c| c.value),
                None => api.create_community(new, key).await,
            }
        };
        save.run(work, move |c: Community| {
            toasts.good(t::communities::saved(c.name.clone()));
            place.communities.reload();
            navigate(&format!("/communities/{}", c.id), Default::default());
        });
    };
    view! {
        <form class="form-page" novalidate=true on:submit=submit>
            <Identity fields problem=save.problem() fixed/>
            <Reaching fields problem=save.problem()/>
            <Ageing fields problem=save.problem()/>
            <super::money::MoneySection fields=fields.money problem=save.problem()
                currency=Signal::derive(move || fields.currency.with(|v| v.parse().unwrap_or(Currency::Zar)))/>
            <Section title=t::communities::bank_section text=t::communities::bank_text>
                <div class="form-grid">
                    <TextInput label=t::communities::bank_name value=fields.bank_name problem=save.problem() pointer="/bank_name" class="span-all"/>
                    <TextInput label=t::communities::bank_account value=fields.bank_account problem=save.problem() pointer="/bank_account" inputmode="numeric"/>
                    <TextInput label=t::communities::bank_branch value=fields.bank_branch problem=save.problem() pointer="/bank_branch"/>
                </div>
            </Section>
            {target.map(|(id, _)| view! {
                <Section title=t::logos::title text=t::logos::text_community><crate::logos::LogoPanel community=id may_edit=true/></Section>
            })}
            <ProblemNote problem=save.problem()/>
            <div class="form-foot">
                <A href=back attr:class="btn">{t::common::cancel}</A>
                <SubmitButton label=t::common::save busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}

pub(super) type Problems = Signal<Option<kept_shared::problem::Problem>>;

#[component]
fn Identity(fields: Fields, problem: Problems, fixed: bool) -> impl IntoView {
    let kinds = Signal::derive(|| {
        CommunityKind::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), kind_label(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    let currencies = Signal::derive(|| {
        Currency::ALL
            .iter()
            .map(|c| (c.as_str().to_owned(), format!("{} ({})", c.as_str(), c.symbol())))
            .collect::<Vec<_>>()
    });
    let zones = zone::choices(fields.time_zone.get_untracked());
    let currency_hint = if fixed {
        t::communities::currency_fixed
    } else {
        t::communities::currency_hint
    };
    view! {
        <Section title=t::communities::identity_section text=t::communities::identity_text>
            <div class="form-grid">
                <TextInput label=t::communities::name value=fields.name required=true problem pointer="/name" class="span-all" maxlength=200 autofocus=true/>
                <TextInput label=t::communities::code value=fields.code required=true problem pointer="/code" hint=t::communities::code_hint maxlength=60/>
                <Select label=t::communities::kind value=fields.kind options=kinds problem pointer="/kind"/>
                <Select label=t::communities::currency value=fields.currency options=currencies problem pointer="/currency" hint=currency_hint disabled=fixed/>
                <Select label=t::communities::time_zone value=fields.time_zone options=zones problem pointer="/time_zone" hint=t::communities::time_zone_hint/>
                <div class="span-all"><Checkbox label=t::communities::is_active checked=fields.is_active hint=t::communities::is_active_hint/></div>
            </div>
        </Section>
    }
    .into_any()
}

#[component]
fn Reaching(fields: Fields, problem: Problems) -> impl IntoView {
    view! {
        <Section title=t::communities::contact_section text=t::communities::contact_text>
            <div class="form-grid">
                <TextArea label=t::communities::address value=fields.address problem pointer="/address" rows=3 class="span-all"/>
                <TextInput label=t::communities::email value=fields.email kind="email" problem pointer="/email"/>
                <TextInput label=t::communities::phone value=fields.phone kind="tel" problem pointer="/phone"/>
                <TextInput label=t::communities::website value=fields.website kind="url" problem pointer="/website" placeholder="https://" class="span-all"/>
            </div>
        </Section>
        <Section title=t::communities::hours_section text=t::communities::hours_text>
            <div class="form-grid">
                <TextArea label=t::communities::office_hours value=fields.office_hours problem pointer="/office_hours" rows=2/>
                <TextArea label=t::communities::access_hours value=fields.access_hours problem pointer="/access_hours" rows=2/>
                <TextArea label=t::communities::information value=fields.information problem pointer="/information" rows=4 hint=t::communities::information_hint class="span-all"/>
            </div>
        </Section>
    }
    .into_any()
}

#[component]
fn Ageing(fields: Fields, problem: Problems) -> impl IntoView {
    let in_days = move || fields.mode.with(|m| m == AgeingMode::Days.as_str());
    let today = Memo::new(move |_| zone::today_in(&fields.time_zone.get()));
    let edge_names: [(fn() -> &'static str, &'static str); 4] = [
        (t::communities::edge_current, "/ageing/edges/0"),
        (t::communities::edge_30, "/ageing/edges/1"),
        (t::communities::edge_60, "/ageing/edges/2"),
        (t::communities::edge_90, "/ageing/edges/3"),
    ];
    let edges = move || {
        fields
            .edges
            .into_iter()
            .zip(edge_names)
            .map(|(value, (label, pointer))| {
                view! {
                    <TextInput label=label value inputmode="numeric" problem pointer=pointer/>
                }
            })
            .collect_view()
    };
    view! {
        <Section title=t::communities::ageing_section text=t::communities::ageing_text>
            <div class="stack-4">
                <RadioGroup legend=t::communities::mode value=fields.mode choices=vec![
                    Choice::new(AgeingMode::Calendar.as_str(), t::communities::mode_calendar).hint(t::communities::mode_calendar_hint),
                    Choice::new(AgeingMode::Days.as_str(), t::communities::mode_days).hint(t::communities::mode_days_hint),
                ]/>
                <Show when=in_days><div class="communities-edges">{edges()}</div></Show>
                <RadioGroup legend=t::communities::basis value=fields.basis choices=vec![
                    Choice::new(AgeingBasis::TransactionDate.as_str(), t::communities::basis_transaction).hint(t::communities::basis_transaction_hint),
                    Choice::new(AgeingBasis::DueDate.as_str(), t::communities::basis_due).hint(t::communities::basis_due_hint),
                ]/>
                <RadioGroup legend=t::communities::credit value=fields.credit_policy choices=vec![
                    Choice::new(CreditPolicy::OldestFirst.as_str(), t::communities::credit_oldest).hint(t::communities::credit_oldest_hint),
                    Choice::new(CreditPolicy::OwnDate.as_str(), t::communities::credit_own).hint(t::communities::credit_own_hint),
                    Choice::new(CreditPolicy::Separate.as_str(), t::communities::credit_separate).hint(t::communities::credit_separate_hint),
                ]/>
                <div class="callout callout-info" role="note" aria-live="polite">
                    <crate::ui::Icon name="info"/>
                    <div><b>{t::communities::explain_title}</b>
                        <BucketTable rules=Signal::derive(move || fields.rules()) today/></div>
                </div>
            </div>
        </Section>
    }
    .into_any()
}
