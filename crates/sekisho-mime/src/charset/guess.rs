//! Which charset the bytes are in, whatever the label says.

use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::label::{Charset, decoded};
use super::{Decoded, jis, utf16};

/// Characters that are scored, and looked at: enough to tell, whatever the size.
const SCORED_MAX: i64 = 1_000;
const CHARACTERS_MAX: usize = 20_000;

/// A text of this score is mostly Japanese; see [`score`].
const JAPANESE: i64 = 60;

/// Decodes: mark, then escapes, then the label where it fits, then what fits best.
pub(super) fn decode(bytes: &[u8], declared: Option<Charset>) -> Decoded {
    if let Some(marked) = by_mark(bytes) {
        return marked.decode(bytes);
    }
    // UTF-16 holds zeros and UTF-7 is ASCII: nothing else to be seen in the bytes.
    if let Some(charset) = declared.filter(|charset| charset.is_wide()) {
        let decoded = charset.decode(bytes);
        let is_ascii_anyway = bytes.is_ascii() && memchr::memchr(0, bytes).is_none();
        if charset == Charset::Utf7 || !(decoded.malformed || is_ascii_anyway) {
            return decoded;
        }
    }
    if jis::has_escape(bytes) && bytes.is_ascii() {
        return Charset::Jis.decode(bytes);
    }
    if let Some(order) = utf16::order_of(bytes) {
        return utf16::decode16(bytes, order);
    }
    if bytes.is_ascii() {
        // SO and SI mean something in ISO-2022-JP only.
        let charset = declared.filter(|&charset| charset == Charset::Jis);
        return charset.unwrap_or(Charset::Ascii).decode(bytes);
    }
    match declared.filter(|&charset| charset != Charset::Jis) {
        Some(charset) => with_label(bytes, charset),
        None => best(bytes, declared),
    }
}

/// The label, unless the bytes say otherwise.
fn with_label(bytes: &[u8], charset: Charset) -> Decoded {
    let decoded = charset.decode(bytes);
    let doubtful = decoded.malformed || charset.is_careless();
    if !doubtful && !charset.is_japanese() {
        return decoded;
    }
    let other = best(bytes, Some(charset));
    let other_fits = !other.malformed && other.charset != decoded.charset;
    if !other_fits {
        return decoded;
    }
    // Latin text under a Latin label must not become Chinese characters: only a clear case counts.
    // A text that is valid UTF-8 by chance is rarer than a wrong label.
    let clear = || other.charset == "UTF-8" || score(&other.text) >= JAPANESE;
    let better = || score(&other.text) > score(&decoded.text) + 20;
    if (doubtful || better()) && clear() {
        return other;
    }
    decoded
}

/// The best fit of all; the label's decoding with replacements when nothing fits.
fn best(bytes: &[u8], declared: Option<Charset>) -> Decoded {
    let mut fits = candidates(bytes);
    // UTF-8 does not fit by chance.
    let sure = fits.iter().position(|decoded| decoded.charset == "UTF-8");
    if sure.is_none() && fits.len() > 1 {
        fits.sort_by_key(|decoded| -score(&decoded.text));
    }
    fits.into_iter()
        .nth(sure.unwrap_or(0))
        .or_else(|| least_broken(bytes))
        .or_else(|| declared.map(|charset| charset.decode(bytes)))
        .unwrap_or_else(|| Charset::Whatwg(WINDOWS_1252).decode(bytes))
}

/// Nothing fits whole: a Japanese text with a few broken bytes is still a Japanese text.
fn least_broken(bytes: &[u8]) -> Option<Decoded> {
    IN_JAPAN
        .into_iter()
        .map(|encoding| Charset::Whatwg(encoding).decode(bytes))
        .max_by_key(|decoded| score(&decoded.text))
        .filter(|decoded| score(&decoded.text) >= JAPANESE)
}

const IN_JAPAN: [&Encoding; 3] = [UTF_8, SHIFT_JIS, EUC_JP];

/// The charsets of Japanese mail that the bytes fit without a fault.
pub(super) fn candidates(bytes: &[u8]) -> Vec<Decoded> {
    let mut all = Vec::new();
    if jis::has_escape(bytes) {
        all.push(jis::decode(bytes, jis::AtLineEnd::BackToAscii));
        all.push(jis::decode(bytes, jis::AtLineEnd::Keep));
        all.retain(|decoded| !decoded.malformed);
    }
    if !bytes.is_ascii() {
        // Stops at the first fault: cheap where a charset does not fit.
        all.extend(IN_JAPAN.iter().filter_map(|encoding| {
            let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
            Some(decoded(text.into_owned(), encoding.name(), false))
        }));
    }
    all
}

