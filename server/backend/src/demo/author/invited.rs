//! Invitations: those that wait, those that ended, and their mails.

use super::{Author, Entrance};
use crate::activity::Event;
use crate::demo::jobs;
use crate::demo::stage::{Stage, Standing};
use crate::entity::{invitation, invitation_profile};
use crate::letters;
use domain::{Act, ContactId, Instant};
use platform::{outbox, secrets};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

/// For how many days an invitation works (I4).
const DAYS: i64 = 30;

/// What became of an invitation.
struct Course {
    state: &'static str,
    issued: Instant,
    ended: Option<Instant>,
}

/// Of an invitation issued so many days ago, address and message are past their period.
const PAST: i64 = 690;

impl Author<'_> {
    /// The invitation that brought the contact its account and what it holds, or did not.
    pub(super) fn invite(
        &mut self,
        stage: &Stage,
        entered: &Entrance,
        account: Option<Uuid>,
        held: Vec<String>,
    ) {
        let Some(course) = self.course(entered) else { return };
        let id = self.id();
        let row = self.invitation(stage, entered, &course);
        self.rows.invitations.push(invitation::ActiveModel {
            id: Set(id),
            token_hash: Set(secrets::hash(&self.platform.secrets.token("invitation", id.as_bytes()))),
            accepted_by: Set(account),
            ..row
        });
        let proposed =
            || stage.offers.proposed_by(stage.primary, &self.dice).map(|offer| offer.profile.clone());
        let profiles = if held.is_empty() { proposed().into_iter().collect() } else { held };
        for profile in profiles {
            let row = invitation_profile::ActiveModel { invitation_id: Set(id), profile: Set(profile) };
            self.rows.proposed.push(row);
        }
        self.post(stage, entered, id, course.issued);
        self.tell(stage, entered, id, &course);
    }

    fn course(&self, entered: &Entrance) -> Option<Course> {
        let pending = |issued| Some(Course { state: "pending", issued, ended: None });
        match entered.standing {
            Standing::Invited | Standing::Bounced => pending(self.days_ago(2..20)),
            Standing::Expired => pending(self.days_ago(40..120)),
            Standing::Declined => {
                let issued = self.days_ago(6..60);
                Some(Course { state: "declined", issued, ended: Some(issued.plus_days(3)) })
            }
            // Most came long ago: their grants alone tell.
            Standing::Access if self.dice.percent(15) => Some(Course {
                state: "accepted",
                issued: entered.since,
                ended: Some(entered.since.plus_days(2)),
            }),
            _ => None,
        }
    }

    fn invitation(&self, stage: &Stage, entered: &Entrance, course: &Course) -> invitation::ActiveModel {
        let language = entered.facts.language;
        let said = self.dice.percent(40);
        let message = said.then(|| jobs::message(&self.dice, language.unwrap_or(stage.language)));
        let expires = self.platform.calendar.end_of_day_after(course.issued, DAYS);
        let over = expires <= self.now;
        // What the first round would anonymize is so already (G10).
        let past = course.issued < self.now.plus_days(-PAST);
        invitation::ActiveModel {
            organization_id: Set(stage.id),
            contact_id: Set(entered.id),
            email: Set(if past { String::new() } else { entered.facts.email.to_string() }),
            language: Set(language.map(|language| language.code().to_owned())),
            message: Set(message.filter(|_| !past)),
            state: Set(course.state.to_owned()),
            issued_by: Set(Some(stage.primary)),
            issued_by_support: Set(false),
            issued_at: Set(course.issued.0),
            expires_at: Set(expires.0),
            ended_at: Set(course.ended.map(|ended| ended.0)),
            // Everybody was told of what is over.
            reminded_at: Set(over.then_some(expires.plus_days(-7).0)),
            expiry_told_at: Set(over.then_some(expires.0)),
            asked_again_at: Set(None),
            imported: Set(false),
            ..invitation::ActiveModel::default()
        }
    }

    /// The mail of an invitation that waits: it went, or was refused.
    fn post(&mut self, stage: &Stage, entered: &Entrance, invitation: Uuid, at: Instant) {
        let (state, answer) = match entered.standing {
            Standing::Invited => ("sent", "250 2.0.0 Ok"),
            Standing::Bounced => ("bounced", "550 5.1.1 No such mailbox"),
            _ => return,
        };
        let row = outbox::ActiveModel {
            id: Set(self.id()),
            kind: Set(letters::INVITE.to_owned()),
            payload: Set(json!({ "invitation": invitation }).to_string()),
            recipient: Set(entered.facts.email.key()),
            language: Set(entered.facts.language.map(|language| language.code().to_owned())),
            organization_id: Set(Some(stage.id)),
            about: Set(Some(invitation)),
            state: Set(state.to_owned()),
            attempts: Set(1),
            due_at: Set(at.0),
            leased_until: Set(0),
            leased_by: Set(None),
            created_at: Set(at.0),
            sent_at: Set((state == "sent").then_some(at.0)),
            answer: Set(Some(answer.to_owned())),
        };
        self.rows.letters.push(row);
    }

    fn tell(&mut self, stage: &Stage, entered: &Entrance, invitation: Uuid, course: &Course) {
        let person = ContactId(entered.id);
        let issued = json!({ "invitation": invitation, "email": entered.facts.email });
        let event = Event::of(Act::InvitationIssued, person).with(issued);
        self.note(Some(stage), Some(stage.primary), event, course.issued);
        if let Some(ended) = course.ended {
            let act =
                if course.state == "declined" { Act::InvitationDeclined } else { Act::InvitationAccepted };
            let event = Event::of(act, person).with(json!({ "invitation": invitation }));
            self.note(Some(stage), Some(entered.id), event, ended);
        }
    }
}
