//! Views people keep of a list: filters, sort and columns under a name (spec F11). A view is the list's own query: choosing
//! it is going to that address.

use crate::age_analysis::AgeFilter;
use crate::flaws::Flaws;
use crate::ids::SavedViewId;
use crate::permission::Permission;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most views one person keeps of one list.
pub const MAX_VIEWS: usize = 100;
/// Longest name, in characters.
pub const MAX_NAME: usize = 80;
/// Longest query, in bytes of JSON: room for two hundred choices of each kind.
pub const MAX_QUERY_BYTES: usize = 40_000;

crate::text_enum! {
    /// A list that views are kept of.
    pub enum ViewedList { AgeAnalysis = "age-analysis" }
}

impl ViewedList {
    /// Who may see the list may keep views of it.
    pub const fn permission(self) -> Permission {
        match self {
            Self::AgeAnalysis => Permission::ViewAgeAnalysis,
        }
    }
    /// The query as the list reads it, without the page it was on; `None` when the list cannot read it.
    pub fn tidied(self, query: &Map<String, Value>) -> Option<Map<String, Value>> {
        match self {
            Self::AgeAnalysis => {
                let filter: AgeFilter = serde_json::from_value(Value::Object(query.clone())).ok()?;
                if !filter.flaws().is_empty() {
                    return None;
                }
                let bare = AgeFilter {
                    limit: None,
                    cursor: None,
                    ..filter
                };
                match serde_json::to_value(bare) {
                    Ok(Value::Object(query)) => Some(query),
                    Ok(_) | Err(_) => None,
                }
            }
        }
    }
}

/// Who shares views with the whole organisation.
pub const MAY_SHARE: Permission = Permission::EditCommunities;

/// A view as its readers get it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedView {
    pub id: SavedViewId,
    pub list: ViewedList,
    pub name: String,
    /// The list's own query parameters, those with several values as arrays.
    #[cfg_attr(feature = "openapi", schema(value_type = Object, example = json!({"hide_zero": true, "sort": "d120"})))]
    pub query: Map<String, Value>,
    /// Everybody of the organisation who sees the list sees the view, outside attorneys and trustees.
    pub is_shared: bool,
    /// What the caller's list begins with.
    pub is_default: bool,
    /// The caller's own. Others' shared ones are changed by managers only.
    pub is_own: bool,
    /// Whose it is.
    pub by: String,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSavedView {
    pub list: ViewedList,
    /// Unique among the caller's views of the list.
    #[cfg_attr(feature = "openapi", schema(example = "Over 90 days, not handed over"))]
    pub name: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub query: Map<String, Value>,
    #[serde(default)]
    pub is_shared: bool,
}

/// A view's new name, content and readers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangedSavedView {
    pub name: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub query: Map<String, Value>,
    pub is_shared: bool,
}

/// What a list begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DefaultView {
    pub list: ViewedList,
    /// Absent: the list as it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_id: Option<SavedViewId>,
}

/// One's own and shared views of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SavedViewFilter {
    pub list: ViewedList,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One line, without blanks at its ends.
pub fn tidy_name(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is wrong with a (tidied) name and a query of a list.
pub fn flaws(list: ViewedList, name: &str, query: &Map<String, Value>) -> Flaws {
    let mut flaws = Flaws::default();
    flaws.text("/name", name, MAX_NAME);
    let long = serde_json::to_string(query).map_or(usize::MAX, |text| text.len()) > MAX_QUERY_BYTES;
    flaws.when(long, "/query", "too_long");
    flaws.when(!long && list.tidied(query).is_none(), "/query", "invalid");
    flaws
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_view_holds_what_its_list_reads_and_no_page() {
        let of = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let kept = of(r#"{"hide_zero":true,"sort":"d120","columns":["total","d120"],"limit":7,"cursor":"x"}"#);
        let tidied = ViewedList::AgeAnalysis.tidied(&kept).unwrap();
        assert_eq!(
            tidied,
            of(r#"{"hide_zero":true,"sort":"d120","columns":["total","d120"]}"#)
        );
        let wrong = |name: &str, query: &str| {
            let flaws = flaws(ViewedList::AgeAnalysis, name, &of(query)).0;
            flaws.into_iter().map(|f| (f.pointer, f.code)).collect::<Vec<_>>()
        };
        assert_eq!(wrong("Mine", "{}"), []);
        assert_eq!(
            wrong(" ", r#"{"sort":"colour"}"#),
            [("/name".into(), "required".into()), ("/query".into(), "invalid".into())]
        );
        assert_eq!(
            wrong("Mine", r#"{"as_at":"0026-01-01"}"#),
            [("/query".into(), "invalid".into())]
        );
        let long = format!(r#"{{"q":"{}"}}"#, "x".repeat(MAX_QUERY_BYTES));
        assert_eq!(wrong("Mine", &long), [("/query".into(), "too_long".into())]);
    }
}
