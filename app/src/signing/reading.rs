//! The whole document in its page: written text as itself, a PDF as one picture a page with the text of the page below,
//! for whoever listens or cannot read a picture. Printed, the page is the document.

use super::landing::own_name;
use super::way::Way;
use crate::request::query;
use crate::ui::Details;
use crate::{language, locale};
use backend::Reading;
use domain::Language;
use domain::agreements::{DocumentCard, DocumentKind};
use leptos::prelude::*;
use locales::{is_one, td_string};

/// The version to show: the one asked for, else the page's language, else the one there is.
pub(super) fn chosen(documents: &[DocumentCard]) -> Option<&DocumentCard> {
    let of = |wanted: Language| documents.iter().find(|document| document.language == wanted);
    let asked = query("document").and_then(|code| Language::from_code(&code));
    asked.and_then(of).or_else(|| of(language())).or_else(|| documents.first())
}

/// The document, under its heading, with the choice of version and the way to keep it.
pub(super) fn document(
    way: &Way,
    documents: &[DocumentCard],
    shown: &DocumentCard,
    reading: &Reading,
) -> impl IntoView + use<> {
    let l = locale();
    let content = content(&way.below(language(), "document"), shown.language, reading);
    view! {
        <section aria-labelledby="document" class="document">
            <h2 id="document">{td_string!(l, signing.page.document)}</h2>
            {versions(way, documents, shown)}
            <p>{download(way, shown)}" "<span class="soft">{td_string!(l, signing.page.print)}</span></p>
            {content}
        </section>
    }
}

/// The other version, where there are two.
fn versions(way: &Way, documents: &[DocumentCard], shown: &DocumentCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let links = documents.iter().map(|document| {
        let code = document.language.code();
        let current = (document.language == shown.language).then_some("true");
        let href = format!("{}?document={code}#document", way.address(language()));
        view! { <a lang=code hreflang=code aria-current=current href=href>{own_name(document.language)}</a> }
    });
    let links = links.collect_view();
    (documents.len() > 1).then(|| {
        view! {
            <nav class="languages" aria-label=td_string!(l, signing.page.versions)>{links}</nav>
            <p class="hint">{td_string!(l, signing.page.versions_hint)}</p>
        }
    })
}

/// The way to keep a document as it is to be signed.
pub(super) fn download(way: &Way, document: &DocumentCard) -> impl IntoView + use<> {
    let l = locale();
    let href = way.below(language(), &format!("document/{}", document.language.code()));
    let size = size(document.bytes);
    let words = match document.kind {
        DocumentKind::Written => td_string!(l, signing.page.download_text).to_owned(),
        DocumentKind::Pdf => {
            let pages = u64::from(document.pages);
            let pages = match is_one(language(), pages) {
                true => td_string!(l, signing.page.pages_one).to_owned(),
                false => td_string!(l, signing.page.pages_many, count = pages),
            };
            td_string!(l, signing.page.download, pages = pages, size = size)
        }
    };
    view! { <a class="action" href=href>{words}</a> }
}

/// Kilobytes, or megabytes with a decimal, as each language writes them.
fn size(bytes: u64) -> String {
    let l = locale();
    if bytes < 1_000_000 {
        return td_string!(l, signing.page.kilobytes, n = bytes.div_ceil(1000).max(1));
    }
    let tenths = bytes / 100_000;
    let mark = if language() == Language::Fr { ',' } else { '.' };
    td_string!(l, signing.page.megabytes, n = format!("{}{mark}{}", tenths / 10, tenths % 10))
}

/// The whole document in that language; the pictures of its pages stand below `address`.
pub(crate) fn content(address: &str, in_language: Language, reading: &Reading) -> AnyView {
    let lang = in_language.code();
    match reading {
        Reading::Written { html } => {
            view! { <div class="prose written" lang=lang inner_html=html.clone()></div> }.into_any()
        }
        Reading::Pdf { pages } => sheets(&format!("{address}/{lang}/page"), lang, pages).into_any(),
    }
}

/// Every page of a PDF, one below the other.
fn sheets(address: &str, lang: &'static str, pages: &[String]) -> impl IntoView + use<> {
    let all = pages.len();
    let sheets =
        (1..).zip(pages).map(|(number, text)| sheet(format!("{address}/{number}"), lang, number, all, text));
    view! { <ol class="sheets">{sheets.collect_view()}</ol> }
}

fn sheet(src: String, lang: &'static str, number: usize, all: usize, text: &str) -> impl IntoView + use<> {
    let l = locale();
    let alt = td_string!(l, signing.page.picture, number = number, all = all);
    // The first pages are wanted at once, the others as one comes to them.
    let loading = if number > 2 { "lazy" } else { "eager" };
    let words = text.trim().to_owned();
    let text = if words.is_empty() {
        view! { <p>{td_string!(l, signing.page.no_text)}</p> }.into_any()
    } else {
        view! { <pre lang=lang>{words}</pre> }.into_any()
    };
    let summary = td_string!(l, signing.page.text_of, number = number);
    view! {
        <li class="sheet">
            <img src=src alt=alt loading=loading decoding="async" width="1000" height="1294" />
            <Details summary>{text}</Details>
        </li>
    }
}

/// What would change with a single letter.
pub(super) fn fingerprint(sha256: &str) -> impl IntoView + use<> {
    let l = locale();
    let sha256 = sha256.to_owned();
    view! {
        <Details summary=td_string!(l, signing.page.fingerprint)>
            <p>{td_string!(l, signing.page.fingerprint_text)}</p>
            <p><code class="fingerprint">{sha256}</code></p>
        </Details>
    }
}
