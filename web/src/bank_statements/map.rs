//! The columns of a bank's table: what was recognised, a try of it, saved mappings.

use super::words;
use crate::kernel::{
    Load,
    act::Act,
    api::{new_key, use_api},
    format,
    i18n::t::{bank_statements as t, imports as ti},
    load, use_session,
};
use crate::ui::{
    Breadcrumbs, Button, ButtonKind, Callout, Card, Checkbox, Loading, NoPermission, PageHead, Pill, ProblemPanel,
    Select, TextInput,
};
use kept_shared::bank_statements::{
    BankColumn, BankField, BankFile, BankMapping, BankPreview, BankTable, ReadBankFile,
};
use kept_shared::imports::{DateOrder, DecimalStyle};
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

#[component]
pub fn MapFile() -> impl IntoView {
    let (api, params, session) = (use_api(), use_params_map(), use_session());
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    // Which row holds the headings, where a person says so.
    let header = RwSignal::new(String::new());
    let file: Load<BankFile> = load(move || {
        let (id, row) = (id.get(), header.get());
        let look = if row.is_empty() {
            String::new()
        } else {
            format!("?header_row={row}")
        };
        async move { api.get(&format!("/bank-files/{id}{look}")).await }
    });
    let here = move || file.get().map(|f| f.file_name).unwrap_or_default();
    let navigate = use_navigate();
    // A file that was read meanwhile has its statement.
    Effect::new(move |_| {
        let Some(read) = file.get().filter(|f| !f.needs_mapping) else {
            return;
        };
        let to = read
            .statements
            .first()
            .map_or_else(|| "/bank-statements".to_owned(), |s| format!("/bank-statements/{s}"));
        navigate(&to, Default::default());
    });
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/bank-statements".to_owned(), t::title.into())] here=here/>
            <PageHead title=t::map_title subtitle=t::map_text/>
            <Show when=move || session.may(Permission::CreateBankStatements) fallback=|| view! { <NoPermission/> }>
                {move || match (file.get(), file.problem.get()) {
                    (None, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| file.reload()/> }.into_any(),
                    (None, None) => view! { <Loading/> }.into_any(),
                    (Some(found), _) => match found.table.clone() {
                        Some(table) => view! { <Columns file=found table load=file header/> }.into_any(),
                        None => view! { <Loading/> }.into_any(),
                    },
                }}
            </Show>
        </div>
    }
    .into_any()
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

/// The form; every choice is text as a `select` has it.
#[derive(Clone, Copy)]
struct Form {
    date_order: RwSignal<String>,
    decimal_style: RwSignal<String>,
    turned: RwSignal<bool>,
    account: RwSignal<String>,
    columns: RwSignal<Vec<(u32, RwSignal<String>)>>,
    table: StoredValue<BankTable>,
}

impl Form {
    fn new(table: &BankTable) -> Self {
        let form = Self {
            date_order: RwSignal::new(String::new()),
            decimal_style: RwSignal::new(String::new()),
            turned: RwSignal::new(false),
            account: RwSignal::new(String::new()),
            columns: RwSignal::new(
                table
                    .columns
                    .iter()
                    .map(|c| (c.column, RwSignal::new(String::new())))
                    .collect(),
            ),
            table: StoredValue::new(table.clone()),
        };
        form.fill(&table.suggestion());
        form
    }
    fn fill(self, mapping: &BankMapping) {
        self.date_order.set(text(mapping.date_order));
        self.decimal_style.set(text(mapping.decimal_style));
        self.turned.set(mapping.signs_turned);
        self.account.set(mapping.account.clone().unwrap_or_default());
        for (column, field) in self.columns.get_untracked() {
            field.set(text(
                mapping.columns.iter().find(|c| c.column == column).map(|c| c.field),
            ));
        }
    }
    /// Read with all signals tracked: a preview follows it.
    fn mapping(self) -> BankMapping {
        let columns = self.columns.get();
        self.table.with_value(|table| BankMapping {
            header_row: table.header_row,
            delimiter: table.delimiter,
            encoding: table.encoding,
            date_order: self.date_order.get().parse().ok(),
            decimal_style: self.decimal_style.get().parse().ok(),
            signs_turned: self.turned.get(),
            account: kept_shared::text::tidy(Some(self.account.get())),
            currency: None,
            columns: columns
                .iter()
                .filter_map(|(column, field)| {
                    Some(BankColumn {
                        column: *column,
                        field: field.get().parse().ok()?,
                    })
                })
                .collect(),
        })
    }
}

