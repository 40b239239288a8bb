//! The pages of the access review: all of them, one, one person, the attestation, and the printable record.

use super::api::{AttestReview, Decide, KeepTicked, StartReview};
use super::people::{PeopleTable, named, profiles, tags};
use crate::contacts::card::figures as consequences;
use crate::contacts::page::contact_address;
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{as_permitted, draft, parameter, query};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{
    Button, Choice, Empty, Kind, Link, LinkButton, NoticeBox, Pagination, RadioButtons, SummaryList,
    SummaryRow, TextArea, Tone,
};
use crate::{language, locale};
use backend::Permit;
use domain::contacts::ContactCard;
use domain::organizations::OrganizationFrame;
use domain::permissions::{ReviewAccess, SeeContacts};
use domain::reviews::{
    Decision, DecisionForm, NOTE, Reach, ReviewCard, ReviewFigures, ReviewPage as Found, ReviewedPerson,
    Reviews, Shown,
};
use domain::{ContactId, Field, FieldProblems, OrganizationId, Problem, ReviewId};
use leptos::prelude::*;
use locales::{is_one, td_string};
use server_fn::ServerFn as _;

/// The reviews of an organization, in the language of the request.
#[must_use]
pub fn reviews_address(organization: OrganizationId) -> String {
    format!("/{}/organizations/{organization}/reviews", language().code())
}

/// The page of a review.
#[must_use]
pub fn review_address(organization: OrganizationId, review: ReviewId) -> String {
    format!("{}/{review}", reviews_address(organization))
}

/// The page of one person in a review.
#[must_use]
pub fn person_address(organization: OrganizationId, review: ReviewId, person: ContactId) -> String {
    format!("{}/people/{person}", review_address(organization, review))
}

/// The page that attests a review.
#[must_use]
pub fn attest_address(organization: OrganizationId, review: ReviewId) -> String {
    format!("{}/attest", review_address(organization, review))
}

/// The frame of a page that only those who review may see.
async fn reviewed(organization: OrganizationId) -> Result<OrganizationFrame, Failure> {
    let frame = frame_of(organization).await?;
    if frame.actor.may::<ReviewAccess>() { Ok(frame) } else { Err(Problem::Forbidden.into()) }
}

fn back_to_reviews(organization: OrganizationId) -> Link {
    Link::to(reviews_address(organization), td_string!(locale(), reviews.title))
}

fn back_to_review(organization: OrganizationId, review: ReviewId) -> Link {
    Link::to(review_address(organization, review), td_string!(locale(), reviews.back))
}

/// `/en/organizations/…/reviews`
#[component]
pub fn ReviewsPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = reviewed(id).await?;
        let reviews =
            as_permitted(id, |permit: Permit<ReviewAccess>| async move { permit.reviews().await }).await?;
        let l = locale();
        Ok(view! {
            <Page
                title=td_string!(l, reviews.title)
                organization
                here=Here::Reviews
                lede=td_string!(l, reviews.lede).to_owned()
            >
                {under_way(id, &reviews)}
                {past(id, reviews.past)}
            </Page>
        }
        .into_any())
    })
}

/// The open review, or the button that starts one.
fn under_way(organization: OrganizationId, reviews: &Reviews) -> AnyView {
    let l = locale();
    let Some(open) = &reviews.open else { return none_open(organization, reviews).into_any() };
    let href = review_address(organization, open.id);
    view! {
        <section aria-labelledby="open">
            <h2 id="open">{td_string!(l, reviews.open_title)}</h2>
            <p>{started(open)}</p>
            <p>{progress(&open.figures)}</p>
            <div class="actions"><LinkButton href>{td_string!(l, reviews.go_on)}</LinkButton></div>
        </section>
    }
    .into_any()
}

fn none_open(organization: OrganizationId, reviews: &Reviews) -> impl IntoView + use<> {
    let l = locale();
    let day = reviews.due.text.in_language(language());
    let due = match reviews.is_due {
        true => td_string!(l, reviews.due_now, date = day),
        false => td_string!(l, reviews.due_on, date = day),
    };
    view! {
        <section aria-labelledby="open">
            <h2 id="open">{td_string!(l, reviews.none_open)}</h2>
            <p>{due}</p>
            <p>{td_string!(l, reviews.start_what)}</p>
            <form method="post" action=StartReview::url()>
                <input type="hidden" name="organization" value=organization.to_string() />
                <Button>{td_string!(l, reviews.start)}</Button>
            </form>
        </section>
    }
}

