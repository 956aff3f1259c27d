use crate::{kernel::i18n::t, shell::type_name};
use kept_shared::{
    permission::UserType,
    problem::{Code, Problem},
    users::{SignInRecord, User, UserState},
};

/// Types with their names, for a select.
pub fn all_types() -> Vec<(String, String)> {
    UserType::ALL
        .iter()
        .map(|t| (t.to_string(), type_name(*t).to_owned()))
        .collect()
}

/// Tone and word of a user's state; a lock shows before "active".
pub fn state_word(user: &User) -> (&'static str, &'static str) {
    match user.state {
        UserState::Active if user.locked_until.is_some() => ("warn", t::users::state_locked()),
        UserState::Active => ("good", t::users::state_active()),
        UserState::Invited => ("info", t::users::state_invited()),
        UserState::Suspended => ("neutral", t::users::state_suspended()),
    }
}

/// The communities of a user in one line.
pub fn communities_line(user: &User) -> String {
    match user.communities.as_slice() {
        [] if user.user_type == UserType::Superuser => t::users::all_communities().to_owned(),
        [] => t::users::no_communities().to_owned(),
        [one] => one.name.clone(),
        [first, rest @ ..] => t::users::communities_more(&first.name, rest.len()),
    }
}

/// What the server's `detail` means here; these refusals have reasons of their own.
pub fn explained(mut problem: Problem) -> Problem {
    if problem.is(Code::StateForbids) {
        let words = match problem.detail.as_deref() {
            Some("last_superuser") => Some(t::users::last_superuser()),
            Some("own_rights") => Some(t::users::own_rights()),
            Some("yourself") => Some(t::users::yourself()),
            _ => None,
        };
        problem.detail = words.map(str::to_owned);
    }
    problem
}

/// Icon, tone and title of a line of the sign-in history.
pub fn record_words(record: &SignInRecord) -> (&'static str, &'static str, String) {
    let (icon, tone, title) = match record.what.as_str() {
        "signed_in" => ("key-round", "good", t::users::ev_signed_in()),
        "sign_in_refused" => ("ban", "bad", t::users::ev_sign_in_refused()),
        "signed_out" => ("log-out", "neutral", t::users::ev_signed_out()),
        "sessions_revoked" => ("log-out", "warn", t::users::ev_sessions_revoked()),
        "password_changed" => ("lock", "info", t::users::ev_password_changed()),
        "password_link_sent" => ("mail", "info", t::users::ev_password_link_sent()),
        "totp_enabled" => ("shield-check", "good", t::users::ev_totp_enabled()),
        "totp_disabled" => ("shield", "warn", t::users::ev_totp_disabled()),
        "user_invited" => ("user-plus", "info", t::users::ev_user_invited()),
        "invitation_accepted" => ("user-check", "good", t::users::ev_invitation_accepted()),
        "user_suspended" => ("user-x", "bad", t::users::ev_user_suspended()),
        "user_activated" => ("user-check", "good", t::users::ev_user_activated()),
        other => return ("circle", "neutral", other.replace('_', " ")),
    };
    let why = record.reason.as_deref().and_then(|why| match why {
        "wrong_password" => Some(t::users::why_wrong_password()),
        "wrong_code" => Some(t::users::why_wrong_code()),
        "suspended" => Some(t::users::why_suspended()),
        "invited" => Some(t::users::why_invited()),
        "password_changed" => Some(t::users::why_password_changed()),
        "token_reused" => Some(t::users::why_token_reused()),
        "ended_by_user" | "others_ended_by_user" => Some(t::users::why_ended_by_user()),
        "second_factor_added" | "second_factor_removed" => Some(t::users::why_second_factor()),
        _ => None,
    });
    (
        icon,
        tone,
        why.map_or_else(|| title.to_owned(), |why| format!("{title}: {why}")),
    )
}
