//! The lines: dense rows with the proposal, walked with the arrow keys, ticked with Space, confirmed with Enter.

use super::{page::Deeds, words};
use crate::kernel::{format, i18n::t::bank_statements as t, pages::Pages};
use crate::ui::{Button, ButtonKind, IconButton, Pill};
use kept_shared::bank_statements::{BankLine, ConfirmLines, LinePosting, LineState};
use kept_shared::ids::BankLineId;
use leptos::{ev, html, prelude::*};
use leptos_router::components::A;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;

#[component]
pub(super) fn Rows(lines: Pages<BankLine>, ticked: RwSignal<BTreeSet<BankLineId>>, deeds: Deeds) -> impl IntoView {
    let body = NodeRef::<html::Tbody>::new();
    let to_row = move |e: &ev::KeyboardEvent, down: bool| {
        let Some(row) = e.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else {
            return;
        };
        let next = if down {
            row.next_element_sibling()
        } else {
            row.previous_element_sibling()
        };
        if let Some(next) = next.and_then(|n| n.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _focused = next.focus();
        }
    };
    // Rows are walked like a list; the keys a row does not know are left to the page.
    let walk = move |e: &ev::KeyboardEvent| {
        match e.key().as_str() {
            "ArrowDown" | "j" => to_row(e, true),
            "ArrowUp" | "k" => to_row(e, false),
            _ => return false,
        }
        true
    };
    let key = move |e: ev::KeyboardEvent, line: &BankLine| {
        // A button inside the row keeps its own keys.
        let own = e
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|t| t.tag_name() == "TR");
        if !own {
            return;
        }
        if walk(&e) {
            e.prevent_default();
            return;
        }
        if !deeds.may.get_untracked() {
            return;
        }
        match e.key().as_str() {
            " " if is_open(line) => {
                e.prevent_default();
                toggle(ticked, line.id);
            }
            "Enter" if line.state == LineState::Suggested => {
                e.prevent_default();
                deeds.confirm.run(only(line.id));
                // The confirmed row is drawn anew; the next one is the next to be looked at.
                to_row(&e, true);
            }
            "Enter" | "c" if is_open(line) => {
                e.prevent_default();
                deeds.choose.run(line.clone());
            }
            "x" if is_open(line) => {
                e.prevent_default();
                deeds.ignore.run(vec![line.id]);
            }
            _ => {}
        }
    };
    let shown = move || lines.rows().with(Vec::len);
    let tickable = move || {
        lines.rows().with(|rows| {
            rows.iter()
                .filter(|l| is_open(l))
                .map(|l| l.id)
                .collect::<BTreeSet<_>>()
        })
    };
    let all = move || !tickable().is_empty() && ticked.get() == tickable();
    view! {
        <div class="table-wrap">
            <table class="table table-cards bank_statements-lines">
                <caption class="sr">{t::lines_caption}</caption>
                <thead><tr>
                    <Show when=move || deeds.may.get()>
                        <th scope="col" class="bank_statements-tick"><input type="checkbox" aria-label=t::tick_all prop:checked=all
                            on:change=move |_| ticked.set(if all() { BTreeSet::new() } else { tickable() })/></th>
                    </Show>
                    <th scope="col">{t::col_date}</th><th scope="col">{t::col_text}</th>
                    <th scope="col" class="num">{t::col_amount}</th><th scope="col">{t::col_customer}</th><th scope="col">{t::col_state}</th>
                    <th scope="col"><span class="sr">{t::col_actions}</span></th>
                </tr></thead>
                <tbody node_ref=body>
                    <For each=move || lines.rows().get() key=shown_as let:line>
                        {row(line, ticked, deeds, key)}
                    </For>
                </tbody>
            </table>
            <div class="table-foot">
                <span>{move || t::lines_shown(shown())}</span>
                <span class="faint bank_statements-keys">{t::keys_hint}</span>
                <Show when=move || lines.has_more().get()><Button label=t::more busy=lines.loading_more on_click=move |_| lines.more()/></Show>
            </div>
        </div>
    }
    .into_any()
}

