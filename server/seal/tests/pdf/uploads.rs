//! Files that must not become agreements (S3), each refused for what it is.

use crate::tools::{AGREEMENT, in_french, saved, scanned};
use lopdf::{Object, Stream, dictionary};
use seal::{Active, MOST_BYTES, Refused, check, written};
use std::io::Write as _;

/// A PDF of one page whose catalog holds one thing more.
fn with(key: &str, value: impl Into<Object>) -> Vec<u8> {
    let mut document = scanned(1);
    document.catalog_mut().unwrap().set(key, value);
    saved(document)
}

fn zeros(count: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..count / 65_536 {
        encoder.write_all(&[0; 65_536]).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn s3_what_office_programs_write_is_taken() {
    assert_eq!(check(&saved(scanned(1))).unwrap().pages, 1);
    assert_eq!(check(&saved(scanned(200))).unwrap().pages, 200);
    assert_eq!(check(&written(AGREEMENT, &in_french()).unwrap()).unwrap().pages, 1);
}

#[test]
fn s3_what_is_no_pdf_is_refused() {
    for bytes in [b"".as_slice(), b"PK\x03\x04 a document", b"<html>", b"\x89PNG", b"MZ %PDF-1.7"] {
        assert_eq!(check(bytes), Err(Refused::NotPdf));
    }
}

#[test]
fn s3_what_only_begins_like_a_pdf_is_broken() {
    assert_eq!(check(b"%PDF-1.7\nand nothing else"), Err(Refused::Broken));
    let whole = saved(scanned(1));
    assert_eq!(check(&whole[..40]), Err(Refused::Broken));
}

#[test]
fn s3_a_file_over_the_limits_is_refused() {
    let mut large = saved(scanned(1));
    large.resize(MOST_BYTES + 1, b' ');
    assert_eq!(check(&large), Err(Refused::TooLarge));
    assert_eq!(check(&saved(scanned(201))), Err(Refused::TooManyPages));
}

#[test]
fn s3_scripts_are_refused_whatever_starts_them() {
    let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
    assert_eq!(check(&with("OpenAction", script.clone())), Err(Refused::Active(Active::Script)));
    assert_eq!(
        check(&with("AA", dictionary! { "WC" => script.clone() })),
        Err(Refused::Active(Active::Script))
    );
    let field = dictionary! { "FT" => "Tx", "AA" => dictionary! { "K" => script.clone() } };
    let form = dictionary! { "Fields" => vec![Object::Dictionary(field)] };
    assert_eq!(check(&with("AcroForm", form)), Err(Refused::Active(Active::Script)));
    let names = dictionary! { "JavaScript" => dictionary! { "Names" => vec![Object::Dictionary(script)] } };
    assert_eq!(check(&with("Names", names)), Err(Refused::Active(Active::Script)));
}

#[test]
fn s3_a_script_hidden_in_a_compressed_object_or_an_escaped_name_is_found() {
    let mut document = scanned(1);
    let action =
        document.add_object(dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("1") });
    document.catalog_mut().unwrap().set("OpenAction", action);
    let mut bytes = Vec::new();
    document.save_modern(&mut bytes).unwrap();
    assert_eq!(check(&bytes), Err(Refused::Active(Active::Script)));
    let plain = with("OpenAction", dictionary! { "S" => "JavaScript", "Js" => Object::Null });
    let escaped = String::from_utf8_lossy(&plain).replace("/JavaScript", "/J#61vaScr#69pt");
    assert!(matches!(check(escaped.as_bytes()), Err(Refused::Active(Active::Script) | Refused::Broken)));
}

#[test]
fn s3_whatever_else_acts_is_refused() {
    for (action, expected) in [
        ("Launch", Active::Launch),
        ("GoToR", Active::Launch),
        ("SubmitForm", Active::Submission),
        ("ImportData", Active::Submission),
        ("Rendition", Active::Media),
    ] {
        assert_eq!(
            check(&with("OpenAction", dictionary! { "S" => action })),
            Err(Refused::Active(expected)),
            "{action}"
        );
    }
    for (kind, expected) in
        [("FileAttachment", Active::Attachment), ("RichMedia", Active::Media), ("3D", Active::Media)]
    {
        let annotation = dictionary! { "Type" => "Annot", "Subtype" => kind };
        assert_eq!(check(&with("X", annotation)), Err(Refused::Active(expected)), "{kind}");
    }
    let file = dictionary! { "Type" => "Filespec", "EF" => dictionary! { "F" => Object::Null } };
    assert_eq!(check(&with("AF", vec![Object::Dictionary(file)])), Err(Refused::Active(Active::Attachment)));
    let form = dictionary! { "XFA" => Object::string_literal("<xdp/>") };
    assert_eq!(check(&with("AcroForm", form)), Err(Refused::Active(Active::Form)));
}

#[test]
fn s3_an_encrypted_file_is_refused() {
    let bytes = saved(scanned(1));
    let folder = tempfile::TempDir::new().unwrap();
    let [plain, locked] = ["plain.pdf", "locked.pdf"].map(|name| folder.path().join(name));
    std::fs::write(&plain, bytes).unwrap();
    for password in ["", "secret"] {
        let run = std::process::Command::new("qpdf")
            .args(["--encrypt", password, "owner", "256", "--"])
            .args([&plain, &locked])
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert_eq!(check(&std::fs::read(&locked).unwrap()), Err(Refused::Encrypted), "{password:?}");
    }
}

#[test]
fn s3_a_file_that_unfolds_without_end_is_refused() {
    let bomb = |filter: Object, contents: Vec<u8>| {
        let mut document = scanned(1);
        let mut stream = Stream::new(dictionary! { "Filter" => filter }, contents);
        stream.allows_compression = false;
        document.add_object(stream);
        saved(document)
    };
    let flate = || Object::Name(b"FlateDecode".to_vec());
    assert_eq!(check(&bomb(flate(), zeros(700 << 20))), Err(Refused::Bomb));
    // Folded twice: a few hundred bytes.
    let twice = {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&zeros(300 << 20)).unwrap();
        encoder.finish().unwrap()
    };
    assert_eq!(check(&bomb(Object::Array(vec![flate(), flate()]), twice)), Err(Refused::Bomb));
}

