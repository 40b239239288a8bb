//! How large the pictures in a file are when they are unpacked: their own formats promise sizes that nobody has
//! counted yet.

use super::Refused;
use lopdf::{Document, Object, Stream};

/// The most dots in one picture: a page of A3 at 600 dots per inch has 70 million.
const MOST_DOTS: u64 = 100_000_000;

pub(super) fn bounded(document: &Document) -> Result<(), Refused> {
    let too_large = document.objects.values().any(|object| match object {
        Object::Stream(stream) => is_too_large(stream),
        _ => false,
    });
    if too_large { Err(Refused::Bomb) } else { Ok(()) }
}

fn is_too_large(stream: &Stream) -> bool {
    let said = side(stream, b"Width").zip(side(stream, b"Height"));
    let inside = in_jpeg(&stream.content).or_else(|| in_jpeg_2000(&stream.content));
    [said, inside].into_iter().flatten().any(|(width, height)| width.saturating_mul(height) > MOST_DOTS)
}

fn side(stream: &Stream, key: &[u8]) -> Option<u64> {
    let side = stream.dict.get(key).ok()?.as_i64().ok()?;
    Some(side.unsigned_abs())
}

/// The sides in the frame header of a JPEG.
fn in_jpeg(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    while let [0xff, marker, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        // Frame headers are 0xC0 to 0xCF, except the tables of codes (0xC4) and of arithmetic (0xCC), and 0xC8.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let [_, h1, h0, w1, w0, ..] = after else { return None };
            return Some((u16::from_be_bytes([*w1, *w0]).into(), u16::from_be_bytes([*h1, *h0]).into()));
        }
        rest = rest.get(2 + length..)?;
    }
    None
}

/// The sides in the first header of a JPEG 2000, boxed (`ihdr`) or bare (`SIZ`).
fn in_jpeg_2000(bytes: &[u8]) -> Option<(u64, u64)> {
    let head = &bytes[..bytes.len().min(4096)];
    if let Some(at) = head.windows(4).position(|word| word == b"ihdr") {
        return Some((number(head, at + 8)?, number(head, at + 4)?));
    }
    let at = head.windows(4).position(|word| word == b"\xff\x4f\xff\x51")?;
    Some((number(head, at + 8)?, number(head, at + 12)?))
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(four).into())
}
