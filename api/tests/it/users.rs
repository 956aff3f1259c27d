//! Users and permission groups: who may give what to whom, and that a change is felt at once.

use crate::{
    both,
    kit::{Actor, Engine, TestApp},
    sign_in::secret_in,
};
use actix_web::http::Method;
use chrono::TimeDelta;
use kept_api::sign_in;
use kept_shared::{
    handovers::Attorney,
    ids::{CommunityId, UserId},
    permission::UserType,
    users::{PermissionGroup, User},
};
use serde_json::{Value, json};
use std::sync::Arc;

async fn community(app: &TestApp, name: &str) -> CommunityId {
    let id = CommunityId(uuid::Uuid::now_v7());
    app.sql(
        "INSERT INTO community (id, organisation_id, code, name, kind, currency, time_zone, ageing_mode, ageing_basis, ageing_edges, \
         credit_policy, is_active, created_at, version) VALUES ($1, $2, $3, $4, 'estate', 'ZAR', 'Africa/Johannesburg', 'days', 'due_date', \
         '30,60,90,120', 'oldest', $5, $6, 1)",
        vec![id.into(), app.organisation.into(), name.into(), name.into(), true.into(), chrono::Utc::now().into()],
    )
    .await;
    id
}

async fn group(caller: &Actor<'_>, name: &str) -> PermissionGroup {
    let all: Vec<PermissionGroup> = caller.get("/permission-groups").await.expect(200);
    all.into_iter()
        .find(|g| g.name == name)
        .unwrap_or_else(|| panic!("no group {name}"))
}

fn new_user(email: &str, group: &PermissionGroup, communities: &[CommunityId]) -> Value {
    json!({"email": email, "first_name": "Joan", "surname": "Smith", "user_type": group.base_type,
        "permission_group_id": group.id, "communities": communities})
}

