//! Before anybody is signed in: sign-in, forgotten password, invitation, first password (spec A01).

mod api;
mod choose;
mod forgotten;
mod invitation;
mod page;
mod strength;

pub use choose::ChoosePasswordPage;
pub use forgotten::ForgottenPage;
pub use invitation::InvitationPage;
pub use page::SignInPage;
pub use strength::NewPassword;
