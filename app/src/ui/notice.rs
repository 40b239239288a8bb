//! What is said once, on the page after a change.

use crate::access_requests::desk::DeskDone;
use crate::access_ways::done::WayDone;
use crate::agreements::done::AgreementDone;
use crate::{language, locale};
use domain::access_requests::RequestDone;
use domain::accounts::own::AccountDone;
use domain::bulk::{Bulk, BulkAct};
use domain::{Bilingual, Date, Field, Language};
use leptos::prelude::*;
use locales::{Locale, is_one, td_string};
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
        /// What the save changed (C6).
        changed: Vec<Field>,
    },
    PrimaryTransferred {
        name: String,
    },
    /// Support replaces a primary contact who is gone, on that day (C9).
    PrimaryPlanned {
        name: String,
        on: Date,
    },
    PrimaryStays,
    /// A9
    OwnAccount {
        what: AccountDone,
    },
    OwnRecordSaved,
    /// A7
    WayAdded {
        provider: Bilingual,
        before: bool,
    },
    WayRemoved {
        provider: Bilingual,
    },
    /// A8
    SignedInAgain,
    /// G10
    ContactAnonymized,
    ProfileAsked,
    /// R3
    AccessRequest {
        what: RequestDone,
    },
    /// R1, R7, R8
    AccessWay {
        what: WayDone,
    },
    /// R12
    FeedbackSaid,
    /// R5
    AccessDesk {
        what: DeskDone,
    },
    /// S1, S4
    Agreement {
        what: AgreementDone,
    },
    ProfileRequestDecided {
        name: String,
        granted: bool,
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
    /// What became of each contact ticked (C13).
    Bulk {
        done: Bulk,
    },
    OrganizationOpened {
        name: Bilingual,
    },
    OrganizationClosed {
        name: Bilingual,
    },
    OrganizationReopened {
        name: Bilingual,
    },
    OrganizationMerged {
        name: Bilingual,
    },
    FactsSaved,
    /// How many profiles wait now, or work again (P2).
    ModuleSwitched {
        suspended: u64,
        restored: u64,
    },
    RelinkOpened {
        name: String,
    },
    RelinkConfirmed {
        name: String,
    },
    RelinkRefused,
    AccountUnlinked {
        name: String,
    },
    AnnouncementSet,
    AnnouncementEnded,
    DepartmentAdded,
    DepartmentStaffed {
        name: Bilingual,
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
    /// Several people keep their access (P5); of some, somebody else decided meanwhile.
    AccessKept {
        kept: u64,
        refused: Vec<String>,
    },
    AccessDecided {
        name: String,
    },
    AccessToChange {
        name: String,
    },
    ReviewAttested,
    /// Whoever looked as somebody else is themselves again (G7).
    ViewingEnded,
}

fn request_done(what: RequestDone, l: Locale) -> &'static str {
    match what {
        RequestDone::Saved => td_string!(l, access_requests.page.notice_saved),
        RequestDone::Signed => td_string!(l, access_requests.page.notice_signed),
        RequestDone::Declined => td_string!(l, access_requests.page.notice_declined),
        RequestDone::Answered => td_string!(l, access_requests.page.notice_answered),
        RequestDone::Withdrawn => td_string!(l, access_requests.page.notice_withdrawn),
        RequestDone::CodeRenewed => td_string!(l, access_requests.page.notice_code),
    }
}

fn account_done(what: AccountDone, l: Locale) -> &'static str {
    match what {
        AccountDone::NameSaved => td_string!(l, own_account.notice.name_saved),
        AccountDone::EmailAsked => td_string!(l, own_account.notice.email_asked),
        AccountDone::EmailKept => td_string!(l, own_account.notice.email_kept),
        AccountDone::PasswordChanged => td_string!(l, own_account.notice.password_changed),
        AccountDone::FactorAdded => td_string!(l, own_account.notice.factor_added),
        AccountDone::FactorRemoved => td_string!(l, own_account.notice.factor_removed),
        AccountDone::RecoveryRenewed => td_string!(l, own_account.notice.recovery_renewed),
        AccountDone::SessionEnded => td_string!(l, own_account.notice.session_ended),
        AccountDone::SessionsEnded => td_string!(l, own_account.notice.sessions_ended),
        AccountDone::ApplicationWithdrawn => td_string!(l, own_account.notice.application_withdrawn),
    }
}

