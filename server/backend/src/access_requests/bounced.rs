//! A letter about a request that could not be delivered (I10): without it nobody would know why nothing goes on.
//!
//! Whoever still has to sign cannot be told, so the others named are, each with their own link: they open the request
//! and correct the address. The secret code is Support's to put right, since who holds it is what both signed (R6).

use super::{event, state_of};
use crate::entity::{access_request, handover};
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::Act;
use domain::access_requests::{Part, RequestState};
use platform::outbox;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// What the letter was about.
#[derive(Deserialize)]
struct Payload {
    request: Option<Uuid>,
    #[serde(default)]
    requests: Vec<Uuid>,
    #[serde(default)]
    edition: i32,
    part: Option<String>,
    handover: Option<Uuid>,
    #[serde(default)]
    issue: i32,
}

impl Portal {
    /// Tells of a letter that could not be delivered who can put it right.
    pub(crate) async fn request_bounced(&self, row: &outbox::Model) -> Result<(), Refusal> {
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(()) };
        match row.kind.as_str() {
            letters::SIGN | letters::SIGN_ANEW => {
                let part = payload.part.as_deref().and_then(Part::from_code);
                match (payload.request, part) {
                    (Some(request), Some(part)) => self.unsigned(request, payload.edition, part).await,
                    _ => Ok(()),
                }
            }
            letters::SIGN_MANY => {
                for request in payload.requests {
                    self.unsigned(request, payload.edition, Part::Authorizer).await?;
                }
                Ok(())
            }
            letters::CODE => match payload.handover {
                Some(handover) => self.code_bounced(handover, payload.issue).await,
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// That part was not reached, unless the request moved on meanwhile.
    async fn unsigned(&self, request: Uuid, edition: i32, part: Part) -> Result<(), Refusal> {
        let work = self.begin_request().await?;
        let found = access_request::Entity::find_by_id(request).one(&work.db).await?;
        let Some(row) = found.filter(|row| row.edition == edition) else { return Ok(()) };
        if state_of(&row) != RequestState::Waiting {
            return Ok(());
        }
        work.tell_of_bounce(&row, part).await?;
        work.commit(event(Act::RequestBounced, &row, json!({ "part": part.code() }))).await
    }

    async fn code_bounced(&self, id: Uuid, issue: i32) -> Result<(), Refusal> {
        let work = self.begin_request().await?;
        let kept = handover::Entity::find_by_id(id).one(&work.db).await?;
        if kept.is_none_or(|kept| kept.used_at.is_some() || kept.issue != issue) {
            return Ok(());
        }
        let row = access_request::Entity::find()
            .filter(access_request::Column::HandoverId.eq(id))
            .filter(access_request::Column::State.eq(RequestState::Approved.code()))
            .order_by_asc(access_request::Column::Id)
            .one(&work.db)
            .await?;
        let Some(row) = row else { return Ok(()) };
        work.post(Post {
            kind: letters::CODE_BOUNCED,
            to: &self.settings.operator.email,
            language: None,
            about: Some(row.id),
            payload: json!({ "request": row.id, "edition": row.edition, "handover": id }),
        })
        .await?;
        work.commit(event(Act::RequestBounced, &row, json!({ "part": Part::Authorizer.code() }))).await
    }
}

impl Work {
    /// Everybody the request names but whom the letter was for, each address once.
    async fn tell_of_bounce(&self, row: &super::Row, bounced: Part) -> Result<(), Refusal> {
        let address = super::address_of(row, bounced).map(|(to, _)| to);
        let mut told: Vec<String> = address.into_iter().collect();
        for part in [Part::User, Part::Authorizer, Part::Sender] {
            let Some((to, language)) = super::address_of(row, part) else { continue };
            if told.iter().any(|known| known.eq_ignore_ascii_case(&to)) {
                continue;
            }
            let (part, bounced) = (part.code(), bounced.code());
            let payload =
                json!({ "request": row.id, "edition": row.edition, "part": part, "bounced": bounced });
            let kind = letters::REQUEST_BOUNCED;
            self.post(Post { kind, to: &to, language, about: Some(row.id), payload }).await?;
            told.push(to);
        }
        Ok(())
    }
}
