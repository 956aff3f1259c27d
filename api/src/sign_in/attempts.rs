//! Slowing down guessing. Each attempt is written down before the password is looked at and counted again after that, so
//! that a burst cannot slip through; only failures count. Known and unknown addresses are treated alike. Attempts are no
//! part of anybody's book: they have no organisation and no event, and are forgotten after 30 days.

use crate::kernel::{Kernel, Limit, Stop, Tx};
use actix_web::HttpRequest;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use std::{net::IpAddr, sync::Arc};

/// The window failures are counted in, in minutes, for network addresses.
const WINDOW: i64 = 15;
/// Longest e-mail address; anything longer is nobody's.
pub const LONGEST_EMAIL: usize = 254;

/// An attempt under way.
#[derive(Debug)]
pub struct Attempt {
    id: uuid::Uuid,
}

/// Too many failures: try again after so many seconds.
#[derive(Debug, PartialEq, Eq)]
pub struct Wait(pub i64);

#[derive(FromQueryResult)]
struct Failures {
    n: i64,
    oldest: Option<DateTime<Utc>>,
}

async fn run(kernel: &Kernel, sql: &str, values: Vec<Value>) -> Result<u64, Stop> {
    let conn = kernel.db.writer();
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.execute_raw(statement).await?.rows_affected())
}

async fn failures(kernel: &Kernel, column: &str, value: &str, since: DateTime<Utc>) -> Result<Failures, Stop> {
    let conn = kernel.db.writer();
    // Failures before the last success of the same address in the window do not count against it.
    let success = if column == "email" {
        "AND at > COALESCE((SELECT MAX(at) FROM sign_in_attempt WHERE email = $4 AND succeeded = $5), $6)"
    } else {
        ""
    };
    let sql = format!(
        "SELECT COUNT(*) AS n, MIN(at) AS oldest FROM sign_in_attempt WHERE {column} = $1 AND at > $2 AND succeeded = $3 {success}"
    );
    let mut values: Vec<Value> = vec![value.into(), since.into(), false.into()];
    if column == "email" {
        values.extend([value.into(), true.into(), since.into()]);
    }
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Failures::find_by_statement(statement)
        .one(conn)
        .await?
        .unwrap_or(Failures { n: 0, oldest: None }))
}

/// Writes the attempt down. `Err(Wait)` when the e-mail or the network address has failed too often.
pub async fn begin(kernel: &Arc<Kernel>, email: &str, address: &str) -> Result<Result<Attempt, Wait>, Stop> {
    let now = kernel.clock.now();
    let email: String = email.chars().take(LONGEST_EMAIL).collect();
    // Those who must wait anyway cost reads only.
    if let Some(wait) = too_many(kernel, &email, address, now, 0).await? {
        return Ok(Err(wait));
    }
    let attempt = Attempt {
        id: uuid::Uuid::now_v7(),
    };
    run(
        kernel,
        "INSERT INTO sign_in_attempt (id, email, ip, at, succeeded) VALUES ($1, $2, $3, $4, $5)",
        vec![
            attempt.id.into(),
            email.as_str().into(),
            address.into(),
            now.into(),
            false.into(),
        ],
    )
    .await?;
    // Of many at once each has now seen the others.
    if let Some(wait) = too_many(kernel, &email, address, now, 1).await? {
        attempt.undecided(kernel).await?;
        return Ok(Err(wait));
    }
    Ok(Ok(attempt))
}

/// How long to wait, if there are more failures than allowed besides `own` that are the caller's.
async fn too_many(
    kernel: &Kernel,
    email: &str,
    address: &str,
    now: DateTime<Utc>,
    own: i64,
) -> Result<Option<Wait>, Stop> {
    let auth = &kernel.config.auth;
    for (column, value, minutes, most) in [
        ("email", email, auth.lock_minutes, auth.lock_after),
        ("ip", address, WINDOW, auth.attempts_per_address),
    ] {
        let window = TimeDelta::minutes(minutes);
        let found = failures(kernel, column, value, now - window).await?;
        if found.n - own >= most {
            let until = found.oldest.unwrap_or(now) + window;
            return Ok(Some(Wait((until - now).num_seconds().max(1))));
        }
    }
    Ok(None)
}

impl Attempt {
    /// The attempt was good; earlier failures of this e-mail address no longer count.
    pub async fn succeeded(&self, kernel: &Kernel) -> Result<(), Stop> {
        run(
            kernel,
            "UPDATE sign_in_attempt SET succeeded = $1 WHERE id = $2",
            vec![true.into(), self.id.into()],
        )
        .await?;
        Ok(())
    }
    /// The attempt was neither: the password is right, the code is still to come.
    pub async fn undecided(&self, kernel: &Kernel) -> Result<(), Stop> {
        run(
            kernel,
            "DELETE FROM sign_in_attempt WHERE id = $1",
            vec![self.id.into()],
        )
        .await?;
        Ok(())
    }
    /// The attempt failed; it stays as it was written. Writing it again costs as much as it does to write down the
    /// failure of somebody known.
    pub async fn failed(&self, tx: &Tx) -> Result<(), Stop> {
        tx.execute(
            Limit::Unscoped("an attempt belongs to no organisation"),
            "UPDATE sign_in_attempt SET succeeded = $1 WHERE id = $2",
            vec![false.into(), self.id.into()],
        )
        .await?;
        Ok(())
    }
}

/// The client's network address. `X-Forwarded-For` counts only when the connection comes from a configured proxy, and
/// then its last hop that is not itself such a proxy.
pub fn address_of(req: &HttpRequest, proxies: &[String]) -> String {
    let peer = req.peer_addr().map(|a| a.ip());
    let forwarded = req
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .map(|hop| hop.trim().to_owned())
        .collect::<Vec<_>>();
    client(peer, &forwarded, proxies)
}

fn client(peer: Option<IpAddr>, hops: &[String], proxies: &[String]) -> String {
    let Some(peer) = peer else { return "unknown".into() };
    let trusted = |ip: &IpAddr| proxies.iter().any(|p| p.parse::<IpAddr>().is_ok_and(|p| p == *ip));
    let mut address = peer;
    for hop in hops.iter().rev() {
        if !trusted(&address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(ip) => address = ip,
            Err(_) => break,
        }
    }
    address.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    fn of(peer: &str, hops: &[&str], proxies: &[&str]) -> String {
        let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        client(peer.parse().ok(), &own(hops), &own(proxies))
    }
    #[test]
    fn forwarded_addresses_count_only_from_configured_proxies() {
        assert_eq!(of("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(of("10.0.0.1", &["198.51.100.1"], &["10.0.0.1"]), "198.51.100.1");
        // A client may write what it likes in front: only the hop our proxy added is believed.
        assert_eq!(
            of("10.0.0.1", &["1.1.1.1", "198.51.100.1"], &["10.0.0.1"]),
            "198.51.100.1"
        );
        assert_eq!(
            of("10.0.0.1", &["198.51.100.1", "10.0.0.2"], &["10.0.0.1", "10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(of("10.0.0.1", &["nonsense"], &["10.0.0.1"]), "10.0.0.1");
    }
}