fn order_word(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayMonthYear => ti::date_dmy(),
        DateOrder::MonthDayYear => ti::date_mdy(),
        DateOrder::YearMonthDay => ti::date_ymd(),
        DateOrder::Serial => ti::date_serial(),
    }
}

fn decimal_word(style: DecimalStyle) -> &'static str {
    match style {
        DecimalStyle::Point => ti::decimal_point(),
        DecimalStyle::Comma => ti::decimal_comma(),
    }
}

#[component]
fn Columns(file: BankFile, table: BankTable, load: Load<BankFile>, header: RwSignal<String>) -> impl IntoView {
    let (api, act) = (use_api(), Act::new());
    let form = Form::new(&table);
    let id = file.id;
    let preview: Load<BankPreview> = crate::kernel::load(move || {
        let mapping = form.mapping();
        async move {
            api.post(&format!("/bank-files/{id}/preview"), &mapping, &new_key())
                .await
        }
    });
    let name = RwSignal::new(String::new());
    let take = move |_| {
        let order = ReadBankFile {
            mapping: untrack(|| form.mapping()),
            save_as: kept_shared::text::tidy(Some(name.get_untracked())),
        };
        let key = new_key();
        act.run(
            async move {
                api.post::<BankFile>(&format!("/bank-files/{id}/read"), &order, &key)
                    .await
            },
            move |read| load.set(read),
        );
    };
    let saved = StoredValue::new(file.fitting_mappings.clone());
    let chosen = RwSignal::new(String::new());
    Effect::new(move |before: Option<()>| {
        let id = chosen.get();
        if before.is_some() {
            match saved.with_value(|all| all.iter().find(|m| m.id.to_string() == id).cloned()) {
                Some(found) => form.fill(&found.mapping),
                None => form.table.with_value(|table| form.fill(&table.suggestion())),
            }
        }
    });
    // A mapping kept for this header is what the file most likely wants.
    if let Some(first) = saved.with_value(|all| all.first().map(|m| m.id.to_string())) {
        chosen.set(first.clone());
        if let Some(found) = saved.with_value(|all| all.first().cloned()) {
            form.fill(&found.mapping);
        }
    }
    let has_saved = saved.with_value(|all| !all.is_empty());
    let fields = Signal::derive(|| {
        BankField::ALL
            .iter()
            .map(|f| (f.to_string(), words::field(*f).to_owned()))
            .collect::<Vec<_>>()
    });
    let orders = Signal::derive(|| {
        DateOrder::ALL
            .iter()
            .map(|o| (o.to_string(), order_word(*o).to_owned()))
            .collect::<Vec<_>>()
    });
    let row_now = RwSignal::new(table.header_row.to_string());
    Effect::new(move |before: Option<()>| {
        let now = row_now.get();
        if before.is_some() {
            header.set(now);
        }
    });
    let last_row = table.header_row.max(20);
    let heading_rows = Signal::derive(move || {
        let word = |n: u32| {
            if n == 0 {
                t::header_none().to_owned()
            } else {
                t::header_n(n.to_string())
            }
        };
        (0..=last_row).map(|n| (n.to_string(), word(n))).collect::<Vec<_>>()
    });
    let styles = Signal::derive(|| {
        DecimalStyle::ALL
            .iter()
            .map(|s| (s.to_string(), decimal_word(*s).to_owned()))
            .collect::<Vec<_>>()
    });
    let rows = table.columns.clone().into_iter().zip(form.columns.get_untracked()).map(move |(column, (_, field))| {
        let header = if column.header.is_empty() { ti::no_header(column.column + 1) } else { column.header.clone() };
        let label = header.clone();
        view! {
            <tr class:faint=move || field.with(String::is_empty)>
                <th scope="row" data-label=ti::col_column()>{header}</th>
                <td class="soft truncate" data-label=ti::col_samples()>{column.samples.join(" · ")}</td>
                <td data-label=ti::col_meaning()><crate::ui::FilterSelect label=label value=field options=fields empty=ti::ignore/></td>
            </tr>
        }
    });
    let problem = move || preview.problem.get().or_else(|| act.problem().get());
    view! {
        <Card title=t::how_read subtitle=t::rows_found(table.rows as usize)>
            <div class="form-grid form-grid-3">
                {has_saved.then(|| view! {
                    <Select label=t::saved value=chosen empty=t::saved_none
                        options=Signal::derive(move || saved.with_value(|all| all.iter().map(|m| (m.id.to_string(), m.name.clone())).collect::<Vec<_>>()))/>
                })}
                <Select label=t::header_row value=row_now options=heading_rows/>
                <Select label=ti::date_order value=form.date_order options=orders empty=if table.dates_ambiguous { ti::choose } else { ti::not_needed }/>
                <Select label=ti::decimal_style value=form.decimal_style options=styles empty=if table.decimals_ambiguous { ti::choose } else { ti::not_needed }/>
                <TextInput label=t::own_account hint=t::own_account_hint value=form.account maxlength=60/>
                <Checkbox label=t::turned hint=t::turned_hint checked=form.turned/>
            </div>
        </Card>
        <Card title=ti::columns flush=true>
            <div class="table-wrap"><table class="table table-cards">
                <thead><tr><th scope="col">{ti::col_column}</th><th scope="col">{ti::col_samples}</th><th scope="col">{ti::col_meaning}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
        </Card>
        {move || match (problem(), preview.get()) {
            (Some(p), _) => view! { <Callout tone="warn"><p>{words::refusal(&p)}</p></Callout> }.into_any(),
            (None, Some(found)) => view! { <Sample found/> }.into_any(),
            (None, None) => view! { <Loading/> }.into_any(),
        }}
        <div class="form-foot row wrap">
            <Button label=t::take_in kind=ButtonKind::Primary icon="check" busy=act.busy()
                disabled=Signal::derive(move || preview.problem.with(Option::is_some)) on_click=take/>
            <span class="grow"></span>
            <TextInput label=t::save_as value=name maxlength=100/>
        </div>
    }
    .into_any()
}

