//! The tables of recurring charges. All hang under a community; no attorney reaches them, whatever his group says.

use crate::kernel::{Reach, Scope};
use crate::reach::{community_within_reach, reach_sql};
use sea_orm::{ColumnTrait, Condition, DbBackend, sea_query::Expr, sea_query::ExprTrait};

fn within(scope: &Scope, community_id: impl ColumnTrait) -> Condition {
    match scope.reach() {
        Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => {
            community_within_reach(scope, community_id)
        }
        Reach::HandedOverTo { .. } => Condition::all().add(Expr::val(1).eq(0)),
    }
}

/// The same sentence for hand-written statements: `{reach l.community_id}`.
pub(super) fn levy_reach_sql(scope: &Scope, backend: DbBackend, community: &str) -> String {
    match scope.reach() {
        Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => {
            reach_sql(scope, backend, &format!("{community}, {community}"))
        }
        Reach::HandedOverTo { .. } => "1 = 0".into(),
    }
}

/// A recurring charge of a unit.
pub mod levy {
    use super::within;
    use crate::kernel::{ChildOf, Scope, Visible};
    use crate::units;
    use kept_shared::ids::*;
    use kept_shared::levies::{DueRule, Frequency, LevyKind, LevyTerms};
    use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "levy")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LevyId,
        pub unit_id: UnitId,
        pub community_id: CommunityId,
        pub kind: LevyKind,
        pub what_for: String,
        pub frequency: Frequency,
        pub first_on: Date,
        pub ends_on: Option<Date>,
        pub charge_day: i64,
        pub due_kind: String,
        pub due_value: i64,
        pub created_at: DateTimeUtc,
        pub version: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            within(scope, Column::CommunityId)
        }
    }
    impl ChildOf<units::Model> for ActiveModel {
        fn attach(&mut self, unit: &units::Model) {
            self.unit_id = Set(unit.id);
            self.community_id = Set(unit.community_id);
        }
    }
    crate::versioned!();

    /// How a due rule is stored.
    pub(in crate::levies) fn stored(due: DueRule) -> (&'static str, i64) {
        match due {
            DueRule::AfterDays(days) => ("after_days", i64::from(days)),
            DueRule::OnDay(day) => ("on_day", i64::from(day)),
        }
    }
    pub(in crate::levies) fn due_rule(kind: &str, value: i64) -> DueRule {
        if kind == "on_day" {
            DueRule::OnDay(u8::try_from(value).unwrap_or(1))
        } else {
            DueRule::AfterDays(u16::try_from(value).unwrap_or_default())
        }
    }

    impl Model {
        /// What a person entered.
        pub fn terms(&self) -> LevyTerms {
            LevyTerms {
                kind: self.kind,
                what_for: self.what_for.clone(),
                frequency: self.frequency,
                first_on: self.first_on,
                ends_on: self.ends_on,
                charge_day: u8::try_from(self.charge_day).unwrap_or(1),
                due: due_rule(&self.due_kind, self.due_value),
            }
        }
    }
    pub(in crate::levies) fn fill(row: &mut ActiveModel, terms: LevyTerms) {
        let (due_kind, due_value) = stored(terms.due);
        row.kind = Set(terms.kind);
        row.what_for = Set(terms.what_for);
        row.frequency = Set(terms.frequency);
        row.first_on = Set(terms.first_on);
        row.ends_on = Set(terms.ends_on);
        row.charge_day = Set(i64::from(terms.charge_day));
        row.due_kind = Set(due_kind.to_owned());
        row.due_value = Set(due_value);
    }
}

/// What a recurring charge costs from a day on.
pub mod amount {
    use kept_shared::ids::*;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "levy_amount")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub levy_id: LevyId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub from_on: Date,
        pub amount_minor: i64,
        pub set_at: DateTimeUtc,
        pub set_by: Option<UserId>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A charge run over a community.
pub mod run {
    use super::within;
    use crate::communities;
    use crate::kernel::{ChildOf, Scope, Visible};
    use kept_shared::ids::*;
    use kept_shared::levies::RunState;
    use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "levy_run")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LevyRunId,
        pub organisation_id: OrganisationId,
        pub community_id: CommunityId,
        pub month: Date,
        pub state: RunState,
        pub charges: i64,
        pub total_minor: i64,
        pub done: i64,
        pub created_at: DateTimeUtc,
        pub created_by: Option<String>,
        pub started_at: Option<DateTimeUtc>,
        pub started_by: Option<String>,
        pub started_by_id: Option<UserId>,
        pub finished_at: Option<DateTimeUtc>,
        pub reversed_at: Option<DateTimeUtc>,
        pub reversed_by: Option<String>,
        pub reversed_by_id: Option<UserId>,
        pub reason: Option<String>,
        pub failure: Option<String>,
        pub version: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            within(scope, Column::CommunityId)
        }
    }
    impl ChildOf<communities::Model> for ActiveModel {
        fn attach(&mut self, community: &communities::Model) {
            self.organisation_id = Set(community.organisation_id);
            self.community_id = Set(community.id);
        }
    }
    crate::versioned!();
}

/// One charge that a run is about to raise, as it was approved. Rows are there only while the run is running.
pub mod line {
    use kept_shared::ids::*;
    use kept_shared::levies::LevyKind;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "levy_run_line")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub run_id: LevyRunId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub levy_id: LevyId,
        pub unit_id: UnitId,
        pub account_id: AccountId,
        pub kind: LevyKind,
        pub description: String,
        pub period_from: Date,
        pub period_to: Date,
        pub charge_on: Date,
        pub due_on: Date,
        pub amount_minor: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// One charge that a run raised.
pub mod charge {
    use super::within;
    use crate::kernel::{Scope, Visible};
    use kept_shared::ids::*;
    use kept_shared::levies::LevyKind;
    use sea_orm::{Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "levy_charge")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub run_id: LevyRunId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub levy_id: LevyId,
        pub unit_id: UnitId,
        pub community_id: CommunityId,
        pub account_id: AccountId,
        pub kind: LevyKind,
        pub description: String,
        pub period_from: Date,
        pub period_to: Date,
        pub charge_on: Date,
        pub due_on: Date,
        pub amount_minor: i64,
        pub entry_id: EntryId,
        pub reversed_at: Option<DateTimeUtc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            within(scope, Column::CommunityId)
        }
    }
}