fn started(card: &ReviewCard) -> String {
    let date = card.started_at.text.in_language(language());
    td_string!(locale(), reviews.started, name = named(&card.started_by), date = date)
}

fn progress(figures: &ReviewFigures) -> String {
    td_string!(locale(), reviews.progress, done = figures.done, people = figures.people)
}

fn past(organization: OrganizationId, past: Vec<ReviewCard>) -> impl IntoView {
    let l = locale();
    let list = if past.is_empty() {
        view! { <p>{td_string!(l, reviews.past_none)}</p> }.into_any()
    } else {
        let rows = past.into_iter().map(|card| past_row(organization, &card)).collect_view();
        view! { <ul class="task-list">{rows}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="past">
            <h2 id="past">{td_string!(l, reviews.past)}</h2>
            {list}
        </section>
    }
}

fn past_row(organization: OrganizationId, card: &ReviewCard) -> impl IntoView + use<> {
    let l = locale();
    let attested = card.attested.as_ref().map(|attested| {
        let date = attested.at.text.in_language(language());
        let href = review_address(organization, card.id);
        let by = td_string!(l, reviews.past_by, name = named(&attested.by));
        view! {
            <a href=href>{td_string!(l, reviews.past_link, date = date)}</a>
            <p class="hint">{by}</p>
        }
    });
    view! { <li><div>{attested}<p class="hint">{result(&card.figures)}</p></div></li> }
}

/// "Kept: 3 · To change: 1 · …": no figure of nothing but the first.
fn result(figures: &ReviewFigures) -> String {
    let l = locale();
    let mut parts = vec![td_string!(l, reviews.result_kept, n = figures.kept)];
    if figures.changed > 0 {
        parts.push(td_string!(l, reviews.result_changed, n = figures.changed));
    }
    if figures.deactivated > 0 {
        parts.push(td_string!(l, reviews.result_deactivated, n = figures.deactivated));
    }
    if figures.left_to_support > 0 {
        parts.push(td_string!(l, reviews.result_left, n = figures.left_to_support));
    }
    parts.join(" · ")
}

/// `/en/organizations/…/reviews/…`
#[component]
pub fn ReviewPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let review: ReviewId = parameter("review")?;
        let organization = reviewed(id).await?;
        let shown = match query("show").as_deref() {
            Some("waiting") => Shown::Waiting,
            Some("yours") => Shown::Yours,
            _ => Shown::All,
        };
        let page = query("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        let found = as_permitted(id, |permit: Permit<ReviewAccess>| async move {
            permit.review(review, shown, page).await
        })
        .await?;
        let draft: Option<Draft<Vec<String>>> = draft("reviews/keep").await;
        let l = locale();
        let lede = started(&found.card);
        let open = found.card.attested.is_none();
        Ok(view! {
            <Page
                title=title(&found.card)
                organization
                here=Here::Reviews
                back=back_to_reviews(id)
                lede
                problems=draft.as_ref().map(Draft::problems).unwrap_or_default()
            >
                {(!open).then(|| attestation(&found.card))}
                {open.then(|| standing(id, &found.card))}
                <h2>{td_string!(l, reviews.people)}</h2>
                {open.then(|| choice_of_people(id, review, shown))}
                {listed(id, &found, shown)}
                {taken_away(id, review)}
            </Page>
        }
        .into_any())
    })
}

/// "Access review of November 22, 2026"
fn title(card: &ReviewCard) -> String {
    td_string!(locale(), reviews.title_of, date = card.started_at.text.in_language(language()))
}

/// Who attested what, when.
fn attestation(card: &ReviewCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let attested = card.attested.as_ref()?;
    let date = attested.at.text.in_language(language());
    let title = td_string!(l, reviews.attested_by, name = named(&attested.by), date = date);
    let statement = attested.statement.in_language(language()).to_owned();
    let result = result(&card.figures);
    Some(view! {
        <NoticeBox id="attested" title tone=Tone::Success>
            <p>{statement}</p>
            <p>{result}</p>
        </NoticeBox>
    })
}

/// How far it is, what waits, and the way to attest.
fn standing(organization: OrganizationId, card: &ReviewCard) -> impl IntoView + use<> {
    let l = locale();
    let lines = waits(&card.figures).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let attest = (card.figures.left() == 0).then(|| {
        let href = attest_address(organization, card.id);
        view! { <div class="actions"><LinkButton href>{td_string!(l, reviews.to_attest)}</LinkButton></div> }
    });
    view! {
        <NoticeBox id="progress" title=progress(&card.figures)>
            <ul>{lines}</ul>
            {attest}
        </NoticeBox>
    }
}

