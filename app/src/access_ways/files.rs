//! A table of reference numbers, sent to be loaded (R8).

use super::done::WayDone;
use super::load::{FORM, address};
use crate::failure::Failure;
use crate::request::{GIVEN_BACK, Typed, as_permitted, notice, received, redirect, submit};
use crate::serve::Asked;
use crate::ui::notice::Notice;
use axum::response::{IntoResponse as _, Response};
use backend::Permit;
use domain::access_requests::NumberLoadForm;
use domain::imports::MEGABYTES;
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
        let mut sent = match received::<Typed<NumberLoadForm>>(asked.request, MEGABYTES).await {
            Err(Failure::Refused(problem @ Problem::ImportTooLarge { .. })) => {
                let refused = FieldProblems::one(Field::Table, problem);
                let nothing = NumberLoadForm::default();
                return submit(FORM, &nothing, async move { Err(refused.into()) }).await;
            }
            received => received?,
        };
        let (_, file) = sent.take_file("file");
        let form = sent.form.form;
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
