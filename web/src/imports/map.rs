//! The second step: what each column means, and how the file is read.

use super::words;
use crate::kernel::{
    Load,
    api::{Versioned, new_key, use_api},
    format,
    i18n::t::imports as t,
    use_session,
};
use crate::shell::use_place;
use crate::ui::{
    Button, ButtonKind, Callout, Card, DateInput, NoPermission, ProblemNote, Select, TextInput, focus_first_flaw,
    use_toasts,
};
use chrono::NaiveDate;
use kept_shared::imports::{
    ColumnUse, DateOrder, DecimalStyle, Delimiter, DetectedColumn, Detection, FileFormat, Import, ImportField,
    ImportKind, Mapping, NewSavedMapping, Preview, SavedMapping, TextEncoding,
};
use kept_shared::permission::Permission;
use kept_shared::problem::Problem;
use leptos::prelude::*;

/// The form's state; every choice is text as a `select` has it.
#[derive(Clone, Copy)]
struct Form {
    kind: RwSignal<String>,
    sheet: RwSignal<String>,
    header_row: RwSignal<String>,
    delimiter: RwSignal<String>,
    encoding: RwSignal<String>,
    date_order: RwSignal<String>,
    decimal_style: RwSignal<String>,
    community: RwSignal<String>,
    as_at: RwSignal<Option<NaiveDate>>,
    due_on: RwSignal<Option<NaiveDate>>,
    columns: RwSignal<Vec<(DetectedColumn, RwSignal<String>)>>,
}

fn word<T: ToString>(value: Option<T>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

impl Form {
    fn new(import: &Import) -> Self {
        let form = Self {
            kind: RwSignal::new(String::new()),
            sheet: RwSignal::new(String::new()),
            header_row: RwSignal::new(String::new()),
            delimiter: RwSignal::new(String::new()),
            encoding: RwSignal::new(String::new()),
            date_order: RwSignal::new(String::new()),
            decimal_style: RwSignal::new(String::new()),
            community: RwSignal::new(word(import.community_id)),
            as_at: RwSignal::new(None),
            due_on: RwSignal::new(None),
            columns: RwSignal::new(vec![]),
        };
        form.detected(&import.detection);
        if let Some(mapping) = &import.mapping {
            form.fill(mapping);
        }
        form
    }

    /// What was recognised.
    fn detected(self, found: &Detection) {
        self.kind.set(found.suggested_kind.to_string());
        self.sheet.set(found.sheet.to_string());
        self.header_row.set(found.header_row.to_string());
        self.delimiter.set(word(found.delimiter));
        self.encoding.set(word(found.encoding));
        self.date_order.set(word(found.date_order));
        self.decimal_style.set(word(found.decimal_style));
        if found.as_at.is_some() {
            self.as_at.set(found.as_at);
        }
        self.columns.set(
            found
                .columns
                .iter()
                .map(|c| (c.clone(), RwSignal::new(word(c.suggested))))
                .collect(),
        );
    }

    /// What somebody said before.
    fn fill(self, mapping: &Mapping) {
        self.kind.set(mapping.kind.to_string());
        if mapping.date_order.is_some() {
            self.date_order.set(word(mapping.date_order));
        }
        if mapping.decimal_style.is_some() {
            self.decimal_style.set(word(mapping.decimal_style));
        }
        if mapping.community_id.is_some() {
            self.community.set(word(mapping.community_id));
        }
        if mapping.as_at.is_some() {
            self.as_at.set(mapping.as_at);
            self.due_on.set(mapping.due_on);
        }
        for (column, field) in self.columns.get_untracked() {
            field.set(word(
                mapping
                    .columns
                    .iter()
                    .find(|c| c.column == column.column)
                    .map(|c| c.field),
            ));
        }
    }

    fn kind(self) -> ImportKind {
        self.kind.get().parse().unwrap_or(ImportKind::Invoices)
    }

    fn mapping(self) -> Mapping {
        let columns = self.columns.get_untracked();
        let used = columns.iter().filter_map(|(column, field)| {
            let field: ImportField = field.get_untracked().parse().ok()?;
            Some(ColumnUse {
                column: column.column,
                field,
            })
        });
        let kind = self.kind.get_untracked().parse().unwrap_or(ImportKind::Invoices);
        let balances = kind == ImportKind::Balances;
        Mapping {
            kind,
            sheet: self.sheet.get_untracked().parse().unwrap_or_default(),
            header_row: self.header_row.get_untracked().trim().parse().unwrap_or_default(),
            delimiter: self.delimiter.get_untracked().parse().ok(),
            encoding: self.encoding.get_untracked().parse().ok(),
            date_order: self.date_order.get_untracked().parse().ok(),
            decimal_style: self.decimal_style.get_untracked().parse().ok(),
            columns: used.filter(|c| c.field.serves(kind)).collect(),
            community_id: self.community.get_untracked().parse().ok(),
            as_at: self.as_at.get_untracked().filter(|_| balances),
            due_on: self.due_on.get_untracked().filter(|_| balances),
        }
    }

    fn preview_query(self) -> String {
        let mut query = format!(
            "?sheet={}",
            self.sheet.get_untracked().parse::<u32>().unwrap_or_default()
        );
        for (name, value) in [
            ("delimiter", self.delimiter),
            ("encoding", self.encoding),
            ("header_row", self.header_row),
        ] {
            let value = value.get_untracked();
            if !value.trim().is_empty() {
                query.push_str(&format!("&{name}={}", crate::kernel::url::encode(value.trim())));
            }
        }
        query
    }
}

fn choices<T: Copy + ToString>(all: &[T], name: impl Fn(T) -> String) -> Vec<(String, String)> {
    all.iter().map(|v| (v.to_string(), name(*v))).collect()
}

fn delimiter_word(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Comma => t::delimiter_comma(),
        Delimiter::Semicolon => t::delimiter_semicolon(),
        Delimiter::Tab => t::delimiter_tab(),
        Delimiter::Pipe => t::delimiter_pipe(),
    }
}
fn order_word(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayMonthYear => t::date_dmy(),
        DateOrder::MonthDayYear => t::date_mdy(),
        DateOrder::YearMonthDay => t::date_ymd(),
        DateOrder::Serial => t::date_serial(),
    }
}
fn decimal_word(style: DecimalStyle) -> &'static str {
    match style {
        DecimalStyle::Point => t::decimal_point(),
        DecimalStyle::Comma => t::decimal_comma(),
    }
}

