//! Scans of signatures (R13): sent with the form of a request on paper, and had again as files.

use super::DeskDone;
use super::card::card_address;
use crate::failure::Failure;
use crate::locale;
use crate::request::{Typed, as_staff, notice, received, redirect, submit};
use crate::serve::{Asked, file};
use crate::ui::notice::Notice;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use backend::{Permit, SCAN_MEGABYTES};
use domain::access_requests::{PaperForm, Part};
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{AccessRequestId, Field, FieldProblems, Problem};
use futures::future::BoxFuture;
use http::StatusCode;
use locales::td_string;

/// The name under which the form is kept.
pub(super) const PAPER: &str = "access_requests/paper";

/// `GET /en/desk/access-requests/…/scans/user`: never shown in a page, since it came from elsewhere.
pub fn scan(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let id: AccessRequestId = asked.parameter("access_request")?;
        let part: String = asked.parameter("part")?;
        let scan = as_staff(|permit: Permit<AllOrganizations>| async move {
            let part = Part::from_code(&part).ok_or(Problem::NotFound)?;
            Ok((part, permit.request_scan(id, part).await?))
        });
        let (part, scan) = scan.await?;
        let name = match part {
            Part::Authorizer => td_string!(locale(), access_desk.paper.file_authorizer),
            Part::User | Part::Sender => td_string!(locale(), access_desk.paper.file_user),
        };
        let (kind, end) = match scan.media.as_str() {
            "application/pdf" => ("application/pdf", "pdf"),
            "image/png" => ("image/png", "png"),
            "image/jpeg" => ("image/jpeg", "jpg"),
            _ => ("application/octet-stream", "bin"),
        };
        Ok(file(&format!("{name}.{end}"), kind, Body::from(scan.content)))
    })
}

/// `POST /en/desk/access-requests/paper/upload`
pub fn upload(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        // Who may not enter one is told before a file is read.
        as_staff(|_: Permit<KeepOrganizations>| async { Ok(()) }).await?;
        let mut sent = match received::<Typed<PaperForm>>(asked.request, SCAN_MEGABYTES).await {
            Err(Failure::Refused(Problem::ImportTooLarge { megabytes })) => {
                let refused = FieldProblems::one(Field::UserScan, Problem::NotAScan { megabytes });
                return submit(PAPER, &PaperForm::default(), async move { Err(refused.into()) }).await;
            }
            sent => sent?,
        };
        let [(_, user), (_, authorizer)] = ["user_scan", "authorizer_scan"].map(|name| sent.take_file(name));
        let form = sent.form.form;
        submit(PAPER, &form.clone(), async move {
            let entered = as_staff(|permit: Permit<KeepOrganizations>| async move {
                permit.enter_request(&form, [user, authorizer]).await
            });
            let entered = entered.await?;
            notice(Notice::AccessDesk { what: DeskDone::Entered { reference: entered.reference } }).await;
            redirect(&card_address(entered.id));
            Ok(StatusCode::SEE_OTHER.into_response())
        })
        .await
    })
}
