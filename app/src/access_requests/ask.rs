//! Asking for access, by anybody (R1, R2): the situation, the service, what is needed, the form; then all of it once more,
//! before it is sent. No island: each step is an address, and works without script.

use super::api::{ReviewRequest, SaveRequest, SendRequest};
use super::several::several_address;
use crate::failure::Failure;
use crate::form::Draft;
use crate::organizations::fields::{IdentifierFields, IdentityFields, ReachFields};
use crate::request::{as_visitor, draft, draft_is_gone, encoded, query, redirect};
use crate::shell::{Page, whole};
use crate::ui::{
    Button, CheckBox, Choice, Details, EmailInput, Empty, Link, Panel, RadioButtons, Select, SummaryList,
    SummaryRow, TextInput, Width, error_of,
};
use crate::{language, locale};
use domain::access_requests::{NewLine, PersonForm, RequestForm};
use domain::contacts::spoken_name;
use domain::{Field, FieldProblems, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The name under which the form is kept.
pub(super) const ASKED: &str = "access_requests/ask";

pub(super) fn beginning() -> String {
    format!("/{}/access-requests", language().code())
}

/// The form for that situation and service, with what was typed before.
pub(super) fn form_address(situation: &str, service: &str, draft: &str) -> String {
    let said = [("situation", situation), ("service", service), ("draft", draft)];
    let said = said.into_iter().filter(|(_, value)| !value.is_empty());
    let said: Vec<String> = said.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if said.is_empty() { beginning() } else { format!("{}?{}", beginning(), said.join("&")) }
}

pub(super) fn review_address(draft: &str) -> String {
    format!("{}/review?draft={}", beginning(), encoded(draft))
}

pub(super) fn sent_address(what: &str, reference: &str) -> String {
    format!("{}/done?what={what}&reference={}", beginning(), encoded(reference))
}

/// `/en/access-requests`
#[component]
pub fn AskPage() -> impl IntoView {
    whole(async {
        let lines = as_visitor(|visitor| async move { Ok(visitor.services_to_ask_for()) }).await?;
        let kept: Option<Draft<RequestForm>> = draft(ASKED).await;
        if draft_is_gone().await {
            let said = |name| query(name).unwrap_or_default();
            return Ok(gone(form_address(&said("situation"), &said("service"), "")));
        }
        let chosen =
            |name: &str, typed: Option<&String>| query(name).or_else(|| typed.cloned()).unwrap_or_default();
        let situation = chosen("situation", kept.as_ref().map(|kept| &kept.form.situation));
        let service = chosen("service", kept.as_ref().map(|kept| &kept.form.service));
        let of_situation: Vec<NewLine> = lines
            .iter()
            .filter(|line| line.situations.iter().any(|(key, _)| *key == situation))
            .cloned()
            .collect();
        let line = of_situation.iter().find(|line| line.service.0 == service).cloned();
        // Sent on with nothing chosen: that is said, and beside the choice.
        let asked = query("asked").unwrap_or_default();
        let nothing = |field: Field| {
            let sent = asked == field.id();
            if sent { FieldProblems::one(field, Problem::Missing) } else { FieldProblems::none() }
        };
        Ok(match (of_situation.is_empty(), line) {
            (true, _) => choose_situation(&lines, nothing(Field::Situation)),
            (false, None) => choose_service(&situation, &of_situation, nothing(Field::Service)),
            (false, Some(line)) => fill_in(&line, situation, kept),
        })
    })
}

/// Who asks: a profession, or a kind of establishment.
fn choose_situation(lines: &[NewLine], problems: FieldProblems) -> AnyView {
    let l = locale();
    let mut situations: Vec<Choice> = Vec::new();
    for (key, name) in lines.iter().flat_map(|line| &line.situations) {
        if situations.iter().all(|choice| choice.value != *key) {
            situations.push(Choice::of(key, name.in_language(language())));
        }
    }
    if situations.is_empty() {
        return view! {
            <Page title=td_string!(l, access_requests.ask.title)>
                <Empty title=td_string!(l, access_requests.ask.nothing)>
                    <p>{td_string!(l, access_requests.ask.nothing_what)}</p>
                </Empty>
            </Page>
        }
        .into_any();
    }
    let faults = Signal::stored(problems.clone());
    view! {
        <Page
            title=td_string!(l, access_requests.ask.title)
            lede=td_string!(l, access_requests.ask.lede)
            problems
        >
            <ul>
                <li>{td_string!(l, access_requests.ask.needs_two)}</li>
                <li>{td_string!(l, access_requests.ask.needs_mailboxes)}</li>
                <li>{td_string!(l, access_requests.ask.one_each)}</li>
                <li>{td_string!(l, access_requests.ask.shared_with)}</li>
            </ul>
            <form method="get" action=beginning()>
                <input type="hidden" name="asked" value=Field::Situation.id() />
                <RadioButtons
                    name="situation"
                    id=Field::Situation.id()
                    legend=td_string!(l, access_requests.ask.situation)
                    choices=situations
                    large=true
                    error=error_of(faults, Field::Situation)
                />
                <Button>{td_string!(l, access_requests.ask.go_on)}</Button>
            </form>
        </Page>
    }
    .into_any()
}

/// Which online service, with what each asks for.
fn choose_service(situation: &str, lines: &[NewLine], problems: FieldProblems) -> AnyView {
    let l = locale();
    let services =
        lines.iter().map(|line| Choice::of(&line.service.0, line.service.1.in_language(language())));
    let services: Vec<Choice> = services.collect();
    let by_number = lines.iter().any(|line| line.by_number);
    let by_number = by_number.then(|| {
        let href = crate::access_ways::number::address();
        view! {
            <p class="hint">
                {td_string!(l, access_requests.ask.by_number)} " "
                <a href=href>{td_string!(l, access_ways.number.title)}</a>
            </p>
        }
    });
    let situation = situation.to_owned();
    let faults = Signal::stored(problems.clone());
    view! {
        <Page
            title=td_string!(l, access_requests.ask.service_title)
            lede=td_string!(l, access_requests.ask.service_lede)
            back=Link::to(beginning(), td_string!(l, access_requests.ask.back))
            problems
        >
            {by_number}
            <form method="get" action=beginning()>
                <input type="hidden" name="situation" value=situation />
                <input type="hidden" name="asked" value=Field::Service.id() />
                <RadioButtons
                    name="service"
                    id=Field::Service.id()
                    legend=td_string!(l, access_requests.letter.service)
                    choices=services
                    error=error_of(faults, Field::Service)
                />
                <Button>{td_string!(l, access_requests.ask.go_on)}</Button>
            </form>
        </Page>
    }
    .into_any()
}

/// The organization, the person, who authorizes.
fn fill_in(line: &NewLine, situation: String, kept: Option<Draft<RequestForm>>) -> AnyView {
    let l = locale();
    let problems = kept.as_ref().map(Draft::problems).unwrap_or_default();
    let form = kept.map(|kept| kept.form).unwrap_or_default();
    let (key, service) = (line.service.0.clone(), line.service.1.in_language(language()).to_owned());
    let faults = Signal::stored(problems.clone());
    let back = Link::to(form_address(&situation, "", ""), td_string!(l, access_requests.ask.back));
    let several = several_address(&situation, &key);
    let instructions = instructions(line);
    let by_representative = line.by_representative;
    view! {
        <Page
            title=td_string!(l, access_requests.ask.form_title, service = service)
            lede=td_string!(l, access_requests.ask.form_lede)
            back
            problems
        >
            {instructions}
            <p><a href=several>{td_string!(l, access_requests.several.link)}</a></p>
            <form method="post" action=ReviewRequest::url() novalidate>
                <input type="hidden" name="form[situation]" value=situation />
                <input type="hidden" name="form[service]" value=key />
                {organization_fields(&form, faults)}
                {user_fields(&form, faults)}
                {authorizer_fields(&form, faults, by_representative)}
                <div class="actions">
                    <Button>{td_string!(l, access_requests.ask.review)}</Button>
                </div>
                <h2>{td_string!(l, access_requests.ask.later)}</h2>
                <p class="hint">{td_string!(l, access_requests.ask.later_what)}</p>
                <EmailInput
                    name="form[sent_by]"
                    id=Field::SentBy.id()
                    label=td_string!(l, access_requests.ask.sent_by)
                    hint=td_string!(l, access_requests.ask.sent_by_hint)
                    value=form.sent_by.clone()
                    error=error_of(faults, Field::SentBy)
                />
                <button class="button secondary" formaction=SaveRequest::url()>
                    {td_string!(l, access_requests.ask.save)}
                </button>
            </form>
        </Page>
    }
    .into_any()
}

/// What the service says of itself.
pub(super) fn instructions(line: &NewLine) -> impl IntoView + use<> {
    line.instructions.as_ref().map(|words| {
        let words = words.in_language(language()).to_owned();
        view! { <p>{words}</p> }
    })
}

/// The organization that is asked for (R1).
pub(super) fn organization_fields(
    form: &RequestForm,
    faults: Signal<FieldProblems>,
) -> impl IntoView + use<> {
    let l = locale();
    let which = vec![
        Choice::of("new", td_string!(l, access_requests.ask.organization_new)),
        Choice::of("existing", td_string!(l, access_requests.ask.organization_existing)),
    ];
    let typed = form.organization.clone();
    let rest = [
        &typed.email,
        &typed.phone,
        &typed.other_phone,
        &typed.postal_address,
        &typed.civic_address,
        &typed.business_number,
        &typed.registry_number,
    ];
    let open = rest.into_iter().any(|text| !text.is_empty()) || is_about_more(faults);
    view! {
        <h2>{td_string!(l, access_requests.letter.organization)}</h2>
        <RadioButtons
            name="form[organization_is]"
            id=Field::OrganizationIs.id()
            legend=td_string!(l, access_requests.ask.organization_is)
            hint=td_string!(l, access_requests.ask.organization_is_hint)
            choices=which
            value=form.organization_is.clone()
            error=error_of(faults, Field::OrganizationIs)
        />
        <IdentityFields
            form=typed.clone()
            hint=td_string!(l, access_requests.ask.organization_names_hint)
            problems=faults
            within=ORGANIZATION
        />
        <Details summary=td_string!(l, access_requests.ask.organization_more) open>
            <ReachFields form=typed.clone() problems=faults within=ORGANIZATION />
            <IdentifierFields form=typed.clone() problems=faults within=ORGANIZATION />
        </Details>
    }
}

/// Whether something is wrong with the fields of the organization that are folded away: they are then unfolded.
pub(super) fn is_about_more(faults: Signal<FieldProblems>) -> bool {
    let more = |field: Field| {
        matches!(
            field,
            Field::Email
                | Field::Phone(_)
                | Field::PostalAddress
                | Field::CivicAddress
                | Field::BusinessNumber
                | Field::RegistryNumber
        )
    };
    faults.with_untracked(|faults| faults.0.iter().any(|at| more(at.field)))
}

/// Who will use the service.
pub(super) fn user_fields(form: &RequestForm, faults: Signal<FieldProblems>) -> impl IntoView + use<> {
    let l = locale();
    view! {
        <h2>{td_string!(l, access_requests.ask.user)}</h2>
        <p class="hint">{td_string!(l, access_requests.ask.user_lede)}</p>
        <PersonFields name="form[user]" at=USER form=form.user.clone() problems=faults />
    }
}

/// Who authorizes it; for some services the workplace's designated representative (R7).
pub(super) fn authorizer_fields(
    form: &RequestForm,
    faults: Signal<FieldProblems>,
    by_representative: bool,
) -> impl IntoView + use<> {
    let l = locale();
    let hint = if by_representative {
        td_string!(l, access_requests.ask.representative)
    } else {
        td_string!(l, access_requests.ask.authorizer_lede)
    };
    // A workplace that designates somebody is more than one person.
    let checked = form.alone == "true";
    let alone = (!by_representative).then(|| {
        view! {
            <CheckBox
                name="form[alone]"
                id="alone"
                label=td_string!(l, access_requests.ask.alone)
                hint=td_string!(l, access_requests.ask.alone_hint)
                checked
            />
        }
    });
    view! {
        <h2>{td_string!(l, access_requests.letter.authorizer)}</h2>
        <p class="hint">{hint}</p>
        {alone}
        <PersonFields name="form[authorizer]" at=AUTHORIZER form=form.authorizer.clone() problems=faults />
    }
}

const ORGANIZATION: &str = "form[organization]";

/// The fields of one of the two people.
#[derive(Clone, Copy, Debug)]
pub struct At {
    last_name: Field,
    first_name: Field,
    email: Field,
    title: Field,
    phone: Field,
    language: Field,
}

pub(super) const USER: At = At {
    last_name: Field::UserLastName,
    first_name: Field::UserFirstName,
    email: Field::UserEmail,
    title: Field::UserTitle,
    phone: Field::UserPhone,
    language: Field::UserLanguage,
};

pub(super) const AUTHORIZER: At = At {
    last_name: Field::AuthorizerLastName,
    first_name: Field::AuthorizerFirstName,
    email: Field::AuthorizerEmail,
    title: Field::AuthorizerTitle,
    phone: Field::AuthorizerPhone,
    language: Field::AuthorizerLanguage,
};

/// What is typed of one of them.
#[component]
pub(super) fn PersonFields(
    name: &'static str,
    at: At,
    form: PersonForm,
    #[prop(into)] problems: Signal<FieldProblems>,
) -> impl IntoView {
    let l = locale();
    let error = |field| error_of(problems, field);
    let languages = vec![
        Choice::of("", td_string!(l, contacts.form.language_unknown)),
        Choice::of("en", td_string!(l, contacts.language_en)),
        Choice::of("fr", td_string!(l, contacts.language_fr)),
    ];
    view! {
        <div class="field-row">
            <TextInput
                name=format!("{name}[last_name]")
                id=at.last_name.id()
                label=td_string!(l, contacts.form.last_name)
                value=form.last_name
                error=error(at.last_name)
            />
            <TextInput
                name=format!("{name}[first_name]")
                id=at.first_name.id()
                label=td_string!(l, contacts.form.first_name)
                value=form.first_name
                error=error(at.first_name)
            />
        </div>
        <CheckBox
            name=format!("{name}[one_name]")
            id=format!("{}-one", at.last_name.id())
            label=td_string!(l, contacts.form.one_name)
            checked=form.one_name == "true"
        />
        <EmailInput
            name=format!("{name}[email]")
            id=at.email.id()
            label=td_string!(l, contacts.form.email)
            hint=td_string!(l, contacts.form.email_hint)
            value=form.email
            error=error(at.email)
        />
        <TextInput
            name=format!("{name}[title]")
            id=at.title.id()
            label=td_string!(l, contacts.form.title)
            value=form.title
            error=error(at.title)
            optional=true
        />
        <div class="field-row">
            <TextInput
                name=format!("{name}[phone]")
                id=at.phone.id()
                label=td_string!(l, organizations.phone)
                value=form.phone
                error=error(at.phone)
                kind="tel"
                inputmode="tel"
                optional=true
            />
            <Select
                name=format!("{name}[language]")
                id=at.language.id()
                label=td_string!(l, contacts.form.language)
                choices=languages
                value=form.language
                error=error(at.language)
                width=Width::Medium
            />
        </div>
    }
}

/// `/en/access-requests/review?draft=…`: all of it, before it is sent.
#[component]
pub fn ReviewPage() -> impl IntoView {
    whole(async {
        let id = query("draft").unwrap_or_default();
        let kept: Option<Draft<RequestForm>> = draft(ASKED).await;
        let l = locale();
        let Some(kept) = kept else { return Ok(gone(beginning())) };
        let change = form_address(&kept.form.situation, &kept.form.service, &id);
        if !kept.problems().is_empty() {
            // What is wrong stands beside the fields, and those stand in the form.
            redirect(&change);
            return Ok(().into_any());
        }
        let form = kept.form;
        let send = view! {
            <form method="post" action=SendRequest::url()>
                <input type="hidden" name="draft" value=id />
                <Button>{td_string!(l, access_requests.ask.send)}</Button>
            </form>
        };
        review(&form, send, change).await
    })
}

/// What was typed is no longer kept: said, before anybody begins again.
pub(super) fn gone(again: String) -> AnyView {
    let l = locale();
    view! {
        <Page title=td_string!(l, access_requests.ask.gone) lede=td_string!(l, access_requests.ask.gone_why)>
            <p><a href=again>{td_string!(l, access_requests.ask.again)}</a></p>
        </Page>
    }
    .into_any()
}

/// All that was typed, once more; then to send it, or to change it.
pub(super) async fn review(
    form: &RequestForm,
    send: impl IntoView + 'static,
    change: String,
) -> Result<AnyView, Failure> {
    let l = locale();
    let lines = as_visitor(|visitor| async move { Ok(visitor.services_to_ask_for()) }).await?;
    let facts = facts(form, &lines);
    Ok(view! {
        <Page
            title=td_string!(l, access_requests.ask.review_title)
            lede=td_string!(l, access_requests.ask.review_lede)
        >
            {facts}
            <div class="actions">
                {send}
                <a class="action" href=change>{td_string!(l, access_requests.ask.change)}</a>
            </div>
            <p class="hint">{td_string!(l, access_requests.ask.print)}</p>
        </Page>
    }
    .into_any())
}

fn facts(form: &RequestForm, lines: &[NewLine]) -> impl IntoView + use<> {
    let l = locale();
    let line = lines.iter().find(|line| line.service.0 == form.service);
    let service = line.map(|line| line.service.1.in_language(language()).to_owned());
    let situation = line.and_then(|line| line.situations.iter().find(|(key, _)| *key == form.situation));
    let situation = situation.map(|(_, name)| name.in_language(language()).to_owned());
    let (user, authorizer) = (person(&form.user), person(&form.authorizer));
    let authorizer = match form.alone == "true" {
        true => view! { {td_string!(l, access_requests.ask.alone_said)} }.into_any(),
        false => authorizer.into_any(),
    };
    let here = match form.organization_is.as_str() {
        "existing" => td_string!(l, access_requests.ask.organization_existing_said),
        _ => td_string!(l, access_requests.ask.organization_new_said),
    };
    let organization = &form.organization;
    let mut said = vec![organization.name_en.trim(), organization.name_fr.trim()];
    said.dedup();
    said.extend([
        organization.email.trim(),
        organization.phone.trim(),
        organization.other_phone.trim(),
        organization.postal_address.trim(),
        organization.civic_address.trim(),
        organization.business_number.trim(),
        organization.registry_number.trim(),
    ]);
    let said = lines_of(&said);
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, access_requests.letter.service)>{service}</SummaryRow>
            <SummaryRow term=td_string!(l, access_requests.ask.situation)>{situation}</SummaryRow>
            <SummaryRow term=td_string!(l, access_requests.letter.organization)>{said} {here}</SummaryRow>
            <SummaryRow term=td_string!(l, access_requests.ask.user)>{user}</SummaryRow>
            <SummaryRow term=td_string!(l, access_requests.letter.authorizer)>{authorizer}</SummaryRow>
        </SummaryList>
    }
}

