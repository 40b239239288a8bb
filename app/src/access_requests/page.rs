//! The page behind a request's mailed link: what is asked, where it stands, and what this part may do. No island, no
//! script: looking changes nothing (I8).

use super::api::{AnswerQuestion, DeclineRequest, RenewCode, SignRequest, WithdrawRequest};
use crate::form::Draft;
use crate::request::{as_bearer, draft, parameter};
use crate::shell::{Page, whole};
use crate::ui::{
    Button, CheckBox, Details, Kind, LinkButton, NoticeBox, SummaryList, SummaryRow, TextArea, TextInput,
    Tone, error_of,
};
use crate::{language, locale};
use domain::access_requests::{Part, RequestCard, RequestState, SignForm, SigningCard, WORDS};
use domain::{Field, FieldProblems, Language};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The page of a link, in a language.
#[must_use]
pub fn address(language: Language, token: &str) -> String {
    format!("/{}/access-request/{token}", language.code())
}

/// `/en/access-request/…`
#[component]
pub fn RequestPage() -> impl IntoView {
    whole(async {
        let token: String = parameter("token")?;
        let card = as_bearer(token.clone(), |bearer| async move { bearer.card().await }).await?;
        let signed: Option<Draft<SignForm>> = draft("access_requests/sign").await;
        let declined: Option<Draft<String>> = draft("access_requests/decline").await;
        let answered: Option<Draft<String>> = draft("access_requests/answer").await;
        let withdrawn: Option<Draft<()>> = draft("access_requests/withdraw").await;
        let renewed: Option<Draft<()>> = draft("access_requests/renew_code").await;
        let problems = [
            signed.as_ref().map(Draft::problems),
            declined.as_ref().map(Draft::problems),
            answered.as_ref().map(Draft::problems),
            withdrawn.as_ref().map(Draft::problems),
            renewed.as_ref().map(Draft::problems),
        ];
        let problems = problems.into_iter().flatten().next().unwrap_or_default();
        let l = locale();
        let typed = signed.map(|draft| draft.form).unwrap_or_default();
        let signing = card.signing.as_ref().map(|text| signing(text, &token, typed, problems.clone()));
        let question = card
            .question
            .as_deref()
            .map(|asked| question(asked, &token, answered.map(|draft| draft.form), problems.clone()));
        // What was refused stands unfolded.
        let (withdrawn, renewed) = (withdrawn.is_some(), renewed.is_some());
        let reason = declined.map(|draft| draft.form).unwrap_or_default();
        let declining = card.may_decline.then(|| declining(&token, reason, problems.clone()));
        Ok(view! {
            <Page
                title=td_string!(l, access_requests.page.title, reference = card.reference.clone())
                lede=lede(card.state)
                problems
            >
                {facts(&card)}
                {ended(&card)}
                {card.may_change.then(|| changing(&token, card.state))}
                {question}
                {signing}
                {declining}
                {card.may_renew_code.then(|| renewing(&token, renewed))}
                {card.may_withdraw.then(|| withdrawing(&token, card.state, withdrawn))}
            </Page>
        }
        .into_any())
    })
}

/// Where it stands, in a sentence.
fn lede(state: RequestState) -> &'static str {
    let l = locale();
    match state {
        RequestState::Draft => td_string!(l, access_requests.page.draft),
        RequestState::Waiting => td_string!(l, access_requests.page.waiting),
        RequestState::Submitted => td_string!(l, access_requests.page.submitted),
        RequestState::OnHold => td_string!(l, access_requests.page.on_hold),
        RequestState::Approved => td_string!(l, access_requests.page.approved),
        RequestState::Refused => td_string!(l, access_requests.page.refused),
        RequestState::Declined => td_string!(l, access_requests.page.declined),
        RequestState::Lapsed => td_string!(l, access_requests.page.lapsed),
        RequestState::Withdrawn => td_string!(l, access_requests.page.withdrawn),
        RequestState::Activated => td_string!(l, access_requests.page.activated),
    }
}

