//! What happened, as a sentence (G3): exhaustive matches, so that an act without its sentence does not compile.

use crate::{Locale, td_string};
use domain::{Act, Language};

/// "Alice Aucoin added Bruno Boudreau." An act of a newer version, which this one does not know, is told as such.
#[must_use]
pub fn act_sentence(act: Option<Act>, who: &str, whom: &str, language: Language) -> String {
    let l = Locale::from(language);
    let Some(act) = act else { return td_string!(l, activity.said.unknown, who = who) };
    match act {
        Act::DemonstrationBegun => td_string!(l, activity.said.demonstration_begun, who = who),
        Act::OrganizationOpened => td_string!(l, activity.said.organization_opened, who = who),
        Act::OrganizationChanged => td_string!(l, activity.said.organization_changed, who = who),
        Act::OrganizationSteered => td_string!(l, activity.said.organization_steered, who = who),
        Act::OrganizationClosed => td_string!(l, activity.said.organization_closed, who = who),
        Act::OrganizationReopened => td_string!(l, activity.said.organization_reopened, who = who),
        Act::OrganizationMerged => td_string!(l, activity.said.organization_merged, who = who),
        Act::OrganizationJoined => td_string!(l, activity.said.organization_joined, who = who),
        Act::ModuleSwitchedOn => td_string!(l, activity.said.module_switched_on, who = who),
        Act::ModuleSwitchedOff => td_string!(l, activity.said.module_switched_off, who = who),
        Act::AdministratorRecovered => {
            td_string!(l, activity.said.administrator_recovered, who = who, whom = whom)
        }
        Act::RelinkOpened => td_string!(l, activity.said.relink_opened, who = who, whom = whom),
        Act::RelinkConfirmed => td_string!(l, activity.said.relink_confirmed, who = who, whom = whom),
        Act::RelinkRefused => td_string!(l, activity.said.relink_refused, who = who, whom = whom),
        Act::DepartmentAdded => td_string!(l, activity.said.department_added, who = who),
        Act::DepartmentStaffed => td_string!(l, activity.said.department_staffed, who = who),
        Act::AnnouncementSet => td_string!(l, activity.said.announcement_set, who = who),
        Act::AnnouncementEnded => td_string!(l, activity.said.announcement_ended, who = who),
        Act::ContactAdded => td_string!(l, activity.said.contact_added, who = who, whom = whom),
        Act::ContactChanged => td_string!(l, activity.said.contact_changed, who = who, whom = whom),
        Act::ContactDeactivated => td_string!(l, activity.said.contact_deactivated, who = who, whom = whom),
        Act::ContactReactivated => td_string!(l, activity.said.contact_reactivated, who = who, whom = whom),
        Act::ImportBegun => td_string!(l, activity.said.import_begun, who = who),
        Act::ImportFinished => td_string!(l, activity.said.import_finished, who = who),
        Act::ContactAnonymized => td_string!(l, activity.said.contact_anonymized, who = who, whom = whom),
        Act::DataGiven => td_string!(l, activity.said.data_given, who = who, whom = whom),
        Act::Anonymized => td_string!(l, activity.said.anonymized, who = who),
        Act::ProfilesChanged => td_string!(l, activity.said.profiles_changed, who = who, whom = whom),
        Act::ProfileAsked => td_string!(l, activity.said.profile_asked, who = who, whom = whom),
        Act::ProfileRequestGranted => {
            td_string!(l, activity.said.profile_request_granted, who = who, whom = whom)
        }
        Act::ProfileRequestRefused => {
            td_string!(l, activity.said.profile_request_refused, who = who, whom = whom)
        }
        Act::PrimaryTransferred => td_string!(l, activity.said.primary_transferred, who = who, whom = whom),
        Act::PrimaryReplacementPlanned => {
            td_string!(l, activity.said.primary_replacement_planned, who = who, whom = whom)
        }
        Act::PrimaryReplacementStopped => {
            td_string!(l, activity.said.primary_replacement_stopped, who = who, whom = whom)
        }
        Act::OwnRecordChanged => td_string!(l, activity.said.own_record_changed, whom = whom),
        Act::ContactLeft => td_string!(l, activity.said.contact_left, whom = whom),
        Act::AccountUnlinked => td_string!(l, activity.said.account_unlinked, who = who, whom = whom),
        Act::InvitationIssued => td_string!(l, activity.said.invitation_issued, who = who, whom = whom),
        Act::InvitationReissued => td_string!(l, activity.said.invitation_reissued, who = who, whom = whom),
        Act::InvitationWithdrawn => td_string!(l, activity.said.invitation_withdrawn, who = who, whom = whom),
        Act::InvitationAccepted => td_string!(l, activity.said.invitation_accepted, whom = whom),
        Act::InvitationDeclined => td_string!(l, activity.said.invitation_declined, whom = whom),
        Act::InvitationHandedOver => {
            td_string!(l, activity.said.invitation_handed_over, who = who, whom = whom)
        }
        Act::InvitationBounced => td_string!(l, activity.said.invitation_bounced, whom = whom),
        Act::InvitationTold => td_string!(l, activity.said.invitation_told, who = who, whom = whom),
        Act::InvitationAskedAgain => td_string!(l, activity.said.invitation_asked_again, whom = whom),
        Act::ReviewStarted => td_string!(l, activity.said.review_started, who = who),
        Act::ReviewDecided => td_string!(l, activity.said.review_decided, who = who, whom = whom),
        Act::ReviewAttested => td_string!(l, activity.said.review_attested, who = who),
        Act::ReviewReminded => td_string!(l, activity.said.review_reminded, who = who),
        Act::GrantReminded => td_string!(l, activity.said.grant_reminded, who = who, whom = whom),
        Act::GrantEnded => td_string!(l, activity.said.grant_ended, who = who, whom = whom),
        Act::ViewingStarted => td_string!(l, activity.said.viewing_started, who = who, whom = whom),
        Act::ViewingEnded => td_string!(l, activity.said.viewing_ended, who = who, whom = whom),
        Act::RequestSaved => td_string!(l, activity.said.request_saved, who = who),
        Act::RequestSent => td_string!(l, activity.said.request_sent, who = who),
        Act::RequestChanged => td_string!(l, activity.said.request_changed, who = who),
        Act::RequestSigned => td_string!(l, activity.said.request_signed, who = who),
        Act::RequestDeclined => td_string!(l, activity.said.request_declined, who = who),
        Act::RequestLapsed => td_string!(l, activity.said.request_lapsed, who = who),
        Act::RequestWithdrawn => td_string!(l, activity.said.request_withdrawn, who = who),
        Act::RequestTaken => td_string!(l, activity.said.request_taken, who = who),
        Act::RequestReleased => td_string!(l, activity.said.request_released, who = who),
        Act::RequestHeld => td_string!(l, activity.said.request_held, who = who),
        Act::RequestAnswered => td_string!(l, activity.said.request_answered, who = who),
        Act::RequestApproved => td_string!(l, activity.said.request_approved, who = who),
        Act::RequestRefused => td_string!(l, activity.said.request_refused, who = who),
        Act::RequestActivated => td_string!(l, activity.said.request_activated, who = who),
        Act::RequestAsked => td_string!(l, activity.said.request_asked, who = who),
        Act::RequestVouched => td_string!(l, activity.said.request_vouched, who = who),
        Act::RequestAuthorized => td_string!(l, activity.said.request_authorized, who = who),
        Act::RequestEntered => td_string!(l, activity.said.request_entered, who = who),
        Act::RequestReminded => td_string!(l, activity.said.request_reminded, who = who),
        Act::RequestBounced => td_string!(l, activity.said.request_bounced, who = who),
        Act::AddressAllowed => td_string!(l, activity.said.address_allowed, who = who),
        Act::CodeRenewed => td_string!(l, activity.said.code_renewed, who = who),
        Act::RepresentativeNamed => td_string!(l, activity.said.representative_named, who = who, whom = whom),
        Act::RepresentativeEnded => td_string!(l, activity.said.representative_ended, who = who, whom = whom),
        Act::NumbersLoaded => td_string!(l, activity.said.numbers_loaded, who = who),
        Act::NumberUsed => td_string!(l, activity.said.number_used, whom = whom),
        Act::AgreementPrepared => td_string!(l, activity.said.agreement_prepared, who = who),
        Act::AgreementChanged => td_string!(l, activity.said.agreement_changed, who = who),
        Act::AgreementDiscarded => td_string!(l, activity.said.agreement_discarded, who = who),
        Act::AgreementSent => td_string!(l, activity.said.agreement_sent, who = who),
        Act::AgreementRevised => td_string!(l, activity.said.agreement_revised, who = who),
        Act::AgreementSigned => td_string!(l, activity.said.agreement_signed, whom = whom),
        Act::AgreementDeclined => td_string!(l, activity.said.agreement_declined, whom = whom),
        Act::AgreementWithdrawn => td_string!(l, activity.said.agreement_withdrawn, who = who),
        Act::AgreementExpired => td_string!(l, activity.said.agreement_expired, who = who),
        Act::AgreementReplaced => td_string!(l, activity.said.agreement_replaced, who = who, whom = whom),
        Act::AgreementResent => td_string!(l, activity.said.agreement_resent, who = who, whom = whom),
        Act::AgreementReminded => td_string!(l, activity.said.agreement_reminded, who = who),
        Act::AgreementSealed => td_string!(l, activity.said.agreement_sealed, who = who),
        Act::AgreementBounced => td_string!(l, activity.said.agreement_bounced, whom = whom),
    }
}

