//! Files to upload: a drop zone around a real file input, and the list of what is on its way.

use super::{button::IconButton, small::Icon, unique_id};
use crate::kernel::{format, i18n::t};
use leptos::{ev, html, prelude::*, text_prop::TextProp};

/// How far one file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Percent sent, 0 to 100.
    Sending(u8),
    Done,
    /// What went wrong, in words.
    Failed(String),
}

/// One file of the list.
#[derive(Clone)]
pub struct Upload {
    pub key: String,
    pub name: String,
    pub bytes: u64,
    pub state: Signal<FileState>,
}

/// A drop zone. `on_files` gets what was dropped or chosen; the page uploads and keeps `uploads`, whose rows show progress
/// and can be cancelled or removed. `accept` only guides the file chooser: the server decides what it takes.
#[component]
pub fn FileDrop(
    #[prop(into)] label: TextProp,
    #[prop(into)] on_files: Callback<Vec<web_sys::File>>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] uploads: Signal<Vec<Upload>>,
    #[prop(optional, into)] on_cancel: Option<Callback<String>>,
    #[prop(optional)] accept: &'static str,
    #[prop(default = true)] multiple: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let id = unique_id("files");
    let take = move |list: Option<web_sys::FileList>| {
        let Some(list) = list else { return };
        let wanted = if multiple { list.length() } else { list.length().min(1) };
        let files: Vec<_> = (0..wanted).filter_map(|i| list.item(i)).collect();
        if !files.is_empty() && !disabled.get_untracked() {
            on_files.run(files);
        }
    };
    let dropped = move |e: ev::DragEvent| {
        e.prevent_default();
        over.set(false);
        take(e.data_transfer().and_then(|data| data.files()));
    };
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            take(input.files());
            // The same file may be chosen again after a failure.
            input.set_value("");
        }
    };
    let title = move || match (over.get(), multiple) {
        (true, _) => t::ui::drop_over(),
        (false, true) => t::ui::drop_title(),
        (false, false) => t::ui::drop_title_one(),
    };
    view! {
        <div>
            <label class="drop" class:over=move || over.get() for=id.clone()
                on:dragenter=move |e: ev::DragEvent| { e.prevent_default(); over.set(true) }
                on:dragover=move |e: ev::DragEvent| { e.prevent_default(); over.set(true) }
                on:dragleave=move |_| over.set(false) on:drop=dropped>
                <Icon name="upload" size=22/>
                <span class="sr">{move || label.get()}</span>
                <b>{title}</b>
                {hint.map(|hint| view! { <span>{move || hint.get()}</span> })}
                <input id=id.clone() node_ref=input type="file" class="sr" accept=accept multiple=multiple disabled=move || disabled.get() on:change=chosen/>
            </label>
            <ul class="files">
                <For each=move || uploads.get() key=|upload| upload.key.clone() let:upload>
                    {line(upload, on_cancel)}
                </For>
            </ul>
        </div>
    }
    .into_any()
}

fn line(upload: Upload, on_cancel: Option<Callback<String>>) -> impl IntoView {
    let Upload {
        key,
        name,
        bytes,
        state,
    } = upload;
    // The page may leave on the last word of an upload: its signals are gone a moment before this row is.
    let now = move || state.try_get().unwrap_or(FileState::Done);
    let icon = Signal::derive(move || match now() {
        FileState::Sending(_) => "file-up",
        FileState::Done => "file-check",
        FileState::Failed(_) => "circle-alert",
    });
    let words = move || match now() {
        FileState::Sending(percent) => format!("{} · {percent}%", format::bytes(bytes)),
        FileState::Done => format!("{} · {}", format::bytes(bytes), t::ui::uploaded()),
        FileState::Failed(reason) => reason,
    };
    let percent = move || match now() {
        FileState::Sending(percent) => Some(percent),
        FileState::Done | FileState::Failed(_) => None,
    };
    let label: TextProp = {
        let name = name.clone();
        (move || match now() {
            FileState::Sending(_) => t::ui::cancel_upload(&name),
            FileState::Done | FileState::Failed(_) => t::ui::remove_file(&name),
        })
        .into()
    };
    let progress_name = name.clone();
    view! {
        <li class="file" class:failed=move || matches!(now(), FileState::Failed(_))>
            <Icon name=icon size=20/>
            <span class="truncate">{name}</span>
            <small role="status">{words}</small>
            {move || percent().map(|percent| view! {
                <span class="meter" role="progressbar" aria-label=progress_name.clone() aria-valuemin="0" aria-valuemax="100" aria-valuenow=percent.to_string()>
                    <i style:width=format!("{percent}%")></i>
                </span>
            })}
            {on_cancel.map(|on_cancel| view! { <IconButton icon="x" class="btn-sm" label on_click=move |_| on_cancel.run(key.clone())/> })}
        </li>
    }
}
