//! Access tokens: EdDSA JWTs of a few minutes that name a session. What the person may do is not in the token but looked
//! up, so that a token says nothing that could have become untrue.

use super::keys;
use crate::{
    kernel::{Authenticate, Caller, Kernel, Stop},
    users::principals,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use jsonwebtoken::{Algorithm, Header, Validation};
use kept_shared::{
    ids::{OrganisationId, SessionId, UserId},
    problem::Code,
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

const AUDIENCE: &str = "kept-api";
/// RFC 9068: an access token and nothing else.
const TYP: &str = "at+jwt";
/// Clocks of two machines may differ by this many seconds.
const LEEWAY: i64 = 5;
/// Longest token looked at; ours have about 500 bytes.
const LONGEST: usize = 2_048;
/// Verified tokens remembered at most.
const MOST: usize = 20_000;

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    org: OrganisationId,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: uuid::Uuid,
}

/// Signs a token for a session. Returns it with the instant it runs out.
pub async fn issue(
    kernel: &Arc<Kernel>,
    user: UserId,
    organisation: OrganisationId,
    session: SessionId,
) -> Result<(String, DateTime<Utc>), Stop> {
    let ring = keys::signing(kernel, organisation).await?;
    let key = keys::newest(&ring)?;
    let now = kernel.clock.now();
    let expires_at = now + TimeDelta::minutes(kernel.config.auth.access_minutes);
    let claims = Claims {
        iss: kernel.config.server.public_url.clone(),
        aud: AUDIENCE.into(),
        sub: user,
        sid: session,
        org: organisation,
        iat: now.timestamp(),
        nbf: now.timestamp(),
        exp: expires_at.timestamp(),
        jti: uuid::Uuid::new_v4(),
    };
    let header = Header {
        typ: Some(TYP.into()),
        kid: Some(key.kid.clone()),
        ..Header::new(Algorithm::EdDSA)
    };
    let token = jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(Stop::internal)?;
    Ok((token, expires_at))
}

/// What a verified token says.
#[derive(Clone, Copy)]
struct Verified {
    session: SessionId,
    user: UserId,
    /// Unix seconds.
    until: i64,
}

/// Tokens this process has verified, by hash: the signature of a token is checked once, its age every time.
#[derive(Default)]
pub struct VerifiedTokens(RwLock<HashMap<[u8; 32], Verified>>);

/// Turns our own access tokens into callers.
#[derive(Clone, Copy, Debug)]
pub struct AccessTokens;

impl Authenticate for AccessTokens {
    fn authenticate<'a>(&'a self, kernel: &'a Arc<Kernel>, token: &'a str) -> BoxFuture<'a, Result<Arc<Caller>, Stop>> {
        Box::pin(async move {
            let verified = verified(kernel, token).await?;
            let caller = principals::principal(kernel, verified.session).await?;
            if caller.user_id == Some(verified.user) {
                Ok(caller)
            } else {
                Err(Code::Unauthenticated.into())
            }
        })
    }
}

async fn verified(kernel: &Arc<Kernel>, token: &str) -> Result<Verified, Stop> {
    let refused = || Stop::from(Code::Unauthenticated);
    if token.len() > LONGEST {
        return Err(refused());
    }
    let now = kernel.clock.now();
    let cache = kernel.slot::<VerifiedTokens>();
    let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let known = cache
        .0
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&hash)
        .copied();
    let found = match known {
        Some(found) => found,
        None => {
            let found = verify(kernel, token, now).await.ok_or_else(refused)?;
            let mut map = cache.0.write().unwrap_or_else(PoisonError::into_inner);
            if map.len() >= MOST {
                map.retain(|_, v| v.until + LEEWAY > now.timestamp());
            }
            if map.len() < MOST {
                map.insert(hash, found);
            }
            found
        }
    };
    if found.until + LEEWAY > now.timestamp() {
        Ok(found)
    } else {
        Err(refused())
    }
}

async fn verify(kernel: &Arc<Kernel>, token: &str, now: DateTime<Utc>) -> Option<Verified> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    // Exactly what we write, and nothing that asks for a key from elsewhere or for an extension.
    let kid = header.kid.as_deref()?;
    let plain = header.alg == Algorithm::EdDSA && header.typ.as_deref() == Some(TYP);
    let foreign = header.jku.is_some()
        || header.jwk.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some()
        || header.x5t.is_some()
        || header.x5t_s256.is_some()
        || header.crit.is_some()
        || header.cty.is_some();
    if !plain || foreign {
        return None;
    }
    let ring = keys::for_kid(kernel, kid).await.ok()?;
    let key = ring.iter().find(|k| k.kid == kid)?;
    if !key.verifies(now, kernel.config.auth.access_minutes) {
        return None;
    }
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[&kernel.config.server.public_url]);
    validation.set_required_spec_claims(&["exp", "nbf", "sub", "aud", "iss"]);
    // Our own clock decides on time, below, with our own leeway.
    validation.validate_exp = false; // nosemgrep: jwt-insecure
    validation.validate_nbf = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation)
        .ok()?
        .claims;
    let seconds = now.timestamp();
    let in_time = claims.exp + LEEWAY > seconds
        && claims.nbf <= seconds + LEEWAY
        && claims.iat <= seconds + LEEWAY
        && claims.exp - claims.iat <= kernel.config.auth.access_minutes * 60;
    in_time.then_some(Verified {
        session: claims.sid,
        user: claims.sub,
        until: claims.exp,
    })
}
