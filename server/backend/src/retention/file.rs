//! All that is kept of a person in an organization, as a file for that person (G10): pretty JSON whose names and
//! values are in the language of whoever reads it, in an order that reads well.
//!
//! It holds what the person may see: whoever acted for the operator is "Support", whoever prepares the file.

use crate::access::Permit;
use crate::activity::{Event, change_in_words};
use crate::agreements::{hexadecimal, signatory_state, titles_of};
use crate::contacts::people::names_in;
use crate::contacts::{find, phones_of};
use crate::entity::{
    access_request, account, agreement, agreement_signatory, contact, grant, invitation, invitation_profile,
};
use crate::organizations::name_of;
use crate::refusal::Refusal;
use domain::access_requests::RequestState;
use domain::contacts::{ContactForm, PhoneForm};
use domain::permissions::{ManageContacts, SeeOrganization};
use domain::{Act, ContactId, Instant, Language, Problem};
use locales::{Locale, person, td_string};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::{Serialize, Serializer};
use std::collections::HashMap;
use uuid::Uuid;

impl Permit<SeeOrganization> {
    /// Everything that is kept here of the person who looks.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for Support, who is no contact of the organization.
    pub async fn own_data(&self, language: Language) -> Result<String, Refusal> {
        let row = self.own_row(self.portal.platform.store.read()).await?;
        self.data_of_person(&row, language).await
    }
}

impl Permit<ManageContacts> {
    /// Everything that is kept here of a contact, to answer a request of that person. That it was prepared is noted,
    /// and stands in it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a contact of another organization (G4); [`Problem::ContactAnonymized`].
    pub async fn data_of(&self, id: ContactId, language: Language) -> Result<String, Refusal> {
        let (work, _) = self.begin().await?;
        let row = find(&work.db, self.organization.id, id).await?;
        if row.anonymized_at.is_some() {
            return Err(Problem::ContactAnonymized.into());
        }
        work.commit(Event::of(Act::DataGiven, id)).await?;
        self.data_of_person(&row, language).await
    }
}

impl<P> Permit<P> {
    async fn data_of_person(&self, row: &contact::Model, language: Language) -> Result<String, Refusal> {
        let l = Locale::from(language);
        let calendar = &self.portal.platform.calendar;
        let whole = Part(vec![
            (td_string!(l, retention.organization), text(name_of(&self.organization).in_language(language))),
            (td_string!(l, retention.prepared), text(calendar.date_and_time(self.portal.now()).machine)),
            (td_string!(l, retention.record), self.record(row, language).await?),
            (td_string!(l, contacts.card.profiles), self.every_profile(row, language).await?),
            (td_string!(l, retention.invitations), self.every_invitation(row, language).await?),
            (td_string!(l, retention.requests), self.every_request(row, language).await?),
            (td_string!(l, agreements_letters.data.title), self.every_signature(row, language).await?),
            (td_string!(l, activity.history), self.every_line(row, language).await?),
        ]);
        serde_json::to_string_pretty(&whole).map_err(Refusal::broken)
    }

