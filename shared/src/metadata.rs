//! Fields an organisation adds to its accounts, claims, debtors, products and units, and what stands in them (spec W04,
//! C15).

mod fields;
mod values;

pub use fields::*;
pub use values::*;

use crate::permission::{Permission, UserType};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::text_enum! {
    /// What a field is of.
    pub enum MetadataEntity {
        Account = "account", Claim = "claim", Debtor = "debtor", Product = "product", Unit = "unit",
    }
}

impl MetadataEntity {
    /// Who reads the thing reads its values.
    pub const fn to_view(self) -> Permission {
        match self {
            Self::Account | Self::Debtor => Permission::ViewAccounts,
            Self::Claim | Self::Product => Permission::ViewLedger,
            Self::Unit => Permission::ViewUnits,
        }
    }
    /// Who changes the thing changes its values.
    pub const fn to_edit(self) -> Permission {
        match self {
            Self::Account | Self::Debtor => Permission::EditAccounts,
            Self::Claim | Self::Product => Permission::EditClaims,
            Self::Unit => Permission::EditUnits,
        }
    }
    /// Whether the customer list finds customers by it. Not by what stands on their claims: that is the ledger's reader's.
    pub const fn is_searched(self) -> bool {
        match self {
            Self::Account | Self::Debtor | Self::Unit => true,
            Self::Claim | Self::Product => false,
        }
    }
}

/// Whether somebody reads sensitive values. Never attorneys and trustees, whatever their group says. Values of keys that
/// nobody has described yet are for the whole agency.
pub fn reads_sensitive(user_type: UserType, may_view_sensitive: bool) -> bool {
    may_view_sensitive && is_agency(user_type)
}

/// Whether somebody is of the house: unmapped values are for nobody else.
pub const fn is_agency(user_type: UserType) -> bool {
    !matches!(user_type, UserType::Attorney | UserType::Trustee)
}

/// One thing's further facts as the source told them, in the words of the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceFact {
    /// Such as `source_id` or `participation_quota`.
    pub name: String,
    pub value: String,
}

/// All that is known further of one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoreInfoGroup {
    /// The account's reference, the debtor's name, the unit's code, the product's name.
    pub name: String,
    pub source: Vec<SourceFact>,
    pub metadata: Metadata,
}

/// All that is known further of an account: of itself, then of its debtors, its present units and, to who reads the ledger,
/// its products (spec C15).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoreInfo {
    pub groups: Vec<MoreInfoGroup>,
}

/// What stands in the fields of one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Metadata {
    pub entity: MetadataEntity,
    /// The account's, claim's, debtor's, product's or unit's id.
    pub row_id: Uuid,
    /// For If-Match; 0 before anything was kept.
    pub version: i64,
    /// In the order of the schema. Archived fields only where there is a value.
    pub items: Vec<MetadataItem>,
    /// What was sent under keys no field has. Not told to attorneys and trustees.
    pub unmapped: Vec<UnmappedValue>,
}

/// One field and what stands in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetadataItem {
    pub field: MetadataField,
    /// Text for `text`, `number` (exact), `date`, `list` and `link`; `true` or `false`; an amount with its currency. Absent:
    /// nothing there, or masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub value: Option<serde_json::Value>,
    /// There is a value that the caller may not read.
    pub is_masked: bool,
}

impl MetadataItem {
    /// As a reader gets it.
    pub fn of(field: MetadataField, value: Option<serde_json::Value>, reads_sensitive: bool) -> Self {
        let hidden = field.is_sensitive && !reads_sensitive;
        Self {
            is_masked: hidden && value.is_some(),
            value: value.filter(|_| !hidden),
            field,
        }
    }
}

/// What was sent under a key no field has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnmappedValue {
    pub key: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub value: serde_json::Value,
}

/// A key no field has, over all rows of an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnmappedKey {
    pub entity: MetadataEntity,
    pub key: String,
    /// How many rows have it.
    pub rows: i64,
    /// A few of its values, as they were sent.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub samples: Vec<serde_json::Value>,
    /// The strictest type these samples are of; absent: a field cannot hold them.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<MetadataKind>,
}
