//! The page: a community, its folders, its documents; and for those who may edit, uploads and quarantine.

use crate::files::{Available, DeedDialog, Desk, DetailsDrawer, Quarantine, Shelf, Waiting};
use crate::kernel::{Load, api::use_api, format, i18n::t, load, pages::pages, query::debounced, use_session};
use crate::shell::use_place;
use crate::ui::*;
use kept_shared::{
    documents::{DocumentFilter, Folders, MAX_FOLDER_DEPTH, MAX_FOLDER_NAME},
    ids::CommunityId,
    notes::Visibility,
    page::Page,
    permission::Permission,
};
use leptos::{prelude::*, text_prop::TextProp};

/// `/documents`.
#[component]
pub fn DocumentsPage() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::ViewDocuments) fallback=|| view! { <div class="page"><NoPermission/></div> }><Documents/></Show>
    }
    .into_any()
}

#[component]
fn Documents() -> impl IntoView {
    let place = use_place();
    // Documents are of one community: the one worked in, else the first.
    let community = Memo::new(move |_| {
        let first = || {
            place
                .communities
                .get()
                .and_then(|page| page.items.first().map(|c| c.id))
        };
        place.community.get().or_else(first)
    });
    let value = RwSignal::new(String::new());
    let options = Signal::derive(move || {
        let page = place.communities.get().map(|p| p.items).unwrap_or_default();
        page.into_iter().map(|c| (c.id.to_string(), c.name)).collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        let now = community.get().map(|id| id.to_string()).unwrap_or_default();
        if value.with_untracked(|v| *v != now) {
            value.set(now);
        }
    });
    Effect::new(move |before: Option<()>| {
        let chosen: Option<CommunityId> = value.with(|v| v.parse().ok());
        if before.is_some() && chosen.is_some() && chosen != community.get_untracked() {
            let key = value.get_untracked();
            let name = options.with_untracked(|o| o.iter().find(|(id, _)| *id == key).map(|(_, name)| name.clone()));
            place.choose(chosen, name.unwrap_or_default());
        }
    });
    let none = move || place.communities.get().is_some_and(|page| page.items.is_empty());
    view! {
        <div class="page">
            <PageHead title=t::documents::title subtitle=t::documents::subtitle>
                <Show when=move || options.with(|o| o.len() > 1)>
                    <span class="documents-community"><FilterSelect label=t::documents::community value options/></span>
                </Show>
            </PageHead>
            {move || match (community.get(), place.communities.problem.get()) {
                (Some(id), _) => view! { <OfCommunity community=id/> }.into_any(),
                (None, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| place.communities.reload()/> }.into_any(),
                (None, None) if none() => view! { <Empty title=t::documents::no_community_title text=t::documents::no_community_text icon="folder-open"/> }.into_any(),
                (None, None) => view! { <Loading/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn OfCommunity(community: CommunityId) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let typed = RwSignal::new(String::new());
    let q = debounced(typed, 250);
    let folder = RwSignal::new(None::<String>);
    let may_edit = session.may(Permission::EditDocuments);
    let available = pages(move |cursor| {
        let filter = DocumentFilter {
            folder: folder.get(),
            available: Some(true),
            q: Some(q.get()).filter(|q| !q.trim().is_empty()),
            limit: None,
            cursor,
        };
        async move { api.documents(community, &filter).await }
    });
    let waiting = Waiting::new(move |limit, cursor| async move {
        // Quarantine is for those who may edit.
        if !may_edit {
            return Ok(Page {
                items: vec![],
                next_cursor: None,
            });
        }
        let filter = DocumentFilter {
            available: Some(false),
            limit: Some(limit),
            cursor,
            ..DocumentFilter::default()
        };
        api.documents(community, &filter).await
    });
    let folders = load(move || async move {
        api.get::<Folders>(&format!("/communities/{community}/documents/folders"))
            .await
    });
    let desk = Desk::new(
        Shelf::Community(community),
        available,
        waiting,
        Callback::new(move |()| folders.reload()),
    );
    let filtered = Signal::derive(move || q.with(|q| !q.trim().is_empty()) || folder.with(Option::is_some));
    let empty_text = if may_edit {
        t::documents::empty_text_edit
    } else {
        t::documents::empty_text
    };
    view! {
        <div class="documents-sides">
            <div class="stack-4">
                <FolderList folders folder/>
                {may_edit.then(|| view! { <Upload desk folder/><Quarantine desk/> })}
            </div>
            <section aria-label=t::documents::title>
                <div class="toolbar"><SearchInput label=t::files::search value=typed slash=true/></div>
                <Available desk filtered empty_title=t::documents::empty_title empty_text/>
            </section>
        </div>
        <DeedDialog desk/>
        <DetailsDrawer desk/>
    }
    .into_any()
}

#[component]
fn FolderList(folders: Load<Folders>, folder: RwSignal<Option<String>>) -> impl IntoView {
    let count = |n: u64| format::count(usize::try_from(n).unwrap_or(usize::MAX));
    let line = move |path: Option<String>, label: String, depth: usize, documents: u64| {
        let (own, chosen) = (path.clone(), path);
        let icon = if depth == 0 { "layers" } else { "folder-open" };
        view! {
            <li><button type="button" class=format!("documents-level-{depth}") aria-pressed=move || folder.with(|f| *f == own).to_string() on:click=move |_| folder.set(chosen.clone())>
                <Icon name=icon/><span class="truncate">{label}</span><span class="num soft">{count(documents)}</span>
            </button></li>
        }
    };
    view! {
        <nav class="card documents-folders" aria-label=t::documents::folders>
            {move || match (folders.get(), folders.problem.get()) {
                (None, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| folders.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=4/> }.into_any(),
                (Some(all), _) => {
                    let items = all.items.into_iter().map(|f| {
                        let depth = f.path.split('/').count();
                        let label = f.path.rsplit('/').next().unwrap_or_default().to_owned();
                        line(Some(f.path), label, depth, f.documents)
                    }).collect_view();
                    view! { <ul>{line(None, t::documents::all().to_owned(), 0, all.documents)}{items}</ul> }.into_any()
                }
            }}
        </nav>
    }
    .into_any()
}

/// The folders most communities need; any other name will do.
fn usual_folders() -> [&'static str; 5] {
    [
        t::documents::folder_rules(),
        t::documents::folder_resolutions(),
        t::documents::folder_budgets(),
        t::documents::folder_insurance(),
        t::documents::folder_registration(),
    ]
}

#[component]
fn Upload(desk: Desk, folder: RwSignal<Option<String>>) -> impl IntoView {
    let into = RwSignal::new(folder.get_untracked().unwrap_or_default());
    // Nobody outside the agency reads a document unless somebody says so.
    let shared = RwSignal::new(false);
    Effect::new(move |_| into.set(folder.get().unwrap_or_default()));
    let on_files = Callback::new(move |files: Vec<web_sys::File>| {
        let visibility = if shared.get_untracked() {
            Visibility::Shared
        } else {
            Visibility::Internal
        };
        for file in files {
            let fields = vec![
                ("folder", into.get_untracked()),
                ("visibility", visibility.as_str().to_owned()),
            ];
            desk.uploads.add(desk.shelf.path(), fields, file);
        }
    });
    let on_cancel = Callback::new(move |key: String| desk.uploads.cancel(&key));
    let chips = move || {
        usual_folders()
            .into_iter()
            .map(|name| {
                view! { <button type="button" class="btn btn-sm" on:click=move |_| into.set(name.to_owned())>{name}</button> }
            })
            .collect_view()
    };
    let most = (MAX_FOLDER_NAME * MAX_FOLDER_DEPTH) as u32;
    view! {
        <Card title=t::files::upload_title>
            <div class="stack-4">
                <TextInput label=t::documents::folder value=into hint=t::documents::folder_hint maxlength=most/>
                <div class="row wrap">{chips}</div>
                <Checkbox label=t::documents::others_see checked=shared hint=t::documents::others_see_hint/>
                <FileDrop label=t::files::upload_title hint=TextProp::from(t::files::drop_rules) on_files uploads=desk.uploads.rows on_cancel accept=crate::files::ACCEPT/>
            </div>
        </Card>
    }
    .into_any()
}
