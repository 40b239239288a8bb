//! People of the Atlantic provinces: Acadian, English-speaking, Mi'kmaw, and from everywhere.

use super::dice::Dice;
use domain::{Language, fold};

/// Somebody with a name, and the part of an address that it makes.
pub(super) struct Named {
    pub(super) first: String,
    /// The only name of those who have one.
    pub(super) last: String,
    pub(super) mailbox: String,
    /// What the person surely speaks; nothing when it may be either.
    pub(super) language: Option<Language>,
}

/// First names and last names that go together.
struct Community {
    first: &'static [&'static str],
    last: &'static [&'static str],
    language: Option<Language>,
}

const ACADIAN: Community = Community {
    first: &[
        "Marie-Ève",
        "Josée",
        "Geneviève",
        "Gisèle",
        "Éloïse",
        "Mélanie",
        "Chantal",
        "Anne-Marie",
        "Noémie",
        "Zoé",
        "Évangéline",
        "Hélène",
        "Mathilde",
        "Océane",
        "Thérèse",
        "Solange",
        "Léa",
        "Maëlle",
        "Françoise",
        "Rose-Hélène",
        "Ginette",
        "Monique",
        "Danielle",
        "Sylvie",
        "Nathalie",
        "Isabelle",
        "Véronique",
        "Émilie",
        "Audrey",
        "Florence",
        "Jean-Guy",
        "Luc",
        "René",
        "Éloi",
        "Étienne",
        "Émile",
        "Gérald",
        "Normand",
        "Yvon",
        "Réjean",
        "Jean-François",
        "Benoît",
        "Gaëtan",
        "Léo",
        "Mathieu",
        "Samuel",
        "Olivier",
        "Zacharie",
        "Aurèle",
        "Pierre-Luc",
        "Rhéal",
        "Édouard",
        "Camille",
        "Claude",
        "Dominique",
        "Sacha",
        "Loïc",
        "François",
        "Ghislain",
        "Stéphane",
    ],
    last: &[
        "LeBlanc",
        "Cormier",
        "Landry",
        "Arsenault",
        "Gallant",
        "Richard",
        "Robichaud",
        "Thériault",
        "Doucet",
        "Boudreau",
        "Comeau",
        "Melanson",
        "Gaudet",
        "Bourque",
        "Belliveau",
        "Thibodeau",
        "Savoie",
        "Hébert",
        "Léger",
        "Poirier",
        "Chiasson",
        "Mallet",
        "Duguay",
        "Haché",
        "Losier",
        "Basque",
        "Brideau",
        "Ferron",
        "Godin",
        "Doiron",
        "Surette",
        "d’Entremont",
        "d’Eon",
        "Muise",
        "Saulnier",
        "Maillet",
        "Bastarache",
        "Babineau",
        "Girouard",
        "Allain",
        "Goguen",
        "Vautour",
        "Daigle",
        "Cyr",
        "Ouellette",
        "Michaud",
        "Pelletier",
        "Bossé",
        "Lévesque",
        "Côté",
        "Émond",
        "Éthier",
        "Émard",
        "Nadeau",
        "Gagnon",
        "Fournier",
        "St-Pierre",
        "St-Onge",
        "Roy",
        "Roussel",
        "Aubé",
        "Légère",
        "Frenette",
        "Guignard",
        "Noël",
        "Paulin",
        "Lanteigne",
        "Bélanger",
        "Castonguay",
        "L’Italien",
        "Lebœuf",
        "Le Bouthillier",
    ],
    language: Some(Language::Fr),
};

const ENGLISH: Community = Community {
    first: &[
        "Ryan",
        "Heather",
        "Emily",
        "Megan",
        "Sheila",
        "Colleen",
        "Siobhan",
        "Shauna",
        "Fiona",
        "Ainsley",
        "Mackenzie",
        "Jordan",
        "Taylor",
        "Robin",
        "Morgan",
        "Ian",
        "Angus",
        "Duncan",
        "Alasdair",
        "Hugh",
        "Neil",
        "Kevin",
        "Brendan",
        "Patrick",
        "Wayne",
        "Glenn",
        "Bradley",
        "Tyler",
        "Ethan",
        "Liam",
        "Noah",
        "Olivia",
        "Ava",
        "Charlotte",
        "Grace",
        "Hannah",
        "Katherine",
        "Margaret",
        "Mary Ellen",
        "Anne",
        "Erin",
        "Kelsey",
        "Leah",
        "Nora",
        "Zoë",
        "Bernadette",
        "Quinn",
        "Desmond",
        "Gail",
        "Darlene",
        "Marcus",
        "Imani",
        "J. P.",
        "Seán",
    ],
    last: &[
        "MacDonald",
        "MacLeod",
        "MacNeil",
        "MacKinnon",
        "MacIsaac",
        "MacLellan",
        "Campbell",
        "Murphy",
        "O’Brien",
        "O'Neill",
        "Sullivan",
        "Walsh",
        "Power",
        "Fraser",
        "Chisholm",
        "Beaton",
        "Gillis",
        "Rankin",
        "Smith",
        "Brown",
        "Wilson",
        "Stewart",
        "Steeves",
        "Lutes",
        "Zwicker",
        "Eisenhauer",
        "Corkum",
        "Crouse",
        "Himmelman",
        "Hatt",
        "Oickle",
        "Whynot",
        "Nickerson",
        "Swim",
        "Tremblett",
        "Fudge",
        "Snook",
        "Peddle",
        "Squires",
        "Noseworthy",
        "Dawe",
        "Hynes",
        "Best",
        "Ings",
        "Eaton",
        "Easterbrook",
        "Ells",
        "Sangster",
        "Upshaw",
        "Clayton",
        "Cromwell",
        "Downey",
        "Jarvis",
        "Smith-Keddy",
        "Van den Berg",
        "McCarthy",
        "Cote",
        "Ash",
    ],
    language: Some(Language::En),
};

