//! Adding a contact without access: judged before it is sent (C2, C3).

use crate::contacts::api::AddContact;
use crate::contacts::fields::ContactFields;
use crate::form::Draft;
use crate::locale;
use crate::ui::{Button, ErrorSummary, LiveForm};
use domain::contacts::ContactForm;
use domain::{FieldProblems, Language, OrganizationId};
use leptos::prelude::*;
use locales::td_string;

/// The form, with what was typed before if it was refused.
#[island]
pub fn AddContactForm(
    language: Language,
    organization: OrganizationId,
    /// Where "Cancel" leads.
    back: String,
    tracks_clients: bool,
    draft: Option<Draft<ContactForm>>,
) -> impl IntoView {
    crate::speak(language);
    let l = locale();
    let problems = RwSignal::new(draft.as_ref().map(Draft::problems).unwrap_or_default());
    let form = draft.map(|draft| draft.form).unwrap_or_default();
    let judge = if tracks_clients { judge_tracking } else { judge_plain };
    view! {
        <ErrorSummary problems />
        <LiveForm judge problems>
            <input type="hidden" name="organization" value=organization.to_string() />
            <ContactFields name="form" form tracks_clients problems />
            <div class="actions">
                <Button>{td_string!(l, contacts.form.save)}</Button>
                <a class="action" href=back>{td_string!(l, contacts.form.cancel)}</a>
            </div>
        </LiveForm>
    }
}

fn judge_plain(typed: &AddContact) -> Result<(), FieldProblems> {
    typed.form.parse(false).map(|_| ())
}

fn judge_tracking(typed: &AddContact) -> Result<(), FieldProblems> {
    typed.form.parse(true).map(|_| ())
}
