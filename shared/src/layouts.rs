//! How the customer page's details are laid out: which widgets, in which order, how wide (spec C19, W01 to W03). Somebody's
//! own layout goes before that of the permission group, that before the one that comes with Kept.

use crate::flaws::Flaws;
use crate::ids::{MetadataFieldId, PermissionGroupId};
use crate::permission::{Permission, UserType};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Range;

/// Most widgets of a layout.
pub const MAX_WIDGETS: usize = 40;
/// Longest label of a custom widget, in characters.
pub const MAX_LABEL: usize = 60;
/// Most fields of a custom widget.
pub const MAX_FIELDS: usize = 30;
/// What the `widget` of a custom one says.
pub const CUSTOM: &str = "custom";
/// Columns of a row.
const COLUMNS: u8 = 12;
/// Changes that can be taken back.
const MAX_UNDO: usize = 100;

crate::text_enum! {
    /// How much of a row a widget takes.
    pub enum Width { Quarter = "quarter", Third = "third", Half = "half", TwoThirds = "two_thirds", Full = "full" }
}

impl Width {
    /// Of twelve.
    pub const fn columns(self) -> u8 {
        match self {
            Self::Quarter => 3,
            Self::Third => 4,
            Self::Half => 6,
            Self::TwoThirds => 8,
            Self::Full => COLUMNS,
        }
    }
}

crate::text_enum! {
    /// The predefined widgets. A feature joins with a line here, one in the registry of the page, and its words.
    pub enum Predefined {
        Contacts = "contacts", Facts = "facts", Totals = "totals", Claims = "claims", Products = "products", Units = "units",
        Ageing = "ageing", Payments = "payments", Statuses = "statuses", Handover = "handover", Notes = "notes",
        Diary = "diary", Files = "files", MoreInfo = "more_info",
    }
}

impl Predefined {
    /// Whoever may not see this sees that the widget is not theirs. `None`: part of the customer itself.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::Totals | Self::Claims | Self::Products | Self::Units | Self::Payments => Some(Permission::ViewLedger),
            Self::Notes | Self::Diary => Some(Permission::ViewNotes),
            Self::Files => Some(Permission::ViewFiles),
            Self::Contacts | Self::Facts | Self::Ageing | Self::Statuses | Self::Handover | Self::MoreInfo => None,
        }
    }
    /// How wide it is when it is added.
    pub const fn width(self) -> Width {
        match self {
            Self::Contacts | Self::Claims => Width::TwoThirds,
            Self::Units | Self::Ageing => Width::Full,
            Self::Notes | Self::Diary | Self::Files | Self::Products | Self::Payments | Self::MoreInfo => Width::Half,
            Self::Facts | Self::Totals | Self::Statuses | Self::Handover => Width::Third,
        }
    }
    pub fn placed(self, width: Width) -> Widget {
        Widget {
            widget: self.as_str().into(),
            width,
            label: None,
            fields: vec![],
        }
    }
}

/// A widget on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Widget {
    /// `contacts`, `facts`, `totals`, `claims`, `products`, `units`, `ageing`, `payments`, `statuses`, `handover`, `notes`,
    /// `diary`, `files`, `more_info`, each at most once, or `custom`.
    #[cfg_attr(feature = "openapi", schema(example = "contacts"))]
    pub widget: String,
    pub width: Width,
    /// What a custom one is headed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What a custom one shows, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<MetadataFieldId>,
}

impl Widget {
    pub fn custom(label: String, fields: Vec<MetadataFieldId>, width: Width) -> Self {
        Self {
            widget: CUSTOM.into(),
            width,
            label: Some(label),
            fields,
        }
    }
    /// `None`: a custom one.
    pub fn predefined(&self) -> Option<Predefined> {
        self.widget.parse().ok()
    }
    pub fn is_custom(&self) -> bool {
        self.widget == CUSTOM
    }
}

crate::text_enum! {
    /// Whose layout it is.
    pub enum LayoutLevel {
        /// The reader's own.
        User = "user",
        /// Of the reader's permission group.
        Group = "group",
        /// What comes with Kept for the reader's user type.
        Shipped = "shipped",
    }
}

