//! Who may do what: permissions (verbs), user types (rows) and the shipped permission groups (spec A04, A07, annex 1).

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($(#[$meta:meta])* $variant:ident = $section:literal : $verb:literal;)+) => {
        /// One tick of a permission group, `section:verb`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission { $($(#[$meta])* $variant),+ }
        impl Permission {
            pub const ALL: &'static [Permission] = &[$(Permission::$variant),+];
            pub const fn as_str(self) -> &'static str { match self { $(Permission::$variant => concat!($section, ":", $verb)),+ } }
            pub const fn section(self) -> &'static str { match self { $(Permission::$variant => $section),+ } }
            pub const fn verb(self) -> &'static str { match self { $(Permission::$variant => $verb),+ } }
        }
    };
}

permissions! {
    ViewDashboard = "dashboard":"view";
    ViewCommunities = "communities":"view";
    CreateCommunities = "communities":"create";
    EditCommunities = "communities":"edit";
    ViewUnits = "units":"view";
    CreateUnits = "units":"create";
    EditUnits = "units":"edit";
    ViewAccounts = "accounts":"view";
    CreateAccounts = "accounts":"create";
    EditAccounts = "accounts":"edit";
    EditContacts = "contacts":"edit";
    /// Set and lift exclusions of a customer.
    EditExclusions = "exclusions":"edit";
    /// See a customer's bank account number in full; each look is written down.
    ViewBanking = "banking":"view";
    /// Bank details and debit orders of customers.
    EditBanking = "banking":"edit";
    ViewAgeAnalysis = "age-analysis":"view";
    ViewLedger = "ledger":"view";
    /// Invoices, fees, adjustments, write-offs and reversals by hand.
    PostLedger = "ledger":"create";
    /// The second pair of eyes on a posting above the limit.
    ApproveLedger = "approvals":"edit";
    /// Record a payment by hand.
    RecordPayments = "payments":"create";
    /// Set money against other debits than before.
    Allocate = "allocations":"create";
    EditClaims = "claims":"edit";
    ViewBankStatements = "bank-statements":"view";
    CreateBankStatements = "bank-statements":"create";
    ViewLevies = "levies":"view";
    EditLevies = "levies":"edit";
    /// Raise and reverse charge runs.
    RunLevies = "charge-runs":"create";
    /// Detailed ledgers of many customers.
    RunReports = "reports":"create";
    /// Any download of a list or report.
    Export = "exports":"create";
    ViewStatuses = "statuses":"view";
    /// Apply statuses to accounts; an attorney only those flagged for attorneys.
    ApplyStatuses = "statuses:apply":"create";
    /// Edit the status catalogue.
    EditStatuses = "statuses":"edit";
    ViewHandovers = "handovers":"view";
    CreateHandovers = "handovers":"create";
    /// Recall, re-assign.
    EditHandovers = "handovers":"edit";
    /// The attorney's own verbs: accept, decline, return.
    AnswerHandovers = "handovers:answer":"edit";
    ViewNotes = "notes":"view";
    CreateNotes = "notes":"create";
    /// Delete notes of others.
    EditNotes = "notes":"edit";
    /// The texts everybody picks from while writing a note.
    EditQuickResponses = "quick-responses":"edit";
    ViewFiles = "files":"view";
    CreateFiles = "files":"create";
    /// Hold and delete files, and rename those of others.
    EditFiles = "files":"edit";
    /// Documents of communities.
    ViewDocuments = "documents":"view";
    /// Upload, file and delete documents of communities.
    EditDocuments = "documents":"edit";
    /// Which further fields accounts, claims, debtors, products and units have.
    EditMetadata = "metadata":"edit";
    /// Sensitive values unmasked.
    ViewSensitive = "sensitive":"view";
    /// What the customer page looks like for a whole permission group.
    EditLayouts = "layouts":"edit";
    ViewImports = "imports":"view";
    CreateImports = "imports":"create";
    ViewUsers = "users":"view";
    CreateUsers = "users":"create";
    EditUsers = "users":"edit";
    ViewSettings = "settings":"view";
    EditSettings = "settings":"edit";
    /// The captured mail of a demo or test installation, and the outbox.
    ViewOutbox = "outbox":"view";
    ViewAudit = "audit":"view";
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Permission {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|p| p.as_str())))
            .into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Permission {}

impl Serialize for Permission {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}
impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        s.parse().map_err(serde::de::Error::custom)
    }
}
impl std::str::FromStr for Permission {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|p| p.as_str() == s)
            .ok_or_else(|| format!("`{s}` is not a permission"))
    }
}
impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

crate::text_enum! {
    /// Decides which rows a person reaches; the permission group decides the verbs (spec A04).
    pub enum UserType {
        /// All communities, all settings.
        Superuser = "superuser",
        /// Managing agent, collector: the communities given to the user.
        Business = "business",
        CallCentre = "call_centre",
        /// On site: the communities given to the user.
        Location = "location",
        /// Only accounts handed over to this very user, inside the communities given (spec A08).
        Attorney = "attorney",
        /// Read-only, names masked.
        Trustee = "trustee",
        ApiClient = "api_client",
    }
}

impl UserType {
    /// Whether an empty community list means all communities.
    pub const fn reaches_all_when_unrestricted(self) -> bool {
        matches!(self, Self::Superuser)
    }
}

use Permission as P;

