//! What a row means for the money: one invoice, balance or credit against what the book holds.

use super::super::book::{Book, KnownAccount};
use super::super::rules::amount;
use super::super::rules::row::{DraftItem, ItemDate};
use super::{Judge, Post, Target, paid_key};
use chrono::NaiveDate;
use kept_shared::ageing::AgeingRules;
use kept_shared::ids::EntryId;
use kept_shared::imports::ImportField as F;
use kept_shared::imports::{Difference, Fault, Remark, RemarkCode};
use kept_shared::ledger::{EntryType, MAX_ENTRY_MINOR};
use kept_shared::money::Money;

pub(super) struct JudgedItem {
    pub(super) amount: Money,
    pub(super) rounded: bool,
    pub(super) is_new: bool,
    pub(super) posts: Vec<Post>,
    pub(super) differences: Vec<Difference>,
    pub(super) remarks: Vec<Remark>,
}

impl Judge {
    pub(super) fn item(
        &self,
        item: &DraftItem,
        target: &Target,
        account: Option<&KnownAccount>,
        book: &Book,
    ) -> Result<JudgedItem, Box<Fault>> {
        let fault = |field: F, value: String, code: &str, before: Option<String>| {
            let mut fault = self.fault(field, &value, code);
            if field == item.field {
                fault.column = Some(item.column);
            }
            if let Some(before) = before {
                fault.params.insert("before".into(), before);
            }
            Box::new(fault)
        };
        let shown = item.amount.to_string();
        let (amount, rounded) = amount::to_money(item.amount, target.currency)
            .map_err(|code| fault(item.field, shown.clone(), code, None))?;
        if amount.minor.unsigned_abs() > MAX_ENTRY_MINOR.unsigned_abs() {
            return Err(fault(item.field, shown, "amount_too_large", None));
        }
        let (issued_on, due_on) = dates(item.date, &target.ageing);
        let at = account.map(|a| (a.id, item.label.clone()));
        let entries = at
            .as_ref()
            .and_then(|at| book.entries.get(at))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let claim = at.as_ref().and_then(|at| book.claims.get(at));
        let charges: Vec<_> = entries
            .iter()
            .filter(|e| !matches!(e.kind, EntryType::Payment | EntryType::Chargeback))
            .collect();
        let Some(first) = charges.first() else {
            let post = Post::Item {
                key: item.key.clone(),
                label: item.label.clone(),
                amount,
                issued_on,
                due_on,
                disputed: item.disputed.unwrap_or(false),
                settled_on: item.settled_on.filter(|_| amount.minor > 0),
            };
            return Ok(JudgedItem {
                amount,
                rounded,
                is_new: true,
                posts: vec![post],
                differences: vec![],
                remarks: self.remarks(item, amount),
            });
        };
        let known_dates = matches!(item.date, ItemDate::Known { .. });
        if known_dates && item.field == F::Amount && (first.effective_on, first.due_on) != (issued_on, due_on) {
            let (field, before, now) = if first.due_on == due_on {
                (F::InvoiceDate, Some(first.effective_on), Some(issued_on))
            } else {
                (F::DueDate, first.due_on, due_on)
            };
            let text = |d: Option<NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
            return Err(fault(field, text(now), "differs_from_book", Some(text(before))));
        }
        let (mut posts, mut differences) = (vec![], vec![]);
        let charged: i64 = charges.iter().map(|e| e.amount_minor).sum();
        let by = amount.minor.saturating_sub(charged);
        let open: Vec<(EntryId, i64)> = charges
            .iter()
            .filter(|e| e.amount_minor > 0)
            .map(|e| (e.id, e.amount_minor - book.allocated.get(&e.id).copied().unwrap_or(0)))
            .filter(|(_, open)| *open > 0)
            .collect();
        if by != 0 {
            let before = Money::new(charged, target.currency).to_plain();
            differences.push(Difference {
                field: item.field,
                before,
                after: amount.to_plain(),
            });
            posts.push(Post::Difference {
                key: item.key.clone(),
                label: item.label.clone(),
                claim: claim.map(|c| c.id),
                by: Money::new(by, target.currency),
                debits: open.clone(),
                issued_on,
                due_on,
            });
        }
        if let (Some(claim), Some(disputed)) = (claim, item.disputed) {
            if claim.is_disputed != disputed {
                let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
                differences.push(Difference {
                    field: F::Disputed,
                    before: word(claim.is_disputed),
                    after: word(disputed),
                });
                posts.push(Post::Dispute {
                    claim: claim.id,
                    is_disputed: disputed,
                });
            }
        }
        if let Some(on) = item.settled_on {
            let paid_key = paid_key(&item.key);
            let paid = entries
                .iter()
                .find(|e| e.source_key.as_deref() == Some(paid_key.as_str()));
            match paid {
                Some(paid) if paid.effective_on != on => {
                    return Err(fault(
                        F::SettledDate,
                        on.to_string(),
                        "differs_from_book",
                        Some(paid.effective_on.to_string()),
                    ));
                }
                Some(_) => {}
                None if open.is_empty() || by != 0 => {}
                None => {
                    differences.push(Difference {
                        field: F::SettledDate,
                        before: String::new(),
                        after: on.to_string(),
                    });
                    let raised = |id: EntryId| {
                        charges
                            .iter()
                            .find(|e| e.id == id)
                            .map_or(issued_on, |e| e.effective_on)
                    };
                    posts.push(Post::Settle {
                        key: item.key.clone(),
                        label: item.label.clone(),
                        debits: open.into_iter().map(|(id, minor)| (id, minor, raised(id))).collect(),
                        currency: target.currency,
                        on,
                    });
                }
            }
        }
        Ok(JudgedItem {
            amount,
            rounded,
            is_new: false,
            posts,
            differences,
            remarks: vec![],
        })
    }

