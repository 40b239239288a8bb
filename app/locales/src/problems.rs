//! What a person is told when something is refused: one exhaustive match, so that a new problem without its
//! sentences does not compile.

use crate::{Locale, is_one, td_string};
use domain::{Field, Language, Problem};

/// The sentence for a problem, in that language; beside a field it says what to do there.
#[must_use]
pub fn sentence(problem: &Problem, field: Option<Field>, language: Language) -> String {
    let l = Locale::from(language);
    match problem {
        Problem::Missing => missing(field, l),
        Problem::TooLong { most } if field == Some(Field::Message) => {
            td_string!(l, problems.too_long_message, most = most)
        }
        Problem::TooLong { most } => td_string!(l, problems.too_long, most = most),
        Problem::UnreadableText => td_string!(l, problems.unreadable).into(),
        Problem::NotAnEmail => td_string!(l, problems.not_an_email).into(),
        Problem::NotAPhone => td_string!(l, problems.not_a_phone).into(),
        Problem::NotAFullTimeEquivalent => td_string!(l, problems.not_a_full_time_equivalent).into(),
        Problem::NotABusinessNumber => td_string!(l, problems.not_a_business_number).into(),
        Problem::NotAMoment => td_string!(l, problems.not_a_moment).into(),
        Problem::EndsBeforeItBegins => td_string!(l, problems.ends_before_it_begins).into(),
        Problem::UnknownChoice => td_string!(l, problems.unknown_choice).into(),
        Problem::EmailOfContact { name, .. } => td_string!(l, problems.email_of_contact, name = name),
        Problem::NoProfile => td_string!(l, problems.no_profile).into(),
        Problem::NotYoursToGrant { profile } => {
            td_string!(l, problems.not_yours_to_grant, profile = profile.in_language(language))
        }
        Problem::NotEligible { profile } => {
            td_string!(l, problems.not_eligible, profile = profile.in_language(language))
        }
        Problem::GrantedByTwo { profile } => {
            td_string!(l, problems.granted_by_two, profile = profile.in_language(language))
        }
        Problem::ByRequestOnly { profile } => {
            td_string!(l, problems.by_request_only, profile = profile.in_language(language))
        }
        Problem::NeedsProfileOf { module } => {
            td_string!(l, problems.needs_profile_of, module = module.in_language(language))
        }

        Problem::ImportUnreadable => td_string!(l, problems.import_unreadable).into(),
        Problem::ImportEmpty => td_string!(l, problems.import_empty).into(),
        Problem::ImportTooLarge { megabytes } => {
            td_string!(l, problems.import_too_large, megabytes = megabytes)
        }
        Problem::ImportTooLong { most } => td_string!(l, problems.import_too_long, most = most),
        Problem::ImportHeadings => td_string!(l, problems.import_headings).into(),
        Problem::RequestHeadings => td_string!(l, problems.request_headings).into(),
        Problem::NumberHeadings => td_string!(l, problems.number_headings).into(),
        Problem::ImportHeadingTwice { heading } => {
            td_string!(l, problems.import_heading_twice, heading = heading)
        }
        Problem::EmailTwice { line } => td_string!(l, problems.email_twice, line = line),
        Problem::UnknownProfile { name } => td_string!(l, problems.unknown_profile, name = name),
        Problem::NothingToResend => td_string!(l, problems.nothing_to_resend).into(),
        Problem::AlreadyInactive => td_string!(l, problems.already_inactive).into(),
        Problem::NobodyTicked => td_string!(l, problems.nobody_ticked).into(),
        Problem::NotADate => td_string!(l, problems.not_a_date).into(),
        Problem::DateInPast => td_string!(l, problems.date_in_past).into(),

        Problem::NotFound => td_string!(l, problems.not_found).into(),
        Problem::Forbidden => td_string!(l, problems.forbidden).into(),
        Problem::SignInNeeded => td_string!(l, problems.sign_in_needed).into(),
        Problem::ChangedMeanwhile => td_string!(l, problems.changed_meanwhile).into(),
        Problem::ContactInactive => td_string!(l, problems.contact_inactive).into(),
        Problem::ContactActive => td_string!(l, problems.contact_active).into(),
        Problem::ContactAnonymized => td_string!(l, problems.contact_anonymized).into(),
        Problem::AskedAlready => td_string!(l, problems.asked_already).into(),
        Problem::DecidedAlready => td_string!(l, problems.decided_already).into(),
        Problem::AlreadyInvited => td_string!(l, problems.already_invited).into(),
        Problem::AlreadyHasAccess => td_string!(l, problems.already_has_access).into(),
        Problem::PrimaryStays => td_string!(l, problems.primary_stays).into(),
        Problem::NotYoursToTransfer => td_string!(l, problems.not_yours_to_transfer).into(),
        Problem::PrimaryNeedsAccess => td_string!(l, problems.primary_needs_access).into(),
        Problem::LastAdministrator => td_string!(l, problems.last_administrator).into(),
        Problem::InvitationUsed => td_string!(l, problems.invitation_used).into(),
        Problem::InvitationWithdrawn => td_string!(l, problems.invitation_withdrawn).into(),
        Problem::InvitationReplaced => td_string!(l, problems.invitation_replaced).into(),
        Problem::InvitationExpired { .. } => td_string!(l, problems.invitation_expired).into(),
        Problem::InvitationDeclined => td_string!(l, problems.invitation_declined).into(),
        Problem::InvitationUnknown => td_string!(l, problems.invitation_unknown).into(),
        Problem::NothingLeftToGrant => td_string!(l, problems.nothing_left_to_grant).into(),
        Problem::ReviewOpen => td_string!(l, problems.review_open).into(),
        Problem::ReviewClosed => td_string!(l, problems.review_closed).into(),
        Problem::ReviewUndecided { left } if is_one(language, *left) => {
            td_string!(l, problems.review_undecided_one).into()
        }
        Problem::ReviewUndecided { left } => td_string!(l, problems.review_undecided, left = left),
        Problem::NotYoursToDecide => td_string!(l, problems.not_yours_to_decide).into(),
        Problem::LinkedToAnotherAccount => td_string!(l, problems.linked_to_another_account).into(),
        Problem::AccountOfAnotherContact => td_string!(l, problems.account_of_another_contact).into(),

        Problem::StateForbids => td_string!(l, problems.state_forbids).into(),
        Problem::NotToMergeInto => td_string!(l, problems.not_to_merge_into).into(),
        Problem::NameTaken => td_string!(l, problems.name_taken).into(),
        Problem::HasAdministrator => td_string!(l, problems.has_administrator).into(),
        Problem::ReplacementPlanned => td_string!(l, problems.replacement_planned).into(),
        Problem::NeedsSomebodyElse => td_string!(l, problems.needs_somebody_else).into(),
        Problem::RelinkEnded => td_string!(l, problems.relink_ended).into(),
        Problem::RelinkUnderWay => td_string!(l, problems.relink_under_way).into(),
        Problem::NoAccountLinked => td_string!(l, problems.no_account_linked).into(),
        Problem::WayOfAnother => td_string!(l, problems.way_of_another).into(),
        Problem::LastWay => td_string!(l, problems.last_way).into(),
        Problem::WayInUse => td_string!(l, problems.way_in_use).into(),
        Problem::Viewing => td_string!(l, problems.viewing).into(),
        Problem::ViewingEnded => td_string!(l, problems.viewing_ended).into(),
        Problem::NotToViewAs => td_string!(l, problems.not_to_view_as).into(),

        Problem::SharedMailbox => td_string!(l, problems.shared_mailbox).into(),
        Problem::SameMailbox => td_string!(l, problems.same_mailbox).into(),
        Problem::RequestLinkUnknown => td_string!(l, problems.request_link_unknown).into(),
        Problem::AddressOfRequest => td_string!(l, problems.address_of_request).into(),
        Problem::RequestPassed => td_string!(l, problems.request_passed).into(),
        Problem::SignedAlready => td_string!(l, problems.signed_already).into(),
        Problem::TextChanged => td_string!(l, problems.text_changed).into(),
        Problem::NotTheNameAsked { name } => td_string!(l, problems.not_the_name_asked, name = name),
        Problem::CommitmentNeeded => td_string!(l, problems.commitment_needed).into(),
        Problem::SignedByYou => td_string!(l, problems.signed_by_you).into(),
        Problem::InHand { name } => td_string!(l, problems.in_hand, name = name),
        Problem::NotTheRepresentative => td_string!(l, problems.not_the_representative).into(),
        Problem::AdministratorAskedFirst => td_string!(l, problems.administrator_asked_first).into(),
        Problem::NotAScan { megabytes } => td_string!(l, problems.not_a_scan, megabytes = megabytes),
        Problem::CodeNeeded => td_string!(l, problems.code_needed).into(),
        Problem::CodeSpent => td_string!(l, problems.code_spent).into(),
        Problem::NumberUnknown => td_string!(l, problems.number_unknown).into(),
        Problem::NumberTooShort => td_string!(l, problems.number_too_short).into(),
        Problem::NumberTwice => td_string!(l, problems.number_twice).into(),

        Problem::AgreementLinkUnknown => td_string!(l, problems.agreement_link_unknown).into(),
        Problem::AgreementPassed => td_string!(l, problems.agreement_passed).into(),
        Problem::AgreementExpired => td_string!(l, problems.agreement_expired).into(),
        Problem::AgreementSignedAlready => td_string!(l, problems.agreement_signed_already).into(),
        Problem::NotYourTurn => td_string!(l, problems.not_your_turn).into(),
        Problem::DocumentChanged => td_string!(l, problems.document_changed).into(),
        Problem::ReadFirst => td_string!(l, problems.read_first).into(),
        Problem::SignsWithAnotherAccount => td_string!(l, problems.signs_with_another_account).into(),
        Problem::SignedForAnother => td_string!(l, problems.signed_for_another).into(),
        Problem::SignatoryInactive { name } => td_string!(l, problems.signatory_inactive, name = name),
        Problem::OrganizationNotOpen => td_string!(l, problems.organization_not_open).into(),
        Problem::DocumentNeeded => td_string!(l, problems.document_needed).into(),
        Problem::TextOrPdf => td_string!(l, problems.text_or_pdf).into(),
        Problem::DeadlineTooFar { days } => td_string!(l, problems.deadline_too_far, days = days),
        Problem::SignatoryNeeded => td_string!(l, problems.signatory_needed).into(),
        Problem::SignatoryTwice => td_string!(l, problems.signatory_twice).into(),
        Problem::TooManySignatories { most } => td_string!(l, problems.too_many_signatories, most = most),
        Problem::NotAPdf => td_string!(l, problems.not_a_pdf).into(),
        Problem::PdfBroken => td_string!(l, problems.pdf_broken).into(),
        Problem::PdfEncrypted => td_string!(l, problems.pdf_encrypted).into(),
        Problem::PdfActive => td_string!(l, problems.pdf_active).into(),
        Problem::PdfTooLarge { megabytes } => td_string!(l, problems.pdf_too_large, megabytes = megabytes),
        Problem::PdfTooManyPages { most } => td_string!(l, problems.pdf_too_many_pages, most = most),
        Problem::PdfTooHeavy => td_string!(l, problems.pdf_too_heavy).into(),
        Problem::VerificationUnknown => td_string!(l, problems.verification_unknown).into(),
        Problem::NotSealedYet => td_string!(l, problems.not_sealed_yet).into(),

        Problem::TooManyInvitations { most } => td_string!(l, problems.too_many_invitations, most = most),
        Problem::TooManyMails { most } => td_string!(l, problems.too_many_mails, most = most),
        Problem::TooManyTries { minutes } if is_one(language, u64::from(*minutes)) => {
            td_string!(l, problems.too_many_tries_one).into()
        }
        Problem::TooManyTries { minutes } => td_string!(l, problems.too_many_tries, minutes = minutes),

        Problem::WrongCredentials => td_string!(l, problems.wrong_credentials).into(),
        Problem::WrongCode { left: 0 } => td_string!(l, problems.wrong_code_none).into(),
        Problem::WrongCode { left: 1 } => td_string!(l, problems.wrong_code_one).into(),
        Problem::WrongCode { left } => td_string!(l, problems.wrong_code_many, left = left),
        Problem::AccountStillNeeded => td_string!(l, problems.account_still_needed).into(),
        Problem::SignInAgain | Problem::StepUpNeeded => td_string!(l, problems.sign_in_again).into(),
        Problem::WrongAppCode => td_string!(l, problems.wrong_app_code).into(),
        Problem::PasskeyFailed => td_string!(l, problems.passkey_failed).into(),
        Problem::PasskeyNeedsScript => td_string!(l, problems.passkey_needs_script).into(),
        Problem::TooManyFactors { most } => td_string!(l, problems.too_many_factors, most = most),
        Problem::FactorNeeded => td_string!(l, problems.factor_needed).into(),
        Problem::WrongPassword => td_string!(l, problems.wrong_password).into(),
        Problem::SameEmail => td_string!(l, problems.same_email).into(),
        Problem::EmailHasAccount => td_string!(l, problems.email_has_account).into(),
        Problem::CodeExpired => td_string!(l, problems.code_expired).into(),
        Problem::PasswordTooShort { least } => td_string!(l, problems.password_too_short, least = least),
        Problem::PasswordTooLong { most } => td_string!(l, problems.password_too_long, most = most),
        Problem::PasswordNeedsSpecial => td_string!(l, problems.password_needs_special).into(),
        Problem::PasswordNeedsDigit => td_string!(l, problems.password_needs_digit).into(),
        Problem::PasswordNeedsUpperAndLower => td_string!(l, problems.password_needs_upper_and_lower).into(),
        Problem::PasswordTooCommon => td_string!(l, problems.password_too_common).into(),
        Problem::PasswordsDiffer => td_string!(l, problems.passwords_differ).into(),
        Problem::ConsentNeeded => td_string!(l, problems.consent_needed).into(),

        Problem::SignInFailed => td_string!(l, problems.sign_in_failed).into(),
        Problem::SignInExpired => td_string!(l, problems.sign_in_expired).into(),
        Problem::ProviderUnavailable => td_string!(l, problems.provider_unavailable).into(),

        Problem::Broken { reference } => td_string!(l, problems.broken, reference = reference),
    }
}

