//! A contact of whom nobody can tell any more who it was, and all that was kept of the person.

use super::LAST;
use crate::contacts::spoken;
use crate::entity::contact;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::{ContactId, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};

/// What is kept of a person besides the contact, in the words of both databases; `$1` is the contact, `$2` the
/// organization.
const OF_A_PERSON: &[&str] = &[
    "UPDATE grants SET state = 'revoked' WHERE contact_id = $1 AND organization_id = $2 AND state = 'suspended'",
    "UPDATE invitations SET email = '', message = NULL WHERE contact_id = $1 AND organization_id = $2",
    "UPDATE profile_requests SET reason = '', answer = NULL \
     WHERE contact_id = $1 AND organization_id = $2 AND state <> 'waiting'",
    "UPDATE relinks SET reason = '', evidence = '', email = '' \
     WHERE contact_id = $1 AND organization_id = $2 AND state <> 'pending'",
    "UPDATE primary_replacements SET reason = '' \
     WHERE (primary_id = $1 OR heir_id = $1) AND organization_id = $2 AND state <> 'planned'",
    "UPDATE access_request_signatures SET name = '', evidence = NULL WHERE request_id IN \
     (SELECT id FROM access_requests WHERE contact_id = $1 AND target_id = $2)",
    "UPDATE access_request_steps SET words = NULL WHERE request_id IN \
     (SELECT id FROM access_requests WHERE contact_id = $1 AND target_id = $2)",
    "DELETE FROM access_request_scans WHERE request_id IN \
     (SELECT id FROM access_requests WHERE contact_id = $1 AND target_id = $2)",
    "UPDATE access_requests SET form = '{}', facts = NULL, document = NULL, user_name = '', user_key = '', \
     authorizer_name = NULL, authorizer_key = NULL, search = '', sent_by = NULL, sender_hash = NULL, \
     user_hash = NULL, authorizer_hash = NULL WHERE contact_id = $1 AND target_id = $2",
    // A code that somebody still waits for has somebody who holds it: Support, until it is used or ends.
    "UPDATE handovers SET holder_name = '', holder_email = '' \
     WHERE holder_id IN (SELECT id FROM contacts WHERE id = $1 AND organization_id = $2) AND (used_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM invitations i WHERE i.handover_id = handovers.id \
     AND i.state = 'pending'))",
    "UPDATE reference_numbers SET name_key = '' WHERE contact_id = $1 AND organization_id = $2",
    // A signature is proof, and stays with what was signed; what was only asked goes.
    "UPDATE agreement_signatories SET email = NULL, account_email = NULL, network_address = NULL, issuer = NULL, \
     subject = NULL WHERE state <> 'signed' \
     AND contact_id IN (SELECT id FROM contacts WHERE id = $1 AND organization_id = $2)",
    "UPDATE review_people SET last_name = '', first_name = '', email = '', sort_key = '{LAST}' \
     WHERE contact_id = $1 AND organization_id = $2",
    "UPDATE review_profiles SET note = NULL WHERE contact_id = $1 AND organization_id = $2",
    "UPDATE review_profiles SET decided_name = '' \
     WHERE decided_by = $1 AND organization_id = $2 AND decided_name IS NOT NULL",
    "UPDATE review_profiles SET granted_name = '' \
     WHERE organization_id = $2 AND granted_name IS NOT NULL AND EXISTS (SELECT 1 FROM grants g \
     WHERE g.contact_id = review_profiles.contact_id AND g.profile = review_profiles.profile \
     AND g.granted_at = review_profiles.granted_at AND g.granted_by = $1)",
    "UPDATE reviews SET started_name = '' \
     WHERE started_by = $1 AND organization_id = $2 AND started_name IS NOT NULL",
    "UPDATE reviews SET attested_name = '' \
     WHERE attested_by = $1 AND organization_id = $2 AND attested_name IS NOT NULL",
    "UPDATE activity SET details = '', salt = {NO_BYTES} \
     WHERE contact_id = $1 AND organization_id = $2 AND details <> ''",
];

