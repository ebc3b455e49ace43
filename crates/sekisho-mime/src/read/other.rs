//! The other readings: what a different mail program makes of the same bytes. Each is a walk of its own
//! under one changed decision, kept only when it shows a leaf that no reading before it had.

use std::borrow::Cow;
use std::collections::HashSet;

use memchr::memmem;

use super::block::{BlockRule, is_content_field, line_at};
use super::walk::{First, Walk};
use crate::limits::{
    EMBEDDED_BYTES_MAX, EMBEDDED_DEPTH_MAX, LOOSE_LINES_MAX, OTHER_PARTS_MAX, OTHER_READING_FACTOR,
    OTHER_READINGS_MAX,
};
use crate::tree::{Kind, NONE, Tree};
use crate::{AnomalyKind, TransferEncoding};

/// What tells two leaves apart.
type Leaf = (u32, usize, usize, TransferEncoding);

/// The reader of a whole mail: main reading, embedded sources, other readings.
pub(crate) struct Reader<'m> {
    pub(crate) tree: Tree,
    pub(crate) sources: Vec<Cow<'m, [u8]>>,
    doubtful: Vec<(u32, Vec<Vec<u8>>)>,
    /// Sources in which a MIME header was seen behind a stranger's delimiter.
    hidden: Vec<u32>,
    quoted: Vec<u32>,
    embedded_bytes: usize,
    readings: u16,
    budget: usize,
}

impl<'m> Reader<'m> {
    pub(crate) fn read(raw: &'m [u8]) -> Self {
        let mut reader = Reader {
            tree: Tree::default(),
            sources: Vec::new(),
            doubtful: Vec::new(),
            hidden: Vec::new(),
            quoted: Vec::new(),
            embedded_bytes: 0,
            readings: 0,
            budget: raw
                .len()
                .saturating_mul(OTHER_READING_FACTOR)
                .saturating_add(1 << 16),
        };
        let source = with_line_feeds(raw);
        reader.walk_source(source, NONE, 0, &First::default());
        reader.other_readings();
        reader
    }

    /// Walks a new source and what lies encoded in it.
    fn walk_source(
        &mut self,
        source: Cow<'m, [u8]>,
        parent: u32,
        reading: u16,
        first: &First,
    ) -> u32 {
        let (root, encoded) = self.walk_one(source, parent, reading, first);
        let mut waiting: Vec<(u32, usize)> = encoded.into_iter().map(|node| (node, 1)).collect();
        while let Some((node, depth)) = waiting.pop() {
            let encoded = self.embedded(node, depth);
            waiting.extend(encoded.into_iter().map(|node| (node, depth + 1)));
        }
        root
    }

    fn walk_one(
        &mut self,
        source: Cow<'m, [u8]>,
        parent: u32,
        reading: u16,
        first: &First,
    ) -> (u32, Vec<u32>) {
        let index = u32::try_from(self.sources.len()).unwrap_or(NONE);
        let mut walk = Walk::new(&mut self.tree, &source, index, reading);
        let root = walk.run(0, parent, first);
        let encoded = std::mem::take(&mut walk.encoded);
        if walk.saw_hidden {
            self.hidden.push(index);
        }
        self.doubtful.append(&mut walk.doubtful);
        self.quoted.append(&mut walk.quoted);
        self.sources.push(source);
        (root, encoded)
    }

    /// A message or multipart inside a transfer encoding: RFC 2045 §6.4 forbids it, programs send it.
    fn embedded(&mut self, index: u32, depth: usize) -> Vec<u32> {
        let Some(node) = self.tree.node(index).cloned() else {
            return Vec::new();
        };
        let source = self
            .sources
            .get(node.source as usize)
            .map(Cow::as_ref)
            .unwrap_or_default();
        let body = source.get(node.body..node.end).unwrap_or_default();
        let over = self.embedded_bytes.saturating_add(body.len()) > EMBEDDED_BYTES_MAX;
        if over || depth > EMBEDDED_DEPTH_MAX {
            self.tree.note(AnomalyKind::LimitReached, index);
            return Vec::new();
        }
        // Many say quoted-printable above parts that are not encoded as a whole; decoding those would
        // only break their boundaries.
        let is_plain =
            node.first_child != NONE && node.encoding == TransferEncoding::QuotedPrintable;
        if is_plain {
            return Vec::new();
        }
        let decoded = node.encoding.decode(body).into_owned();
        self.embedded_bytes += body.len();
        self.tree
            .note(AnomalyKind::TransferEncodingOnComposite, index);
        if node.kind == Kind::Message {
            return self
                .walk_one(Cow::Owned(decoded), index, node.reading, &First::default())
                .1;
        }
        // A multipart: its header again, then the decoded body, as a reading of its own.
        let header = source.get(node.start..node.body).unwrap_or_default();
        let whole = [header, &decoded].concat();
        let first = First {
            is_decoded: true,
            ..First::default()
        };
        self.readings += 1;
        let (root, encoded) = self.walk_one(Cow::Owned(whole), NONE, self.readings, &first);
        self.add_other(root, index);
        encoded
    }

