//! Signing in again, before something that asks for a sign-in of a short while ago (A8).

use crate::locale;
use crate::request::{as_signed_in, local, login_in_use, query};
use crate::shell::{Page, whole};
use crate::ui::SignIn;
use leptos::prelude::*;
use locales::td_string;

/// `/en/home/sign-in-again?return=…`: what was typed waits on the page that it leads back to.
#[component]
pub fn SignInAgainPage() -> impl IntoView {
    whole(async {
        let l = locale();
        let return_to = local(&query("return").unwrap_or_default()).to_owned();
        let account = as_signed_in(|person| async move { Ok(person.account().clone()) }).await?;
        let used = login_in_use().await?.map(|login| login.provider);
        Ok(view! {
            <Page title=td_string!(l, ways_in.again_title) lede=td_string!(l, ways_in.again_lede)>
                <p>{td_string!(l, ways_in.again_kept)}</p>
                <SignIn
                    return_to=return_to.clone()
                    login_hint=account.email.unwrap_or_default()
                    provider=used.unwrap_or_default()
                    label=td_string!(l, ways_in.again)
                    anew=true
                />
                <p><a href=return_to>{td_string!(l, ways_in.again_back)}</a></p>
            </Page>
        }
        .into_any())
    })
}
