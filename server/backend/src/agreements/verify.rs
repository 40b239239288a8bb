//! The public verification page (S3): whoever holds the code of a certificate page learns who signed what and when,
//! the same for all parties, and whether a copy is the sealed PDF byte for byte.

use super::{
    LETTERS, Row, documents_of, hexadecimal, language_of, organization_row, people_of, seals_of,
    signatories_of, signatory_state, titles_of,
};
use crate::access::Visitor;
use crate::entity::{agreement, agreement_seal, contact, organization};
use crate::organizations::name_of;
use crate::refusal::Refusal;
use crate::throttle::Subject;
use domain::agreements::{SignatoryState, Verdict, Verified, VerifiedDocument, VerifiedParty};
use domain::{Bilingual, Instant, Problem};
use platform::secrets::hash_bytes;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use std::collections::HashMap;
use uuid::Uuid;

/// A code as it was typed: spaces, hyphens and case do not count, and letters taken for digits are those digits.
fn code_of(typed: &str) -> String {
    let letter = |letter: char| match letter.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        other => u8::try_from(other).ok().filter(|byte| LETTERS.contains(byte)).map(char::from),
    };
    let letters: Vec<char> = typed.chars().take(100).filter_map(letter).collect();
    let groups: Vec<String> = letters.chunks(super::GROUP).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

impl Visitor {
    /// What a verification code tells.
    ///
    /// # Errors
    /// [`Problem::VerificationUnknown`].
    pub async fn verify_agreement(&self, code: &str) -> Result<Verified, Refusal> {
        let (portal, db) = (&self.portal, self.portal.platform.store.read());
        let (row, seals) = self.sealed_by_code(code).await?;
        let code = seals.first().map(|seal| seal.code.clone()).unwrap_or_default();
        let organization = organization_row(db, row.organization_id).await?;
        let documents = documents_of(db, row.id, row.edition).await?;
        let documents = documents.into_iter().filter_map(|document| {
            let seal = seals.iter().find(|seal| seal.language == document.language)?;
            Some(VerifiedDocument {
                language: language_of(&document.language),
                sha256: hexadecimal(&document.sha256),
                sealed_sha256: hexadecimal(&seal.sha256),
            })
        });
        Ok(Verified {
            code,
            organization_name: name_of(&organization),
            titles: titles_of(&row),
            signed_on: portal.platform.calendar.date_and_time(Instant(row.ended_at.unwrap_or_default())),
            parties: self.parties(&row).await?,
            documents: documents.collect(),
        })
    }

    /// Whether these bytes are the sealed PDF of that code. Nothing of them is kept.
    ///
    /// # Errors
    /// [`Problem::VerificationUnknown`]; [`Problem::TooManyTries`].
    pub async fn verify_copy(&self, code: &str, bytes: &[u8]) -> Result<Verdict, Refusal> {
        self.portal.count_at(self.address, Subject::Copies, 1).await?;
        let (_, seals) = self.sealed_by_code(code).await?;
        let sha256 = hash_bytes(bytes);
        let same = seals.iter().find(|seal| seal.sha256 == sha256);
        Ok(same.map_or(Verdict::Different, |seal| Verdict::Same { language: language_of(&seal.language) }))
    }

    async fn sealed_by_code(&self, code: &str) -> Result<(Row, Vec<agreement_seal::Model>), Refusal> {
        let db = self.portal.platform.store.read();
        let seal = agreement_seal::Entity::find()
            .filter(agreement_seal::Column::Code.eq(code_of(code)))
            .one(db)
            .await?
            .ok_or(Problem::VerificationUnknown)?;
        let row = agreement::Entity::find_by_id(seal.agreement_id).one(db).await?;
        let row = row.ok_or(Problem::VerificationUnknown)?;
        let seals = seals_of(db, seal.agreement_id, seal.edition).await?;
        Ok((row, seals))
    }

    async fn parties(&self, row: &Row) -> Result<Vec<VerifiedParty>, Refusal> {
        let (portal, db) = (&self.portal, self.portal.platform.store.read());
        let signatories = signatories_of(db, row.id, row.edition).await?;
        let people = people_of(db, &signatories).await?;
        let names = organizations_of(db, &people).await?;
        let signed = signatories.iter().filter(|row| signatory_state(row) == SignatoryState::Signed);
        let party = |row: &super::Signatory| VerifiedParty {
            name: row.name_as_signed.clone().unwrap_or_default(),
            organization_name: people
                .get(&row.contact_id)
                .and_then(|person| names.get(&person.organization_id).cloned())
                .unwrap_or_default(),
            signed_on: portal.platform.calendar.date_and_time(Instant(row.answered_at.unwrap_or_default())),
            language: language_of(row.document_language.as_deref().unwrap_or_default()),
        };
        Ok(signed.map(party).collect())
    }
}

/// The names of people's organizations.
pub(super) async fn organizations_of(
    db: &impl sea_orm::ConnectionTrait,
    people: &HashMap<Uuid, contact::Model>,
) -> Result<HashMap<Uuid, Bilingual>, Refusal> {
    let ids = people.values().map(|person| person.organization_id);
    let rows = organization::Entity::find().filter(organization::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.iter().map(|row| (row.id, name_of(row))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_a_code_is_read_as_people_type_it() {
        assert_eq!(code_of("7k3qd abcde-0Il2o 99999"), "7K3QD-ABCDE-01120-99999");
        assert_eq!(code_of("'; DROP TABLE"), "DR0PT-AB1E");
        assert_eq!(code_of(""), "");
    }
}
