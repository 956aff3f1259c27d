//! Typed identifiers: UUID version 7, so that they sort by creation and keep B-trees dense.

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = uuid::Uuid))]
        #[cfg_attr(feature = "orm", derive(sea_orm::DeriveValueType))]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, uuid::Error> { s.parse().map(Self) }
        }
        impl From<uuid::Uuid> for $name { fn from(id: uuid::Uuid) -> Self { Self(id) } }
        impl From<$name> for uuid::Uuid { fn from(id: $name) -> Self { id.0 } }
        #[cfg(feature = "orm")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> { Err(sea_orm::DbErr::ConvertFromU64(stringify!($name))) }
        }
    )+ };
}

ids! {
    /// The tenant: a managing agency or creditor group.
    OrganisationId,
    UserId,
    PermissionGroupId,
    SessionId,
    CommunityId,
    CustomerGroupId,
    UnitId,
    AccountId,
    DebtorId,
    ContactId,
    ExclusionId,
    DebitOrderId,
    ClaimId,
    EntryId,
    AllocationId,
    /// What is owed for: a levy, a contract, a loan.
    ProductId,
    /// A posting that waits for a second pair of eyes.
    PostingRequestId,
    HandoverId,
    /// An entry of the status catalogue.
    StatusId,
    StatusChangeId,
    BatchId,
    NoteId,
    QuickResponseId,
    MetadataFieldId,
    FileId,
    ImportId,
    ImportMappingId,
    BankAccountId,
    BankFileId,
    BankStatementId,
    BankLineId,
    BankPostingId,
    BankMappingId,
    JobId,
    EventId,
    MailId,
    /// A recurring charge of one unit.
    LevyId,
    LevyRunId,
    LogoId,
    NotificationId,
    LedgerReportId,
    SavedViewId,
}
