//! Entries of block and allow lists, and who was told to come again.

use jiff::Timestamp;

use crate::audit::Actor;
use crate::ids::{AccountId, Tenant};

/// An entry to write. What it means is for others; here it is words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewListEntry {
    /// For one account; none: for the organisation.
    pub account: Option<AccountId>,
    /// `block` or `allow`.
    pub verb: &'static str,
    /// How it is blocked.
    pub action: Option<&'static str>,
    /// `ip`, `domain`, `sender`, `helo`, `recipient`.
    pub kind: &'static str,
    /// In its normal form: what is equal is one entry.
    pub value: String,
    /// The domain that must have authenticated.
    pub authenticated: Option<String>,
    /// For people.
    pub comment: String,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// Entries to write; one that is there already is replaced.
#[derive(Debug, Clone)]
pub struct PutListEntries {
    /// Whose.
    pub tenant: Tenant,
    /// All or none of them.
    pub entries: Vec<NewListEntry>,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

/// An entry to remove.
#[derive(Debug, Clone)]
pub struct RemoveListEntry {
    /// Whose.
    pub tenant: Tenant,
    /// Which.
    pub id: i64,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

/// A stored entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntryRow {
    /// Its number.
    pub id: i64,
    /// For one account; none: for the organisation.
    pub account: Option<AccountId>,
    /// `block` or `allow`.
    pub verb: String,
    /// How it is blocked.
    pub action: Option<String>,
    /// `ip`, `domain`, `sender`, `helo`, `recipient`.
    pub kind: String,
    /// What it fits.
    pub value: String,
    /// The domain that must have authenticated.
    pub authenticated: Option<String>,
    /// For people.
    pub comment: String,
    /// Who added it, as the audit log names them.
    pub added_by: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// A mail at the door of whom greylisting asks whether they have been here.
#[derive(Debug, Clone)]
pub struct GreylistTry {
    /// Whose.
    pub tenant: Tenant,
    /// The network of the client.
    pub client: String,
    /// Sender.
    pub sender: String,
    /// Recipient.
    pub recipient: String,
    /// When.
    pub now: Timestamp,
    /// Seconds before which coming again does not count.
    pub wait_s: u32,
    /// Seconds within which they must come again.
    pub again_within_s: u32,
    /// Seconds for which they pass afterwards; each mail begins them anew.
    pub pass_s: u32,
}

/// What greylisting answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greylisted {
    /// Come again later.
    Wait {
        /// Whether they are here for the first time.
        first: bool,
    },
    /// They have come again.
    Pass,
}
