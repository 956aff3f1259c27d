//! What an upload would do: the counts, the rows, and the order to write them.

use super::words;
use crate::kernel::{format, i18n::t::unit_sheet as t};
use crate::ui::{Button, ButtonKind, Callout, Card, Checkbox, DataColumn, DataTable, Pill};
use kept_shared::imports::Verdict;
use kept_shared::unit_sheet::{SheetChange, SheetLine, SheetPreview};
use leptos::prelude::*;

fn columns() -> Vec<DataColumn<SheetLine>> {
    vec![
        DataColumn::new("unit", t::c_unit, |line: &SheetLine| {
            let (unit, number) = (line.unit.clone(), format::count(line.number as usize));
            view! { <span class="who"><b>{unit}</b><small>{t::row(number)}</small></span> }.into_any()
        }),
        DataColumn::new("verdict", t::col_verdict, |line: &SheetLine| {
            let (word, tone) = words::verdict(line.verdict);
            view! { <Pill tone=tone label=word/> }.into_any()
        }),
        DataColumn::new("what", t::col_what, |line: &SheetLine| {
            let faults = line
                .faults
                .iter()
                .map(words::fault)
                .map(|words| view! { <li class="bad">{words}</li> });
            // What cannot be taken over is said once.
            let is_taken = |change: &&SheetChange| line.faults.iter().all(|fault| fault.column != change.column);
            let changes = line
                .changes
                .iter()
                .filter(is_taken)
                .map(words::change)
                .map(|words| view! { <li>{words}</li> });
            let whole = (line.verdict == Verdict::New && line.changes.is_empty() && line.faults.is_empty())
                .then(|| view! { <li class="soft">{t::only_code()}</li> });
            view! { <ul class="unit-sheet-what">{faults.collect_view()}{changes.collect_view()}{whole}</ul> }.into_any()
        }),
    ]
}

/// The preview of `name`. `on_write` gets whether faulty rows are left out.
#[component]
pub fn Changes(
    name: String,
    preview: SheetPreview,
    busy: RwSignal<bool>,
    on_write: Callback<bool>,
    on_again: Callback<()>,
) -> impl IntoView {
    let counts = preview.counts;
    let shown = RwSignal::new((counts.faulty > 0).then_some(Verdict::Faulty));
    let skip = RwSignal::new(false);
    let lines = StoredValue::new(preview.lines);
    let rows = Signal::derive(move || {
        let wanted = shown.get();
        lines.with_value(|all| {
            let fits = |line: &&SheetLine| wanted.is_none_or(|verdict| line.verdict == verdict);
            all.iter().filter(fits).cloned().collect::<Vec<_>>()
        })
    });
    let tile = move |verdict: Verdict, count: u32| {
        let (label, tone) = words::verdict(verdict);
        view! {
            <button type="button" class="tile" aria-pressed=move || (shown.get() == Some(verdict)).to_string() disabled={count == 0}
                on:click=move |_| shown.update(|s| *s = if *s == Some(verdict) { None } else { Some(verdict) })>
                <Pill tone=tone label=label/>
                <b class="num">{format::count(count as usize)}</b>
            </button>
        }
    };
    let (writes, faulty, absent) = (
        (counts.new + counts.changed) as usize,
        counts.faulty,
        counts.absent as usize,
    );
    let ignored = preview.ignored_headings.join(", ");
    let blocked = Signal::derive(move || writes == 0 || faulty > 0 && !skip.get());
    let unchanged = t::v_unchanged_of(counts.unchanged as usize);
    view! {
        <div class="tiles" role="group" aria-label=t::preview>
            {tile(Verdict::New, counts.new)}
            {tile(Verdict::Changed, counts.changed)}
            {tile(Verdict::Faulty, counts.faulty)}
        </div>
        <Card title=name subtitle=unchanged>
            <div class="stack-4">
                {(!ignored.is_empty()).then(|| view! { <Callout tone="warn"><p>{t::ignored(ignored)}</p></Callout> })}
                {(absent > 0).then(|| view! { <Callout tone="info"><p>{t::absent(absent)}</p></Callout> })}
                {preview.has_more.then(|| view! { <Callout tone="info"><p>{t::first_lines()}</p></Callout> })}
                {if writes == 0 && faulty == 0 {
                    view! { <Callout tone="good"><p>{t::nothing()}</p></Callout> }.into_any()
                } else {
                    view! {
                        <DataTable label=t::preview columns=columns() rows=rows row_key=|line: &SheetLine| line.number.to_string()
                            empty_title=crate::kernel::i18n::t::ui::no_match_title empty_text=crate::kernel::i18n::t::ui::no_match_text/>
                    }.into_any()
                }}
                {(faulty > 0 && writes > 0).then(|| view! { <Checkbox label=t::skip hint=t::skip_hint checked=skip/> })}
                <div class="row wrap">
                    {(writes > 0).then(|| view! {
                        <Button label=t::write(writes) kind=ButtonKind::Primary icon="check" busy=busy disabled=blocked on_click=move |_| on_write.run(skip.get_untracked())/>
                    })}
                    <Button label=t::another icon="upload" disabled=busy on_click=move |_| on_again.run(())/>
                </div>
            </div>
        </Card>
    }
    .into_any()
}