both! {
    async fn an_invited_user_chooses_a_password_by_a_link_that_works_once(app: TestApp) {
        let boss = app.superuser().await;
        let here = community(&app, "Umhlanga Ridge").await;
        let attorneys = group(&boss, "Attorney").await;
        let mut body = new_user("Smith@Example.org", &attorneys, &[here]);
        body["firm"] = json!("Smith & Partners");
        let made: User = boss.post("/users", body.clone()).await.expect(201);
        assert_eq!((made.email.as_str(), made.state.as_str()), ("smith@example.org", "invited"));
        assert_eq!(made.communities[0].name, "Umhlanga Ridge");
        assert_eq!(boss.post("/users", body).await.problem(409, "already-exists").errors[0].pointer, "/email");
        let secret = secret_in(&app, &boss.id().to_string(), 0).await;
        let link = format!("/auth/invitations/{secret}");
        assert_eq!(app.anonymous().get(&link).await.ok()["email"], "smith@example.org");
        let weak = app.anonymous().post(&link, json!({"password": "Password123!"})).await;
        assert_eq!(weak.problem(422, "not-acceptable").errors[0].code, "too_common");
        assert_eq!(app.anonymous().post(&link, json!({"password": "jacaranda in bloom"})).await.status, 204);
        app.anonymous().get(&link).await.problem(410, "link-expired");
        let signed_in = app.anonymous().post("/auth/sign-in", json!({"email": "smith@example.org", "password": "jacaranda in bloom"})).await;
        assert_eq!(signed_in.ok()["me"]["user_type"], "attorney");
        let history = boss.get(format!("/users/{}/sign-ins", made.id)).await.ok();
        let kinds: Vec<&str> = history["items"].as_array().unwrap().iter().map(|r| r["what"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["signed_in", "invitation_accepted", "user_invited"]);
    }

    async fn an_invitation_runs_out_and_a_new_one_ends_the_old(app: TestApp) {
        let boss = app.superuser().await;
        let agents = group(&boss, "Agent").await;
        let made: User = boss.post("/users", new_user("a@example.org", &agents, &[])).await.expect(201);
        let first = secret_in(&app, &boss.id().to_string(), 0).await;
        assert_eq!(boss.ask(Method::POST, format!("/users/{}/invite", made.id)).send().await.status, 204);
        let second = secret_in(&app, &boss.id().to_string(), 0).await;
        app.anonymous().get(format!("/auth/invitations/{first}")).await.problem(410, "link-expired");
        app.anonymous().get(format!("/auth/invitations/{second}")).await.ok();
        app.advance(TimeDelta::days(7) + TimeDelta::seconds(1));
        app.anonymous().get(format!("/auth/invitations/{second}")).await.problem(410, "link-expired");
        app.anonymous().get("/auth/invitations/guess").await.problem(410, "link-expired");
        // Only the hash is in the database.
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM invitation WHERE token_hash = $1", vec![second.into()]).await, 0);
    }

    async fn type_group_and_communities_must_go_together(app: TestApp) {
        let boss = app.superuser().await;
        let here = community(&app, "Umhlanga Ridge").await;
        let (agents, attorneys) = (group(&boss, "Agent").await, group(&boss, "Attorney").await);
        let flaw = async |body: Value| {
            let problem = boss.post("/users", body).await.problem(422, "not-acceptable");
            (problem.errors[0].pointer.clone(), problem.errors[0].code.clone())
        };
        let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(flaw(new_user("x@example.org", &attorneys, &[])).await, own("/communities", "required"));
        let mut wrong = new_user("x@example.org", &agents, &[here]);
        wrong["user_type"] = json!("attorney");
        assert_eq!(flaw(wrong).await, own("/permission_group_id", "not_for_this_type"));
        let nowhere = CommunityId(uuid::Uuid::now_v7());
        assert_eq!(flaw(new_user("x@example.org", &attorneys, &[nowhere])).await, own("/communities", "unknown"));
        let mut unknown = new_user("x@example.org", &agents, &[]);
        unknown["permission_group_id"] = json!(uuid::Uuid::now_v7());
        assert_eq!(flaw(unknown).await, own("/permission_group_id", "unknown"));
        let n = app.number("SELECT COUNT(*) AS n FROM app_user WHERE email = 'x@example.org'", vec![]).await;
        assert_eq!(n, 0);
    }

    async fn nobody_gives_what_he_does_not_have(app: TestApp) {
        let boss = app.superuser().await;
        let (mine, other) = (community(&app, "Mine").await, community(&app, "Other").await);
        let (managers, agents) = (group(&boss, "Manager").await, group(&boss, "Agent").await);
        let superusers = group(&boss, "Superuser").await;
        let attorneys = group(&boss, "Attorney").await;
        let manager = app.manager(&[mine]).await;
        manager.post("/users", new_user("x@example.org", &agents, &[mine])).await.problem(403, "permission-missing");
        use kept_shared::permission::Permission as P;
        let mut ticks = managers.permissions.clone();
        ticks.extend([P::CreateUsers, P::EditUsers]);
        let clerk = app.register(app.organisation, manager.id(), UserType::Business, "Head clerk", &ticks, &[mine]);
        let flaw = async |body: Value| clerk.post("/users", body).await.problem(422, "not-acceptable").errors[0].pointer.clone();
        assert_eq!(flaw(new_user("x@example.org", &superusers, &[])).await, "/user_type");
        assert_eq!(flaw(new_user("x@example.org", &agents, &[mine, other])).await, "/communities");
        let stronger: PermissionGroup = boss.post("/permission-groups",
            json!({"name": "Stronger", "base_type": "business", "permissions": ["users:edit", "audit:view", "communities:create"]})).await.expect(201);
        let weak: Vec<P> = agents.permissions.iter().copied().chain([P::ViewUsers, P::CreateUsers]).collect();
        let weak_clerk = app.register(app.organisation, manager.id(), UserType::Business, "Clerk", &weak, &[mine]);
        let refused = weak_clerk.post("/users", new_user("x@example.org", &stronger, &[mine])).await.problem(422, "not-acceptable");
        assert_eq!(refused.errors[0].code, "not_yours_to_give");
        let clerk = app.register(app.organisation, manager.id(), UserType::Business, "Head clerk", &ticks, &[mine]);
        clerk.post("/users", new_user("agent@example.org", &agents, &[mine])).await.expect::<User>(201);
        clerk.post("/users", new_user("attorney@example.org", &attorneys, &[mine])).await.expect::<User>(201);
        // He sees the people of his communities, not those of others, and cannot touch the superuser.
        boss.post("/users", new_user("elsewhere@example.org", &agents, &[other])).await.expect::<User>(201);
        let seen = clerk.get("/users").await.ok();
        let emails: Vec<&str> = seen["items"].as_array().unwrap().iter().map(|u| u["email"].as_str().unwrap()).collect();
        assert!(emails.contains(&"agent@example.org") && !emails.contains(&"elsewhere@example.org"), "{emails:?}");
        clerk.get(format!("/users/{}", boss.id())).await.problem(404, "not-found");
        clerk.post("/permission-groups", json!({"name": "Mine", "base_type": "business", "permissions": ["notes:view"]})).await
            .problem(403, "permission-missing");
    }

    async fn another_organisation_does_not_exist(app: TestApp) {
        let boss = app.superuser().await;
        let stranger = app.stranger().await;
        stranger.get(format!("/users/{}", boss.id())).await.problem(404, "not-found");
        let groups: Vec<PermissionGroup> = stranger.get("/permission-groups").await.expect(200);
        boss.get(format!("/permission-groups/{}", groups[0].id)).await.problem(404, "not-found");
        let users = stranger.get("/users?limit=200").await.ok();
        assert_eq!(users["items"].as_array().unwrap().len(), 1);
        stranger.ask(Method::POST, format!("/users/{}/suspend", boss.id())).if_match(1).send().await.problem(404, "not-found");
    }

    async fn the_last_superuser_stays(app: TestApp) {
        let boss = app.superuser().await;
        let me: User = boss.get(format!("/users/{}", boss.id())).await.expect(200);
        let suspend = |id: UserId, version: i64| boss.ask(Method::POST, format!("/users/{id}/suspend")).if_match(version).send();
        suspend(boss.id(), me.version).await.problem(409, "state-forbids");
        let second = app.superuser().await;
        let seen: User = boss.get(format!("/users/{}", second.id())).await.expect(200);
        suspend(second.id(), seen.version).await.expect::<User>(200);
        // A ghost superuser who is not the last active one's equal may not suspend the last active one either.
        let ghost = app.register(app.organisation, second.id(), UserType::Superuser, "Ghost", kept_shared::permission::Permission::ALL, &[]);
        ghost.ask(Method::POST, format!("/users/{}/suspend", boss.id())).if_match(me.version).send().await.problem(409, "state-forbids");
        let agents = group(&boss, "Agent").await;
        let down = json!({"first_name": "A", "surname": "B", "user_type": "business", "permission_group_id": agents.id});
        ghost.patch(format!("/users/{}", boss.id()), me.version, down.clone()).await.problem(409, "state-forbids");
        boss.patch(format!("/users/{}", boss.id()), me.version, down).await.problem(409, "state-forbids");
    }

    async fn lists_page_filter_and_refuse_misspelt_filters(app: TestApp) {
        let boss = app.superuser().await;
        let here = community(&app, "Umhlanga Ridge").await;
        let (agents, attorneys) = (group(&boss, "Agent").await, group(&boss, "Attorney").await);
        for (email, surname) in [("b@example.org", "Botha"), ("c@example.org", "Botha"), ("a@example.org", "Adams"), ("d@example.org", "100%_sure")] {
            let mut body = new_user(email, &agents, &[here]);
            body["surname"] = json!(surname);
            boss.post("/users", body).await.expect::<User>(201);
        }
        boss.post("/users", new_user("law@example.org", &attorneys, &[here])).await.expect::<User>(201);
        for (sort, key) in [("name", "surname"), ("-name", "surname"), ("email", "email"), ("-email", "email"), ("created", "id"), ("-created", "id")] {
            let (mut seen, mut cursor) = (vec![], None::<String>);
            loop {
                let after = cursor.as_deref().map(|c| format!("&cursor={c}")).unwrap_or_default();
                let page = boss.get(format!("/users?limit=2&sort={sort}{after}")).await.ok();
                seen.extend(page["items"].as_array().unwrap().iter().map(|u| (u[key].as_str().unwrap().to_owned(), u["id"].as_str().unwrap().to_owned())));
                cursor = page["next_cursor"].as_str().map(str::to_owned);
                if cursor.is_none() { break; }
            }
            assert_eq!(seen.len(), 6, "{sort}");
            let mut ids: Vec<_> = seen.iter().map(|s| s.1.clone()).collect();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 6, "{sort}: nobody twice");
        }
        let count = async |query: &str| boss.get(format!("/users?{query}")).await.ok()["items"].as_array().unwrap().len();
        assert_eq!(count("q=botha").await, 2);
        assert_eq!(count("q=joan%20botha").await, 2);
        assert_eq!(count("q=100%25_").await, 1);
        assert_eq!(count("q=%25").await, 1);
        assert_eq!(count("user_type=attorney").await, 1);
        assert_eq!(count("user_type=attorney&user_type=business").await, 5);
        assert_eq!(count(&format!("community_id={here}")).await, 5);
        assert_eq!(count(&format!("permission_group_id={}", agents.id)).await, 4);
        assert_eq!(count("state=invited").await, 5);
        boss.get("/users?role=x").await.problem(400, "query-malformed");
        boss.get("/users?limit=0").await.problem(400, "query-malformed");
        boss.get("/users?cursor=xyz").await.problem(400, "cursor-invalid");
    }

    async fn a_stale_or_unversioned_change_is_refused_and_unknown_fields_too(app: TestApp) {
        let boss = app.superuser().await;
        let agents = group(&boss, "Agent").await;
        let made: User = boss.post("/users", new_user("a@example.org", &agents, &[])).await.expect(201);
        let path = format!("/users/{}", made.id);
        let body = json!({"first_name": "Ann", "surname": "Adams", "user_type": "business", "permission_group_id": agents.id});
        boss.ask(Method::PATCH, &path).json(body.clone()).send().await.problem(428, "if-match-missing");
        boss.patch(&path, 1, body.clone()).await.expect::<User>(200);
        boss.patch(&path, 1, body.clone()).await.problem(412, "changed-meanwhile");
        for field in ["role", "tenant_id", "id", "created_by", "state", "version", "password_hash", "email", "organisation_id"] {
            let mut more = body.clone();
            more[field] = json!("x");
            boss.patch(&path, 2, more).await.problem(400, "body-malformed");
        }
        let again = boss.ask(Method::POST, "/users").key("k-1").json(new_user("twice@example.org", &agents, &[])).send().await;
        let repeated = boss.ask(Method::POST, "/users").key("k-1").json(new_user("twice@example.org", &agents, &[])).send().await;
        assert_eq!((again.status, again.bytes), (201, repeated.bytes.clone()));
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM mail WHERE to_address = 'twice@example.org'", vec![]).await, 1);
    }

    async fn attorneys_for_a_handover_are_active_and_have_the_community(app: TestApp) {
        let (here, there) = (community(&app, "Here").await, community(&app, "There").await);
        let boss = app.superuser().await;
        let both = app.attorney(&[here, there]).await;
        let one = app.attorney(&[here]).await;
        let ids = async |caller: &Actor<'_>, query: String| -> Vec<UserId> {
            let mut ids: Vec<UserId> = caller.get(format!("/attorneys{query}")).await.expect::<Vec<Attorney>>(200).iter().map(|a| a.id).collect();
            ids.sort();
            ids
        };
        let mut all = vec![both.id(), one.id()];
        all.sort();
        assert_eq!(ids(&boss, format!("?community_id={here}")).await, all);
        assert_eq!(ids(&boss, format!("?community_id={there}")).await, [both.id()]);
        assert_eq!(ids(&boss, format!("?community_id={here}&community_id={there}")).await, [both.id()]);
        let agent = app.agent(&[here]).await;
        assert_eq!(ids(&agent, format!("?community_id={there}")).await, Vec::<UserId>::new());
        one.get("/attorneys").await.problem(403, "permission-missing");
        let seen: User = boss.get(format!("/users/{}", both.id())).await.expect(200);
        boss.ask(Method::POST, format!("/users/{}/suspend", both.id())).if_match(seen.version).send().await.expect::<User>(200);
        assert_eq!(ids(&boss, format!("?community_id={there}")).await, Vec::<UserId>::new());
    }

    async fn groups_are_managed_by_superusers_and_not_deleted_while_in_use(app: TestApp) {
        let boss = app.superuser().await;
        let body = json!({"name": "Night shift", "base_type": "call_centre", "permissions": ["notes:view", "accounts:view", "notes:view"]});
        let made: PermissionGroup = boss.post("/permission-groups", body.clone()).await.expect(201);
        assert_eq!(made.permissions.len(), 2);
        assert_eq!(boss.post("/permission-groups", body).await.problem(409, "already-exists").errors[0].pointer, "/name");
        let cheat = json!({"name": "Cheat", "base_type": "attorney", "permissions": ["notes:view", "users:edit"]});
        assert_eq!(boss.post("/permission-groups", cheat).await.problem(422, "not-acceptable").errors[0].pointer, "/permissions/1");
        let user: User = boss.post("/users", new_user("n@example.org", &made, &[])).await.expect(201);
        let delete = |version: i64| boss.ask(Method::DELETE, format!("/permission-groups/{}", made.id)).if_match(version).send();
        delete(1).await.problem(409, "in-use");
        let callers = group(&boss, "Call centre").await;
        let move_on = json!({"first_name": "J", "surname": "S", "user_type": "call_centre", "permission_group_id": callers.id});
        boss.patch(format!("/users/{}", user.id), user.version, move_on).await.expect::<User>(200);
        delete(7).await.problem(412, "changed-meanwhile");
        assert_eq!(delete(1).await.status, 204);
        let superusers = group(&boss, "Superuser").await;
        let locked_out = json!({"name": "Superuser", "permissions": ["notes:view"]});
        let refused = boss.patch(format!("/permission-groups/{}", superusers.id), superusers.version, locked_out).await;
        assert_eq!(refused.problem(422, "not-acceptable").errors[0].code, "superusers_manage_users");
    }
}

