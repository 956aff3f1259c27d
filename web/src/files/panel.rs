//! The Files tab of a customer (spec J04, J05): left what is on its way and in quarantine, right what is clean.

use super::api::Shelf;
use super::words;
use super::{Available, DeedDialog, Desk, DetailsDrawer, Quarantine, Waiting};
use crate::kernel::{api::use_api, i18n::t, pages::pages, query::debounced, use_session};
use crate::notes::WhoReads;
use crate::ui::*;
use kept_shared::{
    files::{DocumentType, FileFilter},
    ids::AccountId,
    permission::Permission,
};
use leptos::{prelude::*, text_prop::TextProp};

/// What the file chooser offers; the server judges by content.
pub const ACCEPT: &str = ".pdf,.docx,.xlsx,.csv,.txt,.png,.jpg,.jpeg,.tif,.tiff,.eml,.msg";

#[component]
pub fn FilesPanel(account: AccountId) -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::ViewFiles) fallback=|| view! { <NoPermission/> }><Panel account/></Show>
    }
    .into_any()
}

#[component]
fn Panel(account: AccountId) -> impl IntoView {
    let api = use_api();
    let typed = RwSignal::new(String::new());
    let q = debounced(typed, 250);
    let kind = RwSignal::new(String::new());
    let available = pages(move |cursor| {
        let filter = FileFilter {
            available: Some(true),
            document_type: kind.with(|k| k.parse().ok()),
            q: Some(q.get()).filter(|q| !q.trim().is_empty()),
            limit: None,
            cursor,
        };
        async move { api.files(account, &filter).await }
    });
    let waiting = Waiting::new(move |limit, cursor| async move {
        let filter = FileFilter {
            available: Some(false),
            limit: Some(limit),
            cursor,
            ..FileFilter::default()
        };
        api.files(account, &filter).await
    });
    let desk = Desk::new(Shelf::Account(account), available, waiting, Callback::new(|()| ()));
    let new_kind = RwSignal::new(DocumentType::Other.as_str().to_owned());
    // Empty: as usual for this customer. What an attorney uploads is for both.
    let readers = RwSignal::new(String::new());
    let chooses = !use_session().is_attorney();
    let on_files = Callback::new(move |files: Vec<web_sys::File>| {
        for file in files {
            let mut fields = vec![("document_type", new_kind.get_untracked())];
            fields.extend(Some(("visibility", readers.get_untracked())).filter(|(_, v)| !v.is_empty()));
            desk.uploads.add(desk.shelf.path(), fields, file);
        }
    });
    let on_cancel = Callback::new(move |key: String| desk.uploads.cancel(&key));
    let filtered = Signal::derive(move || q.with(|q| !q.trim().is_empty()) || kind.with(|k| !k.is_empty()));
    view! {
        <div class="files-sides">
            <div class="stack-4">
                <Show when=move || desk.may_upload()>
                    <Card title=t::files::upload_title>
                        <div class="stack-4">
                            <Select label=t::files::kind_of_new value=new_kind options=Signal::derive(words::kinds)/>
                            {chooses.then(|| view! { <WhoReads visibility=readers/> })}
                            <FileDrop label=t::files::upload_title hint=TextProp::from(t::files::drop_rules) on_files uploads=desk.uploads.rows on_cancel accept=ACCEPT/>
                        </div>
                    </Card>
                </Show>
                <Quarantine desk always=true/>
            </div>
            <section aria-label=t::files::available>
                <div class="toolbar">
                    <SearchInput label=t::files::search value=typed/>
                    <FilterSelect label=t::files::kind value=kind empty=t::files::all_kinds options=Signal::derive(words::kinds)/>
                </div>
                <Available desk filtered empty_title=t::files::empty_title empty_text=t::files::empty_text/>
            </section>
        </div>
        <DeedDialog desk/>
        <DetailsDrawer desk/>
    }
    .into_any()
}
