//! The list of statements.

use super::{upload::UploadStatements, words};
use crate::kernel::{
    api::use_api,
    format,
    i18n::t::bank_statements as t,
    pages::{Pages, pages},
    url::in_url,
    use_session,
};
use crate::shell::use_place;
use crate::ui::{
    Choice, DataColumn, DataTable, Empty, Loading, NoPermission, PageHead, Pill, ProblemPanel, SegmentedControl,
};
use kept_shared::bank_statements::{BankStatement, BankStatementFilter, Progress, StatementState};
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::components::A;

fn states(show: &str) -> Vec<StatementState> {
    match show {
        "open" => vec![StatementState::Matching, StatementState::Open],
        "done" => vec![StatementState::Done],
        "undone" => vec![StatementState::Undone],
        _ => vec![],
    }
}

/// Lines by what became of them, as a bar; the words stand beside it.
pub(super) fn bar(progress: &Progress, lines: u32) -> AnyView {
    let part = |count: u32, class: &'static str| {
        let percent = if lines == 0 {
            0
        } else {
            u64::from(count) * 1000 / u64::from(lines)
        };
        let width = format!("{}.{}%", percent / 10, percent % 10);
        (count > 0).then(|| view! { <i class=class style:width=width></i> })
    };
    let done = progress.confirmed + progress.ignored;
    let label = t::progress_label(format::count(done as usize), format::count(lines as usize));
    view! {
        <span class="bank_statements-progress">
            <span class="bank_statements-bar" aria-hidden="true">
                {part(progress.confirmed, "bank_statements-confirmed")}
                {part(progress.certain, "bank_statements-certain")}
                {part(progress.likely + progress.possible, "bank_statements-likely")}
                {part(progress.unmatched, "bank_statements-unmatched")}
                {part(progress.ignored + progress.undone, "bank_statements-ignored")}
            </span>
            <small class="soft nowrap">{label}</small>
        </span>
    }
    .into_any()
}

fn columns() -> Vec<DataColumn<BankStatement>> {
    vec![
        DataColumn::new("account", t::col_account, |s: &BankStatement| {
            let (to, account, place) = (
                format!("/bank-statements/{}", s.id),
                s.account.clone(),
                [Some(s.community_name.clone()), s.number.clone()],
            );
            let place: Vec<String> = place.into_iter().flatten().collect();
            view! { <A href=to><span class="mono nowrap">{account}</span></A><small class="sub soft bank_statements-place">{place.join(" · ")}</small> }
                .into_any()
        }),
        DataColumn::new("period", t::col_period, |s: &BankStatement| {
            view! { <span class="nowrap">{words::period(s)}</span> }.into_any()
        }),
        DataColumn::new("in", t::col_in, |s: &BankStatement| format::money(s.credits).into_any()).numeric(),
        DataColumn::new("out", t::col_out, |s: &BankStatement| format::money(s.debits).into_any())
            .numeric()
            .secondary(),
        DataColumn::new("check", t::col_check, |s: &BankStatement| {
            let (tone, word) = words::check(s.check);
            view! { <Pill tone=tone label=word/> }.into_any()
        }),
        DataColumn::new("progress", t::col_progress, |s: &BankStatement| bar(&s.progress, s.lines)),
        DataColumn::new("waiting", t::col_waiting, |s: &BankStatement| {
            if s.waiting.is_zero() { "–".into_any() } else { format::money(s.waiting).into_any() }
        })
        .numeric(),
        DataColumn::new("state", t::col_state, |s: &BankStatement| {
            let (tone, word) = words::state(s.state);
            view! { <Pill tone=tone label=word/> }.into_any()
        }),
        DataColumn::new("when", t::col_when, |s: &BankStatement| {
            let at = format::instant(s.created_at);
            view! { <span class="nowrap" title=at>{format::ago(s.created_at)}</span><small class="sub soft">{s.created_by.clone()}</small> }.into_any()
        })
        .secondary(),
    ]
}

/// All statements, newest first.
#[component]
pub fn BankStatements() -> impl IntoView {
    let (api, session, place) = (use_api(), use_session(), use_place());
    let show = in_url("show");
    let list: Pages<BankStatement> = pages(move |cursor| {
        let filter = BankStatementFilter {
            state: show.with(|s| states(s)),
            community_id: place.community.get(),
            limit: Some(50),
            cursor,
        };
        async move { api.list("/bank-statements", &filter).await }
    });
    let matching = Memo::new(move |_| {
        list.rows()
            .with(|rows| rows.iter().any(|s| s.state == StatementState::Matching))
    });
    Effect::new(move |_| {
        if !matching.get() {
            return;
        }
        let look = move || {
            if list.first.busy.try_get_untracked() == Some(false) {
                list.reload();
            }
        };
        if let Ok(timer) = set_interval_with_handle(look, std::time::Duration::from_millis(1_000)) {
            on_cleanup(move || timer.clear());
        }
    });
    let may_create = move || session.may(Permission::CreateBankStatements);
    view! {
        <div class="page">
            <PageHead title=t::title subtitle=t::subtitle/>
            <Show when=move || session.may(Permission::ViewBankStatements) fallback=|| view! { <NoPermission/> }>
                <Show when=may_create><UploadStatements on_taken=Callback::new(move |()| list.reload())/></Show>
                {move || match (list.first.get(), list.first.problem.get()) {
                    (None, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
                    (None, None) => view! { <Loading/> }.into_any(),
                    (Some(page), _) if page.items.is_empty() && show.with_untracked(String::is_empty) => view! {
                        <Empty title=t::none_title text=t::none_text icon="landmark"/>
                    }.into_any(),
                    (Some(_), problem) => view! {
                        <div class="toolbar bank_statements-toolbar">
                            <SegmentedControl label=t::show value=show choices=vec![
                                Choice::new("", t::show_all), Choice::new("open", t::show_open),
                                Choice::new("done", t::show_done), Choice::new("undone", t::show_undone),
                            ]/>
                        </div>
                        {match problem {
                            Some(problem) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
                            None => view! {
                                <DataTable label=t::title columns=columns() rows=list.rows() row_key=|s: &BankStatement| format!("{}-{}", s.id, s.version) linked=true
                                    has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()
                                    empty_title=t::none_shown_title empty_text=t::none_shown_text/>
                            }.into_any(),
                        }}
                    }.into_any(),
                }}
            </Show>
        </div>
    }
    .into_any()
}