impl Notice {
    /// What was done, in a few words.
    #[must_use]
    pub fn title(&self, language: Language) -> String {
        let l = Locale::from(language);
        match self {
            Self::ContactAdded { name } => td_string!(l, ui.contact_added, name = name),
            Self::ContactSaved { name, .. } | Self::ContactSavedInvitationEnded { name } => {
                td_string!(l, ui.contact_saved, name = name)
            }
            Self::PrimaryTransferred { name } => td_string!(l, ui.primary_transferred, name = name),
            Self::PrimaryPlanned { name, on } => {
                td_string!(l, ui.primary_planned, name = name, date = on.text.in_language(language))
            }
            Self::OwnAccount { what } => account_done(*what, l).to_owned(),
            Self::PrimaryStays => td_string!(l, ui.primary_stays).to_owned(),
            Self::ProfileAsked => td_string!(l, profile_requests.sent).to_owned(),
            Self::AccessRequest { what } => request_done(*what, l).to_owned(),
            Self::AccessWay { what } => what.title(language),
            Self::FeedbackSaid => td_string!(l, feedback.thanks).to_owned(),
            Self::AccessDesk { what } => what.title(language),
            Self::Agreement { what } => what.title(language),
            Self::ProfileRequestDecided { name, granted: true } => {
                td_string!(l, profile_requests.done_granted, name = name)
            }
            Self::ProfileRequestDecided { name, .. } => {
                td_string!(l, profile_requests.done_refused, name = name)
            }
            Self::ContactAnonymized => td_string!(l, ui.contact_anonymized).to_owned(),
            Self::WayAdded { provider, before: false } => {
                td_string!(l, ways_in.added, provider = provider.in_language(language))
            }
            Self::WayAdded { provider, before: true } => {
                td_string!(l, ways_in.added_before, provider = provider.in_language(language))
            }
            Self::WayRemoved { provider } => {
                td_string!(l, ways_in.removed, provider = provider.in_language(language))
            }
            Self::SignedInAgain => td_string!(l, ways_in.again_done).to_owned(),
            Self::OwnRecordSaved => td_string!(l, ui.own_record_saved).to_owned(),
            Self::ContactDeactivated { name } => td_string!(l, ui.contact_deactivated, name = name),
            Self::ContactReactivated { name } => td_string!(l, ui.contact_reactivated, name = name),
            Self::DetailsSaved { .. } => td_string!(l, ui.details_saved).to_owned(),
            Self::Bulk { done } => bulk_title(done, language),
            Self::OrganizationOpened { name } => {
                td_string!(l, ui.organization_opened, name = name.in_language(language))
            }
            Self::OrganizationClosed { name } => {
                td_string!(l, ui.organization_closed, name = name.in_language(language))
            }
            Self::OrganizationReopened { name } => {
                td_string!(l, ui.organization_reopened, name = name.in_language(language))
            }
            Self::OrganizationMerged { name } => {
                td_string!(l, ui.organization_merged, name = name.in_language(language))
            }
            Self::FactsSaved => td_string!(l, ui.facts_saved).to_owned(),
            Self::ModuleSwitched { .. } => td_string!(l, ui.module_switched).to_owned(),
            Self::RelinkOpened { name } => td_string!(l, ui.relink_opened, name = name),
            Self::AccountUnlinked { name } => td_string!(l, ui.account_unlinked, name = name),
            Self::RelinkConfirmed { name } => td_string!(l, ui.relink_confirmed, name = name),
            Self::RelinkRefused => td_string!(l, ui.relink_refused).to_owned(),
            Self::AnnouncementSet => td_string!(l, ui.announcement_set).to_owned(),
            Self::AnnouncementEnded => td_string!(l, ui.announcement_ended).to_owned(),
            Self::DepartmentStaffed { name } => {
                td_string!(l, ui.department_staffed, name = name.in_language(language))
            }
            Self::DepartmentAdded => td_string!(l, ui.department_added).to_owned(),
            Self::InvitationSent { name, .. } => td_string!(l, ui.invitation_sent, name = name),
            Self::InvitationResent { name, .. } => td_string!(l, ui.invitation_resent, name = name),
            Self::InvitationWithdrawn { name } => td_string!(l, ui.invitation_withdrawn, name = name),
            Self::InvitationAccepted { organization } => {
                td_string!(l, ui.invitation_accepted, organization = organization.in_language(language))
            }
            Self::InvitationDeclined { organization } => {
                td_string!(l, ui.invitation_declined, organization = organization.in_language(language))
            }
            Self::AccessKept { kept, .. } if is_one(language, *kept) => {
                td_string!(l, reviews.notice.kept_one).to_owned()
            }
            Self::AccessKept { kept, .. } => td_string!(l, reviews.notice.kept_many, n = kept),
            Self::AccessDecided { name } => td_string!(l, reviews.notice.decided, name = name),
            Self::AccessToChange { name } => td_string!(l, reviews.notice.change, name = name),
            Self::ReviewAttested => td_string!(l, reviews.notice.attested).to_owned(),
            Self::ViewingEnded => td_string!(l, viewings.ended).to_owned(),
        }
    }