/// What kind of act it is, in a few words: "Contact added".
#[must_use]
pub fn act_kind(act: Option<Act>, language: Language) -> &'static str {
    let l = Locale::from(language);
    let Some(act) = act else { return td_string!(l, activity.kind.unknown) };
    match act {
        Act::DemonstrationBegun => td_string!(l, activity.kind.demonstration_begun),
        Act::OrganizationOpened => td_string!(l, activity.kind.organization_opened),
        Act::OrganizationChanged => td_string!(l, activity.kind.organization_changed),
        Act::OrganizationSteered => td_string!(l, activity.kind.organization_steered),
        Act::OrganizationClosed => td_string!(l, activity.kind.organization_closed),
        Act::OrganizationReopened => td_string!(l, activity.kind.organization_reopened),
        Act::OrganizationMerged => td_string!(l, activity.kind.organization_merged),
        Act::OrganizationJoined => td_string!(l, activity.kind.organization_joined),
        Act::ModuleSwitchedOn => td_string!(l, activity.kind.module_switched_on),
        Act::ModuleSwitchedOff => td_string!(l, activity.kind.module_switched_off),
        Act::AdministratorRecovered => td_string!(l, activity.kind.administrator_recovered),
        Act::RelinkOpened => td_string!(l, activity.kind.relink_opened),
        Act::RelinkConfirmed => td_string!(l, activity.kind.relink_confirmed),
        Act::RelinkRefused => td_string!(l, activity.kind.relink_refused),
        Act::DepartmentAdded => td_string!(l, activity.kind.department_added),
        Act::DepartmentStaffed => td_string!(l, activity.kind.department_staffed),
        Act::AnnouncementSet => td_string!(l, activity.kind.announcement_set),
        Act::AnnouncementEnded => td_string!(l, activity.kind.announcement_ended),
        Act::ContactAdded => td_string!(l, activity.kind.contact_added),
        Act::ContactChanged => td_string!(l, activity.kind.contact_changed),
        Act::ContactDeactivated => td_string!(l, activity.kind.contact_deactivated),
        Act::ContactReactivated => td_string!(l, activity.kind.contact_reactivated),
        Act::ImportBegun => td_string!(l, activity.kind.import_begun),
        Act::ImportFinished => td_string!(l, activity.kind.import_finished),
        Act::ContactAnonymized => td_string!(l, activity.kind.contact_anonymized),
        Act::DataGiven => td_string!(l, activity.kind.data_given),
        Act::Anonymized => td_string!(l, activity.kind.anonymized),
        Act::ProfilesChanged => td_string!(l, activity.kind.profiles_changed),
        Act::ProfileAsked => td_string!(l, activity.kind.profile_asked),
        Act::ProfileRequestGranted => td_string!(l, activity.kind.profile_request_granted),
        Act::ProfileRequestRefused => td_string!(l, activity.kind.profile_request_refused),
        Act::PrimaryTransferred => td_string!(l, activity.kind.primary_transferred),
        Act::PrimaryReplacementPlanned => td_string!(l, activity.kind.primary_replacement_planned),
        Act::PrimaryReplacementStopped => td_string!(l, activity.kind.primary_replacement_stopped),
        Act::OwnRecordChanged => td_string!(l, activity.kind.own_record_changed),
        Act::ContactLeft => td_string!(l, activity.kind.contact_left),
        Act::AccountUnlinked => td_string!(l, activity.kind.account_unlinked),
        Act::InvitationIssued => td_string!(l, activity.kind.invitation_issued),
        Act::InvitationReissued => td_string!(l, activity.kind.invitation_reissued),
        Act::InvitationWithdrawn => td_string!(l, activity.kind.invitation_withdrawn),
        Act::InvitationAccepted => td_string!(l, activity.kind.invitation_accepted),
        Act::InvitationDeclined => td_string!(l, activity.kind.invitation_declined),
        Act::InvitationHandedOver => td_string!(l, activity.kind.invitation_handed_over),
        Act::InvitationBounced => td_string!(l, activity.kind.invitation_bounced),
        Act::InvitationTold => td_string!(l, activity.kind.invitation_told),
        Act::InvitationAskedAgain => td_string!(l, activity.kind.invitation_asked_again),
        Act::ReviewStarted => td_string!(l, activity.kind.review_started),
        Act::ReviewDecided => td_string!(l, activity.kind.review_decided),
        Act::ReviewAttested => td_string!(l, activity.kind.review_attested),
        Act::ReviewReminded => td_string!(l, activity.kind.review_reminded),
        Act::GrantReminded => td_string!(l, activity.kind.grant_reminded),
        Act::GrantEnded => td_string!(l, activity.kind.grant_ended),
        Act::ViewingStarted => td_string!(l, activity.kind.viewing_started),
        Act::ViewingEnded => td_string!(l, activity.kind.viewing_ended),
        Act::RequestSaved => td_string!(l, activity.kind.request_saved),
        Act::RequestSent => td_string!(l, activity.kind.request_sent),
        Act::RequestChanged => td_string!(l, activity.kind.request_changed),
        Act::RequestSigned => td_string!(l, activity.kind.request_signed),
        Act::RequestDeclined => td_string!(l, activity.kind.request_declined),
        Act::RequestLapsed => td_string!(l, activity.kind.request_lapsed),
        Act::RequestWithdrawn => td_string!(l, activity.kind.request_withdrawn),
        Act::RequestTaken => td_string!(l, activity.kind.request_taken),
        Act::RequestReleased => td_string!(l, activity.kind.request_released),
        Act::RequestHeld => td_string!(l, activity.kind.request_held),
        Act::RequestAnswered => td_string!(l, activity.kind.request_answered),
        Act::RequestApproved => td_string!(l, activity.kind.request_approved),
        Act::RequestRefused => td_string!(l, activity.kind.request_refused),
        Act::RequestActivated => td_string!(l, activity.kind.request_activated),
        Act::RequestAsked => td_string!(l, activity.kind.request_asked),
        Act::RequestVouched => td_string!(l, activity.kind.request_vouched),
        Act::RequestAuthorized => td_string!(l, activity.kind.request_authorized),
        Act::RequestEntered => td_string!(l, activity.kind.request_entered),
        Act::RequestReminded => td_string!(l, activity.kind.request_reminded),
        Act::RequestBounced => td_string!(l, activity.kind.request_bounced),
        Act::AddressAllowed => td_string!(l, activity.kind.address_allowed),
        Act::CodeRenewed => td_string!(l, activity.kind.code_renewed),
        Act::RepresentativeNamed => td_string!(l, activity.kind.representative_named),
        Act::RepresentativeEnded => td_string!(l, activity.kind.representative_ended),
        Act::NumbersLoaded => td_string!(l, activity.kind.numbers_loaded),
        Act::NumberUsed => td_string!(l, activity.kind.number_used),
        Act::AgreementPrepared => td_string!(l, activity.kind.agreement_prepared),
        Act::AgreementChanged => td_string!(l, activity.kind.agreement_changed),
        Act::AgreementDiscarded => td_string!(l, activity.kind.agreement_discarded),
        Act::AgreementSent => td_string!(l, activity.kind.agreement_sent),
        Act::AgreementRevised => td_string!(l, activity.kind.agreement_revised),
        Act::AgreementSigned => td_string!(l, activity.kind.agreement_signed),
        Act::AgreementDeclined => td_string!(l, activity.kind.agreement_declined),
        Act::AgreementWithdrawn => td_string!(l, activity.kind.agreement_withdrawn),
        Act::AgreementExpired => td_string!(l, activity.kind.agreement_expired),
        Act::AgreementReplaced => td_string!(l, activity.kind.agreement_replaced),
        Act::AgreementResent => td_string!(l, activity.kind.agreement_resent),
        Act::AgreementReminded => td_string!(l, activity.kind.agreement_reminded),
        Act::AgreementSealed => td_string!(l, activity.kind.agreement_sealed),
        Act::AgreementBounced => td_string!(l, activity.kind.agreement_bounced),
    }
}

