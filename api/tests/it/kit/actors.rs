//! People and programs that call the API.

use super::{Reply, TestApp, http::Ask};
use actix_web::http::Method;
use chrono::Utc;
use futures_util::future::BoxFuture;
use kept_api::kernel::{Authenticate, Caller, Kernel, Limit, NoContent, Scope, Stop, Subject};
use kept_shared::{
    event::Event,
    ids::*,
    permission::{Permission, UserType, shipped_groups},
    problem::Code,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// The kit's authenticator: tokens of actors made in the test. Sign-in itself is tested with the product's own.
#[derive(Default)]
pub struct Callers(Mutex<HashMap<String, Arc<Caller>>>);

impl Authenticate for Callers {
    fn authenticate<'a>(&'a self, _: &'a Arc<Kernel>, token: &'a str) -> BoxFuture<'a, Result<Arc<Caller>, Stop>> {
        let known = self.0.lock().unwrap().get(token).cloned();
        Box::pin(async move {
            // The product's own asks the database: whatever runs beside it gets its turn first.
            tokio::task::yield_now().await;
            known.ok_or_else(|| Code::Unauthenticated.into())
        })
    }
}

/// Somebody who calls the API.
pub struct Actor<'a> {
    app: &'a TestApp,
    token: Option<String>,
    pub user_id: Option<UserId>,
}

impl TestApp {
    pub fn anonymous(&self) -> Actor<'_> {
        Actor {
            app: self,
            token: None,
            user_id: None,
        }
    }
    /// A bearer of any token, for tests of sign-in.
    pub fn bearer(&self, token: &str) -> Actor<'_> {
        Actor {
            app: self,
            token: Some(token.to_owned()),
            user_id: None,
        }
    }
    pub async fn superuser(&self) -> Actor<'_> {
        self.user_in(self.organisation, UserType::Superuser, "Superuser", &[])
            .await
    }
    /// A managing agent's clerk for these communities.
    pub async fn agent(&self, communities: &[CommunityId]) -> Actor<'_> {
        self.user_in(self.organisation, UserType::Business, "Agent", communities)
            .await
    }
    pub async fn manager(&self, communities: &[CommunityId]) -> Actor<'_> {
        self.user_in(self.organisation, UserType::Business, "Manager", communities)
            .await
    }
    pub async fn attorney(&self, communities: &[CommunityId]) -> Actor<'_> {
        self.user_in(self.organisation, UserType::Attorney, "Attorney", communities)
            .await
    }
    pub async fn trustee(&self, communities: &[CommunityId]) -> Actor<'_> {
        self.user_in(self.organisation, UserType::Trustee, "Trustee", communities)
            .await
    }
    /// A superuser of another organisation.
    pub async fn stranger(&self) -> Actor<'_> {
        let other = create_organisation(&self.kernel, "Another agency").await;
        self.user_in(other, UserType::Superuser, "Superuser", &[]).await
    }
    /// A user of a type with a shipped permission group; real rows, so that names and firms can be joined.
    pub async fn user_in(
        &self,
        organisation: OrganisationId,
        user_type: UserType,
        group: &str,
        communities: &[CommunityId],
    ) -> Actor<'_> {
        let id = UserId(uuid::Uuid::now_v7());
        let (first, surname) = ("Thandi", format!("{group}-{}", &id.to_string()[28..]));
        let tx = self.write().await;
        let insert = "INSERT INTO app_user (id, organisation_id, email, first_name, surname, firm, user_type, permission_group_id, state, \
             must_change_password, failed_sign_ins, created_at, version) \
             SELECT $1, $2, $3, $4, $5, $6, $7, id, 'active', $8, 0, $9, 1 FROM permission_group WHERE organisation_id = $10 AND name = $11";
        let values = vec![
            id.into(),
            organisation.into(),
            format!("{id}@example.org").into(),
            first.into(),
            surname.clone().into(),
            (user_type == UserType::Attorney)
                .then(|| "Naidoo & Partners".to_owned())
                .into(),
            user_type.into(),
            false.into(),
            Utc::now().into(),
            organisation.into(),
            group.into(),
        ];
        let n = tx.execute(Limit::Unscoped("test"), insert, values).await.unwrap();
        assert_eq!(n, 1, "the organisation has no permission group {group}");
        for community in communities {
            tx.execute(
                Limit::Unscoped("test"),
                "INSERT INTO user_community (user_id, community_id) VALUES ($1, $2)",
                vec![id.into(), (*community).into()],
            )
            .await
            .unwrap();
        }
        tx.finish(
            Subject::organisation(organisation),
            Event::UserInvited { user: id },
            NoContent,
        )
        .await
        .unwrap();
        let permissions = shipped_groups().into_iter().find(|g| g.0 == group).unwrap().2;
        self.register(
            organisation,
            id,
            user_type,
            &format!("{first} {surname}"),
            &permissions,
            communities,
        )
    }
    /// Lets a user whose rows exist call with exactly these permissions.
    pub fn register(
        &self,
        organisation: OrganisationId,
        id: UserId,
        user_type: UserType,
        name: &str,
        permissions: &[Permission],
        communities: &[CommunityId],
    ) -> Actor<'_> {
        let scope = match user_type {
            UserType::Superuser => Scope::organisation(organisation),
            UserType::Attorney => {
                Scope::handed_over_to(organisation, id, communities.to_vec(), self.clock.today("UTC"))
            }
            UserType::Business
            | UserType::CallCentre
            | UserType::Location
            | UserType::Trustee
            | UserType::ApiClient => Scope::communities(organisation, communities.to_vec()),
        };
        let caller = Caller {
            user_id: Some(id),
            name: name.into(),
            user_type,
            permissions: permissions.iter().copied().collect(),
            scope,
            session_id: None,
            must_change_password: false,
            origin: "ui",
        };
        self.callers.0.lock().unwrap().insert(id.to_string(), Arc::new(caller));
        Actor {
            app: self,
            token: Some(id.to_string()),
            user_id: Some(id),
        }
    }
}

