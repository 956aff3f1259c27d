//! The third step: the verdict of every row, and the order to import.

use super::{page::DownloadFaulty, words};
use crate::kernel::{
    Load,
    api::{Versioned, new_key, use_api},
    format,
    i18n::t::imports as t,
    use_session,
};
use crate::ui::{
    Button, ButtonKind, Callout, Card, Checkbox, DataColumn, DataTable, Empty, Loading, Pill, ProblemNote, use_toasts,
};
use kept_shared::imports::{ALL_OR_NOTHING_ROWS, CheckedRow, CommitImport, Import, ImportSummary, RowFilter, Verdict};
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use kept_shared::problem::{Code, Problem};
use leptos::prelude::*;

/// Sums and what has to be said about them.
pub fn notes(summary: &ImportSummary) -> impl IntoView + use<> {
    let sums = summary
        .amounts
        .iter()
        .map(|m| format::money(*m))
        .collect::<Vec<_>>()
        .join(" · ");
    let stated = summary.stated_total.map(|stated| {
        let agrees = summary.amounts.len() == 1 && summary.amounts.first() == Some(&stated);
        if agrees {
            view! { <Callout tone="good"><p>{t::sum_stated(format::money(stated))}</p></Callout> }.into_any()
        } else {
            view! { <Callout tone="warn"><p>{t::sum_differs(format::money(stated))}</p></Callout> }.into_any()
        }
    });
    let lines = summary.rounded as usize;
    let rounded = (lines > 0).then(move || {
        let words = t::rounded(lines);
        view! { <Callout tone="info"><p>{words}</p></Callout> }
    });
    let credits = (summary.credits > 0).then(|| {
        let words = t::credits(summary.credits as usize);
        view! { <Callout tone="info"><p>{words}</p></Callout> }
    });
    let fresh = (summary.new_accounts > 0).then(|| view! { <p>{t::new_accounts(summary.new_accounts as usize)}</p> });
    view! {
        {(!sums.is_empty()).then(|| view! { <p><span class="soft">{t::sum()}": "</span><b class="num">{sums}</b></p> })}
        {fresh}
        {stated}
        {credits}
        {rounded}
    }
}

fn why(row: &CheckedRow) -> Vec<String> {
    let faults = row.faults.iter().map(words::fault);
    let changes = row.differences.iter().map(|d| {
        if d.before.is_empty() {
            t::change_new(words::field(d.field), &d.after)
        } else {
            t::change(words::field(d.field), &d.before, &d.after)
        }
    });
    let remarks = row.remarks.iter().map(words::remark);
    faults.chain(changes).chain(remarks).collect()
}

/// Which rows are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    All,
    Judged(Verdict),
    Remarked,
}

