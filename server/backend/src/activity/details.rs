//! What commands wrote beside an act, read for people: field by field, before and after (G3).
//!
//! Details were written by many commands, some of them older than this program. What is known is told in words;
//! what is not known is left out, never shown as it stands.

use domain::activity::Change;
use domain::catalogue::Catalogue;
use domain::contacts::{Phone, PhoneKind};
use domain::{Bilingual, Instant, Language};
use locales::{Locale, td_string};
use platform::calendar::Calendar;
use serde_json::{Map, Value};

/// What a field holds.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    /// Preferred language of a person.
    Language,
    Phones,
    /// Hundredths of a full-time position.
    Equivalent,
    Active,
    Profiles,
    Profile,
    /// The last day of each profile that ends.
    LastDays,
    Module,
    Modules,
    YesOrNo,
    /// People, by their names; or how many.
    Names,
    /// Somebody of Support; older lines hold an identifier, which is not told.
    Representative,
    /// Departments, by their names; older lines hold identifiers, which are not told.
    Departments,
    Number,
    /// How many of each.
    Figures,
    /// What was decided in an access review.
    Decision,
    /// The moment at which a profile ends: its last day is told.
    End,
    /// A text in both languages.
    Bilingual,
    /// A day as `2026-12-22`, or a moment.
    Day,
    /// Who took something over.
    Colleague,
    Why,
}

/// A field of the details: its key, its name, what it holds.
struct Field(&'static str, fn(Locale) -> &'static str, Kind);

/// Every field that is told, in the order in which it is.
const FIELDS: &[Field] = &[
    Field("last_name", |l| td_string!(l, contacts.form.last_name), Kind::Text),
    Field("first_name", |l| td_string!(l, contacts.form.first_name), Kind::Text),
    Field("email", |l| td_string!(l, contacts.form.email), Kind::Text),
    Field("title", |l| td_string!(l, contacts.form.title), Kind::Text),
    Field("phones", |l| td_string!(l, contacts.form.phones), Kind::Phones),
    Field("language", |l| td_string!(l, contacts.form.language), Kind::Language),
    Field("office_location", |l| td_string!(l, contacts.form.office_location), Kind::Text),
    Field("position_type", |l| td_string!(l, contacts.form.position_type), Kind::Text),
    Field("full_time_equivalent", |l| td_string!(l, contacts.form.full_time_equivalent), Kind::Equivalent),
    Field("name", |l| td_string!(l, organizations.name), Kind::Bilingual),
    Field("phone", |l| td_string!(l, organizations.phone), Kind::Text),
    Field("other_phone", |l| td_string!(l, organizations.other_phone), Kind::Text),
    Field("postal_address", |l| td_string!(l, organizations.postal_address), Kind::Text),
    Field("civic_address", |l| td_string!(l, organizations.civic_address), Kind::Text),
    Field("business_number", |l| td_string!(l, organizations.business_number), Kind::Text),
    Field("registry_number", |l| td_string!(l, organizations.registry_number), Kind::Text),
    Field("tracks_clients", |l| td_string!(l, activity.field.tracks_clients), Kind::YesOrNo),
    Field("registered_college", |l| td_string!(l, activity.field.registered_college), Kind::YesOrNo),
    Field("learning_organization", |l| td_string!(l, activity.field.learning_organization), Kind::YesOrNo),
    Field("representative", |l| td_string!(l, desk.card.representative), Kind::Representative),
    Field("departments", |l| td_string!(l, desk.card.departments), Kind::Departments),
    Field("module", |l| td_string!(l, activity.field.module), Kind::Module),
    Field("modules", |l| td_string!(l, activity.field.modules), Kind::Modules),
    Field("en", |l| td_string!(l, activity.field.text_en), Kind::Text),
    Field("fr", |l| td_string!(l, activity.field.text_fr), Kind::Text),
    Field("active", |l| td_string!(l, activity.field.active), Kind::Active),
    Field("profiles", |l| td_string!(l, activity.field.profiles), Kind::Profiles),
    Field("profiles_until", |l| td_string!(l, activity.field.profiles_until), Kind::LastDays),
    Field("department", |l| td_string!(l, activity.field.department), Kind::Bilingual),
    Field("people", |l| td_string!(l, activity.field.people), Kind::Names),
    Field("primary", |l| td_string!(l, activity.field.primary), Kind::Text),
    Field("profile", |l| td_string!(l, activity.field.profile), Kind::Profile),
    Field("from", |l| td_string!(l, activity.field.from), Kind::Day),
    Field("until", |l| td_string!(l, activity.field.until), Kind::Day),
    Field("message", |l| td_string!(l, activity.field.message), Kind::Text),
    Field("to", |l| td_string!(l, activity.field.to), Kind::Colleague),
    Field("on", |l| td_string!(l, activity.field.on), Kind::Day),
    Field("ends_at", |l| td_string!(l, activity.field.ends_at), Kind::End),
    Field("decision", |l| td_string!(l, activity.field.decision), Kind::Decision),
    Field("note", |l| td_string!(l, activity.field.note), Kind::Text),
    Field("file", |l| td_string!(l, activity.field.file), Kind::Text),
    Field("figures", |l| td_string!(l, activity.field.figures), Kind::Figures),
    Field("restored", |l| td_string!(l, activity.field.restored), Kind::Number),
    Field("suspended", |l| td_string!(l, activity.field.suspended), Kind::Number),
    Field("sessions", |l| td_string!(l, activity.field.sessions), Kind::Number),
    Field("told", |l| td_string!(l, activity.field.told), Kind::Number),
    Field("reason", |l| td_string!(l, activity.field.reason), Kind::Text),
    Field("contacts", |l| td_string!(l, activity.field.contacts), Kind::Number),
    Field("invitations", |l| td_string!(l, activity.field.invitations), Kind::Number),
    Field("letters", |l| td_string!(l, activity.field.letters), Kind::Number),
    Field("lines", |l| td_string!(l, activity.field.lines), Kind::Number),
    Field("requests", |l| td_string!(l, activity.field.requests), Kind::Number),
    Field("agreements", |l| td_string!(l, activity.field.agreements), Kind::Number),
    Field("reviews", |l| td_string!(l, activity.field.reviews), Kind::Number),
    Field("reference", |l| td_string!(l, activity.field.reference), Kind::Text),
    Field("address", |l| td_string!(l, activity.field.address), Kind::Text),
    Field("agreement_title", |l| td_string!(l, agreements_letters.agreement), Kind::Bilingual),
    Field("signatories", |l| td_string!(l, agreements_letters.csv.signatories), Kind::Names),
    Field("why", |l| td_string!(l, activity.field.why), Kind::Why),
];

