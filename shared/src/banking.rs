//! A customer's bank account and debit order (spec D12, R05). The number leaves the server masked; whoever may see it
//! asks for it, and that is written down.

use crate::flaws::Flaws;
use crate::ids::AccountId;
use crate::levies::amount_flaws;
use crate::money::{Currency, Money};
use crate::text::tidy;
use serde::{Deserialize, Serialize};

/// Longest name of a bank or a holder.
pub const MAX_NAME: usize = 120;
/// Longest contract number.
pub const MAX_CONTRACT: usize = 40;
/// Most times a collection is tried again.
pub const MAX_RETRIES: i64 = 10;

crate::text_enum! {
    pub enum BankAccountType {
        Current = "current",
        Savings = "savings",
        Transmission = "transmission",
        /// A loan or credit account that money is collected from.
        Loan = "loan",
    }
}

crate::text_enum! {
    /// How money is collected from the customer's account.
    pub enum DebitPayment {
        /// The customer signed; the bank was not asked.
        DebitOrder = "debit_order",
        /// The customer confirmed the mandate to the bank.
        Authenticated = "authenticated",
        CardOnFile = "card_on_file",
    }
}

crate::text_enum! {
    /// How much is collected on the day.
    pub enum CollectionType {
        /// What the customer owes then.
        Balance = "balance",
        /// The month's recurring charges.
        Monthly = "monthly",
        /// Those and an amount on top, as arrangements use it.
        MonthlyPlusFixed = "monthly_plus_fixed",
        Fixed = "fixed",
    }
}
impl CollectionType {
    /// Whether an amount goes with it.
    pub const fn has_amount(self) -> bool {
        matches!(self, Self::MonthlyPlusFixed | Self::Fixed)
    }
}

crate::text_enum! {
    /// Where a mandate stands. A customer without one has no debit order on file.
    pub enum MandateState {
        Active = "active",
        Suspended = "suspended",
        /// The last collection was refused; the reason says why.
        Failed = "failed",
        Cancelled = "cancelled",
    }
}
impl MandateState {
    /// Whether one has to say why.
    pub const fn wants_reason(self) -> bool {
        matches!(self, Self::Failed | Self::Suspended)
    }
}

/// What is on file of a customer's bank account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankDetails {
    pub account_id: AccountId,
    /// For `If-Match`; 0 while nothing is on file.
    pub version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_file: Option<BankAccount>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankAccount {
    pub bank: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_code: Option<String>,
    /// Whose account it is; initials for a trustee.
    pub holder: String,
    pub account_type: BankAccountType,
    /// Masked: the last four characters, three of a short number.
    #[cfg_attr(feature = "openapi", schema(example = "•••• 4821"))]
    pub number: String,
    pub is_iban: bool,
}

/// Bank details as entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BankDetailsEdit {
    #[cfg_attr(feature = "openapi", schema(example = "First Example Bank"))]
    pub bank: String,
    /// Four to nine digits, or a BIC. Needed for a number that is no IBAN.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "250655"))]
    pub branch_code: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "T Mokoena"))]
    pub holder: String,
    pub account_type: BankAccountType,
    /// Five to seventeen digits, or an IBAN with sound check digits. Absent: the number on file stays.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "62004814821"))]
    pub number: Option<String>,
}

/// A number as people write it without blanks and dashes, in capitals.
fn compact(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .flat_map(char::to_uppercase)
        .collect()
}

impl BankDetailsEdit {
    pub fn tidied(mut self) -> Self {
        self.bank = self.bank.trim().to_owned();
        self.holder = self.holder.trim().to_owned();
        self.branch_code = tidy(self.branch_code.as_deref().map(compact));
        self.number = tidy(self.number.as_deref().map(compact));
        self
    }

    /// What can be said against it once tidied; `kept` is whether the number on file is an IBAN.
    pub fn flaws(&self, kept: Option<bool>) -> Flaws {
        let mut flaws = Flaws::default();
        flaws
            .text("/bank", &self.bank, MAX_NAME)
            .text("/holder", &self.holder, MAX_NAME);
        let mut iban = kept;
        match &self.number {
            Some(number) => {
                iban = Some(looks_like_iban(number));
                if let Err(code) = number_flaw(number) {
                    flaws.add("/number", code);
                }
            }
            None => {
                flaws.when(kept.is_none(), "/number", "required");
            }
        }
        match &self.branch_code {
            Some(code) => {
                flaws.when(!is_branch_code(code), "/branch_code", "not_a_branch_code");
            }
            None => {
                flaws.when(iban == Some(false), "/branch_code", "required");
            }
        }
        flaws
    }
}

