//! Choosing customers for a line by hand, splitting it over several, and leaving lines out.

use super::words;
use crate::accounts::AccountPicker;
use crate::kernel::{
    Load,
    act::Act,
    api::{new_key, use_api},
    format,
    i18n::{flaw_text, t::bank_statements as t},
    load,
};
use crate::ui::{Button, ButtonKind, Dialog, MoneyInput, Pill, ProblemNote, Select, TextInput, amount_of, use_toasts};
use kept_shared::bank_statements::{AssignLine, BankLine, BankStatement, Candidate, IgnoreLines, LinePart, MAX_REASON};
use kept_shared::claims::{ClaimFilter, ClaimLine};
use kept_shared::ids::{AccountId, BankLineId, ClaimId, CommunityId, EntryId};
use kept_shared::money::{Currency, Money};
use kept_shared::problem::FieldProblem;
use leptos::prelude::*;

/// One customer and their part.
#[derive(Clone, Copy)]
struct Part {
    key: u32,
    account: RwSignal<Option<(AccountId, String)>>,
    amount: RwSignal<String>,
    /// The claim it is for; empty: by the rules of the community.
    claim: RwSignal<String>,
}

impl Part {
    /// Whether a customer gets something; tracked.
    fn is_whole(self, currency: Currency) -> bool {
        let amount = self.amount.with(|text| amount_of(text, currency));
        self.account.with(Option::is_some) && amount.is_some_and(|m| m.minor > 0)
    }
    /// What is wrong with the amount of a customer who is chosen; what cannot be read says so itself.
    fn fault(self, currency: Currency) -> Option<String> {
        self.account.with(Option::is_some).then_some(())?;
        let blank = self.amount.with(|text| text.trim().is_empty());
        let code = match self.amount.with(|text| amount_of(text, currency)) {
            None if blank => "required",
            Some(m) if m.minor <= 0 => "not_positive",
            None | Some(_) => return None,
        };
        Some(flaw_text(&FieldProblem::new("/amount", code)))
    }
}

