use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use crate::limits::{DOMAIN_BYTES_MAX, DOMAIN_INPUT_BYTES_MAX, LABEL_BYTES_MAX};
use crate::{AddressError, text};

/// Letters, digits, hyphens (RFC 5321 §4.1.2).
///
/// Differs: `_` is taken too; hosts of real senders have it, and so have the names of TXT records.
const DENIED: AsciiDenyList = AsciiDenyList::new(true, "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~");

/// A domain name as A-labels in lower case without a final dot, or an address literal.
///
/// Literals are kept in one form each: `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Domain(String);

impl Domain {
    /// Reads a domain or an address literal (RFC 5321 §4.1.2 `Domain / address-literal`, with the
    /// U-labels of RFC 6531).
    ///
    /// # Errors
    /// Anything that is not a name: empty labels (a final dot too), bare IP addresses, overlong
    /// names, and text that Unicode would only *map* to a name.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > DOMAIN_INPUT_BYTES_MAX {
            return Err(AddressError::DomainTooLong);
        }
        if text.starts_with('[') {
            return literal(text).map(Self);
        }
        text::without_controls(text)?;
        let ascii = if is_plain(text) {
            text.to_ascii_lowercase()
        } else {
            a_labels(text)?
        };
        check_labels(&ascii)?;
        Ok(Self(ascii))
    }

    /// Reads a name as DNS writes it: a final dot is allowed.
    ///
    /// # Errors
    /// As [`Domain::parse`].
    pub fn from_dns(name: &str) -> Result<Self, AddressError> {
        Self::parse(name.strip_suffix('.').unwrap_or(name))
    }

    /// A-labels in lower case, or the literal with its brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for people: U-labels. Names of mixed scripts are shown as they are; judging them is
    /// not done here.
    pub fn to_unicode(&self) -> Cow<'_, str> {
        if self.is_literal() || !self.0.contains("xn--") {
            return Cow::Borrowed(&self.0);
        }
        Uts46::new()
            .to_unicode(self.0.as_bytes(), DENIED, Hyphens::CheckFirstLast)
            .0
    }

    /// Whether this is an address literal (RFC 5321 §4.1.3).
    pub fn is_literal(&self) -> bool {
        self.0.starts_with('[')
    }

    /// The IP address of a literal.
    pub fn literal_ip(&self) -> Option<IpAddr> {
        let inner = self.0.strip_prefix('[')?.strip_suffix(']')?;
        match inner.strip_prefix("IPv6:") {
            Some(v6) => v6.parse().ok().map(IpAddr::V6),
            None => inner.parse().ok().map(IpAddr::V4),
        }
    }

    /// The organisational domain: the registrable part by the public suffix list (RFC 7489 §3.2).
    /// A public suffix, a name of one label and a literal are their own.
    pub fn organisational(&self) -> Self {
        if self.is_literal() {
            return self.clone();
        }
        // The list is kept in U-labels; the answer is cut out of ours, so that it stays A-labels.
        let unicode = self.to_unicode();
        let Some(found) = psl::domain_str(&unicode) else {
            return self.clone();
        };
        let labels = found.split('.').count();
        let start = self
            .0
            .rmatch_indices('.')
            .nth(labels.saturating_sub(1))
            .map_or(0, |(at, _)| at + 1);
        Self(self.0.get(start..).unwrap_or(&self.0).to_owned())
    }

    /// Whether this is `other` or a name below it. A literal is within itself only.
    pub fn is_within(&self, other: &Domain) -> bool {
        match self.0.strip_suffix(other.as_str()) {
            Some("") => true,
            Some(front) => front.ends_with('.') && !other.is_literal(),
            None => false,
        }
    }

    /// The name above this one, if it has one: `example.jp` for `hanko.example.jp`.
    pub fn parent(&self) -> Option<Self> {
        if self.is_literal() {
            return None;
        }
        self.0
            .split_once('.')
            .map(|(_, above)| Self(above.to_owned()))
    }
}

