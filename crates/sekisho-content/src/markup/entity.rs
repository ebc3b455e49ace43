//! Character references of HTML.

/// The named ones that stand for characters of ordinary text, and those that hide text.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("shy", '\u{AD}'),
    ("zwj", '\u{200D}'),
    ("zwnj", '\u{200C}'),
    ("ZeroWidthSpace", '\u{200B}'),
    ("NoBreak", '\u{2060}'),
    ("lrm", '\u{200E}'),
    ("rlm", '\u{200F}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("hairsp", '\u{200A}'),
    ("numsp", '\u{2007}'),
    ("puncsp", '\u{2008}'),
    ("emsp13", '\u{2004}'),
    ("emsp14", '\u{2005}'),
    ("MediumSpace", '\u{205F}'),
    ("NonBreakingSpace", '\u{A0}'),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("hyphen", '\u{2010}'),
    ("dash", '\u{2010}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("horbar", '―'),
    ("minus", '−'),
    ("middot", '·'),
    ("centerdot", '·'),
    ("bull", '•'),
    ("hellip", '…'),
    ("mldr", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("sbquo", '‚'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("pound", '£'),
    ("euro", '€'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("sect", '§'),
    ("para", '¶'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("times", '×'),
    ("divide", '÷'),
    ("frac12", '½'),
    ("sup1", '¹'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("micro", 'µ'),
    ("iexcl", '¡'),
    ("iquest", '¿'),
    ("excl", '!'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("equals", '='),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("grave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
    ("tilde", '˜'),
    ("sim", '∼'),
    ("larr", '←'),
    ("uarr", '↑'),
    ("rarr", '→'),
    ("darr", '↓'),
    ("star", '☆'),
    ("starf", '★'),
    ("check", '✓'),
    ("oS", 'Ⓢ'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("auml", 'ä'),
    ("aring", 'å'),
    ("aelig", 'æ'),
    ("ccedil", 'ç'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("iuml", 'ï'),
    ("ntilde", 'ñ'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("ouml", 'ö'),
    ("oslash", 'ø'),
    ("uacute", 'ú'),
    ("ucirc", 'û'),
    ("uuml", 'ü'),
    ("szlig", 'ß'),
];

/// Those that browsers read without a semicolon, too.
const LOOSE: &[&str] = &[
    "amp", "lt", "gt", "quot", "nbsp", "shy", "yen", "copy", "reg",
];

/// Bytes of the longest name; numbers may have leading zeros.
const REFERENCE_BYTES_MAX: usize = 32;

/// The text with its character references decoded.
pub fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match reference(from) {
            Some((c, length)) => {
                out.push(c);
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// The character of the reference that the text begins with, and its bytes.
fn reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    if let Some(number) = body.strip_prefix('#') {
        return numbered(number).map(|(c, length)| (c, length + 2));
    }
    let length = body
        .bytes()
        .take(REFERENCE_BYTES_MAX)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    let name = body.get(..length)?;
    let closed = body.as_bytes().get(length) == Some(&b';');
    let exact = NAMED.iter().find(|(found, _)| *found == name);
    if let (Some((_, c)), true) = (exact, closed) {
        return Some((*c, length + 2));
    }
    let loose = LOOSE.iter().find(|loose| name.starts_with(*loose))?;
    let (_, c) = NAMED.iter().find(|(found, _)| found == loose)?;
    let semicolon = usize::from(body.as_bytes().get(loose.len()) == Some(&b';'));
    Some((*c, 1 + loose.len() + semicolon))
}

/// `38;`, `x26;`: also without the semicolon, as browsers do.
fn numbered(body: &str) -> Option<(char, usize)> {
    let hex = body.strip_prefix(['x', 'X']);
    let (digits, radix) = hex.map_or((body, 10), |digits| (digits, 16));
    let length = digits
        .chars()
        .take(REFERENCE_BYTES_MAX)
        .take_while(|c| c.is_digit(radix))
        .count();
    let number = u32::from_str_radix(digits.get(..length)?, radix).ok()?;
    let semicolon = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    let c = char::from_u32(number)
        .filter(|c| *c != '\0')
        .unwrap_or('\u{FFFD}');
    Some((c, usize::from(hex.is_some()) + length + semicolon))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn references_with_and_without_semicolon() {
        assert_eq!(decode("&#26997;&#x79D8;&#26997&#x79d8"), "極秘極秘");
        assert_eq!(decode("M&amp;A M&ampA"), "M&A M&A");
        assert_eq!(decode("a&nbsp;b&shy;c"), "a\u{A0}b\u{AD}c");
        assert_eq!(decode("R&D &unknown; &"), "R&D &unknown; &");
        assert_eq!(decode("&#99999999999;"), "&#99999999999;");
    }
}