fn missing(field: Option<Field>, l: Locale) -> String {
    match field {
        Some(Field::LastName) => td_string!(l, problems.missing_last_name),
        Some(Field::FirstName) => td_string!(l, problems.missing_first_name),
        Some(Field::Email | Field::ContactEmail | Field::SentBy) => td_string!(l, problems.missing_email),
        Some(Field::UserLastName) => td_string!(l, problems.missing_user_last_name),
        Some(Field::UserFirstName) => td_string!(l, problems.missing_user_first_name),
        Some(Field::UserEmail) => td_string!(l, problems.missing_user_email),
        Some(Field::AuthorizerLastName) => td_string!(l, problems.missing_authorizer_last_name),
        Some(Field::AuthorizerFirstName) => td_string!(l, problems.missing_authorizer_first_name),
        Some(Field::AuthorizerEmail) => td_string!(l, problems.missing_authorizer_email),
        Some(Field::OrganizationIs) => td_string!(l, problems.missing_organization_is),
        Some(Field::Situation) => td_string!(l, problems.missing_situation),
        Some(Field::Service) => td_string!(l, problems.missing_service),
        Some(Field::Signature | Field::UserSigned | Field::AuthorizerSigned) => {
            td_string!(l, problems.missing_signature)
        }
        Some(Field::UserScan | Field::AuthorizerScan) => td_string!(l, problems.missing_scan),
        Some(Field::Number) => td_string!(l, problems.missing_number),
        Some(Field::Title) => td_string!(l, problems.missing_title),
        Some(Field::Phone(_)) => td_string!(l, problems.missing_phone),
        Some(Field::Language) => td_string!(l, problems.missing_language),
        Some(Field::OfficeLocation) => td_string!(l, problems.missing_office_location),
        Some(Field::PositionType) => td_string!(l, problems.missing_position_type),
        Some(Field::FullTimeEquivalent) => td_string!(l, problems.missing_full_time_equivalent),
        Some(Field::Profiles) => td_string!(l, problems.missing_profiles),
        Some(Field::Message) => td_string!(l, problems.missing_message),
        Some(Field::Password) => td_string!(l, problems.missing_password),
        Some(Field::CurrentPassword) => td_string!(l, problems.missing_current_password),
        Some(Field::PasswordAgain) => td_string!(l, problems.missing_password_again),
        Some(Field::Consent) => td_string!(l, problems.missing_consent),
        Some(Field::Sure) => td_string!(l, problems.missing_sure),
        Some(Field::Code) => td_string!(l, problems.missing_code),
        Some(Field::Question) => td_string!(l, problems.missing_question),
        Some(Field::Answer) => td_string!(l, problems.missing_answer),
        Some(Field::Reason) => td_string!(l, problems.missing_reason),
        Some(Field::Decision) => td_string!(l, problems.missing_decision),
        Some(Field::NameEn) => td_string!(l, problems.missing_name_en),
        Some(Field::NameFr) => td_string!(l, problems.missing_name_fr),
        Some(Field::Evidence) => td_string!(l, problems.missing_evidence),
        Some(Field::TextEn) => td_string!(l, problems.missing_text_en),
        Some(Field::TextFr) => td_string!(l, problems.missing_text_fr),
        Some(Field::From | Field::Until) => td_string!(l, problems.not_a_moment),
        Some(Field::MergeInto) => td_string!(l, problems.missing_merge_into),
        Some(
            Field::Form
            | Field::Active
            | Field::EndsOn(_)
            | Field::Contact
            | Field::PostalAddress
            | Field::CivicAddress
            | Field::BusinessNumber
            | Field::RegistryNumber
            | Field::Representative
            | Field::Note
            | Field::FactorName
            | Field::People
            | Field::UserTitle
            | Field::UserPhone
            | Field::UserLanguage
            | Field::AuthorizerTitle
            | Field::AuthorizerPhone
            | Field::AuthorizerLanguage
            | Field::Commitments
            | Field::Comment
            | Field::Organization
            | Field::PdfEn
            | Field::PdfFr
            | Field::Order
            | Field::Signatories
            | Field::Read,
        )
        | None => td_string!(l, problems.missing),
        Some(Field::TitleEn) => td_string!(l, problems.missing_title_en),
        Some(Field::TitleFr) => td_string!(l, problems.missing_title_fr),
        Some(Field::Deadline) => td_string!(l, problems.missing_deadline),
        Some(Field::Table) => td_string!(l, problems.missing_table),
        Some(Field::AccessDecision) => td_string!(l, problems.missing_access_decision),
    }
    .into()
}
