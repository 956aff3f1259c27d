//! What a row means for the account itself: whether it may, and what the account lacks.

use super::super::apply;
use super::super::book::{Book, KnownAccount};
use super::super::rules::row::Draft;
use super::{Judge, Target, Work};
use kept_shared::contacts::{ContactKind, NewContact};
use kept_shared::imports::ImportField as F;
use kept_shared::imports::{Difference, Fault, ImportKind, Remark, RemarkCode};
use kept_shared::names::names_agree;
use kept_shared::phone::Dialling;

impl Judge {
    pub(super) fn account_faults(&self, draft: &Draft, target: &Target) -> Vec<Fault> {
        let home = Dialling::of(target.currency);
        let new = apply::new_account(&draft.reference, draft.name.as_deref(), None);
        let mut faults = Vec::new();
        for flaw in new.tidied().flaws(home).0 {
            let (field, value) = match flaw.pointer.as_str() {
                "/reference" => (self.reference_field(), draft.reference.as_str()),
                _ if self.mapping.has(F::AccountName) => (F::AccountName, draft.name.as_deref().unwrap_or_default()),
                _ => (self.reference_field(), draft.reference.as_str()),
            };
            faults.push(self.fault(field, value, &flaw.code));
        }
        for phone in &draft.phones {
            if let Err(code) = NewContact::of(ContactKind::Phone, phone).normalised(home) {
                faults.push(self.fault(F::Phone, phone, code));
            }
        }
        faults
    }

    /// Whether a row calls the customer otherwise than the book. A file of customers may: it corrects names.
    pub(super) fn is_another(&self, draft: &Draft, account: &KnownAccount) -> bool {
        let named = draft.name.as_deref().filter(|n| !n.trim().is_empty());
        self.mapping.kind != ImportKind::Customers && named.is_some_and(|name| !names_agree(name, &account.name))
    }

    pub(super) fn name_differs(&self, account: &KnownAccount) -> Remark {
        let field = if self.mapping.has(F::AccountName) {
            F::AccountName
        } else {
            F::Customer
        };
        Remark {
            column: self.mapping.column_of(field),
            field,
            value: account.name.clone(),
            code: RemarkCode::NameDiffers,
        }
    }

    /// Contacts, unit, name and group: of a new account all of them; an existing one is given what it lacks, and only
    /// an import of customers changes its name or group. What belongs to somebody of another name is left out.
    #[expect(clippy::too_many_arguments, reason = "what one row touches")]
    pub(super) fn details(
        &self,
        draft: &Draft,
        target: &Target,
        account: Option<&KnownAccount>,
        book: &mut Book,
        work: &mut Work,
        differences: &mut Vec<Difference>,
        is_stranger: bool,
    ) {
        let home = Dialling::of(target.currency);
        for (kind, field, values) in [
            (ContactKind::Email, F::Email, &draft.emails),
            (ContactKind::Phone, F::Phone, &draft.phones),
        ] {
            for value in values.iter().filter(|_| !is_stranger) {
                let new = NewContact::of(kind, value);
                let Ok(normalised) = new.normalised(home) else { continue };
                let Some(account) = account else {
                    work.contacts.push(new);
                    continue;
                };
                let known = book.contacts.entry((account.id, kind)).or_default();
                let before = known.iter().cloned().collect::<Vec<_>>().join(", ");
                if known.insert(normalised) {
                    differences.push(Difference {
                        field,
                        before,
                        after: value.clone(),
                    });
                    work.contacts.push(new);
                }
            }
        }
        if let Some(code) = &draft.unit {
            // Who owns a unit is changed by hand, with a date; an import fills in what nobody owns yet.
            let owner = book.units.entry((target.id, code.clone())).or_insert(None);
            if owner.is_none() {
                work.unit = Some(code.clone());
                if let Some(account) = account {
                    *owner = Some(account.id);
                    differences.push(Difference {
                        field: F::Unit,
                        before: String::new(),
                        after: code.clone(),
                    });
                }
            }
        }
        let Some(account) = account.filter(|_| self.mapping.kind == ImportKind::Customers) else {
            return;
        };
        if let Some(name) = draft.name.as_ref().filter(|name| **name != account.name) {
            differences.push(Difference {
                field: F::AccountName,
                before: account.name.clone(),
                after: name.clone(),
            });
        } else {
            work.name = None;
        }
        let before = account.group_name.clone().unwrap_or_default();
        if let Some(group) = draft.group.as_ref().filter(|group| **group != before) {
            differences.push(Difference {
                field: F::CustomerGroup,
                before,
                after: group.clone(),
            });
        } else {
            work.group = None;
        }
    }
}
