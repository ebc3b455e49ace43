//! Address lists as tolerantly as mail programs read them. One walk over the bytes, no way back.

use super::address::AddressItem;
use crate::limits::{ADDRESSES_MAX, COMMENT_DEPTH_MAX};

/// Reads an address list: the value of a From, To, Cc… field.
pub fn parse_addresses(value: &[u8]) -> Vec<AddressItem> {
    let mut list = List::default();
    let mut rest = value;
    while let Some((&byte, after)) = rest.split_first() {
        if list.items.len() >= ADDRESSES_MAX {
            break;
        }
        rest = match byte {
            b'"' if !list.quote_open => list.quote(after),
            b'(' => comment(after, &mut list.one.comment),
            b'<' => list.angle(after),
            b',' => list.flush(after),
            // A semicolon ends a group, and separates addresses in Outlook.
            b';' => list.end_group(after),
            b':' if !list.in_group && !list.one.looks_like_address() => list.start_group(after),
            b' ' | b'\t' | b'\r' | b'\n' => {
                list.one.blank();
                after
            }
            _ => {
                list.one.push(byte);
                after
            }
        };
    }
    list.flush(&[]);
    if list.in_group {
        list.items.push(AddressItem::GroupEnd);
    }
    list.items
}

#[derive(Default)]
struct List {
    items: Vec<AddressItem>,
    one: One,
    in_group: bool,
    /// A quote was never closed: later ones are not looked at, so that the walk stays linear.
    quote_open: bool,
    /// No `>` is left.
    angle_open: bool,
}

/// What was gathered of one address.
#[derive(Default)]
struct One {
    /// Words with one blank between; quotes taken off.
    phrase: Vec<u8>,
    /// Where in `phrase` the last `@` outside quotes stands.
    at_sign: Option<usize>,
    /// Where the last word starts.
    word: usize,
    gap: bool,
    comment: Vec<u8>,
    angle: Option<Vec<u8>>,
    /// How much of `phrase` stands before the angle bracket.
    named: usize,
}

impl One {
    fn blank(&mut self) {
        self.gap = !self.phrase.is_empty();
    }

    fn push(&mut self, byte: u8) {
        if std::mem::take(&mut self.gap) {
            // Blanks around `@` and the dots of a domain mean nothing (RFC 5322 §4.4).
            let last = self.phrase.last();
            let in_domain = self.at_sign.is_some() && (byte == b'.' || last == Some(&b'.'));
            if !(byte == b'@' || last == Some(&b'@') || in_domain) {
                self.phrase.push(b' ');
                self.word = self.phrase.len();
            }
        }
        if byte == b'@' {
            self.at_sign = Some(self.phrase.len());
        }
        self.phrase.push(byte);
    }

    fn looks_like_address(&self) -> bool {
        self.angle.is_some() || self.at_sign.is_some()
    }
}

impl List {
    fn quote<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        if std::mem::take(&mut self.one.gap) {
            self.one.phrase.push(b' ');
            self.one.word = self.one.phrase.len();
        }
        let phrase = &mut self.one.phrase;
        quoted(after, |byte| phrase.push(byte)).unwrap_or_else(|| {
            // A quote that never ends is a character like others.
            phrase.push(b'"');
            self.quote_open = true;
            after
        })
    }

    /// `<address>`; a second one in the same place starts a new address (a lost comma).
    fn angle<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        if self.one.angle.is_some() {
            let name = self.one.phrase.split_off(self.one.named);
            self.flush(&[]);
            self.one.phrase = name.trim_ascii().to_vec();
        }
        self.one.named = self.one.phrase.len();
        let end = match self.angle_open {
            true => None,
            false => angle_end(after, &mut self.quote_open),
        };
        self.angle_open |= end.is_none();
        let (inner, rest) = match end {
            Some(end) => (after.get(..end), after.get(end + 1..)),
            None => {
                let end = memchr::memchr(b',', after).unwrap_or(after.len());
                (after.get(..end), after.get(end..))
            }
        };
        self.one.angle = inner.map(<[u8]>::to_vec);
        self.one.gap = true;
        rest.unwrap_or_default()
    }

    fn start_group<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        let name = std::mem::take(&mut self.one).phrase;
        self.items.push(AddressItem::GroupStart(name));
        self.in_group = true;
        after
    }

    fn end_group<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        self.flush(&[]);
        if std::mem::take(&mut self.in_group) {
            self.items.push(AddressItem::GroupEnd);
        }
        after
    }

    fn flush<'a>(&mut self, after: &'a [u8]) -> &'a [u8] {
        let one = std::mem::take(&mut self.one);
        if let Some(item) = one.item() {
            self.items.push(item);
        }
        after
    }
}

