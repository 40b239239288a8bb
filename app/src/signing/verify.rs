//! The public page that confirms a signed agreement by its code, and says whether a copy is the one that was sealed.
//!
//! What became of a copy is kept in the session and never in the address: nobody can mail a link that says "the same".

use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{as_visitor, draft, encoded, query, received, redirect, set_aside, submit};
use crate::serve::Asked;
use crate::shell::{Page, whole};
use crate::ui::{Button, Kind, NoticeBox, SummaryList, SummaryRow, TextInput, Time, Tone, Width, error_of};
use crate::{language, locale};
use axum::response::{IntoResponse as _, Response};
use domain::agreements::{Verdict, Verified, VerifiedParty};
use domain::{Field, FieldProblems, Language, Problem};
use futures::future::BoxFuture;
use http::StatusCode;
use leptos::prelude::*;
use locales::td_string;
use serde::{Deserialize, Serialize};

/// Under which what became of a copy is kept.
const COPY: &str = "signing/copy";

/// A signed PDF is its document, sealed, with a page more; no form that carries a file is much larger.
const MEGABYTES: u16 = 23;

/// What is sent beside the copy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CopyForm {
    pub code: String,
}

/// What became of a copy, and of which code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Checked {
    code: String,
    verdict: Option<Verdict>,
}

/// The page with that code, in a language.
#[must_use]
pub fn address(language: Language, code: &str) -> String {
    format!("/{}/verify-agreement?code={}", language.code(), encoded(code))
}

/// `/en/verify-agreement?code=…`
#[component]
pub fn VerifyPage() -> impl IntoView {
    whole(async {
        let code = query("code").unwrap_or_default().trim().to_owned();
        let (found, problems) = found(&code).await?;
        let checked: Option<Draft<Checked>> = draft(COPY).await;
        let refused = checked.as_ref().map(Draft::problems).unwrap_or_default();
        let verdict = checked.map(|draft| draft.form).filter(|checked| checked.code == code);
        let l = locale();
        let all = FieldProblems(problems.0.iter().chain(&refused.0).cloned().collect());
        let verdict = verdict.and_then(|checked| checked.verdict).map(|verdict| told(&verdict));
        let answer = found.as_ref().map(|found| answer(found, &code, &refused));
        Ok(view! {
            <Page
                title=td_string!(l, signing.verify.title)
                lede=td_string!(l, signing.verify.lede)
                problems=all
            >
                {verdict}
                {answer}
                {asking(&code, &problems)}
            </Page>
        }
        .into_any())
    })
}

/// What the code is for; an unknown one is told beside its field.
async fn found(code: &str) -> Result<(Option<Verified>, FieldProblems), Failure> {
    if code.is_empty() {
        return Ok((None, FieldProblems::none()));
    }
    let asked = code.to_owned();
    match as_visitor(|visitor| async move { visitor.verify_agreement(&asked).await }).await {
        Ok(found) => Ok((Some(found), FieldProblems::none())),
        Err(Failure::Invalid(problems)) => Ok((None, problems)),
        Err(Failure::Refused(problem @ Problem::VerificationUnknown)) => {
            Ok((None, FieldProblems::one(Field::Code, problem)))
        }
        Err(failure) => Err(failure),
    }
}

fn asking(code: &str, problems: &FieldProblems) -> impl IntoView + use<> {
    let l = locale();
    let faults = Signal::stored(problems.clone());
    let (here, code) = (format!("/{}/verify-agreement", language().code()), code.to_owned());
    view! {
        <form method="get" action=here novalidate>
            <TextInput
                name="code"
                id=Field::Code.id()
                label=td_string!(l, signing.verify.code)
                hint=td_string!(l, signing.verify.code_hint)
                value=code
                width=Width::Medium
                maxlength=60_u16
                error=error_of(faults, Field::Code)
            />
            <Button>{td_string!(l, signing.verify.send)}</Button>
        </form>
    }
}

