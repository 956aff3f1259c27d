//! What is told, in words.

use crate::kernel::{format, i18n::t};
use kept_shared::dashboard::NewsStep;
use kept_shared::notifications::Notice;

/// What the other side did.
pub fn step(what: NewsStep) -> &'static str {
    match what {
        NewsStep::HandedOver => t::notifications::step_handed_over(),
        NewsStep::HandoverAccepted => t::notifications::step_accepted(),
        NewsStep::HandoverDeclined => t::notifications::step_declined(),
        NewsStep::HandoverRecalled => t::notifications::step_recalled(),
        NewsStep::HandoverReturned => t::notifications::step_returned(),
        NewsStep::HandoverClosed => t::notifications::step_closed(),
        NewsStep::StatusApplied => t::notifications::step_status(),
        NewsStep::StatusEnded => t::notifications::step_status_ended(),
        NewsStep::NoteAdded => t::notifications::step_note(),
    }
}

/// What it says, what stands below, and where it leads.
pub(super) fn words(notice: &Notice) -> (&'static str, String, String) {
    match notice {
        Notice::LedgerReportReady {
            report,
            customers,
            lines,
        } => (
            t::notifications::report_ready(),
            t::notifications::report_ready_text(
                usize::try_from(*customers).unwrap_or_default(),
                format::count(usize::try_from(*lines).unwrap_or_default()),
            ),
            format!("/ledger-reports/{report}"),
        ),
        Notice::LedgerReportFailed { report, reason } => (
            t::notifications::report_failed(),
            if reason == "out_of_reach" {
                t::notifications::report_failed_reach().to_owned()
            } else {
                t::notifications::report_failed_text().to_owned()
            },
            format!("/ledger-reports/{report}"),
        ),
        Notice::UrgentNote { account, reference, by } => (
            t::notifications::urgent_note(),
            t::notifications::urgent_note_text(by, reference),
            format!("/accounts/{account}?tab=notes"),
        ),
    }
}
