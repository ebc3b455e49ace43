//! Macros (RFC 7208 §7).

use std::fmt::Write as _;

use crate::limits::{NAME_BYTES_MAX, SPF_EXPANSION_BYTES_MAX};

/// A text with macros, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MacroText {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Macro(Macro),
}

/// `%{` letter, transformers, delimiters `}`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Macro {
    letter: Letter,
    /// Written upper case: URL-escape what comes out.
    escape: bool,
    /// How many parts from the right are kept.
    keep: Option<usize>,
    reverse: bool,
    delimiters: String,
}

/// `macro-letter` of §7.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Letter {
    /// `s`
    Sender,
    /// `l`
    LocalPart,
    /// `o`
    SenderDomain,
    /// `d`
    Domain,
    /// `i`
    Address,
    /// `p`
    ValidatedName,
    /// `v`
    Zone,
    /// `h`
    Helo,
    /// `c`, explanations only
    ReadableAddress,
    /// `r`, explanations only
    Receiver,
    /// `t`, explanations only
    Time,
}

impl Letter {
    fn from_char(letter: char) -> Option<Self> {
        Some(match letter.to_ascii_lowercase() {
            's' => Self::Sender,
            'l' => Self::LocalPart,
            'o' => Self::SenderDomain,
            'd' => Self::Domain,
            'i' => Self::Address,
            'p' => Self::ValidatedName,
            'v' => Self::Zone,
            'h' => Self::Helo,
            'c' => Self::ReadableAddress,
            'r' => Self::Receiver,
            't' => Self::Time,
            _ => return None,
        })
    }

    fn is_for_explanations(self) -> bool {
        matches!(self, Self::ReadableAddress | Self::Receiver | Self::Time)
    }
}

/// Where a text with macros stands, which decides what may be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A name to look up: ends in a top-level label or a macro.
    Domain,
    /// An unknown modifier: only read for its form.
    Modifier,
    /// The words of `exp=`.
    Explanation,
}

impl MacroText {
    /// Reads a text; `None` is a syntax error.
    pub(super) fn parse(text: &str, place: Place) -> Option<Self> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            let (before, after) = rest.split_at_checked(at)?;
            literal.push_str(before);
            let after = after.strip_prefix('%')?;
            let mut letters = after.chars();
            match letters.next()? {
                '%' => literal.push('%'),
                '_' => literal.push(' '),
                '-' => literal.push_str("%20"),
                '{' => {
                    let (body, tail) = letters.as_str().split_once('}')?;
                    let found = Macro::parse(body)?;
                    if place == Place::Domain && found.letter.is_for_explanations() {
                        return None; // §7.2: c, r, t are for "exp" only
                    }
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    parts.push(Part::Macro(found));
                    letters = tail.chars();
                }
                _ => return None,
            }
            rest = letters.as_str();
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        let is_whole = place != Place::Domain || ends_as_domain(text, rest, &parts);
        is_whole.then_some(Self { parts })
    }

    /// Whether the text asks for the validated name, which costs look-ups.
    pub(super) fn wants(&self, letter: Letter) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Macro(each) if each.letter == letter))
    }

    /// Puts in the values.
    pub(super) fn expand(&self, value: &dyn Fn(Letter) -> String) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Macro(each) => each.expand(&value(each.letter), &mut out),
            }
            if out.len() > SPF_EXPANSION_BYTES_MAX {
                break;
            }
        }
        out
    }

    /// The same, as a name: without trailing dot, cut from the left to what DNS can hold (§7.3).
    pub(super) fn expand_name(&self, value: &dyn Fn(Letter) -> String) -> String {
        let whole = self.expand(value);
        let mut name = whole.strip_suffix('.').unwrap_or(&whole);
        while name.len() > NAME_BYTES_MAX {
            let Some((_, shorter)) = name.split_once('.') else {
                break;
            };
            name = shorter;
        }
        name.to_owned()
    }
}

/// `domain-end = ( "." toplabel [ "." ] ) / macro-expand` (§7.1). `tail` is what follows the last
/// macro.
fn ends_as_domain(text: &str, tail: &str, parts: &[Part]) -> bool {
    if text.is_empty() {
        return false;
    }
    if tail.is_empty() && !parts.is_empty() {
        return true;
    }
    let tail = tail.strip_suffix('.').unwrap_or(tail);
    let Some((_, label)) = tail.rsplit_once('.') else {
        return false;
    };
    let is_label = !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_label && !label.bytes().all(|byte| byte.is_ascii_digit())
}

impl Macro {
    fn parse(body: &str) -> Option<Self> {
        const DELIMITERS: &str = ".-+,/_=";
        let mut letters = body.chars();
        let first = letters.next()?;
        let rest = letters.as_str();
        let digits_end = rest
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, rest) = rest.split_at_checked(digits_end)?;
        let keep = match digits {
            "" => None,
            // §7.1: "DIGIT must be nonzero". One too large to hold keeps everything.
            digits => match digits.parse::<usize>() {
                Ok(0) => return None,
                Ok(count) => Some(count),
                Err(_) => None,
            },
        };
        let (reverse, delimiters) = match rest.strip_prefix(['r', 'R']) {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        if !delimiters.chars().all(|each| DELIMITERS.contains(each)) {
            return None;
        }
        Some(Self {
            letter: Letter::from_char(first)?,
            escape: first.is_ascii_uppercase(),
            keep,
            reverse,
            delimiters: if delimiters.is_empty() {
                "."
            } else {
                delimiters
            }
            .to_owned(),
        })
    }

    fn expand(&self, value: &str, out: &mut String) {
        let mut parts: Vec<&str> = value
            .split(|letter| self.delimiters.contains(letter))
            .collect();
        if self.reverse {
            parts.reverse();
        }
        let skip = self.keep.map_or(0, |keep| parts.len().saturating_sub(keep));
        let joined = parts.get(skip..).unwrap_or_default().join(".");
        if self.escape {
            url_escape(&joined, out);
        } else {
            out.push_str(&joined);
        }
    }
}

/// Everything but the unreserved characters of RFC 3986 §2.3.
fn url_escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7208 §7.4.
    #[test]
    fn examples_of_the_standard() {
        let value = |letter| match letter {
            Letter::Sender => "strong-bad@email.example.com".to_owned(),
            Letter::LocalPart => "strong-bad".to_owned(),
            Letter::Address => "192.0.2.3".to_owned(),
            Letter::Zone => "in-addr".to_owned(),
            _ => "email.example.com".to_owned(),
        };
        for (text, want) in [
            ("%{s}", "strong-bad@email.example.com"),
            ("%{o}", "email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d3}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l}", "strong-bad"),
            ("%{l-}", "strong.bad"),
            ("%{lr}", "strong-bad"),
            ("%{lr-}", "bad.strong"),
            ("%{l1r-}", "strong"),
            (
                "%{ir}.%{v}._spf.%{d2}",
                "3.2.0.192.in-addr._spf.example.com",
            ),
            ("%{S}", "strong-bad%40email.example.com"),
        ] {
            let read = MacroText::parse(text, Place::Domain).unwrap();
            assert_eq!(read.expand(&value), want, "{text}");
        }
    }

    #[test]
    fn what_is_no_macro() {
        for text in [
            "%", "%a.b", "%{", "%{x}.b", "%{d0}", "%{d*}", "%{c}.b", "foo", "a.1", "a.-b", "", "a.",
        ] {
            assert_eq!(MacroText::parse(text, Place::Domain), None, "{text:?}");
        }
        assert!(MacroText::parse("%{c} %% words", Place::Explanation).is_some());
    }
}
