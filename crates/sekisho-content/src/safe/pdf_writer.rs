//! Objects of PDF as they are written (ISO 32000-1 §7.3).

use std::fmt::Write as _;

use crate::pdf::Object;

/// Arrays in arrays; the lexer stops earlier.
const DEPTH_MAX: usize = 64;

pub(super) fn write(object: &Object, out: &mut Vec<u8>, depth: usize) {
    if depth > DEPTH_MAX {
        out.extend(b"null");
        return;
    }
    match object {
        Object::Name(name) => write_name(name, out),
        Object::Number(number) => out.extend(number_text(*number).bytes()),
        // Hexadecimal needs no escapes.
        Object::Text(text) => {
            let mut hex = String::with_capacity(2 * text.len() + 2);
            for byte in text {
                let _ = write!(hex, "{byte:02X}");
            }
            out.push(b'<');
            out.extend(hex.bytes());
            out.push(b'>');
        }
        Object::Array(items) => {
            out.push(b'[');
            for item in items {
                write(item, out, depth + 1);
                out.push(b' ');
            }
            out.push(b']');
        }
        Object::Dict(entries) => {
            out.extend(b"<<");
            for (key, value) in entries {
                write_name(key, out);
                out.push(b' ');
                write(value, out, depth + 1);
            }
            out.extend(b">>");
        }
        Object::Ref(number) => out.extend(format!("{number} 0 R").bytes()),
        Object::Word(word) if matches!(word.as_slice(), b"true" | b"false") => out.extend(word),
        Object::Word(_) => out.extend(b"null"),
    }
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'*' | b',' | b';' | b':')
        {
            out.push(*byte);
        } else {
            out.extend(format!("#{byte:02X}").bytes());
        }
    }
}

fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        format!("{number:.6}")
    }
}
