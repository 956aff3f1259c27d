//! Which documents somebody reads, and the folders they lie in.

use crate::files::{Column, Entity, Model, queries::downloadable};
use crate::kernel::{Read, Seen, Stop, page};
use kept_shared::{
    documents::{Folders, folder_path, folders},
    ids::{CommunityId, FileId},
    notes::Visibility,
    permission::{Permission, UserType},
    problem::{Code, Problem},
};
use sea_orm::{
    ColumnTrait, Condition, FromQueryResult, QuerySelect,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

/// Whether the caller is of the agency, for which internal documents are.
fn is_of_the_agency(read: &Read) -> bool {
    match read.caller().user_type {
        UserType::Attorney | UserType::Trustee => false,
        UserType::Superuser | UserType::Business | UserType::CallCentre | UserType::Location | UserType::ApiClient => {
            true
        }
    }
}

/// Documents the caller may know of, beside what the scope says.
pub(super) fn readable(read: &Read) -> Condition {
    let mut readable = Condition::all().add(Column::CommunityId.is_not_null());
    if !is_of_the_agency(read) {
        readable = readable.add(Column::Visibility.ne(Visibility::Internal));
    }
    if !read.caller().may(Permission::EditDocuments) {
        readable = readable
            .add(downloadable(&read.kernel().config))
            .add(Column::DeletedAt.is_null());
    }
    readable
}

/// One document. Errors: 404 also for a customer's file and for what the caller may not know of.
pub(super) async fn document(read: &Read, id: FileId) -> Result<Seen<Model>, Stop> {
    read.find::<Entity>()
        .filter(Column::Id.eq(id))
        .filter(readable(read))
        .one()
        .await?
        .ok_or_else(Stop::not_found)
}

/// Documents of a community in a folder and below it. Errors: 400 at `?folder`.
pub(super) fn in_folder(community: CommunityId, folder: Option<&str>) -> Result<Condition, Stop> {
    let here = Condition::all().add(Column::CommunityId.eq(community));
    let path = folder_path(folder.unwrap_or_default())
        .map_err(|flaw| Stop::from(Problem::of(Code::QueryMalformed).at("?folder", flaw.code())))?;
    let Some(path) = path else { return Ok(here) };
    let below = LikeExpr::new(format!("{}/%", page::like_escape(&path))).escape('\\');
    Ok(here.add(
        Condition::any()
            .add(Column::Folder.eq(path))
            .add(Expr::col(Column::Folder).like(below)),
    ))
}

#[derive(FromQueryResult)]
struct Counted {
    folder: Option<String>,
    n: i64,
}

/// The folders of a community, of what the caller may read there.
pub(super) async fn folders_of(read: &Read, community: CommunityId) -> Result<Folders, Stop> {
    let rows = read
        .find::<Entity>()
        .filter(Column::CommunityId.eq(community))
        .filter(readable(read))
        .filter(Column::DeletedAt.is_null())
        .filter(crate::files::queries::newest(&read.kernel().config))
        .shape(|s| {
            s.select_only()
                .column(Column::Folder)
                .column_as(Column::Id.count(), "n")
                .group_by(Column::Folder)
        })
        .all_as::<Counted>()
        .await?;
    let direct = rows
        .into_iter()
        .map(|row| (row.folder, u64::try_from(row.n).unwrap_or_default()));
    Ok(folders(direct))
}
