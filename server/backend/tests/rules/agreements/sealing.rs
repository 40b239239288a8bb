//! What everybody signed becomes one sealed PDF, which anybody can verify (S3); and what may be uploaded.

use super::*;
use backend::Reading;
use domain::agreements::{Verdict, Verified};
use lopdf::{Document as Paper, Object, Stream, dictionary};

/// Signed by Bruno and Zoé; the signatory that each of them is.
async fn signed_by_both(stage: &Stage, cast: &Cast, form: &AgreementForm) -> [(SignedIn, SignatoryId); 2] {
    let Cast { org, alice, bruno, zoe, .. } = cast;
    sent(alice, org, form).await;
    let his = link_in(&stage.letters_to(&bruno.email).await.pop().unwrap());
    let hers = link_in(&stage.letters_to(&zoe.email).await.pop().unwrap());
    let him = bruno.signs_in().await.unwrap();
    let her = stage.signed_in(stage.account("Zoé Roy").await).await;
    let (his, hers) = (sign(&him, &his).await.unwrap(), sign(&her, &hers).await.unwrap());
    stage.read_all().await;
    [(him, his), (her, hers)]
}

/// A PDF of two pages, as an office program writes it.
fn paper() -> Paper {
    let mut paper = Paper::with_version("1.4");
    let root = paper.new_object_id();
    let font =
        paper.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let page = |paper: &mut Paper, text: &str| {
        let drawn = format!("BT /F1 18 Tf 72 700 Td ({text}) Tj ET").into_bytes();
        let contents = paper.add_object(Stream::new(dictionary! {}, drawn));
        let fonts = dictionary! { "Font" => dictionary! { "F1" => font } };
        paper.add_object(dictionary! {
            "Type" => "Page", "Parent" => root, "Contents" => contents, "Resources" => fonts,
            "MediaBox" => vec![0.into(), 0.into(), 612.into(), 792.into()],
        })
    };
    let kids = ["Article one", "Article two"].map(|text| Object::Reference(page(&mut paper, text)));
    let pages = dictionary! { "Type" => "Pages", "Kids" => kids.to_vec(), "Count" => 2 };
    paper.objects.insert(root, Object::Dictionary(pages));
    let catalog = paper.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
    paper.trailer.set("Root", catalog);
    paper
}