/// The layout the caller sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Layout {
    pub level: LayoutLevel,
    pub widgets: Vec<Widget>,
    /// Whose layouts the caller may edit: all permission groups, to who has `layouts:edit`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<LayoutGroup>,
}

/// A permission group with or without a layout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LayoutGroup {
    pub id: PermissionGroupId,
    pub name: String,
    pub has_layout: bool,
}

/// The layout of a permission group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupLayout {
    pub group_id: PermissionGroupId,
    /// Nobody made one: it is what comes with Kept.
    pub is_shipped: bool,
    pub widgets: Vec<Widget>,
    /// For If-Match; 0 while nobody made one.
    pub version: i64,
}

/// A layout to be kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLayout {
    /// In order; rows follow from the widths.
    pub widgets: Vec<Widget>,
}

impl NewLayout {
    pub fn tidied(mut self) -> Self {
        for widget in &mut self.widgets {
            widget.label = crate::text::tidy(widget.label.take());
        }
        self
    }

    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.when(self.widgets.len() > MAX_WIDGETS, "/widgets", "too_many");
        let mut seen = BTreeSet::new();
        for (n, widget) in self.widgets.iter().enumerate().take(MAX_WIDGETS) {
            let at = format!("/widgets/{n}");
            let custom = widget.is_custom();
            match widget.predefined() {
                Some(which) => flaws.when(!seen.insert(which), &format!("{at}/widget"), "repeated"),
                None => flaws.when(!custom, &format!("{at}/widget"), "unknown"),
            };
            if custom {
                flaws.text(
                    &format!("{at}/label"),
                    widget.label.as_deref().unwrap_or_default(),
                    MAX_LABEL,
                );
                let mut fields = BTreeSet::new();
                let repeated = widget.fields.iter().any(|f| !fields.insert(*f));
                let at = format!("{at}/fields");
                flaws.when(widget.fields.is_empty(), &at, "required");
                flaws.when(widget.fields.len() > MAX_FIELDS, &at, "too_many");
                flaws.when(repeated, &at, "repeated");
            } else {
                flaws.when(widget.label.is_some(), &format!("{at}/label"), "not_for_this_type");
                flaws.when(!widget.fields.is_empty(), &format!("{at}/fields"), "not_for_this_type");
            }
        }
        flaws
    }
}

/// What a stored layout still holds: widgets this program does not know are left out.
pub fn known(widgets: Vec<Widget>) -> Vec<Widget> {
    widgets
        .into_iter()
        .filter(|w| w.is_custom() || w.predefined().is_some())
        .collect()
}

/// What comes with Kept.
pub fn shipped(user_type: UserType) -> Vec<Widget> {
    use Predefined as P;
    let all: &[(P, Width)] = match user_type {
        UserType::Attorney => &[
            (P::Contacts, Width::TwoThirds),
            (P::Handover, Width::Third),
            (P::Claims, Width::TwoThirds),
            (P::Totals, Width::Third),
            (P::Notes, Width::Half),
            (P::Files, Width::Half),
            (P::Payments, Width::Half),
            (P::Statuses, Width::Half),
            (P::MoreInfo, Width::Half),
            (P::Facts, Width::Half),
        ],
        UserType::CallCentre => &[
            (P::Contacts, Width::TwoThirds),
            (P::Statuses, Width::Third),
            (P::Notes, Width::TwoThirds),
            (P::Payments, Width::Third),
            (P::Claims, Width::TwoThirds),
            (P::Totals, Width::Third),
            (P::MoreInfo, Width::Half),
            (P::Facts, Width::Half),
        ],
        UserType::Superuser | UserType::Business | UserType::Location | UserType::Trustee | UserType::ApiClient => &[
            (P::Contacts, Width::TwoThirds),
            (P::Facts, Width::Third),
            (P::Claims, Width::TwoThirds),
            (P::Totals, Width::Third),
            (P::Units, Width::Full),
            (P::Statuses, Width::Third),
            (P::Handover, Width::Third),
            (P::Payments, Width::Third),
            (P::Notes, Width::Half),
            (P::Diary, Width::Half),
            (P::Files, Width::Half),
            (P::MoreInfo, Width::Half),
        ],
    };
    all.iter().map(|(which, width)| which.placed(*width)).collect()
}

