//! Text, properties and attached files of PDF (ISO 32000-1).
//!
//! Objects are found by their own marks and not by the cross-reference table, so that a damaged or
//! a twice-saved file shows all it holds, older versions included. Text is put together from what
//! content streams show; a font that does not tell its characters leaves the file unopened.

mod actions;
mod content;
mod filter;
mod font;
mod lexer;
mod lock;
mod objects;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use actions::{Actions, is_running_action};
pub(crate) use lexer::Object;
pub(crate) use objects::Document;
use objects::Item;

use crate::archive::Unpack;
use crate::locked::pdf::Key;

/// What was found in a PDF.
#[derive(Debug, Default)]
pub(crate) struct Pdf {
    /// Text of content streams, one text a stream.
    pub(crate) texts: Vec<String>,
    /// Strings outside content: properties, notes, values of forms, bookmarks.
    pub(crate) strings: String,
    /// Attached files: name and bytes.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// Whether everything that may hold text was read.
    pub(crate) is_whole: bool,
    /// What it does beyond being read.
    pub(crate) actions: Actions,
    /// Scripts that stand in streams of their own.
    pub(crate) scripts: Vec<String>,
    /// Bytes that went over the limit.
    pub(crate) is_bomb: bool,
}

/// The lock of a PDF, where it has one that is known.
pub(crate) fn lock(bytes: &[u8]) -> Option<crate::locked::pdf::Lock> {
    lock::lock(bytes)
}

/// Reads a PDF with the key of its lock, where it has one; without the key of an encrypted one only the actions mean
/// something. At most `max` bytes are unpacked.
pub(crate) fn read(bytes: &[u8], max: usize, key: Option<&Key>) -> Pdf {
    let mut document = Document::read(bytes, max, key);
    let fonts = font::Fonts::of(&mut document);
    let mut pdf = Pdf {
        is_whole: true,
        ..Pdf::default()
    };
    let numbers: Vec<u32> = document.items.keys().copied().collect();
    let names = file_names(&document.items);
    pdf.actions = Actions::of(&document);
    let scripts = script_streams(&document.items);
    for number in numbers {
        let Some(item) = document.items.get(&number) else {
            continue;
        };
        strings(&item.object, &mut pdf, 0);
        if item.stream.is_some() {
            if scripts.contains(&number) {
                let script = document.data(number).unwrap_or_default();
                pdf.scripts.push(text_string(&script));
                continue;
            }
            stream(number, &mut document, &fonts, &names, &mut pdf);
        }
    }
    pdf.is_bomb = document.trouble == Some(Unpack::TooLarge);
    pdf.is_whole &= document.trouble.is_none();
    pdf
}

fn stream(
    number: u32,
    document: &mut Document<'_>,
    fonts: &font::Fonts,
    names: &BTreeMap<u32, String>,
    pdf: &mut Pdf,
) {
    let Some(item) = document.items.get(&number) else {
        return;
    };
    let is = |key: &[u8], value: &[u8]| item.object.get(key).and_then(Object::name) == Some(value);
    if is(b"Subtype", b"Image") || is(b"Type", b"XRef") || is(b"Type", b"ObjStm") {
        return;
    }
    let attached = is(b"Type", b"EmbeddedFile") || names.contains_key(&number);
    let metadata = is(b"Type", b"Metadata");
    let Some(data) = document.data(number) else {
        // Fonts and colours hold no text; whatever else cannot be unpacked might.
        pdf.is_whole = false;
        return;
    };
    if attached {
        let name = names.get(&number).cloned().unwrap_or_default();
        pdf.files.push((name, data));
    } else if metadata {
        pdf.strings.push_str(&String::from_utf8_lossy(&data));
        pdf.strings.push_str("\n\n");
    } else if is_form(&data) {
        let xml = String::from_utf8_lossy(&data);
        actions::form(&xml, &mut pdf.actions);
        pdf.strings.push_str(&xml);
        pdf.strings.push_str("\n\n");
    } else if content::is_content(&data) {
        let (text, is_whole) = content::text(&data, fonts);
        pdf.is_whole &= is_whole;
        pdf.texts.push(text);
    }
}

/// Streams that an action gives as its script (ISO 32000-1 §12.6.4.16).
fn script_streams(items: &BTreeMap<u32, Item>) -> BTreeSet<u32> {
    let scripts = items.values().filter_map(|item| item.object.get(b"JS"));
    scripts
        .filter_map(|script| match script {
            Object::Ref(number) => Some(*number),
            _ => None,
        })
        .collect()
}

/// File specifications name the streams of attached files (ISO 32000-1 §7.11.3).
fn file_names(items: &BTreeMap<u32, Item>) -> BTreeMap<u32, String> {
    let mut names = BTreeMap::new();
    for item in items.values() {
        let name = item.object.get(b"UF").or_else(|| item.object.get(b"F"));
        let files = item.object.get(b"EF");
        if let (Some(Object::Text(name)), Some(Object::Dict(files))) = (name, files) {
            for (_, file) in files {
                if let Object::Ref(number) = file {
                    names.insert(*number, text_string(name));
                }
            }
        }
    }
    names
}

/// A part of a form in XML (XFA).
fn is_form(data: &[u8]) -> bool {
    let head = data.get(..data.len().min(512)).unwrap_or_default();
    [b"<xdp".as_slice(), b"<template", b"xfa-template", b"<xfa:"]
        .iter()
        .any(|mark| memchr::memmem::find(head, mark).is_some())
}

/// Levels of arrays and dictionaries walked; the lexer stops earlier.
const DEPTH_MAX: usize = 64;

fn strings(object: &Object, pdf: &mut Pdf, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    match object {
        Object::Text(text) if text.len() > 1 => {
            pdf.strings.push_str(&text_string(text));
            pdf.strings.push_str("\n\n");
        }
        Object::Array(items) => {
            for item in items {
                strings(item, pdf, depth + 1);
            }
        }
        Object::Dict(entries) => {
            for (_, value) in entries {
                strings(value, pdf, depth + 1);
            }
        }
        _ => {}
    }
}

/// A text string (ISO 32000-1 §7.9.2.2): UTF-16BE or UTF-8 by their marks, else one byte a
/// character.
fn text_string(bytes: &[u8]) -> String {
    if let Some(wide) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(wide);
    }
    sekisho_mime::charset::decode(bytes, None).text
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2);
    let units = units.map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units)
        .map(|c| c.unwrap_or('\u{FFFD}'))
        .collect()
}
