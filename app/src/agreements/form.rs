//! A draft: its titles and documents, who signs, until when (S3, S4).
//!
//! The document stands last: a browser does not give a chosen file back, so whoever goes from top to bottom has
//! chosen the people before. What else was typed survives every button and every refusal (G5); two people at the
//! same draft see what differs (C6).

use super::list::{agreement_address, back_to_list, list_address};
use super::people::people;
use crate::contacts::card::differing_table;
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{as_permitted, draft, draft_is_gone, parameter};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Button, CheckBox, Details, Link, NoticeBox, TextArea, TextInput, Tone, Width, error_of};
use crate::{language, locale};
use backend::{PDF_MEGABYTES, Permit};
use domain::agreements::{
    AgreementCard, AgreementForm, DocumentCard, DocumentKind, MESSAGE, SignatoryChoice, TEXT, TITLE,
};
use domain::organizations::OrganizationFrame;
use domain::permissions::{PrepareAgreements, ReadAgreements};
use domain::{AgreementId, Field, FieldProblems, Language, OrganizationId, Problem};
use leptos::prelude::*;
use locales::td_string;
use serde::{Deserialize, Serialize};

/// All that is typed, and what is kept beside it from one button to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PreparingForm {
    pub form: AgreementForm,
    /// As the draft was when it was opened; nothing for a new one.
    pub version: u64,
    /// The button.
    pub act: String,
    /// Whom one looks for, and looked for last.
    pub find: String,
    pub found: String,
    /// The names of files that came and could not be kept.
    pub lost_en: String,
    pub lost_fr: String,
}

/// The form of a draft.
#[must_use]
pub fn edit_address(organization: OrganizationId, agreement: AgreementId) -> String {
    format!("{}/edit", agreement_address(organization, agreement))
}

/// The form of a new one.
pub(super) fn new_address(organization: OrganizationId) -> String {
    format!("{}/new", list_address(organization))
}

/// The name under which the form is kept: two drafts are two forms.
pub(super) fn form_name(agreement: Option<AgreementId>) -> String {
    agreement.map_or_else(|| "agreements/prepare".to_owned(), |id| format!("agreements/change/{id}"))
}

/// The frame of a page that only those who prepare agreements may see.
///
/// # Errors
/// Not signed in, no member, or without the right.
pub(super) async fn preparer(organization: OrganizationId) -> Result<OrganizationFrame, Failure> {
    let frame = frame_of(organization).await?;
    if frame.actor.may::<PrepareAgreements>() { Ok(frame) } else { Err(Problem::Forbidden.into()) }
}

async fn choices_of(organization: OrganizationId) -> Result<Vec<SignatoryChoice>, Failure> {
    as_permitted(organization, |permit: Permit<PrepareAgreements>| async move {
        permit.signatories_to_choose().await
    })
    .await
}

/// A form whose words are no longer kept begins again, and says so.
async fn gone(draft: bool, begin: String) -> Option<impl IntoView> {
    let l = locale();
    (!draft && draft_is_gone().await).then(|| {
        view! {
            <NoticeBox id="gone" title=td_string!(l, agreements.form.gone_title) tone=Tone::Warning>
                <p><a href=begin>{td_string!(l, agreements.form.gone_text)}</a></p>
            </NoticeBox>
        }
    })
}

/// `/en/organizations/…/agreements/new`
#[component]
pub fn NewAgreementPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = preparer(id).await?;
        let choices = choices_of(id).await?;
        let draft: Option<Draft<PreparingForm>> = draft(&form_name(None)).await;
        let gone = gone(draft.is_some(), new_address(id)).await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let place = Place { organization: id, back: list_address(id), action: new_address(id) };
        let l = locale();
        let body = fields(&place, &form, &choices, None, problems.clone());
        Ok(view! {
            <Page
                title=td_string!(l, agreements.form.new_title)
                organization
                here=Here::Agreements
                lede=td_string!(l, agreements.form.new_lede)
                back=back_to_list(id)
                problems
            >
                {gone}
                {body}
            </Page>
        }
        .into_any())
    })
}

