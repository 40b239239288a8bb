//! What was signed, its certificate and the seal over both (S3).

use crate::tools::{
    AGREEMENT, NOW, asked, certificate_in_english, certificate_in_french, in_french, kept, key, saved,
    scanned, why,
};
use lopdf::{Document, SaveOptions};
use seal::{Certificate, SealKey, SealText, Unmade, Verdict, check, sealed, text, verify, written};

/// An agreement with its certificate, sealed.
fn agreed() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let document = written(AGREEMENT, &in_french()).unwrap();
    let pages = sealed(&document, &certificate_in_french()).unwrap();
    let (key, certificate) = key();
    (key.seal(&pages, NOW, &why()).unwrap(), document, certificate)
}

#[test]
fn s3_another_program_finds_the_seal_valid_over_the_whole_file() {
    let (copy, _, certificate) = agreed();
    kept("sealed-fr.pdf", &copy);
    let said = asked("pdfsig", &["-nocert"], &copy);
    assert!(said.contains("Signature is Valid"), "{said}");
    assert!(said.contains("Total document signed"), "{said}");
    assert!(said.contains("ETSI.CAdES.detached"), "{said}");
    assert_eq!(verify(&certificate, &copy), Verdict::Intact);
}

#[test]
fn s3_one_changed_byte_is_noticed_wherever_it_lies() {
    let (copy, ..) = agreed();
    let (_, certificate) = key();
    assert_eq!(verify(&certificate, &copy), Verdict::Changed, "another portal's key");
    let (copy, _, certificate) = agreed();
    let step = copy.len() / 97;
    for at in (0..copy.len()).step_by(step).chain(copy.len() - 9000..copy.len()) {
        let mut changed = copy.clone();
        changed[at] ^= 1;
        assert_ne!(verify(&certificate, &changed), Verdict::Intact, "byte {at} of {}", copy.len());
    }
    let mut changed = copy.clone();
    changed[copy.len() / 3] ^= 1;
    let said = asked("pdfsig", &["-nocert"], &changed);
    assert!(!said.contains("Signature is Valid"), "{said}");
    for other in [[copy.as_slice(), b"\n"].concat(), copy[..copy.len() - 1].to_vec()] {
        assert_ne!(verify(&certificate, &other), Verdict::Intact, "longer or shorter");
    }
}

#[test]
fn s3_what_was_signed_is_the_beginning_of_the_sealed_file_to_the_byte() {
    let (copy, document, _) = agreed();
    assert!(copy.starts_with(&document));
}

#[test]
fn s3_a_file_without_our_seal_is_said_to_have_none() {
    let document = written(AGREEMENT, &in_french()).unwrap();
    let (_, certificate) = key();
    assert_eq!(verify(&certificate, &document), Verdict::Unsealed);
    assert_eq!(verify(&certificate, b""), Verdict::Unsealed);
}

#[test]
fn g1_the_sealed_file_is_tagged_titled_and_in_its_language() {
    let (copy, ..) = agreed();
    let said = asked("pdfinfo", &[], &copy);
    assert!(said.contains("Tagged:          yes"), "{said}");
    assert!(said.contains("Entente de financement 2026-2027"), "{said}");
    let structure = asked("pdfinfo", &["-struct-text"], &copy);
    for part in ["H1", "Table", "Figure", "Certificat de signature", "Versements"] {
        assert!(structure.contains(part), "{part}: {structure}");
    }
    let document = Document::load_mem(&copy).unwrap();
    assert_eq!(document.catalog().unwrap().get(b"Lang").unwrap().as_str().unwrap(), b"fr");
}

#[test]
fn s3_another_program_finds_no_fault_in_the_file() {
    let (copy, document, _) = agreed();
    for bytes in [document, copy] {
        let said = asked("qpdf", &["--check"], &bytes);
        assert!(said.contains("No syntax or stream encoding errors"), "{said}");
    }
}

