//! Which characters the codes of a font stand for.

use std::collections::{BTreeMap, HashMap};

use sekisho_mime::charset;

use super::lexer::{Lexer, Object};
use super::objects::Document;
use super::utf16;

/// Codes of one map; a font has at most 65,536.
const CODES_MAX: usize = 70_000;

/// How a font's codes are read.
#[derive(Debug, Clone)]
enum Coding {
    /// ToUnicode (ISO 32000-1 §9.10.3): bytes a code, and what each stands for.
    Map(usize, HashMap<u32, String>),
    /// UTF-16BE, by the name of a predefined map (`UniJIS-UTF16-H`).
    Utf16,
    /// A charset, by the name of a predefined map (`90ms-RKSJ-H`).
    Charset(&'static str),
    /// JIS X 0208 codes in two bytes (map `H`).
    Jis,
    /// One byte a character.
    Latin,
    /// Glyph numbers that nothing explains.
    Unknown,
}

/// The fonts of a document by the names under which content streams use them. Pages may give one name to
/// two fonts; a code is then read by the first that knows it.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    by_name: BTreeMap<Vec<u8>, Vec<Coding>>,
}

impl Fonts {
    pub(super) fn of(document: &mut Document<'_>) -> Self {
        let mut named: Vec<(Vec<u8>, u32)> = Vec::new();
        for item in document.items.values() {
            font_names(&item.object, document, &mut named, 0);
        }
        named.sort();
        named.dedup();
        let mut known: BTreeMap<u32, Coding> = BTreeMap::new();
        let mut fonts = Self::default();
        for (name, number) in named {
            let coding = match known.get(&number) {
                Some(coding) => coding.clone(),
                None => coding(document, number),
            };
            known.insert(number, coding.clone());
            fonts.by_name.entry(name).or_default().push(coding);
        }
        fonts
    }

    /// The text of a string shown in a font, and whether every code was known.
    pub(super) fn text(&self, font: &[u8], bytes: &[u8]) -> (String, bool) {
        let codings = self
            .by_name
            .get(font)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut best = None;
        for coding in codings {
            let (text, known) = coding.text(bytes);
            if known {
                return (text, true);
            }
            best.get_or_insert(text);
        }
        match best {
            Some(text) => (text, false),
            None => Coding::Latin.text(bytes),
        }
    }
}

/// Entries of `/Font` dictionaries wherever they stand.
fn font_names(
    object: &Object,
    document: &Document<'_>,
    named: &mut Vec<(Vec<u8>, u32)>,
    depth: usize,
) {
    let Object::Dict(entries) = object else {
        return;
    };
    for (key, value) in entries {
        if key == b"Font"
            && let Object::Dict(fonts) = document.resolved(value)
        {
            for (name, font) in fonts {
                if let Object::Ref(number) = font
                    && named.len() < CODES_MAX
                {
                    named.push((name.clone(), *number));
                }
            }
        } else if depth < 4 {
            font_names(value, document, named, depth + 1);
        }
    }
}

fn coding(document: &mut Document<'_>, number: u32) -> Coding {
    let Some(item) = document.items.get(&number) else {
        return Coding::Unknown;
    };
    let is_composite = item.object.get(b"Subtype").and_then(Object::name) == Some(b"Type0");
    let encoding = item
        .object
        .get(b"Encoding")
        .map(|encoding| document.resolved(encoding));
    let name = encoding.and_then(Object::name).unwrap_or_default().to_vec();
    if let Some(Object::Ref(map)) = item.object.get(b"ToUnicode")
        && let Some(data) = document.data(*map)
    {
        let map = to_unicode(&data);
        if !map.is_empty() {
            return Coding::Map(if is_composite { 2 } else { 1 }, map);
        }
    }
    if is_composite {
        predefined(&name)
    } else {
        Coding::Latin
    }
}

