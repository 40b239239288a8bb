//! The agreement in front of its signatory: what it is, the whole document, who else signs, and the one button (S3).
//!
//! The form carries the language and the hash of the document that stands on the page, so that a signature is never for
//! anything else than what was read.

use super::api::{SIGN, SignByLink, SignOwn};
use super::landing::{ask, said};
use super::reading::{chosen, document, fingerprint};
use super::signed::{declined, signed};
use super::way::Way;
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{Who, draft, parameter};
use crate::shell::{Page, whole};
use crate::ui::{
    Button, CheckBox, Kind, NoticeBox, SignIn, SummaryList, SummaryRow, Tag, TextInput, Time, Tone, error_of,
};
use crate::{language, locale};
use backend::{AccountCard, Reading};
use domain::agreements::{DocumentCard, SignForm, SignatoryState, SigningCard, SigningState};
use domain::{Field, FieldProblems, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/to-sign/…`: the same page for whoever's account it is.
#[component]
pub fn ToSignPage() -> impl IntoView {
    whole(async { showing(Way::Own(parameter("signatory")?)).await })
}

/// The page of an agreement, as it stands for this person.
pub(super) async fn showing(way: Way) -> Result<AnyView, Failure> {
    let card = way.card().await?;
    match &card.state {
        SigningState::MayRead | SigningState::NotYourTurn => to_read(way, card).await,
        SigningState::Signed { .. } => signed(&card),
        SigningState::Declined { on } => Ok(declined(&card, on)),
        SigningState::Ended(why) => {
            let (title, text) = said(*why);
            Ok(view! { <Page title lede=text>{facts(&card)}{ask(&card.whom_to_ask)}</Page> }.into_any())
        }
    }
}

/// Whoever looks at the page, signed in.
pub(super) fn account() -> Option<AccountCard> {
    use_context::<Who>().and_then(|who| who.account)
}

async fn to_read(way: Way, card: SigningCard) -> Result<AnyView, Failure> {
    let Some(account) = account() else { return Err(Problem::SignInNeeded.into()) };
    let typed: Option<Draft<SignForm>> = draft(SIGN).await;
    let problems = typed.as_ref().map(Draft::problems).unwrap_or_default();
    let Some(shown) = chosen(&card.documents).cloned() else { return Err(Problem::NotFound.into()) };
    let reading: Reading = way.reading(shown.language).await?;
    let form = typed.map_or_else(|| begun(&card), |draft| draft.form);
    let l = locale();
    let organization = card.organization_name.in_language(language()).to_owned();
    let title = td_string!(l, signing.page.title, title = card.titles.in_language(language()));
    let onward = match card.state {
        SigningState::MayRead => signing(&way, &shown, form, &problems).into_any(),
        _ => not_yet().into_any(),
    };
    let another = another_account(&card, &way);
    Ok(view! {
        <Page title lede=td_string!(l, signing.page.lede, organization = organization) problems>
            {facts(&card)}
            {message(&card)}
            {addresses(&card, &account)}
            {document(&way, &card.documents, &shown, &reading)}
            {others(&card)}
            {onward}
            {another}
            {ask(&card.whom_to_ask)}
        </Page>
    }
    .into_any())
}

/// What the form begins with: the name that the organization knows.
fn begun(card: &SigningCard) -> SignForm {
    SignForm { name: card.name.clone(), ..SignForm::default() }
}

pub(super) fn facts(card: &SigningCard) -> impl IntoView + use<> {
    let l = locale();
    let title = card.titles.in_language(language()).to_owned();
    let organization = card.organization_name.in_language(language()).to_owned();
    let by = card.prepared_by.in_language(language()).to_owned();
    let date = card.deadline.text.in_language(language()).to_owned();
    let machine = card.deadline.machine.clone();
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, signing.landing.agreement)>{title}</SummaryRow>
            <SummaryRow term=td_string!(l, signing.page.organization)>{organization}</SummaryRow>
            <SummaryRow term=td_string!(l, signing.landing.by)>{by}</SummaryRow>
            <SummaryRow term=td_string!(l, signing.landing.until)>
                <time datetime=machine>{td_string!(l, signing.landing.until_text, date = date)}</time>
            </SummaryRow>
        </SummaryList>
    }
}

/// The words of whoever prepared it: quoted, attributed, and nothing in them is a link (I2).
fn message(card: &SigningCard) -> Option<impl IntoView + use<>> {
    let text = card.message.clone().filter(|text| !text.is_empty())?;
    let by = td_string!(locale(), signing.page.message, name = card.prepared_by.in_language(language()));
    Some(
        view! { <figure class="quote"><figcaption>{by}</figcaption><blockquote>{text}</blockquote></figure> },
    )
}

/// Both addresses are named when they differ (I7).
fn addresses(card: &SigningCard, account: &AccountCard) -> impl IntoView + use<> {
    let l = locale();
    let own = account.email.clone().unwrap_or_else(|| td_string!(l, invitations.accept.no_email).to_owned());
    let invited = card.address_invited.to_string();
    let differs = card.needs_confirmation.then(|| {
        let text = td_string!(l, signing.page.differs_text, invited = invited.clone(), account = own.clone());
        view! {
            <NoticeBox id="differs" title=td_string!(l, invitations.accept.differs_title) tone=Tone::Warning>
                <p>{text}</p>
            </NoticeBox>
        }
    });
    let whose = format!("{} ({own})", account.name);
    view! { {differs} <p>{td_string!(l, signing.page.signed_in, account = whose)}</p> }
}

/// Signs in anew, at the provider too, and comes back to this page (I7).
fn another_account(card: &SigningCard, way: &Way) -> impl IntoView + use<> {
    let label = td_string!(locale(), invitations.accept.another);
    let (return_to, login_hint) = (way.address(language()), card.address_invited.to_string());
    view! { <SignIn return_to login_hint another_account=true label kind=Kind::Secondary /> }
}

/// Where the others stand.
pub(super) fn others(card: &SigningCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let lines = card.others.iter().map(|other| {
        let (tone, label) = standing(other.state);
        let (name, of) = (other.name.clone(), other.organization_name.in_language(language()).to_owned());
        view! { <li><p>{name}<br /><span class="soft">{of}</span></p><Tag tone label /></li> }
    });
    let lines = lines.collect_view();
    (!card.others.is_empty()).then(|| {
        view! {
            <section aria-labelledby="others">
                <h2 id="others">{td_string!(l, signing.page.others)}</h2>
                <ul class="plain-list">{lines}</ul>
            </section>
        }
    })
}

fn standing(state: SignatoryState) -> (Tone, &'static str) {
    let l = locale();
    match state {
        SignatoryState::Waiting => (Tone::Quiet, td_string!(l, signing.state.waiting)),
        SignatoryState::Invited => (Tone::Info, td_string!(l, signing.state.invited)),
        SignatoryState::Signed => (Tone::Success, td_string!(l, signing.state.signed)),
        SignatoryState::Declined => (Tone::Danger, td_string!(l, signing.state.declined)),
        SignatoryState::Replaced => (Tone::Quiet, td_string!(l, signing.state.replaced)),
        SignatoryState::Ended => (Tone::Quiet, td_string!(l, signing.state.ended)),
    }
}

/// In turn, and somebody else comes first (S4).
fn not_yet() -> impl IntoView {
    let l = locale();
    view! {
        <NoticeBox id="not-yet" title=td_string!(l, signing.page.not_yet)>
            <p>{td_string!(l, signing.page.not_yet_text)}</p>
        </NoticeBox>
    }
}

/// "I have read", the name, the one button; and the way to say no (S3).
fn signing(
    way: &Way,
    shown: &DocumentCard,
    typed: SignForm,
    problems: &FieldProblems,
) -> impl IntoView + use<> {
    let l = locale();
    let faults = Signal::stored(problems.clone());
    let action = match way {
        Way::Link(_) => SignByLink::url(),
        Way::Own(_) => SignOwn::url(),
    };
    let (document, hash) = (shown.language.code(), shown.sha256.clone());
    let decline = way.below(language(), "decline");
    view! {
        <section aria-labelledby="sign" class="signing">
            <h2 id="sign">{td_string!(l, signing.page.sign_title)}</h2>
            <form method="post" action=action novalidate>
                {whose(way)}
                <input type="hidden" name="form[language]" value=document />
                <input type="hidden" name="form[sha256]" value=hash />
                <CheckBox
                    name="form[read]"
                    id=Field::Read.id()
                    label=read(shown)
                    value="yes"
                    checked=typed.read == "yes"
                    error=error_of(faults, Field::Read)
                />
                <TextInput
                    name="form[name]"
                    id=Field::Signature.id()
                    label=td_string!(l, signing.page.name)
                    hint=td_string!(l, signing.page.name_hint)
                    value=typed.name
                    autocomplete="name"
                    maxlength=200_u16
                    error=error_of(faults, Field::Signature)
                />
                <p>{td_string!(l, signing.page.commitment)}</p>
                <Button wide=true>{td_string!(l, signing.page.sign)}</Button>
            </form>
            {fingerprint(&shown.sha256)}
            <p><a href=decline>{td_string!(l, signing.page.decline)}</a></p>
        </section>
    }
}

/// You sign what you read: the box names the version that stands on the page.
fn read(shown: &DocumentCard) -> &'static str {
    let l = locale();
    match shown.language {
        domain::Language::En => td_string!(l, signing.page.read_en),
        domain::Language::Fr => td_string!(l, signing.page.read_fr),
    }
}

/// Whose signature a form is for.
pub(super) fn whose(way: &Way) -> impl IntoView + use<> {
    let (name, value) = match way {
        Way::Link(token) => ("token", token.clone()),
        Way::Own(signatory) => ("signatory", signatory.to_string()),
    };
    view! { <input type="hidden" name=name value=value /> }
}

/// A day, as a row of a summary.
pub(super) fn day(term: &'static str, date: &domain::Date) -> impl IntoView + use<> {
    let date = date.clone();
    view! { <SummaryRow term><Time date /></SummaryRow> }
}
