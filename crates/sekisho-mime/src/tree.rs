//! The tree: nodes in one list, linked by number, all offsets into a numbered source.

use crate::header::Field;
use crate::limits::ANOMALIES_MAX;
use crate::{AnomalyKind, TransferEncoding};

/// No node.
pub(crate) const NONE: u32 = u32::MAX;

/// What a node was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Leaf,
    Multipart,
    Message,
}

/// One entity.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) source: u32,
    pub(crate) parent: u32,
    pub(crate) first_child: u32,
    pub(crate) last_child: u32,
    pub(crate) next_sibling: u32,
    /// Counted from 1 within the parent.
    pub(crate) ordinal: u32,
    pub(crate) depth: u32,
    pub(crate) start: usize,
    pub(crate) body: usize,
    pub(crate) end: usize,
    /// Its fields in [`Tree::fields`].
    pub(crate) fields_start: u32,
    pub(crate) fields_end: u32,
    /// Numbers of the deciding fields in [`Tree::fields`].
    pub(crate) type_field: u32,
    pub(crate) encoding_field: u32,
    pub(crate) disposition_field: u32,
    pub(crate) kind: Kind,
    pub(crate) encoding: TransferEncoding,
    /// A part of a multipart/digest: message/rfc822 unless it says otherwise (RFC 2046 §5.1.5).
    pub(crate) in_digest: bool,
    /// Which other reading made it; 0 is the main one.
    pub(crate) reading: u16,
    /// For the root of another reading: the node it was found in.
    pub(crate) origin: u32,
    /// The Content-Transfer-Encoding could be read in several ways.
    pub(crate) encoding_doubtful: bool,
}

/// All nodes and fields of a message.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    pub(crate) fields: Vec<Field>,
    /// What was seen while reading, with the node.
    pub(crate) seen: Vec<(AnomalyKind, u32)>,
    /// Roots of other readings.
    pub(crate) others: Vec<u32>,
}

impl Tree {
    pub(crate) fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    pub(crate) fn node_mut(&mut self, index: u32) -> Option<&mut Node> {
        self.nodes.get_mut(index as usize)
    }

    /// Notes an anomaly once for a node.
    pub(crate) fn note(&mut self, kind: AnomalyKind, node: u32) {
        let is_new = !self
            .seen
            .iter()
            .rev()
            .take(8)
            .any(|&seen| seen == (kind, node));
        if is_new && self.seen.len() < ANOMALIES_MAX {
            self.seen.push((kind, node));
        }
    }

    pub(crate) fn saw(&self, kind: AnomalyKind, node: u32) -> bool {
        self.seen.contains(&(kind, node))
    }

    /// Adds a node as the last child of its parent.
    pub(crate) fn push(&mut self, mut node: Node) -> u32 {
        let index = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        let (parent, last) = match self.node(node.parent) {
            Some(parent) => (node.parent, parent.last_child),
            None => (NONE, NONE),
        };
        if let Some(last) = self.node_mut(last) {
            last.next_sibling = index;
            node.ordinal = last.ordinal + 1;
        }
        if let Some(parent) = self.node_mut(parent) {
            if parent.first_child == NONE {
                parent.first_child = index;
            }
            parent.last_child = index;
        }
        self.nodes.push(node);
        index
    }

    /// The node after `index`, depth first, below `root`.
    pub(crate) fn next(&self, index: u32, root: u32) -> Option<u32> {
        let mut at = index;
        let node = self.node(at)?;
        if node.first_child != NONE {
            return Some(node.first_child);
        }
        loop {
            if at == root {
                return None;
            }
            let node = self.node(at)?;
            if node.next_sibling != NONE {
                return Some(node.next_sibling);
            }
            at = node.parent;
        }
    }

    /// The fields of a node.
    pub(crate) fn fields_of(&self, node: &Node) -> &[Field] {
        self.fields
            .get(node.fields_start as usize..node.fields_end as usize)
            .unwrap_or_default()
    }
}
