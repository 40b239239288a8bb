//! Blocks of text flow down pages of letter size. What is laid out is kept as marks at places; drawing comes later.

use crate::Unmade;
use crate::fonts::{Fonts, Style};
use crate::tree::{Leaf, Leaves, Part};
use krilla::tagging::TagKind;

/// The sides of a page in points, 72 to the inch: letter size, as printers in Canada hold it.
pub(crate) const PAGE: (f32, f32) = (612.0, 792.0);
const MARGIN: f32 = 64.0;
/// Between the margins.
pub(crate) const MEASURE: f32 = PAGE.0 - 2.0 * MARGIN;
const BOTTOM: f32 = PAGE.1 - 76.0;

/// A row of so many lines or fewer stays on one page.
const KEPT: usize = 8;

/// Colours of the portal, as red, green and blue.
pub(crate) type Colour = (u8, u8, u8);
pub(crate) const INK: Colour = (0x12, 0x26, 0x3a);
pub(crate) const TIDE: Colour = (0x0b, 0x5c, 0x6b);
pub(crate) const QUIET: Colour = (0x45, 0x55, 0x63);
pub(crate) const HAIRLINE: Colour = (0xc4, 0xcb, 0xd1);

/// A piece of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) style: Style,
}

impl Span {
    pub(crate) fn plain(text: &str) -> Vec<Self> {
        vec![Self { text: text.into(), style: Style::default() }]
    }

    pub(crate) fn bold(text: &str) -> Vec<Self> {
        vec![Self { text: text.into(), style: Style { bold: true, slanted: false } }]
    }
}

/// How a block is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set {
    pub(crate) size: f32,
    pub(crate) colour: Colour,
    /// Empty space above, unless the block begins a page.
    pub(crate) before: f32,
}

impl Set {
    pub(crate) const BODY: Self = Self { size: 10.5, colour: INK, before: 7.0 };

    /// From one line to the next.
    pub(crate) fn leading(self) -> f32 {
        self.size * 1.42
    }
}

/// Where a column of text stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// From the left margin.
    pub(crate) left: f32,
    pub(crate) width: f32,
}

impl Column {
    pub(crate) const WHOLE: Self = Self { left: 0.0, width: MEASURE };

    pub(crate) fn indented(self, by: f32) -> Self {
        Self { left: self.left + by, width: self.width - by }
    }
}

/// Something at a place on a page.
#[derive(Debug)]
pub(crate) enum Mark {
    Line {
        x: f32,
        baseline: f32,
        set: Set,
        spans: Vec<Span>,
        leaf: Leaf,
    },
    Hairline {
        x: f32,
        y: f32,
        width: f32,
    },
    /// The portal's own mark: decoration.
    Strokes {
        x: f32,
        y: f32,
    },
    /// Dark squares of a picture that machines read.
    Squares {
        x: f32,
        y: f32,
        side: f32,
        dark: Vec<(usize, usize)>,
        leaf: Leaf,
    },
    Link {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        address: String,
        leaf: Leaf,
    },
}

/// A heading, for the list of contents beside the pages.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) level: usize,
    pub(crate) text: String,
    pub(crate) page: usize,
    pub(crate) y: f32,
}

/// Pages being filled.
pub(crate) struct Flow {
    pub(crate) fonts: Fonts,
    pub(crate) leaves: Leaves,
    pub(crate) pages: Vec<Vec<Mark>>,
    pub(crate) entries: Vec<Entry>,
    /// Down the last page.
    y: f32,
}

impl Flow {
    pub(crate) fn begin() -> Result<Self, Unmade> {
        let fonts = Fonts::read()?;
        Ok(Self { fonts, leaves: Leaves::default(), pages: vec![Vec::new()], entries: Vec::new(), y: MARGIN })
    }

    pub(crate) fn y(&self) -> f32 {
        self.y
    }

    /// Down at least to there, on the same page.
    pub(crate) fn down_to(&mut self, y: f32) {
        self.y = self.y.max(y);
    }

    /// Empty space, unless at the top of a page.
    pub(crate) fn space(&mut self, height: f32) {
        if self.y > MARGIN {
            self.y += height;
        }
    }

