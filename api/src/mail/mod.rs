//! Outgoing mail. A letter is a row written in the transaction that caused it; a job sends it by SMTP, or it stays in
//! the captured inbox (demo, tests, trials). Each letter has one Message-ID for ever, so that a mail server or a reader
//! can tell a repeated attempt from a second letter.

mod entity;
mod jobs;
mod queries;
mod routes;

pub use jobs::SendMail;
pub use queries::about;
pub use routes::routes;

use crate::kernel::{Stop, Tx, When};
use kept_shared::{
    ids::{AccountId, MailId},
    mail::MailState,
};
use sea_orm::Set;

/// A plain-text letter to one person.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to_address: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    /// The customer it is about, loaded within reach; found again in what was sent about that customer.
    pub account: Option<AccountId>,
}

/// Queues a letter inside the transaction: it leaves if and only if the transaction commits.
pub async fn queue(tx: &Tx, letter: Letter) -> Result<MailId, Stop> {
    let id = MailId(uuid::Uuid::now_v7());
    let capture = tx.kernel().config.mail.mode == "capture";
    let host = sender_host(&tx.kernel().config.mail.from);
    tx.create(entity::ActiveModel {
        id: Set(id),
        to_address: Set(letter.to_address),
        to_name: Set(one_line(&letter.to_name)),
        subject: Set(one_line(&letter.subject)),
        body_text: Set(letter.text),
        body_html: Set(None),
        message_id: Set(format!("<{id}@{host}>")),
        state: Set(if capture {
            MailState::Captured
        } else {
            MailState::Queued
        }),
        attempts: Set(0),
        last_error: Set(None),
        created_at: Set(tx.now()),
        sent_at: Set(None),
        account_id: Set(letter.account),
        sent_by_name: Set(tx.caller().user_id.map(|_| tx.caller().name.clone())),
        ..Default::default()
    })
    .await?;
    if !capture {
        tx.enqueue(
            &SendMail {
                mail: id,
                organisation: tx.organisation()?,
            },
            When::Now,
        )
        .await?;
    }
    Ok(id)
}

/// Header text holds no line breaks: nobody's name may add a header.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}

fn sender_host(from: &str) -> &str {
    let host = from.rsplit('@').next().unwrap_or_default().trim_end_matches('>').trim();
    if host.is_empty() { "localhost" } else { host }
}

/// The text without what opens a door: one-time links that have left the house are not kept readable.
fn without_secrets(text: &str) -> String {
    const MARK: &str = "/invitation/";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        let (before, after) = rest.split_at(at + MARK.len());
        out.push_str(before);
        out.push('…');
        rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_name_cannot_add_a_header() {
        assert_eq!(one_line("Eve\r\nBcc: all@example.org"), "Eve  Bcc: all@example.org");
    }
    #[test]
    fn the_host_of_the_sender_is_found() {
        assert_eq!(sender_host("Kept <kept@mail.example.org>"), "mail.example.org");
        assert_eq!(sender_host("kept@localhost"), "localhost");
        assert_eq!(sender_host(""), "localhost");
    }
    #[test]
    fn links_are_blotted_out() {
        assert_eq!(
            without_secrets("a\nhttps://k/invitation/aB-_9\nb /invitation/x."),
            "a\nhttps://k/invitation/…\nb /invitation/…."
        );
    }
}
