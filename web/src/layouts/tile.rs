//! A widget while the layout is edited: its handle, its width, and the ways to move it without a mouse.

use super::widgets::spec;
use crate::kernel::i18n::t;
use crate::ui::*;
use kept_shared::layouts::{Draft, Step, Widget, Width};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// What tiles, menus and dialogs of the editor act on.
#[derive(Clone, Copy)]
pub(super) struct Board {
    pub draft: RwSignal<Draft>,
    /// The dialog of a custom widget, and the place of the one it edits.
    pub custom_open: RwSignal<bool>,
    pub editing: RwSignal<Option<usize>>,
    /// Place of the widget that is dragged, and of the one it is over.
    dragged: RwSignal<Option<usize>>,
    over: RwSignal<Option<usize>>,
    /// What a screen reader is told after a move.
    pub said: RwSignal<String>,
}

impl Board {
    pub fn new(draft: Draft) -> Self {
        Self {
            draft: RwSignal::new(draft),
            custom_open: RwSignal::new(false),
            editing: RwSignal::new(None),
            dragged: RwSignal::new(None),
            over: RwSignal::new(None),
            said: RwSignal::new(String::new()),
        }
    }
    fn step(self, at: usize, step: Step) {
        let to = self.draft.try_update(|d| d.step(at, step)).unwrap_or(at);
        self.tell(to);
        focus_on(to, HANDLE);
    }
    /// Says where the widget at a place is now.
    fn tell(self, at: usize) {
        let told = self.draft.with_untracked(|d| {
            let widget = d.widgets().get(at)?;
            Some(t::layouts::moved(title_of(widget), at + 1, d.widgets().len()))
        });
        self.said.set(told.unwrap_or_default());
    }
    fn drop_on(self, to: usize) {
        if let Some(from) = self.dragged.get_untracked() {
            self.draft.update(|d| d.move_to(from, to));
            self.tell(to);
        }
        self.lift();
    }
    fn lift(self) {
        self.dragged.set(None);
        self.over.set(None);
    }
}

/// What a widget is headed; tracked.
pub(super) fn title_of(widget: &Widget) -> String {
    match widget.predefined() {
        Some(which) => (spec(which).title)().to_owned(),
        None => widget.label.clone().unwrap_or_default(),
    }
}

const HANDLE: &str = ".layouts-handle";

/// Tiles are drawn anew after a change; the focus stays with the one that changed.
fn focus_on(at: usize, control: &'static str) {
    request_animation_frame(move || {
        let selector = format!(".layouts-tile[data-place=\"{at}\"] {control}");
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(handle) = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _detached = handle.focus();
        }
    });
}

fn width_words(width: Width) -> &'static str {
    match width {
        Width::Quarter => t::layouts::quarter(),
        Width::Third => t::layouts::third(),
        Width::Half => t::layouts::half(),
        Width::TwoThirds => t::layouts::two_thirds(),
        Width::Full => t::layouts::full(),
    }
}

#[component]
pub(super) fn Tile(board: Board, at: usize, widget: Widget) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let (title, custom) = (title_of(&widget), widget.is_custom());
    let icon = widget.predefined().map_or("tags", |which| spec(which).icon);
    let width = RwSignal::new(widget.width.as_str().to_owned());
    Effect::new(move |before: Option<()>| {
        let chosen = width.get();
        if let (Some(()), Ok(width)) = (before, chosen.parse()) {
            board.draft.update(|d| d.resize(at, width));
            focus_on(at, "select");
        }
    });
    let widths = Signal::derive(move || {
        Width::ALL
            .iter()
            .map(|w| (w.as_str().to_owned(), width_words(*w).to_owned()))
            .collect::<Vec<_>>()
    });
    let begin = move |e: ev::DragEvent| {
        if let Some(data) = e.data_transfer() {
            let _unsupported = data.set_data("text/plain", &at.to_string());
            data.set_effect_allowed("move");
            if let Some(tile) = root.get_untracked() {
                data.set_drag_image(&tile, 20, 20);
            }
        }
        board.dragged.set(Some(at));
    };
    let above = move |e: ev::DragEvent| {
        if board.dragged.get_untracked().is_some() {
            e.prevent_default();
            if board.over.get_untracked() != Some(at) {
                board.over.set(Some(at));
            }
        }
    };
    let dropped = move |e: ev::DragEvent| {
        e.prevent_default();
        board.drop_on(at);
    };
    let keys = move |e: ev::KeyboardEvent| {
        let step = match e.key().as_str() {
            "ArrowLeft" => Step::Earlier,
            "ArrowRight" => Step::Later,
            "ArrowUp" => Step::RowUp,
            "ArrowDown" => Step::RowDown,
            _ => return,
        };
        e.prevent_default();
        board.step(at, step);
    };
    let edit = move |_| {
        board.editing.set(Some(at));
        board.custom_open.set(true);
    };
    let name = title.clone();
    let remove = move |_| {
        board.draft.update(|d| d.remove(at));
        board.said.set(t::layouts::removed(&name));
        let left = board.draft.with_untracked(|d| d.widgets().len());
        focus_on(at.min(left.saturating_sub(1)), HANDLE);
    };
    let last = board.draft.with_untracked(|d| d.widgets().len()).saturating_sub(1);
    view! {
        <div node_ref=root class=format!("card layouts-tile w-{}", widget.width.columns()) data-place=at.to_string() data-widget=widget.widget.clone() role="group" aria-label=title.clone()
            class:is-dragged=move || board.dragged.get() == Some(at) class:is-over=move || board.over.get() == Some(at) && board.dragged.get() != Some(at)
            on:dragover=above on:drop=dropped>
            <div class="row layouts-tile-head">
                <button type="button" class="btn btn-ghost btn-icon layouts-handle" draggable="true" aria-label=t::layouts::handle(&title) title=t::layouts::handle_hint
                    on:dragstart=begin on:dragend=move |_| board.lift() on:keydown=keys><Icon name="grip-vertical"/></button>
                <Icon name=icon/>
                <b>{title.clone()}</b>
            </div>
            <div class="row wrap layouts-tile-acts">
                <FilterSelect label=t::layouts::width_of(&title) value=width options=widths/>
                <IconButton icon="arrow-left" class="btn-sm" label=t::layouts::earlier(&title) disabled=at == 0 on_click=move |_| board.step(at, Step::Earlier)/>
                <IconButton icon="arrow-right" class="btn-sm" label=t::layouts::later(&title) disabled=at == last on_click=move |_| board.step(at, Step::Later)/>
                {custom.then(|| view! { <IconButton icon="pencil" class="btn-sm" label=t::layouts::edit_one(&title) on_click=edit/> })}
                <IconButton icon="trash-2" class="btn-sm" label=t::layouts::remove(&title) on_click=remove/>
            </div>
        </div>
    }
    .into_any()
}
