//! What the agency and its attorneys did about the arrears: notices, notes, handovers and how those ended.

use super::dice::Dice;
use super::names;
use super::payments::{self, Habit, Ledger};
use chrono::{Days, Months, NaiveDate};
use kept_shared::handovers::CloseCode;

/// One thing somebody did on a day.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) on: NaiveDate,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    FirstNotice,
    SecondNotice,
    LetterOfDemand,
    /// To one of the two attorneys.
    HandOver {
        attorney: usize,
        note: &'static str,
    },
    /// By the attorney, or by the agent when there is none.
    Note {
        by_attorney: bool,
        text: &'static str,
    },
    /// A note with a file.
    Document {
        by_attorney: bool,
        name: &'static str,
        text: &'static str,
    },
    /// A status the attorney sets, with its note.
    LegalStep {
        code: &'static str,
        note: &'static str,
    },
    Recall {
        note: &'static str,
    },
    /// The attorney gives the matter back, with the code that says why.
    Return {
        code: CloseCode,
        note: &'static str,
    },
}

/// Overdue for longer than 30 days, in cents, before anybody writes a letter.
const WORTH_A_LETTER: i64 = 80_000;
const WORTH_AN_ATTORNEY: i64 = 400_000;

pub(super) fn story(dice: &mut Dice, ledger: &Ledger, today: NaiveDate) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut noted = false;
    // Looked at on the 10th of each of the last ten months, as the agency does.
    let mut stage = 0;
    let mut handed_over: Option<NaiveDate> = None;
    for back in (0..10).rev() {
        let month = today - Months::new(back);
        let Some(on) = month
            .format("%Y-%m-10")
            .to_string()
            .parse::<NaiveDate>()
            .ok()
            .filter(|on| *on <= today)
        else {
            continue;
        };
        let aged = payments::age(&ledger.entries, on);
        let overdue: i64 = aged.buckets[1..].iter().sum();
        let old: i64 = aged.buckets[2..].iter().sum();
        if overdue < WORTH_A_LETTER {
            if handed_over.is_none() {
                stage = 0;
            }
            continue;
        }
        match stage {
            0 => {
                steps.push(Step {
                    on,
                    what: What::FirstNotice,
                });
                stage = 1;
            }
            1 => {
                steps.push(Step {
                    on,
                    what: What::SecondNotice,
                });
                call(dice, &mut steps, on, today);
                stage = 2;
            }
            2 => {
                steps.push(Step {
                    on,
                    what: What::LetterOfDemand,
                });
                call(dice, &mut steps, on, today);
                stage = 3;
            }
            3 if old >= WORTH_AN_ATTORNEY && dice.chance(380) => {
                hand_over(dice, &mut steps, on, today);
                handed_over = Some(on);
                stage = 4;
            }
            _ => {}
        }
    }
    if handed_over.is_none()
        && steps.is_empty()
        && matches!(ledger.habit, Habit::Late | Habit::Lumps | Habit::Partial)
        && dice.chance(350)
    {
        let on = today - Days::new(u64::try_from(dice.between(3, 60)).unwrap_or(3));
        note(&mut steps, on, false, dice.pick(names::PROMISES));
        noted = true;
    }
    if !noted && steps.is_empty() && dice.chance(30) {
        note(
            &mut steps,
            today - Days::new(9),
            false,
            "Owner asks to receive statements by e-mail only. Changed.",
        );
    }
    steps.retain(|step| step.on <= today);
    steps.sort_by_key(|step| step.on);
    steps
}

fn note(steps: &mut Vec<Step>, on: NaiveDate, by_attorney: bool, text: &'static str) {
    steps.push(Step {
        on,
        what: What::Note { by_attorney, text },
    });
}

fn call(dice: &mut Dice, steps: &mut Vec<Step>, on: NaiveDate, today: NaiveDate) {
    if dice.chance(550) {
        let on = (on + Days::new(u64::try_from(dice.between(2, 12)).unwrap_or(2))).min(today);
        note(steps, on, false, dice.pick(names::PROMISES));
    }
}

fn hand_over(dice: &mut Dice, steps: &mut Vec<Step>, on: NaiveDate, today: NaiveDate) {
    let attorney = usize::try_from(dice.between(0, 1)).unwrap_or(0);
    steps.push(Step {
        on,
        what: What::HandOver {
            attorney,
            note: dice.pick(names::HANDOVER_NOTES),
        },
    });
    let later =
        |dice: &mut Dice, low: i64, high: i64| on + Days::new(u64::try_from(dice.between(low, high)).unwrap_or(1));
    let opened = later(dice, 1, 4);
    if opened > today {
        return;
    }
    steps.push(Step {
        on: opened,
        what: What::Document {
            by_attorney: true,
            name: "Letter of demand",
            text: names::ATTORNEY_NOTES[0].1,
        },
    });
    // What an attorney does comes in an order, so only the days are thrown.
    let count = usize::try_from(dice.between(1, 7)).unwrap_or(3);
    let mut days: Vec<NaiveDate> = (0..count).map(|_| later(dice, 5, 110)).collect();
    days.sort_unstable();
    for (on, (code, text)) in days
        .into_iter()
        .zip(&names::ATTORNEY_NOTES[1..])
        .filter(|(on, _)| *on <= today)
    {
        let what = match code {
            Some(code) => What::LegalStep { code, note: text },
            None => What::Note {
                by_attorney: true,
                text,
            },
        };
        steps.push(Step { on, what });
    }
    let end = later(dice, 45, 150);
    if end > today {
        return;
    }
    // Nothing may follow the end of a matter.
    let what = match dice.between(0, 9) {
        0..=1 => What::Return {
            code: CloseCode::Paid,
            note: "Arrears and costs paid in full. Matter closed with thanks.",
        },
        2 => What::Recall {
            note: "Owner signed a payment plan with the trustees.",
        },
        3 => What::Return {
            code: CloseCode::Dispute,
            note: "Debtor is under debt review; collection is not permitted for now.",
        },
        _ => return,
    };
    steps.retain(|step| step.on < end);
    steps.push(Step { on: end, what });
}

/// Which attorney has the matter now, if it is still open.
pub(super) fn attorney_now(steps: &[Step]) -> Option<usize> {
    steps.iter().fold(None, |open, step| match step.what {
        What::HandOver { attorney, .. } => Some(attorney),
        What::Recall { .. } | What::Return { .. } => None,
        What::FirstNotice
        | What::SecondNotice
        | What::LetterOfDemand
        | What::Note { .. }
        | What::Document { .. }
        | What::LegalStep { .. } => open,
    })
}
