//! What anybody says of a page.

use crate::failure::Failure;
use domain::feedback::FeedbackForm;
use leptos::server;

#[cfg(feature = "ssr")]
use {
    super::foot::FORM,
    crate::language,
    crate::request::{as_visitor, local, notice, redirect, submit},
    crate::ui::notice::Notice,
};

/// Keeps what somebody says of a page, without who they are (R12); they come back to that page.
#[server(endpoint = "feedback/say")]
pub async fn say_of_page(#[server(default)] form: FeedbackForm) -> Result<(), Failure> {
    submit(FORM, &form.clone(), async move {
        let (language, page) = (language(), local(&form.page).to_owned());
        as_visitor(|visitor| async move { visitor.say_of_page(&form, language).await }).await?;
        notice(Notice::FeedbackSaid).await;
        redirect(&page);
        Ok(())
    })
    .await
}
