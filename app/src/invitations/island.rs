//! The forms that invite, with the letter beside them as it will be sent (I2, I3).
//!
//! Each is whole without script; script judges what is typed and keeps the letter in step.

use super::api::{AccessForm, AddAndInvite, Invite, preview_letter};
use crate::contacts::fields::ContactFields;
use crate::form::Draft;
use crate::locale;
use crate::ui::{Button, CheckBox, CheckBoxes, ErrorSummary, LiveForm, TextArea, error_of};
use domain::catalogue::{Grantable, ModuleChoices, ProfileChoice};
use domain::contacts::ContactForm;
use domain::invitations::{InvitationForm, MESSAGE, Preview, PreviewForm, PreviewPiece, PreviewSheet};
use domain::{ContactId, Email, Field, FieldProblems, Language, OrganizationId};
use leptos::form::FromFormData as _;
use leptos::prelude::*;
use leptos::reactive::spawn_local;
use leptos::web_sys::{Element, Event, FormData, HtmlFormElement};
use locales::{Locale, td_string};
use serde::de::DeserializeOwned;
use std::time::Duration;
use wasm_bindgen::JsCast as _;

/// How long one pauses before the letter is asked for again.
const PAUSE: Duration = Duration::from_millis(300);

/// What both forms need to know.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Setting {
    pub language: Language,
    pub organization: OrganizationId,
    /// Where "Cancel" leads.
    pub back: String,
    pub choices: Vec<ModuleChoices>,
    /// For how many days an invitation works.
    pub days: i64,
    /// The letter as it stands when the page is opened.
    pub preview: Preview,
}

/// Adds a contact with access: its facts, its profiles, the message, the letter (C4).
#[island]
pub fn AddWithAccessForm(
    setting: Setting,
    tracks_clients: bool,
    draft: Option<Draft<AccessForm>>,
) -> impl IntoView {
    crate::speak(setting.language);
    let l = locale();
    let problems = RwSignal::new(draft.as_ref().map(Draft::problems).unwrap_or_default());
    let AccessForm { contact, invitation } = draft.map(|draft| draft.form).unwrap_or_default();
    let judge = if tracks_clients { judge_tracking } else { judge_plain };
    let letter = Letter::new(setting.organization, setting.preview);
    let typed = debounce(PAUSE, move |event: Event| {
        if let Some(typed) = typed_so_far::<AddAndInvite>(&event) {
            letter.ask(preview_of(&typed.form.contact, typed.form.invitation));
        }
    });
    view! {
        <ErrorSummary problems />
        <div class="beside" on:input=typed>
            <LiveForm judge problems>
                <input type="hidden" name="organization" value=setting.organization.to_string() />
                <ContactFields name="form[contact]" form=contact tracks_clients problems />
                <InvitationFields name="form[invitation]" form=invitation choices=setting.choices problems />
                <p>{td_string!(l, invitations.will_be_sent, days = setting.days)}</p>
                <div class="actions">
                    <Button>{td_string!(l, contacts.form.save_and_invite)}</Button>
                    <a class="action" href=setting.back>{td_string!(l, contacts.form.cancel)}</a>
                </div>
            </LiveForm>
            <aside><LetterPreview letter /></aside>
        </div>
    }
}

/// Invites a contact of the list (C5).
#[island]
pub fn InviteForm(
    setting: Setting,
    contact: ContactId,
    /// The contact, as far as the letter needs it.
    about: PreviewForm,
    draft: Option<Draft<InvitationForm>>,
) -> impl IntoView {
    crate::speak(setting.language);
    let l = locale();
    let problems = RwSignal::new(draft.as_ref().map(Draft::problems).unwrap_or_default());
    let form = draft.map(|draft| draft.form).unwrap_or_default();
    let letter = Letter::new(setting.organization, setting.preview);
    let typed = debounce(PAUSE, move |event: Event| {
        if let Some(typed) = typed_so_far::<Invite>(&event) {
            let InvitationForm { profiles, message } = typed.form;
            letter.ask(PreviewForm { profiles, message, ..about.clone() });
        }
    });
    view! {
        <ErrorSummary problems />
        <div class="beside" on:input=typed>
            <LiveForm judge=judge_invitation problems>
                <input type="hidden" name="organization" value=setting.organization.to_string() />
                <input type="hidden" name="contact" value=contact.to_string() />
                <InvitationFields name="form" form choices=setting.choices problems />
                <div class="actions">
                    <Button>{td_string!(l, invitations.invite.send)}</Button>
                    <a class="action" href=setting.back>{td_string!(l, contacts.form.cancel)}</a>
                </div>
            </LiveForm>
            <aside><LetterPreview letter /></aside>
        </div>
    }
}

