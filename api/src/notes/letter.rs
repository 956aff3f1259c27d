//! The mail that brings a call-centre agent's note to the community (spec I06, I09).

use crate::communities;
use crate::kernel::{Stop, Tx};
use crate::mail;
use crate::statuses::Account;
use kept_shared::notes::{NewNote, NoteMail, NoteUnit, is_mailed};
use kept_shared::text::tidy;

/// What the letter says.
struct About<'a> {
    author: &'a str,
    community: &'a str,
    reference: &'a str,
    name: &'a str,
    /// The units in words; none: the customer as a whole.
    units: Option<String>,
    is_urgent: bool,
    is_collection: bool,
    /// In the community's own time.
    written: String,
    body: &'a str,
    link: String,
}

impl About<'_> {
    fn subject(&self) -> String {
        let urgent = if self.is_urgent { "URGENT: " } else { "" };
        format!("{urgent}Note on {} {}, {}", self.reference, self.name, self.community)
    }

    fn text(&self) -> String {
        let mut marks = vec![];
        if self.is_urgent {
            marks.push("urgent");
        }
        if self.is_collection {
            marks.push("collection note");
        }
        let marks = if marks.is_empty() {
            String::new()
        } else {
            format!(" ({})", marks.join(", "))
        };
        let units = self
            .units
            .as_ref()
            .map(|units| format!("\nUnit: {units}"))
            .unwrap_or_default();
        format!(
            "{} wrote a note{marks} at the call centre on {}.\n\nCustomer: {} {}{units}\nCommunity: {}\n\n{}\n\n\
             The customer's notes: {}\n",
            self.author, self.written, self.reference, self.name, self.community, self.body, self.link
        )
    }
}

/// Queues the letter, if notes of this author are mailed at all. A community without an address gets none, and the
/// author is told.
pub(super) async fn send(
    tx: &Tx,
    account: &Account,
    note: &NewNote,
    units: &[NoteUnit],
) -> Result<Option<NoteMail>, Stop> {
    if !is_mailed(tx.caller().user_type) {
        return Ok(None);
    }
    let community = communities::by_ids(tx, [account.community_id])
        .await?
        .remove(&account.community_id)
        .ok_or_else(Stop::not_found)?;
    let Some(to_address) = tidy(community.email.clone()) else {
        return Ok(Some(NoteMail::NoAddress));
    };
    let zone = account.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let root = tx.kernel().config.server.public_url.trim_end_matches('/');
    let codes: Vec<&str> = units.iter().map(|u| u.code.as_str()).collect();
    let about = About {
        author: &tx.caller().name,
        community: &community.name,
        reference: &account.reference,
        name: &account.name,
        units: if note.all_units {
            Some("all".into())
        } else {
            Some(codes.join(", ")).filter(|codes| !codes.is_empty())
        },
        is_urgent: note.is_urgent,
        is_collection: note.is_collection,
        written: tx.now().with_timezone(&zone).format("%-d %B %Y, %H:%M").to_string(),
        body: note.body.trim(),
        link: format!("{root}/accounts/{}?tab=notes", account.id),
    };
    let letter = mail::Letter {
        to_address,
        to_name: community.name.clone(),
        subject: about.subject(),
        text: about.text(),
        account: Some(account.id),
    };
    mail::queue(tx, letter).await?;
    Ok(Some(NoteMail::Queued))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(is_urgent: bool) -> About<'static> {
        About {
            author: "Zanele Dube",
            community: "Kingfisher Bay",
            reference: "KFB0012",
            name: "Sipho Nkosi",
            units: Some("A1, A2".into()),
            is_urgent,
            is_collection: true,
            written: "23 November 2026, 10:15".into(),
            body: "Water pours out of the door.",
            link: "http://k/accounts/1?tab=notes".into(),
        }
    }

    #[test]
    fn an_urgent_note_says_so_first() {
        assert_eq!(
            about(true).subject(),
            "URGENT: Note on KFB0012 Sipho Nkosi, Kingfisher Bay"
        );
        assert_eq!(about(false).subject(), "Note on KFB0012 Sipho Nkosi, Kingfisher Bay");
    }

    #[test]
    fn the_letter_says_who_wrote_what_about_whom() {
        let text = about(true).text();
        for part in [
            "Zanele Dube wrote a note (urgent, collection note) at the call centre on 23 November 2026, 10:15.",
            "Customer: KFB0012 Sipho Nkosi\nUnit: A1, A2\nCommunity: Kingfisher Bay",
            "\n\nWater pours out of the door.\n\n",
            "http://k/accounts/1?tab=notes",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let whole = About {
            units: None,
            is_collection: false,
            ..about(false)
        };
        assert!(whole.text().starts_with("Zanele Dube wrote a note at the call centre"));
        assert!(!whole.text().contains("Unit:"));
    }
}
