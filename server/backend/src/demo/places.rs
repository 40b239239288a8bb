//! Organizations that could be anywhere on an Atlantic shore and are nowhere.

use domain::Bilingual;

/// A sort of organization, what it is eligible for beside what everybody is, and its word in addresses.
pub(super) struct Kind {
    en: &'static str,
    fr: &'static str,
    word: &'static str,
    pub(super) modules: &'static [&'static str],
    pub(super) tracks_clients: bool,
}

const fn kind(
    en: &'static str,
    fr: &'static str,
    word: &'static str,
    modules: &'static [&'static str],
) -> Kind {
    Kind { en, fr, word, modules, tracks_clients: false }
}

/// The main organization's; where a newcomer begins, nothing more is asked of a contact than must be (C3).
const MAIN: Kind =
    kind("Employment and Training Hub", "Carrefour emploi et formation", "", &["registration", "learners"]);

const KINDS: [Kind; 16] = [
    kind("Literacy Council", "Conseil d’alphabétisation", "literacy", &["learners"]),
    Kind {
        tracks_clients: true,
        ..kind("Employment Centre", "Centre d’emploi", "emploi", &["registration", "cases"])
    },
    kind("College of Trades", "Collège de métiers", "college", &["colleges"]),
    kind("Youth Services", "Services à la jeunesse", "jeunesse", &["registration"]),
    kind(
        "Newcomers’ Welcome House",
        "Maison d’accueil des personnes immigrantes",
        "welcome",
        &["registration"],
    ),
    kind("Development Cooperative", "Coopérative de développement", "coop", &[]),
    kind("Community Learning Circle", "Cercle communautaire d’apprentissage", "learning", &["learners"]),
    kind("Inclusion Association", "Association pour l’inclusion", "inclusion", &["registration"]),
    kind("Training Workshops", "Ateliers de formation", "ateliers", &["registration"]),
    kind("School of Personal Care", "École de soins personnels", "school", &["colleges"]),
    Kind {
        tracks_clients: true,
        ..kind("Job Support Network", "Réseau d’aide à l’emploi", "jobs", &["cases"])
    },
    kind("Family Resource House", "Maison de ressources familiales", "familles", &[]),
    kind("Trades Council", "Conseil des métiers", "trades", &["registration"]),
    kind("Community Kitchen", "Cuisine communautaire", "cuisine", &[]),
    kind("Arts and Heritage Society", "Société des arts et du patrimoine", "heritage", &[]),
    kind("Next Generation House", "Maison de la relève", "releve", &["registration"]),
];

/// English; French with what stands before it.
const LANDS: [(&str, &str); 15] = [
    ("Bay", "de la Baie"),
    ("Point", "de la Pointe"),
    ("Harbour", "du Havre"),
    ("Cove", "de l’Anse"),
    ("Island", "de l’Île"),
    ("Shore", "de la Côte"),
    ("Brook", "du Ruisseau"),
    ("Marsh", "du Marais"),
    ("Valley", "de la Vallée"),
    ("Ridge", "de la Crête"),
    ("Beach", "de la Plage"),
    ("Hill", "de la Colline"),
    ("Portage", "du Portage"),
    ("Lake", "du Lac"),
    ("Dunes", "des Dunes"),
];

const AFTER: [(&str, &str); 37] = [
    ("Tern", "Sternes"),
    ("Osprey", "Balbuzards"),
    ("Porpoise", "Marsouins"),
    ("Otter", "Loutres"),
    ("Puffin", "Macareux"),
    ("Plover", "Pluviers"),
    ("Sandpiper", "Bécasseaux"),
    ("Cormorant", "Cormorans"),
    ("Eider", "Eiders"),
    ("Kittiwake", "Mouettes"),
    ("Thrush", "Grives"),
    ("Finch", "Pinsons"),
    ("Kinglet", "Roitelets"),
    ("Swift", "Martinets"),
    ("Hare", "Lièvres"),
    ("Smelt", "Éperlans"),
    ("Clam", "Palourdes"),
    ("Scallop", "Pétoncles"),
    ("Urchin", "Oursins"),
    ("Shrimp", "Crevettes"),
    ("Cranberry", "Canneberges"),
    ("Raspberry", "Framboises"),
    ("Currant", "Gadelles"),
    ("Wild Rose", "Églantiers"),
    ("Iris", "Iris"),
    ("Rush", "Joncs"),
    ("Cattail", "Quenouilles"),
    ("Fern", "Fougères"),
    ("Tamarack", "Mélèzes"),
    ("Aspen", "Trembles"),
    ("Juniper", "Genévriers"),
    ("Alder", "Aulnes"),
    ("Pebble", "Galets"),
    ("Mist", "Brumes"),
    ("Lantern", "Lanternes"),
    ("Schooner", "Goélettes"),
    ("Shell", "Coquillages"),
];

