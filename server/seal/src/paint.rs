//! Draws what was laid out, joins it to the structure, and writes the PDF.

use crate::Unmade;
use crate::fonts::{Fonts, Piece, Style};
use crate::layout::{Colour, Column, Entry, Flow, HAIRLINE, Mark, PAGE, QUIET, Set, Span, TIDE, units};
use crate::tree::{Leaves, Part};
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Configuration, PdfVersion, Validator};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::{Page, PageSettings};
use krilla::paint::{Fill, FillRule, LineCap, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{ArtifactType, ContentTag, SpanTag, TagTree};
use krilla::{Document, SerializeSettings};

/// What a PDF says of itself.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) title: String,
    /// A language tag (BCP 47).
    pub(crate) language: String,
    pub(crate) author: Option<String>,
    /// At the foot of each page, beside its number.
    pub(crate) foot: String,
}

const FOOT: Set = Set { size: 8.0, colour: QUIET, before: 0.0 };
const FOOT_BASELINE: f32 = PAGE.1 - 40.0;

/// Writes the pages as a PDF that satisfies PDF/UA. Text that the standard has no place for (a letter that no program
/// knows) makes a tagged PDF without that promise, rather than none.
pub(crate) fn pdf(flow: &Flow, parts: &[Part], about: &About) -> Result<Vec<u8>, Unmade> {
    written(flow, parts, about, Validator::UA1).or_else(|_| written(flow, parts, about, Validator::None))
}

fn written(flow: &Flow, parts: &[Part], about: &About, validator: Validator) -> Result<Vec<u8>, Unmade> {
    let mut painter = Painter { fonts: &flow.fonts, leaves: flow.leaves.clone() };
    let mut document = Document::new_with(settings(validator));
    let count = flow.pages.len();
    for (index, marks) in flow.pages.iter().enumerate() {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(Unmade::Writing)?;
        let mut page = document.start_page_with(size);
        painter.page(&mut page, marks, &[&about.foot, &format!("{} / {count}", index + 1)]);
    }
    let mut tree = TagTree::new().with_lang(Some(about.language.clone()));
    tree.children = painter.leaves.nodes(parts);
    document.set_tag_tree(tree);
    document.set_outline(outline(&flow.entries));
    document.set_metadata(metadata(about));
    document.finish().map_err(|_| Unmade::Writing)
}

fn settings(validator: Validator) -> SerializeSettings {
    let configuration = Configuration::new_with(validator, PdfVersion::Pdf17);
    SerializeSettings {
        configuration: configuration.unwrap_or_default(),
        enable_tagging: true,
        ..Default::default()
    }
}

fn metadata(about: &About) -> Metadata {
    let metadata = Metadata::new().title(about.title.clone()).language(about.language.clone());
    let metadata = metadata.creator("Accord".into());
    match &about.author {
        Some(author) => metadata.authors(vec![author.clone()]),
        None => metadata,
    }
}

