//! What whoever holds the link of the mail sees before signing in (S1, S2). No island, no script: looking changes
//! nothing (I8), and a link that ended tells nothing of the agreement.

use super::page::{account, showing};
use super::way::Way;
use crate::failure::Failure;
use crate::request::{as_visitor, parameter, portal, set_status};
use crate::shell::{Page, whole};
use crate::ui::{LinkButton, SignIn, SummaryList, SummaryRow};
use crate::{language, locale};
use domain::Language;
use domain::agreements::{DeadLink, Landing, OpenLanding};
use leptos::prelude::*;
use locales::td_string;

/// `/en/agreement/…`: the way to the account, and once signed in the agreement itself.
#[component]
pub fn AgreementPage() -> impl IntoView {
    whole(async {
        let token: String = parameter("token")?;
        let Landing { state, whom_to_ask } = landing(&token).await?;
        let card = match state {
            Ok(card) => card,
            Err(why) => return Ok(answered(why, token).await.unwrap_or_else(|| ended(why))),
        };
        if account().is_some() {
            return showing(Way::Link(token)).await;
        }
        Ok(announced(&card, &whom_to_ask, Way::Link(token)))
    })
}

/// Whoever answered with this link comes back to what they answered, by the account that they did it with.
async fn answered(why: DeadLink, token: String) -> Option<AnyView> {
    let answered = matches!(why, DeadLink::Signed | DeadLink::Declined) && account().is_some();
    if answered { showing(Way::Link(token)).await.ok() } else { None }
}

/// What the link tells whoever holds it.
async fn landing(token: &str) -> Result<Landing, Failure> {
    let token = token.to_owned();
    as_visitor(|visitor| async move { visitor.agreement_landing(&token).await }).await
}

fn announced(card: &OpenLanding, whom_to_ask: &str, way: Way) -> AnyView {
    let l = locale();
    let organization = card.organization_name.in_language(language()).to_owned();
    let title = td_string!(l, signing.landing.heading, organization = organization);
    let return_to = way.address(language());
    let (email, label) = (card.email.to_string(), td_string!(l, signing.landing.sign_in));
    let others = crate::home::other_ways(&return_to, &email);
    let (facts, ask) = (facts(card), ask(whom_to_ask));
    view! {
        <Page title>
            <Languages way />
            {facts}
            <SignIn return_to login_hint=email label />
            {others}
            {steps()}
            {ask}
        </Page>
    }
    .into_any()
}

/// The choice of language, first thing on the page (S2).
#[component]
fn Languages(way: Way) -> impl IntoView {
    let l = locale();
    let links = Language::ALL.into_iter().map(|choice| {
        let current = (choice == language()).then_some("true");
        let href = way.address(choice);
        view! { <a lang=choice.code() hreflang=choice.code() aria-current=current href=href>{own_name(choice)}</a> }
    });
    view! {
        <nav class="languages" aria-label=td_string!(l, invitations.landing.choose_language)>
            {links.collect_view()}
        </nav>
    }
}

/// What a language calls itself.
pub(super) fn own_name(language: Language) -> &'static str {
    match language {
        Language::En => td_string!(locales::Locale::en, shell.language_name),
        Language::Fr => td_string!(locales::Locale::fr, shell.language_name),
    }
}

fn facts(card: &OpenLanding) -> impl IntoView + use<> {
    let l = locale();
    let title = card.titles.in_language(language()).to_owned();
    let invitee = format!("{} ({})", card.invitee, card.email);
    let (machine, date) =
        (card.deadline.machine.clone(), card.deadline.text.in_language(language()).to_owned());
    let by = card.invited_by.in_language(language()).to_owned();
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, signing.landing.agreement)>{title}</SummaryRow>
            <SummaryRow term=td_string!(l, signing.landing.invitee)>{invitee}</SummaryRow>
            <SummaryRow term=td_string!(l, signing.landing.by)>{by}</SummaryRow>
            <SummaryRow term=td_string!(l, signing.landing.until)>
                <time datetime=machine>{td_string!(l, signing.landing.until_text, date = date)}</time>
            </SummaryRow>
        </SummaryList>
    }
}

fn steps() -> impl IntoView {
    let l = locale();
    view! {
        <section aria-labelledby="next">
            <h2 id="next">{td_string!(l, signing.landing.next)}</h2>
            <ol>
                <li>{td_string!(l, signing.landing.step_sign_in)}</li>
                <li>{td_string!(l, signing.landing.step_read)}</li>
                <li>{td_string!(l, signing.landing.step_later)}</li>
            </ol>
            <p>{td_string!(l, signing.landing.once)}</p>
        </section>
    }
}

/// Every page names whom to ask.
pub(super) fn ask(email: &str) -> impl IntoView + use<> {
    let (mail, email) = (format!("mailto:{email}"), email.to_owned());
    view! { <p>{td_string!(locale(), signing.landing.ask)}" "<a href=mail>{email}</a></p> }
}

/// A link that no longer works says how it ended, and the way on (I8).
fn ended(why: DeadLink) -> AnyView {
    set_status(if why == DeadLink::Unknown { 404 } else { 410 });
    let (title, text) = said(why);
    // The account that signed leads to what it signed.
    let onward = (why == DeadLink::Signed).then(|| {
        let home = format!("/{}/home", language().code());
        match account().is_some() {
            true => {
                view! { <p><LinkButton href=home wide=true>{td_string!(locale(), signing.ended.home)}</LinkButton></p> }
                    .into_any()
            }
            false => view! { <SignIn return_to=home /> }.into_any(),
        }
    });
    view! { <Page title lede=text>{onward}{help()}</Page> }.into_any()
}

/// How it ended, as a title and a sentence.
pub(super) fn said(why: DeadLink) -> (&'static str, &'static str) {
    let l = locale();
    match why {
        DeadLink::Signed => {
            (td_string!(l, signing.ended.title_signed), td_string!(l, signing.ended.text_signed))
        }
        DeadLink::Declined => {
            (td_string!(l, signing.ended.title_declined), td_string!(l, signing.ended.text_declined))
        }
        DeadLink::Withdrawn => {
            (td_string!(l, signing.ended.title_withdrawn), td_string!(l, signing.ended.text_withdrawn))
        }
        DeadLink::Replaced => {
            (td_string!(l, signing.ended.title_replaced), td_string!(l, signing.ended.text_replaced))
        }
        DeadLink::Revised => {
            (td_string!(l, signing.ended.title_revised), td_string!(l, signing.ended.text_revised))
        }
        DeadLink::Expired => {
            (td_string!(l, signing.ended.title_expired), td_string!(l, signing.ended.text_expired))
        }
        DeadLink::Closed => {
            (td_string!(l, signing.ended.title_closed), td_string!(l, signing.ended.text_closed))
        }
        DeadLink::Unknown => {
            (td_string!(l, signing.ended.title_unknown), td_string!(l, signing.ended.text_unknown))
        }
    }
}

/// Whom to ask when there is nobody of the agreement to name.
pub(super) fn help() -> impl IntoView {
    let portal = portal();
    let operator = portal.operator();
    let (name, email) = (operator.name.in_language(language()).to_owned(), operator.email.clone());
    view! {
        <p>
            {td_string!(locale(), signing.ended.help, operator = name)}" "
            <a href=format!("mailto:{email}")>{email.clone()}</a>
        </p>
    }
}