/// What is kept and not told: identifiers, and what the sentence or another field says.
const NOT_TOLD: &[&str] = &[
    "invitation",
    "review",
    "request",
    "agreement",
    // Whose part in a request, how often it was changed, and the text that was signed.
    "part",
    "edition",
    "hash",
    "vouch",
    "service",
    "number",
    "import",
    "organization",
    "into",
    "opened_by",
    // What proved something to Support is for Support alone.
    "evidence",
    // The fields that changed are told one by one.
    "fields",
    // The versions of what was agreed to.
    "commitment",
    "statement",
    // Which of the reminders it was.
    "step",
];

/// Words in a language.
type Said = fn(Locale) -> &'static str;

/// What is counted, in the order in which it is told.
const FIGURES: &[(&str, Said)] = &[
    ("add", |l| td_string!(l, activity.figure.add)),
    ("invite", |l| td_string!(l, activity.figure.invite)),
    ("here", |l| td_string!(l, activity.figure.here)),
    ("inactive", |l| td_string!(l, activity.figure.inactive)),
    ("faulty", |l| td_string!(l, activity.figure.faulty)),
    ("refused", |l| td_string!(l, activity.figure.refused)),
    ("waiting", |l| td_string!(l, activity.figure.waiting)),
    ("people", |l| td_string!(l, activity.figure.people)),
    ("kept", |l| td_string!(l, activity.figure.kept)),
    ("changed", |l| td_string!(l, activity.figure.changed)),
    ("deactivated", |l| td_string!(l, activity.figure.deactivated)),
    ("loaded", |l| td_string!(l, activity.figure.loaded)),
    ("left_to_support", |l| td_string!(l, activity.figure.left_to_support)),
];

