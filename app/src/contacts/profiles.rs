//! The security profiles on a contact's page: those held, those that may be given, and why the others may not
//! (P3, P7, C8).

use crate::ui::{CheckBox, CheckBoxes, Details, SummaryList, SummaryRow, TextInput, Width, error_of};
use crate::{language, locale};
use domain::catalogue::{Grantable, ModuleChoices, ProfileChoice};
use domain::contacts::{ContactCard, HeldProfile};
use domain::grants::GrantsForm;
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::{person, td_string};

/// What a contact holds, for those who only look.
pub fn held(held: &[HeldProfile]) -> AnyView {
    let l = locale();
    let list = if held.is_empty() {
        view! { <p>{td_string!(l, contacts.card.profiles_none)}</p> }.into_any()
    } else {
        let rows: Vec<_> = held
            .iter()
            .map(|profile| {
                let name = profile.name.in_language(language()).to_owned();
                let granted = granted(profile);
                view! { <SummaryRow term=name>{granted}</SummaryRow> }
            })
            .collect();
        view! { <SummaryList>{rows}</SummaryList> }.into_any()
    };
    view! {
        <section aria-labelledby="profiles-held">
            <h2 id="profiles-held">{td_string!(l, contacts.card.profiles)}</h2>
            {list}
        </section>
    }
    .into_any()
}

/// "Suspended – granted by Alice Aucoin on May 3, 2026 – until March 31, 2027"
pub fn granted(profile: &HeldProfile) -> String {
    let l = locale();
    let date = profile.granted_at.text.in_language(language());
    let granted = match &profile.granted_by {
        Some(name) => td_string!(l, contacts.card.granted_by, name = person(name, language()), date = date),
        None => td_string!(l, contacts.card.granted, date = date),
    };
    let mut parts = Vec::new();
    if profile.suspended {
        parts.push(td_string!(l, contacts.card.suspended).to_owned());
    }
    parts.push(granted);
    if let Some(until) = &profile.until {
        parts.push(td_string!(l, contacts.card.until, date = until.text.in_language(language())));
    }
    parts.join(" – ")
}

/// The profiles of one contact, in the form of its page.
#[component]
pub fn Profiles(
    card: ContactCard,
    choices: Vec<ModuleChoices>,
    /// What was ticked before, when the form comes back.
    ticks: Option<GrantsForm>,
    #[prop(into)] problems: Signal<FieldProblems>,
    /// The address of the contact's page.
    address: String,
) -> impl IntoView {
    let l = locale();
    if !card.linked {
        // Without an account nobody can use a profile: those held wait, and an invitation gives new ones.
        return held(&card.held);
    }
    let coming_back = !card.line.active;
    let scene = Scene { card: &card, ticks: ticks.as_ref(), problems, address: &address };
    let shown = choices.iter().filter_map(|module| scene.module(module)).collect::<Vec<_>>();
    let unlisted = scene.unlisted(&choices);
    let (legend, hint) = if coming_back {
        (td_string!(l, contacts.card.reactivate_title), td_string!(l, contacts.card.reactivate_lede))
    } else {
        (td_string!(l, contacts.card.profiles), td_string!(l, contacts.card.profiles_hint))
    };
    let added = ticks.as_ref().map(|ticks| ticks.added_until.clone()).unwrap_or_default();
    view! {
        <CheckBoxes id=Field::Profiles.id() legend large=true hint error=error_of(problems, Field::Profiles)>
            {(!coming_back).then(|| view! { <input type="hidden" name="form[grants][shown]" value="true" /> })}
            {shown}
            {unlisted}
            <TextInput
                name="form[grants][added_until]"
                id=Field::EndsOn(0).id()
                label=td_string!(l, contacts.card.added_until)
                hint=td_string!(l, contacts.card.added_until_hint)
                value=added
                error=error_of(problems, Field::EndsOn(0))
                kind="date"
                width=Width::Short
                optional=true
            />
        </CheckBoxes>
    }
    .into_any()
}

/// What the boxes are drawn from.
struct Scene<'a> {
    card: &'a ContactCard,
    ticks: Option<&'a GrantsForm>,
    problems: Signal<FieldProblems>,
    address: &'a str,
}

