//! What whoever holds an invitation's link sees (I6 to I9). No island, no script: looking changes nothing.

use super::api::{Accept, AskAgain, Decline};
use crate::failure::Failure;
use crate::request::{as_visitor, draft, parameter, portal, who};
use crate::shell::{Page, whole};
use crate::ui::{
    Button, Details, Kind, LinkButton, NoticeBox, Panel, SignIn, SummaryList, SummaryRow, TextInput, Tone,
    Width, error_of,
};
use crate::{language, locale};
use backend::AccountCard;
use domain::access_requests::Part;
use domain::invitations::InvitationCard;
use domain::{Field, FieldProblems, Language, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The landing page of a link, in a language.
#[must_use]
pub fn address(language: Language, token: &str) -> String {
    format!("/{}/invitation/{token}", language.code())
}

/// `/en/invitation/…`: who invites, to what, and the way on.
#[component]
pub fn LandingPage() -> impl IntoView {
    whole(async {
        let token: String = parameter("token")?;
        let card = match read(&token).await? {
            Ok(card) => card,
            Err(problem) => return Ok(ended(&problem, &token)),
        };
        let l = locale();
        let organization = card.organization_name.in_language(language()).to_owned();
        let title = td_string!(
            l,
            invitations.landing.heading,
            inviter = card.inviter.clone(),
            organization = organization
        );
        let onward = match who().await?.account {
            Some(account) => signed_in(&account, &token).into_any(),
            None => {
                let return_to = format!("{}/accept", address(language(), &token));
                let label = td_string!(l, invitations.landing.sign_in).to_owned();
                let others = crate::home::other_ways(&return_to, &card.email.to_string());
                view! { <SignIn return_to login_hint=card.email.to_string() label /> {others} }.into_any()
            }
        };
        Ok(view! {
            <Page title>
                <Languages token=token.clone() />
                {facts(&card)}
                {message(&card)}
                {code_needed(&card)}
                {onward}
                {steps()}
                {declining(&card, &token)}
                {ask(&card)}
            </Page>
        }
        .into_any())
    })
}

/// What the link tells, or how it ended: a page of its own, and no failure.
async fn read(token: &str) -> Result<Result<InvitationCard, Problem>, Failure> {
    let token = token.to_owned();
    match as_visitor(|visitor| async move { visitor.invitation(&token).await }).await {
        Ok(card) => Ok(Ok(card)),
        Err(Failure::Refused(problem)) if is_an_end(&problem) => Ok(Err(problem)),
        Err(failure) => Err(failure),
    }
}

const fn is_an_end(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::InvitationUsed
            | Problem::InvitationWithdrawn
            | Problem::InvitationReplaced
            | Problem::InvitationExpired { .. }
            | Problem::InvitationDeclined
            | Problem::InvitationUnknown
    )
}

/// The choice of language, first thing on the page (I6).
#[component]
fn Languages(token: String) -> impl IntoView {
    let l = locale();
    let links = Language::ALL.into_iter().map(|choice| {
        let current = (choice == language()).then_some("true");
        let name = match choice {
            Language::En => td_string!(locales::Locale::en, shell.language_name),
            Language::Fr => td_string!(locales::Locale::fr, shell.language_name),
        };
        let href = address(choice, &token);
        view! { <a lang=choice.code() hreflang=choice.code() aria-current=current href=href>{name}</a> }
    });
    view! {
        <nav class="languages" aria-label=td_string!(l, invitations.landing.choose_language)>
            {links.collect_view()}
        </nav>
    }
}

fn facts(card: &InvitationCard) -> impl IntoView + use<> {
    let l = locale();
    let names: Vec<String> =
        card.profiles.iter().map(|name| name.in_language(language()).to_owned()).collect();
    let profiles = names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view();
    let until = card.until.text.in_language(language()).to_owned();
    let invitee = format!("{} ({})", card.invitee, card.email);
    let machine = card.until.machine.clone();
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, invitations.landing.invitee)>{invitee}</SummaryRow>
            <SummaryRow term=td_string!(l, invitations.landing.profiles)><ul class="lines">{profiles}</ul></SummaryRow>
            <SummaryRow term=td_string!(l, invitations.landing.until)>
                <time datetime=machine>
                    {td_string!(l, invitations.landing.until_text, date = until)}
                </time>
            </SummaryRow>
        </SummaryList>
    }
}

/// The inviter's words: quoted, attributed, and nothing in them is a link (I2).
fn message(card: &InvitationCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let text = card.message.clone()?;
    let inviter = card.inviter.clone();
    Some(view! {
        <figure class="quote">
            <figcaption>{td_string!(l, invitations.landing.message, inviter = inviter)}</figcaption>
            <blockquote>{text}</blockquote>
        </figure>
    })
}

