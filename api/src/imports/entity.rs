//! The tables of imports: the file, its rows with their verdicts, and saved mappings.

/// `import`: one uploaded file.
pub mod import {
    use crate::kernel::scope::same_organisation;
    use crate::kernel::{Reach, Rooted, Scope, Stop, Visible};
    use kept_shared::ids::{CommunityId, ImportId, OrganisationId, UserId};
    use kept_shared::imports::{Detection, Import, ImportKind, ImportState, ImportSummary, Mapping, Progress};
    use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "import")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ImportId,
        pub organisation_id: OrganisationId,
        pub community_id: Option<CommunityId>,
        pub file_name: String,
        pub size_bytes: i64,
        pub sha256: String,
        pub blob_key: String,
        pub kind: ImportKind,
        pub state: ImportState,
        pub detected: String,
        pub mapping: Option<String>,
        pub summary: Option<String>,
        /// Counts the dry runs: a job of an earlier mapping finds another number and stops.
        pub run: i64,
        pub done: i64,
        pub total: i64,
        pub skip_faulty: bool,
        pub cancel_asked: bool,
        pub failure: Option<String>,
        pub created_by: UserId,
        pub created_at: DateTimeUtc,
        pub finished_at: Option<DateTimeUtc>,
        pub version: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl Visible for Entity {
        /// Who is restricted to communities sees what was imported into one of them. Attorneys see no imports.
        fn visible_to(scope: &Scope) -> Condition {
            let ours = same_organisation(scope, Column::OrganisationId);
            match scope.reach() {
                Reach::Everything | Reach::Organisation(_) => ours,
                Reach::Communities { communities, .. } => {
                    ours.add(Column::CommunityId.is_in(communities.iter().copied()))
                }
                Reach::HandedOverTo { .. } => ours.add(Column::Id.is_null()),
            }
        }
    }
    impl Rooted for ActiveModel {
        fn attach(&mut self, organisation: OrganisationId) {
            self.organisation_id = Set(organisation);
        }
    }
    crate::versioned!();

    impl Model {
        pub fn detection(&self) -> Result<Detection, Stop> {
            Ok(serde_json::from_str(&self.detected)?)
        }
        pub fn mapping(&self) -> Result<Option<Mapping>, Stop> {
            Ok(self.mapping.as_deref().map(serde_json::from_str).transpose()?)
        }
        pub fn summary(&self) -> Result<Option<ImportSummary>, Stop> {
            Ok(self.summary.as_deref().map(serde_json::from_str).transpose()?)
        }
        /// How far the running step is; a step in one transaction counts in memory.
        pub fn progress(&self) -> Progress {
            let total = u32::try_from(self.total).unwrap_or_default();
            let done =
                super::super::live::done(self.id).unwrap_or_else(|| u32::try_from(self.done).unwrap_or_default());
            Progress { done, total }
        }
        pub fn view(&self) -> Result<Import, Stop> {
            Ok(Import {
                id: self.id,
                file_name: self.file_name.clone(),
                size_bytes: u64::try_from(self.size_bytes).unwrap_or_default(),
                kind: self.kind,
                state: self.state,
                community_id: self.community_id,
                detection: self.detection()?,
                mapping: self.mapping()?,
                fitting_mappings: vec![],
                summary: self.summary()?,
                progress: self.progress(),
                skip_faulty: self.skip_faulty,
                cancel_asked: self.cancel_asked,
                failure: self.failure.clone(),
                created_by: self.created_by,
                created_at: self.created_at,
                finished_at: self.finished_at,
                version: self.version,
            })
        }
    }
}

/// `import_row`: a row of the file and what the dry run found.
pub mod row {
    use super::super::rules::Cell;
    use crate::kernel::{ChildOf, Scope, Stop, Visible};
    use kept_shared::ids::ImportId;
    use kept_shared::imports::{CheckedRow, Verdict};
    use sea_orm::sea_query::Query;
    use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_row")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: ImportId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub verdict: Verdict,
        pub key: Option<String>,
        pub cells: String,
        pub faults: Option<String>,
        pub diff: Option<String>,
        pub remarks: Option<String>,
        pub done: bool,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            let imports = Query::select()
                .column(super::import::Column::Id)
                .from(super::import::Entity)
                .cond_where(super::import::Entity::visible_to(scope))
                .to_owned();
            Condition::all().add(Column::ImportId.in_subquery(imports))
        }
    }
    impl ChildOf<super::import::Model> for ActiveModel {
        fn attach(&mut self, import: &super::import::Model) {
            self.import_id = Set(import.id);
        }
    }

    impl Model {
        pub fn cells(&self) -> Result<Vec<Cell>, Stop> {
            Ok(serde_json::from_str(&self.cells)?)
        }
        pub fn view(&self) -> Result<CheckedRow, Stop> {
            fn list<T: serde::de::DeserializeOwned>(json: Option<&str>) -> Result<Vec<T>, Stop> {
                Ok(json.map(serde_json::from_str).transpose()?.unwrap_or_default())
            }
            Ok(CheckedRow {
                number: u32::try_from(self.number).unwrap_or_default(),
                verdict: self.verdict,
                key: self.key.clone().unwrap_or_default(),
                cells: self.cells()?.iter().map(Cell::shown).collect(),
                faults: list(self.faults.as_deref())?,
                differences: list(self.diff.as_deref())?,
                remarks: list(self.remarks.as_deref())?,
                done: self.done,
            })
        }
    }
}

/// `import_mapping`: a mapping kept under a name.
pub mod mapping {
    use crate::kernel::scope::same_organisation;
    use crate::kernel::{Reach, Rooted, Scope, Stop, Visible};
    use kept_shared::ids::{ImportMappingId, OrganisationId, UserId};
    use kept_shared::imports::{ImportKind, SavedMapping};
    use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_mapping")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ImportMappingId,
        pub organisation_id: OrganisationId,
        pub name: String,
        pub kind: ImportKind,
        pub signature: String,
        pub mapping: String,
        pub created_by: UserId,
        pub created_at: DateTimeUtc,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            let ours = same_organisation(scope, Column::OrganisationId);
            match scope.reach() {
                Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => ours,
                Reach::HandedOverTo { .. } => ours.add(Column::Id.is_null()),
            }
        }
    }
    impl Rooted for ActiveModel {
        fn attach(&mut self, organisation: OrganisationId) {
            self.organisation_id = Set(organisation);
        }
    }

    impl Model {
        pub fn view(&self) -> Result<SavedMapping, Stop> {
            Ok(SavedMapping {
                id: self.id,
                name: self.name.clone(),
                kind: self.kind,
                signature: self.signature.clone(),
                mapping: serde_json::from_str(&self.mapping)?,
                created_at: self.created_at,
            })
        }
    }
}
