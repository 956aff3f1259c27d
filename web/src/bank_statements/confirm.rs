//! Confirming lines: one order after another, each for what stood on the screen when it was given.

use crate::kernel::{Load, act::Act, api::use_api, format, i18n::t::bank_statements as t, pages::Pages, query::sleep};
use crate::ui::use_toasts;
use kept_shared::bank_statements::{BankLine, BankStatement, ConfirmLines, LinesConfirmed};
use kept_shared::ids::BankLineId;
use kept_shared::problem::Code;
use leptos::prelude::*;
use std::collections::VecDeque;

/// Three seconds of waiting for the lines of the last version.
const SETTLE_TRIES: u32 = 75;

/// What a confirmation needs of the page.
#[derive(Clone, Copy)]
pub(super) struct Confirming {
    pub statement: Load<BankStatement>,
    pub lines: Pages<BankLine>,
    /// The version whose lines are on the screen.
    pub seen: RwSignal<Option<i64>>,
    /// The lines on the screen are those of the statement's version.
    pub settled: Signal<bool>,
    pub act: Act,
}

/// An order as it was given: what stood in the rows then, and the version they belonged to.
struct Asked {
    order: ConfirmLines,
    was: Option<Vec<BankLine>>,
    at: Option<i64>,
}

/// What the rows say of these lines now.
fn told(lines: Pages<BankLine>, ids: &[BankLineId]) -> Option<Vec<BankLine>> {
    lines
        .rows()
        .try_with_untracked(|all| all.iter().filter(|l| ids.contains(&l.id)).cloned().collect())
}

/// Takes orders. Whoever is quicker than the server is not asked twice: what is confirmed meanwhile waits its turn. What
/// is posted is what stood there when it was confirmed; what somebody else made of it meanwhile is shown first.
pub(super) fn confirming(with: Confirming) -> Callback<ConfirmLines> {
    let (api, toasts) = (use_api(), use_toasts());
    let Confirming {
        statement,
        lines,
        seen,
        settled,
        act,
    } = with;
    let queue = StoredValue::new(VecDeque::<Asked>::new());
    let again = StoredValue::new(None::<Callback<()>>);
    let next = Callback::new(move |()| {
        if act.busy().get_untracked() {
            return;
        }
        let Some(Asked { order, was, at }) = queue.try_update_value(VecDeque::pop_front).flatten() else {
            return;
        };
        let Some(id) = statement.value.with_untracked(|s| s.as_ref().map(|s| s.id)) else {
            return;
        };
        let path = format!("/bank-statements/{id}/confirm");
        act.run(
            async move {
                // Given while the lines of the last confirmation are on their way: they are waited for.
                for _ in 0..SETTLE_TRIES {
                    if settled.try_get_untracked() != Some(false) {
                        break;
                    }
                    sleep(40).await;
                }
                let now = seen.try_get_untracked().flatten();
                let same = told(lines, &order.lines) == was && (order.confidence.is_none() || now == at);
                let Some(version) = now.filter(|_| same) else {
                    return Ok(None);
                };
                match api.act::<LinesConfirmed>(&path, version, &order).await {
                    Ok(done) => Ok(Some(done.value)),
                    Err(stop) if stop.is(Code::ChangedMeanwhile) => Ok(None),
                    Err(stop) => {
                        // What failed is looked at before anything else is posted.
                        let _gone = queue.try_update_value(VecDeque::clear);
                        Err(stop)
                    }
                }
            },
            move |done| {
                match done {
                    Some(done) => toasts.good(t::confirmed_toast(
                        format::count(done.lines as usize),
                        format::money(done.total),
                    )),
                    None => toasts.bad(t::changed_meanwhile()),
                }
                statement.reload();
                if let Some(again) = again.get_value() {
                    again.run(());
                }
            },
        );
    });
    again.set_value(Some(next));
    Callback::new(move |order: ConfirmLines| {
        let (was, at) = (told(lines, &order.lines), seen.get_untracked());
        queue.update_value(|queue| queue.push_back(Asked { order, was, at }));
        next.run(());
    })
}