/// `/en/organizations/…/agreements/…/edit`
#[component]
pub fn EditAgreementPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let agreement: AgreementId = parameter("agreement")?;
        let organization = preparer(id).await?;
        let card =
            as_permitted(
                id,
                |permit: Permit<ReadAgreements>| async move { permit.agreement(agreement).await },
            )
            .await?;
        let (saved, version) = as_permitted(id, |permit: Permit<PrepareAgreements>| async move {
            permit.agreement_form(agreement).await
        })
        .await?;
        let choices = choices_of(id).await?;
        let draft: Option<Draft<PreparingForm>> = draft(&form_name(Some(agreement))).await;
        let gone = gone(draft.is_some(), edit_address(id, agreement)).await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let met = draft.as_ref().filter(|draft| draft.failure == Failure::Refused(Problem::ChangedMeanwhile));
        // Whoever saves again has seen what differs; until then the version is the one that was opened.
        let seen = if met.is_some() { Some(version) } else { None };
        let met = met.map(|draft| conflict(&draft.form.form, &saved, &choices));
        let form = match draft {
            Some(draft) => PreparingForm { version: seen.unwrap_or(draft.form.version), ..draft.form },
            None => PreparingForm { form: saved, version, ..PreparingForm::default() },
        };
        let back = agreement_address(id, agreement);
        let place = Place { organization: id, back: back.clone(), action: edit_address(id, agreement) };
        let l = locale();
        let lede = match card.edition {
            1 => td_string!(l, agreements.form.edit_lede).to_owned(),
            edition => td_string!(l, agreements.form.edit_lede_again, edition = edition),
        };
        let title = card.titles.in_language(language()).to_owned();
        let body = fields(&place, &form, &choices, Some(&card), problems.clone());
        Ok(view! {
            <Page
                title=td_string!(l, agreements.form.edit_title)
                organization
                here=Here::Agreements
                lede
                back=Link::to(back, title)
                problems
            >
                {gone}
                {met}
                {body}
            </Page>
        }
        .into_any())
    })
}

/// Where the form stands.
struct Place {
    organization: OrganizationId,
    /// Where "Cancel" leads.
    back: String,
    action: String,
}

fn fields(
    place: &Place,
    form: &PreparingForm,
    choices: &[SignatoryChoice],
    card: Option<&AgreementCard>,
    problems: FieldProblems,
) -> impl IntoView + use<> {
    let l = locale();
    let faults = Signal::stored(problems);
    let documents = [language(), language().other()].map(|in_language| {
        let of = card.and_then(|card| card.documents.iter().find(|one| one.language == in_language));
        let here = card.map(|card| agreement_address(place.organization, card.id));
        document(in_language, form, of.filter(|one| one.kind == DocumentKind::Pdf).zip(here), faults)
    });
    view! {
        <form
            method="post"
            action=format!("{}/upload", place.action)
            enctype="multipart/form-data"
            novalidate
        >
            // What the Enter key presses: never a button that changes who signs.
            <button class="visually-hidden" name="act" value="enter" tabindex="-1" aria-hidden="true">
                {td_string!(l, agreements.form.save)}
            </button>
            <input type="hidden" name="version" value=form.version.to_string() />
            {titles(form, faults)}
            {people(place.organization, form, choices, faults)}
            {until(&form.form, faults)}
            <h2>{td_string!(l, agreements.form.document)}</h2>
            <p class="hint">{td_string!(l, agreements.form.languages_hint)}</p>
            <Details summary=td_string!(l, agreements.form.writing)>
                <p>{td_string!(l, agreements.form.writing_headings)}</p>
                <p>{td_string!(l, agreements.form.writing_lists)}</p>
                <p>{td_string!(l, agreements.form.writing_strong)}</p>
                <p>{td_string!(l, agreements.form.writing_not)}</p>
            </Details>
            {documents.into_iter().collect_view()}
            <div class="actions">
                <Button name="act" value="save">{td_string!(l, agreements.form.save)}</Button>
                <a class="action" href=place.back.clone()>{td_string!(l, agreements.form.cancel)}</a>
            </div>
        </form>
    }
}

fn titles(form: &PreparingForm, faults: Signal<FieldProblems>) -> impl IntoView + use<> {
    let l = locale();
    let fields = [language(), language().other()].map(|in_language| {
        let (name, field, label, value) = match in_language {
            Language::En => {
                let label = td_string!(l, agreements.form.title_en);
                ("form[title_en]", Field::TitleEn, label, form.form.title_en.clone())
            }
            Language::Fr => {
                let label = td_string!(l, agreements.form.title_fr);
                ("form[title_fr]", Field::TitleFr, label, form.form.title_fr.clone())
            }
        };
        view! {
            <TextInput
                name
                id=field.id()
                label
                value
                lang=in_language.code()
                spellcheck=true
                maxlength=TITLE
                error=error_of(faults, field)
            />
        }
    });
    view! { <p class="hint">{td_string!(l, agreements.form.titles_hint)}</p> {fields.into_iter().collect_view()} }
}

/// The last day, and what is said with the invitation.
fn until(form: &AgreementForm, faults: Signal<FieldProblems>) -> impl IntoView + use<> {
    let l = locale();
    view! {
        <TextInput
            name="form[deadline]"
            id=Field::Deadline.id()
            label=td_string!(l, agreements.form.deadline)
            hint=td_string!(l, agreements.form.deadline_hint)
            value=form.deadline.clone()
            kind="date"
            width=Width::Short
            error=error_of(faults, Field::Deadline)
        />
        <TextArea
            name="form[message]"
            id=Field::Message.id()
            label=td_string!(l, agreements.form.message)
            hint=td_string!(l, agreements.form.message_hint)
            value=form.message.clone()
            maxlength=MESSAGE
            optional=true
            error=error_of(faults, Field::Message)
        />
    }
}

