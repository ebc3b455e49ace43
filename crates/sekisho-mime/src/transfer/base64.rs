//! Base64 (RFC 2045 §6.8). Programs differ after padding and at bytes outside the alphabet.

/// How padding and foreign bytes are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Padding ends a run and another may follow; foreign bytes are skipped (RFC 2045 §6.8).
    Segments,
    /// The first padding ends the data.
    StopAtPadding,
    /// Padding is skipped like foreign bytes; the bits run on.
    IgnorePadding,
    /// The first foreign byte ends the data.
    StopAtJunk,
    /// Lines that hold a foreign byte are skipped whole.
    SkipJunkLines,
    /// Each line for itself, and only its whole groups of four.
    EachLine,
    /// `-` and `_` mean `+` and `/` (RFC 4648 §5).
    UrlAlphabet,
}

const BLANK: u8 = 64;
const PAD: u8 = 65;
const JUNK: u8 = 66;
const URL_62: u8 = 67;
const URL_63: u8 = 68;

const TABLE: [u8; 256] = table();

const fn table() -> [u8; 256] {
    let alphabet = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [JUNK; 256];
    let mut value = 0;
    while value < 64 {
        table[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    table[b' ' as usize] = BLANK;
    table[b'\t' as usize] = BLANK;
    table[b'\r' as usize] = BLANK;
    table[b'\n' as usize] = BLANK;
    table[b'=' as usize] = PAD;
    table[b'-' as usize] = URL_62;
    table[b'_' as usize] = URL_63;
    table
}

fn value(byte: u8) -> u8 {
    TABLE[usize::from(byte)]
}

/// Decodes under one rule.
pub(crate) fn decode(body: &[u8], rule: Rule) -> Vec<u8> {
    if rule == Rule::SkipJunkLines {
        return decode(&without_junk_lines(body), Rule::Segments);
    }
    if rule == Rule::EachLine {
        return decode(&whole_groups_of_lines(body), Rule::Segments);
    }
    let mut decoded = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let mut decoder = Decoder::new(rule);
    decoder.push(body, &mut decoded);
    decoder.finish(&mut decoded);
    decoded
}

/// Decodes what comes in pieces; for the rules that need no whole lines.
#[derive(Debug, Clone)]
pub(crate) struct Decoder {
    rule: Rule,
    group: Group,
    ended: bool,
}

impl Decoder {
    pub(crate) fn new(rule: Rule) -> Self {
        Self {
            rule,
            group: Group::default(),
            ended: false,
        }
    }

    pub(crate) fn push(&mut self, body: &[u8], decoded: &mut Vec<u8>) {
        let mut rest = body;
        while !self.ended {
            if self.group.count == 0 {
                rest = whole_groups(rest, decoded);
            }
            let Some((&byte, after)) = rest.split_first() else {
                break;
            };
            rest = after;
            match (value(byte), self.rule) {
                (bits @ 0..64, _) => self.group.push(bits, decoded),
                (URL_62, Rule::UrlAlphabet) => self.group.push(62, decoded),
                (URL_63, Rule::UrlAlphabet) => self.group.push(63, decoded),
                (BLANK, _) | (PAD, Rule::IgnorePadding) => {}
                // Padding before any data is no end of anything.
                (PAD, Rule::StopAtPadding) if !decoded.is_empty() || self.group.count > 0 => {
                    self.ended = true;
                }
                (PAD, _) => self.group.flush(decoded),
                (_, Rule::StopAtJunk) => self.ended = true,
                _ => {}
            }
        }
    }

    pub(crate) fn finish(&mut self, decoded: &mut Vec<u8>) {
        self.group.flush(decoded);
    }
}

/// Decodes groups of four as long as nothing else comes between; gives what is left.
fn whole_groups<'a>(mut rest: &'a [u8], decoded: &mut Vec<u8>) -> &'a [u8] {
    while let Some((&[a, b, c, d], after)) = rest.split_first_chunk::<4>() {
        let (a, b, c, d) = (value(a), value(b), value(c), value(d));
        if (a | b | c | d) >= 64 {
            break;
        }
        decoded.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        rest = after;
    }
    rest
}

