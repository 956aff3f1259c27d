//! An enquiry that may become a customer, and a customer who is not to be called by a machine.

use super::book::Book;
use super::office::Office;
use super::write::Ids;
use anyhow::Context;
use serde_json::{Value, json};

pub(super) async fn write(office: &Office, book: &Book, ids: &Ids) -> anyhow::Result<()> {
    let manager = ids.users.get("manager").copied().context("a manager")?;
    let storage = ids.communities.get("VSS").context("a self-storage community")?;
    let lead = json!({"reference": "VSS-ENQ-1", "debtors": [{"kind": "natural", "first_name": "Zanele", "last_name": "Khumalo",
        "contacts": [{"kind": "phone", "value": "083 555 0142", "label": "mobile"}, {"kind": "email", "value": "zanele.khumalo@example.org"}]}],
        "lead": {"channel": "Telephone", "taken_by": "Reception", "answers": [
            {"question": "What is to be stored?", "answer": "Furniture of a flat, while it is let"},
            {"question": "From when?", "answer": "The first of next month"},
            {"question": "How large?", "answer": "About 9 m²; 6 m² would do for a start"}]}});
    let _made: Value = office
        .post(manager, &format!("/communities/{storage}/accounts"), &lead)
        .await?;
    let communities = book.communities.iter().filter(|c| c.code == "VSS");
    let one = communities.flat_map(|c| &c.accounts).next().context("a tenant")?;
    let account = ids.accounts.get(&one.reference).context("a customer of the book")?;
    let new = json!({"kind": "customer_request", "note": "Works nights: asks not to be called by the system."});
    let _set: Value = office
        .post(manager, &format!("/accounts/{account}/exclusions"), &new)
        .await?;
    Ok(())
}
