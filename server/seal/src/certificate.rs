//! The certificate: a page after what was signed, that says who signed what, when, and how to verify it.

use crate::layout::{Column, Flow, INK, Mark, QUIET, Set, Span, TIDE, units};
use crate::paint::{About, pdf};
use crate::tree::Part;
use crate::{Unmade, bounds, merge};
use krilla::tagging::{TableHeaderScope, Tag};
use qrcode::{Color, EcLevel, QrCode};
use std::num::NonZeroU16;
use std::time::Duration;

const TIME: Duration = Duration::from_secs(60);
const HEADING: Set = Set { size: 22.0, colour: TIDE, before: 12.0 };
const TITLE: Set = Set { size: 13.0, colour: INK, before: 4.0 };
const SECTION: Set = Set { size: 11.5, colour: TIDE, before: 16.0 };
const ROW: Set = Set { size: 9.5, colour: INK, before: 0.0 };
const NOTE: Set = Set { size: 8.5, colour: QUIET, before: 6.0 };
/// The column of labels, and the gap beside it.
const LABELS: f32 = 128.0;
const GUTTER: f32 = 12.0;
/// The side of the picture that a telephone reads.
const PICTURE: f32 = 84.0;

/// Everything that a certificate says, in its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// As a language tag: `en`, `fr`.
    pub language: String,
    /// Who issues it.
    pub issuer: String,
    pub heading: String,
    /// Of the agreement.
    pub title: String,
    pub introduction: String,
    pub sections: Vec<Section>,
    pub proof: Proof,
    /// Small print at the end.
    pub notes: Vec<String>,
    /// At the foot of the page, beside its number.
    pub foot: String,
    /// What goes along inside the file.
    pub attachment: Option<Attachment>,
}

/// A file that goes along: the text that was signed, when what is shown was made from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub description: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// Rows under a heading: the agreement, one signatory, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub heading: String,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub label: String,
    pub value: String,
}

/// How somebody who holds a copy verifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub heading: String,
    pub text: String,
    /// The whole address, which the picture holds too.
    pub address: String,
    pub code_label: String,
    pub code: String,
    /// What the picture is, for somebody who does not see it.
    pub picture: String,
}

/// The document with its certificate after it. The document's own bytes stand unchanged at the beginning of the file.
///
/// # Errors
/// When the document cannot be read or the certificate not be written.
pub fn sealed(document: &[u8], certificate: &Certificate) -> Result<Vec<u8>, Unmade> {
    let (document, certificate) = (document.to_vec(), certificate.clone());
    let work = move || {
        let pages = pages(&certificate)?;
        merge::appended(&document, &pages, &certificate)
    };
    bounds::within(TIME, work).unwrap_or(Err(Unmade::Reading))
}

fn pages(certificate: &Certificate) -> Result<Vec<u8>, Unmade> {
    let mut flow = Flow::begin()?;
    let mut parts = head(&mut flow, certificate);
    for section in &certificate.sections {
        parts.extend(rows(&mut flow, section));
    }
    parts.extend(proof(&mut flow, &certificate.proof)?);
    let notes =
        certificate.notes.iter().map(|note| flow.block(Tag::P, &Span::plain(note), NOTE, Column::WHOLE));
    parts.extend(notes.collect::<Vec<_>>());
    let about = About {
        title: certificate.title.clone(),
        language: certificate.language.clone(),
        author: Some(certificate.issuer.clone()),
        foot: certificate.foot.clone(),
    };
    pdf(&flow, &parts, &about)
}

fn head(flow: &mut Flow, certificate: &Certificate) -> Vec<Part> {
    let (x, y) = (Flow::x(Column::WHOLE), flow.y());
    flow.mark(Mark::Strokes { x, y });
    let issuer = Set { size: 11.0, colour: QUIET, before: 0.0 };
    let beside = Column::WHOLE.indented(34.0);
    let mut parts =
        vec![flow.block(Tag::P, &Span::bold(&certificate.issuer), Set { before: 5.0, ..issuer }, beside)];
    flow.down_to(y + 28.0);
    parts.push(heading(flow, 1, &certificate.heading, HEADING));
    parts.push(flow.block(Tag::P, &Span::bold(&certificate.title), TITLE, Column::WHOLE));
    parts.push(flow.block(Tag::P, &Span::plain(&certificate.introduction), Set::BODY, Column::WHOLE));
    parts
}