async fn with_real_tokens(engine: Engine) {
    let Some(app) = TestApp::start_with(engine, |_| {}, Some(Arc::new(sign_in::AccessTokens))).await else {
        return;
    };
    let boss = app.superuser().await.id();
    let boss = sign_in::open_session(&app.kernel, boss).await.unwrap();
    let boss = app.bearer(&boss);
    let here = community(&app, "Umhlanga Ridge").await;
    let agent = app.agent(&[here]).await.id();
    let token = sign_in::open_session(&app.kernel, agent).await.unwrap();
    let (path, caller) = (format!("/users/{agent}"), app.bearer(&token));
    caller.get("/attorneys").await.expect::<Value>(200);
    // A lower role is felt at the next request.
    let callers = group(&boss, "Call centre").await;
    let body = json!({"first_name": "A", "surname": "B", "user_type": "call_centre", "permission_group_id": callers.id, "communities": [here]});
    boss.patch(&path, 1, body).await.expect::<User>(200);
    caller.get("/attorneys").await.problem(403, "permission-missing");
    // So is a group that got more.
    let mut ticks: Vec<Value> = callers.permissions.iter().map(|p| json!(p)).collect();
    ticks.push(json!("exports:create"));
    boss.patch(
        format!("/permission-groups/{}", callers.id),
        callers.version,
        json!({"name": "Call centre", "permissions": ticks}),
    )
    .await
    .expect::<PermissionGroup>(200);
    let me = caller.get("/me").await.ok();
    assert!(me["permissions"].as_array().unwrap().contains(&json!("exports:create")));
    // And a suspension, which also ends the session for good.
    boss.ask(Method::POST, format!("{path}/suspend"))
        .if_match(2)
        .send()
        .await
        .expect::<User>(200);
    caller.get("/me").await.problem(401, "unauthenticated");
    boss.ask(Method::POST, format!("{path}/activate"))
        .if_match(3)
        .send()
        .await
        .expect::<User>(200);
    caller.get("/me").await.problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_change_of_rights_is_felt_at_once_on_sqlite() {
    with_real_tokens(Engine::Sqlite).await;
}
#[actix_web::test]
async fn a_change_of_rights_is_felt_at_once_on_postgres() {
    with_real_tokens(Engine::Postgres).await;
}