fn facts(card: &RequestCard) -> impl IntoView + use<> {
    let l = locale();
    let here = language();
    let spoken = |last: &str, first: &str| domain::contacts::spoken_name(last.trim(), first.trim());
    let form = &card.form;
    let user = spoken(&form.user.last_name, &form.user.first_name);
    let authorizer = spoken(&form.authorizer.last_name, &form.authorizer.first_name);
    let names = [&form.organization.name_en, &form.organization.name_fr];
    let [first, second] = if here == Language::En { names } else { [names[1], names[0]] };
    let organization = if first.trim().is_empty() { second.clone() } else { first.clone() };
    let signature = |part: Part| {
        let found = card.signatures.iter().find(|signature| signature.part == part);
        found.map_or_else(
            || td_string!(l, access_requests.page.unsigned).to_owned(),
            |signature| {
                let date = signature.at.text.in_language(here).to_owned();
                td_string!(l, access_requests.page.signed, name = signature.name.clone(), date = date)
            },
        )
    };
    let sent = card.state != RequestState::Draft;
    // Whoever was typed before the box was ticked is not asked.
    let by_support = form.alone == "true";
    let alone = by_support.then(|| {
        view! {
            <SummaryRow term=td_string!(l, access_requests.letter.authorizer)>
                {td_string!(l, access_requests.ask.alone_said)}
            </SummaryRow>
        }
    });
    let authorizer = (!by_support && !authorizer.is_empty()).then(|| {
        let signature = sent.then(|| signature(Part::Authorizer));
        view! {
            <SummaryRow term=td_string!(l, access_requests.letter.authorizer)>
                {authorizer} {signature.map(|words| view! { <br /> {words} })}
            </SummaryRow>
        }
    });
    let by_user = sent.then(|| signature(Part::User));
    let until = card.until.as_ref().map(|until| {
        let (machine, text) = (until.machine.clone(), until.text.in_language(here).to_owned());
        view! {
            <SummaryRow term=td_string!(l, access_requests.letter.until)>
                <time datetime=machine>{text}</time>
            </SummaryRow>
        }
    });
    let service = card.service.in_language(here).to_owned();
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, access_requests.letter.service)>{service}</SummaryRow>
            <SummaryRow term=td_string!(l, access_requests.letter.organization)>{organization}</SummaryRow>
            <SummaryRow term=td_string!(l, access_requests.page.user)>
                {user} {by_user.map(|words| view! { <br /> {words} })}
            </SummaryRow>
            {authorizer}
            {alone}
            {until}
        </SummaryList>
    }
}

/// Why a request ended, in the words of whoever ended it; and the way to a new one.
fn ended(card: &RequestCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let said = match card.state {
        RequestState::Refused => Some("refused"),
        RequestState::Declined => Some("declined"),
        RequestState::Lapsed | RequestState::Withdrawn => None,
        _ => return None,
    };
    let step = card.steps.iter().rev().find(|step| said == Some(step.step.as_str()));
    let reason = step.and_then(|step| step.text.clone()).map(|words| {
        view! {
            <figure class="quote">
                <figcaption>{td_string!(l, access_requests.letter.reason)}</figcaption>
                <blockquote>{words}</blockquote>
            </figure>
        }
    });
    let href = super::ask::beginning();
    Some(view! { {reason} <p><a href=href>{td_string!(l, access_requests.ask.another)}</a></p> })
}

/// A draft goes on; what was sent is changed, and then signed anew (R3).
fn changing(token: &str, state: RequestState) -> impl IntoView + use<> {
    let href = super::change::change_address(token, "");
    match state {
        RequestState::Draft => {
            view! { <LinkButton href>{td_string!(locale(), access_requests.change.go_on)}</LinkButton> }
                .into_any()
        }
        _ => view! { <p><a href=href>{td_string!(locale(), access_requests.change.link)}</a></p> }.into_any(),
    }
}

