//! What FETCH asks for (RFC 9051 §6.4.5).

use super::cursor::{Bad, Cursor, Parsed};
use crate::limits::{FETCH_ITEMS_MAX, HEADER_FIELDS_MAX, PART_PATH_DEPTH_MAX};

/// One data item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Flags,
    Uid,
    InternalDate,
    Size,
    Envelope,
    BodyStructure,
    /// BODYSTRUCTURE without extension data.
    Body,
    Section(Section),
}

/// Bytes of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Does not set `\Seen`.
    pub(crate) peek: bool,
    /// IMAP part number, empty for the message itself.
    pub(crate) path: String,
    pub(crate) part: Part,
    pub(crate) partial: Option<Partial>,
    pub(crate) spelling: Spelling,
}

/// Which bytes of the part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Mime,
    Header,
    Text,
    /// `HEADER.FIELDS` or `HEADER.FIELDS.NOT`, names as written.
    Fields {
        not: bool,
        names: Vec<String>,
    },
}

/// `<from.length>`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partial {
    pub(crate) from: u32,
    pub(crate) length: u32,
}

/// The name under which the answer goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    Body,
    Rfc822,
    Rfc822Header,
    Rfc822Text,
}

/// `"ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att … ")"`
pub(crate) fn items(cursor: &mut Cursor<'_>) -> Parsed<Vec<Item>> {
    let list = if cursor.peek() == Some(b'(') {
        cursor.list(FETCH_ITEMS_MAX, item)?
    } else {
        vec![item(cursor)?]
    };
    if list.is_empty() {
        return Err(Bad("FETCH wants at least one item"));
    }
    // Macros may stand in a list too (seen from clients; RFC 9051 has them alone).
    Ok(list.into_iter().flatten().collect())
}

fn item(cursor: &mut Cursor<'_>) -> Parsed<Vec<Item>> {
    let word = cursor
        .take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        .to_ascii_uppercase();
    let one = match word.as_slice() {
        b"ALL" => return Ok(fast_and(&[Item::Envelope])),
        b"FAST" => return Ok(fast_and(&[])),
        b"FULL" => return Ok(fast_and(&[Item::Envelope, Item::Body])),
        b"FLAGS" => Item::Flags,
        b"UID" => Item::Uid,
        b"INTERNALDATE" => Item::InternalDate,
        b"RFC822.SIZE" => Item::Size,
        b"ENVELOPE" => Item::Envelope,
        b"BODYSTRUCTURE" => Item::BodyStructure,
        b"RFC822" => rfc822(Spelling::Rfc822, Part::Whole, false),
        b"RFC822.HEADER" => rfc822(Spelling::Rfc822Header, Part::Header, true),
        b"RFC822.TEXT" => rfc822(Spelling::Rfc822Text, Part::Text, false),
        b"BODY" if cursor.peek() != Some(b'[') => Item::Body,
        b"BODY" => Item::Section(section(cursor, false)?),
        b"BODY.PEEK" => Item::Section(section(cursor, true)?),
        _ => return Err(Bad("unknown FETCH item")),
    };
    Ok(vec![one])
}

fn fast_and(more: &[Item]) -> Vec<Item> {
    [Item::Flags, Item::InternalDate, Item::Size]
        .into_iter()
        .chain(more.iter().cloned())
        .collect()
}

fn rfc822(spelling: Spelling, part: Part, peek: bool) -> Item {
    Item::Section(Section {
        peek,
        path: String::new(),
        part,
        partial: None,
        spelling,
    })
}

/// `section = "[" [section-spec] "]"` and `<partial>`
fn section(cursor: &mut Cursor<'_>, peek: bool) -> Parsed<Section> {
    cursor.expect(b'[', "[ was expected")?;
    let path = path(cursor)?;
    let part = part(cursor, &path)?;
    cursor.expect(b']', "] was expected")?;
    Ok(Section {
        peek,
        path,
        part,
        partial: partial(cursor)?,
        spelling: Spelling::Body,
    })
}

/// `section-part`, with the dot after it when a text follows.
fn path(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let mut path = String::new();
    let mut depth = 0;
    while cursor.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        let number = cursor.number32()?;
        depth += 1;
        if number == 0 || depth > PART_PATH_DEPTH_MAX {
            return Err(Bad("no such part"));
        }
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&number.to_string());
        if !cursor.eat(b'.') {
            return if cursor.peek() == Some(b']') {
                Ok(path)
            } else {
                Err(Bad("] was expected"))
            };
        }
    }
    if depth > 0 && cursor.peek() == Some(b']') {
        return Err(Bad("a section was expected after the dot"));
    }
    Ok(path)
}

fn part(cursor: &mut Cursor<'_>, path: &str) -> Parsed<Part> {
    let word = cursor
        .take_while(|byte| byte.is_ascii_alphabetic() || byte == b'.')
        .to_ascii_uppercase();
    match word.as_slice() {
        b"" => Ok(Part::Whole),
        b"HEADER" => Ok(Part::Header),
        b"TEXT" => Ok(Part::Text),
        // RFC 9051 §6.4.5.1: MIME must be prefixed by a part number.
        b"MIME" if !path.is_empty() => Ok(Part::Mime),
        b"HEADER.FIELDS" | b"HEADER.FIELDS.NOT" => {
            cursor.space()?;
            let names = cursor.list(HEADER_FIELDS_MAX, field_name)?;
            if names.is_empty() {
                return Err(Bad("HEADER.FIELDS wants at least one name"));
            }
            let not = word.ends_with(b"NOT");
            Ok(Part::Fields { not, names })
        }
        _ => Err(Bad("unknown section")),
    }
}

/// `header-fld-name = astring`, and RFC 5322's characters: it is sent back in the answer.
fn field_name(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let name = cursor.astring()?;
    let fine = |byte: &u8| byte.is_ascii_graphic() && *byte != b':';
    if name.is_empty() || !name.iter().all(fine) {
        return Err(Bad("not a header field name"));
    }
    Ok(String::from_utf8_lossy(&name).into_owned())
}

fn partial(cursor: &mut Cursor<'_>) -> Parsed<Option<Partial>> {
    if !cursor.eat(b'<') {
        return Ok(None);
    }
    let from = cursor.number32()?;
    cursor.expect(b'.', "<from.length> was expected")?;
    let length = cursor.number32()?;
    cursor.expect(b'>', "<from.length> was expected")?;
    // RFC 9051 §9: the length is an nz-number.
    if length == 0 {
        return Err(Bad("a partial length of 0"));
    }
    Ok(Some(Partial { from, length }))
}
