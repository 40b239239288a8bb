//! What is sent to prepare an agreement, and what is had of it as files: documents, sealed copies, the list (S3).

use super::done::AgreementDone;
use super::form::{PreparingForm, edit_address, form_name, new_address};
use super::people::Step;
use super::preview::preview_address;
use crate::failure::Failure;
use crate::language;
use crate::request::{as_permitted, encoded, notice, received, redirect, set_aside, submit};
use crate::serve::{Asked, attachment, pdf, picture};
use crate::ui::notice::Notice;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use backend::{AgreementFiles, PDF_MEGABYTES, Permit};
use domain::agreements::AgreementFilter;
use domain::permissions::{PrepareAgreements, ReadAgreements};
use domain::{AgreementId, Field, FieldProblems, OrganizationId, Problem};
use futures::future::BoxFuture;
use http::StatusCode;

/// `POST /en/organizations/…/agreements/new/upload`
pub fn upload_new(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let organization = asked.parameter("organization")?;
        sent(Draft { organization, agreement: None }, asked).await
    })
}

/// `POST /en/organizations/…/agreements/…/edit/upload`
pub fn upload_change(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let (organization, agreement) = (asked.parameter("organization")?, asked.parameter("agreement")?);
        sent(Draft { organization, agreement: Some(agreement) }, asked).await
    })
}

/// Which draft a form is about: nothing for a new one.
#[derive(Clone, Copy)]
struct Draft {
    organization: OrganizationId,
    agreement: Option<AgreementId>,
}

impl Draft {
    fn form_address(self) -> String {
        match self.agreement {
            Some(agreement) => edit_address(self.organization, agreement),
            None => new_address(self.organization),
        }
    }
}

/// Either a button that changes who signs, or the draft is saved.
async fn sent(draft: Draft, asked: Asked) -> Result<Response, Failure> {
    // Who may not prepare one is told before a file is read.
    as_permitted(draft.organization, |_: Permit<PrepareAgreements>| async { Ok(()) }).await?;
    let name = form_name(draft.agreement);
    let mut sent = match received::<PreparingForm>(asked.request, PDF_MEGABYTES).await {
        Err(Failure::Refused(Problem::ImportTooLarge { megabytes })) => {
            let refused = FieldProblems::one(Field::PdfEn, Problem::PdfTooLarge { megabytes });
            return submit(&name, &PreparingForm::default(), async move { Err(refused.into()) }).await;
        }
        sent => sent?,
    };
    let [en, fr] = ["pdf_en", "pdf_fr"].map(|field| sent.take_file(field));
    let mut form = sent.form;
    (form.lost_en, form.lost_fr) = (en.0.clone(), fr.0.clone());
    match step(&form) {
        Some(step) => changed(draft, form, &step).await,
        None => saved(draft, form, [en, fr]).await,
    }
}

/// The Enter key saves, unless somebody was being looked for.
fn step(form: &PreparingForm) -> Option<Step> {
    match form.act.as_str() {
        "enter" if !form.find.trim().is_empty() && form.find != form.found => Some(Step::Find),
        act => Step::from_code(act),
    }
}

/// The same form again, with somebody more or less; back where one was in it.
async fn changed(draft: Draft, mut form: PreparingForm, step: &Step) -> Result<Response, Failure> {
    let name = form_name(draft.agreement);
    step.taken(&mut form.form.signatories);
    let shown = form.clone();
    let id = submit(&name, &form, async { Ok(set_aside(&name, &shown).await) }).await?;
    let place = Field::Signatories.id();
    redirect(&format!("{}?draft={}#{place}", draft.form_address(), encoded(&id)));
    Ok(StatusCode::SEE_OTHER.into_response())
}

async fn saved(
    draft: Draft,
    form: PreparingForm,
    files: [(String, Vec<u8>); 2],
) -> Result<Response, Failure> {
    let Draft { organization, agreement } = draft;
    submit(&form_name(agreement), &form.clone(), async move {
        let uploads = named_as_they_are(files)?;
        let kept = as_permitted(organization, |permit: Permit<PrepareAgreements>| async move {
            match agreement {
                None => permit.prepare_agreement(&form.form, uploads).await,
                Some(id) => permit.change_agreement(id, form.version, &form.form, uploads).await.map(|()| id),
            }
        });
        let kept = kept.await?;
        notice(Notice::Agreement { what: AgreementDone::Prepared }).await;
        redirect(&preview_address(organization, kept));
        Ok(StatusCode::SEE_OTHER.into_response())
    })
    .await
}

