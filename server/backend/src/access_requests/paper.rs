//! A request on paper (R13): Support types it, and keeps the scans of its two signatures.

use super::send::LETTERS;
use super::{Row, event};
use crate::access::Permit;
use crate::entity::{access_request, access_request_scan};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::access_requests::{Applicant, PaperForm, Part, RequestState, SentRequest, SignForm};
use domain::fields::required_text;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{AccessRequestId, Act, Field, FieldProblems, Problem};
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde_json::json;

/// The largest scan, in megabytes.
pub const SCAN_MEGABYTES: u16 = 5;

/// A scan of a signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// `application/pdf`, `image/png` or `image/jpeg`.
    pub media: String,
    pub content: Vec<u8>,
}

impl Scan {
    /// What a file is, by how it begins: its name says nothing.
    ///
    /// # Errors
    /// [`Problem::Missing`]; [`Problem::NotAScan`].
    pub fn read(content: Vec<u8>) -> Result<Self, Problem> {
        let wrong = Problem::NotAScan { megabytes: SCAN_MEGABYTES };
        if content.is_empty() {
            return Err(Problem::Missing);
        }
        if content.len() > usize::from(SCAN_MEGABYTES) * 1024 * 1024 {
            return Err(wrong);
        }
        let known: [(&[u8], &str); 3] = [
            (b"%PDF-", "application/pdf"),
            (b"\x89PNG\r\n\x1a\n", "image/png"),
            (b"\xff\xd8\xff", "image/jpeg"),
        ];
        let media = known.iter().find(|(begin, _)| content.starts_with(begin)).ok_or(wrong)?.1;
        Ok(Self { media: media.to_owned(), content })
    }
}

impl Permit<KeepOrganizations> {
    /// Enters a request that was received on paper, signed by both (R13): it is with Support at once. An address that
    /// looks shared is taken for a reason that is kept (R4).
    ///
    /// # Errors
    /// What is wrong with the form or with a scan; names that differ from those of the request.
    pub async fn enter_request(&self, form: &PaperForm, scans: [Vec<u8>; 2]) -> Result<SentRequest, Refusal> {
        let [user_scan, authorizer_scan] = scans;
        let alone = form.request.alone == "true";
        let mut faults = FieldProblems::none();
        let user_scan = faults.note(Field::UserScan, Scan::read(user_scan));
        let authorizer_scan =
            if alone { None } else { faults.note(Field::AuthorizerScan, Scan::read(authorizer_scan)) };
        let reason = if form.override_reason.trim().is_empty() {
            None
        } else {
            faults.note(Field::Reason, required_text(&form.override_reason, 500))
        };
        let (work, _) = self.begin_on_requests().await?;
        let request = match work.portal.judge(&work.db, &form.request, (None, reason.is_some())).await {
            Ok(request) => Some(request),
            Err(Refusal::Invalid(wrong)) => {
                faults.0.extend(wrong.0);
                None
            }
            Err(other) => return Err(other),
        };
        let Some(request) = request else { return Err(faults.into()) };
        let user = faults.note(Field::UserSigned, signed(&form.user_signed, &request.user));
        let authorizer = match &request.authorizer {
            // Ticked as alone, where a representative authorizes (R7).
            Some(_) if alone => faults.note(Field::AuthorizerScan, Err(Problem::Missing)),
            Some(person) => faults.note(Field::AuthorizerSigned, signed(&form.authorizer_signed, person)),
            None => None,
        };
        let (Some(user), Some(user_scan), true) = (user, user_scan, faults.is_empty()) else {
            return Err(faults.into());
        };
        let row = work.keep_paper(form, &request).await?;
        work.keep_scan(&row, (Part::User, &user), user_scan).await?;
        if let (Some(name), Some(scan)) = (authorizer, authorizer_scan) {
            work.keep_scan(&row, (Part::Authorizer, &name), scan).await?;
        }
        work.hand_to_support(&row).await?;
        let sent = SentRequest {
            id: AccessRequestId(row.id),
            reference: row.reference.clone(),
            user: row.user_name.clone(),
            told: Vec::new(),
            edition: row.edition,
        };
        work.commit(event(Act::RequestEntered, &row, json!({ "reason": reason }))).await?;
        Ok(sent)
    }
}

impl Permit<AllOrganizations> {
    /// The scan of a signature.
    ///
    /// # Errors
    /// [`Problem::NotFound`].
    pub async fn request_scan(&self, id: AccessRequestId, part: Part) -> Result<Scan, Refusal> {
        if !self.organization.operator {
            return Err(Problem::NotFound.into());
        }
        let row = access_request_scan::Entity::find_by_id((id.0, part.code().to_owned()))
            .one(self.portal.platform.store.read())
            .await?
            .ok_or(Problem::NotFound)?;
        Ok(Scan { media: row.media, content: row.content })
    }
}

/// The name under a signature, as it stands on the paper.
fn signed(name: &str, person: &Applicant) -> Result<String, Problem> {
    let form = SignForm { name: name.to_owned(), commitments: "true".to_owned(), hash: String::new() };
    form.parse(person).map_err(|faults| faults.of(Field::Signature).cloned().unwrap_or(Problem::Missing))
}

impl Work {
    async fn keep_paper(
        &self,
        form: &PaperForm,
        request: &domain::access_requests::NewRequest,
    ) -> Result<Row, Refusal> {
        let id = self.new_id();
        let bytes: [u8; 8] = self.portal.platform.chance.bytes();
        let letters: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        let reference = format!("P-{letters}");
        let columns = access_request::ActiveModel {
            reference: Set(reference.clone()),
            state: Set(RequestState::Waiting.code().to_owned()),
            sent_at: Set(Some(self.now.0)),
            ..self.understood((id, &reference, 1), &form.request, request)?
        };
        let language = request.user.language.unwrap_or_default();
        let row = self.insert_request(id, columns, language).await?;
        self.step(&row, "entered", None, None).await?;
        Ok(row)
    }

    async fn keep_scan(&self, row: &Row, (part, name): (Part, &str), scan: Scan) -> Result<(), Refusal> {
        self.keep_signature(row, (part, name), ("paper", None), None).await?;
        let kept = access_request_scan::ActiveModel {
            request_id: Set(row.id),
            part: Set(part.code().to_owned()),
            hash: Set(platform::secrets::hash_bytes(&scan.content)),
            media: Set(scan.media),
            content: Set(scan.content),
            kept_at: Set(self.now.0),
        };
        access_request_scan::Entity::insert(kept).exec_without_returning(&self.db).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r13_a_scan_is_known_by_how_it_begins() {
        assert_eq!(Scan::read(b"%PDF-1.7 x".to_vec()).unwrap().media, "application/pdf");
        assert_eq!(Scan::read(b"\xff\xd8\xff\xe0".to_vec()).unwrap().media, "image/jpeg");
        assert_eq!(Scan::read(Vec::new()), Err(Problem::Missing));
        assert!(matches!(Scan::read(b"<script>".to_vec()), Err(Problem::NotAScan { .. })));
        let large = [b"%PDF-".to_vec(), vec![0; 5 * 1024 * 1024]].concat();
        assert!(matches!(Scan::read(large), Err(Problem::NotAScan { megabytes: 5 })));
    }
}
