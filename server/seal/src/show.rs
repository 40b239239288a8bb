//! Pages of an agreement as pictures and as text, for whoever reads it on the portal without another program.

use crate::bounds;
use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::util::TransformExt as _;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Dict, String as PdfString};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Point, Rect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use std::time::Duration;

const TIME: Duration = Duration::from_secs(20);
/// The widest picture, in dots.
const WIDEST: u32 = 2000;
/// The highest, in widths: a page is a page, not a roll.
const HIGHEST: f32 = 4.0;

/// A page as a PNG of this width in dots (2,000 at most). The first page is 1.
///
/// Nothing when there is no such page, or it cannot be drawn within seconds.
#[must_use]
pub fn picture(bytes: &[u8], page: u32, width: u32) -> Option<Vec<u8>> {
    let bytes = bytes.to_vec();
    bounds::within(TIME, move || drawn(bytes, page, width.clamp(1, WIDEST))).flatten()
}

fn drawn(bytes: Vec<u8>, page: u32, width: u32) -> Option<Vec<u8>> {
    let pdf = Pdf::new(bytes).ok()?;
    let page = pdf.pages().get(index(page)?)?;
    let (page_width, page_height) = page.render_dimensions();
    if !(page_width >= 1.0 && page_height >= 1.0 && page_height / page_width <= HIGHEST) {
        return None;
    }
    let scale = f32::from(u16::try_from(width).ok()?) / page_width;
    let size = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let cache = RenderCache::new();
    let settings = InterpreterSettings::default();
    render(page, &cache, &settings, &RenderSettings::default(), &size).into_png().ok()
}

/// What stands on a page, as text in lines: for whoever does not see the picture. The first page is 1.
///
/// Nothing when there is no such page, it cannot be read within seconds, or it holds no letters (a scan).
#[must_use]
pub fn text(bytes: &[u8], page: u32) -> Option<String> {
    let bytes = bytes.to_vec();
    bounds::within(TIME, move || read(bytes, page)).flatten()
}

fn read(bytes: Vec<u8>, page: u32) -> Option<String> {
    let pdf = Pdf::new(bytes).ok()?;
    let text = words(pdf.pages().get(index(page)?)?);
    (!text.is_empty()).then_some(text)
}

/// The same of every page: empty for a page without letters.
///
/// Nothing when it is no PDF, or cannot be read within seconds.
#[must_use]
pub fn texts(bytes: &[u8]) -> Option<Vec<String>> {
    let bytes = bytes.to_vec();
    bounds::within(TIME, move || Some(Pdf::new(bytes).ok()?.pages().iter().map(words).collect())).flatten()
}

fn words<'a>(page: &'a Page<'a>) -> String {
    let mut reader = Reader::default();
    interpret(page, &mut reader);
    let lines = reader.text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn interpret<'a>(page: &'a Page<'a>, reader: &mut Reader) {
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, width.into(), height.into());
    let cache = InterpreterCache::new();
    let upright = page.initial_transform(true).to_kurbo();
    let mut context = Context::new(upright, bounds, &cache, page.xref(), InterpreterSettings::default());
    interpret_page(page, &mut context, reader);
}

fn index(page: u32) -> Option<usize> {
    usize::try_from(page).ok()?.checked_sub(1)
}

/// Reads the letters that are drawn, and what stands in their place.
#[derive(Default)]
struct Reader {
    text: String,
    /// Where the last letter stood, and how large it was.
    last: Option<(Point, f64)>,
    /// For each mark that is open, whether its letters stand for something else that was read already.
    marks: Vec<bool>,
}

impl Reader {
    fn is_replaced(&self) -> bool {
        self.marks.contains(&true)
    }

    fn glyph(&mut self, glyph: &Glyph<'_>, place: Affine, step: f64) {
        self.moved_to(place, step);
        match glyph.as_unicode() {
            _ if self.is_replaced() => {}
            Some(BfString::Char(letter)) => self.text.push(letter),
            Some(BfString::String(letters)) => self.text.push_str(&letters),
            None => {}
        }
    }

    /// A space or a new line, when the next letter stands apart from the last one, seen along the line that it stands
    /// on: pages may be turned.
    fn moved_to(&mut self, place: Affine, step: f64) {
        let at = place.translation().to_point();
        let [right, rise, across, down, _, _] = place.as_coeffs();
        let (width, height) = (right.hypot(rise).max(1e-9), across.hypot(down).max(1e-9));
        let size = height * step;
        if let Some((last, last_size)) = self.last {
            let moved = at - last;
            let size = size.max(last_size).max(0.1);
            let along = (moved.x * right + moved.y * rise) / width;
            let aside = (moved.x * across + moved.y * down) / height;
            if aside.abs() > 0.6 * size {
                self.text.push('\n');
            } else if along.abs() > 1.2 * size && !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        }
        self.last = Some((at, size));
    }
}

/// The units of an outline in one unit of text.
const OUTLINE: f64 = 1000.0;

impl<'a> Device<'a> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.glyph(glyph, props.transform * glyph.transform(), OUTLINE);
        }
    }

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        let meant =
            properties.and_then(|properties| properties.get::<PdfString<'_>>(b"ActualText".as_slice()));
        if let Some(meant) = &meant
            && !self.is_replaced()
        {
            self.text.push_str(&lopdf_text(meant.as_bytes()));
        }
        self.marks.push(meant.is_some());
    }

    fn end_marked_content(&mut self) {
        self.marks.pop();
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// A text string of a PDF, in whichever of its encodings.
fn lopdf_text(bytes: &[u8]) -> String {
    let string = lopdf::Object::String(bytes.to_vec(), lopdf::StringFormat::Literal);
    lopdf::decode_text_string(&string).unwrap_or_default()
}
