//! Letters about profiles asked of Support (P3): to Support, and the decision to whoever asked.

use super::{in_language, locale};
use crate::entity::profile_request;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::Language;
use domain::profile_requests::ProfileRequestLine;
use locales::i18n::*;
use platform::letterhead::{Sheet, inert};
use platform::outbox;
use sea_orm::EntityTrait as _;
use serde::Deserialize;
use uuid::Uuid;

pub(crate) const REQUEST_ASKED: &str = "profile_requests.asked";
pub(crate) const REQUEST_GRANTED: &str = "profile_requests.granted";
pub(crate) const REQUEST_REFUSED: &str = "profile_requests.refused";

#[derive(Deserialize)]
struct Payload {
    request: Uuid,
}

impl Portal {
    pub(super) async fn asked(&self, row: &outbox::Model) -> Result<Option<ProfileRequestLine>, Refusal> {
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(None) };
        let found =
            profile_request::Entity::find_by_id(payload.request).one(self.platform.store.read()).await?;
        Ok(self.request_lines(found.into_iter().collect()).await?.pop())
    }

    /// One language of such a letter.
    pub(super) fn sheet_of_request(
        &self,
        kind: &str,
        line: &ProfileRequestLine,
        language: Language,
    ) -> Sheet {
        let l = locale(language);
        let organization = inert(line.organization_name.in_language(language));
        let (name, asker) = (inert(&line.name), inert(&line.asked_by));
        let profile = line.profile.in_language(language);
        let (subject, text) = match kind {
            REQUEST_ASKED => (
                td_string!(l, letters.request_asked.subject, organization = organization.as_str()),
                td_string!(
                    l,
                    letters.request_asked.text,
                    asker = asker.as_str(),
                    organization = organization.as_str(),
                    profile = profile,
                    name = name.as_str()
                ),
            ),
            REQUEST_GRANTED => (
                td_string!(l, letters.request_granted.subject, name = name.as_str()),
                td_string!(l, letters.request_granted.text, profile = profile, name = name.as_str()),
            ),
            _ => (
                td_string!(l, letters.request_refused.subject, name = name.as_str()),
                td_string!(l, letters.request_refused.text, profile = profile, name = name.as_str()),
            ),
        };
        let sheet = Sheet::new(language, subject.clone()).heading(subject).paragraph(text);
        let base = format!("{}/LANGUAGE/organizations/{}", self.platform.base_url, line.organization);
        if kind == REQUEST_ASKED {
            let href = format!("{base}/profile-requests/{}", line.id);
            return sheet
                .quote(td_string!(l, letters.request_asked.reason, asker = asker.as_str()), &line.reason)
                .button(td_string!(l, letters.request_asked.button), in_language(&href, language));
        }
        let sheet = match &line.answer {
            Some(answer) => sheet.quote(td_string!(l, letters.request_granted.answer), answer),
            None => sheet,
        };
        let href = format!("{base}/contacts/{}", line.contact);
        sheet.button(
            td_string!(l, letters.request_granted.button, name = name.as_str()),
            in_language(&href, language),
        )
    }
}