/// What acts of that subject are about: the first word of their codes.
#[must_use]
pub fn act_subject(subject: &str, language: Language) -> &'static str {
    let l = Locale::from(language);
    match subject {
        "contact" => td_string!(l, activity.subject.contact),
        "invitation" => td_string!(l, activity.subject.invitation),
        "organization" => td_string!(l, activity.subject.organization),
        "module" => td_string!(l, activity.subject.module),
        "administrator" => td_string!(l, activity.subject.administrator),
        "relink" => td_string!(l, activity.subject.relink),
        "department" => td_string!(l, activity.subject.department),
        "announcement" => td_string!(l, activity.subject.announcement),
        "import" => td_string!(l, activity.subject.import),
        "retention" => td_string!(l, activity.subject.retention),
        "profile_request" => td_string!(l, activity.subject.profile_request),
        "review" => td_string!(l, activity.subject.review),
        "grant" => td_string!(l, activity.subject.grant),
        "viewing" => td_string!(l, activity.subject.viewing),
        "agreement" => td_string!(l, activity.subject.agreement),
        "access_request" => td_string!(l, activity.subject.access_request),
        "representative" => td_string!(l, activity.subject.representative),
        "reference_number" => td_string!(l, activity.subject.reference_number),
        "demonstration" => td_string!(l, activity.subject.demonstration),
        _ => td_string!(l, activity.subject.other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g3_every_subject_has_its_own_name_and_every_act_its_own_words() {
        for language in Language::ALL {
            let other = act_subject("", language);
            let mut kinds: Vec<_> = Act::ALL.iter().map(|act| act_kind(Some(*act), language)).collect();
            for act in Act::ALL {
                assert_ne!(act_subject(act.subject(), language), other, "{act:?}");
                let said = act_sentence(Some(*act), "Alice", "Bruno", language);
                assert!(said.contains("Alice") || said.contains("Bruno"), "{said}");
            }
            kinds.sort_unstable();
            kinds.dedup();
            assert_eq!(kinds.len(), Act::ALL.len());
        }
    }
}
