//! Contacts as a file (G6): exported, sent to be imported, and the results of an import; and what is kept of one
//! person (G10).

use super::import::{TableForm, import_address};
use crate::failure::Failure;
use crate::request::{GIVEN_BACK, as_permitted, received, redirect, submit};
use crate::serve::{Asked, attachment, json_attachment, streamed};
use crate::{language, locale};
use axum::body::Body;
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

/// `POST /en/organizations/…/contacts/import/upload`: the only form that carries a file.
pub fn upload(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let organization: OrganizationId = asked.parameter("organization")?;
        // Who may not import is told before a file is read.
        as_permitted(organization, |_: Permit<ManageContacts>| async { Ok(()) }).await?;
        let mut sent = match received::<TableForm>(asked.request, MEGABYTES).await {
            Err(Failure::Refused(problem @ Problem::ImportTooLarge { .. })) => {
                let refused = FieldProblems::one(domain::Field::Table, problem);
                let nothing = TableForm::default();
                return submit("contacts/import", &nothing, async move { Err(refused.into()) }).await;
            }
            sent => sent?,
        };
        let (name, file) = sent.take_file("file");
        let mut typed = sent.form.clone();
        if typed.pasted.len() > GIVEN_BACK {
            typed.pasted.clear();
        }
        submit("contacts/import", &typed, async move {
            let content = if file.is_empty() { sent.form.pasted.into_bytes() } else { file };
            let upload = Upload { name, content, inviting: sent.form.form };
            let import = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
                permit.upload(&upload).await
            });
            redirect(&import_address(organization, import.await?));
            Ok(StatusCode::SEE_OTHER.into_response())
        })
        .await
    })
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
