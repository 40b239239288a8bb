//! The activity as a file (G3): what the link "Export" leads to.

use crate::failure::Failure;
use crate::request::as_permitted;
use crate::serve::{Asked, attachment, streamed};
use crate::{language, locale};
use axum::response::Response;
use backend::Permit;
use domain::activity::ActivitySearch;
use domain::permissions::ReadActivity;
use futures::future::BoxFuture;
use locales::td_string;

/// `GET /en/organizations/…/activity/export.csv`, with the query of the page.
pub fn export(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        let organization = asked.parameter("organization")?;
        let search = ActivitySearch::from_query(|name| asked.query(name));
        let language = language();
        let export = as_permitted(organization, |permit: Permit<ReadActivity>| async move {
            Ok(permit.export_activity(search, language))
        });
        Ok(attachment(td_string!(locale(), activity.csv.file), streamed(export.await?)))
    })
}
