//! Several requests at once, from a table (R9): what all have in common is typed once, each line is judged by itself.

use super::ask::{authorizer_fields, beginning, form_address, gone, instructions, organization_fields};
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{
    GIVEN_BACK, as_visitor, aside, draft, draft_is_gone, encoded, query, received, redirect, set_aside,
    submit,
};
use crate::serve::Asked;
use crate::shell::{Page, whole};
use crate::ui::{Button, Details, Link, TextArea, TextInput, error_of};
use crate::{language, locale};
use axum::response::{IntoResponse as _, Response};
use domain::access_requests::{LINES, RequestForm, TableLine};
use domain::imports::MEGABYTES;
use domain::{Field, FieldProblem, FieldProblems, Problem};
use futures::future::BoxFuture;
use http::StatusCode;
use leptos::prelude::*;
use locales::{is_one, td_string};
use serde::{Deserialize, Serialize};

/// The names under which the form and its results are kept.
const SEVERAL: &str = "access_requests/several";
const RESULTS: &str = "access_requests/several_results";

/// What is typed beside the table's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeveralForm {
    /// What all lines have in common.
    pub form: RequestForm,
    pub pasted: String,
}

/// The form for that situation and service.
pub(super) fn several_address(situation: &str, service: &str) -> String {
    format!("{}/several?situation={}&service={}", beginning(), encoded(situation), encoded(service))
}

fn results_address(id: &str, again: &str) -> String {
    format!("{}/several/results?results={}&again={}", beginning(), encoded(id), encoded(again))
}

