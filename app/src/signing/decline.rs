//! The page on which somebody says that they will not sign, and why (S3): what follows is told before.

use super::api::{DECLINE, DeclineByLink, DeclineOwn};
use super::landing::ask;
use super::page::{facts, showing, whose};
use super::way::Way;
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{draft, parameter};
use crate::shell::{Page, whole};
use crate::ui::{Button, Kind, Link, TextArea, error_of};
use crate::{language, locale};
use domain::Field;
use domain::agreements::{DeclineForm, REASON, SigningState};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/agreement/…/decline`
#[component]
pub fn DeclineByLinkPage() -> impl IntoView {
    whole(async { declining(Way::Link(parameter("token")?)).await })
}

/// `/en/to-sign/…/decline`
#[component]
pub fn DeclineOwnPage() -> impl IntoView {
    whole(async { declining(Way::Own(parameter("signatory")?)).await })
}

async fn declining(way: Way) -> Result<AnyView, Failure> {
    let card = way.card().await?;
    if card.state != SigningState::MayRead {
        return showing(way).await;
    }
    let typed: Option<Draft<DeclineForm>> = draft(DECLINE).await;
    let problems = typed.as_ref().map(Draft::problems).unwrap_or_default();
    let reason = typed.map(|draft| draft.form.reason).unwrap_or_default();
    let l = locale();
    let faults = Signal::stored(problems.clone());
    let action = match way {
        Way::Link(_) => DeclineByLink::url(),
        Way::Own(_) => DeclineOwn::url(),
    };
    let back = Link::to(way.address(language()), td_string!(l, signing.decline.back));
    Ok(view! {
        <Page
            title=td_string!(l, signing.decline.title)
            lede=td_string!(l, signing.decline.lede)
            back
            problems
        >
            {facts(&card)}
            <form method="post" action=action novalidate>
                {whose(&way)}
                <TextArea
                    name="form[reason]"
                    id=Field::Reason.id()
                    label=td_string!(l, signing.decline.reason)
                    hint=td_string!(l, signing.decline.reason_hint)
                    value=reason
                    maxlength=REASON
                    error=error_of(faults, Field::Reason)
                />
                <Button kind=Kind::Warning>{td_string!(l, signing.decline.send)}</Button>
            </form>
            {ask(&card.whom_to_ask)}
        </Page>
    }
    .into_any())
}
