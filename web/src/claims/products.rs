//! What the debt is for: levies, contracts, loans (spec E01, C21).

use super::words::product_kind_words;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::i18n::t;
use crate::kernel::{Load, load, use_session};
use crate::ledger::use_changes;
use crate::ui::{
    Button, Card, Checkbox, Dialog, Empty, Loading, Pill, ProblemNote, ProblemPanel, Select, SkeletonKind,
    SubmitButton, TextInput, use_toasts,
};
use kept_shared::accounts::Account;
use kept_shared::claims::{NewProduct, Product, ProductKind};
use kept_shared::ids::AccountId;
use kept_shared::ledger::MAX_REFERENCE;
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};

#[component]
pub(super) fn ProductsCard(account: Load<Account>, id: AccountId) -> impl IntoView {
    let (api, session, changes) = (use_api(), use_session(), use_changes());
    let found = load(move || {
        changes.track();
        api.products(id)
    });
    let open = RwSignal::new(false);
    let edited = RwSignal::new(None::<Product>);
    let may = session.may(Permission::EditClaims);
    let ask = move |product: Option<Product>| {
        edited.set(product);
        open.set(true);
    };
    let actions = move || {
        view! { {may.then(|| view! { <Button label=t::claims::add_product icon="plus" class="btn-sm" on_click=move |_| ask(None)/> })} }.into_any()
    };
    let line = move |p: Product| {
        let name = t::claims::edit_product_named(&p.name);
        let product = p.clone();
        let edit = may.then(|| {
            view! { <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label=name.clone() title=name on:click=move |_| ask(Some(product.clone()))><crate::ui::Icon name="pencil"/></button> }
        });
        view! {
            <li><div><b>{p.name.clone()}</b><small>{product_kind_words(p.kind)}" · "<span class="mono">{p.reference.clone()}</span></small></div>
                <div class="row">{(!p.is_active).then(|| view! { <Pill tone="neutral" label=t::claims::inactive/> })}{edit}</div></li>
        }
    };
    view! {
        <Card title=t::claims::products subtitle=t::claims::products_text actions=ViewFn::from(actions)>
            {move || match (found.problem.get(), found.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=2/> }.into_any(),
                (None, Some(all)) if all.is_empty() => view! {
                    <Empty title=t::claims::no_products text=t::claims::no_products_text icon="layers" class="empty-sm"/>
                }.into_any(),
                (None, Some(all)) => view! { <ul class="plain-list">{all.into_iter().map(line).collect_view()}</ul> }.into_any(),
            }}
        </Card>
        <ProductDialog open account id edited on_done=move |()| changes.tell()/>
    }
    .into_any()
}

#[component]
fn ProductDialog(
    open: RwSignal<bool>,
    account: Load<Account>,
    id: AccountId,
    edited: RwSignal<Option<Product>>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let act = Act::new();
    let title = move || {
        if edited.with(Option::is_some) {
            t::claims::edit_product()
        } else {
            t::claims::add_product()
        }
    };
    view! {
        <Dialog open title class="dialog-narrow" locked=act.busy()>
            <Form open account id product=edited.get_untracked() act on_done/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(
    open: RwSignal<bool>,
    account: Load<Account>,
    id: AccountId,
    product: Option<Product>,
    act: Act,
    on_done: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    act.clear();
    let known = product.clone();
    let kind = known.as_ref().map_or(ProductKind::Levy, |p| p.kind);
    let kind = RwSignal::new(kind.as_str().to_owned());
    let name = RwSignal::new(known.as_ref().map(|p| p.name.clone()).unwrap_or_default());
    let reference = RwSignal::new(known.as_ref().map(|p| p.reference.clone()).unwrap_or_default());
    let unit = RwSignal::new(
        known
            .as_ref()
            .and_then(|p| p.unit_id)
            .map(|u| u.to_string())
            .unwrap_or_default(),
    );
    let active = RwSignal::new(known.as_ref().is_none_or(|p| p.is_active));
    let key = StoredValue::new(new_key());
    let kinds = Signal::derive(|| {
        ProductKind::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), product_kind_words(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    let units: Vec<(String, String)> = account.value.with_untracked(|a| {
        let units = a.as_ref().map(|a| a.units.as_slice()).unwrap_or_default();
        units.iter().map(|u| (u.unit_id.to_string(), u.code.clone())).collect()
    });
    let many = !units.is_empty();
    let units = Signal::stored(units);
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let new = NewProduct {
            kind: kind.with_untracked(|k| k.parse().unwrap_or(ProductKind::Other)),
            reference: reference.get_untracked().trim().to_owned(),
            name: name.get_untracked().trim().to_owned(),
            unit_id: unit.with_untracked(|u| u.parse().ok()),
            is_active: active.get_untracked(),
        };
        if !acceptable(act, new.flaws()) {
            return;
        }
        let (known, key) = (known.clone(), key.get_value());
        let said = new.name.clone();
        let work = async move {
            match known {
                Some(p) => api
                    .change_product(p.id, p.version, &new)
                    .await
                    .map(|answer| answer.value),
                None => api.create_product(id, &new, &key).await,
            }
        };
        act.run(work, move |_| {
            open.set(false);
            toasts.good(t::claims::product_saved(said));
            on_done.run(());
        });
    };
    let problem = act.problem();
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body">
                <Select label=t::claims::kind value=kind options=kinds problem pointer="/kind"/>
                <TextInput label=t::claims::name value=name required=true problem pointer="/name" maxlength=200/>
                <TextInput label=t::claims::reference value=reference required=true problem pointer="/reference" maxlength=MAX_REFERENCE as u32 hint=t::claims::product_reference_hint/>
                {many.then(|| view! { <Select label=t::claims::unit value=unit options=units empty=t::claims::no_unit problem pointer="/unit_id"/> })}
                <Checkbox label=t::claims::active checked=active hint=t::claims::active_hint/>
                <ProblemNote problem/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::common::save busy=act.busy()/>
            </div>
        </form>
    }
    .into_any()
}
