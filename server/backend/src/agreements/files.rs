//! The PDFs that arrive beside a form: looked at before anything is kept, so that a refused one leaves nothing.

use super::Turns;
use domain::agreements::Pdfs;
use domain::{Field, FieldProblems, Language, Problem};
use seal::{MOST_PAGES, Refused};

/// The largest PDF, in megabytes.
pub const PDF_MEGABYTES: u16 = 10;

/// The PDF of each language, as it was uploaded; nothing is no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgreementFiles {
    pub en: Vec<u8>,
    pub fr: Vec<u8>,
}

/// A PDF that was looked at.
#[derive(Clone, Debug)]
pub(super) struct CheckedPdf {
    pub bytes: Vec<u8>,
    pub pages: i32,
}

/// The PDFs that were looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct CheckedFiles {
    pub en: Option<CheckedPdf>,
    pub fr: Option<CheckedPdf>,
}

impl CheckedFiles {
    pub fn of(&self, language: Language) -> Option<&CheckedPdf> {
        match language {
            Language::En => self.en.as_ref(),
            Language::Fr => self.fr.as_ref(),
        }
    }
}

impl AgreementFiles {
    /// In which languages there is a file.
    pub(super) fn pdfs(&self) -> Pdfs {
        Pdfs { en: !self.en.is_empty(), fr: !self.fr.is_empty() }
    }

    /// # Errors
    /// Beside each file, what is wrong with it.
    pub(super) async fn check(self, turns: &Turns) -> Result<CheckedFiles, FieldProblems> {
        let mut faults = FieldProblems::none();
        let en = faults.note(Field::PdfEn, check(self.en, turns).await).flatten();
        let fr = faults.note(Field::PdfFr, check(self.fr, turns).await).flatten();
        if faults.is_empty() { Ok(CheckedFiles { en, fr }) } else { Err(faults) }
    }
}

async fn check(bytes: Vec<u8>, turns: &Turns) -> Result<Option<CheckedPdf>, Problem> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let judged = turns.take(move || (seal::check(&bytes), bytes)).await;
    // A reader that breaks off met something that it cannot read.
    let (checked, bytes) = judged.map_err(|_| Problem::PdfBroken)?;
    let pages = i32::try_from(checked.map_err(problem)?.pages).unwrap_or(i32::MAX);
    Ok(Some(CheckedPdf { bytes, pages }))
}

fn problem(refused: Refused) -> Problem {
    match refused {
        Refused::NotPdf => Problem::NotAPdf,
        Refused::Broken => Problem::PdfBroken,
        Refused::Encrypted => Problem::PdfEncrypted,
        Refused::Active(_) => Problem::PdfActive,
        Refused::TooLarge => Problem::PdfTooLarge { megabytes: PDF_MEGABYTES },
        Refused::TooManyPages => Problem::PdfTooManyPages { most: MOST_PAGES },
        Refused::Bomb => Problem::PdfTooHeavy,
    }
}
