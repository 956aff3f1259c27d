//! What the bank sent: a statement whose lines wait to be confirmed, two of them left out already, and a bank's table
//! with a mapping that is kept for the next one. Nothing is posted: the book's figures are those of the two years.

use super::book::{Book, CommunityKind, CommunityPlan};
use super::office::Office;
use super::payments::EntryKind;
use super::write::{Ids, bank_account, id_of};
use crate::features;
use crate::kernel::jobs::Worker;
use anyhow::Context;
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// A movement: days before the last day, cents, what the bank says.
type Movement = (u64, i64, String);

fn plain(cents: i64, point: char) -> String {
    format!("{}{point}{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// What some customers pay: as much as they were charged last.
fn payments(community: &CommunityPlan, count: usize) -> Vec<(String, String, i64)> {
    let accounts = community.accounts.iter().skip(3).step_by(7);
    accounts
        .filter_map(|account| {
            let charged = account.entries.iter().rev().find(|e| e.kind == EntryKind::Invoice)?;
            Some((account.reference.clone(), account.person.name(), charged.amount))
        })
        .take(count)
        .collect()
}

/// An MT940 that adds up.
fn mt940(account: &str, today: NaiveDate, opening: i64, movements: &[Movement]) -> String {
    let first = today - Days::new(6);
    let mut text = format!(
        ":20:LOERIE\n:25:{account}\n:28C:47/1\n:60F:C{}ZAR{}\n",
        first.format("%y%m%d"),
        plain(opening, ',')
    );
    for (number, (before, cents, said)) in (1..).zip(movements) {
        let (day, mark) = (today - Days::new(*before), if *cents < 0 { 'D' } else { 'C' });
        text.push_str(&format!(
            ":61:{}{}{mark}{}NTRFNONREF//DEMO{number}\n:86:{said}\n",
            day.format("%y%m%d"),
            day.format("%m%d"),
            plain(*cents, ',')
        ));
    }
    let closing = opening + movements.iter().map(|m| m.1).sum::<i64>();
    text.push_str(&format!(
        ":62F:C{}ZAR{}\n-\n",
        today.format("%y%m%d"),
        plain(closing, ',')
    ));
    text
}

async fn drained(office: &Office) -> anyhow::Result<()> {
    Worker::new(office.kernel.clone(), features::jobs())
        .drain()
        .await
        .map_err(super::write::told)?;
    Ok(())
}

/// Takes both files in.
pub(super) async fn write(office: &Office, book: &Book, ids: &Ids, today: NaiveDate) -> anyhow::Result<()> {
    let manager = *ids.users.get("manager").context("the manager")?;
    for community in &book.communities {
        let id = ids.communities.get(community.code).context("a community of the book")?;
        let fields = [("community_id", id.to_string())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        match community.kind {
            CommunityKind::SectionalTitle => {
                let mut lines: Vec<Movement> = payments(community, 6)
                    .into_iter()
                    .zip([5, 5, 4, 3, 3, 2])
                    .map(|((reference, _, cents), before)| (before, cents, format!("EFT {reference} LEVY")))
                    .collect();
                let by_name = payments(community, 7).pop().context("a seventh payer")?;
                lines.push((2, by_name.2, format!("Transfer {}", by_name.1)));
                lines.push((1, 420_00, "Cash deposit, no reference".into()));
                lines.push((1, -64_50, "MONTHLY ACCOUNT FEE".into()));
                lines.push((1, -3_150_00, "Garden services".into()));
                let text = mt940(&bank_account(community), today, 184_220_35, &lines);
                let made: Value = office
                    .upload(
                        manager,
                        "/bank-files",
                        &fields,
                        "statement-47.sta",
                        "text/plain",
                        text.as_bytes(),
                    )
                    .await?;
                drained(office).await?;
                let statement = made["statements"][0].as_str().context("the statement of the file")?;
                let page: Value = office
                    .get(manager, &format!("/bank-statements/{statement}/lines?limit=50"))
                    .await?;
                for (said, reason) in [("MONTHLY ACCOUNT FEE", "bank_fee"), ("Garden services", "outgoing")] {
                    let line = page["items"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .find(|l| l["text"] == said);
                    let line = id_of(line.context("a line of the statement")?)?;
                    let order = json!({ "lines": [line], "reason": reason });
                    let _done: Value = office
                        .post(manager, &format!("/bank-statements/{statement}/ignore"), &order)
                        .await?;
                }
            }
            CommunityKind::SelfStorage => {
                let mut text = String::from("Date;Description;Amount\n");
                for (reference, _, cents) in payments(community, 4) {
                    text.push_str(&format!(
                        "{};Payment {reference};{}\n",
                        today.format("%Y-%m-%d"),
                        plain(cents, '.')
                    ));
                }
                let made: Value = office
                    .upload(
                        manager,
                        "/bank-files",
                        &fields,
                        "business-account.csv",
                        "text/csv",
                        text.as_bytes(),
                    )
                    .await?;
                let suggested = |field: &str, column: u32| json!({ "column": column, "field": field });
                let table = &made["table"];
                let mapping = json!({
                    "header_row": table["header_row"], "delimiter": table["delimiter"], "encoding": table["encoding"],
                    "date_order": table["date_order"], "decimal_style": table["decimal_style"], "account": bank_account(community),
                    "columns": [suggested("date", 0), suggested("text", 1), suggested("amount", 2)],
                });
                let order = json!({ "mapping": mapping, "save_as": "Business account, table" });
                let _read: Value = office
                    .post(manager, &format!("/bank-files/{}/read", id_of(&made)?), &order)
                    .await?;
                drained(office).await?;
            }
            CommunityKind::HomeOwners => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_adds_up() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let text = mt940(
            "000001",
            today,
            100_00,
            &[(1, 50_05, "in".into()), (0, -20_00, "out".into())],
        );
        assert!(text.contains(":60F:C261116ZAR100,00"), "{text}");
        assert!(text.contains(":61:2611211121C50,05NTRF"), "{text}");
        assert!(text.contains(":61:2611221122D20,00NTRF"), "{text}");
        assert!(text.contains(":62F:C261122ZAR130,05"), "{text}");
    }
}
