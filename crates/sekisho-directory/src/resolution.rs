//! What an address leads to.

use sekisho_address::Address;
use sekisho_store::{AccountId, GroupId, Tenant};

/// Where one address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// To mailboxes here, and through groups perhaps to addresses outside.
    Ours {
        /// Whose.
        tenant: Tenant,
        /// Where to: at least one; each account and address once.
        targets: Vec<Target>,
        /// The sub-address (`user+tag`), when one was cut off.
        tag: Option<String>,
        /// What it led through.
        kind: AddressKind,
        /// Some members of a group could not be reached: unknown here, a loop, or over a limit.
        left_out: Vec<String>,
    },
    /// The domain is ours, the address is not: 550 5.1.1.
    Unknown {
        /// Whose domain.
        tenant: Tenant,
    },
    /// The domain is not ours: relaying.
    Foreign,
}

/// One place that an address leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A mailbox here.
    Mailbox {
        /// Whose.
        account: AccountId,
        /// Its primary address.
        address: Address,
    },
    /// An address elsewhere, by a group.
    Outside(Address),
}

/// What kind of address it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// An account's primary address.
    Primary,
    /// A further address of an account.
    Alias,
    /// A group.
    Group(GroupId),
    /// `postmaster` or `abuse`, which always lead to the administrators (RFC 5321 §4.5.1, RFC 2142).
    Administrators,
    /// No one's own: the domain's catch-all.
    CatchAll,
}

/// Who decides on the held mail of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approvers {
    /// The manager; without one (or with oneself as one) an administrator: never nobody.
    pub approver: AccountId,
    /// Who may decide as well after a while.
    pub deputy: Option<AccountId>,
}
