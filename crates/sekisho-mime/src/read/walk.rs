//! The walk over one source: entities and delimiters in the order of the bytes. Open entities are kept in
//! a list, not on the call stack, so that depth costs nothing.

use std::collections::HashMap;

use memchr::memmem;

use super::block::{BlockRule, is_content_field, line_at};
use crate::field::sections;
use crate::limits::{DEPTH_MAX, PARTS_MAX};
use crate::tree::{Kind, NONE, Tree};
use crate::{AnomalyKind, ContentType, TransferEncoding};

/// How the root of a walk is read, when not in the usual way.
#[derive(Debug, Clone, Default)]
pub(crate) struct First {
    /// Which of several Content-Type fields counts.
    pub(crate) type_choice: usize,
    /// Which reading of the boundary parameter counts.
    pub(crate) boundary: Option<Vec<u8>>,
    pub(crate) block: BlockRule,
    /// The header is empty and the real one follows in the body.
    pub(crate) after_blank: bool,
    /// The body is decoded already, whatever the header says.
    pub(crate) is_decoded: bool,
}

/// One walk.
pub(crate) struct Walk<'w> {
    pub(crate) tree: &'w mut Tree,
    pub(crate) source: &'w [u8],
    pub(crate) source_index: u32,
    pub(crate) reading: u16,
    pub(crate) boundaries: Boundaries,
    /// Composite nodes that lie inside a transfer encoding.
    pub(crate) encoded: Vec<u32>,
    /// Something like a MIME header was seen behind a line that is no open delimiter.
    pub(crate) saw_hidden: bool,
    /// Multiparts whose boundary has several readings.
    pub(crate) doubtful: Vec<(u32, Vec<Vec<u8>>)>,
    /// Leaves that hold a header of another mail: text/rfc822-headers, message/partial.
    pub(crate) quoted: Vec<u32>,
    open: Vec<Open>,
    parts_max: usize,
}

/// An open entity; `key` is the boundary of a multipart that may still get parts.
struct Open {
    node: u32,
    key: Option<Vec<u8>>,
}

/// The boundaries of the open multiparts, with their places in the list of open entities.
#[derive(Default)]
pub(crate) struct Boundaries {
    levels: HashMap<Vec<u8>, Vec<usize>>,
    count: usize,
}

impl Boundaries {
    /// The open multipart whose delimiter this line is, and whether it closes it (RFC 2046 §5.1.1).
    pub(crate) fn find(&self, line: &[u8]) -> Option<(usize, bool)> {
        if self.count == 0 {
            return None;
        }
        // §5.1.1 `transport-padding`
        let text = line.strip_prefix(b"--")?.trim_ascii_end();
        let level = |key: &[u8]| {
            self.levels
                .get(key)
                .and_then(|levels| levels.last().copied())
        };
        level(text).map(|level| (level, false)).or_else(|| {
            let closed = text.strip_suffix(b"--")?;
            level(closed).map(|level| (level, true))
        })
    }

    fn open(&mut self, key: &[u8], level: usize) -> bool {
        self.count += 1;
        let levels = self.levels.entry(key.to_vec()).or_default();
        levels.push(level);
        levels.len() > 1
    }

    fn close(&mut self, key: &[u8]) {
        if let Some(levels) = self.levels.get_mut(key) {
            levels.pop();
            self.count = self.count.saturating_sub(1);
            if levels.is_empty() {
                self.levels.remove(key);
            }
        }
    }
}

/// A delimiter line that was found.
struct Delimiter {
    /// Where the content before it ends.
    content_end: usize,
    /// Where the line after it starts.
    next: usize,
    level: usize,
    closes: bool,
}

impl<'w> Walk<'w> {
    pub(crate) fn new(
        tree: &'w mut Tree,
        source: &'w [u8],
        source_index: u32,
        reading: u16,
    ) -> Self {
        Walk {
            parts_max: tree.nodes.len().saturating_add(PARTS_MAX),
            tree,
            source,
            source_index,
            reading,
            boundaries: Boundaries::default(),
            encoded: Vec::new(),
            saw_hidden: false,
            doubtful: Vec::new(),
            quoted: Vec::new(),
            open: Vec::new(),
        }
    }

    /// At most this many nodes in the whole tree.
    pub(crate) fn with_parts_max(mut self, parts_max: usize) -> Self {
        self.parts_max = parts_max;
        self
    }

