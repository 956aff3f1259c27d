//! Mail: the captured inbox of a demo or test installation, and the outbox of a real one.

mod letter;
mod page;

pub use page::InboxPage;

use crate::kernel::{api::Api, i18n::t};
use kept_shared::{
    ids::MailId,
    mail::{Mail, MailFilter, MailLine, MailState},
    page::Page,
    problem::Problem,
};

impl Api {
    pub async fn letters(self, filter: &MailFilter) -> Result<Page<MailLine>, Problem> {
        self.list("/inbox", filter).await
    }
    pub async fn letter(self, id: MailId) -> Result<Mail, Problem> {
        self.get(&format!("/inbox/{id}")).await
    }
}

/// Tone and word of a letter's state.
pub fn state_word(state: MailState) -> (&'static str, &'static str) {
    match state {
        MailState::Captured => ("info", t::inbox::captured()),
        MailState::Queued => ("warn", t::inbox::queued()),
        MailState::Sent => ("good", t::inbox::sent()),
        MailState::Failed => ("bad", t::inbox::failed()),
    }
}
