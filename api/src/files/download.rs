//! Handing out bytes: only what may be downloaded, always as an attachment, and never without a record.

use super::entity::Model;
use super::views::is_downloadable;
use crate::kernel::{Access, NoContent, Request, Seen, Stop, export};
use actix_web::{HttpResponse, http::header};
use kept_shared::{
    event::Event,
    problem::{Code, Problem},
};

/// The bytes of a file the caller reaches. Errors: 409 with the state that forbids it, 503 when they cannot
/// be fetched.
pub async fn send<P>(access: &Access<P>, file: Seen<Model>) -> Result<HttpResponse, Stop> {
    if !is_downloadable(&access.kernel().config, &file) {
        return Err(Problem::of(Code::StateForbids).at("/state", file.state.as_str()).into());
    }
    let bytes = access.kernel().files.stream(&file.blob_key).await?;
    let tx = access.write(&Request::none()).await?;
    tx.finish(file.subject(), Event::FileDownloaded { file: file.id }, NoContent)
        .await?;
    Ok(HttpResponse::Ok()
        .content_type(file.media_type.clone())
        .no_chunking(u64::try_from(file.size_bytes).map_err(Stop::internal)?)
        .insert_header((header::CONTENT_DISPOSITION, export::attachment(&file.file_name)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(bytes))
}
