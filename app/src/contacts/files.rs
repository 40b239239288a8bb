//! Contacts as a file (G6): exported, sent to be imported, and the results of an import; and what is kept of one
//! person (G10).

use super::import::{TableForm, import_address};
use crate::failure::Failure;
use crate::request::{as_permitted, redirect, submit};
use crate::serve::{Asked, attachment, json_attachment, streamed};
use crate::{language, locale};
use axum::RequestExt as _;
use axum::body::Body;
use axum::extract::Request;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::response::{IntoResponse as _, Response};
use backend::{ExportWish, Permit, Upload};
use domain::contacts::ContactSearch;
use domain::imports::MEGABYTES;
use domain::permissions::{ManageContacts, SeeOrganization};
use domain::{ContactId, FieldProblems, OrganizationId, Problem};
use futures::future::BoxFuture;
use http::StatusCode;
use locales::td_string;

/// `GET /en/organizations/…/contacts/export.csv`, with the query of the list, or with the contacts ticked.
pub fn export(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let organization = asked.parameter("organization")?;
        let search = ContactSearch::from_query(|name| asked.query(name));
        let only = asked.queries("contact").iter().filter_map(|id| id.parse().ok()).collect();
        let wish = ExportWish { search, only, language: language() };
        let export =
            as_permitted(organization, |permit: Permit<ManageContacts>| async move { permit.export(wish) });
        Ok(attachment(td_string!(locale(), imports.file), streamed(export.await?)))
    })
}

/// `GET /en/organizations/…/me/data.json`
pub fn own_data(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let organization = asked.parameter("organization")?;
        let data = as_permitted(organization, |permit: Permit<SeeOrganization>| async move {
            permit.own_data(language()).await
        });
        Ok(json_attachment(td_string!(locale(), retention.file), data.await?))
    })
}

/// `POST /en/organizations/…/contacts/…/data.json`: the activity notes it, so it is no mere look.
pub fn data_of(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let organization = asked.parameter("organization")?;
        let contact: ContactId = asked.parameter("contact")?;
        let data = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.data_of(contact, language()).await
        });
        Ok(json_attachment(td_string!(locale(), retention.file), data.await?))
    })
}

/// What a form for a table holds, its file included.
#[derive(Default)]
struct Sent {
    name: String,
    file: Vec<u8>,
    typed: TableForm,
}

/// What was pasted is given back with its faults, up to so many letters: a session is no place for more.
pub(crate) const GIVEN_BACK: usize = 64 * 1024;
/// A file that is larger is read to its end, so that the browser hears why, but not kept.
const MOST: usize = MEGABYTES as usize * 1024 * 1024;

/// `POST /en/organizations/…/contacts/import/upload`: the only form that carries a file.
pub fn upload(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let organization: OrganizationId = asked.parameter("organization")?;
        // Who may not import is told before a file is read.
        as_permitted(organization, |_: Permit<ManageContacts>| async { Ok(()) }).await?;
        let sent = match received(asked.request).await {
            Err(Failure::Refused(problem @ Problem::ImportTooLarge { .. })) => {
                let refused = FieldProblems::one(domain::Field::Table, problem);
                let nothing = TableForm::default();
                return submit("contacts/import", &nothing, async move { Err(refused.into()) }).await;
            }
            sent => sent?,
        };
        let mut typed = sent.typed.clone();
        if typed.pasted.len() > GIVEN_BACK {
            typed.pasted.clear();
        }
        submit("contacts/import", &typed, async move {
            let content = if sent.file.is_empty() { sent.typed.pasted.into_bytes() } else { sent.file };
            let upload = Upload { name: sent.name, content, inviting: sent.typed.inviting };
            let import = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
                permit.upload(&upload).await
            });
            redirect(&import_address(organization, import.await?));
            Ok(StatusCode::SEE_OTHER.into_response())
        })
        .await
    })
}

async fn received(request: Request) -> Result<Sent, Failure> {
    let mut fields: Multipart =
        request.extract().await.map_err(|error: MultipartRejection| Failure::Lost(error.to_string()))?;
    let mut sent = Sent::default();
    while let Some(field) = fields.next_field().await.map_err(lost)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(ToOwned::to_owned);
        let content = content(field).await.map_err(lost)?;
        let text = String::from_utf8_lossy(&content);
        let TableForm { pasted, inviting } = &mut sent.typed;
        match name.as_str() {
            "file" => (sent.name, sent.file) = (file.unwrap_or_default(), content),
            "pasted" => *pasted = text.into_owned(),
            "form[who]" => inviting.who = text.into_owned(),
            "form[profiles][]" => inviting.profiles.push(text.into_owned()),
            "form[message]" => inviting.message = text.into_owned(),
            _ => {}
        }
    }
    Ok(sent)
}

/// What was cut off because it is too large, or never came whole.
pub(crate) fn lost(error: MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::ImportTooLarge { megabytes: MEGABYTES }.into(),
        _ => Failure::Lost(error.to_string()),
    }
}

/// One field of a form that carries a file, as far as a table may be large.
pub(crate) async fn content(mut field: Field<'_>) -> Result<Vec<u8>, MultipartError> {
    let mut content = Vec::new();
    while let Some(piece) = field.chunk().await? {
        if content.len() <= MOST {
            content.extend_from_slice(&piece);
        }
    }
    Ok(content)
}

/// `GET /en/organizations/…/contacts/import/…/results.csv`
pub fn results(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let (organization, import) = (asked.parameter("organization")?, asked.parameter("import")?);
        let table = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.import_table(import, language()).await
        });
        Ok(attachment(td_string!(locale(), imports.done.file), Body::from(table.await?)))
    })
}
