//! A request that came on paper (R13): the same form, typed by Support, with the scans of its two signatures.

use super::super::ask::{AUTHORIZER, PersonFields, USER, is_about_more};
use super::files::PAPER;
use super::queue::{back_to_queue, queue_address};
use crate::desk::page::keeper;
use crate::form::Draft;
use crate::organizations::fields::{IdentifierFields, IdentityFields, ReachFields};
use crate::request::{as_visitor, draft};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, CheckBox, Choice, Details, RadioButtons, Select, TextArea, TextInput, error_of};
use crate::{language, locale};
use backend::SCAN_MEGABYTES;
use domain::access_requests::{NewLine, PaperForm, RequestForm};
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::td_string;

const ORGANIZATION: &str = "form[request][organization]";

/// `/en/desk/access-requests/paper`
#[component]
pub fn PaperPage() -> impl IntoView {
    whole(async {
        keeper().await?;
        let lines = as_visitor(|visitor| async move { Ok(visitor.services_to_ask_for()) }).await?;
        let draft: Option<Draft<PaperForm>> = draft(PAPER).await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let faults = Signal::stored(problems.clone());
        let l = locale();
        let PaperForm { request, .. } = form.clone();
        Ok(view! {
            <Page
                title=td_string!(l, access_desk.paper.title)
                desk=AtDesk::AccessRequests
                lede=td_string!(l, access_desk.paper.lede)
                back=back_to_queue()
                problems
            >
                <form
                    method="post"
                    action=queue_address("paper/upload")
                    enctype="multipart/form-data"
                    novalidate
                >
                    {what(&request, &lines, faults)}
                    {organization(&request, faults)}
                    {people(&request, faults)}
                    {signatures(form, faults)}
                    <div class="actions">
                        <Button>{td_string!(l, access_desk.paper.button)}</Button>
                        <a class="action" href=queue_address("")>{td_string!(l, desk.change.cancel)}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

/// The situation and the service: all of them, since the paper says both (R2).
fn what(form: &RequestForm, lines: &[NewLine], faults: Signal<FieldProblems>) -> impl IntoView + use<> {
    let l = locale();
    let none = || Choice::of("", td_string!(l, access_desk.paper.choose));
    let (mut situations, mut services) = (vec![none()], vec![none()]);
    for line in lines {
        services.push(Choice::of(&line.service.0, line.service.1.in_language(language())));
        for (key, name) in &line.situations {
            if situations.iter().all(|known| known.value != *key) {
                situations.push(Choice::of(key, name.in_language(language())));
            }
        }
    }
    view! {
        <h2>{td_string!(l, access_desk.paper.what)}</h2>
        <Select
            name="form[request][situation]"
            id=Field::Situation.id()
            label=td_string!(l, access_requests.ask.situation)
            choices=situations
            value=form.situation.clone()
            error=error_of(faults, Field::Situation)
        />
        <Select
            name="form[request][service]"
            id=Field::Service.id()
            label=td_string!(l, access_requests.letter.service)
            choices=services
            value=form.service.clone()
            error=error_of(faults, Field::Service)
        />
    }
}

fn organization(form: &RequestForm, faults: Signal<FieldProblems>) -> impl IntoView + use<> {
    let l = locale();
    let which = vec![
        Choice::of("new", td_string!(l, access_requests.ask.organization_new)),
        Choice::of("existing", td_string!(l, access_requests.ask.organization_existing)),
    ];
    let details = form.organization.clone();
    view! {
        <h2>{td_string!(l, access_requests.letter.organization)}</h2>
        <RadioButtons
            name="form[request][organization_is]"
            id=Field::OrganizationIs.id()
            legend=td_string!(l, access_requests.ask.organization_is)
            choices=which
            value=form.organization_is.clone()
            error=error_of(faults, Field::OrganizationIs)
        />
        <IdentityFields form=details.clone() problems=faults within=ORGANIZATION />
        <Details summary=td_string!(l, access_requests.ask.organization_more) open=is_about_more(faults)>
            <ReachFields form=details.clone() problems=faults within=ORGANIZATION />
            <IdentifierFields form=details.clone() problems=faults within=ORGANIZATION />
        </Details>
    }
}

fn people(form: &RequestForm, faults: Signal<FieldProblems>) -> impl IntoView + use<> {
    let l = locale();
    let (user, authorizer) = (form.user.clone(), form.authorizer.clone());
    view! {
        <h2>{td_string!(l, access_requests.ask.user)}</h2>
        <PersonFields name="form[request][user]" at=USER form=user problems=faults />
        <h2>{td_string!(l, access_requests.letter.authorizer)}</h2>
        <CheckBox
            name="form[request][alone]"
            id="alone"
            label=td_string!(l, access_requests.ask.alone)
            hint=td_string!(l, access_requests.ask.alone_hint)
            checked=form.alone == "true"
        />
        <PersonFields name="form[request][authorizer]" at=AUTHORIZER form=authorizer problems=faults />
    }
}

/// The names as they stand under the signatures, and the scans of both; why a shared address is taken (R4).
fn signatures(form: PaperForm, faults: Signal<FieldProblems>) -> impl IntoView {
    let l = locale();
    let scan = td_string!(l, access_desk.paper.scan_hint, megabytes = SCAN_MEGABYTES);
    view! {
        <h2>{td_string!(l, access_desk.paper.signatures)}</h2>
        <TextInput
            name="form[user_signed]"
            id=Field::UserSigned.id()
            label=td_string!(l, access_desk.paper.user_signed)
            hint=td_string!(l, access_desk.paper.signed_hint)
            value=form.user_signed
            error=error_of(faults, Field::UserSigned)
        />
        <TextInput
            name="user_scan"
            id=Field::UserScan.id()
            label=td_string!(l, access_desk.paper.user_scan)
            hint=scan.clone()
            error=error_of(faults, Field::UserScan)
            kind="file"
        />
        <TextInput
            name="form[authorizer_signed]"
            id=Field::AuthorizerSigned.id()
            label=td_string!(l, access_desk.paper.authorizer_signed)
            hint=td_string!(l, access_desk.paper.signed_hint)
            value=form.authorizer_signed
            error=error_of(faults, Field::AuthorizerSigned)
        />
        <TextInput
            name="authorizer_scan"
            id=Field::AuthorizerScan.id()
            label=td_string!(l, access_desk.paper.authorizer_scan)
            hint=scan
            error=error_of(faults, Field::AuthorizerScan)
            kind="file"
        />
        <TextArea
            name="form[override_reason]"
            id=Field::Reason.id()
            label=td_string!(l, access_desk.paper.overriding)
            hint=td_string!(l, access_desk.paper.overriding_hint)
            value=form.override_reason
            maxlength=500_u16
            error=error_of(faults, Field::Reason)
            optional=true
            rows=3
        />
    }
}
