//! What happened, in the words of the diary. One row per event is the diary line, the audit record and the outbox
//! message; it is never changed.

use crate::banking::{BankAccount, DebitOrder};
use crate::ids::*;
use crate::metadata::MetadataEntity;
use crate::money::Money;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What happened. Bodies hold ids and values as they were; no secrets, no message texts. Renaming a variant
/// makes the rows already written unreadable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Event {
    OrganisationCreated {
        organisation: OrganisationId,
    },
    /// The organisation's settings.
    OrganisationChanged {
        organisation: OrganisationId,
        fields: Vec<String>,
    },
    // identity
    SignedIn {
        user: UserId,
    },
    SignInRefused {
        user: UserId,
        reason: String,
    },
    SignedOut {
        user: UserId,
    },
    SessionsRevoked {
        user: UserId,
        reason: String,
    },
    PasswordChanged {
        user: UserId,
    },
    /// A link to choose a new password was sent, on request or by an administrator.
    PasswordLinkSent {
        user: UserId,
    },
    TotpEnabled {
        user: UserId,
    },
    TotpDisabled {
        user: UserId,
    },
    UserInvited {
        user: UserId,
    },
    InvitationAccepted {
        user: UserId,
    },
    UserChanged {
        user: UserId,
        fields: Vec<String>,
    },
    UserSuspended {
        user: UserId,
    },
    UserActivated {
        user: UserId,
    },
    /// The installation signs access tokens with a new key.
    SigningKeyMade {
        kid: String,
    },
    PermissionGroupCreated {
        group: PermissionGroupId,
    },
    PermissionGroupChanged {
        group: PermissionGroupId,
    },
    PermissionGroupDeleted {
        group: PermissionGroupId,
    },
    // book
    CommunityCreated {
        community: CommunityId,
    },
    CommunityChanged {
        community: CommunityId,
        fields: Vec<String>,
    },
    CustomerGroupCreated {
        group: CustomerGroupId,
    },
    CustomerGroupChanged {
        group: CustomerGroupId,
    },
    CustomerGroupDeleted {
        group: CustomerGroupId,
    },
    UnitCreated {
        unit: UnitId,
    },
    UnitChanged {
        unit: UnitId,
        fields: Vec<String>,
        /// What the fields held before and hold now; absent from events of before 0028.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        values: Vec<FieldChange>,
    },
    OwnerChanged {
        unit: UnitId,
        account: AccountId,
        from_on: NaiveDate,
    },
    AccountCreated {
        account: AccountId,
    },
    AccountChanged {
        account: AccountId,
        fields: Vec<String>,
    },
    DebtorAdded {
        debtor: DebtorId,
    },
    DebtorChanged {
        debtor: DebtorId,
        fields: Vec<String>,
    },
    DebtorRemoved {
        debtor: DebtorId,
    },
    ContactAdded {
        contact: ContactId,
    },
    ContactChanged {
        contact: ContactId,
        fields: Vec<String>,
    },
    ContactRemoved {
        contact: ContactId,
    },
    // ledger
    EntriesPosted {
        count: u32,
        total: Money,
        /// Number of the first in the account's journal; the others follow it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_no: Option<i64>,
    },
    /// Money was set against other debits than before.
    Reallocated {
        count: u32,
        /// The claims it was taken from or set against.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        claims: Vec<ClaimId>,
    },
    /// A posting waits for a second pair of eyes.
    PostingRequested {
        request: PostingRequestId,
        amount: Money,
    },
    PostingApproved {
        request: PostingRequestId,
        amount: Money,
    },
    PostingDeclined {
        request: PostingRequestId,
        reason: String,
    },
    PostingWithdrawn {
        request: PostingRequestId,
    },
    ProductCreated {
        product: ProductId,
    },
    ProductChanged {
        product: ProductId,
        fields: Vec<String>,
    },
    ClaimResolved {
        claim: ClaimId,
        resolution: String,
    },
    /// Nothing is open of them any more: by payment, credit or reversal, without anybody resolving them.
    ClaimsClosed {
        claims: Vec<ClaimId>,
        resolution: String,
    },
    /// Something is open of them again, because what had closed them was undone.
    ClaimsOpened {
        claims: Vec<ClaimId>,
    },
    ClaimReopened {
        claim: ClaimId,
        reason: String,
    },
    ClaimDeleted {
        claim: ClaimId,
        reason: String,
    },
    ClaimRecreated {
        claim: ClaimId,
        reason: String,
    },
    ClaimsRelated {
        claim: ClaimId,
        related: ClaimId,
        relation: String,
    },
    ClaimChanged {
        claim: ClaimId,
        fields: Vec<String>,
    },
    // recurring charges
    LevyCreated {
        levy: LevyId,
        unit: UnitId,
    },
    LevyChanged {
        levy: LevyId,
        fields: Vec<String>,
    },
    LevyAmountChanged {
        levy: LevyId,
        from_on: NaiveDate,
        amount: Money,
    },
    LevyDeleted {
        levy: LevyId,
        unit: UnitId,
    },
    /// One charge for all units of a community.
    LeviesSet {
        kind: String,
        created: u32,
        changed: u32,
    },
    LevyRunPreviewed {
        run: LevyRunId,
        month: NaiveDate,
    },
    LevyRunDiscarded {
        run: LevyRunId,
    },
    LevyRunStarted {
        run: LevyRunId,
        charges: u32,
        total: Money,
    },
    LevyRunDone {
        run: LevyRunId,
        charges: u32,
        total: Money,
    },
    LevyRunFailed {
        run: LevyRunId,
        reason: String,
    },
    LevyRunReversalOrdered {
        run: LevyRunId,
    },
    LevyRunReversed {
        run: LevyRunId,
        charges: u32,
        reason: String,
    },
    /// What is too little to call a unit delinquent.
    ArrearsToleranceChanged {
        community: CommunityId,
        tolerance: Money,
    },
    // statuses and handover
    StatusCreated {
        status: StatusId,
    },
    StatusChanged {
        status: StatusId,
        fields: Vec<String>,
    },
    StatusApplied {
        status: StatusId,
        code: String,
        from: Option<StatusId>,
        /// What was written with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteId>,
    },
    StatusEnded {
        status: StatusId,
        /// What was written with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteId>,
    },
    StatusesApplied {
        batch: BatchId,
        applied: u32,
        skipped: u32,
    },
    HandedOver {
        handover: HandoverId,
        attorney: UserId,
        balance: Money,
        /// The earlier handover whose grave ending the actor confirmed to have read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        despite: Option<HandoverId>,
    },
    HandoverAccepted {
        handover: HandoverId,
    },
    HandoverDeclined {
        handover: HandoverId,
        reason: String,
    },
    HandoverRecalled {
        handover: HandoverId,
        reason: String,
    },
    HandoverReturned {
        handover: HandoverId,
        reason: String,
    },
    HandoverClosed {
        handover: HandoverId,
        code: String,
    },
    /// Ways of reaching the customer were switched off.
    ExclusionSet {
        exclusion: ExclusionId,
        kind: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
        note: String,
    },
    ExclusionLifted {
        exclusion: ExclusionId,
        kind: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
        note: String,
    },
    /// The customer's bank details were entered or changed; never the numbers themselves.
    BankDetailsChanged {
        account: AccountId,
        fields: Vec<String>,
        /// What was on file before, with the number masked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Box<BankAccount>>,
    },
    BankDetailsRemoved {
        account: AccountId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Box<BankAccount>>,
    },
    /// Somebody looked at the bank account number in full.
    BankNumberSeen {
        account: AccountId,
    },
    DebitOrderChanged {
        account: AccountId,
        fields: Vec<String>,
        /// What had been agreed before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Box<DebitOrder>>,
    },
    /// The enquiry a customer began as was canceled or taken up again, or related to other communities.
    LeadChanged {
        account: AccountId,
        fields: Vec<String>,
    },
    NoteAdded {
        note: NoteId,
    },
    /// Its text is no longer shown; the row stays.
    NoteDeleted {
        note: NoteId,
        reason: String,
    },
    QuickResponseCreated {
        response: QuickResponseId,
    },
    QuickResponseChanged {
        response: QuickResponseId,
        fields: Vec<String>,
    },
    QuickResponseDeleted {
        response: QuickResponseId,
    },
    // fields of one's own, and how pages look
    MetadataFieldCreated {
        field: MetadataFieldId,
        entity: MetadataEntity,
        key: String,
    },
    MetadataFieldChanged {
        field: MetadataFieldId,
        fields: Vec<String>,
    },
    /// What stands in the fields of an account, claim, debtor, product or unit; the keys, never the values.
    MetadataChanged {
        entity: MetadataEntity,
        row: uuid::Uuid,
        fields: Vec<String>,
    },
    /// Somebody's own, or a permission group's.
    LayoutSaved {
        page: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<PermissionGroupId>,
    },
    /// Back to what comes after it.
    LayoutReverted {
        page: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<PermissionGroupId>,
    },
    FileUploaded {
        file: FileId,
    },
    FileScanned {
        file: FileId,
        state: String,
    },
    FileDownloaded {
        file: FileId,
    },
    FileChanged {
        file: FileId,
        fields: Vec<String>,
    },
    /// Held for a court or a dispute.
    FileHeld {
        file: FileId,
        reason: String,
    },
    FileReleased {
        file: FileId,
        reason: String,
    },
    FileDeleted {
        file: FileId,
        reason: String,
    },
    /// Its bytes were thrown away when their time was up.
    FilePurged {
        file: FileId,
    },
    // bank statements
    BankFileUploaded {
        file: BankFileId,
        statements: u32,
    },
    BankStatementMatched {
        statement: BankStatementId,
    },
    BankLinesConfirmed {
        statement: BankStatementId,
        lines: u32,
        total: Money,
    },
    BankLinesIgnored {
        statement: BankStatementId,
        lines: u32,
        reason: String,
    },
    BankLinesRestored {
        statement: BankStatementId,
        lines: u32,
    },
    BankLineUndone {
        statement: BankStatementId,
        line: BankLineId,
        reason: String,
    },
    BankStatementUndone {
        statement: BankStatementId,
        entries: u32,
        reason: String,
    },
    BankMappingSaved {
        mapping: BankMappingId,
    },
    BankMappingDeleted {
        mapping: BankMappingId,
    },
    // views of lists
    SavedViewCreated {
        view: SavedViewId,
        shared: bool,
    },
    SavedViewChanged {
        view: SavedViewId,
        shared: bool,
    },
    SavedViewDeleted {
        view: SavedViewId,
        shared: bool,
    },
    // imports and exports
    ImportUploaded {
        import: ImportId,
    },
    ImportMapped {
        import: ImportId,
    },
    ImportChecked {
        import: ImportId,
        faulty: u32,
    },
    ImportCommitOrdered {
        import: ImportId,
        skip_faulty: bool,
    },
    ImportCommitted {
        import: ImportId,
        rows: u32,
    },
    ImportCancelled {
        import: ImportId,
    },
    ImportFailed {
        import: ImportId,
        reason: String,
    },
    ImportMappingSaved {
        mapping: ImportMappingId,
    },
    ImportMappingDeleted {
        mapping: ImportMappingId,
    },
    ExportMade {
        report: String,
        rows: u32,
    },
    LedgerReportOrdered {
        report: LedgerReportId,
        customers: u32,
        lines: u32,
    },
    LedgerReportMade {
        report: LedgerReportId,
        lines: u32,
    },
    LedgerReportFailed {
        report: LedgerReportId,
        reason: String,
    },
    LedgerReportCancelled {
        report: LedgerReportId,
    },
    /// Its file was removed when its time was up.
    LedgerReportExpired {
        report: LedgerReportId,
    },
    /// By who had ordered it, before its time was up.
    LedgerReportDeleted {
        report: LedgerReportId,
    },
    /// A background job finished a step that has no better word.
    JobDone {
        kind: String,
    },
}