/// Four to nine digits, or a BIC.
fn is_branch_code(code: &str) -> bool {
    let digits = (4..=9).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    let bic = matches!(code.len(), 8 | 11)
        && code.bytes().take(6).all(|b| b.is_ascii_uppercase())
        && code
            .bytes()
            .skip(6)
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    digits || bic
}

/// Whether a compact number is written as an IBAN: a country first.
pub fn looks_like_iban(number: &str) -> bool {
    number.bytes().take(2).filter(u8::is_ascii_uppercase).count() == 2
}

/// Errors: the code of what is wrong with a compact account number.
fn number_flaw(number: &str) -> Result<(), &'static str> {
    if looks_like_iban(number) {
        return if is_iban(number) { Ok(()) } else { Err("not_an_iban") };
    }
    if (5..=17).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err("not_an_account_number")
    }
}

/// ISO 13616: country, check digits, and the remainder of 97 that ISO 7064 asks for.
pub fn is_iban(number: &str) -> bool {
    let bytes = number.as_bytes();
    let formed = (15..=34).contains(&bytes.len())
        && bytes.iter().take(2).all(u8::is_ascii_uppercase)
        && bytes.iter().skip(2).take(2).all(u8::is_ascii_digit)
        && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    formed
        && bytes.iter().skip(4).chain(bytes.iter().take(4)).fold(0_u32, |rest, b| {
            if b.is_ascii_digit() {
                (rest * 10 + u32::from(b - b'0')) % 97
            } else {
                (rest * 100 + u32::from(b - b'A') + 10) % 97
            }
        }) == 1
}

/// The last four characters, three of a number of less than nine.
pub fn masked(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let shown = if chars.len() < 9 { 3 } else { 4 };
    let tail: String = chars.iter().skip(chars.len().saturating_sub(shown)).collect();
    format!("•••• {tail}")
}

/// An account number in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BankNumber {
    pub number: String,
}

/// What is on file of a customer's debit order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DebitOrderOnFile {
    pub account_id: AccountId,
    /// For `If-Match`; 0 while there is none.
    pub version: i64,
    /// The currency of the community's book.
    pub currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<DebitOrder>,
}

