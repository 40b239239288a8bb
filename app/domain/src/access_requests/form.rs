//! The form: the situation, the service, the organization, the two people (R2, R4).

use super::SharedMailboxes;
use crate::catalogue::{Catalogue, Service, WayIn};
use crate::contacts::{ContactFacts, Phone, PhoneForm, PhoneKind, parse_language, spoken_name};
use crate::email::Email;
use crate::fields::{Field, FieldProblems, optional_line, required_line, required_text};
use crate::fold::fold;
use crate::language::Language;
use crate::organizations::{DetailsForm, OrganizationDetails};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// The longest reason, question or answer, in characters.
pub const WORDS: u16 = 1000;
/// The longest key of something that is chosen, in characters.
const CHOICE: u16 = 100;

/// The strings typed for one of the two people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonForm {
    pub last_name: String,
    pub first_name: String,
    /// Ticked ("true") for somebody who has one name only: it stands as the last name.
    pub one_name: String,
    pub email: String,
    pub title: String,
    pub phone: String,
    pub language: String,
}

/// The strings typed for a request: one person, one service (R2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestForm {
    /// The key of a profession or kind of establishment.
    pub situation: String,
    /// The key of an online service.
    pub service: String,
    /// `new`, or `existing` for one that is believed to be here.
    pub organization_is: String,
    pub organization: DetailsForm,
    pub user: PersonForm,
    pub authorizer: PersonForm,
    /// Ticked ("true") for an organization of one person: Support takes the authorizing part (R4).
    pub alone: String,
    /// Where the link goes with which a draft is found again.
    pub sent_by: String,
}

/// One of the two people, as understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    pub last_name: String,
    pub first_name: String,
    pub email: Email,
    pub title: Option<String>,
    pub phone: Option<String>,
    pub language: Option<Language>,
}

impl Applicant {
    /// "Marie Côté"
    #[must_use]
    pub fn name(&self) -> String {
        spoken_name(&self.last_name, &self.first_name)
    }

    /// What an approval makes a contact of.
    #[must_use]
    pub fn facts(&self) -> ContactFacts {
        let phone =
            |number: &String| Phone { kind: PhoneKind::Work, number: number.clone(), extension: None };
        ContactFacts {
            last_name: self.last_name.clone(),
            first_name: self.first_name.clone(),
            email: self.email.clone(),
            title: self.title.clone(),
            phones: self.phone.iter().map(phone).collect(),
            language: self.language,
            office_location: None,
            position_type: None,
            full_time_equivalent: None,
        }
    }

    /// Whether a name, as somebody typed it to sign, is this person's: accents, case and spaces do not count.
    #[must_use]
    pub fn is_called(&self, typed: &str) -> bool {
        let letters =
            |text: &str| fold(text).chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
        let typed = letters(typed);
        let orders = [(&self.first_name, &self.last_name), (&self.last_name, &self.first_name)];
        orders.into_iter().any(|(one, other)| letters(&format!("{one}{other}")) == typed)
    }
}

/// The organization that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedOrganization {
    /// The applicant believes that it is here already; whether it is, the applicant does not learn (R1).
    pub existing: bool,
    pub details: OrganizationDetails,
}

/// A request as it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRequest {
    pub situation: String,
    pub service: String,
    pub organization: AskedOrganization,
    pub user: Applicant,
    /// Nobody for an organization of one person.
    pub authorizer: Option<Applicant>,
    pub sent_by: Option<Email>,
}

