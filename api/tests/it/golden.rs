//! The golden book of the shared data folder: accounts, their entries, and what another program says of them.

use crate::kit::{TestApp, shared_data};
use kept_shared::ageing::AgeingRules;
use kept_shared::ids::*;
use kept_shared::ledger::{EntryType, NewEntry};
use kept_shared::money::{Currency, Money};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One row of a CSV by the names of its header.
pub type Record = BTreeMap<String, String>;

pub struct Golden {
    _folder: tempfile::TempDir,
    root: PathBuf,
    pub community: CommunityId,
    /// By account number.
    pub accounts: BTreeMap<String, AccountId>,
}

fn records(path: &Path) -> Vec<Record> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

fn kind(text: &str, minor: i64) -> EntryType {
    match text {
        "levy" | "invoice" => EntryType::Invoice,
        "interest" => EntryType::Interest,
        "fee" | "legal_fee" => EntryType::Fee,
        "payment" if minor <= 0 => EntryType::Payment,
        _ => EntryType::Adjustment,
    }
}

/// Posts the entries of these accounts. `None`, said loudly, without the folder.
pub async fn post(app: &TestApp, wanted: &[&str]) -> Option<Golden> {
    let archive = shared_data("golden/fixture.tar.xz")?;
    let folder = tempfile::tempdir().unwrap();
    let done = std::process::Command::new("tar")
        .arg("-xJf")
        .arg(archive)
        .arg("-C")
        .arg(folder.path())
        .status()
        .unwrap();
    assert!(done.success());
    let root = folder.path().join("fixture");
    let community = app.community_ageing("GOLD", AgeingRules::default()).await;
    let customers = records(&root.join("data/customers.csv"));
    let who: Vec<(&str, &str)> = customers
        .iter()
        .map(|c| (c["account_no"].as_str(), c["name"].as_str()))
        .filter(|c| wanted.contains(&c.0))
        .collect();
    let ids = app.accounts(community, &who).await;
    let accounts: BTreeMap<String, AccountId> = who.iter().map(|c| c.0.to_owned()).zip(ids).collect();
    let entries = records(&root.join("data/entries.csv"))
        .iter()
        .filter_map(|r| {
            let account = *accounts.get(&r["account_no"])?;
            let minor = Money::from_decimal(r["amount"].parse::<Decimal>().unwrap(), Currency::Zar)
                .unwrap()
                .minor;
            // Lines of a day stand in the order of their numbers.
            let id = EntryId(uuid::Uuid::from_u128(r["entry_id"].parse().unwrap()));
            let on = r["date"].parse().unwrap();
            let mut e = NewEntry::new(
                id,
                account,
                kind(&r["type"], minor),
                on,
                Money::new(minor, Currency::Zar),
                &r["description"],
            );
            e.reference = Some(r["reference"].clone()).filter(|t| !t.is_empty());
            Some(e)
        })
        .collect();
    app.post(entries, vec![]).await.unwrap();
    Some(Golden {
        _folder: folder,
        root,
        community,
        accounts,
    })
}

impl Golden {
    pub fn expected(&self, file: &str) -> Vec<Record> {
        records(&self.root.join("expected").join(file))
    }
}
