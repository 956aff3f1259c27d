//! The shipped catalogue (spec annex 4 and H11). Organisations edit it as they like.

use super::entity::ActiveModel;
use crate::kernel::{Stop, Tx};
use kept_shared::{handovers::CloseCode, ids::*, statuses::*};
use sea_orm::ActiveValue::Set;

#[derive(Clone, Copy, PartialEq)]
enum Flag {
    Handover,
    Attorney,
    Terminal,
    NoNotice,
    NoInterest,
    Hold,
}
use Flag::{Attorney, Handover, Hold, NoInterest, NoNotice, Terminal};
use StatusKind::{Debt, Interest, Legal, Notice};

type Shipped = (StatusKind, &'static str, &'static str, Tone, &'static [Flag]);

const SHIPPED: &[Shipped] = &[
    (Notice, "NNORM", "Notices as usual", Tone::Neutral, &[]),
    (Notice, "NEX", "No notices", Tone::Info, &[NoNotice]),
    (Debt, "N1", "1st notice sent", Tone::Info, &[]),
    (Debt, "N2", "2nd notice sent", Tone::Warn, &[]),
    (Debt, "LOD", "Letter of demand sent", Tone::Warn, &[Attorney]),
    (Debt, "S129", "Section 129 notice sent", Tone::Warn, &[Attorney]),
    (Debt, "ARR", "Arrangement", Tone::Good, &[Attorney, NoNotice]),
    (Debt, "ARRBR", "Arrangement broken", Tone::Bad, &[Attorney]),
    (Debt, "PTP", "Promise to pay", Tone::Good, &[Attorney, NoNotice]),
    (Debt, "DISP", "Dispute", Tone::Violet, &[Attorney, NoNotice]),
    (Debt, "TRACE", "Tracing", Tone::Info, &[Attorney]),
    (Debt, "DREV", "Debt review", Tone::Violet, &[Attorney, NoNotice]),
    (Debt, "INSOLV", "Insolvent", Tone::Ink, &[Attorney, NoNotice]),
    (Debt, "DECEAS", "Deceased estate", Tone::Ink, &[Attorney, NoNotice]),
    (Debt, "MORAT", "Moratorium", Tone::Violet, &[NoNotice, NoInterest, Hold]),
    (
        Debt,
        "WOFF",
        "Written off",
        Tone::Neutral,
        &[Terminal, NoNotice, NoInterest],
    ),
    (Debt, "SETTLD", "Settled", Tone::Good, &[Terminal, NoNotice]),
    (Debt, "CLOSED", "Closed", Tone::Neutral, &[Terminal, NoNotice]),
    (Interest, "INORM", "Interest as usual", Tone::Neutral, &[]),
    (Interest, "IEX", "No interest", Tone::Info, &[NoInterest]),
    (Legal, "HO", "Handover", Tone::Bad, &[Handover, NoNotice]),
    (
        Legal,
        "AOD",
        "Acknowledgement of debt signed",
        Tone::Good,
        &[Attorney, NoNotice],
    ),
    (Legal, "SUMISS", "Summons issued", Tone::Bad, &[Attorney, NoNotice]),
    (Legal, "SUMSRV", "Summons served", Tone::Bad, &[Attorney, NoNotice]),
    (Legal, "JUDGM", "Judgment", Tone::Ink, &[Attorney, NoNotice]),
    (Legal, "WARR", "Warrant", Tone::Ink, &[Attorney, NoNotice]),
    (Legal, "CSOS", "CSOS applied", Tone::Violet, &[Attorney, NoNotice]),
    (Legal, "CSOSO", "CSOS order", Tone::Violet, &[Attorney, NoNotice]),
    (Legal, "PAID", "Paid to attorney", Tone::Good, &[Attorney, NoNotice]),
    (Legal, "RTA", "Returned to agent", Tone::Neutral, &[Attorney]),
];

/// Why a shipped status closes an open handover, if it does.
fn closes(code: &str) -> Option<CloseCode> {
    match code {
        "RTA" => Some(CloseCode::Withdrawn),
        "SETTLD" => Some(CloseCode::Settled),
        "WOFF" => Some(CloseCode::Uneconomical),
        "CLOSED" => Some(CloseCode::Other),
        _ => None,
    }
}

/// Gives a new organisation the shipped catalogue.
pub async fn seed(tx: &Tx, organisation: OrganisationId) -> Result<(), Stop> {
    let rows = (10_i64..).step_by(10).zip(SHIPPED).map(|(position, shipped)| {
        let (kind, code, title, tone, flags) = *shipped;
        ActiveModel {
            id: Set(StatusId(uuid::Uuid::now_v7())),
            organisation_id: Set(organisation),
            kind: Set(kind),
            code: Set(code.to_owned()),
            title: Set(title.to_owned()),
            tone: Set(tone),
            is_handover: Set(flags.contains(&Handover)),
            attorney_allowed: Set(flags.contains(&Attorney)),
            is_terminal: Set(flags.contains(&Terminal)),
            notice_exempt: Set(flags.contains(&NoNotice)),
            interest_exempt: Set(flags.contains(&NoInterest)),
            contact_hold: Set(flags.contains(&Hold)),
            collection_fee: Set(false),
            closes_handover: Set(closes(code)),
            position: Set(position),
            is_active: Set(true),
            created_at: Set(tx.now()),
            version: Set(1),
        }
    });
    tx.insert_bulk(rows.collect(), "of the organisation just created").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_status_is_acceptable_and_its_code_is_unique() {
        let mut codes = std::collections::BTreeSet::new();
        for (kind, code, title, tone, flags) in SHIPPED {
            let status = NewStatus {
                kind: *kind,
                code: (*code).into(),
                title: (*title).into(),
                tone: *tone,
                is_handover: flags.contains(&Handover),
                attorney_allowed: flags.contains(&Attorney),
                is_terminal: flags.contains(&Terminal),
                notice_exempt: flags.contains(&NoNotice),
                interest_exempt: flags.contains(&NoInterest),
                contact_hold: flags.contains(&Hold),
                collection_fee: false,
                closes_handover: closes(code),
                position: 0,
            };
            assert!(status.flaws().is_empty(), "{code}");
            assert!(codes.insert(code), "{code} twice");
        }
        assert_eq!(SHIPPED.iter().filter(|s| s.4.contains(&Handover)).count(), 1);
    }
}
