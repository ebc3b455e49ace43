//! The audit log: append-only, each row sealed to the one before by SHA-256.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::ids::{AccountId, Tenant};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person or shared mailbox that signed in.
    Account(AccountId),
    /// A part of the server: `smtp`, `queue`, `scheduler`, `retention`, …
    System(&'static str),
    /// A command line on the machine, with the name of its user.
    Console(String),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account:{id}"),
            Self::System(part) => write!(f, "system:{part}"),
            Self::Console(user) => write!(f, "console:{user}"),
        }
    }
}

/// An event that changes nothing in the store but belongs in the log (sign-in, export, reading of a mail, …).
#[derive(Debug, Clone)]
pub struct AuditEvent {
    /// Whose.
    pub tenant: Tenant,
    /// When.
    pub now: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What: `signin.failed`, `mail.read`, … (area, dot, verb).
    pub action: String,
    /// On what: an address, a mail id, ….
    pub subject: String,
    /// More, as JSON; no secrets.
    pub detail_json: String,
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// Whose.
    pub tenant: Tenant,
    /// Number within the tenant, from 1 without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who, as `account:7`, `system:smtp`, `console:root`.
    pub actor: String,
    /// What.
    pub action: String,
    /// On what.
    pub subject: String,
    /// More, as JSON.
    pub detail_json: String,
    /// SHA-256 of the row before and this one, in hex.
    pub hash: String,
}

/// What to look for. All that is given must match; the newest come first.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// By this actor.
    pub actor: Option<String>,
    /// Action, or its beginning up to a dot (`hold.`).
    pub action: Option<String>,
    /// On this.
    pub subject: Option<String>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Only rows before this number (paging).
    pub before: Option<u64>,
    /// At most so many; 0 means 100.
    pub limit: usize,
}

/// What `verify` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum AuditCheck {
    /// The chain is whole.
    Whole {
        /// Rows read.
        rows: u64,
        /// Hash of the last row in hex: note it elsewhere, and a later cut can be shown.
        head: String,
    },
    /// The first row that does not fit.
    Broken {
        /// Its number.
        seq: u64,
        /// `altered`, `missing`, or `cut` (rows at the end are gone).
        how: AuditDamage,
    },
}

/// How a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditDamage {
    /// The row's hash does not fit its content and the row before.
    Altered,
    /// The row is gone, later ones are there.
    Missing,
    /// Rows at the end are gone.
    Cut,
}

/// The action of the row that tells of pruned rows; its subject names the last of them, see `Seal::named`.
pub(crate) const PRUNED: &str = "audit.pruned";

/// Seals a row to the one before: SHA-256 of the last hash and the row in a form that reads only one way
/// (each text with its length before it).
pub(crate) fn chain_hash(
    last: &[u8; 32],
    tenant: Tenant,
    seq: i64,
    at_ms: i64,
    texts: [&str; 4],
) -> [u8; 32] {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    context.update(b"sekisho audit 1\n");
    context.update(last);
    for number in [tenant.0, seq, at_ms] {
        context.update(&number.to_be_bytes());
    }
    for text in texts {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
