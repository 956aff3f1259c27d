//! HTTP of notes.

use super::actions::mark_seen;
use super::{deletion, drafts, switches, units, views, writing};
use crate::kernel::{Access, Body, Done, FlawsExt, NoContent, Path, Problems, Request, Stop, may};
use crate::{communities, quick_responses, statuses};
use actix_web::{delete, get, post, put};
use kept_shared::{
    event::Event,
    ids::{AccountId, NoteId},
    notes::*,
    permission::Permission,
    text::tidy,
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Add a note to a customer
///
/// Without a visibility it is shared while the customer is handed over and internal otherwise; an attorney's note is
/// always shared. A note that names no unit is about the customer as a whole, or about the only unit there is. What a
/// call-centre agent writes is also mailed to the community; `mail` says what became of that. Documents are uploaded
/// after it, naming the note.
#[utoipa::path(tag = "notes", operation_id = "add_note",
    params(("account_id" = AccountId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = NewNote,
    responses((status = 201, body = Note), Problems<404, 422>), security(("bearer" = ["notes:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/notes")]
async fn add_note(
    access: Access<may::CreateNotes>,
    id: Path<AccountId>,
    new: Body<NewNote>,
) -> Result<Done<Note>, Stop> {
    let tx = access.write(&new.request).await?;
    let account = statuses::account_for_update(&tx, *id).await?;
    let note = writing::add(&tx, &account, new.value).await?;
    tx.finish(account.id, Event::NoteAdded { note: note.id }, Done::created(note))
        .await
}

/// Delete a note
///
/// Its text is shown to nobody any more but those who see the audit trail; who deleted it, when and why stays in the
/// history, and so do its documents. Authors delete their own notes within seven days, whoever has `notes:edit` any;
/// attorneys delete none. A note that was deleted before stays as it is.
#[utoipa::path(tag = "notes", operation_id = "delete_note",
    params(("account_id" = AccountId, Path), ("note_id" = NoteId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NoteDeletion, responses((status = 200, body = Note), Problems<404, 409, 422>),
    security(("bearer" = ["notes:view"])), extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/notes/{note_id}/delete")]
async fn delete_note(
    access: Access<may::ViewNotes>,
    path: Path<(AccountId, NoteId)>,
    why: Body<NoteDeletion>,
) -> Result<Done<Note>, Stop> {
    let (account, id) = *path;
    let tx = access.write(&why.request).await?;
    let account = statuses::account_for_update(&tx, account).await?;
    let (note, is_new) = deletion::delete(&tx, account.id, id, &why.value).await?;
    let mut named = units::of_notes(&tx, &[id]).await?;
    let named = named.remove(&id).filter(|_| !note.is_all_units).unwrap_or_default();
    let reply = Done::ok(views::view(&tx, note.into_inner(), named, vec![]));
    if !is_new {
        return tx.finish_unrecorded("the note was deleted before", reply).await;
    }
    let reason = why.value.reason.trim().to_owned();
    // Of an internal note the diary tells attorneys nothing.
    tx.finish(account.id, Event::NoteDeleted { note: id, reason }, reply)
        .await
}

/// What there is to choose from for a note
///
/// The customer's units, the marks the organisation uses, and quick responses for those who write notes.
#[utoipa::path(tag = "notes", operation_id = "get_note_choices", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = NoteChoices), Problems<404>), security(("bearer" = ["notes:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/note-choices")]
async fn get_note_choices(access: Access<may::ViewNotes>, id: Path<AccountId>) -> Result<Done<NoteChoices>, Stop> {
    let read = access.read().await?;
    let account = statuses::account(&read, *id).await?;
    let caller = read.caller();
    let quick_responses = if caller.may(Permission::CreateNotes) {
        quick_responses::offered(&read, account.community_id).await?
    } else {
        vec![]
    };
    let mail = if is_mailed(caller.user_type) {
        let mut found = communities::by_ids(&read, [account.community_id]).await?;
        let address = found.remove(&account.community_id).and_then(|c| tidy(c.email.clone()));
        Some(address.map_or(NoteMail::NoAddress, |_| NoteMail::Queued))
    } else {
        None
    };
    Ok(Done::ok(NoteChoices {
        units: units::of_account(&read, account.id).await?,
        switches: switches::switches(&read).await?,
        quick_responses,
        mail,
    }))
}

/// The caller's unfinished note on a customer
///
/// Nobody else's is ever shown. An empty one: there is none.
#[utoipa::path(tag = "notes", operation_id = "get_note_draft", params(("account_id" = AccountId, Path)),
    responses((status = 200, body = NoteDraft), Problems<404>), security(("bearer" = ["notes:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/note-draft")]
async fn get_note_draft(access: Access<may::CreateNotes>, id: Path<AccountId>) -> Result<Done<NoteDraft>, Stop> {
    let read = access.read().await?;
    let account = statuses::account(&read, *id).await?;
    Ok(Done::ok(drafts::draft(&read, account.id).await?))
}

/// Keep an unfinished note
///
/// In place of the one before; an empty one removes it. Adding the note removes it, too.
#[utoipa::path(tag = "notes", operation_id = "keep_note_draft", params(("account_id" = AccountId, Path)),
    request_body = NewNoteDraft, responses((status = 200, body = NoteDraft), Problems<404, 422>),
    security(("bearer" = ["notes:create"])), extensions(("x-access" = json!("scoped"))))]
#[put("/accounts/{account_id}/note-draft")]
async fn keep_note_draft(
    access: Access<may::CreateNotes>,
    id: Path<AccountId>,
    new: Body<NewNoteDraft>,
) -> Result<Done<NoteDraft>, Stop> {
    let tx = access.write(&new.request).await?;
    let account = statuses::account(&tx, *id).await?;
    new.value.flaws().check()?;
    let draft = drafts::keep(&tx, account.id, new.value).await?;
    tx.finish_unrecorded("the caller's own unfinished note", Done::ok(draft))
        .await
}

/// Throw an unfinished note away
#[utoipa::path(tag = "notes", operation_id = "remove_note_draft", params(("account_id" = AccountId, Path)),
    responses((status = 204), Problems<404>), security(("bearer" = ["notes:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[delete("/accounts/{account_id}/note-draft")]
async fn remove_note_draft(
    access: Access<may::CreateNotes>,
    id: Path<AccountId>,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let account = statuses::account(&tx, *id).await?;
    drafts::remove(&tx, account.id).await?;
    tx.finish_unrecorded("the caller's own unfinished note", NoContent)
        .await
}

/// Mark a customer's history as seen
///
/// Clears the caller's unread mark; it changes nothing for anybody else and leaves no event.
#[utoipa::path(tag = "notes", operation_id = "mark_seen", params(("account_id" = AccountId, Path)),
    responses((status = 204), Problems<404>), security(("bearer" = ["notes:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/seen")]
async fn mark_history_seen(
    access: Access<may::ViewNotes>,
    id: Path<AccountId>,
    request: Request,
) -> Result<NoContent, Stop> {
    // Whoever may read a closed matter may also mark it read: the check is a reader's, the mark the caller's own.
    let read = access.read().await?;
    let account = statuses::account(&read, *id).await?;
    drop(read);
    let tx = access.write(&request).await?;
    mark_seen(&tx, account.id).await?;
    tx.finish_unrecorded("the caller's own reading mark", NoContent).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add_note)
        .service(delete_note)
        .service(get_note_choices)
        .service(get_note_draft)
        .service(keep_note_draft)
        .service(remove_note_draft)
        .service(mark_history_seen);
}
