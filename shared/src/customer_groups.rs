//! Customer groups: how an organisation sorts its accounts (spec F04).

use crate::flaws::Flaws;
use crate::ids::CustomerGroupId;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerGroup {
    pub id: CustomerGroupId,
    pub name: String,
    /// Accounts in it that the caller may see.
    pub accounts: u64,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCustomerGroup {
    /// Unique in the organisation.
    #[cfg_attr(feature = "openapi", schema(example = "Investors"))]
    pub name: String,
}

impl NewCustomerGroup {
    pub fn tidied(self) -> Self {
        Self {
            name: self.name.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/name", &self.name, 120);
        flaws
    }
}

/// Filter of the list of customer groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CustomerGroupFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn names_are_tidied_and_required() {
        assert_eq!(
            NewCustomerGroup {
                name: "  Long   stay ".into()
            }
            .tidied()
            .name,
            "Long stay"
        );
        assert_eq!(NewCustomerGroup { name: " ".into() }.flaws().0[0].code, "required");
    }
}