fn waits(figures: &ReviewFigures) -> Vec<String> {
    let l = locale();
    let mut lines = Vec::new();
    if figures.waiting_for_you > 0 {
        lines.push(match is_one(language(), figures.waiting_for_you) {
            true => td_string!(l, reviews.waits_you_one).to_owned(),
            false => td_string!(l, reviews.waits_you_many, n = figures.waiting_for_you),
        });
    }
    if figures.waiting_for_others > 0 {
        lines.push(match is_one(language(), figures.waiting_for_others) {
            true => td_string!(l, reviews.waits_others_one).to_owned(),
            false => td_string!(l, reviews.waits_others_many, n = figures.waiting_for_others),
        });
    }
    if figures.left_to_support > 0 {
        lines.push(match is_one(language(), figures.left_to_support) {
            true => td_string!(l, reviews.waits_support_one).to_owned(),
            false => td_string!(l, reviews.waits_support_many, n = figures.left_to_support),
        });
    }
    if figures.left() == 0 {
        lines.push(td_string!(l, reviews.waits_nobody).to_owned());
    }
    lines
}

/// Everybody, or those who wait: links, so that the address says it.
fn choice_of_people(organization: OrganizationId, review: ReviewId, shown: Shown) -> impl IntoView {
    let l = locale();
    let address = review_address(organization, review);
    let link = |of: Shown, query: &str, label: &'static str| {
        let href = format!("{address}{query}");
        let current = (of == shown).then_some("page");
        view! { <li><a class="action" href=href aria-current=current>{label}</a></li> }
    };
    view! {
        <nav aria-label=td_string!(l, reviews.show)>
            <ul class="row">
                {link(Shown::All, "", td_string!(l, reviews.show_all))}
                {link(Shown::Waiting, "?show=waiting", td_string!(l, reviews.show_waiting))}
                {link(Shown::Yours, "?show=yours", td_string!(l, reviews.show_yours))}
            </ul>
        </nav>
    }
}

fn listed(organization: OrganizationId, found: &Found, shown: Shown) -> AnyView {
    let l = locale();
    let review = found.card.id;
    let address = review_address(organization, review);
    if found.people.is_empty() {
        return view! {
            <Empty title=td_string!(l, reviews.empty)>
                <p class="actions"><a class="action" href=address>{td_string!(l, reviews.show_all)}</a></p>
            </Empty>
        }
        .into_any();
    }
    let show = match shown {
        Shown::All => "",
        Shown::Waiting => "&show=waiting",
        Shown::Yours => "&show=yours",
    };
    let open = found.card.attested.is_none();
    let keepable = open && found.people.iter().any(ReviewedPerson::waits_for_you);
    let table = view! { <PeopleTable people=found.people.clone() address=address.clone() open /> };
    let table = if keepable { ticked(organization, review, table.into_any()) } else { table.into_any() };
    let (page, pages) = (found.page, found.pages);
    view! {
        {table}
        <Pagination page pages href=move |page| format!("{address}?page={page}{show}") />
    }
    .into_any()
}

/// The list as a form: those ticked keep their access.
fn ticked(organization: OrganizationId, review: ReviewId, table: AnyView) -> AnyView {
    let l = locale();
    view! {
        <form method="post" action=KeepTicked::url() id=Field::People.id()>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="review" value=review.to_string() />
            <p class="hint">{td_string!(l, reviews.keep_hint)}</p>
            {table}
            <div class="bulk">
                <div class="actions"><Button>{td_string!(l, reviews.keep_ticked)}</Button></div>
            </div>
        </form>
    }
    .into_any()
}

/// The file, and the page to print.
fn taken_away(organization: OrganizationId, review: ReviewId) -> impl IntoView {
    let l = locale();
    let file = format!("{}/export.csv", review_address(organization, review));
    let report = format!("{}/report", review_address(organization, review));
    view! {
        <p class="actions">
            <a class="action" href=file download="">{td_string!(l, reviews.download)}</a>
            <a class="action" href=report>{td_string!(l, reviews.print)}</a>
        </p>
    }
}