#[component]
pub(super) fn ChooseDialog(
    line: BankLine,
    chosen: RwSignal<Option<BankLine>>,
    community: Option<CommunityId>,
    on_done: Callback<()>,
) -> impl IntoView {
    let (api, toasts, act) = (use_api(), use_toasts(), Act::new());
    let open = RwSignal::new(true);
    Effect::new(move |_| {
        if !open.get() {
            chosen.set(None);
        }
    });
    let whole = line.amount;
    let outgoing = whole.minor < 0;
    let next = StoredValue::new(1_u32);
    let part = move |account: Option<(AccountId, String)>, minor: i64, claim: Option<ClaimId>| {
        let key = next.get_value();
        next.set_value(key + 1);
        Part {
            key,
            account: RwSignal::new(account),
            amount: RwSignal::new(Money::new(minor, whole.currency).to_plain()),
            claim: RwSignal::new(claim.map(|c| c.to_string()).unwrap_or_default()),
        }
    };
    let parts = RwSignal::new(vec![part(None, whole.minor, None)]);
    let sum = move || {
        parts
            .get()
            .iter()
            .filter_map(|p| amount_of(&p.amount.get(), whole.currency))
            .map(|m| m.minor)
            .sum::<i64>()
    };
    let left = move || Money::new(whole.minor - sum(), whole.currency);
    let id = line.id;
    let send = move |order: AssignLine| {
        if !crate::kernel::act::acceptable(act, order.flaws(whole)) {
            return;
        }
        let key = new_key();
        act.run(
            async move {
                api.post::<BankLine>(&format!("/bank-lines/{id}/assign"), &order, &key)
                    .await
            },
            move |done| {
                open.set(false);
                toasts.good(t::confirmed_toast("1", format::money(done.amount)));
                on_done.run(());
            },
        );
    };
    let save = move |_| {
        let order = AssignLine {
            parts: parts
                .get_untracked()
                .iter()
                .filter_map(|p| {
                    let (account_id, _) = p.account.get_untracked()?;
                    let amount = amount_of(&p.amount.get_untracked(), whole.currency)?;
                    Some(LinePart {
                        account_id,
                        amount,
                        claim_id: p.claim.get_untracked().parse().ok(),
                    })
                })
                .collect(),
            returns: None,
        };
        send(order);
    };
    let pick = move |c: &Candidate| {
        let (id, name) = (c.account_id, format!("{} ({})", c.name, c.reference));
        let (tone, word) = words::confidence(c.confidence);
        let (shown, why, reverses) = (name.clone(), words::reasons(&c.reasons), c.reverses);
        let claim = c.claim.as_ref().map(|claim| claim.id);
        let owes = words::owes(c.owed);
        let take = move |_| match reverses {
            Some(entry) => send(returned(entry)),
            None => parts.set(vec![part(Some((id, name.clone())), whole.minor, claim)]),
        };
        view! { <li><button type="button" class="menu-item bank_statements-candidate" on:click=take>
        <span class="bank_statements-text"><b>{shown}</b><small class="soft">{why}" · "{owes}</small></span><Pill tone=tone label=word/></button></li> }
    };
    let none = line.candidates.is_empty();
    let proposed = StoredValue::new(line.candidates.clone());
    let text = [
        line.counterparty_name.clone().unwrap_or_default(),
        line.text.clone(),
        line.reference.clone().unwrap_or_default(),
    ];
    let text: Vec<String> = text.into_iter().filter(|x| !x.is_empty()).collect();
    let (text, heading) = (
        StoredValue::new(text.join(" · ")),
        StoredValue::new(format!("{} · {}", format::date(line.booked_on), format::money(whole))),
    );
    let community = Signal::derive(move || community);
    view! {
        <Dialog open title=if outgoing { t::choose_payment } else { t::choose_customer } locked=act.busy()>
            <div class="dialog-main">
                <div class="dialog-body stack-4">
                    <p class="lead"><b>{heading.get_value()}</b><br/><span class="soft">{text.get_value()}</span></p>
                    {(!none).then(|| view! { <ul class="bank_statements-candidates">{proposed.with_value(|all| all.iter().map(pick).collect_view())}</ul> })}
                    {(outgoing && none).then(|| view! { <p class="soft">{t::nothing_to_return}</p> })}
                    <Show when=move || !outgoing>
                        <For each=move || parts.get() key=|p| p.key let:p>
                            <div class="bank_statements-part">
                                <div class="bank_statements-who"><AccountPicker label=t::customer chosen=p.account community=community problem=act.problem() pointer="/parts"/></div>
                                <MoneyInput label=t::part value=p.amount currency=whole.currency required=true error=Signal::derive(move || p.fault(whole.currency))/>
                                <ClaimOf part=p/>
                                <Show when=move || { parts.with(Vec::len) > 1 }>
                                    <Button label=t::remove_part kind=ButtonKind::Ghost icon="x" on_click=move |_| parts.update(|all| all.retain(|x| x.key != p.key))/>
                                </Show>
                            </div>
                        </For>
                        <div class="row wrap">
                            <Button label=t::split icon="plus" on_click=move |_| { let rest = left().minor.max(0); parts.update(|all| all.push(part(None, rest, None))); }/>
                            <span class="soft">{move || t::left(format::money(left()))}</span>
                        </div>
                    </Show>
                    <ProblemNote problem=act.problem()/>
                </div>
                <div class="dialog-foot">
                    <Button label=t::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                    <Show when=move || !outgoing>
                        <Button label=t::confirm busy=act.busy() kind=ButtonKind::Primary icon="check" on_click=save
                            disabled=Signal::derive(move || !left().is_zero() || parts.with(|all| !all.iter().all(|p| p.is_whole(whole.currency))))/>
                    </Show>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Which of the customer's open claims a part is for.
#[component]
fn ClaimOf(part: Part) -> impl IntoView {
    let api = use_api();
    let account = Memo::new(move |_| part.account.with(|a| a.as_ref().map(|a| a.0)));
    let claims: Load<Vec<ClaimLine>> = load(move || {
        let account = account.get();
        async move {
            let Some(account) = account else { return Ok(vec![]) };
            let filter = ClaimFilter {
                open: Some(true),
                limit: Some(200),
                ..ClaimFilter::default()
            };
            Ok(api.claims(account, &filter).await?.items)
        }
    });
    Effect::new(move |before: Option<Option<AccountId>>| {
        let now = account.get();
        // Another customer has other claims.
        if before.is_some_and(|before| before != now) {
            part.claim.set(String::new());
        }
        now
    });
    let options = Signal::derive(move || {
        let words = |c: &ClaimLine| {
            (
                c.id.to_string(),
                format!("{} · {}", c.reference, format::money(c.totals.open)),
            )
        };
        claims.get().unwrap_or_default().iter().map(words).collect::<Vec<_>>()
    });
    view! {
        <Show when=move || account.get().is_some() && options.with(|all| !all.is_empty())>
            <Select label=t::pays hint=t::pays_hint value=part.claim options empty=t::pays_by_rules/>
        </Show>
    }
    .into_any()
}

fn returned(entry: EntryId) -> AssignLine {
    AssignLine {
        parts: vec![],
        returns: Some(entry),
    }
}

#[component]
pub(super) fn IgnoreDialog(
    lines: RwSignal<Vec<BankLineId>>,
    path: String,
    statement: Load<BankStatement>,
) -> impl IntoView {
    let (api, act) = (use_api(), Act::new());
    let open = RwSignal::new(true);
    Effect::new(move |_| {
        if !open.get() {
            lines.set(vec![]);
        }
    });
    let (reason, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let options = Signal::derive(|| {
        words::BY_HAND
            .iter()
            .map(|r| (r.to_string(), words::ignore(*r).to_owned()))
            .collect::<Vec<_>>()
    });
    let path = StoredValue::new(path);
    let send = move |_| {
        let Ok(reason) = reason.get_untracked().parse() else {
            return;
        };
        let order = IgnoreLines {
            lines: lines.get_untracked(),
            reason,
            note: kept_shared::text::tidy(Some(note.get_untracked())),
        };
        if !crate::kernel::act::acceptable(act, order.flaws()) {
            return;
        }
        let (path, key) = (path.get_value(), new_key());
        act.run(
            async move { api.post::<BankStatement>(&path, &order, &key).await },
            move |s| {
                open.set(false);
                statement.set(s);
            },
        );
    };
    view! {
        <Dialog open title=t::leave_out_title class="dialog-narrow" locked=act.busy()>
            <div class="dialog-main">
                <div class="dialog-body stack-4">
                    <p class="lead">{move || t::leave_out_text(lines.with(Vec::len))}</p>
                    <Select label=t::why value=reason options empty=t::choose_reason required=true problem=act.problem() pointer="/reason"/>
                    <TextInput label=t::note value=note maxlength=MAX_REASON as u32 problem=act.problem() pointer="/note"/>
                    <ProblemNote problem=act.problem()/>
                </div>
                <div class="dialog-foot">
                    <Button label=t::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                    <Button label=t::leave_out busy=act.busy() kind=ButtonKind::Primary disabled=Signal::derive(move || reason.with(String::is_empty)) on_click=send/>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}