const MIKMAW: Community = Community {
    first: &[
        "Mali",
        "Malian",
        "Sa'n",
        "Pie'l",
        "Mise'l",
        "Tuma",
        "Rita",
        "Savannah",
        "Noel",
        "Trevor",
        "Kiara",
        "Lindsay",
        "Joel",
        "Shania",
        "Darcy",
        "Elizabeth",
        "Stephen",
        "Dawson",
        "Annie",
        "Leon",
    ],
    last: &[
        "Googoo",
        "Sylliboy",
        "Paul",
        "Denny",
        "Marshall",
        "Prosper",
        "Bernard",
        "Augustine",
        "Levi",
        "Simon",
        "Knockwood",
        "Gloade",
        "Sack",
        "Milliea",
        "Ginnish",
        "Peter-Paul",
        "Ward",
        "LaBillois",
        "Metallic",
        "Barlow",
        "Sanipass",
        "Julian",
        "Francis",
        "Isadore",
        "Battiste",
        "Cremo",
    ],
    language: None,
};

const NEWCOMERS: [Community; 8] = [
    Community {
        first: &["Thị Hương", "Minh", "Anh", "Quỳnh", "Đức", "Thảo", "Lan", "Bảo-Linh"],
        last: &["Nguyễn", "Trần", "Lê", "Phạm", "Ngô", "Đỗ", "Ô", "Vũ"],
        language: None,
    },
    Community {
        first: &["Wei", "Xin Yi", "Mei", "Jun", "Ka-Ho", "Yan", "Bo", "Ying", "Siu-Ming"],
        last: &["Li", "Ng", "Wu", "Wang", "Xu", "Zhao", "He", "Ho", "Lee", "Wong", "Ou"],
        language: None,
    },
    Community {
        first: &["Amira", "Yasmine", "Omar", "Karim", "Leïla", "Nour", "Samir", "Rania"],
        last: &["Haddad", "El-Khoury", "Al-Masri", "Abou Saïd", "Ben Youssef", "Darwish", "Nasser", "Khalil"],
        language: None,
    },
    Community {
        first: &[
            "Olena", "Oksana", "Andriy", "Taras", "Iryna", "Dmytro", "Łukasz", "Zoë", "Øystein", "Guðrún",
        ],
        last: &[
            "Shevchenko",
            "Kovalenko",
            "Bondarenko",
            "Tkachuk",
            "Żak",
            "Sørensen",
            "Jónsdóttir",
            "Þórarinsson",
        ],
        language: None,
    },
    Community {
        first: &["Maria Luz", "Jose Ramon", "Angelica", "Rowena", "Ernesto", "Lourdes", "Jun-Jun"],
        last: &["Dela Cruz", "De La Cruz", "Santos", "Reyes", "Bautista", "Villanueva", "Núñez"],
        language: Some(Language::En),
    },
    Community {
        first: &["Harpreet", "Gurleen", "Arjun", "Priya", "Anjali", "Rohan", "Simran"],
        last: &["Singh", "Kaur", "Patel", "Sharma", "Iyer", "Krishnamurthy", "Varghese", "Gill"],
        language: Some(Language::En),
    },
    Community {
        first: &[
            "Fatoumata",
            "Aïcha",
            "Mamadou",
            "Kouamé",
            "Widelène",
            "Espérance",
            "Divine",
            "Jacques-Édouard",
        ],
        last: &[
            "Jean-Baptiste",
            "Pierre-Louis",
            "Désir",
            "Mukendi",
            "N’Diaye",
            "N'Guessan",
            "Traoré",
            "Ouédraogo",
        ],
        language: Some(Language::Fr),
    },
    Community {
        first: &["Ayşe", "Işıl", "Emre", "Derya", "Nil", "Bülent"],
        last: &["Çelik", "Yılmaz", "Öztürk", "Şahin", "Aksoy"],
        language: None,
    },
];