    /// What follows from it.
    #[must_use]
    pub fn more(&self, language: Language) -> Option<String> {
        let l = Locale::from(language);
        match self {
            Self::Bulk { done } => match done.lines.len() as u64 - done.done() {
                0 => None,
                1 => Some(td_string!(l, bulk.refused_one).to_owned()),
                refused => Some(td_string!(l, bulk.refused_many, n = refused)),
            },
            Self::AccessWay { what } => what.more(language),
            Self::FeedbackSaid => Some(td_string!(l, feedback.thanks_more).to_owned()),
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
            Self::SignedInAgain => Some(td_string!(l, ways_in.again_done_more).to_owned()),
            Self::OwnAccount { what: AccountDone::FactorAdded } => {
                Some(td_string!(l, own_account.notice.factor_added_text).to_owned())
            }
            Self::ContactAnonymized => Some(td_string!(l, ui.contact_anonymized_more).to_owned()),
            Self::PrimaryPlanned { .. } => Some(td_string!(l, ui.primary_planned_text).to_owned()),
            Self::AccessDesk { what } => what.more(language),
            Self::Agreement { what } => what.more(language),
            Self::ProfileAsked => Some(td_string!(l, profile_requests.sent_more).to_owned()),
            Self::ProfileRequestDecided { .. } => Some(td_string!(l, profile_requests.done_more).to_owned()),
            Self::ContactSaved { changed, .. } => Some(said_of(changed, l)),
            Self::ContactDeactivated { .. } => Some(td_string!(l, ui.contact_deactivated_more).to_owned()),
            Self::ContactReactivated { .. } => Some(td_string!(l, ui.contact_reactivated_more).to_owned()),
            Self::InvitationWithdrawn { .. } => Some(td_string!(l, ui.invitation_withdrawn_more).to_owned()),
            Self::AccessKept { refused, .. } if !refused.is_empty() => {
                Some(td_string!(l, reviews.notice.kept_not, names = refused.join("; ")))
            }
            Self::AccessToChange { .. } => Some(td_string!(l, reviews.notice.change_more).to_owned()),
            Self::ViewingEnded => Some(td_string!(l, viewings.ended_more).to_owned()),
            Self::DetailsSaved { renamed: true } => Some(td_string!(l, ui.details_saved_renamed).to_owned()),
            Self::OrganizationClosed { .. } => Some(td_string!(l, ui.organization_closed_more).to_owned()),
            Self::ModuleSwitched { suspended, .. } if *suspended > 0 => {
                Some(td_string!(l, ui.module_suspended_more, n = suspended))
            }
            Self::ModuleSwitched { restored, .. } if *restored > 0 => {
                Some(td_string!(l, ui.module_restored_more, n = restored))
            }
            Self::RelinkOpened { .. } => Some(td_string!(l, ui.relink_opened_more).to_owned()),
            Self::AccountUnlinked { .. } => Some(td_string!(l, ui.account_unlinked_more).to_owned()),
            Self::RelinkConfirmed { .. } => Some(td_string!(l, ui.relink_confirmed_more).to_owned()),
            Self::WayAdded { .. }
            | Self::WayRemoved { .. }
            | Self::OrganizationOpened { .. }
            | Self::OrganizationReopened { .. }
            | Self::OrganizationMerged { .. }
            | Self::FactsSaved
            | Self::ModuleSwitched { .. }
            | Self::RelinkRefused
            | Self::AnnouncementSet
            | Self::AnnouncementEnded
            | Self::DepartmentAdded
            | Self::DepartmentStaffed { .. }
            | Self::DetailsSaved { renamed: false }
            | Self::AccessKept { .. }
            | Self::AccessDecided { .. }
            | Self::ReviewAttested
            | Self::ContactAdded { .. }
            | Self::PrimaryTransferred { .. }
            | Self::PrimaryStays
            | Self::OwnAccount { .. }
            | Self::OwnRecordSaved
            | Self::InvitationAccepted { .. }
            | Self::AccessRequest { .. }
            | Self::InvitationDeclined { .. } => None,
        }
    }
}