/// The rows widgets of these widths make, each as the places in it: a row takes the next widget while it fits.
pub fn rows(widths: &[Width]) -> Vec<Range<usize>> {
    let (mut rows, mut begin, mut taken) = (vec![], 0, 0);
    for (n, width) in widths.iter().enumerate() {
        if n > begin && taken + width.columns() > COLUMNS {
            rows.push(begin..n);
            (begin, taken) = (n, 0);
        }
        taken += width.columns();
    }
    if begin < widths.len() {
        rows.push(begin..widths.len());
    }
    rows
}

/// One move by keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Earlier,
    Later,
    /// To the same place of the row above or below, or its last.
    RowUp,
    RowDown,
}

/// Where a step takes the widget at a place; its own place, when it can go no further.
pub fn stepped(widths: &[Width], at: usize, step: Step) -> usize {
    let last = widths.len().saturating_sub(1);
    let rows = rows(widths);
    let Some(row) = rows.iter().position(|row| row.contains(&at)) else {
        return at;
    };
    let within = at - rows[row].start;
    let in_row = |row: &Range<usize>| (row.start + within).min(row.end - 1);
    match step {
        Step::Earlier => at.saturating_sub(1),
        Step::Later => (at + 1).min(last),
        Step::RowUp => row.checked_sub(1).map_or(0, |row| in_row(&rows[row])),
        Step::RowDown => rows.get(row + 1).map_or(last, in_row),
    }
}

/// A layout while somebody edits it: what was saved, what it is now, and what it was before each change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    saved: Vec<Widget>,
    now: Vec<Widget>,
    past: Vec<Vec<Widget>>,
}

