//! The customers somebody has open side by side (spec B06): what is opened, closed, and looked at next.

use crate::ids::AccountId;
use serde::{Deserialize, Serialize};

/// Most cards at once; one more takes the place of the oldest.
pub const MAX_CARDS: usize = 20;

/// A customer's card: as much as its tab shows, and where on the page one was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub account: AccountId,
    pub name: String,
    pub reference: String,
    /// What stood behind the page's address (`?tab=diary`); empty at first.
    #[serde(default)]
    pub place: String,
}

/// Puts a card at the right; one that is open keeps its place among the others, and takes the name it has now.
pub fn opened(cards: &mut Vec<Card>, account: AccountId, name: &str, reference: &str) {
    if let Some(card) = cards.iter_mut().find(|card| card.account == account) {
        name.clone_into(&mut card.name);
        reference.clone_into(&mut card.reference);
        return;
    }
    cards.push(Card {
        account,
        name: name.to_owned(),
        reference: reference.to_owned(),
        place: String::new(),
    });
    if cards.len() > MAX_CARDS {
        cards.remove(0);
    }
}

/// Takes a card away. The answer is the one to look at next: directly left of it, or the one that becomes the first;
/// `None` when it was the last.
pub fn closed(cards: &mut Vec<Card>, account: AccountId) -> Option<Card> {
    let at = cards.iter().position(|card| card.account == account)?;
    cards.remove(at);
    cards.get(at.saturating_sub(1)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u128) -> AccountId {
        AccountId(uuid::Uuid::from_u128(n))
    }
    fn three() -> Vec<Card> {
        let mut cards = vec![];
        for n in 1..=3 {
            opened(&mut cards, id(n), &format!("Name {n}"), &format!("R{n}"));
        }
        cards
    }
    fn order(cards: &[Card]) -> Vec<AccountId> {
        cards.iter().map(|card| card.account).collect()
    }

    #[test]
    fn a_customer_has_one_card_and_it_keeps_its_place() {
        let mut cards = three();
        cards[0].place = "?tab=diary".into();
        opened(&mut cards, id(1), "New name", "R1");
        assert_eq!(order(&cards), [id(1), id(2), id(3)]);
        assert_eq!(
            (cards[0].name.as_str(), cards[0].place.as_str()),
            ("New name", "?tab=diary")
        );
    }

    #[test]
    fn the_card_directly_left_follows_a_closed_one() {
        let next = |n: u128| {
            let mut cards = three();
            closed(&mut cards, id(n)).map(|card| card.account)
        };
        assert_eq!((next(3), next(2), next(1)), (Some(id(2)), Some(id(1)), Some(id(2))));
        let mut last = three();
        last.truncate(1);
        assert_eq!((closed(&mut last, id(1)), last.len()), (None, 0));
    }

    #[test]
    fn there_are_never_more_than_so_many() {
        let mut cards = vec![];
        for n in 0..30 {
            opened(&mut cards, id(n), "N", "R");
        }
        assert_eq!((cards.len(), cards[0].account), (MAX_CARDS, id(10)));
    }

    proptest! {
        #[test]
        fn closing_one_leaves_the_others_as_they_stood(open in proptest::collection::vec(1_u128..9, 1..12), which in 1_u128..9) {
            let mut cards = vec![];
            for n in open {
                opened(&mut cards, id(n), "N", "R");
            }
            let before = order(&cards);
            let next = closed(&mut cards, id(which));
            let left: Vec<AccountId> = before.iter().copied().filter(|a| *a != id(which)).collect();
            prop_assert_eq!(order(&cards), left);
            prop_assert_eq!(next.is_some(), before.contains(&id(which)) && !cards.is_empty());
        }
    }
}