/// "Changed: E-mail, Phones."
fn said_of(changed: &[Field], l: Locale) -> String {
    if changed.is_empty() {
        return td_string!(l, ui.nothing_changed).to_owned();
    }
    let names: Vec<_> = changed.iter().filter_map(|field| name_of(*field, l)).collect();
    td_string!(l, ui.changed, what = names.join(", "))
}

/// What a contact's page calls a field.
fn name_of(field: Field, l: Locale) -> Option<&'static str> {
    Some(match field {
        Field::LastName => td_string!(l, contacts.form.last_name),
        Field::FirstName => td_string!(l, contacts.form.first_name),
        Field::Email => td_string!(l, contacts.form.email),
        Field::Title => td_string!(l, contacts.form.title),
        Field::Phone(_) => td_string!(l, contacts.form.phones),
        Field::Language => td_string!(l, contacts.form.language),
        Field::OfficeLocation => td_string!(l, contacts.form.office_location),
        Field::PositionType => td_string!(l, contacts.form.position_type),
        Field::FullTimeEquivalent => td_string!(l, contacts.form.full_time_equivalent),
        Field::Profiles => td_string!(l, contacts.card.profiles),
        _ => return None,
    })
}

fn bulk_title(done: &Bulk, language: Language) -> String {
    let l = Locale::from(language);
    let n = done.done();
    match (done.act, is_one(language, n)) {
        (BulkAct::Invite, true) => td_string!(l, bulk.invite.result_one, n = n),
        (BulkAct::Invite, false) => td_string!(l, bulk.invite.result_many, n = n),
        (BulkAct::Resend, true) => td_string!(l, bulk.resend.result_one, n = n),
        (BulkAct::Resend, false) => td_string!(l, bulk.resend.result_many, n = n),
        (BulkAct::Deactivate, true) => td_string!(l, bulk.deactivate.result_one, n = n),
        (BulkAct::Deactivate, false) => td_string!(l, bulk.deactivate.result_many, n = n),
    }
}

#[cfg(feature = "ssr")]
fn line_by_line(notice: &Notice) -> Option<AnyView> {
    match notice {
        Notice::Bulk { done } => Some(crate::contacts::bulk::results(&done.lines)),
        Notice::AccessWay { what } => what.line_by_line(),
        _ => None,
    }
}

/// No island shows a notice.
#[cfg(not(feature = "ssr"))]
fn line_by_line(_: &Notice) -> Option<AnyView> {
    None
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
            {line_by_line(&notice)}
        </div>
    }
}
