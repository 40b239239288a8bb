//! A table of reference numbers, sent to be loaded (R8).

use super::done::WayDone;
use super::load::{FORM, address};
use crate::contacts::files::{GIVEN_BACK, content, lost};
use crate::failure::Failure;
use crate::request::{as_permitted, notice, redirect, submit};
use crate::serve::Asked;
use crate::ui::notice::Notice;
use axum::RequestExt as _;
use axum::extract::Request;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::response::{IntoResponse as _, Response};
use backend::Permit;
use domain::access_requests::NumberLoadForm;
use domain::permissions::KeepOrganizations;
use domain::{Field, FieldProblems, OrganizationId, Problem};
use futures::future::BoxFuture;
use http::StatusCode;

/// `POST /en/desk/organizations/…/reference-numbers/upload`
pub fn upload(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let organization: OrganizationId = asked.parameter("organization")?;
        // Who may not load numbers is told before a file is read.
        as_permitted(organization, |_: Permit<KeepOrganizations>| async { Ok(()) }).await?;
        let (file, form) = match received(asked.request).await {
            Err(Failure::Refused(problem @ Problem::ImportTooLarge { .. })) => {
                let refused = FieldProblems::one(Field::Table, problem);
                let nothing = NumberLoadForm::default();
                return submit(FORM, &nothing, async move { Err(refused.into()) }).await;
            }
            received => received?,
        };
        let mut typed = form.clone();
        if typed.table.len() > GIVEN_BACK {
            typed.table.clear();
        }
        submit(FORM, &typed, async move {
            let loaded = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
                permit.load_numbers(&file, &form).await
            })
            .await?;
            notice(Notice::AccessWay { what: WayDone::loaded(loaded) }).await;
            redirect(&address(organization));
            Ok(StatusCode::SEE_OTHER.into_response())
        })
        .await
    })
}

/// The file, and what was typed beside it.
async fn received(request: Request) -> Result<(Vec<u8>, NumberLoadForm), Failure> {
    let mut fields: Multipart =
        request.extract().await.map_err(|error: MultipartRejection| Failure::Lost(error.to_string()))?;
    let (mut file, mut form) = (Vec::new(), NumberLoadForm::default());
    while let Some(field) = fields.next_field().await.map_err(lost)? {
        let name = field.name().unwrap_or_default().to_owned();
        let content = content(field).await.map_err(lost)?;
        let text = String::from_utf8_lossy(&content).into_owned();
        match name.as_str() {
            "file" => file = content,
            "form[service]" => form.service = text,
            "form[profiles][]" => form.profiles.push(text),
            "form[until]" => form.until = text,
            "form[table]" => form.table = text,
            _ => {}
        }
    }
    Ok((file, form))
}
