//! The record and its grammar (RFC 7208 §4.5, §4.6, §12).

use super::SpfResult;
use super::macros::{MacroText, Place};
use crate::dns::Record;
use crate::limits::SPF_RECORD_BYTES_MAX;

/// A record, read whole: an error anywhere makes all of it unusable (§4.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SpfRecord {
    pub(super) directives: Vec<Directive>,
    pub(super) redirect: Option<MacroText>,
    pub(super) explanation: Option<MacroText>,
}

/// A mechanism and the result when it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) result: SpfResult,
    pub(super) mechanism: Mechanism,
}

/// The mechanisms of §5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mechanism {
    /// Matches always.
    All,
    /// Another record says pass.
    Include(MacroText),
    /// An address of the name.
    A(Target),
    /// An address of an exchanger of the name.
    Mx(Target),
    /// A validated name of the client is the name or below it.
    Ptr(Option<MacroText>),
    /// A network, as record and bits.
    Network(Record, u32),
    /// The name has an IPv4 address.
    Exists(MacroText),
}

/// Name and prefix lengths of `a` and `mx`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) domain: Option<MacroText>,
    pub(super) v4_bits: u32,
    pub(super) v6_bits: u32,
}

/// The term that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadTerm(pub(super) String);

/// Whether a TXT record is for SPF: `v=spf1` and then a space or the end (§4.5).
pub(super) fn is_spf(txt: &[u8]) -> bool {
    match txt.split_at_checked(6) {
        Some((version, rest)) => {
            version.eq_ignore_ascii_case(b"v=spf1") && matches!(rest.first(), None | Some(b' '))
        }
        None => false,
    }
}

impl SpfRecord {
    /// Reads a record that [`is_spf`].
    pub(super) fn parse(txt: &[u8]) -> Result<Self, BadTerm> {
        // §3.1: only US-ASCII.
        let text = str::from_utf8(txt)
            .ok()
            .filter(|text| text.is_ascii() && text.len() <= SPF_RECORD_BYTES_MAX)
            .ok_or_else(|| BadTerm("the record is not ASCII, or too long".to_owned()))?;
        let mut record = Self {
            directives: Vec::new(),
            redirect: None,
            explanation: None,
        };
        // §4.6.1: terms are parted by spaces and by nothing else.
        for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
            record.add(term).ok_or_else(|| BadTerm(shown(term)))?;
        }
        Ok(record)
    }

    fn add(&mut self, term: &str) -> Option<()> {
        if !term.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let name_end = term.find([':', '/', '=']).unwrap_or(term.len());
        let (name, rest) = term.split_at_checked(name_end)?;
        match rest.strip_prefix('=') {
            Some(value) => self.add_modifier(name, value),
            None => {
                self.directives.push(directive(name, rest)?);
                Some(())
            }
        }
    }

    /// §6: `redirect` and `exp` may occur once; unknown ones are ignored when well formed.
    fn add_modifier(&mut self, name: &str, value: &str) -> Option<()> {
        let place = match name.to_ascii_lowercase().as_str() {
            "redirect" => &mut self.redirect,
            "exp" => &mut self.explanation,
            _ => {
                let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
                return (is_name && MacroText::parse(value, Place::Modifier).is_some())
                    .then_some(());
            }
        };
        if place.is_some() {
            return None;
        }
        *place = Some(MacroText::parse(value, Place::Domain)?);
        Some(())
    }
}

/// At most this much of a stranger's record is repeated in a reason.
fn shown(term: &str) -> String {
    term.chars()
        .filter(char::is_ascii_graphic)
        .take(60)
        .collect()
}

fn directive(name: &str, rest: &str) -> Option<Directive> {
    let qualifier = match name.bytes().next()? {
        b'+' => Some(SpfResult::Pass),
        b'-' => Some(SpfResult::Fail),
        b'~' => Some(SpfResult::Softfail),
        b'?' => Some(SpfResult::Neutral),
        _ => None,
    };
    let name = match qualifier {
        Some(_) => name.get(1..)?,
        None => name,
    };
    Some(Directive {
        result: qualifier.unwrap_or(SpfResult::Pass),
        mechanism: mechanism(&name.to_ascii_lowercase(), rest)?,
    })
}

fn mechanism(name: &str, rest: &str) -> Option<Mechanism> {
    let domain = || MacroText::parse(rest.strip_prefix(':')?, Place::Domain);
    Some(match name {
        "all" if rest.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(domain()?),
        "exists" => Mechanism::Exists(domain()?),
        "a" => Mechanism::A(target(rest)?),
        "mx" => Mechanism::Mx(target(rest)?),
        "ptr" if rest.is_empty() => Mechanism::Ptr(None),
        "ptr" => Mechanism::Ptr(Some(domain()?)),
        "ip4" => network(rest.strip_prefix(':')?, 32, |text| {
            text.parse().ok().map(Record::A)
        })?,
        "ip6" => network(rest.strip_prefix(':')?, 128, |text| {
            text.parse().ok().map(Record::Aaaa)
        })?,
        _ => return None,
    })
}

fn network(
    text: &str,
    bits_max: u32,
    address: impl Fn(&str) -> Option<Record>,
) -> Option<Mechanism> {
    let (text, bits) = match text.split_once('/') {
        Some((text, bits)) => (text, prefix_length(bits, bits_max)?),
        None => (text, bits_max),
    };
    Some(Mechanism::Network(address(text)?, bits))
}

/// `[ ":" domain-spec ] [ dual-cidr-length ]`; a domain-spec may have slashes of its own.
fn target(rest: &str) -> Option<Target> {
    let (rest, v6_bits) = match rest.rsplit_once("//") {
        Some((before, bits)) if is_number(bits) => (before, prefix_length(bits, 128)?),
        _ => (rest, 128),
    };
    let (rest, v4_bits) = match rest.rsplit_once('/') {
        Some((before, bits)) if is_number(bits) => (before, prefix_length(bits, 32)?),
        _ => (rest, 32),
    };
    let domain = match rest {
        "" => None,
        rest => Some(MacroText::parse(rest.strip_prefix(':')?, Place::Domain)?),
    };
    Some(Target {
        domain,
        v4_bits,
        v6_bits,
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// No leading zeros (§12 `ip4-cidr-length`).
fn prefix_length(text: &str, max: u32) -> Option<u32> {
    let well_formed = is_number(text) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|bits| well_formed && *bits <= max)
}
