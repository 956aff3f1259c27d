//! A new customer: who, how to reach them, what they own.

use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{day::today_here, i18n::t, load, use_session};
use crate::shell::use_place;
use crate::ui::*;
use crate::units::CommunitySelect;
use kept_shared::accounts::*;
use kept_shared::contacts::{ContactKind, NewContact, split_list};
use kept_shared::ids::{CommunityId, UnitId};
use kept_shared::leads::NewLead;
use kept_shared::permission::Permission;
use kept_shared::problem::Problem;
use kept_shared::units::UnitFilter;
use leptos::{ev, prelude::*};
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

#[component]
pub fn NewAccountPage() -> impl IntoView {
    let session = use_session();
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/accounts".into(), t::accounts::title.into())] here=t::accounts::new/>
            <PageHead title=t::accounts::new/>
            {move || if session.may(Permission::CreateAccounts) { view! { <AccountForm/> }.into_any() } else { view! { <NoPermission/> }.into_any() }}
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Fields {
    community: RwSignal<String>,
    reference: RwSignal<String>,
    group: RwSignal<String>,
    kind: RwSignal<String>,
    title: RwSignal<String>,
    first_name: RwSignal<String>,
    last_name: RwSignal<String>,
    company_name: RwSignal<String>,
    phones: RwSignal<String>,
    emails: RwSignal<String>,
    address: RwSignal<String>,
    unit: RwSignal<String>,
    from_on: RwSignal<Option<chrono::NaiveDate>>,
    is_lead: RwSignal<bool>,
    enquired_on: RwSignal<Option<chrono::NaiveDate>>,
    channel: RwSignal<String>,
    taken_by: RwSignal<String>,
}

impl Fields {
    fn community(self) -> Option<CommunityId> {
        self.community.with(|c| c.parse().ok())
    }
    /// Phones first, then e-mails, then the address: flaws of contacts are told at the field they came from.
    fn contacts(self) -> Vec<NewContact> {
        let many = |text: RwSignal<String>, kind| {
            text.with_untracked(|t| {
                split_list(t)
                    .into_iter()
                    .map(|v| NewContact::of(kind, &v))
                    .collect::<Vec<_>>()
            })
        };
        let mut all = many(self.phones, ContactKind::Phone);
        all.extend(many(self.emails, ContactKind::Email));
        if self.address.with_untracked(|a| !a.trim().is_empty()) {
            all.push(NewContact::of(ContactKind::Postal, &self.address.get_untracked()));
        }
        all
    }
    fn read(self) -> NewAccount {
        let some = |s: RwSignal<String>| Some(s.get_untracked());
        let kind = self.kind.with_untracked(|k| k.parse().unwrap_or(DebtorKind::Natural));
        let debtor = NewDebtor {
            role: DebtorRole::Primary,
            kind,
            title: some(self.title),
            first_name: some(self.first_name),
            last_name: some(self.last_name),
            company_name: some(self.company_name),
            language: None,
            contacts: self.contacts(),
        };
        let unit: Option<UnitId> = self.unit.with_untracked(|u| u.parse().ok());
        NewAccount {
            customer_group_id: self.group.with_untracked(|g| g.parse().ok()),
            unit: unit
                .zip(self.from_on.get_untracked())
                .map(|(unit_id, from_on)| OwnedFrom { unit_id, from_on }),
            lead: self.is_lead.get_untracked().then(|| NewLead {
                enquired_on: self.enquired_on.get_untracked(),
                channel: some(self.channel),
                taken_by: some(self.taken_by),
                answers: vec![],
            }),
            ..NewAccount::of(&self.reference.get_untracked(), debtor)
        }
        .tidied()
    }
    /// Moves flaws of the wire's tree to the fields of this page.
    fn placed(self, mut problem: Problem) -> Problem {
        let contacts = self.contacts();
        for flaw in &mut problem.errors {
            if let Some(rest) = flaw.pointer.strip_prefix("/debtors/0/contacts/") {
                let at: usize = rest
                    .split('/')
                    .next()
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(usize::MAX);
                flaw.pointer = match contacts.get(at).map(|c| c.kind) {
                    Some(ContactKind::Phone) => "/phones".into(),
                    Some(ContactKind::Email) => "/emails".into(),
                    Some(ContactKind::Postal) => "/address".into(),
                    None => flaw.pointer.clone(),
                };
            } else if let Some(rest) = flaw.pointer.strip_prefix("/debtors/0") {
                flaw.pointer = rest.to_owned();
            }
        }
        problem
    }
}

#[component]
fn AccountForm() -> impl IntoView {
    let api = use_api();
    let navigate = use_navigate();
    let toasts = use_toasts();
    let save = Act::new();
    let place = use_place();
    let text = || RwSignal::new(String::new());
    let fields = Fields {
        community: RwSignal::new(
            place
                .community
                .get_untracked()
                .map(|id| id.to_string())
                .unwrap_or_default(),
        ),
        reference: text(),
        group: text(),
        kind: RwSignal::new(DebtorKind::Natural.as_str().into()),
        title: text(),
        first_name: text(),
        last_name: text(),
        company_name: text(),
        phones: text(),
        emails: text(),
        address: text(),
        unit: text(),
        from_on: RwSignal::new(Some(today_here())),
        is_lead: RwSignal::new(false),
        enquired_on: RwSignal::new(Some(today_here())),
        channel: text(),
        taken_by: text(),
    };
    let problem = Signal::derive(move || save.problem().get().map(|p| fields.placed(p)));
    let key = new_key();
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let new = fields.read();
        let community = untrack(move || fields.community());
        // The country of the numbers is the community's: the server judges them.
        let mut flaws = new.flaws(Some(kept_shared::phone::ZA));
        flaws
            .0
            .retain(|f| !(f.pointer.contains("/contacts/") && f.code.starts_with("phone_")));
        flaws.when(community.is_none(), "/community", "required");
        flaws.when(
            fields.unit.with_untracked(|u| !u.is_empty()) && new.unit.is_none(),
            "/unit/from_on",
            "required",
        );
        if !acceptable(save, flaws) {
            return;
        }
        let Some(community) = community else { return };
        let navigate = navigate.clone();
        save.run(api.create_account(community, new, key.clone()), move |a: Account| {
            toasts.good(t::accounts::created(a.name.clone()));
            navigate(&format!("/accounts/{}", a.id), Default::default());
        });
    };
    view! {
        <form class="form-page" novalidate=true on:submit=submit>
            <Who fields problem/>
            <Section title=t::accounts::contacts text=t::accounts::contacts_text>
                <div class="form-grid">
                    <TextArea label=t::accounts::phones value=fields.phones problem pointer="/phones" rows=2 hint=t::accounts::phones_hint/>
                    <TextArea label=t::accounts::emails value=fields.emails problem pointer="/emails" rows=2 hint=t::accounts::emails_hint/>
                    <TextArea label=t::accounts::postal value=fields.address problem pointer="/address" rows=3 class="span-all"/>
                </div>
            </Section>
            <Owns fields problem/>
            <Enquiry fields problem/>
            <ProblemNote problem/>
            <div class="form-foot">
                <A href="/accounts" attr:class="btn">{t::common::cancel}</A>
                <SubmitButton label=t::accounts::create busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}

type Problems = Signal<Option<Problem>>;

#[component]
fn Who(fields: Fields, problem: Problems) -> impl IntoView {
    let api = use_api();
    let groups = load(move || api.customer_groups(None));
    let options = Signal::derive(move || {
        groups
            .get()
            .map(|p| {
                p.items
                    .into_iter()
                    .map(|g| (g.id.to_string(), g.name))
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    let is_person = move || fields.kind.with(|k| k == DebtorKind::Natural.as_str());
    view! {
        <Section title=t::accounts::who text=t::accounts::who_text>
            <div class="form-grid">
                <CommunitySelect value=fields.community problem/>
                <TextInput label=t::accounts::reference value=fields.reference required=true problem pointer="/reference" hint=t::accounts::reference_hint maxlength=60/>
                <div class="span-all"><SegmentedControl label=t::accounts::kind value=fields.kind choices=vec![
                    Choice::new(DebtorKind::Natural.as_str(), t::accounts::kind_natural), Choice::new(DebtorKind::Legal.as_str(), t::accounts::kind_legal),
                ]/></div>
                <Show when=is_person fallback=move || view! {
                    <TextInput label=t::accounts::company_name value=fields.company_name required=true problem pointer="/company_name" class="span-all"/>
                }>
                    <TextInput label=t::accounts::first_name value=fields.first_name problem pointer="/first_name"/>
                    <TextInput label=t::accounts::last_name value=fields.last_name required=true problem pointer="/last_name"/>
                    <TextInput label=t::accounts::person_title value=fields.title problem pointer="/title" hint=t::accounts::person_title_hint/>
                </Show>
                <Show when=move || options.with(|o| !o.is_empty())>
                    <Select label=t::accounts::group value=fields.group options empty=t::accounts::group_none problem pointer="/customer_group_id"/>
                </Show>
            </div>
        </Section>
    }
    .into_any()
}

/// One who has taken nothing yet.
#[component]
fn Enquiry(fields: Fields, problem: Problems) -> impl IntoView {
    let me = use_session()
        .me()
        .map(|me| format!("{} {}", me.first_name, me.surname))
        .unwrap_or_default();
    Effect::new(move |_| {
        if fields.is_lead.get() && fields.taken_by.with_untracked(String::is_empty) {
            fields.taken_by.set(me.clone());
        }
    });
    view! {
        <Show when=move || fields.unit.with(String::is_empty)>
            <Section title=t::accounts::lead text=t::accounts::is_lead_hint>
                <Checkbox label=t::accounts::is_lead checked=fields.is_lead/>
                <Show when=move || fields.is_lead.get()>
                    <div class="form-grid">
                        <DateInput label=t::accounts::lead_enquired value=fields.enquired_on problem pointer="/lead/enquired_on"/>
                        <TextInput label=t::accounts::lead_channel value=fields.channel problem pointer="/lead/channel" maxlength=60/>
                        <TextInput label=t::accounts::lead_taken_by value=fields.taken_by problem pointer="/lead/taken_by" maxlength=120/>
                    </div>
                </Show>
            </Section>
        </Show>
    }
    .into_any()
}

#[component]
fn Owns(fields: Fields, problem: Problems) -> impl IntoView {
    let api = use_api();
    let units = load(move || {
        let community = fields.community();
        async move {
            let Some(community) = community else { return Ok(vec![]) };
            let filter = UnitFilter {
                community_id: Some(community),
                limit: Some(200),
                ..UnitFilter::default()
            };
            api.units(filter).await.map(|p| p.items)
        }
    });
    let options = Signal::derive(move || {
        let label = |u: &kept_shared::units::Unit| match &u.owner {
            Some(owner) => t::accounts::unit_owned(u.code.clone(), owner.name.clone()),
            None => u.code.clone(),
        };
        units
            .get()
            .unwrap_or_default()
            .iter()
            .map(|u| (u.id.to_string(), label(u)))
            .collect::<Vec<_>>()
    });
    view! {
        <Show when=move || options.with(|o| !o.is_empty())>
            <Section title=t::accounts::owns text=t::accounts::owns_text>
                <div class="form-grid">
                    <Select label=t::accounts::unit value=fields.unit options empty=t::accounts::unit_none problem pointer="/unit/unit_id"/>
                    <Show when=move || fields.unit.with(|u| !u.is_empty())>
                        <DateInput label=t::accounts::owner_from value=fields.from_on problem pointer="/unit/from_on"/>
                    </Show>
                </div>
            </Section>
        </Show>
    }
    .into_any()
}
