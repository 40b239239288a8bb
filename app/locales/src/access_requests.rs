//! Where a request for access stands, in a word.

use crate::{Locale, td_string};
use domain::Language;
use domain::access_requests::RequestState;

/// The state of a request for access.
#[must_use]
pub fn request_state(state: RequestState, language: Language) -> &'static str {
    let l = Locale::from(language);
    match state {
        RequestState::Draft => td_string!(l, access_desk.state.draft),
        RequestState::Waiting => td_string!(l, access_desk.state.waiting),
        RequestState::Submitted => td_string!(l, access_desk.state.submitted),
        RequestState::OnHold => td_string!(l, access_desk.state.on_hold),
        RequestState::Approved => td_string!(l, access_desk.state.approved),
        RequestState::Refused => td_string!(l, access_desk.state.refused),
        RequestState::Declined => td_string!(l, access_desk.state.declined),
        RequestState::Lapsed => td_string!(l, access_desk.state.lapsed),
        RequestState::Withdrawn => td_string!(l, access_desk.state.withdrawn),
        RequestState::Activated => td_string!(l, access_desk.state.activated),
    }
}