/// The list of contents; headings of a second level stand under those of the first.
fn outline(entries: &[Entry]) -> Outline {
    let mut outline = Outline::new();
    let mut last: Option<OutlineNode> = None;
    for entry in entries {
        let node = OutlineNode::new(
            entry.text.clone(),
            XyzDestination::new(entry.page, Point::from_xy(0.0, entry.y)),
        );
        match &mut last {
            Some(above) if entry.level > 1 => above.push_child(node),
            _ => {
                if let Some(done) = last.replace(node) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(done) = last {
        outline.push_child(done);
    }
    outline
}

struct Painter<'f> {
    fonts: &'f Fonts,
    leaves: Leaves,
}

impl Painter<'_> {
    /// Draws a page in one go: its contents, its foot, and then what can be followed.
    fn page(&mut self, page: &mut Page<'_>, marks: &[Mark], foot: &[&str; 2]) {
        let mut surface = page.surface();
        for mark in marks {
            self.mark(&mut surface, mark);
        }
        self.foot(&mut surface, foot);
        surface.finish();
        for mark in marks {
            self.link(page, mark);
        }
    }

    fn mark(&mut self, surface: &mut Surface<'_>, mark: &Mark) {
        match mark {
            Mark::Line { x, baseline, set, spans, leaf } => {
                for (piece, style, at) in self.placed(spans, *x, set.size) {
                    let meant = SpanTag::empty().with_actual_text(piece.meant.as_deref());
                    let identifier = surface.start_tagged(ContentTag::Span(meant));
                    letters(surface, &piece, style.slanted, Point::from_xy(at, *baseline), *set);
                    surface.end_tagged();
                    self.leaves.drawn(*leaf, identifier);
                }
            }
            Mark::Squares { x, y, side, dark, leaf } => {
                let identifier = surface.start_tagged(ContentTag::Other);
                squares(surface, (*x, *y), *side, dark);
                surface.end_tagged();
                self.leaves.drawn(*leaf, identifier);
            }
            Mark::Hairline { x, y, width } => {
                surface.start_tagged(ContentTag::Artifact(ArtifactType::Other));
                fill(surface, HAIRLINE);
                rectangles(surface, [Rect::from_xywh(*x, *y, *width, 0.6)]);
                surface.end_tagged();
            }
            Mark::Strokes { x, y } => {
                surface.start_tagged(ContentTag::Artifact(ArtifactType::Other));
                strokes(surface, *x, *y);
                surface.end_tagged();
            }
            Mark::Link { .. } => {}
        }
    }

    /// The pieces of a line with the place of each, from left to right.
    fn placed(&self, spans: &[Span], mut x: f32, size: f32) -> Vec<(Piece, Style, f32)> {
        let mut placed = Vec::new();
        for span in spans {
            for piece in self.fonts.pieces(&span.text, span.style) {
                let at = x;
                x += piece.width * size;
                placed.push((piece, span.style, at));
            }
        }
        placed
    }

    fn link(&mut self, page: &mut Page<'_>, mark: &Mark) {
        let Mark::Link { x, y, width, height, address, leaf } = mark else { return };
        let Some(place) = Rect::from_xywh(*x, *y, *width, *height) else { return };
        let target = Target::Action(Action::from(LinkAction::new(address.clone())));
        let annotation = Annotation::new_link(LinkAnnotation::new(place, target), Some(address.clone()));
        let identifier = page.add_tagged_annotation(annotation);
        self.leaves.drawn(*leaf, identifier);
    }

    fn foot(&self, surface: &mut Surface<'_>, [text, number]: &[&str; 2]) {
        surface.start_tagged(ContentTag::Artifact(ArtifactType::Footer));
        let left = Flow::x(Column::WHOLE);
        let of_number = self.fonts.width(number, Style::default()) * FOOT.size;
        for (text, x) in [(text, left), (number, PAGE.0 - left - of_number)] {
            for (piece, _, at) in self.placed(&Span::plain(text), x, FOOT.size) {
                letters(surface, &piece, false, Point::from_xy(at, FOOT_BASELINE), FOOT);
            }
        }
        surface.end_tagged();
    }
}

fn letters(surface: &mut Surface<'_>, piece: &Piece, is_slanted: bool, at: Point, set: Set) {
    fill(surface, set.colour);
    if is_slanted {
        // The fonts have no italics: upright letters lean, about the line they stand on.
        surface.push_transform(&Transform::from_row(1.0, 0.0, -0.2, 1.0, 0.2 * at.y, 0.0));
    }
    surface.draw_glyphs(at, &piece.glyphs, piece.font.clone(), &piece.drawn, set.size, false);
    if is_slanted {
        surface.pop();
    }
}

fn fill(surface: &mut Surface<'_>, (red, green, blue): Colour) {
    let paint = rgb::Color::new(red, green, blue).into();
    surface.set_fill(Some(Fill { paint, rule: FillRule::NonZero, ..Fill::default() }));
}

fn squares(surface: &mut Surface<'_>, (x, y): (f32, f32), side: f32, dark: &[(usize, usize)]) {
    fill(surface, (0, 0, 0));
    let place = |(column, row): &(usize, usize)| {
        Rect::from_xywh(x + units(*column) * side, y + units(*row) * side, side, side)
    };
    let places = dark.iter().map(place);
    rectangles(surface, places);
}

fn rectangles(surface: &mut Surface<'_>, places: impl IntoIterator<Item = Option<Rect>>) {
    let mut path = PathBuilder::new();
    places.into_iter().flatten().for_each(|place| path.push_rect(place));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Two strokes that meet: Accord's mark, drawn in a square of 32.
fn strokes(surface: &mut Surface<'_>, x: f32, y: f32) {
    surface.push_transform(&Transform::from_row(0.75, 0.0, 0.0, 0.75, x, y));
    fill(surface, TIDE);
    rectangles(surface, [Rect::from_xywh(0.0, 0.0, 32.0, 32.0)]);
    surface.set_fill(None);
    stroke(surface, (0xfb, 0xfa, 0xf7), |path| {
        path.move_to(7.0, 24.0);
        path.line_to(15.6, 8.0);
    });
    stroke(surface, (0xf2, 0xb7, 0x05), |path| {
        path.move_to(25.0, 24.0);
        path.cubic_to(23.8, 17.9, 20.5, 12.2, 15.6, 8.0);
    });
    surface.set_stroke(None);
    surface.pop();
}

fn stroke(surface: &mut Surface<'_>, (red, green, blue): Colour, draw: impl FnOnce(&mut PathBuilder)) {
    let paint = rgb::Color::new(red, green, blue).into();
    surface.set_stroke(Some(Stroke { paint, width: 4.5, line_cap: LineCap::Round, ..Stroke::default() }));
    let mut path = PathBuilder::new();
    draw(&mut path);
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}
