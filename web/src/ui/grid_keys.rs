//! The virtual grid's keyboard.

use super::grid::Inner;
use leptos::{ev, prelude::*};

/// `page` is how many rows are in view; `show` scrolls a row into view.
pub(super) fn press<R: Send + Sync + 'static>(
    inner: Inner<R>,
    e: &ev::KeyboardEvent,
    page: usize,
    show: &impl Fn(usize),
) {
    let (grid, i) = (inner.grid, inner.cursor.get_untracked());
    let n = inner.rows.with_untracked(|rows| rows.len());
    if n == 0 {
        return;
    }
    let to = match e.key().as_str() {
        "ArrowDown" => (i + 1).min(n - 1),
        "ArrowUp" => i.saturating_sub(1),
        "PageDown" => (i + page).min(n - 1),
        "PageUp" => i.saturating_sub(page),
        "Home" => 0,
        "End" => n - 1,
        "Enter" => {
            e.prevent_default();
            return grid.current.set(inner.key_at(i));
        }
        " " if inner.ticks => {
            e.prevent_default();
            return inner.tick(i, e.shift_key());
        }
        "a" if inner.ticks && (e.ctrl_key() || e.meta_key()) => {
            e.prevent_default();
            return inner
                .rows
                .with_untracked(|rows| grid.selected.set(rows.iter().map(inner.key).collect()));
        }
        "Escape" if grid.current.with_untracked(Option::is_some) => {
            e.prevent_default();
            return grid.current.set(None);
        }
        _ => return,
    };
    e.prevent_default();
    inner.cursor.set(to);
    show(to);
    if grid.current.with_untracked(Option::is_some) {
        grid.current.set(inner.key_at(to));
    }
}
