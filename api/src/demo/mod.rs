//! The demo book: a managing agency with three communities, some four hundred customers, two years of levies and
//! payments, arrears, notices, handovers and notes. The same seed and day give the same book. It is written through
//! the product's own doors: the API's router for what people do, the posting function for the ledger.

mod bank;
mod banking;
mod book;
mod card;
mod dice;
mod documents;
mod fields;
mod fixtures;
mod levies;
mod names;
mod notes;
mod office;
mod paper;
mod payments;
mod people;
mod story;
mod write;

use crate::{
    admin, features,
    kernel::{Caller, Clock, Kernel, Limit, NoContent, Scope, Subject, jobs::Worker},
    users,
};
use anyhow::{Context, ensure};
use chrono::{Datelike, NaiveDate, TimeDelta};
use kept_shared::{
    event::Event,
    ids::*,
    money::Currency,
    permission::{UserType, shipped_groups},
    users::NewUser,
};
use office::Office;
use people::{PASSWORD, STRANGER, SUPERUSER, WORKERS};
use sea_orm::FromQueryResult;
use std::{collections::HashMap, sync::Arc};
use write::told;

const ZONE: &str = "Africa/Johannesburg";
const SEED: u64 = 20_261_122;

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// The book's last day; the clock's when absent.
    pub today: Option<NaiveDate>,
    /// Also a second organisation, which the first may never see.
    pub for_tests: bool,
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    /// For people: who can sign in.
    pub sign_ins: String,
    /// For tests: sign-ins and ids per role.
    pub fixtures: serde_json::Value,
}

#[derive(FromQueryResult)]
struct Rows {
    n: i64,
}

impl Wish {
    /// The book's last day. Errors: a day outside 2000 to 2100.
    pub fn last_day(self) -> anyhow::Result<NaiveDate> {
        let today = self.today.unwrap_or_else(|| Clock::System.today(ZONE));
        ensure!(
            (2000..=2100).contains(&today.year()),
            "the demo's last day must lie between 2000 and 2100, not on {today}"
        );
        Ok(today)
    }
}

/// Fills an empty database. The kernel's clock must be a fixed one: it is moved through two years and ends up at the
/// present. Errors: the database holds an organisation; a day outside 2000 to 2100.
pub async fn make(kernel: Arc<Kernel>, wish: Wish) -> anyhow::Result<Made> {
    let now = Clock::System.now();
    let today = wish.last_day()?;
    let read = kernel.read_everything("demo").await.map_err(told)?;
    let organisations: Option<Rows> = read
        .report_one(
            Limit::Unscoped("is anything there?"),
            "SELECT COUNT(*) AS n FROM organisation",
            vec![],
        )
        .await
        .map_err(told)?;
    drop(read);
    ensure!(
        organisations.is_none_or(|rows| rows.n == 0),
        "this database is not empty: the demo book goes into an empty one only. Name another with KEPT__DATABASE__URL or KEPT__DATA_DIR"
    );
    let office = Office::open(kernel.clone()).await;
    let book = book::book(SEED, today);
    office.at((today - chrono::Months::new(book::MONTHS))
        .and_time(chrono::NaiveTime::MIN)
        .and_utc()
        - TimeDelta::days(40));
    let (_, superuser) = organisation(&office, "Loerie Property Management", &SUPERUSER).await?;
    let ids = write::write(&office, &book, superuser, today).await?;
    bank::write(&office, &book, &ids, today).await?;
    notes::write(&office, &book, &ids).await?;
    fields::write(&office, &book, &ids, today).await?;
    banking::write(&office, &book, &ids).await?;
    documents::write(&office, &book, &ids, today).await?;
    if !wish.for_tests {
        card::write(&office, &book, &ids).await?;
    }
    let stranger = if wish.for_tests {
        Some(stranger(&office, today).await?)
    } else {
        None
    };
    if wish.today.is_none() {
        office.at(now);
    }
    Worker::new(kernel, features::jobs()).drain().await.map_err(told)?;
    Ok(Made {
        sign_ins: sign_ins(&book),
        fixtures: fixtures::fixtures(&office, &book, &ids, stranger.as_ref()).await?,
    })
}

fn sign_ins(book: &book::Book) -> String {
    let accounts: usize = book.communities.iter().map(|community| community.accounts.len()).sum();
    let mut lines = vec![
        format!(
            "The demo book is ready: {} communities, {accounts} customers.",
            book.communities.len()
        ),
        String::new(),
    ];
    lines.push(format!("Everybody's password is {PASSWORD}"));
    lines.extend(std::iter::once(&SUPERUSER).chain(WORKERS).map(write::sign_in_line));
    lines.join("\n")
}

/// An organisation with its first superuser, who is hired at once.
async fn organisation(office: &Office, name: &str, first: &people::Worker) -> anyhow::Result<(OrganisationId, UserId)> {
    let tx = office.kernel.write_everything("demo").await.map_err(told)?;
    let new = users::NewOrganisation {
        name: name.into(),
        currency: Currency::Zar,
        time_zone: ZONE.into(),
        locale: "en".into(),
    };
    let organisation = admin::found(&tx, &new).await.map_err(told)?;
    let group = users::shipped_group(&tx, organisation, first.user_type, Some(first.group))
        .await
        .map_err(told)?;
    let user = users::seed_user(&tx, &new_user(first, group, vec![]), PASSWORD, false)
        .await
        .map_err(told)?
        .id;
    tx.finish(
        Subject::organisation(organisation),
        Event::OrganisationCreated { organisation },
        NoContent,
    )
    .await
    .map_err(told)?;
    office.hire(
        user,
        caller(organisation, user, first, vec![], office.clock.today(ZONE))?,
    );
    Ok((organisation, user))
}

