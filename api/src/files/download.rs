//! Handing out bytes: only what may be downloaded, always as an attachment, and never without a record.

use super::entity::Model;
use super::views::view;
use crate::kernel::{Access, NoContent, Request, Seen, Stop, export};
use actix_web::{HttpResponse, http::header, web};
use kept_shared::{
    event::Event,
    problem::{Code, Problem},
};
use tokio::io::AsyncReadExt;

/// The bytes of a file the caller reaches. Errors: 409 with the state that forbids it.
pub async fn send<P>(access: &Access<P>, file: Seen<Model>) -> Result<HttpResponse, Stop> {
    if !view(&access.kernel().config, &file).is_downloadable {
        return Err(Problem::of(Code::StateForbids).at("/state", file.state.as_str()).into());
    }
    let opened = access.kernel().files.open_blob(&file.blob_key).await?;
    let tx = access.write(&Request::none()).await?;
    tx.finish(file.subject(), Event::FileDownloaded { file: file.id }, NoContent)
        .await?;
    let bytes = futures_util::stream::try_unfold(opened, |mut opened| async move {
        let mut part = vec![0_u8; 64 * 1024];
        let n = opened.read(&mut part).await?;
        part.truncate(n);
        Ok::<_, std::io::Error>((n > 0).then(|| (web::Bytes::from(part), opened)))
    });
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
