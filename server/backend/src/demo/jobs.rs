//! What people do and where: titles that suit anybody, in both languages.

use super::dice::Dice;
use domain::Language;
use domain::contacts::{Phone, PhoneKind};

/// English, French.
const FIRST_TITLE: (&str, &str) = ("Executive Director", "Direction générale");

const TITLES: [(&str, &str); 29] = [
    ("Program Manager", "Gestionnaire de programmes"),
    ("Finance Manager", "Responsable des finances"),
    ("Accountant", "Comptable"),
    ("Administrative Support", "Soutien administratif"),
    ("Employment Counsellor", "Spécialiste en employabilité"),
    ("Case Manager", "Gestionnaire de cas"),
    ("Receptionist", "Réceptionniste"),
    ("Board Member", "Membre du conseil d’administration"),
    ("Human Resources Lead", "Responsable des ressources humaines"),
    ("Communications Specialist", "Spécialiste des communications"),
    ("Policy Analyst", "Analyste des politiques"),
    ("Project Lead", "Chef de projet"),
    ("Team Lead", "Chef d’équipe"),
    ("Bookkeeper", "Commis à la comptabilité"),
    ("Archivist", "Archiviste"),
    ("Librarian", "Bibliothécaire"),
    ("Interpreter", "Interprète"),
    ("Job Developer", "Responsable du placement en emploi"),
    ("Data Clerk", "Commis à la saisie"),
    ("IT Specialist", "Spécialiste en informatique"),
    ("Volunteer Lead", "Responsable du bénévolat"),
    ("Intern", "Stagiaire"),
    ("Quality Lead", "Responsable de la qualité"),
    ("Literacy Specialist", "Spécialiste en alphabétisation"),
    ("Registrar", "Registraire"),
    ("Secretary", "Secrétaire"),
    ("Training Lead", "Responsable de la formation"),
    ("Welcome Services Lead", "Responsable de l’accueil"),
    ("Treasurer of the Board", "Trésorerie du conseil"),
];

const POSITIONS: [(&str, &str); 5] = [
    ("Permanent", "Poste permanent"),
    ("Temporary", "Poste temporaire"),
    ("Seasonal", "Poste saisonnier"),
    ("Replacement", "Remplacement"),
    ("Student job", "Emploi étudiant"),
];

const OFFICES: [(&str, &str); 6] = [
    ("Main office", "Bureau principal"),
    ("North office", "Bureau du nord"),
    ("Wharf office", "Bureau du quai"),
    ("Community hall, 2nd floor", "Salle communautaire, 2e étage"),
    ("Mobile service", "Service itinérant"),
    ("Working from home", "Télétravail"),
];

/// What is added to an invitation, now and then.
const MESSAGES: [(&str, &str); 4] = [
    (
        "Here is your access, in time for the fall report. Call me if anything is unclear.",
        "Voici votre accès, à temps pour le rapport d’automne. Appelez-moi au besoin.",
    ),
    (
        "Welcome to the team! This opens the services we spoke about.",
        "Bienvenue dans l’équipe! Voici de quoi ouvrir les services dont nous avons parlé.",
    ),
    ("As agreed at Tuesday’s meeting.", "Comme convenu à la réunion de mardi."),
    ("You will need this before the end of the month.", "Vous en aurez besoin avant la fin du mois."),
];

const EQUIVALENTS: [u16; 6] = [100, 100, 100, 80, 60, 50];

fn in_language(one: &(&str, &str), language: Language) -> String {
    match language {
        Language::En => one.0.to_owned(),
        Language::Fr => one.1.to_owned(),
    }
}

/// Of whom an organization has one.
pub(super) fn first_title(language: Language) -> String {
    in_language(&FIRST_TITLE, language)
}

pub(super) fn title(dice: &Dice, language: Language) -> String {
    in_language(dice.one(&TITLES), language)
}

pub(super) fn office(dice: &Dice, language: Language) -> String {
    in_language(dice.one(&OFFICES), language)
}

pub(super) fn position(dice: &Dice, language: Language) -> String {
    in_language(dice.one(&POSITIONS), language)
}

pub(super) fn message(dice: &Dice, language: Language) -> String {
    in_language(dice.one(&MESSAGES), language)
}

/// Hundredths of a full-time position.
pub(super) fn equivalent(dice: &Dice) -> u16 {
    *dice.one(&EQUIVALENTS)
}

/// No phone, one, two or three; numbers that are kept for stories.
pub(super) fn phones(dice: &Dice) -> Vec<Phone> {
    let many = match dice.below(100) {
        0..8 => 0,
        8..72 => 1,
        72..96 => 2,
        _ => 3,
    };
    let kinds =
        [PhoneKind::Work, PhoneKind::Mobile, if dice.percent(50) { PhoneKind::Fax } else { PhoneKind::Home }];
    kinds.into_iter().take(many).map(|kind| phone(dice, kind)).collect()
}

fn phone(dice: &Dice, kind: PhoneKind) -> Phone {
    let area = dice.one(&["506", "506", "902", "782", "709"]);
    let extension = (kind == PhoneKind::Work && dice.percent(60)).then(|| dice.within(100..7000).to_string());
    Phone { kind, number: format!("{area}-555-01{:02}", dice.below(100)), extension }
}