/// The terms on which money is collected, and where the mandate stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DebitOrder {
    pub payment_type: DebitPayment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "DO-000418"))]
    pub contract_no: Option<String>,
    /// How often a collection that was refused is tried again; at most 10.
    #[serde(default)]
    pub retries: i64,
    /// Day of the month, 1 to 31; the last day of a shorter month.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub collection_day: i64,
    pub collection_type: CollectionType,
    /// With `monthly_plus_fixed` and `fixed` only, in the currency of the book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    pub state: MandateState,
    /// Why it is suspended or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl DebitOrder {
    pub fn tidied(mut self) -> Self {
        self.contract_no = tidy(self.contract_no);
        self.reason = tidy(self.reason);
        self
    }

    pub fn flaws(&self, currency: Currency) -> Flaws {
        let mut flaws = Flaws::default();
        if let Some(contract) = &self.contract_no {
            flaws.optional_text("/contract_no", contract, MAX_CONTRACT);
        }
        flaws
            .when(
                !(0..=MAX_RETRIES).contains(&self.retries),
                "/retries",
                "too_many_retries",
            )
            .when(
                !(1..=31).contains(&self.collection_day),
                "/collection_day",
                "not_a_day_of_a_month",
            );
        match (self.collection_type.has_amount(), self.amount) {
            (true, Some(amount)) => amount_flaws(&mut flaws, "/amount", amount, currency),
            (true, None) => {
                flaws.add("/amount", "required");
            }
            (false, Some(_)) => {
                flaws.add("/amount", "not_with_this");
            }
            (false, None) => {}
        }
        match &self.reason {
            Some(reason) => {
                flaws
                    .when(!self.state.wants_reason(), "/reason", "not_with_this")
                    .optional_text("/reason", reason, 200);
            }
            None => {
                flaws.when(self.state.wants_reason(), "/reason", "required");
            }
        }
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(number: Option<&str>, branch: Option<&str>) -> BankDetailsEdit {
        BankDetailsEdit {
            bank: " First Example Bank ".into(),
            branch_code: branch.map(str::to_owned),
            holder: "T Mokoena".into(),
            account_type: BankAccountType::Savings,
            number: number.map(str::to_owned),
        }
        .tidied()
    }
    fn codes(flaws: Flaws) -> Vec<(String, String)> {
        flaws.0.into_iter().map(|f| (f.pointer, f.code)).collect()
    }
    fn said(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.into(), code.into())]
    }

    #[test]
    fn numbers_are_digits_or_sound_ibans() {
        assert!(edit(Some("6200 481 4821"), Some("250-655")).flaws(None).is_empty());
        assert_eq!(edit(Some("62 00-1"), Some("250655")).number.as_deref(), Some("62001"));
        assert!(edit(Some("gb82 west 1234 5698 7654 32"), None).flaws(None).is_empty());
        assert!(
            edit(Some("DE89370400440532013000"), Some("COBADEFF"))
                .flaws(None)
                .is_empty()
        );
        assert_eq!(
            codes(edit(Some("GB83WEST12345698765432"), None).flaws(None)),
            said("/number", "not_an_iban")
        );
        assert_eq!(
            codes(edit(Some("62x048"), Some("250655")).flaws(None)),
            said("/number", "not_an_account_number")
        );
        assert_eq!(
            codes(edit(Some("62004814821"), None).flaws(None)),
            said("/branch_code", "required")
        );
        assert_eq!(
            codes(edit(Some("62004814821"), Some("25x")).flaws(None)),
            said("/branch_code", "not_a_branch_code")
        );
    }

    #[test]
    fn a_number_on_file_may_stay_and_the_first_one_must_come() {
        assert!(edit(None, Some("250655")).flaws(Some(false)).is_empty());
        assert!(edit(None, None).flaws(Some(true)).is_empty());
        assert_eq!(
            codes(edit(None, None).flaws(Some(false))),
            said("/branch_code", "required")
        );
        assert_eq!(
            codes(edit(None, Some("250655")).flaws(None)),
            said("/number", "required")
        );
    }

    #[test]
    fn masks_show_three_or_four() {
        assert_eq!(
            (masked("62004814821").as_str(), masked("12345").as_str()),
            ("•••• 4821", "•••• 345")
        );
    }

    fn order() -> DebitOrder {
        DebitOrder {
            payment_type: DebitPayment::DebitOrder,
            contract_no: Some("DO-1".into()),
            retries: 2,
            collection_day: 31,
            collection_type: CollectionType::MonthlyPlusFixed,
            amount: Some(Money::new(50_000, Currency::Zar)),
            state: MandateState::Active,
            reason: None,
        }
    }

    #[test]
    fn an_amount_goes_with_the_types_that_have_one_and_a_reason_with_what_stopped() {
        assert!(order().flaws(Currency::Zar).is_empty());
        let wrong = |change: fn(&mut DebitOrder)| {
            let mut it = order();
            change(&mut it);
            codes(it.flaws(Currency::Zar))
        };
        assert_eq!(wrong(|o| o.amount = None), said("/amount", "required"));
        assert_eq!(
            wrong(|o| o.amount = Some(Money::new(0, Currency::Zar))),
            said("/amount", "not_positive")
        );
        assert_eq!(
            wrong(|o| o.amount = Some(Money::new(1, Currency::Usd))),
            said("/amount", "wrong_currency")
        );
        assert_eq!(
            wrong(|o| o.collection_type = CollectionType::Balance),
            said("/amount", "not_with_this")
        );
        assert_eq!(
            wrong(|o| o.collection_day = 0),
            said("/collection_day", "not_a_day_of_a_month")
        );
        assert_eq!(
            wrong(|o| o.collection_day = 32),
            said("/collection_day", "not_a_day_of_a_month")
        );
        assert_eq!(wrong(|o| o.retries = -1), said("/retries", "too_many_retries"));
        assert_eq!(wrong(|o| o.state = MandateState::Failed), said("/reason", "required"));
        assert_eq!(wrong(|o| o.reason = Some("x".into())), said("/reason", "not_with_this"));
    }

    proptest! {
        /// One wrong digit is always found, and two that changed places too.
        #[test]
        fn slips_in_an_iban_are_found(at in 4_usize..22, digit in 0_u8..10) {
            let sound = "DE89370400440532013000";
            prop_assert!(is_iban(sound));
            let mut slip = sound.as_bytes().to_vec();
            slip[at] = b'0' + digit;
            prop_assert_eq!(is_iban(std::str::from_utf8(&slip).unwrap()), slip == sound.as_bytes());
            let mut swapped = sound.as_bytes().to_vec();
            swapped.swap(at, at - 1);
            if at > 4 {
                prop_assert_eq!(is_iban(std::str::from_utf8(&swapped).unwrap()), swapped == sound.as_bytes());
            }
        }

        /// No more than the end is ever shown.
        #[test]
        fn a_mask_hides_the_rest(number in "[0-9]{5,17}") {
            let shown = masked(&number);
            prop_assert!(!shown.contains(&number));
            prop_assert!(shown.chars().filter(char::is_ascii_digit).count() <= 4);
        }
    }
}