impl One {
    fn item(self) -> Option<AddressItem> {
        let comment = Some(self.comment.trim_ascii().to_vec()).filter(|text| !text.is_empty());
        if let Some(angle) = self.angle {
            let name = Some(self.phrase)
                .filter(|name| !name.is_empty())
                .or(comment);
            let (route, address) = split_route(&angle);
            let (local, domain) = split_address(address);
            return Some(mailbox(name, route, local, domain));
        }
        if self.phrase.is_empty() {
            return None;
        }
        let Some(at) = self.at_sign else {
            return Some(mailbox(comment, None, self.phrase, Vec::new()));
        };
        // `Taro Tanaka taro@example.jp`: the last word is the address.
        let start = if self.word <= at { self.word } else { 0 };
        let before = self.phrase.get(..start).unwrap_or_default().trim_ascii();
        let name = Some(before.to_vec())
            .filter(|name| !name.is_empty())
            .or(comment);
        let local = self.phrase.get(start..at).unwrap_or_default().to_vec();
        let domain = self.phrase.get(at + 1..).unwrap_or_default().to_vec();
        Some(mailbox(name, None, local, domain))
    }
}

fn mailbox(
    name: Option<Vec<u8>>,
    route: Option<Vec<u8>>,
    local: Vec<u8>,
    domain: Vec<u8>,
) -> AddressItem {
    AddressItem::Mailbox {
        name,
        route,
        local,
        domain,
    }
}

/// Calls `take` for each byte of a quoted string; gives what follows it, or `None` when it never ends.
fn quoted(after: &[u8], mut take: impl FnMut(u8)) -> Option<&[u8]> {
    let mut at = 0;
    // First look for the end, so that an open quote costs nothing but this walk.
    while let Some(found) = memchr::memchr2(b'"', b'\\', after.get(at..)?) {
        at += found;
        if after.get(at) == Some(&b'"') {
            break;
        }
        at += 2;
    }
    let inner = after.get(..at).filter(|_| after.get(at) == Some(&b'"'))?;
    let mut escaped = false;
    for &byte in inner {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'\r' | b'\n' => {}
            _ => {
                take(byte);
                escaped = false;
            }
        }
    }
    after.get(at + 1..)
}

/// A comment, nested ones too (RFC 5322 §3.2.2); its text is the name in old mails.
fn comment<'a>(after: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    let (mut depth, mut escaped) = (1usize, false);
    for (at, &byte) in after.iter().enumerate() {
        match byte {
            _ if escaped => {
                text.push(byte);
                escaped = false;
            }
            b'\\' => escaped = true,
            b'(' if depth < COMMENT_DEPTH_MAX => {
                depth += 1;
                text.push(byte);
            }
            b')' if depth == 1 => return after.get(at + 1..).unwrap_or_default(),
            b')' => {
                depth -= 1;
                text.push(byte);
            }
            b'\r' | b'\n' => {}
            _ => text.push(byte),
        }
    }
    &[]
}

