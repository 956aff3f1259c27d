//! Hashing passwords: Argon2id, off the threads that answer requests, never more at once than there are cores.

use crate::kernel::Stop;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// 19 MiB, 2 passes, 1 lane: OWASP's first recommendation, about 50 ms here.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

static SLOTS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

fn hasher() -> Result<Argon2<'static>, Stop> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(Stop::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string to store. Errors: internal only; the caller has checked the password's rules.
pub async fn hash(password: &str) -> Result<String, Stop> {
    let password = password.to_owned();
    off_thread(move || {
        let hash: PasswordHash = hasher()?.hash_password(password.as_bytes()).map_err(Stop::internal)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password is the stored one. Without a stored one the same work is done, so that the time tells nothing.
pub async fn verify(password: &str, stored: Option<&str>) -> Result<bool, Stop> {
    // The hash of 32 random bytes nobody kept, with the parameters above.
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$ZnJvbSB0aGUgZW1wdHkgc2V0$5VtQFr4VN0r3eE0n1sGf7dZzq3m3n0kUqB1q2Yk8l2M";
    let (password, stored, known) = (
        password.to_owned(),
        stored.unwrap_or(NOBODYS).to_owned(),
        stored.is_some(),
    );
    off_thread(move || {
        let parsed = PasswordHash::new(&stored).map_err(Stop::internal)?;
        Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, Stop> + Send + 'static) -> Result<T, Stop> {
    let _slot = SLOTS.acquire().await.map_err(Stop::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Stop::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;
    #[tokio::test]
    async fn a_hash_verifies_its_password_only_and_is_salted() {
        let (a, b) = (
            hash("correct horse").await.unwrap(),
            hash("correct horse").await.unwrap(),
        );
        assert_ne!(a, b);
        assert!(a.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse", Some(&a)).await.unwrap());
        assert!(!verify("correct horsf", Some(&a)).await.unwrap());
        assert!(!verify("correct horse", None).await.unwrap());
    }
}
