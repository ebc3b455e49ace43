//! What is asked: the batch line as it is typed, and the request with its files read.

use std::net::IpAddr;

use jiff::Timestamp;
use sekisho_address::AddressError;
use sekisho_auth::{DmarcResult, SpfResult, ZoneError};
use sekisho_dlp::{Detectors, KeywordError};
use sekisho_policy::{Direction, Policy};
use sekisho_spam::Model;
use serde::Deserialize;

/// One line of `inspect --batch`. Whoever runs it reads the files that it names.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct BatchRequest {
    /// Given back with the answer.
    pub id: Option<serde_json::Value>,
    /// A mail file.
    pub file: Option<String>,
    /// Or a file by itself.
    pub attachment: Option<String>,
    /// The attachment's name; without it that of the file.
    pub name: Option<String>,
    /// Which checkpoint.
    pub direction: Option<Direction>,
    /// Reverse-path.
    pub mail_from: Option<String>,
    /// Recipients.
    pub rcpt_to: Vec<String>,
    /// Client.
    pub ip: Option<IpAddr>,
    /// EHLO name.
    pub helo: Option<String>,
    /// Account that signed in.
    pub auth_user: Option<String>,
    /// Gateways whose Received lines are believed: addresses and networks.
    pub trusted_hops: Vec<String>,
    /// A zone file.
    pub dns: Option<String>,
    /// A file that says what the organisation knows.
    pub org: Option<String>,
    /// A file of phrases, one a line.
    pub keywords: Option<String>,
    /// Facts taken as stated.
    pub given: Given,
    /// Passwords to try.
    pub passwords: Vec<String>,
    /// Mails of the same sender before or after.
    pub earlier: Vec<String>,
    /// When.
    pub now: Option<Timestamp>,
    /// Values whole.
    pub reveal: Option<bool>,
    /// The text with the answer.
    pub text: Option<bool>,
}

/// Facts taken as stated instead of found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Given {
    /// SPF of the reverse-path.
    pub spf: Option<SpfResult>,
    /// DMARC of the From domain.
    pub dmarc: Option<DmarcResult>,
}

impl Given {
    pub(super) fn to_auth(self) -> sekisho_auth::Given {
        sekisho_auth::Given {
            spf: self.spf,
            dmarc: self.dmarc,
        }
    }

    /// Whether anything is stated.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// What the organisation knows. Other fields of the file are for inspectors to come.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Organisation {
    /// Its domains.
    pub internal_domains: Vec<String>,
    /// People whose names are protected from imitation.
    pub vips: Vec<Vip>,
    /// Domains of those it deals with.
    pub partners: Vec<String>,
    /// Outside addresses that protected people are known to write from.
    pub known_personal: Vec<String>,
}

/// Somebody whose name is protected from imitation.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Vip {
    /// `田中 一郎`
    pub name: String,
    /// `Ichiro Tanaka`
    pub name_en: Option<String>,
    /// The true address.
    pub address: Option<String>,
    /// `経理部長`
    pub title: Option<String>,
}

/// One request with its files read.
#[derive(Debug, Clone)]
pub struct InspectRequest<'a> {
    /// Given back with the answer.
    pub id: Option<serde_json::Value>,
    /// The mail, or the file.
    pub raw: &'a [u8],
    /// `raw` is a file by itself.
    pub is_attachment: bool,
    /// Its name.
    pub name: Option<&'a str>,
    /// Which checkpoint.
    pub direction: Option<Direction>,
    /// Reverse-path, with or without angle brackets; none or empty: `<>`.
    pub mail_from: Option<&'a str>,
    /// Recipients.
    pub rcpt_to: Vec<String>,
    /// Client.
    pub ip: Option<IpAddr>,
    /// EHLO name.
    pub helo: Option<&'a str>,
    /// Account that signed in.
    pub auth_user: Option<&'a str>,
    /// Gateways whose Received lines are believed: addresses and networks.
    pub trusted_hops: Vec<String>,
    /// Zone; none: DNS does not answer.
    pub dns: Option<&'a serde_json::Value>,
    /// What the organisation knows.
    pub organisation: Organisation,
    /// Phrases, one a line; none: those of the settings.
    pub keywords: Option<&'a str>,
    /// Facts taken as stated.
    pub given: Given,
    /// Passwords to try on locked files.
    pub passwords: &'a [String],
    /// Other mails of the same sender.
    pub earlier: &'a [Vec<u8>],
    /// When it arrives.
    pub now: Timestamp,
    /// Values whole instead of masked.
    pub reveal: bool,
    /// `mail.text` in the answer.
    pub text: bool,
}

impl<'a> InspectRequest<'a> {
    /// A mail, and nothing known of it.
    pub fn mail(raw: &'a [u8]) -> Self {
        Self {
            id: None,
            raw,
            is_attachment: false,
            name: None,
            direction: None,
            mail_from: None,
            rcpt_to: Vec::new(),
            ip: None,
            helo: None,
            auth_user: None,
            trusted_hops: Vec::new(),
            dns: None,
            organisation: Organisation::default(),
            keywords: None,
            given: Given::default(),
            passwords: &[],
            earlier: &[],
            now: Timestamp::UNIX_EPOCH,
            reveal: false,
            text: false,
        }
    }

    /// A file by itself.
    pub fn attachment(raw: &'a [u8], name: Option<&'a str>) -> Self {
        Self {
            is_attachment: true,
            name,
            ..Self::mail(raw)
        }
    }
}

/// What is the same for every request.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Rules.
    pub policy: Policy,
    /// What is looked for, where a request brings no list of its own.
    pub detectors: Detectors,
    /// What the spam filter has learned.
    pub model: Option<Model>,
}

impl Settings {
    /// The standard preset and the built-in markings.
    ///
    /// # Errors
    /// When the detectors do not fit in memory.
    pub fn standard() -> Result<Self, KeywordError> {
        Ok(Self {
            policy: Policy::default(),
            detectors: Detectors::standard()?,
            model: None,
        })
    }
}

/// Why a request has no answer. It is the turn of whoever wrote it.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// An address or domain that is none.
    #[error("{field}: `{address}` is not usable: {error}")]
    Address {
        /// The field of the request.
        field: &'static str,
        /// What stands there.
        address: String,
        /// What is wrong with it.
        error: AddressError,
    },
    /// A zone that cannot be read.
    #[error("dns: {0}")]
    Zone(#[from] ZoneError),
    /// A keyword list over a limit.
    #[error("keywords: {0}")]
    Keywords(#[from] KeywordError),
    /// A trusted hop that is no address or network.
    #[error("trusted_hops: `{0}` is no address or network; write \"192.0.2.0/24\"")]
    TrustedHop(String),
    /// DNS questions without end.
    #[error("dns: more questions than any mail may ask")]
    Dns,
}
