//! Agreements written in Markdown: the same text becomes blocks on pages and safe HTML.
//!
//! Nothing in it is fetched or followed: a link stands as its text and its address, a picture as its description,
//! HTML as the letters it was typed in.

use crate::fonts::Style;
use crate::layout::Span;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html as as_html};

/// Deeper quotations and lists than anybody reads stay at this depth.
const DEEPEST: usize = 8;

/// A block of an agreement.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Heading(usize, Vec<Span>),
    Paragraph(Vec<Span>),
    /// With the first number, when it counts.
    List(Option<u64>, Vec<Vec<Block>>),
    Quote(Vec<Block>),
    Rule,
    /// The cells of each row; the first row names the columns.
    Table(Vec<Vec<Vec<Span>>>),
}

/// The text as HTML to show on a page that has headings of its own above it: its headings begin at `h3`, and none is
/// more than one level deeper than the one before.
#[must_use]
pub fn html(markdown: &str) -> String {
    let mut html = String::with_capacity(markdown.len() * 2);
    let mut levels = Levels::below(2);
    as_html::push_html(&mut html, events(markdown).map(|event| levels.event(event)));
    html
}

/// The levels of headings under one another, whatever they were typed as: a reader's list of contents has no gaps.
#[derive(Debug)]
pub(crate) struct Levels {
    above: usize,
    last: usize,
}

impl Levels {
    /// Under a heading of this level.
    pub(crate) fn below(above: usize) -> Self {
        Self { above, last: above }
    }

    /// The level of the next heading.
    pub(crate) fn next(&mut self, typed: usize) -> usize {
        self.last = (typed + self.above).min(self.last + 1).min(6);
        self.last
    }

    fn event<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let level = heading(self.next(level as usize));
                Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
            }
            Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(heading(self.last))),
            other => other,
        }
    }
}

fn heading(level: usize) -> HeadingLevel {
    HeadingLevel::try_from(level).unwrap_or(HeadingLevel::H6)
}

/// What the text says, with nothing in it that could be followed, fetched or run.
fn events(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    let mut links: Vec<Followed> = Vec::new();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(markdown, options).filter_map(move |event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => {
            links.push(Followed { address: dest_url.to_string(), text: String::new() });
            None
        }
        Event::End(TagEnd::Link) => links.pop().and_then(Followed::addressed),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => {
            links.iter_mut().for_each(|link| link.text.push_str(&text));
            Some(Event::Text(text))
        }
        other => Some(other),
    })
}

/// A link that is being read.
struct Followed {
    address: String,
    text: String,
}

impl Followed {
    /// The address, to stand after the text; not when the text is the address.
    fn addressed<'a>(self) -> Option<Event<'a>> {
        let bare = self.address.trim_start_matches("mailto:");
        (!bare.is_empty() && self.text != bare).then(|| Event::Text(format!(" ({bare})").into()))
    }
}

/// The text as blocks.
pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    let mut reading = Reading::default();
    for event in events(markdown) {
        reading.event(event);
    }
    reading.done()
}

/// A container that is open.
#[derive(Debug)]
enum Open {
    List(Option<u64>, Vec<Vec<Block>>),
    Item(Vec<Block>),
    Quote(Vec<Block>),
    Table(Vec<Vec<Vec<Span>>>),
}

#[derive(Default)]
struct Reading {
    blocks: Vec<Block>,
    open: Vec<Open>,
    /// Containers deeper than anybody reads, which are passed over.
    passed_over: usize,
    spans: Vec<Span>,
    style: Style,
    heading: Option<usize>,
}

impl Reading {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.text(&text),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::Rule => self.block(Block::Rule),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => self.heading = Some(*level as usize),
            Tag::Strong => self.style.bold = true,
            Tag::Emphasis => self.style.slanted = true,
            Tag::List(first) => self.open(Open::List(*first, Vec::new())),
            Tag::Item => self.open(Open::Item(Vec::new())),
            Tag::BlockQuote(_) => self.open(Open::Quote(Vec::new())),
            Tag::Table(_) => self.open(Open::Table(Vec::new())),
            Tag::TableHead | Tag::TableRow => self.row(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::CodeBlock => self.end_text(),
            TagEnd::Strong => self.style.bold = false,
            TagEnd::Emphasis => self.style.slanted = false,
            TagEnd::TableCell => self.cell(),
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::Table => self.close(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if text != " " || !self.spans.is_empty() {
            self.spans.push(Span { text: text.into(), style: self.style });
        }
    }

    fn end_text(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        let heading = self.heading.take();
        if spans.iter().any(|span| !span.text.trim().is_empty()) {
            self.block(match heading {
                Some(level) => Block::Heading(level, spans),
                None => Block::Paragraph(spans),
            });
        }
    }

    fn block(&mut self, block: Block) {
        let inside = self.open.iter_mut().rev().find_map(|open| match open {
            Open::Item(blocks) | Open::Quote(blocks) => Some(blocks),
            Open::List(..) | Open::Table(_) => None,
        });
        inside.unwrap_or(&mut self.blocks).push(block);
    }

    fn open(&mut self, open: Open) {
        self.end_text();
        if self.open.len() >= 2 * DEEPEST {
            self.passed_over += 1;
        } else {
            self.open.push(open);
        }
    }

    fn close(&mut self) {
        self.end_text();
        if self.passed_over > 0 {
            self.passed_over -= 1;
            return;
        }
        match self.open.pop() {
            Some(Open::List(first, items)) => self.block(Block::List(first, items)),
            Some(Open::Quote(blocks)) => self.block(Block::Quote(blocks)),
            Some(Open::Table(rows)) => self.block(Block::Table(rows)),
            Some(Open::Item(blocks)) => {
                if let Some(Open::List(_, items)) = self.open.last_mut() {
                    items.push(blocks);
                }
            }
            None => {}
        }
    }

    fn row(&mut self) {
        if let Some(Open::Table(rows)) = self.open.last_mut() {
            rows.push(Vec::new());
        }
    }

    fn cell(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        if let Some(Open::Table(rows)) = self.open.last_mut()
            && let Some(row) = rows.last_mut()
        {
            row.push(spans);
        }
    }

    fn done(mut self) -> Vec<Block> {
        self.end_text();
        self.blocks
    }
}