/// What a row shows of the decision on it: a row that shows something else is another row.
fn shown_as(line: &BankLine) -> impl Eq + std::hash::Hash + 'static + use<> {
    let best = line.candidates.first();
    let claim = best.and_then(|c| c.claim.as_ref().map(|claim| claim.id));
    let reverses = best.and_then(|c| c.reverses);
    (line.id, line.state, line.account_id, line.confidence, claim, reverses)
}

fn is_open(line: &BankLine) -> bool {
    matches!(line.state, LineState::Unmatched | LineState::Suggested)
}

fn only(id: BankLineId) -> ConfirmLines {
    ConfirmLines {
        lines: vec![id],
        confidence: None,
    }
}

fn toggle(ticked: RwSignal<BTreeSet<BankLineId>>, id: BankLineId) {
    ticked.update(|all| {
        if !all.remove(&id) {
            all.insert(id);
        }
    });
}

fn row(
    line: BankLine,
    ticked: RwSignal<BTreeSet<BankLineId>>,
    deeds: Deeds,
    key: impl Fn(ev::KeyboardEvent, &BankLine) + Copy + 'static,
) -> impl IntoView {
    let kept = StoredValue::new(line.clone());
    let id = line.id;
    let title = line.counterparty_name.clone().unwrap_or_default();
    let said = [
        Some(line.text.clone()),
        line.reference.clone().filter(|r| !line.text.contains(r.as_str())),
    ];
    let said: Vec<String> = said
        .into_iter()
        .flatten()
        .filter(|s| !s.is_empty() && *s != title)
        .collect();
    let said = said.join(" · ");
    let (tone, word) = match (line.state, line.confidence) {
        (LineState::Suggested, Some(c)) => words::confidence(c),
        (state, _) => words::line_state(state),
    };
    let outgoing = line.amount.minor < 0;
    let open = is_open(&line);
    view! {
        <tr tabindex="0" class="bank_statements-line" class:bank_statements-decided=!open
            aria-selected=move || ticked.with(|t| t.contains(&id)).to_string() on:keydown=move |e| kept.with_value(|l| key(e, l))>
            <Show when=move || deeds.may.get()>
                <td class="bank_statements-tick">
                    {open.then(|| view! { <input type="checkbox" tabindex="-1" aria-label=t::tick prop:checked=move || ticked.with(|t| t.contains(&id)) on:change=move |_| toggle(ticked, id)/> })}
                </td>
            </Show>
            <td class="nowrap" data-label=t::col_date>{format::date(line.booked_on)}</td>
            <td data-label=t::col_text><span class="bank_statements-text">
                {(!title.is_empty()).then(|| view! { <b class="truncate">{title}</b> })}
                <span class="truncate" title=said.clone()>{said.clone()}</span></span></td>
            <td class="num nowrap" class:bank_statements-out=outgoing data-label=t::col_amount>{format::money(line.amount)}</td>
            <td data-label=t::col_customer>{customer(&line)}</td>
            <td data-label=t::col_state><Pill tone=tone label=word/></td>
            <td class="bank_statements-deeds">{actions(&line, deeds)}</td>
        </tr>
    }
    .into_any()
}

/// Where the journal shows what was posted.
fn journal_of(line: &BankLine, posting: &LinePosting) -> String {
    let kind = if posting.entry_id.is_some() {
        "payment"
    } else {
        "chargeback"
    };
    let day = line.booked_on;
    format!(
        "/accounts/{}?tab=journal&type={kind}&from={day}&to={day}",
        posting.account_id
    )
}

