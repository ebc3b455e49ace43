//! Named lists of a policy: competitors, partners, project names.

use std::collections::HashSet;

use sekisho_address::Address;

use crate::AddressPattern;

/// A list with a name, for several rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Unique among the lists of its policy.
    pub name: String,
    /// For administrators.
    pub comment: String,
    /// What is in it.
    pub values: ListValues,
}

/// What a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListValues {
    /// Addresses and domains.
    Addresses(Vec<AddressPattern>),
    /// Words, found as those of a [`TextPattern`](crate::TextPattern).
    Words(Vec<String>),
}

/// Address patterns made ready for asking: as quick for five thousand as for five.
#[derive(Debug, Clone, Default)]
pub(crate) struct AddressSet {
    addresses: HashSet<String>,
    domains: HashSet<String>,
    within: HashSet<String>,
}

impl AddressSet {
    pub(crate) fn of(patterns: &[AddressPattern]) -> Self {
        let mut set = Self::default();
        for pattern in patterns {
            match pattern {
                AddressPattern::Address(address) => set.addresses.insert(address.key()),
                AddressPattern::Domain(domain) => set.domains.insert(domain.as_str().to_owned()),
                AddressPattern::Within(domain) => set.within.insert(domain.as_str().to_owned()),
            };
        }
        set
    }

    pub(crate) fn has(&self, address: &Address) -> bool {
        let domain = address.domain();
        if self.domains.contains(domain.as_str()) || self.addresses.contains(&address.key()) {
            return true;
        }
        let mut above = Some(domain.clone());
        while let Some(domain) = above.filter(|_| !self.within.is_empty()) {
            if self.within.contains(domain.as_str()) {
                return true;
            }
            above = domain.parent();
        }
        false
    }
}

impl List {
    /// Its addresses; none for words.
    pub fn addresses(&self) -> &[AddressPattern] {
        match &self.values {
            ListValues::Addresses(addresses) => addresses,
            ListValues::Words(_) => &[],
        }
    }

    /// Its words; none for addresses.
    pub fn words(&self) -> &[String] {
        match &self.values {
            ListValues::Words(words) => words,
            ListValues::Addresses(_) => &[],
        }
    }
}