/// `/en/access-requests/several?situation=…&service=…`
#[component]
pub fn SeveralPage() -> impl IntoView {
    whole(async {
        let lines = as_visitor(|visitor| async move { Ok(visitor.services_to_ask_for()) }).await?;
        let kept: Option<Draft<SeveralForm>> = draft(SEVERAL).await;
        if draft_is_gone().await {
            return Ok(gone(several_address(
                &query("situation").unwrap_or_default(),
                &query("service").unwrap_or_default(),
            )));
        }
        let problems = kept.as_ref().map(Draft::problems).unwrap_or_default();
        let SeveralForm { form, pasted } = kept.map(|kept| kept.form).unwrap_or_default();
        let situation = query("situation").unwrap_or_else(|| form.situation.clone());
        let service = query("service").unwrap_or_else(|| form.service.clone());
        let line = lines.iter().find(|line| {
            line.service.0 == service && line.situations.iter().any(|(key, _)| *key == situation)
        });
        let Some(line) = line else { return Err(Problem::NotFound.into()) };
        let l = locale();
        let (by_representative, instructions) = (line.by_representative, instructions(line));
        let name = line.service.1.in_language(language()).to_owned();
        let faults = Signal::stored(problems.clone());
        let back = Link::to(form_address(&situation, &service, ""), td_string!(l, access_requests.ask.back));
        Ok(view! {
            <Page
                title=td_string!(l, access_requests.several.title, service = name)
                lede=td_string!(l, access_requests.several.lede)
                back
                problems
            >
                {instructions}
                <form
                    method="post"
                    action=format!("{}/several/upload", beginning())
                    enctype="multipart/form-data"
                    novalidate
                >
                    <input type="hidden" name="form[situation]" value=situation />
                    <input type="hidden" name="form[service]" value=service />
                    {organization_fields(&form, faults)}
                    {authorizer_fields(&form, faults, by_representative)}
                    <h2>{td_string!(l, access_requests.several.people)}</h2>
                    <Details summary=td_string!(l, access_requests.several.how)>
                        <p>{td_string!(l, access_requests.several.how_headings)}</p>
                        <p>{td_string!(l, access_requests.several.how_others)}</p>
                        <pre>{td_string!(l, access_requests.several.example)}</pre>
                    </Details>
                    <TextInput
                        name="file"
                        id=Field::Table.id()
                        label=td_string!(l, access_requests.several.file)
                        hint=td_string!(l, access_requests.several.limits, lines = LINES, megabytes = MEGABYTES)
                        error=error_of(faults, Field::Table)
                        kind="file"
                    />
                    <TextArea
                        name="pasted"
                        label=td_string!(l, access_requests.several.pasted)
                        value=pasted
                        optional=true
                    />
                    <div class="actions">
                        <Button>{td_string!(l, access_requests.several.send)}</Button>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

/// `POST /en/access-requests/several/upload`
pub fn upload(asked: Asked) -> BoxFuture<'static, Result<Response, Failure>> {
    Box::pin(async move {
        // Whoever looks as somebody else is refused before a file is read (G7).
        as_visitor(|_| async { Ok(()) }).await?;
        let mut sent = match received::<SeveralForm>(asked.request, MEGABYTES).await {
            Err(Failure::Refused(problem @ Problem::ImportTooLarge { .. })) => {
                let refused = FieldProblems::one(Field::Table, problem);
                let nothing = SeveralForm::default();
                return submit(SEVERAL, &nothing, async move { Err(refused.into()) }).await;
            }
            sent => sent?,
        };
        let (_, file) = sent.take_file("file");
        let SeveralForm { form, pasted } = sent.form;
        let table = if file.is_empty() { pasted.into_bytes() } else { file };
        // A browser never gives a file back: its text comes as if it had been pasted.
        let text = std::str::from_utf8(&table).ok().filter(|text| text.len() <= GIVEN_BACK);
        let pasted = text.unwrap_or_default().trim_start_matches('\u{feff}').to_owned();
        let typed = SeveralForm { form: form.clone(), pasted };
        let (base, read, language) = (form.clone(), table.clone(), language());
        let send = as_visitor(|visitor| async move { visitor.send_requests(&read, &base, language).await });
        let lines = submit(SEVERAL, &typed, send).await?;
        let again = SeveralForm { form, pasted: not_sent(&table, &lines) };
        let again = set_aside(SEVERAL, &again).await;
        let id = set_aside(RESULTS, &lines).await;
        redirect(&results_address(&id, &again));
        Ok(StatusCode::SEE_OTHER.into_response())
    })
}

/// The lines that could not be sent, under their headings, to be corrected and sent alone. Where a cell may go over
/// several lines, nothing: whoever sent it has it.
fn not_sent(table: &[u8], lines: &[TableLine]) -> String {
    let text = std::str::from_utf8(table).unwrap_or_default().trim_start_matches('\u{feff}');
    if text.contains('"') || text.len() > GIVEN_BACK {
        return String::new();
    }
    let wrong: Vec<u64> = lines.iter().filter(|line| line.result.is_err()).map(|line| line.line).collect();
    let mut numbered = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let headings = numbered.next().map(|(_, line)| line);
    let left = numbered.filter(|(number, _)| wrong.contains(number)).map(|(_, line)| line);
    headings.into_iter().chain(left).collect::<Vec<_>>().join("\n")
}

/// `/en/access-requests/several/results?results=…`: what became of each line.
#[component]
pub fn ResultsPage() -> impl IntoView {
    whole(async {
        let id = query("results").unwrap_or_default();
        let Some(lines) = aside::<Vec<TableLine>>(RESULTS, &id).await else { return Ok(gone(beginning())) };
        let l = locale();
        let again = query("again").unwrap_or_default();
        let again = aside::<SeveralForm>(SEVERAL, &again).await.map(|kept| {
            let form = several_address(&kept.form.situation, &kept.form.service);
            format!("{form}&draft={}", encoded(&again))
        });
        let sent = lines.iter().filter(|line| line.result.is_ok()).count();
        let wrong = lines.len() - sent;
        let title = match (sent, is_one(language(), sent as u64)) {
            (0, _) => td_string!(l, access_requests.several.none_sent).to_owned(),
            (_, true) => td_string!(l, access_requests.several.one_sent).to_owned(),
            (_, false) => td_string!(l, access_requests.several.sent, count = sent),
        };
        let wrong = match (wrong, is_one(language(), wrong as u64)) {
            (0, _) => None,
            (_, true) => Some(td_string!(l, access_requests.several.one_wrong).to_owned()),
            (_, false) => Some(td_string!(l, access_requests.several.wrong, count = wrong)),
        };
        let again = again.filter(|_| wrong.is_some()).map(|href| {
            view! { <p><a href=href>{td_string!(l, access_requests.several.correct)}</a></p> }
        });
        let rows = lines.into_iter().map(told).collect_view();
        let next = (sent > 0).then(|| {
            view! {
                <h2>{td_string!(l, access_requests.several.next)}</h2>
                <ol>
                    <li>{td_string!(l, access_requests.ask.sent_sign)}</li>
                    <li>{td_string!(l, access_requests.ask.sent_support)}</li>
                    <li>{td_string!(l, access_requests.ask.sent_code)}</li>
                </ol>
            }
        });
        Ok(view! {
            <Page title>
                {wrong.map(|words| view! { <p>{words}</p> })}
                {again}
                <h2 id="lines">{td_string!(l, access_requests.several.results)}</h2>
                <ul class="results" aria-labelledby="lines">{rows}</ul>
                {next}
                <p><a href=beginning()>{td_string!(l, access_requests.ask.another)}</a></p>
            </Page>
        }
        .into_any())
    })
}

fn told(line: TableLine) -> impl IntoView {
    let l = locale();
    let (class, result) = match line.result {
        Ok(reference) => {
            let words = td_string!(l, access_requests.several.line_sent, reference = reference);
            ("result done", view! { <p>{words}</p> }.into_any())
        }
        Err(faults) => {
            let words = faults.0.into_iter().map(|at| {
                let sentence = locales::sentence(&at.problem, Some(at.field), language());
                let sentence = match column(&at) {
                    Some(column) => format!("{column}{} {sentence}", locales::colon(language())),
                    None => sentence,
                };
                view! { <li>{sentence}</li> }
            });
            ("result refused", view! { <ul>{words.collect_view()}</ul> }.into_any())
        }
    };
    view! {
        <li class=class>
            <div>
                <p>
                    <strong>{td_string!(l, imports.outcome.line, line = line.line)}</strong>
                    " "
                    {line.user}
                </p>
                {result}
            </div>
        </li>
    }
}

/// Which column of whom a fault of a line is about, where its sentence does not say so itself.
fn column(at: &FieldProblem) -> Option<String> {
    let l = locale();
    let label = match at.field {
        // What is missing of a person is said by name.
        Field::UserLastName
        | Field::UserFirstName
        | Field::UserEmail
        | Field::AuthorizerLastName
        | Field::AuthorizerFirstName
        | Field::AuthorizerEmail
            if at.problem == Problem::Missing =>
        {
            return None;
        }
        Field::UserLastName | Field::AuthorizerLastName => td_string!(l, contacts.form.last_name),
        Field::UserFirstName | Field::AuthorizerFirstName => td_string!(l, contacts.form.first_name),
        Field::UserEmail | Field::AuthorizerEmail => td_string!(l, contacts.form.email),
        Field::UserTitle | Field::AuthorizerTitle => td_string!(l, contacts.form.title),
        Field::UserPhone | Field::AuthorizerPhone => td_string!(l, organizations.phone),
        Field::UserLanguage | Field::AuthorizerLanguage => td_string!(l, contacts.form.language),
        Field::Service => td_string!(l, access_requests.letter.service),
        Field::Situation => td_string!(l, access_requests.ask.situation),
        _ => return None,
    };
    let authorizer = matches!(
        at.field,
        Field::AuthorizerLastName
            | Field::AuthorizerFirstName
            | Field::AuthorizerEmail
            | Field::AuthorizerTitle
            | Field::AuthorizerPhone
            | Field::AuthorizerLanguage
    );
    Some(match authorizer {
        true => format!("{} – {label}", td_string!(l, access_requests.several.authorizer)),
        false => label.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_the_lines_that_could_not_be_sent_come_back_under_their_headings() {
        let line = |line, result| TableLine { line, user: String::new(), result };
        let wrong = || Err(FieldProblems::one(Field::UserEmail, Problem::NotAnEmail));
        let lines = [line(2, Ok("R-1".to_owned())), line(4, wrong()), line(5, wrong())];
        let table = "\u{feff}Nom,Courriel\r\nRoy,a@b.ca\r\n\r\nCôté,no\r\nFraser,x";
        assert_eq!(not_sent(table.as_bytes(), &lines), "Nom,Courriel\nCôté,no\nFraser,x");
        assert_eq!(not_sent(b"Nom,Courriel\n\"Roy\nbis\",a@b.ca", &lines), "");
    }
}
