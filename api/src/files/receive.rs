//! Receives an upload: bounded, part by part, the file straight to disk.

use super::sniff;
use crate::kernel::{
    Kernel, Multipart, Stop,
    extract::Part,
    files::{Blob, Upload},
    tx::refuse,
};
use kept_shared::{
    documents::folder_path,
    files::{Allowed, DocumentType, MAX_DOCUMENT_NAME, Refusal, allowed, safe_name},
    flaws::Flaws,
    ids::{FileId, NoteId},
    notes::Visibility,
    problem::{Code, Problem},
};
use std::sync::Arc;

/// Parts an upload may have.
const MAX_PARTS: usize = 8;
/// Bytes of a text part.
const MAX_TEXT: usize = 2_000;

/// What came in. The blob is on disk; whoever holds this either records it or throws it away.
pub struct Received {
    /// As given; else what it replaces is called, else the file.
    pub document_name: Option<String>,
    pub document_type: Option<DocumentType>,
    pub visibility: Option<Visibility>,
    pub note_id: Option<NoteId>,
    /// As kept, see [`folder_path`].
    pub folder: Option<String>,
    /// The file this is a new edition of.
    pub replaces: Option<FileId>,
    pub file_name: String,
    pub media_type: &'static str,
    pub blob: Blob,
}

#[derive(Default)]
struct Texts {
    document_name: Option<String>,
    document_type: Option<DocumentType>,
    visibility: Option<Visibility>,
    note_id: Option<NoteId>,
    folder: Option<String>,
    replaces: Option<FileId>,
}

impl Received {
    /// What the caller says of the upload, for the fingerprint of the request.
    pub fn about(&self) -> String {
        format!(
            "{}\n{}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
            self.blob.sha256,
            self.file_name,
            self.document_name,
            self.document_type,
            self.visibility,
            self.note_id,
            self.folder,
            self.replaces
        )
    }
}

/// Errors: 413 too large, 422 with the reason at `/file`, 400 and 408 as any body, 503 and 507 when it cannot be kept.
/// Nothing is left of an upload then.
pub async fn receive(kernel: &Arc<Kernel>, mut form: Multipart) -> Result<Received, Stop> {
    let max = kernel.config.files.max_bytes;
    let announced = form
        .request
        .headers()
        .get("content-length")
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|n| n > max + 64 * 1024) {
        return Err(Code::BodyTooLarge.into());
    }
    let mut texts = Texts::default();
    let mut file: Option<(String, &'static Allowed, Upload)> = None;
    let mut parts = 0;
    while let Some(part) = form.next().await? {
        parts += 1;
        if parts > MAX_PARTS {
            return Err(refuse("", "too_many_parts"));
        }
        if part.name == "file" {
            if file.is_some() {
                return Err(refuse("/file", "repeated"));
            }
            file = Some(take_file(kernel, part, max).await?);
        } else {
            take_text(&mut texts, part).await?;
        }
    }
    let (file_name, kind, upload) = file.ok_or_else(|| refuse("/file", "required"))?;
    let document_name = texts
        .document_name
        .map(|n| n.trim().to_owned())
        .filter(|n| !n.is_empty());
    let mut flaws = Flaws::default();
    flaws.optional_text(
        "/document_name",
        document_name.as_deref().unwrap_or_default(),
        MAX_DOCUMENT_NAME,
    );
    let folder = folder_path(texts.folder.as_deref().unwrap_or_default()).unwrap_or_else(|flaw| {
        flaws.add("/folder", flaw.code());
        None
    });
    if !flaws.is_empty() {
        return Err(Problem::of(Code::NotAcceptable).with_errors(flaws.0).into());
    }
    // Only what came in whole and is acceptable is kept at all.
    let blob = kernel.files.keep(upload).await?;
    Ok(Received {
        document_name,
        document_type: texts.document_type,
        visibility: texts.visibility,
        note_id: texts.note_id,
        folder,
        replaces: texts.replaces,
        file_name,
        media_type: kind.media_type,
        blob,
    })
}

async fn take_text(texts: &mut Texts, part: Part) -> Result<(), Stop> {
    let name = part.name.clone();
    let at = format!("/{}", name.chars().take(40).collect::<String>());
    let value = part.text(MAX_TEXT).await?;
    let bad = || refuse(&at, "unknown_value");
    match name.as_str() {
        "document_name" => texts.document_name = Some(value),
        "document_type" => texts.document_type = Some(value.parse().map_err(|_| bad())?),
        "visibility" => texts.visibility = Some(value.parse().map_err(|_| bad())?),
        "note_id" => texts.note_id = Some(value.parse().map_err(|_| bad())?),
        "folder" => texts.folder = Some(value),
        "replaces" => texts.replaces = Some(value.parse().map_err(|_| bad())?),
        _ => return Err(refuse(&at, "unknown_part")),
    }
    Ok(())
}

async fn take_file(kernel: &Arc<Kernel>, mut part: Part, max: u64) -> Result<(String, &'static Allowed, Upload), Stop> {
    let file_name = safe_name(part.file_name.as_deref().unwrap_or_default());
    let kind = allowed(&file_name, part.content_type.as_deref()).map_err(refused)?;
    let mut upload = kernel.files.begin(max).await?;
    while let Some(bytes) = part.chunk().await? {
        upload.write(&bytes).await?;
    }
    if upload.size() == 0 {
        return Err(refused(Refusal::Empty));
    }
    match upload.judged(move |path| sniff::judge(path, kind)).await? {
        Ok(()) => Ok((file_name, kind, upload)),
        Err(Ok(refusal)) => Err(refused(refusal)),
        Err(Err(e)) => Err(Stop::internal(e)),
    }
}

fn refused(why: Refusal) -> Stop {
    Problem::of(Code::FileRefused).at("/file", why.code()).into()
}
