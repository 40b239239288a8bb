//! An administrator for an organization that has none (C10).

use super::api::Recover;
use super::organization::{back_to_card, card_address, kept_card};
use super::states::Reason;
use crate::contacts::page::list_address;
use crate::form::Draft;
use crate::request::{as_permitted, draft};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, Choice, RadioButtons, Select, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::desk::RecoveryForm;
use domain::permissions::KeepOrganizations;
use domain::{Field, FieldProblems, OrganizationId};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/desk/organizations/…/recover`
#[component]
pub fn RecoverPage() -> impl IntoView {
    whole(async {
        let card = kept_card().await?;
        let (people, profiles) =
            as_permitted(
                card.id,
                |permit: Permit<KeepOrganizations>| async move { permit.recoverable().await },
            )
            .await?;
        let draft: Option<Draft<RecoveryForm>> = draft("desk/recover").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let name = card.name.in_language(language()).to_owned();
        let people: Vec<_> =
            people.into_iter().map(|one| Choice::of(one.contact.to_string(), one.name)).collect();
        let profiles = profiles.into_iter().map(|(key, name)| Choice::of(key, name.in_language(language())));
        let profiles: Vec<_> = profiles.collect();
        let body = if people.is_empty() {
            let href = format!("{}/add", list_address(card.id));
            view! {
                <p>{td_string!(l, desk.change.recover_nobody)}</p>
                <p class="actions"><a class="action" href=href>{td_string!(l, desk.change.recover_add)}</a></p>
            }
            .into_any()
        } else {
            let id = card.id;
            view! { <RecoveryFields id form people profiles problems=problems.clone() /> }.into_any()
        };
        Ok(view! {
            <Page
                title=td_string!(l, desk.change.recover_title, name = name)
                desk=AtDesk::Organizations
                lede=td_string!(l, desk.change.recover_lede)
                back=back_to_card(&card)
                problems
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

#[component]
fn RecoveryFields(
    id: OrganizationId,
    form: RecoveryForm,
    people: Vec<Choice>,
    profiles: Vec<Choice>,
    problems: FieldProblems,
) -> impl IntoView {
    let l = locale();
    let profile = match (form.profile.is_empty(), profiles.first()) {
        (true, Some(first)) => first.value.clone(),
        _ => form.profile,
    };
    view! {
        <form method="post" action=Recover::url() novalidate>
            <input type="hidden" name="organization" value=id.to_string() />
            <Select
                name="form[contact]"
                id=Field::Contact.id()
                label=td_string!(l, desk.change.recover_contact)
                choices=people
                value=form.contact
                error=error_of(problems.clone().into(), Field::Contact)
            />
            <RadioButtons
                name="form[profile]"
                id=Field::Profiles.id()
                legend=td_string!(l, desk.change.recover_profile)
                choices=profiles
                value=profile
                error=error_of(problems.clone().into(), Field::Profiles)
            />
            <Reason reason=form.reason problems hint=td_string!(l, desk.change.recover_reason_hint) />
            <div class="actions">
                <Button>{td_string!(l, desk.change.recover_button)}</Button>
                <a class="action" href=card_address(id)>{td_string!(l, desk.change.cancel)}</a>
            </div>
        </form>
    }
}
