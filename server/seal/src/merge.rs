//! Appends the pages of one PDF to another, and joins the two structures into one, so that a tagged document stays
//! tagged to its last page.

use crate::append::{Added, read};
use crate::{Attachment, Certificate, Unmade};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

/// How deep a tree of numbers may be.
const DEEPEST: usize = 16;

/// The document with the certificate's pages after its own, its title and language those of the certificate.
pub(crate) fn appended(document: &[u8], pages: &[u8], certificate: &Certificate) -> Result<Vec<u8>, Unmade> {
    let added = Added::to(document)?;
    let is_tagged = is_tagged(&added.document);
    Merging { added, certificate: read(pages)?, moved: 0, is_tagged, keys: 0 }.merged(certificate)
}

struct Merging {
    added: Added,
    certificate: Document,
    /// By how much the numbers of the certificate's objects grow.
    moved: u32,
    /// A document without a structure stays without: whoever reads a tagged file aloud passes over pages that are not
    /// part of its structure, and would hear the certificate alone.
    is_tagged: bool,
    /// By how much the keys grow under which its pages look up their structure.
    keys: i64,
}

impl Merging {
    fn merged(mut self, about: &Certificate) -> Result<Vec<u8>, Unmade> {
        self.moved = self.added.room(self.certificate.max_id);
        self.keys = self.first_free_key();
        let theirs = self.certificate.catalog().map_err(|_| Unmade::Reading)?.clone();
        let mut catalog = self.added.document.catalog().map_err(|_| Unmade::Reading)?.clone();
        let root = reference(&self.added.trailer, b"Root").ok_or(Unmade::Reading)?;
        let pages = reference(&catalog, b"Pages").ok_or(Unmade::Reading)?;

        self.take_pages(pages)?;
        if self.is_tagged {
            self.take_structure(&mut catalog, &theirs)?;
        }
        self.take_rest(&theirs)?;
        self.describe(&mut catalog, &theirs, &about.language);
        if let Some(attachment) = &about.attachment {
            self.attach(&mut catalog, attachment)?;
        }
        self.added.put(root, &Object::Dictionary(catalog))?;
        self.added.finish()
    }

    /// No page of the document looks up its structure under this key or a higher one.
    fn first_free_key(&self) -> i64 {
        let keys = self.added.document.objects.values().filter_map(|object| {
            let dictionary = entries(object)?;
            let keys = [b"StructParents".as_slice(), b"StructParent", b"ParentTreeNextKey"];
            keys.iter().filter_map(|key| dictionary.get(key).ok()?.as_i64().ok()).max()
        });
        keys.max().map_or(0, |key| key.saturating_add(1))
    }

    /// The object under the number that it has in the document.
    fn moved(&self, object: &Object) -> Object {
        match object {
            Object::Reference((number, _)) => Object::Reference((number + self.moved, 0)),
            Object::Array(items) => Object::Array(items.iter().map(|item| self.moved(item)).collect()),
            Object::Dictionary(dictionary) => Object::Dictionary(self.moved_dictionary(dictionary)),
            Object::Stream(stream) => {
                let mut stream = stream.clone();
                stream.dict = self.moved_dictionary(&stream.dict);
                Object::Stream(stream)
            }
            other => other.clone(),
        }
    }

    fn moved_dictionary(&self, dictionary: &Dictionary) -> Dictionary {
        let mut moved = Dictionary::new();
        for (key, value) in dictionary.iter() {
            let is_key = matches!(key.as_slice(), b"StructParents" | b"StructParent");
            let value = match value {
                _ if is_key && !self.is_tagged => continue,
                Object::Integer(number) if is_key => Object::Integer(number + self.keys),
                other => self.moved(other),
            };
            moved.set(key.clone(), value);
        }
        moved
    }

    fn moved_id(&self, (number, _): ObjectId) -> ObjectId {
        (number + self.moved, 0)
    }

    /// The certificate's pages become the last ones under the document's root of pages.
    fn take_pages(&mut self, pages: ObjectId) -> Result<(), Unmade> {
        let mut root = self.added.document.get_dictionary(pages).map_err(|_| Unmade::Reading)?.clone();
        let document = &self.added.document;
        let kids =
            root.get_deref(b"Kids", document).and_then(Object::as_array).map_err(|_| Unmade::Reading)?;
        let mut kids = kids.clone();
        let count =
            root.get_deref(b"Count", document).and_then(Object::as_i64).map_err(|_| Unmade::Reading)?;
        let theirs: Vec<ObjectId> = self.certificate.page_iter().collect();
        let more = i64::try_from(theirs.len()).map_err(|_| Unmade::Reading)?;
        for id in theirs {
            let page = self.certificate.get_dictionary(id).map_err(|_| Unmade::Reading)?;
            let mut page = self.moved_dictionary(page);
            page.set("Parent", Object::Reference(pages));
            // What the document's root says of its own pages is not said of these.
            page.set("Rotate", Object::Integer(0));
            if let Ok(sides) = page.get(b"MediaBox").cloned() {
                page.set("CropBox", sides);
            }
            let id = self.moved_id(id);
            kids.push(Object::Reference(id));
            self.added.put(id, &Object::Dictionary(page))?;
        }
        root.set("Kids", Object::Array(kids));
        root.set("Count", Object::Integer(count + more));
        self.added.put(pages, &Object::Dictionary(root))
    }