#[test]
fn s3_an_uploaded_pdf_is_sealed_however_its_objects_are_listed() {
    let modern = {
        let mut document = scanned(3);
        let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
        let mut bytes = Vec::new();
        document.save_with_options(&mut bytes, options).unwrap();
        bytes
    };
    let (key, certificate) = key();
    for document in [saved(scanned(3)), modern] {
        assert_eq!(check(&document).unwrap().pages, 3);
        let pages = sealed(&document, &certificate_in_english()).unwrap();
        let copy = key.seal(&pages, NOW, &why()).unwrap();
        kept("sealed-upload-en.pdf", &copy);
        assert_eq!(verify(&certificate, &copy), Verdict::Intact);
        assert!(copy.starts_with(&document));
        let said = asked("pdfsig", &["-nocert"], &copy);
        assert!(said.contains("Signature is Valid"), "{said}");
        let said = asked("qpdf", &["--check"], &copy);
        assert!(said.contains("No syntax or stream encoding errors"), "{said}");
        let said = asked("pdfinfo", &["-f", "4", "-l", "4"], &copy);
        assert!(said.contains("rot:   0"), "upright: {said}");
        assert!(said.contains("612 x 792"), "on letter paper: {said}");
        assert!(
            said.contains("Tagged:          no"),
            "no structure that would hide pages without one: {said}"
        );
        assert_eq!(text(&copy, 1).unwrap(), "Page 1");
        assert!(text(&copy, 4).unwrap().contains("Certificate of signature"));
    }
}

#[test]
fn s3_a_damaged_list_of_objects_is_written_anew_before_it_is_sealed() {
    let mut document = saved(scanned(1));
    let at = document.windows(9).rposition(|word| word == b"startxref").unwrap();
    document.truncate(at);
    document.extend_from_slice(b"startxref\n7\n%%EOF\n");
    let (key, _) = key();
    let copy = key.seal(&sealed(&document, &certificate_in_english()).unwrap(), NOW, &why()).unwrap();
    let said = asked("pdfsig", &["-nocert"], &copy);
    assert!(said.contains("Signature is Valid"), "{said}");
}

#[test]
fn a_name_in_any_script_is_kept_to_be_read_and_copied() {
    let (copy, ..) = agreed();
    let all: String = (1..=6).filter_map(|page| text(&copy, page)).collect();
    for name in ["Martine LeBlanc", "Nguyễn Thị Ánh", "王小明", "Île-aux-Œufs"] {
        assert!(all.contains(name), "{name}: {all}");
    }
}

#[test]
fn s3_the_text_that_was_signed_goes_along_to_the_byte() {
    let (copy, ..) = agreed();
    let said = asked("pdfdetach", &["-list"], &copy);
    assert!(said.contains("entente-fr.md"), "{said}");
    let attached = asked("qpdf", &["--show-attachment=entente-fr.md"], &copy);
    assert_eq!(attached, AGREEMENT);
}

#[test]
fn s3_a_key_whose_certificate_is_another_s_seals_nothing() {
    let document = written(AGREEMENT, &in_french()).unwrap();
    let [one, other] = [0; 2].map(|_| SealKey::generate("Portail Accord", NOW, NOW + 1).unwrap());
    let mixed = SealKey::read(&one.private, &other.certificate).unwrap();
    assert_eq!(mixed.seal(&document, NOW, &why()), Err(Unmade::Key));
    assert_eq!(SealKey::read(b"no key", &one.certificate).err(), Some(Unmade::Key));
}

#[test]
fn s3_an_operator_without_a_name_seals_too() {
    let made = SealKey::generate("", NOW, NOW + 1).unwrap();
    let key = SealKey::read(&made.private, &made.certificate).unwrap();
    let document = written(AGREEMENT, &in_french()).unwrap();
    let nameless =
        Certificate { issuer: String::new(), introduction: String::new(), ..certificate_in_french() };
    let pages = sealed(&document, &nameless).unwrap();
    let copy = key.seal(&pages, NOW, &SealText { name: String::new(), reason: String::new() }).unwrap();
    assert_eq!(key.verify(&copy), Verdict::Intact);
}
