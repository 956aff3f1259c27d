//! What an account's row repeats so that lists are fast: the name, the unit label and the search text. Made here and
//! nowhere else, from the debtors, the contacts and the units; a unit's code feeds it as much as a debtor's name.

use crate::kernel::{Limit, Stop, Tx};
use kept_shared::ids::AccountId;
use kept_shared::text::fold;
use kept_shared::units::natural_key;
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, BTreeSet};

/// Most unit codes spelled out in the label.
const SHOWN_UNITS: usize = 3;
/// Accounts relabelled with one set of statements.
const CHUNK: usize = 500;

/// The repeated texts of one account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    pub name: String,
    pub unit_label: Option<String>,
    pub search: String,
}

impl Labels {
    /// `names`: of all debtors, the primary one's first; `contacts`: normalised numbers and e-mail addresses, and what
    /// stands in searchable fields;
    /// `units`: codes of the units owned now.
    pub fn of(reference: &str, names: &[String], contacts: &[String], units: &[String]) -> Self {
        let mut units = units.to_vec();
        units.sort_by_key(|code| natural_key(code));
        let unit_label = match units.len() {
            0 => None,
            n if n <= SHOWN_UNITS => Some(units.join(", ")),
            n => Some(format!("{} +{}", units[..SHOWN_UNITS].join(", "), n - SHOWN_UNITS)),
        };
        let mut seen = BTreeSet::new();
        let words: Vec<String> = names
            .iter()
            .map(String::as_str)
            .chain([reference])
            .chain(units.iter().map(String::as_str))
            .chain(contacts.iter().map(|c| c.trim_start_matches('+')))
            .map(fold)
            .filter(|word| !word.is_empty() && seen.insert(word.clone()))
            .collect();
        Self {
            name: names.first().cloned().unwrap_or_default(),
            unit_label,
            search: words.join(" "),
        }
    }
}

#[derive(FromQueryResult)]
struct Named {
    account_id: AccountId,
    reference: String,
    full_name: String,
}
#[derive(FromQueryResult)]
struct Text {
    account_id: AccountId,
    text: String,
}

const LOADED: Limit = Limit::Unscoped("derived texts of accounts the action has loaded");

/// Makes the repeated texts of these accounts anew. To be called by every action that changes a reference, a debtor, a
/// contact, a unit's code, an owner or a searchable value.
pub async fn relabel(tx: &Tx, accounts: &[AccountId]) -> Result<(), Stop> {
    let unique: BTreeSet<AccountId> = accounts.iter().copied().collect();
    let unique: Vec<AccountId> = unique.into_iter().collect();
    for chunk in unique.chunks(CHUNK) {
        let marks: Vec<String> = (1..=chunk.len()).map(|n| format!("${n}")).collect();
        let marks = marks.join(", ");
        let ids = || chunk.iter().map(|id| (*id).into()).collect::<Vec<sea_orm::Value>>();
        let named: Vec<Named> = tx
            .report(
                LOADED,
                &format!(
                    "SELECT a.id AS account_id, a.reference AS reference, d.full_name AS full_name FROM account a \
                     JOIN debtor d ON d.account_id = a.id WHERE a.id IN ({marks}) \
                     ORDER BY CASE WHEN d.role = 'primary' THEN 0 ELSE 1 END, d.id"
                ),
                ids(),
            )
            .await?;
        let contacts: Vec<Text> = tx
            .report(
                LOADED,
                &format!(
                    "SELECT account_id, normalised AS text FROM contact WHERE kind IN ('phone', 'email') \
                     AND account_id IN ({marks}) ORDER BY id"
                ),
                ids(),
            )
            .await?;
        let units: Vec<Text> = tx
            .report(
                LOADED,
                &format!(
                    "SELECT o.account_id AS account_id, u.code AS text FROM unit_owner o JOIN unit u ON u.id = o.unit_id \
                     WHERE o.to_on IS NULL AND o.account_id IN ({marks})"
                ),
                ids(),
            )
            .await?;
        // What an organisation's own fields hold, of the customer, the debtors and the units owned now.
        let searched = "EXISTS (SELECT 1 FROM metadata_field f WHERE f.organisation_id = v.organisation_id \
             AND f.entity = v.entity AND f.key = v.key AND f.is_searchable AND f.is_active)";
        let fields: Vec<Text> = tx
            .report(
                LOADED,
                &format!(
                    "SELECT v.account_id AS account_id, v.folded AS text FROM metadata_value v \
                     WHERE v.account_id IN ({marks}) AND {searched} \
                     UNION ALL SELECT o.account_id AS account_id, v.folded AS text FROM unit_owner o \
                     JOIN metadata_value v ON v.row_id = o.unit_id \
                     WHERE o.to_on IS NULL AND o.account_id IN ({marks}) AND {searched}"
                ),
                ids(),
            )
            .await?;
        let mut names: BTreeMap<AccountId, (String, Vec<String>)> = BTreeMap::new();
        for row in named {
            names
                .entry(row.account_id)
                .or_insert_with(|| (row.reference, vec![]))
                .1
                .push(row.full_name);
        }
        let (mut contacts, mut units) = (by_account(contacts), by_account(units));
        for (id, texts) in by_account(fields) {
            contacts.entry(id).or_default().extend(texts);
        }
        let (mut rows, mut values): (Vec<String>, Vec<sea_orm::Value>) = (vec![], vec![]);
        for (id, (reference, names)) in names {
            let labels = Labels::of(
                &reference,
                &names,
                &contacts.remove(&id).unwrap_or_default(),
                &units.remove(&id).unwrap_or_default(),
            );
            let n = values.len();
            rows.push(format!("(${}, ${}, ${}, ${})", n + 1, n + 2, n + 3, n + 4));
            values.extend([
                id.into(),
                labels.name.into(),
                labels.unit_label.into(),
                labels.search.into(),
            ]);
        }
        if rows.is_empty() {
            continue;
        }
        // Both engines call the columns of VALUES so.
        let sql = format!(
            "UPDATE account SET name = made.column2, unit_label = made.column3, search = made.column4 \
             FROM (VALUES {}) AS made WHERE account.id = made.column1",
            rows.join(", ")
        );
        tx.execute(LOADED, &sql, values).await?;
    }
    Ok(())
}

fn by_account(rows: Vec<Text>) -> BTreeMap<AccountId, Vec<String>> {
    let mut map: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
    for row in rows {
        map.entry(row.account_id).or_default().push(row.text);
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    fn texts(items: &[&str]) -> Vec<String> {
        items.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn everything_people_search_by_is_in_the_search_text() {
        let labels = Labels::of(
            "ACA0101",
            &texts(&["Zoë Müller", "Zoë Müller", "Sun CC"]),
            &texts(&["+27821234567", "zoe@example.org"]),
            &texts(&["B-10", "B-2"]),
        );
        assert_eq!(labels.name, "Zoë Müller");
        assert_eq!(labels.unit_label.as_deref(), Some("B-2, B-10"));
        assert_eq!(
            labels.search,
            "zoe muller sun cc aca0101 b-2 b-10 27821234567 zoe@example.org"
        );
    }

    #[test]
    fn many_units_are_counted_rather_than_listed() {
        let labels = Labels::of("1", &texts(&["A"]), &[], &texts(&["5", "4", "3", "2", "1"]));
        assert_eq!(labels.unit_label.as_deref(), Some("1, 2, 3 +2"));
        assert_eq!(Labels::of("1", &[], &[], &[]).unit_label, None);
    }
}
