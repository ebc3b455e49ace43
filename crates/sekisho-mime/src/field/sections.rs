//! RFC 2231: values in several sections, with percent escapes and a charset; and what programs make of
//! sections that are out of order, incomplete, or stand beside a plain value.

use super::decode_words;
use super::params::Param;
use crate::charset;
use crate::transfer::quoted_printable::hex;

/// One section: `name*3*=value`.
#[derive(Clone, Copy)]
struct Section<'a> {
    number: Option<u32>,
    is_extended: bool,
    value: &'a [u8],
}

/// Every reading of parameter `name`, the likeliest first: RFC 2231 before plain (RFC 6266 §4.3).
pub(crate) fn readings<'a>(
    params: impl Iterator<Item = &'a Param> + Clone,
    name: &str,
) -> Vec<String> {
    let (mut numbered, mut whole, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for param in params {
        let Some(marks) = param.name.strip_prefix(name) else {
            continue;
        };
        if marks.is_empty() {
            plain.push(param);
        } else if let Some(section) = section(marks, &param.value) {
            match section.number {
                Some(_) => numbered.push(section),
                None => whole.push((section, param)),
            }
        }
    }
    let mut texts = Vec::new();
    for (section, param) in &whole {
        texts.push(extended(&[*section]));
        // A reading that lost the charset is none.
        let kept = |value: &&Vec<u8>| {
            split_charset(value).is_some() || split_charset(&param.value).is_none()
        };
        for value in param.other.iter().filter(kept) {
            texts.push(extended(&[Section { value, ..*section }]));
        }
    }
    numbered_readings(numbered, &mut texts);
    for param in &plain {
        plain_readings(&param.value, &mut texts);
    }
    for value in plain.iter().flat_map(|param| &param.other) {
        plain_readings(value, &mut texts);
    }
    texts.retain(|text| !text.is_empty());
    texts
}

fn section<'a>(marks: &str, value: &'a [u8]) -> Option<Section<'a>> {
    let marks = marks.strip_prefix('*')?;
    let is_extended = marks.is_empty() || marks.ends_with('*');
    let digits = marks.trim_end_matches('*');
    let number = match digits {
        "" => None,
        digits => Some(digits.parse().ok()?),
    };
    Some(Section {
        number,
        is_extended,
        value,
    })
}

fn numbered_readings(written: Vec<Section<'_>>, texts: &mut Vec<String>) {
    if written.is_empty() {
        return;
    }
    let mut sorted = written.clone();
    sorted.sort_by_key(|section| section.number);
    // RFC 2231 §3: numbers start at 0 and have no gaps; what follows a gap is lost.
    let mut next = 0;
    let unbroken: Vec<_> = sorted
        .iter()
        .copied()
        .take_while(|section| {
            let fits = section.number == Some(next);
            next += 1;
            fits
        })
        .collect();
    let in_order = |sections: &[Section<'_>]| {
        sections
            .windows(2)
            .all(|two| two[0].number <= two[1].number)
    };
    for sections in [&unbroken, &sorted, &written] {
        if !sections.is_empty() {
            texts.push(extended(sections));
        }
    }
    if !in_order(&written) {
        // Some look for the charset in the section that was written first.
        let mut first_charset = sorted.clone();
        first_charset
            .iter_mut()
            .for_each(|section| section.is_extended = true);
        texts.push(extended(&first_charset));
    }
    texts.push(decode_words(&literal(&sorted)));
}

