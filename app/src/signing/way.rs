//! The two ways to what one signs, and what is read on them.

use crate::failure::Failure;
use crate::request::{as_signed_in, encoded};
use backend::{Document, Reading};
use domain::agreements::SigningCard;
use domain::{Language, SignatoryId};

/// A mailed link, or one's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    Link(String),
    Own(SignatoryId),
}

impl Way {
    /// The page, in a language.
    #[must_use]
    pub fn address(&self, language: Language) -> String {
        match self {
            Self::Link(token) => format!("/{}/agreement/{}", language.code(), encoded(token)),
            Self::Own(signatory) => format!("/{}/to-sign/{signatory}", language.code()),
        }
    }

    /// A page or a file below it.
    #[must_use]
    pub fn below(&self, language: Language, rest: &str) -> String {
        format!("{}/{rest}", self.address(language))
    }

    /// What this person sees of the agreement.
    ///
    /// # Errors
    /// Not signed in, or a link or a signatory that is not theirs.
    pub async fn card(&self) -> Result<SigningCard, Failure> {
        let way = self.clone();
        as_signed_in(|person| async move {
            match way {
                Self::Link(token) => person.agreement_by_link(&token).await,
                Self::Own(signatory) => person.own_agreement(signatory).await,
            }
        })
        .await
    }

    /// The document, as the page shows it.
    ///
    /// # Errors
    /// As [`Way::card`]; [`Problem::NotFound`] when there is none in that language.
    pub async fn reading(&self, document: Language) -> Result<Reading, Failure> {
        let way = self.clone();
        as_signed_in(|person| async move {
            match way {
                Self::Link(token) => person.reading_by_link(&token, document).await,
                Self::Own(signatory) => person.own_reading(signatory, document).await,
            }
        })
        .await
    }

    /// The document, to keep.
    ///
    /// # Errors
    /// As [`Way::reading`].
    pub async fn document(&self, document: Language) -> Result<Document, Failure> {
        let way = self.clone();
        as_signed_in(|person| async move {
            match way {
                Self::Link(token) => person.document_by_link(&token, document).await,
                Self::Own(signatory) => person.own_document(signatory, document).await,
            }
        })
        .await
    }

    /// One page of it, as a picture.
    ///
    /// # Errors
    /// As [`Way::reading`]; [`Problem::NotFound`] past its last page.
    pub async fn picture(&self, document: Language, number: u32) -> Result<Vec<u8>, Failure> {
        let way = self.clone();
        as_signed_in(|person| async move {
            match way {
                Self::Link(token) => person.page_picture_by_link(&token, document, number).await,
                Self::Own(signatory) => person.own_page_picture(signatory, document, number).await,
            }
        })
        .await
    }
}
