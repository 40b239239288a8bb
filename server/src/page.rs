//! A bare page, for what is said before or beside the portal: a request that was turned away at the door, and
//! the demonstration's mailbox. It looks like the portal because it loads the same stylesheet.

use axum::response::{Html, IntoResponse, Response};
use domain::{Bilingual, Language};
use http::header::{ACCEPT, ACCEPT_LANGUAGE};
use http::{HeaderMap, StatusCode};
use std::fmt::Write as _;
use std::sync::Arc;

/// How bare pages look.
#[derive(Clone, Debug)]
pub struct Bare {
    stylesheet: Arc<str>,
}

/// A text and its two languages.
pub type Said = (&'static str, &'static str);

/// The text in that language.
#[must_use]
pub const fn say((en, fr): Said, language: Language) -> &'static str {
    match language {
        Language::En => en,
        Language::Fr => fr,
    }
}

impl Bare {
    #[must_use]
    pub fn new(stylesheet: &str) -> Self {
        Self { stylesheet: stylesheet.into() }
    }

    /// A whole document; `main` and `toggle` are HTML.
    #[must_use]
    pub fn document(&self, language: Language, title: &str, toggle: &str, frame: &str, main: &str) -> String {
        let (code, stylesheet, title) = (language.code(), &self.stylesheet, text(title));
        let skip = say(("Skip to content", "Passer au contenu"), language);
        format!(
            "<!DOCTYPE html><html lang=\"{code}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} – Accord</title>\
             <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"{stylesheet}\">\
             </head><body><a class=\"skip-link\" href=\"#main\">{skip}</a><header class=\"masthead\"><div>\
             <a class=\"brand\" href=\"/{code}\"><svg class=\"mark\" viewBox=\"0 0 32 32\" aria-hidden=\"true\">\
             <path d=\"M5.5 26L16 6.5\"/><path d=\"M26.5 26C25 18.5 21.5 11.5 16 6.5\"/></svg>Accord</a>{toggle}</div></header>\
             <div class=\"{frame}\"><main id=\"main\" tabindex=\"-1\">{main}</main></div></body></html>"
        )
    }

    /// Why a request was turned away: a page for a person, a line for a program.
    #[must_use]
    pub fn refusal(&self, headers: &HeaderMap, status: StatusCode, reference: &str) -> Response {
        let words = words(status);
        if !wants_page(headers) {
            return (status, format!("{}\n", words.title.en)).into_response();
        }
        let language = language(headers);
        let (title, what) = (words.title.in_language(language), words.what.in_language(language));
        let mut main = format!("<h1>{}</h1><p class=\"lede\">{}</p>", text(title), text(what));
        if !reference.is_empty() {
            let label = say(("Reference", "Référence"), language);
            let _ = write!(main, "<p class=\"reference\">{label} <code>{}</code></p>", text(reference));
        }
        (status, Html(self.document(language, title, "", "frame calm", &main))).into_response()
    }
}

struct Words {
    title: Bilingual,
    what: Bilingual,
}

fn words(status: StatusCode) -> Words {
    let ((title_en, title_fr), (what_en, what_fr)) = match status {
        StatusCode::FORBIDDEN => (
            ("This request did not come from Accord", "Cette demande ne vient pas d’Accord"),
            (
                "It was sent by another site, or by a page that is too old. Nothing was changed. Go back, reload the page and try again.",
                "Elle a été envoyée par un autre site ou par une page trop ancienne. Rien n’a été modifié. Revenez en arrière, rechargez la page et réessayez.",
            ),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            ("That is too much at once", "C’est trop à la fois"),
            (
                "What was sent is larger than Accord accepts. Nothing was changed. Send less at once.",
                "Ce qui a été envoyé dépasse ce qu’Accord accepte. Rien n’a été modifié. Envoyez-en moins à la fois.",
            ),
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            ("Too many requests", "Trop de demandes"),
            (
                "Many requests came from your network in a short time. Wait a minute, then try again.",
                "Beaucoup de demandes sont venues de votre réseau en peu de temps. Attendez une minute, puis réessayez.",
            ),
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            ("Accord takes too long to answer", "Accord met trop de temps à répondre"),
            (
                "The service is overloaded or being repaired. Try again in a few minutes.",
                "Le service est surchargé ou en réparation. Réessayez dans quelques minutes.",
            ),
        ),
        StatusCode::NOT_FOUND => (
            ("Page not found", "Page introuvable"),
            ("There is nothing at this address.", "Il n’y a rien à cette adresse."),
        ),
        StatusCode::CONFLICT => (
            ("This was done in another window", "Cela a été fait dans une autre fenêtre"),
            (
                "What you asked was finished elsewhere in the meantime. Go on there, or start again from the first page.",
                "Ce que vous demandiez a été terminé ailleurs entre-temps. Continuez là, ou recommencez à la première page.",
            ),
        ),
        status if status.is_client_error() => (
            ("This request was not understood", "Cette demande n’a pas été comprise"),
            (
                "Something in it is missing or misplaced. Nothing was changed. Go back and try again.",
                "Quelque chose y manque ou n’est pas à sa place. Rien n’a été modifié. Revenez en arrière et réessayez.",
            ),
        ),
        _ => (
            ("Something went wrong", "Une erreur est survenue"),
            (
                "The fault is ours, and it was noted. Try again; if it happens again, give Support the reference.",
                "L’erreur vient de nous, et elle a été notée. Réessayez; si elle se répète, donnez la référence au soutien.",
            ),
        ),
    };
    Words { title: Bilingual::new(title_en, title_fr), what: Bilingual::new(what_en, what_fr) }
}

/// What the browser prefers.
#[must_use]
pub fn language(headers: &HeaderMap) -> Language {
    Language::preferred(
        headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default(),
    )
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Text as it stands in HTML, between tags or between quotes.
#[must_use]
pub fn text(plain: &str) -> String {
    let mut html = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            letter => html.push(letter),
        }
    }
    html
}