fn heading(flow: &mut Flow, level: u16, text: &str, set: Set) -> Part {
    let number = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    flow.heading(Tag::Hn(number, Some(text.into())), level.into(), &Span::bold(text), set)
}

fn rows(flow: &mut Flow, section: &Section) -> [Part; 2] {
    let heading = heading(flow, 2, &section.heading, SECTION);
    flow.space(3.0);
    flow.hairline(Column::WHOLE);
    let columns = [Column { left: 0.0, width: LABELS }, Column::WHOLE.indented(LABELS + GUTTER)];
    let mut rows = Vec::new();
    for row in &section.rows {
        flow.space(3.0);
        let cells = flow.row(&[Span::bold(&row.label), Span::plain(&row.value)], &columns, ROW);
        let mut cells = cells.into_iter();
        let label = Part::group(Tag::TH(TableHeaderScope::Row), cells.next().unwrap_or_default());
        let value = Part::group(Tag::TD, cells.next().unwrap_or_default());
        rows.push(Part::group(Tag::TR, vec![label, value]));
        flow.space(3.5);
        flow.hairline(Column::WHOLE);
    }
    [heading, Part::group(Tag::Table, rows)]
}

/// How to verify, beside a picture that a telephone reads.
fn proof(flow: &mut Flow, proof: &Proof) -> Result<Vec<Part>, Unmade> {
    let code =
        QrCode::with_error_correction_level(&proof.address, EcLevel::M).map_err(|_| Unmade::Writing)?;
    flow.keep(PICTURE + 40.0);
    let heading = heading(flow, 2, &proof.heading, SECTION);
    flow.space(6.0);
    let top = flow.y();
    let figure = picture(flow, &code, &proof.picture);
    let beside = Column::WHOLE.indented(PICTURE + 22.0);
    let small = Set { size: 9.5, colour: INK, before: 4.0 };
    let text = flow.block(Tag::P, &Span::plain(&proof.text), Set { before: 0.0, ..small }, beside);
    let mut named = Span::plain(&format!("{} ", proof.code_label));
    named.extend(Span::bold(&proof.code));
    let code = flow.block(Tag::P, &named, small, beside);
    let address = address(flow, &proof.address, beside);
    flow.down_to(top + PICTURE + 6.0);
    Ok(vec![heading, text, code, address, figure])
}

fn address(flow: &mut Flow, address: &str, column: Column) -> Part {
    let set = Set { size: 9.5, colour: TIDE, before: 4.0 };
    flow.space(set.before);
    let mut parts = Vec::new();
    for spans in flow.broken(&Span::plain(address), set.size, column.width) {
        let width = spans.iter().map(|span| flow.fonts.width(&span.text, span.style)).sum::<f32>() * set.size;
        let (x, y) = (Flow::x(column), flow.y());
        parts.push(Part::Leaf(flow.put(spans, set, column, y)));
        let leaf = flow.leaves.grow();
        flow.mark(Mark::Link { x, y, width, height: set.leading(), address: address.into(), leaf });
        parts.push(Part::Leaf(leaf));
        flow.down_to(y + set.leading());
    }
    Part::group(Tag::P, vec![Part::group(Tag::Link, parts)])
}

fn picture(flow: &mut Flow, code: &QrCode, alternative: &str) -> Part {
    let side = PICTURE / units(code.width());
    let colours = code.to_colors();
    let dark = colours.iter().enumerate().filter(|(_, colour)| **colour == Color::Dark);
    let dark = dark.map(|(index, _)| (index % code.width(), index / code.width())).collect();
    let leaf = flow.leaves.grow();
    let (x, y) = (Flow::x(Column::WHOLE), flow.y());
    flow.mark(Mark::Squares { x, y, side, dark, leaf });
    Part::group(Tag::Figure(Some(alternative.into())), vec![Part::Leaf(leaf)])
}
