//! A book from before notes had units and marks.

use crate::both;
use crate::kit::TestApp;
use kept_migrations::Migrator;
use kept_shared::ids::NoteId;
use sea_orm::{ConnectOptions, Database};
use sea_orm_migration::MigratorTrait;
use serde_json::json;

const OURS: &str = "m20261123_0017_notes";

/// Undoes or does the migration of notes, and whatever came after it.
async fn migrate(app: &TestApp, up: bool) {
    let options = ConnectOptions::new(app.kernel.config.database.url.clone())
        .max_connections(1)
        .to_owned();
    let connection = Database::connect(options).await.unwrap();
    let all = Migrator::migrations();
    let at = all
        .iter()
        .position(|m| m.name() == OURS)
        .expect("the migration of notes");
    let steps = u32::try_from(all.len() - at).unwrap();
    if up {
        Migrator::up(&connection, Some(steps)).await.unwrap();
    } else {
        Migrator::down(&connection, Some(steps)).await.unwrap();
    }
    connection.close().await.unwrap();
}

/// How many of the two shipped groups that should may delete notes of others and edit quick responses.
async fn learnt(app: &TestApp) -> i64 {
    app.number(
        "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM permission_group WHERE organisation_id = $1 \
         AND name IN ('Superuser', 'Manager') AND permissions LIKE '%\"notes:edit\",\"quick-responses:edit\"%'",
        vec![app.organisation.into()],
    )
    .await
}

both! {
    async fn older_notes_keep_their_unit_and_managers_may_delete_them(app: TestApp) {
        let c = app.debt_community("A").await;
        let manager = app.manager(&[c]).await;
        let account = app.debtor(c, "A1", 0).await;
        let unit = app.owned(account, c, "U1", None).await;
        app.sql("UPDATE permission_group SET permissions = REPLACE(permissions, ',\"notes:edit\",\"quick-responses:edit\"', '')", vec![]).await;
        assert_eq!(learnt(&app).await, 0);
        migrate(&app, false).await;
        for (body, unit) in [("of the unit", Some(unit)), ("of the customer", None)] {
            app.sql(
                "INSERT INTO note (id, account_id, unit_id, body, visibility, author_id, author_name, by_attorney, created_at) \
                 VALUES ($1, $2, $3, $4, 'internal', $5, 'Thandi', $6, $7)",
                vec![NoteId(uuid::Uuid::now_v7()).into(), account.into(), unit.into(), body.into(), manager.id().into(), false.into(), app.clock.now().into()],
            )
            .await;
        }
        migrate(&app, true).await;
        let items = super::history(&manager, account, "?only=notes").await;
        let units: Vec<_> = items.iter().map(|i| (i["body"].as_str().unwrap(), i["units"].as_array().unwrap().len())).collect();
        assert_eq!(units, [("of the customer", 0), ("of the unit", 1)]);
        assert_eq!((&items[1]["units"][0]["code"], &items[1]["source"]), (&json!("U1"), &json!("kept")));
        assert!(items.iter().all(|i| i["is_urgent"] == false && i["is_collection"] == false && i.get("deleted").is_none()));
        assert_eq!(learnt(&app).await, 2);
        assert_eq!(app.count("permission_group WHERE name = 'Agent' AND permissions LIKE '%notes:edit%'").await, 0);
    }
}
