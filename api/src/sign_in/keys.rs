//! The ring of signing keys: the newest signs, older ones verify until the last token they signed has run out.

use crate::kernel::{Kernel, Limit, NoContent, Read, Stop, Subject};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use kept_shared::{event::Event, ids::OrganisationId};
use sea_orm::FromQueryResult;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

const RING: Limit = Limit::Unscoped("signing keys belong to the installation");
/// How long a process may sign with what it knows, so also how much longer a retired key verifies.
const FRESH: Duration = Duration::from_secs(60);
/// An unknown `kid` makes the ring be read again, at most this often.
const AGAIN: Duration = Duration::from_secs(1);

/// One key.
pub struct Key {
    pub kid: String,
    /// The public key as base64url, the `x` of its JWK.
    pub x: String,
    pub encoding: EncodingKey,
    pub decoding: DecodingKey,
    retired_at: Option<DateTime<Utc>>,
}

impl Key {
    /// Whether tokens of this key still count.
    pub fn verifies(&self, now: DateTime<Utc>, access_minutes: i64) -> bool {
        let longest = TimeDelta::minutes(access_minutes) + TimeDelta::seconds(120);
        self.retired_at.is_none_or(|at| now < at + longest)
    }
}

/// The ring as this process knows it.
#[derive(Default)]
pub struct Ring(RwLock<Option<(Instant, Arc<Vec<Key>>)>>);

#[derive(FromQueryResult)]
struct Row {
    kid: String,
    pkcs8: Vec<u8>,
    retired_at: Option<DateTime<Utc>>,
}

async fn read_ring(read: &Read) -> Result<Vec<Key>, Stop> {
    let rows: Vec<Row> = read
        .report(
            RING,
            "SELECT kid, pkcs8, retired_at FROM signing_key ORDER BY created_at DESC, kid",
            vec![],
        )
        .await?;
    let key = |row: Row| -> Result<Key, Stop> {
        let pair = Ed25519KeyPair::from_pkcs8(&row.pkcs8).map_err(|_| Stop::internal("a signing key is damaged"))?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Ok(Key {
            decoding: DecodingKey::from_ed_components(&x).map_err(Stop::internal)?,
            encoding: EncodingKey::from_ed_der(&row.pkcs8),
            kid: row.kid,
            x,
            retired_at: row.retired_at,
        })
    };
    rows.into_iter().map(key).collect()
}

/// The keys, read again when older than `at_most`.
async fn ring(kernel: &Arc<Kernel>, at_most: Duration) -> Result<Arc<Vec<Key>>, Stop> {
    let slot = kernel.slot::<Ring>();
    if let Some((at, keys)) = slot.0.read().unwrap_or_else(PoisonError::into_inner).as_ref()
        && at.elapsed() < at_most
    {
        return Ok(keys.clone());
    }
    let asked_at = Instant::now();
    let keys = Arc::new(read_ring(&kernel.read_everything("signing keys").await?).await?);
    *slot.0.write().unwrap_or_else(PoisonError::into_inner) = Some((asked_at, keys.clone()));
    Ok(keys)
}

/// All keys, for the JWKS.
pub async fn published(kernel: &Arc<Kernel>) -> Result<Arc<Vec<Key>>, Stop> {
    ring(kernel, FRESH).await
}

/// The keys to look a `kid` up in; one that is unknown may be a minute old elsewhere.
pub async fn for_kid(kernel: &Arc<Kernel>, kid: &str) -> Result<Arc<Vec<Key>>, Stop> {
    let keys = ring(kernel, FRESH).await?;
    if keys.iter().any(|k| k.kid == kid) {
        Ok(keys)
    } else {
        ring(kernel, AGAIN).await
    }
}

/// The keys with one that signs, made now if there is none.
pub async fn signing(kernel: &Arc<Kernel>, organisation: OrganisationId) -> Result<Arc<Vec<Key>>, Stop> {
    let usable = |keys: &[Key]| keys.iter().any(|k| k.retired_at.is_none());
    let keys = ring(kernel, FRESH).await?;
    if usable(&keys) {
        return Ok(keys);
    }
    let keys = ring(kernel, Duration::ZERO).await?;
    if usable(&keys) {
        return Ok(keys);
    }
    rotate(kernel, &[organisation]).await?;
    ring(kernel, Duration::ZERO).await
}

/// The newest key that is not retired.
pub fn newest(keys: &[Key]) -> Result<&Key, Stop> {
    keys.iter()
        .find(|k| k.retired_at.is_none())
        .ok_or_else(|| Stop::internal("no signing key"))
}

/// Makes a new key and retires the ones before. The organisations get it into their audit trail. Returns the `kid`.
pub async fn rotate(kernel: &Arc<Kernel>, organisations: &[OrganisationId]) -> Result<String, Stop> {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| Stop::internal("no randomness"))?;
    let kid = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 9]>());
    let tx = kernel.write_everything("signing keys").await?;
    let now = tx.now();
    tx.execute(
        RING,
        "UPDATE signing_key SET retired_at = $1 WHERE retired_at IS NULL",
        vec![now.into()],
    )
    .await?;
    tx.execute(
        RING,
        "INSERT INTO signing_key (kid, pkcs8, created_at) VALUES ($1, $2, $3)",
        vec![kid.clone().into(), pkcs8.as_ref().to_vec().into(), now.into()],
    )
    .await?;
    let events = organisations
        .iter()
        .map(|id| (Subject::organisation(*id), Event::SigningKeyMade { kid: kid.clone() }))
        .collect();
    tx.finish_bulk(events, NoContent).await?;
    let slot = kernel.slot::<Ring>();
    *slot.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    Ok(kid)
}
