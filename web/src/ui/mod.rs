//! The kit: accessible parts over native HTML that every page is made of. Parts take words and signals; they never call
//! the API. A text is a [`TextProp`](leptos::text_prop::TextProp): a string, or a message function such as
//! `t::users::name`, which then follows a change of language. Classes are listed at the head of `style/*.css`.

mod ageing;
mod button;
mod choice;
mod dialog;
mod drawer;
mod field;
mod file_drop;
mod filter;
mod grid;
mod grid_column;
mod grid_keys;
mod grid_rows;
mod input;
mod menu;
mod money_input;
mod multi_select;
mod on_top;
mod page;
mod panel;
mod popup;
mod small;
mod state;
mod table;
mod tabs;
mod timeline;
mod toast;

pub use ageing::{AgeBar, AgePart, AgeTiles};
pub use button::{Button, ButtonKind, IconButton, SubmitButton};
pub use choice::{Checkbox, Choice, FilterSelect, RadioGroup, SearchInput, SegmentedControl, Select};
pub use dialog::{ConfirmDialog, Dialog};
pub use drawer::Drawer;
pub use field::{field_error, focus_first_flaw};
pub use file_drop::{FileDrop, FileState, Upload};
pub use filter::FilterMulti;
pub use grid::VirtualTable;
pub use grid_column::{Column, Grid};
pub use grid_rows::ColumnChooser;
pub use input::{DateInput, PasswordInput, TextArea, TextInput};
pub use menu::{Menu, MenuItem};
pub use money_input::{MoneyInput, amount_of};
pub use multi_select::MultiSelect;
pub use page::{Breadcrumbs, PageHead, Section, Stepper};
pub use panel::{Callout, Card};
pub use popup::{close_outside, on_escape};
pub use small::{Avatar, Icon, Pill, Progress};
pub use state::{Empty, Loading, NoPermission, ProblemNote, ProblemPanel, SkeletonKind};
pub use table::{DataColumn, DataTable, row_link};
pub use tabs::{Tab, Tabs};
pub use timeline::{Timeline, TimelineEntry};
pub use toast::{ToastHost, Toasts, use_toasts};

use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// An element id that no other element of the page has.
pub fn unique_id(stem: &str) -> String {
    format!("{stem}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
