//! Whether an uploaded file may become an agreement: a PDF that only shows pages, and of a size that any reader takes.
//!
//! What was signed must look the same to everybody, for years. So nothing that acts, fetches, plays or hides another
//! file; nothing encrypted; nothing that unfolds into more than a server can hold.

mod active;
mod inflated;
mod pictures;

pub use active::Active;

use crate::bounds;
use hayro::hayro_syntax::Pdf;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::collections::HashSet;
use std::time::Duration;

/// The largest file, in bytes: 10 MB.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// The most pages.
pub const MOST_PAGES: u16 = 200;
/// How long a file may take to be read.
const TIME: Duration = Duration::from_secs(20);

/// A file that may become an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    pub pages: u32,
}

/// Why a file may not become an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("not a PDF")]
    NotPdf,
    #[error("a PDF that is damaged, or written in a way that cannot be read")]
    Broken,
    #[error("encrypted")]
    Encrypted,
    #[error("holds more than pages: {0:?}")]
    Active(Active),
    #[error("larger than {MOST_BYTES} bytes")]
    TooLarge,
    #[error("more than {MOST_PAGES} pages")]
    TooManyPages,
    #[error("unfolds into more than a server can hold")]
    Bomb,
}

/// Judges a file before anything else reads it. It takes seconds at most, on the calling thread: not for a thread that
/// serves others meanwhile.
///
/// # Errors
/// The first reason found, the cheapest to find first.
pub fn check(bytes: &[u8]) -> Result<Checked, Refused> {
    if bytes.len() > MOST_BYTES {
        return Err(Refused::TooLarge);
    }
    if !bytes.starts_with(b"%PDF-") {
        return Err(Refused::NotPdf);
    }
    let bytes = bytes.to_vec();
    bounds::within(TIME, move || judged(bytes)).unwrap_or(Err(Refused::Broken))
}

fn judged(bytes: Vec<u8>) -> Result<Checked, Refused> {
    inflated::bounded(&bytes)?;
    let document = loaded(&bytes)?;
    active::none_in(&document)?;
    inflated::each_bounded(&document)?;
    pictures::bounded(&document)?;
    let pages = page_count(&document)?;
    // What draws the pages is another reader: both must see the same document.
    let drawn = Pdf::new(bytes).map_err(|_| Refused::Broken)?;
    if u32::try_from(drawn.pages().len()) != Ok(pages) {
        return Err(Refused::Broken);
    }
    Ok(Checked { pages })
}

fn loaded(bytes: &[u8]) -> Result<Document, Refused> {
    let options = LoadOptions::with_max_decompressed_size(inflated::MOST_OBJECTS);
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| refusal(&error))?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Refused::Encrypted);
    }
    Ok(document)
}

fn refusal(error: &lopdf::Error) -> Refused {
    match error {
        lopdf::Error::InvalidPassword
        | lopdf::Error::Decryption(_)
        | lopdf::Error::UnsupportedSecurityHandler(_) => Refused::Encrypted,
        _ => Refused::Broken,
    }
}

/// Walks the tree of pages once; a page or branch met twice is a loop.
fn page_count(document: &Document) -> Result<u32, Refused> {
    let root = document.catalog().and_then(|catalog| catalog.get(b"Pages")).and_then(Object::as_reference);
    let mut waiting = vec![root.map_err(|_| Refused::Broken)?];
    let mut seen: HashSet<ObjectId> = HashSet::new();
    let mut pages = 0;
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            return Err(Refused::Broken);
        }
        let node = document.get_dictionary(id).map_err(|_| Refused::Broken)?;
        match kids(document, node) {
            Some(kids) => waiting.extend(kids?),
            None => pages += 1,
        }
        if pages > u32::from(MOST_PAGES) {
            return Err(Refused::TooManyPages);
        }
    }
    if pages == 0 { Err(Refused::Broken) } else { Ok(pages) }
}

fn kids(document: &Document, node: &Dictionary) -> Option<Result<Vec<ObjectId>, Refused>> {
    let kids = node.get_deref(b"Kids", document).ok()?;
    let ids = kids.as_array().and_then(|kids| kids.iter().map(Object::as_reference).collect());
    Some(ids.map_err(|_| Refused::Broken))
}