/// The first lines as they will be taken in.
#[component]
fn Sample(found: BankPreview) -> impl IntoView {
    let (tone, word) = words::check(found.check);
    let facts = t::preview_facts(
        format::count(found.lines as usize),
        format::money(found.credits),
        format::money(found.debits),
    );
    let remarks: Vec<String> = found
        .remarks
        .iter()
        .map(|(code, count)| words::remark(code, *count))
        .collect();
    let rows = found.sample.into_iter().map(|line| {
        let text = [line.name, Some(line.text), line.reference];
        let text: Vec<String> = text.into_iter().flatten().filter(|x| !x.is_empty()).collect();
        view! {
            <tr><td class="nowrap" data-label=t::col_date>{format::date(line.booked_on)}</td><td data-label=t::col_text>{text.join(" · ")}</td>
                <td class="num nowrap" data-label=t::col_amount>{format::money(line.amount)}</td></tr>
        }
    });
    view! {
        <Card title=t::preview subtitle=facts flush=true actions=move || view! { <Pill tone=tone label=word/> }.into_any()>
            {(!remarks.is_empty()).then(|| view! { <Callout tone="warn"><ul>{remarks.into_iter().map(|r| view! { <li>{r}</li> }).collect_view()}</ul></Callout> })}
            <div class="table-wrap"><table class="table table-cards">
                <thead><tr><th scope="col">{t::col_date}</th><th scope="col">{t::col_text}</th><th scope="col" class="num">{t::col_amount}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
        </Card>
    }
    .into_any()
}
