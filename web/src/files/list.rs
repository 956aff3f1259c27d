//! The right side: files that can be downloaded.

use super::deeds::Deed;
use super::desk::Desk;
use super::words;
use crate::kernel::{format, i18n::t};
use crate::ui::*;
use kept_shared::files::{File, FileState};
use kept_shared::notes::Visibility;
use leptos::{prelude::*, text_prop::TextProp};

/// The list, in its four states. `filtered` says that a filter may be why nothing is there.
#[component]
pub fn Available(
    desk: Desk,
    #[prop(into)] filtered: Signal<bool>,
    #[prop(into)] empty_title: TextProp,
    #[prop(into)] empty_text: TextProp,
) -> impl IntoView {
    let list = desk.available;
    let in_folders = matches!(desk.shelf, super::Shelf::Community(_));
    let empty = StoredValue::new((empty_title, empty_text));
    view! {
        {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
            (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
            (false, None) => view! { <Loading/> }.into_any(),
            (true, None) if !filtered.get() && list.rows().with(Vec::is_empty) => {
                let (title, text) = empty.get_value();
                view! { <Empty title text icon="folder-open" class="empty-sm"/> }.into_any()
            }
            (true, None) => view! {
                <DataTable label=t::files::available columns=columns(desk, in_folders) rows=list.rows()
                    row_key=|f: &File| format!("{}-{}-{}", f.id, f.version, f.state)
                    has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()
                    empty_title=t::ui::no_match_title empty_text=t::ui::no_match_text/>
            }.into_any(),
        }}
    }
    .into_any()
}

fn columns(desk: Desk, in_folders: bool) -> Vec<DataColumn<File>> {
    let second = if in_folders {
        DataColumn::new("folder", t::documents::folder, |f: &File| {
            f.folder.clone().unwrap_or_else(|| "–".into()).into_any()
        })
    } else {
        DataColumn::new("kind", t::files::kind, |f: &File| {
            words::kind(f.document_type).into_any()
        })
    };
    vec![
        DataColumn::new("name", t::files::document, move |f: &File| {
            let (file, name) = (f.clone(), f.document_name.clone());
            // Most documents are called what their file is called.
            let size = if f.file_name.starts_with(&f.document_name) {
                format::bytes(f.size_bytes)
            } else {
                format!("{} · {}", f.file_name, format::bytes(f.size_bytes))
            };
            let tip = t::files::download_name(&name);
            view! {
                <span class="who files-name">
                    <button type="button" class="btn btn-link" title=tip on:click=move |_| desk.download(file.clone())>{name}</button>
                    <small>{size}</small>
                    {marks(f, desk.is_attorney())}
                </span>
            }
            .into_any()
        }),
        second.secondary(),
        DataColumn::new("uploaded", t::files::uploaded, |f: &File| {
            let by = t::files::by(&f.uploaded_by);
            view! { <span class="who"><span class="nowrap" title=format::instant(f.uploaded_at)>{format::ago(f.uploaded_at)}</span><small>{by}</small></span> }
                .into_any()
        })
        .secondary(),
        DataColumn::new("acts", t::files::actions, move |f: &File| menu(desk, f)).numeric(),
    ]
}

/// Who may read it, edition, hold, and whether a scanner has seen it.
fn marks(file: &File, is_attorney: bool) -> impl IntoView + use<> {
    let edition = (file.edition > 1).then(|| t::files::edition(file.edition as usize));
    let hold = file.hold.is_some();
    let unscanned = file.state == FileState::Unscanned && !is_attorney;
    // An attorney reads nothing but what is for both; a document of a community is told in its details.
    let readers = (!is_attorney && file.community_id.is_none()).then(|| {
        let tone = if file.visibility == Visibility::Internal {
            "neutral"
        } else {
            "info"
        };
        view! { <Pill tone label=words::readers(file)/> }
    });
    (edition.is_some() || hold || unscanned || readers.is_some()).then(|| {
        view! {
            <span class="row wrap">
                {readers}
                {edition.map(|label| view! { <Pill tone="neutral" label/> })}
                {hold.then(|| view! { <Pill tone="violet" label=t::files::held/> })}
                {unscanned.then(|| view! { <Pill tone="warn" label=t::files::unscanned/> })}
            </span>
        }
    })
}

/// The row's menu.
pub(super) fn menu(desk: Desk, file: &File) -> AnyView {
    let label = t::files::menu_of(&file.document_name);
    let file = StoredValue::new(file.clone());
    let (can, held) = file.with_value(|f| (f.is_downloadable, f.hold.is_some()));
    let (rename, replace) = file.with_value(|f| (desk.may_rename(f), desk.may_replace(f)));
    let edit = desk.may_edit();
    let start = move |deed: Deed| desk.start(deed, file.get_value());
    view! {
        <Menu label>
            {can.then(|| view! { <MenuItem label=t::files::download icon="download" on_click=move |()| desk.download(file.get_value())/> })}
            <MenuItem label=t::files::details icon="info" on_click=move |()| desk.shown.set(Some(file.get_value()))/>
            {replace.then(|| view! { <MenuItem label=t::files::replace icon="file-up" on_click=move |()| start(Deed::Replace)/> })}
            {rename.then(|| view! { <MenuItem label=t::files::rename icon="pencil" on_click=move |()| start(Deed::Rename)/> })}
            {(edit && !held).then(|| view! { <MenuItem label=t::files::hold icon="lock" on_click=move |()| start(Deed::Hold)/> })}
            {(edit && held).then(|| view! { <MenuItem label=t::files::release icon="key-round" on_click=move |()| start(Deed::Release)/> })}
            {edit.then(|| view! { <MenuItem label=t::files::delete icon="trash-2" danger=true disabled=held on_click=move |()| start(Deed::Delete)/> })}
        </Menu>
    }
    .into_any()
}