/// The customer proposed and why, the ones it was posted to, or what it is instead.
fn customer(line: &BankLine) -> AnyView {
    if !line.postings.is_empty() {
        let parts = line.postings.iter().map(|p| {
            let (to, name) = (
                format!("/accounts/{}", p.account_id),
                format!("{} · {}", p.name, p.reference),
            );
            let part = (line.postings.len() > 1)
                .then(|| view! { <small class="soft nowrap">{format::money(p.amount)}</small> });
            let kind = if p.entry_id.is_some() { t::payment_link() } else { t::returned_link() };
            let (journal, said) = (journal_of(line, p), t::see_payment(p.name.clone()));
            view! { <li><A href=to>{name}</A>" "{part}" "<small class="bank_statements-link"><A href=journal attr:aria-label=said>{kind}</A></small></li> }
        });
        return view! { <ul class="bank_statements-parts">{parts.collect_view()}</ul> }.into_any();
    }
    if line.state == LineState::Ignored {
        let why = line.ignore_reason.map(words::ignore).unwrap_or_default();
        let same = line.duplicate_of.map(|_| t::duplicate_note().to_owned());
        let note = line
            .note
            .clone()
            .or(same)
            .map(|n| view! { <small class="sub soft">{n}</small> });
        return view! { <span class="soft">{why}</span>{note} }.into_any();
    }
    let best = line
        .account_id
        .and_then(|id| line.candidates.iter().find(|c| c.account_id == id));
    match (best, line.candidates.len()) {
        (Some(c), _) => {
            let who = [Some(c.reference.clone()), c.unit_label.clone()];
            let who: Vec<String> = who.into_iter().flatten().collect();
            let (to, name, why) = (
                format!("/accounts/{}", c.account_id),
                c.name.clone(),
                words::reasons(&c.reasons),
            );
            let owes = words::owes(c.owed);
            let claim = c.claim.clone().map(|claim| {
                let to = format!("/claims/{}", claim.id);
                view! { <small class="bank_statements-link"><A href=to>{t::for_claim(claim.reference)}</A></small> }
            });
            view! { <span class="bank_statements-text"><span><A href=to>{name}</A>" "<span class="mono soft nowrap">{who.join(" · ")}</span></span>
                <small class="soft">{why}" · "{owes}</small>{claim}</span> }
            .into_any()
        }
        (None, 0) => {
            let hint = line.hint.map(words::ignore).unwrap_or_else(|| t::nobody_found());
            view! { <span class="faint">{hint}</span> }.into_any()
        }
        (None, n) => view! { <span class="soft">{t::several(format::count(n))}</span> }.into_any(),
    }
}

fn actions(line: &BankLine, deeds: Deeds) -> AnyView {
    let (id, kept) = (line.id, StoredValue::new(line.clone()));
    let suggested = line.state == LineState::Suggested;
    match line.state {
        LineState::Unmatched | LineState::Suggested => view! {
            <Show when=move || deeds.may.get()>
                <span class="row bank_statements-buttons">
                    {suggested.then(|| view! { <Button label=t::confirm kind=ButtonKind::Primary class="btn-sm" on_click=move |_| deeds.confirm.run(only(id))/> })}
                    <Button label=if suggested { t::change } else { t::choose } class="btn-sm" on_click=move |_| deeds.choose.run(kept.get_value())/>
                    <IconButton icon="eye-off" label=t::leave_out class="btn-sm" on_click=move |_| deeds.ignore.run(vec![id])/>
                </span>
            </Show>
        }
        .into_any(),
        LineState::Ignored => view! {
            <Show when=move || deeds.may_undo.get()><Button label=t::take_up class="btn-sm" on_click=move |_| deeds.restore.run(vec![id])/></Show>
        }
        .into_any(),
        LineState::Confirmed => view! {
            <Show when=move || deeds.may_undo.get()>
                <Button label=t::undo_line icon="undo-2" kind=ButtonKind::Ghost class="btn-sm" on_click=move |_| deeds.undo.run(id)/>
            </Show>
        }
        .into_any(),
        LineState::Undone => ().into_any(),
    }
}