/// The fields of some details that are neither told nor listed as not told, those before and after included.
pub(super) fn without_words(details: &Value) -> Vec<&str> {
    let Some(fields) = details.as_object() else { return Vec::new() };
    let (changed, told): (Vec<_>, Vec<_>) =
        fields.iter().partition(|(key, _)| matches!(key.as_str(), "before" | "after"));
    let changed = changed.into_iter().filter_map(|(_, part)| part.as_object()).flatten();
    let keys = told.into_iter().chain(changed).map(|(key, _)| key.as_str());
    keys.filter(|key| !NOT_TOLD.contains(key) && !FIELDS.iter().any(|field| field.0 == *key)).collect()
}

/// Reads details.
pub(crate) struct Details<'a> {
    pub catalogue: &'a Catalogue,
    pub calendar: &'a Calendar,
    /// Whoever took something over is somebody of Support, whom an organization does not know by name.
    pub colleague_is_support: bool,
}

impl Details<'_> {
    /// What changed, and what is told besides.
    pub(crate) fn changes(&self, details: &str) -> Vec<Change> {
        let Ok(Value::Object(details)) = serde_json::from_str(details) else { return Vec::new() };
        let part = |name: &str| details.get(name).and_then(Value::as_object);
        let (before, after) = (part("before"), part("after"));
        let changed = FIELDS.iter().filter_map(|field| self.change(field, before, after));
        let facts = FIELDS.iter().filter_map(|field| self.fact(field, &details));
        changed.chain(facts).collect()
    }

    /// A field that differs; all of them when there was nothing before.
    fn change(
        &self,
        field: &Field,
        before: Option<&Map<String, Value>>,
        after: Option<&Map<String, Value>>,
    ) -> Option<Change> {
        let Some(before) = before else { return self.fact(field, after?) };
        let (before, after) = (before.get(field.0), after.and_then(|after| after.get(field.0)));
        if before == after {
            return None;
        }
        let (before, after) = (self.words(field, before), self.words(field, after));
        if before.is_none() && after.is_none() {
            return None;
        }
        let nothing = || both(|l| td_string!(l, activity.nothing).to_owned());
        Some(Change {
            field: both(|l| field.1(l).to_owned()),
            before: Some(before.unwrap_or_else(nothing)),
            after: after.unwrap_or_else(nothing),
        })
    }

    /// A field that is told as it is.
    fn fact(&self, field: &Field, told: &Map<String, Value>) -> Option<Change> {
        let after = self.words(field, told.get(field.0))?;
        Some(Change { field: both(|l| field.1(l).to_owned()), before: None, after })
    }

    /// A value in words; nothing for what is empty or not understood.
    fn words(&self, field: &Field, value: Option<&Value>) -> Option<Bilingual> {
        let value = value?;
        match field.2 {
            Kind::Text => value.as_str().filter(|text| !text.is_empty()).map(same),
            Kind::Language => language(value.as_str()?),
            Kind::Phones => phones(value),
            Kind::Equivalent => value.as_u64().map(equivalent),
            Kind::Active => value.as_bool().map(active),
            Kind::Profiles => self.profiles(value),
            Kind::LastDays => {
                let ends = value.as_object()?.iter().filter_map(|(key, day)| self.last_day(key, day));
                listed(&ends.collect::<Vec<_>>())
            }
            Kind::Profile => value.as_str().map(|key| self.catalogue.name_of(key)),
            Kind::Module => self.module(value),
            Kind::Modules => {
                let names: Vec<_> = value.as_array()?.iter().filter_map(|value| self.module(value)).collect();
                listed(&names)
            }
            Kind::Names if value.is_u64() => value.as_u64().map(|many| same(&many.to_string())),
            Kind::Names => {
                let names = value.as_array()?.iter().filter_map(Value::as_str).map(same);
                listed(&names.collect::<Vec<_>>())
            }
            Kind::Representative if is_identifier(value) => None,
            Kind::Departments => listed(&value.as_array()?.iter().filter_map(bilingual).collect::<Vec<_>>()),
            Kind::Number => value.as_u64().map(|many| same(&many.to_string())),
            Kind::Figures => figures(value),
            Kind::Decision => decision(value.as_str()?),
            Kind::End => Some(self.calendar.last_day_before(Instant(value.as_i64()?)).text),
            Kind::YesOrNo => value.as_bool().map(yes_or_no),
            Kind::Bilingual => bilingual(value),
            Kind::Day => self.day(value),
            Kind::Colleague | Kind::Representative if self.colleague_is_support => {
                value.is_string().then(|| both(|l| td_string!(l, activity.support).to_owned()))
            }
            Kind::Colleague | Kind::Representative => value.as_str().map(same),
            Kind::Why => why(value.as_str()?),
        }
    }

    fn module(&self, value: &Value) -> Option<Bilingual> {
        let key = value.as_str()?;
        self.catalogue.modules.iter().find(|module| module.key == key).map(|module| module.name.clone())
    }

    /// "Funding agreement – User (December 22, 2026)"
    fn last_day(&self, key: &str, day: &Value) -> Option<Bilingual> {
        let (name, day) = (self.catalogue.name_of(key), self.day(day)?);
        Some(Bilingual::new(format!("{} ({})", name.en, day.en), format!("{} ({})", name.fr, day.fr)))
    }

    fn day(&self, value: &Value) -> Option<Bilingual> {
        if let Some(moment) = value.as_i64() {
            return Some(self.calendar.date_and_time(Instant(moment)).text);
        }
        let day = self.calendar.day(value.as_str()?)?;
        Some(self.calendar.date(day.start).text)
    }

    /// Profiles by their names in the catalogue of today; one that is gone keeps its key.
    fn profiles(&self, value: &Value) -> Option<Bilingual> {
        let keys = value.as_array()?.iter().filter_map(Value::as_str);
        let names: Vec<Bilingual> = keys.map(|key| self.catalogue.name_of(key)).collect();
        listed(&names)
    }
}

