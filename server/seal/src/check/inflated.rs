//! How much a file unfolds into. Ten megabytes of zeros in a PDF can become ten gigabytes in memory: everything is
//! counted before it is kept.

use super::Refused;
use flate2::read::ZlibDecoder;
use lopdf::{DecompressError, Document, Error, Object};
use std::io::Read as _;

/// The most that objects kept in compressed streams unfold into: each becomes many times its size in memory.
pub(super) const MOST_OBJECTS: usize = 16 * 1024 * 1024;
/// The most that one stream unfolds into: a page scanned in colour at 600 dots per inch fits.
const MOST_STREAM: usize = 128 * 1024 * 1024;
/// The most that all streams together unfold into.
const MOST_TOGETHER: usize = 512 * 1024 * 1024;
/// How far before the word `stream` its dictionary is looked for.
const DICTIONARY: usize = 4096;

/// Counts what lies in the bytes themselves, before anything reads the file as a PDF: a reader unfolds streams of
/// objects as soon as it opens a file.
pub(super) fn bounded(bytes: &[u8]) -> Result<(), Refused> {
    let (mut together, mut objects) = (0, 0);
    for begin in streams(bytes) {
        let holds_objects = holds_objects(&bytes[begin.saturating_sub(DICTIONARY)..begin])?;
        let unfolded = unfolded(&bytes[begin..], MOST_TOGETHER - together);
        together += unfolded;
        if holds_objects {
            objects += unfolded;
        }
        if together >= MOST_TOGETHER || objects > MOST_OBJECTS {
            return Err(Refused::Bomb);
        }
    }
    Ok(())
}

/// Where the contents of streams begin.
fn streams(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    const WORD: &[u8] = b"stream";
    let candidates = bytes.windows(WORD.len()).enumerate().filter(|(_, word)| *word == WORD);
    candidates.filter_map(|(at, _)| {
        let after = &bytes[at + WORD.len()..];
        let line = after.iter().take_while(|byte| matches!(byte, b'\r' | b'\n' | b' ')).count();
        (!bytes[..at].ends_with(b"end")).then_some(at + WORD.len() + line)
    })
}

/// Whether the stream after this dictionary holds objects, which every reader unfolds at once. Those are written with
/// one plain filter by whoever means well.
fn holds_objects(before: &[u8]) -> Result<bool, Refused> {
    let begin = before.windows(3).rposition(|word| word == b"obj").unwrap_or(0);
    let dictionary = plain(&before[begin..]);
    let holds = dictionary.contains("/ObjStm") || dictionary.contains("/XRef");
    let is_flate = dictionary.contains("/FlateDecode") && dictionary.matches("Decode").count() <= 2;
    if holds && dictionary.contains("/Filter") && !is_flate {
        return Err(Refused::Broken);
    }
    Ok(holds)
}

/// Names as they are meant: any letter of a name may be written as its number (`/Obj#53tm`).
fn plain(dictionary: &[u8]) -> String {
    let mut plain = String::with_capacity(dictionary.len());
    let mut rest = dictionary;
    while let Some((first, after)) = rest.split_first() {
        let number = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let letter = number.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (meant, after) = match letter.filter(|_| *first == b'#') {
            Some(letter) => (letter, &after[2..]),
            None => (*first, after),
        };
        plain.push(char::from(meant));
        rest = after;
    }
    plain
}

/// How many bytes these unfold into, up to a bound; none when they are not compressed in that way.
fn unfolded(bytes: &[u8], bound: usize) -> usize {
    let mut decoder = ZlibDecoder::new(bytes).take(u64::try_from(bound).unwrap_or(u64::MAX));
    let mut buffer = [0; 32 * 1024];
    let mut unfolded = 0;
    while let Ok(read @ 1..) = decoder.read(&mut buffer) {
        unfolded += read;
    }
    unfolded
}

/// Unfolds each stream in the way its filters say, several of them one after the other included.
pub(super) fn each_bounded(document: &Document) -> Result<(), Refused> {
    let mut left = MOST_TOGETHER;
    for object in document.objects.values() {
        let Object::Stream(stream) = object else { continue };
        match stream.decompress_to_writer(&mut std::io::sink(), MOST_STREAM.min(left)) {
            Ok(unfolded) => left = left.saturating_sub(unfolded),
            Err(Error::Decompress(
                DecompressError::MemoryLimitExceeded { .. } | DecompressError::TooManyFilters { .. },
            )) => {
                return Err(Refused::Bomb);
            }
            // The formats of pictures are another reader's matter; damage is seen when the page is drawn.
            Err(_) => {}
        }
    }
    Ok(())
}
