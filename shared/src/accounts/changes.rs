//! Opening and changing accounts.

use super::debtors::language_flaws;
use super::{DebtorRole, MAX_DEBTORS, NewDebtor};
use crate::communities::code_flaws;
use crate::flaws::Flaws;
use crate::ids::*;
use crate::leads::NewLead;
use crate::phone::Dialling;
use crate::text::tidy;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A new account with its debtors, first contacts and unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The creditor's own number for the customer, unique in the community.
    #[cfg_attr(feature = "openapi", schema(example = "ACA0101"))]
    pub reference: String,
    /// The first is the primary debtor.
    pub debtors: Vec<NewDebtor>,
    #[serde(default)]
    pub customer_group_id: Option<CustomerGroupId>,
    #[serde(default)]
    pub language: Option<String>,
    /// The system it comes from, and its key there.
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub source_id: Option<String>,
    /// The unit the customer owns, and since when.
    #[serde(default)]
    pub unit: Option<OwnedFrom>,
    /// The enquiry the customer begins as. Not for one who owns a unit already and never made one.
    #[serde(default)]
    pub lead: Option<NewLead>,
}

/// A unit and the first day of its ownership.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnedFrom {
    pub unit_id: UnitId,
    pub from_on: NaiveDate,
}

impl NewAccount {
    pub fn of(reference: &str, debtor: NewDebtor) -> Self {
        Self {
            reference: reference.into(),
            debtors: vec![debtor],
            customer_group_id: None,
            language: None,
            source: None,
            source_id: None,
            unit: None,
            lead: None,
        }
    }

    pub fn tidied(mut self) -> Self {
        self.reference = self.reference.trim().to_owned();
        for field in [&mut self.language, &mut self.source, &mut self.source_id] {
            *field = tidy(field.take());
        }
        self.lead = self.lead.map(NewLead::tidied);
        self.debtors = self.debtors.into_iter().map(NewDebtor::tidied).collect();
        for (at, debtor) in self.debtors.iter_mut().enumerate() {
            debtor.role = match (at, debtor.role) {
                (0, _) => DebtorRole::Primary,
                (_, DebtorRole::Guarantor) => DebtorRole::Guarantor,
                (_, DebtorRole::Primary | DebtorRole::CoDebtor) => DebtorRole::CoDebtor,
            };
        }
        self
    }

    pub fn flaws(&self, home: Option<Dialling>) -> Flaws {
        let mut flaws = Flaws::default();
        code_flaws(&mut flaws, "/reference", &self.reference);
        flaws.when(self.debtors.is_empty(), "/debtors", "required");
        flaws.when(self.debtors.len() > MAX_DEBTORS, "/debtors", "too_many");
        for (at, debtor) in self.debtors.iter().enumerate().take(MAX_DEBTORS) {
            debtor.flaws_at(&mut flaws, &format!("/debtors/{at}"), home);
        }
        language_flaws(&mut flaws, "/language", self.language.as_deref());
        for (pointer, value) in [("/source", &self.source), ("/source_id", &self.source_id)] {
            if let Some(value) = value {
                flaws.optional_text(pointer, value, 100);
            }
        }
        if let Some(lead) = &self.lead {
            lead.flaws_at(&mut flaws, "/lead");
        }
        flaws
    }
}

/// The fields of an account that change by hand; sent whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountEdit {
    pub reference: String,
    #[serde(default)]
    pub customer_group_id: Option<CustomerGroupId>,
    #[serde(default)]
    pub language: Option<String>,
    /// What the customer writes on payments; nobody else's in the community. Absent: the reference.
    #[serde(default)]
    pub payment_reference: Option<String>,
    pub is_active: bool,
}

impl AccountEdit {
    pub fn tidied(mut self) -> Self {
        self.reference = self.reference.trim().to_owned();
        self.language = tidy(self.language);
        self.payment_reference = tidy(self.payment_reference);
        self
    }
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        code_flaws(&mut flaws, "/reference", &self.reference);
        if let Some(reference) = &self.payment_reference {
            code_flaws(&mut flaws, "/payment_reference", reference);
        }
        language_flaws(&mut flaws, "/language", self.language.as_deref());
        flaws
    }
}