/// What is there, a line each.
fn lines_of(lines: &[&str]) -> impl IntoView + use<> {
    let lines: Vec<String> = lines.iter().filter(|line| !line.is_empty()).map(ToString::to_string).collect();
    lines.into_iter().map(|line| view! { {line} <br /> }).collect_view()
}

fn person(form: &PersonForm) -> impl IntoView + use<> {
    let name = spoken_name(form.last_name.trim(), form.first_name.trim());
    let rest = lines_of(&[form.title.trim(), form.email.trim(), form.phone.trim()]);
    view! {
        <strong>{name}</strong>
        <br />
        {rest}
    }
}

/// `/en/access-requests/done?what=…&reference=…`: nothing here but what the address says, and that is little.
#[component]
pub fn DonePage() -> impl IntoView {
    whole(async {
        let l = locale();
        let reference = query("reference").unwrap_or_default();
        let plain = reference.len() <= 20
            && reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let reference = if plain { reference } else { String::new() };
        let saved = query("what").as_deref() == Some("saved");
        let (title, steps) = match saved {
            true => (
                td_string!(l, access_requests.ask.saved_title, reference = reference),
                vec![td_string!(l, access_requests.ask.saved_next)],
            ),
            false => (
                td_string!(l, access_requests.ask.sent_title, reference = reference),
                vec![
                    td_string!(l, access_requests.ask.sent_sign),
                    td_string!(l, access_requests.ask.sent_support),
                    td_string!(l, access_requests.ask.sent_code),
                ],
            ),
        };
        let steps = steps.into_iter().map(|step| view! { <li>{step}</li> }).collect_view();
        let panel = title.clone();
        Ok(view! {
            <Page title bare=true>
                <Panel title=panel><ol>{steps}</ol></Panel>
                <p><a href=beginning()>{td_string!(l, access_requests.ask.another)}</a></p>
            </Page>
        }
        .into_any())
    })
}
