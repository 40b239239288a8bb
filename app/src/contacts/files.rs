//! Contacts as a file (G6): what the links "Export" lead to.

use crate::failure::Failure;
use crate::request::{as_permitted, broken};
use crate::serve::{Asked, attachment};
use crate::{language, locale};
use axum::body::Body;
use axum::response::Response;
use backend::{Export, ExportWish, Permit};
use domain::contacts::ContactSearch;
use domain::permissions::ManageContacts;
use futures::future::BoxFuture;
use futures::stream::{TryStreamExt as _, try_unfold};
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
        Ok(attachment(td_string!(locale(), imports.file), written(export.await?)))
    })
}

fn written(export: Export) -> Body {
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
