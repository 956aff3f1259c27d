//! Communities: whose book is kept, and by which ageing rules (spec A02, C13, F09).

use crate::allocation::AllocationRules;
use crate::flaws::Flaws;
use crate::ids::CommunityId;
use crate::money::{Currency, Money};
use crate::text::tidy;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What kind of book a community is.
    pub enum CommunityKind {
        /// Sectional title scheme with a body corporate.
        SectionalTitle = "sectional_title",
        /// Home owners association, estate.
        HomeOwners = "home_owners",
        Storage = "storage",
        Rental = "rental",
        /// Invoices of a business, a bought or placed portfolio.
        DebtBook = "debt_book",
    }
}

crate::text_enum! {
    /// How age is counted (spec (d) 1).
    pub enum AgeingMode {
        /// By calendar periods: an item of last month is in the 30 bucket from the first of this month.
        Calendar = "calendar",
        /// By days since the basis date.
        Days = "days",
    }
}

crate::text_enum! {
    /// The date an item ages from. Items without a due date use their transaction date.
    pub enum AgeingBasis {
        DueDate = "due_date",
        TransactionDate = "transaction_date",
    }
}

crate::text_enum! {
    /// What becomes of credits that are not allocated to anything.
    pub enum CreditPolicy {
        /// Set off against the oldest open debits.
        OldestFirst = "oldest_first",
        /// Negative in the bucket of the credit's own date.
        OwnDate = "own_date",
        /// A column of their own.
        Separate = "separate",
    }
}

/// How a community's balances are sorted by age. `edges` are the last days of the first four of the five buckets
/// (current, 30, 60, 90, 120+), counted from the basis date, used by [`AgeingMode::Days`]: with `[0, 30, 60, 90]` an
/// item is current up to day 0, in the 30 bucket on days 1 to 30, and in the last one from day 91.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AgeingRules {
    pub mode: AgeingMode,
    pub basis: AgeingBasis,
    /// Last day of current, 30, 60 and 90; strictly increasing, from 0 to 3650.
    #[cfg_attr(feature = "openapi", schema(example = json!([0, 30, 60, 90])))]
    pub edges: [i32; 4],
    pub credit_policy: CreditPolicy,
}

impl Default for AgeingRules {
    /// Calendar periods by transaction date, credits against the oldest debits: what managing agents are used to.
    fn default() -> Self {
        Self {
            mode: AgeingMode::Calendar,
            basis: AgeingBasis::TransactionDate,
            edges: Self::USUAL_EDGES,
            credit_policy: CreditPolicy::OldestFirst,
        }
    }
}

impl AgeingRules {
    pub const USUAL_EDGES: [i32; 4] = [0, 30, 60, 90];
    /// Greatest edge, ten years.
    pub const MAX_EDGE: i32 = 3650;

    /// First and last day of each bucket, counted from the basis date; the first has no beginning, the last no end.
    pub fn day_ranges(&self) -> [(Option<i32>, Option<i32>); 5] {
        let [a, b, c, d] = self.edges;
        [
            (None, Some(a)),
            (Some(a + 1), Some(b)),
            (Some(b + 1), Some(c)),
            (Some(c + 1), Some(d)),
            (Some(d + 1), None),
        ]
    }

    fn flaws(&self, flaws: &mut Flaws) {
        for (at, edge) in self.edges.iter().enumerate() {
            let pointer = format!("/ageing/edges/{at}");
            flaws.when(!(0..=Self::MAX_EDGE).contains(edge), &pointer, "out_of_range");
            flaws.when(at > 0 && *edge <= self.edges[at - 1], &pointer, "not_increasing");
        }
    }
}

/// A community as stored. Opening times are texts for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Community {
    pub id: CommunityId,
    pub version: i64,
    pub code: String,
    pub name: String,
    pub kind: CommunityKind,
    pub currency: Currency,
    pub time_zone: String,
    pub ageing: AgeingRules,
    pub allocation: AllocationRules,
    /// Postings by hand of more than this wait for a second pair of eyes; absent: none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_above: Option<Money>,
    pub address: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub office_hours: Option<String>,
    pub access_hours: Option<String>,
    pub information: Option<String>,
    pub bank_name: Option<String>,
    pub bank_account: Option<String>,
    pub bank_branch: Option<String>,
    pub is_active: bool,
    /// The book has entries: the currency cannot change any more.
    pub currency_is_fixed: bool,
}