fn bilingual(value: &Value) -> Option<Bilingual> {
    let told = |language: &str| value.get(language).and_then(Value::as_str);
    Some(Bilingual::new(told("en")?, told("fr")?))
}

fn is_identifier(value: &Value) -> bool {
    value.as_str().is_some_and(|text| uuid::Uuid::parse_str(text).is_ok())
}

/// "Contacts added (12), lines with a fault (2)": what is nought is left out.
fn figures(value: &Value) -> Option<Bilingual> {
    let counted = FIGURES.iter().filter_map(|(key, said)| {
        let many = value.get(key)?.as_u64().filter(|many| *many > 0)?;
        Some(both(|l| format!("{} ({many})", said(l))))
    });
    listed(&counted.collect::<Vec<_>>())
}

/// What was decided about a person's access (P5).
fn decision(code: &str) -> Option<Bilingual> {
    let said: Said = match code {
        "keep" => |l| td_string!(l, activity.decision.keep),
        "change" => |l| td_string!(l, activity.decision.change),
        "deactivate" => |l| td_string!(l, activity.decision.deactivate),
        _ => return None,
    };
    Some(both(|l| said(l).to_owned()))
}

/// The same words in both languages.
fn same(text: &str) -> Bilingual {
    Bilingual::new(text, text)
}

fn both(said: impl Fn(Locale) -> String) -> Bilingual {
    Bilingual::new(said(Locale::from(Language::En)), said(Locale::from(Language::Fr)))
}

fn listed(all: &[Bilingual]) -> Option<Bilingual> {
    let joined = |language| {
        let words: Vec<&str> = all.iter().map(|one| one.in_language(language)).collect();
        words.join(", ")
    };
    (!all.is_empty()).then(|| Bilingual::new(joined(Language::En), joined(Language::Fr)))
}

fn language(code: &str) -> Option<Bilingual> {
    let language = Language::from_code(code)?;
    Some(both(|l| {
        let name = match language {
            Language::En => td_string!(l, contacts.language_en),
            Language::Fr => td_string!(l, contacts.language_fr),
        };
        name.to_owned()
    }))
}

fn phones(value: &Value) -> Option<Bilingual> {
    let all = value.as_array()?.iter().filter_map(|phone| serde_json::from_value(phone.clone()).ok());
    let all: Vec<Bilingual> = all.map(|phone: Phone| both(|l| spoken_phone(&phone, l))).collect();
    listed(&all)
}