#[component]
pub fn CheckRows(import: Import, load: Load<Import>, remap: RwSignal<bool>) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let (id, version) = (import.id, import.version);
    let summary = import.summary.clone().unwrap_or_default();
    let start = if summary.faulty > 0 {
        Shown::Judged(Verdict::Faulty)
    } else if summary.changed > 0 {
        Shown::Judged(Verdict::Changed)
    } else {
        Shown::All
    };
    let shown = RwSignal::new(start);
    let rows: RwSignal<Option<Vec<CheckedRow>>> = RwSignal::new(None);
    let cursor: RwSignal<Option<String>> = RwSignal::new(None);
    let (fetching, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let fetch = move |from: Option<String>| {
        fetching.set(true);
        let asked = shown.get_untracked();
        leptos::task::spawn_local(async move {
            let more = from.is_some();
            let filter = RowFilter {
                verdict: match asked {
                    Shown::Judged(verdict) => Some(verdict),
                    Shown::All | Shown::Remarked => None,
                },
                remarked: (asked == Shown::Remarked).then_some(true),
                limit: Some(100),
                cursor: from,
            };
            let answer = api
                .list::<Page<CheckedRow>>(&format!("/imports/{id}/rows"), &filter)
                .await;
            if shown.try_get_untracked() != Some(asked) {
                return;
            }
            match answer {
                Ok(page) => {
                    let _gone = rows.try_update(|rows| match rows {
                        Some(all) if more => all.extend(page.items),
                        Some(_) | None => *rows = Some(page.items),
                    });
                    let _gone = cursor.try_set(page.next_cursor);
                }
                Err(stop) => {
                    let _gone = problem.try_set(Some(stop));
                }
            }
            let _gone = fetching.try_set(false);
        });
    };
    Effect::new(move |_| {
        shown.track();
        rows.set(None);
        fetch(None);
    });
    let tile = move |which: Shown, (label, tone): (&'static str, &'static str), count: u32| {
        view! {
            <button type="button" class="tile" aria-pressed=move || (shown.get() == which).to_string()
                on:click=move |_| shown.update(|s| *s = if *s == which { Shown::All } else { which })>
                <Pill tone=tone label=label/>
                <b class="num">{format::count(count as usize)}</b>
            </button>
        }
    };
    let judged = move |verdict: Verdict, count: u32| tile(Shown::Judged(verdict), words::verdict(verdict), count);
    let columns = || {
        vec![
            DataColumn::new("row", t::col_row, |r: &CheckedRow| {
                format::count(r.number as usize).into_any()
            })
            .numeric(),
            DataColumn::new("verdict", t::col_verdict, |r: &CheckedRow| {
                let (word, tone) = words::verdict(r.verdict);
                view! { <Pill tone=tone label=word/> }.into_any()
            }),
            DataColumn::new("key", t::col_key, |r: &CheckedRow| {
                let key = if r.key.is_empty() {
                    r.cells
                        .iter()
                        .filter(|c| !c.is_empty())
                        .take(3)
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(" · ")
                } else {
                    r.key.clone()
                };
                view! { <span class="mono">{key}</span> }.into_any()
            }),
            DataColumn::new("why", t::col_why, |r: &CheckedRow| {
                view! { <ul class="plain-list">{why(r).into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> }.into_any()
            }),
        ]
    };
    let skip = RwSignal::new(false);
    let writes = summary.new + summary.changed;
    let faulty = summary.faulty;
    let busy = RwSignal::new(false);
    let order_key = StoredValue::new(new_key());
    let commit = move |_| {
        busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            let order = CommitImport {
                skip_faulty: skip.get_untracked(),
            };
            match api
                .act_with_key::<Import>(
                    &format!("/imports/{id}/commit"),
                    version,
                    &order,
                    &order_key.get_value(),
                )
                .await
            {
                Ok(Versioned { value, .. }) => load.set(value),
                // Nothing was written; what somebody else made of the import is shown.
                Err(stop) if stop.is(Code::ChangedMeanwhile) => {
                    toasts.bad(t::checked_meanwhile());
                    let _gone = busy.try_set(false);
                    load.reload();
                }
                Err(stop) => {
                    let _gone = problem.try_set(Some(stop));
                    let _gone = busy.try_set(false);
                }
            }
        });
    };
    let how = if writes <= ALL_OR_NOTHING_ROWS {
        t::all_or_nothing()
    } else {
        t::in_chunks()
    };
    view! {
        <div class="tiles" role="group" aria-label=t::step_check>
            {judged(Verdict::New, summary.new)}
            {judged(Verdict::Changed, summary.changed)}
            {judged(Verdict::Unchanged, summary.unchanged)}
            {judged(Verdict::Faulty, summary.faulty)}
            {(summary.remarked > 0).then(|| tile(Shown::Remarked, (t::v_remarked(), "info"), summary.remarked))}
        </div>
        <div class="stack-4">
            {notes(&summary)}
            {move || match rows.get() {
                None => view! { <Loading rows=5/> }.into_any(),
                Some(rows) if rows.is_empty() => view! { <Empty title=t::no_rows_title text=t::no_rows_text/> }.into_any(),
                Some(all) => view! {
                    <DataTable label=t::step_check columns=columns() rows=all row_key=|r: &CheckedRow| r.number.to_string()
                        has_more=Signal::derive(move || cursor.with(Option::is_some)) loading_more=fetching more=move |()| fetch(cursor.get_untracked())/>
                }.into_any(),
            }}
            <ProblemNote problem=problem/>
            <Card title=t::step_import subtitle=how>
                <div class="stack-4">
                    {(faulty > 0).then(|| view! { <Checkbox label=t::skip_faulty hint=t::skip_hint checked=skip/> })}
                    {(writes == 0 && faulty == 0).then(|| view! { <Callout tone="good"><p>{t::nothing_to_do()}</p></Callout> })}
                    <div class="row wrap">
                        <Show when=move || session.may(Permission::CreateImports)>
                            <Button label=move || if writes == 0 { t::finish().to_owned() } else { t::import_rows(writes as usize) } kind=ButtonKind::Primary icon="check" busy=busy
                                disabled=Signal::derive(move || faulty > 0 && !skip.get()) on_click=commit/>
                            <Button label=t::map_again icon="arrow-left" on_click=move |_| remap.set(true)/>
                        </Show>
                        {(faulty > 0).then(|| view! { <DownloadFaulty id/> })}
                    </div>
                </div>
            </Card>
        </div>
    }
    .into_any()
}
