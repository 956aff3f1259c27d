//! Notes as their readers get them.

use super::entity::Model;
use crate::kernel::Read;
use kept_shared::files::File;
use kept_shared::notes::{Deleter, Happening, Note, NoteMail, NoteUnit, Tombstone};
use kept_shared::permission::Permission;

/// What is left of a deleted note: its text for those who see the audit trail, for others none.
fn tombstone(read: &Read, note: &mut Model) -> Option<Tombstone> {
    let at = note.deleted_at?;
    let body = note.deleted_body.take();
    Some(Tombstone {
        at,
        by: note.deleted_by_name.take().unwrap_or_default(),
        reason: note.deleted_reason.take().unwrap_or_default(),
        body: body.filter(|_| read.caller().may(Permission::ViewAudit)),
    })
}

/// How the agency and its communities write to each other is not an attorney's business.
fn mail(read: &Read, note: &Model) -> Option<NoteMail> {
    note.mailed.filter(|_| !read.caller().is_attorney())
}

/// Whether the caller has the right to delete this note, be it deleted already or not.
pub(super) fn has_right_to_delete(read: &Read, note: &Model) -> bool {
    let caller = read.caller();
    let who = Deleter {
        user_type: caller.user_type,
        may_edit: caller.may(Permission::EditNotes),
        is_author: caller.user_id == Some(note.author_id) && caller.may(Permission::CreateNotes),
    };
    who.may_delete(note.created_at, read.now())
}

/// A note as a line of the history.
pub fn happening(read: &Read, mut note: Model, units: Vec<NoteUnit>, files: Vec<File>) -> Happening {
    // A note given with a status is a part of that, which is never taken back.
    let may_delete = note.deleted_at.is_none() && note.batch_id.is_none() && has_right_to_delete(read, &note);
    let (mail, deleted) = (mail(read, &note), tombstone(read, &mut note));
    Happening::Note {
        id: note.id,
        body: note.body,
        visibility: note.visibility,
        units,
        is_all_units: note.is_all_units,
        is_urgent: note.is_urgent,
        is_collection: note.is_collection,
        source: note.source,
        files,
        mail,
        deleted,
        may_delete,
    }
}

/// A note by itself.
pub(super) fn view(read: &Read, mut note: Model, units: Vec<NoteUnit>, files: Vec<File>) -> Note {
    let (mail, deleted) = (mail(read, &note), tombstone(read, &mut note));
    Note {
        id: note.id,
        account_id: note.account_id,
        body: note.body,
        visibility: note.visibility,
        units,
        is_all_units: note.is_all_units,
        is_urgent: note.is_urgent,
        is_collection: note.is_collection,
        source: note.source,
        author: note.author_name,
        by_attorney: note.by_attorney,
        created_at: note.created_at,
        files,
        mail,
        deleted,
    }
}