    fn add_other(&mut self, root: u32, origin: u32) {
        if let Some(node) = self.tree.node_mut(root) {
            node.origin = origin;
        }
        self.tree.others.push(root);
    }

    fn other_readings(&mut self) {
        let seen: Vec<(AnomalyKind, u32)> = self.tree.seen.clone();
        let doubtful = std::mem::take(&mut self.doubtful);
        let nothing_odd = seen.is_empty() && doubtful.is_empty() && self.hidden.is_empty();
        if nothing_odd && self.quoted.is_empty() && !self.has_bare_cr() {
            return;
        }
        let mut leaves = self.leaves();
        let first = First {
            after_blank: true,
            ..First::default()
        };
        for node in std::mem::take(&mut self.quoted) {
            self.read_again(node, &first, &mut leaves);
        }
        for (node, boundaries) in doubtful {
            for boundary in boundaries {
                let first = First {
                    boundary: Some(boundary),
                    ..First::default()
                };
                self.read_again(node, &first, &mut leaves);
            }
        }
        for &(kind, node) in &seen {
            for first in changed_decisions(kind) {
                self.read_again(node, &first, &mut leaves);
            }
        }
        self.with_bare_cr(&mut leaves);
        let structural = seen.iter().any(|(kind, _)| makes_loose(*kind));
        for index in 0..self.sources.len() {
            let index = u32::try_from(index).unwrap_or(NONE);
            if structural || self.hidden.contains(&index) {
                self.loose(index, &mut leaves);
            }
        }
    }

    fn leaves(&self) -> HashSet<Leaf> {
        self.tree.nodes.iter().filter_map(leaf).collect()
    }

    /// Walks one node's range under a changed decision.
    fn read_again(&mut self, index: u32, first: &First, leaves: &mut HashSet<Leaf>) {
        let Some(node) = self.tree.node(index).cloned() else {
            return;
        };
        if self.sources.len() <= node.source as usize {
            return;
        }
        let start = if first.after_blank {
            node.body
        } else {
            node.start
        };
        self.attempt(node.source, start..node.end, index, first, leaves);
    }

    /// One walk, kept only when it shows a new leaf.
    fn attempt(
        &mut self,
        source: u32,
        range: std::ops::Range<usize>,
        origin: u32,
        first: &First,
        leaves: &mut HashSet<Leaf>,
    ) {
        let full = usize::from(self.readings) >= OTHER_READINGS_MAX + OTHER_PARTS_MAX;
        let nodes = self.tree.nodes.len();
        let others: usize = self
            .tree
            .nodes
            .iter()
            .rev()
            .take_while(|node| node.reading > 0)
            .count();
        if full || range.len() > self.budget || others >= OTHER_PARTS_MAX {
            self.tree.note(AnomalyKind::LimitReached, origin);
            return;
        }
        self.budget -= range.len();
        let (fields, seen) = (self.tree.fields.len(), self.tree.seen.len());
        let Some(bytes) = self
            .sources
            .get(source as usize)
            .and_then(|bytes| bytes.get(..range.end))
        else {
            return;
        };
        let reading = self.readings + 1;
        let mut walk = Walk::new(&mut self.tree, bytes, source, reading)
            .with_parts_max(nodes + OTHER_PARTS_MAX.saturating_sub(others));
        let root = walk.run(range.start, NONE, first);
        self.tree.seen.truncate(seen);
        let new: Vec<Leaf> = self
            .tree
            .nodes
            .iter()
            .skip(nodes)
            .filter_map(leaf)
            .collect();
        if new.iter().all(|leaf| leaves.contains(leaf)) {
            self.tree.nodes.truncate(nodes);
            self.tree.fields.truncate(fields);
            return;
        }
        leaves.extend(new);
        self.readings = reading;
        self.add_other(root, origin);
    }

    fn has_bare_cr(&self) -> bool {
        let source = self.sources.first().map(Cow::as_ref).unwrap_or_default();
        memmem::find(source, b"\r--").is_some()
    }

