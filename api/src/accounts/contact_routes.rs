//! HTTP of debtors and contacts.

use super::contact_actions as actions;
use super::entity::{self, contact, debtor};
use super::queries;
use crate::kernel::{Access, Body, Created, IfMatch, NoContent, Path, Problems, Request, Resource, Revised, Stop, may};
use actix_web::{delete, post, put};
use kept_shared::accounts::{Debtor, DebtorEdit, NewDebtor};
use kept_shared::contacts::{Contact, NewContact};
use kept_shared::event::Event;
use kept_shared::ids::{AccountId, ContactId, DebtorId};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Debtor {
    /// Debtors are read with their account.
    fn path(&self) -> String {
        format!("/api/v1/accounts/{}", self.account_id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}
impl Resource for Contact {
    fn path(&self) -> String {
        format!("/api/v1/contacts/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Add a debtor
///
/// A co-debtor or guarantor. To make it the primary one, change its role afterwards.
#[utoipa::path(tag = "accounts", operation_id = "add_debtor",
    params(("account_id" = AccountId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = NewDebtor, example = json!({"role": "guarantor", "kind": "natural", "first_name": "Sipho", "last_name": "Dlamini"})),
    responses((status = 201, body = Debtor), Problems<404, 422>),
    security(("bearer" = ["accounts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/debtors")]
async fn add_debtor(
    access: Access<may::EditAccounts>,
    id: Path<AccountId>,
    new: Body<NewDebtor>,
) -> Result<Created<Debtor>, Stop> {
    let tx = access.write(&new.request).await?;
    let account = tx.get::<entity::Entity>(*id).await?;
    let debtor = actions::add_debtor(&tx, &account, new.value).await?;
    let reply = Created::new(queries::debtor(&tx, &debtor).await?);
    tx.finish(account.id, Event::DebtorAdded { debtor: debtor.id }, reply)
        .await
}

/// Change a debtor
///
/// With the role `primary` it takes the place of the present primary debtor.
#[utoipa::path(tag = "accounts", operation_id = "edit_debtor",
    params(("debtor_id" = DebtorId, Path), ("If-Match" = String, Header, example = "\"1\"")), request_body = DebtorEdit,
    responses((status = 200, body = Debtor), Problems<404, 412, 422, 428>),
    security(("bearer" = ["accounts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/debtors/{debtor_id}")]
async fn edit_debtor(
    access: Access<may::EditAccounts>,
    id: Path<DebtorId>,
    expected: IfMatch,
    new: Body<DebtorEdit>,
) -> Result<Revised<Debtor>, Stop> {
    let tx = access.write(&new.request).await?;
    let debtor = tx.get::<debtor::Entity>(*id).await?;
    let account = tx.get::<entity::Entity>(debtor.account_id).await?;
    let (debtor, fields) = actions::edit_debtor(&tx, &account, debtor, expected, new.value).await?;
    let event = Event::DebtorChanged {
        debtor: debtor.id,
        fields,
    };
    let reply = Revised::new(queries::debtor(&tx, &debtor).await?);
    tx.finish(account.id, event, reply).await
}

/// Remove a debtor
///
/// With its contacts. The primary debtor cannot be removed.
#[utoipa::path(tag = "accounts", operation_id = "remove_debtor",
    params(("debtor_id" = DebtorId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    responses((status = 204), Problems<404, 409, 412, 428>),
    security(("bearer" = ["accounts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[delete("/debtors/{debtor_id}")]
async fn remove_debtor(
    access: Access<may::EditAccounts>,
    id: Path<DebtorId>,
    expected: IfMatch,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let debtor = tx.get::<debtor::Entity>(*id).await?;
    let account = tx.get::<entity::Entity>(debtor.account_id).await?;
    let event = Event::DebtorRemoved { debtor: debtor.id };
    actions::remove_debtor(&tx, &account, debtor, expected).await?;
    tx.finish(account.id, event, NoContent).await
}

/// Add a contact
///
/// A phone number in any spelling (stored as E.164), an e-mail or a postal address. The first of its kind is primary.
#[utoipa::path(tag = "accounts", operation_id = "add_contact",
    params(("debtor_id" = DebtorId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = NewContact,
    responses((status = 201, body = Contact), Problems<404, 409, 422>),
    security(("bearer" = ["contacts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/debtors/{debtor_id}/contacts")]
async fn add_contact(
    access: Access<may::EditContacts>,
    id: Path<DebtorId>,
    new: Body<NewContact>,
) -> Result<Created<Contact>, Stop> {
    let tx = access.write(&new.request).await?;
    let debtor = tx.get::<debtor::Entity>(*id).await?;
    let account = tx.get::<entity::Entity>(debtor.account_id).await?;
    let contact = actions::add_contact(&tx, &account, &debtor, new.value).await?;
    let event = Event::ContactAdded { contact: contact.id };
    tx.finish(account.id, event, Created::new(contact.view())).await
}

/// Change a contact
///
/// Takes the whole contact; the kind stays.
#[utoipa::path(tag = "accounts", operation_id = "edit_contact",
    params(("contact_id" = ContactId, Path), ("If-Match" = String, Header, example = "\"1\"")), request_body = NewContact,
    responses((status = 200, body = Contact), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["contacts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/contacts/{contact_id}")]
async fn edit_contact(
    access: Access<may::EditContacts>,
    id: Path<ContactId>,
    expected: IfMatch,
    new: Body<NewContact>,
) -> Result<Revised<Contact>, Stop> {
    let tx = access.write(&new.request).await?;
    let contact = tx.get::<contact::Entity>(*id).await?;
    let account = tx.get::<entity::Entity>(contact.account_id).await?;
    let (contact, fields) = actions::edit_contact(&tx, &account, contact, expected, new.value).await?;
    let event = Event::ContactChanged {
        contact: contact.id,
        fields,
    };
    tx.finish(account.id, event, Revised::new(contact.view())).await
}

/// Make a contact the primary one of its kind
#[utoipa::path(tag = "accounts", operation_id = "make_contact_primary",
    params(("contact_id" = ContactId, Path), ("If-Match" = String, Header, example = "\"1\""), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Contact), Problems<404, 412, 428>),
    security(("bearer" = ["contacts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/contacts/{contact_id}/make-primary")]
async fn make_contact_primary(
    access: Access<may::EditContacts>,
    id: Path<ContactId>,
    expected: IfMatch,
    request: Request,
) -> Result<Revised<Contact>, Stop> {
    let tx = access.write(&request).await?;
    let contact = tx.get::<contact::Entity>(*id).await?;
    let account = contact.account_id;
    let contact = actions::make_primary(&tx, contact, expected).await?;
    let event = Event::ContactChanged {
        contact: contact.id,
        fields: vec!["is_primary".into()],
    };
    tx.finish(account, event, Revised::new(contact.view())).await
}

/// Remove a contact
///
/// Refused for one that a system of record feeds.
#[utoipa::path(tag = "accounts", operation_id = "remove_contact",
    params(("contact_id" = ContactId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    responses((status = 204), Problems<404, 409, 412, 428>),
    security(("bearer" = ["contacts:edit"])), extensions(("x-access" = json!("scoped"))))]
#[delete("/contacts/{contact_id}")]
async fn remove_contact(
    access: Access<may::EditContacts>,
    id: Path<ContactId>,
    expected: IfMatch,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let contact = tx.get::<contact::Entity>(*id).await?;
    let account = tx.get::<entity::Entity>(contact.account_id).await?;
    let event = Event::ContactRemoved { contact: contact.id };
    actions::remove_contact(&tx, &account, contact, expected).await?;
    tx.finish(account.id, event, NoContent).await
}

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add_debtor)
        .service(edit_debtor)
        .service(remove_debtor)
        .service(add_contact)
        .service(edit_contact)
        .service(make_contact_primary)
        .service(remove_contact);
}
