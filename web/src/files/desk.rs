//! What the parts of a page with files have in common: its lists, what is being uploaded, and what is being done.

use super::api::Shelf;
use super::deeds::Deed;
use super::uploads::Uploads;
use crate::kernel::api::{Api, use_api};
use crate::kernel::i18n::problem_text;
use crate::kernel::pages::Pages;
use crate::kernel::{Load, Session, load, use_session};
use crate::ui::{Toasts, use_toasts};
use kept_shared::{
    files::{File, FileState},
    ids::FileId,
    page::Page,
    problem::Problem,
};
use leptos::prelude::*;
use std::time::Duration;

/// Files in quarantine loaded with one request.
const AT_ONCE: u32 = 200;

/// What is in quarantine: one page of it, and a further one each time `more` is asked for.
#[derive(Clone, Copy)]
pub struct Waiting {
    pub list: Load<Page<File>>,
    pages: RwSignal<usize>,
}

impl Waiting {
    /// `fetch` gets how many are wanted and where to go on.
    pub fn new<F, Fut>(fetch: F) -> Self
    where
        F: Fn(u32, Option<String>) -> Fut + Copy + 'static,
        Fut: Future<Output = Result<Page<File>, Problem>> + 'static,
    {
        let pages = RwSignal::new(1);
        let list = load(move || {
            let wanted = pages.get();
            async move {
                let mut all = fetch(AT_ONCE, None).await?;
                for _ in 1..wanted {
                    let Some(cursor) = all.next_cursor.take() else { break };
                    let further = fetch(AT_ONCE, Some(cursor)).await?;
                    all.items.extend(further.items);
                    all.next_cursor = further.next_cursor;
                }
                Ok(all)
            }
        });
        Self { list, pages }
    }
    pub fn more(self) {
        self.pages.update(|n| *n += 1);
    }
}

/// While something waits for the scanner the page asks again this often.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

#[derive(Clone, Copy)]
pub struct Desk {
    pub shelf: Shelf,
    /// What can be downloaded.
    pub available: Pages<File>,
    /// What cannot: it waits for the scanner, or was refused by it.
    pub waiting: Waiting,
    pub uploads: Uploads,
    /// The deed whose dialog is open, and the file it is about.
    pub deed: RwSignal<Option<(Deed, File)>>,
    pub is_open: RwSignal<bool>,
    /// The file whose details are shown.
    pub shown: RwSignal<Option<File>>,
    pub on_change: Callback<()>,
    session: Session,
    pub api: Api,
    pub toasts: Toasts,
}

impl Desk {
    /// `on_change` is told when something else than the two lists may have changed too.
    pub fn new(shelf: Shelf, available: Pages<File>, waiting: Waiting, on_change: Callback<()>) -> Self {
        let changed = Callback::new(move |()| {
            available.reload();
            waiting.list.reload();
            on_change.run(());
        });
        watch(available, waiting.list, on_change);
        Self {
            shelf,
            available,
            waiting,
            uploads: Uploads::new(changed),
            deed: RwSignal::new(None),
            is_open: RwSignal::new(false),
            shown: RwSignal::new(None),
            on_change: changed,
            session: use_session(),
            api: use_api(),
            toasts: use_toasts(),
        }
    }
    pub fn is_attorney(self) -> bool {
        self.session.is_attorney()
    }
    pub fn may_upload(self) -> bool {
        self.session.may(self.shelf.to_upload())
    }
    pub fn may_edit(self) -> bool {
        self.session.may(self.shelf.to_edit())
    }
    /// What others uploaded is renamed by those who may edit; an attorney's next edition is of her own file.
    pub fn may_rename(self, file: &File) -> bool {
        self.may_edit() || (self.may_upload() && self.is_mine(file))
    }
    pub fn may_replace(self, file: &File) -> bool {
        self.may_upload() && (!self.is_attorney() || self.is_mine(file))
    }
    fn is_mine(self, file: &File) -> bool {
        self.session.me().is_some_and(|me| me.id == file.uploader_id)
    }
    /// Opens the dialog of a deed.
    pub fn start(self, deed: Deed, file: File) {
        self.deed.set(Some((deed, file)));
        self.is_open.set(true);
    }
    pub fn download(self, file: File) {
        let (api, toasts) = (self.api, self.toasts);
        leptos::task::spawn_local(async move {
            if let Err(problem) = api.download_file(&file).await {
                toasts.bad(problem_text(&problem));
                // What was downloadable when the list was drawn may be so no longer.
                self.on_change.try_run(());
            }
        });
    }
}

/// Asks again while the scanner has something to say, and shows what became clean.
fn watch(available: Pages<File>, waiting: Load<Page<File>>, on_change: Callback<()>) {
    Effect::new(move |before: Option<Vec<FileId>>| {
        waiting.problem.track();
        let items = waiting.get().map(|page| page.items).unwrap_or_default();
        let now: Vec<FileId> = items.iter().map(|f| f.id).collect();
        if before.is_some_and(|before| before.iter().any(|id| !now.contains(id))) {
            available.reload();
            on_change.run(());
        }
        let is_pending = |f: &File| f.state != FileState::Unscanned && f.state.awaits_scan(f.state_reason.as_deref());
        // A page in the background asks for nothing.
        let ask = move || {
            if !document().hidden() {
                waiting.reload();
            }
        };
        if items.iter().any(is_pending)
            && let Ok(handle) = set_interval_with_handle(ask, LOOK_AGAIN)
        {
            on_cleanup(move || handle.clear());
        }
        now
    });
}
