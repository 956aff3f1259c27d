//! Kept's domain types and pure rules. Compiled for the server and for the browser: no I/O, no clock, no randomness
//! beyond id creation; sea-orm only behind the feature `orm`, utoipa only behind `openapi`.

pub mod accounts;
pub mod age_analysis;
pub mod ageing;
pub mod allocation;
pub mod bank_statements;
pub mod banking;
pub mod cards;
pub mod claims;
pub mod communities;
pub mod contacts;
pub mod customer_groups;
pub mod dashboard;
pub mod dates;
pub mod diary;
pub mod documents;
pub mod event;
pub mod exclusions;
pub mod explain;
pub mod files;
pub mod flaws;
pub mod handovers;
pub mod ids;
pub mod imports;
pub mod journal;
pub mod layouts;
pub mod leads;
pub mod ledger;
pub mod ledger_reports;
pub mod levies;
pub mod logos;
pub mod mail;
pub mod metadata;
pub mod money;
pub mod money_typed;
pub mod names;
pub mod notes;
pub mod notifications;
pub mod page;
pub mod payments;
pub mod permission;
pub mod phone;
pub mod postings;
pub mod problem;
pub mod quick_responses;
pub mod saved_views;
pub mod search;
pub mod settings;
pub mod sign_in;
pub mod statements;
pub mod statuses;
pub mod text;
pub mod unit_figures;
pub mod unit_sheet;
pub mod units;
pub mod users;

/// Implements how a string-backed enum is stored (feature `orm`), shown and parsed. The text is the serde name.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        $vis enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The text stored in the database and sent on the wire.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $text),+ } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(s: &str) -> Result<Self, String> {
                match s { $($text => Ok(Self::$variant),)+ other => Err(format!("`{other}` is not one of the known values")) }
            }
        }
        #[cfg(feature = "orm")]
        const _: () = {
            use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, StringLen, Value, ValueType, ValueTypeErr};
            use sea_orm::{ColIdx, QueryResult, TryGetError, TryGetable};
            impl From<$name> for Value { fn from(v: $name) -> Self { Value::from(v.as_str()) } }
            impl TryGetable for $name {
                fn try_get_by<I: ColIdx>(res: &QueryResult, idx: I) -> Result<Self, TryGetError> {
                    let s = <String as TryGetable>::try_get_by(res, idx)?;
                    s.parse().map_err(|e: String| TryGetError::DbErr(sea_orm::DbErr::Type(e)))
                }
            }
            impl ValueType for $name {
                fn try_from(v: Value) -> Result<Self, ValueTypeErr> {
                    <String as ValueType>::try_from(v)?.parse().map_err(|_| ValueTypeErr)
                }
                fn type_name() -> String { stringify!($name).into() }
                fn array_type() -> ArrayType { ArrayType::String }
                fn column_type() -> ColumnType { ColumnType::String(StringLen::None) }
            }
            impl Nullable for $name { fn null() -> Value { <String as Nullable>::null() } }
        };
    };
}
