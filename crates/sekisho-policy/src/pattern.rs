//! What values are compared with: ids, addresses, networks, words.

use std::fmt;
use std::net::IpAddr;

use regex::{Regex, RegexBuilder};
use sekisho_address::{Address, Domain};

use crate::limits::REGEX_BYTES_MAX;

/// A finding's id, or the beginning of one: `dlp.my_number`, `dlp.*`, `dlp.keyword*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdPattern(String);

impl IdPattern {
    /// Reads an id of `[a-z0-9_.]` with at most one `*`, at its end.
    pub fn parse(text: &str) -> Option<Self> {
        let stem = text.strip_suffix('*').unwrap_or(text);
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.');
        (!stem.is_empty() && stem.contains('.') && stem.bytes().all(fits))
            .then(|| Self(text.to_owned()))
    }

    /// Whether every id that fits the other fits this.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        match (self.0.strip_suffix('*'), other.0.strip_suffix('*')) {
            (Some(stem), Some(other)) => other.starts_with(stem),
            (None, Some(_)) => false,
            (_, None) => self.fits(&other.0),
        }
    }

    pub(crate) fn fits(&self, id: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(stem) => id.starts_with(stem),
            None => id == self.0,
        }
    }
}

/// `user@example.jp`, `@example.jp` (that domain), `@*.example.jp` (it and all below).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressPattern {
    /// One mailbox, without regard to case.
    Address(Address),
    /// One domain.
    Domain(Domain),
    /// A domain and those below it.
    Within(Domain),
}

impl AddressPattern {
    /// Reads one of the three forms.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(domain) = text.strip_prefix("@*.") {
            return Domain::parse(domain).ok().map(Self::Within);
        }
        match text.strip_prefix('@') {
            Some(domain) => Domain::parse(domain).ok().map(Self::Domain),
            None => Address::parse(text).ok().map(Self::Address),
        }
    }

    /// Whether every address that fits the other fits this.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Address(address)) => self.fits(address),
            (Self::Domain(a), Self::Domain(b)) => a == b,
            (Self::Within(a), Self::Domain(b) | Self::Within(b)) => b.is_within(a),
            (Self::Domain(_), Self::Within(_)) | (Self::Address(_), _) => false,
        }
    }

    /// The domain that it is about.
    pub fn domain(&self) -> &Domain {
        match self {
            Self::Address(address) => address.domain(),
            Self::Domain(domain) | Self::Within(domain) => domain,
        }
    }

    pub(crate) fn fits(&self, address: &Address) -> bool {
        match self {
            Self::Address(one) => one.domain() == address.domain() && one.key() == address.key(),
            Self::Domain(domain) => address.domain() == domain,
            Self::Within(domain) => address.domain().is_within(domain),
        }
    }
}

/// `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    ip: IpAddr,
    prefix_bits: u8,
}

impl Network {
    /// Reads an address, or an address and a prefix length.
    pub fn parse(text: &str) -> Option<Self> {
        let (ip, bits) = match text.split_once('/') {
            Some((ip, bits)) => (ip.parse::<IpAddr>().ok()?, Some(bits.parse::<u8>().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let bits_max = if ip.is_ipv4() { 32 } else { 128 };
        let prefix_bits = bits.unwrap_or(bits_max);
        (prefix_bits <= bits_max).then_some(Self { ip, prefix_bits })
    }

    pub(crate) fn contains(&self, ip: IpAddr) -> bool {
        match (self.ip, ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                let shift = 32u32.saturating_sub(self.prefix_bits.into());
                (net.to_bits() ^ ip.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                let shift = 128u32.saturating_sub(self.prefix_bits.into());
                (net.to_bits() ^ ip.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.ip, self.prefix_bits)
    }
}

impl fmt::Display for IdPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for AddressPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Domain(domain) => write!(f, "@{domain}"),
            Self::Within(domain) => write!(f, "@*.{domain}"),
        }
    }
}

/// Words or a regular expression in a text.
///
/// Words are looked for as Japanese needs it: whatever their width, kana form, case and composition,
/// and across blanks and line breaks, so that `社外秘` is found in `社 外 秘`. Not only whole words: in
/// Japanese nothing stands between them. What does the looking is the
/// [`Vocabulary`](crate::Vocabulary) of the policy.
#[derive(Debug, Clone, Default)]
pub struct TextPattern {
    contains: Vec<String>,
    lists: Vec<String>,
    matches: Option<Regex>,
    count_min: u32,
    /// In the vocabulary; given by it.
    key: u64,
}

impl TextPattern {
    /// Holds when any word is contained, or the expression matches.
    ///
    /// # Errors
    /// The expression's own words, when it cannot be read or is too large.
    pub fn new(contains: Vec<String>, matches: Option<&str>) -> Result<Self, regex::Error> {
        let compile = |text| RegexBuilder::new(text).size_limit(REGEX_BYTES_MAX).build();
        let matches = matches.map(compile).transpose()?;
        Ok(Self {
            contains,
            matches,
            ..Self::default()
        })
    }

    /// The words of these lists of the policy, too.
    #[must_use]
    pub fn with_lists(self, lists: Vec<String>) -> Self {
        Self { lists, ..self }
    }

    /// Only when all of it together stands there so often.
    #[must_use]
    pub fn at_least(self, count_min: u32) -> Self {
        Self { count_min, ..self }
    }

    /// The words.
    pub fn words(&self) -> &[String] {
        &self.contains
    }

    /// Names of lists.
    pub fn lists(&self) -> &[String] {
        &self.lists
    }

    /// The expression.
    pub fn expression(&self) -> Option<&str> {
        self.matches.as_ref().map(Regex::as_str)
    }

    /// How often, at least; 0 and 1 mean once.
    pub fn count_min(&self) -> u32 {
        self.count_min
    }

    pub(crate) fn key(&self) -> u64 {
        self.key
    }

    pub(crate) fn set_key(&mut self, key: u64) {
        self.key = key;
    }

    pub(crate) fn regex(&self) -> Option<&Regex> {
        self.matches.as_ref()
    }
}

impl PartialEq for TextPattern {
    fn eq(&self, other: &Self) -> bool {
        self.contains == other.contains
            && self.lists == other.lists
            && self.count_min == other.count_min
            && self.expression() == other.expression()
    }
}