/// Acts about somebody else whose details name a colleague: who took an invitation over, who was primary, who
/// represents Support or belongs to a department. Support's people are named so in every organization.
const NAMES_A_COLLEAGUE: &str = "UPDATE activity SET details = '', salt = {NO_BYTES} \
    WHERE event IN ('invitation.handed_over', 'contact.primary_transferred', 'organization.steered', \
        'department.staffed', 'agreement.prepared', 'agreement.changed', 'agreement.sent', \
        'agreement.replaced') AND {HOLDS}";

/// What agreements are found by holds the names of who was asked to sign.
const NAMES_IN_AGREEMENTS: &str = "UPDATE agreements SET search = replace(search, $1, '') \
    WHERE id IN (SELECT agreement_id FROM agreement_signatories WHERE contact_id = $2)";

const LETTERS: &str = "UPDATE outbox SET recipient = '', payload = '{}', answer = NULL \
    WHERE organization_id = $1 AND recipient = $2 AND state <> 'queued'";

impl Work {
    /// Takes away what tells who a contact was. It stays, inactive for ever, and sorts last.
    ///
    /// # Errors
    /// [`Problem::ContactActive`] for who is active; [`Problem::AlreadyInvited`] while an invitation waits.
    pub(crate) async fn anonymize(&self, person: &contact::Model) -> Result<(), Refusal> {
        if person.active || person.is_primary {
            return Err(Problem::ContactActive.into());
        }
        if self.is_invited(person).await? {
            return Err(Problem::AlreadyInvited.into());
        }
        self.forget_letters_to(person).await?;
        self.unlink(person).await?;
        if let Some(account) = person.account_id {
            self.forget_account(account).await?;
        }
        self.keep_phones(ContactId(person.id), &[]).await?;
        for sql in OF_A_PERSON {
            self.run(&sql.replace("{LAST}", LAST), [person.id.into(), self.organization.id.into()]).await?;
        }
        self.forget_name_in_lines(person).await?;
        let folded = domain::fold::fold(&spoken(person));
        self.run(NAMES_IN_AGREEMENTS, [folded.into(), person.id.into()]).await?;
        self.without_name(person).await
    }

    async fn is_invited(&self, person: &contact::Model) -> Result<bool, Refusal> {
        use crate::entity::invitation;
        let pending = invitation::Entity::find()
            .filter(invitation::Column::ContactId.eq(person.id))
            .filter(invitation::Column::State.eq("pending"))
            .filter(invitation::Column::ExpiresAt.gt(self.now.0));
        Ok(pending.one(&self.db).await?.is_some())
    }

    async fn forget_letters_to(&self, person: &contact::Model) -> Result<(), Refusal> {
        let account = self.account_email(person).await?.map(|email| email.to_lowercase());
        for address in account.into_iter().chain([person.email_key.clone()]) {
            self.run(LETTERS, [self.organization.id.into(), address.into()]).await?;
        }
        Ok(())
    }

    async fn forget_name_in_lines(&self, person: &contact::Model) -> Result<(), Refusal> {
        let function = if self.portal.platform.store.is_sqlite() { "instr" } else { "strpos" };
        let holds = format!("{function}(details, $1) > 0");
        // As JSON writes it, in its quotes.
        let name = serde_json::Value::from(spoken(person)).to_string();
        if self.organization.operator {
            self.run(&NAMES_A_COLLEAGUE.replace("{HOLDS}", &holds), [name.into()]).await?;
            return Ok(());
        }
        let here = format!("{holds} AND organization_id = $2");
        let sql = NAMES_A_COLLEAGUE.replace("{HOLDS}", &here);
        self.run(&sql, [name.into(), self.organization.id.into()]).await?;
        Ok(())
    }

    async fn without_name(&self, person: &contact::Model) -> Result<(), Refusal> {
        let nobody = contact::ActiveModel {
            last_name: Set(String::new()),
            first_name: Set(String::new()),
            email: Set(String::new()),
            email_key: Set(String::new()),
            title: Set(None),
            language: Set(None),
            office_location: Set(None),
            position_type: Set(None),
            full_time_equivalent: Set(None),
            search: Set(String::new()),
            sort_key: Set(LAST.to_owned()),
            anonymized_at: Set(Some(self.now.0)),
            ..contact::ActiveModel::default()
        };
        let update = contact::Entity::update_many().set(nobody).filter(contact::Column::Id.eq(person.id));
        update.exec(&self.db).await?;
        Ok(())
    }
}
