//! What an address list is made of (RFC 5322 §3.4).

use super::decode_words;

/// One mailbox: a display name and an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mailbox {
    /// The display name decoded; `None` when there is none.
    pub name: Option<String>,
    /// The address as written, without comments and blanks; may be no valid address.
    pub address: String,
}

/// One item of an address list as IMAP's ENVELOPE shows it (RFC 9051 §7.5.2): encoded words are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressItem {
    /// A mailbox.
    Mailbox {
        /// `addr-name`: the phrase, unquoted, not decoded.
        name: Option<Vec<u8>>,
        /// `addr-adl`: the source route of RFC 822.
        route: Option<Vec<u8>>,
        /// `addr-mailbox`: the local part, unquoted.
        local: Vec<u8>,
        /// `addr-host`: the domain; empty when there is none.
        domain: Vec<u8>,
    },
    /// The start of a group with its name.
    GroupStart(Vec<u8>),
    /// The end of a group.
    GroupEnd,
}

impl AddressItem {
    /// The mailbox with its name decoded; `None` for the marks of a group.
    pub fn mailbox(&self) -> Option<Mailbox> {
        let Self::Mailbox {
            name,
            local,
            domain,
            ..
        } = self
        else {
            return None;
        };
        let local = decode_words(local);
        let address = match domain.is_empty() {
            true => local,
            false => format!("{}@{}", quoted_where_needed(&local), decode_words(domain)),
        };
        let name = name
            .as_deref()
            .map(decode_words)
            .filter(|name| !name.is_empty());
        Some(Mailbox { name, address })
    }
}

/// A local part that is no dot-atom stands in quotes (RFC 5322 §3.4.1).
fn quoted_where_needed(local: &str) -> String {
    let needs = |c: char| c.is_whitespace() || "\"(),:;<>@[\\]".contains(c);
    if !local.contains(needs) && !local.is_empty() {
        return local.to_owned();
    }
    format!("\"{}\"", local.replace('\\', "\\\\").replace('"', "\\\""))
}