/// Letters, digits, hyphens and dots, and nothing that Punycode would have to check.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        && !text
            .as_bytes()
            .windows(4)
            .any(|w| w.eq_ignore_ascii_case(b"xn--"))
}

/// UTS 46 without its mapping: what goes in must be the name itself (case and composition aside).
///
/// With the mapping, `hanko.example。jp`, `ｈanko.example.jp` and `ⓗanko.example.jp` would all
/// become `hanko.example.jp`: readers differ on that, so for us they are no domain (RFC 5891 §5.3).
fn a_labels(text: &str) -> Result<String, AddressError> {
    // KELVIN SIGN lower-cases to k, and İ to i and a dot: no sign may end as an ASCII letter.
    if text
        .chars()
        .any(|c| !c.is_ascii() && c.to_lowercase().next().is_some_and(|l| l.is_ascii()))
    {
        return Err(AddressError::DomainCharacters);
    }
    let uts46 = Uts46::new();
    let ascii = uts46
        .to_ascii(
            text.as_bytes(),
            DENIED,
            Hyphens::CheckFirstLast,
            DnsLength::Ignore,
        )
        .map_err(|_| AddressError::Domain)?
        .into_owned();
    let (unicode, valid) = uts46.to_unicode(ascii.as_bytes(), DENIED, Hyphens::CheckFirstLast);
    valid.map_err(|_| AddressError::Domain)?;
    let typed = text
        .split('.')
        .map(|label| label.to_lowercase().nfc().collect::<String>());
    let mut names = unicode.split('.').zip(ascii.split('.'));
    for label in typed {
        let Some((u, a)) = names.next() else {
            return Err(AddressError::DomainCharacters);
        };
        if label != u && label != a {
            return Err(AddressError::DomainCharacters);
        }
    }
    if names.next().is_some() {
        Err(AddressError::DomainCharacters)
    } else {
        Ok(ascii)
    }
}

/// `Domain = sub-domain *("." sub-domain)`, `sub-domain = Let-dig [Ldh-str]`, on A-labels.
fn check_labels(ascii: &str) -> Result<(), AddressError> {
    if ascii.len() > DOMAIN_BYTES_MAX {
        return Err(AddressError::DomainTooLong); // RFC 5321 §4.5.3.1.2
    }
    for label in ascii.split('.') {
        if label.is_empty() || label.starts_with('-') || label.ends_with('-') {
            return Err(AddressError::Domain);
        }
        if label.len() > LABEL_BYTES_MAX {
            return Err(AddressError::DomainTooLong);
        }
    }
    let top = ascii.rsplit('.').next().unwrap_or_default();
    if top.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AddressError::BareIp); // RFC 3696 §2: no top-level domain is a number
    }
    Ok(())
}

/// `address-literal = "[" ( IPv4-address-literal / IPv6-address-literal ) "]"`, RFC 5321 §4.1.3.
///
/// `General-address-literal` is refused: no tag but `IPv6` has ever been registered.
fn literal(text: &str) -> Result<String, AddressError> {
    let inner = text
        .strip_prefix('[')
        .and_then(|t| t.strip_suffix(']'))
        .ok_or(AddressError::Literal)?;
    if let Ok(v4) = inner.parse::<Ipv4Addr>() {
        return Ok(format!("[{v4}]"));
    }
    let tag = inner.get(..5).filter(|t| t.eq_ignore_ascii_case("IPv6:"));
    let v6 = tag
        .and_then(|_| inner.get(5..))
        .and_then(|t| t.parse::<Ipv6Addr>().ok());
    v6.map(|v6| format!("[IPv6:{v6}]"))
        .ok_or(AddressError::Literal)
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Domain {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl AsRef<str> for Domain {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<IpAddr> for Domain {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(v4) => Self(format!("[{v4}]")),
            IpAddr::V6(v6) => Self(format!("[IPv6:{v6}]")),
        }
    }
}

impl Serialize for Domain {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Domain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
