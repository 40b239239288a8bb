//! What the certificate page says: which agreement, who signed which bytes, when, with which account, and how to
//! verify a copy. The same facts in each language; hashes and accounts as they are, so that anybody can compare them.

use super::super::verify::organizations_of;
use super::super::{
    Row, Signatory, documents_of, hexadecimal, language_of, organization_row, people_of, signatories_of,
    signatory_state, titles_of,
};
use crate::contacts::spoken;
use crate::entity::{agreement_document, contact};
use crate::letters::locale;
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::agreements::{DocumentKind, SignatoryState};
use domain::{AgreementId, Bilingual, Instant, Language};
use locales::td_string;
use seal::{Certificate, Proof, Row as Line, Section};
use std::collections::HashMap;
use uuid::Uuid;

/// Everything that a certificate tells, in one language.
pub(super) struct Facts<'a> {
    portal: &'a Portal,
    row: &'a Row,
    language: Language,
    organization: Bilingual,
    prepared_by: Bilingual,
    documents: Vec<agreement_document::Model>,
    signatories: Vec<Signatory>,
    people: HashMap<Uuid, contact::Model>,
    organizations: HashMap<Uuid, Bilingual>,
    code: String,
}

/// Why there is a seal, where programs that show signatures list it.
pub(super) fn reason(language: Language) -> String {
    td_string!(locale(language), certificates.reason).to_owned()
}

impl<'a> Facts<'a> {
    pub(super) async fn of(portal: &'a Portal, row: &'a Row, language: Language) -> Result<Self, Refusal> {
        let db = portal.platform.store.read();
        let organization = organization_row(db, row.organization_id).await?;
        let mut signatories = signatories_of(db, row.id, row.edition).await?;
        signatories.retain(|signatory| signatory_state(signatory) == SignatoryState::Signed);
        let people = people_of(db, &signatories).await?;
        Ok(Self {
            portal,
            row,
            language,
            organization: name_of(&organization),
            prepared_by: portal.preparer_of(db, row).await?.0,
            documents: documents_of(db, row.id, row.edition).await?,
            organizations: organizations_of(db, &people).await?,
            signatories,
            people,
            code: portal.verification_code(AgreementId(row.id), row.edition),
        })
    }

    pub(super) fn title(&self) -> String {
        titles_of(self.row).in_language(self.language).to_owned()
    }

    pub(super) fn certificate(&self, kind: DocumentKind) -> Certificate {
        let l = locale(self.language);
        let signatures = (1..).zip(&self.signatories).map(|(number, row)| self.signature(number, row));
        let mut notes = vec![td_string!(l, certificates.notes.seal).to_owned()];
        if kind == DocumentKind::Written {
            notes.push(td_string!(l, certificates.notes.text).to_owned());
        }
        Certificate {
            language: self.language.code().to_owned(),
            issuer: self.portal.operator().name.in_language(self.language).to_owned(),
            heading: td_string!(l, certificates.heading).to_owned(),
            title: self.title(),
            introduction: td_string!(l, certificates.introduction).to_owned(),
            sections: std::iter::once(self.agreement()).chain(signatures).collect(),
            proof: self.proof(),
            notes,
            foot: td_string!(l, certificates.foot, code = self.code.as_str()),
            attachment: None,
        }
    }

    fn agreement(&self) -> Section {
        let l = locale(self.language);
        let mut rows = vec![
            line(td_string!(l, certificates.title), self.title()),
            line(td_string!(l, certificates.organization), self.in_language(&self.organization)),
            line(td_string!(l, certificates.prepared_by), self.in_language(&self.prepared_by)),
        ];
        if self.row.edition > 1 {
            rows.push(line(td_string!(l, certificates.edition), self.row.edition.to_string()));
        }
        if let Some(at) = self.row.ended_at {
            rows.push(line(td_string!(l, certificates.completed), self.moment(at)));
        }
        for document in &self.documents {
            let label = match language_of(&document.language) {
                Language::En => td_string!(l, certificates.hash_en),
                Language::Fr => td_string!(l, certificates.hash_fr),
            };
            rows.push(line(label, hexadecimal(&document.sha256)));
        }
        Section { heading: td_string!(l, certificates.agreement).to_owned(), rows }
    }

    fn signature(&self, number: usize, row: &Signatory) -> Section {
        let l = locale(self.language);
        let person = self.people.get(&row.contact_id);
        let organization = person.and_then(|person| self.organizations.get(&person.organization_id));
        let name = row.name_as_signed.clone().unwrap_or_default();
        let mut rows = vec![line(td_string!(l, certificates.name), name.clone())];
        if let Some(listed) = person.map(spoken).filter(|listed| *listed != name) {
            rows.push(line(td_string!(l, certificates.contact), listed));
        }
        if let Some(organization) = organization {
            rows.push(line(td_string!(l, certificates.organization), self.in_language(organization)));
        }
        if let Some(at) = row.answered_at {
            rows.push(line(td_string!(l, certificates.signed_on), self.moment(at)));
        }
        rows.push(line(td_string!(l, certificates.read), self.version_read(row)));
        rows.extend(self.account(row));
        let heading = td_string!(l, certificates.signature, number = number, all = self.signatories.len());
        Section { heading, rows }
    }

    /// With which account: its verified address, and what its provider calls it.
    fn account(&self, row: &Signatory) -> Vec<Line> {
        let l = locale(self.language);
        let mut rows = Vec::new();
        if let Some(email) = &row.account_email {
            rows.push(line(td_string!(l, certificates.email), email.clone()));
        }
        if let Some((issuer, subject)) = row.issuer.as_ref().zip(row.subject.as_ref()) {
            rows.push(line(td_string!(l, certificates.provider), issuer.clone()));
            rows.push(line(td_string!(l, certificates.subject), subject.clone()));
        }
        if let Some(address) = &row.network_address {
            rows.push(line(td_string!(l, certificates.network), address.clone()));
        }
        rows
    }

    fn version_read(&self, row: &Signatory) -> String {
        let l = locale(self.language);
        match language_of(row.document_language.as_deref().unwrap_or_default()) {
            Language::En => td_string!(l, certificates.english).to_owned(),
            Language::Fr => td_string!(l, certificates.french).to_owned(),
        }
    }

    fn proof(&self) -> Proof {
        let l = locale(self.language);
        let (base, language) = (self.portal.base_url(), self.language.code());
        Proof {
            heading: td_string!(l, certificates.proof.heading).to_owned(),
            text: td_string!(l, certificates.proof.text).to_owned(),
            address: format!("{base}/{language}/verify-agreement?code={}", self.code),
            code_label: td_string!(l, certificates.proof.code).to_owned(),
            code: self.code.clone(),
            picture: td_string!(l, certificates.proof.picture).to_owned(),
        }
    }

    /// A moment for people, then to the second with its distance from UTC.
    fn moment(&self, at: i64) -> String {
        let date = self.portal.platform.calendar.date_and_time(Instant(at));
        format!("{} ({})", date.text.in_language(self.language), date.machine)
    }

    fn in_language(&self, text: &Bilingual) -> String {
        text.in_language(self.language).to_owned()
    }
}

fn line(label: &str, value: String) -> Line {
    Line { label: label.to_owned(), value }
}