fn literal(sections: &[Section<'_>]) -> Vec<u8> {
    sections
        .iter()
        .flat_map(|section| section.value)
        .copied()
        .collect()
}

/// Joins sections and decodes them; the charset stands in the first (RFC 2231 §4.1).
fn extended(sections: &[Section<'_>]) -> String {
    let mut label: Option<&[u8]> = None;
    let mut bytes = Vec::new();
    let mut any_extended = false;
    for section in sections {
        if !section.is_extended {
            bytes.extend_from_slice(section.value);
            continue;
        }
        let mut value = section.value;
        if !any_extended {
            if let Some((charset, rest)) = split_charset(value) {
                label = Some(charset);
                value = rest;
            }
        } else if let Some((b"", rest)) = split_charset(value) {
            // `''` again in a later section: written by programs that mark every section.
            value = rest;
        }
        any_extended = true;
        percent_decode(value, &mut bytes);
    }
    let label = label
        .map(String::from_utf8_lossy)
        .filter(|label| !label.is_empty());
    match label {
        Some(label) => charset::decode(&bytes, Some(&label)).text,
        // No charset: RFC 2231 leaves it open; then words and raw bytes may stand in it.
        None => decode_words(&bytes),
    }
}

/// `charset'language'rest`.
fn split_charset(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = memchr::memchr(b'\'', value)?;
    let rest = value.get(first + 1..)?;
    let second = memchr::memchr(b'\'', rest)?;
    Some((value.get(..first)?, rest.get(second + 1..)?))
}

fn percent_decode(value: &[u8], bytes: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = value.get(at) {
        let two = value.get(at + 1).zip(value.get(at + 2));
        let escaped = two.and_then(|(&high, &low)| Some(hex(high)? << 4 | hex(low)?));
        match escaped.filter(|_| byte == b'%') {
            Some(escaped) => {
                bytes.push(escaped);
                at += 3;
            }
            None => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
}

/// A plain value: encoded words in it (against RFC 2047 §5 (3), but Outlook's habit), raw 8-bit text,
/// percent escapes that some programs undo.
fn plain_readings(value: &[u8], texts: &mut Vec<String>) {
    texts.push(decode_words(value));
    // Blanks that a fold put inside an encoded word.
    if value.starts_with(b"=?") && value.contains(&b' ') {
        let joined: Vec<u8> = value.iter().copied().filter(|&byte| byte != b' ').collect();
        texts.push(decode_words(&joined));
    }
    if !value.is_ascii() {
        texts.extend(
            charset::readings(value, None)
                .into_iter()
                .map(|decoded| decoded.text),
        );
    }
    if value.contains(&b'%') {
        let mut bytes = Vec::new();
        percent_decode(value, &mut bytes);
        if let Ok(text) = String::from_utf8(bytes) {
            texts.push(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{ContentType, Disposition};

    #[test]
    fn names() {
        for (value, want) in [
            ("attachment; filename=a.txt", "a.txt"),
            ("attachment; filename=\"a b.txt\"", "a b.txt"),
            ("attachment; filename=a b.txt", "a b.txt"),
            ("attachment; filename*=utf-8''%E4%BC%9A.txt", "会.txt"),
            (
                "attachment; filename*=utf-8'ja'%E4%BC%9A.txt; filename=x.txt",
                "会.txt",
            ),
            ("attachment; filename*0=a; filename*1=b", "ab"),
            (
                "attachment; filename*1*=%BC%9A.txt; filename*0*=utf-8''%E4",
                "会.txt",
            ),
            (
                "attachment; filename*0*=utf-8''%E4%BC%9A; filename*1=\"It's.csv\"",
                "会It's.csv",
            ),
            ("attachment; filename=\"=?utf-8?B?5Lya?=.txt\"", "会.txt"),
            ("attachment; filename=\"a\\\"b\"", "a\"b"),
            ("attachment; filename =a.txt", "a.txt"),
            ("attachment; file(c)name=a.txt", "a.txt"),
        ] {
            let disposition = Disposition::parse(value.as_bytes());
            assert_eq!(
                disposition.params.value("filename").as_deref(),
                Some(want),
                "{value}"
            );
            assert_eq!(disposition.kind, "attachment");
        }
    }

    #[test]
    fn shift_jis_backslash_is_no_escape() {
        // 表 is 95 5C, ソ is 83 5C.
        let value = b"attachment; filename=\"\x95\x5c\x83\x5c.xlsx\"";
        let disposition = Disposition::parse(value);
        assert_eq!(
            disposition.params.value("filename").as_deref(),
            Some("表ソ.xlsx")
        );
        let value = b"attachment; filename=\"\x95\x5c\x83\x5c\"";
        assert_eq!(
            Disposition::parse(value)
                .params
                .value("filename")
                .as_deref(),
            Some("表ソ")
        );
    }

    #[test]
    fn types() {
        for (value, want) in [
            ("Text/HTML; charset=x", "text/html"),
            ("text", "text/plain"),
            ("", "text/plain"),
            ("multipart/mixed", "multipart/mixed"),
            ("multi(c)part/mixed", "multipart/mixed"),
            ("nonsense", "application/octet-stream"),
        ] {
            assert_eq!(ContentType::parse(value.as_bytes()).essence(), want);
        }
    }
}