/// `/en/organizations/…/reviews/…/people/…`
#[component]
pub fn PersonPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let (review, person): (ReviewId, ContactId) = (parameter("review")?, parameter("contact")?);
        let organization = reviewed(id).await?;
        let (card, listed) =
            as_permitted(
                id,
                |permit: Permit<ReviewAccess>| async move { permit.reviewed(review, person).await },
            )
            .await?;
        let contact =
            as_permitted(id, |permit: Permit<SeeContacts>| async move { permit.card(person).await }).await?;
        let draft: Option<Draft<DecisionForm>> = draft("reviews/decide").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let asked = (card.attested.is_none() && listed.profiles.iter().any(yours))
            .then(|| deciding(id, &card, (&listed, &contact), draft));
        let l = locale();
        let (tags, seen, profiles) = (tags(&listed), seen(&listed), profiles(&listed));
        let email = listed.email.clone();
        Ok(view! {
            <Page
                title=locales::person(&listed.name, language())
                organization
                here=Here::Reviews
                back=back_to_review(id, review)
                lede=title(&card)
                problems
            >
                <p>{tags}</p>
                <SummaryList>
                    <SummaryRow term=td_string!(l, reviews.email)>{email}</SummaryRow>
                    {seen}
                </SummaryList>
                <section aria-labelledby="profiles">
                    <h2 id="profiles">{td_string!(l, reviews.profiles)}</h2>
                    {profiles}
                </section>
                {asked}
                <p><a class="action" href=contact_address(id, person)>{td_string!(l, reviews.open_contact)}</a></p>
            </Page>
        }
        .into_any())
    })
}

fn yours(profile: &domain::reviews::ReviewedProfile) -> bool {
    profile.works && profile.reach == Reach::Yours
}

fn seen(person: &ReviewedPerson) -> Option<impl IntoView + use<>> {
    let l = locale();
    let date = person.last_sign_in.as_ref()?.text.in_language(language()).to_owned();
    let unused = person.unused_days.map(|days| {
        view! { <br /><span class="status waiting">{td_string!(l, contacts.unused, days = days)}</span> }
    });
    Some(view! { <SummaryRow term=td_string!(l, reviews.last_sign_in)>{date}{unused}</SummaryRow> })
}

/// The question about one person, and what a deactivation would do (C7, C9, C10).
fn deciding(
    organization: OrganizationId,
    card: &ReviewCard,
    (listed, contact): (&ReviewedPerson, &ContactCard),
    draft: Option<Draft<DecisionForm>>,
) -> impl IntoView + use<> {
    let l = locale();
    let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
    let typed = draft.map(|draft| draft.form).unwrap_or_else(|| decided(listed));
    let applies: Vec<&str> = listed
        .profiles
        .iter()
        .filter(|profile| yours(profile))
        .map(|profile| profile.name.in_language(language()))
        .collect();
    let stays = contact.line.primary || contact.consequences.last_administrator;
    view! {
        <form method="post" action=Decide::url() novalidate>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="review" value=card.id.to_string() />
            <input type="hidden" name="contact" value=listed.contact.to_string() />
            <input type="hidden" name="form[version]" value=listed.version.to_string() />
            <RadioButtons
                name="form[decision]"
                id=Field::AccessDecision.id()
                legend=td_string!(l, reviews.what)
                large=true
                hint=td_string!(l, reviews.applies, profiles = applies.join(", "))
                choices=choices(stays)
                value=typed.decision
                error=said(&problems, Field::AccessDecision)
            />
            {deactivating(contact)}
            <TextArea
                name="form[note]"
                id=Field::Note.id()
                label=td_string!(l, reviews.note)
                hint=td_string!(l, reviews.note_hint)
                value=typed.note
                error=said(&problems, Field::Note)
                optional=true
                rows=3
                maxlength=NOTE
            />
            <div class="actions">
                <Button>{td_string!(l, reviews.save)}</Button>
                <a class="action" href=review_address(organization, card.id)>{td_string!(l, reviews.later)}</a>
            </div>
        </form>
    }
}

/// What was decided before stands in the form.
fn decided(listed: &ReviewedPerson) -> DecisionForm {
    let before = listed.profiles.iter().filter(|profile| yours(profile)).find_map(|p| p.decided.as_ref());
    DecisionForm {
        decision: listed.decision().map(|decision| decision.code().to_owned()).unwrap_or_default(),
        note: before.and_then(|before| before.note.clone()).unwrap_or_default(),
        version: listed.version,
    }
}

fn choices(stays: bool) -> Vec<Choice> {
    let l = locale();
    let mut choices = vec![
        Choice::of(Decision::Keep.code(), td_string!(l, reviews.choose_keep)),
        Choice::of(Decision::Change.code(), td_string!(l, reviews.choose_change)),
    ];
    if !stays {
        choices.push(Choice::of(Decision::Deactivate.code(), td_string!(l, reviews.choose_deactivate)));
    }
    choices
}

