//! "Not a robot" (A4), as a form shows it. Without script it says what that means, and the form works.

use crate::failure::Failure;
use crate::locale;
use crate::request::at_provider;
use leptos::prelude::*;
use locales::td_string;

/// What a form that robots like carries: the challenge, which the browser meets while one types.
pub(super) async fn not_a_robot() -> Result<AnyView, Failure> {
    let asked = at_provider(|desk| async move { Ok((desk.challenge()?, desk.wait_without_proof())) });
    let (challenge, seconds) = asked.await?;
    let l = locale();
    Ok(view! {
        <div
            class="proof"
            data-proof=challenge
            data-doing=td_string!(l, accounts.robots.doing)
            data-busy=td_string!(l, accounts.robots.busy)
            data-done=td_string!(l, accounts.robots.done)
        >
            <input type="hidden" name="form[proof]" value="" autocomplete="off" />
            <p class="label">{td_string!(l, accounts.robots.title)}</p>
            <p class="hint" role="status">{td_string!(l, accounts.robots.without, seconds = seconds)}</p>
            <div hidden>
                <p class="hint">{td_string!(l, accounts.robots.slow, seconds = seconds)}</p>
                <button class="button secondary">{td_string!(l, accounts.robots.skip)}</button>
            </div>
        </div>
        <script src="/proof.js" type="module"></script>
    }
    .into_any())
}
