//! Sending by SMTP, with the kernel's back-off.

use super::entity;
use crate::kernel::{Job, JobContext, Limit, Tx};
use kept_shared::{
    event::Event,
    ids::{MailId, OrganisationId},
    mail::MailState,
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header},
};
use secrecy::ExposeSecret;
use std::time::Duration;

const ONE: Limit = Limit::Unscoped("one letter the outbox loaded through the scope");

/// Sends one letter, once.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct SendMail {
    pub mail: MailId,
    pub organisation: OrganisationId,
}

#[derive(Clone)]
struct OutboxId(String);
impl header::Header for OutboxId {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("X-Kept-Outbox-Id")
    }
    fn parse(s: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(s.into()))
    }
    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), self.0.clone())
    }
}

#[async_trait::async_trait]
impl Job for SendMail {
    const KIND: &'static str = "mail.send";
    const PRIORITY: i64 = 50;

    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let read = cx.read(self.organisation, "outbox").await?;
        let mail = read.get::<entity::Entity>(self.mail).await?;
        drop(read);
        if mail.state != MailState::Queued {
            return Ok(());
        }
        match send(cx, &mail).await {
            Ok(()) => {
                let text = super::without_secrets(&mail.body_text);
                let set = "UPDATE mail SET state = 'sent', sent_at = $1, attempts = attempts + 1, last_error = NULL, body_text = $2 WHERE id = $3";
                self.record(cx, set, vec![cx.now().into(), text.into(), self.mail.into()])
                    .await
            }
            Err(e) => {
                let why = format!("{e:#}");
                let set = "UPDATE mail SET attempts = attempts + 1, last_error = $1 WHERE id = $2";
                self.record(cx, set, vec![why.into(), self.mail.into()]).await?;
                Err(e)
            }
        }
    }

    async fn gave_up(&self, cx: &JobContext, why: &str) -> anyhow::Result<()> {
        let set = "UPDATE mail SET state = 'failed', last_error = $1 WHERE id = $2 AND state = 'queued'";
        self.record(cx, set, vec![why.into(), self.mail.into()]).await
    }
}

impl SendMail {
    async fn record(&self, cx: &JobContext, sql: &str, values: Vec<sea_orm::Value>) -> anyhow::Result<()> {
        let tx: Tx = cx.write(self.organisation, "outbox").await?;
        tx.execute(ONE, sql, values).await?;
        let event = Event::JobDone {
            kind: Self::KIND.into(),
        };
        tx.finish(
            crate::kernel::Subject::organisation(self.organisation),
            event,
            crate::kernel::NoContent,
        )
        .await?;
        Ok(())
    }
}

async fn send(cx: &JobContext, mail: &entity::Model) -> anyhow::Result<()> {
    let config = &cx.kernel().config.mail;
    anyhow::ensure!(config.mode == "smtp", "mail.mode is no longer smtp");
    let from: Mailbox = config.from.parse()?;
    let to = Mailbox::new(Some(mail.to_name.clone()), mail.to_address.parse()?);
    let message = Message::builder()
        .message_id(Some(mail.message_id.clone()))
        .from(from)
        .to(to)
        .subject(mail.subject.clone())
        .header(OutboxId(mail.id.to_string()))
        .header(header::ContentType::TEXT_PLAIN)
        .body(mail.body_text.clone())?;
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.smtp_url.expose_secret())?
        .timeout(Some(Duration::from_secs(30)))
        .build();
    transport.send(message).await?;
    Ok(())
}
