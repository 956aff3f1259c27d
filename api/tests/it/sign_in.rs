//! Signing in, going on, signing out: with the product's own tokens.

use crate::kit::{Engine, Reply, TestApp};
use actix_web::http::Method;
use chrono::TimeDelta;
use kept_api::{sign_in, users};
use kept_shared::{
    ids::UserId,
    permission::UserType,
    sign_in::Session,
    users::{Me, NewUser},
};
use serde_json::{Value, json};
use std::sync::Arc;

const PASSWORD: &str = "jacaranda in bloom";

/// The application with real sign-in, and a superuser.
async fn start(engine: Engine) -> Option<(TestApp, UserId)> {
    let app = TestApp::start_with(engine, |_| {}, Some(Arc::new(sign_in::AccessTokens))).await?;
    let id = add(&app, "thandi@example.org", UserType::Superuser, false).await;
    Some((app, id))
}

async fn add(app: &TestApp, email: &str, user_type: UserType, must_change: bool) -> UserId {
    let tx = app.write().await;
    let group = users::shipped_group(&tx, app.organisation, user_type, None)
        .await
        .unwrap();
    let new = NewUser {
        email: email.into(),
        first_name: "Thandi".into(),
        middle_name: None,
        surname: "Nkosi".into(),
        phone: None,
        firm: None,
        user_type,
        permission_group_id: group,
        communities: vec![],
    };
    let id = users::seed_user(&tx, &new, PASSWORD, must_change).await.unwrap().id;
    let subject = kept_api::kernel::Subject::from(id).in_organisation(app.organisation);
    let event = kept_shared::event::Event::UserInvited { user: id };
    tx.finish(subject, event, kept_api::kernel::NoContent).await.unwrap();
    id
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Reply {
    app.anonymous()
        .post("/auth/sign-in", json!({"email": email, "password": password}))
        .await
}

fn cookie(reply: &Reply) -> String {
    let header = reply.header("set-cookie").expect("a cookie");
    assert!(
        header.contains("HttpOnly") && header.contains("SameSite=Strict") && header.contains("Path=/api/v1/auth"),
        "{header}"
    );
    header.split(';').next().unwrap().to_owned()
}

async fn refresh(app: &TestApp, cookie: &str) -> Reply {
    app.anonymous()
        .ask(Method::POST, "/auth/refresh")
        .header("cookie", cookie)
        .send()
        .await
}

macro_rules! both_with_sign_in {
    ($(async fn $name:ident($app:ident, $user:ident) $body:block)+) => { $(
        async fn $name($app: TestApp, $user: UserId) $body
        mod $name {
            use crate::kit::Engine;
            async fn run(engine: Engine) {
                if let Some((app, user)) = super::start(engine).await {
                    super::$name(app, user).await;
                }
            }
            #[actix_web::test]
            async fn sqlite() { run(Engine::Sqlite).await; }
            #[actix_web::test]
            async fn postgres() { run(Engine::Postgres).await; }
        }
    )+ };
}

both_with_sign_in! {
    async fn the_right_password_opens_a_session_and_the_wrong_one_does_not(app, id) {
        let reply = sign_in(&app, " Thandi@Example.org ", PASSWORD).await;
        let session: Session = reply.expect(200);
        assert_eq!(session.me.id, id);
        assert!(!session.me.permissions.is_empty());
        let me: Me = app.bearer(&session.access_token).get("/me").await.expect(200);
        assert_eq!(me.email, "thandi@example.org");
        cookie(&reply);
        sign_in(&app, "thandi@example.org", "jacaranda in blooM").await.problem(401, "sign-in-failed");
        app.anonymous().get("/me").await.problem(401, "unauthenticated");
        app.bearer("nonsense").get("/me").await.problem(401, "unauthenticated");
        let n = app.number("SELECT COUNT(*) AS n FROM event WHERE kind IN ('signed_in', 'sign_in_refused') AND subject_user_id = $1", vec![id.into()]).await;
        assert_eq!(n, 2);
    }

    async fn unknown_known_suspended_and_invited_people_are_answered_alike(app, id) {
        add(&app, "suspended@example.org", UserType::Superuser, false).await;
        app.sql("UPDATE app_user SET state = 'suspended' WHERE email = 'suspended@example.org'", vec![]).await;
        add(&app, "invited@example.org", UserType::Superuser, false).await;
        app.sql("UPDATE app_user SET state = 'invited', password_hash = NULL WHERE email = 'invited@example.org'", vec![]).await;
        let events = app.number("SELECT COUNT(*) AS n FROM event", vec![]).await;
        let mut answers = vec![];
        for (email, password) in [
            ("thandi@example.org", "not the password"), ("nobody@example.org", "not the password"),
            ("suspended@example.org", PASSWORD), ("invited@example.org", "not the password"),
        ] {
            let reply = sign_in(&app, email, password).await;
            reply.problem(401, "sign-in-failed");
            let mut body = reply.json();
            body.as_object_mut().unwrap().remove("instance");
            answers.push((body, reply.headers.iter().map(|h| h.0.clone()).collect::<Vec<_>>()));
        }
        assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:#?}");
        // Each has an attempt; those known have a line in their history, and nobody leaves one.
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM sign_in_attempt", vec![]).await, 4);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM event", vec![]).await, events + 3);
        let failed = "SELECT failed_sign_ins AS n FROM app_user WHERE id = $1";
        assert_eq!(app.number(failed, vec![id.into()]).await, 1);
    }

    async fn of_many_guesses_at_once_no_more_are_looked_at_than_the_limit(app, _id) {
        let guesses = (0..30).map(|i| {
            let app = &app;
            async move { sign_in(app, "thandi@example.org", &format!("guess {i}")).await.status }
        });
        let answers = futures_util::future::join_all(guesses).await;
        let looked_at = answers.iter().filter(|status| **status == 401).count();
        assert!(looked_at <= 10 && answers.iter().all(|status| [401, 429].contains(status)), "{answers:?}");
    }

    async fn ten_failures_lock_known_and_unknown_addresses_for_fifteen_minutes(app, _id) {
        for email in ["thandi@example.org", "nobody@example.org"] {
            for _ in 0..10 {
                sign_in(&app, email, "not the password").await.problem(401, "sign-in-failed");
            }
            let locked = sign_in(&app, email, PASSWORD).await;
            locked.problem(429, "too-many-requests");
            let wait: i64 = locked.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=900).contains(&wait), "{wait}");
        }
        // Trying on while locked does not make the lock longer.
        app.advance(TimeDelta::minutes(14));
        sign_in(&app, "thandi@example.org", PASSWORD).await.problem(429, "too-many-requests");
        app.advance(TimeDelta::seconds(61));
        sign_in(&app, "thandi@example.org", PASSWORD).await.expect::<Session>(200);
    }

    async fn a_success_forgives_the_failures_before_it(app, _id) {
        for _ in 0..9 {
            sign_in(&app, "thandi@example.org", "not the password").await.problem(401, "sign-in-failed");
            app.advance(TimeDelta::seconds(1));
        }
        sign_in(&app, "thandi@example.org", PASSWORD).await.expect::<Session>(200);
        app.advance(TimeDelta::seconds(1));
        for _ in 0..9 {
            sign_in(&app, "thandi@example.org", "not the password").await.problem(401, "sign-in-failed");
        }
        sign_in(&app, "thandi@example.org", PASSWORD).await.expect::<Session>(200);
    }

    async fn spraying_many_addresses_from_one_machine_is_stopped(app, _id) {
        let mut statuses = vec![];
        for i in 0..52 {
            let ask = app.anonymous().ask(Method::POST, "/auth/sign-in");
            let ask = ask.header("x-forwarded-for", format!("198.51.100.{i}"));
            statuses.push(ask.json(json!({"email": format!("u{i}@example.org"), "password": "x"})).send().await.status);
        }
        assert_eq!(statuses.iter().filter(|s| **s == 401).count(), 50);
        assert_eq!(statuses[50..], [429, 429]);
    }

    async fn a_monstrous_password_is_refused_without_hashing(app, _id) {
        sign_in(&app, "thandi@example.org", &"A".repeat(1 << 20)).await.problem(401, "sign-in-failed");
    }

    async fn the_refresh_token_turns_and_its_reuse_ends_the_session(app, id) {
        let reply = sign_in(&app, "thandi@example.org", PASSWORD).await;
        let first = cookie(&reply);
        let two = refresh(&app, &first).await;
        let second = cookie(&two);
        assert_ne!(first, second);
        let token = two.expect::<Session>(200).access_token;
        // Another tab a moment later gets the same next token.
        assert_eq!(cookie(&refresh(&app, &first).await), second);
        let third = cookie(&refresh(&app, &second).await);
        app.advance(TimeDelta::seconds(31));
        refresh(&app, &second).await.problem(401, "unauthenticated");
        refresh(&app, &third).await.problem(401, "unauthenticated");
        app.bearer(&token).get("/me").await.problem(401, "unauthenticated");
        let n = app.number("SELECT COUNT(*) AS n FROM event WHERE kind = 'sessions_revoked' AND subject_user_id = $1", vec![id.into()]).await;
        assert_eq!(n, 1);
    }

    async fn a_session_nobody_used_for_a_fortnight_is_over(app, _id) {
        let first = cookie(&sign_in(&app, "thandi@example.org", PASSWORD).await);
        app.advance(TimeDelta::days(15));
        refresh(&app, &first).await.problem(401, "unauthenticated");
        refresh(&app, "kept_refresh=rubbish").await.problem(401, "unauthenticated");
        app.anonymous().ask(Method::POST, "/auth/refresh").send().await.problem(401, "unauthenticated");
    }

    async fn signing_out_refuses_the_old_tokens_at_once(app, _id) {
        let reply = sign_in(&app, "thandi@example.org", PASSWORD).await;
        let (first, token) = (cookie(&reply), reply.expect::<Session>(200).access_token);
        app.bearer(&token).get("/me").await.expect::<Me>(200);
        let out = app.bearer(&token).ask(Method::POST, "/auth/sign-out").send().await;
        assert_eq!(out.status, 204);
        app.bearer(&token).get("/me").await.problem(401, "unauthenticated");
        refresh(&app, &first).await.problem(401, "unauthenticated");
        // By the cookie alone, as a browser whose access token has run out does it.
        let reply = sign_in(&app, "thandi@example.org", PASSWORD).await;
        let (first, token) = (cookie(&reply), reply.expect::<Session>(200).access_token);
        let out = app.anonymous().ask(Method::POST, "/auth/sign-out").header("cookie", &first).send().await;
        assert_eq!(out.status, 204);
        app.bearer(&token).get("/me").await.problem(401, "unauthenticated");
    }

    async fn access_tokens_run_out_and_are_not_good_before_their_time(app, _id) {
        let token = sign_in(&app, "thandi@example.org", PASSWORD).await.expect::<Session>(200).access_token;
        app.advance(TimeDelta::seconds(604));
        app.bearer(&token).get("/me").await.expect::<Me>(200);
        app.advance(TimeDelta::seconds(2));
        app.bearer(&token).get("/me").await.problem(401, "unauthenticated");
        let token = sign_in(&app, "thandi@example.org", PASSWORD).await.expect::<Session>(200).access_token;
        let (head, rest) = token.split_once('.').unwrap();
        let (body, signature) = rest.split_once('.').unwrap();
        for forged in [
            format!("{head}.{body}."),
            format!("{head}.{body}"),
            format!("eyJhbGciOiJub25lIn0.{body}."),
            format!("{head}.{body}.{}", signature.chars().rev().collect::<String>()),
            "A".repeat(100_000),
        ] {
            app.bearer(&forged).get("/me").await.problem(401, "unauthenticated");
        }
    }

    async fn a_new_signing_key_signs_and_the_old_one_verifies_until_its_tokens_are_over(app, id) {
        let old = sign_in::open_session(&app.kernel, id).await.unwrap();
        let new_kid = sign_in::rotate_keys(&app.kernel, &[app.organisation]).await.unwrap();
        let fresh = sign_in::open_session(&app.kernel, id).await.unwrap();
        app.bearer(&old).get("/me").await.expect::<Me>(200);
        app.bearer(&fresh).get("/me").await.expect::<Me>(200);
        let keys = app.anonymous().get("/.well-known/jwks.json").await.ok();
        let keys = keys["keys"].as_array().unwrap().clone();
        assert_eq!(keys.len(), 2);
        assert!(keys.iter().any(|k| k["kid"] == new_kid.as_str()));
        assert!(keys.iter().all(|k| k["crv"] == "Ed25519" && k.get("d").is_none()));
        app.advance(TimeDelta::minutes(13));
        let keys = app.anonymous().get("/.well-known/jwks.json").await.ok();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    }

    async fn a_first_password_must_be_changed_before_anything_else(app, _id) {
        add(&app, "first@example.org", UserType::Superuser, true).await;
        let session: Session = sign_in(&app, "first@example.org", PASSWORD).await.expect(200);
        assert!(session.me.must_change_password);
        let caller = app.bearer(&session.access_token);
        caller.get("/users").await.problem(403, "password-change-required");
        caller.get("/me").await.expect::<Me>(200);
        let change = |new: &str| json!({"current": PASSWORD, "new": new});
        assert_eq!(caller.post("/auth/password", change("short")).await.problem(422, "not-acceptable").errors[0].code, "too_short");
        assert_eq!(caller.post("/auth/password", change(PASSWORD)).await.problem(422, "not-acceptable").errors[0].code, "same_as_before");
        let wrong = json!({"current": "something else", "new": "bougainvillea hedge"});
        assert_eq!(caller.post("/auth/password", wrong).await.problem(422, "not-acceptable").errors[0].pointer, "/current");
        let reply = caller.post("/auth/password", change("bougainvillea hedge")).await;
        let after: Session = reply.expect(200);
        assert!(!after.me.must_change_password);
        caller.get("/me").await.problem(401, "unauthenticated");
        app.bearer(&after.access_token).get("/users").await.expect::<Value>(200);
        sign_in(&app, "first@example.org", PASSWORD).await.problem(401, "sign-in-failed");
        refresh(&app, &cookie(&reply)).await.expect::<Session>(200);
    }

    async fn the_second_factor_is_asked_for_and_each_code_works_once(app, _id) {
        let token = sign_in(&app, "thandi@example.org", PASSWORD).await.expect::<Session>(200).access_token;
        let caller = app.bearer(&token);
        let secret = caller.post("/me/totp", json!({})).await.ok()["secret"].as_str().unwrap().to_owned();
        caller.post("/me/totp/confirm", json!({"code": "000000"})).await.problem(422, "not-acceptable");
        let confirmed: Me = caller.post("/me/totp/confirm", json!({"code": code(&app, &secret)})).await.expect(200);
        assert!(confirmed.totp_enabled);
        caller.post("/me/totp", json!({})).await.problem(409, "state-forbids");
        let text = caller.get("/me").await.text();
        assert!(!text.contains(&secret));
        sign_in(&app, "thandi@example.org", PASSWORD).await.problem(401, "totp-required");
        let with = async |code: String| {
            app.anonymous().post("/auth/sign-in", json!({"email": "thandi@example.org", "password": PASSWORD, "code": code})).await
        };
        // The code that confirmed the app is used up.
        assert_eq!(with(code(&app, &secret)).await.problem(401, "totp-required").errors[0].pointer, "/code");
        app.advance(TimeDelta::seconds(60));
        let fresh = code(&app, &secret);
        with(fresh.clone()).await.expect::<Session>(200);
        with(fresh).await.problem(401, "totp-required");
        caller.post("/me/totp/remove", json!({"password": "not the password"})).await.problem(422, "not-acceptable");
        caller.post("/me/totp/remove", json!({"password": PASSWORD})).await.expect::<Me>(200);
        sign_in(&app, "thandi@example.org", PASSWORD).await.expect::<Session>(200);
    }

    async fn sessions_are_listed_and_ended_one_by_one(app, _id) {
        let here = sign_in(&app, "thandi@example.org", PASSWORD).await.expect::<Session>(200).access_token;
        let there = sign_in(&app, "thandi@example.org", PASSWORD).await.expect::<Session>(200).access_token;
        let list = app.bearer(&here).get("/me/sessions").await.ok();
        let other = list.as_array().unwrap().iter().find(|s| s["is_current"] == false).unwrap()["id"].as_str().unwrap().to_owned();
        assert_eq!(list.as_array().unwrap().len(), 2);
        let ended = app.bearer(&here).ask(Method::DELETE, format!("/me/sessions/{other}")).send().await;
        assert_eq!(ended.status, 204);
        app.bearer(&there).get("/me").await.problem(401, "unauthenticated");
        app.bearer(&here).ask(Method::DELETE, format!("/me/sessions/{other}")).send().await.problem(404, "not-found");
        // Somebody else's session is nobody's here.
        let stranger = add(&app, "other@example.org", UserType::Superuser, false).await;
        let theirs = sign_in::open_session(&app.kernel, stranger).await.unwrap();
        let id = app.bearer(&theirs).get("/me/sessions").await.ok()[0]["id"].as_str().unwrap().to_owned();
        app.bearer(&here).ask(Method::DELETE, format!("/me/sessions/{id}")).send().await.problem(404, "not-found");
        app.bearer(&theirs).get("/me").await.expect::<Me>(200);
    }

    async fn everybody_may_change_his_own_names_and_nothing_else(app, _id) {
        let attorney = add_attorney(&app).await;
        let token = sign_in::open_session(&app.kernel, attorney).await.unwrap();
        let caller = app.bearer(&token);
        let me: Me = caller.get("/me").await.expect(200);
        let body = json!({"first_name": "Joan", "surname": "Smith", "locale": "af"});
        let changed: Me = caller.patch("/me", me.version, body.clone()).await.expect(200);
        assert_eq!((changed.full_name(), changed.locale.as_deref()), ("Joan Smith".into(), Some("af")));
        caller.patch("/me", me.version, body).await.problem(412, "changed-meanwhile");
        for field in ["user_type", "permission_group_id", "organisation_id", "id", "version", "email", "state"] {
            let mut body = json!({"first_name": "J", "surname": "S"});
            body[field] = json!("x");
            caller.patch("/me", changed.version, body).await.problem(400, "body-malformed");
        }
    }

    async fn a_forgotten_password_link_is_mailed_to_those_known_and_nobody_can_tell(app, id) {
        for email in ["thandi@example.org", "nobody@example.org"] {
            let reply = app.anonymous().post("/auth/forgotten-password", json!({"email": email})).await;
            assert_eq!(reply.status, 204);
        }
        for _ in 0..200 {
            if app.number("SELECT COUNT(*) AS n FROM mail", vec![]).await > 0 { break; }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let token = sign_in::open_session(&app.kernel, id).await.unwrap();
        let inbox = app.bearer(&token).get("/inbox").await.ok();
        assert_eq!(inbox["items"].as_array().unwrap().len(), 1);
        let secret = secret_in(&app, &token, 0).await;
        let shown = app.anonymous().get(format!("/auth/invitations/{secret}")).await.ok();
        assert_eq!((shown["is_reset"].clone(), shown["email"].clone()), (json!(true), json!("thandi@example.org")));
        let reply = app.anonymous().post(format!("/auth/invitations/{secret}"), json!({"password": "frangipani evening"})).await;
        assert_eq!(reply.status, 204);
        // Choosing a new password ends what was open.
        app.bearer(&token).get("/me").await.problem(401, "unauthenticated");
        sign_in(&app, "thandi@example.org", PASSWORD).await.problem(401, "sign-in-failed");
        sign_in(&app, "thandi@example.org", "frangipani evening").await.expect::<Session>(200);
        let reply = app.anonymous().post(format!("/auth/invitations/{secret}"), json!({"password": "frangipani evening"})).await;
        reply.problem(410, "link-expired");
    }
}

fn code(app: &TestApp, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name("x")
        .build()
        .unwrap();
    totp.generate(u64::try_from(app.clock.now().timestamp()).unwrap())
        .to_string()
}

async fn add_attorney(app: &TestApp) -> UserId {
    app.user_in(app.organisation, UserType::Attorney, "Attorney", &[])
        .await
        .id()
}

/// The secret of the link in the n-th newest letter.
pub async fn secret_in(app: &TestApp, token: &str, n: usize) -> String {
    let inbox = app.bearer(token).get("/inbox").await.ok();
    let id = inbox["items"][n]["id"].as_str().unwrap().to_owned();
    let text = app.bearer(token).get(format!("/inbox/{id}")).await.ok()["text"]
        .as_str()
        .unwrap()
        .to_owned();
    text.split("/invitation/")
        .nth(1)
        .expect("a link")
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned()
}
