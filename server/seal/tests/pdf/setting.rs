//! Agreements written in Markdown, and pages shown.

use crate::tools::{AGREEMENT, asked, in_french, kept, saved, scanned};
use seal::{html, picture, text, texts, written};

#[test]
fn s3_a_written_agreement_is_the_same_bytes_each_time() {
    assert_eq!(written(AGREEMENT, &in_french()).unwrap(), written(AGREEMENT, &in_french()).unwrap());
}

#[test]
fn g1_a_written_agreement_is_tagged_from_title_to_table() {
    let document = written(AGREEMENT, &in_french()).unwrap();
    kept("written-fr.pdf", &document);
    let said = asked("pdfinfo", &[], &document);
    assert!(said.contains("Tagged:          yes"), "{said}");
    let structure = asked("pdfinfo", &["-struct-text"], &document);
    for part in ["H1", "H2", "L (block)", "LI", "BlockQuote", "Table", "TH", "Toute somme non dépensée"] {
        assert!(structure.contains(part), "{part}: {structure}");
    }
    let metadata = asked("pdfinfo", &["-meta"], &document);
    assert!(metadata.contains("pdfuaid"), "promises PDF/UA: {metadata}");
}

#[test]
fn s3_a_link_is_its_text_and_its_address_and_html_is_letters() {
    let html = html(AGREEMENT);
    assert!(!html.contains("<a "), "{html}");
    assert!(html.contains("le guide (https://exemple.ca/guide)"), "{html}");
    assert!(html.contains("ou https://exemple.ca."), "said once: {html}");
    assert!(html.contains("&lt;script&gt;"), "{html}");
    assert!(!html.contains("<script"), "{html}");
    let read = text(&written(AGREEMENT, &in_french()).unwrap(), 1).unwrap();
    assert!(read.contains("<script>alert(1)</script>"), "{read}");
}

#[test]
fn g1_headings_begin_under_those_of_the_page_and_skip_no_level() {
    let html = html("#### Deep\n\n# High\n\n### Deep again");
    assert_eq!(html, "<h3>Deep</h3>\n<h3>High</h3>\n<h4>Deep again</h4>\n");
}

#[test]
fn s3_pictures_html_and_links_of_a_text_fetch_nothing() {
    let html =
        html("![logo](https://evil.example/x.png) <img src=x onerror=alert(1)> [a](javascript:alert(1))");
    assert!(!html.contains("<img"), "{html}");
    assert!(!html.contains("href"), "{html}");
    assert!(html.contains("logo"), "{html}");
}

#[test]
fn s3_text_nested_deeper_than_anybody_reads_is_still_set() {
    let deep = format!("{} bas\n\n{}fond", ">".repeat(3000), "- ".repeat(3000));
    let document = written(&deep, &in_french()).unwrap();
    assert!(text(&document, 1).unwrap().contains("bas"));
}

#[test]
fn s3_a_word_longer_than_a_line_is_cut_and_a_long_text_goes_on() {
    let word = "anticonstitutionnellement".repeat(12);
    let long = format!("{word}\n\n{}", "Une phrase de plus, pour remplir. ".repeat(900));
    let document = written(&long, &in_french()).unwrap();
    kept("written-long.pdf", &document);
    let read = texts(&document).unwrap();
    assert!(read.len() > 5, "{} pages", read.len());
    assert_eq!(read.concat().matches("remplir.").count(), 900);
    assert!(read.concat().replace('\n', "").contains(&word));
}

#[test]
fn s3_every_sort_of_letter_is_set() {
    let odd = "a\u{0}b \u{feff}c \u{e000} 👩🏽‍🚀 e\u{301} ﷽ שלום עולם 漢字 \u{202e}abc ﬁ ½ №";
    let document = written(odd, &in_french()).unwrap();
    kept("written-letters.pdf", &document);
    let read = text(&document, 1).unwrap();
    for kept in ["漢字", "½", "№", "👩🏽"] {
        assert!(read.contains(kept), "{kept}: {read}");
    }
    assert!(read.contains("abc"), "nothing turns letters around: {read}");
}

#[test]
fn s3_pages_are_shown_as_pictures_of_the_width_asked_for() {
    let document = saved(scanned(2));
    let png = picture(&document, 2, 600).unwrap();
    kept("page-2.png", &png);
    assert!(png.starts_with(b"\x89PNG"));
    assert_eq!(u32::from_be_bytes(png[16..20].try_into().unwrap()), 600);
    assert!(png.len() > 800, "something is drawn");
    assert_eq!(picture(&document, 3, 600), None);
    assert_eq!(picture(&document, 0, 600), None);
    assert_eq!(picture(b"%PDF-1.7 nothing", 1, 600), None);
    assert_eq!(text(&document, 3), None);
}
