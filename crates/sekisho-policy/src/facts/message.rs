use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Side;

/// What the header says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageFacts {
    /// Decoded.
    pub subject: String,
    /// Every address of every From header.
    pub from: Vec<HeaderMailbox>,
    /// How often each header stands, names in lower case.
    pub headers: BTreeMap<String, u32>,
    /// With its brackets.
    pub message_id: Option<String>,
    /// Octets of the whole mail.
    pub size: u64,
}

/// A mailbox of a header; its address may be no address at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeaderMailbox {
    /// Display name, decoded.
    pub name: Option<String>,
    /// As it stands.
    pub address: String,
    /// Whether its domain is one of ours.
    pub side: Side,
}