    /// The whole mail with every bare CR as a line end, as some programs read it.
    fn with_bare_cr(&mut self, leaves: &mut HashSet<Leaf>) {
        let in_header = self
            .tree
            .seen
            .iter()
            .any(|(kind, _)| *kind == AnomalyKind::BareCr);
        if !in_header && !self.has_bare_cr() {
            return;
        }
        let Some(source) = self.sources.first().map(|source| bare_cr_to_lf(source)) else {
            return;
        };
        let index = u32::try_from(self.sources.len()).unwrap_or(NONE);
        self.sources.push(Cow::Owned(source));
        let length = self.sources.last().map_or(0, |source| source.len());
        // Leaves of another source are all new: compare them by their place in the original.
        let as_new: HashSet<Leaf> = leaves
            .iter()
            .filter(|leaf| leaf.0 == 0)
            .map(|&(_, body, end, encoding)| (index, body, end, encoding))
            .collect();
        leaves.extend(as_new);
        let before = self.tree.others.len();
        self.attempt(index, 0..length, 0, &First::default(), leaves);
        if self.tree.others.len() > before {
            self.tree.note(AnomalyKind::BareCr, 0);
        }
    }

    /// Every line that starts with `--` and is followed by a MIME header starts an entity, whatever the
    /// boundary; the next line that starts so ends it.
    fn loose(&mut self, index: u32, leaves: &mut HashSet<Leaf>) {
        let Some(source) = self.sources.get(index as usize) else {
            return;
        };
        let entities = loose_entities(source);
        let origin = self.tree.nodes.iter().position(|node| node.source == index);
        let origin = origin.and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
        for range in entities {
            self.attempt(index, range, origin, &First::default(), leaves);
        }
    }
}

fn leaf(node: &crate::tree::Node) -> Option<Leaf> {
    // A message without children lies in a transfer encoding that was not undone.
    let is_leaf =
        node.kind == Kind::Leaf || (node.kind == Kind::Message && node.first_child == NONE);
    is_leaf.then_some((node.source, node.body, node.end, node.encoding))
}

/// How another program would decide where this was seen.
fn changed_decisions(kind: AnomalyKind) -> Vec<First> {
    let block = |block: BlockRule| First {
        block,
        ..First::default()
    };
    match kind {
        AnomalyKind::DuplicateContentType => (1..4)
            .map(|type_choice| First {
                type_choice,
                ..First::default()
            })
            .collect(),
        AnomalyKind::HeaderJunk => vec![block(BlockRule {
            flip_junk: true,
            ..BlockRule::default()
        })],
        AnomalyKind::HeaderBlankLine => {
            let blanks_end = BlockRule {
                blanks_end: true,
                ..BlockRule::default()
            };
            let second_header = First {
                after_blank: true,
                ..First::default()
            };
            vec![block(blanks_end), second_header]
        }
        _ => Vec::new(),
    }
}

/// Whether the structure is doubtful enough to look for parts without regard to boundaries.
fn makes_loose(kind: AnomalyKind) -> bool {
    use AnomalyKind as A;
    matches!(
        kind,
        A::DuplicateContentType
            | A::MalformedContentType
            | A::BoundaryMissing
            | A::BoundaryMalformed
            | A::BoundaryAmbiguous
            | A::BoundaryAbsent
            | A::BoundaryPrefix
            | A::BoundaryNested
            | A::HeaderJunk
            | A::HeaderUnended
            | A::HeaderBlankLine
            | A::FieldNameMalformed
            | A::Nul
    )
}

fn loose_entities(source: &[u8]) -> Vec<std::ops::Range<usize>> {
    let starts: Vec<usize> = memmem::find_iter(source, b"\n--")
        .take(LOOSE_LINES_MAX)
        .map(|at| at + 1)
        // `-- ` introduces a signature.
        .filter(|&start| line_at(source, start).0 != b"-- ")
        .collect();
    let mut entities = Vec::new();
    for (at, &start) in starts.iter().enumerate() {
        let (_, next) = line_at(source, start);
        if !is_content_field(line_at(source, next).0) {
            continue;
        }
        let end = starts.get(at + 1).map_or(source.len(), |&end| end - 1);
        let end = end - usize::from(end > 0 && source.get(end - 1) == Some(&b'\r'));
        if next < end {
            entities.push(next..end);
        }
        if entities.len() >= OTHER_PARTS_MAX {
            break;
        }
    }
    entities
}

/// A mail with CR as its only line end (old Macintosh): read with LF in the same places.
fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'\n', b'\r', raw).is_none_or(|at| raw.get(at) == Some(&b'\n')) {
        return Cow::Borrowed(raw);
    }
    if memchr::memchr(b'\n', raw).is_some() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(bare_cr_to_lf(raw))
}

fn bare_cr_to_lf(raw: &[u8]) -> Vec<u8> {
    let mut bytes = raw.to_vec();
    for at in memchr::memchr_iter(b'\r', raw) {
        if raw.get(at + 1) != Some(&b'\n')
            && let Some(byte) = bytes.get_mut(at)
        {
            *byte = b'\n';
        }
    }
    bytes
}
