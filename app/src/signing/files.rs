//! What a signatory downloads, and the pictures that stand in the page: only for who may read the page itself.

use super::way::Way;
use crate::failure::Failure;
use crate::request::as_signed_in;
use crate::serve::{Asked, pdf, picture};
use axum::response::Response;
use domain::{Language, SignatoryId};
use futures::future::BoxFuture;

/// `GET /en/agreement/…/document/fr`
pub fn document_by_link(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(
        async move { document(Way::Link(asked.parameter("token")?), asked.parameter("language")?).await },
    )
}

/// `GET /en/to-sign/…/document/fr`
pub fn own_document(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(
        async move { document(Way::Own(asked.parameter("signatory")?), asked.parameter("language")?).await },
    )
}

async fn document(way: Way, language: Language) -> Result<Response, Failure> {
    let document = way.document(language).await?;
    Ok(pdf(&document.name, document.bytes))
}

/// `GET /en/agreement/…/document/fr/page/2`
pub fn page_by_link(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let (language, number) = (asked.parameter("language")?, asked.parameter("number")?);
        page(Way::Link(asked.parameter("token")?), language, number).await
    })
}

/// `GET /en/to-sign/…/document/fr/page/2`
pub fn own_page(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let (language, number) = (asked.parameter("language")?, asked.parameter("number")?);
        page(Way::Own(asked.parameter("signatory")?), language, number).await
    })
}

async fn page(way: Way, language: Language, number: u32) -> Result<Response, Failure> {
    Ok(picture(way.picture(language, number).await?))
}

/// `GET /en/to-sign/…/sealed/fr`: the same bytes for everybody who signed.
pub fn sealed(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let signatory: SignatoryId = asked.parameter("signatory")?;
        let language = asked.parameter("language")?;
        let sealed =
            as_signed_in(|person| async move { person.own_sealed(signatory, language).await }).await?;
        Ok(pdf(&sealed.name, sealed.bytes))
    })
}
