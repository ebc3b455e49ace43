//! The objects of a file, found by their marks, with those inside object streams.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::filter;
use super::lexer::{Lexer, Object};
use crate::archive::Unpack;
use crate::locked::pdf::Key;

/// Objects of one file.
const OBJECTS_MAX: usize = 300_000;

/// An object, and where its stream lies.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) object: Object,
    pub(crate) stream: Option<Range<usize>>,
    /// Number and generation as written: keys of locked files are made of them.
    name: (u32, u16),
}

#[derive(Debug)]
pub(crate) struct Document<'a> {
    bytes: &'a [u8],
    /// By number. Earlier versions of an object stand above the numbers in use.
    pub(crate) items: BTreeMap<u32, Item>,
    pub(crate) trouble: Option<Unpack>,
    left: usize,
    key: Option<&'a Key>,
}

impl<'a> Document<'a> {
    pub(crate) fn read(bytes: &'a [u8], max: usize, key: Option<&'a Key>) -> Self {
        let mut document = Self {
            bytes,
            items: BTreeMap::new(),
            trouble: None,
            left: max,
            key,
        };
        let mut at = 0;
        while let Some(found) = bytes
            .get(at..)
            .and_then(|rest| memchr::memmem::find(rest, b"obj"))
        {
            let mark = at + found;
            at = match number_before(bytes, mark) {
                Some(name) => document.object_at(name, mark + 3),
                None => mark + 3,
            };
            if document.items.len() > OBJECTS_MAX {
                document.trouble = Some(Unpack::TooLarge);
                break;
            }
        }
        document.open_object_streams();
        document
    }

    /// The unpacked stream of an object.
    pub(super) fn data(&mut self, number: u32) -> Option<Vec<u8>> {
        let item = self.items.get(&number)?;
        let raw = self.bytes.get(item.stream.clone()?)?;
        let is_table = item.object.get(b"Type").and_then(Object::name) == Some(b"XRef".as_slice());
        let open = match self.key {
            Some(key) if !is_table && !has_crypt_filter(&item.object) => {
                Cow::Owned(key.stream(item.name.0, item.name.1, raw))
            }
            _ => Cow::Borrowed(raw),
        };
        let (data, trouble) = filter::decoded(&item.object, &open, self.left)?;
        self.left = self.left.saturating_sub(data.len());
        self.trouble = self.trouble.or(trouble);
        Some(data)
    }

    /// Follows a reference.
    pub(crate) fn resolved<'s>(&'s self, object: &'s Object) -> &'s Object {
        match object {
            Object::Ref(number) => self.items.get(number).map_or(object, |item| &item.object),
            _ => object,
        }
    }

    /// The number of the catalogue (§7.7.2): the last one in use.
    pub(crate) fn root(&self) -> Option<u32> {
        let is_catalog = |item: &Item| {
            item.object.get(b"Type").and_then(Object::name) == Some(b"Catalog".as_slice())
        };
        let own = self.items.range(..0x8000_0000);
        own.rev()
            .find(|(_, item)| is_catalog(item))
            .map(|(number, _)| *number)
    }

    /// Takes the object; where to look on.
    fn object_at(&mut self, name: (u32, u16), at: usize) -> usize {
        let number = name.0;
        let mut lexer = Lexer::new(self.bytes, at, true);
        let Some(mut object) = lexer.object() else {
            return at;
        };
        let end = lexer.at.max(at);
        let stream = self.stream_after(&object, end);
        let next = stream.as_ref().map_or(end, |stream| stream.end);
        let is_lock = object.get(b"O").is_some() && object.get(b"U").is_some();
        if let Some(key) = self.key.filter(|_| !is_lock) {
            unlock_strings(&mut object, key, name, 0);
        }
        self.put(
            number,
            Item {
                object,
                stream,
                name,
            },
        );
        next
    }

    fn put(&mut self, number: u32, item: Item) {
        if let Some(older) = self.items.insert(number, item) {
            let last = self.items.keys().next_back().copied().unwrap_or(0);
            let free = last.max(0x8000_0000).saturating_add(1);
            self.items.insert(free, older);
        }
    }

