//! The domains that From shows (RFC 5322 §3.6.2, RFC 7489 §6.6.1).

use crate::domain;
use crate::limits::{FROM_BYTES_MAX, FROM_DOMAINS_MAX};
use crate::message::RawMail;

/// The domains of all addresses in all From fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FromDomains {
    /// Each once, in A-labels, in order of appearance.
    pub(crate) domains: Vec<String>,
    /// How many From fields there are; RFC 5322 §3.6 allows one.
    pub(crate) fields: usize,
    /// There are more domains than we look at, or an address has no domain we can read.
    pub(crate) unreadable: bool,
}

impl FromDomains {
    pub(crate) fn read(mail: &RawMail<'_>) -> Self {
        let mut found = Self {
            fields: mail.positions("from").len(),
            ..Self::default()
        };
        let mut bytes_left = FROM_BYTES_MAX;
        for field in mail.named("from") {
            found.unreadable |= field.value.len() > bytes_left;
            let value = field.value.get(..bytes_left).unwrap_or(field.value);
            bytes_left -= value.len();
            for address in addresses(&String::from_utf8_lossy(value)) {
                found.add(&address);
            }
        }
        found
    }

    fn add(&mut self, address: &str) {
        let domain = address
            .rsplit_once('@')
            .and_then(|(_, domain)| domain::normal(domain))
            .filter(|domain| domain::is_host_like(domain));
        match domain {
            Some(domain) if self.domains.contains(&domain) => {}
            Some(domain) if self.domains.len() < FROM_DOMAINS_MAX => self.domains.push(domain),
            _ => self.unreadable = true,
        }
    }
}

/// The addresses of a mailbox list, without blanks and comments, in a reading that misses none:
/// all that stands in angle brackets, and each list item with `@` that has no brackets.
fn addresses(value: &str) -> Vec<String> {
    let mut reader = Reader::default();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if reader.quoted || reader.comment_depth > 0 => {
                reader.text('_');
                letters.next();
            }
            '"' if reader.comment_depth == 0 => reader.quoted = !reader.quoted,
            // What is quoted is a local part or a name; none of its letters may be taken for
            // structure.
            _ if reader.quoted => reader.text('_'),
            '(' => reader.comment_depth += 1,
            ')' => reader.comment_depth = reader.comment_depth.saturating_sub(1),
            _ if reader.comment_depth > 0 => {}
            '<' => reader.open(),
            '>' => reader.close(),
            ',' | ';' if !reader.in_brackets => reader.end_item(),
            // A group name, or a route inside brackets (RFC 5322 §4.4).
            ':' => reader.item.clear(),
            _ if letter.is_whitespace() => {}
            _ => reader.text(letter),
        }
    }
    reader.close();
    reader.end_item();
    reader.found
}

#[derive(Default)]
struct Reader {
    found: Vec<String>,
    item: String,
    quoted: bool,
    comment_depth: usize,
    in_brackets: bool,
    /// This list item had brackets, so what stands outside them is a name.
    had_brackets: bool,
}

impl Reader {
    fn text(&mut self, letter: char) {
        if self.comment_depth == 0 {
            self.item.push(letter);
        }
    }

    fn open(&mut self) {
        self.item.clear();
        self.in_brackets = true;
        self.had_brackets = true;
    }

    fn close(&mut self) {
        if self.in_brackets {
            self.found.push(std::mem::take(&mut self.item));
            self.in_brackets = false;
        }
    }

    fn end_item(&mut self) {
        let item = std::mem::take(&mut self.item);
        if !self.had_brackets && item.contains('@') {
            self.found.push(item);
        }
        self.had_brackets = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_of_from() {
        for (from, want) in [
            ("a@Example.JP", "example.jp"),
            ("山田 <a@例え.jp>", "xn--r8jz45g.jp"),
            ("\"boss@good.example\" <a@evil.example>", "evil.example"),
            ("boss@good.example <a@evil.example>", "evil.example"),
            ("(c@no.example (x)) a @ (b) b.example", "b.example"),
            ("\"a@b\\\"c\"@d.example", "d.example"),
            ("<a@b.example> <c@d.example>", "b.example d.example"),
            ("Doe, John <a@b.example>", "b.example"),
            (
                "a@b.example, c@d.example, e@b.example",
                "b.example d.example",
            ),
            (
                "group: a@b.example, <@route.example:c@d.example>;",
                "b.example d.example",
            ),
            ("<a@b.example", "b.example"),
            ("", ""),
            ("nobody", ""),
        ] {
            let raw = format!("From: {from}\r\n\r\n");
            let found = FromDomains::read(&RawMail::new(raw.as_bytes()));
            assert_eq!(found.domains.join(" "), want, "{from}");
            assert!(!found.unreadable, "{from}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for from in ["<>", "<a@[192.0.2.1]>", "a@b..c", "<a@b.example>, <x>"] {
            let raw = format!("From: {from}\r\n\r\n");
            assert!(
                FromDomains::read(&RawMail::new(raw.as_bytes())).unreadable,
                "{from}"
            );
        }
    }
}
