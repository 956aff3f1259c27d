//! What needs a second pair of eyes: said before, and calmly afterwards.

use crate::kernel::{Load, format, i18n::t};
use crate::ui::{Button, ButtonKind, Callout, Loading, ProblemPanel, SkeletonKind};
use kept_shared::accounts::Account;
use kept_shared::money::Money;
use kept_shared::postings::PostingOutcome;
use leptos::prelude::*;
use leptos_router::components::A;

/// The amount above which the community asks for a second person. `None`: nobody is asked.
#[derive(Clone, Copy)]
pub struct Limit(Load<Account>);

impl Limit {
    pub fn of(account: Load<Account>) -> Self {
        Self(account)
    }
    fn amount(self) -> Option<Money> {
        self.0.value.with(|a| a.as_ref().and_then(|a| a.approval_above))
    }
    /// Whether so much waits for somebody else; tracked.
    pub fn is_passed_by(self, amount: Option<Money>) -> bool {
        amount
            .zip(self.amount())
            .is_some_and(|(amount, limit)| amount.minor.saturating_abs() > limit.minor)
    }
    /// Says so above the buttons of a form.
    pub fn note(self, amount: Signal<Option<Money>>) -> AnyView {
        let limit = move || self.amount().map(format::money).unwrap_or_default();
        view! {
            <Show when=move || self.is_passed_by(amount.get())>
                <Callout tone="info" title=t::postings::second_eyes><p>{move || t::postings::second_eyes_text(limit())}</p></Callout>
            </Show>
        }
        .into_any()
    }
}

/// What a dialog does with an outcome: done, or it stays open and says that it waits; then nothing has changed yet.
pub fn settle(outcome: &PostingOutcome, open: RwSignal<bool>, waits: RwSignal<bool>) -> bool {
    let waiting = outcome.waiting.is_some();
    waits.set(waiting);
    if !waiting {
        open.set(false);
    }
    !waiting
}

/// The form of a dialog once its customer is there; what is typed stays when the customer loads anew.
pub fn once_loaded(account: Load<Account>, form: impl Fn(Account) -> AnyView + Send + 'static) -> AnyView {
    let known = Memo::new(move |_| account.value.with(Option::is_some));
    (move || {
        if known.get() {
            return account.value.get_untracked().map(&form).into_any();
        }
        match account.problem.get() {
            Some(problem) => view! { <div class="dialog-body"><ProblemPanel problem=Signal::stored(problem) retry=move |()| account.reload()/></div> }.into_any(),
            None => view! { <div class="dialog-body"><Loading kind=SkeletonKind::Lines rows=6/></div> }.into_any(),
        }
    })
    .into_any()
}

/// Instead of the form, once it waits for somebody else.
#[component]
pub fn Waits(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <div class="dialog-main">
            <div class="dialog-body">
                <Callout tone="info" title=t::postings::waits><p>{t::postings::waits_text}</p></Callout>
                <p><A href="/approvals">{t::postings::see_approvals}</A></p>
            </div>
            <div class="dialog-foot"><Button label=t::ui::close kind=ButtonKind::Primary on_click=move |_| open.set(false)/></div>
        </div>
    }
    .into_any()
}
