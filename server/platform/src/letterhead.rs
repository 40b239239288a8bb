//! The look of every letter: one content, written as text and as HTML from the same pieces (rules I11, G9).
//!
//! A person whose language is unknown reads both, French first. Only the addresses that Accord itself puts
//! behind a button are links: what somebody else typed is quoted, attributed and never clickable (I2).
//! Mail programs understand tables and inline styles only, so this is the one place where they are used.

use crate::mail::Letter;
use domain::{Bilingual, Language};
use std::fmt::Write as _;

const PAPER: &str = "#FBFAF7";
const INK: &str = "#12263A";
const SOFT: &str = "#4A5A6A";
const TIDAL: &str = "#0B5C6B";
const HAIRLINE: &str = "#D9D6CE";
const FONTS: &str = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

/// What one language of a letter says.
#[derive(Clone, Debug)]
pub struct Sheet {
    language: Language,
    subject: String,
    pieces: Vec<Piece>,
}

/// One piece of a letter, in the order in which it is read.
#[derive(Clone, Debug)]
pub enum Piece {
    Heading(String),
    Paragraph(String),
    Button { label: String, address: String },
    Code(String),
    Quote { attribution: String, text: String },
    Facts(Vec<(String, String)>),
    Footer(String),
}

impl Sheet {
    #[must_use]
    pub fn new(language: Language, subject: impl Into<String>) -> Self {
        Self { language, subject: subject.into(), pieces: Vec::new() }
    }

    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What it says, piece by piece: a preview shows the very same.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The one sentence that says what the letter is about.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.and(Piece::Heading(text.into()))
    }

    #[must_use]
    pub fn paragraph(self, text: impl Into<String>) -> Self {
        self.and(Piece::Paragraph(text.into()))
    }

    /// The thing to do. The address also stands in full below it, for whoever cannot or would not click.
    #[must_use]
    pub fn button(self, label: impl Into<String>, address: impl Into<String>) -> Self {
        self.and(Piece::Button { label: label.into(), address: address.into() })
    }

    /// A code to copy by hand.
    #[must_use]
    pub fn code(self, code: impl Into<String>) -> Self {
        self.and(Piece::Code(code.into()))
    }

    /// Words of somebody else, under a sentence that says whose they are.
    #[must_use]
    pub fn quote(self, attribution: impl Into<String>, text: impl Into<String>) -> Self {
        self.and(Piece::Quote { attribution: attribution.into(), text: text.into() })
    }

    /// Names and values, one a line.
    #[must_use]
    pub fn facts<N: Into<String>, V: Into<String>>(self, facts: impl IntoIterator<Item = (N, V)>) -> Self {
        self.and(Piece::Facts(facts.into_iter().map(|(name, value)| (name.into(), value.into())).collect()))
    }

    /// Small print at the end: whom to ask, what to do when the letter was not expected.
    #[must_use]
    pub fn footer(self, text: impl Into<String>) -> Self {
        self.and(Piece::Footer(text.into()))
    }

    fn and(mut self, piece: Piece) -> Self {
        self.pieces.push(piece);
        self
    }
}

/// The paper: who writes.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// The operator's name, which signs every letter.
    pub operator: Bilingual,
    /// The operator's own colour, as `#0b5c6b`.
    pub colour: Option<String>,
}

impl Letterhead {
    /// Writes a letter in a language, or in both when it is unknown.
    #[must_use]
    pub fn letter(&self, to: &str, language: Option<Language>, sheet: impl Fn(Language) -> Sheet) -> Letter {
        let languages = language.map_or_else(|| vec![Language::Fr, Language::En], |language| vec![language]);
        let sheets: Vec<Sheet> = languages.into_iter().map(sheet).collect();
        let subjects: Vec<&str> = sheets.iter().map(|sheet| sheet.subject.as_str()).collect();
        Letter {
            to: to.to_owned(),
            // A subject is one line, whatever name stands in it.
            subject: subjects.join(" / ").replace(char::is_control, " "),
            text: self.text(&sheets),
            html: self.html(&sheets),
        }
    }

