//! What takes something from somebody: withdrawing, another edition, another signatory, a draft thrown away. Each says
//! its consequences in figures before, and how to go on after (S4).

use super::api::{DiscardAgreement, ReplaceSignatory, ReviseAgreement, WithdrawAgreement};
use super::card::card_of_address;
use super::form::preparer;
use super::list::agreement_address;
use super::people::matches;
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{as_permitted, draft, parameter, query};
use crate::shell::{Here, Page, organization_of_address, whole};
use crate::ui::{Button, Choice, Kind, Link, LinkButton, Select, TextArea, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::agreements::{AgreementCard, REASON, ReasonForm, ReplaceForm, SignatoryChoice, SignatoryState};
use domain::fold::words;
use domain::organizations::OrganizationFrame;
use domain::permissions::PrepareAgreements;
use domain::{Field, FieldProblems, OrganizationId, Problem, SignatoryId};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// How many people one chooses from at once.
const MANY: usize = 60;

/// The agreement of the address, for those who prepare, while the act is still open.
async fn open_for(
    organization: OrganizationId,
    open: fn(&AgreementCard) -> bool,
) -> Result<(OrganizationFrame, AgreementCard), Failure> {
    let frame = preparer(organization).await?;
    let card = card_of_address(organization).await?;
    if open(&card) { Ok((frame, card)) } else { Err(Problem::AgreementPassed.into()) }
}

fn title_of(card: &AgreementCard) -> String {
    card.titles.in_language(language()).to_owned()
}

fn back_to(card: &AgreementCard) -> Link {
    Link::to(agreement_address(card.organization.id, card.id), title_of(card))
}

/// What of it ends with the act: signatures, links, people who are told.
fn consequences(card: &AgreementCard) -> impl IntoView + use<> {
    let l = locale();
    let many = |state: SignatoryState| card.signatories.iter().filter(|one| one.state == state).count();
    let (signed, links) = (many(SignatoryState::Signed), many(SignatoryState::Invited));
    view! {
        <dl class="facts">
            <div><dt>{td_string!(l, agreements.withdraw.signed)}</dt><dd>{signed}</dd></div>
            <div><dt>{td_string!(l, agreements.withdraw.links)}</dt><dd>{links}</dd></div>
            <div><dt>{td_string!(l, agreements.withdraw.told)}</dt><dd>{signed + links}</dd></div>
        </dl>
    }
}

/// What every form here names.
fn about(card: &AgreementCard) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="organization" value=card.organization.id.to_string() />
        <input type="hidden" name="agreement" value=card.id.to_string() />
    }
}

/// The decision, and the way not to take it.
fn decision(
    card: &AgreementCard,
    kind: Kind,
    confirm: &'static str,
    keep: &'static str,
) -> impl IntoView + use<> {
    let href = agreement_address(card.organization.id, card.id);
    view! {
        <div class="actions">
            <Button kind>{confirm}</Button>
            <LinkButton href kind=Kind::Secondary>{keep}</LinkButton>
        </div>
    }
}

/// `/en/organizations/…/agreements/…/withdraw`
#[component]
pub fn WithdrawPage() -> impl IntoView {
    whole(async {
        let (organization, card) = open_for(organization_of_address()?, |card| card.may.withdraw).await?;
        let draft: Option<Draft<ReasonForm>> = draft("agreements/withdraw").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let typed = draft.map(|draft| draft.form.reason).unwrap_or_default();
        let l = locale();
        let (confirm, keep) =
            (td_string!(l, agreements.withdraw.confirm), td_string!(l, agreements.withdraw.keep));
        Ok(view! {
            <Page
                title=td_string!(l, agreements.withdraw.title, title = title_of(&card))
                organization
                here=Here::Agreements
                lede=td_string!(l, agreements.withdraw.lede)
                back=back_to(&card)
                problems=problems.clone()
            >
                {consequences(&card)}
                <form method="post" action=WithdrawAgreement::url() novalidate>
                    {about(&card)}
                    <TextArea
                        name="form[reason]"
                        id=Field::Reason.id()
                        label=td_string!(l, agreements.withdraw.reason)
                        hint=td_string!(l, agreements.withdraw.reason_hint)
                        value=typed
                        maxlength=REASON
                        error=error_of(problems.into(), Field::Reason)
                    />
                    <p class="hint">{td_string!(l, agreements.withdraw.after)}</p>
                    {decision(&card, Kind::Warning, confirm, keep)}
                </form>
            </Page>
        }
        .into_any())
    })
}

/// `/en/organizations/…/agreements/…/revise`
#[component]
pub fn RevisePage() -> impl IntoView {
    whole(async {
        let (organization, card) = open_for(organization_of_address()?, |card| card.may.revise).await?;
        let l = locale();
        let (confirm, keep) =
            (td_string!(l, agreements.revise.confirm), td_string!(l, agreements.revise.keep));
        Ok(view! {
            <Page
                title=td_string!(l, agreements.revise.title, title = title_of(&card))
                organization
                here=Here::Agreements
                lede=td_string!(l, agreements.revise.lede)
                back=back_to(&card)
            >
                {consequences(&card)}
                <form method="post" action=ReviseAgreement::url()>
                    {about(&card)}
                    <p class="hint">{td_string!(l, agreements.revise.after)}</p>
                    {decision(&card, Kind::Warning, confirm, keep)}
                </form>
            </Page>
        }
        .into_any())
    })
}

