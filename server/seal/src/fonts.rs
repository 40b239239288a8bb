//! The fonts that come with the program, and how letters become glyphs.

use crate::Unmade;
use krilla::Data;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, GlyphBuffer, UnicodeBuffer};
use unicode_bidi::{BidiInfo, Level};

const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");
/// For scripts that the first two lack.
const OTHER: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");
/// Stands where no font has the letter.
const NO_LETTER: char = '□';

/// How a piece of text is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) bold: bool,
    pub(crate) slanted: bool,
}

/// A piece of text in one font and one direction, ready to draw.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) font: Font,
    /// The letters that the glyphs stand for.
    pub(crate) drawn: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In units of the size it is set in.
    pub(crate) width: f32,
    /// What was written, where no font has it.
    pub(crate) meant: Option<String>,
}

/// One font, to shape with and to write into a PDF.
struct Cut {
    font: Font,
    face: Face<'static>,
}

impl Cut {
    fn read(bytes: &'static [u8]) -> Result<Self, Unmade> {
        let font = Font::new(Data::from(bytes), 0).ok_or(Unmade::Fonts)?;
        let face = Face::from_slice(bytes, 0).ok_or(Unmade::Fonts)?;
        Ok(Self { font, face })
    }

    fn has(&self, letter: char) -> bool {
        self.face.glyph_index(letter).is_some()
    }
}

pub(crate) struct Fonts {
    regular: Cut,
    bold: Cut,
    other: Cut,
}

/// Which font draws a letter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Drawn {
    First,
    Other,
    /// By no font.
    Square,
    /// Nothing to draw: a joiner, a variation selector.
    Unseen,
}

impl Fonts {
    pub(crate) fn read() -> Result<Self, Unmade> {
        Ok(Self { regular: Cut::read(REGULAR)?, bold: Cut::read(BOLD)?, other: Cut::read(OTHER)? })
    }

    /// The width of a text set in this style, in units of its size.
    pub(crate) fn width(&self, text: &str, style: Style) -> f32 {
        self.pieces(text, style).iter().map(|piece| piece.width).sum()
    }

    /// A line of text as pieces, in the order in which they stand from left to right. Marks that turn letters around
    /// count for nothing: what is signed must not look like something else.
    pub(crate) fn pieces(&self, text: &str, style: Style) -> Vec<Piece> {
        let text: String = text.chars().filter(|letter| !turns_around(*letter)).collect();
        let bidi = BidiInfo::new(&text, Some(Level::ltr()));
        let mut pieces = Vec::new();
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let backwards = levels.get(run.start).is_some_and(Level::is_rtl);
                let mut of_run = self.by_font(&text[run], style, backwards);
                if backwards {
                    of_run.reverse();
                }
                pieces.append(&mut of_run);
            }
        }
        pieces
    }

    /// Text of one direction, cut where the font changes.
    fn by_font(&self, text: &str, style: Style, backwards: bool) -> Vec<Piece> {
        let mut runs: Vec<(Drawn, String)> = Vec::new();
        for letter in text.chars() {
            let drawn = match self.drawn_by(letter, style) {
                // What joins letters stays with them.
                Drawn::Unseen => continue,
                drawn => drawn,
            };
            match runs.last_mut() {
                Some((last, run)) if *last == drawn => run.push(letter),
                _ => runs.push((drawn, letter.to_string())),
            }
        }
        runs.into_iter().map(|(drawn, run)| self.piece(drawn, run, style, backwards)).collect()
    }

    fn drawn_by(&self, letter: char, style: Style) -> Drawn {
        if letter.is_control() || is_unseen(letter) {
            Drawn::Unseen
        } else if is_private(letter) {
            Drawn::Square
        } else if self.first(style).has(letter) {
            Drawn::First
        } else if self.other.has(letter) {
            Drawn::Other
        } else {
            Drawn::Square
        }
    }

    fn first(&self, style: Style) -> &Cut {
        if style.bold { &self.bold } else { &self.regular }
    }

    fn piece(&self, drawn: Drawn, run: String, style: Style, backwards: bool) -> Piece {
        let cut = if drawn == Drawn::First { self.first(style) } else { &self.other };
        let (run, meant) = match drawn {
            Drawn::Square => (run.chars().map(|_| NO_LETTER).collect(), Some(run)),
            _ => (run, None),
        };
        let glyphs = glyphs(&cut.face, &run, backwards);
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Piece { font: cut.font.clone(), drawn: run, glyphs, width, meant }
    }
}

/// Joiners, marks of direction, variation selectors: they steer, and are not drawn.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

fn turns_around(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_private(letter: char) -> bool {
    matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

fn glyphs(face: &Face<'_>, text: &str, backwards: bool) -> Vec<KrillaGlyph> {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(if backwards { Direction::RightToLeft } else { Direction::LeftToRight });
    let shaped = rustybuzz::shape(face, &[], buffer);
    let ends = cluster_ends(&shaped, text.len());
    let em = f32::from(i16::try_from(face.units_per_em()).unwrap_or(1000));
    let infos = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
    infos
        .zip(ends)
        .map(|((info, at), end)| {
            let [advance, x, y, down] =
                [at.x_advance, at.x_offset, at.y_offset, at.y_advance].map(|n| units(n) / em);
            KrillaGlyph::new(GlyphId::new(info.glyph_id), advance, x, y, down, start(info.cluster)..end, None)
        })
        .collect()
}

/// A distance in a font's own units, which fit many times into what an `f32` holds exactly.
fn units(distance: i32) -> f32 {
    distance as f32
}

fn start(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or(0)
}

/// For each glyph the end of the letters that it stands for: where the next ones begin.
fn cluster_ends(shaped: &GlyphBuffer, length: usize) -> Vec<usize> {
    let mut begins: Vec<usize> = shaped.glyph_infos().iter().map(|info| start(info.cluster)).collect();
    begins.sort_unstable();
    begins.dedup();
    let next = |begin: usize| begins.iter().copied().find(|other| *other > begin).unwrap_or(length);
    shaped.glyph_infos().iter().map(|info| next(start(info.cluster))).collect()
}
