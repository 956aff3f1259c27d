//! The terms of a recurring charge, as fields; used for one unit and for all.

use super::words;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{format, i18n::t};
use crate::ui::*;
use kept_shared::ids::UnitId;
use kept_shared::levies::*;
use kept_shared::money::{Currency, Money};
use kept_shared::problem::Problem;
use leptos::{ev, prelude::*};

/// What stands in the fields.
#[derive(Clone, Copy)]
pub struct Terms {
    pub kind: RwSignal<String>,
    pub what_for: RwSignal<String>,
    pub frequency: RwSignal<String>,
    pub first_on: RwSignal<Option<chrono::NaiveDate>>,
    ends_on: RwSignal<Option<chrono::NaiveDate>>,
    charge_day: RwSignal<String>,
    due_kind: RwSignal<String>,
    due_value: RwSignal<String>,
}

impl Terms {
    /// A monthly levy from the next month, charged on the first, due on the seventh; or what is known.
    pub fn of(known: Option<&Levy>, today: chrono::NaiveDate) -> Self {
        let next = kept_shared::dates::add_months(kept_shared::dates::month_start(today), 1);
        let (due_kind, due_value) = match known.map(|l| l.due) {
            Some(DueRule::AfterDays(days)) => ("after_days", days.to_string()),
            Some(DueRule::OnDay(day)) => ("on_day", day.to_string()),
            None => ("on_day", "7".to_owned()),
        };
        Self {
            kind: RwSignal::new(known.map_or(LevyKind::Levy, |l| l.kind).as_str().to_owned()),
            what_for: RwSignal::new(known.map_or_else(|| t::levies::kind_levy().to_owned(), |l| l.what_for.clone())),
            frequency: RwSignal::new(known.map_or(Frequency::Monthly, |l| l.frequency).as_str().to_owned()),
            first_on: RwSignal::new(known.map(|l| l.first_on).or(next)),
            ends_on: RwSignal::new(known.and_then(|l| l.ends_on)),
            charge_day: RwSignal::new(known.map_or(1, |l| l.charge_day).to_string()),
            due_kind: RwSignal::new(due_kind.to_owned()),
            due_value: RwSignal::new(due_value),
        }
    }
    /// What was typed; what is no number comes out as a day that is refused.
    pub fn read(self) -> Option<LevyTerms> {
        let number = |s: RwSignal<String>| s.with_untracked(|s| s.trim().parse::<u16>().unwrap_or(u16::MAX));
        let small = |n: u16| u8::try_from(n).unwrap_or(u8::MAX);
        let due = if self.due_kind.with_untracked(|k| k == "on_day") {
            DueRule::OnDay(small(number(self.due_value)))
        } else {
            DueRule::AfterDays(number(self.due_value))
        };
        Some(LevyTerms {
            kind: self.kind.with_untracked(|k| k.parse().ok())?,
            what_for: self.what_for.get_untracked(),
            frequency: self.frequency.with_untracked(|f| f.parse().ok())?,
            first_on: self.first_on.get_untracked()?,
            ends_on: self.ends_on.get_untracked(),
            charge_day: small(number(self.charge_day)),
            due,
        })
    }
    /// When the first period would be charged and due, as it is typed.
    fn in_words(self) -> Option<String> {
        self.first_on.track();
        self.charge_day.track();
        self.due_kind.track();
        self.due_value.track();
        let terms = self.read().filter(|terms| terms.flaws().is_empty())?;
        let charge = day_of_month(terms.first_on, terms.charge_day);
        let due = terms.due.due_on(charge)?;
        Some(t::levies::due_preview(format::date(charge), format::date(due)))
    }
}

