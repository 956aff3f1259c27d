//! The time line of a claim: what happened to it and its entries, latest first.

use crate::kernel::{api::use_api, format, i18n::t, load};
use crate::ledger::{type_words, use_changes};
use crate::ui::{Card, Choice, Empty, Loading, ProblemPanel, SegmentedControl, SkeletonKind, Timeline, TimelineEntry};
use kept_shared::claims::{Claim, ClaimStep};
use kept_shared::journal::{JournalFilter, JournalLine, Pick};
use kept_shared::ledger::EntryType;
use leptos::prelude::*;
use leptos_router::components::A;

fn step(n: usize, s: &ClaimStep) -> TimelineEntry {
    let (icon, tone, title) = match s.what.as_str() {
        "claim_resolved" => ("circle-check", "good", t::claims::step_resolved()),
        "claim_reopened" => ("refresh-cw", "warn", t::claims::step_reopened()),
        "claim_deleted" => ("trash-2", "bad", t::claims::step_deleted()),
        "claim_recreated" => ("undo-2", "info", t::claims::step_recreated()),
        "claims_related" => ("link", "info", t::claims::step_related()),
        _ => ("pencil", "neutral", t::claims::step_changed()),
    };
    TimelineEntry {
        key: format!("step{n}{}", s.at),
        icon,
        tone,
        title: title.to_owned(),
        when: format::instant(s.at),
        iso: s.at.to_rfc3339(),
        text: s.reason.clone(),
        by: Some(s.by.clone()),
    }
}

fn entry(line: &JournalLine) -> TimelineEntry {
    let (icon, tone) = match line.kind {
        EntryType::Invoice => ("receipt", "neutral"),
        EntryType::Payment => ("banknote", "good"),
        EntryType::Chargeback => ("undo-2", "bad"),
        EntryType::Fee | EntryType::Interest => ("percent", "warn"),
        EntryType::Adjustment => ("sliders-horizontal", "info"),
        EntryType::Discount | EntryType::WriteOff => ("minus", "violet"),
    };
    let said = [Some(line.description.clone()), line.reason.clone()];
    TimelineEntry {
        key: format!("{}{:?}", line.id, line.reversed_by_no),
        icon,
        tone,
        title: format!("{} {}", type_words(line.kind), format::money(line.amount)),
        when: format::date(line.date),
        iso: line.date.to_string(),
        text: Some(said.into_iter().flatten().collect::<Vec<_>>().join("\n")),
        by: line.by.clone(),
    }
}

#[component]
pub(super) fn History(claim: Claim) -> impl IntoView {
    let (api, changes) = (use_api(), use_changes());
    let (account, id) = (claim.account_id, claim.line.id);
    let found = load(move || {
        changes.track();
        let filter = JournalFilter {
            claim: vec![Pick::Of(id.0)],
            limit: Some(200),
            ..JournalFilter::default()
        };
        async move { api.journal(account, &filter).await }
    });
    let which = RwSignal::new("all".to_owned());
    let choices = vec![
        Choice::new("all", t::claims::line_all),
        Choice::new("entries", t::claims::line_entries),
        Choice::new("steps", t::claims::line_steps),
    ];
    let steps = StoredValue::new(claim.history);
    let entries = Signal::derive(move || {
        let lines = found.get().map(|p| p.items).unwrap_or_default();
        let (entries, with_steps) = which.with(|w| (w != "steps", w != "entries"));
        let mut all: Vec<(String, TimelineEntry)> = vec![];
        if entries {
            all.extend(lines.iter().map(|l| (l.posted_at.to_rfc3339(), entry(l))));
        }
        if with_steps {
            steps.with_value(|steps| {
                all.extend(steps.iter().enumerate().map(|(n, s)| (s.at.to_rfc3339(), step(n, s))));
            });
        }
        // By the instant they were made; what was made together stays in its order.
        all.sort_by(|a, b| b.0.cmp(&a.0));
        all.into_iter().map(|(_, e)| e).collect::<Vec<_>>()
    });
    let actions = move || {
        let href = format!("/accounts/{account}?tab=journal&claim={id}");
        view! { <SegmentedControl label=t::claims::line_show value=which choices=choices.clone()/><A href=href attr:class="btn btn-ghost btn-sm">{t::claims::in_journal}</A> }.into_any()
    };
    view! {
        <Card title=t::claims::time_line actions=ViewFn::from(actions)>
            {move || match (found.problem.get(), found.value.with(Option::is_some)) {
                (Some(problem), _) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any(),
                (None, false) => view! { <Loading kind=SkeletonKind::Lines rows=6/> }.into_any(),
                (None, true) if entries.with(Vec::is_empty) => view! { <Empty title=t::claims::line_empty icon="history" class="empty-sm"/> }.into_any(),
                (None, true) => view! { <Timeline entries/> }.into_any(),
            }}
        </Card>
    }
    .into_any()
}