    /// Begins a page when less than this height is left.
    pub(crate) fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > MARGIN {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    pub(crate) fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// From the left margin to the page's edge.
    pub(crate) fn x(column: Column) -> f32 {
        MARGIN + column.left
    }

    pub(crate) fn hairline(&mut self, column: Column) {
        let (x, y) = (Self::x(column), self.y);
        self.mark(Mark::Hairline { x, y, width: column.width });
    }

    /// Text in lines, as one part of the structure.
    pub(crate) fn block(
        &mut self,
        tag: impl Into<TagKind>,
        spans: &[Span],
        set: Set,
        column: Column,
    ) -> Part {
        self.space(set.before);
        Part::group(tag, self.lines(spans, set, column))
    }

    /// A heading stays with what follows it.
    pub(crate) fn heading(
        &mut self,
        tag: impl Into<TagKind>,
        level: usize,
        spans: &[Span],
        set: Set,
    ) -> Part {
        self.space(set.before);
        self.keep(set.leading() + 3.0 * Set::BODY.leading());
        let text = spans.iter().map(|span| span.text.as_str()).collect();
        self.entries.push(Entry { level, text, page: self.pages.len() - 1, y: self.y });
        Part::group(tag, self.lines(spans, set, Column::WHOLE))
    }

    fn lines(&mut self, spans: &[Span], set: Set, column: Column) -> Vec<Part> {
        let lines = self.broken(spans, set.size, column.width);
        lines.into_iter().map(|spans| self.line(spans, set, column)).collect()
    }

    fn line(&mut self, spans: Vec<Span>, set: Set, column: Column) -> Part {
        self.keep(set.leading());
        let leaf = self.put(spans, set, column, self.y);
        self.y += set.leading();
        Part::Leaf(leaf)
    }

    /// One line at a place, without moving down.
    pub(crate) fn put(&mut self, spans: Vec<Span>, set: Set, column: Column, y: f32) -> Leaf {
        let leaf = self.leaves.grow();
        let baseline = y + set.size * 1.05;
        self.mark(Mark::Line { x: Self::x(column), baseline, set, spans, leaf });
        leaf
    }

    /// Cells side by side, each in lines: the parts of each cell. A short row
    /// stays on one page; a long one goes on where the page ends.
    pub(crate) fn row(&mut self, cells: &[Vec<Span>], columns: &[Column], set: Set) -> Vec<Vec<Part>> {
        let pairs = cells.iter().zip(columns);
        let mut broken: Vec<Vec<Vec<Span>>> =
            pairs.map(|(cell, column)| self.broken(cell, set.size, column.width)).collect();
        let height = broken.iter().map(Vec::len).max().unwrap_or(0);
        if height <= KEPT {
            self.keep(units(height) * set.leading());
        }
        let mut parts: Vec<Vec<Part>> = broken.iter().map(|_| Vec::new()).collect();
        for line in 0..height {
            self.keep(set.leading());
            for (cell, column) in columns.iter().enumerate() {
                if let Some(spans) = broken.get_mut(cell).and_then(|lines| lines.get_mut(line)) {
                    let leaf = self.put(std::mem::take(spans), set, *column, self.y);
                    parts[cell].push(Part::Leaf(leaf));
                }
            }
            self.y += set.leading();
        }
        parts
    }

    /// Text broken into lines no wider than this.
    pub(crate) fn broken(&self, spans: &[Span], size: f32, width: f32) -> Vec<Vec<Span>> {
        let mut lines = vec![Vec::new()];
        let mut used = 0.0;
        for word in words(spans) {
            let needed = self.width(&word.spans) * size;
            let gap = if lines.last().is_some_and(Vec::is_empty) { 0.0 } else { self.gap(&word) * size };
            if used + gap + needed <= width {
                used += gap + needed;
                append(&mut lines, word, gap > 0.0);
            } else {
                used = self.on_new_line(&mut lines, word, size, width);
            }
        }
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// Begins a line with this word; a word wider than a line is cut where the line is full. How wide the last line is.
    fn on_new_line(&self, lines: &mut Vec<Vec<Span>>, word: Word, size: f32, width: f32) -> f32 {
        end_line(lines);
        let whole = self.width(&word.spans) * size;
        if whole <= width {
            append(lines, word, false);
            return whole;
        }
        let mut used = 0.0;
        for span in word.spans {
            for letter in span.text.chars() {
                let one = Span { text: letter.into(), style: span.style };
                let needed = self.fonts.width(&one.text, one.style) * size;
                if used + needed > width {
                    lines.push(Vec::new());
                    used = 0.0;
                }
                used += needed;
                append(lines, Word { spans: vec![one], gap: span.style }, false);
            }
        }
        used
    }

    fn width(&self, spans: &[Span]) -> f32 {
        spans.iter().map(|span| self.fonts.width(&span.text, span.style)).sum()
    }

    fn gap(&self, word: &Word) -> f32 {
        self.fonts.width(" ", word.gap)
    }
}

/// So many, to count with in points.
pub(crate) fn units(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// What stands between two spaces, in one style or several.
struct Word {
    spans: Vec<Span>,
    /// The style of the space before it.
    gap: Style,
}

/// Cut at spaces where a line may end: not at those that hold together (« a », 10 %).
fn words(spans: &[Span]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_joined = false;
    for span in spans {
        for (index, text) in span.text.split([' ', '\t', '\n', '\r']).enumerate() {
            is_joined = is_joined && index == 0;
            if text.is_empty() {
                continue;
            }
            let span = Span { text: text.into(), style: span.style };
            match words.last_mut() {
                Some(word) if is_joined => word.spans.push(span),
                _ => words.push(Word { gap: span.style, spans: vec![span] }),
            }
            is_joined = true;
        }
        is_joined = is_joined && !span.text.ends_with([' ', '\t', '\n', '\r']);
    }
    words
}

/// A line that goes on ends with a space, so that its words stay apart for whoever copies or hears them.
fn end_line(lines: &mut Vec<Vec<Span>>) {
    match lines.last_mut() {
        Some(line) if line.is_empty() => {}
        Some(line) => {
            if let Some(last) = line.last_mut() {
                last.text.push(' ');
            }
            lines.push(Vec::new());
        }
        None => lines.push(Vec::new()),
    }
}

fn append(lines: &mut [Vec<Span>], word: Word, is_spaced: bool) {
    let Some(line) = lines.last_mut() else { return };
    let spaced = if is_spaced { " " } else { "" };
    for (index, span) in word.spans.into_iter().enumerate() {
        let text = if index == 0 { format!("{spaced}{}", span.text) } else { span.text };
        match line.last_mut() {
            Some(last) if last.style == span.style => last.text.push_str(&text),
            _ => line.push(Span { text, style: span.style }),
        }
    }
}
