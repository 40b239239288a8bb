//! Agreements as PDFs (rule S3): what comes in is checked, what is shown is drawn, what was signed is sealed.
//!
//! This crate knows files and nothing else: no database, no clock, no words of its own. Whatever a page of a
//! certificate says, and in which language, is passed in; so is every moment.
//!
//! - [`check`] judges a file that somebody uploaded, before anything else reads it;
//! - [`picture`], [`text`] and [`texts`] show its pages;
//! - [`written`] and [`html`] set an agreement that was written in Markdown;
//! - [`sealed`] appends a certificate page to what was signed, without changing a byte of it;
//! - [`SealKey`] signs the whole with the deployment's own key, and [`verify`] recognizes it.
//!
//! Files from outside are read on a thread of their own, within bounds of time and size; a panic there is an answer,
//! not an accident. Letters are drawn with Noto Sans (Latin, Greek, Cyrillic, Devanagari), then with DejaVu Sans
//! (Arabic, Hebrew, Armenian, Georgian …). A letter that neither has is drawn as an empty square that carries the
//! letter itself: it is read aloud, searched and copied as it was written.
#![forbid(unsafe_code)]

mod append;
mod bounds;
mod certificate;
mod check;
mod fonts;
mod key;
mod layout;
mod markdown;
mod merge;
mod paint;
mod show;
mod signature;
mod tree;
mod written;

pub use certificate::{Attachment, Certificate, Proof, Row, Section, sealed};
pub use check::{Active, Checked, MOST_BYTES, MOST_PAGES, Refused, check};
pub use key::{MadeKey, SealKey, SealText};
pub use markdown::html;
pub use show::{picture, text, texts};
pub use signature::{Verdict, verify};
pub use written::{Written, written};

/// A PDF that could not be made: a fault of this program or of the file it began with, never of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmade {
    #[error("the fonts cannot be read")]
    Fonts,
    #[error("the PDF cannot be written")]
    Writing,
    #[error("the PDF to begin with cannot be read")]
    Reading,
    #[error("the key does not sign")]
    Key,
}
