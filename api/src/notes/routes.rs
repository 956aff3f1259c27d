//! HTTP of notes.

use super::actions::{Touch, add_many, mark_seen, touch};
use crate::kernel::{Access, Body, Done, FlawsExt, NoContent, Path, Problems, Request, Stop, may};
use crate::statuses;
use actix_web::post;
use kept_shared::{event::Event, ids::AccountId, notes::*};
use utoipa_actix_web::service_config::ServiceConfig;

/// Add a note to a customer
///
/// Without a visibility it is shared while the customer is handed over and internal otherwise; an attorney's note is
/// always shared. Documents are uploaded after it, naming the note.
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
    let writer = tx.caller().user_type;
    let wish = new.value;
    wish.flaws(writer).check()?;
    let visibility = Visibility::or_default(wish.visibility, writer, account.open_handover_id.is_some());
    let ids = add_many(&tx, &[account.id], &wish.body, visibility, None).await?;
    let shared = visibility != Visibility::Internal;
    touch(&tx, &[account.id], Touch { notes: 1, shared }).await?;
    let note_id = ids.first().copied().ok_or_else(|| Stop::internal("no note was made"))?;
    let note = Note {
        id: note_id,
        account_id: account.id,
        body: wish.body.trim().to_owned(),
        visibility,
        author: tx.caller().name.clone(),
        by_attorney: tx.caller().is_attorney(),
        created_at: tx.now(),
        files: vec![],
    };
    tx.finish(account.id, Event::NoteAdded { note: note_id }, Done::created(note))
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
    cfg.service(add_note).service(mark_history_seen);
}
