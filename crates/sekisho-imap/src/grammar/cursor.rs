//! The words that commands are made of: atoms, strings, literals, numbers (RFC 9051 §9).

use std::borrow::Cow;

/// Why a command cannot be understood, in words for the client's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bad(pub(crate) &'static str);

pub(crate) type Parsed<T> = Result<T, Bad>;

/// `ATOM-CHAR`
pub(crate) fn is_atom_char(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}

/// `ASTRING-CHAR = ATOM-CHAR / resp-specials`
pub(crate) fn is_astring_char(byte: u8) -> bool {
    is_atom_char(byte) || byte == b']'
}

/// A reader over one whole command, its literals in place (`{5}` CRLF and five bytes).
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(crate) fn end(&self) -> Parsed<()> {
        if self.is_at_end() {
            Ok(())
        } else {
            Err(Bad("unexpected text after the command"))
        }
    }

    /// Takes `byte` if it is next.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    pub(crate) fn expect(&mut self, byte: u8, otherwise: &'static str) -> Parsed<()> {
        if self.eat(byte) {
            Ok(())
        } else {
            Err(Bad(otherwise))
        }
    }

    /// One space. Differs: more are taken too (seen from hand-written clients).
    pub(crate) fn space(&mut self) -> Parsed<()> {
        self.expect(b' ', "a space was expected")?;
        while self.eat(b' ') {}
        Ok(())
    }

    /// Takes `word`, in any case of letters, if it is next.
    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let there = self
            .rest()
            .get(..word.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(word.as_bytes()));
        if there {
            self.at += word.len();
        }
        there
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().position(|byte| !wanted(*byte));
        let (taken, _) = rest.split_at(len.unwrap_or(rest.len()));
        self.at += taken.len();
        taken
    }

    /// `atom`
    pub(crate) fn atom(&mut self) -> Parsed<&'a str> {
        text(self.take_while(is_atom_char), "an atom was expected")
    }

    /// `tag = 1*<any ASTRING-CHAR except "+">`
    pub(crate) fn tag(&mut self) -> Parsed<&'a str> {
        text(
            self.take_while(|byte| is_astring_char(byte) && byte != b'+'),
            "a tag was expected",
        )
    }

    /// `number`
    pub(crate) fn number(&mut self) -> Parsed<u64> {
        text(
            self.take_while(|byte| byte.is_ascii_digit()),
            "a number was expected",
        )?
        .parse()
        .map_err(|_| Bad("the number is too large"))
    }

    /// `number` of 32 bits.
    pub(crate) fn number32(&mut self) -> Parsed<u32> {
        u32::try_from(self.number()?).map_err(|_| Bad("the number is too large"))
    }

    /// `astring = 1*ASTRING-CHAR / string`
    pub(crate) fn astring(&mut self) -> Parsed<Cow<'a, [u8]>> {
        match self.peek() {
            Some(b'"' | b'{') => self.string(),
            _ => self.word_of(is_astring_char),
        }
    }

    /// `list-mailbox = 1*list-char / string`
    pub(crate) fn list_mailbox(&mut self) -> Parsed<Cow<'a, [u8]>> {
        match self.peek() {
            Some(b'"' | b'{') => self.string(),
            _ => self.word_of(|byte| is_astring_char(byte) || matches!(byte, b'%' | b'*')),
        }
    }

    /// Differs: 8-bit bytes are taken in bare words too; what they mean is checked where it
    /// matters (mailbox names, search strings).
    fn word_of(&mut self, wanted: impl Fn(u8) -> bool) -> Parsed<Cow<'a, [u8]>> {
        match self.take_while(|byte| wanted(byte) || byte >= 0x80) {
            [] => Err(Bad("a string was expected")),
            word => Ok(Cow::Borrowed(word)),
        }
    }

    /// `string = quoted / literal`
    pub(crate) fn string(&mut self) -> Parsed<Cow<'a, [u8]>> {
        if self.eat(b'"') {
            self.quoted()
        } else {
            self.literal().map(Cow::Borrowed)
        }
    }

    /// `nstring = string / nil`, `None` for NIL.
    pub(crate) fn nstring(&mut self) -> Parsed<Option<Cow<'a, [u8]>>> {
        if self.eat_word("NIL") {
            Ok(None)
        } else {
            self.string().map(Some)
        }
    }

    fn quoted(&mut self) -> Parsed<Cow<'a, [u8]>> {
        let plain = self.take_while(|byte| !matches!(byte, b'"' | b'\\' | b'\r' | b'\n' | b'\0'));
        if self.eat(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut out = plain.to_vec();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(out));
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(byte @ (b'"' | b'\\')) => out.push(byte),
                        _ => return Err(Bad("only \\\" and \\\\ may be escaped")),
                    }
                }
                Some(b'\r' | b'\n' | b'\0') | None => {
                    return Err(Bad("a quoted string does not end"));
                }
                Some(byte) => out.push(byte),
            }
            self.at += 1;
        }
    }

    fn literal(&mut self) -> Parsed<&'a [u8]> {
        const EXPECTED: &str = "a string was expected";
        self.expect(b'{', EXPECTED)?;
        let len = usize::try_from(self.number()?).map_err(|_| Bad(EXPECTED))?;
        self.eat(b'+');
        self.expect(b'}', EXPECTED)?;
        self.expect(b'\r', EXPECTED)?;
        self.expect(b'\n', EXPECTED)?;
        let literal = self
            .rest()
            .get(..len)
            .ok_or(Bad("the literal is cut short"))?;
        // RFC 9051 §9: `literal` is CHAR8, which excludes NUL.
        if literal.contains(&0) {
            return Err(Bad("NUL in a literal"));
        }
        self.at += len;
        Ok(literal)
    }

    /// `( … )` around words separated by a space; may be empty.
    pub(crate) fn list<T>(
        &mut self,
        most: usize,
        mut one: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        self.expect(b'(', "a list in parentheses was expected")?;
        let mut out = Vec::new();
        while self.eat(b' ') {}
        while !self.eat(b')') {
            if out.len() >= most {
                return Err(Bad("the list is too long"));
            }
            out.push(one(self)?);
            if self.peek() != Some(b')') {
                self.space()?;
            }
        }
        Ok(out)
    }
}

fn text<'a>(bytes: &'a [u8], otherwise: &'static str) -> Parsed<&'a str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() => Ok(text),
        _ => Err(Bad(otherwise)),
    }
}
