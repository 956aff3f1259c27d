use crate::kernel::{Rooted, Scope, Visible, scope::same_organisation};
use kept_shared::{
    ids::{AccountId, MailId, OrganisationId},
    mail::{self as wire, MailState},
};
use sea_orm::{Condition, Set, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    pub organisation_id: OrganisationId,
    pub to_address: String,
    pub to_name: String,
    pub subject: String,
    pub body_text: String,
    pub body_html: Option<String>,
    pub message_id: String,
    pub state: MailState,
    pub attempts: i64,
    pub last_error: Option<String>,
    pub created_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
    /// Whom it is about.
    pub account_id: Option<AccountId>,
    /// Whose act it was, by name; empty for what nobody did by hand.
    pub sent_by_name: Option<String>,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        same_organisation(scope, Column::OrganisationId)
    }
}
impl Rooted for ActiveModel {
    fn attach(&mut self, organisation: OrganisationId) {
        self.organisation_id = Set(organisation);
    }
}

impl Model {
    pub fn line(&self) -> wire::MailLine {
        wire::MailLine {
            id: self.id,
            to_address: self.to_address.clone(),
            to_name: self.to_name.clone(),
            subject: self.subject.clone(),
            state: self.state,
            created_at: self.created_at,
            sent_at: self.sent_at,
        }
    }
    pub fn sent(&self) -> wire::Sent {
        wire::Sent {
            id: self.id,
            at: self.created_at,
            kind: wire::SentKind::Email,
            subject: self.subject.clone(),
            to_name: self.to_name.clone(),
            to_address: self.to_address.clone(),
            sent_by: self.sent_by_name.clone().unwrap_or_default(),
            state: self.state,
            sent_at: self.sent_at,
        }
    }
    /// Captured mail is shown whole, since nobody else will deliver it; other mail without its one-time links.
    pub fn view(&self) -> wire::Mail {
        let captured = self.state == MailState::Captured;
        wire::Mail {
            id: self.id,
            to_address: self.to_address.clone(),
            to_name: self.to_name.clone(),
            subject: self.subject.clone(),
            text: if captured {
                self.body_text.clone()
            } else {
                super::without_secrets(&self.body_text)
            },
            message_id: self.message_id.clone(),
            state: self.state,
            attempts: self.attempts,
            last_error: self.last_error.clone(),
            created_at: self.created_at,
            sent_at: self.sent_at,
        }
    }
}
