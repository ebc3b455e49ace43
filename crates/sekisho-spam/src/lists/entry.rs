//! One entry of a list.

use std::fmt;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};

use super::Network;

/// What is done with what an entry fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Kept out.
    Block(Action),
    /// Let past spam rules and greylisting.
    Allow,
}

/// How something is kept out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Delivered to the Junk folder.
    Junk,
    /// Waits until somebody looks.
    Quarantine,
    /// Refused at the door, with words for the sender.
    #[default]
    Refuse,
}

/// What an entry fits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum What {
    /// The client's address.
    Network(Network),
    /// The domain of the sender (reverse-path or From), and those below it.
    Domain(Domain),
    /// The sender's address (reverse-path or From).
    Sender(Address),
    /// The client's name for itself, and names below it; lower case.
    Helo(String),
    /// Whom the mail is for.
    Recipient(Address),
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number, for removing; 0 before it is stored.
    pub id: i64,
    /// The account that it is for; none: the whole organisation.
    pub owner: Option<i64>,
    /// What is done.
    pub verb: Verb,
    /// With what.
    pub what: What,
    /// Fits only where SPF or DKIM passed for this domain or one below it; then it lifts DMARC as well.
    pub authenticated: Option<Domain>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Why it is there, for people.
    pub comment: String,
}

impl Verb {
    /// `block` or `allow`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Block(_) => "block",
            Self::Allow => "allow",
        }
    }

    /// How it keeps out.
    pub fn action(self) -> Option<Action> {
        match self {
            Self::Block(action) => Some(action),
            Self::Allow => None,
        }
    }
}

impl Action {
    /// `refuse`, `quarantine`, `junk`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Quarantine => "quarantine",
            Self::Junk => "junk",
        }
    }

    /// By its word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Refuse, Self::Quarantine, Self::Junk]
            .into_iter()
            .find(|action| action.word() == word)
    }
}

impl What {
    /// `ip:192.0.2.0/24`, `domain:example.com`, `sender:a@example.com`, `helo:mail.example.com`,
    /// `recipient:b@example.jp`; without the word in front what it looks like: an address or network, a mail
    /// address, a domain.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // An IPv6 address has colons, too.
        if let Some(network) = Network::parse(text) {
            return Some(Self::Network(network));
        }
        let known = ["ip", "domain", "sender", "helo", "recipient"];
        match text.split_once(':') {
            Some((kind, value)) if known.contains(&kind) => Self::of(kind, value.trim()),
            _ if text.contains('@') && !text.starts_with('@') => Self::of("sender", text),
            _ => Self::of("domain", text),
        }
    }

    /// By its word and value.
    pub fn of(kind: &str, value: &str) -> Option<Self> {
        match kind {
            "ip" => Network::parse(value).map(Self::Network),
            "domain" => {
                let bare = value.trim_start_matches('@');
                let bare = bare.strip_prefix("*.").unwrap_or(bare);
                let domain = Domain::parse(bare.trim_start_matches('.')).ok()?;
                // `com` would fit half of the world; an address literal is written as `ip:`.
                (domain.as_str().contains('.') && !domain.is_literal())
                    .then_some(Self::Domain(domain))
            }
            "sender" => Address::parse(value).ok().map(Self::Sender),
            "recipient" => Address::parse(value).ok().map(Self::Recipient),
            "helo" => {
                let name = value.trim_start_matches("*.").to_ascii_lowercase();
                let sound = |c: char| c.is_ascii_graphic() && !matches!(c, '#' | '=');
                (!name.is_empty() && name.len() <= 255 && name.chars().all(sound))
                    .then_some(Self::Helo(name))
            }
            _ => None,
        }
    }

    /// `ip`, `domain`, `sender`, `helo`, `recipient`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Network(_) => "ip",
            Self::Domain(_) => "domain",
            Self::Sender(_) => "sender",
            Self::Helo(_) => "helo",
            Self::Recipient(_) => "recipient",
        }
    }

    /// What stands behind the kind.
    pub fn value(&self) -> String {
        match self {
            Self::Network(network) => network.to_string(),
            Self::Domain(domain) => domain.as_str().to_owned(),
            Self::Sender(address) | Self::Recipient(address) => address.to_string(),
            Self::Helo(name) => name.clone(),
        }
    }

    /// How exactly it names what it fits: one address before a domain, a small network before a large one.
    pub(super) fn exactness(&self) -> (u8, usize) {
        match self {
            Self::Sender(_) => (4, 0),
            Self::Recipient(_) => (3, 0),
            Self::Domain(domain) => (2, domain.as_str().len()),
            // IPv4 prefixes count as those of IPv6 that are as exact.
            Self::Network(network) if network.is_ipv4() => {
                (1, 96 + usize::from(network.prefix_bits()))
            }
            Self::Network(network) => (1, usize::from(network.prefix_bits())),
            Self::Helo(name) => (0, name.len()),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.value())
    }
}