impl RequestForm {
    /// Understands what was typed, telling every fault at once. `allowed` are addresses, by [`Email::key`], that
    /// Support takes although they look shared (R4).
    ///
    /// # Errors
    /// All that is wrong, field by field.
    pub fn parse(
        &self,
        catalogue: &Catalogue,
        shared: &SharedMailboxes,
        allowed: &[String],
    ) -> Result<NewRequest, FieldProblems> {
        let mut faults = FieldProblems::none();
        let service = self.service_in(catalogue, &mut faults);
        let organization = self.organization(&mut faults);
        let personal = |email: &Email| allowed.contains(&email.key()) || !shared.holds(email);
        let user = self.user.parse(&USER, personal, &mut faults);
        // Where the workplace's designated representative authorizes, somebody else is there (R7).
        let others = service.is_some_and(|service| !service.ways_in.contains(&WayIn::Request));
        let alone = self.alone == "true" && !others;
        let authorizer = if alone { None } else { self.authorizer.parse(&AUTHORIZER, personal, &mut faults) };
        if let (Some(user), Some(authorizer)) = (&user, &authorizer)
            && user.email.mailbox() == authorizer.email.mailbox()
        {
            faults.add(Field::AuthorizerEmail, Problem::SameMailbox);
        }
        let sent_by = faults.note(Field::SentBy, maybe_email(&self.sent_by)).flatten();
        match (organization, user) {
            (Some(organization), Some(user)) if faults.is_empty() => Ok(NewRequest {
                situation: self.situation.clone(),
                service: self.service.clone(),
                organization,
                user,
                authorizer,
                sent_by,
            }),
            _ => Err(faults),
        }
    }

    /// Whether what is saved before it is complete is no longer than what may be sent.
    ///
    /// # Errors
    /// What is too long, field by field.
    pub fn within_bounds(&self) -> Result<(), FieldProblems> {
        let people = self.user.bounds(&USER).into_iter().chain(self.authorizer.bounds(&AUTHORIZER));
        let mut faults = FieldProblems::none();
        for (field, typed, most) in self.bounds().into_iter().chain(people) {
            if typed.trim().replace("\r\n", "\n").chars().count() > usize::from(most) {
                faults.add(field, Problem::TooLong { most });
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The fields that are not one of the two people's, each with the most characters that may be sent in it.
    fn bounds(&self) -> [(Field, &str, u16); 15] {
        let organization = &self.organization;
        [
            (Field::Situation, &self.situation, CHOICE),
            (Field::Service, &self.service, CHOICE),
            (Field::OrganizationIs, &self.organization_is, CHOICE),
            (Field::NameEn, &organization.name_en, 200),
            (Field::NameFr, &organization.name_fr, 200),
            (Field::Language, &organization.language, CHOICE),
            (Field::Email, &organization.email, 254),
            (Field::Phone(0), &organization.phone, 30),
            (Field::Phone(1), &organization.other_phone, 30),
            (Field::PostalAddress, &organization.postal_address, 500),
            (Field::CivicAddress, &organization.civic_address, 500),
            (Field::BusinessNumber, &organization.business_number, 30),
            (Field::RegistryNumber, &organization.registry_number, 30),
            (Field::SentBy, &self.sent_by, 254),
            (Field::Form, &self.alone, CHOICE),
        ]
    }

    /// A service that is asked for, by somebody in that situation.
    fn service_in<'a>(&self, catalogue: &'a Catalogue, faults: &mut FieldProblems) -> Option<&'a Service> {
        let asked = |service: &&Service| {
            service.ways_in.contains(&WayIn::Request) || service.ways_in.contains(&WayIn::Representative)
        };
        let situations = |service: &Service| service.applicants.iter().any(|kind| kind.key == self.situation);
        if self.situation.is_empty() {
            faults.add(Field::Situation, Problem::Missing);
        } else if !catalogue.services.iter().filter(asked).any(situations) {
            faults.add(Field::Situation, Problem::UnknownChoice);
        }
        if self.service.is_empty() {
            faults.add(Field::Service, Problem::Missing);
            return None;
        }
        let found = catalogue.services.iter().filter(asked).find(|service| service.key == self.service);
        if !found.is_some_and(situations) {
            faults.add(Field::Service, Problem::UnknownChoice);
        }
        found
    }

    fn organization(&self, faults: &mut FieldProblems) -> Option<AskedOrganization> {
        let existing = match self.organization_is.as_str() {
            "new" => false,
            "existing" => true,
            other => {
                let problem = if other.is_empty() { Problem::Missing } else { Problem::UnknownChoice };
                faults.add(Field::OrganizationIs, problem);
                false
            }
        };
        let mut form = self.organization.clone();
        if existing {
            // One name is enough to find one that is here.
            let [en, fr] = [form.name_en.trim().to_owned(), form.name_fr.trim().to_owned()];
            form.name_en = if en.is_empty() { fr.clone() } else { en.clone() };
            form.name_fr = if fr.is_empty() { en } else { fr };
        }
        match form.parse() {
            Ok(details) => Some(AskedOrganization { existing, details }),
            Err(wrong) => {
                faults.0.extend(wrong.0);
                None
            }
        }
    }
}

fn maybe_email(typed: &str) -> Result<Option<Email>, Problem> {
    if typed.trim().is_empty() { Ok(None) } else { Email::parse(typed).map(Some) }
}

/// Beside which fields the faults of a person stand.
struct Fields {
    last_name: Field,
    first_name: Field,
    email: Field,
    title: Field,
    phone: Field,
    language: Field,
}

const USER: Fields = Fields {
    last_name: Field::UserLastName,
    first_name: Field::UserFirstName,
    email: Field::UserEmail,
    title: Field::UserTitle,
    phone: Field::UserPhone,
    language: Field::UserLanguage,
};

const AUTHORIZER: Fields = Fields {
    last_name: Field::AuthorizerLastName,
    first_name: Field::AuthorizerFirstName,
    email: Field::AuthorizerEmail,
    title: Field::AuthorizerTitle,
    phone: Field::AuthorizerPhone,
    language: Field::AuthorizerLanguage,
};

impl PersonForm {
    fn bounds(&self, at: &Fields) -> [(Field, &str, u16); 7] {
        [
            (at.last_name, &self.last_name, 100),
            (at.first_name, &self.first_name, 100),
            (at.first_name, &self.one_name, CHOICE),
            (at.email, &self.email, 254),
            (at.title, &self.title, 100),
            (at.phone, &self.phone, 30),
            (at.language, &self.language, CHOICE),
        ]
    }