/// Steps from one place to the next; it shares no factor with the number of places, so that all are visited.
const STEP: usize = 127;

/// The operator's: it funds the others and is eligible for nothing itself.
const OPERATOR: Kind =
    kind("Atlantic Agreements Office", "Bureau des ententes de l’Atlantique", "ententes", &[]);

/// An organization as others know it.
pub(super) struct Place {
    pub(super) name: Bilingual,
    /// What its addresses end in.
    pub(super) domain: String,
    pub(super) town: Bilingual,
    pub(super) kind: &'static Kind,
}

/// The operator's.
pub(super) fn operator() -> Place {
    Place {
        name: Bilingual::new(OPERATOR.en, OPERATOR.fr),
        domain: "ententes.example.org".to_owned(),
        town: main().town,
        kind: &OPERATOR,
    }
}

/// The main organization.
pub(super) fn main() -> Place {
    place(&MAIN, 0, 0)
}

/// The others, each with a name of its own.
pub(super) fn other(number: usize) -> Place {
    let kind = &KINDS[number % KINDS.len()];
    let places = LANDS.len() * AFTER.len();
    let round = number / KINDS.len();
    // The second organization of a demonstration stands at Osprey Point, the third at Porpoise Harbour …
    let first = (number % KINDS.len() + 1) * (LANDS.len() + 1);
    place(kind, (first + round * STEP) % places, round / places)
}

/// `lap` numbers those beyond all names.
fn place(kind: &'static Kind, at: usize, lap: usize) -> Place {
    let (land, de_la_terre) = LANDS[at % LANDS.len()];
    let (after, apres) = AFTER[at / LANDS.len()];
    let number = if lap > 0 { format!(" {}", lap + 1) } else { String::new() };
    let terre = de_la_terre.rsplit([' ', '’']).next().unwrap_or_default();
    let domain = format!("{}{}.{after}-{land}.example.org", kind.word, number.trim());
    Place {
        name: Bilingual::new(
            format!("{after} {land} {}{number}", kind.en),
            format!("{} {de_la_terre}-aux-{apres}{number}", kind.fr),
        ),
        domain: domain.trim_start_matches('.').to_lowercase().replace(' ', "-"),
        town: Bilingual::new(format!("{after} {land}"), format!("{terre}-aux-{apres}")),
        kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_organizations_share_a_name_or_a_domain() {
        let mut seen = HashSet::new();
        for number in 0..KINDS.len() * LANDS.len() * AFTER.len() + 100 {
            let Place { name, domain, .. } = other(number);
            assert!(seen.insert(name.en.clone()), "{}", name.en);
            assert!(seen.insert(name.fr.clone()), "{}", name.fr);
            assert!(seen.insert(domain.clone()), "{domain}");
        }
        assert!(seen.insert(main().name.en));
    }

    #[test]
    fn names_are_said_as_each_language_says_them() {
        assert_eq!(
            main().name,
            Bilingual::new(
                "Tern Bay Employment and Training Hub",
                "Carrefour emploi et formation de la Baie-aux-Sternes"
            )
        );
        assert_eq!(
            other(0).name,
            Bilingual::new(
                "Osprey Point Literacy Council",
                "Conseil d’alphabétisation de la Pointe-aux-Balbuzards"
            )
        );
        assert_eq!(
            other(3).name,
            Bilingual::new("Puffin Island Youth Services", "Services à la jeunesse de l’Île-aux-Macareux")
        );
        assert_eq!(main().domain, "tern-bay.example.org");
        assert_eq!(main().town, Bilingual::new("Tern Bay", "Baie-aux-Sternes"));
        assert_eq!(other(0).domain, "literacy.osprey-point.example.org");
    }
}
