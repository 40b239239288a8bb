//! Closing one's account (A9).

use super::api::CloseAccount;
use super::page::{of_account, own_address, to_account};
use crate::form::Draft;
use crate::request::{at_provider, draft};
use crate::shell::{Page, public};
use crate::ui::{Button, CheckBox, Kind, Panel, error_of};
use crate::{language, locale};
use domain::accounts::own::{AccountPage, CloseForm, ClosingCard, NeededFor};
use domain::{Bilingual, Field};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/identity/account/close`
#[component]
pub fn ClosePage() -> impl IntoView {
    of_account(AccountPage::Close, async {
        let card = at_provider(|desk| async move { desk.closing().await }).await?;
        let draft: Option<Draft<CloseForm>> = draft("own_account/close").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let sure = error_of(Signal::stored(problems.clone()), Field::Sure);
        let form = card.needed_by.is_empty().then(|| {
            view! {
                <form method="post" action=CloseAccount::url() novalidate>
                    <CheckBox
                        name="form[sure]"
                        id="sure"
                        value="true"
                        label=td_string!(l, own_account.close_sure)
                        error=sure
                    />
                    <div class="actions">
                        <Button kind=Kind::Warning>{td_string!(l, own_account.close_button)}</Button>
                        <a class="action" href=own_address(AccountPage::Overview)>{td_string!(l, own_account.cancel)}</a>
                    </div>
                </form>
            }
        });
        let what = what(card);
        Ok(view! {
            <Page
                title=td_string!(l, own_account.close)
                lede=td_string!(l, own_account.close_lede)
                back=to_account()
                problems=problems
            >
                {what}
                {form}
            </Page>
        }
        .into_any())
    })
}

/// What goes with the account, or what stands in the way.
fn what(card: ClosingCard) -> AnyView {
    let l = locale();
    if !card.needed_by.is_empty() {
        let rows = card.needed_by.into_iter().map(needed).collect_view();
        return view! {
            <h2>{td_string!(l, own_account.close_needed)}</h2>
            <ul>{rows}</ul>
        }
        .into_any();
    }
    if card.another_way {
        return view! { <p>{td_string!(l, own_account.close_another_way)}</p> }.into_any();
    }
    if card.leaves.is_empty() {
        return view! { <p>{td_string!(l, own_account.close_nothing)}</p> }.into_any();
    }
    let rows =
        card.leaves.into_iter().map(|name| view! { <li>{name.in_language(language()).to_owned()}</li> });
    let rows = rows.collect_view();
    view! {
        <h2>{td_string!(l, own_account.close_leaves)}</h2>
        <ul>{rows}</ul>
        <p>{td_string!(l, own_account.close_leaves_what)}</p>
    }
    .into_any()
}

fn needed((name, why): (Bilingual, NeededFor)) -> impl IntoView {
    let (l, name) = (locale(), name.in_language(language()).to_owned());
    let sentence = match why {
        NeededFor::PrimaryContact => td_string!(l, own_account.close_primary, organization = name),
        NeededFor::Administration => td_string!(l, own_account.close_administration, organization = name),
    };
    view! { <li>{sentence}</li> }
}

/// `/en/identity/account-closed`
#[component]
pub fn ClosedPage() -> impl IntoView {
    public(|| {
        let l = locale();
        let title = td_string!(l, own_account.closed_title);
        view! {
            <Page title bare=true>
                <Panel title><p>{td_string!(l, own_account.closed_text)}</p></Panel>
            </Page>
        }
    })
}
