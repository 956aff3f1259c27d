//! The tables of people: organisation, permission group, user and the communities given to a user.

/// The tenant.
pub mod organisation {
    use crate::kernel::{Reach, Scope, Visible};
    use kept_shared::{ids::OrganisationId, money::Currency, users as wire};
    use sea_orm::{Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: OrganisationId,
        pub name: String,
        pub currency: Currency,
        pub time_zone: String,
        pub locale: String,
        pub settings: String,
        pub created_at: DateTimeUtc,
        pub version: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    crate::versioned!();

    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            match scope.reach() {
                Reach::Everything => Condition::all(),
                Reach::Organisation(organisation)
                | Reach::Communities { organisation, .. }
                | Reach::HandedOverTo { organisation, .. } => Condition::all().add(Column::Id.eq(*organisation)),
            }
        }
    }
    impl Model {
        pub fn view(&self) -> wire::Organisation {
            wire::Organisation {
                id: self.id,
                name: self.name.clone(),
                currency: self.currency,
                time_zone: self.time_zone.clone(),
                locale: self.locale.clone(),
            }
        }
    }
}

/// A named set of permissions for one user type.
pub mod group {
    use crate::kernel::{Rooted, Scope, Visible, scope::same_organisation};
    use kept_shared::{
        ids::{OrganisationId, PermissionGroupId},
        permission::{Permission, UserType},
    };
    use sea_orm::{Condition, Set, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "permission_group")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PermissionGroupId,
        pub organisation_id: OrganisationId,
        pub name: String,
        pub base_type: UserType,
        /// A JSON list of `section:verb`.
        pub permissions: String,
        pub is_shipped: bool,
        pub created_at: DateTimeUtc,
        pub version: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    crate::versioned!();

    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            same_organisation(scope, Column::OrganisationId)
        }
    }
    impl Rooted for ActiveModel {
        fn attach(&mut self, organisation: OrganisationId) {
            self.organisation_id = Set(organisation);
        }
    }
    impl Model {
        pub fn permissions(&self) -> Vec<Permission> {
            parse(&self.permissions, self.base_type)
        }
    }

    /// The ticks of a stored group. One that this program no longer knows, or that the type may not have, counts for
    /// nothing.
    pub fn parse(text: &str, base_type: UserType) -> Vec<Permission> {
        let ticks: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        ticks
            .iter()
            .filter_map(|p| p.parse().ok())
            .filter(|p| kept_shared::users::grantable(base_type, *p))
            .collect()
    }

    /// The stored form: each tick once, in the catalogue's order. Errors: never, for text.
    pub fn text(permissions: &[Permission]) -> Result<String, serde_json::Error> {
        let ticked: Vec<&Permission> = Permission::ALL.iter().filter(|p| permissions.contains(p)).collect();
        serde_json::to_string(&ticked)
    }
}

/// A person (or a program) who signs in.
pub mod user {
    use crate::kernel::{ChildOf, Reach, Rooted, Scope, Visible};
    use kept_shared::{
        ids::{OrganisationId, PermissionGroupId, UserId},
        permission::UserType,
        users::UserState,
    };
    use sea_orm::{
        Condition, Set,
        entity::prelude::*,
        sea_query::{Alias, ExprTrait, Query, SelectStatement},
    };

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "app_user")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UserId,
        pub organisation_id: OrganisationId,
        /// Trimmed and lower case.
        pub email: String,
        pub first_name: String,
        pub middle_name: Option<String>,
        pub surname: String,
        pub phone: Option<String>,
        pub firm: Option<String>,
        pub user_type: UserType,
        pub permission_group_id: PermissionGroupId,
        pub state: UserState,
        pub locale: Option<String>,
        pub password_hash: Option<String>,
        pub must_change_password: bool,
        pub failed_sign_ins: i64,
        pub locked_until: Option<DateTimeUtc>,
        pub totp_secret: Option<String>,
        pub totp_pending: Option<String>,
        pub totp_last_step: Option<i64>,
        pub last_sign_in_at: Option<DateTimeUtc>,
        /// [`kept_shared::users::UserSettings`] as JSON.
        pub settings: String,
        pub created_at: DateTimeUtc,
        pub version: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    crate::versioned!();

    /// Users that were given one of these communities.
    pub fn given(communities: &[kept_shared::ids::CommunityId]) -> SelectStatement {
        Query::select()
            .column(Alias::new("user_id"))
            .from(Alias::new("user_community"))
            .and_where(Expr::col(Alias::new("community_id")).is_in(communities.iter().copied()))
            .to_owned()
    }

    impl Visible for Entity {
        /// Somebody restricted to communities sees the people of these communities; an attorney only himself.
        fn visible_to(scope: &Scope) -> Condition {
            match scope.reach() {
                Reach::Everything => Condition::all(),
                Reach::Organisation(organisation) => Condition::all().add(Column::OrganisationId.eq(*organisation)),
                Reach::Communities {
                    organisation,
                    communities,
                } => Condition::all()
                    .add(Column::OrganisationId.eq(*organisation))
                    .add(Column::Id.in_subquery(given(communities))),
                Reach::HandedOverTo { attorney, .. } => Condition::all().add(Column::Id.eq(*attorney)),
            }
        }
    }
    impl Rooted for ActiveModel {
        fn attach(&mut self, organisation: OrganisationId) {
            self.organisation_id = Set(organisation);
        }
    }
    impl ChildOf<super::group::Model> for ActiveModel {
        fn attach(&mut self, group: &super::group::Model) {
            self.organisation_id = Set(group.organisation_id);
            self.permission_group_id = Set(group.id);
        }
    }
    impl Model {
        pub fn full_name(&self) -> String {
            format!("{} {}", self.first_name, self.surname)
        }
    }
}

/// A community given to a user.
pub mod user_community {
    use crate::kernel::ChildOf;
    use kept_shared::ids::{CommunityId, UserId};
    use sea_orm::{Set, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_community")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub community_id: CommunityId,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    impl ChildOf<super::user::Model> for ActiveModel {
        fn attach(&mut self, user: &super::user::Model) {
            self.user_id = Set(user.id);
        }
    }
}
