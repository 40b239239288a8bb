//! The home of an organization: what waits, what one has to sign (S4), the figures, the modules, one's own profiles, the
//! services.

use crate::agreements::list::list_address as agreements_address;
use crate::contacts::api::StopReplacement;
use crate::contacts::page::list_address;
use crate::failure::Failure;
use crate::request::as_permitted;
use crate::reviews::page::{review_address, reviews_address};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::signing::waiting as waiting_for_me;
use crate::ui::{Button, Details, Kind, NoticeBox, SummaryList, SummaryRow, Tag, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::AccessRequestId;
use domain::agreements::{AgreementFilter, AgreementState};
use domain::contacts::{ContactSearch, Replacement, Waiting};
use domain::organizations::{
    ModuleCard, OrganizationFrame, OrganizationHome as Home, OwnProfile, ReviewWait, ServiceCard, Waits,
    WhomToAsk,
};
use domain::permissions::{ManageContacts, ReadAgreements, ReviewAccess, SeeContacts, SeeOrganization};
use domain::reviews::Who;
use leptos::prelude::*;
use locales::{is_one, td_string};
use server_fn::ServerFn as _;

/// `/en/organizations/…`
#[component]
pub fn OrganizationHome() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let home =
            as_permitted(id, |permit: Permit<SeeOrganization>| async move { permit.home().await }).await?;
        let out = out_for_signature(&organization).await?;
        let (to_sign, signed) = (waiting_for_me::to_sign().await?, waiting_for_me::signed().await?);
        let l = locale();
        let name = organization.name.in_language(language()).to_owned();
        let other = language().other();
        let actor = &organization.actor;
        let administers = actor.may::<ManageContacts>() || actor.may::<ReviewAccess>();
        let waiting = administers.then(|| waiting(&organization, &home.waits, &home.asked));
        Ok(view! {
            <Page title=name organization=organization.clone() here=Here::Home>
                <p class="lede" lang=other.code()>{organization.name.in_language(other).to_owned()}</p>
                {home.replacement.as_ref().map(|planned| replacement(&organization, planned))}
                {home.codes.map(|many| codes(&organization, many))}
                {to_sign}
                {waiting}
                {figures(&organization, &home, out)}
                {services(home.services, home.ask)}
                {signed}
                {own(home.own, administers)}
                {modules(home.modules)}
                {details(&organization, home.primary)}
                <Details summary=td_string!(l, home.help)><p>{td_string!(l, home.help_text)}</p></Details>
            </Page>
        }
        .into_any())
    })
}

/// The primary contact is to be replaced (C9).
fn replacement(organization: &OrganizationFrame, planned: &Replacement) -> impl IntoView + use<> {
    let l = locale();
    let date = planned.on.text.in_language(language());
    let (heir, primary) = (planned.heir.as_str(), planned.primary.as_str());
    let text = match planned.stoppable {
        true => td_string!(l, home.replacement.yours, date = date, heir = heir, primary = primary),
        false => td_string!(l, home.replacement.text, date = date, heir = heir, primary = primary),
    };
    let stop = planned.stoppable.then(|| {
        let label = td_string!(l, home.replacement.stop, primary = primary);
        view! {
            <form method="post" action=StopReplacement::url()>
                <input type="hidden" name="organization" value=organization.id.to_string() />
                <Button kind=Kind::Secondary>{label}</Button>
            </form>
        }
    });
    view! {
        <NoticeBox id="replacement" title=td_string!(l, home.replacement.title) tone=Tone::Warning>
            <p>{text}</p>
            {stop}
        </NoticeBox>
    }
}

/// Something that waits: what, what to do, how urgent, where.
struct Task {
    title: String,
    what: String,
    label: &'static str,
    tone: Tone,
    href: String,
}

