//! The programs that judge, and the people and papers of these tests.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use seal::{Attachment, Certificate, Proof, Row, SealKey, SealText, Section, Written};
use std::process::Command;
use tempfile::TempDir;

/// 2026-11-23, a Monday.
pub const NOW: i64 = 1_795_453_200;

/// What a program says of a file, with whatever it complains of.
pub fn asked(program: &str, arguments: &[&str], bytes: &[u8]) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file.pdf");
    std::fs::write(&file, bytes).unwrap();
    let run = Command::new(program).args(arguments).arg(&file).output();
    let run = run.unwrap_or_else(|_| panic!("{program} is missing: `.ci/tools test` installs it"));
    let said = [run.stdout, run.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

/// Keeps a PDF to look at, when `ACCORD_PDFS` names a folder.
#[expect(clippy::disallowed_methods, reason = "whoever looks at pictures asks from outside")]
pub fn kept(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("ACCORD_PDFS") {
        std::fs::write(std::path::Path::new(&folder).join(name), bytes).unwrap();
    }
}

pub fn key() -> (SealKey, Vec<u8>) {
    let made = SealKey::generate("Portail Accord", NOW, NOW + 25 * 31_556_952).unwrap();
    (SealKey::read(&made.private, &made.certificate).unwrap(), made.certificate)
}

pub fn why() -> SealText {
    SealText { name: "Portail Accord".into(), reason: "Entente signée par toutes les personnes".into() }
}

pub fn in_french() -> Written {
    Written {
        title: "Entente de financement 2026-2027".into(),
        language: "fr".into(),
        foot: "Entente de financement 2026-2027".into(),
    }
}

/// Five articles, with everything that Markdown offers.
pub const AGREEMENT: &str = "Entre le **ministère** et la _Garderie de l’Île-aux-Œufs_.\n\n\
# Article premier\n\nLe montant est de 12 500 $. « Cela suffit », dit-on.\n\n\
## Versements\n\n1. Le premier versement suit la signature.\n2. Le second, le rapport :\n   - des dépenses ;\n   - des activités.\n\n\
> Toute somme non dépensée est rendue.\n\n\
| Date | Montant |\n|---|---|\n| 1er avril | 7 500 $ |\n| 1er octobre | 5 000 $ |\n\n---\n\n\
### Pour écrire\n\nVoir [le guide](https://exemple.ca/guide) ou <https://exemple.ca>. <script>alert(1)</script>\n";

fn row(label: &str, value: &str) -> Row {
    Row { label: label.into(), value: value.into() }
}

pub fn certificate_in_french() -> Certificate {
    let who = |name: &str, at: &str| Section {
        heading: format!("Signataire : {name}"),
        rows: vec![
            row("Nom tel que signé", name),
            row("Organisme", "Garderie de l’Île-aux-Œufs"),
            row("Signé le", at),
            row(
                "Compte",
                "martine.leblanc@garderie.example, fournisseur d’identité https://portail.exemple.ca/identity",
            ),
            row("Version lue", "Français"),
        ],
    };
    Certificate {
        language: "fr".into(),
        issuer: "Ministère de l’Exemple".into(),
        heading: "Certificat de signature".into(),
        title: "Entente de financement 2026-2027".into(),
        introduction:
            "Les personnes nommées ci-dessous ont signé électroniquement l’entente qui précède cette page."
                .into(),
        sections: vec![
            Section {
                heading: "L’entente".into(),
                rows: vec![
                    row("Titre", "Entente de financement 2026-2027"),
                    row(
                        "Empreinte SHA-256 du document",
                        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    ),
                ],
            },
            who("Martine LeBlanc", "23 novembre 2026, 10 h 42 min 7 s (heure de l’Atlantique)"),
            who(
                "Nguyễn Thị Ánh-Œuvre de la Très-Longue-Lignée-des-Noms-Composés de Saint-Jean-sur-Richelieu",
                "24 novembre 2026",
            ),
            who("العربية محمد — 王小明", "25 novembre 2026"),
        ],
        proof: Proof {
            heading: "Vérifier cette copie".into(),
            text: "Ouvrez cette adresse, ou photographiez le carré, pour comparer votre copie à l’original."
                .into(),
            address: "https://portail.exemple.ca/fr/verify-agreement?code=7KQM-2XWP-9RTD".into(),
            code_label: "Code de vérification :".into(),
            code: "7KQM-2XWP-9RTD".into(),
            picture: "Code QR qui mène à la page de vérification".into(),
        },
        notes: vec!["Le sceau électronique de ce fichier couvre chacun de ses octets.".into()],
        foot: "Certificat de signature 7KQM-2XWP-9RTD".into(),
        attachment: Some(Attachment {
            name: "entente-fr.md".into(),
            description: "Le texte signé".into(),
            media_type: "text/markdown".into(),
            bytes: AGREEMENT.into(),
        }),
    }
}

pub fn certificate_in_english() -> Certificate {
    let mut certificate = certificate_in_french();
    certificate.language = "en".into();
    certificate.issuer = "Department of Examples".into();
    certificate.heading = "Certificate of signature".into();
    certificate.title = "Funding agreement 2026–2027".into();
    certificate.introduction =
        "The people named below signed the agreement before this page electronically.".into();
    certificate.sections.truncate(2);
    certificate.attachment = None;
    certificate
}

/// A PDF of so many pages, as an office program writes it: a table of objects, Helvetica, no structure.
pub fn scanned(pages: usize) -> Document {
    let mut document = Document::with_version("1.4");
    let root = document.new_object_id();
    let font = document
        .add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let kids = (0..pages).map(|number| {
        let text = format!("BT /F1 18 Tf 72 700 Td (Page {}) Tj ET", number + 1);
        let contents = document.add_object(Stream::new(Dictionary::new(), text.into_bytes()));
        Object::Reference(document.add_object(dictionary! {
            "Type" => "Page", "Parent" => root, "Contents" => contents,
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        }))
    });
    let kids: Vec<Object> = kids.collect();
    let count = i64::try_from(pages).unwrap();
    // Turned, and of another size: pages added later must not inherit it.
    let tree = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count, "Rotate" => 90,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    document.objects.insert(root, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
    document.trailer.set("Root", catalog);
    document
}

pub fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}
