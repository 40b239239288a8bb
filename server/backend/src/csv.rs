//! Tables that people open in a spreadsheet and send back (G6).
//!
//! Written: UTF-8 with its mark, so that a spreadsheet reads É as É; the separator that a spreadsheet of that
//! language expects; no cell that a spreadsheet would take for a formula.

pub mod read;

use crate::refusal::Refusal;
use domain::Language;
use std::future::Future;

/// What a file begins with.
pub const BOM: &str = "\u{feff}";

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A file that is read from the database while it is sent, however large it is.
pub trait Pieces: Send + 'static {
    /// The next piece, or nothing at the end.
    ///
    /// # Errors
    /// When the database refuses.
    fn next(&mut self) -> impl Future<Output = Result<Option<String>, Refusal>> + Send;
}

/// One line of a file, its end included. French spreadsheets read the comma as a decimal mark.
#[must_use]
pub fn line<Cell: AsRef<str>>(language: Language, cells: impl IntoIterator<Item = Cell>) -> String {
    let delimiter = match language {
        Language::En => b',',
        Language::Fr => b';',
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Into memory nothing fails, and what went in as text comes out as text.
    let cells: Vec<String> = cells.into_iter().map(|cell| harmless(cell.as_ref())).collect();
    let written = writer.write_record(cells).ok().and_then(|()| writer.into_inner().ok());
    written.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The text of a cell, with an apostrophe in front where a spreadsheet would compute it.
fn harmless(text: &str) -> String {
    if is_formula(text.trim_start_matches('\'')) { format!("'{text}") } else { text.to_owned() }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g6_a_cell_is_never_a_formula() {
        let written = line(Language::En, ["=1+1", "+1 506", "-2", "@x", "\tx", "'=y", "O'Brien", "a"]);
        assert_eq!(written, "'=1+1,'+1 506,'-2,'@x,'\tx,''=y,O'Brien,a\r\n");
    }
}