fn judge_plain(typed: &AddAndInvite) -> Result<(), FieldProblems> {
    judge_both(&typed.form, false)
}

fn judge_tracking(typed: &AddAndInvite) -> Result<(), FieldProblems> {
    judge_both(&typed.form, true)
}

/// Every fault of both parts at once, as the server tells them.
fn judge_both(form: &AccessForm, tracks_clients: bool) -> Result<(), FieldProblems> {
    let contact = form.contact.parse(tracks_clients).err();
    let invitation = form.invitation.parse().err();
    let faults = FieldProblems(contact.into_iter().chain(invitation).flat_map(|faults| faults.0).collect());
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn judge_invitation(typed: &Invite) -> Result<(), FieldProblems> {
    typed.form.parse().map(|_| ())
}

fn preview_of(contact: &ContactForm, invitation: InvitationForm) -> PreviewForm {
    PreviewForm {
        last_name: contact.last_name.clone(),
        first_name: contact.first_name.clone(),
        email: contact.email.clone(),
        language: contact.language.clone(),
        message: invitation.message,
        profiles: invitation.profiles,
    }
}

/// The profiles and the message.
#[component]
fn InvitationFields(
    name: &'static str,
    form: InvitationForm,
    choices: Vec<ModuleChoices>,
    #[prop(into)] problems: Signal<FieldProblems>,
) -> impl IntoView {
    let l = locale();
    let ticked = form.profiles;
    let modules = choices.into_iter().map(|module| view! { <Module name module ticked=ticked.clone() /> });
    let modules = modules.collect_view();
    view! {
        <CheckBoxes
            id=Field::Profiles.id()
            legend=td_string!(l, invitations.profiles)
            large=true
            hint=td_string!(l, invitations.profiles_hint)
            error=error_of(problems, Field::Profiles)
        >
            {modules}
        </CheckBoxes>
        <TextArea
            name=format!("{name}[message]")
            id=Field::Message.id()
            label=td_string!(l, invitations.message)
            hint=td_string!(l, invitations.message_hint)
            value=form.message
            maxlength=MESSAGE
            error=error_of(problems, Field::Message)
            optional=true
        />
    }
}

#[component]
pub fn Module(name: &'static str, module: ModuleChoices, ticked: Vec<String>) -> impl IntoView {
    let language = crate::language();
    let boxes = module.profiles.into_iter().map(|profile| {
        let checked = ticked.contains(&profile.key);
        let disabled = profile.grantable != Grantable::Yes || profile.by_request_only;
        view! {
            <CheckBox
                name=format!("{name}[profiles][]")
                id=format!("profile-{}", profile.key.replace('.', "-"))
                label=profile.name.in_language(language).to_owned()
                hint=explained(&profile, language)
                value=profile.key
                checked=checked && !disabled
                disabled
            />
        }
    });
    let boxes = boxes.collect_view();
    let legend = module.name.in_language(language).to_owned();
    view! { <CheckBoxes id=format!("module-{}", module.key) legend inner=true>{boxes}</CheckBoxes> }
}

/// What a profile permits, and why it cannot be ticked when it cannot (P3).
pub(crate) fn explained(profile: &ProfileChoice, language: Language) -> String {
    let l = Locale::from(language);
    let mut sentences = vec![profile.description.in_language(language).to_owned()];
    if let Some(module) = &profile.needs_module {
        sentences.push(td_string!(l, invitations.needs_module, module = module.in_language(language)));
    }
    if profile.usually_with_another {
        sentences.push(td_string!(l, invitations.usually_with_another).to_owned());
    }
    match profile.grantable {
        Grantable::Yes => {}
        Grantable::OnlySupport => sentences.push(td_string!(l, invitations.only_support).to_owned()),
        Grantable::OnlyItsAdministrators => {
            sentences.push(td_string!(l, invitations.only_administrators).to_owned());
        }
        Grantable::ByTwo => sentences.push(td_string!(l, invitations.by_two).to_owned()),
    }
    if profile.by_request_only {
        sentences.push(td_string!(l, invitations.by_request_only).to_owned());
    }
    sentences.join(" ")
}

/// The letter, kept in step with what is typed: only the answer to the last question is shown.
#[derive(Clone, Copy)]
struct Letter {
    organization: OrganizationId,
    shown: RwSignal<Preview>,
    asked: RwSignal<u32>,
}

impl Letter {
    fn new(organization: OrganizationId, preview: Preview) -> Self {
        Self { organization, shown: RwSignal::new(preview), asked: RwSignal::new(0) }
    }

    fn ask(self, form: PreviewForm) {
        let question = self.asked.get_untracked() + 1;
        self.asked.set(question);
        spawn_local(async move {
            // A letter that could not be shown is no reason to disturb somebody who types.
            if let Ok(answer) = preview_letter(self.organization, form).await
                && self.asked.get_untracked() == question
            {
                self.shown.set(answer);
            }
        });
    }
}

#[component]
fn LetterPreview(letter: Letter) -> impl IntoView {
    let l = locale();
    let to = move || {
        let to = letter.shown.with(|preview| preview.to.clone());
        if Email::parse(&to).is_ok() { to } else { td_string!(l, invitations.preview_nobody).to_owned() }
    };
    view! {
        <section class="mail-preview" aria-labelledby="letter">
            <h2 id="letter">{td_string!(l, invitations.preview)}</h2>
            <dl>
                <div><dt>{td_string!(l, invitations.preview_to)}</dt><dd>{to}</dd></div>
            </dl>
            {move || letter.shown.get().sheets.into_iter().map(|sheet| view! { <Sheet sheet /> }).collect_view()}
        </section>
    }
}

#[component]
pub(crate) fn Sheet(sheet: PreviewSheet) -> impl IntoView {
    let l = locale();
    let lang = sheet.language.code();
    let pieces = sheet.pieces.into_iter().map(piece).collect_view();
    view! {
        <dl>
            <div><dt>{td_string!(l, invitations.preview_subject)}</dt><dd lang=lang>{sheet.subject}</dd></div>
        </dl>
        <div class="letter" lang=lang>{pieces}</div>
    }
}

fn piece(piece: PreviewPiece) -> AnyView {
    match piece {
        PreviewPiece::Heading(text) => view! { <p><strong>{text}</strong></p> }.into_any(),
        PreviewPiece::Paragraph(text) => view! { <p>{text}</p> }.into_any(),
        PreviewPiece::Button(label) => view! { <p><span class="button">{label}</span></p> }.into_any(),
        PreviewPiece::Quote { attribution, text } => {
            view! { <p>{attribution}</p><blockquote>{text}</blockquote> }.into_any()
        }
        PreviewPiece::Facts(facts) => {
            let facts =
                facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
            view! { <dl>{facts.collect_view()}</dl> }.into_any()
        }
        PreviewPiece::Footer(text) => view! { <p class="soft">{text}</p> }.into_any(),
    }
}

/// The form around what was just typed, as it would be sent now.
fn typed_so_far<S: DeserializeOwned>(event: &Event) -> Option<S> {
    let field = event.target()?.dyn_into::<Element>().ok()?;
    let form = field.closest("form").ok()??.dyn_into::<HtmlFormElement>().ok()?;
    S::from_form_data(&FormData::new_with_form(&form).ok()?).ok()
}