    /// What becomes of a new amount that is not above zero, where the row says more than can be posted.
    fn remarks(&self, item: &DraftItem, amount: Money) -> Vec<Remark> {
        let remark = |field: F, value: String, code: RemarkCode| Remark {
            column: if field == item.field {
                Some(item.column)
            } else {
                self.mapping.column_of(field)
            },
            field,
            value,
            code,
        };
        let mut remarks = vec![];
        if amount.minor < 0 {
            let code = if item.field == F::Amount {
                RemarkCode::PostedAsCredit
            } else {
                RemarkCode::OpeningCredit
            };
            remarks.push(remark(item.field, amount.to_plain(), code));
            if item.disputed == Some(true) {
                remarks.push(remark(F::Disputed, "yes".to_owned(), RemarkCode::DisputeUnused));
            }
        }
        if let Some(on) = item.settled_on.filter(|_| amount.minor <= 0) {
            remarks.push(remark(F::SettledDate, on.to_string(), RemarkCode::SettledDateUnused));
        }
        remarks
    }
}

/// Issue and due date. Of an amount in a bucket they are the middle of the bucket under the community's rules, so that
/// the age analysis as at that day shows it where the file has it, and days later still does.
pub(super) fn dates(date: ItemDate, ageing: &AgeingRules) -> (NaiveDate, Option<NaiveDate>) {
    match date {
        ItemDate::Known { issued_on, due_on } => (issued_on, due_on),
        ItemDate::InBucket { bucket, as_at } => {
            let day = day_in_bucket(bucket, as_at, ageing);
            (day, Some(day))
        }
    }
}

/// A day that is in the bucket as at `as_at`. Buckets beyond the community's last one lie thirty days apart in it.
pub(super) fn day_in_bucket(bucket: u8, as_at: NaiveDate, ageing: &AgeingRules) -> NaiveDate {
    if bucket == 0 {
        return as_at;
    }
    let held = usize::from(bucket.min(4));
    let beyond = i64::from(bucket.saturating_sub(4)) * 30;
    let (oldest, youngest) = ageing.range(held, as_at);
    let day = match (oldest, youngest) {
        (Some(from), Some(to)) => from + chrono::TimeDelta::days((to - from).num_days() / 2),
        (None, Some(to)) => to - chrono::TimeDelta::days(15 + beyond),
        (Some(day), None) => day,
        (None, None) => as_at,
    };
    day.min(as_at)
}