/// Names written as their owners write them: first, last, and how an address spells them.
const OWN_SCRIPT: [(&str, &str, &str); 14] = [
    ("小明", "王", "xiaoming.wang"),
    ("秀英", "李", "xiuying.li"),
    ("Олена", "Шевченко", "olena.shevchenko"),
    ("Андрій", "Коваленко", "andriy.kovalenko"),
    ("أحمد", "المصري", "ahmad.almasri"),
    ("ليلى", "حداد", "leila.haddad"),
    ("민준", "김", "minjun.kim"),
    ("さくら", "佐藤", "sakura.sato"),
    ("ਹਰਪ੍ਰੀਤ", "ਸਿੰਘ", "harpreet.singh"),
    ("प्रिया", "शर्मा", "priya.sharma"),
    ("Ελένη", "Παπαδοπούλου", "eleni.papadopoulou"),
    ("ნინო", "გელაშვილი", "nino.gelashvili"),
    ("ሰላም", "ሀይሉ", "selam.hailu"),
    ("דוד", "לוי", "david.levy"),
];

/// People who have one name.
const ONE_NAME: [&str; 10] = [
    "Suharti",
    "Wahyuni",
    "Sutrisno",
    "Zarmina",
    "Parwana",
    "Meenakshi",
    "Tenzin",
    "Dolma",
    "Nurhayati",
    "Áslaug",
];

/// Who is worth finding in the main organization, whatever the dice say.
const FEATURED: [(&str, &str, Option<Language>); 16] = [
    ("Gabriel", "Côté", Some(Language::Fr)),
    ("Ka-Ho", "Ng", None),
    ("Émile", "Émond", Some(Language::Fr)),
    ("Anh", "Ô", None),
    ("Sheila", "O’Brien", Some(Language::En)),
    ("", "Suharti", None),
    ("Geneviève", "Côté-Robichaud", Some(Language::Fr)),
    ("Wei", "Li", Some(Language::En)),
    ("Éloïse", "Éthier", Some(Language::Fr)),
    ("Jean-Guy", "d’Entremont", Some(Language::Fr)),
    ("Evelyn", "Eaton", Some(Language::En)),
    ("Malian", "Augustine", None),
    ("Thomas", "Cote", Some(Language::En)),
    ("Zoé", "Étienne", Some(Language::Fr)),
    ("Pie'l", "Peter-Paul", None),
    ("Olivier", "Lebœuf", Some(Language::Fr)),
];

/// The featured person of that number.
pub(super) fn featured(number: usize) -> Option<Named> {
    FEATURED.get(number).map(|(first, last, language)| named(first, last, *language))
}

/// Somebody who may well live where that language is spoken.
pub(super) fn anybody(dice: &Dice, around: Language) -> Named {
    let (acadian, english) = match around {
        Language::Fr => (62, 78),
        Language::En => (20, 73),
    };
    match dice.below(100) {
        at if at < acadian => of(dice, &ACADIAN),
        at if at < english => of(dice, &ENGLISH),
        at if at < english + 7 => of(dice, &MIKMAW),
        98 => named("", dice.one::<&str>(&ONE_NAME), None),
        99 => {
            let (first, last, mailbox) = *dice.one(&OWN_SCRIPT);
            Named {
                first: first.to_owned(),
                last: last.to_owned(),
                mailbox: mailbox.to_owned(),
                language: None,
            }
        }
        _ => of(dice, dice.one(&NEWCOMERS)),
    }
}

fn of(dice: &Dice, community: &Community) -> Named {
    let (first, last) = (dice.one(community.first), dice.one(community.last));
    let second = dice.one(community.last);
    // Two names, joined, for a few.
    let double =
        dice.percent(4) && second != last && !last.contains([' ', '-']) && !second.contains([' ', '-']);
    let last = if double { format!("{last}-{second}") } else { (*last).to_owned() };
    named(first, &last, community.language)
}

fn named(first: &str, last: &str, language: Option<Language>) -> Named {
    let mailbox =
        if first.is_empty() { letters(last) } else { format!("{}.{}", letters(first), letters(last)) };
    Named { first: first.to_owned(), last: last.to_owned(), mailbox, language }
}

/// The part of an address that a name makes.
pub(super) fn letters(name: &str) -> String {
    fold::fold(name).chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Email;

    #[test]
    fn every_name_makes_an_address() {
        let communities = [&ACADIAN, &ENGLISH, &MIKMAW].into_iter().chain(&NEWCOMERS);
        let pairs = communities.flat_map(|all| {
            all.first
                .iter()
                .map(|first| (*first, all.last[0]))
                .chain(all.last.iter().map(|last| (all.first[0], *last)))
        });
        for (first, last) in
            pairs.chain(FEATURED.map(|(first, last, _)| (first, last))).chain(ONE_NAME.map(|only| ("", only)))
        {
            let mailbox = named(first, last, None).mailbox;
            assert!(Email::parse(&format!("{mailbox}@example.org")).is_ok(), "{first} {last}: {mailbox}");
        }
        assert_eq!(named("J. P.", "d’Entremont", None).mailbox, "jp.dentremont");
        assert_eq!(named("", "Suharti", None).mailbox, "suharti");
    }
}
