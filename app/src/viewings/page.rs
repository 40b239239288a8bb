//! The page that says what looking as a contact means, and the banner while it lasts (G7).

use super::api::{StartViewing, StopViewing};
use crate::contacts::page::contact_address;
use crate::form::Draft;
use crate::request::{as_permitted, draft, parameter};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Button, Kind, Link, LinkButton, NoticeBox, TextArea, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::contacts::ContactLine;
use domain::organizations::OrganizationFrame;
use domain::permissions::ViewAs;
use domain::viewings::{MINUTES, ViewingCard, ViewingForm, WORDS};
use domain::{ContactId, Field};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/organizations/…/contacts/…/view-as`
#[component]
pub fn ViewAsPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let contact: ContactId = parameter("contact")?;
        let name = as_permitted(id, |permit: Permit<ViewAs>| async move { permit.to_view_as(contact).await })
            .await?;
        let organization = frame_of(id).await?;
        let draft: Option<Draft<ViewingForm>> = draft("viewings/start").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let house = organization.name.in_language(language()).to_owned();
        let error = error_of(problems.clone().into(), Field::Reason);
        let back = contact_address(id, contact);
        Ok(view! {
            <Page
                title=td_string!(l, viewings.title, name = name.clone())
                organization
                here=Here::Contacts
                lede=td_string!(l, viewings.lede, name = name.clone(), organization = house)
                back=Link::to(back.clone(), name)
                problems
            >
                <Consequences />
                <form method="post" action=StartViewing::url() novalidate>
                    <input type="hidden" name="organization" value=id.to_string() />
                    <input type="hidden" name="contact" value=contact.to_string() />
                    <TextArea
                        name="form[reason]"
                        id=Field::Reason.id()
                        label=td_string!(l, viewings.reason)
                        hint=td_string!(l, viewings.reason_hint)
                        value=form.reason
                        error
                        rows=3
                        maxlength=WORDS
                    />
                    <div class="actions">
                        <Button>{td_string!(l, viewings.start)}</Button>
                        <a class="action" href=back>{td_string!(l, viewings.cancel)}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

#[component]
fn Consequences() -> impl IntoView {
    let l = locale();
    view! {
        <NoticeBox id="viewing" title=td_string!(l, viewings.what)>
            <ul>
                <li>{td_string!(l, viewings.nothing_changes)}</li>
                <li>{td_string!(l, viewings.ends, minutes = MINUTES)}</li>
                <li>{td_string!(l, viewings.only_there)}</li>
                <li>{td_string!(l, viewings.written)}</li>
            </ul>
        </NoticeBox>
    }
}

/// On a contact's page, the way there for whoever of Support may look as this person.
pub fn view_as_link(organization: &OrganizationFrame, line: &ContactLine) -> Option<impl IntoView + use<>> {
    let actor = &organization.actor;
    let href = format!("{}/view-as", contact_address(organization.id, line.id));
    (actor.support && actor.may::<ViewAs>() && line.active && line.access).then(|| {
        view! { <p><LinkButton href kind=Kind::Secondary>{td_string!(locale(), viewings.link)}</LinkButton></p> }
    })
}

/// At the top of every page while one looks as somebody else.
#[component]
pub fn ViewingBanner(viewing: ViewingCard) -> impl IntoView {
    let l = locale();
    let house = viewing.organization_name.in_language(language()).to_owned();
    let who = td_string!(l, viewings.banner_who, name = viewing.name, organization = house);
    let hour = viewing.until.text.in_language(language()).to_owned();
    let until = td_string!(l, viewings.banner_until, time = hour);
    view! {
        <div class="announcement viewing" role="region" aria-label=td_string!(l, viewings.banner)>
            <div>
                <p>
                    <span class="icon person"></span>
                    " "
                    <strong>{who}</strong>
                    " "
                    {td_string!(l, viewings.banner_what)}
                    " "
                    <time datetime=viewing.until.machine>{until}</time>
                </p>
                <form method="post" action=StopViewing::url()>
                    <Button kind=Kind::Secondary>{td_string!(l, viewings.stop)}</Button>
                </form>
            </div>
        </div>
    }
}
