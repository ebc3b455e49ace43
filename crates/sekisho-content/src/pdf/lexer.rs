//! Objects as they are written (ISO 32000-1 §7.3).

/// Arrays in arrays; producers use three or four.
const DEPTH_MAX: usize = 32;

/// Entries of one array or dictionary.
const ENTRIES_MAX: usize = 200_000;

/// One object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Object {
    Name(Vec<u8>),
    Number(f64),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Vec<(Vec<u8>, Object)>),
    Ref(u32),
    /// `true`, `null`, operators of content streams.
    Word(Vec<u8>),
}

impl Object {
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Object> {
        match self {
            Self::Dict(entries) => {
                let found = entries.iter().find(|(name, _)| name == key);
                found.map(|(_, value)| value)
            }
            _ => None,
        }
    }

    pub(crate) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<usize> {
        match self {
            Self::Number(number) if *number >= 0.0 && *number < 1e12 => Some(*number as usize),
            _ => None,
        }
    }
}

/// Walks objects.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    /// Content streams have no references: `1 0 R` would be three words.
    references: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, references: bool) -> Self {
        Self {
            bytes,
            at,
            references,
        }
    }

    pub(super) fn object(&mut self) -> Option<Object> {
        self.object_within(0)
    }

    fn object_within(&mut self, depth: usize) -> Option<Object> {
        self.skip_blanks();
        let byte = self.peek()?;
        match byte {
            b'/' => {
                self.at += 1;
                Some(Object::Name(self.name()))
            }
            b'(' => Some(Object::Text(self.literal())),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => self.dictionary(depth),
            b'<' => Some(Object::Text(self.hex())),
            b'[' => self.array(depth),
            b']' | b'}' | b'{' | b')' | b'>' => {
                self.at += 1;
                Some(Object::Word(vec![byte]))
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => Some(self.number()),
            _ => Some(Object::Word(self.regular().to_vec())),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self
                    .peek()
                    .is_some_and(|byte| !matches!(byte, b'\r' | b'\n'))
                {
                    self.at += 1;
                }
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| !is_blank(byte) && !is_delimiter(byte))
        {
            self.at += 1;
        }
        // A stray delimiter is a word of its own, so that the walk goes on.
        self.at = self.at.max(start + 1).min(self.bytes.len());
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn name(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some(byte) = self
            .peek()
            .filter(|byte| !is_blank(*byte) && !is_delimiter(*byte))
        {
            self.at += 1;
            let hex = self
                .bytes
                .get(self.at..self.at + 2)
                .filter(|_| byte == b'#');
            let code = hex
                .and_then(|hex| std::str::from_utf8(hex).ok())
                .and_then(|hex| u8::from_str_radix(hex, 16).ok());
            if code.is_some() {
                self.at += 2;
            }
            out.push(code.unwrap_or(byte));
        }
        out
    }

    fn number(&mut self) -> Object {
        let word = self.regular();
        let number = std::str::from_utf8(word)
            .ok()
            .and_then(|word| word.parse::<f64>().ok());
        let Some(number) = number else {
            return Object::Word(word.to_vec());
        };
        if self.references && number >= 0.0 && number.fract() == 0.0 {
            let before = self.at;
            if self.is_reference() {
                return Object::Ref(number as u32);
            }
            self.at = before;
        }
        Object::Number(number)
    }

    /// ` 0 R` after a number.
    fn is_reference(&mut self) -> bool {
        self.skip_blanks();
        let digits = self.peek().is_some_and(|byte| byte.is_ascii_digit());
        if !digits || !self.regular().iter().all(u8::is_ascii_digit) {
            return false;
        }
        self.skip_blanks();
        self.peek() == Some(b'R') && self.regular() == b"R"
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth > 1 {
                        out.push(byte);
                    }
                }
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                    out.push(byte);
                }
                b'\\' => self.escape(&mut out),
                _ => out.push(byte),
            }
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else {
            return;
        };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' | b'f' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit) = self.peek().filter(|byte| matches!(byte, b'0'..=b'7')) else {
                        break;
                    };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                out.push((code & 0xFF) as u8);
            }
            _ => out.push(byte),
        }
    }

    fn hex(&mut self) -> Vec<u8> {
        self.at += 1;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.at += length + 1;
        hex_bytes(rest.get(..length).unwrap_or_default())
    }

    fn array(&mut self, depth: usize) -> Option<Object> {
        self.at += 1;
        let mut items = Vec::new();
        while depth < DEPTH_MAX && items.len() < ENTRIES_MAX {
            self.skip_blanks();
            if self.peek()? == b']' {
                self.at += 1;
                break;
            }
            items.push(self.object_within(depth + 1)?);
        }
        Some(Object::Array(items))
    }

    fn dictionary(&mut self, depth: usize) -> Option<Object> {
        self.at += 2;
        let mut entries = Vec::new();
        while depth < DEPTH_MAX && entries.len() < ENTRIES_MAX {
            self.skip_blanks();
            if self.peek()? == b'>' {
                self.at += 2;
                break;
            }
            match self.object_within(depth + 1)? {
                Object::Name(key) => {
                    let value = self.object_within(depth + 1)?;
                    entries.push((key, value));
                }
                _ => continue,
            }
        }
        Some(Object::Dict(entries))
    }
}

pub(super) fn hex_bytes(text: &[u8]) -> Vec<u8> {
    let mut digits = text
        .iter()
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .map(|digit| digit as u8);
    let mut out = Vec::with_capacity(text.len() / 2);
    while let Some(high) = digits.next() {
        out.push(high << 4 | digits.next().unwrap_or(0));
    }
    out
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}
