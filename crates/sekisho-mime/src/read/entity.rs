//! One entity's header to its node: which fields decide, and what they say.

use super::block::{self, BlockRule};
use super::walk::{First, Walk};
use crate::header::{Field, Header};
use crate::transfer::name;
use crate::tree::{Kind, NONE, Node};
use crate::{AnomalyKind, ContentType, TransferEncoding};

/// The fields that decide how an entity is read.
#[derive(Default)]
struct Deciding {
    types: Vec<u32>,
    encodings: Vec<u32>,
    dispositions: Vec<u32>,
}

impl<'w> Walk<'w> {
    /// Reads the header at `at` and adds the node. `first` changes the reading of the walk's root.
    pub(super) fn entity(
        &mut self,
        at: usize,
        parent: u32,
        in_digest: bool,
        first: Option<&First>,
    ) -> u32 {
        let rule = first.map_or(BlockRule::default(), |first| first.block);
        let fields_start = self.tree.fields.len();
        let open = &self.boundaries;
        let (body, seen) = block::read(self.source, at, rule, &mut self.tree.fields, |line| {
            open.find(line).is_some()
        });
        let depth = self.tree.node(parent).map_or(0, |parent| parent.depth + 1);
        let node = self.tree.push(Node {
            source: self.source_index,
            parent,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            ordinal: 1,
            depth,
            start: at,
            body,
            end: self.source.len(),
            fields_start: index(fields_start),
            fields_end: index(self.tree.fields.len()),
            type_field: NONE,
            encoding_field: NONE,
            disposition_field: NONE,
            kind: Kind::Leaf,
            encoding: TransferEncoding::Identity,
            in_digest,
            reading: self.reading,
            origin: NONE,
            encoding_doubtful: false,
        });
        for (is_seen, kind) in [
            (seen.junk, AnomalyKind::HeaderJunk),
            (seen.unended, AnomalyKind::HeaderUnended),
            (
                seen.blank_line || self.starts_after_blank(node, body),
                AnomalyKind::HeaderBlankLine,
            ),
            (seen.bare_cr, AnomalyKind::BareCr),
            (seen.nul, AnomalyKind::Nul),
            (seen.limit, AnomalyKind::LimitReached),
        ] {
            if is_seen {
                self.tree.note(kind, node);
            }
        }
        self.decide(node, first, seen.name_malformed);
        node
    }

    /// An empty header, then what looks like the real one.
    fn starts_after_blank(&self, node: u32, body: usize) -> bool {
        let is_empty = self
            .tree
            .node(node)
            .is_some_and(|node| node.fields_start == node.fields_end);
        is_empty && block::is_content_field(block::line_at(self.source, body).0)
    }

    fn decide(&mut self, node: u32, first: Option<&First>, name_malformed: bool) {
        let deciding = self.deciding(node);
        if name_malformed {
            self.note_malformed_names(node);
        }
        self.note_duplicates(&deciding, node);
        let chosen = first.map_or(0, |first| first.type_choice);
        let type_field = deciding
            .types
            .get(chosen)
            .or(deciding.types.first())
            .copied();
        let encoding = match first {
            Some(first) if first.is_decoded => (TransferEncoding::Identity, false),
            _ => self.encoding(&deciding.encodings, node),
        };
        let kind = self.kind(type_field, node);
        let is_swallowed = deciding
            .types
            .iter()
            .any(|&at| swallows_encoding(self.value(at)));
        if is_swallowed {
            self.tree.note(AnomalyKind::FieldNameMalformed, node);
        }
        if let Some(node) = self.tree.node_mut(node) {
            node.type_field = type_field.unwrap_or(NONE);
            node.encoding_field = deciding.encodings.first().copied().unwrap_or(NONE);
            node.disposition_field = deciding.dispositions.first().copied().unwrap_or(NONE);
            (node.encoding, node.encoding_doubtful) = (encoding.0, encoding.1 || is_swallowed);
            node.kind = kind;
        }
    }

    fn deciding(&self, node: u32) -> Deciding {
        let mut deciding = Deciding::default();
        let Some(node) = self.tree.node(node) else {
            return deciding;
        };
        for (field, at) in self.tree.fields_of(node).iter().zip(node.fields_start..) {
            let name = self
                .source
                .get(field.start..field.name_end)
                .unwrap_or_default();
            if !matches!(name.first(), Some(b'C' | b'c' | 0 | 0x0b | 0x0c)) {
                continue;
            }
            let header = self.header(*field);
            let list = if header.is("Content-Type") {
                &mut deciding.types
            } else if header.is("Content-Transfer-Encoding") {
                &mut deciding.encodings
            } else if header.is("Content-Disposition") {
                &mut deciding.dispositions
            } else {
                continue;
            };
            list.push(at);
        }
        deciding
    }