/// `/en/organizations/…/agreements/…/discard`
#[component]
pub fn DiscardPage() -> impl IntoView {
    whole(async {
        let (organization, card) = open_for(organization_of_address()?, |card| card.may.discard).await?;
        let l = locale();
        let (confirm, keep) =
            (td_string!(l, agreements.discard.confirm), td_string!(l, agreements.discard.keep));
        Ok(view! {
            <Page
                title=td_string!(l, agreements.discard.title, title = title_of(&card))
                organization
                here=Here::Agreements
                lede=td_string!(l, agreements.discard.lede)
                back=back_to(&card)
            >
                <form method="post" action=DiscardAgreement::url()>
                    {about(&card)}
                    {decision(&card, Kind::Warning, confirm, keep)}
                </form>
            </Page>
        }
        .into_any())
    })
}

/// `/en/organizations/…/agreements/…/replace/…`
#[component]
pub fn ReplacePage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let signatory: SignatoryId = parameter("signatory")?;
        let (organization, card) = open_for(id, |card| card.may.replace).await?;
        let one = card.signatories.iter().find(|one| one.id == signatory && one.state.is_awaited());
        let Some(one) = one else { return Err(Problem::NotFound.into()) };
        let choices = as_permitted(id, |permit: Permit<PrepareAgreements>| async move {
            permit.signatories_to_choose().await
        })
        .await?;
        let draft: Option<Draft<ReplaceForm>> = draft("agreements/replace").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let chosen = draft.map(|draft| draft.form.by).unwrap_or_default();
        let l = locale();
        let name = locales::person(&one.name, language());
        let body = replacing(&card, signatory, &choices, chosen, problems.clone());
        Ok(view! {
            <Page
                title=td_string!(l, agreements.replace.title, name = name)
                organization
                here=Here::Agreements
                lede=td_string!(l, agreements.replace.lede)
                back=back_to(&card)
                problems
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

fn replacing(
    card: &AgreementCard,
    signatory: SignatoryId,
    choices: &[SignatoryChoice],
    chosen: String,
    problems: FieldProblems,
) -> impl IntoView + use<> {
    let l = locale();
    let named_already =
        |choice: &SignatoryChoice| card.signatories.iter().any(|one| one.contact == choice.contact);
    let others: Vec<&SignatoryChoice> = choices.iter().filter(|choice| !named_already(choice)).collect();
    let finding = (others.len() > MANY).then(|| finding(card, signatory));
    let asked = words(&query("q").unwrap_or_default());
    let found = others.into_iter().filter(|choice| matches(&asked, choice)).take(MANY);
    let found: Vec<Choice> = found.map(named).collect();
    if found.is_empty() {
        return view! { {finding} <p role="status">{td_string!(l, agreements.replace.none)}</p> }.into_any();
    }
    let first = Choice::of("", td_string!(l, agreements.replace.choose));
    let found: Vec<Choice> = [first].into_iter().chain(found).collect();
    let (confirm, keep) = (td_string!(l, agreements.replace.confirm), td_string!(l, agreements.replace.keep));
    view! {
        {finding}
        <form method="post" action=ReplaceSignatory::url() novalidate>
            {about(card)}
            <input type="hidden" name="signatory" value=signatory.to_string() />
            <Select
                name="form[by]"
                id=Field::Contact.id()
                label=td_string!(l, agreements.replace.by)
                choices=found
                value=chosen
                error=error_of(problems.into(), Field::Contact)
            />
            {decision(card, Kind::Warning, confirm, keep)}
        </form>
    }
    .into_any()
}

/// The search for somebody, where there are too many to choose from at once.
fn finding(card: &AgreementCard, signatory: SignatoryId) -> impl IntoView + use<> {
    let l = locale();
    let action = format!("{}/replace/{signatory}", agreement_address(card.organization.id, card.id));
    view! {
        <search>
            <form class="search-panel" method="get" action=action>
                <div class="field grow">
                    <label for="q">{td_string!(l, agreements.form.find)}</label>
                    <input type="search" id="q" name="q" value=query("q").unwrap_or_default() autocomplete="off" />
                </div>
                <button class="button secondary">{td_string!(l, agreements.form.find_button)}</button>
            </form>
        </search>
    }
}

/// "Bruno Boudreau, bruno@example.org": two people may have the same name.
fn named(choice: &SignatoryChoice) -> Choice {
    let name = locales::person(&choice.name, language());
    let house = choice.operator.then(|| choice.organization_name.in_language(language()).to_owned());
    let label = [Some(name), house, Some(choice.email.to_string())];
    Choice::of(choice.contact.to_string(), label.into_iter().flatten().collect::<Vec<_>>().join(", "))
}
