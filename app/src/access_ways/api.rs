//! What administrators, representatives and holders of numbers do. One act, one door.

use crate::failure::Failure;
use domain::access_requests::NumberForm;
use domain::{AccessRequestId, ContactId, HandoverId, OrganizationId};
use leptos::server;

#[cfg(feature = "ssr")]
use {
    super::done::WayDone,
    crate::language,
    crate::request::{as_permitted, as_signed_in, notice, redirect, submit},
    crate::ui::notice::Notice,
    backend::Permit,
    domain::access_requests::ReadRequest,
    domain::contacts::spoken_name,
    domain::permissions::{ManageContacts, SeeContacts, SeeOrganization},
    domain::{Field, FieldProblems, Problem},
};

/// Says whether whoever asks for access works here (R1).
#[server(endpoint = "access_ways/vouch")]
pub async fn vouch(
    organization: OrganizationId,
    access_request: AccessRequestId,
    #[server(default)] edition: i32,
    #[server(default)] answer: String,
) -> Result<(), Failure> {
    submit("access_ways/vouch", &answer.clone(), async move {
        let known = match answer.as_str() {
            "known" => Ok(true),
            "unknown" => Ok(false),
            _ => Err(FieldProblems::one(Field::Decision, Problem::Missing)),
        };
        as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.vouch(ReadRequest { id: access_request, edition }, known?).await
        })
        .await?;
        said(WayDone::Vouched).await;
        redirect(&super::vouch::address(organization, access_request));
        Ok(())
    })
    .await
}

/// Names a designated representative (R7).
#[server(endpoint = "access_ways/name_representative")]
pub async fn name_representative(organization: OrganizationId, contact: ContactId) -> Result<(), Failure> {
    let name = as_permitted(organization, |permit: Permit<SeeContacts>| async move {
        permit.name_representative(contact).await?;
        let facts = permit.card(contact).await?.facts;
        Ok(spoken_name(&facts.last_name, &facts.first_name))
    })
    .await?;
    said(WayDone::RepresentativeNamed { name }).await;
    redirect(&super::representatives::address(organization));
    Ok(())
}

/// Ends the role of a designated representative (R7).
#[server(endpoint = "access_ways/end_representative")]
pub async fn end_representative(organization: OrganizationId, contact: ContactId) -> Result<(), Failure> {
    let name = as_permitted(organization, |permit: Permit<SeeContacts>| async move {
        permit.end_representative(contact).await?;
        let facts = permit.card(contact).await?.facts;
        Ok(spoken_name(&facts.last_name, &facts.first_name))
    })
    .await?;
    said(WayDone::RepresentativeEnded { name }).await;
    redirect(&super::representatives::address(organization));
    Ok(())
}

/// Another code takes the place of one that this representative holds (R7).
#[server(endpoint = "access_ways/renew_code_held")]
pub async fn renew_code_held(organization: OrganizationId, handover: HandoverId) -> Result<(), Failure> {
    as_permitted(organization, |permit: Permit<SeeOrganization>| async move {
        permit.renew_code_held(handover).await
    })
    .await?;
    said(WayDone::CodeRenewed).await;
    redirect(&super::codes::address(organization));
    Ok(())
}

/// Comes in with a reference number, under the name as registered (R8, R11).
#[server(endpoint = "access_ways/use_number")]
pub async fn use_number(#[server(default)] form: NumberForm) -> Result<(), Failure> {
    submit("access_ways/use_number", &form.clone(), async move {
        let organization = as_signed_in(|person| async move { person.use_number(&form).await }).await?;
        said(WayDone::NumberUsed).await;
        redirect(&format!("/{}/organizations/{organization}", language().code()));
        Ok(())
    })
    .await
}

#[cfg(feature = "ssr")]
async fn said(what: WayDone) {
    notice(Notice::AccessWay { what }).await;
}
