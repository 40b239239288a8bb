//! An agreement as it is read on the portal (S3): a written one as text, a PDF as pictures of its pages with their text
//! beside them; and as a file, always a PDF. Looking changes nothing (I8), and each reading checks the hash.

use super::own::{Document, Holding};
use super::turns::set;
use super::{Row, titles_of};
use crate::access::{Permit, SignedIn};
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::agreements::DocumentKind;
use domain::permissions::ReadAgreements;
use domain::{AgreementId, Language, Problem, SignatoryId};

/// How wide pictures of pages are, in dots: sharp on a screen of twice the usual density.
const WIDTH: u32 = 1240;

/// What is read of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    Written {
        /// Safe to show.
        html: String,
    },
    Pdf {
        /// The text of each page; empty for a page without letters, such as a scan.
        pages: Vec<String>,
    },
}

impl SignedIn {
    /// The document in that language, to read, with a link that works.
    ///
    /// # Errors
    /// [`Problem::AgreementLinkUnknown`]; [`Problem::NotFound`] for a language without a document.
    pub async fn reading_by_link(&self, token: &str, language: Language) -> Result<Reading, Refusal> {
        self.reading(&Holding::Link(token), language).await
    }

    /// The same of one's own agreement.
    ///
    /// # Errors
    /// [`Problem::NotFound`].
    pub async fn own_reading(&self, id: SignatoryId, language: Language) -> Result<Reading, Refusal> {
        self.reading(&Holding::Own(id), language).await
    }

    /// A page of a PDF as a picture (PNG), with a link that works; the first page is 1.
    ///
    /// # Errors
    /// [`Problem::AgreementLinkUnknown`]; [`Problem::NotFound`] past the end, and for what is no PDF.
    pub async fn page_picture_by_link(
        &self,
        token: &str,
        language: Language,
        page: u32,
    ) -> Result<Vec<u8>, Refusal> {
        self.page_picture(&Holding::Link(token), language, page).await
    }

    /// The same of one's own agreement.
    ///
    /// # Errors
    /// [`Problem::NotFound`].
    pub async fn own_page_picture(
        &self,
        id: SignatoryId,
        language: Language,
        page: u32,
    ) -> Result<Vec<u8>, Refusal> {
        self.page_picture(&Holding::Own(id), language, page).await
    }

    async fn reading(&self, holding: &Holding<'_>, language: Language) -> Result<Reading, Refusal> {
        let signatory = self.held(holding).await?;
        let row = self.portal.agreement_of(&signatory).await?;
        self.portal.reading(&row, signatory.edition, language).await
    }

    async fn page_picture(
        &self,
        holding: &Holding<'_>,
        language: Language,
        page: u32,
    ) -> Result<Vec<u8>, Refusal> {
        let signatory = self.held(holding).await?;
        let row = self.portal.agreement_of(&signatory).await?;
        self.portal.page_picture(&row, signatory.edition, language, page).await
    }
}

impl Permit<ReadAgreements> {
    /// The document in that language, to read.
    ///
    /// # Errors
    /// [`Problem::NotFound`].
    pub async fn agreement_reading(&self, id: AgreementId, language: Language) -> Result<Reading, Refusal> {
        let row = self.readable(id).await?;
        self.portal.reading(&row, row.edition, language).await
    }

    /// A page of a PDF as a picture (PNG); the first page is 1.
    ///
    /// # Errors
    /// [`Problem::NotFound`], also past the end and for what is no PDF.
    pub async fn agreement_page_picture(
        &self,
        id: AgreementId,
        language: Language,
        page: u32,
    ) -> Result<Vec<u8>, Refusal> {
        let row = self.readable(id).await?;
        self.portal.page_picture(&row, row.edition, language, page).await
    }
}

impl Portal {
    async fn reading(&self, row: &Row, edition: i32, language: Language) -> Result<Reading, Refusal> {
        let document = self.document_in(row, edition, language).await?;
        match document.kind {
            DocumentKind::Written => {
                let html = seal::html(&String::from_utf8_lossy(&document.bytes));
                Ok(Reading::Written { html })
            }
            DocumentKind::Pdf => {
                let pages = self.turns.take(move || seal::texts(&document.bytes)).await?;
                Ok(Reading::Pdf { pages: pages.ok_or_else(|| Refusal::broken(seal::Unmade::Reading))? })
            }
        }
    }

    async fn page_picture(
        &self,
        row: &Row,
        edition: i32,
        language: Language,
        page: u32,
    ) -> Result<Vec<u8>, Refusal> {
        let document = self.document_in(row, edition, language).await?;
        if document.kind != DocumentKind::Pdf {
            return Err(Problem::NotFound.into());
        }
        let picture = self.turns.take(move || seal::picture(&document.bytes, page, WIDTH)).await?;
        Ok(picture.ok_or(Problem::NotFound)?)
    }

    /// The document as the file that people get: a PDF, whatever it was written as.
    pub(super) async fn file_of(
        &self,
        row: &Row,
        edition: i32,
        language: Language,
    ) -> Result<Document, Refusal> {
        let document = self.document_in(row, edition, language).await?;
        if document.kind == DocumentKind::Pdf {
            return Ok(document);
        }
        let title = titles_of(row).in_language(language).to_owned();
        let text = document.bytes.clone();
        let bytes = self.turns.take(move || set(&text, &title, language)).await?;
        Ok(Document { bytes: bytes.map_err(Refusal::broken)?, ..document })
    }
}
