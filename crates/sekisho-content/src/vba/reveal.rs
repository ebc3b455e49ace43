//! What strings a macro puts together: `Chr(99) & "alc"` is `"calc"`.
//!
//! Only arithmetic on constants is done; nothing of a macro is run.

/// What is to be searched in place of the source, and strings that were written backwards or in
/// hexadecimal or base64.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Revealed {
    /// Source without comments, strings joined.
    pub(crate) source: String,
    /// Decoded strings, a line each.
    pub(crate) strings: String,
    /// Characters given by number.
    pub(crate) characters: usize,
}

/// Shorter strings say nothing when they are turned or decoded.
const DECODED_CHARS_MIN: usize = 8;

pub(crate) fn revealed(source: &str) -> Revealed {
    let mut reader = Reader {
        rest: source,
        out: Revealed::default(),
        string: None,
        joined: true,
    };
    while reader.step() {}
    reader.end_string();
    let mut out = reader.out;
    if out.source.to_ascii_lowercase().contains("strreverse") {
        let turned: String = out
            .strings
            .lines()
            .map(|line| line.chars().rev().collect::<String>() + "\n")
            .collect();
        out.strings.push_str(&turned);
    }
    out
}

struct Reader<'a> {
    rest: &'a str,
    out: Revealed,
    /// The string that is being put together.
    string: Option<String>,
    /// An operator stands before: the next piece belongs to the string.
    joined: bool,
}

impl Reader<'_> {
    fn step(&mut self) -> bool {
        let Some(c) = self.rest.chars().next() else {
            return false;
        };
        match c {
            '"' => {
                let text = self.literal();
                self.piece(&text);
            }
            '\'' => {
                let end = self.rest.find('\n').unwrap_or(self.rest.len());
                self.skip(end);
            }
            '_' if self
                .rest
                .trim_start_matches(['_', ' ', '\t', '\r'])
                .starts_with('\n') =>
            {
                let end = self.rest.find('\n').unwrap_or(0);
                self.skip(end + 1);
            }
            '&' | '+' if self.string.is_some() => {
                self.joined = true;
                self.skip(1);
            }
            ' ' | '\t' if self.string.is_some() => self.skip(1),
            c if c.is_alphabetic() => self.word(),
            c => {
                self.end_string();
                self.out.source.push(c);
                self.skip(c.len_utf8());
            }
        }
        true
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// `"a ""quoted"" word"`
    fn literal(&mut self) -> String {
        let mut text = String::new();
        self.skip(1);
        loop {
            let end = self.rest.find(['"', '\n']).unwrap_or(self.rest.len());
            text.push_str(self.rest.get(..end).unwrap_or_default());
            let quote = self
                .rest
                .get(end..)
                .is_some_and(|rest| rest.starts_with('"'));
            self.skip(end + usize::from(quote));
            if quote && self.rest.starts_with('"') {
                text.push('"');
                self.skip(1);
            } else {
                return text;
            }
        }
    }

    fn piece(&mut self, text: &str) {
        if !self.joined {
            self.end_string();
        }
        self.string.get_or_insert_default().push_str(text);
        self.joined = false;
    }

    fn end_string(&mut self) {
        self.joined = true;
        let Some(text) = self.string.take() else {
            return;
        };
        self.out.source.push('"');
        self.out.source.push_str(&text);
        self.out.source.push('"');
        self.out.source.push(' ');
        if text.chars().count() >= DECODED_CHARS_MIN / 2 {
            self.out.strings.push_str(&text);
            self.out.strings.push('\n');
        }
        if let Some(decoded) = decoded(&text) {
            self.out.strings.push_str(&decoded);
            self.out.strings.push('\n');
        }
    }

    fn word(&mut self) {
        let end = self
            .rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(self.rest.len());
        let word = self.rest.get(..end).unwrap_or_default().to_owned();
        if is_character_function(&word)
            && let Some((code, length)) =
                number_in_brackets(self.rest.get(end..).unwrap_or_default())
            && let Some(c) = char::from_u32(code)
        {
            self.skip(end + length);
            self.out.characters += 1;
            self.piece(c.encode_utf8(&mut [0; 4]));
            return;
        }
        // `Rem` begins a comment where a statement begins.
        let begins = self
            .out
            .source
            .trim_end_matches([' ', '\t'])
            .ends_with(['\n', ':'])
            || self.out.source.is_empty();
        if begins && self.string.is_none() && word.eq_ignore_ascii_case("rem") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.skip(end);
            return;
        }
        self.end_string();
        self.out.source.push_str(&word);
        self.skip(end);
    }
}