#[test]
fn s3_objects_folded_into_more_than_a_server_holds_are_refused() {
    let objects = zeros(32 << 20);
    let head = format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {} >>\nstream\n",
        objects.len()
    );
    let bytes = [head.as_bytes(), &objects, b"\nendstream\nendobj\n"].concat();
    assert_eq!(check(&bytes), Err(Refused::Bomb));
}

#[test]
fn s3_a_picture_that_promises_too_much_is_refused() {
    let mut document = scanned(1);
    let large =
        dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 60_000, "Height" => 60_000 };
    document.add_object(Stream::new(large, Vec::new()));
    assert_eq!(check(&saved(document)), Err(Refused::Bomb));
}

#[test]
fn s3_pages_in_a_circle_are_broken() {
    let mut document = scanned(1);
    let root = document.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    document.get_dictionary_mut(root).unwrap().set("Kids", vec![Object::Reference(root)]);
    assert_eq!(check(&saved(document)), Err(Refused::Broken));
}

#[test]
fn s3_nesting_without_end_is_answered() {
    for (open, close) in [("[", "]"), ("<</A ", ">>"), ("(", ")")] {
        let deep = format!("%PDF-1.7\n1 0 obj\n{}{}\nendobj\n", open.repeat(200_000), close.repeat(200_000));
        assert_eq!(check(deep.as_bytes()), Err(Refused::Broken), "{open}");
    }
}

#[test]
fn s3_noise_is_answered_and_never_a_crash() {
    let whole = written(AGREEMENT, &in_french()).unwrap();
    let mut state = 7_u64;
    for _ in 0..60 {
        let mut noisy = whole.clone();
        for _ in 0..20 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33).unwrap() % noisy.len();
            noisy[at] = state.to_le_bytes()[2];
        }
        let _ = check(&noisy);
        let _ = seal::text(&noisy, 1);
    }
}
