//! Several uploads at once: a few run, the others wait their turn, each can be called off.

use super::words;
use crate::kernel::{
    api::{Api, new_key, use_api},
    i18n::t,
    upload::Upload as Sending,
};
use crate::ui::{FileState, Toasts, Upload, use_toasts};
use kept_shared::files::{File, MAX_BYTES, Refusal, allowed};
use leptos::prelude::*;
use std::collections::VecDeque;

/// Uploads that run at the same time; browsers keep few connections to one server, and the page needs some.
const AT_ONCE: usize = 3;

/// One file that waits for its turn.
struct Waiting {
    key: String,
    path: String,
    fields: Vec<(&'static str, String)>,
    file: web_sys::File,
    sent: Sending,
    state: RwSignal<FileState>,
}

#[derive(Clone, Copy)]
pub struct Uploads {
    pub rows: RwSignal<Vec<Upload>>,
    queue: StoredValue<VecDeque<Waiting>, LocalStorage>,
    running: StoredValue<Vec<(String, Sending)>, LocalStorage>,
    /// What a row shows belongs to the page, not to the click that made it.
    owner: StoredValue<Owner>,
    on_taken: Callback<()>,
    api: Api,
    toasts: Toasts,
}

/// Refuses at once what the server would refuse.
fn refusal(file: &web_sys::File) -> Option<Refusal> {
    if file.size() == 0.0 {
        return Some(Refusal::Empty);
    }
    if file.size() > MAX_BYTES as f64 {
        return Some(Refusal::TooLarge);
    }
    allowed(&file.name(), Some(&file.type_())).err()
}

/// One after the other, each with a meter nobody looks at.
async fn send_rest(api: Api, toasts: Toasts, rest: VecDeque<Waiting>) {
    for waiting in rest {
        let owner = Owner::new();
        let sent = owner.with(Sending::default);
        let fields: Vec<(&str, &str)> = waiting
            .fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer: Result<File, _> = api
            .upload(&waiting.path, &fields, ("file", &waiting.file), sent, &waiting.key)
            .await;
        if let Err(problem) = answer {
            toasts.bad(format!("{}: {}", waiting.file.name(), words::upload_problem(&problem)));
        }
    }
}

impl Uploads {
    /// For the page being drawn; `on_taken` is told of each file that arrived.
    pub fn new(on_taken: Callback<()>) -> Self {
        let queue = StoredValue::new_local(VecDeque::<Waiting>::new());
        let (api, toasts) = (use_api(), use_toasts());
        // What still waits when another tab is opened is sent all the same; only what fails is told.
        on_cleanup(move || {
            let rest = queue.try_update_value(std::mem::take).unwrap_or_default();
            if !rest.is_empty() {
                leptos::task::spawn_local(send_rest(api, toasts, rest));
            }
        });
        Self {
            rows: RwSignal::new(vec![]),
            queue,
            running: StoredValue::new_local(vec![]),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            on_taken,
            api,
            toasts,
        }
    }

    /// Uploads a file to `path` with these fields of the form.
    pub fn add(self, path: String, fields: Vec<(&'static str, String)>, file: web_sys::File) {
        let key = new_key();
        let refused = refusal(&file);
        let (sent, state) = self.owner.get_value().with(|| {
            let first = match refused {
                Some(why) => FileState::Failed(words::refusal(why.code()).unwrap_or_default().to_owned()),
                None => FileState::Sending(0),
            };
            let (sent, state) = (Sending::default(), RwSignal::new(first));
            Effect::new(move |_| {
                let percent = sent.progress.get();
                if matches!(state.get_untracked(), FileState::Sending(_)) {
                    state.set(FileState::Sending(percent));
                }
            });
            (sent, state)
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "sizes of files are whole numbers"
        )]
        let bytes = file.size() as u64;
        let row = Upload {
            key: key.clone(),
            name: file.name(),
            bytes,
            state: state.into(),
        };
        self.rows.update(|all| all.push(row));
        if refused.is_none() {
            let waiting = Waiting {
                key,
                path,
                fields,
                file,
                sent,
                state,
            };
            self.queue.update_value(|queue| queue.push_back(waiting));
            self.next();
        }
    }

    /// Calls an upload off, or takes the row of a failed one away.
    pub fn cancel(self, key: &str) {
        self.queue.update_value(|queue| queue.retain(|w| w.key != key));
        let running = self
            .running
            .with_value(|all| all.iter().find(|(k, _)| k == key).map(|(_, sent)| *sent));
        if let Some(sent) = running {
            sent.cancel();
        }
        self.rows.update(|all| all.retain(|u| u.key != key));
    }

    fn next(self) {
        // The page may be gone: then nothing new is begun.
        while self.running.try_with_value(Vec::len).is_some_and(|n| n < AT_ONCE) {
            let Some(waiting) = self.queue.try_update_value(VecDeque::pop_front).flatten() else {
                return;
            };
            let (key, sent) = (waiting.key.clone(), waiting.sent);
            self.running.update_value(|all| all.push((key, sent)));
            leptos::task::spawn_local(self.send(waiting));
        }
    }

    async fn send(self, waiting: Waiting) {
        let Waiting {
            key,
            path,
            fields,
            file,
            sent,
            state,
        } = waiting;
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer: Result<File, _> = self.api.upload(&path, &fields, ("file", &file), sent, &key).await;
        let _gone = self.running.try_update_value(|all| all.retain(|(k, _)| *k != key));
        match answer {
            Ok(taken) => {
                if let Some(same) = &taken.duplicate_of {
                    self.toasts.good(t::files::duplicate(&taken.document_name, same));
                }
                let _gone = self.rows.try_update(|all| all.retain(|u| u.key != key));
                self.on_taken.try_run(());
            }
            // Of one that was called off no row is left to say so.
            Err(problem) => {
                let text = words::upload_problem(&problem);
                // Of one whose page is gone nobody but the person is left to tell.
                if state.try_set(FileState::Failed(text.clone())).is_some() {
                    self.toasts.bad(format!("{}: {text}", file.name()));
                }
            }
        }
        self.next();
    }
}