#[component]
pub fn MapColumns(import: Import, load: Load<Import>, remap: RwSignal<bool>) -> impl IntoView {
    let (api, toasts, session, place) = (use_api(), use_toasts(), use_session(), use_place());
    let form = Form::new(&import);
    let found = RwSignal::new(import.detection.clone());
    let problem: RwSignal<Option<Problem>> = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let (id, version) = (import.id, import.version);

    // Another sheet, header, delimiter or encoding: the file is read again under it.
    let how = Memo::new(move |_| {
        (
            form.sheet.get(),
            form.header_row.get(),
            form.delimiter.get(),
            form.encoding.get(),
        )
    });
    Effect::new(move |before: Option<(String, String, String, String)>| {
        let now = how.get();
        let known = found.with_untracked(|f| {
            (
                f.sheet.to_string(),
                f.header_row.to_string(),
                word(f.delimiter),
                word(f.encoding),
            )
        });
        if before.is_some() && now != known && form.header_row.get_untracked().trim().parse::<u32>().is_ok() {
            // Another sheet has a header of its own.
            if now.0 != known.0 {
                form.header_row.set(String::new());
            }
            busy.set(true);
            leptos::task::spawn_local(async move {
                match api
                    .get::<Preview>(&format!("/imports/{id}/preview{}", form.preview_query()))
                    .await
                {
                    Ok(preview) => {
                        let _gone = found.try_set(preview.detection.clone());
                        form.detected(&preview.detection);
                        let _gone = problem.try_set(None);
                    }
                    Err(stop) => {
                        let _gone = problem.try_set(Some(stop));
                    }
                }
                let _gone = busy.try_set(false);
            });
        }
        now
    });

    let check = move |_| {
        busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            match api
                .put::<Import>(&format!("/imports/{id}/mapping"), version, &form.mapping())
                .await
            {
                Ok(Versioned { value, .. }) => {
                    remap.set(false);
                    load.set(value);
                }
                Err(stop) => {
                    let _gone = problem.try_set(Some(stop));
                    focus_first_flaw();
                }
            }
            let _gone = busy.try_set(false);
        });
    };
    let name = RwSignal::new(String::new());
    let keep = move |_| {
        let new = NewSavedMapping {
            name: name.get_untracked(),
            signature: found.with_untracked(|f| f.signature.clone()),
            mapping: form.mapping(),
        };
        leptos::task::spawn_local(async move {
            match api.post::<SavedMapping>("/import-mappings", &new, &new_key()).await {
                Ok(_) => toasts.good(t::saved_note()),
                Err(stop) => {
                    let _gone = problem.try_set(Some(stop));
                }
            }
        });
    };
    let saved = StoredValue::new(import.fitting_mappings.clone());
    let chosen = RwSignal::new(String::new());
    Effect::new(move |before: Option<()>| {
        let id = chosen.get();
        if before.is_some() {
            match saved.with_value(|all| all.iter().find(|m| m.id.to_string() == id).cloned()) {
                Some(saved) => form.fill(&saved.mapping),
                None => found.with_untracked(|f| form.detected(f)),
            }
        }
    });
    let communities = Signal::derive(move || {
        let all = place.communities.get().map(|page| page.items).unwrap_or_default();
        all.into_iter().map(|c| (c.id.to_string(), c.name)).collect::<Vec<_>>()
    });
    let sheets = Signal::derive(move || {
        found.with(|f| {
            f.sheets
                .iter()
                .enumerate()
                .map(|(i, name)| (i.to_string(), name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let is_csv = move || found.with(|f| f.format == FileFormat::Csv);
    let balances = move || form.kind() == ImportKind::Balances;
    let fields = Signal::derive(move || {
        let kind = form.kind();
        ImportField::ALL
            .iter()
            .filter(|f| f.serves(kind))
            .map(|f| (f.to_string(), words::field(*f).to_owned()))
            .collect::<Vec<_>>()
    });
    let facts = move || found.with(|f| t::rows_found(format::count(f.rows as usize), f.header_row, f.footer_rows));
    let has_saved = saved.with_value(|all| !all.is_empty());
    let noted = Signal::derive(move || problem.get());
    view! {
        <Show when=move || session.may(Permission::CreateImports) fallback=|| view! { <NoPermission/> }>
            <Card title=t::settings subtitle=leptos::text_prop::TextProp::from(facts)>
                <div class="stack-4">
                    {has_saved.then(|| view! {
                        <Select label=t::saved hint=t::saved_hint value=chosen empty=t::saved_none
                            options=Signal::derive(move || saved.with_value(|all| all.iter().map(|m| (m.id.to_string(), m.name.clone())).collect::<Vec<_>>()))/>
                    })}
                    <div class="form-grid form-grid-3">
                        <Select label=t::kind value=form.kind options=Signal::derive(|| choices(ImportKind::ALL, |k| words::kind(k).to_owned()))/>
                        <Select label=t::community value=form.community options=communities empty=t::community_by_column problem=noted pointer="/community_id"/>
                        <Show when=move || sheets.with(|s| s.len() > 1)><Select label=t::sheet value=form.sheet options=sheets/></Show>
                        <TextInput label=t::header_row hint=t::header_hint value=form.header_row inputmode="numeric" maxlength=5/>
                        <Show when=is_csv>
                            <Select label=t::delimiter value=form.delimiter options=Signal::derive(|| choices(Delimiter::ALL, |d| delimiter_word(d).to_owned()))/>
                            <Select label=t::encoding value=form.encoding options=Signal::derive(|| choices(TextEncoding::ALL, |e| e.to_string()))/>
                        </Show>
                        <Select label=t::date_order value=form.date_order problem=noted pointer="/date_order"
                            empty=move || if found.with(|f| f.dates_ambiguous) { t::choose() } else { t::not_needed() }
                            options=Signal::derive(|| choices(DateOrder::ALL, |o| order_word(o).to_owned()))/>
                        <Select label=t::decimal_style value=form.decimal_style problem=noted pointer="/decimal_style"
                            empty=move || if found.with(|f| f.decimals_ambiguous) { t::choose() } else { t::not_needed() }
                            options=Signal::derive(|| choices(DecimalStyle::ALL, |d| decimal_word(d).to_owned()))/>
                        <Show when=balances>
                            <DateInput label=t::as_at value=form.as_at required=true problem=noted pointer="/as_at"/>
                            <DateInput label=t::due_on hint=t::due_hint value=form.due_on problem=noted pointer="/due_on"/>
                        </Show>
                    </div>
                    {move || found.with(|f| f.dates_ambiguous).then(|| view! { <Callout tone="warn"><p>{t::dates_ambiguous()}</p></Callout> })}
                    {move || found.with(|f| f.decimals_ambiguous).then(|| view! { <Callout tone="warn"><p>{t::decimals_ambiguous()}</p></Callout> })}
                </div>
            </Card>
            <Card title=t::columns subtitle=t::map_text flush=true>
                <div class="table-wrap">
                    <table class="table table-cards">
                        <thead><tr><th scope="col">{t::col_column}</th><th scope="col">{t::col_samples}</th><th scope="col">{t::col_meaning}</th></tr></thead>
                        <tbody>
                            {move || form.columns.get().into_iter().map(|(column, field)| {
                                let header = if column.header.is_empty() { t::no_header(column.column + 1) } else { column.header.clone() };
                                let label = header.clone();
                                view! {
                                    <tr class:faint=move || field.with(String::is_empty)>
                                        <th scope="row" data-label=t::col_column()>{header}</th>
                                        <td class="soft truncate" data-label=t::col_samples()>{column.samples.join(" · ")}</td>
                                        <td data-label=t::col_meaning()>
                                            <crate::ui::FilterSelect label=label value=field options=fields empty=t::ignore/>
                                        </td>
                                    </tr>
                                }
                            }).collect_view()}
                        </tbody>
                    </table>
                </div>
            </Card>
            <ProblemNote problem=noted/>
            <div class="form-foot row wrap">
                <Button label=t::check kind=ButtonKind::Primary icon="list-checks" busy=busy on_click=check/>
                <span class="grow"></span>
                <TextInput label=t::save_name value=name maxlength=100/>
                <Button label=t::save icon="save" disabled=Signal::derive(move || name.with(|n| n.trim().is_empty())) on_click=keep/>
            </div>
        </Show>
    }
    .into_any()
}
