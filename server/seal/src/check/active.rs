//! Whatever in a PDF does more than show a page.

use super::Refused;
use lopdf::{Dictionary, Document, Object};

/// What a file holds beside its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Active {
    /// JavaScript, whatever starts it.
    Script,
    /// Opens a program or another file.
    Launch,
    /// Sends what is typed into it, or fetches data.
    Submission,
    /// Another file inside.
    Attachment,
    /// Sound, film, three dimensions.
    Media,
    /// An XFA form: its pages are made by a program while it is read.
    Form,
}

/// Refuses a document in which any object, reached from a page or not, acts.
pub(super) fn none_in(document: &Document) -> Result<(), Refused> {
    let found = document.objects.values().find_map(in_object);
    match found {
        Some(active) => Err(Refused::Active(active)),
        None => Ok(()),
    }
}

fn in_object(object: &Object) -> Option<Active> {
    match object {
        Object::Array(items) => items.iter().find_map(in_object),
        Object::Dictionary(dictionary) => in_dictionary(dictionary),
        Object::Stream(stream) => in_dictionary(&stream.dict),
        _ => None,
    }
}

fn in_dictionary(dictionary: &Dictionary) -> Option<Active> {
    by_key(dictionary)
        .or_else(|| by_action(dictionary))
        .or_else(|| by_annotation(dictionary))
        .or_else(|| dictionary.iter().find_map(|(_, value)| in_object(value)))
}

fn by_key(dictionary: &Dictionary) -> Option<Active> {
    if dictionary.has(b"JS") || dictionary.has(b"JavaScript") {
        Some(Active::Script)
    } else if dictionary.has(b"XFA") {
        Some(Active::Form)
    } else if dictionary.has(b"EF") {
        Some(Active::Attachment)
    } else if dictionary.has(b"RichMediaContent") {
        Some(Active::Media)
    } else {
        None
    }
}

fn by_action(dictionary: &Dictionary) -> Option<Active> {
    // Elements of the structure tree keep their own names under the same key.
    if dictionary.has_type(b"StructElem") {
        return None;
    }
    match name(dictionary, b"S")? {
        b"JavaScript" => Some(Active::Script),
        b"Launch" | b"GoToR" | b"GoToE" => Some(Active::Launch),
        b"SubmitForm" | b"ImportData" => Some(Active::Submission),
        b"Rendition" | b"Movie" | b"Sound" | b"RichMediaExecute" | b"GoTo3DView" => Some(Active::Media),
        _ => None,
    }
}

fn by_annotation(dictionary: &Dictionary) -> Option<Active> {
    match name(dictionary, b"Subtype")? {
        b"FileAttachment" => Some(Active::Attachment),
        b"RichMedia" | b"3D" | b"Screen" | b"Movie" | b"Sound" => Some(Active::Media),
        _ => None,
    }
}

fn name<'a>(dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    dictionary.get(key).ok()?.as_name().ok()
}
