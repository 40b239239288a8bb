//! The page of one's ways in (A7).

use super::api::RemoveWay;
use crate::request::{self, as_signed_in, login_in_use};
use crate::shell::{Page, whole};
use crate::ui::{Button, Kind, Link, SummaryList, SummaryRow, Tag};
use crate::{language, locale};
use backend::sign_in::WayIn;
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/home/ways-in`
#[component]
pub fn WaysInPage() -> impl IntoView {
    whole(async {
        let l = locale();
        let used = login_in_use().await?;
        let ways = as_signed_in(|person| async move { person.ways_in(used.as_ref()).await }).await?;
        let several = ways.len() > 1;
        let back = Link::to(format!("/{}/home", language().code()), td_string!(l, shell.your_organizations));
        let mut others = request::portal().sign_in_choices();
        others.retain(|(_, name)| ways.iter().all(|way| way.provider != *name));
        let rows = ways.into_iter().map(|way| row(way, several)).collect_view();
        let ways_to_add = others.into_iter().map(|(key, name)| {
            let name = name.in_language(language()).to_owned();
            view! {
                <form method="post" action="/auth/add-way">
                    <input type="hidden" name="language" value=language().code() />
                    <input type="hidden" name="provider" value=key />
                    <Button kind=Kind::Secondary wide=true>{td_string!(l, ways_in.add_which, provider = name)}</Button>
                </form>
            }
        });
        let ways_to_add = ways_to_add.collect_view();
        let add = (!ways_to_add.is_empty()).then(|| {
            view! {
                <h2>{td_string!(l, ways_in.add)}</h2>
                <p>{td_string!(l, ways_in.add_what)}</p>
                {ways_to_add}
            }
        });
        Ok(view! {
            <Page title=td_string!(l, ways_in.title) lede=td_string!(l, ways_in.lede) back>
                <SummaryList>{rows}</SummaryList>
                {add}
            </Page>
        }
        .into_any())
    })
}

/// A way in; whoever has another one, and does not use this one now, may remove it.
fn row(way: WayIn, several: bool) -> impl IntoView {
    let l = locale();
    let provider = way.provider.in_language(language()).to_owned();
    let label = td_string!(l, ways_in.remove_which, provider = provider.clone());
    let action = (several && !way.in_use).then(|| {
        view! {
            <form method="post" action=RemoveWay::url()>
                <input type="hidden" name="way" value=way.key />
                <button class="action" aria-label=label>{td_string!(l, ways_in.remove)}</button>
            </form>
        }
        .into_any()
    });
    let tag = way.in_use.then(|| view! { " " <Tag label=td_string!(l, ways_in.in_use) /> });
    match action {
        Some(action) => view! { <SummaryRow term=provider action>{way.email}{tag}</SummaryRow> }.into_any(),
        None => view! { <SummaryRow term=provider>{way.email}{tag}</SummaryRow> }.into_any(),
    }
}
