//! Leads: what is known of a customer who began as an enquiry, and where an account came from (spec C03, C07, C11, C14).

use crate::flaws::Flaws;
use crate::ids::*;
use crate::text::tidy;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Most answers of a script.
pub const MAX_ANSWERS: usize = 100;
/// Most communities a lead may be related to.
pub const MAX_RELATED: usize = 20;

crate::text_enum! {
    /// How far a lead has come.
    pub enum LeadState {
        /// Interested, has taken no unit.
        Active = "active",
        /// Took a unit, and is a customer. Follows from the units; nobody sets it.
        Rented = "rented",
        /// Will not take one.
        Canceled = "canceled",
    }
}

/// A question of the enquiry's script with its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeadAnswer {
    #[cfg_attr(feature = "openapi", schema(example = "When do you need the unit?"))]
    pub question: String,
    #[cfg_attr(feature = "openapi", schema(example = "In January"))]
    pub answer: String,
}

/// What an account that begins as a lead is opened with. The answers are not changed afterwards.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLead {
    /// The day of the enquiry. Absent: the community's today.
    #[serde(default)]
    pub enquired_on: Option<NaiveDate>,
    /// How they came: telephone, walk-in, a web site.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "Telephone"))]
    pub channel: Option<String>,
    /// Who took the enquiry.
    #[serde(default)]
    pub taken_by: Option<String>,
    #[serde(default)]
    pub answers: Vec<LeadAnswer>,
}

impl NewLead {
    pub fn tidied(mut self) -> Self {
        self.channel = tidy(self.channel);
        self.taken_by = tidy(self.taken_by);
        for line in &mut self.answers {
            line.question = line.question.trim().to_owned();
            line.answer = line.answer.trim().to_owned();
        }
        self
    }

    /// Its flaws under a pointer such as `/lead`.
    pub fn flaws_at(&self, flaws: &mut Flaws, base: &str) {
        if let Some(channel) = &self.channel {
            flaws.optional_text(&format!("{base}/channel"), channel, 60);
        }
        if let Some(taken_by) = &self.taken_by {
            flaws.optional_text(&format!("{base}/taken_by"), taken_by, 120);
        }
        flaws.when(self.answers.len() > MAX_ANSWERS, &format!("{base}/answers"), "too_many");
        for (at, line) in self.answers.iter().take(MAX_ANSWERS).enumerate() {
            flaws.text(&format!("{base}/answers/{at}/question"), &line.question, 300);
            flaws.optional_text(&format!("{base}/answers/{at}/answer"), &line.answer, 2_000);
        }
    }
}

/// The enquiry a customer began as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lead {
    pub account_id: AccountId,
    pub state: LeadState,
    pub enquired_on: NaiveDate,
    pub channel: Option<String>,
    pub taken_by: Option<String>,
    pub answers: Vec<LeadAnswer>,
    /// Communities nearby the lead may also take a unit in, those within the reader's reach. Empty for customers.
    pub related: Vec<RelatedCommunity>,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RelatedCommunity {
    pub id: CommunityId,
    pub name: String,
}

/// What of a lead may be changed: whether it is still one, and where else it may take a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeadEdit {
    pub is_canceled: bool,
    #[serde(default)]
    pub related: Vec<CommunityId>,
}

impl LeadEdit {
    /// Its flaws; `home` is the lead's own community.
    pub fn flaws(&self, home: CommunityId) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.when(self.related.len() > MAX_RELATED, "/related", "too_many");
        for (at, id) in self.related.iter().enumerate() {
            let pointer = format!("/related/{at}");
            flaws.when(*id == home, &pointer, "own_community");
            flaws.when(self.related[..at].contains(id), &pointer, "repeated");
        }
        flaws
    }
}

/// Where an account came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Origin {
    pub created_at: DateTime<Utc>,
    /// Who opened it; absent for the machine and for attorneys' eyes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<Lead>,
}

/// How far a lead has come: who has or had a unit took it, whatever was said before.
pub const fn state(is_canceled: bool, has_units: bool) -> LeadState {
    match (has_units, is_canceled) {
        (true, _) => LeadState::Rented,
        (false, true) => LeadState::Canceled,
        (false, false) => LeadState::Active,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn community(n: u128) -> CommunityId {
        CommunityId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn who_took_a_unit_is_no_lead_any_more() {
        assert_eq!(state(false, false), LeadState::Active);
        assert_eq!(state(true, false), LeadState::Canceled);
        assert_eq!(state(true, true), LeadState::Rented);
        assert_eq!(state(false, true), LeadState::Rented);
    }

    #[test]
    fn a_lead_is_related_to_others_once_each() {
        let edit = |related: Vec<CommunityId>| LeadEdit {
            is_canceled: false,
            related,
        };
        assert!(edit(vec![community(2), community(3)]).flaws(community(1)).is_empty());
        let codes = |e: LeadEdit| {
            let all: Vec<_> = e.flaws(community(1)).0.into_iter().map(|f| f.code).collect();
            all
        };
        assert_eq!(codes(edit(vec![community(1)])), ["own_community"]);
        assert_eq!(codes(edit(vec![community(2), community(2)])), ["repeated"]);
        assert_eq!(codes(edit((2..40).map(community).collect())), ["too_many"]);
    }

    #[test]
    fn an_answer_needs_its_question() {
        let lead = NewLead {
            answers: vec![LeadAnswer {
                question: " ".into(),
                answer: "Yes".into(),
            }],
            ..NewLead::default()
        }
        .tidied();
        let mut flaws = Flaws::default();
        lead.flaws_at(&mut flaws, "/lead");
        assert_eq!(flaws.0[0].pointer, "/lead/answers/0/question");
    }
}
