//! The activity as a file (G3): what the link "Export" leads to.

use crate::failure::Failure;
use crate::request::{as_permitted, broken};
use crate::serve::{Asked, attachment};
use crate::{language, locale};
use axum::body::Body;
use axum::response::Response;
use backend::{ActivityExport, Permit};
use domain::activity::ActivitySearch;
use domain::permissions::ReadActivity;
use futures::future::BoxFuture;
use futures::stream::{TryStreamExt as _, try_unfold};
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
        Ok(attachment(td_string!(locale(), activity.csv.file), written(export.await?)))
    })
}

fn written(export: ActivityExport) -> Body {
    let pieces = try_unfold(export, |mut export| async move {
        let piece = export.next().await.map_err(Failure::from)?;
        Ok::<_, Failure>(piece.map(|piece| (piece, export)))
    });
    Body::from_stream(pieces.map_err(|failure| {
        // What is on its way cannot be taken back: the browser says that the file is not whole.
        let cut = std::io::Error::other(format!("a file could not be finished: {failure:?}"));
        let _ = broken(&cut);
        cut
    }))
}