/// The very text that is signed, the commitments, and the name (R3, R11).
fn signing(
    text: &SigningCard,
    token: &str,
    typed: SignForm,
    problems: FieldProblems,
) -> impl IntoView + use<> {
    let (l, token) = (locale(), token.to_owned());
    let here = language();
    let words = text.commitments.iter().map(|words| view! { <li>{words.in_language(here).to_owned()}</li> });
    let words = words.collect_view();
    let hint = td_string!(l, access_requests.page.name_hint, name = text.name.clone());
    let problems = Signal::from(problems);
    let (whole, hash, fingerprint) = (text.text.clone(), text.hash.clone(), text.hash.clone());
    view! {
        <section aria-labelledby="sign">
            <h2 id="sign">{td_string!(l, access_requests.page.sign_title)}</h2>
            <p>{td_string!(l, access_requests.page.sign_lede)}</p>
            <Details summary=td_string!(l, access_requests.page.text) open=true>
                <pre>{whole}</pre>
            </Details>
            <p>{td_string!(l, access_requests.page.hash)} " " <code>{fingerprint}</code></p>
            <h3>{td_string!(l, access_requests.page.commitments)}</h3>
            <ul>{words}</ul>
            <form method="post" action=SignRequest::url() novalidate>
                <input type="hidden" name="token" value=token />
                <input type="hidden" name="hash" value=hash />
                <CheckBox
                    name="commitments"
                    id=Field::Commitments.id()
                    label=td_string!(l, access_requests.page.accept)
                    checked=typed.commitments == "true"
                    error=error_of(problems, Field::Commitments)
                />
                <TextInput
                    name="name"
                    id=Field::Signature.id()
                    label=td_string!(l, access_requests.page.name)
                    hint
                    value=typed.name
                    autocomplete="name"
                    maxlength=200_u16
                    error=error_of(problems, Field::Signature)
                />
                <Button wide=true>{td_string!(l, access_requests.page.sign)}</Button>
            </form>
        </section>
    }
}

fn declining(token: &str, typed: String, problems: FieldProblems) -> impl IntoView + use<> {
    let (l, token) = (locale(), token.to_owned());
    let open = problems.of(Field::Reason).is_some();
    view! {
        <Details summary=td_string!(l, access_requests.page.decline) open>
            <p>{td_string!(l, access_requests.page.decline_text)}</p>
            <form method="post" action=DeclineRequest::url() novalidate>
                <input type="hidden" name="token" value=token />
                <TextArea
                    name="reason"
                    id=Field::Reason.id()
                    label=td_string!(l, access_requests.page.reason)
                    value=typed
                    maxlength=WORDS
                    error=error_of(problems.into(), Field::Reason)
                />
                <Button kind=Kind::Warning>{td_string!(l, access_requests.page.decline_send)}</Button>
            </form>
        </Details>
    }
}

/// What Support asks, and the answer (R5).
fn question(
    asked: &str,
    token: &str,
    typed: Option<String>,
    problems: FieldProblems,
) -> impl IntoView + use<> {
    let (l, token) = (locale(), token.to_owned());
    let asked = asked.to_owned();
    view! {
        <NoticeBox id="asked" title=td_string!(l, access_requests.page.question) tone=Tone::Warning>
            <blockquote>{asked}</blockquote>
            <form method="post" action=AnswerQuestion::url() novalidate>
                <input type="hidden" name="token" value=token />
                <TextArea
                    name="answer"
                    id=Field::Answer.id()
                    label=td_string!(l, access_requests.page.answer)
                    value=typed.unwrap_or_default()
                    maxlength=WORDS
                    error=error_of(problems.into(), Field::Answer)
                />
                <Button>{td_string!(l, access_requests.page.answer_send)}</Button>
            </form>
        </NoticeBox>
    }
}

fn withdrawing(token: &str, state: RequestState, open: bool) -> impl IntoView + use<> {
    let (l, token) = (locale(), token.to_owned());
    let told = match state {
        RequestState::Draft => td_string!(l, access_requests.page.withdraw_draft),
        _ => td_string!(l, access_requests.page.withdraw_text),
    };
    view! {
        <Details summary=td_string!(l, access_requests.page.withdraw) open>
            <p>{told}</p>
            <form method="post" action=WithdrawRequest::url()>
                <input type="hidden" name="token" value=token />
                <Button kind=Kind::Warning>{td_string!(l, access_requests.page.withdraw_send)}</Button>
            </form>
        </Details>
    }
}

/// R6: the one who authorized asks for another code.
fn renewing(token: &str, open: bool) -> impl IntoView + use<> {
    let (l, token) = (locale(), token.to_owned());
    view! {
        <Details summary=td_string!(l, access_requests.page.renew) open>
            <p>{td_string!(l, access_requests.page.renew_text)}</p>
            <form method="post" action=RenewCode::url()>
                <input type="hidden" name="token" value=token />
                <Button>{td_string!(l, access_requests.page.renew_send)}</Button>
            </form>
        </Details>
    }
}
