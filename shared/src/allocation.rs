//! Which debits a credit is set against (spec E09). Pure: the server posts by it, the browser previews with it.

use crate::ids::{ClaimId, EntryId};
use crate::ledger::{EntryContext, EntryType};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// The order in which a credit pays what is open (spec E09).
    pub enum AllocationStrategy {
        /// The oldest debit first, whatever it is for.
        OldestFirst = "oldest_first",
        /// Fees and costs, then everything else, each oldest first.
        FeesFirst = "fees_first_then_oldest",
        /// Interest, then fees and costs, then the capital: as the law has it for credit agreements (NCA s126(3)).
        InterestFeesPrincipal = "interest_fees_principal",
        /// The capital, then everything else, each oldest first.
        PrincipalFirst = "principal_first",
        /// In an order of one's own.
        Custom = "custom",
        /// As the debtor says; what nobody directed stays unallocated.
        DebtorDirected = "debtor_directed",
    }
}

crate::text_enum! {
    /// What a debit is, for the order of payment.
    pub enum AllocationClass {
        Interest = "interest", Fee = "fee", LegalCost = "legal_cost", HandoverCharge = "handover_charge",
        Principal = "principal",
    }
}

impl AllocationClass {
    /// What kind of debt an entry is. A returned payment opens what it had paid; as an entry it is capital.
    pub const fn of(kind: EntryType, context: EntryContext) -> Self {
        match (kind, context) {
            (EntryType::Interest, _) | (_, EntryContext::Interest) => Self::Interest,
            (_, EntryContext::LegalCost) => Self::LegalCost,
            (_, EntryContext::HandoverCharge) => Self::HandoverCharge,
            (EntryType::Fee, _) | (_, EntryContext::Fee) => Self::Fee,
            (
                EntryType::Invoice
                | EntryType::Payment
                | EntryType::Adjustment
                | EntryType::Chargeback
                | EntryType::Discount
                | EntryType::WriteOff,
                _,
            ) => Self::Principal,
        }
    }
    const fn is_fee(self) -> bool {
        matches!(self, Self::Fee | Self::LegalCost | Self::HandoverCharge)
    }
}

/// How a community allocates unless told otherwise. `order` is used by [`AllocationStrategy::Custom`] alone; a class it
/// does not name is paid last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AllocationRules {
    pub strategy: AllocationStrategy,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<AllocationClass>,
}

impl Default for AllocationRules {
    fn default() -> Self {
        Self {
            strategy: AllocationStrategy::OldestFirst,
            order: vec![],
        }
    }
}

impl AllocationRules {
    pub fn of(strategy: AllocationStrategy) -> Self {
        Self {
            strategy,
            order: vec![],
        }
    }
    fn rank(&self, class: AllocationClass) -> usize {
        use AllocationClass as C;
        match self.strategy {
            AllocationStrategy::OldestFirst | AllocationStrategy::DebtorDirected => 0,
            AllocationStrategy::FeesFirst => usize::from(!class.is_fee()),
            AllocationStrategy::PrincipalFirst => usize::from(class != C::Principal),
            AllocationStrategy::InterestFeesPrincipal => match class {
                C::Interest => 0,
                C::Fee | C::LegalCost | C::HandoverCharge => 1,
                C::Principal => 2,
            },
            AllocationStrategy::Custom => self.order.iter().position(|c| *c == class).unwrap_or(self.order.len()),
        }
    }
    /// Flaws at `/allocation/…`.
    pub fn flaws(&self, flaws: &mut crate::flaws::Flaws) {
        let custom = self.strategy == AllocationStrategy::Custom;
        flaws.when(custom && self.order.is_empty(), "/allocation/order", "required");
        flaws.when(!custom && !self.order.is_empty(), "/allocation/order", "not_custom");
        for (at, class) in self.order.iter().enumerate() {
            let twice = self.order[..at].contains(class);
            flaws.when(twice, &format!("/allocation/order/{at}"), "twice");
        }
    }
}

/// What becomes of a credit when it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AllocationChoice {
    /// Stays unallocated.
    #[default]
    Leave,
    /// By the rules of the community.
    Default,
    /// By another strategy than the community's.
    By(AllocationRules),
    /// To these debits, in minor units each: as the debtor directed (spec E09). What is left over stays unallocated.
    To(Vec<(EntryId, i64)>),
    /// To the open debits of one claim, then left unallocated.
    ToClaim(ClaimId),
    /// To what is open of these, in the community's order, then left unallocated.
    Among(Vec<EntryId>),
}

/// A debit with something open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenDebit {
    pub id: EntryId,
    pub class: AllocationClass,
    pub age_from: NaiveDate,
    pub effective_on: NaiveDate,
    /// What is open, positive.
    pub minor: i64,
}