impl Scene<'_> {
    fn held(&self, key: &str) -> Option<(usize, &HeldProfile)> {
        self.card.held.iter().enumerate().find(|(_, held)| held.key == key)
    }

    /// One module with its boxes; while coming back only the suspended ones.
    fn module(&self, module: &ModuleChoices) -> Option<AnyView> {
        let boxes: Vec<AnyView> = module
            .profiles
            .iter()
            .filter(|choice| self.card.line.active || self.held(&choice.key).is_some())
            .map(|choice| self.choice(choice))
            .collect();
        if boxes.is_empty() {
            return None;
        }
        let legend = module.name.in_language(language()).to_owned();
        let concerns =
            |choice: &ProfileChoice| choice.grantable == Grantable::Yes || self.held(&choice.key).is_some();
        if !module.profiles.iter().any(concerns) {
            // Nothing here is one's own to decide: it waits folded.
            let summary = td_string!(locale(), contacts.card.beyond_reach, module = legend);
            return Some(view! { <Details summary>{boxes}</Details> }.into_any());
        }
        let id = format!("module-{}", module.key);
        Some(view! { <CheckBoxes id legend inner=true>{boxes}</CheckBoxes> }.into_any())
    }

    fn choice(&self, choice: &ProfileChoice) -> AnyView {
        let held = self.held(&choice.key);
        let active = held.is_some_and(|(_, held)| !held.suspended);
        let ticked = self.ticks.map_or(active, |ticks| ticks.ticked.contains(&choice.key));
        // What takes two to give, one takes away.
        let within_reach = match choice.grantable {
            Grantable::Yes => true,
            Grantable::ByTwo => active,
            Grantable::OnlySupport | Grantable::OnlyItsAdministrators => false,
        };
        let ask = choice.asked_for() && !active && (held.is_none() || choice.by_two);
        view! {
            <CheckBox
                name="form[grants][ticked][]"
                id=format!("profile-{}", choice.key.replace('.', "-"))
                label=choice.name.in_language(language()).to_owned()
                hint=explained(choice, held.map(|(_, held)| held))
                value=choice.key.clone()
                checked=if within_reach { ticked } else { active }
                disabled=!within_reach
            />
            {self.end(choice, held)}
            {ask.then(|| self.ask(choice))}
        }
        .into_any()
    }

    /// The last day of a profile that works, for those who may change it (P7).
    fn end(&self, choice: &ProfileChoice, held: Option<(usize, &HeldProfile)>) -> Option<AnyView> {
        let (n, held) = held.filter(|(_, held)| !held.suspended)?;
        if choice.grantable != Grantable::Yes {
            return None;
        }
        let field = Field::EndsOn(u8::try_from(n + 1).unwrap_or(u8::MAX));
        let kept = held.until.as_ref().map(|date| date.machine.clone()).unwrap_or_default();
        let typed = self.ticks.and_then(|ticks| ticks.ends.iter().find(|end| end.profile == choice.key));
        let value = typed.map_or(kept, |end| end.until.clone());
        let name = choice.name.in_language(language()).to_owned();
        Some(
            view! {
                <div class="under-choice">
                    <input type="hidden" name=format!("form[grants][ends][{n}][profile]") value=choice.key.clone() />
                    <TextInput
                        name=format!("form[grants][ends][{n}][until]")
                        id=field.id()
                        label=td_string!(locale(), contacts.card.last_day, name = name)
                        value
                        error=error_of(self.problems, field)
                        kind="date"
                        width=Width::Short
                        optional=true
                    />
                </div>
            }
            .into_any(),
        )
    }

    /// P3: what one may not grant can be asked of Support.
    fn ask(&self, choice: &ProfileChoice) -> AnyView {
        let l = locale();
        let href = format!("{}/ask?profile={}", self.address, choice.key);
        let name = td_string!(l, contacts.of, name = choice.name.in_language(language()));
        let label = match choice.by_two {
            true => td_string!(l, contacts.card.ask_second),
            false => td_string!(l, contacts.card.ask_support),
        };
        view! {
            <p class="under-choice">
                <a class="action" href=href>
                    {label}<span class="visually-hidden">{name}</span>
                </a>
            </p>
        }
        .into_any()
    }

    /// What is held of modules that are not offered here any more (P2).
    fn unlisted(&self, choices: &[ModuleChoices]) -> Option<AnyView> {
        let offered = |key: &str| choices.iter().flat_map(|module| &module.profiles).any(|c| c.key == key);
        let rest: Vec<_> = self.card.held.iter().filter(|held| !offered(&held.key)).collect();
        if rest.is_empty() {
            return None;
        }
        let rows = rest.into_iter().map(|held| {
            let (name, granted) = (held.name.in_language(language()).to_owned(), granted(held));
            view! { <SummaryRow term=name>{granted}</SummaryRow> }
        });
        let rows = rows.collect_view();
        Some(view! { <SummaryList>{rows}</SummaryList> }.into_any())
    }
}

/// What a profile permits, since when it is held, and why it cannot be ticked when it cannot (P3).
fn explained(choice: &ProfileChoice, held: Option<&HeldProfile>) -> String {
    let mut sentences = vec![crate::invitations::island::explained(choice, language())];
    if let Some(held) = held {
        sentences.push(format!("({})", granted(held)));
    }
    sentences.join(" ")
}
