//! What is said once, on the page after a change.

use crate::{language, locale};
use domain::{Bilingual, Date, Language};
use leptos::prelude::*;
use locales::{Locale, td_string};
use serde::{Deserialize, Serialize};

/// What was done. A subject adds its own; each has a title, and perhaps a sentence more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    ContactAdded {
        name: String,
    },
    ContactSaved {
        name: String,
    },
    /// The pending invitation went to the old address and works no longer (I12).
    ContactSavedInvitationEnded {
        name: String,
    },
    ContactDeactivated {
        name: String,
    },
    ContactReactivated {
        name: String,
    },
    DetailsSaved {
        renamed: bool,
    },
    InvitationSent {
        name: String,
        email: String,
        until: Date,
    },
    InvitationResent {
        name: String,
        email: String,
        until: Date,
    },
    InvitationWithdrawn {
        name: String,
    },
    InvitationAccepted {
        organization: Bilingual,
    },
    InvitationDeclined {
        organization: Bilingual,
    },
}

impl Notice {
    /// What was done, in a few words.
    #[must_use]
    pub fn title(&self, language: Language) -> String {
        let l = Locale::from(language);
        match self {
            Self::ContactAdded { name } => td_string!(l, ui.contact_added, name = name),
            Self::ContactSaved { name } | Self::ContactSavedInvitationEnded { name } => {
                td_string!(l, ui.contact_saved, name = name)
            }
            Self::ContactDeactivated { name } => td_string!(l, ui.contact_deactivated, name = name),
            Self::ContactReactivated { name } => td_string!(l, ui.contact_reactivated, name = name),
            Self::DetailsSaved { .. } => td_string!(l, ui.details_saved).to_owned(),
            Self::InvitationSent { name, .. } => td_string!(l, ui.invitation_sent, name = name),
            Self::InvitationResent { name, .. } => td_string!(l, ui.invitation_resent, name = name),
            Self::InvitationWithdrawn { name } => td_string!(l, ui.invitation_withdrawn, name = name),
            Self::InvitationAccepted { organization } => {
                td_string!(l, ui.invitation_accepted, organization = organization.in_language(language))
            }
            Self::InvitationDeclined { organization } => {
                td_string!(l, ui.invitation_declined, organization = organization.in_language(language))
            }
        }
    }

    /// What follows from it.
    #[must_use]
    pub fn more(&self, language: Language) -> Option<String> {
        let l = Locale::from(language);
        match self {
            Self::InvitationSent { email, until, .. } => Some(td_string!(
                l,
                ui.invitation_sent_more,
                email = email,
                until = until.text.in_language(language)
            )),
            Self::InvitationResent { email, until, .. } => Some(td_string!(
                l,
                ui.invitation_resent_more,
                email = email,
                until = until.text.in_language(language)
            )),
            Self::ContactSavedInvitationEnded { .. } => {
                Some(td_string!(l, ui.contact_saved_invitation_ended_more).to_owned())
            }
            Self::ContactDeactivated { .. } => Some(td_string!(l, ui.contact_deactivated_more).to_owned()),
            Self::ContactReactivated { .. } => Some(td_string!(l, ui.contact_reactivated_more).to_owned()),
            Self::InvitationWithdrawn { .. } => Some(td_string!(l, ui.invitation_withdrawn_more).to_owned()),
            Self::DetailsSaved { renamed: true } => Some(td_string!(l, ui.details_saved_renamed).to_owned()),
            Self::DetailsSaved { renamed: false }
            | Self::ContactAdded { .. }
            | Self::ContactSaved { .. }
            | Self::InvitationAccepted { .. }
            | Self::InvitationDeclined { .. } => None,
        }
    }
}

/// Shows a notice; those who listen hear it at once.
#[component]
pub fn NoticeBanner(notice: Notice) -> impl IntoView {
    let label = td_string!(locale(), ui.done);
    let more = notice.more(language()).map(|more| view! { <p>{more}</p> });
    view! {
        <div class="notice success" role="status" aria-label=label>
            <h2>{notice.title(language())}</h2>
            {more}
        </div>
    }
}
