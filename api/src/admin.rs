//! The operator's own commands: the first organisation and administrator of an installation, new signing keys.

use crate::{
    kernel::{Kernel, NoContent, Stop, Subject, Tx},
    sign_in, statuses,
    users::{self, NewOrganisation},
};
use anyhow::Context;
use clap::{Args, Subcommand};
use kept_shared::{event::Event, ids::OrganisationId, money::Currency, permission::UserType, users::NewUser};
use std::{io::BufRead, sync::Arc};

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Create an administrator, and the organisation when it does not exist yet.
    CreateSuperuser(CreateSuperuser),
    /// Sign access tokens with a new key; tokens of the old one stay good until they run out.
    RotateKeys,
}

#[derive(Debug, Args)]
pub struct CreateSuperuser {
    /// Name of the organisation.
    #[arg(long)]
    organisation: String,
    /// E-mail address to sign in with.
    #[arg(long)]
    email: String,
    #[arg(long, default_value = "System")]
    first_name: String,
    #[arg(long, default_value = "Administrator")]
    surname: String,
    /// Read the password from standard input. Without this, a one-time link to choose one is printed.
    #[arg(long)]
    password_stdin: bool,
    /// The password was chosen by its owner: do not ask for another one at the first sign-in.
    #[arg(long, requires = "password_stdin")]
    keep_password: bool,
    /// Currency of the organisation (ISO 4217).
    #[arg(long, default_value = "ZAR")]
    currency: Currency,
    /// Time zone of the organisation (IANA).
    #[arg(long, default_value = "Africa/Johannesburg")]
    time_zone: String,
    /// Language of the organisation (BCP 47).
    #[arg(long, default_value = "en-ZA")]
    locale: String,
}

/// Runs the command and returns what to print.
pub async fn run(kernel: &Arc<Kernel>, command: Admin) -> anyhow::Result<String> {
    match command {
        Admin::CreateSuperuser(given) => create_superuser(kernel, given).await,
        Admin::RotateKeys => {
            let all = users::organisations(kernel).await?;
            anyhow::ensure!(
                !all.is_empty(),
                "there is no organisation yet: use `kept admin create-superuser` first"
            );
            let ids: Vec<OrganisationId> = all.into_iter().map(|(id, _)| id).collect();
            let kid = sign_in::rotate_keys(kernel, &ids).await?;
            Ok(format!("New access tokens are signed with key {kid}."))
        }
    }
}

/// Everything a new organisation starts with: the shipped permission groups and the shipped status catalogue. The caller
/// ends the transaction with [`Event::OrganisationCreated`].
pub async fn found(tx: &Tx, new: &NewOrganisation) -> Result<OrganisationId, Stop> {
    let organisation = users::seed_organisation(tx, new).await?;
    statuses::seed(tx, organisation).await?;
    Ok(organisation)
}

async fn create_superuser(kernel: &Arc<Kernel>, given: CreateSuperuser) -> anyhow::Result<String> {
    let password = if given.password_stdin {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .context("the password cannot be read")?;
        Some(line.trim_end_matches(['\r', '\n']).to_owned())
    } else {
        None
    };
    anyhow::ensure!(
        given.time_zone.parse::<chrono_tz::Tz>().is_ok(),
        "`{}` is not a time zone",
        given.time_zone
    );
    let name = given.organisation.trim();
    anyhow::ensure!(
        !name.is_empty() && name.chars().count() <= kept_shared::settings::MAX_ORGANISATION_NAME,
        "the organisation needs a name of at most {} characters",
        kept_shared::settings::MAX_ORGANISATION_NAME
    );
    anyhow::ensure!(
        kept_shared::users::locale_readable(&given.locale),
        "`{}` is not a language tag such as en-ZA",
        given.locale
    );
    let known = users::organisations(kernel).await?;
    let existing = known
        .iter()
        .find(|(_, known)| known.eq_ignore_ascii_case(name))
        .map(|(id, _)| *id);
    let tx = kernel.write_everything("kept admin").await?;
    let organisation = match existing {
        Some(id) => id,
        None => {
            let new = NewOrganisation {
                name: given.organisation.clone(),
                currency: given.currency,
                time_zone: given.time_zone.clone(),
                locale: given.locale.clone(),
            };
            let id = found(&tx, &new).await?;
            tx.also(
                Subject::organisation(id),
                Event::OrganisationCreated { organisation: id },
            )
            .await?;
            id
        }
    };
    let new = NewUser {
        email: given.email.clone(),
        first_name: given.first_name,
        middle_name: None,
        surname: given.surname,
        phone: None,
        firm: None,
        user_type: UserType::Superuser,
        permission_group_id: users::shipped_group(&tx, organisation, UserType::Superuser, None).await?,
        communities: vec![],
    };
    let (user, link) = match &password {
        Some(password) => (
            users::seed_user(&tx, &new, password, !given.keep_password)
                .await
                .map_err(plain)?,
            None,
        ),
        None => {
            let user = users::seed_invited(&tx, &new).await.map_err(plain)?;
            let link = users::links::make(&tx, user.id, kernel.config.auth.invitation_days).await?;
            (user, Some(link))
        }
    };
    let subject = Subject::from(user.id).in_organisation(organisation);
    tx.finish(subject, Event::UserInvited { user: user.id }, NoContent)
        .await?;
    Ok(match link {
        Some(link) => format!(
            "{} may choose a password here, once, within {} days:\n{link}",
            user.email, kernel.config.auth.invitation_days
        ),
        None => format!("{} may sign in.", user.email),
    })
}

/// A refusal in words an operator can act on.
fn plain(stop: Stop) -> anyhow::Error {
    match stop {
        Stop::Problem(problem) => {
            let faults: Vec<String> = problem
                .errors
                .iter()
                .map(|e| format!("{}: {}", e.pointer.trim_start_matches('/'), e.code))
                .collect();
            anyhow::anyhow!(
                "{}{}{}",
                problem.title,
                if faults.is_empty() { "" } else { ": " },
                faults.join(", ")
            )
        }
        Stop::Replay(_) => anyhow::anyhow!("repeated request"),
    }
}
