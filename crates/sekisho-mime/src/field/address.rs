//! Address lists (RFC 5322 §3.4), as tolerantly as mail programs read them.

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

/// Reads an address list: the value of a From, To, Cc… field.
pub fn parse_addresses(value: &[u8]) -> Vec<AddressItem> {
    todo!("{value:?}")
}

impl AddressItem {
    /// The mailbox with its name decoded; `None` for the marks of a group.
    pub fn mailbox(&self) -> Option<Mailbox> {
        todo!()
    }
}