    fn parse(
        &self,
        at: &Fields,
        personal: impl Fn(&Email) -> bool,
        faults: &mut FieldProblems,
    ) -> Option<Applicant> {
        let last_name = faults.note(at.last_name, required_line(&self.last_name, 100));
        let first_name = if self.one_name == "true" {
            faults.note(at.first_name, optional_line(&self.first_name, 100).map(Option::unwrap_or_default))
        } else {
            faults.note(at.first_name, required_line(&self.first_name, 100))
        };
        let email = Email::parse(&self.email)
            .and_then(|email| if personal(&email) { Ok(email) } else { Err(Problem::SharedMailbox) });
        let email = faults.note(at.email, email);
        let title = faults.note(at.title, optional_line(&self.title, 100));
        let phone = PhoneForm { number: self.phone.clone(), ..PhoneForm::default() };
        let phone = faults.note(at.phone, phone.parse());
        let language = faults.note(at.language, parse_language(&self.language));
        Some(Applicant {
            last_name: last_name?,
            first_name: first_name?,
            email: email?,
            title: title?,
            phone: phone?.map(|phone| phone.number),
            language: language?,
        })
    }
}

/// What is typed to sign (R3, R11).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignForm {
    /// One's own name.
    pub name: String,
    /// Ticked ("true"): what one commits to.
    pub commitments: String,
    /// The hash of the text that was read, in hexadecimal.
    pub hash: String,
}

impl SignForm {
    /// The name, as it was signed.
    ///
    /// # Errors
    /// A missing or foreign name; commitments that are not accepted.
    pub fn parse(&self, who: &Applicant) -> Result<String, FieldProblems> {
        let mut faults = FieldProblems::none();
        let name = faults.note(Field::Signature, required_line(&self.name, 200));
        if name.as_ref().is_some_and(|name| !who.is_called(name)) {
            faults.add(Field::Signature, Problem::NotTheNameAsked { name: who.name() });
        }
        if self.commitments != "true" {
            faults.add(Field::Commitments, Problem::CommitmentNeeded);
        }
        match name {
            Some(name) if faults.is_empty() => Ok(name),
            _ => Err(faults),
        }
    }
}

/// A question of Support's (R5), or a reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HoldForm {
    pub text: String,
}