/// What waits, the most urgent first.
fn waiting(
    organization: &OrganizationFrame,
    waits: &Waits,
    asked: &[(AccessRequestId, String)],
) -> impl IntoView + use<> {
    let l = locale();
    let mut tasks: Vec<Task> =
        waits.counts.iter().map(|(waiting, many)| task(organization, *waiting, *many)).collect();
    if let Some(review) = &waits.review {
        let urgent = waits.counts.iter().filter(|(waiting, _)| waiting.urgent()).count();
        tasks.insert(urgent, review_task(organization, review));
    }
    // Support waits a few days for these, and somebody for Support.
    tasks.splice(..0, asked.iter().map(|(request, name)| vouch_task(organization, *request, name)));
    let list = if tasks.is_empty() {
        view! { <p>{td_string!(l, home.nothing_waiting)}</p> }.into_any()
    } else {
        let lines = tasks.into_iter().map(|Task { title, what, label, tone, href }| {
            view! {
                <li>
                    <div><a href=href>{title}</a><p class="hint">{what}</p></div>
                    <Tag tone label />
                </li>
            }
        });
        view! { <ul class="task-list">{lines.collect_view()}</ul> }.into_any()
    };
    view! { <section aria-labelledby="waiting"><h2 id="waiting">{td_string!(l, home.waiting)}</h2>{list}</section> }
}

/// What waits for so many contacts; it leads to the list of these.
fn task(organization: &OrganizationFrame, waiting: Waiting, many: u64) -> Task {
    let l = locale();
    let one = is_one(language(), many);
    let (title, what, label, tone) = match waiting {
        Waiting::Bounced => (
            if one {
                td_string!(l, home.bounced_one).to_owned()
            } else {
                td_string!(l, home.bounced_many, count = many)
            },
            td_string!(l, home.bounced_what),
            td_string!(l, home.bounced_tag),
            Tone::Danger,
        ),
        Waiting::Expired => (
            if one {
                td_string!(l, home.expired_one).to_owned()
            } else {
                td_string!(l, home.expired_many, count = many)
            },
            td_string!(l, home.expired_what),
            td_string!(l, home.expired_tag),
            Tone::Warning,
        ),
        Waiting::Suspended => (
            if one {
                td_string!(l, home.suspended_one).to_owned()
            } else {
                td_string!(l, home.suspended_many, count = many)
            },
            td_string!(l, home.suspended_what),
            td_string!(l, home.suspended_tag),
            Tone::Warning,
        ),
        Waiting::Soon => (
            if one {
                td_string!(l, home.soon_one).to_owned()
            } else {
                td_string!(l, home.soon_many, count = many)
            },
            td_string!(l, home.soon_what),
            td_string!(l, home.soon_tag),
            Tone::Info,
        ),
        Waiting::Ending => (
            if one {
                td_string!(l, home.ending_one).to_owned()
            } else {
                td_string!(l, home.ending_many, count = many)
            },
            td_string!(l, home.ending_what),
            td_string!(l, home.soon_tag),
            Tone::Info,
        ),
        Waiting::Unused => (
            if one {
                td_string!(l, home.unused_one).to_owned()
            } else {
                td_string!(l, home.unused_many, count = many)
            },
            td_string!(l, home.unused_what),
            td_string!(l, home.unused_tag),
            Tone::Quiet,
        ),
    };
    let search = ContactSearch { waiting: Some(waiting), ..ContactSearch::default() };
    let href = format!("{}{}", list_address(organization.id), search.query(1));
    Task { title, what: what.to_owned(), label, tone, href }
}

/// Somebody asks for access, and Support wants to know whether this person works here (R1).
fn vouch_task(organization: &OrganizationFrame, request: AccessRequestId, name: &str) -> Task {
    let l = locale();
    Task {
        title: td_string!(l, access_ways.vouch.title, name = name),
        what: td_string!(l, access_ways.vouch.waits).to_owned(),
        label: td_string!(l, access_ways.vouch.tag),
        tone: Tone::Warning,
        href: crate::access_ways::vouch::address(organization.id, request),
    }
}

/// The access review that is due, or under way (P5).
fn review_task(organization: &OrganizationFrame, review: &ReviewWait) -> Task {
    let l = locale();
    match review {
        ReviewWait::Due { since } => Task {
            title: td_string!(l, home.review_due).to_owned(),
            what: td_string!(l, home.review_due_what, date = since.text.in_language(language())),
            label: td_string!(l, home.review_due_tag),
            tone: Tone::Warning,
            href: reviews_address(organization.id),
        },
        ReviewWait::Open { review, started_at, decided, people } => Task {
            title: td_string!(l, home.review_open).to_owned(),
            what: td_string!(
                l,
                home.review_open_what,
                date = started_at.text.in_language(language()),
                decided = decided,
                people = people
            ),
            label: td_string!(l, home.review_open_tag),
            tone: Tone::Info,
            href: review_address(organization.id, *review),
        },
    }
}