    fn stream_after(&self, object: &Object, end: usize) -> Option<Range<usize>> {
        let rest = self.bytes.get(end..)?;
        let blanks = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let body = rest.get(blanks..)?.strip_prefix(b"stream")?;
        let line_end = if body.starts_with(b"\r\n") { 2 } else { 1 };
        let start = end + blanks + 6 + line_end;
        let data = self.bytes.get(start..)?;
        let said = object.get(b"Length").and_then(Object::number);
        let length = said.filter(|length| {
            let after = data.get(*length..).unwrap_or_default();
            after.trim_ascii_start().starts_with(b"endstream")
        });
        let length = length.or_else(|| memchr::memmem::find(data, b"endstream"));
        Some(start..start + length.unwrap_or(data.len()))
    }

    /// ISO 32000-1 §7.5.7: number and place of each object, then the objects.
    fn open_object_streams(&mut self) {
        let is_object_stream = |item: &Item| {
            item.object.get(b"Type").and_then(Object::name) == Some(b"ObjStm".as_slice())
        };
        let numbers: Vec<u32> = self
            .items
            .iter()
            .filter(|(_, item)| is_object_stream(item))
            .map(|(number, _)| *number)
            .collect();
        for number in numbers {
            let first = self
                .items
                .get(&number)
                .and_then(|item| item.object.get(b"First"))
                .and_then(Object::number);
            match (first, self.data(number)) {
                (Some(first), Some(data)) => self.inner_objects(first, &data),
                _ => self.trouble = self.trouble.or(Some(Unpack::Broken)),
            }
        }
    }

    fn inner_objects(&mut self, first: usize, data: &[u8]) {
        let mut index = Lexer::new(data, 0, false);
        while index.at < first && self.items.len() <= OBJECTS_MAX {
            let (Some(Object::Number(number)), Some(place)) = (index.object(), index.object())
            else {
                return;
            };
            let Some(place) = place.number() else {
                return;
            };
            let object = Lexer::new(data, first.saturating_add(place), true).object();
            if let Some(object) = object {
                let stream = None;
                // Strings in a locked stream have no lock of their own.
                let name = (number as u32, 0);
                self.put(
                    name.0,
                    Item {
                        object,
                        stream,
                        name,
                    },
                );
            }
        }
    }
}

/// `12 0 obj`: number and generation, when the mark ends an object's heading.
fn number_before(bytes: &[u8], mark: usize) -> Option<(u32, u16)> {
    let head = bytes.get(mark.saturating_sub(24)..mark)?;
    let text: Vec<&[u8]> = head
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .collect();
    let blank = head.last().is_some_and(u8::is_ascii_whitespace);
    let [.., number, generation] = text.as_slice() else {
        return None;
    };
    if !blank || !generation.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // What stands before may touch the number: `endobj12 0 obj`.
    let digits = number
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let digits = number.get(number.len() - digits..)?;
    let generation = std::str::from_utf8(generation).ok()?.parse().unwrap_or(0);
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((number, generation))
}

/// Arrays and dictionaries in each other; the lexer stops earlier.
const DEPTH_MAX: usize = 64;

fn unlock_strings(object: &mut Object, key: &Key, name: (u32, u16), depth: usize) {
    match object {
        Object::Text(text) => *text = key.string(name.0, name.1, text),
        Object::Array(items) if depth < DEPTH_MAX => {
            for item in items {
                unlock_strings(item, key, name, depth + 1);
            }
        }
        Object::Dict(entries) if depth < DEPTH_MAX => {
            for (_, value) in entries {
                unlock_strings(value, key, name, depth + 1);
            }
        }
        _ => {}
    }
}

/// A stream with a filter `Crypt` says for itself how it is locked; nearly always not at all.
fn has_crypt_filter(object: &Object) -> bool {
    let is_crypt = |filter: &Object| filter.name() == Some(b"Crypt");
    match object.get(b"Filter") {
        Some(Object::Array(filters)) => filters.iter().any(is_crypt),
        Some(filter) => is_crypt(filter),
        None => false,
    }
}