/// R6: said before anybody makes an account in vain: the link alone opens nothing.
fn code_needed(card: &InvitationCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    card.needs_code.then(|| {
        view! {
            <NoticeBox id="code-needed" title=td_string!(l, invitations.landing.code_title) tone=Tone::Info>
                <p>{td_string!(l, invitations.landing.code_text)}</p>
            </NoticeBox>
        }
    })
}

fn signed_in(account: &AccountCard, token: &str) -> impl IntoView + use<> {
    let l = locale();
    let email = email_of(account);
    let href = format!("{}/accept", address(language(), token));
    let name = account.name.clone();
    view! {
        <p>{td_string!(l, invitations.landing.signed_in_as, name = name, email = email)}</p>
        <p><LinkButton href wide=true>{td_string!(l, invitations.landing.go_on)}</LinkButton></p>
    }
}

fn email_of(account: &AccountCard) -> String {
    account.email.clone().unwrap_or_else(|| td_string!(locale(), invitations.accept.no_email).to_owned())
}

fn steps() -> impl IntoView {
    let l = locale();
    view! {
        <section aria-labelledby="next">
            <h2 id="next">{td_string!(l, invitations.landing.next)}</h2>
            <ol>
                <li>{td_string!(l, invitations.landing.step_sign_in)}</li>
                <li>{td_string!(l, invitations.landing.step_accept)}</li>
                <li>{td_string!(l, invitations.landing.step_later)}</li>
            </ol>
        </section>
    }
}

fn declining(card: &InvitationCard, token: &str) -> impl IntoView + use<> {
    let l = locale();
    let (inviter, token) = (card.inviter.clone(), token.to_owned());
    view! {
        <Details summary=td_string!(l, invitations.landing.decline)>
            <p>{td_string!(l, invitations.landing.decline_text, inviter = inviter)}</p>
            <form method="post" action=Decline::url()>
                <input type="hidden" name="token" value=token />
                <Button kind=Kind::Warning>{td_string!(l, invitations.landing.decline_confirm)}</Button>
            </form>
        </Details>
    }
}

/// Every landing page names whom to ask (I6).
fn ask(card: &InvitationCard) -> impl IntoView + use<> {
    let ask = card.ask.clone();
    view! {
        <p>
            {td_string!(locale(), invitations.landing.ask)}" "
            <a href=format!("mailto:{ask}")>{ask.clone()}</a>
        </p>
    }
}

/// `/en/invitation/…/accept`: both addresses, the commitment, and an explicit button (I7).
#[component]
pub fn AcceptPage() -> impl IntoView {
    whole(async {
        let token: String = parameter("token")?;
        let card = match read(&token).await? {
            Ok(card) => card,
            Err(problem) => return Ok(ended(&problem, &token)),
        };
        let Some(account) = who().await?.account else { return Err(Problem::SignInNeeded.into()) };
        let l = locale();
        let refused = draft::<()>("invitations/accept").await.map(|draft| draft.problems());
        let problems = refused.unwrap_or_else(FieldProblems::none);
        let organization = card.organization_name.in_language(language()).to_owned();
        let lede = td_string!(l, invitations.accept.lede, organization = organization);
        let another = another_account(&card, &token);
        Ok(view! {
            <Page
                title=td_string!(l, invitations.accept.title)
                lede
                problems=problems.clone()
            >
                {addresses(&card, &account)}
                <section aria-labelledby="commitment">
                    <h2 id="commitment">{td_string!(l, invitations.accept.commitment_title)}</h2>
                    <ul>{commitments()}</ul>
                </section>
                <form method="post" action=Accept::url() novalidate>
                    <input type="hidden" name="token" value=token.clone() />
                    {code(&card, &problems)}
                    <Button wide=true>{td_string!(l, invitations.accept.confirm)}</Button>
                </form>
                {another}
                {ask(&card)}
            </Page>
        }
        .into_any())
    })
}

/// What one commits to, in the words whose version is kept (R11).
fn commitments() -> impl IntoView {
    let words = portal().commitments(Part::User);
    let said = words.into_iter().map(|words| view! { <li>{words.in_language(language()).to_owned()}</li> });
    said.collect_view()
}

/// R6: the other half, which somebody else hands over.
fn code(card: &InvitationCard, problems: &FieldProblems) -> impl IntoView + use<> {
    let l = locale();
    let faults = Signal::stored(problems.clone());
    card.needs_code.then(|| {
        view! {
            <TextInput
                name="code"
                label=td_string!(l, invitations.accept.code)
                id=Field::Code.id()
                hint=td_string!(l, invitations.accept.code_hint)
                error=error_of(faults, Field::Code)
                width=Width::Medium
                maxlength=40_u16
            />
        }
    })
}

