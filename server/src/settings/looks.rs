//! A deployment's own colours and texts (G9), judged at start: colours that text can be read on, texts in both
//! languages.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};
use std::fmt;

/// The text on a button, and what links stand on: light, then dark.
const LIGHT: [Colour; 3] = [Colour(0xff, 0xff, 0xff), Colour(0xfb, 0xfa, 0xf7), Colour(0xf3, 0xf1, 0xeb)];
const DARK: [Colour; 4] =
    [Colour(0x06, 0x22, 0x2a), Colour(0x0f, 0x19, 0x22), Colour(0x15, 0x22, 0x2d), Colour(0x1a, 0x29, 0x35)];

/// WCAG 2.2, 1.4.3: text of usual size.
const CONTRAST: f64 = 4.5;

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(u8, u8, u8);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl Colour {
    /// A colour for a light screen.
    ///
    /// # Errors
    /// What it should be.
    pub fn for_light(text: &str) -> Result<Self, String> {
        Self::readable(text, &LIGHT, "darker")
    }

    /// A colour for a dark screen.
    ///
    /// # Errors
    /// What it should be.
    pub fn for_dark(text: &str) -> Result<Self, String> {
        Self::readable(text, &DARK, "lighter")
    }

    fn readable(text: &str, beside: &[Self], wanted: &str) -> Result<Self, String> {
        let colour = Self::parse(text).ok_or("it should be a colour such as #0b5c6b")?;
        let least = beside.iter().map(|other| colour.contrast(*other)).fold(f64::INFINITY, f64::min);
        if least < CONTRAST {
            return Err(format!(
                "its contrast with what stands beside it is {least:.1} : 1, and people need {CONTRAST} : 1; \
                 take a {wanted} one"
            ));
        }
        Ok(colour)
    }

    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self(red, green, blue))
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

/// Markdown as HTML that is safe to show: HTML in it is text, images are their words, links lead to pages and
/// addresses only. The page has its own first heading, so that those of the text begin at the second.
#[must_use]
pub fn rendered(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_SMART_PUNCTUATION;
    let mut safe = String::new();
    html::push_html(&mut safe, Parser::new_ext(markdown, options).filter_map(harmless));
    safe
}

fn harmless(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock | Tag::Image { .. }) | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => {
            return None;
        }
        Event::Start(Tag::Heading { level, .. }) => {
            Event::Start(Tag::Heading { level: lower(level), id: None, classes: vec![], attrs: vec![] })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        Event::Start(Tag::Link { link_type, dest_url, .. }) => {
            let leads = ["https://", "http://", "mailto:", "/"].iter().any(|kind| dest_url.starts_with(kind))
                || link_type == LinkType::Email;
            let dest_url = if leads { dest_url } else { CowStr::Borrowed("#") };
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title: CowStr::Borrowed(""),
                id: CowStr::Borrowed(""),
            })
        }
        other => other,
    })
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g9_a_colour_on_which_nobody_can_read_is_refused() {
        assert_eq!(Colour::for_light("#7A1F5C").map(|colour| colour.to_string()), Ok("#7a1f5c".to_owned()));
        assert!(Colour::for_light("#f2b705").unwrap_err().contains("darker"));
        assert!(Colour::for_dark("#7a1f5c").unwrap_err().contains("lighter"));
        assert!(Colour::for_dark("#f2b705").is_ok());
        for wrong in ["", "red", "#fff", "#12345g", "0b5c6b", "#0b5c6b7"] {
            assert!(Colour::for_light(wrong).unwrap_err().contains("such as"), "{wrong}");
        }
    }

    #[test]
    fn g9_a_text_is_shown_and_nothing_in_it_acts() {
        let html = rendered(
            "# Terms\n\nSee [ours](https://example.org) or <help@example.org>.\n\n<script>alert(1)</script>\n\n\
             [x](javascript:alert(1)) ![a \"picture\"](https://example.org/x.png) <b onclick=x>bold</b>",
        );
        assert!(html.contains("<h2>Terms</h2>"), "{html}");
        assert!(
            html.contains("href=\"https://example.org\"")
                && html.contains("href=\"mailto:help@example.org\"")
        );
        for bad in ["<script", "javascript:", "<img", "<b "] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }
}
