//! Where agreements and their signatories stand, in words: exhaustive matches, so that a state without its words does
//! not compile.

use crate::{Locale, td_string};
use domain::Language;
use domain::agreements::{AgreementState, SignatoryState};

/// Where an agreement stands.
#[must_use]
pub fn agreement_state(state: AgreementState, language: Language) -> &'static str {
    let l = Locale::from(language);
    match state {
        AgreementState::Draft => td_string!(l, agreements_letters.state.draft),
        AgreementState::Out => td_string!(l, agreements_letters.state.out),
        AgreementState::Signed => td_string!(l, agreements_letters.state.signed),
        AgreementState::Declined => td_string!(l, agreements_letters.state.declined),
        AgreementState::Withdrawn => td_string!(l, agreements_letters.state.withdrawn),
        AgreementState::Expired => td_string!(l, agreements_letters.state.expired),
    }
}

/// Where one signatory stands.
#[must_use]
pub fn signatory_state(state: SignatoryState, language: Language) -> &'static str {
    let l = Locale::from(language);
    match state {
        SignatoryState::Waiting => td_string!(l, agreements_letters.signatory.waiting),
        SignatoryState::Invited => td_string!(l, agreements_letters.signatory.invited),
        SignatoryState::Signed => td_string!(l, agreements_letters.signatory.signed),
        SignatoryState::Declined => td_string!(l, agreements_letters.signatory.declined),
        SignatoryState::Replaced => td_string!(l, agreements_letters.signatory.replaced),
        SignatoryState::Ended => td_string!(l, agreements_letters.signatory.ended),
    }
}
