//! The home of an account: its organizations (R10).

use crate::request::{self, Who};
use crate::shell::{Page, whole};
use crate::ui::Empty;
use crate::{language, locale};
use domain::Problem;
use leptos::prelude::*;
use locales::td_string;

/// `/en/home`. Who belongs to one organization only goes there at once.
#[component]
pub fn AccountHome() -> impl IntoView {
    whole(async {
        let who = use_context::<Who>().unwrap_or_default();
        if who.account.is_none() {
            return Err(Problem::SignInNeeded.into());
        }
        let l = locale();
        if let [only] = who.organizations.as_slice() {
            request::redirect(&format!("/{}/organizations/{}", language().code(), only.id));
        }
        if who.organizations.is_empty() {
            return Ok(view! {
                <Page title=td_string!(l, home.account_title)>
                    <Empty title=td_string!(l, home.no_organization)>
                        <p>{td_string!(l, home.no_organization_what)}</p>
                    </Empty>
                </Page>
            }
            .into_any());
        }
        let tiles = who.organizations.into_iter().map(|choice| {
            let href = format!("/{}/organizations/{}", language().code(), choice.id);
            view! { <li><a class="tile" href=href><strong>{choice.name.in_language(language()).to_owned()}</strong></a></li> }
        });
        let tiles = tiles.collect_view();
        Ok(view! {
            <Page title=td_string!(l, home.account_title) lede=td_string!(l, home.account_lede)>
                <ul class="tiles">{tiles}</ul>
            </Page>
        }
        .into_any())
    })
}
