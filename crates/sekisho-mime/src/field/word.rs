//! Encoded words (RFC 2047) and raw 8-bit text in header values, also in the wrong forms that are common:
//! blanks inside, no blanks around, characters and escapes split over words, inside quotes.

use crate::charset;
use crate::limits::ENCODED_WORD_BYTES_MAX;
use crate::transfer::{base64, quoted_printable};

/// One encoded word: `=?charset*language?encoding?text?=` (RFC 2047 §2, RFC 2231 §5).
struct Word<'a> {
    charset: &'a [u8],
    is_base64: bool,
    text: &'a [u8],
    length: usize,
}

/// An unstructured value as a person reads it: encoded words and raw 8-bit text decoded. Line ends and
/// NULs that were hidden in encoded words become blanks.
pub fn decode_words(value: &[u8]) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, word)) = next_word(rest) {
        push_raw(before, &mut out);
        rest = rest.get(before.len()..).unwrap_or_default();
        rest = decode_run(word, rest, &mut out);
    }
    push_raw(rest, &mut out);
    if out.contains(['\r', '\n', '\0']) {
        out = out.replace(['\r', '\n', '\0'], " ");
    }
    out
}

/// The first encoded word and what stands before it.
fn next_word(value: &[u8]) -> Option<(&[u8], Word<'_>)> {
    memchr::memmem::find_iter(value, b"=?").find_map(|at| {
        let (before, from) = value.split_at_checked(at)?;
        word_at(from).map(|word| (before, word))
    })
}

/// Decodes a word and those that follow it with only blanks between (RFC 2047 §6.2: the blanks vanish).
/// Words of one charset are joined before decoding, since programs cut inside characters.
fn decode_run<'a>(first: Word<'a>, from: &'a [u8], out: &mut String) -> &'a [u8] {
    let mut rest = from.get(first.length..).unwrap_or_default();
    let mut words = vec![(first.charset, bytes_of(&first))];
    loop {
        let blank = rest.len() - rest.trim_ascii_start().len();
        let next = rest.get(blank..).and_then(word_at);
        let Some(word) = next else { break };
        rest = rest.get(blank + word.length..).unwrap_or_default();
        words.push((word.charset, bytes_of(&word)));
    }
    for run in words.chunk_by(|(a, _), (b, _)| a.eq_ignore_ascii_case(b)) {
        push_words(run, out);
    }
    rest
}

fn push_words(run: &[(&[u8], Vec<u8>)], out: &mut String) {
    let Some((label, _)) = run.first() else {
        return;
    };
    let label = String::from_utf8_lossy(label);
    let joined: Vec<u8> = run.iter().flat_map(|(_, bytes)| bytes).copied().collect();
    let decoded = charset::decode(&joined, Some(&label));
    if decoded.malformed && run.len() > 1 {
        // Joined they do not fit: each word for itself may (UTF-16 marks, escapes left open).
        let alone: Vec<_> = run
            .iter()
            .map(|(_, bytes)| charset::decode(bytes, Some(&label)))
            .collect();
        if alone.iter().all(|decoded| !decoded.malformed) {
            out.extend(alone.into_iter().map(|decoded| decoded.text));
            return;
        }
    }
    out.push_str(&decoded.text);
}

fn word_at(value: &[u8]) -> Option<Word<'_>> {
    let inner = value.strip_prefix(b"=?")?;
    let charset_end = memchr::memchr(b'?', inner)?;
    let charset = inner.get(..charset_end)?;
    let is_label =
        |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'=' | b'"' | b'<' | b'>');
    if charset.is_empty() || charset.len() > 60 || !charset.iter().all(is_label) {
        return None;
    }
    let is_base64 = match inner.get(charset_end + 1..charset_end + 3)? {
        [b'B' | b'b', b'?'] => true,
        [b'Q' | b'q', b'?'] => false,
        _ => return None,
    };
    let text_at = charset_end + 3;
    let text = inner.get(text_at..inner.len().min(text_at + ENCODED_WORD_BYTES_MAX))?;
    let end = word_end(text, is_base64)?;
    Some(Word {
        // RFC 2231 §5: a language after a star.
        charset: charset
            .split(|&byte| byte == b'*')
            .next()
            .unwrap_or(charset),
        is_base64,
        text: text.get(..end)?,
        length: 2 + text_at + end + 2,
    })
}

/// Where `?=` ends the word. In Q text a bare `?` before an escape looks the same: `what?=E3=81`.
fn word_end(text: &[u8], is_base64: bool) -> Option<usize> {
    let mut first = None;
    for at in memchr::memmem::find_iter(text, b"?=") {
        first = first.or(Some(at));
        let escape = text.get(at + 2..at + 4).is_some_and(|two| {
            two.iter()
                .all(|&byte| quoted_printable::hex(byte).is_some())
        });
        if is_base64 || !escape {
            let next_word = memchr::memmem::find(text.get(..at)?, b"=?").is_some();
            return if next_word { first } else { Some(at) };
        }
    }
    first
}

fn bytes_of(word: &Word<'_>) -> Vec<u8> {
    if word.is_base64 {
        return base64::decode(word.text, base64::Rule::Segments);
    }
    let mut bytes = Vec::with_capacity(word.text.len());
    let mut rest = word.text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let escaped = after
            .split_first_chunk::<2>()
            .filter(|_| byte == b'=')
            .and_then(|(&[high, low], after)| {
                let byte = quoted_printable::hex(high)? << 4 | quoted_printable::hex(low)?;
                Some((byte, after))
            });
        match escaped {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            // RFC 2047 §4.2 (2)
            None if byte == b'_' => bytes.push(b' '),
            None => bytes.push(byte),
        }
    }
    bytes
}

fn push_raw(raw: &[u8], out: &mut String) {
    match std::str::from_utf8(raw) {
        Ok(text) if memchr::memchr(0x1b, raw).is_none() => out.push_str(text),
        _ => out.push_str(&charset::decode(raw, None).text),
    }
}

#[cfg(test)]
mod tests {
    use super::decode_words;

    #[test]
    fn words() {
        for (value, want) in [
            (&b"plain"[..], "plain"),
            (b"=?utf-8?B?5Lya6K2w?= x", "会議 x"),
            (b"=?utf-8?b?5Lya?=\t =?UTF-8?q?=E8=AD=B0?=", "会議"),
            (b"=?utf-8?B?5Lya6A==?= =?utf-8?B?rbA=?=", "会議"),
            (b"a=?utf-8?Q?b_c?=d", "ab cd"),
            (b"=?utf-8?Q?b c?=", "b c"),
            (b"=?utf-8?Q?what?=E3=81=82?=", "what?あ"),
            (b"=?utf-8*ja?Q?=E3=81=82?=", "あ"),
            (
                b"=?iso-2022-jp?B?GyRCMnE=?= =?iso-2022-jp?B?NUQbKEI=?=",
                "会議",
            ),
            (b"=?utf-8?X?abc?= =?broken", "=?utf-8?X?abc?= =?broken"),
            (b"\x89\xef\x8bc raw", "会議 raw"),
            (b"\x1b$B2q5D\x1b(B raw", "会議 raw"),
            (b"=?utf-8?Q?a=0D=0Ab?=", "a  b"),
        ] {
            assert_eq!(decode_words(value), want);
        }
    }
}