/// The fields. `fixed`: it was charged, so kind, frequency and first period stay.
#[component]
pub fn TermsFields(
    terms: Terms,
    #[prop(into)] problem: Signal<Option<Problem>>,
    #[prop(optional)] fixed: bool,
) -> impl IntoView {
    let kind_before = StoredValue::new(terms.kind.get_untracked());
    Effect::new(move |_| {
        // The words follow the kind until somebody has written their own.
        let now = terms.kind.get();
        let word = |k: &str| k.parse().map(words::kind).unwrap_or_default().to_owned();
        let before = kind_before.get_value();
        if now != before && terms.what_for.with_untracked(|w| *w == word(&before) || w.is_empty()) {
            terms.what_for.set(word(&now));
        }
        kind_before.set_value(now);
    });
    let due_kinds = Signal::derive(|| {
        vec![
            ("on_day".to_owned(), t::levies::due_on_day().to_owned()),
            ("after_days".to_owned(), t::levies::due_after().to_owned()),
        ]
    });
    let due_label = move || {
        if terms.due_kind.with(|k| k == "on_day") {
            t::levies::due_day()
        } else {
            t::levies::due_days()
        }
    };
    view! {
        <Select label=t::levies::kind value=terms.kind options=Signal::derive(words::kinds) disabled=fixed problem pointer="/kind" error=words::fault(problem, "/kind")/>
        <TextInput label=t::levies::what_for value=terms.what_for required=true problem pointer="/what_for" maxlength=200 hint=t::levies::what_for_hint/>
        <Select label=t::levies::frequency value=terms.frequency options=Signal::derive(words::frequencies) disabled=fixed problem pointer="/frequency" error=words::fault(problem, "/frequency")/>
        <TextInput label=t::levies::charge_day value=terms.charge_day required=true problem pointer="/charge_day" inputmode="numeric" hint=t::levies::charge_day_hint/>
        <DateInput label=t::levies::first_on value=terms.first_on required=true problem pointer="/first_on" error=words::fault(problem, "/first_on")/>
        <DateInput label=t::levies::ends_on value=terms.ends_on problem pointer="/ends_on" hint=t::levies::ends_on_hint error=words::fault(problem, "/ends_on")/>
        <Select label=t::levies::due value=terms.due_kind options=due_kinds/>
        <TextInput label=due_label value=terms.due_value required=true problem pointer="/due" inputmode="numeric"/>
        <p class="span-all soft levies-preview" role="status">{move || terms.in_words()}</p>
    }
    .into_any()
}

/// A new charge for a unit, or another version of one.
#[component]
pub fn LevyDialog(
    open: RwSignal<bool>,
    unit: UnitId,
    currency: Currency,
    today: chrono::NaiveDate,
    known: Option<Levy>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let save = Act::new();
    let title = known.as_ref().map_or_else(
        || t::levies::new().to_owned(),
        |l| t::levies::edit_of(l.what_for.clone(), l.unit_code.clone()),
    );
    let known = StoredValue::new(known);
    view! {
        <Dialog open title=title class="dialog-wide" locked=save.busy()>
            <LevyForm open unit currency today known=known.get_value() save on_saved/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn LevyForm(
    open: RwSignal<bool>,
    unit: UnitId,
    currency: Currency,
    today: chrono::NaiveDate,
    known: Option<Levy>,
    save: Act,
    on_saved: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    save.clear();
    let terms = Terms::of(known.as_ref(), today);
    let amount = RwSignal::new(String::new());
    let fixed = known.as_ref().is_some_and(|l| l.charged_until.is_some());
    let target = known.map(|l| (l.id, l.version));
    let key = new_key();
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let Some(read) = terms.read() else {
            let mut flaws = kept_shared::flaws::Flaws::default();
            flaws.add("/first_on", "required");
            acceptable(save, flaws);
            return;
        };
        let typed = amount_of(&amount.get_untracked(), currency);
        let mut flaws = read.clone().tidied().flaws();
        if target.is_none() {
            match typed {
                Some(amount) => amount_flaws(&mut flaws, "/amount", amount, currency),
                None => {
                    flaws.add("/amount", "required");
                }
            }
        }
        if !acceptable(save, flaws) {
            return;
        }
        let (key, new) = (
            key.clone(),
            NewLevy {
                terms: read,
                amount: typed.unwrap_or(Money::zero(currency)),
            },
        );
        let work = async move {
            match target {
                Some((id, version)) => api.edit_levy(id, version, new.terms).await.map(|l| l.value),
                None => api.create_levy(unit, new, key).await,
            }
        };
        save.run(work, move |_| {
            open.set(false);
            toasts.good(t::levies::saved());
            on_saved.run(());
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <div class="form-grid">
                    <TermsFields terms problem=save.problem() fixed/>
                    {target.is_none().then(|| view! { <MoneyInput label=t::levies::each value=amount currency required=true problem=save.problem() pointer="/amount"/> })}
                </div>
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
