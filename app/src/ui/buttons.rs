//! What one presses.

use crate::{language, locale};
use leptos::prelude::*;
use locales::td_string;

/// An address and the words that lead there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub href: String,
    pub label: String,
}

impl Link {
    pub fn to(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

/// How much a button weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The one act of the page.
    #[default]
    Primary,
    Secondary,
    /// It takes something away.
    Warning,
}

impl Kind {
    const fn class(self, wide: bool) -> &'static str {
        match (self, wide) {
            (Self::Primary, false) => "button",
            (Self::Primary, true) => "button wide",
            (Self::Secondary, false) => "button secondary",
            (Self::Secondary, true) => "button secondary wide",
            (Self::Warning, false) => "button warning",
            (Self::Warning, true) => "button warning wide",
        }
    }
}

/// Sends its form.
#[component]
pub fn Button(
    #[prop(optional)] kind: Kind,
    #[prop(optional)] wide: bool,
    /// Sent with the form, where a form has several buttons.
    #[prop(optional, into)]
    name: Option<&'static str>,
    #[prop(optional, into)] value: Option<String>,
    children: Children,
) -> impl IntoView {
    view! { <button class=kind.class(wide) name=name value=value>{children()}</button> }
}

/// A link that looks like a button, where it leads to the one act of the page.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] wide: bool,
    children: Children,
) -> impl IntoView {
    view! { <a class=kind.class(wide) href=href>{children()}</a> }
}

/// The way to the sign-in provider, and back to `return_to`.
#[component]
pub fn SignIn(
    /// The address to come back to.
    #[prop(into)]
    return_to: String,
    /// The address that the provider may fill in (A2).
    #[prop(optional, into)]
    login_hint: Option<String>,
    /// Asks for another account than the one signed in at the provider (I7).
    #[prop(optional)]
    another_account: bool,
    /// Asks for a sign-in of a short while ago (A8).
    #[prop(optional)]
    anew: bool,
    /// The button's words; "Sign in" otherwise.
    #[prop(optional, into)]
    label: Option<String>,
    /// The provider's key; the deployment's first one otherwise.
    #[prop(optional, into)]
    provider: Option<String>,
    #[prop(optional)] kind: Kind,
) -> impl IntoView {
    let label = label.unwrap_or_else(|| td_string!(locale(), ui.sign_in).to_owned());
    let hint = login_hint.map(|hint| view! { <input type="hidden" name="hint" value=hint /> });
    let another = another_account.then(|| view! { <input type="hidden" name="prompt" value="login" /> });
    let anew = anew.then(|| view! { <input type="hidden" name="anew" value="true" /> });
    let provider = provider.map(|key| view! { <input type="hidden" name="provider" value=key /> });
    view! {
        <form method="post" action="/auth/start">
            <input type="hidden" name="return" value=return_to />
            <input type="hidden" name="language" value=language().code() />
            {hint}
            {another}
            {anew}
            {provider}
            <Button kind wide=true>{label}</Button>
        </form>
    }
}
