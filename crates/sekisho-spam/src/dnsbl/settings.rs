//! Which lists are asked, as an administrator writes it.

use std::net::Ipv4Addr;

use sekisho_address::Domain;
use serde::{Deserialize, Serialize};

use super::limits::{CODES_MAX, LISTS_MAX};

/// What a list knows about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// Addresses of clients.
    Client,
    /// Domains of senders.
    Sender,
    /// Hosts of links.
    Link,
}

/// One list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DnsList {
    /// What people and rules call it.
    pub name: String,
    /// Where it is asked.
    pub zone: String,
    /// What it knows about.
    pub about: About,
    /// Points for any return code that has no weight of its own.
    #[serde(default)]
    pub weight: f64,
    /// Return codes with weights of their own. Where there are some, other codes mean nothing.
    #[serde(default)]
    pub codes: Vec<Code>,
    /// Lets its weight count whole, even where it is enough to condemn a mail.
    #[serde(default)]
    pub decides: bool,
}

/// Return codes that mean the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// First one.
    pub from: Ipv4Addr,
    /// Last one; none: only the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Ipv4Addr>,
    /// Points, negative for lists of good senders.
    pub weight: f64,
}

/// All lists of an organisation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DnsLists {
    /// Each once.
    #[serde(default, rename = "list")]
    pub lists: Vec<DnsList>,
}

/// What cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Too many.
    #[error("at most {LISTS_MAX} lists")]
    TooMany,
    /// A list that cannot be asked.
    #[error("list `{name}`: {what}")]
    List {
        /// Which.
        name: String,
        /// What is wrong, and what to write.
        what: &'static str,
    },
}

impl DnsLists {
    /// Whether every list can be asked.
    ///
    /// # Errors
    /// The first that cannot.
    pub fn check(&self) -> Result<(), SettingsError> {
        if self.lists.len() > LISTS_MAX {
            return Err(SettingsError::TooMany);
        }
        for (at, list) in self.lists.iter().enumerate() {
            let before = self.lists.get(..at).unwrap_or_default();
            if let Some(what) = list.wrong(before) {
                let name = list.name.clone();
                return Err(SettingsError::List { name, what });
            }
        }
        Ok(())
    }
}

impl DnsList {
    fn wrong(&self, before: &[DnsList]) -> Option<&'static str> {
        let loopback = |ip: Ipv4Addr| ip.octets()[0] == 127;
        let points = |weight: f64| weight.is_finite() && weight.abs() <= 100.0;
        let sound = |code: &Code| {
            let to = code.to.unwrap_or(code.from);
            loopback(code.from) && loopback(to) && code.from <= to && points(code.weight)
        };
        if self.name.trim().is_empty() || before.iter().any(|other| other.name == self.name) {
            return Some("a name of its own is needed: name = \"…\"");
        }
        if Domain::parse(&self.zone).is_err() || !self.zone.contains('.') {
            return Some("the zone is no domain: zone = \"bl.example.org\"");
        }
        if !points(self.weight) {
            return Some("the weight is no number between -100 and 100");
        }
        if self.weight == 0.0 && self.codes.is_empty() {
            return Some("it weighs nothing: weight = 2.5, or codes with weights");
        }
        if self.codes.len() > CODES_MAX || !self.codes.iter().all(sound) {
            return Some(
                "return codes lie in 127.0.0.0/8: codes = [{ from = \"127.0.0.2\", weight = 2.5 }]",
            );
        }
        None
    }

    /// Points for a return code; none where it means nothing.
    pub(super) fn weight_of(&self, code: Ipv4Addr) -> Option<f64> {
        if self.codes.is_empty() {
            return Some(self.weight);
        }
        self.codes
            .iter()
            .find(|range| range.from <= code && code <= range.to.unwrap_or(range.from))
            .map(|range| range.weight)
    }
}
