use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::{INPUT_BYTES_MAX, PATH_BYTES_MAX};
use crate::{AddressError, Domain, local, text};

/// A mailbox address: `Mailbox = Local-part "@" ( Domain / address-literal )`, RFC 5321 §4.1.2 with
/// the UTF-8 of RFC 6531.
///
/// Equality is that of the written form. For look-ups use [`Address::key`]: the case of a local part
/// is kept, but no two of our mailboxes differ by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    local: String,
    domain: Domain,
}

impl Address {
    /// Reads `local@domain`, nothing before, between or behind.
    ///
    /// # Errors
    /// Which part is wrong, see [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > INPUT_BYTES_MAX {
            return Err(AddressError::PathTooLong);
        }
        text::without_controls(text)?;
        let (local, rest) = local::take(text)?;
        let domain = match rest.strip_prefix('@') {
            Some(domain) => Domain::parse(domain)?,
            None if rest.is_empty() => return Err(AddressError::NoAt),
            None => return Err(AddressError::LocalPart),
        };
        Self::checked(local, domain)
    }

    /// Puts an address together from a local part without quotes and a domain.
    ///
    /// # Errors
    /// Empty or overlong local parts, control characters.
    pub fn new(local: &str, domain: Domain) -> Result<Self, AddressError> {
        Self::checked(local::from_unquoted(local)?, domain)
    }

    fn checked(local: String, domain: Domain) -> Result<Self, AddressError> {
        if local.is_empty() {
            return Err(AddressError::LocalPart);
        }
        let written_bytes = local::written(&local).len() + 1 + domain.as_str().len();
        if written_bytes + 2 > PATH_BYTES_MAX {
            return Err(AddressError::PathTooLong); // RFC 5321 §4.5.3.1.3, brackets counted
        }
        Ok(Self { local, domain })
    }

    /// The local part without quotes, in its own case.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The look-up key: all in lower case. Equal keys are one mailbox.
    pub fn key(&self) -> String {
        let local: Cow<'_, str> = if self
            .local
            .bytes()
            .any(|b| b.is_ascii_uppercase() || b >= 0x80)
        {
            Cow::Owned(self.local.to_lowercase())
        } else {
            Cow::Borrowed(&self.local)
        };
        format!("{}@{}", local::written(&local), self.domain)
    }

    /// Cuts a sub-address off (RFC 5233): `user+tag` gives `("user", Some("tag"))`. A local part
    /// that begins with the separator has no tag.
    pub fn split_tag(&self, separator: char) -> (&str, Option<&str>) {
        match self.local.split_once(separator) {
            Some((base, tag)) if !base.is_empty() => (base, Some(tag)),
            _ => (&self.local, None),
        }
    }

    /// The same mailbox without its sub-address.
    pub fn without_tag(&self, separator: char) -> Self {
        Self {
            local: self.split_tag(separator).0.to_owned(),
            domain: self.domain.clone(),
        }
    }

    /// Whether it can be sent without SMTPUTF8 (RFC 6531): domains always can, as A-labels.
    pub fn is_ascii(&self) -> bool {
        self.local.is_ascii()
    }

    /// Whether the local part holds another route (`user%other@us`, `other!user@us`,
    /// `"user@other"@us`): never to be followed (RFC 5321 §7.9, an open relay by the back door).
    pub fn hides_a_route(&self) -> bool {
        self.local.contains(['%', '!', '@', ':'])
    }

    /// The form for people: domain in its own script.
    pub fn to_unicode(&self) -> String {
        format!(
            "{}@{}",
            local::written(&self.local),
            self.domain.to_unicode()
        )
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", local::written(&self.local), self.domain)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