    async fn record(&self, row: &contact::Model, language: Language) -> Result<Value, Refusal> {
        let l = Locale::from(language);
        let db = self.portal.platform.store.read();
        let form = ContactForm::from(&crate::contacts::facts(row, phones_of(db, row.id).await?));
        let account = match row.account_id {
            Some(id) => account::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        let signed_in = account.as_ref().map(|account| self.day(account.last_sign_in_at));
        let phones = form.phones.iter().filter(|phone| !phone.number.is_empty());
        Ok(Value::Part(Part(vec![
            (td_string!(l, contacts.form.last_name), text(form.last_name)),
            (td_string!(l, contacts.form.first_name), text(form.first_name)),
            (td_string!(l, contacts.form.email), text(form.email)),
            (td_string!(l, contacts.form.title), text(form.title)),
            (
                td_string!(l, contacts.form.phones),
                Value::Many(phones.map(|phone| called(phone, l)).collect()),
            ),
            (td_string!(l, contacts.form.language), text(spoken_language(row, l))),
            (td_string!(l, contacts.form.office_location), text(form.office_location)),
            (td_string!(l, contacts.form.position_type), text(form.position_type)),
            (td_string!(l, contacts.form.full_time_equivalent), text(form.full_time_equivalent)),
            (td_string!(l, contacts.column_status), text(standing(row, l))),
            (td_string!(l, contacts.primary), text(yes_or_no(row.is_primary, l))),
            (td_string!(l, retention.account), text(account.and_then(|row| row.email).unwrap_or_default())),
            (td_string!(l, retention.signed_in), text(signed_in.unwrap_or_default())),
            (td_string!(l, retention.added), text(self.day(row.created_at))),
            (td_string!(l, retention.changed), text(self.day(row.updated_at))),
        ])))
    }

    /// What the person holds and held, who gave it and when.
    async fn every_profile(&self, row: &contact::Model, language: Language) -> Result<Value, Refusal> {
        let l = Locale::from(language);
        let db = self.portal.platform.store.read();
        let rows = grant::Entity::find()
            .filter(grant::Column::ContactId.eq(row.id))
            .order_by_asc(grant::Column::GrantedAt)
            .order_by_asc(grant::Column::Profile)
            .all(db)
            .await?;
        let names = names_in(db, row.organization_id, rows.iter().filter_map(|row| row.granted_by)).await?;
        let told = rows.into_iter().map(|row| {
            let name = self.portal.catalogue.name_of(&row.profile).in_language(language).to_owned();
            let by = row.granted_by.map(|id| by(&names, id, language)).unwrap_or_default();
            Value::Part(Part(vec![
                (td_string!(l, activity.field.profile), text(name)),
                (td_string!(l, contacts.column_status), text(state_of_grant(&row.state, l))),
                (td_string!(l, retention.granted_by), text(by)),
                (td_string!(l, retention.granted_on), text(self.day(row.granted_at))),
                (td_string!(l, retention.last_day), text(self.last_day(row.ends_at))),
            ]))
        });
        Ok(Value::Many(told.collect()))
    }

    /// The invitations to the person, the oldest first.
    async fn every_invitation(&self, row: &contact::Model, language: Language) -> Result<Value, Refusal> {
        let db = self.portal.platform.store.read();
        let rows = invitation::Entity::find()
            .filter(invitation::Column::ContactId.eq(row.id))
            .order_by_asc(invitation::Column::IssuedAt)
            .all(db)
            .await?;
        let profiles = invitation_profile::Entity::find()
            .filter(invitation_profile::Column::InvitationId.is_in(rows.iter().map(|row| row.id)))
            .order_by_asc(invitation_profile::Column::Profile)
            .all(db)
            .await?;
        let names = names_in(db, row.organization_id, rows.iter().filter_map(|row| row.issued_by)).await?;
        let told = rows.into_iter().map(|row| {
            let its = profiles.iter().filter(|profile| profile.invitation_id == row.id);
            let its = its.map(|profile| self.portal.catalogue.name_of(&profile.profile));
            let its = its.map(|name| text(name.in_language(language))).collect();
            self.invitation_told(row, (Value::Many(its), &names), language)
        });
        Ok(Value::Many(told.collect()))
    }

    fn invitation_told(
        &self,
        row: invitation::Model,
        (profiles, names): (Value, &HashMap<Uuid, String>),
        language: Language,
    ) -> Value {
        let l = Locale::from(language);
        let state = match row.state.as_str() {
            "pending" if row.expires_at <= self.portal.now().0 => "expired",
            state => state,
        };
        Value::Part(Part(vec![
            (td_string!(l, retention.sent_on), text(self.day(row.issued_at))),
            (
                td_string!(l, retention.sent_by),
                text(row.issued_by.map(|id| by(names, id, language)).unwrap_or_default()),
            ),
            (td_string!(l, retention.sent_to), text(row.email)),
            (td_string!(l, activity.field.message), text(row.message.unwrap_or_default())),
            (td_string!(l, contacts.card.profiles), profiles),
            (td_string!(l, activity.field.until), text(self.last_day(Some(row.expires_at)))),
            (td_string!(l, contacts.column_status), text(state_of_invitation(state, l))),
        ]))
    }

    /// The requests for access that made the person a contact here, as they were signed, the oldest first (R3).
    async fn every_request(&self, row: &contact::Model, language: Language) -> Result<Value, Refusal> {
        let l = Locale::from(language);
        let rows = access_request::Entity::find()
            .filter(access_request::Column::ContactId.eq(row.id))
            .filter(access_request::Column::TargetId.eq(row.organization_id))
            .order_by_asc(access_request::Column::CreatedAt)
            .all(self.portal.platform.store.read())
            .await?;
        let told = rows.into_iter().map(|row| {
            let state = RequestState::from_code(&row.state);
            let state = state.map(|state| locales::request_state(state, language)).unwrap_or_default();
            Value::Part(Part(vec![
                (td_string!(l, access_requests.letter.reference), text(row.reference)),
                (
                    td_string!(l, access_requests.letter.service),
                    text(self.portal.service_name(&row.service).in_language(language)),
                ),
                (td_string!(l, contacts.column_status), text(state)),
                (
                    td_string!(l, retention.sent_on),
                    text(row.sent_at.map(|at| self.day(at)).unwrap_or_default()),
                ),
                (td_string!(l, retention.signed_text), text(row.document.unwrap_or_default())),
            ]))
        });
        Ok(Value::Many(told.collect()))
    }

    /// The agreements that the person was asked to sign, the oldest first (S3).
    async fn every_signature(&self, row: &contact::Model, language: Language) -> Result<Value, Refusal> {
        let db = self.portal.platform.store.read();
        let asked = agreement_signatory::Entity::find()
            .filter(agreement_signatory::Column::ContactId.eq(row.id))
            .filter(agreement_signatory::Column::InvitedAt.is_not_null())
            .order_by_asc(agreement_signatory::Column::InvitedAt)
            .all(db)
            .await?;
        let rows = agreement::Entity::find()
            .filter(agreement::Column::Id.is_in(asked.iter().map(|signatory| signatory.agreement_id)))
            .all(db)
            .await?;
        let told = asked.iter().filter_map(|signatory| {
            let row = rows.iter().find(|row| row.id == signatory.agreement_id)?;
            Some(self.signature_told(signatory, row, language))
        });
        Ok(Value::Many(told.collect()))
    }

    fn signature_told(
        &self,
        signatory: &agreement_signatory::Model,
        row: &agreement::Model,
        language: Language,
    ) -> Value {
        let l = Locale::from(language);
        let day = |at: Option<i64>| text(at.map(|at| self.day(at)).unwrap_or_default());
        let said = |kept: &Option<String>| text(kept.clone().unwrap_or_default());
        let state = locales::signatory_state(signatory_state(signatory), language);
        let sha256 = signatory.document_sha256.as_deref().map(hexadecimal).unwrap_or_default();
        Value::Part(Part(vec![
            (td_string!(l, agreements_letters.csv.title), text(titles_of(row).in_language(language))),
            (td_string!(l, contacts.column_status), text(state)),
            (td_string!(l, retention.sent_on), day(signatory.invited_at)),
            (td_string!(l, retention.sent_to), said(&signatory.email)),
            (td_string!(l, agreements_letters.data.signed_on), day(signatory.answered_at)),
            (td_string!(l, agreements_letters.data.name), said(&signatory.name_as_signed)),
            (td_string!(l, agreements_letters.data.account), said(&signatory.account_email)),
            (td_string!(l, activity.field.address), said(&signatory.network_address)),
            (td_string!(l, agreements_letters.data.language), said(&signatory.document_language)),
            (td_string!(l, agreements_letters.data.sha256), text(sha256)),
            (td_string!(l, agreements_letters.reason), said(&signatory.reason)),
        ]))
    }

    /// What happened to the person, the newest first.
    async fn every_line(&self, row: &contact::Model, language: Language) -> Result<Value, Refusal> {
        let l = Locale::from(language);
        let lines = self.told_about(ContactId(row.id)).await?;
        let told = lines.into_iter().map(|line| {
            let changes = line.changes.iter().map(|change| text(change_in_words(change, language)));
            Value::Part(Part(vec![
                (td_string!(l, activity.csv.at), text(line.at.machine)),
                (td_string!(l, activity.csv.who), text(line.who.in_language(language))),
                (td_string!(l, activity.csv.what), text(line.sentence.in_language(language))),
                (td_string!(l, activity.csv.details), Value::Many(changes.collect())),
            ]))
        });
        Ok(Value::Many(told.collect()))
    }

    fn day(&self, at: i64) -> String {
        self.portal.platform.calendar.date(Instant(at)).machine
    }

    fn last_day(&self, end: Option<i64>) -> String {
        let day = end.map(|end| self.portal.platform.calendar.last_day_before(Instant(end)).machine);
        day.unwrap_or_default()
    }
}

/// Named things, in their order.
struct Part(Vec<(&'static str, Value)>);

/// What a name stands for; an empty text is nothing.
enum Value {
    Text(String),
    Many(Vec<Value>),
    Part(Part),
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) if text.is_empty() => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Many(many) => serializer.collect_seq(many),
            Self::Part(part) => part.serialize(serializer),
        }
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// A colleague by name; whoever is of another organization is of Support.
fn by(names: &HashMap<Uuid, String>, id: Uuid, language: Language) -> String {
    let support = || td_string!(Locale::from(language), activity.support).to_owned();
    names.get(&id).map_or_else(support, |name| person(name, language))
}

fn called(phone: &PhoneForm, l: Locale) -> Value {
    let kind = match phone.kind.as_str() {
        "mobile" => td_string!(l, contacts.kind_mobile),
        "home" => td_string!(l, contacts.kind_home),
        "fax" => td_string!(l, contacts.kind_fax),
        _ => td_string!(l, contacts.kind_work),
    };
    let mut said = phone.number.clone();
    if !phone.extension.is_empty() {
        said = format!("{said} {}", td_string!(l, contacts.extension, number = phone.extension.clone()));
    }
    text(format!("{said} ({kind})"))
}

fn spoken_language(row: &contact::Model, l: Locale) -> &'static str {
    match crate::contacts::language(row) {
        Some(Language::En) => td_string!(l, contacts.language_en),
        Some(Language::Fr) => td_string!(l, contacts.language_fr),
        None => "",
    }
}

fn standing(row: &contact::Model, l: Locale) -> &'static str {
    if row.active { td_string!(l, contacts.active) } else { td_string!(l, contacts.inactive) }
}

fn yes_or_no(yes: bool, l: Locale) -> &'static str {
    if yes { td_string!(l, activity.field.yes) } else { td_string!(l, activity.field.no) }
}

fn state_of_grant(state: &str, l: Locale) -> &'static str {
    match state {
        "active" => td_string!(l, retention.grant.active),
        "suspended" => td_string!(l, retention.grant.suspended),
        "revoked" => td_string!(l, retention.grant.revoked),
        _ => td_string!(l, retention.grant.ended),
    }
}

fn state_of_invitation(state: &str, l: Locale) -> &'static str {
    match state {
        "pending" => td_string!(l, retention.invitation.pending),
        "accepted" => td_string!(l, retention.invitation.accepted),
        "declined" => td_string!(l, retention.invitation.declined),
        "withdrawn" => td_string!(l, retention.invitation.withdrawn),
        "superseded" => td_string!(l, retention.invitation.superseded),
        _ => td_string!(l, retention.invitation.expired),
    }
}
