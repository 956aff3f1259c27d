use crate::kernel::{
    api::{Api, Versioned, new_key},
    url,
};
use kept_shared::{
    communities::CommunityFilter,
    ids::UserId,
    page::Page,
    problem::Problem,
    users::{CommunityName, NewUser, PermissionGroup, SignInRecord, User, UserFilter, UserPatch},
};

impl Api {
    pub async fn users(self, filter: &UserFilter) -> Result<Page<User>, Problem> {
        self.list("/users", filter).await
    }
    pub async fn user(self, id: UserId) -> Result<User, Problem> {
        self.get(&format!("/users/{id}")).await
    }
    pub async fn invite_user(self, new: &NewUser, key: &str) -> Result<User, Problem> {
        self.post("/users", new, key).await
    }
    pub async fn change_user(self, id: UserId, version: i64, patch: &UserPatch) -> Result<Versioned<User>, Problem> {
        self.patch(&format!("/users/{id}"), version, patch).await
    }
    /// `suspend` or `activate`.
    pub async fn move_user(self, user: &User, verb: &str) -> Result<User, Problem> {
        self.act(&format!("/users/{}/{verb}", user.id), user.version, &())
            .await
            .map(|v| v.value)
    }
    pub async fn invite_user_again(self, id: UserId) -> Result<(), Problem> {
        self.post(&format!("/users/{id}/invite"), &(), &new_key()).await
    }
    pub async fn remove_user_totp(self, user: &User) -> Result<(), Problem> {
        self.delete(&format!("/users/{}/totp", user.id), Some(user.version))
            .await
    }
    pub async fn user_sign_ins(self, id: UserId, cursor: Option<&str>) -> Result<Page<SignInRecord>, Problem> {
        let after = cursor
            .map(|c| format!("&cursor={}", url::encode(c)))
            .unwrap_or_default();
        self.get(&format!("/users/{id}/sign-ins?limit=20{after}")).await
    }
    pub async fn permission_groups(self) -> Result<Vec<PermissionGroup>, Problem> {
        self.get("/permission-groups").await
    }
    /// The communities one may give to somebody, by name.
    pub async fn communities_by_name(self) -> Result<Vec<CommunityName>, Problem> {
        let (mut all, mut cursor) = (vec![], None);
        // Ten pages of 200 are the most a user may be restricted to.
        for _ in 0..10 {
            let filter = CommunityFilter {
                active: Some(true),
                limit: Some(200),
                cursor: cursor.take(),
                ..Default::default()
            };
            let page: Page<CommunityName> = self.list("/communities", &filter).await?;
            all.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(all)
    }
}