#[derive(Debug, Clone, Default)]
struct Group {
    bits: u32,
    count: u8,
}

impl Group {
    fn push(&mut self, bits: u8, decoded: &mut Vec<u8>) {
        self.bits = self.bits << 6 | u32::from(bits);
        self.count += 1;
        if self.count == 4 {
            decoded.extend_from_slice(&self.bits.to_be_bytes()[1..]);
            *self = Self::default();
        }
    }

    /// Ends a group early: two characters give one byte, three give two.
    fn flush(&mut self, decoded: &mut Vec<u8>) {
        let bytes = (self.bits << (6 * (4 - u32::from(self.count.min(4))))).to_be_bytes();
        match self.count {
            2 => decoded.extend_from_slice(&bytes[1..2]),
            3 => decoded.extend_from_slice(&bytes[1..3]),
            _ => {}
        }
        *self = Self::default();
    }
}

fn without_junk_lines(body: &[u8]) -> Vec<u8> {
    body.split_inclusive(|&byte| byte == b'\n')
        .filter(|line| line.iter().all(|&byte| value(byte) < JUNK))
        .flatten()
        .copied()
        .collect()
}

fn whole_groups_of_lines(body: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(body.len());
    for line in body.split(|&byte| byte == b'\n') {
        let line = line.trim_ascii();
        kept.extend_from_slice(line.get(..line.len() / 4 * 4).unwrap_or_default());
    }
    kept
}

/// Whether bytes are nothing but base64, and enough of it to be no word.
pub(crate) fn looks_encoded(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii();
    text.len() >= 24 && text.iter().all(|&byte| value(byte) <= PAD && byte != b' ')
}

/// Whether bytes may be a piece of such.
pub(crate) fn may_be_encoded(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|&byte| value(byte) <= PAD || byte.is_ascii_whitespace())
}

/// What in a body lets programs differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) junk: bool,
    pub(crate) url_alphabet: bool,
    /// Padding that is not at the end of a group, or followed by data.
    pub(crate) odd_padding: bool,
    /// A line other than the last ends inside a group.
    pub(crate) odd_lines: bool,
}

/// Looks without decoding.
pub(crate) fn look(body: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let (mut count, mut padding, mut odd_line) = (0usize, 0usize, false);
    for &byte in body {
        match value(byte) {
            0..64 => {
                count += 1;
                seen.odd_lines |= odd_line;
                seen.odd_padding |= padding > 0;
            }
            PAD => padding += 1,
            BLANK => odd_line |= byte == b'\n' && count % 4 != 0,
            URL_62 | URL_63 => {
                seen.url_alphabet = true;
                seen.junk = true;
            }
            _ => seen.junk = true,
        }
    }
    // A missing or a surplus `=` at the very end changes nothing for anyone.
    seen.odd_padding |= count % 4 == 1;
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_of_padding_and_junk() {
        for (body, rule, want) in [
            (&b"aGVs\r\nbG8="[..], Rule::Segments, &b"hello"[..]),
            (b"aGVsbG8", Rule::Segments, b"hello"),
            (b"aGk=aGk=", Rule::Segments, b"hihi"),
            (b"aGk=aGk=", Rule::StopAtPadding, b"hi"),
            (b"=aGVs=bG8", Rule::IgnorePadding, b"hello"),
            (b"aGVs#bG8=", Rule::Segments, b"hello"),
            (b"aGVs#bG8=", Rule::StopAtJunk, b"hel"),
            (b"#abc\naGVsbG8=", Rule::SkipJunkLines, b"hello"),
            (b"-_-_", Rule::UrlAlphabet, b"\xfb\xff\xbf"),
            (b"", Rule::Segments, b""),
        ] {
            assert_eq!(decode(body, rule), want, "{rule:?}");
        }
    }
}
