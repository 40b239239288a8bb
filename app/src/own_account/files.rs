//! What is kept of one's account, as a file (A9, G10).

use crate::failure::Failure;
use crate::locale;
use crate::request::at_provider;
use crate::serve::{Asked, json_attachment};
use axum::response::Response;
use futures::future::BoxFuture;
use locales::td_string;

/// `GET /en/identity/account/data.json`
pub fn data(_: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let data = at_provider(|desk| async move { desk.own_data().await }).await?;
        Ok(json_attachment(td_string!(locale(), own_account.file), format!("{data:#}")))
    })
}
