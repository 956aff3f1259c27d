//! One statement: its figures, what was noticed, and the worklist of its lines.

use super::{
    choose::ChooseDialog,
    choose::IgnoreDialog,
    confirm::{Confirming, confirming},
    list::bar,
    rows::Rows,
    undo::{UndoDialog, UndoLineDialog},
    words,
};
use crate::kernel::{
    Load,
    act::Act,
    api::{new_key, use_api},
    format,
    i18n::{problem_text, t::bank_statements as t},
    load,
    pages::{Pages, pages},
    url::in_url,
    use_session,
};
use crate::ui::{
    Breadcrumbs, Button, ButtonKind, Callout, Choice, Empty, Loading, NoPermission, PageHead, Pill, ProblemPanel,
    SegmentedControl,
};
use kept_shared::bank_statements::{
    BankLine, BankLineFilter, BankStatement, Confidence, ConfirmLines, LineState, RestoreLines, StatementState,
};
use kept_shared::ids::BankLineId;
use kept_shared::money::Money;
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::collections::BTreeSet;

/// What the lines of the page can be asked to do.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    pub confirm: Callback<ConfirmLines>,
    pub choose: Callback<BankLine>,
    pub ignore: Callback<Vec<BankLineId>>,
    pub restore: Callback<Vec<BankLineId>>,
    pub undo: Callback<BankLineId>,
    pub may: Signal<bool>,
    /// Decided lines can be taken back, also of a statement that is done.
    pub may_undo: Signal<bool>,
}

fn filter_of(show: &str) -> (Vec<LineState>, Option<Confidence>) {
    match show {
        "certain" => (vec![LineState::Suggested], Some(Confidence::Certain)),
        "likely" => (vec![LineState::Suggested], Some(Confidence::Likely)),
        "possible" => (vec![LineState::Suggested], Some(Confidence::Possible)),
        "unmatched" => (vec![LineState::Unmatched], None),
        "confirmed" => (vec![LineState::Confirmed], None),
        "ignored" => (vec![LineState::Ignored], None),
        _ => (vec![], None),
    }
}

/// One statement.
#[component]
pub fn OneStatement() -> impl IntoView {
    let (api, params, session) = (use_api(), use_params_map(), use_session());
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let statement: Load<BankStatement> = load(move || {
        let id = id.get();
        async move { api.get(&format!("/bank-statements/{id}")).await }
    });
    let matching = Memo::new(move |_| statement.get().is_some_and(|s| s.state == StatementState::Matching));
    Effect::new(move |_| {
        if !matching.get() {
            return;
        }
        let look = move || {
            if statement.busy.try_get_untracked() == Some(false) {
                statement.reload();
            }
        };
        if let Ok(timer) = set_interval_with_handle(look, std::time::Duration::from_millis(700)) {
            on_cleanup(move || timer.clear());
        }
    });
    // Drawn anew for another statement only: whoever walks the rows keeps the place.
    let shown = Memo::new(move |_| statement.value.with(|s| s.as_ref().map(|s| s.id)));
    let here = move || statement.get().map(|s| s.account).unwrap_or_default();
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/bank-statements".to_owned(), t::title.into())] here=here/>
            <Show when=move || session.may(Permission::ViewBankStatements) fallback=|| view! { <NoPermission/> }>
                {move || match shown.get() {
                    Some(_) => view! { <Work statement/> }.into_any(),
                    None => view! { <Absent statement/> }.into_any(),
                }}
            </Show>
        </div>
    }
    .into_any()
}

/// While there is no statement to show.
#[component]
fn Absent(statement: Load<BankStatement>) -> impl IntoView {
    move || match statement.problem.get() {
        Some(problem) => view! { <ProblemPanel problem retry=move |()| statement.reload()/> }.into_any(),
        None => view! { <Loading/> }.into_any(),
    }
}

