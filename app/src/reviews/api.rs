//! What the pages of the access review ask. One act, one door, one right.

use crate::failure::Failure;
use domain::reviews::DecisionForm;
use domain::{ContactId, OrganizationId, ReviewId};
use leptos::server;

#[cfg(feature = "ssr")]
use {
    super::page::{person_address, review_address},
    crate::contacts::page::contact_address,
    crate::request::{as_permitted, notice, redirect, submit},
    crate::ui::notice::Notice,
    backend::Permit,
    domain::permissions::ReviewAccess,
    domain::reviews::{Decision, Shown},
    domain::{Field, FieldProblems, Problem},
};

/// Starts a review, and goes to it.
#[server(endpoint = "reviews/start")]
pub async fn start_review(organization: OrganizationId) -> Result<(), Failure> {
    let id = as_permitted(organization, |permit: Permit<ReviewAccess>| async move { permit.start().await })
        .await?;
    redirect(&review_address(organization, id));
    Ok(())
}

/// Keeps the access of the people ticked; each says `contact:version`.
#[server(endpoint = "reviews/keep")]
pub async fn keep_ticked(
    organization: OrganizationId,
    review: ReviewId,
    #[server(default)] people: Vec<String>,
) -> Result<(), Failure> {
    submit("reviews/keep", &people.clone(), async move {
        let ticked: Vec<(ContactId, i64)> = people.iter().filter_map(|text| ticked(text)).collect();
        let kept = as_permitted(organization, |permit: Permit<ReviewAccess>| async move {
            if ticked.is_empty() {
                return Err(FieldProblems::one(Field::People, Problem::NobodyTicked).into());
            }
            permit.keep_several(review, &ticked).await
        })
        .await?;
        let refused = kept.refused.into_iter().map(|(name, _)| name).collect();
        notice(Notice::AccessKept { kept: kept.kept, refused }).await;
        redirect(&review_address(organization, review));
        Ok(())
    })
    .await
}

#[cfg(feature = "ssr")]
fn ticked(text: &str) -> Option<(ContactId, i64)> {
    let (contact, version) = text.split_once(':')?;
    Some((contact.parse().ok()?, version.parse().ok()?))
}

/// Decides about one person, then goes to the next who waits, or to the contact's page when it has to change.
#[server(endpoint = "reviews/decide")]
pub async fn decide(
    organization: OrganizationId,
    review: ReviewId,
    contact: ContactId,
    form: DecisionForm,
) -> Result<(), Failure> {
    submit("reviews/decide", &form.clone(), async move {
        let change = form.decision == Decision::Change.code();
        let (person, next) = as_permitted(organization, |permit: Permit<ReviewAccess>| async move {
            let person = permit.decide(review, contact, &form).await?;
            let next = permit.review(review, Shown::Yours, 1).await?;
            Ok((person, next.people.first().map(|person| person.contact)))
        })
        .await?;
        let name = person.name;
        notice(if change { Notice::AccessToChange { name } } else { Notice::AccessDecided { name } }).await;
        redirect(&match next {
            _ if change => contact_address(organization, contact),
            Some(next) => person_address(organization, review, next),
            None => review_address(organization, review),
        });
        Ok(())
    })
    .await
}

/// Attests a review: from then on it never changes.
#[server(endpoint = "reviews/attest")]
pub async fn attest_review(organization: OrganizationId, review: ReviewId) -> Result<(), Failure> {
    submit("reviews/attest", &(), async move {
        as_permitted(organization, |permit: Permit<ReviewAccess>| async move { permit.attest(review).await })
            .await?;
        notice(Notice::ReviewAttested).await;
        redirect(&review_address(organization, review));
        Ok(())
    })
    .await
}