impl HoldForm {
    /// What was written, in that field: a reason, a question, an answer.
    ///
    /// # Errors
    /// Nothing written, or too much.
    pub fn parse(&self, field: Field) -> Result<String, FieldProblems> {
        required_text(&self.text, WORDS).map_err(|problem| FieldProblems::one(field, problem))
    }
}

/// What Support says when it approves (R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApprovalForm {
    /// The profiles given; those of the service that was asked for, and no others.
    pub profiles: Vec<String>,
    /// The organization that is meant, when it is here; nothing founds a new one.
    pub organization: String,
    /// Ticked ("true"): what the request says of the organization takes the place of what is kept.
    pub update: String,
    /// Ticked ("true"): the administrator who was asked did not answer yet, and Support decides all the same.
    pub without_vouch: String,
}

/// A request on paper (R13).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaperForm {
    pub request: RequestForm,
    /// The names as they stand under the two signatures.
    pub user_signed: String,
    pub authorizer_signed: String,
    /// Why an address that looks shared is taken (R4); nothing when none does.
    pub override_reason: String,
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::catalogue::{Applicant as Kind, Module};
    use crate::language::Bilingual;
    use std::collections::BTreeSet;

    pub fn catalogue() -> Catalogue {
        let service = |key: &str, situation: &str, ways: &[WayIn]| Service {
            key: key.into(),
            module: "m".into(),
            name: Bilingual::new(key, key),
            profiles: BTreeSet::new(),
            address: None,
            instructions: None,
            applicants: vec![Kind { key: situation.into(), name: Bilingual::new(situation, situation) }],
            ways_in: ways.iter().copied().collect(),
            client: None,
        };
        let module = Module {
            key: "m".into(),
            name: Bilingual::new("m", "m"),
            for_everyone: true,
            operator: false,
            profiles: Vec::new(),
        };
        let services = vec![
            service("parcels", "library", &[WayIn::Request]),
            service("inside", "library", &[WayIn::Invitation]),
            service("college", "college", &[WayIn::Request]),
        ];
        Catalogue { modules: vec![module], services }
    }

    pub fn typed() -> RequestForm {
        let person = |last: &str, first: &str, email: &str| PersonForm {
            last_name: last.into(),
            first_name: first.into(),
            email: email.into(),
            ..PersonForm::default()
        };
        RequestForm {
            situation: "library".into(),
            service: "parcels".into(),
            organization_is: "new".into(),
            organization: DetailsForm {
                name_en: "Harbour Library".into(),
                name_fr: "Bibliothèque du Havre".into(),
                ..DetailsForm::default()
            },
            user: person("Côté", "Ursule", "ursule@exemple.ca"),
            authorizer: person("Arsenault", "Adèle", "adele@exemple.ca"),
            ..RequestForm::default()
        }
    }

    fn faults(change: impl FnOnce(&mut RequestForm)) -> FieldProblems {
        let mut form = typed();
        change(&mut form);
        form.parse(&catalogue(), &SharedMailboxes::default(), &[]).err().unwrap_or_default()
    }

    #[test]
    fn r2_the_service_fits_the_situation_and_every_fault_is_told_at_once() {
        assert_eq!(faults(|_| {}), FieldProblems::none());
        assert_eq!(
            faults(|form| form.service = "college".into()).of(Field::Service),
            Some(&Problem::UnknownChoice)
        );
        assert_eq!(
            faults(|form| form.service = "inside".into()).of(Field::Service),
            Some(&Problem::UnknownChoice)
        );
        let empty = RequestForm::default().parse(&catalogue(), &SharedMailboxes::default(), &[]).unwrap_err();
        for field in [
            Field::Situation,
            Field::Service,
            Field::OrganizationIs,
            Field::NameEn,
            Field::UserLastName,
            Field::UserEmail,
            Field::AuthorizerFirstName,
            Field::AuthorizerEmail,
        ] {
            assert_eq!(empty.of(field), Some(&Problem::Missing), "{field:?}");
        }
    }

    #[test]
    fn r4_two_different_personal_addresses() {
        let same = faults(|form| form.authorizer.email = "URSULE@exemple.ca".into());
        assert_eq!(same.of(Field::AuthorizerEmail), Some(&Problem::SameMailbox));
        let tagged = faults(|form| form.authorizer.email = "ursule+chef@exemple.ca".into());
        assert_eq!(tagged.of(Field::AuthorizerEmail), Some(&Problem::SameMailbox));
        let shared = faults(|form| form.user.email = "direction@exemple.ca".into());
        assert_eq!(shared.of(Field::UserEmail), Some(&Problem::SharedMailbox));
        let mut form = typed();
        form.user.email = "direction@exemple.ca".into();
        let allowed = ["direction@exemple.ca".to_owned()];
        assert!(form.parse(&catalogue(), &SharedMailboxes::default(), &allowed).is_ok());
    }

    #[test]
    fn r2_what_is_saved_is_bounded_as_what_is_sent() {
        assert_eq!(RequestForm::default().within_bounds(), Ok(()));
        let most = typed();
        assert_eq!(most.within_bounds(), Ok(()));
        let long = "x".repeat(100_000);
        let all = PersonForm {
            last_name: long.clone(),
            first_name: long.clone(),
            one_name: long.clone(),
            email: long.clone(),
            title: long.clone(),
            phone: long.clone(),
            language: long.clone(),
        };
        // Whatever field it is: nothing of that length is kept.
        let form = RequestForm {
            situation: long.clone(),
            service: long.clone(),
            organization_is: long.clone(),
            organization: DetailsForm {
                name_en: long.clone(),
                name_fr: long.clone(),
                language: long.clone(),
                email: long.clone(),
                phone: long.clone(),
                other_phone: long.clone(),
                postal_address: long.clone(),
                civic_address: long.clone(),
                business_number: long.clone(),
                registry_number: long.clone(),
            },
            user: all.clone(),
            authorizer: all,
            alone: long.clone(),
            sent_by: long,
        };
        let faults = form.within_bounds().unwrap_err();
        assert_eq!(faults.0.len(), 29);
        let mut sent = typed();
        sent.user.title = "x".repeat(101);
        assert_eq!(
            sent.within_bounds().unwrap_err().of(Field::UserTitle),
            Some(&Problem::TooLong { most: 100 })
        );
        sent.user.title = "é".repeat(100);
        assert_eq!(sent.within_bounds(), Ok(()));
    }

    #[test]
    fn r4_an_organization_of_one_person_names_nobody_else() {
        let mut form = RequestForm { alone: "true".into(), ..typed() };
        form.authorizer = PersonForm::default();
        let request = form.parse(&catalogue(), &SharedMailboxes::default(), &[]).unwrap();
        assert_eq!(request.authorizer, None);
    }

    #[test]
    fn r7_where_a_representative_authorizes_nobody_is_alone() {
        let mut catalogue = catalogue();
        catalogue.services[0].ways_in = [WayIn::Representative].into();
        let mut form = RequestForm { alone: "true".into(), ..typed() };
        form.authorizer = PersonForm::default();
        let refused = form.parse(&catalogue, &SharedMailboxes::default(), &[]).unwrap_err();
        assert_eq!(refused.of(Field::AuthorizerLastName), Some(&Problem::Missing));
    }

    #[test]
    fn r1_one_name_is_enough_for_an_organization_that_is_here() {
        let only = |is: &str| {
            faults(|form| {
                form.organization_is = is.into();
                form.organization.name_en = String::new();
            })
        };
        assert_eq!(only("new").of(Field::NameEn), Some(&Problem::Missing));
        assert_eq!(only("existing"), FieldProblems::none());
    }

    #[test]
    fn r3_one_signs_with_one_s_own_name() {
        let user = typed().parse(&catalogue(), &SharedMailboxes::default(), &[]).unwrap().user;
        let sign = |name: &str, commitments: &str| {
            SignForm { name: name.into(), commitments: commitments.into(), hash: String::new() }.parse(&user)
        };
        for name in ["Ursule Côté", "cote ursule", " URSULE  CÔTÉ "] {
            assert!(sign(name, "true").is_ok(), "{name}");
        }
        assert!(sign("Ursule", "true").unwrap_err().of(Field::Signature).is_some());
        assert_eq!(
            sign("Ursule Côté", "").unwrap_err().of(Field::Commitments),
            Some(&Problem::CommitmentNeeded)
        );
    }
}
