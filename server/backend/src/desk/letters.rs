//! The letters of Support's desk.

use crate::entity::{contact, organization, relink};
use crate::letters::{PortalLetters, locale};
use crate::organizations::name_of;
use crate::refusal::Refusal;
use domain::{Language, RelinkId};
use locales::i18n::*;
use platform::letterhead::{Sheet, inert};
use platform::{Letter, outbox};
use sea_orm::EntityTrait as _;
use serde::Deserialize;

#[derive(Deserialize)]
struct Payload {
    relink: RelinkId,
}

impl PortalLetters {
    /// G7: both addresses learn that the account was taken away, and whom to write to if that is wrong.
    pub(crate) async fn of_the_desk(&self, row: &outbox::Model) -> Result<Option<Letter>, Refusal> {
        let Ok(Payload { relink }) = serde_json::from_str(&row.payload) else { return Ok(None) };
        let db = self.portal.platform.store.read();
        let Some(relink) = relink::Entity::find_by_id(relink.0).one(db).await? else { return Ok(None) };
        let person = contact::Entity::find_by_id(relink.contact_id).one(db).await?;
        let house = organization::Entity::find_by_id(relink.organization_id).one(db).await?;
        let (Some(person), Some(house)) = (person, house) else { return Ok(None) };
        let (name, house) = (crate::contacts::spoken(&person), name_of(&house));
        let ask = self.portal.settings.operator.email.clone();
        let sheet = |language: Language| {
            let l = locale(language);
            let (name, house) = (inert(&name), inert(house.in_language(language)));
            let (name, house) = (name.as_str(), house.as_str());
            let subject = td_string!(l, letters.relinked.subject, organization = house);
            Sheet::new(language, subject.clone())
                .heading(subject)
                .paragraph(td_string!(l, letters.relinked.text, name = name, organization = house))
                .footer(td_string!(l, letters.relinked.ask, ask = ask.as_str()))
        };
        Ok(Some(self.portal.letter_to(row, sheet)))
    }
}
