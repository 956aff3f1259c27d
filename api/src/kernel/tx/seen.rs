//! Rows somebody may touch, what hangs under what, and versions.

use kept_shared::ids::OrganisationId;
use sea_orm::{Condition, ModelTrait};
use std::ops::Deref;

/// A row that was loaded through the caller's scope (or created in it). Only the kernel makes one.
#[derive(Clone, Debug)]
pub struct Seen<M>(pub(super) M);
impl<M> Deref for Seen<M> {
    type Target = M;
    fn deref(&self) -> &M {
        &self.0
    }
}
impl<M> Seen<M> {
    pub fn into_inner(self) -> M {
        self.0
    }
}

/// The parent sets the foreign keys, not the caller.
pub trait ChildOf<P> {
    fn attach(&mut self, parent: &P);
}
/// A row that hangs directly under the organisation.
pub trait Rooted {
    fn attach(&mut self, organisation: OrganisationId);
}
/// A row with a version for If-Match.
pub trait Versioned: ModelTrait {
    fn version(&self) -> i64;
    /// Condition that the stored row still has this version.
    fn at_this_version(&self) -> Condition;
    /// Writes the next version into the change.
    fn bump(change: &mut Self::Change, version: i64)
    where
        Self: Sized;
    type Change;
}

/// Implements [`Versioned`] for a module's `Model`, `Column` and `ActiveModel` with a `version` column.
#[macro_export]
macro_rules! versioned {
    () => {
        impl $crate::kernel::Versioned for Model {
            type Change = ActiveModel;
            fn version(&self) -> i64 {
                self.version
            }
            fn at_this_version(&self) -> sea_orm::Condition {
                sea_orm::Condition::all().add(sea_orm::ColumnTrait::eq(&Column::Version, self.version))
            }
            fn bump(change: &mut ActiveModel, version: i64) {
                change.version = sea_orm::ActiveValue::Set(version);
            }
        }
    };
}