fn new_user(worker: &people::Worker, permission_group_id: PermissionGroupId, communities: Vec<CommunityId>) -> NewUser {
    NewUser {
        email: worker.email.into(),
        first_name: worker.first.into(),
        middle_name: None,
        surname: worker.surname.into(),
        phone: None,
        firm: worker.firm.map(str::to_owned),
        user_type: worker.user_type,
        permission_group_id,
        communities,
    }
}

/// Gives somebody a sign-in and lets them work.
async fn hire(
    office: &Office,
    boss: UserId,
    worker: &people::Worker,
    communities: &HashMap<&'static str, CommunityId>,
) -> anyhow::Result<UserId> {
    let organisation = office
        .caller(boss)?
        .scope
        .organisation_id()
        .context("the boss's organisation")?;
    let given: Vec<CommunityId> = worker
        .communities
        .iter()
        .filter_map(|code| communities.get(code).copied())
        .collect();
    let tx = office.kernel.write_everything("demo").await.map_err(told)?;
    let group = users::shipped_group(&tx, organisation, worker.user_type, Some(worker.group))
        .await
        .map_err(told)?;
    let user = users::seed_user(&tx, &new_user(worker, group, given.clone()), PASSWORD, false)
        .await
        .map_err(told)?
        .id;
    tx.finish(
        Subject::from(user).in_organisation(organisation),
        Event::UserInvited { user },
        NoContent,
    )
    .await
    .map_err(told)?;
    // Closed matters stay readable in the story as they would have been then: the day moves with the clock below.
    office.hire(
        user,
        caller(organisation, user, worker, given, office.clock.today(ZONE))?,
    );
    Ok(user)
}

fn caller(
    organisation: OrganisationId,
    user: UserId,
    worker: &people::Worker,
    communities: Vec<CommunityId>,
    today: NaiveDate,
) -> anyhow::Result<Arc<Caller>> {
    let permissions = shipped_groups()
        .into_iter()
        .find(|group| group.0 == worker.group)
        .context("a shipped permission group")?
        .2;
    let scope = match worker.user_type {
        UserType::Superuser => Scope::organisation(organisation),
        UserType::Attorney => Scope::handed_over_to(organisation, user, communities, today),
        UserType::Business | UserType::CallCentre | UserType::Location | UserType::Trustee | UserType::ApiClient => {
            Scope::communities(organisation, communities)
        }
    };
    Ok(Arc::new(Caller {
        user_id: Some(user),
        name: format!("{} {}", worker.first, worker.surname),
        user_type: worker.user_type,
        permissions: permissions.into_iter().collect(),
        scope,
        session_id: None,
        must_change_password: false,
        origin: "ui",
    }))
}

/// The other agency of the test profile, with one customer.
async fn stranger(office: &Office, today: NaiveDate) -> anyhow::Result<HashMap<&'static str, String>> {
    use serde_json::{Value, json};
    let (_, who) = organisation(office, "Kudu Estates", &STRANGER).await?;
    let community: Value = office
        .post(
            who,
            "/communities",
            &json!({
                "code": "KUD", "name": "Kudu Kloof", "kind": "rental", "currency": "ZAR", "time_zone": ZONE,
                "ageing": {"mode": "days", "basis": "due_date", "edges": [0, 30, 60, 90], "credit_policy": "oldest_first"},
            }),
        )
        .await?;
    let community = write::id_of(&community)?.to_owned();
    let unit: Value = office
        .post(who, &format!("/communities/{community}/units"), &json!({"code": "K1"}))
        .await?;
    let debtor = json!({"kind": "natural", "first_name": "Otherwise", "last_name": "Unseen",
        "contacts": [{"kind": "email", "value": "unseen@kudu.example", "is_primary": true}]});
    let account: Value = office
        .post(
            who,
            &format!("/communities/{community}/accounts"),
            &json!({"reference": "KUD0001", "debtors": [debtor]}),
        )
        .await?;
    let account = write::id_of(&account)?.to_owned();
    let note: Value = office
        .post(
            who,
            &format!("/accounts/{account}/notes"),
            &json!({"body": "Nobody else may read this."}),
        )
        .await?;
    let shelf = community.parse().context("a community's id")?;
    let document = documents::one(office, who, shelf, "Kudu Kloof", today).await?;
    Ok(HashMap::from([
        ("account_id", account),
        ("document_id", document),
        ("community_id", community),
        ("unit_id", write::id_of(&unit)?.to_owned()),
        ("note_id", write::id_of(&note)?.to_owned()),
        ("user_id", who.to_string()),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kept_shared::sign_in::password_flaws;

    #[test]
    fn everybody_can_have_the_demo_password() {
        for worker in WORKERS.iter().chain([&SUPERUSER, &STRANGER]) {
            assert!(
                password_flaws("/password", PASSWORD, worker.email).is_empty(),
                "{}",
                worker.email
            );
            assert!(
                shipped_groups()
                    .iter()
                    .any(|group| group.0 == worker.group && group.1 == worker.user_type),
                "{}",
                worker.role
            );
        }
    }
}