    /// Reads the entity at `start` with everything in it, to the end of the source.
    pub(crate) fn run(&mut self, start: usize, parent: u32, first: &First) -> u32 {
        let root = self.entity(start, parent, false, Some(first));
        let mut at = self.enter(root, first.boundary.as_deref());
        let finder = memmem::Finder::new(b"\n--");
        let source = self.source;
        while let Some(delimiter) = self.next_delimiter(&mut at, &finder) {
            self.close_above(delimiter.level, delimiter.content_end);
            if delimiter.closes {
                self.close_multipart(delimiter.level);
                at = delimiter.next.saturating_sub(1).max(at);
                continue;
            }
            let Some(parent) = self.open.get(delimiter.level).map(|open| open.node) else {
                break;
            };
            if self.tree.nodes.len() >= self.parts_max {
                self.tree.note(AnomalyKind::LimitReached, parent);
                break;
            }
            let in_digest = self.is_digest(parent);
            let node = self.entity(delimiter.next.min(source.len()), parent, in_digest, None);
            at = self.enter(node, None);
        }
        self.close_above_all();
        root
    }

    /// Opens an entity (and the message in it, if it is one); gives where to look for delimiters.
    fn enter(&mut self, mut node: u32, boundary: Option<&[u8]>) -> usize {
        loop {
            let Some(entity) = self.tree.node(node) else {
                return self.source.len();
            };
            let (kind, body, encoding) = (entity.kind, entity.body, entity.encoding);
            let too_deep = self.open.len() >= DEPTH_MAX;
            if too_deep && kind != Kind::Leaf {
                self.tree.note(AnomalyKind::LimitReached, node);
            }
            self.open.push(Open { node, key: None });
            // The line end before the body may belong to a delimiter at its very start.
            let at = body.saturating_sub(1);
            match kind {
                Kind::Multipart if !too_deep => {
                    self.open_multipart(node, boundary);
                    if encoding != TransferEncoding::Identity {
                        self.encoded.push(node);
                    }
                    return at;
                }
                Kind::Message if !too_deep && self.tree.nodes.len() < self.parts_max => {
                    if encoding != TransferEncoding::Identity && !self.starts_with_field(body) {
                        self.encoded.push(node);
                        return at;
                    }
                    node = self.entity(body, node, false, None);
                }
                _ => return at,
            }
        }
    }

    /// RFC 2045 §6.4 forbids encodings here; many that say base64 have the message as it is.
    fn starts_with_field(&self, body: usize) -> bool {
        let (line, _) = line_at(self.source, body);
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        name.len() < line.len()
            && !name.is_empty()
            && name.iter().all(|byte| byte.is_ascii_graphic())
    }

    fn open_multipart(&mut self, node: u32, forced: Option<&[u8]>) {
        let field = self.tree.node(node).map_or(NONE, |node| node.type_field);
        let candidates = match forced {
            Some(boundary) => vec![boundary.to_vec()],
            None => self.boundary_candidates(field, node),
        };
        let level = self.open.len().saturating_sub(1);
        let chosen = candidates.iter().position(|boundary| !boundary.is_empty());
        let Some(key) = chosen.and_then(|at| candidates.get(at)).cloned() else {
            self.tree.note(AnomalyKind::BoundaryMissing, node);
            return;
        };
        if self.boundaries.open(&key, level) {
            self.tree.note(AnomalyKind::BoundaryNested, node);
        }
        if let Some(open) = self.open.last_mut() {
            open.key = Some(key.clone());
        }
        if candidates.len() > 1 {
            let others = candidates
                .into_iter()
                .filter(|other| *other != key)
                .collect();
            self.doubtful.push((node, others));
        }
    }

    /// Every reading of the boundary parameter, the likeliest first.
    fn boundary_candidates(&mut self, field: u32, node: u32) -> Vec<Vec<u8>> {
        let value = self.value(field);
        let content_type = ContentType::parse(value);
        let raw = &content_type.params.raw;
        let mut candidates: Vec<Vec<u8>> = Vec::new();
        let mut add = |candidate: Vec<u8>| {
            if !candidates.contains(&candidate) && candidates.len() < 8 {
                candidates.push(candidate);
            }
        };
        let mut is_blank_ended = false;
        for param in raw.iter().filter(|param| param.name == "boundary") {
            for reading in std::iter::once(&param.value).chain(&param.other) {
                is_blank_ended |= reading.ends_with(b" ");
                add(reading.trim_ascii_end().to_vec());
            }
        }
        for text in sections::readings(raw.iter(), "boundary") {
            add(text.trim_end().as_bytes().to_vec());
        }
        let is_odd = content_type.params.odd || content_type.odd;
        let first = candidates.first().map(Vec::as_slice).unwrap_or_default();
        // RFC 2046 §5.1.1 `boundary` allows less, but nobody differs over printable characters.
        let is_regular =
            |&byte: &u8| byte == b' ' || byte.is_ascii_graphic() && !b"\"\\;".contains(&byte);
        let malformed = is_blank_ended || !first.iter().all(is_regular);
        if candidates.len() > 1 {
            self.tree.note(AnomalyKind::BoundaryAmbiguous, node);
        } else if malformed || is_odd {
            self.tree.note(AnomalyKind::BoundaryMalformed, node);
        }
        candidates
    }