impl Community {
    /// What a form starts from.
    pub fn details(&self) -> NewCommunity {
        let c = self.clone();
        NewCommunity {
            code: c.code,
            name: c.name,
            kind: c.kind,
            currency: c.currency,
            time_zone: c.time_zone,
            ageing: c.ageing,
            allocation: c.allocation,
            approval_above: c.approval_above,
            address: c.address,
            email: c.email,
            phone: c.phone,
            website: c.website,
            office_hours: c.office_hours,
            access_hours: c.access_hours,
            information: c.information,
            bank_name: c.bank_name,
            bank_account: c.bank_account,
            bank_branch: c.bank_branch,
            is_active: c.is_active,
        }
    }
}

/// Everything a person enters of a community; sent whole when creating and when changing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCommunity {
    /// Short and unique in the organisation.
    #[cfg_attr(feature = "openapi", schema(example = "ACACIA"))]
    pub code: String,
    #[cfg_attr(feature = "openapi", schema(example = "Acacia Heights"))]
    pub name: String,
    pub kind: CommunityKind,
    pub currency: Currency,
    /// IANA name; decides what day it is.
    #[cfg_attr(feature = "openapi", schema(example = "Africa/Johannesburg"))]
    pub time_zone: String,
    pub ageing: AgeingRules,
    /// How payments are set against debits unless somebody says otherwise; left out: the oldest first.
    #[serde(default)]
    pub allocation: AllocationRules,
    /// Postings by hand of more than this wait for a second pair of eyes; left out: none does.
    #[serde(default)]
    pub approval_above: Option<Money>,
    #[serde(default)]
    pub address: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    /// As E.164 after saving.
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub website: Option<String>,
    #[serde(default)]
    pub office_hours: Option<String>,
    #[serde(default)]
    pub access_hours: Option<String>,
    /// Free text from the management.
    #[serde(default)]
    pub information: Option<String>,
    #[serde(default)]
    pub bank_name: Option<String>,
    #[serde(default)]
    pub bank_account: Option<String>,
    #[serde(default)]
    pub bank_branch: Option<String>,
    #[serde(default = "yes")]
    pub is_active: bool,
}

fn yes() -> bool {
    true
}

impl NewCommunity {
    /// A community with the usual rules and nothing else known.
    pub fn named(code: &str, name: &str, kind: CommunityKind, currency: Currency, time_zone: &str) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
            kind,
            currency,
            time_zone: time_zone.into(),
            ageing: AgeingRules::default(),
            allocation: AllocationRules::default(),
            approval_above: None,
            address: None,
            email: None,
            phone: None,
            website: None,
            office_hours: None,
            access_hours: None,
            information: None,
            bank_name: None,
            bank_account: None,
            bank_branch: None,
            is_active: true,
        }
    }

    /// Blanks trimmed, blank texts gone, the phone number in its one spelling where it has one.
    pub fn tidied(mut self) -> Self {
        self.code = self.code.trim().to_owned();
        self.name = self.name.trim().to_owned();
        self.time_zone = self.time_zone.trim().to_owned();
        for field in [
            &mut self.address,
            &mut self.email,
            &mut self.phone,
            &mut self.website,
            &mut self.office_hours,
            &mut self.access_hours,
            &mut self.information,
            &mut self.bank_name,
            &mut self.bank_account,
            &mut self.bank_branch,
        ] {
            *field = tidy(field.take());
        }
        if let Some(phone) = &self.phone
            && let Ok(e164) = crate::phone::normalise(phone, crate::phone::Dialling::of(self.currency))
        {
            self.phone = Some(e164);
        }
        self
    }

    /// What is wrong with it. That the time zone exists is for the server to say (`not_a_time_zone`).
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        code_flaws(&mut flaws, "/code", &self.code);
        flaws
            .text("/name", &self.name, 200)
            .text("/time_zone", &self.time_zone, 64);
        for (pointer, value, max) in [
            ("/address", &self.address, 500),
            ("/office_hours", &self.office_hours, 500),
            ("/access_hours", &self.access_hours, 500),
            ("/information", &self.information, 4000),
            ("/bank_name", &self.bank_name, 120),
            ("/bank_account", &self.bank_account, 40),
            ("/bank_branch", &self.bank_branch, 40),
        ] {
            if let Some(value) = value {
                flaws.optional_text(pointer, value, max);
            }
        }
        if let Some(email) = &self.email {
            flaws.email("/email", email);
        }
        if let Some(website) = &self.website {
            // Anything but http(s) in a link could be a script.
            let ok = website.len() <= 300
                && !website
                    .chars()
                    .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'))
                && ["https://", "http://"]
                    .iter()
                    .any(|p| website.strip_prefix(p).is_some_and(|host| host.contains('.')));
            flaws.when(!ok, "/website", "not_a_website");
        }
        if let Some(phone) = &self.phone
            && let Err(flaw) = crate::phone::normalise(phone, crate::phone::Dialling::of(self.currency))
        {
            flaws.add("/phone", flaw.code());
        }
        self.ageing.flaws(&mut flaws);
        self.allocation.flaws(&mut flaws);
        if let Some(limit) = self.approval_above {
            flaws.when(limit.minor < 0, "/approval_above", "negative");
            flaws.when(limit.currency != self.currency, "/approval_above", "wrong_currency");
        }
        flaws
    }
}

