use crate::kernel::api::{Api, new_key};
use kept_shared::{
    problem::Problem,
    sign_in::{ForgottenPassword, Invitation, InvitationAnswer, PasswordChange, Session},
};

impl Api {
    pub async fn invitation(self, secret: &str) -> Result<Invitation, Problem> {
        self.get(&format!("/auth/invitations/{secret}")).await
    }
    pub async fn accept_invitation(self, secret: &str, password: &str) -> Result<(), Problem> {
        let answer = InvitationAnswer {
            password: password.to_owned(),
        };
        self.post_empty(&format!("/auth/invitations/{secret}"), &answer).await
    }
    pub async fn forgotten_password(self, email: &str) -> Result<(), Problem> {
        self.post_empty(
            "/auth/forgotten-password",
            &ForgottenPassword {
                email: email.to_owned(),
            },
        )
        .await
    }
    /// Answers with a new session, since all others have ended.
    pub async fn change_password(self, change: &PasswordChange) -> Result<Session, Problem> {
        self.post("/auth/password", change, &new_key()).await
    }
}