/// The agreement of the code, who signed it and when, and the way to check a copy.
fn answer(found: &Verified, code: &str, refused: &FieldProblems) -> impl IntoView + use<> {
    let l = locale();
    let title = found.titles.in_language(language()).to_owned();
    let organization = found.organization_name.in_language(language()).to_owned();
    let completed = found.signed_on.clone();
    let parties = found.parties.iter().map(party).collect_view();
    let hashes = found.documents.iter().map(|sealed| {
        let (of, hash) = (super::landing::own_name(sealed.language), sealed.sealed_sha256.clone());
        let lang = sealed.language.code();
        view! { <li><span lang=lang>{of}</span><br /><code class="fingerprint">{hash}</code></li> }
    });
    let hashes = hashes.collect_view();
    view! {
        <NoticeBox id="found" title=td_string!(l, signing.verify.found) tone=Tone::Success>
            <p>{td_string!(l, signing.verify.found_text)}</p>
        </NoticeBox>
        <SummaryList>
            <SummaryRow term=td_string!(l, signing.landing.agreement)>{title}</SummaryRow>
            <SummaryRow term=td_string!(l, signing.page.organization)>{organization}</SummaryRow>
            <SummaryRow term=td_string!(l, signing.verify.completed)><Time date=completed /></SummaryRow>
            <SummaryRow term=td_string!(l, signing.verify.signatures)><ul class="lines">{parties}</ul></SummaryRow>
            <SummaryRow term=td_string!(l, signing.verify.hashes)><ul class="lines">{hashes}</ul></SummaryRow>
        </SummaryList>
        {copy(code, refused)}
    }
}

fn party(party: &VerifiedParty) -> impl IntoView + use<> {
    let of = party.organization_name.in_language(language());
    let date = party.signed_on.text.in_language(language());
    let name = party.name.as_str();
    let said = td_string!(locale(), signing.verify.signed, name = name, organization = of, date = date);
    view! { <li>{said}</li> }
}

/// The form that carries a copy.
fn copy(code: &str, refused: &FieldProblems) -> impl IntoView + use<> {
    let l = locale();
    let faults = Signal::stored(refused.clone());
    let (action, code) = (format!("/{}/verify-agreement/copy", language().code()), code.to_owned());
    view! {
        <section aria-labelledby="copy">
            <h2 id="copy">{td_string!(l, signing.verify.copy_title)}</h2>
            <p>{td_string!(l, signing.verify.copy_text)}</p>
            <form method="post" action=action enctype="multipart/form-data" novalidate>
                <input type="hidden" name="code" value=code />
                <TextInput
                    name="file"
                    id=Field::Evidence.id()
                    label=td_string!(l, signing.verify.file)
                    kind="file"
                    error=error_of(faults, Field::Evidence)
                />
                <Button kind=Kind::Secondary>{td_string!(l, signing.verify.check)}</Button>
            </form>
        </section>
    }
}

fn told(verdict: &Verdict) -> impl IntoView + use<> {
    let l = locale();
    let (title, text, tone) = match verdict {
        Verdict::Same { .. } => {
            (td_string!(l, signing.verify.same), td_string!(l, signing.verify.same_text), Tone::Success)
        }
        Verdict::Different => (
            td_string!(l, signing.verify.different),
            td_string!(l, signing.verify.different_text),
            Tone::Danger,
        ),
    };
    view! { <NoticeBox id="verdict" title tone><p>{text}</p></NoticeBox> }
}

/// `POST /en/verify-agreement/copy`: the copy is looked at and forgotten.
pub fn check_copy(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        // Whoever looks as somebody else is refused before a file is read (G7).
        as_visitor(|_| async { Ok(()) }).await?;
        let mut sent = match received::<CopyForm>(asked.request, MEGABYTES).await {
            Err(Failure::Refused(Problem::ImportTooLarge { megabytes })) => {
                let refused = FieldProblems::one(Field::Evidence, Problem::PdfTooLarge { megabytes });
                return submit(COPY, &Checked::default(), async move { Err(refused.into()) }).await;
            }
            sent => sent?,
        };
        let (_, bytes) = sent.take_file("file");
        let code = sent.form.code;
        let typed = Checked { code: code.clone(), verdict: None };
        let asked = code.clone();
        let check = async move {
            if bytes.is_empty() {
                return Err(FieldProblems::one(Field::Evidence, Problem::NotAPdf).into());
            }
            as_visitor(|visitor| async move { visitor.verify_copy(&asked, &bytes).await }).await
        };
        let verdict = submit(COPY, &typed, check).await?;
        let id = set_aside(COPY, &Checked { code: code.clone(), verdict: Some(verdict) }).await;
        redirect(&format!("{}&draft={id}#verdict", address(language(), &code)));
        Ok(StatusCode::SEE_OTHER.into_response())
    })
}