/// A short key that people type and files carry: no blanks at the ends, at most 60 characters.
pub(crate) fn code_flaws(flaws: &mut Flaws, pointer: &str, value: &str) {
    flaws.text(pointer, value, 60);
    flaws.when(
        value.chars().any(|c| matches!(c, '\n' | '\r' | '\t')),
        pointer,
        "control_character",
    );
}

/// A row of the community list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommunityLine {
    pub id: CommunityId,
    pub code: String,
    pub name: String,
    pub kind: CommunityKind,
    pub currency: Currency,
    pub time_zone: String,
    pub is_active: bool,
    pub ageing: AgeingRules,
    /// Only when asked for with `counts=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<CommunityCounts>,
}

/// What a community holds, of what the caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommunityCounts {
    pub units: u64,
    pub accounts: u64,
    /// Accounts with a debit balance.
    pub owing: u64,
    pub handed_over: u64,
    /// Sum of the balances.
    pub balance: Money,
}

/// Filter of the community list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CommunityFilter {
    /// Part of the name or the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only active ones, or only inactive ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Add the counts of units, accounts and balances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn acacia() -> NewCommunity {
        NewCommunity::named(
            "ACACIA",
            "Acacia Heights",
            CommunityKind::SectionalTitle,
            Currency::Zar,
            "Africa/Johannesburg",
        )
    }
    fn codes(c: &NewCommunity) -> Vec<(String, String)> {
        c.flaws().0.into_iter().map(|f| (f.pointer, f.code)).collect()
    }

    #[test]
    fn the_usual_community_has_no_flaw() {
        assert!(acacia().flaws().is_empty());
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let mut c = acacia();
        c.code = " ".into();
        c.website = Some("javascript:alert(1)".into());
        c.email = Some("office".into());
        c.phone = Some("12".into());
        c.ageing.edges = [0, 30, 30, 5000];
        let got = codes(&c);
        for expected in [
            ("/code", "required"),
            ("/website", "not_a_website"),
            ("/email", "not_an_email"),
            ("/phone", "phone_too_short"),
            ("/ageing/edges/2", "not_increasing"),
            ("/ageing/edges/3", "out_of_range"),
        ] {
            assert!(
                got.contains(&(expected.0.into(), expected.1.into())),
                "{expected:?} missing in {got:?}"
            );
        }
        assert_eq!(got.len(), 6);
    }

    #[test]
    fn tidying_gives_the_phone_its_one_spelling() {
        let mut c = acacia();
        c.phone = Some(" 011 555 0100 ".into());
        c.address = Some("  ".into());
        let c = c.tidied();
        assert_eq!(c.phone.as_deref(), Some("+27115550100"));
        assert_eq!(c.address, None);
    }

    #[test]
    fn a_misspelt_ageing_rule_is_refused() {
        let text = r#"{"mode":"days","basis":"due_date","edges":[0,30,60,90],"credit_policy":"oldest_first","edge":1}"#;
        assert!(serde_json::from_str::<AgeingRules>(text).is_err());
    }

    proptest! {
        #[test]
        fn buckets_cover_every_day_once(a in 0..900, b in 1..900, c in 1..900, d in 1..900, day in -4000..5000) {
            let rules = AgeingRules { edges: [a, a + b, a + b + c, a + b + c + d], ..AgeingRules::default() };
            let hits = rules
                .day_ranges()
                .into_iter()
                .filter(|(from, to)| from.is_none_or(|f| day >= f) && to.is_none_or(|t| day <= t))
                .count();
            prop_assert_eq!(hits, 1);
        }
    }
}
