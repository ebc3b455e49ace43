//! Text, properties and attached files of PDF (ISO 32000-1).
//!
//! Objects are found by their own marks and not by the cross-reference table, so that a damaged or
//! a twice-saved file shows all it holds, older versions included. Text is put together from what
//! content streams show; a font that does not tell its characters leaves the file unopened.

mod content;
mod filter;
mod font;
mod lexer;
mod objects;

use std::collections::BTreeMap;

use lexer::Object;
use objects::{Document, Item};

use crate::archive::Unpack;

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
    /// A script or a start of a program.
    pub(crate) is_active: bool,
    /// Bytes that went over the limit.
    pub(crate) is_bomb: bool,
}

/// Names of actions that run something (ISO 32000-1 §12.6.4).
const ACTIVE: &[&[u8]] = &[b"JavaScript", b"JS", b"Launch"];

/// Reads a PDF that is not encrypted. At most `max` bytes are unpacked.
pub(crate) fn read(bytes: &[u8], max: usize) -> Pdf {
    let mut document = Document::read(bytes, max);
    let fonts = font::Fonts::of(&mut document);
    let mut pdf = Pdf {
        is_whole: true,
        ..Pdf::default()
    };
    let numbers: Vec<u32> = document.items.keys().copied().collect();
    let names = file_names(&document.items);
    for number in numbers {
        let Some(item) = document.items.get(&number) else {
            continue;
        };
        strings(&item.object, &mut pdf, 0);
        if item.stream.is_some() {
            stream(number, &mut document, &fonts, &names, &mut pdf);
        }
    }
    pdf.is_active |= document
        .items
        .values()
        .any(|item| opens_something(item, &document));
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
    } else if content::is_content(&data) {
        let (text, is_whole) = content::text(&data, fonts);
        pdf.is_whole &= is_whole;
        pdf.texts.push(text);
    }
}

/// An action at opening that is more than a jump to a page of its own.
fn opens_something(item: &Item, document: &Document<'_>) -> bool {
    let action = item
        .object
        .get(b"OpenAction")
        .map(|action| document.resolved(action));
    let kind = action
        .and_then(|action| action.get(b"S"))
        .and_then(Object::name);
    kind.is_some_and(|kind| kind != b"GoTo" && kind != b"Named")
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
            for (key, value) in entries {
                let named = value.name().is_some_and(|name| ACTIVE.contains(&name));
                pdf.is_active |= ACTIVE.contains(&key.as_slice()) || named;
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
