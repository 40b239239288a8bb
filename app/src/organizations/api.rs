//! What pages ask about an organization's details.

use crate::failure::Failure;
use domain::OrganizationId;
use domain::organizations::DetailsForm;
use leptos::server;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use {
    crate::request::{as_permitted, notice, redirect, submit},
    crate::ui::notice::Notice,
    backend::{DetailsSave, Permit},
    domain::permissions::EditOrganization,
};

/// What the page of the details sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveDetailsForm {
    pub details: DetailsForm,
    pub version: i64,
}

/// Saves the details (O1, O3, C6).
#[server(endpoint = "organizations/save_details")]
pub async fn save_details(organization: OrganizationId, form: SaveDetailsForm) -> Result<(), Failure> {
    submit("organizations/save_details", &form.clone(), async move {
        let save = DetailsSave { form: form.details, version: form.version };
        let changed = as_permitted(organization, |permit: Permit<EditOrganization>| async move {
            permit.save_details(&save).await
        })
        .await?;
        notice(Notice::DetailsSaved { renamed: changed.contains(&"name") }).await;
        redirect(&super::page::details_address(organization));
        Ok(())
    })
    .await
}
