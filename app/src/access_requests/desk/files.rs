//! Scans of signatures (R13): sent with the form of a request on paper, and had again as files.

use super::DeskDone;
use super::card::card_address;
use crate::failure::Failure;
use crate::locale;
use crate::request::{as_staff, notice, redirect, submit};
use crate::serve::{Asked, file};
use crate::ui::notice::Notice;
use axum::RequestExt as _;
use axum::body::Body;
use axum::extract::Request;
use axum::extract::multipart::{Field as Piece, Multipart, MultipartError, MultipartRejection};
use axum::response::{IntoResponse as _, Response};
use backend::{Permit, SCAN_MEGABYTES};
use domain::access_requests::{PaperForm, Part};
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{AccessRequestId, Field, FieldProblems, Problem};
use futures::future::BoxFuture;
use http::StatusCode;
use locales::td_string;
use serde_json::{Map, Value};

/// The name under which the form is kept.
pub(super) const PAPER: &str = "access_requests/paper";
/// A larger scan is read to its end, so that the browser hears why, but not kept.
const MOST: usize = SCAN_MEGABYTES as usize * 1024 * 1024;
/// No field of the form lies deeper: `form[request][user][email]`.
const DEEP: usize = 3;

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

/// What is sent with a request on paper.
#[derive(Default)]
struct Sent {
    form: Map<String, Value>,
    user: Vec<u8>,
    authorizer: Vec<u8>,
}

/// `POST /en/desk/access-requests/paper/upload`
pub fn upload(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        // Who may not enter one is told before a file is read.
        as_staff(|_: Permit<KeepOrganizations>| async { Ok(()) }).await?;
        let sent = match received(asked.request).await {
            Err(Failure::Refused(problem @ Problem::NotAScan { .. })) => {
                let refused = FieldProblems::one(Field::UserScan, problem);
                return submit(PAPER, &PaperForm::default(), async move { Err(refused.into()) }).await;
            }
            sent => sent?,
        };
        let form: PaperForm = serde_json::from_value(Value::Object(sent.form)).unwrap_or_default();
        submit(PAPER, &form.clone(), async move {
            let entered = as_staff(|permit: Permit<KeepOrganizations>| async move {
                permit.enter_request(&form, [sent.user, sent.authorizer]).await
            });
            let entered = entered.await?;
            notice(Notice::AccessDesk { what: DeskDone::Entered { reference: entered.reference } }).await;
            redirect(&card_address(entered.id));
            Ok(StatusCode::SEE_OTHER.into_response())
        })
        .await
    })
}

async fn received(request: Request) -> Result<Sent, Failure> {
    let mut pieces: Multipart =
        request.extract().await.map_err(|error: MultipartRejection| Failure::Lost(error.to_string()))?;
    let mut sent = Sent::default();
    while let Some(piece) = pieces.next_field().await.map_err(lost)? {
        let name = piece.name().unwrap_or_default().to_owned();
        let content = content(piece).await.map_err(lost)?;
        match name.as_str() {
            "user_scan" => sent.user = content,
            "authorizer_scan" => sent.authorizer = content,
            _ => put(&mut sent.form, &name, String::from_utf8_lossy(&content).into_owned()),
        }
    }
    Ok(sent)
}

/// Puts what was typed where its name says: `form[request][user][email]`. A name of another kind is nobody's.
fn put(form: &mut Map<String, Value>, name: &str, text: String) {
    let path = name.strip_prefix("form[").and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
    let mut pieces: Vec<&str> = path.splitn(DEEP, "][").collect();
    let Some(last) = pieces.pop().filter(|last| !last.is_empty()) else { return };
    let mut at = form;
    for piece in pieces {
        let inner = at.entry(piece).or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(inner) = inner else { return };
        at = inner;
    }
    at.insert(last.to_owned(), Value::String(text));
}

/// What was cut off because it is too large, or never came whole.
fn lost(error: MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::NotAScan { megabytes: SCAN_MEGABYTES }.into(),
        _ => Failure::Lost(error.to_string()),
    }
}

async fn content(mut piece: Piece<'_>) -> Result<Vec<u8>, MultipartError> {
    let mut content = Vec::new();
    while let Some(some) = piece.chunk().await? {
        if content.len() <= MOST {
            content.extend_from_slice(&some);
        }
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r13_the_form_that_comes_with_scans_is_understood_like_any_other() {
        let mut form = Map::new();
        put(&mut form, "form[user_signed]", "Ursule Côté".into());
        put(&mut form, "form[request][alone]", "true".into());
        put(&mut form, "form[request][user][email]", "ursule@exemple.ca".into());
        put(&mut form, "form[request][user][email][x][y]", "deeper".into());
        put(&mut form, "form[user_signed][x]", "inside a text".into());
        put(&mut form, "else", "nobody's".into());
        let form: PaperForm = serde_json::from_value(Value::Object(form)).unwrap();
        assert_eq!(form.user_signed, "Ursule Côté");
        assert_eq!(
            (form.request.alone.as_str(), form.request.user.email.as_str()),
            ("true", "ursule@exemple.ca")
        );
        assert_eq!(form.request.authorizer, domain::access_requests::PersonForm::default());
    }
}
