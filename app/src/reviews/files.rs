//! A review as a file (P5): what the link "Download" leads to.

use crate::failure::Failure;
use crate::language;
use crate::request::as_permitted;
use crate::serve::{Asked, attachment};
use axum::body::Body;
use axum::response::Response;
use backend::Permit;
use domain::permissions::ReviewAccess;
use futures::future::BoxFuture;

/// `GET /en/organizations/…/reviews/…/export.csv`
pub fn export(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let (organization, review) = (asked.parameter("organization")?, asked.parameter("review")?);
        let (name, text) = as_permitted(organization, |permit: Permit<ReviewAccess>| async move {
            permit.export(review, language()).await
        })
        .await?;
        Ok(attachment(&name, Body::from(text)))
    })
}