/// "902-555-0142 ext. 3 (work)"
fn spoken_phone(phone: &Phone, l: Locale) -> String {
    let kind = match phone.kind {
        PhoneKind::Work => td_string!(l, contacts.kind_work),
        PhoneKind::Mobile => td_string!(l, contacts.kind_mobile),
        PhoneKind::Home => td_string!(l, contacts.kind_home),
        PhoneKind::Fax => td_string!(l, contacts.kind_fax),
    };
    let extension = phone.extension.as_deref();
    let extension =
        extension.map(|number| format!(" {}", td_string!(l, contacts.extension, number = number)));
    format!("{}{} ({kind})", phone.number, extension.unwrap_or_default())
}

/// Half-time is 0.5, and 0,5 in French.
fn equivalent(hundredths: u64) -> Bilingual {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Bilingual::new(text, text.replace('.', ","))
}

fn active(active: bool) -> Bilingual {
    both(|l| {
        let word = if active { td_string!(l, contacts.active) } else { td_string!(l, contacts.inactive) };
        word.to_owned()
    })
}

fn yes_or_no(yes: bool) -> Bilingual {
    both(|l| {
        let word = if yes { td_string!(l, activity.field.yes) } else { td_string!(l, activity.field.no) };
        word.to_owned()
    })
}