    fn is_digest(&self, node: u32) -> bool {
        let field = self.tree.node(node).map_or(NONE, |node| node.type_field);
        let value = self.value(field).trim_ascii_start();
        value
            .get(..16)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/digest"))
    }

    /// The next line that is a delimiter of an open multipart; `at` moves past what was looked at.
    fn next_delimiter(&mut self, at: &mut usize, finder: &memmem::Finder<'_>) -> Option<Delimiter> {
        let source = self.source;
        loop {
            let from = (*at).min(source.len());
            let line_end_at = from + finder.find(source.get(from..)?)?;
            let start = line_end_at + 1;
            let (line, next) = line_at(source, start);
            *at = start;
            match self.boundaries.find(line) {
                Some((level, closes)) => {
                    // The line end before the delimiter belongs to it (RFC 2046 §5.1.1).
                    let has_cr = line_end_at > 0 && source.get(line_end_at - 1) == Some(&b'\r');
                    let content_end = line_end_at - usize::from(has_cr);
                    return Some(Delimiter {
                        content_end,
                        next,
                        level,
                        closes,
                    });
                }
                None => self.look_at_stranger(line, next),
            }
        }
    }

    /// A line that starts like a delimiter and is none of an open multipart.
    fn look_at_stranger(&mut self, line: &[u8], next: usize) {
        let (following, _) = line_at(self.source, next);
        let innermost = self
            .open
            .iter()
            .rev()
            .find_map(|open| Some((open.node, open.key.as_ref()?)));
        // RFC 2046 §5.1.1 wants the beginning of the line compared, programs compare the whole.
        let starts = |key: &[u8]| line.get(2..).is_some_and(|text| text.starts_with(key));
        if let Some((node, _)) = innermost.filter(|(_, key)| starts(key)) {
            self.tree.note(AnomalyKind::BoundaryPrefix, node);
            self.saw_hidden = true;
        }
        let Some(top) = self.open.last().filter(|_| is_content_field(following)) else {
            return;
        };
        self.saw_hidden = true;
        let node = top.node;
        let is_multipart = self
            .tree
            .node(node)
            .is_some_and(|node| node.kind == Kind::Multipart);
        let kind = match (is_multipart, top.key.is_some()) {
            (true, true) => AnomalyKind::PreambleContent,
            (true, false) => AnomalyKind::EpilogueContent,
            (false, _) => AnomalyKind::HiddenParts,
        };
        self.tree.note(kind, node);
    }

    /// Ends every entity opened above `level`.
    fn close_above(&mut self, level: usize, end: usize) {
        while self.open.len() > level + 1 {
            self.close_top(end);
        }
    }

    fn close_above_all(&mut self) {
        while !self.open.is_empty() {
            self.close_top(self.source.len());
        }
    }

    fn close_top(&mut self, end: usize) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let mut childless = false;
        let source = self.source;
        if let Some(node) = self.tree.node_mut(open.node) {
            node.end = end.max(node.body);
            let body = source.get(node.body..node.end).unwrap_or_default();
            childless = node.first_child == NONE && !body.trim_ascii().is_empty();
        }
        if let Some(key) = open.key {
            self.boundaries.close(&key);
            self.tree.note(AnomalyKind::BoundaryUnclosed, open.node);
            if childless {
                self.tree.note(AnomalyKind::BoundaryAbsent, open.node);
            }
        }
    }

    /// After the closing delimiter an epilogue follows; the boundary counts no more.
    fn close_multipart(&mut self, level: usize) {
        if let Some(key) = self.open.get_mut(level).and_then(|open| open.key.take()) {
            self.boundaries.close(&key);
        }
    }
}
