//! The bytes of a section: slices of the message where that can be (RFC 9051 §6.4.5.1).

use bytes::Bytes;
use sekisho_mime::{Header, Message, SectionText};

use crate::grammar::{Part, Partial, Section, Spelling, is_atom_char};
use crate::structure::are_list_fields;

/// What one message gives to work with.
pub(crate) enum Source<'a> {
    /// The whole message; parsed only when a part of it is asked for.
    Content(&'a Bytes),
    /// Its cached list headers.
    ListHeader(&'a Bytes),
}

/// Whether the cached list headers answer this section.
pub(crate) fn is_in_list_header(section: &Section) -> bool {
    match &section.part {
        Part::Fields { not: false, names } => {
            section.path.is_empty() && are_list_fields(names.iter().map(String::as_str))
        }
        _ => false,
    }
}

/// The bytes of a section; `None` when the message has no such part.
pub(crate) fn section_data(
    source: &Source<'_>,
    message: Option<&Message<'_>>,
    section: &Section,
) -> Option<Bytes> {
    let whole = match (source, message) {
        (Source::Content(content), _) if section.path.is_empty() && section.part == Part::Whole => {
            Some((*content).clone())
        }
        (Source::Content(content), Some(message)) => part_data(content, message, section),
        (Source::ListHeader(_), Some(message)) => match &section.part {
            Part::Fields { not, names } => Some(fields(message.headers(), *not, names)),
            _ => None,
        },
        (_, None) => None,
    }?;
    Some(match section.partial {
        None => whole,
        Some(partial) => cut(&whole, partial),
    })
}

/// Whether anything but the whole message is asked for.
pub(crate) fn needs_parsing(section: &Section) -> bool {
    !(section.path.is_empty() && section.part == Part::Whole)
}

fn part_data(content: &Bytes, message: &Message<'_>, section: &Section) -> Option<Bytes> {
    let text = match &section.part {
        Part::Whole => SectionText::Body,
        Part::Mime => SectionText::Mime,
        Part::Header => SectionText::Header,
        Part::Text => SectionText::Text,
        Part::Fields { not, names } => {
            return nested_fields(message, &section.path, *not, names);
        }
    };
    let range = message.section(&section.path, text)?;
    (range.start <= range.end && range.end <= content.len()).then(|| content.slice(range))
}

fn nested_fields(message: &Message<'_>, path: &str, not: bool, names: &[String]) -> Option<Bytes> {
    if path.is_empty() {
        return Some(fields(message.headers(), not, names));
    }
    // RFC 9051 §6.4.5.1: only a message/rfc822 part has a HEADER.
    let part = message.part(path)?;
    if !part.is_message() {
        return None;
    }
    let inner = part.children().next()?;
    Some(fields(inner.headers(), not, names))
}

/// The fields in their order, then the empty line (RFC 9051 §6.4.5.1).
fn fields<'a>(headers: impl Iterator<Item = Header<'a>>, not: bool, names: &[String]) -> Bytes {
    let mut out = Vec::new();
    for header in headers {
        let named = names.iter().any(|name| header.is(name));
        if named != not {
            out.extend_from_slice(header.raw());
            // A header cut off at the end of the message.
            if !out.ends_with(b"\n") {
                out.extend_from_slice(b"\r\n");
            }
        }
    }
    out.extend_from_slice(b"\r\n");
    out.into()
}

/// RFC 9051 §6.4.5: what lies beyond the end is empty, not an error.
fn cut(whole: &Bytes, partial: Partial) -> Bytes {
    let from = usize::try_from(partial.from)
        .unwrap_or(usize::MAX)
        .min(whole.len());
    let length = usize::try_from(partial.length).unwrap_or(usize::MAX);
    whole.slice(from..from.saturating_add(length).min(whole.len()))
}

/// The name of the answer: `BODY[1.MIME]<0>`, `RFC822.TEXT`.
pub(crate) fn section_name(section: &Section) -> String {
    match section.spelling {
        Spelling::Rfc822 => return "RFC822".to_owned(),
        Spelling::Rfc822Header => return "RFC822.HEADER".to_owned(),
        Spelling::Rfc822Text => return "RFC822.TEXT".to_owned(),
        Spelling::Body => {}
    }
    let part = match &section.part {
        Part::Whole => String::new(),
        Part::Mime => "MIME".to_owned(),
        Part::Header => "HEADER".to_owned(),
        Part::Text => "TEXT".to_owned(),
        Part::Fields { not, names } => {
            let names: Vec<String> = names.iter().map(|name| field_name(name)).collect();
            let not = if *not { ".NOT" } else { "" };
            format!("HEADER.FIELDS{not} ({})", names.join(" "))
        }
    };
    let dot = if section.path.is_empty() || part.is_empty() {
        ""
    } else {
        "."
    };
    let partial = section
        .partial
        .map_or_else(String::new, |partial| format!("<{}>", partial.from));
    format!("BODY[{}{dot}{part}]{partial}", section.path)
}

fn field_name(name: &str) -> String {
    if name.bytes().all(is_atom_char) {
        name.to_owned()
    } else {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\"")
    }
}
