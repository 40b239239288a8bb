//! The fields of a contact, the same wherever one is added or changed (C2, C3).

use crate::locale;
use crate::ui::{CheckBox, Choice, EmailInput, Select, TextInput, Width, error_of};
use domain::contacts::{ContactForm, PHONES, PhoneForm, PhoneKind};
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::{Locale, td_string};

/// Every field, filled with what is known, named so that the form they stand in sends a `ContactForm` as `name`.
#[component]
pub fn ContactFields(
    /// The name of the form in what is sent: `form` gives `form[last_name]`.
    name: &'static str,
    form: ContactForm,
    /// O4: office location, position type and FTE are required (C3).
    tracks_clients: bool,
    #[prop(into)] problems: Signal<FieldProblems>,
) -> impl IntoView {
    let l = locale();
    let error = move |field| error_of(problems, field);
    let named = move |field: Field| format!("{name}[{}]", field.id());
    let one_name = form.one_name == "true";
    let work = tracks_clients.then(|| td_string!(l, contacts.form.work_hint));
    view! {
        <div class="field-row">
            <TextInput
                name=named(Field::LastName)
                id=Field::LastName.id()
                label=td_string!(l, contacts.form.last_name)
                value=form.last_name
                error=error(Field::LastName)
                autocomplete="off"
            />
            <TextInput
                name=named(Field::FirstName)
                id=Field::FirstName.id()
                label=td_string!(l, contacts.form.first_name)
                value=form.first_name
                error=error(Field::FirstName)
                autocomplete="off"
            />
        </div>
        <CheckBox
            name=format!("{name}[one_name]")
            id="one_name"
            label=td_string!(l, contacts.form.one_name)
            hint=td_string!(l, contacts.form.one_name_hint)
            checked=one_name
        />
        <EmailInput
            name=named(Field::Email)
            id=Field::Email.id()
            label=td_string!(l, contacts.form.email)
            hint=td_string!(l, contacts.form.email_hint)
            value=form.email
            error=error(Field::Email)
        />
        <LanguageField name value=form.language problems />
        <TextInput
            name=named(Field::Title)
            id=Field::Title.id()
            label=td_string!(l, contacts.form.title)
            hint=td_string!(l, contacts.form.title_hint)
            value=form.title
            error=error(Field::Title)
            optional=true
            spellcheck=true
        />
        <Phones name phones=form.phones problems />
        <fieldset class="fieldset">
            <legend>{td_string!(l, contacts.form.work)}</legend>
            {work.map(|hint| view! { <p class="hint">{hint}</p> })}
            <TextInput
                name=named(Field::OfficeLocation)
                id=Field::OfficeLocation.id()
                label=td_string!(l, contacts.form.office_location)
                value=form.office_location
                error=error(Field::OfficeLocation)
                optional=!tracks_clients
            />
            <TextInput
                name=named(Field::PositionType)
                id=Field::PositionType.id()
                label=td_string!(l, contacts.form.position_type)
                value=form.position_type
                error=error(Field::PositionType)
                optional=!tracks_clients
            />
            <TextInput
                name=named(Field::FullTimeEquivalent)
                id=Field::FullTimeEquivalent.id()
                label=td_string!(l, contacts.form.full_time_equivalent)
                hint=td_string!(l, contacts.form.full_time_equivalent_hint)
                value=form.full_time_equivalent
                error=error(Field::FullTimeEquivalent)
                optional=!tracks_clients
                inputmode="decimal"
                width=Width::Short
            />
        </fieldset>
    }
}

/// The language in which somebody wants to be written to.
#[component]
pub fn LanguageField(name: &'static str, value: String, problems: Signal<FieldProblems>) -> impl IntoView {
    let l = locale();
    let languages = vec![
        Choice::of("", td_string!(l, contacts.form.language_unknown)),
        Choice::of("en", td_string!(l, contacts.language_en)),
        Choice::of("fr", td_string!(l, contacts.language_fr)),
    ];
    view! {
        <Select
            name=format!("{name}[language]")
            id=Field::Language.id()
            label=td_string!(l, contacts.form.language)
            choices=languages
            value
            error=error_of(problems, Field::Language)
            width=Width::Medium
        />
    }
}

/// Three phones at most, each with its kind; an empty number is no phone. Those not filled wait folded.
#[component]
pub fn Phones(name: &'static str, phones: Vec<PhoneForm>, problems: Signal<FieldProblems>) -> impl IntoView {
    let l = locale();
    let mut phones = phones;
    phones.resize(PHONES, PhoneForm::default());
    let filled = phones.iter().filter(|phone| !phone.number.is_empty()).count().max(1);
    let mut rows: Vec<AnyView> = phones
        .into_iter()
        .enumerate()
        .map(|(n, phone)| view! { <PhoneRow name n phone problems /> }.into_any())
        .collect();
    let folded = rows.split_off(filled.min(rows.len()));
    let more = (!folded.is_empty())
        .then(|| view! { <details class="details"><summary>{td_string!(l, contacts.form.more_phones)}</summary>{folded}</details> });
    view! {
        <fieldset class="fieldset">
            <legend>
                {td_string!(l, contacts.form.phones)}" "
                <span class="optional">{td_string!(l, contacts.form.optional)}</span>
            </legend>
            {rows}
            {more}
        </fieldset>
    }
}

#[component]
fn PhoneRow(
    name: &'static str,
    n: usize,
    phone: PhoneForm,
    problems: Signal<FieldProblems>,
) -> impl IntoView {
    let l = locale();
    let field = Field::Phone(u8::try_from(n).unwrap_or(u8::MAX));
    let named = |part: &str| format!("{name}[phones][{n}][{part}]");
    let kinds = PhoneKind::ALL.into_iter().map(|kind| Choice::of(kind.code(), kind_name(l, kind)));
    view! {
        <div class="field-row three">
            <Select
                name=named("kind")
                id=format!("{}_kind", field.id())
                label=td_string!(l, contacts.form.kind)
                choices=kinds.collect()
                value=phone.kind
            />
            <TextInput
                name=named("number")
                id=field.id()
                label=td_string!(l, contacts.form.phone, n = n + 1)
                value=phone.number
                error=error_of(problems, field)
                kind="tel"
                inputmode="tel"
            />
            <TextInput
                name=named("extension")
                id=format!("{}_extension", field.id())
                label=td_string!(l, contacts.form.phone_extension)
                value=phone.extension
                inputmode="numeric"
                width=Width::Short
            />
        </div>
    }
}

/// What a phone is for, in words.
pub fn kind_name(l: Locale, kind: PhoneKind) -> &'static str {
    match kind {
        PhoneKind::Work => td_string!(l, contacts.kind_work),
        PhoneKind::Mobile => td_string!(l, contacts.kind_mobile),
        PhoneKind::Home => td_string!(l, contacts.kind_home),
        PhoneKind::Fax => td_string!(l, contacts.kind_fax),
    }
}
