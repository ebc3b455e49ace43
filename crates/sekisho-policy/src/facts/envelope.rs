use std::net::IpAddr;

use sekisho_address::{Address, ReversePath};
use serde::{Deserialize, Serialize};

/// Which checkpoint a mail passes.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From outside to us. The default: what nobody vouches for comes from outside.
    #[default]
    Inbound,
    /// From one of us, to at least one recipient outside.
    Outbound,
    /// From one of us to recipients inside only.
    Internal,
}

/// On which side of the checkpoint somebody is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// In this organisation.
    Internal,
    /// Anywhere else. The default, so that what is not known is treated with care.
    #[default]
    External,
}

/// How a mail came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Envelope {
    /// The peer.
    pub client_ip: Option<IpAddr>,
    /// The name it gave (EHLO/HELO).
    pub helo: Option<String>,
    /// `<>` or `<a@example.jp>`.
    pub reverse_path: ReversePath,
    /// The account that signed in (AUTH).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_in: Option<String>,
    /// TLS version of the connection (`TLSv1.3`); none without TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<String>,
    /// From a network that may send for us without signing in.
    pub trusted_network: bool,
}

impl Envelope {
    /// Whether somebody of ours vouches for the mail.
    pub fn is_ours(&self) -> bool {
        self.signed_in.is_some() || self.trusted_network
    }
}

/// Somebody whom a notice can reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Mail address.
    pub address: Address,
    /// Name for people: `佐藤 花子`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The sender as the directory sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sender {
    /// The signed-in person's address, else the reverse-path; none for `<>`.
    pub address: Option<Address>,
    /// Whether they are one of ours.
    pub side: Side,
    /// Name in the directory, else the display name of From.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Who approves for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<Person>,
    /// Who approves while the manager is away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<Person>,
}

/// One recipient of the envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Where it goes.
    pub address: Address,
    /// Inside or outside.
    #[serde(default)]
    pub side: Side,
    /// In which header they stand; in none: a blind copy.
    #[serde(default)]
    pub place: HeaderPlace,
}

/// In which header a recipient stands.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum HeaderPlace {
    /// `To`.
    To,
    /// `Cc`.
    Cc,
    /// In neither.
    #[default]
    Bcc,
}