#[component]
fn Work(statement: Load<BankStatement>) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let show = in_url("show");
    let id = statement.value.with_untracked(|s| s.as_ref().map(|s| s.id));
    // Lines are asked for again whenever the statement changed.
    let version = Memo::new(move |_| statement.get().map(|s| s.version));
    // The version whose lines are on the screen: what is confirmed is what was seen.
    let seen = RwSignal::new(None::<i64>);
    let in_view = StoredValue::new(0_usize);
    let lines: Pages<BankLine> = pages(move |cursor| {
        let asked = version.get();
        let first = cursor.is_none();
        let (state, confidence) = show.with(|s| filter_of(s));
        let filter = BankLineFilter {
            state,
            confidence,
            // As many as are in view, so that a confirmation far down does not lead back to the top.
            limit: Some(u32::try_from(in_view.get_value()).unwrap_or_default().clamp(100, 200)),
            cursor,
        };
        async move {
            let id = id.map(|id| id.to_string()).unwrap_or_default();
            let page = api.list(&format!("/bank-statements/{id}/lines"), &filter).await?;
            if first {
                let _gone = seen.try_set(asked);
            }
            Ok(page)
        }
    });
    Effect::new(move |_| in_view.set_value(lines.rows().with(Vec::len)));
    let settled =
        Signal::derive(move || !statement.busy.get() && !lines.first.busy.get() && seen.get() == version.get());
    let ticked: RwSignal<BTreeSet<BankLineId>> = RwSignal::new(BTreeSet::new());
    Effect::new(move |_| {
        show.with(|_| ());
        version.with(|_| ());
        ticked.set(BTreeSet::new());
    });
    let act = Act::new();
    let path = move |verb: &str| {
        format!(
            "/bank-statements/{}/{verb}",
            id.map(|id| id.to_string()).unwrap_or_default()
        )
    };
    let confirm = confirming(Confirming {
        statement,
        lines,
        seen,
        settled,
        act,
    });
    let chosen: RwSignal<Option<BankLine>> = RwSignal::new(None);
    let left_out: RwSignal<Vec<BankLineId>> = RwSignal::new(vec![]);
    let restore = Callback::new(move |lines: Vec<BankLineId>| {
        let (path, key) = (path("restore"), new_key());
        act.run(
            async move { api.post::<BankStatement>(&path, &RestoreLines { lines }, &key).await },
            move |s| statement.set(s),
        );
    });
    let rematch = move |_| {
        let (path, key) = (path("match"), new_key());
        act.run(
            async move { api.post::<BankStatement>(&path, &serde_json::json!({}), &key).await },
            move |s| statement.set(s),
        );
    };
    let open = move || statement.get().is_some_and(|s| s.state == StatementState::Open);
    let may = Signal::derive(move || session.may(Permission::CreateBankStatements));
    let taken_back: RwSignal<Option<BankLineId>> = RwSignal::new(None);
    let deeds = Deeds {
        confirm,
        choose: Callback::new(move |line| chosen.set(Some(line))),
        ignore: Callback::new(move |lines| left_out.set(lines)),
        restore,
        undo: Callback::new(move |line| taken_back.set(Some(line))),
        may: Signal::derive(move || may.get() && open()),
        may_undo: Signal::derive(move || {
            let state = statement.get().map(|s| s.state);
            may.get() && matches!(state, Some(StatementState::Open | StatementState::Done))
        }),
    };
    let busy = Signal::derive(move || act.busy().get() || !settled.get());
    let undoing = RwSignal::new(false);
    let undoable = move || deeds.may_undo.get();
    let all_of = move |confidence: Confidence, count: u32, label: String| {
        (count > 0 && deeds.may.get()).then(|| {
            view! {
                <Button label=label kind=ButtonKind::Primary icon="check" busy=busy
                    on_click=move |_| confirm.run(ConfirmLines { lines: vec![], confidence: Some(confidence) })/>
            }
        })
    };
    let nothing = Memo::new(move |_| {
        lines
            .first
            .value
            .with(|page| page.as_ref().map(|page| page.items.is_empty()))
    });
    let count = move || ticked.with(BTreeSet::len);
    let of_ticked = move || ticked.with(|t| t.iter().copied().collect::<Vec<_>>());
    view! {
        {move || statement.get().map(|s| view! {
            <PageHead title=s.account.clone() subtitle=[s.community_name.clone(), words::period(&s), words::file_of(&s)].join(" · ")>
                <Show when=move || deeds.may.get()><Button label=t::match_again icon="refresh-cw" busy=act.busy() on_click=rematch/></Show>
                <Show when=undoable><Button label=t::undo icon="undo-2" on_click=move |_| undoing.set(true)/></Show>
            </PageHead>
            <Figures statement=s/>
        })}
        {move || act.problem().get().map(|p| view! { <Callout tone="bad"><p>{if p.errors.is_empty() { problem_text(&p) } else { words::refusal(&p) }}</p></Callout> })}
        <div class="toolbar bank_statements-toolbar">
            <SegmentedControl label=t::show value=show choices=vec![
                Choice::new("", t::show_all), Choice::new("certain", t::certain), Choice::new("likely", t::likely),
                Choice::new("possible", t::possible), Choice::new("unmatched", t::line_unmatched),
                Choice::new("confirmed", t::line_confirmed), Choice::new("ignored", t::line_ignored),
            ]/>
            <span class="grow"></span>
            {move || statement.get().map(|s| view! {
                {all_of(Confidence::Certain, s.progress.certain, t::confirm_certain(format::count(s.progress.certain as usize)))}
                {all_of(Confidence::Likely, s.progress.likely, t::confirm_likely(format::count(s.progress.likely as usize)))}
            })}
        </div>
        <Show when=move || count() != 0>
            <div class="bank_statements-bulk row wrap" role="region" aria-label=t::bulk>
                <b>{move || t::ticked(format::count(count()))}</b>
                <Button label=t::confirm_ticked kind=ButtonKind::Primary icon="check" busy=busy
                    on_click=move |_| confirm.run(ConfirmLines { lines: of_ticked(), confidence: None })/>
                <Button label=t::leave_out icon="eye-off" on_click=move |_| left_out.set(of_ticked())/>
                <Button label=t::clear kind=ButtonKind::Ghost on_click=move |_| ticked.set(BTreeSet::new())/>
            </div>
        </Show>
        {move || match (nothing.get(), lines.first.problem.get()) {
            (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| lines.reload()/> }.into_any(),
            (None, None) => view! { <Loading/> }.into_any(),
            (Some(true), None) => view! { <Empty title=t::no_lines_title text=t::no_lines_text icon="list-checks"/> }.into_any(),
            (Some(false), None) => view! { <Rows lines ticked deeds/> }.into_any(),
        }}
        {move || chosen.get().map(|line| view! { <ChooseDialog line chosen on_done=Callback::new(move |()| statement.reload())
            community=statement.value.with_untracked(|s| s.as_ref().map(|s| s.community_id))/> })}
        {move || (left_out.with(|l| !l.is_empty())).then(|| view! { <IgnoreDialog lines=left_out path=path("ignore") statement/> })}
        {move || taken_back.get().map(|line| view! { <UndoLineDialog line chosen=taken_back on_done=Callback::new(move |()| statement.reload())/> })}
        <UndoDialog open=undoing path=path("undo") statement/>
    }
    .into_any()
}