/// How many agreements wait for signatures, for who may read them (S4).
async fn out_for_signature(organization: &OrganizationFrame) -> Result<Option<u64>, Failure> {
    if !organization.actor.may::<ReadAgreements>() {
        return Ok(None);
    }
    let filter = AgreementFilter { state: Some(AgreementState::Out), ..AgreementFilter::default() };
    let found = as_permitted(organization.id, |permit: Permit<ReadAgreements>| async move {
        permit.agreements(&filter).await
    });
    Ok(Some(found.await?.found))
}

fn figures(organization: &OrganizationFrame, home: &Home, out: Option<u64>) -> impl IntoView + use<> {
    let l = locale();
    let out = out.map(|many| {
        let href = format!("{}?state={}", agreements_address(organization.id), AgreementState::Out.code());
        figure(td_string!(l, agreements.home_out), many, Some(href))
    });
    let list = organization.actor.may::<SeeContacts>().then(|| list_address(organization.id));
    let with_access = list.clone().map(|list| format!("{list}?access=with"));
    view! {
        <section aria-labelledby="glance">
            <h2 id="glance">{td_string!(l, home.glance)}</h2>
            <dl class="facts">
                {figure(td_string!(l, home.contacts_active), home.contacts_active, list)}
                {figure(td_string!(l, home.contacts_with_access), home.contacts_with_access, with_access)}
                {figure(td_string!(l, home.invitations_pending), home.invitations_pending, None)}
                {out}
            </dl>
        </section>
    }
}

fn figure(label: &'static str, figure: u64, href: Option<String>) -> impl IntoView {
    let figure = match href {
        Some(href) => view! { <a href=href>{figure}</a> }.into_any(),
        None => figure.into_any(),
    };
    view! { <div><dt>{label}</dt><dd>{figure}</dd></div> }
}

/// R7: the people who wait for a code of this designated representative.
fn codes(organization: &OrganizationFrame, many: u64) -> impl IntoView + use<> {
    let l = locale();
    let said = match (many, is_one(language(), many)) {
        (0, _) => td_string!(l, access_ways.codes.waiting_none).to_owned(),
        (_, true) => td_string!(l, access_ways.codes.waiting_one).to_owned(),
        (many, false) => td_string!(l, access_ways.codes.waiting_many, n = many),
    };
    let href = crate::access_ways::codes::address(organization.id);
    view! {
        <NoticeBox id="codes" title=td_string!(l, access_ways.codes.role)>
            <p>{said}</p>
            <p class="actions"><a class="action" href=href>{td_string!(l, access_ways.codes.to_page)}</a></p>
        </NoticeBox>
    }
}

/// R10: whom to ask about the services; where there is none, nothing.
pub(super) fn ask(name: Option<&str>, email: &str) -> impl IntoView + use<> {
    let l = locale();
    let said = match name {
        Some(name) => td_string!(l, access_ways.services.ask, name = name),
        None => td_string!(l, access_ways.services.ask_support).to_owned(),
    };
    let (mail, email) = (format!("mailto:{email}"), email.to_owned());
    (!email.is_empty()).then(|| view! { <p class="hint">{said}" "<a href=mail>{email}</a></p> })
}

fn services(services: Vec<ServiceCard>, whom: WhomToAsk) -> impl IntoView {
    let l = locale();
    let ask = (!services.is_empty()).then(|| ask(whom.name.as_deref(), &whom.email));
    let list = if services.is_empty() {
        view! { <p>{td_string!(l, home.no_service)}</p> }.into_any()
    } else {
        let tiles = services.into_iter().map(|service| {
            let profiles: Vec<_> = service.profiles.iter().map(|name| name.in_language(language())).collect();
            let name = service.name.in_language(language()).to_owned();
            let name = match service.address {
                Some(address) => view! { <a href=address>{name}</a> }.into_any(),
                None => name.into_any(),
            };
            let instructions = service.instructions.map(|text| text.in_language(language()).to_owned());
            view! {
                <li>
                    <div class="tile">
                        <h3>{name}</h3>
                        <span>{profiles.join(", ")}</span>
                        {instructions.map(|text| view! { <p class="hint">{text}</p> })}
                    </div>
                </li>
            }
        });
        view! { <ul class="tiles">{tiles.collect_view()}</ul> }.into_any()
    };
    view! { <section aria-labelledby="services"><h2 id="services">{td_string!(l, home.services)}</h2>{list}{ask}</section> }
}