fn saved(mut paper: Paper) -> Vec<u8> {
    let mut bytes = Vec::new();
    paper.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn s3_what_everybody_signed_is_sealed_once_and_all_parties_get_the_same_bytes() {
    on_both(async |stage| {
        let cast = cast(stage).await;
        let form = form(&[&cast.bruno, &cast.zoe]);
        let [(him, his), (her, hers)] = signed_by_both(stage, &cast, &form).await;
        assert_eq!(refusal(him.own_sealed(his, Language::Fr).await), Problem::NotSealedYet);
        // Two servers at once make one seal.
        let other = stage.portal.clone();
        let (one, two) = tokio::join!(stage.portal.seal_agreements(), other.seal_agreements());
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        assert_eq!(stage.portal.seal_agreements().await.unwrap(), 0);
        assert_eq!(stage.number("SELECT count(*) FROM agreement_seals").await, 2);
        assert_eq!(stage.number("SELECT count(*) FROM seal_keys").await, 1);

        let copy = him.own_sealed(his, Language::Fr).await.unwrap();
        assert_eq!(copy, her.own_sealed(hers, Language::Fr).await.unwrap());
        let read = seal::texts(&copy.bytes).unwrap().join("\n");
        for words in
            ["Objet", "Certificat de signature", "Bruno Boudreau", "Zoé Roy", "https://accord.example"]
        {
            assert!(read.contains(words), "{words}: {read}");
        }
        let in_english = him.own_sealed(his, Language::En).await.unwrap();
        assert!(seal::texts(&in_english.bytes).unwrap().join("\n").contains("Certificate of signature"));
        // Everybody is told once: both signatories and whoever prepared it.
        for person in [&cast.alice, &cast.bruno, &cast.zoe] {
            let letter = stage.letter_to(&person.email).await;
            assert!(copy.name.contains(&code_in(&letter)), "{} in {}", copy.name, letter.text);
        }
        assert_eq!(stage.activity().await.pop().unwrap().event, "agreement.sealed");
    });
}

/// The verification code in a letter.
fn code_in(letter: &Letter) -> String {
    let groups = |word: &&str| word.len() == 23 && word.split('-').all(|group| group.len() == 5);
    letter.text.split_whitespace().find(groups).unwrap_or_default().to_owned()
}

#[test]
fn s3_anybody_with_the_code_verifies_a_copy_and_one_changed_byte_is_noticed() {
    on_both(async |stage| {
        let cast = cast(stage).await;
        let [(him, his), _] = signed_by_both(stage, &cast, &form(&[&cast.bruno, &cast.zoe])).await;
        stage.portal.seal_agreements().await.unwrap();
        let code = code_in(&stage.letter_to(&cast.bruno.email).await);
        let copy = him.own_sealed(his, Language::Fr).await.unwrap();
        let visitor = stage.portal.visitor();
        let Verified { parties, documents, .. } =
            visitor.verify_agreement(&code.to_lowercase()).await.unwrap();
        assert_eq!(parties.len(), 2);
        assert!(documents.iter().any(|document| document.sealed_sha256 == copy.sha256));
        let same = visitor.verify_copy(&code, &copy.bytes).await.unwrap();
        assert_eq!(same, Verdict::Same { language: Language::Fr });
        let mut changed = copy.bytes.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        assert_eq!(visitor.verify_copy(&code, &changed).await.unwrap(), Verdict::Different);
        // Without the portal, the seal inside says the same.
        let key = stage.rows("SELECT certificate FROM seal_keys").await.pop().unwrap();
        let certificate: Vec<u8> = key.try_get("", "certificate").unwrap();
        assert_eq!(seal::verify(&certificate, &copy.bytes), seal::Verdict::Intact);
        assert_eq!(seal::verify(&certificate, &changed), seal::Verdict::Changed);
        stage.read_all().await;
    });
}

#[test]
fn s3_the_key_that_seals_is_kept_sealed() {
    on_both(async |stage| {
        let cast = cast(stage).await;
        signed_by_both(stage, &cast, &form(&[&cast.bruno, &cast.zoe])).await;
        assert_eq!(stage.portal.seal_agreements().await.unwrap(), 1);
        // Whoever changes the database alone cannot put another key there: nothing is sealed with it.
        stage.read_all().await;
        signed_by_both(stage, &cast, &form(&[&cast.bruno, &cast.zoe])).await;
        stage
            .run("UPDATE seal_keys SET sealed = $1", [b"another key, not sealed here".to_vec().into()])
            .await;
        assert_eq!(stage.portal.seal_agreements().await.unwrap(), 0);
        assert_eq!(stage.number("SELECT count(*) FROM agreement_seals").await, 2);
    });
}

#[test]
fn s3_a_pdf_is_read_in_pictures_and_text_and_sealed_with_its_own_bytes_first() {
    on_both(async |stage| {
        let cast = cast(stage).await;
        let (Cast { org, alice, bruno, .. }, bytes) = (&cast, saved(paper()));
        let form = AgreementForm { text_fr: String::new(), ..form(&[bruno]) };
        let files = AgreementFiles { fr: bytes.clone(), ..AgreementFiles::default() };
        let permit = prepares(alice, org).await;
        let id = permit.prepare_agreement(&form, files).await.unwrap();
        permit.send_agreement(id, version(alice, org, id).await).await.unwrap();
        let token = link_in(&stage.letter_to(&bruno.email).await);
        let him = bruno.signs_in().await.unwrap();

        let card = him.agreement_by_link(&token).await.unwrap();
        let pages: Vec<u32> = card.documents.iter().map(|document| document.pages).collect();
        assert_eq!(pages, [0, 2], "a text has no pages of its own");
        let read = him.reading_by_link(&token, Language::Fr).await.unwrap();
        assert_eq!(read, Reading::Pdf { pages: vec!["Article one".into(), "Article two".into()] });
        let read = him.reading_by_link(&token, Language::En).await.unwrap();
        assert_eq!(read, Reading::Written { html: "<h3>Purpose</h3>\n<p>Services.</p>\n".into() });
        let picture = him.page_picture_by_link(&token, Language::Fr, 2).await.unwrap();
        assert!(picture.starts_with(b"\x89PNG"));
        for page in [0, 3] {
            assert_eq!(
                refusal(him.page_picture_by_link(&token, Language::Fr, page).await),
                Problem::NotFound
            );
        }
        assert_eq!(refusal(him.page_picture_by_link(&token, Language::En, 1).await), Problem::NotFound);
        let reader = reads(alice, org).await;
        assert!(reader.agreement_page_picture(id, Language::Fr, 1).await.is_ok());
        assert!(matches!(reader.agreement_reading(id, Language::Fr).await, Ok(Reading::Pdf { .. })));

        let his = sign(&him, &token).await.unwrap();
        stage.portal.seal_agreements().await.unwrap();
        let copy = him.own_sealed(his, Language::Fr).await.unwrap();
        assert!(copy.bytes.starts_with(&bytes));
        stage.read_all().await;
    });
}

#[test]
fn s3_what_is_no_harmless_pdf_is_refused_beside_its_file() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let permit = prepares(&alice, &org).await;
        let form = AgreementForm { text_en: String::new(), ..form(&[&zoe]) };
        let mut scripted = paper();
        let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
        scripted.catalog_mut().unwrap().set("OpenAction", script);
        let many = (0..200).fold(paper(), |mut paper, _| {
            let root = paper.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
            let page = paper.add_object(dictionary! { "Type" => "Page", "Parent" => root });
            let root = paper.get_dictionary_mut(root).unwrap();
            root.get_mut(b"Kids").unwrap().as_array_mut().unwrap().push(page.into());
            paper
        });
        for (en, expected) in [
            (b"PK\x03\x04".to_vec(), Problem::NotAPdf),
            (b"%PDF-1.7 nothing".to_vec(), Problem::PdfBroken),
            (saved(scripted), Problem::PdfActive),
            (saved(many), Problem::PdfTooManyPages { most: 200 }),
            (vec![b' '; 11 << 20], Problem::PdfTooLarge { megabytes: 10 }),
        ] {
            let files = AgreementFiles { en, ..AgreementFiles::default() };
            assert_eq!(fault(permit.prepare_agreement(&form, files).await, Field::PdfEn), expected);
        }
        assert_eq!(stage.number("SELECT count(*) FROM documents").await, 0);
    });
}