/// Predefined maps (ISO 32000-1 table 118).
fn predefined(name: &[u8]) -> Coding {
    let name = String::from_utf8_lossy(name);
    let has = |part: &str| name.contains(part);
    if has("UTF16") || has("UCS2") {
        Coding::Utf16
    } else if has("RKSJ") {
        Coding::Charset("shift_jis")
    } else if has("UTF8") {
        Coding::Charset("utf-8")
    } else if has("KSC") {
        Coding::Charset("euc-kr")
    } else if has("GB") {
        Coding::Charset("gb18030")
    } else if has("B5") || has("ETen") || has("HKscs") {
        Coding::Charset("big5")
    } else if has("EUC") {
        Coding::Charset("euc-jp")
    } else if name == "H" || name == "V" {
        Coding::Jis
    } else {
        Coding::Unknown
    }
}

impl Coding {
    fn text(&self, bytes: &[u8]) -> (String, bool) {
        match self {
            Self::Map(width, map) => mapped(bytes, *width, map),
            Self::Utf16 => (utf16(bytes), true),
            Self::Charset(label) => (charset::decode(bytes, Some(label)).text, true),
            Self::Jis => {
                let high: Vec<u8> = bytes.iter().map(|byte| byte | 0x80).collect();
                (charset::decode(&high, Some("euc-jp")).text, true)
            }
            Self::Latin => (bytes.iter().map(|byte| char::from(*byte)).collect(), true),
            Self::Unknown => (String::new(), false),
        }
    }
}

fn mapped(bytes: &[u8], width: usize, map: &HashMap<u32, String>) -> (String, bool) {
    let mut text = String::new();
    let mut known = true;
    for code in bytes.chunks(width) {
        let code = code.iter().fold(0u32, |n, byte| n << 8 | u32::from(*byte));
        match map.get(&code) {
            Some(character) => text.push_str(character),
            None => known = false,
        }
    }
    (text, known)
}

/// `beginbfchar <01> <6975>` and `beginbfrange <01> <05> <6975>` (Adobe Technical Note 5411).
fn to_unicode(data: &[u8]) -> HashMap<u32, String> {
    let mut lexer = Lexer::new(data, 0, false);
    let mut map = HashMap::new();
    let mut waiting: Vec<Object> = Vec::new();
    while let Some(object) = lexer.object() {
        match &object {
            Object::Word(word) => {
                match word.as_slice() {
                    b"endbfchar" => characters(&waiting, &mut map),
                    b"endbfrange" => ranges(&waiting, &mut map),
                    _ => {}
                }
                waiting.clear();
            }
            _ if waiting.len() < CODES_MAX * 3 => waiting.push(object),
            _ => return map,
        }
        if map.len() > CODES_MAX {
            return map;
        }
    }
    map
}

fn characters(objects: &[Object], map: &mut HashMap<u32, String>) {
    for pair in objects.chunks_exact(2) {
        if let [Object::Text(code), Object::Text(text)] = pair {
            map.insert(code_number(code), utf16(text));
        }
    }
}

fn ranges(objects: &[Object], map: &mut HashMap<u32, String>) {
    for triple in objects.chunks_exact(3) {
        let [Object::Text(first), Object::Text(last), target] = triple else {
            continue;
        };
        let (first, last) = (code_number(first), code_number(last));
        let count = last.saturating_sub(first).min(0xFFFF);
        for nth in 0..=count {
            let text = match target {
                Object::Text(text) => plus(text, nth),
                Object::Array(texts) => match texts.get(nth as usize) {
                    Some(Object::Text(text)) => utf16(text),
                    _ => continue,
                },
                _ => continue,
            };
            map.insert(first.saturating_add(nth), text);
            if map.len() > CODES_MAX {
                return;
            }
        }
    }
}

/// The text whose last unit is so many higher.
fn plus(text: &[u8], nth: u32) -> String {
    let mut bytes = text.to_vec();
    let at = bytes.len().saturating_sub(2);
    if let Some([high, low]) = bytes.get(at..) {
        let unit = u32::from(u16::from_be_bytes([*high, *low])) + nth;
        let unit = (unit & 0xFFFF) as u16;
        bytes.truncate(at);
        bytes.extend_from_slice(&unit.to_be_bytes());
    }
    utf16(&bytes)
}

fn code_number(code: &[u8]) -> u32 {
    code.iter()
        .take(4)
        .fold(0, |n, byte| n << 8 | u32::from(*byte))
}
