use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::INPUT_BYTES_MAX;
use crate::{Address, AddressError, Domain};

/// Who is told when the mail cannot be delivered (RFC 5321 §4.1.1.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReversePath {
    /// `<>`: nobody; the mail is itself such a notice (RFC 5321 §4.5.5).
    #[default]
    Null,
    /// `<user@example.jp>`.
    Address(Address),
}

/// Where the mail is to go (RFC 5321 §4.1.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ForwardPath {
    /// `<postmaster>` in any case: the postmaster of the server itself (RFC 5321 §4.5.1).
    Postmaster,
    /// `<user@example.jp>`.
    Address(Address),
}

impl ReversePath {
    /// Reads `<>` or `<[source-route:]mailbox>`.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        match inside(text)? {
            "" => Ok(Self::Null),
            inner => mailbox(inner).map(Self::Address),
        }
    }

    /// The address, unless it is null.
    pub fn address(&self) -> Option<&Address> {
        match self {
            Self::Null => None,
            Self::Address(address) => Some(address),
        }
    }

    /// Whether it is `<>`.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }
}

impl ForwardPath {
    /// Reads `<postmaster>` or `<[source-route:]mailbox>`.
    ///
    /// # Errors
    /// See [`AddressError`]; `<>` is [`AddressError::NullRecipient`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        match inside(text)? {
            "" => Err(AddressError::NullRecipient),
            inner if inner.eq_ignore_ascii_case("postmaster") => Ok(Self::Postmaster),
            inner => mailbox(inner).map(Self::Address),
        }
    }

    /// The address, unless it is the bare postmaster.
    pub fn address(&self) -> Option<&Address> {
        match self {
            Self::Postmaster => None,
            Self::Address(address) => Some(address),
        }
    }

    /// Whether it is `<postmaster>`, or `postmaster` at any domain: a mailbox that must always take
    /// mail (RFC 5321 §4.5.1).
    pub fn is_postmaster(&self) -> bool {
        match self {
            Self::Postmaster => true,
            Self::Address(address) => address.local().eq_ignore_ascii_case("postmaster"),
        }
    }
}

/// Cuts the path at the start of `text` from what follows it (the ESMTP parameters).
///
/// A `>` inside a quoted local part does not end the path.
///
/// # Errors
/// [`AddressError::Brackets`] when `text` does not begin with a whole `<…>`.
pub fn split_path(text: &str) -> Result<(&str, &str), AddressError> {
    if !text.starts_with('<') {
        return Err(AddressError::Brackets);
    }
    let (mut quoted, mut escaped) = (false, false);
    for (at, b) in text.bytes().enumerate().skip(1).take(INPUT_BYTES_MAX) {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'>' if !quoted => return text.split_at_checked(at + 1).ok_or(AddressError::Brackets),
            b'<' if !quoted => return Err(AddressError::Brackets),
            _ => {}
        }
    }
    Err(if text.len() > INPUT_BYTES_MAX {
        AddressError::PathTooLong
    } else {
        AddressError::Brackets
    })
}

fn inside(text: &str) -> Result<&str, AddressError> {
    let (path, rest) = split_path(text)?;
    if !rest.is_empty() {
        return Err(AddressError::Brackets);
    }
    path.get(1..path.len() - 1).ok_or(AddressError::Brackets)
}

/// `[ A-d-l ":" ] Mailbox`. The route is checked and dropped, never followed: RFC 5321 App. F.2.
fn mailbox(inner: &str) -> Result<Address, AddressError> {
    if !inner.starts_with('@') {
        return Address::parse(inner);
    }
    // `A-d-l = At-domain *( "," At-domain )`. A literal such as `[IPv6:…]` may hold a colon.
    let mut rest = inner;
    loop {
        let hop = rest.strip_prefix('@').ok_or(AddressError::SourceRoute)?;
        let from = if hop.starts_with('[') {
            hop.find(']').unwrap_or(0)
        } else {
            0
        };
        let after = hop.get(from..).unwrap_or_default();
        let end = from + after.find([',', ':']).ok_or(AddressError::SourceRoute)?;
        let (domain, tail) = hop.split_at(end);
        Domain::parse(domain).map_err(|_| AddressError::SourceRoute)?;
        match tail.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Address::parse(tail.strip_prefix(':').unwrap_or(tail)),
        }
    }
}

impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("<>"),
            Self::Address(address) => write!(f, "<{address}>"),
        }
    }
}

impl fmt::Display for ForwardPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postmaster => f.write_str("<postmaster>"),
            Self::Address(address) => write!(f, "<{address}>"),
        }
    }
}

macro_rules! as_text {
    ($path:ty) => {
        impl FromStr for $path {
            type Err = AddressError;

            fn from_str(text: &str) -> Result<Self, AddressError> {
                Self::parse(text)
            }
        }

        impl From<Address> for $path {
            fn from(address: Address) -> Self {
                Self::Address(address)
            }
        }

        impl Serialize for $path {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $path {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = Cow::<str>::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

as_text!(ReversePath);
as_text!(ForwardPath);
