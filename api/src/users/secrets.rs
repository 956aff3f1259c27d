//! Secrets that travel: refresh tokens and one-time links. 256 random bits, only a hash is stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// 256 random bits as base64url, 43 characters.
pub fn new_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is stored of a secret: its SHA-256 as hex. A random secret needs no slow hash.
pub fn stored_form(secret: &str) -> String {
    Sha256::digest(secret.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// The secret that follows `secret` under a session's own key. Two browser tabs that refresh at once get the same one.
pub fn next_secret(key: &str, secret: &str) -> String {
    let hmac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes());
    URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&hmac, secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn secrets_are_long_differ_and_follow_each_other_by_key() {
        let (a, b) = (new_secret(), new_secret());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
        assert_eq!(next_secret("k", &a), next_secret("k", &a));
        assert_ne!(next_secret("k", &a), next_secret("l", &a));
        assert_ne!(next_secret("k", &a), a);
        assert_eq!(
            stored_form("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