impl Draft {
    pub fn of(saved: Vec<Widget>) -> Self {
        Self {
            now: saved.clone(),
            saved,
            past: vec![],
        }
    }
    pub fn widgets(&self) -> &[Widget] {
        &self.now
    }
    pub fn is_changed(&self) -> bool {
        self.now != self.saved
    }
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }
    pub fn has(&self, which: Predefined) -> bool {
        self.now.iter().any(|w| w.predefined() == Some(which))
    }
    /// Takes the last change back.
    pub fn undo(&mut self) {
        if let Some(before) = self.past.pop() {
            self.now = before;
        }
    }
    /// Moves the widget at a place to another; those between make room. Places there are none of move nothing.
    pub fn move_to(&mut self, from: usize, to: usize) {
        let mut next = self.now.clone();
        if from < next.len() && to < next.len() {
            let widget = next.remove(from);
            next.insert(to, widget);
        }
        self.put(next);
    }
    /// Moves by one step and returns where the widget is then.
    pub fn step(&mut self, at: usize, step: Step) -> usize {
        let widths: Vec<Width> = self.now.iter().map(|w| w.width).collect();
        let to = stepped(&widths, at, step);
        self.move_to(at, to);
        to
    }
    pub fn resize(&mut self, at: usize, width: Width) {
        let mut next = self.now.clone();
        if let Some(widget) = next.get_mut(at) {
            widget.width = width;
        }
        self.put(next);
    }
    pub fn remove(&mut self, at: usize) {
        let mut next = self.now.clone();
        if at < next.len() {
            next.remove(at);
        }
        self.put(next);
    }
    /// Adds one at the end; a predefined one that is there already is not added again, and nothing to a full layout.
    pub fn add(&mut self, widget: Widget) {
        let there = widget.predefined().is_some_and(|which| self.has(which));
        if there || self.now.len() >= MAX_WIDGETS {
            return;
        }
        let mut next = self.now.clone();
        next.push(widget);
        self.put(next);
    }
    /// Gives a custom one another label and other fields.
    pub fn reword(&mut self, at: usize, label: String, fields: Vec<MetadataFieldId>) {
        let mut next = self.now.clone();
        if let Some(widget) = next.get_mut(at).filter(|w| w.is_custom()) {
            *widget = Widget::custom(label, fields, widget.width);
        }
        self.put(next);
    }
    fn put(&mut self, next: Vec<Widget>) {
        if next == self.now {
            return;
        }
        if self.past.len() == MAX_UNDO {
            self.past.remove(0);
        }
        self.past.push(std::mem::replace(&mut self.now, next));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(n: u128) -> MetadataFieldId {
        MetadataFieldId(uuid::Uuid::from_u128(n))
    }

    fn flaws(widgets: Vec<Widget>) -> Vec<String> {
        let flaws = NewLayout { widgets }.tidied().flaws().0;
        flaws.into_iter().map(|f| format!("{} {}", f.pointer, f.code)).collect()
    }

    #[test]
    fn what_comes_with_kept_is_a_sound_layout_of_full_rows() {
        for user_type in UserType::ALL {
            let widgets = shipped(*user_type);
            let widths: Vec<Width> = widgets.iter().map(|w| w.width).collect();
            for row in rows(&widths) {
                let taken: u8 = widths[row].iter().map(|w| w.columns()).sum();
                assert_eq!(taken, 12, "{user_type}");
            }
            assert_eq!(flaws(widgets.clone()), [""; 0]);
            assert_eq!(known(widgets.clone()), widgets);
        }
    }

    #[test]
    fn every_flaw_of_a_layout_is_named_at_its_place() {
        let unknown = Widget {
            widget: "weather".into(),
            ..Predefined::Facts.placed(Width::Half)
        };
        let dressed = Widget {
            label: Some("Mine".into()),
            fields: vec![field(1)],
            ..Predefined::Notes.placed(Width::Half)
        };
        let custom = |label: &str, fields: Vec<u128>| {
            Widget::custom(label.into(), fields.into_iter().map(field).collect(), Width::Third)
        };
        let found = flaws(vec![
            Predefined::Facts.placed(Width::Half),
            Predefined::Facts.placed(Width::Full),
            unknown.clone(),
            dressed,
            custom(" ", vec![]),
            custom("Parking", vec![1, 1]),
            custom("Parking", vec![1, 2]),
        ]);
        assert_eq!(
            found,
            [
                "/widgets/1/widget repeated",
                "/widgets/2/widget unknown",
                "/widgets/3/label not_for_this_type",
                "/widgets/3/fields not_for_this_type",
                "/widgets/4/label required",
                "/widgets/4/fields required",
                "/widgets/5/fields repeated",
            ]
        );
        assert_eq!(
            flaws(vec![custom("x", vec![1]); MAX_WIDGETS + 1]),
            ["/widgets too_many"]
        );
        assert_eq!(known(vec![unknown, custom("x", vec![1])]).len(), 1);
    }

    #[test]
    fn rows_take_what_fits() {
        use Width::{Full, Half, Quarter, Third, TwoThirds};
        let rows = |widths: &[Width]| rows(widths).into_iter().map(|r| (r.start, r.end)).collect::<Vec<_>>();
        assert_eq!(rows(&[]), []);
        assert_eq!(rows(&[TwoThirds, Third, Half, Quarter, Quarter]), [(0, 2), (2, 5)]);
        assert_eq!(
            rows(&[TwoThirds, Half, Full, Quarter]),
            [(0, 1), (1, 2), (2, 3), (3, 4)]
        );
    }

    #[test]
    fn steps_go_along_the_row_and_from_row_to_row() {
        use Width::{Full, Half, Third};
        // 0 1 2 | 3 4 | 5
        let widths = [Third, Third, Third, Half, Half, Full];
        let to = |at, step| stepped(&widths, at, step);
        assert_eq!(
            (to(0, Step::Earlier), to(0, Step::RowUp), to(0, Step::Later)),
            (0, 0, 1)
        );
        assert_eq!(
            (to(2, Step::RowDown), to(1, Step::RowDown), to(4, Step::RowDown)),
            (4, 4, 5)
        );
        assert_eq!((to(4, Step::RowUp), to(5, Step::RowUp)), (1, 3));
        assert_eq!((to(5, Step::Later), to(5, Step::RowDown)), (5, 5));
        assert_eq!(stepped(&[], 0, Step::Later), 0);
    }

    #[test]
    fn a_predefined_widget_is_there_once() {
        let mut draft = Draft::of(vec![Predefined::Facts.placed(Width::Half)]);
        draft.add(Predefined::Facts.placed(Width::Full));
        assert!(!draft.is_changed() && !draft.can_undo());
        draft.add(Predefined::Notes.placed(Width::Half));
        draft.add(Widget::custom("A".into(), vec![field(1)], Width::Third));
        draft.reword(2, "B".into(), vec![field(2)]);
        draft.reword(0, "C".into(), vec![]);
        let names: Vec<&str> = draft
            .widgets()
            .iter()
            .map(|w| w.label.as_deref().unwrap_or(&w.widget))
            .collect();
        assert_eq!(names, ["facts", "notes", "B"]);
    }

    #[derive(Clone, Debug)]
    enum Deed {
        Move(usize, usize),
        Step(usize, Step),
        Resize(usize, Width),
        Remove(usize),
        Add(Predefined),
        Custom(u128),
    }

    fn deed() -> impl Strategy<Value = Deed> {
        let at = 0..12_usize;
        prop_oneof![
            (at.clone(), at.clone()).prop_map(|(a, b)| Deed::Move(a, b)),
            (
                at.clone(),
                prop::sample::select(vec![Step::Earlier, Step::Later, Step::RowUp, Step::RowDown])
            )
                .prop_map(|(a, s)| Deed::Step(a, s)),
            (at.clone(), prop::sample::select(Width::ALL)).prop_map(|(a, w)| Deed::Resize(a, w)),
            at.prop_map(Deed::Remove),
            prop::sample::select(Predefined::ALL).prop_map(Deed::Add),
            (0..4_u128).prop_map(Deed::Custom),
        ]
    }

    fn perform(draft: &mut Draft, deed: Deed) {
        match deed {
            Deed::Move(from, to) => draft.move_to(from, to),
            Deed::Step(at, step) => {
                draft.step(at, step);
            }
            Deed::Resize(at, width) => draft.resize(at, width),
            Deed::Remove(at) => draft.remove(at),
            Deed::Add(which) => draft.add(which.placed(which.width())),
            Deed::Custom(n) => draft.add(Widget::custom(format!("W{n}"), vec![field(n)], Width::Third)),
        }
    }

    proptest! {
        #[test]
        fn whatever_is_done_stays_sound_and_can_be_taken_back(deeds in prop::collection::vec(deed(), 0..60)) {
            let saved = shipped(UserType::Business);
            let mut draft = Draft::of(saved.clone());
            for deed in deeds {
                let before = draft.widgets().to_vec();
                let is_move = matches!(deed, Deed::Move(..) | Deed::Step(..));
                perform(&mut draft, deed);
                let sound = flaws(draft.widgets().to_vec());
                prop_assert!(sound.is_empty(), "{:?}", sound);
                if is_move {
                    let sorted = |all: &[Widget]| {
                        let mut names: Vec<String> = all.iter().map(|w| format!("{w:?}")).collect();
                        names.sort();
                        names
                    };
                    prop_assert_eq!(sorted(&before), sorted(draft.widgets()), "a move loses nothing");
                }
                let widths: Vec<Width> = draft.widgets().iter().map(|w| w.width).collect();
                prop_assert_eq!(rows(&widths).into_iter().flatten().collect::<Vec<_>>(), (0..widths.len()).collect::<Vec<_>>());
            }
            while draft.can_undo() {
                draft.undo();
            }
            prop_assert_eq!(draft.widgets(), saved.as_slice());
            prop_assert!(!draft.is_changed());
        }
    }
}