    fn take_structure(&mut self, catalog: &mut Dictionary, theirs: &Dictionary) -> Result<(), Unmade> {
        let root = reference(theirs, b"StructTreeRoot").ok_or(Unmade::Reading)?;
        let mine = self.certificate.get_dictionary(root).map_err(|_| Unmade::Reading)?.clone();
        let id = reference(catalog, b"StructTreeRoot").unwrap_or_else(|| self.moved_id(root));
        let mut joined = match catalog.get_deref(b"StructTreeRoot", &self.added.document) {
            Ok(Object::Dictionary(tree)) => tree.clone(),
            _ => Dictionary::new(),
        };
        self.join_elements(&mut joined, &mine, id)?;
        self.join_keys(&mut joined, &mine)?;
        self.join_roles(&mut joined, &mine);
        joined.set("Type", Object::Name(b"StructTreeRoot".to_vec()));
        catalog.set("StructTreeRoot", Object::Reference(id));
        self.added.put(id, &Object::Dictionary(joined))
    }

    fn join_elements(
        &mut self,
        joined: &mut Dictionary,
        mine: &Dictionary,
        root: ObjectId,
    ) -> Result<(), Unmade> {
        let document = &self.added.document;
        let mut kids = match joined.get(b"K") {
            Err(_) => Vec::new(),
            Ok(kids) => match document.dereference(kids) {
                Ok((_, Object::Array(kids))) => kids.clone(),
                _ => vec![kids.clone()],
            },
        };
        let theirs = match mine.get(b"K").map_err(|_| Unmade::Reading)? {
            Object::Array(kids) => kids.clone(),
            one => vec![one.clone()],
        };
        for kid in theirs {
            let id = kid.as_reference().map_err(|_| Unmade::Reading)?;
            let element = self.certificate.get_dictionary(id).map_err(|_| Unmade::Reading)?;
            let mut element = self.moved_dictionary(element);
            element.set("P", Object::Reference(root));
            let id = self.moved_id(id);
            kids.push(Object::Reference(id));
            self.added.put(id, &Object::Dictionary(element))?;
        }
        joined.set("K", Object::Array(kids));
        Ok(())
    }

    /// One table of which page's marks belong to which elements.
    fn join_keys(&mut self, joined: &mut Dictionary, mine: &Dictionary) -> Result<(), Unmade> {
        let mut numbers = match joined.get(b"ParentTree") {
            Ok(tree) => numbers(&self.added.document, tree, 0),
            Err(_) => Vec::new(),
        };
        let tree = mine.get(b"ParentTree").map_err(|_| Unmade::Reading)?;
        for (key, value) in self::numbers(&self.certificate, tree, 0) {
            numbers.push((key + self.keys, self.moved(&value)));
        }
        numbers.sort_by_key(|(key, _)| *key);
        let next = numbers.last().map_or(0, |(key, _)| key + 1);
        let pairs = numbers.into_iter().flat_map(|(key, value)| [Object::Integer(key), value]);
        let mut tree = Dictionary::new();
        tree.set("Nums", Object::Array(pairs.collect()));
        let id = self.added.new_id();
        self.added.put(id, &Object::Dictionary(tree))?;
        joined.set("ParentTree", Object::Reference(id));
        joined.set("ParentTreeNextKey", Object::Integer(next));
        Ok(())
    }

    fn join_roles(&self, joined: &mut Dictionary, mine: &Dictionary) {
        let Ok(theirs) = mine.get_deref(b"RoleMap", &self.certificate).and_then(Object::as_dict) else {
            return;
        };
        let own = joined.get_deref(b"RoleMap", &self.added.document).and_then(Object::as_dict);
        let mut roles = own.cloned().unwrap_or_default();
        for (role, standard) in theirs.iter() {
            if !roles.has(role) {
                roles.set(role.clone(), standard.clone());
            }
        }
        joined.set("RoleMap", Object::Dictionary(roles));
    }

    /// Everything that the certificate's pages need, as it is.
    fn take_rest(&mut self, theirs: &Dictionary) -> Result<(), Unmade> {
        let pages: Vec<ObjectId> = self.certificate.page_iter().collect();
        let roots = ["Pages", "StructTreeRoot"].map(|key| reference(theirs, key.as_bytes()));
        let catalog = reference(&self.certificate.trailer, b"Root");
        let elements = roots[1].and_then(|root| {
            let root = self.certificate.get_dictionary(root).ok()?;
            Some(references(root.get(b"K").ok()?))
        });
        let taken: Vec<ObjectId> = roots
            .into_iter()
            .flatten()
            .chain(catalog)
            .chain(pages)
            .chain(elements.unwrap_or_default())
            .collect();
        let rest: Vec<(ObjectId, Object)> = self
            .certificate
            .objects
            .iter()
            .filter(|(id, object)| !taken.contains(id) && !is_of_the_file(object))
            .filter(|(_, object)| self.is_tagged || !is_structure(object))
            .map(|(id, object)| (self.moved_id(*id), self.moved(object)))
            .collect();
        rest.iter().try_for_each(|(id, object)| self.added.put(*id, object))
    }