/// A shipped permission group: its key, the user type it is for, and its ticks (spec annex 1).
pub fn shipped_groups() -> Vec<(&'static str, UserType, Vec<Permission>)> {
    let read = [
        P::ViewDashboard,
        P::ViewCommunities,
        P::ViewUnits,
        P::ViewAccounts,
        P::ViewAgeAnalysis,
        P::ViewLedger,
        P::ViewStatuses,
        P::ViewNotes,
        P::ViewDocuments,
    ];
    let with = |extra: &[Permission]| {
        let mut all = read.to_vec();
        all.extend_from_slice(extra);
        all
    };
    vec![
        ("Superuser", UserType::Superuser, Permission::ALL.to_vec()),
        (
            "Manager",
            UserType::Business,
            with(&[
                P::CreateCommunities,
                P::EditCommunities,
                P::CreateUnits,
                P::EditUnits,
                P::CreateAccounts,
                P::EditAccounts,
                P::EditContacts,
                P::EditExclusions,
                P::ViewBanking,
                P::EditBanking,
                P::PostLedger,
                P::ApproveLedger,
                P::RecordPayments,
                P::Allocate,
                P::EditClaims,
                P::ViewBankStatements,
                P::CreateBankStatements,
                P::ViewLevies,
                P::EditLevies,
                P::RunLevies,
                P::RunReports,
                P::Export,
                P::ApplyStatuses,
                P::EditStatuses,
                P::ViewHandovers,
                P::CreateHandovers,
                P::EditHandovers,
                P::CreateNotes,
                P::EditNotes,
                P::EditQuickResponses,
                P::EditMetadata,
                P::ViewSensitive,
                P::EditLayouts,
                P::ViewFiles,
                P::CreateFiles,
                P::EditFiles,
                P::EditDocuments,
                P::ViewImports,
                P::CreateImports,
                P::ViewUsers,
                P::ViewSettings,
                P::ViewAudit,
            ]),
        ),
        (
            "Agent",
            UserType::Business,
            with(&[
                P::CreateUnits,
                P::EditUnits,
                P::CreateAccounts,
                P::EditAccounts,
                P::EditContacts,
                P::EditExclusions,
                P::EditBanking,
                P::RecordPayments,
                P::Allocate,
                P::ViewBankStatements,
                P::CreateBankStatements,
                P::ViewLevies,
                P::RunReports,
                P::Export,
                P::ApplyStatuses,
                P::ViewHandovers,
                P::CreateHandovers,
                P::EditHandovers,
                P::CreateNotes,
                P::ViewFiles,
                P::CreateFiles,
                P::ViewImports,
                P::CreateImports,
            ]),
        ),
        (
            "Call centre",
            UserType::CallCentre,
            with(&[
                P::EditContacts,
                P::EditExclusions,
                P::CreateNotes,
                P::ViewFiles,
                P::CreateFiles,
            ]),
        ),
        (
            "Location",
            UserType::Location,
            with(&[
                P::EditContacts,
                P::EditExclusions,
                P::Export,
                P::ApplyStatuses,
                P::CreateNotes,
                P::ViewFiles,
                P::CreateFiles,
            ]),
        ),
        (
            "Attorney",
            UserType::Attorney,
            with(&[
                P::RunReports,
                P::Export,
                P::ApplyStatuses,
                P::ViewHandovers,
                P::AnswerHandovers,
                P::EditExclusions,
                P::CreateNotes,
                P::ViewFiles,
                P::CreateFiles,
            ]),
        ),
        (
            "Trustee",
            UserType::Trustee,
            vec![
                P::ViewDashboard,
                P::ViewCommunities,
                P::ViewUnits,
                P::ViewAgeAnalysis,
                P::ViewDocuments,
            ],
        ),
        (
            "API client",
            UserType::ApiClient,
            with(&[
                P::CreateCommunities,
                P::EditCommunities,
                P::CreateUnits,
                P::EditUnits,
                P::CreateAccounts,
                P::EditAccounts,
                P::EditContacts,
                P::EditExclusions,
                P::ViewBanking,
                P::EditBanking,
                P::PostLedger,
                P::ApproveLedger,
                P::RecordPayments,
                P::Allocate,
                P::EditClaims,
                P::ViewBankStatements,
                P::CreateBankStatements,
                P::ViewLevies,
                P::EditLevies,
                P::RunLevies,
                P::RunReports,
                P::Export,
                P::ApplyStatuses,
                P::ViewHandovers,
                P::CreateHandovers,
                P::EditHandovers,
                P::CreateNotes,
                P::ViewFiles,
                P::CreateFiles,
                P::ViewImports,
                P::CreateImports,
            ]),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn permissions_are_unique_and_parse_back() {
        for p in Permission::ALL {
            assert_eq!(p.as_str().parse::<Permission>().unwrap(), *p);
        }
    }
    #[test]
    fn an_attorney_may_neither_hand_over_nor_manage_anything() {
        let (_, _, may) = shipped_groups()
            .into_iter()
            .find(|g| g.1 == UserType::Attorney)
            .unwrap();
        for never in [
            P::CreateHandovers,
            P::EditHandovers,
            P::CreateUsers,
            P::EditUsers,
            P::CreateImports,
            P::ViewAudit,
            P::PostLedger,
            P::EditSettings,
            P::EditFiles,
            P::EditDocuments,
            P::EditMetadata,
            P::ViewSensitive,
            P::EditLayouts,
            P::ViewBanking,
            P::EditBanking,
        ] {
            assert!(!may.contains(&never), "{never}");
        }
    }
}
