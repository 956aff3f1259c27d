//! What is too little to call anybody delinquent: shown with the community, changed in place.

use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{Api, Versioned, use_api};
use crate::kernel::{Load, format, i18n::t, load, use_session};
use crate::ui::{
    Button, Card, Dialog, Loading, MoneyInput, ProblemNote, ProblemPanel, SkeletonKind, SubmitButton, amount_of,
    use_toasts,
};
use kept_shared::ids::CommunityId;
use kept_shared::money::Money;
use kept_shared::permission::Permission;
use kept_shared::problem::Problem;
use kept_shared::unit_figures::{ArrearsTolerance, NewArrearsTolerance};
use leptos::{ev, prelude::*};

impl Api {
    async fn tolerance(self, community: CommunityId) -> Result<ArrearsTolerance, Problem> {
        self.get(&format!("/communities/{community}/arrears-tolerance")).await
    }
    async fn set_tolerance(
        self,
        community: CommunityId,
        version: i64,
        new: NewArrearsTolerance,
    ) -> Result<Versioned<ArrearsTolerance>, Problem> {
        self.put(&format!("/communities/{community}/arrears-tolerance"), version, &new)
            .await
    }
}

#[component]
pub(super) fn ToleranceCard(community: CommunityId) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let found = load(move || api.tolerance(community));
    let editing = RwSignal::new(false);
    let actions = move || {
        view! {
            <Show when=move || session.may(Permission::EditCommunities) && found.value.with(Option::is_some)>
                <Button label=t::common::edit icon="pencil" class="btn-sm" on_click=move |_| editing.set(true)/>
            </Show>
        }
    };
    let words = move |known: ArrearsTolerance| {
        if known.tolerance.is_zero() {
            t::communities::tolerance_none().to_owned()
        } else {
            t::communities::tolerance_of(format::money(known.tolerance))
        }
    };
    view! {
        <Card title=t::communities::tolerance actions>
            {move || match (found.problem.get(), found.get()) {
                (Some(problem), None) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=2/> }.into_any(),
                (_, Some(known)) => view! { <p>{words(known)}</p> }.into_any(),
            }}
        </Card>
        <Dialog open=editing title=t::communities::tolerance class="dialog-narrow"><Form open=editing found/></Dialog>
    }
    .into_any()
}

#[component]
fn Form(open: RwSignal<bool>, found: Load<ArrearsTolerance>) -> impl IntoView {
    let (api, toasts, save) = (use_api(), use_toasts(), Act::new());
    let Some(known) = found.value.get_untracked() else {
        return ().into_any();
    };
    let currency = known.tolerance.currency;
    let amount = RwSignal::new(known.tolerance.to_plain());
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let text = amount.get_untracked();
        // Nothing typed is no tolerance; what is no amount stands below zero, so that the field says so.
        let tolerance = if text.trim().is_empty() {
            Money::zero(currency)
        } else {
            amount_of(&text, currency).unwrap_or(Money::new(-1, currency))
        };
        let new = NewArrearsTolerance { tolerance };
        if !acceptable(save, new.flaws(currency)) {
            return;
        }
        save.run(api.set_tolerance(known.community_id, known.version, new), move |set| {
            found.set(set.value);
            open.set(false);
            toasts.good(t::common::saved());
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body">
                <p class="lead">{t::communities::tolerance_text}</p>
                <MoneyInput label=t::communities::tolerance_up_to value=amount currency=Signal::stored(currency) problem=save.problem() pointer="/tolerance"
                    hint=t::communities::tolerance_hint/>
                <ProblemNote problem=save.problem()/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=save.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::common::save busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}