/// Sets `minor` of credit against debits, in the order of the rules; ties by age, then date, then id. Never more than
/// a debit has open, never more than the credit; what is left over is not in the answer.
pub fn spread(rules: &AllocationRules, debits: &[OpenDebit], minor: i64) -> Vec<(EntryId, i64)> {
    if rules.strategy == AllocationStrategy::DebtorDirected {
        return vec![];
    }
    let mut debits: Vec<&OpenDebit> = debits.iter().filter(|d| d.minor > 0).collect();
    debits.sort_by_key(|d| (rules.rank(d.class), d.age_from, d.effective_on, d.id));
    let mut left = minor;
    let mut parts = vec![];
    for d in debits {
        let part = d.minor.min(left);
        if part <= 0 {
            break;
        }
        parts.push((d.id, part));
        left -= part;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn debit(n: u128, class: AllocationClass, on: &str, minor: i64) -> OpenDebit {
        let day: NaiveDate = on.parse().unwrap();
        OpenDebit {
            id: EntryId(uuid::Uuid::from_u128(n)),
            class,
            age_from: day,
            effective_on: day,
            minor,
        }
    }
    fn book() -> Vec<OpenDebit> {
        use AllocationClass as C;
        vec![
            debit(1, C::Principal, "2026-01-01", 100),
            debit(2, C::Fee, "2026-02-01", 20),
            debit(3, C::Interest, "2026-03-01", 10),
            debit(4, C::Principal, "2026-04-01", 100),
            debit(5, C::LegalCost, "2026-05-01", 50),
        ]
    }
    fn order(rules: &AllocationRules, minor: i64) -> Vec<(u128, i64)> {
        spread(rules, &book(), minor)
            .into_iter()
            .map(|(id, minor)| (id.0.as_u128(), minor))
            .collect()
    }

    #[test]
    fn each_strategy_pays_in_its_own_order() {
        use AllocationStrategy as S;
        let by = |s| order(&AllocationRules::of(s), 125);
        assert_eq!(by(S::OldestFirst), [(1, 100), (2, 20), (3, 5)]);
        assert_eq!(by(S::FeesFirst), [(2, 20), (5, 50), (1, 55)]);
        assert_eq!(by(S::InterestFeesPrincipal), [(3, 10), (2, 20), (5, 50), (1, 45)]);
        assert_eq!(by(S::PrincipalFirst), [(1, 100), (4, 25)]);
        assert_eq!(by(S::DebtorDirected), []);
        let custom = AllocationRules {
            strategy: S::Custom,
            order: vec![AllocationClass::LegalCost, AllocationClass::Interest],
        };
        assert_eq!(order(&custom, 125), [(5, 50), (3, 10), (1, 65)]);
    }

    #[test]
    fn an_order_of_ones_own_names_each_class_once() {
        let flaws = |strategy, order: &[AllocationClass]| {
            let mut flaws = crate::flaws::Flaws::default();
            AllocationRules {
                strategy,
                order: order.to_vec(),
            }
            .flaws(&mut flaws);
            flaws.0.into_iter().map(|f| (f.pointer, f.code)).collect::<Vec<_>>()
        };
        use AllocationClass::{Fee, Interest};
        assert_eq!(flaws(AllocationStrategy::Custom, &[Fee, Interest]), []);
        let at = |p: &str, c: &str| vec![(p.to_owned(), c.to_owned())];
        assert_eq!(
            flaws(AllocationStrategy::Custom, &[]),
            at("/allocation/order", "required")
        );
        assert_eq!(
            flaws(AllocationStrategy::Custom, &[Fee, Fee]),
            at("/allocation/order/1", "twice")
        );
        assert_eq!(
            flaws(AllocationStrategy::OldestFirst, &[Fee]),
            at("/allocation/order", "not_custom")
        );
    }

    proptest! {
        #[test]
        fn a_credit_is_used_up_or_nothing_is_left_open(
            amounts in proptest::collection::vec((0_usize..5, 0_i64..1000, 0_u32..400), 0..20),
            minor in 0_i64..10_000,
            strategy in 0_usize..6,
        ) {
            let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
            let debits: Vec<OpenDebit> = amounts.iter().enumerate().map(|(n, (class, minor, days))| {
                let on = day + chrono::Days::new(u64::from(*days));
                OpenDebit { id: EntryId(uuid::Uuid::from_u128(n as u128)), class: AllocationClass::ALL[*class], age_from: on, effective_on: on, minor: *minor }
            }).collect();
            let strategy = AllocationStrategy::ALL[strategy];
            let rules = AllocationRules { strategy, order: if strategy == AllocationStrategy::Custom { vec![AllocationClass::Fee] } else { vec![] } };
            let parts = spread(&rules, &debits, minor);
            let used: i64 = parts.iter().map(|p| p.1).sum();
            let open: i64 = debits.iter().map(|d| d.minor).sum();
            if strategy == AllocationStrategy::DebtorDirected {
                prop_assert!(parts.is_empty());
            } else {
                prop_assert_eq!(used, minor.min(open));
            }
            for (id, part) in &parts {
                let debit = debits.iter().find(|d| d.id == *id).unwrap();
                prop_assert!(*part > 0 && *part <= debit.minor);
            }
            let mut ids: Vec<_> = parts.iter().map(|p| p.0).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), parts.len());
        }
    }
}