/// Balances, sums, progress, and what the reader noticed.
#[component]
fn Figures(statement: BankStatement) -> impl IntoView {
    let s = statement;
    let (tone, word) = words::state(s.state);
    let (check_tone, check) = words::check(s.check);
    let money = |m: Option<Money>| m.map_or_else(|| "–".to_owned(), format::money);
    let tile = |label: &'static str, value: String| view! { <div class="tile"><span>{label}</span><strong class="nowrap">{value}</strong></div> };
    let off = s.off.map(|off| {
        let size = |m: Money| format::money(Money::new(m.minor.saturating_abs(), m.currency));
        let sum = s
            .closing
            .map(|c| Money::new(c.minor.saturating_sub(off.minor), c.currency));
        let (opening, sum, closing) = (money(s.opening), money(sum), money(s.closing));
        let (credits, debits, by) = (format::money(s.credits), size(s.debits), size(off));
        let text = if off.minor < 0 {
            t::off_less(opening, credits, debits, sum, closing, by)
        } else {
            t::off_more(opening, credits, debits, sum, closing, by)
        };
        view! { <Callout tone="warn" title=t::off_title><p>{text}</p></Callout> }
    });
    let remarks: Vec<String> = s
        .remarks
        .iter()
        .map(|(code, count)| words::remark(code, *count))
        .collect();
    let undone = s.undone_at.map(|at| {
        let why = t::undone_text(
            s.undone_by.clone().unwrap_or_default(),
            format::instant(at),
            s.undone_reason.clone().unwrap_or_default(),
        );
        view! { <Callout tone="info"><p>{why}</p></Callout> }
    });
    view! {
        <div class="tiles">
            {tile(t::opening(), money(s.opening))}
            {tile(t::col_in(), format::money(s.credits))}
            {tile(t::col_out(), format::money(s.debits))}
            {tile(t::closing(), money(s.closing))}
            {tile(t::col_waiting(), format::money(s.waiting))}
        </div>
        <div class="row wrap bank_statements-facts">
            <Pill tone=tone label=word/>
            <Pill tone=check_tone label=check/>
            {bar(&s.progress, s.lines)}
        </div>
        {(s.state == StatementState::Matching).then(|| view! {
            <div role="status"><Callout tone="info"><p class="row"><span class="bank_statements-working" aria-hidden="true"></span>{t::matching_now(s.lines as usize)}</p></Callout></div>
        })}
        {undone}
        {off}
        {(!remarks.is_empty()).then(|| view! {
            <Callout tone="info" title=t::noticed><ul>{remarks.into_iter().map(|r| view! { <li>{r}</li> }).collect_view()}</ul></Callout>
        })}
    }
    .into_any()
}
