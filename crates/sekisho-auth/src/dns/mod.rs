//! DNS without a resolver: questions, replies, and the set of replies known so far.

mod zone;

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
pub use zone::ZoneError;

/// The record types that mail asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text: SPF, DKIM keys, DMARC policies.
    Txt,
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Mail exchangers.
    Mx,
    /// Names of an address (`…in-addr.arpa`, `…ip6.arpa`).
    Ptr,
    /// Where a service is (RFC 2782): what clients look for to set themselves up (RFC 6186).
    Srv,
}

/// One DNS question. The name is lower case and has no trailing dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Query {
    /// What is asked about, in its normal form (see [`Query::new`]).
    pub name: String,
    /// Which records are asked for.
    pub kind: Kind,
}

impl Query {
    /// The question for `name`, brought to its normal form: ASCII lower case, no trailing dot.
    pub fn new(name: &str, kind: Kind) -> Self {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        Self { name, kind }
    }
}

/// One record of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// A mail exchanger and its preference (lowest first).
    Mx {
        /// Lower is tried first.
        preference: u16,
        /// Host name.
        exchange: String,
    },
    /// A name of the address asked about.
    Ptr(String),
    /// Where a service is.
    Srv {
        /// Lower is tried first.
        priority: u16,
        /// Share among those of one priority.
        weight: u16,
        /// TCP port.
        port: u16,
        /// Host name.
        target: String,
    },
    /// The character-strings of one TXT record, joined without a separator (RFC 7208 §3.3).
    Txt(Vec<u8>),
}

/// What came back for a [`Query`]. Aliases (CNAME) are followed by whoever resolves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// Records of the kind asked for, at least one.
    Records(Vec<Record>),
    /// The name exists, but has no record of this kind.
    NoData,
    /// The name does not exist (NXDOMAIN).
    NoSuchName,
    /// No answer can be had now: timeout, SERVFAIL, a refused or broken answer.
    Failed,
}

/// The questions that must be answered before a result can be given, without repeats.
///
/// As an error it means "not yet": look these up, [`Answers::insert`] the replies, call again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} DNS answers are wanted first", .0.len())]
pub struct Wanted(pub Vec<Query>);

/// All replies known so far.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    known: HashMap<Query, Reply>,
    /// A closed world knows every name: what is not in it does not exist.
    closed: bool,
}

impl Answers {
    /// Nothing known yet; every question is wanted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing exists: every question is answered with "no such name".
    pub fn closed() -> Self {
        Self {
            known: HashMap::new(),
            closed: true,
        }
    }

    /// Notes what a look-up gave. A later reply to the same question replaces the earlier one.
    pub fn insert(&mut self, query: Query, reply: Reply) {
        self.known.insert(query, reply);
    }

    /// The reply to a question, or the question as wanted.
    pub(crate) fn ask(&self, query: Query) -> Result<&Reply, Wanted> {
        self.reply(&query).ok_or_else(|| Wanted(vec![query]))
    }

    /// The reply to a question; `None` when it has not been asked yet.
    pub fn reply(&self, query: &Query) -> Option<&Reply> {
        match self.known.get(query) {
            Some(reply) => Some(reply),
            None if self.closed => Some(&Reply::NoSuchName),
            None => None,
        }
    }
}
