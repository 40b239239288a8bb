//! Adds to a PDF without changing a byte of it: new objects and a new table of where they lie, after its end
//! (ISO 32000-1, 7.5.6). What was signed stays, to the byte, the beginning of the file.

use crate::Unmade;
use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, StringFormat, Writer};
use std::collections::BTreeMap;
use std::io::Write as _;

/// A PDF that is added to.
pub(crate) struct Added {
    bytes: Vec<u8>,
    pub(crate) document: Document,
    objects: BTreeMap<ObjectId, Vec<u8>>,
    last: u32,
    pub(crate) trailer: Dictionary,
}

impl Added {
    /// Begins with these bytes. Only a file whose own table of objects cannot be read as written is written anew: what
    /// is added could not be found in it.
    pub(crate) fn to(bytes: &[u8]) -> Result<Self, Unmade> {
        let mut bytes = bytes.to_vec();
        let mut document = read(&bytes)?;
        if document.xref_recovery.is_some() || document.xref_start == 0 {
            bytes.clear();
            document.save_to(&mut bytes).map_err(|_| Unmade::Reading)?;
            document = read(&bytes)?;
        }
        let size = document.trailer.get(b"Size").and_then(Object::as_i64).unwrap_or(0);
        let last = document.max_id.max(u32::try_from(size).unwrap_or(0));
        let trailer = document.trailer.clone();
        Ok(Self { bytes, document, objects: BTreeMap::new(), last, trailer })
    }

    /// A number that no object has.
    pub(crate) fn new_id(&mut self) -> ObjectId {
        self.last += 1;
        (self.last, 0)
    }

    /// Makes room for as many objects, and says which number they follow.
    pub(crate) fn room(&mut self, count: u32) -> u32 {
        let before = self.last;
        self.last += count;
        before
    }

    /// Adds an object, or puts another one in its place.
    pub(crate) fn put(&mut self, id: ObjectId, object: &Object) -> Result<(), Unmade> {
        let mut body = Vec::new();
        Writer::write_object(&mut body, object).map_err(|_| Unmade::Writing)?;
        self.objects.insert(id, body);
        Ok(())
    }

    /// Adds an object that is written already.
    pub(crate) fn put_written(&mut self, id: ObjectId, body: Vec<u8>) {
        self.objects.insert(id, body);
    }

    /// The whole file.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Unmade> {
        self.identify();
        let mut bytes = std::mem::take(&mut self.bytes);
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        let mut places = BTreeMap::new();
        for ((number, generation), body) in &self.objects {
            places.insert(*number, (bytes.len(), *generation));
            writeln!(bytes, "{number} {generation} obj").map_err(|_| Unmade::Writing)?;
            bytes.extend_from_slice(body);
            bytes.extend_from_slice(b"\nendobj\n");
        }
        match self.document.reference_table.cross_reference_type {
            XrefType::CrossReferenceTable => self.with_table(bytes, &places),
            XrefType::CrossReferenceStream => self.with_stream(bytes, places),
        }
    }

    /// A file that changes says so: the first half of its identifier stays, the second is new.
    fn identify(&mut self) {
        let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
        digest.update(&self.bytes);
        self.objects.values().for_each(|body| digest.update(body));
        let new = digest.finish().as_ref()[..16].to_vec();
        let first =
            self.trailer.get(b"ID").and_then(Object::as_array).ok().and_then(|id| id.first().cloned());
        let new = Object::String(new, StringFormat::Hexadecimal);
        self.trailer.set("ID", Object::Array(vec![first.unwrap_or_else(|| new.clone()), new]));
    }

    fn trailer(&self) -> Result<Dictionary, Unmade> {
        let mut trailer = self.trailer.clone();
        for key in ["Type", "W", "Index", "Length", "Filter", "DecodeParms", "XRefStm"] {
            trailer.remove(key.as_bytes());
        }
        let before = i64::try_from(self.document.xref_start).map_err(|_| Unmade::Writing)?;
        trailer.set("Size", Object::Integer(i64::from(self.last) + 1));
        trailer.set("Prev", Object::Integer(before));
        Ok(trailer)
    }

    fn with_table(self, mut bytes: Vec<u8>, places: &BTreeMap<u32, (usize, u16)>) -> Result<Vec<u8>, Unmade> {
        let at = bytes.len();
        bytes.extend_from_slice(b"xref\n");
        for (number, (place, generation)) in places {
            let lines = write!(bytes, "{number} 1\n{place:010} {generation:05} n \n");
            lines.map_err(|_| Unmade::Writing)?;
        }
        bytes.extend_from_slice(b"trailer\n");
        let trailer = Object::Dictionary(self.trailer()?);
        Writer::write_object(&mut bytes, &trailer).map_err(|_| Unmade::Writing)?;
        end(bytes, at)
    }

    fn with_stream(
        mut self,
        mut bytes: Vec<u8>,
        mut places: BTreeMap<u32, (usize, u16)>,
    ) -> Result<Vec<u8>, Unmade> {
        let at = bytes.len();
        let (number, _) = self.new_id();
        places.insert(number, (at, 0));
        let mut table = Vec::new();
        let mut index = Vec::new();
        for (number, (place, generation)) in &places {
            index.extend([Object::Integer(i64::from(*number)), Object::Integer(1)]);
            table.push(1);
            table.extend_from_slice(&u32::try_from(*place).map_err(|_| Unmade::Writing)?.to_be_bytes());
            table.extend_from_slice(&generation.to_be_bytes());
        }
        let mut head = self.trailer()?;
        head.set("Type", Object::Name(b"XRef".to_vec()));
        head.set("W", Object::Array([1, 4, 2].map(Object::Integer).to_vec()));
        head.set("Index", Object::Array(index));
        let stream = Object::Stream(lopdf::Stream::new(head, table));
        writeln!(bytes, "{number} 0 obj").map_err(|_| Unmade::Writing)?;
        Writer::write_object(&mut bytes, &stream).map_err(|_| Unmade::Writing)?;
        bytes.extend_from_slice(b"\nendobj");
        end(bytes, at)
    }
}

fn end(mut bytes: Vec<u8>, at: usize) -> Result<Vec<u8>, Unmade> {
    write!(bytes, "\nstartxref\n{at}\n%%EOF\n").map_err(|_| Unmade::Writing)?;
    Ok(bytes)
}

/// Reads what was checked when it came in, or made here.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, Unmade> {
    Document::load_mem_with_options(bytes, LoadOptions::default()).map_err(|_| Unmade::Reading)
}