fn addresses(card: &InvitationCard, account: &AccountCard) -> impl IntoView + use<> {
    let l = locale();
    let email = email_of(account);
    let same = account.email.as_deref().is_some_and(|email| email.to_lowercase() == card.email.key());
    let (invited, signed_in) = (card.email.to_string(), email.clone());
    let word = if same {
        view! { <p>{td_string!(l, invitations.accept.same)}</p> }.into_any()
    } else {
        let text =
            td_string!(l, invitations.accept.differs_text, invited = invited.clone(), account = signed_in);
        view! {
            <NoticeBox id="differs" title=td_string!(l, invitations.accept.differs_title) tone=Tone::Warning>
                <p>{text}</p>
            </NoticeBox>
        }
        .into_any()
    };
    let whose = format!("{} ({email})", account.name);
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, invitations.accept.invited)>{invited}</SummaryRow>
            <SummaryRow term=td_string!(l, invitations.accept.account)>{whose}</SummaryRow>
        </SummaryList>
        {word}
    }
}

/// Signs in anew, at the provider too, and comes back to this page (I7).
fn another_account(card: &InvitationCard, token: &str) -> impl IntoView + use<> {
    let label = td_string!(locale(), invitations.accept.another).to_owned();
    let return_to = format!("{}/accept", address(language(), token));
    let login_hint = card.email.to_string();
    view! { <SignIn return_to login_hint another_account=true label kind=Kind::Secondary /> }
}

/// A link that no longer works says how it ended, tells nothing of the organization, and offers the way on (I8).
fn ended(problem: &Problem, token: &str) -> AnyView {
    crate::request::set_status(Failure::Refused(problem.clone()).status());
    let l = locale();
    let (title, text) = match problem {
        Problem::InvitationUsed => {
            (td_string!(l, invitations.ended.title_used), td_string!(l, invitations.ended.text_used))
        }
        Problem::InvitationWithdrawn => (
            td_string!(l, invitations.ended.title_withdrawn),
            td_string!(l, invitations.ended.text_withdrawn),
        ),
        Problem::InvitationReplaced => {
            (td_string!(l, invitations.ended.title_replaced), td_string!(l, invitations.ended.text_replaced))
        }
        Problem::InvitationExpired { .. } => {
            (td_string!(l, invitations.ended.title_expired), td_string!(l, invitations.ended.text_expired))
        }
        Problem::InvitationDeclined => {
            (td_string!(l, invitations.ended.title_declined), td_string!(l, invitations.ended.text_declined))
        }
        _ => (td_string!(l, invitations.ended.title_unknown), td_string!(l, invitations.ended.text_unknown)),
    };
    let onward = if *problem == Problem::InvitationUsed {
        let return_to = format!("/{}/home", language().code());
        view! { <SignIn return_to /> }.into_any()
    } else {
        asking(token).into_any()
    };
    view! { <Page title lede=text>{onward}{help()}</Page> }.into_any()
}

fn asking(token: &str) -> impl IntoView + use<> {
    let l = locale();
    let token = token.to_owned();
    view! {
        <form method="post" action=AskAgain::url()>
            <input type="hidden" name="token" value=token />
            <Button>{td_string!(l, invitations.ended.ask)}</Button>
        </form>
        <p class="hint">{td_string!(l, invitations.ended.ask_note)}</p>
    }
}

fn help() -> impl IntoView {
    let portal = portal();
    let operator = portal.operator();
    let (name, email) = (operator.name.in_language(language()).to_owned(), operator.email.clone());
    view! {
        <p>
            {td_string!(locale(), invitations.ended.help, operator = name)}" "
            <a href=format!("mailto:{email}")>{email.clone()}</a>
        </p>
    }
}

/// `/en/invitation/…/declined`
#[component]
pub fn DeclinedPage() -> impl IntoView {
    let l = locale();
    said(td_string!(l, invitations.declined.title), td_string!(l, invitations.declined.text))
}

/// `/en/invitation/…/asked`
#[component]
pub fn AskedPage() -> impl IntoView {
    let l = locale();
    said(td_string!(l, invitations.ended.asked_title), td_string!(l, invitations.ended.asked_text))
}

fn said(title: &'static str, text: &'static str) -> AnyView {
    crate::shell::public(move || {
        view! { <Page title bare=true><Panel title><p>{text}</p></Panel>{help()}</Page> }
    })
}
