//! A PDF without what runs: the objects written anew, actions and scripts left out.

use std::collections::BTreeMap;

use super::Safe;
use super::pdf_writer::write;
use crate::limits::UNPACKED_BYTES_MAX;
use crate::pdf::{Document, Object, is_running_action};

/// Keys that bring what runs, whatever stands behind them.
const KEYS: &[&[u8]] = &[
    b"OpenAction",
    b"AA",
    b"JavaScript",
    b"JS",
    b"XFA",
    b"RichMediaContent",
    b"RichMediaSettings",
    b"Launch",
];

/// Levels walked; the lexer stops earlier.
const DEPTH_MAX: usize = 64;

/// Numbers of objects that are written; earlier versions stand above them.
const NUMBER_MAX: u32 = 0x7FFF_FFFF;

/// The document rebuilt without scripts, launches, actions at opening and forms in XML. Links of the
/// web stay. `None` for what is locked or cannot be read whole.
pub fn without_actions(bytes: &[u8]) -> Option<Safe> {
    if !bytes
        .get(..bytes.len().min(1_024))?
        .windows(5)
        .any(|five| five == b"%PDF-")
    {
        return None;
    }
    let document = Document::read(bytes, UNPACKED_BYTES_MAX, None);
    if document.trouble.is_some() || memchr::memmem::find(bytes, b"/Encrypt").is_some() {
        return None;
    }
    let root = document.root()?;
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places: BTreeMap<u32, usize> = BTreeMap::new();
    let mut removed = Vec::new();
    for (number, item) in document.items.range(1..=NUMBER_MAX) {
        let kind = item.object.get(b"Type").and_then(Object::name);
        if matches!(kind, Some(b"XRef" | b"ObjStm")) {
            continue;
        }
        places.insert(*number, out.len());
        out.extend(format!("{number} 0 obj\n").bytes());
        let mut object = cleaned(&item.object, &document, &mut removed, 0);
        match item.stream.clone() {
            Some(range) => {
                let data = bytes.get(range)?;
                set_length(&mut object, data.len());
                write(&object, &mut out, 0);
                out.extend(b"\nstream\n");
                out.extend(data);
                out.extend(b"\nendstream");
            }
            None => write(&object, &mut out, 0),
        }
        out.extend(b"\nendobj\n");
    }
    finish(&mut out, &places, root);
    removed.sort();
    removed.dedup();
    Some(Safe {
        bytes: out,
        removed,
        extension: Some("pdf"),
    })
}

/// The object without keys and actions that run.
fn cleaned(
    object: &Object,
    document: &Document<'_>,
    removed: &mut Vec<String>,
    depth: usize,
) -> Object {
    if depth > DEPTH_MAX {
        return Object::Word(b"null".to_vec());
    }
    match object {
        Object::Array(items) => Object::Array(
            items
                .iter()
                .map(|item| cleaned(item, document, removed, depth + 1))
                .collect(),
        ),
        // An action that stands alone is left as one that does nothing.
        Object::Dict(_) if is_running_action(object) => {
            removed.push(action_name(object));
            Object::Dict(Vec::new())
        }
        Object::Dict(entries) => {
            let mut kept = Vec::new();
            for (key, value) in entries {
                let runs = matches!(key.as_slice(), b"A" | b"Next" | b"PA")
                    && is_running_action(document.resolved(value));
                if KEYS.contains(&key.as_slice()) || runs {
                    removed.push(String::from_utf8_lossy(key).into_owned());
                } else {
                    kept.push((key.clone(), cleaned(value, document, removed, depth + 1)));
                }
            }
            Object::Dict(kept)
        }
        other => other.clone(),
    }
}

fn action_name(action: &Object) -> String {
    let name = action.get(b"S").and_then(Object::name).unwrap_or_default();
    String::from_utf8_lossy(name).into_owned()
}

fn set_length(object: &mut Object, length: usize) {
    if let Object::Dict(entries) = object {
        entries.retain(|(key, _)| key != b"Length");
        entries.push((b"Length".to_vec(), Object::Number(length as f64)));
    }
}

/// The table of places and the trailer (ISO 32000-1 §7.5.4, §7.5.5).
fn finish(out: &mut Vec<u8>, places: &BTreeMap<u32, usize>, root: u32) {
    let start = out.len();
    out.extend(b"xref\n0 1\n0000000000 65535 f \n");
    for (number, place) in places {
        out.extend(format!("{number} 1\n{place:010} 00000 n \n").bytes());
    }
    let size = places
        .keys()
        .next_back()
        .copied()
        .unwrap_or(0)
        .saturating_add(1);
    out.extend(
        format!("trailer\n<</Size {size}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
}