fn said(problems: &FieldProblems, field: Field) -> Option<String> {
    problems.of(field).map(|problem| locales::sentence(problem, Some(field), language()))
}

/// The consequences in figures, or why it cannot be.
fn deactivating(contact: &ContactCard) -> impl IntoView + use<> {
    let l = locale();
    let why = match (contact.line.primary, contact.consequences.last_administrator) {
        (true, _) => Some(td_string!(l, contacts.card.primary_stays)),
        (_, true) => Some(td_string!(l, contacts.card.last_administrator)),
        _ => None,
    };
    if let Some(why) = why {
        return view! { <p class="hint">{why}</p> }.into_any();
    }
    let lines = consequences(contact.consequences).into_iter().map(|line| view! { <li>{line}</li> });
    let lines = lines.collect_view();
    view! {
        <NoticeBox id="deactivating" title=td_string!(l, reviews.deactivate_title) tone=Tone::Warning>
            <ul>{lines}</ul>
            <p>{td_string!(l, reviews.deactivate_undo)}</p>
        </NoticeBox>
    }
    .into_any()
}

/// `/en/organizations/…/reviews/…/attest`
#[component]
pub fn AttestPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let review: ReviewId = parameter("review")?;
        let organization = reviewed(id).await?;
        let (card, _) =
            as_permitted(id, |permit: Permit<ReviewAccess>| async move { permit.whole(review).await })
                .await?;
        let draft: Option<Draft<()>> = draft("reviews/attest").await;
        let l = locale();
        let body = match (&card.attested, card.figures.left()) {
            (Some(_), _) => attestation(&card).into_any(),
            (None, 0) => attesting(id, &card).into_any(),
            (None, _) => standing(id, &card).into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, reviews.attest_title)
                organization
                here=Here::Reviews
                back=back_to_review(id, review)
                lede=title(&card)
                problems=draft.as_ref().map(Draft::problems).unwrap_or_default()
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

fn attesting(organization: OrganizationId, card: &ReviewCard) -> impl IntoView + use<> {
    let l = locale();
    let left = (card.figures.left_to_support > 0).then(|| {
        let many = card.figures.left_to_support;
        let text = match is_one(language(), many) {
            true => td_string!(l, reviews.waits_support_one).to_owned(),
            false => td_string!(l, reviews.waits_support_many, n = many),
        };
        view! { <p>{text}</p> }
    });
    view! {
        <p>{result(&card.figures)}</p>
        {left}
        <NoticeBox id="statement" title=td_string!(l, reviews.attest_what)>
            <p>{td_string!(l, reviews.statement)}</p>
        </NoticeBox>
        <p>{td_string!(l, reviews.attest_after)}</p>
        <form method="post" action=AttestReview::url()>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="review" value=card.id.to_string() />
            <div class="actions">
                <Button>{td_string!(l, reviews.attest)}</Button>
                <LinkButton href=review_address(organization, card.id) kind=Kind::Secondary>
                    {td_string!(l, reviews.later)}
                </LinkButton>
            </div>
        </form>
    }
}

/// `/en/organizations/…/reviews/…/report`: everybody on one page, to print.
#[component]
pub fn ReportPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let review: ReviewId = parameter("review")?;
        let organization = reviewed(id).await?;
        let (card, people) =
            as_permitted(id, |permit: Permit<ReviewAccess>| async move { permit.whole(review).await })
                .await?;
        let l = locale();
        let name = organization.name.in_language(language()).to_owned();
        let address = review_address(id, review);
        let standing = card.attested.is_none().then(|| view! { <p>{progress(&card.figures)}</p> });
        Ok(view! {
            <Page title=title(&card) organization here=Here::Reviews back=back_to_review(id, review) lede=name>
                <p>{started(&card)}</p>
                {standing}
                {attestation(&card)}
                <h2>{td_string!(l, reviews.people)}</h2>
                <PeopleTable people address open=false />
            </Page>
        }
        .into_any())
    })
}

/// On a contact's page, while a review is under way: the way back to it.
pub fn way_back(organization: OrganizationId, review: Option<ReviewId>) -> Option<impl IntoView> {
    let l = locale();
    let href = review_address(organization, review?);
    Some(view! {
        <NoticeBox id="review" title=td_string!(l, reviews.open_title)>
            <p class="actions"><a class="action" href=href>{td_string!(l, reviews.go_on)}</a></p>
        </NoticeBox>
    })
}