/// The closing bracket outside quotes.
fn angle_end(after: &[u8], quote_open: &mut bool) -> Option<usize> {
    if *quote_open {
        return memchr::memchr(b'>', after);
    }
    let (mut in_quotes, mut escaped) = (false, false);
    for (at, &byte) in after.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_quotes => escaped = true,
            b'"' => in_quotes = !in_quotes,
            b'>' if !in_quotes => return Some(at),
            _ => {}
        }
    }
    *quote_open = true;
    memchr::memchr(b'>', after)
}

/// `@a,@b:user@host` (RFC 5322 §4.4): the route is told apart.
fn split_route(angle: &[u8]) -> (Option<Vec<u8>>, &[u8]) {
    let angle = angle.trim_ascii();
    match memchr::memchr(b':', angle) {
        Some(end) if angle.first() == Some(&b'@') => {
            let route = angle.get(..end).map(<[u8]>::to_vec);
            (route, angle.get(end + 1..).unwrap_or_default())
        }
        _ => (None, angle),
    }
}

/// Local part and domain at the last `@` outside quotes, without blanks, comments and quotes.
fn split_address(address: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut bare = One::default();
    let mut rest = address;
    let mut ignored = Vec::new();
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'"' => quoted(after, |byte| bare.phrase.push(byte)).unwrap_or(after),
            b'(' => comment(after, &mut ignored),
            _ if byte.is_ascii_whitespace() => after,
            _ => {
                bare.push(byte);
                after
            }
        };
    }
    match bare.at_sign {
        Some(at) => {
            let domain = bare.phrase.get(at + 1..).unwrap_or_default().to_vec();
            bare.phrase.truncate(at);
            (bare.phrase, domain)
        }
        None => (bare.phrase, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Vec<(Option<String>, String)> {
        parse_addresses(value.as_bytes())
            .iter()
            .filter_map(AddressItem::mailbox)
            .map(|mailbox| (mailbox.name, mailbox.address))
            .collect()
    }

    fn named(name: &str, address: &str) -> (Option<String>, String) {
        (
            Some(name)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            address.to_owned(),
        )
    }

    #[test]
    fn lists() {
        for (value, want) in [
            ("a@b.jp", vec![named("", "a@b.jp")]),
            (
                "A <a@b>, \"C, D\" <c@d>",
                vec![named("A", "a@b"), named("C, D", "c@d")],
            ),
            ("a@b (Taro (x))", vec![named("Taro (x)", "a@b")]),
            (
                "team: a@b, c@d;, e@f",
                vec![named("", "a@b"), named("", "c@d"), named("", "e@f")],
            ),
            ("undisclosed-recipients:;", vec![]),
            ("=?utf-8?B?5Lya6K2w?= <a@b>", vec![named("会議", "a@b")]),
            ("\"=?utf-8?B?5Lya6K2w?=\" <a@b>", vec![named("会議", "a@b")]),
            ("x@y.jp <real@z.jp>", vec![named("x@y.jp", "real@z.jp")]),
            ("<@r1,@r2:a@b>", vec![named("", "a@b")]),
            ("a @ b . jp", vec![named("", "a@b.jp")]),
            ("\"a b\"@c", vec![named("", "\"a b\"@c")]),
            ("Taro Tanaka t@x.jp", vec![named("Taro Tanaka", "t@x.jp")]),
            ("a@b; c@d", vec![named("", "a@b"), named("", "c@d")]),
            (
                "A <a@b> B <c@d>",
                vec![named("A", "a@b"), named("B", "c@d")],
            ),
            ("A <a@b", vec![named("A", "a@b")]),
            ("root", vec![named("", "root")]),
            ("\"open <a@b>", vec![named("\"open", "a@b")]),
        ] {
            assert_eq!(read(value), want, "{value}");
        }
    }

    #[test]
    fn groups_are_marked() {
        let items = parse_addresses(b"team: a@b;");
        assert_eq!(
            items.first(),
            Some(&AddressItem::GroupStart(b"team".to_vec()))
        );
        assert_eq!(items.last(), Some(&AddressItem::GroupEnd));
    }
}