    /// Odd names matter on MIME fields only; elsewhere they hide nothing.
    fn note_malformed_names(&mut self, node: u32) {
        let Some(found) = self.tree.node(node) else {
            return;
        };
        let odd = self.tree.fields_of(found).iter().any(|field| {
            let name = self
                .source
                .get(field.start..field.value)
                .unwrap_or_default();
            let lower = name.to_ascii_lowercase();
            let is_odd = name.iter().any(|byte| !byte.is_ascii_graphic());
            is_odd && memchr::memmem::find(&lower, b"content").is_some()
        });
        if odd {
            self.tree.note(AnomalyKind::FieldNameMalformed, node);
        }
    }

    fn note_duplicates(&mut self, deciding: &Deciding, node: u32) {
        for (list, kind) in [
            (&deciding.types, AnomalyKind::DuplicateContentType),
            (&deciding.encodings, AnomalyKind::DuplicateTransferEncoding),
            (&deciding.dispositions, AnomalyKind::DuplicateDisposition),
        ] {
            let values: Vec<_> = list.iter().map(|&at| self.value(at).trim_ascii()).collect();
            if values
                .windows(2)
                .any(|two| !two[0].eq_ignore_ascii_case(two[1]))
            {
                self.tree.note(kind, node);
            }
        }
    }

    fn encoding(&mut self, fields: &[u32], node: u32) -> (TransferEncoding, bool) {
        let Some(&field) = fields.first() else {
            return (TransferEncoding::Identity, false);
        };
        let value = self.value(field);
        let named = name::parse(value);
        if named.encoding == TransferEncoding::Unknown {
            self.tree.note(AnomalyKind::TransferEncodingUnknown, node);
        }
        // A fold before the value is fine for all; control characters inside are not.
        let odd = value
            .iter()
            .any(|&byte| byte == 0 || byte == 0x0b || byte == 0x0c)
            || memchr::memchr(b'\r', crate::field::unfold(value).as_ref()).is_some();
        if named.malformed || odd {
            self.tree.note(AnomalyKind::MalformedTransferEncoding, node);
        }
        let doubtful = named.malformed
            || odd
            || self.tree.saw(AnomalyKind::DuplicateTransferEncoding, node)
            || self.tree.saw(AnomalyKind::BareCr, node);
        (named.encoding, doubtful)
    }

    fn kind(&mut self, type_field: Option<u32>, node: u32) -> Kind {
        let in_digest = self.tree.node(node).is_some_and(|node| node.in_digest);
        let Some(field) = type_field else {
            // RFC 2046 §5.1.5: the default in a digest.
            return if in_digest { Kind::Message } else { Kind::Leaf };
        };
        let value = self.value(field);
        if holds_header(value) {
            self.quoted.push(node);
        }
        if let Some(kind) = kind_at_a_glance(value) {
            return kind;
        }
        let content_type = ContentType::parse(value);
        if content_type.odd {
            self.tree.note(AnomalyKind::MalformedContentType, node);
        }
        kind_of(&content_type)
    }

    pub(super) fn value(&self, field: u32) -> &'w [u8] {
        self.tree
            .fields
            .get(field as usize)
            .and_then(|field| self.source.get(field.value..field.value_end))
            .unwrap_or_default()
    }

    fn header(&self, field: Field) -> Header<'_> {
        Header {
            source: self.source,
            field,
        }
    }
}

/// A Content-Transfer-Encoding indented by a blank is a fold of the field above, but a field for some.
fn swallows_encoding(value: &[u8]) -> bool {
    memchr::memchr(b'\n', value).is_some()
        && memchr::memmem::find(&value.to_ascii_lowercase(), b"content-transfer-encoding").is_some()
}

/// Ordinary types without taking the field apart.
fn kind_at_a_glance(value: &[u8]) -> Option<Kind> {
    let value = value.trim_ascii();
    let end = value
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"/-+.".contains(byte)));
    let essence = value.get(..end.unwrap_or(value.len()))?;
    let after = value.get(essence.len()..)?.trim_ascii_start();
    let slash = memchr::memchr(b'/', essence)?;
    let is_plain = slash > 0 && slash + 1 < essence.len();
    if !is_plain || !(after.is_empty() || after.first() == Some(&b';')) {
        return None;
    }
    if essence
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/"))
    {
        return Some(Kind::Multipart);
    }
    let is_message = MESSAGES
        .iter()
        .any(|name| essence.eq_ignore_ascii_case(name.as_bytes()));
    Some(if is_message {
        Kind::Message
    } else {
        Kind::Leaf
    })
}

/// RFC 3462 §2, RFC 2046 §5.2.2: leaves that a person reads as a mail.
fn holds_header(value: &[u8]) -> bool {
    let value = value.trim_ascii_start();
    ["text/rfc822-headers", "message/partial"]
        .iter()
        .any(|name| {
            let start = value.get(..name.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        })
}

/// RFC 2046 §5.2.1, RFC 6532 §3.7, and the name that some news readers give.
const MESSAGES: [&str; 3] = ["message/rfc822", "message/global", "message/news"];

pub(crate) fn kind_of(content_type: &ContentType) -> Kind {
    if content_type.media == "multipart" {
        Kind::Multipart
    } else if MESSAGES.contains(&content_type.essence().as_str()) {
        Kind::Message
    } else {
        Kind::Leaf
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}