impl<'a> Actor<'a> {
    pub fn id(&self) -> UserId {
        self.user_id.expect("an actor with a user")
    }
    /// The bearer's token.
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("somebody signed in")
    }
    pub fn ask(&self, method: Method, path: impl Into<String>) -> Ask<'a> {
        Ask::new(self.app, self.token.clone(), method, path.into())
    }
    pub async fn get(&self, path: impl Into<String>) -> Reply {
        self.ask(Method::GET, path).send().await
    }
    pub async fn post(&self, path: impl Into<String>, body: serde_json::Value) -> Reply {
        self.ask(Method::POST, path).json(body).send().await
    }
    pub async fn patch(&self, path: impl Into<String>, version: i64, body: serde_json::Value) -> Reply {
        self.ask(Method::PATCH, path).if_match(version).json(body).send().await
    }
}

/// An organisation with the shipped permission groups.
pub async fn create_organisation(kernel: &Arc<Kernel>, name: &str) -> OrganisationId {
    let id = OrganisationId(uuid::Uuid::now_v7());
    let tx = kernel.write_everything("test preparation").await.unwrap();
    tx.execute(
        Limit::Unscoped("test"),
        "INSERT INTO organisation (id, name, currency, time_zone, locale, settings, created_at, version) \
         VALUES ($1, $2, 'ZAR', 'Africa/Johannesburg', 'en', '{}', $3, 1)",
        vec![id.into(), name.into(), Utc::now().into()],
    )
    .await
    .unwrap();
    for (group, user_type, permissions) in shipped_groups() {
        tx.execute(
            Limit::Unscoped("test"),
            "INSERT INTO permission_group (id, organisation_id, name, base_type, permissions, is_shipped, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
            vec![
                uuid::Uuid::now_v7().into(),
                id.into(),
                group.into(),
                user_type.into(),
                serde_json::to_string(&permissions).unwrap().into(),
                true.into(),
                Utc::now().into(),
            ],
        )
        .await
        .unwrap();
    }
    tx.finish(
        Subject::organisation(id),
        Event::OrganisationCreated { organisation: id },
        NoContent,
    )
    .await
    .unwrap();
    id
}

impl Actor<'_> {
    pub async fn put(&self, path: impl Into<String>, version: i64, body: serde_json::Value) -> Reply {
        self.ask(Method::PUT, path).if_match(version).json(body).send().await
    }
    pub async fn delete(&self, path: impl Into<String>, version: i64) -> Reply {
        self.ask(Method::DELETE, path).if_match(version).send().await
    }
    /// A POST that changes one resource.
    pub async fn act(&self, path: impl Into<String>, version: i64, body: serde_json::Value) -> Reply {
        self.ask(Method::POST, path).if_match(version).json(body).send().await
    }
}
