//! Reading what a spreadsheet wrote.

use super::{BOM, is_formula};
use domain::Problem;
use domain::imports::Record;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The text as it was before it was made harmless.
fn as_meant(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

/// The text of a file: by its mark, else UTF-8 where it is that, else UTF-16 where every other byte is nothing,
/// else as spreadsheets of Windows write.
///
/// # Errors
/// [`Problem::ImportUnreadable`] when it is no text: a workbook, a picture.
pub fn decoded(bytes: &[u8]) -> Result<String, Problem> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, &bytes[mark..]),
        None => (guessed(bytes), bytes),
    };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if (broken && encoding != WINDOWS_1252) || text.contains('\0') || text.starts_with("PK\u{3}") {
        return Err(Problem::ImportUnreadable);
    }
    Ok(text.into_owned())
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    let nothing =
        |from: usize| bytes.iter().skip(from).step_by(2).take(500).filter(|byte| **byte == 0).count();
    let enough = bytes.len().min(1000) / 4;
    if enough > 0 && nothing(1) > enough {
        UTF_16LE
    } else if enough > 0 && nothing(0) > enough {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    }
}

/// The lines of a table that hold something, each with the number of the line on which it begins.
#[must_use]
pub fn records(text: &str) -> Vec<Record> {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let all = reader.records().map_while(Result::ok);
    let read = all.map(|record| Record {
        line: record.position().map_or(0, |at| line_of(text, at)),
        cells: record.iter().map(|cell| as_meant(cell).to_owned()).collect(),
    });
    read.filter(|record| record.cells.iter().any(|cell| !cell.trim().is_empty())).collect()
}

/// The line on which a record begins: where the last one ended, empty lines may follow.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let from =
        usize::try_from(at.byte()).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
    let empty =
        from.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    at.line() + empty as u64
}

/// The separator of the first line: the one that stands most often outside quotes.
fn separator(text: &str) -> u8 {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(found) = SEPARATORS.iter().position(|separator| *separator == byte) {
                    counts[found] += 1;
                }
            }
        }
    }
    let most = (0..SEPARATORS.len()).max_by_key(|n| (counts[*n], usize::MAX - n)).unwrap_or_default();
    SEPARATORS[most]
}

#[cfg(test)]
mod tests {
    use super::super::line;
    use super::*;
    use domain::Language;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text).into_iter().map(|record| record.cells).collect()
    }

    #[test]
    fn g6_whatever_a_spreadsheet_writes_is_read() {
        let expected = [["Nom", "Prénom"], ["Côté", "Zoé, dite \"Z\""]];
        let comma = "Nom,Prénom\r\nCôté,\"Zoé, dite \"\"Z\"\"\"\r\n";
        let utf16 =
            |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let files = [
            comma.as_bytes().to_vec(),
            format!("{BOM}{}", comma.replace(",P", ";P").replace(",\"", ";\"")).into_bytes(),
            comma.replace(",P", "\tP").replace(",\"", "\t\"").replace('\r', "").into_bytes(),
            WINDOWS_1252.encode(comma).0.into_owned(),
            utf16(&format!("{BOM}{comma}"), u16::to_le_bytes),
            utf16(&format!("{BOM}{comma}"), u16::to_be_bytes),
            utf16(comma, u16::to_le_bytes),
        ];
        for file in files {
            assert_eq!(cells(&decoded(&file).unwrap()), expected, "{file:?}");
        }
    }

    #[test]
    fn g6_a_workbook_is_no_text() {
        assert_eq!(
            decoded(b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00"),
            Err(Problem::ImportUnreadable)
        );
        assert_eq!(decoded(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), Err(Problem::ImportUnreadable));
    }

    #[test]
    fn g6_lines_are_numbered_as_in_the_file() {
        let lines: Vec<_> =
            records("a,b\n\n\"two\nlines\",x\n,\nlast,y\n").iter().map(|record| record.line).collect();
        assert_eq!(lines, [1, 3, 6]);
    }

    proptest! {
        #[test]
        fn g6_what_is_written_is_read_as_it_was(
            rows in proptest::collection::vec(proptest::collection::vec("\\PC{0,12}|['=+@,;\"\t\n-]{0,4}", 2..6), 1..6),
            french in any::<bool>(),
        ) {
            let language = if french { Language::Fr } else { Language::En };
            let rows: Vec<Vec<String>> = rows
                .into_iter()
                .map(|mut row| { row[0] = "head".into(); row })
                .collect();
            let width = rows[0].len();
            let first: Vec<String> = (0..width).map(|n| format!("h{n}")).collect();
            let mut text = BOM.to_owned() + &line(language, &first);
            rows.iter().for_each(|row| text.push_str(&line(language, row)));
            let text = decoded(text.as_bytes()).unwrap();
            prop_assert_eq!(&cells(&text)[1..], &rows[..]);
        }

        #[test]
        fn g6_no_file_breaks_anything(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(text) = decoded(&bytes) {
                let _ = records(&text);
            }
        }
    }
}
