//! What is kept of an organization: everyone with a profile reads it, administrators and Support edit it (O1).

use crate::contacts::{PhoneForm, parse_language};
use crate::email::Email;
use crate::fields::{Field, FieldProblems, optional_line, optional_text, required_line};
use crate::language::{Bilingual, Language};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// The strings typed for an organization's details.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DetailsForm {
    pub name_en: String,
    pub name_fr: String,
    pub language: String,
    pub email: String,
    pub phone: String,
    pub other_phone: String,
    pub postal_address: String,
    pub civic_address: String,
    pub business_number: String,
    pub registry_number: String,
}

/// An organization's details, as they were understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationDetails {
    pub name: Bilingual,
    /// The language in which it is written to; both when it has no preference.
    pub language: Option<Language>,
    pub email: Option<Email>,
    pub phone: Option<String>,
    pub other_phone: Option<String>,
    pub postal_address: Option<String>,
    pub civic_address: Option<String>,
    /// Nine digits, and perhaps a program account: `123456789 RC 0001`.
    pub business_number: Option<String>,
    /// In the registry of its province.
    pub registry_number: Option<String>,
}

impl DetailsForm {
    /// Understands what was typed, telling every fault at once.
    ///
    /// # Errors
    /// All that is wrong, field by field.
    pub fn parse(&self) -> Result<OrganizationDetails, FieldProblems> {
        let mut faults = FieldProblems::none();
        let details = OrganizationDetails {
            name: Bilingual::new(
                faults.note(Field::NameEn, required_line(&self.name_en, 200)).unwrap_or_default(),
                faults.note(Field::NameFr, required_line(&self.name_fr, 200)).unwrap_or_default(),
            ),
            language: faults.note(Field::Language, parse_language(&self.language)).flatten(),
            email: faults.note(Field::Email, parse_email(&self.email)).flatten(),
            phone: faults.note(Field::Phone(0), parse_phone(&self.phone)).flatten(),
            other_phone: faults.note(Field::Phone(1), parse_phone(&self.other_phone)).flatten(),
            postal_address: faults
                .note(Field::PostalAddress, optional_text(&self.postal_address, 500))
                .flatten(),
            civic_address: faults
                .note(Field::CivicAddress, optional_text(&self.civic_address, 500))
                .flatten(),
            business_number: faults
                .note(Field::BusinessNumber, parse_business_number(&self.business_number))
                .flatten(),
            registry_number: faults
                .note(Field::RegistryNumber, optional_line(&self.registry_number, 30))
                .flatten(),
        };
        if faults.is_empty() { Ok(details) } else { Err(faults) }
    }
}

impl From<&OrganizationDetails> for DetailsForm {
    fn from(details: &OrganizationDetails) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            name_en: details.name.en.clone(),
            name_fr: details.name.fr.clone(),
            language: details.language.map(|language| language.code().to_owned()).unwrap_or_default(),
            email: details.email.as_ref().map(Email::to_string).unwrap_or_default(),
            phone: text(&details.phone),
            other_phone: text(&details.other_phone),
            postal_address: text(&details.postal_address),
            civic_address: text(&details.civic_address),
            business_number: text(&details.business_number),
            registry_number: text(&details.registry_number),
        }
    }
}

impl OrganizationDetails {
    /// The names of the fields that differ, as the form names them.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("name", self.name != other.name),
            ("language", self.language != other.language),
            ("email", self.email != other.email),
            ("phone", self.phone != other.phone),
            ("other_phone", self.other_phone != other.other_phone),
            ("postal_address", self.postal_address != other.postal_address),
            ("civic_address", self.civic_address != other.civic_address),
            ("business_number", self.business_number != other.business_number),
            ("registry_number", self.registry_number != other.registry_number),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

fn parse_email(typed: &str) -> Result<Option<Email>, Problem> {
    if typed.trim().is_empty() { Ok(None) } else { Email::parse(typed).map(Some) }
}

fn parse_phone(typed: &str) -> Result<Option<String>, Problem> {
    let phone = PhoneForm { number: typed.to_owned(), ..PhoneForm::default() };
    Ok(phone.parse()?.map(|phone| phone.number))
}

/// Nine digits, or fifteen signs with the program account; spaces do not count. Kept as `123456789RC0001`.
fn parse_business_number(typed: &str) -> Result<Option<String>, Problem> {
    let Some(line) = optional_line(typed, 30)? else { return Ok(None) };
    let number: String = line.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    let number = number.to_uppercase();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match (number.get(..9), number.get(9..11), number.get(11..)) {
        (Some(nine), None, None) => number.len() == 9 && digits(nine),
        (Some(nine), Some(program), Some(account)) => {
            digits(nine)
                && program.bytes().all(|byte| byte.is_ascii_uppercase())
                && account.len() == 4
                && digits(account)
        }
        _ => false,
    };
    if whole { Ok(Some(number)) } else { Err(Problem::NotABusinessNumber) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed() -> DetailsForm {
        DetailsForm {
            name_en: " Tide House ".into(),
            name_fr: "Maison des marées".into(),
            ..DetailsForm::default()
        }
    }

    #[test]
    fn o1_two_names_are_enough_and_every_fault_is_told_at_once() {
        let details = typed().parse().unwrap();
        assert_eq!(details.name, Bilingual::new("Tide House", "Maison des marées"));
        assert_eq!((details.language, details.email), (None, None));
        let wrong = DetailsForm {
            email: "nobody".into(),
            other_phone: "call".into(),
            business_number: "12345".into(),
            language: "de".into(),
            ..DetailsForm::default()
        };
        let fields: Vec<_> = wrong.parse().unwrap_err().0.iter().map(|at| at.field).collect();
        let expected = [
            Field::NameEn,
            Field::NameFr,
            Field::Language,
            Field::Email,
            Field::Phone(1),
            Field::BusinessNumber,
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn o1_a_business_number_has_nine_digits_and_perhaps_a_program() {
        let read = |number: &str| DetailsForm { business_number: number.into(), ..typed() }.parse();
        assert_eq!(read("123 456 789").unwrap().business_number.as_deref(), Some("123456789"));
        assert_eq!(read("123456789 rc0001").unwrap().business_number.as_deref(), Some("123456789RC0001"));
        for wrong in ["123456789RC01", "12345678", "123456789R", "éééééééé9", "123456789RC00012"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn o1_what_is_shown_in_the_form_is_understood_as_it_was(
            names in ("[A-Za-zÀ-ÿ'][A-Za-zÀ-ÿ' -]{0,40}[A-Za-z]", "[A-Za-zÀ-ÿ'][A-Za-zÀ-ÿ' -]{0,40}[A-Za-z]"),
            address in "([A-Za-z0-9]{1,10}\n){0,3}[a-z]{0,3}",
            number in "[0-9]{9}(R[A-Z][0-9]{4})?",
        ) {
            let form = DetailsForm {
                name_en: names.0, name_fr: names.1, postal_address: address, business_number: number,
                ..DetailsForm::default()
            };
            let details = form.parse().unwrap();
            prop_assert_eq!(DetailsForm::from(&details).parse().unwrap(), details);
        }
    }
}