/// What differs between the two languages of the form.
struct Words {
    legend: &'static str,
    text: (&'static str, Field, &'static str),
    pdf: (&'static str, Field, &'static str),
    drop: (&'static str, &'static str),
}

fn words_of(language: Language) -> Words {
    let l = locale();
    match language {
        Language::En => Words {
            legend: td_string!(l, agreements.form.in_en),
            text: ("form[text_en]", Field::TextEn, td_string!(l, agreements.form.text_en)),
            pdf: ("pdf_en", Field::PdfEn, td_string!(l, agreements.form.pdf_en)),
            drop: ("form[without_pdf_en]", td_string!(l, agreements.form.drop_en)),
        },
        Language::Fr => Words {
            legend: td_string!(l, agreements.form.in_fr),
            text: ("form[text_fr]", Field::TextFr, td_string!(l, agreements.form.text_fr)),
            pdf: ("pdf_fr", Field::PdfFr, td_string!(l, agreements.form.pdf_fr)),
            drop: ("form[without_pdf_fr]", td_string!(l, agreements.form.drop_fr)),
        },
    }
}

/// The document in one language; a PDF that the draft holds is named, and may be read, replaced or taken out.
fn document(
    in_language: Language,
    form: &PreparingForm,
    kept: Option<(&DocumentCard, String)>,
    faults: Signal<FieldProblems>,
) -> impl IntoView + use<> {
    let l = locale();
    let Words { legend, text, pdf, drop } = words_of(in_language);
    let (typed, without, lost) = match in_language {
        Language::En => (form.form.text_en.clone(), &form.form.without_pdf_en, &form.lost_en),
        Language::Fr => (form.form.text_fr.clone(), &form.form.without_pdf_fr, &form.lost_fr),
    };
    let limit = td_string!(l, agreements.form.pdf_hint, megabytes = PDF_MEGABYTES);
    let hint = match (kept.is_some(), lost.is_empty()) {
        (_, false) => {
            format!("{} {limit}", td_string!(l, agreements.form.pdf_again, name = lost.clone()))
        }
        (true, true) => format!("{} {limit}", td_string!(l, agreements.form.pdf_replaces)),
        (false, true) => limit,
    };
    let without = without == "true";
    let kept = kept.map(|(card, here)| {
        let href = format!("{here}/document/{}", in_language.code());
        let what = super::card::document_kind(card);
        view! {
            <p>
                {td_string!(l, agreements.form.kept)} {locales::colon(language())} " "
                <a href=href>{what}</a>
            </p>
            <CheckBox name=drop.0 label=drop.1 checked=without />
        }
    });
    view! {
        <fieldset class="fieldset">
            <legend>{legend}</legend>
            <TextArea
                name=text.0
                id=text.1.id()
                label=text.2
                hint=td_string!(l, agreements.form.text_hint)
                value=typed
                lang=in_language.code()
                maxlength=TEXT
                rows=10
                optional=true
                error=error_of(faults, text.1)
            />
            {kept}
            <TextInput
                name=pdf.0
                id=pdf.1.id()
                label=pdf.2
                hint
                kind="file"
                optional=true
                error=error_of(faults, pdf.1)
            />
        </fieldset>
    }
}

/// What was typed beside what is saved now, where they differ (C6).
fn conflict(
    typed: &AgreementForm,
    saved: &AgreementForm,
    choices: &[SignatoryChoice],
) -> impl IntoView + use<> {
    let l = locale();
    let table = differing_table(shown(typed, choices), shown(saved, choices));
    view! {
        <NoticeBox id="conflict" title=td_string!(l, agreements.form.conflict_title) tone=Tone::Warning>
            <p>{td_string!(l, agreements.form.conflict_text)}</p>
            {table}
        </NoticeBox>
    }
}

fn shown(form: &AgreementForm, choices: &[SignatoryChoice]) -> Vec<(&'static str, String)> {
    let l = locale();
    let name = |who: &String| {
        let choice = choices.iter().find(|choice| choice.contact.to_string() == *who);
        choice.map_or_else(
            || td_string!(l, agreements.form.unknown).to_owned(),
            |choice| locales::person(&choice.name, language()),
        )
    };
    let order = match form.order.as_str() {
        "in_turn" => td_string!(l, agreements.form.in_turn),
        _ => td_string!(l, agreements.form.together),
    };
    let people: Vec<String> = form.signatories.iter().map(name).collect();
    vec![
        (td_string!(l, agreements.form.title_en), form.title_en.clone()),
        (td_string!(l, agreements.form.title_fr), form.title_fr.clone()),
        (td_string!(l, agreements.form.people), people.join(", ")),
        (td_string!(l, agreements.form.order), order.to_owned()),
        (td_string!(l, agreements.form.deadline), form.deadline.clone()),
        (td_string!(l, agreements.form.message), form.message.clone()),
        (td_string!(l, agreements.form.text_en), form.text_en.clone()),
        (td_string!(l, agreements.form.text_fr), form.text_fr.clone()),
    ]
}
