//! The text of old Word documents ([MS-DOC]), fields with their marks.

use sekisho_mime::charset;

use super::Stream;
use crate::archive::{u16_at, u32_at};

/// A document's text in its three uses.
#[derive(Debug, Default)]
pub(crate) struct Word {
    /// As a reader sees it: tables with tabs, field codes apart.
    pub(crate) text: String,
    /// With the marks of fields.
    pub(crate) marked: String,
    /// Macros in WordBasic (Word 6 and 95), by the names that start them.
    pub(crate) has_word_basic: bool,
}

/// Pieces of one text; a document edited for years has some thousands.
const PIECES_MAX: usize = 100_000;

/// Reads the document whose main stream this is; `None` where it is damaged.
pub(crate) fn word(main: &Stream, streams: &[Stream]) -> Option<Word> {
    let bytes = &main.bytes;
    if u16_at(bytes, 0)? & 0xFF00 != 0xA500 {
        return None;
    }
    let version = u16_at(bytes, 2)?;
    let flags = u16_at(bytes, 10)?;
    let raw = if version < 106 {
        before_97(bytes)?
    } else {
        let name = if flags & 0x0200 != 0 {
            "1Table"
        } else {
            "0Table"
        };
        let table = streams
            .iter()
            .find(|stream| stream.name == name && stream.storage == main.storage)?;
        by_pieces(bytes, &table.bytes)?
    };
    Some(Word {
        text: readable(&raw),
        has_word_basic: version < 106 && has_word_basic(bytes),
        marked: raw,
    })
}

/// The piece table ([MS-DOC] §2.4.1): where the runs of text lie, and in which encoding.
fn by_pieces(main: &[u8], table: &[u8]) -> Option<String> {
    let start = u32_at(main, 0x01A2)? as usize;
    let length = u32_at(main, 0x01A6)? as usize;
    let mut rest = table.get(start..start.checked_add(length)?)?;
    while let Some([1, low, high, body @ ..]) = Some(rest) {
        rest = body.get(usize::from(u16::from_le_bytes([*low, *high]))..)?;
    }
    let [2, body @ ..] = rest else {
        return None;
    };
    let size = u32_at(body, 0)? as usize;
    let plc = body.get(4..4usize.checked_add(size)?)?;
    // n + 1 positions of four bytes, n pieces of eight.
    let count = (plc.len().checked_sub(4)? / 12).min(PIECES_MAX);
    let mut out = String::new();
    let mut budget = main.len();
    for nth in 0..count {
        let from = u32_at(plc, 4 * nth)? as usize;
        let to = u32_at(plc, 4 * nth + 4)? as usize;
        let place = u32_at(plc, 4 * (count + 1) + 8 * nth + 2)?;
        let characters = to.saturating_sub(from).min(budget);
        // Pieces may overlap in the file; together they give no more than it has.
        budget -= characters;
        piece(main, place, characters, &mut out);
    }
    Some(out)
}

fn piece(main: &[u8], place: u32, characters: usize, out: &mut String) {
    let is_narrow = place & 0x4000_0000 != 0;
    let place = (place & 0x3FFF_FFFF) as usize;
    if is_narrow {
        let start = place / 2;
        let bytes = main.get(start..start.saturating_add(characters).min(main.len()));
        let bytes = bytes.unwrap_or_default();
        if bytes.is_ascii() {
            out.extend(bytes.iter().map(|byte| char::from(*byte)));
        } else {
            out.push_str(&charset::decode(bytes, Some("windows-1252")).text);
        }
    } else {
        let end = place.saturating_add(2 * characters).min(main.len());
        let units = main.get(place..end).unwrap_or_default().chunks_exact(2);
        let units = units.map(|two| u16::from_le_bytes([two[0], two[1]]));
        out.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')));
    }
}

/// Word 6 and 95: one run of a code page.
fn before_97(bytes: &[u8]) -> Option<String> {
    let from = u32_at(bytes, 0x18)? as usize;
    let to = (u32_at(bytes, 0x1C)? as usize).min(bytes.len());
    let run = bytes.get(from..to)?;
    Some(charset::decode(run, None).text)
}

fn has_word_basic(bytes: &[u8]) -> bool {
    let upper = bytes.to_ascii_uppercase();
    [
        "AUTOOPEN",
        "AUTOEXEC",
        "AUTOCLOSE",
        "AUTONEW",
        "FILESAVEAS",
        "TOOLSMACRO",
    ]
    .iter()
    .any(|name| memchr::memmem::find(&upper, name.as_bytes()).is_some())
}

/// Marks of Word (§2.4.1, special characters) to what they show.
fn readable(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            // Code and result of a field are no part of one word.
            '\u{13}' | '\u{14}' => out.push('\n'),
            '\u{15}' | '\u{1F}' | '\0'..='\u{6}' | '\u{8}' => {}
            '\r' | '\u{B}' | '\u{C}' | '\u{E}' => out.push('\n'),
            '\u{7}' => out.push('\t'),
            '\u{1E}' => out.push('-'),
            c => out.push(c),
        }
    }
    out
}
