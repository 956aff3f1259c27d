//! Which events of an account a reader gets: what the filter asks for, and what is the reader's to see.

use crate::kernel::{Reach, Read, Stop, binds::Binds};
use kept_shared::diary::*;
use kept_shared::ids::{AccountId, UserId};
use kept_shared::permission::Permission;
use kept_shared::problem::{Code, Problem};
use sea_orm::DbBackend;

/// Values inside an event's body, in the words of each database.
struct Body(DbBackend);
impl Body {
    fn text(&self, field: &str) -> String {
        match self.0 {
            DbBackend::Postgres => format!("(e.body::json ->> '{field}')"),
            _ => format!("json_extract(e.body, '$.{field}')"),
        }
    }
    fn number(&self, field: &str) -> String {
        match self.0 {
            DbBackend::Postgres => format!("{}::bigint", self.text(field)),
            _ => self.text(field),
        }
    }
    fn id(&self, field: &str) -> String {
        match self.0 {
            DbBackend::Postgres => format!("{}::uuid", self.text(field)),
            _ => format!("unhex({}, '-')", self.text(field)),
        }
    }
    /// Whether a list in the body holds one of few texts.
    fn list_has(&self, field: &str, texts: &str) -> String {
        match self.0 {
            DbBackend::Postgres => format!(
                "EXISTS (SELECT 1 FROM json_array_elements_text(e.body::json -> '{field}') AS part (value) WHERE part.value IN ({texts}))"
            ),
            _ => format!("EXISTS (SELECT 1 FROM json_each(e.body, '$.{field}') AS part WHERE part.value IN ({texts}))"),
        }
    }
}

/// The conditions on an event `e` of one account, and their parameters.
pub(super) fn conditions(
    read: &Read,
    account: AccountId,
    filter: &DiaryFilter,
    binds: &mut Binds,
) -> Result<Vec<String>, Stop> {
    let too_many = |at: &str| -> Stop { Problem::of(Code::QueryMalformed).at(at, "too_many").into() };
    let mut all = vec![format!("e.account_id = {}", binds.one(account))];
    all.extend(theirs_to_see(read, binds));
    if let Some(from) = filter.from {
        all.push(format!("e.at >= {}", binds.one(from)));
    }
    if let Some(until) = filter.until {
        all.push(format!("e.at < {}", binds.one(until)));
    }
    if filter.event.len() > MAX_CHOSEN {
        return Err(too_many("?event"));
    }
    if !filter.event.is_empty() {
        all.push(format!("e.kind IN ({})", binds.list(filter.event.iter().cloned())));
    }
    if filter.user.len() > MAX_CHOSEN {
        return Err(too_many("?user"));
    }
    if !filter.user.is_empty() {
        let people: Vec<UserId> = filter.user.iter().filter_map(Doer::person).collect();
        let machine = if filter.user.contains(&Doer::System) {
            " OR e.actor_id IS NULL"
        } else {
            ""
        };
        all.push(format!("(e.actor_id IN ({}){machine})", binds.list(people)));
    }
    if filter.claim.len() > MAX_CHOSEN {
        return Err(too_many("?claim"));
    }
    if !filter.claim.is_empty() {
        all.push(concerns(read.backend(), filter, binds));
    }
    Ok(all)
}

/// A claim's own events, what was posted to it, and money set against it.
fn concerns(backend: DbBackend, filter: &DiaryFilter, binds: &mut Binds) -> String {
    let body = Body(backend);
    let ids = binds.list(filter.claim.iter().copied());
    let texts = binds.list(filter.claim.iter().map(ToString::to_string));
    let (claim, related, claims) = (
        body.text("claim"),
        body.text("related"),
        body.list_has("claims", &texts),
    );
    let (first, count) = (body.number("first_no"), body.number("count"));
    format!(
        "({claim} IN ({texts}) OR {related} IN ({texts}) OR (e.kind IN ('reallocated', 'claims_closed', 'claims_opened') AND {claims}) OR (e.kind = 'entries_posted' \
         AND EXISTS (SELECT 1 FROM entry x WHERE x.account_id = e.account_id AND x.no >= {first} AND x.no < {first} + {count} \
         AND (x.claim_id IN ({ids}) OR EXISTS (SELECT 1 FROM allocation l JOIN entry d ON d.id = l.debit_entry_id \
         WHERE l.credit_entry_id = x.id AND d.claim_id IN ({ids}))))))"
    )
}

/// What is not the reader's to see is not in the diary: it is left out here, so that pages stay full and counts true.
fn theirs_to_see(read: &Read, binds: &mut Binds) -> Vec<String> {
    let caller = read.caller();
    let mut all = vec![];
    let mut hide = |kinds: &[&str], binds: &mut Binds| {
        all.push(format!("e.kind NOT IN ({})", binds.list(kinds.iter().copied())));
    };
    if !caller.may(Permission::ViewFiles) {
        hide(FILE, binds);
    }
    if !caller.may(Permission::ViewLedger) {
        hide(LEDGER, binds);
    }
    let Reach::HandedOverTo { attorney, .. } = read.scope().reach() else {
        all.extend(fields_to_see(read, binds));
        return all;
    };
    hide(AGENCY_ONLY, binds);
    all.extend(fields_to_see(read, binds));
    let body = Body(read.backend());
    let own = binds.one(*attorney);
    let matters = binds.list(HANDOVER.iter().copied());
    all.push(format!(
        "(e.kind NOT IN ({matters}) OR EXISTS (SELECT 1 FROM handover h WHERE h.id = {} AND h.attorney_id = {own}))",
        body.id("handover")
    ));
    let of_files = FILE.iter().map(|kind| (*kind, "file"));
    for (kind, table) in of_files.chain([("note_added", "note"), ("note_deleted", "note")]) {
        let kind = binds.one(kind);
        all.push(format!(
            "(e.kind <> {kind} OR EXISTS (SELECT 1 FROM {table} t WHERE t.id = {} AND t.visibility <> 'internal'))",
            body.id(table)
        ));
    }
    all
}

/// Fields of claims and products are for who reads the ledger.
fn fields_to_see(read: &Read, binds: &mut Binds) -> Option<String> {
    if read.caller().may(Permission::ViewLedger) {
        return None;
    }
    let (kind, theirs) = (binds.one("metadata_changed"), binds.list(["claim", "product"]));
    let entity = Body(read.backend()).text("entity");
    Some(format!("(e.kind <> {kind} OR {entity} NOT IN ({theirs}))"))
}

const FILE: &[&str] = &[
    "file_uploaded",
    "file_scanned",
    "file_downloaded",
    "file_changed",
    "file_held",
    "file_released",
    "file_deleted",
    "file_purged",
];

const HANDOVER: &[&str] = &[
    "handed_over",
    "handover_accepted",
    "handover_declined",
    "handover_recalled",
    "handover_returned",
    "handover_closed",
];

const LEDGER: &[&str] = &[
    "entries_posted",
    "reallocated",
    "posting_requested",
    "posting_approved",
    "posting_declined",
    "posting_withdrawn",
    "claims_closed",
    "claims_opened",
    "claim_resolved",
    "claim_reopened",
    "claim_deleted",
    "claim_recreated",
    "claims_related",
    "claim_changed",
    "product_created",
    "product_changed",
];