    /// Puts a file inside, found by its name and as what the pages were made from.
    fn attach(&mut self, catalog: &mut Dictionary, attachment: &Attachment) -> Result<(), Unmade> {
        let (file, named) = (self.added.new_id(), self.added.new_id());
        let size = i64::try_from(attachment.bytes.len()).map_err(|_| Unmade::Writing)?;
        let kept = Stream::new(
            dictionary! {
                "Type" => "EmbeddedFile",
                "Subtype" => attachment.media_type.as_str(),
                "Params" => dictionary! { "Size" => size },
            },
            attachment.bytes.clone(),
        );
        self.added.put(file, &Object::Stream(kept))?;
        let name = lopdf::text_string(&attachment.name);
        let specification = dictionary! {
            "Type" => "Filespec",
            "F" => name.clone(),
            "UF" => name.clone(),
            "Desc" => lopdf::text_string(&attachment.description),
            "AFRelationship" => "Source",
            "EF" => dictionary! { "F" => file, "UF" => file },
        };
        self.added.put(named, &Object::Dictionary(specification))?;
        let names = catalog.get_deref(b"Names", &self.added.document).and_then(Object::as_dict);
        let mut names = names.cloned().unwrap_or_default();
        names.set("EmbeddedFiles", dictionary! { "Names" => vec![name, Object::Reference(named)] });
        catalog.set("Names", Object::Dictionary(names));
        catalog.set("AF", Object::Array(vec![Object::Reference(named)]));
        Ok(())
    }

    /// What the file says of itself.
    fn describe(&mut self, catalog: &mut Dictionary, theirs: &Dictionary, language: &str) {
        catalog.set("Lang", Object::string_literal(language));
        if self.added.document.version.as_str() < "1.7" {
            catalog.set("Version", Object::Name(b"1.7".to_vec()));
        }
        for key in [b"MarkInfo".as_slice(), b"ViewerPreferences", b"Metadata"] {
            if let Ok(value) = theirs.get(key)
                && (self.is_tagged || key != b"MarkInfo")
            {
                catalog.set(key, self.moved(value));
            }
        }
        if !catalog.has(b"Outlines")
            && let Ok(outline) = theirs.get(b"Outlines")
        {
            catalog.set("Outlines", self.moved(outline));
        }
        if let Ok(about) = self.certificate.trailer.get(b"Info") {
            let about = self.moved(about);
            self.added.trailer.set("Info", about);
        }
    }
}

/// Objects that say where others lie are the file's own, not the pages'.
fn is_of_the_file(object: &Object) -> bool {
    matches!(object, Object::Stream(stream) if stream.dict.has_type(b"XRef") || stream.dict.has_type(b"ObjStm"))
}

/// Whether the document has a structure that readers follow.
fn is_tagged(document: &Document) -> bool {
    let Ok(catalog) = document.catalog() else { return false };
    let marks = catalog.get_deref(b"MarkInfo", document).and_then(Object::as_dict);
    let marked = marks.and_then(|marks| marks.get(b"Marked")).and_then(Object::as_bool);
    catalog.has(b"StructTreeRoot") && marked.unwrap_or(false)
}

/// An element of a structure, or the table that finds it.
fn is_structure(object: &Object) -> bool {
    entries(object).is_some_and(|entries| {
        entries.has_type(b"StructElem") || entries.has(b"Nums") || (entries.has(b"S") && entries.has(b"P"))
    })
}

fn entries(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

fn reference(dictionary: &Dictionary, key: &[u8]) -> Option<ObjectId> {
    dictionary.get(key).ok()?.as_reference().ok()
}

fn references(object: &Object) -> Vec<ObjectId> {
    match object {
        Object::Array(items) => items.iter().filter_map(|item| item.as_reference().ok()).collect(),
        one => one.as_reference().into_iter().collect(),
    }
}

/// The pairs of a tree of numbers.
fn numbers(document: &Document, tree: &Object, depth: usize) -> Vec<(i64, Object)> {
    let Ok((_, Object::Dictionary(node))) = document.dereference(tree) else { return Vec::new() };
    if depth > DEEPEST {
        return Vec::new();
    }
    let array = |key| node.get_deref(key, document).and_then(Object::as_array).cloned().unwrap_or_default();
    let own = array(b"Nums".as_slice());
    let pairs = own.chunks_exact(2).filter_map(|pair| Some((pair[0].as_i64().ok()?, pair[1].clone())));
    let mut pairs: Vec<(i64, Object)> = pairs.collect();
    for kid in array(b"Kids") {
        pairs.extend(numbers(document, &kid, depth + 1));
    }
    pairs
}
