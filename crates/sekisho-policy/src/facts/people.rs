use std::collections::BTreeMap;

use sekisho_address::Address;
use serde::{Deserialize, Serialize};

/// Somebody among sender and recipients, as the directory has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFacts {
    /// The primary address; that of the envelope for members of groups who are outside.
    pub address: Address,
    /// Further addresses: whoever writes to one of them writes to this person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Address>,
    /// Addresses of the groups that they are in, groups inside groups too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Address>,
    /// `department`, `title`, `office`, …: what the organisation notes of its people.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Whose mail is held for whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<Address>,
}

impl PersonFacts {
    /// Somebody of whom only the address is known.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            aliases: Vec::new(),
            groups: Vec::new(),
            attributes: BTreeMap::new(),
            manager: None,
        }
    }

    /// Every address of theirs.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(&self.address).chain(&self.aliases)
    }

    /// Whether this is one of their addresses.
    pub fn has(&self, address: &Address) -> bool {
        self.addresses()
            .any(|own| own.domain() == address.domain() && own.key() == address.key())
    }
}

/// Somebody outside, as history knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactFacts {
    /// Who.
    pub address: Address,
    /// Whether nobody here has written to them, or heard from them, before; none: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_contact: Option<bool>,
    /// The known domain or address that this one only looks like; empty: it looks like none; none: not
    /// looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub similar_to: Option<String>,
}