impl Event {
    /// The `what` of the wire form.
    pub fn kind(&self) -> String {
        match serde_json::to_value(self) {
            Ok(v) => v.get("what").and_then(|w| w.as_str()).unwrap_or_default().to_owned(),
            Err(_) => String::new(),
        }
    }
}

/// The names of the fields that differ between two states of the same thing, in the words of the wire. What did not
/// change is not worth an event.
pub fn changed_fields<T: Serialize>(before: &T, after: &T) -> Vec<String> {
    let (Ok(serde_json::Value::Object(before)), Ok(serde_json::Value::Object(after))) =
        (serde_json::to_value(before), serde_json::to_value(after))
    else {
        return vec![];
    };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect()
}

/// A field that changed, with what it held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldChange {
    pub field: String,
    /// Absent where the field was empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Absent where the field is empty now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// As [`changed_fields`], with the values; yes and no are `true` and `false`.
pub fn field_changes<T: Serialize>(before: &T, after: &T) -> Vec<FieldChange> {
    let (Ok(was), Ok(is)) = (serde_json::to_value(before), serde_json::to_value(after)) else {
        return vec![];
    };
    let text = |of: &serde_json::Value| match of {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    changed_fields(before, after)
        .into_iter()
        .map(|field| FieldChange {
            from: text(&was[&field]),
            to: text(&is[&field]),
            field,
        })
        .collect()
}
