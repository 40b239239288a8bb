//! The fields of an organization, the same wherever one is opened or edited (O1).

use crate::locale;
use crate::ui::{Choice, EmailInput, Select, TextArea, TextInput, Width, error_of};
use domain::organizations::DetailsForm;
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::td_string;

/// Where the details stand in most forms.
const DETAILS: &str = "form[details]";

/// The name of a field of the details in what is sent.
fn named(within: &str, field: Field) -> String {
    match field {
        Field::Phone(0) => format!("{within}[phone]"),
        Field::Phone(_) => format!("{within}[other_phone]"),
        other => format!("{within}[{}]", other.id()),
    }
}

/// Both names, and the language in which the organization is written to.
#[component]
pub fn IdentityFields(
    form: DetailsForm,
    /// What is said of the names.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    #[prop(into)] problems: Signal<FieldProblems>,
    /// Where the details stand in the form that is sent.
    #[prop(default = DETAILS)]
    within: &'static str,
) -> impl IntoView {
    let l = locale();
    let languages = vec![
        Choice::of("", td_string!(l, organizations.language_both)),
        Choice::of("en", td_string!(l, organizations.language_en)),
        Choice::of("fr", td_string!(l, organizations.language_fr)),
    ];
    view! {
        <TextInput
            name=named(within, Field::NameEn)
            id=Field::NameEn.id()
            label=td_string!(l, organizations.name_en)
            hint
            value=form.name_en
            error=error_of(problems, Field::NameEn)
            lang="en"
        />
        <TextInput
            name=named(within, Field::NameFr)
            id=Field::NameFr.id()
            label=td_string!(l, organizations.name_fr)
            value=form.name_fr
            error=error_of(problems, Field::NameFr)
            lang="fr"
        />
        <Select
            name=named(within, Field::Language)
            id=Field::Language.id()
            label=td_string!(l, organizations.language)
            choices=languages
            value=form.language
            error=error_of(problems, Field::Language)
            width=Width::Medium
        />
    }
}

/// Where the organization is reached.
#[component]
pub fn ReachFields(
    form: DetailsForm,
    #[prop(into)] problems: Signal<FieldProblems>,
    /// Where the details stand in the form that is sent.
    #[prop(default = DETAILS)]
    within: &'static str,
) -> impl IntoView {
    let l = locale();
    view! {
        <EmailInput
            name=named(within, Field::Email)
            id=Field::Email.id()
            label=td_string!(l, organizations.email)
            hint=td_string!(l, organizations.email_hint)
            value=form.email
            error=error_of(problems, Field::Email)
            optional=true
        />
        <div class="field-row">
            <Phone n=0 label=td_string!(l, organizations.phone) value=form.phone problems within />
            <Phone n=1 label=td_string!(l, organizations.other_phone) value=form.other_phone problems within />
        </div>
        <TextArea
            name=named(within, Field::PostalAddress)
            id=Field::PostalAddress.id()
            label=td_string!(l, organizations.postal_address)
            hint=td_string!(l, organizations.postal_address_hint)
            value=form.postal_address
            error=error_of(problems, Field::PostalAddress)
            optional=true
            rows=3
        />
        <TextArea
            name=named(within, Field::CivicAddress)
            id=Field::CivicAddress.id()
            label=td_string!(l, organizations.civic_address)
            hint=td_string!(l, organizations.civic_address_hint)
            value=form.civic_address
            error=error_of(problems, Field::CivicAddress)
            optional=true
            rows=3
        />
    }
}

#[component]
fn Phone(
    n: u8,
    label: &'static str,
    value: String,
    problems: Signal<FieldProblems>,
    within: &'static str,
) -> impl IntoView {
    let field = Field::Phone(n);
    view! {
        <TextInput
            name=named(within, field)
            id=field.id()
            label
            value
            error=error_of(problems, field)
            kind="tel"
            inputmode="tel"
            optional=true
        />
    }
}

/// The numbers by which others know it.
#[component]
pub fn IdentifierFields(
    form: DetailsForm,
    #[prop(into)] problems: Signal<FieldProblems>,
    /// Where the details stand in the form that is sent.
    #[prop(default = DETAILS)]
    within: &'static str,
) -> impl IntoView {
    let l = locale();
    view! {
        <TextInput
            name=named(within, Field::BusinessNumber)
            id=Field::BusinessNumber.id()
            label=td_string!(l, organizations.business_number)
            hint=td_string!(l, organizations.business_number_hint)
            value=form.business_number
            error=error_of(problems, Field::BusinessNumber)
            optional=true
            width=Width::Medium
        />
        <TextInput
            name=named(within, Field::RegistryNumber)
            id=Field::RegistryNumber.id()
            label=td_string!(l, organizations.registry_number)
            hint=td_string!(l, organizations.registry_number_hint)
            value=form.registry_number
            error=error_of(problems, Field::RegistryNumber)
            optional=true
            width=Width::Medium
        />
    }
}