    fn text(&self, sheets: &[Sheet]) -> String {
        let parts: Vec<String> = sheets
            .iter()
            .map(|sheet| {
                let body: Vec<String> = sheet.pieces.iter().map(|piece| piece.text(sheet.language)).collect();
                format!("{}\n\n{}\n", body.join("\n\n"), self.operator.in_language(sheet.language))
            })
            .collect();
        parts.join("\n----------------------------------------\n\n")
    }

    fn colour(&self) -> &str {
        self.colour.as_deref().unwrap_or(TIDAL)
    }

    fn html(&self, sheets: &[Sheet]) -> String {
        let colour = self.colour();
        let language = sheets.first().map_or("fr", |sheet| sheet.language.code());
        let title = sheets.first().map(|sheet| escape(&sheet.subject)).unwrap_or_default();
        let parts: Vec<String> = sheets.iter().map(|sheet| self.html_of(sheet)).collect();
        let between = format!(
            "<tr><td style=\"padding:0 32px\"><hr style=\"border:0;border-top:1px solid {HAIRLINE};margin:0\"></td></tr>"
        );
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light\">\
             <title>{title}</title></head>\n\
             <body style=\"margin:0;padding:0;background:{PAPER};color:{INK};font-family:{FONTS}\">\n\
             <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"background:{PAPER}\">\
             <tr><td align=\"center\" style=\"padding:32px 12px\">\n\
             <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"max-width:600px;\
             background:#FFFFFF;border:1px solid {HAIRLINE};border-top:4px solid {colour};text-align:left\">\n\
             {}\n</table></td></tr></table>\n</body></html>\n",
            parts.join(&between)
        )
    }

    fn html_of(&self, sheet: &Sheet) -> String {
        let body: Vec<String> =
            sheet.pieces.iter().map(|piece| piece.html(sheet.language, self.colour())).collect();
        format!(
            "<tr><td lang=\"{}\" style=\"padding:28px 32px 24px;font-size:16px;line-height:1.55;color:{INK}\">\n{}\n\
             <p style=\"margin:16px 0 0;font-size:14px;color:{SOFT}\">{}</p></td></tr>",
            sheet.language.code(),
            body.join("\n"),
            escape(self.operator.in_language(sheet.language)),
        )
    }
}

impl Piece {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Heading(text) | Self::Paragraph(text) | Self::Footer(text) => text.clone(),
            Self::Button { label, address } => format!("{label}{}\n{address}", colon(language)),
            Self::Code(code) => format!("    {code}"),
            Self::Quote { attribution, text } => {
                let lines: Vec<String> = inert(text).lines().map(|line| format!("> {line}")).collect();
                format!("{attribution}\n{}", lines.join("\n"))
            }
            Self::Facts(facts) => {
                let lines: Vec<String> =
                    facts.iter().map(|(name, value)| format!("{name}{} {value}", colon(language))).collect();
                lines.join("\n")
            }
        }
    }

    fn html(&self, language: Language, colour: &str) -> String {
        match self {
            Self::Heading(text) => format!(
                "<h1 style=\"margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:600\">{}</h1>",
                escape(text)
            ),
            Self::Paragraph(text) => format!("<p style=\"margin:0 0 16px\">{}</p>", escape(text)),
            Self::Button { label, address } => button(label, address, colour),
            Self::Code(code) => format!(
                "<p style=\"margin:8px 0 24px;font-size:32px;line-height:1.2;font-weight:600;letter-spacing:6px;\
                 font-family:ui-monospace,Consolas,Menlo,monospace\">{}</p>",
                escape(code)
            ),
            Self::Quote { attribution, text } => format!(
                "<p style=\"margin:0 0 8px\">{}</p><blockquote style=\"margin:0 0 20px;padding:4px 0 4px 16px;\
                 border-left:3px solid {colour}\">{}</blockquote>",
                escape(attribution),
                escape(&inert(text)).replace('\n', "<br>")
            ),
            Self::Facts(facts) => facts_table(facts, language),
            Self::Footer(text) => {
                format!("<p style=\"margin:0 0 8px;font-size:14px;color:{SOFT}\">{}</p>", escape(text))
            }
        }
    }
}

