//! Details of a file: what it is, who brought it, its editions, and who took it.

use super::desk::Desk;
use super::words;
use crate::kernel::{format, i18n::t, load, use_session};
use crate::ui::*;
use kept_shared::{
    files::{File, FileMark},
    permission::Permission,
};
use leptos::prelude::*;

/// The drawer over the page; nothing while no file is chosen.
#[component]
pub fn DetailsDrawer(desk: Desk) -> impl IntoView {
    move || desk.shown.get().map(|file| view! { <Details desk file/> })
}

fn mark(label: &'static str, mark: Option<FileMark>) -> impl IntoView {
    mark.map(|m| {
        // By whom is not told to everybody.
        let at = format::instant(m.at);
        let who = if m.by.is_empty() {
            at
        } else {
            format!("{} · {at}", m.by)
        };
        view! { <dt>{label}</dt><dd>{m.reason}<small class="soft">{who}</small></dd> }
    })
}

#[component]
fn Details(desk: Desk, file: File) -> impl IntoView {
    let session = use_session();
    let (for_editions, id) = (StoredValue::new(file.clone()), file.id);
    let api = desk.api;
    let editions = load(move || async move { api.file_editions(&for_editions.get_value()).await });
    let sees_downloads = session.may(Permission::ViewAudit);
    let standing = words::standing(&file, desk.is_attorney());
    let f = file.clone();
    let uploaded = format!("{} · {}", f.uploaded_by, format::instant(f.uploaded_at));
    let second = match (&f.folder, f.community_id) {
        (Some(folder), _) => view! { <dt>{t::documents::folder}</dt><dd>{folder.clone()}</dd> }.into_any(),
        (None, Some(_)) => ().into_any(),
        (None, None) => view! { <dt>{t::files::kind}</dt><dd>{words::kind(f.document_type)}</dd> }.into_any(),
    };
    view! {
        <Drawer title=f.document_name.clone() subtitle=f.file_name.clone() class="drawer-over" take_focus=true on_close=move |()| desk.shown.set(None)>
            <dl class="dl">
                <dt>{t::files::state}</dt><dd><Pill tone=standing.tone label=standing.label/>{standing.text.map(|text| view! { <small class="soft">{text}</small> })}</dd>
                {second}
                <dt>{t::files::size}</dt><dd>{format::bytes(f.size_bytes)}" · "{f.media_type.clone()}</dd>
                <dt>{t::files::uploaded}</dt><dd>{uploaded}</dd>
                <dt>{t::files::readers}</dt><dd>{words::readers(&f)}</dd>
                {mark(t::files::held(), f.hold.clone())}
                {mark(t::files::deleted(), f.deleted.clone())}
                <dt>"SHA-256"</dt><dd class="files-hash">{f.sha256.clone()}</dd>
            </dl>
            <section>
                <h3>{t::files::editions}</h3>
                {move || match (editions.get(), editions.problem.get()) {
                    (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| editions.reload()/> }.into_any(),
                    (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=2/> }.into_any(),
                    (Some(all), None) => view! {
                        <ul class="plain-list">{all.into_iter().map(|edition| edition_line(desk, edition)).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
            {sees_downloads.then(|| view! { <Downloads desk id/> })}
        </Drawer>
    }
    .into_any()
}

fn edition_line(desk: Desk, file: File) -> AnyView {
    let standing = words::standing(&file, desk.is_attorney());
    let title = t::files::edition(file.edition as usize);
    let facts = format!(
        "{} · {} · {}",
        format::instant(file.uploaded_at),
        file.uploaded_by,
        format::bytes(file.size_bytes)
    );
    let label = t::files::download_name(&title);
    let can = file.is_downloadable;
    view! {
        <li>
            <span><b>{title}</b><small>{facts}</small></span>
            <span class="row">
                <Pill tone=standing.tone label=standing.label/>
                {can.then(|| view! { <IconButton icon="download" label class="btn-sm" on_click=move |_| desk.download(file.clone())/> })}
            </span>
        </li>
    }
    .into_any()
}

#[component]
fn Downloads(desk: Desk, id: kept_shared::ids::FileId) -> impl IntoView {
    let api = desk.api;
    let downloads = load(move || async move { api.file_downloads(id).await });
    view! {
        <section>
            <h3>{t::files::downloads}</h3>
            {move || match (downloads.get(), downloads.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| downloads.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=2/> }.into_any(),
                (Some(all), None) if all.is_empty() => view! { <p class="soft">{t::files::never_downloaded}</p> }.into_any(),
                (Some(all), None) => view! {
                    <ul class="plain-list">{all.into_iter().map(|d| {
                        let edition = t::files::edition(d.edition as usize);
                        view! { <li><span><b>{d.by}</b><small>{edition}</small></span><span class="soft nowrap">{format::instant(d.at)}</span></li> }
                    }).collect_view()}</ul>
                }.into_any(),
            }}
        </section>
    }
    .into_any()
}
