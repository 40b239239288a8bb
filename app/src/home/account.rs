//! The home of an account: its organizations, and what waits in each (R10).

use crate::request::{self, Who, as_signed_in};
use crate::shell::{Page, whole};
use crate::ui::Empty;
use crate::{language, locale};
use domain::Problem;
use domain::organizations::{OrganizationTile, Waits};
use leptos::prelude::*;
use locales::{is_one, td_string};

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
        let mut homes = as_signed_in(|person| async move { person.homes().await }).await?;
        homes.sort_by_cached_key(|tile| tile.choice.place_in_list(language()));
        let tiles = homes.into_iter().map(tile).collect_view();
        Ok(view! {
            <Page title=td_string!(l, home.account_title) lede=td_string!(l, home.account_lede)>
                <ul class="tiles">{tiles}</ul>
            </Page>
        }
        .into_any())
    })
}

fn tile(tile: OrganizationTile) -> impl IntoView {
    let href = format!("/{}/organizations/{}", language().code(), tile.choice.id);
    let name = tile.choice.name.in_language(language()).to_owned();
    view! { <li><a class="tile" href=href><strong>{name}</strong><span>{waits(&tile.waits)}</span></a></li> }
}

/// What waits there, in one line.
fn waits(waits: &Waits) -> String {
    let l = locale();
    match waits.total() {
        0 => td_string!(l, home.waits_nothing).to_owned(),
        many if is_one(language(), many) => td_string!(l, home.waits_one).to_owned(),
        many => td_string!(l, home.waits_many, count = many),
    }
}
