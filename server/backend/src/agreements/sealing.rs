//! The seal (S3): an agreement that everybody signed becomes one PDF a language, with a certificate page, signed with
//! the deployment's own key; then everybody is told.
//!
//! It is made once, outside any transaction, and kept in one with its letters and its line: whichever server is first
//! has made it, and what another one made at the same time is thrown away. What fails is tried again at the next
//! round, and stops no other agreement. Verifying compares bytes with what is kept here; the signature inside is for
//! whoever holds a copy when this portal is no more.

mod certificate;
mod key;

use super::own::file_name;
use super::turns::set;
use super::{Row, documents_of, event, language_of, seals_of};
use crate::entity::{agreement, agreement_document};
use crate::portal::Portal;
use crate::refusal::Refusal;
use certificate::Facts;
use domain::agreements::{AgreementState, DocumentKind};
use domain::{Act, Instant, Language, OrganizationId};
use key::SealingKey;
use sea_orm::EntityTrait as _;
use seal::{Attachment, SealText};
use serde_json::json;

/// How many are sealed in one round.
const ROUND: u64 = 20;

/// A document on its way to be sealed.
struct Paper {
    language: Language,
    kind: DocumentKind,
    title: String,
    /// Of a file, without its end.
    name: String,
    bytes: Vec<u8>,
    certificate: seal::Certificate,
}

impl Portal {
    /// Seals what everybody signed, until nothing is left that can be; says how many agreements that were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn seal_agreements(&self) -> Result<u64, Refusal> {
        let mut sealed = 0;
        loop {
            let before = sealed;
            for row in self.agreements_to_seal(ROUND).await? {
                match self.seal_agreement(&row).await {
                    Ok(done) => sealed += u64::from(done),
                    Err(error) => {
                        tracing::error!(agreement = %row.id, ?error, "an agreement could not be sealed")
                    }
                }
            }
            if sealed == before {
                return Ok(sealed);
            }
        }
    }

    /// Waits until everybody may have signed an agreement on this server.
    pub async fn sealing_asked(&self) {
        self.sealer.notified().await;
    }

    /// Whether this server sealed it.
    async fn seal_agreement(&self, row: &Row) -> Result<bool, Refusal> {
        let key = self.sealing_key().await?;
        let mut sealed = Vec::new();
        for document in documents_of(self.platform.store.read(), row.id, row.edition).await? {
            let paper = self.paper(row, &document).await?;
            let (language, why) = (paper.language, self.why(paper.language));
            let (key, at) = (key.clone(), seconds(self.now()));
            let made = self.turns.take(move || made(paper, &key, at, &why)).await?;
            sealed.push((language, made.map_err(Refusal::broken)?));
        }
        self.keep_seals(row, sealed).await
    }

    async fn keep_seals(&self, row: &Row, sealed: Vec<(Language, Vec<u8>)>) -> Result<bool, Refusal> {
        let work = self.begin(OrganizationId(row.organization_id)).await?;
        let now = agreement::Entity::find_by_id(row.id).one(&work.db).await?;
        let same =
            now.is_some_and(|now| now.edition == row.edition && now.state == AgreementState::Signed.code());
        if !same || !seals_of(&work.db, row.id, row.edition).await?.is_empty() {
            return Ok(false);
        }
        for (language, bytes) in sealed {
            work.keep_seal(row, language.code(), bytes).await?;
        }
        work.tell_all_signed(row).await?;
        work.commit(event(Act::AgreementSealed, row, None, json!({}))).await?;
        Ok(true)
    }

    async fn paper(&self, row: &Row, document: &agreement_document::Model) -> Result<Paper, Refusal> {
        let language = language_of(&document.language);
        let kind = DocumentKind::from_code(&document.kind).unwrap_or(DocumentKind::Pdf);
        let facts = Facts::of(self, row, language).await?;
        Ok(Paper {
            language,
            kind,
            title: facts.title(),
            name: file_name(row, language),
            bytes: self.bytes_of(self.platform.store.read(), &document.sha256).await?,
            certificate: facts.certificate(kind),
        })
    }

    /// What the seal says of itself.
    fn why(&self, language: Language) -> SealText {
        SealText {
            name: self.operator().name.in_language(language).to_owned(),
            reason: certificate::reason(language),
        }
    }
}

/// A moment as certificates and seals count it, in seconds.
fn seconds(at: Instant) -> i64 {
    at.0.div_euclid(1000)
}

/// Makes the sealed PDF: seconds of work for a core.
fn made(paper: Paper, key: &SealingKey, at: i64, why: &SealText) -> Result<Vec<u8>, seal::Unmade> {
    let Paper { language, kind, title, name, bytes, mut certificate } = paper;
    let document = match kind {
        DocumentKind::Pdf => bytes,
        // What was signed is the text itself: it goes along, to the byte.
        DocumentKind::Written => {
            let pages = set(&bytes, &title, language)?;
            certificate.attachment = Some(Attachment {
                name: format!("{name}.md"),
                description: certificate.heading.clone(),
                media_type: "text/markdown".to_owned(),
                bytes,
            });
            pages
        }
    };
    let pages = seal::sealed(&document, &certificate)?;
    key.read()?.seal(&pages, at, why)
}
