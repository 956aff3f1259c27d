//! The second factor: six digits every thirty seconds (RFC 6238). A used step is remembered, so that a code read over
//! somebody's shoulder is worth nothing.

use crate::kernel::Stop;
use chrono::{DateTime, Utc};
use kept_shared::sign_in::TotpEnrolment;
use totp_rs::{Builder, Secret, Totp};

fn totp(secret: &str, account: &str, issuer: &str) -> Result<Totp, Stop> {
    // The issuer and account are labels of an otpauth link, where a colon separates them.
    let label = |text: &str| text.replace(':', " ");
    let secret = Secret::try_from_base32(secret).map_err(|_| Stop::internal("a second factor is damaged"))?;
    Builder::new()
        .with_secret(secret)
        .with_skew(1)
        .with_account_name(label(account))
        .with_issuer(Some(label(issuer)))
        .build()
        .map_err(|e| Stop::internal(format!("second factor: {e}")))
}

/// A new secret, in every form a person may need it in.
pub fn enrol(account: &str, issuer: &str) -> Result<TotpEnrolment, Stop> {
    let secret = Secret::generate().to_base32();
    let uri = totp(&secret, account, issuer)?
        .to_url()
        .map_err(|e| Stop::internal(format!("second factor: {e}")))?;
    let code = qrcodegen::QrCode::encode_text(&uri, qrcodegen::QrCodeEcc::Medium).map_err(Stop::internal)?;
    let row = |y: i32| {
        (0..code.size())
            .map(|x| if code.get_module(x, y) { '1' } else { '0' })
            .collect()
    };
    Ok(TotpEnrolment {
        secret,
        qr: (0..code.size()).map(row).collect(),
        uri,
    })
}

/// The step a code belongs to, when it is right now and later than the last one used.
pub fn step(secret: &str, code: &str, last: Option<i64>, now: DateTime<Utc>) -> Result<Option<i64>, Stop> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let step = totp(secret, "x", "Kept")?
        .check(&code, seconds)
        .and_then(|step| i64::try_from(step).ok());
    Ok(step.filter(|step| last.is_none_or(|last| *step > last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_code_works_once_and_only_in_its_time() {
        let enrolment = enrol("a@b.org", "Umhlanga: Estates").unwrap();
        assert!(enrolment.uri.starts_with("otpauth://totp/"), "{}", enrolment.uri);
        assert!(enrolment.secret.len() >= 32 && enrolment.qr.len() == enrolment.qr[0].len());
        let at = |s: i64| DateTime::from_timestamp(s, 0).unwrap();
        let code = totp(&enrolment.secret, "x", "y")
            .unwrap()
            .generate(1_000_000_000)
            .to_string();
        let used = step(&enrolment.secret, &code, None, at(1_000_000_000)).unwrap();
        assert!(used.is_some());
        assert_eq!(step(&enrolment.secret, &code, used, at(1_000_000_000)).unwrap(), None);
        assert_eq!(step(&enrolment.secret, &code, None, at(1_000_000_200)).unwrap(), None);
        assert_eq!(step(&enrolment.secret, "12345", None, at(1_000_000_000)).unwrap(), None);
    }
}
