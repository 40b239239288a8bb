//! One's own record (C12): one's details, one's profiles, and leaving.

use super::api::{Leave, OwnSaveForm, SaveOwn};
use super::fields::{LanguageField, Phones};
use super::profiles::held;
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{as_permitted, draft};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{
    Button, Kind, Link, LinkButton, NoticeBox, Panel, SummaryList, SummaryRow, TextInput, error_of,
};
use crate::{language, locale};
use backend::Permit;
use domain::contacts::{ContactForm, OwnForm, OwnRecord, spoken_name};
use domain::permissions::SeeOrganization;
use domain::{Field, OrganizationId, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The address of one's own record.
#[must_use]
pub fn own_address(organization: OrganizationId) -> String {
    format!("/{}/organizations/{organization}/me", language().code())
}

async fn record(organization: OrganizationId) -> Result<OwnRecord, Failure> {
    as_permitted(organization, |permit: Permit<SeeOrganization>| async move { permit.own_record().await })
        .await
}

/// `/en/organizations/…/me`
#[component]
pub fn OwnPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let record = record(id).await?;
        let draft: Option<Draft<OwnSaveForm>> = draft("contacts/save_own").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let held = held(&record.held);
        let form = form(id, &record, draft);
        let leaving = leaving(id, &record);
        let data = data(id);
        Ok(view! {
            <Page
                title=td_string!(l, contacts.own.title)
                organization
                here=Here::Own
                lede=td_string!(l, contacts.own.lede)
                problems
            >
                {held}
                {form}
                {data}
                {leaving}
            </Page>
        }
        .into_any())
    })
}

fn form(
    organization: OrganizationId,
    record: &OwnRecord,
    draft: Option<Draft<OwnSaveForm>>,
) -> impl IntoView + use<> {
    let l = locale();
    let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
    let known = ContactForm::from(&record.facts);
    let known = OwnForm { title: known.title, phones: known.phones, language: known.language };
    let typed = draft.map_or(known, |draft| draft.form.own);
    let name = spoken_name(&record.facts.last_name, &record.facts.first_name);
    let signal = Signal::from(problems);
    let (email, version) = (record.facts.email.to_string(), record.version.to_string());
    view! {
        <section aria-labelledby="details">
            <h2 id="details">{td_string!(l, contacts.card.details)}</h2>
            <SummaryList>
                <SummaryRow term=td_string!(l, contacts.own.name)>{name}</SummaryRow>
                <SummaryRow term=td_string!(l, contacts.form.email)>{email}</SummaryRow>
            </SummaryList>
            <p class="hint">{td_string!(l, contacts.own.name_hint)}</p>
            <form method="post" action=SaveOwn::url() novalidate>
                <input type="hidden" name="organization" value=organization.to_string() />
                <input type="hidden" name="form[version]" value=version />
                <TextInput
                    name="form[own][title]"
                    id=Field::Title.id()
                    label=td_string!(l, contacts.form.title)
                    value=typed.title
                    error=error_of(signal, Field::Title)
                    optional=true
                    spellcheck=true
                />
                <LanguageField name="form[own]" value=typed.language problems=signal />
                <Phones name="form[own]" phones=typed.phones problems=signal />
                <div class="actions"><Button>{td_string!(l, contacts.form.save)}</Button></div>
            </form>
        </section>
    }
}

/// What is kept of the person, to take along (G10).
fn data(organization: OrganizationId) -> impl IntoView {
    let l = locale();
    let href = format!("{}/data.json", own_address(organization));
    view! {
        <section aria-labelledby="data">
            <h2 id="data">{td_string!(l, retention.download_title)}</h2>
            <p>{td_string!(l, retention.download_lede)}</p>
            <p><a class="action" href=href download="">{td_string!(l, retention.download)}</a></p>
        </section>
    }
}

/// The way out, or why there is none now (C9, C10).
fn leaving(organization: OrganizationId, record: &OwnRecord) -> impl IntoView + use<> {
    let l = locale();
    let way = match refused(record) {
        Some(why) => view! { <p>{why}</p> }.into_any(),
        None => {
            let href = format!("{}/leave", own_address(organization));
            view! {
                <p>{td_string!(l, contacts.own.leave_lede)}</p>
                <p><LinkButton href kind=Kind::Secondary>{td_string!(l, contacts.own.leave)}</LinkButton></p>
            }
            .into_any()
        }
    };
    view! {
        <section aria-labelledby="leaving">
            <h2 id="leaving">{td_string!(l, contacts.own.leave_title)}</h2>
            {way}
        </section>
    }
}

fn refused(record: &OwnRecord) -> Option<&'static str> {
    let l = locale();
    if record.primary {
        return Some(td_string!(l, contacts.own.primary_stays));
    }
    record.last_administrator.then(|| td_string!(l, contacts.own.last_administrator))
}

/// `/en/left`: where whoever left comes to, signed in elsewhere or not at all.
#[component]
pub fn LeftPage() -> impl IntoView {
    crate::shell::public(|| {
        let l = locale();
        let title = td_string!(l, contacts.own.left_title);
        let home = format!("/{}/home", language().code());
        view! {
            <Page title bare=true>
                <Panel title>
                    <p>{td_string!(l, contacts.own.left_text)}</p>
                    <p><a href=home>{td_string!(l, contacts.own.left_home)}</a></p>
                </Panel>
            </Page>
        }
    })
}

/// `/en/organizations/…/me/leave`
#[component]
pub fn LeavePage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let record = record(id).await?;
        if refused(&record).is_some() {
            let problem = if record.primary { Problem::PrimaryStays } else { Problem::LastAdministrator };
            return Err(problem.into());
        }
        let l = locale();
        let name = organization.name.in_language(language()).to_owned();
        let title = td_string!(l, contacts.own.leave_question, organization = name);
        Ok(view! {
            <Page
                title
                organization
                here=Here::Own
                back=Link::to(own_address(id), td_string!(l, contacts.own.title))
            >
                <NoticeBox id="consequences" title=td_string!(l, contacts.own.leave_then)>
                    <ul>
                        <li>{td_string!(l, contacts.own.leave_profiles)}</li>
                        <li>{td_string!(l, contacts.own.leave_told)}</li>
                        <li>{td_string!(l, contacts.own.leave_back)}</li>
                    </ul>
                </NoticeBox>
                <form method="post" action=Leave::url()>
                    <input type="hidden" name="organization" value=id.to_string() />
                    <input type="hidden" name="form[confirmed]" value="true" />
                    <div class="actions">
                        <Button kind=Kind::Warning>{td_string!(l, contacts.own.leave_confirm)}</Button>
                        <LinkButton href=own_address(id) kind=Kind::Secondary>
                            {td_string!(l, contacts.own.leave_stay)}
                        </LinkButton>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}