/// The reasons that commands write.
fn why(reason: &str) -> Option<Bilingual> {
    let said: fn(Locale) -> &'static str = match reason {
        "address changed" => |l| td_string!(l, activity.why.address_changed),
        "contact deactivated" => |l| td_string!(l, activity.why.contact_deactivated),
        "account unlinked" => |l| td_string!(l, activity.why.account_unlinked),
        "nobody left to grant it" => |l| td_string!(l, activity.why.nobody_left),
        "time over" => |l| td_string!(l, activity.why.time_over),
        "signed out" => |l| td_string!(l, activity.why.signed_out),
        "no longer allowed" => |l| td_string!(l, activity.why.no_longer_allowed),
        _ => return None,
    };
    Some(both(|l| said(l).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;
    use platform::calendar::ATLANTIC;
    use serde_json::json;

    fn told(details: &Value) -> Vec<String> {
        let catalogue = catalogue::read(catalogue::DEFAULT).unwrap();
        let calendar = Calendar::of(ATLANTIC).unwrap();
        let details = details.to_string();
        let reader = Details { catalogue: &catalogue, calendar: &calendar, colleague_is_support: false };
        let changes = reader.changes(&details);
        let line = |language| {
            move |change: &Change| {
                let words = |text: &Bilingual| text.in_language(language).to_owned();
                let before = change.before.as_ref().map(|text| format!("{} → ", words(text)));
                format!("{}: {}{}", words(&change.field), before.unwrap_or_default(), words(&change.after))
            }
        };
        changes.iter().map(line(Language::En)).chain(changes.iter().map(line(Language::Fr))).collect()
    }

    #[test]
    fn g3_before_and_after_are_told_in_words() {
        let details = json!({
            "before": { "last_name": "Côté", "title": null, "language": "fr", "active": true,
                "full_time_equivalent": 50, "profiles": ["funding.user"],
                "phones": [{ "kind": "work", "number": "902-555-0142", "extension": "3" }] },
            "after": { "last_name": "Côté", "title": "Trésorier", "language": null, "active": false,
                "full_time_equivalent": 100, "profiles": [], "phones": [] },
            "fields": ["title", "language"],
        });
        let expected = [
            "Title: empty → Trésorier",
            "Phones: 902-555-0142 ext. 3 (work) → empty",
            "Language preference: French → empty",
            "Full-time equivalent (FTE): 0.5 → 1",
            "Status: Active → Inactive",
            "Security profiles: Funding agreement – User → empty",
            "Titre: vide → Trésorier",
            "Téléphones: 902-555-0142 poste 3 (travail) → vide",
            "Langue de préférence: français → vide",
            "Équivalent temps plein (ETP): 0,5 → 1",
            "État: Active → Inactive",
            "Profils de sécurité: Entente de financement – Utilisation → vide",
        ];
        assert_eq!(told(&details), expected);
    }

    #[test]
    fn g3_facts_are_told_and_reasons_have_words() {
        let details = json!({ "invitation": "0193", "email": "b@example.org", "until": "2026-12-22",
            "why": "contact deactivated" });
        let expected = [
            "E-mail: b@example.org",
            "Valid until: December 22, 2026",
            "Reason: the contact was deactivated",
            "Courriel: b@example.org",
            "Valable jusqu’au: 22 décembre 2026",
            "Raison: la personne-ressource a été désactivée",
        ];
        assert_eq!(told(&details), expected);
    }

    #[test]
    fn g3_what_support_did_is_told() {
        let details = json!({
            "before": { "name": { "en": "Tide", "fr": "Marée" }, "tracks_clients": false, "departments": [] },
            "after": { "name": { "en": "Tide House", "fr": "Maison des marées" }, "tracks_clients": true,
                "departments": ["0193"] },
            "module": "funding", "modules": ["funding", "gone"], "profile": "funding.user", "restored": 2,
            "profiles_until": { "funding.user": "2026-12-22" }, "reason": "Asked by letter", "from": 1_795_363_200_000_i64, "evidence": "for Support alone",
        });
        let expected = [
            "Name: Tide → Tide House",
            "Case management with client tracking: no → yes",
            "Module: Funding agreement",
            "Modules: Funding agreement",
            "Last days of profiles: Funding agreement – User (December 22, 2026)",
            "Security profile: Funding agreement – User",
            "Shown from: November 22, 2026 at 12:00 p.m.",
            "Profiles that work again: 2",
            "Reason: Asked by letter",
        ];
        assert_eq!(told(&details)[..9], expected);
        assert_eq!(told(&details)[9], "Nom: Marée → Maison des marées");
    }

    #[test]
    fn g3_figures_departments_and_decisions_are_told() {
        let details = json!({
            "before": { "departments": [], "representative": null },
            "after": { "departments": [{ "en": "Employment", "fr": "Emploi" }],
                "representative": "Alain Allard" },
            "file": "contacts.csv", "figures": { "add": 12, "invite": 0, "faulty": 2 },
            "decision": "keep", "ends_at": 1_798_084_800_000_i64,
        });
        let expected = [
            "Program representative: empty → Alain Allard",
            "Departments that administer its agreements: empty → Employment",
            "Last day: December 23, 2026",
            "Decision: access kept",
            "File: contacts.csv",
            "In figures: contacts added (12), lines with a fault (2)",
        ];
        assert_eq!(told(&details)[..6], expected);
        // What older lines hold: identifiers say nothing to anybody.
        let older = "01935aa0-0000-7000-8000-000000000001";
        let details = json!({ "before": { "representative": null, "departments": [] },
            "after": { "representative": older, "departments": [older] } });
        assert_eq!(told(&details), [""; 0]);
    }

    #[test]
    fn g3_a_field_is_told_or_listed_as_not_told() {
        let details = json!({ "before": { "email": "b@example.org", "new": 1 }, "invitation": "0193",
            "evidence": "Called back.", "another": {} });
        let mut unknown = without_words(&details);
        unknown.sort_unstable();
        assert_eq!(unknown, ["another", "new"]);
        assert!(NOT_TOLD.iter().all(|key| !FIELDS.iter().any(|field| field.0 == *key)));
        for details in [json!(null), json!([1]), json!({ "before": 7, "after": "text" })] {
            assert_eq!(without_words(&details), [""; 0], "{details}");
        }
    }

    #[test]
    fn g3_what_is_not_known_is_left_out() {
        for details in [
            json!({ "secret": "s", "why": "whatever a newer version says" }),
            json!({ "before": { "title": { "a": 1 }, "new": 1 }, "after": { "title": [2], "new": 2 } }),
            json!({ "before": 7, "after": "text", "email": 12, "phones": ["902"], "profiles": "all" }),
            json!(["a", "list"]),
            json!("text"),
            json!(null),
            json!({ "before": {}, "after": {} }),
        ] {
            assert_eq!(told(&details), [""; 0], "{details}");
        }
        let calendar = Calendar::of(ATLANTIC).unwrap();
        let catalogue = catalogue::read(catalogue::DEFAULT).unwrap();
        let reader = Details { catalogue: &catalogue, calendar: &calendar, colleague_is_support: false };
        assert_eq!(reader.changes("{ not json"), []);
    }
}
