//! A small tolerant tokenizer for HTML and XML. It never fails and never looks back: what is no
//! tag is text, an open tag at the end of the file is cut there.

mod entity;

pub use entity::decode;

/// One piece of markup, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text between tags; entities are not decoded yet.
    Text(&'a str),
    /// `<name …>`
    Open(Tag<'a>),
    /// `</name>`
    Close(&'a str),
    /// `<!-- … -->`
    Comment(&'a str),
    /// `<![CDATA[ … ]]>`
    Verbatim(&'a str),
    /// `<!DOCTYPE …>`, `<?xml …?>`
    Declaration(&'a str),
}

/// An opening tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// As written, with its prefix: `w:t`, `DIV`.
    pub name: &'a str,
    attributes: &'a str,
    /// `<br/>`
    pub is_closed: bool,
}

impl<'a> Tag<'a> {
    /// The attributes in order: name as written, value not decoded.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes {
            rest: self.attributes,
        }
    }

    /// The decoded value of an attribute, by name without regard to case.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.attributes()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| decode(value))
    }
}

/// The attributes of a tag, in order.
pub struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self
            .rest
            .trim_start_matches(|c: char| c.is_whitespace() || c == '/' || c == '=');
        if rest.is_empty() {
            return None;
        }
        let name_end = rest
            .find(|c: char| c.is_whitespace() || c == '=' || c == '/')
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(name_end);
        let Some(value) = after.trim_start().strip_prefix('=') else {
            self.rest = after;
            return Some((name, ""));
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let body = value.get(1..).unwrap_or_default();
                body.split_once(quote).unwrap_or((body, ""))
            }
            _ => {
                let end = value.find(char::is_whitespace).unwrap_or(value.len());
                value.split_at(end)
            }
        };
        self.rest = after;
        Some((name, value))
    }
}

/// Walks the tokens of a text.
#[derive(Debug)]
pub struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    /// From the beginning of the text.
    pub fn of(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// For elements whose content is no markup (script, style, textarea, title): everything up to
    /// the closing tag, which is taken too.
    pub fn raw_until(&mut self, name: &str) -> &'a str {
        let bytes = self.rest.as_bytes();
        let end = memchr::memmem::find_iter(bytes, b"</").find(|at| {
            let after = bytes.get(at + 2..at + 2 + name.len());
            after.is_some_and(|after| after.eq_ignore_ascii_case(name.as_bytes()))
        });
        let Some(end) = end else {
            return std::mem::take(&mut self.rest);
        };
        let (raw, after) = self.rest.split_at(end);
        let tag_end = after.find('>').map_or(after.len(), |at| at + 1);
        self.rest = after.get(tag_end..).unwrap_or_default();
        raw
    }

    fn text(&mut self) -> Token<'a> {
        // The first character is text even if it is `<`: it began no tag.
        let from = self.rest.chars().next().map_or(0, char::len_utf8);
        let bytes = self.rest.as_bytes().get(from..).unwrap_or_default();
        let end = memchr::memchr(b'<', bytes).map_or(self.rest.len(), |at| at + from);
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Token::Text(text)
    }

    /// The content of `<PREFIX … END`, or to the end of the file.
    fn enclosed(&mut self, prefix: &str, end: &str) -> Option<&'a str> {
        let body = self.rest.strip_prefix(prefix)?;
        let (content, rest) = body.split_once(end).unwrap_or((body, ""));
        self.rest = rest;
        Some(content)
    }

    fn tag(&mut self) -> Option<Token<'a>> {
        let body = self.rest.strip_prefix('<')?;
        let closing = body.strip_prefix('/');
        let body = closing.unwrap_or(body);
        if !body.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()) {
            return None;
        }
        let end = tag_end(body);
        let inside = body.get(..end).unwrap_or_default();
        self.rest = body.get(end + 1..).unwrap_or_default();
        let name_end = inside
            .find(|c: char| c.is_whitespace() || c == '/')
            .unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_end);
        if closing.is_some() {
            return Some(Token::Close(name));
        }
        Some(Token::Open(Tag {
            name,
            attributes: attributes.strip_suffix('/').unwrap_or(attributes),
            is_closed: attributes.ends_with('/'),
        }))
    }
}

/// Where the `>` of a tag is: not inside a quoted value, unless the quote never ends.
fn tag_end(body: &str) -> usize {
    let bytes = body.as_bytes();
    let mut quote = None;
    let mut before = b' ';
    for (at, byte) in bytes.iter().copied().enumerate() {
        match quote {
            None if byte == b'>' => return at,
            // A quote opens a value only after `=`; others are stray.
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            Some(open) if byte == open => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    memchr::memchr(b'>', bytes).unwrap_or(bytes.len())
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if !self.rest.starts_with('<') {
            return Some(self.text());
        }
        if let Some(comment) = self.enclosed("<!--", "-->") {
            return Some(Token::Comment(comment));
        }
        if let Some(verbatim) = self.enclosed("<![CDATA[", "]]>") {
            return Some(Token::Verbatim(verbatim));
        }
        if let Some(declaration) = self.declaration() {
            return Some(Token::Declaration(declaration));
        }
        Some(self.tag().unwrap_or_else(|| self.text()))
    }
}

impl<'a> Tokens<'a> {
    fn declaration(&mut self) -> Option<&'a str> {
        if let Some(body) = self.rest.strip_prefix("<!DOCTYPE") {
            // An internal subset holds `>` of its own.
            let head = body.split('>').next().unwrap_or_default();
            if head.contains('[') {
                return self.enclosed("<!DOCTYPE", "]>");
            }
        }
        self.enclosed("<?", ">")
            .or_else(|| self.enclosed("<!", ">"))
    }
}
