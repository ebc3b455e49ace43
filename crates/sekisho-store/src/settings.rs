//! Small things by name: settings, policies as text, keys, certificates; and the sessions of the web side.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::audit::Actor;
use crate::ids::{AccountId, Tenant};

/// A setting to write. Its value never gets into the audit log, only its name and size.
#[derive(Debug, Clone)]
pub struct PutSetting {
    /// Whose.
    pub tenant: Tenant,
    /// `policy/outbound`, `dkim/hanko.example.jp/s1`, `acme/account`, … (area, slash, name).
    pub key: String,
    /// The value; `None` deletes it.
    pub value: Option<Vec<u8>>,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

/// A stored setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingRow {
    /// Name.
    pub key: String,
    /// Value.
    pub value: Vec<u8>,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// A web session to open.
#[derive(Debug, Clone)]
pub struct NewWebSession {
    /// SHA-256 of the cookie's token. The token itself is never stored.
    pub token_hash: [u8; 32],
    /// Whose organisation.
    pub tenant: Tenant,
    /// Who.
    pub account: AccountId,
    /// When.
    pub now: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// From where.
    pub client_ip: Option<IpAddr>,
    /// The browser, as it names itself.
    pub user_agent: String,
}

/// An open web session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSessionRow {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Whose organisation.
    pub tenant: Tenant,
    /// Who.
    pub account: AccountId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// From where.
    pub client_ip: Option<IpAddr>,
    /// The browser.
    pub user_agent: String,
}
