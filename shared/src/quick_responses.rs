//! Quick responses: standard texts that managers keep and that people pick from while writing a note (spec I05).

use crate::flaws::Flaws;
use crate::ids::{CommunityId, QuickResponseId};
use crate::notes::MAX_NOTE;
use serde::{Deserialize, Serialize};

/// Longest title, in characters.
pub const MAX_TITLE: usize = 80;
/// Most quick responses of an organisation, archived ones too.
pub const MAX_RESPONSES: usize = 200;

/// A quick response as managers see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuickResponse {
    pub id: QuickResponseId,
    /// Offered for customers of this community only; absent: of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_name: Option<String>,
    pub title: String,
    pub body: String,
    /// Archived ones are offered to nobody.
    pub is_active: bool,
    pub version: i64,
}

/// A quick response to be made, or its new state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewQuickResponse {
    /// Absent: for customers of all communities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    /// What people choose by.
    #[cfg_attr(feature = "openapi", schema(max_length = 80, example = "Left a message"))]
    pub title: String,
    /// What is put into the note.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 4000, example = "No answer, left a message to call back.")
    )]
    pub body: String,
    #[serde(default = "yes")]
    pub is_active: bool,
}

const fn yes() -> bool {
    true
}

impl NewQuickResponse {
    pub fn tidied(self) -> Self {
        Self {
            title: self.title.split_whitespace().collect::<Vec<_>>().join(" "),
            body: self.body.trim().to_owned(),
            ..self
        }
    }
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws
            .text("/title", &self.title, MAX_TITLE)
            .text("/body", &self.body, MAX_NOTE);
        flaws
    }
}

/// A new place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuickResponsePlace {
    /// The one it comes before; absent: it comes last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<QuickResponseId>,
}

/// The order after `moved` was put before another one, or last. An id that is not in the list moves nothing.
pub fn reordered<Id: Copy + PartialEq>(order: &[Id], moved: Id, before: Option<Id>) -> Vec<Id> {
    if before == Some(moved) || !order.contains(&moved) {
        return order.to_vec();
    }
    let mut left: Vec<Id> = order.iter().copied().filter(|id| *id != moved).collect();
    let at = before.map_or(Some(left.len()), |before| left.iter().position(|id| *id == before));
    let Some(at) = at else { return order.to_vec() };
    left.insert(at, moved);
    left
}

/// Filter of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct QuickResponseFilter {
    /// Archived ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> QuickResponseId {
        QuickResponseId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn one_moves_and_the_others_keep_their_order() {
        let all: Vec<_> = (1..=4).map(id).collect();
        for (moved, before, want) in [
            (3, Some(1), [3, 1, 2, 4]),
            (1, Some(4), [2, 3, 1, 4]),
            (2, None, [1, 3, 4, 2]),
            (2, Some(2), [1, 2, 3, 4]),
            (2, Some(9), [1, 2, 3, 4]),
            (9, Some(1), [1, 2, 3, 4]),
        ] {
            let found = reordered(&all, id(moved), before.map(id));
            assert_eq!(found, want.map(id), "{moved} before {before:?}");
        }
    }

    #[test]
    fn title_and_text_are_needed_and_limited() {
        let new = |title: &str, body: String| {
            let new = NewQuickResponse {
                community_id: None,
                title: title.into(),
                body,
                is_active: true,
            };
            let flaws = new.tidied().flaws().0;
            flaws
                .into_iter()
                .map(|f| format!("{} {}", f.pointer, f.code))
                .collect::<Vec<_>>()
        };
        assert_eq!(new("  ", " ".into()), ["/title required", "/body required"]);
        assert_eq!(
            new(&"x".repeat(81), "x".repeat(4_001)),
            ["/title too_long", "/body too_long"]
        );
        assert!(new("Left  a message", "No answer.".into()).is_empty());
    }
}