fn is_character_function(word: &str) -> bool {
    ["chr", "chrw", "chrb"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
}

/// `$(&H41 + 2)` → 67 and its length: numbers joined by `+`, `-`, `*`, `xor`.
fn number_in_brackets(text: &str) -> Option<(u32, usize)> {
    let body = text.strip_prefix('$').unwrap_or(text).trim_start();
    let body = body.strip_prefix('(')?;
    let end = body.get(..body.len().min(80)).or(Some(body))?.find(')')?;
    let inside = body.get(..end)?.to_ascii_lowercase();
    let inside = inside
        .replace('+', " + ")
        .replace('-', " - ")
        .replace('*', " * ");
    let mut words = inside.split_whitespace();
    let mut value = number(words.next()?)?;
    while let Some(operator) = words.next() {
        let right = number(words.next()?)?;
        value = match operator {
            "+" => value.checked_add(right)?,
            "-" => value.checked_sub(right)?,
            "*" => value.checked_mul(right)?,
            "xor" => value ^ right,
            _ => return None,
        };
    }
    let length = text.len() - body.len() + end + 1;
    Some((u32::try_from(value).ok()?, length))
}

fn number(word: &str) -> Option<i64> {
    let word = word.trim_end_matches(['&', '%', '#', '!']);
    match word.strip_prefix("&h") {
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => word.parse().ok(),
    }
}

/// A string in hexadecimal or base64, when what comes out is text.
fn decoded(text: &str) -> Option<String> {
    if text.len() < DECODED_CHARS_MIN || !text.is_ascii() {
        return None;
    }
    let bytes = if text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        let pairs = text.as_bytes().chunks_exact(2);
        let pairs = pairs.filter_map(|pair| std::str::from_utf8(pair).ok());
        pairs
            .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
            .collect()
    } else if text.len().is_multiple_of(4)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
    {
        crate::text::base64_bytes(text.as_bytes())
    } else {
        return None;
    };
    // PowerShell's -EncodedCommand is UTF-16.
    let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let is_text = !narrow.is_empty()
        && narrow
            .iter()
            .all(|byte| matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t'));
    is_text.then(|| String::from_utf8_lossy(&narrow).into_owned())
}

#[cfg(test)]
mod tests {
    use super::revealed;

    #[test]
    fn strings_are_put_together() {
        let out = revealed(
            "s = Chr(99) & Chr$(&H61) & _\r\n \"lc\" + ChrW(45+1) & \"exe\" ' Shell\r\nShell s",
        );
        assert!(out.source.contains("s = \"calc.exe\""), "{}", out.source);
        assert!(!out.source.contains("'"));
        assert_eq!(out.characters, 3);
        let out = revealed("x = StrReverse(\"llehsrewop\")");
        assert!(out.strings.contains("powershell"));
        let out = revealed("x = \"706f7765727368656c6c\": y = \"cG93ZXJzaGVsbA==\"");
        assert_eq!(out.strings.matches("powershell").count(), 2);
        let out = revealed("Rem Shell\n a = \"x\"\"y\" \"z\"");
        assert!(out.source.contains("\"x\"y\" \"z\""), "{}", out.source);
    }
}