fn by_mark(bytes: &[u8]) -> Option<Charset> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some(Charset::Whatwg(UTF_8)),
        [0xff, 0xfe, 0, 0, ..] => Some(Charset::Utf32(utf16::Order::Little)),
        [0xff, 0xfe, ..] => Some(Charset::Utf16(utf16::Order::Little)),
        [0xfe, 0xff, ..] => Some(Charset::Utf16(utf16::Order::Big)),
        _ => None,
    }
}

/// How much like Japanese a text looks, per non-ASCII character, about -1000 to 100.
pub(super) fn score(text: &str) -> i64 {
    let (mut sum, mut count) = (0i64, 0i64);
    let mut before_was_cjk = false;
    for character in text.chars().take(CHARACTERS_MAX) {
        let points = points(character, before_was_cjk);
        before_was_cjk = is_cjk(character);
        let Some(points) = points else { continue };
        sum += points;
        count += 1;
        if count >= SCORED_MAX {
            break;
        }
    }
    if count == 0 { 0 } else { sum / count }
}

fn is_cjk(character: char) -> bool {
    matches!(character, '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}')
}

/// Kana and kanji in runs are Japanese; a kanji alone between Latin letters is a misread accent;
/// half-width kana in bulk, private use and controls are misread bytes.
fn points(character: char, before_was_cjk: bool) -> Option<i64> {
    Some(match character {
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}' => -200,
        '\u{0}'..='\u{7f}' => return None,
        '\u{3040}'..='\u{309f}' => 110,
        '\u{3000}'..='\u{303f}' | '\u{30a0}'..='\u{30ff}' => 100,
        '\u{4e00}'..='\u{9fff}' => {
            if before_was_cjk {
                85
            } else {
                40
            }
        }
        '\u{ff00}'..='\u{ff60}' => 80,
        '\u{ff61}'..='\u{ff9f}' => 15,
        '\u{fffd}' => -1000,
        '\u{80}'..='\u{9f}' => -300,
        '\u{a0}'..='\u{24f}' => 0,
        '\u{e000}'..='\u{f8ff}' => -200,
        _ => 30,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{decode, label};
    use encoding_rs::{EUC_JP, SHIFT_JIS};

    fn sjis(text: &str) -> Vec<u8> {
        SHIFT_JIS.encode(text).0.into_owned()
    }

    fn euc(text: &str) -> Vec<u8> {
        EUC_JP.encode(text).0.into_owned()
    }

    #[test]
    fn bytes_decide_over_a_wrong_label() {
        let text = "取扱注意の見積書です";
        for label in [
            None,
            Some("utf-8"),
            Some("us-ascii"),
            Some("iso-8859-1"),
            Some("iso-2022-jp"),
            Some("x-none"),
        ] {
            for bytes in [sjis(text), euc(text), text.as_bytes().to_vec()] {
                assert_eq!(decode(&bytes, label).text, text, "{label:?}");
            }
        }
        assert_eq!(decode(&sjis(text), Some("euc-jp")).text, text);
        assert_eq!(decode(&sjis("見積書"), Some("iso-8859-1")).text, "見積書");
        assert_eq!(decode(&euc("見積書"), None).text, "見積書");
        assert_eq!(decode(&sjis("見積書"), None).text, "見積書");
    }

    #[test]
    fn others_stay_what_they_are() {
        let (koi8, _, _) = encoding_rs::KOI8_R.encode("Привет из Москвы");
        assert_eq!(decode(&koi8, Some("koi8-r")).text, "Привет из Москвы");
        let (korean, _, _) = encoding_rs::EUC_KR.encode("안녕하세요");
        assert_eq!(decode(&korean, Some("euc-kr")).text, "안녕하세요");
        let bytes = b"Fran\xe7ais, d\xe9j\xe0 vu, na\xefve";
        assert_eq!(
            decode(bytes, Some("iso-8859-1")).text,
            "Français, déjà vu, naïve"
        );
        assert!(label::find("ISO-8859-15").is_some());
    }
}