/// What is called otherwise than a PDF was chosen by mistake, whatever is in it.
fn named_as_they_are(files: [(String, Vec<u8>); 2]) -> Result<AgreementFiles, FieldProblems> {
    let mut faults = FieldProblems::none();
    for (field, (name, content)) in [Field::PdfEn, Field::PdfFr].into_iter().zip(&files) {
        let other = !name.to_ascii_lowercase().ends_with(".pdf");
        if other && !(name.is_empty() && content.is_empty()) {
            faults.add(field, Problem::NotAPdf);
        }
    }
    let [(_, en), (_, fr)] = files;
    if faults.is_empty() { Ok(AgreementFiles { en, fr }) } else { Err(faults) }
}

/// `GET /en/organizations/…/agreements/…/document/fr`, of an edition before with `?edition=1`.
pub fn document(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let (organization, agreement) = (asked.parameter("organization")?, asked.parameter("agreement")?);
        let language = asked.parameter("language")?;
        let edition = asked.query("edition").and_then(|edition| edition.parse().ok());
        let document = as_permitted(organization, |permit: Permit<ReadAgreements>| async move {
            permit.agreement_document(agreement, language, edition).await
        });
        let document = document.await?;
        Ok(pdf(&document.name, document.bytes))
    })
}

/// `GET /en/organizations/…/agreements/…/document/fr/page/1`: a picture.
pub fn page(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let (organization, agreement) = (asked.parameter("organization")?, asked.parameter("agreement")?);
        let (language, number) = (asked.parameter("language")?, asked.parameter("number")?);
        let seen = as_permitted(organization, |permit: Permit<ReadAgreements>| async move {
            permit.agreement_page_picture(agreement, language, number).await
        });
        Ok(picture(seen.await?))
    })
}

/// `GET /en/organizations/…/agreements/…/sealed/fr`
pub fn sealed(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let (organization, agreement) = (asked.parameter("organization")?, asked.parameter("agreement")?);
        let language = asked.parameter("language")?;
        let document = as_permitted(organization, |permit: Permit<ReadAgreements>| async move {
            permit.sealed_agreement(agreement, language).await
        });
        let document = document.await?;
        Ok(pdf(&document.name, document.bytes))
    })
}

/// `GET /en/organizations/…/agreements/export.csv`, with the query of the list.
pub fn export(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let organization = asked.parameter("organization")?;
        let filter = AgreementFilter::from_query(|name| asked.query(name));
        let export = as_permitted(organization, |permit: Permit<ReadAgreements>| async move {
            permit.export_agreements(&filter, language()).await
        });
        let (name, text) = export.await?;
        Ok(attachment(&name, Body::from(text)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, content: &[u8]) -> (String, Vec<u8>) {
        (name.to_owned(), content.to_vec())
    }

    #[test]
    fn s3_a_file_that_is_called_otherwise_than_a_pdf_is_refused_beside_its_field() {
        let nothing = || file("", b"");
        assert!(named_as_they_are([nothing(), nothing()]).is_ok());
        assert!(named_as_they_are([file("Entente.PDF", b"%PDF-1.7"), nothing()]).is_ok());
        let wrong = named_as_they_are([nothing(), file("entente.pdf.exe", b"%PDF-1.7")]).unwrap_err();
        assert_eq!((wrong.of(Field::PdfFr), wrong.of(Field::PdfEn)), (Some(&Problem::NotAPdf), None));
    }

    #[test]
    fn s4_the_enter_key_looks_for_somebody_or_saves() {
        let form = |act: &str, find: &str, found: &str| PreparingForm {
            act: act.into(),
            find: find.into(),
            found: found.into(),
            ..PreparingForm::default()
        };
        assert_eq!(step(&form("enter", "Roy", "")), Some(Step::Find));
        assert_eq!(step(&form("enter", "Roy", "Roy")), None);
        assert_eq!(step(&form("save", "Roy", "")), None);
        assert_eq!(step(&form("add-1", "", "")), Some(Step::Add("1".into())));
    }
}
