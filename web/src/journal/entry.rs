//! One entry with everything about it: who, when, why, what stands against it and how that came to be.

use super::panel::{Show, marks, state};
use crate::kernel::i18n::t;
use crate::kernel::{Load, api::use_api, format, load, use_session};
use crate::ledger::{Brief, context_words, figure, method_words, type_words, use_changes};
use crate::payments::AllocateDialog;
use crate::postings::{ReverseDialog, Reversing};
use crate::ui::{Button, Drawer, Empty, Icon, Loading, Pill, ProblemPanel, SkeletonKind};
use kept_shared::accounts::Account;
use kept_shared::journal::{JournalLine, PartBy};
use kept_shared::money::Money;
use kept_shared::payments::{AllocationRow, EntryAllocations};
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub(super) fn EntryDrawer(
    account: Load<Account>,
    line: JournalLine,
    show: Show,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let (api, session, changes) = (use_api(), use_session(), use_changes());
    let id = line.id;
    let against = load(move || {
        changes.track();
        api.entry_allocations(id)
    });
    let (reversing, allocating) = (RwSignal::new(false), RwSignal::new(false));
    let done = Callback::new(move |()| changes.tell());
    let stands = line.reversed_by_id.is_none() && line.reverses_id.is_none();
    let may_reverse = session.may(Permission::PostLedger) && stands;
    let may_allocate = session.may(Permission::Allocate) && stands && line.amount.minor < 0;
    let asked = Reversing::of(&line);
    let foot = move || {
        view! {
            {may_allocate.then(|| view! { <Button label=t::journal::reallocate icon="layers" on_click=move |_| allocating.set(true)/> })}
            {may_reverse.then(|| view! { <Button label=t::journal::reverse icon="undo-2" on_click=move |_| reversing.set(true)/> })}
        }
        .into_any()
    };
    let foot = (may_reverse || may_allocate).then(|| ViewFn::from(foot));
    let title = t::journal::entry_title(line.no, type_words(line.kind));
    let subtitle = line.description.clone();
    let body = view! {
        <div class="balance"><div><span>{if line.amount.minor < 0 { t::journal::credit() } else { t::journal::debit() }}</span>
            <strong class:credit=line.amount.minor < 0>{format::money(line.amount)}</strong></div>
            <span class="row wrap">{state(&line)}{marks(&line, show)}</span></div>
        <Facts line=line.clone()/>
        {move || match (against.problem.get(), against.get()) {
            (Some(problem), _) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| against.reload()/> }.into_any(),
            (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=5/> }.into_any(),
            (None, Some(a)) => view! { <Against a/> }.into_any(),
        }}
        <ReverseDialog open=reversing account asked on_done=done/>
        <AllocateDialog open=allocating credit=id on_done=done/>
    };
    match foot {
        Some(foot) => view! { <Drawer title subtitle class="drawer-over" on_close foot>{body}</Drawer> }.into_any(),
        None => view! { <Drawer title subtitle class="drawer-over" on_close>{body}</Drawer> }.into_any(),
    }
}

#[component]
fn Facts(line: JournalLine) -> impl IntoView {
    let row = |label: &'static str, value: Option<String>| value.map(|v| view! { <dt>{label}</dt><dd>{v}</dd> });
    let claim = line.claim_id.zip(line.claim.clone());
    view! {
        <dl class="dl">
            {row(t::journal::date(), Some(format::date_long(line.date)))}
            {row(t::journal::due(), line.due_on.map(format::date_long))}
            {claim.map(|(id, claim)| view! { <dt>{t::journal::claim}</dt><dd><A href=format!("/claims/{id}")>{claim}</A></dd> })}
            {row(t::journal::product(), line.product.clone())}
            {row(t::journal::context(), Some(context_words(line.context).to_owned()))}
            {row(t::journal::method(), line.payment_method.as_deref().map(method_words))}
            {row(t::journal::reference(), line.reference.clone())}
            {row(t::journal::reason(), line.reason.clone())}
            {row(t::journal::balance_after(), Some(format::money(line.balance)))}
            {row(t::journal::posted(), Some(format::instant(line.posted_at)))}
            {row(t::journal::posted_by(), Some(line.by.clone().unwrap_or_else(|| t::journal::by_nobody().to_owned())))}
            {row(t::journal::approved_by(), line.approved_by.clone())}
        </dl>
    }
    .into_any()
}

/// What stands against the entry now, and every allocation row there ever was.
#[component]
fn Against(a: EntryAllocations) -> impl IntoView {
    let credit = a.entry.amount.minor < 0;
    let none = a.parts.is_empty();
    let open = a.open;
    let title = if credit {
        t::journal::pays()
    } else {
        t::journal::paid_by()
    };
    let parts = a
        .parts
        .into_iter()
        .map(|p| {
            let by = match p.by {
                PartBy::Allocation => None,
                PartBy::SetOff => {
                    Some(view! { <span class="row soft"><Pill tone="neutral" label=t::journal::by_set_off/></span> })
                }
            };
            view! { <li><Brief entry=p.entry/><span class="num nowrap">{format::amount(p.amount)}</span>{by}</li> }
        })
        .collect_view();
    let history = (!a.history.is_empty()).then(|| {
        let entry = a.entry.id;
        let count = a.history.len();
        let rows = a.history.into_iter().map(move |row| view! { <Row row entry/> }).collect_view();
        view! {
            <details class="journal-history"><summary>{t::journal::history(count)}</summary><ol class="ledger-parts">{rows}</ol></details>
        }
    });
    view! {
        <section>
            <h3>{title}</h3>
            {none.then(|| view! { <Empty title=if credit { t::journal::pays_nothing } else { t::journal::paid_by_nothing } icon="layers" class="empty-sm"/> })}
            <ul class="ledger-parts">{parts}
                <li class="ledger-total"><span>{if credit { t::journal::left_of_it() } else { t::journal::open() }}</span><span class="num nowrap" class:credit=open.minor < 0>{format::money(open)}</span></li></ul>
            {history}
        </section>
    }
    .into_any()
}

#[component]
fn Row(row: AllocationRow, entry: kept_shared::ids::EntryId) -> impl IntoView {
    let other = if row.credit.id == entry { row.debit } else { row.credit };
    let back = row.amount.minor < 0;
    let who = [Some(format::instant(row.made_at)), row.by, row.reason]
        .into_iter()
        .flatten();
    let amount = Money::new(row.amount.minor, row.amount.currency);
    view! {
        <li>
            <span class="ledger-brief">
                <span>{if back { t::journal::taken_back(other.no) } else { t::journal::set_against(other.no) }}" · "{type_words(other.kind)}" · "{format::date(row.on)}</span>
                <small><Icon name="history" size=12/>" "{who.collect::<Vec<_>>().join(" · ")}</small>
            </span>
            <span class="num nowrap">{figure(amount)}</span>
        </li>
    }
    .into_any()
}
