//! Switching a module of an organization on or off: what it does is told in figures first (O4, P2).

use super::api::{SwitchOff, SwitchOn};
use super::organization::{back_to_card, card_address, kept_card};
use crate::request::{as_permitted, parameter};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, CheckBox, Kind, NoticeBox, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::OrganizationId;
use domain::desk::{ModuleFigures, SupportCard};
use domain::permissions::AllOrganizations;
use leptos::prelude::*;
use locales::{is_one, td_string};
use server_fn::ServerFn as _;

/// `/en/desk/organizations/…/modules/…`
#[component]
pub fn SwitchPage() -> impl IntoView {
    whole(async {
        let card = kept_card().await?;
        let key: String = parameter("module")?;
        let figures = as_permitted(card.id, |permit: Permit<AllOrganizations>| async move {
            permit.module_figures(&key).await
        })
        .await?;
        Ok(if figures.module.eligible { off(&card, &figures) } else { on(&card, &figures) })
    })
}

fn off(card: &SupportCard, figures: &ModuleFigures) -> AnyView {
    let l = locale();
    let name = card.name.in_language(language()).to_owned();
    let module = figures.module.name.in_language(language()).to_owned();
    let lines = figures_shown(figures).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let (id, key) = (card.id, figures.module.key.clone());
    view! {
        <Page
            title=td_string!(l, desk.change.off_title, module = module)
            desk=AtDesk::Organizations
            lede=td_string!(l, desk.change.off_lede, name = name)
            back=back_to_card(card)
        >
            <NoticeBox id="switching" title=td_string!(l, desk.change.off_what) tone=Tone::Warning>
                <ul>{lines}</ul>
                <p>{td_string!(l, desk.change.off_undo)}</p>
            </NoticeBox>
            <form method="post" action=SwitchOff::url()>
                <Hidden id key />
                <Acts id kind=Kind::Warning button=td_string!(l, desk.change.off_button) />
            </form>
        </Page>
    }
    .into_any()
}

fn figures_shown(of: &ModuleFigures) -> Vec<String> {
    let l = locale();
    let one = |n| is_one(language(), n);
    match (of.working, of.people) {
        (0, _) => vec![td_string!(l, desk.change.off_nothing).to_owned()],
        (working, people) => vec![
            match one(working) {
                true => td_string!(l, desk.change.off_profiles_one).to_owned(),
                false => td_string!(l, desk.change.off_profiles_many, n = working),
            },
            match one(people) {
                true => td_string!(l, desk.change.off_people_one).to_owned(),
                false => td_string!(l, desk.change.off_people_many, n = people),
            },
        ],
    }
}

fn on(card: &SupportCard, figures: &ModuleFigures) -> AnyView {
    let l = locale();
    let name = card.name.in_language(language()).to_owned();
    let module = figures.module.name.in_language(language()).to_owned();
    let (id, key) = (card.id, figures.module.key.clone());
    let restore = (figures.waiting > 0).then(|| {
        let label = match is_one(language(), figures.waiting) {
            true => td_string!(l, desk.change.on_restore_one).to_owned(),
            false => td_string!(l, desk.change.on_restore_many, n = figures.waiting),
        };
        let hint = td_string!(l, desk.change.on_restore_hint);
        view! { <CheckBox name="form[restore]" id="restore" label hint checked=true /> }
    });
    view! {
        <Page
            title=td_string!(l, desk.change.on_title, module = module)
            desk=AtDesk::Organizations
            lede=td_string!(l, desk.change.on_lede, name = name)
            back=back_to_card(card)
        >
            <form method="post" action=SwitchOn::url()>
                <Hidden id key />
                {restore}
                <Acts id kind=Kind::Primary button=td_string!(l, desk.change.on_button) />
            </form>
        </Page>
    }
    .into_any()
}

#[component]
fn Hidden(id: OrganizationId, key: String) -> impl IntoView {
    view! {
        <input type="hidden" name="organization" value=id.to_string() />
        <input type="hidden" name="form[module]" value=key />
    }
}

#[component]
fn Acts(id: OrganizationId, kind: Kind, button: &'static str) -> impl IntoView {
    view! {
        <div class="actions">
            <Button kind>{button}</Button>
            <a class="action" href=card_address(id)>{td_string!(locale(), desk.change.cancel)}</a>
        </div>
    }
}
