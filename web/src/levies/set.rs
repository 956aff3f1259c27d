//! One charge for all units of a community: terms and amounts, then what it comes to for each unit, then done.

use super::form::{Terms, TermsFields};
use super::words;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{day, format, i18n::t, load};
use crate::ui::*;
use kept_shared::flaws::Flaws;
use kept_shared::ids::CommunityId;
use kept_shared::levies::*;
use kept_shared::money::Currency;
use leptos::{ev, prelude::*};

#[component]
pub fn SetDialog(open: RwSignal<bool>, community: CommunityId, on_saved: Callback<()>) -> impl IntoView {
    let api = use_api();
    let act = Act::new();
    let place = load(move || api.community(community));
    view! {
        <Dialog open title=t::levies::set_title class="dialog-wide" locked=act.busy()>
            {move || match (place.problem.get(), place.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem retry=move |()| place.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
                (None, Some(c)) => view! { <SetForm open community currency=c.currency act on_saved/> }.into_any(),
            }}
        </Dialog>
    }
    .into_any()
}

fn spreads() -> Vec<Choice> {
    vec![
        Choice::new("each", t::levies::spread_each),
        Choice::new("quota", t::levies::spread_quota).hint(t::levies::spread_quota_hint),
        Choice::new("raise", t::levies::spread_raise).hint(t::levies::spread_raise_hint),
    ]
}

#[component]
fn SetForm(
    open: RwSignal<bool>,
    community: CommunityId,
    currency: Currency,
    act: Act,
    on_saved: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    act.clear();
    let terms = Terms::of(None, day::today_here());
    let spread = RwSignal::new("each".to_owned());
    let (amount, percent) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // What was previewed, and what was asked: exactly that is written.
    let preview = RwSignal::new(None::<(SetLevies, LeviesSet)>);
    let key = StoredValue::new(new_key());
    let wish = move || {
        let mut flaws = Flaws::default();
        let money = amount_of(&amount.get_untracked(), currency);
        let spread = match spread.get_untracked().as_str() {
            "raise" => Some(Spread::Raise(percent.get_untracked().trim().replace(',', "."))),
            "quota" => money.map(Spread::ByQuota),
            _ => money.map(Spread::Each),
        };
        flaws.when(spread.is_none(), "/spread", "required");
        let terms = terms.read();
        flaws.when(terms.is_none(), "/first_on", "required");
        let wish = terms.zip(spread).map(|(terms, spread)| SetLevies {
            terms: terms.tidied(),
            spread,
        });
        if let Some(wish) = &wish {
            flaws.0.extend(wish.flaws(currency).0);
        }
        acceptable(act, flaws).then_some(wish).flatten()
    };
    let look = move || {
        let Some(wish) = wish() else { return };
        let asked = wish.clone();
        act.run(api.preview_levies(community, wish, new_key()), move |set| {
            preview.set(Some((asked, set)))
        });
    };
    let write = move || {
        let Some((wish, _)) = preview.get_untracked() else {
            return;
        };
        act.run(
            api.set_levies(community, wish, key.get_value()),
            move |set: LeviesSet| {
                open.set(false);
                toasts.good(t::levies::set_done(set.items.len()));
                on_saved.run(());
            },
        );
    };
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        if preview.with_untracked(Option::is_some) {
            write()
        } else {
            look()
        }
    };
    let amount_label = move || {
        if spread.with(|s| s == "quota") {
            t::levies::budget()
        } else {
            t::levies::each()
        }
    };
    let shown = move || preview.get().map(|(_, set)| set);
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <div class="stack-4" hidden=move || shown().is_some()>
                    <p class="soft">{t::levies::set_text}</p>
                    <div class="form-grid">
                        <TermsFields terms problem=act.problem()/>
                        <RadioGroup legend=t::levies::spread value=spread choices=spreads() class="span-all"/>
                        {move || if spread.with(|s| s == "raise") {
                            view! { <TextInput label=t::levies::percent value=percent required=true problem=act.problem() pointer="/spread" inputmode="decimal" error=words::fault(act.problem(), "/spread")/> }.into_any()
                        } else {
                            view! { <MoneyInput label=amount_label value=amount currency required=true problem=act.problem() pointer="/spread"/> }.into_any()
                        }}
                    </div>
                    {move || words::fault(act.problem(), "/spread").get().map(|text| view! { <Callout tone="bad"><p>{text}</p></Callout> })}
                </div>
                {move || shown().map(outcome)}
                <ProblemNote problem=act.problem()/>
            </div>
            <div class="dialog-foot">
                {move || if shown().is_some() {
                    view! { <Button label=t::levies::back disabled=act.busy() on_click=move |_| preview.set(None)/> }.into_any()
                } else {
                    view! { <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/> }.into_any()
                }}
                <SubmitButton busy=act.busy() label=move || shown().map_or_else(|| t::levies::preview().to_owned(), |set| t::levies::set_go(set.items.len()))/>
            </div>
        </form>
    }
    .into_any()
}

/// What a setting comes to for each unit.
fn outcome(set: LeviesSet) -> AnyView {
    let count = |n: u64| format::count(usize::try_from(n).unwrap_or(usize::MAX));
    let rows = set
        .items
        .iter()
        .map(|u| {
            let quota = u.participation_quota.clone().map_or_else(|| "–".to_owned(), |q| format!("{q}%"));
            let before = u.before.map_or_else(|| "–".to_owned(), format::money);
            view! { <tr><th scope="row">{u.unit_code.clone()}</th><td class="num">{quota}</td><td class="num">{before}</td><td class="num"><b>{format::money(u.amount)}</b></td></tr> }
        })
        .collect_view();
    view! {
        <p role="status">{t::levies::set_summary(count(set.created), count(set.changed), count(set.unchanged))}</p>
        <div class="table-wrap levies-scroll" tabindex="0">
            <table class="table table-tight">
                <thead><tr><th scope="col">{t::levies::unit}</th><th scope="col" class="num">{t::levies::quota}</th><th scope="col" class="num">{t::levies::before}</th><th scope="col" class="num">{t::levies::after}</th></tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row">{t::levies::total}</th><td></td><td></td><td class="num"><b>{format::money(set.total)}</b></td></tr></tfoot>
            </table>
        </div>
    }
    .into_any()
}
