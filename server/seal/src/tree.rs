//! What the parts of a page are to somebody who does not see it: the structure of a tagged PDF, built beside the page
//! and joined to it when it is drawn.

use krilla::tagging::{Identifier, Node, TagGroup, TagKind};

/// A place in the structure that something drawn will take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaf(usize);

/// A part of a document.
#[derive(Debug)]
pub(crate) enum Part {
    Group(TagKind, Vec<Part>),
    Leaf(Leaf),
}

impl Part {
    pub(crate) fn group(tag: impl Into<TagKind>, parts: Vec<Part>) -> Self {
        Self::Group(tag.into(), parts)
    }
}

/// What was drawn for each leaf.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaves(Vec<Vec<Identifier>>);

impl Leaves {
    pub(crate) fn grow(&mut self) -> Leaf {
        self.0.push(Vec::new());
        Leaf(self.0.len() - 1)
    }

    pub(crate) fn drawn(&mut self, leaf: Leaf, identifier: Identifier) {
        if let Some(drawn) = self.0.get_mut(leaf.0) {
            drawn.push(identifier);
        }
    }

    /// The structure of what was drawn.
    pub(crate) fn nodes(&self, parts: &[Part]) -> Vec<Node> {
        parts.iter().flat_map(|part| self.node(part)).collect()
    }

    fn node(&self, part: &Part) -> Vec<Node> {
        match part {
            Part::Group(tag, parts) => vec![TagGroup::with_children(tag.clone(), self.nodes(parts)).into()],
            Part::Leaf(leaf) => {
                let drawn = self.0.get(leaf.0).into_iter().flatten();
                drawn.map(|identifier| Node::from(*identifier)).collect()
            }
        }
    }
}
