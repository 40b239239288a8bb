//! Sets an agreement that was written in Markdown as a tagged PDF.

use crate::layout::{Column, Flow, INK, MEASURE, Set, Span, TIDE, units};
use crate::markdown::{Block, Levels, blocks};
use crate::paint::{About, pdf};
use crate::tree::Part;
use crate::{Unmade, bounds};
use krilla::tagging::{ListNumbering, TableHeaderScope, Tag};
use std::num::NonZeroU16;
use std::time::Duration;

/// How far a list or quotation stands in.
const INDENT: f32 = 20.0;
/// Between two columns of a table.
const GUTTER: f32 = 12.0;
const TITLE: Set = Set { size: 20.0, colour: INK, before: 0.0 };
const TIME: Duration = Duration::from_secs(60);

/// What an agreement that was written in Markdown says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub title: String,
    /// Of the text, as a language tag: `en`, `fr`.
    pub language: String,
    /// At the foot of each page, beside its number.
    pub foot: String,
}

/// An agreement as a tagged PDF. The same text and title always make the same bytes.
///
/// # Errors
/// When the PDF cannot be written; no text that a form accepts leads there.
pub fn written(markdown: &str, about: &Written) -> Result<Vec<u8>, Unmade> {
    let (markdown, about) = (markdown.to_owned(), about.clone());
    bounds::within(TIME, move || set(&markdown, &about)).unwrap_or(Err(Unmade::Writing))
}

fn set(markdown: &str, about: &Written) -> Result<Vec<u8>, Unmade> {
    let mut setting = Setting { flow: Flow::begin()?, levels: Levels::below(1) };
    let mut parts = vec![setting.heading(1, &Span::bold(&about.title), TITLE)];
    setting.flow.space(8.0);
    parts.extend(setting.blocks(blocks(markdown), Column::WHOLE));
    let about = About {
        title: about.title.clone(),
        language: about.language.clone(),
        author: None,
        foot: about.foot.clone(),
    };
    pdf(&setting.flow, &parts, &about)
}

struct Setting {
    flow: Flow,
    levels: Levels,
}

impl Setting {
    fn blocks(&mut self, blocks: Vec<Block>, column: Column) -> Vec<Part> {
        blocks.into_iter().flat_map(|block| self.block(block, column)).collect()
    }

    fn block(&mut self, block: Block, column: Column) -> Option<Part> {
        Some(match block {
            Block::Heading(level, spans) => self.subheading(level, spans),
            Block::Paragraph(spans) => self.flow.block(Tag::P, &spans, Set::BODY, column),
            Block::List(first, items) => self.list(first, items, column),
            Block::Quote(blocks) => {
                Part::group(Tag::BlockQuote, self.blocks(blocks, column.indented(INDENT)))
            }
            Block::Table(rows) => self.table(&rows, column),
            Block::Rule => {
                self.flow.space(Set::BODY.before * 2.0);
                self.flow.keep(Set::BODY.leading());
                self.flow.hairline(column);
                return None;
            }
        })
    }

    fn subheading(&mut self, level: usize, spans: Vec<Span>) -> Part {
        let level = self.levels.next(level);
        let (size, colour) = match level {
            2 => (14.0, TIDE),
            3 => (12.0, INK),
            _ => (10.5, INK),
        };
        let bold: Vec<Span> = spans
            .into_iter()
            .map(|mut span| {
                span.style.bold = true;
                span
            })
            .collect();
        self.heading(level, &bold, Set { size, colour, before: size * 1.3 })
    }

    fn heading(&mut self, level: usize, spans: &[Span], set: Set) -> Part {
        let text = spans.iter().map(|span| span.text.as_str()).collect();
        let number = u16::try_from(level).ok().and_then(NonZeroU16::new).unwrap_or(NonZeroU16::MIN);
        self.flow.heading(Tag::Hn(number, Some(text)), level, spans, set)
    }

    fn list(&mut self, first: Option<u64>, items: Vec<Vec<Block>>, column: Column) -> Part {
        let numbering = if first.is_some() { ListNumbering::Decimal } else { ListNumbering::Disc };
        let numbers = first.unwrap_or(1)..;
        let items = numbers.zip(items).map(|(number, blocks)| {
            let label = if first.is_some() { format!("{number}.") } else { "•".into() };
            self.item(&label, blocks, column)
        });
        let items = items.collect();
        Part::group(Tag::L(numbering), items)
    }

    fn item(&mut self, label: &str, blocks: Vec<Block>, column: Column) -> Part {
        let set = Set { before: 0.0, ..Set::BODY };
        self.flow.space(Set::BODY.before * 0.6);
        self.flow.keep(set.leading());
        let leaf = self.flow.put(Span::plain(label), set, column, self.flow.y());
        let inside = column.indented(INDENT);
        let mut blocks = blocks.into_iter();
        // The first paragraph stands beside its number.
        let mut body = match blocks.next() {
            Some(Block::Paragraph(spans)) => vec![self.flow.block(Tag::P, &spans, set, inside)],
            Some(other) => self.block(other, inside).into_iter().collect(),
            None => Vec::new(),
        };
        body.extend(self.blocks(blocks.collect(), inside));
        let label = Part::group(Tag::Lbl, vec![Part::Leaf(leaf)]);
        Part::group(Tag::LI, vec![label, Part::group(Tag::LBody, body)])
    }

    fn table(&mut self, rows: &[Vec<Vec<Span>>], column: Column) -> Part {
        let count = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let columns = columns(count, column);
        self.flow.space(Set::BODY.before);
        let mut parts = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let is_head = index == 0;
            let cells: Vec<Vec<Span>> =
                row.iter().map(|cell| if is_head { bold(cell) } else { cell.clone() }).collect();
            self.flow.space(3.0);
            let cells = self.flow.row(&cells, &columns, Set { size: 9.5, ..Set::BODY });
            let cells = cells.into_iter().map(|parts| match is_head {
                true => Part::group(Tag::TH(TableHeaderScope::Column), parts),
                false => Part::group(Tag::TD, parts),
            });
            parts.push(Part::group(Tag::TR, cells.collect()));
            self.flow.space(3.0);
            self.flow.hairline(column);
        }
        Part::group(Tag::Table, parts)
    }
}

fn bold(spans: &[Span]) -> Vec<Span> {
    let mut spans = spans.to_vec();
    spans.iter_mut().for_each(|span| span.style.bold = true);
    spans
}

/// Columns of the same width.
fn columns(count: usize, column: Column) -> Vec<Column> {
    let width = ((column.width - GUTTER * units(count - 1)) / units(count)).max(MEASURE / 40.0);
    let place = |index| Column { left: column.left + units(index) * (width + GUTTER), width };
    (0..count).map(place).collect()
}
