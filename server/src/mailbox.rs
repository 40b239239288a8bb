//! The demonstration's mailbox: every letter that Accord wrote to a folder, for a newcomer to read and follow.
//!
//! Only where mail goes to a folder and the portal is on this machine, and only to requests that name this
//! machine as their host: a page elsewhere whose name was made to point here reads nothing. A letter is shown
//! in a frame of its own, without scripts and without an origin, as a mail program would.

use crate::page::{Bare, language, say, text};
use crate::settings::BaseUrl;
use axum::Router;
use axum::extract::{Path as Segment, Query, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use domain::{Instant, Language};
use http::header::{CONTENT_SECURITY_POLICY, HOST, HeaderMap, REFERRER_POLICY, X_FRAME_OPTIONS};
use http::{HeaderValue, StatusCode};
use mail_parser::{Message, MessageParser};
use platform::Calendar;
use serde::Deserialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The mailbox's address.
pub const ADDRESS: &str = "/mailbox";

/// No more letters are listed; the newest come first.
const LISTED: usize = 100;

/// The mailbox of one folder.
#[derive(Clone, Debug)]
pub struct Mailbox {
    folder: Arc<Path>,
    calendar: Calendar,
    bare: Bare,
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

impl Asked {
    fn language(&self, headers: &HeaderMap) -> Language {
        self.lang.as_deref().and_then(Language::from_code).unwrap_or_else(|| language(headers))
    }
}

/// A letter as the list shows it.
struct Envelope {
    id: String,
    to: String,
    subject: String,
    at: Option<Instant>,
}

/// A letter as it is read.
struct Opened {
    envelope: Envelope,
    text: String,
    html: Option<String>,
}

impl Mailbox {
    #[must_use]
    pub fn new(folder: PathBuf, calendar: Calendar, bare: Bare) -> Self {
        Self { folder: folder.into(), calendar, bare }
    }

    /// The mailbox's pages.
    pub fn routes(self) -> Router {
        Router::new()
            .route(ADDRESS, get(list))
            .route("/mailbox/{id}", get(show))
            .route("/mailbox/{id}/letter", get(letter))
            .layer(from_fn(only_here))
            .with_state(self)
    }

    /// Reads the folder, the newest letter first: names are identifiers in order of time.
    async fn envelopes(&self) -> Vec<Envelope> {
        let folder = Arc::clone(&self.folder);
        tokio::task::spawn_blocking(move || {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut files: Vec<_> = entries
                .map(|entry| entry.path())
                .filter(|file| file.extension().is_some_and(|kind| kind == "eml"))
                .collect();
            files.sort();
            files
                .iter()
                .rev()
                .take(LISTED)
                .filter_map(|file| open(file))
                .map(|letter| letter.envelope)
                .collect()
        })
        .await
        .unwrap_or_default()
    }

    async fn opened(&self, id: &str) -> Option<Opened> {
        let known = !id.is_empty() && id.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
        let file = known.then(|| self.folder.join(format!("{id}.eml")))?;
        tokio::task::spawn_blocking(move || open(&file)).await.ok().flatten()
    }

    fn page(&self, language: Language, path: &str, title: &str, main: &str) -> Html<String> {
        let other = language.other();
        let (code, name) = (other.code(), say(("English", "Français"), other));
        let toggle = format!(
            "<a class=\"language\" href=\"{path}?lang={code}\" lang=\"{code}\" hreflang=\"{code}\">{name}</a>"
        );
        Html(self.bare.document(language, title, &toggle, "frame", main))
    }

    fn head(&self, language: Language) -> String {
        let title = say(TITLE, language);
        let lede = say(
            (
                "A demonstration sends no mail: what Accord writes arrives here. To act as the person who receives it, open the link in a private window.",
                "Une démonstration n’envoie aucun courriel : ce qu’Accord écrit arrive ici. Pour agir comme la personne qui le reçoit, ouvrez le lien dans une fenêtre privée.",
            ),
            language,
        );
        let (refresh, code) = (say(("Look for new mail", "Relever le courrier"), language), language.code());
        format!(
            "<div class=\"page-head\"><h1>{title}</h1><div class=\"actions\">\
             <a class=\"button secondary\" href=\"{ADDRESS}?lang={code}\">{refresh}</a></div></div>\
             <p class=\"lede\">{lede}</p>"
        )
    }

    fn listed(&self, envelopes: &[Envelope], language: Language, current: &str) -> String {
        let mut html = String::from("<ul class=\"mail-list\">");
        for Envelope { id, to, subject, at } in envelopes {
            let here = if id == current { " aria-current=\"true\"" } else { "" };
            let (code, subject, to, at) =
                (language.code(), text(subject), text(to), self.time(*at, language));
            let _ = write!(
                html,
                "<li><a href=\"{ADDRESS}/{id}?lang={code}\"{here}><strong>{subject}</strong><span>{to}</span>{at}</a></li>"
            );
        }
        html + "</ul>"
    }

    fn time(&self, at: Option<Instant>, language: Language) -> String {
        let Some(at) = at else { return String::new() };
        let date = self.calendar.date_and_time(at);
        format!("<time datetime=\"{}\">{}</time>", text(&date.machine), text(date.text.in_language(language)))
    }

    fn shown(&self, Opened { envelope, text: plain, html }: &Opened, language: Language) -> String {
        let facts = [
            (say(("To", "À"), language), text(&envelope.to)),
            (say(("Subject", "Objet"), language), text(&envelope.subject)),
            (say(("Sent", "Envoi"), language), self.time(envelope.at, language)),
        ];
        let mut page = String::from("<article class=\"mail-preview\"><dl>");
        for (name, value) in facts {
            let _ = write!(page, "<div><dt>{name}</dt><dd>{value}</dd></div>");
        }
        page.push_str("</dl>");
        let plain = format!("<div class=\"letter\"><p class=\"plain\">{}</p></div>", with_links(plain));
        if html.is_some() {
            let (title, label) = (
                text(&envelope.subject),
                say(("The same letter as text", "La même lettre en texte"), language),
            );
            let id = &envelope.id;
            let _ = write!(
                page,
                "<iframe src=\"{ADDRESS}/{id}/letter\" title=\"{title}\" width=\"100%\" height=\"860\" frameborder=\"0\" \
                 sandbox=\"allow-popups allow-popups-to-escape-sandbox\"></iframe>\
                 <details class=\"details letter\"><summary>{label}</summary>{plain}</details>"
            );
        } else {
            page.push_str(&plain);
        }
        page + "</article>"
    }
}

const TITLE: crate::page::Said = ("Demonstration mailbox", "Boîte aux lettres de démonstration");

async fn list(
    State(mailbox): State<Mailbox>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Html<String> {
    let language = asked.language(&headers);
    let envelopes = mailbox.envelopes().await;
    let main = if envelopes.is_empty() {
        let (title, what) = (
            say(("No mail yet", "Aucun courriel pour l’instant"), language),
            say(
                (
                    "Invite somebody in Accord, then come back.",
                    "Invitez quelqu’un dans Accord, puis revenez.",
                ),
                language,
            ),
        );
        format!("{}<div class=\"empty\"><h2>{title}</h2><p>{what}</p></div>", mailbox.head(language))
    } else {
        mailbox.head(language) + &mailbox.listed(&envelopes, language, "")
    };
    mailbox.page(language, ADDRESS, say(TITLE, language), &main)
}

async fn show(
    State(mailbox): State<Mailbox>,
    Segment(id): Segment<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = asked.language(&headers);
    let Some(opened) = mailbox.opened(&id).await else { return StatusCode::NOT_FOUND.into_response() };
    let list = mailbox.listed(&mailbox.envelopes().await, language, &id);
    let main = format!(
        "{}<div class=\"mailbox\">{list}{}</div>",
        mailbox.head(language),
        mailbox.shown(&opened, language)
    );
    mailbox.page(language, &format!("{ADDRESS}/{id}"), &opened.envelope.subject, &main).into_response()
}

/// The letter alone, as HTML: its styles are its own, nothing else may load, and its links open elsewhere.
async fn letter(State(mailbox): State<Mailbox>, Segment(id): Segment<String>) -> Response {
    let html = mailbox.opened(&id).await.and_then(|opened| opened.html);
    let Some(html) = html else { return StatusCode::NOT_FOUND.into_response() };
    let html = html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; \
                  sandbox allow-popups allow-popups-to-escape-sandbox";
    let headers = [
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    (headers, Html(html)).into_response()
}

/// Refuses a request that calls this machine by another name.
async fn only_here(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    if host.is_some_and(|host| BaseUrl::parse(&format!("http://{host}")).is_ok_and(|url| url.is_loopback())) {
        return next.run(request).await;
    }
    StatusCode::NOT_FOUND.into_response()
}

fn open(file: &Path) -> Option<Opened> {
    let id = file.file_stem()?.to_str()?.to_owned();
    let raw = std::fs::read(file).ok()?;
    let message = MessageParser::default().parse(&raw)?;
    let html = message
        .html_bodies()
        .next()
        .and_then(|part| part.is_text_html().then(|| part.text_contents()).flatten());
    Some(Opened {
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: html.map(str::to_owned),
        envelope: Envelope {
            id,
            to: to(&message),
            subject: message.subject().unwrap_or_default().to_owned(),
            at: message.date().map(|date| Instant(date.to_timestamp() * 1000)),
        },
    })
}

fn to(message: &Message<'_>) -> String {
    let addresses = message.to().into_iter().flat_map(|to| to.iter()).filter_map(|to| to.address());
    addresses.collect::<Vec<_>>().join(", ")
}

/// Text as HTML, its addresses as links.
fn with_links(plain: &str) -> String {
    let mut html = String::new();
    let mut rest = plain;
    while let Some(start) = ["http://", "https://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end =
            from.find(|letter: char| letter.is_whitespace() || "<>\"".contains(letter)).unwrap_or(from.len());
        let address = from.get(..end).unwrap_or(from).trim_end_matches(['.', ',', ';', ')', '»']);
        let (address, after) = from.split_at(address.len());
        let shown = text(address);
        let _ = write!(
            html,
            "{}<a href=\"{shown}\" target=\"_blank\" rel=\"noopener\">{shown}</a>",
            text(before)
        );
        rest = after;
    }
    html + &text(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_a_text_is_a_link_and_nothing_else_is_html() {
        let html = with_links("Go to https://a.example/x?y=1&z=2, <b>now</b>.\nOr http://b.example.");
        assert_eq!(
            html,
            "Go to <a href=\"https://a.example/x?y=1&amp;z=2\" target=\"_blank\" rel=\"noopener\">https://a.example/x?y=1&amp;z=2</a>, \
             &lt;b&gt;now&lt;/b&gt;.\nOr <a href=\"http://b.example\" target=\"_blank\" rel=\"noopener\">http://b.example</a>."
        );
    }
}