fn button(label: &str, address: &str, colour: &str) -> String {
    let address = escape(address);
    format!(
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:8px 0 12px\"><tr>\
         <td style=\"background:{colour};border-radius:6px\"><a href=\"{address}\" style=\"display:inline-block;\
         padding:12px 22px;color:#FFFFFF;font-weight:600;text-decoration:none\">{}</a></td></tr></table>\n\
         <p style=\"margin:0 0 20px;font-size:13px;color:{SOFT};word-break:break-all\">\
         <a href=\"{address}\" style=\"color:{colour}\">{address}</a></p>",
        escape(label)
    )
}

fn facts_table(facts: &[(String, String)], language: Language) -> String {
    let mut rows = String::new();
    for (name, value) in facts {
        let _ = write!(
            rows,
            "<tr><th scope=\"row\" align=\"left\" valign=\"top\" style=\"padding:4px 16px 4px 0;font-weight:400;\
             color:{SOFT}\">{}{}</th><td style=\"padding:4px 0;font-weight:600\">{}</td></tr>",
            escape(name),
            colon(language),
            escape(value)
        );
    }
    format!(
        "<table cellpadding=\"0\" cellspacing=\"0\" style=\"margin:0 0 20px;font-size:16px\">{rows}</table>"
    )
}

/// French keeps a space before the colon, and the line never breaks there.
const fn colon(language: Language) -> &'static str {
    match language {
        Language::En => ":",
        Language::Fr => "\u{a0}:",
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Text whose addresses no mail program turns into links: a zero-width non-joiner, which no host name may
/// hold, stands wherever an address would otherwise go on. It reads the same.
#[must_use]
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let joins = matches!(letter, '.' | '@' | ':') && !before.is_whitespace();
        let goes_on = letters.peek().is_some_and(|next| next.is_alphanumeric() || *next == '/');
        out.push(letter);
        if joins && goes_on {
            out.push('\u{200c}');
        }
        before = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Letterhead {
        Letterhead { operator: Bilingual::new("Program Office", "Bureau des programmes"), colour: None }
    }

    fn sheet(language: Language) -> Sheet {
        Sheet::new(language, format!("Subject {}", language.code()))
            .heading("Heading")
            .quote(
                "Marie wrote:",
                "See https://evil.example/x or www.evil.example\n<b>now</b> a@evil.example",
            )
            .facts([("Until", "December 22")])
            .button("Open", "https://portal.example/i/1?a=1&b=2")
            .footer("Ask Marie.")
    }

    #[test]
    fn i11_both_languages_when_unknown_french_first() {
        let letter = head().letter("a@b.ca", None, sheet);
        assert_eq!(letter.subject, "Subject fr / Subject en");
        assert!(
            letter.html.find("lang=\"fr\" style").unwrap() < letter.html.find("lang=\"en\" style").unwrap()
        );
        assert!(
            letter.text.find("Bureau des programmes").unwrap() < letter.text.find("Program Office").unwrap()
        );
        assert!(
            letter.text.contains("Until\u{a0}: December 22") && letter.text.contains("Until: December 22")
        );
    }

    #[test]
    fn i2_a_quoted_message_is_text_and_never_a_link() {
        let letter = head().letter("a@b.ca", Some(Language::En), sheet);
        for part in [&letter.text, &letter.html] {
            for link in ["https://evil", "www.evil", "evil.example", "a@evil"] {
                assert!(!part.contains(link), "{link}");
            }
        }
        assert!(!letter.html.contains("<b>") && letter.html.contains("&lt;b&gt;"));
        assert_eq!(letter.html.matches("href=").count(), 2);
        assert!(letter.html.contains("href=\"https://portal.example/i/1?a=1&amp;b=2\""));
        assert!(letter.text.contains("https://portal.example/i/1?a=1&b=2"));
    }

    #[test]
    fn a_subject_is_one_line() {
        let letter = head().letter("a@b.ca", Some(Language::En), |l| Sheet::new(l, "a\r\nBcc: x@y.ca"));
        assert!(!letter.subject.contains(char::is_control));
    }

    #[test]
    fn prose_keeps_its_look() {
        assert_eq!(inert("At 10.30, hello. Thanks.").replace('\u{200c}', ""), "At 10.30, hello. Thanks.");
        assert_eq!(inert("Hello. Thanks: yes."), "Hello. Thanks: yes.");
    }
}