/// One's own profiles, who granted them and until when (C12); who administers nothing learns whom to ask.
fn own(own: Vec<OwnProfile>, administers: bool) -> Option<impl IntoView> {
    let l = locale();
    if own.is_empty() {
        return None;
    }
    let ask = (!administers).then(|| view! { <p>{td_string!(l, home.own_ask)}</p> });
    let rows = own.into_iter().map(|profile| {
        let granted = granted(&profile);
        let name = profile.name.in_language(language()).to_owned();
        view! { <SummaryRow term=name>{granted}</SummaryRow> }
    });
    let rows = rows.collect_view();
    Some(view! {
        <section aria-labelledby="own">
            <h2 id="own">{td_string!(l, home.own)}</h2>
            <SummaryList>{rows}</SummaryList>
            {ask}
        </section>
    })
}

fn granted(profile: &OwnProfile) -> String {
    let l = locale();
    let date = profile.granted_at.text.in_language(language());
    let granted = match &profile.granted_by {
        Who::Named(name) => td_string!(l, contacts.card.granted_by, name = name.as_str(), date = date),
        Who::Support => {
            td_string!(l, contacts.card.granted_by, name = td_string!(l, reviews.by_support), date = date)
        }
        Who::Unknown => td_string!(l, contacts.card.granted, date = date),
    };
    match &profile.ends_at {
        Some(end) => {
            let until = td_string!(l, reviews.ends, date = end.text.in_language(language()));
            format!("{granted} · {until}")
        }
        None => granted,
    }
}

/// "Funding agreement: 2 administrators, 5 people", and who administers it by name.
fn modules(modules: Vec<ModuleCard>) -> impl IntoView {
    let l = locale();
    let rows = modules.into_iter().map(|module| {
        let term = module.name.in_language(language()).to_owned();
        let (counted, by) = (counted(&module), administered(&module));
        view! { <SummaryRow term>{counted}<br /><span class="soft">{by}</span></SummaryRow> }
    });
    let rows = rows.collect_view();
    view! {
        <section aria-labelledby="modules">
            <h2 id="modules">{td_string!(l, home.modules)}</h2>
            <SummaryList>{rows}</SummaryList>
        </section>
    }
}

fn counted(module: &ModuleCard) -> String {
    let l = locale();
    let administrators = match is_one(language(), module.administrators) {
        _ if module.administrators == 0 => td_string!(l, home.administrators_none).to_owned(),
        true => td_string!(l, home.administrators_one).to_owned(),
        false => td_string!(l, home.administrators_many, count = module.administrators),
    };
    let people = match is_one(language(), module.people) {
        _ if module.people == 0 => td_string!(l, home.people_none).to_owned(),
        true => td_string!(l, home.people_one).to_owned(),
        false => td_string!(l, home.people_many, count = module.people),
    };
    format!("{administrators}, {people}")
}

fn administered(module: &ModuleCard) -> String {
    let l = locale();
    let others = module.administrators - module.named.len() as u64;
    let names = module.named.join(", ");
    match (module.named.is_empty(), others) {
        (true, _) => td_string!(l, home.administered_by_support).to_owned(),
        (_, 0) => td_string!(l, home.administered_by, names = names),
        (_, more) => td_string!(l, home.administered_by_more, names = names, count = more),
    }
}

fn details(organization: &OrganizationFrame, primary: Option<String>) -> impl IntoView + use<> {
    let l = locale();
    let other = language().other();
    let name = organization.name.in_language(language()).to_owned();
    let other_name = organization.name.in_language(other).to_owned();
    let primary = primary.unwrap_or_else(|| td_string!(l, home.no_primary).to_owned());
    let all = crate::organizations::page::details_address(organization.id);
    let representatives = organization.actor.may::<SeeContacts>().then(|| {
        let href = crate::access_ways::representatives::address(organization.id);
        view! { <p><a href=href>{td_string!(l, access_ways.representatives.link)}</a></p> }
    });
    view! {
        <section aria-labelledby="details">
            <h2 id="details">{td_string!(l, home.details)}</h2>
            <SummaryList>
                <SummaryRow term=td_string!(l, home.name)>
                    {name}
                    <br />
                    <span lang=other.code()>{other_name}</span>
                </SummaryRow>
                <SummaryRow term=td_string!(l, home.primary)>{primary}</SummaryRow>
            </SummaryList>
            <p><a href=all>{td_string!(l, home.all_details)}</a></p>
            {representatives}
        </section>
    }
}
