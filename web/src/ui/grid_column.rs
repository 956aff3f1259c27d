//! Columns of the virtual grid, and what the grid shares with its page.

use leptos::{prelude::*, text_prop::TextProp};
use std::{collections::HashSet, sync::Arc};

/// One column of a grid over rows of type `R`.
pub struct Column<R: 'static> {
    /// What the API calls it when sorting; also names it in the column chooser.
    pub key: &'static str,
    pub title: TextProp,
    /// Width in pixels; `None` takes what is left (one column at least should).
    pub width: Option<Signal<u32>>,
    pub numeric: bool,
    pub sortable: bool,
    /// Always shown: not in the column chooser.
    pub fixed: bool,
    /// Stays in view while the others scroll sideways; only leading columns can.
    pub sticky: bool,
    pub cell: Arc<dyn Fn(&R) -> AnyView + Send + Sync>,
    /// The cell of the totals row.
    pub total: Option<Arc<dyn Fn() -> AnyView + Send + Sync>>,
}

// By hand: a derive would ask for `R: Clone`.
impl<R> Clone for Column<R> {
    fn clone(&self) -> Self {
        Self {
            key: self.key,
            title: self.title.clone(),
            width: self.width,
            numeric: self.numeric,
            sortable: self.sortable,
            fixed: self.fixed,
            sticky: self.sticky,
            cell: self.cell.clone(),
            total: self.total.clone(),
        }
    }
}

impl<R> Column<R> {
    pub fn new(
        key: &'static str,
        title: impl Into<TextProp>,
        cell: impl Fn(&R) -> AnyView + Send + Sync + 'static,
    ) -> Self {
        Self {
            key,
            title: title.into(),
            width: None,
            numeric: false,
            sortable: false,
            fixed: false,
            sticky: false,
            cell: Arc::new(cell),
            total: None,
        }
    }
    pub fn width(mut self, pixels: u32) -> Self {
        self.width = Some(Signal::stored(pixels));
        self
    }
    /// A width that follows what the column shows.
    pub fn width_of(mut self, pixels: Signal<u32>) -> Self {
        self.width = Some(pixels);
        self
    }
    /// Figures: right-aligned, and first sorted from the largest.
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }
    pub fn sticky(mut self) -> Self {
        self.sticky = true;
        self.fixed = true;
        self
    }
    pub fn total(mut self, total: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        self.total = Some(Arc::new(total));
        self
    }
}

/// What a grid shares with its page. Rows are known by their key.
#[derive(Clone, Copy)]
pub struct Grid {
    /// (column, descending). The page fetches anew when it changes.
    pub sort: RwSignal<(String, bool)>,
    pub selected: RwSignal<HashSet<String>>,
    /// The row open in the drawer.
    pub current: RwSignal<Option<String>>,
    /// Keys of hidden columns.
    pub hidden: RwSignal<HashSet<String>>,
}

impl Grid {
    pub fn new(column: &str, descending: bool) -> Self {
        Self {
            sort: RwSignal::new((column.to_owned(), descending)),
            selected: RwSignal::default(),
            current: RwSignal::default(),
            hidden: RwSignal::default(),
        }
    }
}
