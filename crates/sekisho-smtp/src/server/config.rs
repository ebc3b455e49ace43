//! What the operator and the connection decide.

use std::net::IpAddr;
use std::time::Duration;

use sekisho_sasl::Mechanism;

use crate::envelope::TlsFacts;
use crate::limits;

/// Which door this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Port 25: mail from other servers, no sign-in unless mechanisms are given.
    Mx,
    /// Ports 587 and 465: mail from users, who sign in before MAIL (RFC 6409).
    Submission,
}

/// Settings that all sessions of a listener share.
#[derive(Clone, Debug)]
pub struct Config {
    /// Our name, for the greeting (RFC 5321 §4.3.1).
    pub hostname: String,
    /// Which door.
    pub role: Role,
    /// STARTTLS is offered while the channel is not TLS.
    pub starttls: bool,
    /// Offered under TLS only (RFC 4954 §4, RFC 8314), in this order. Empty: no AUTH. The -PLUS one is left
    /// out by itself when the channel has no bindings.
    pub mechanisms: Vec<Mechanism>,
    /// `SIZE` (RFC 1870).
    pub message_bytes_max: u64,
    /// `LIMITS RCPTMAX=` (RFC 9422).
    pub recipients_max: usize,
    /// Silence before the greeting. Not zero: who speaks in it is an early talker.
    pub greet_delay: Duration,
    /// Early talkers are refused; else only noted in the envelope.
    pub refuse_early_talkers: bool,
    /// See [`limits::ERRORS_MAX`].
    pub errors_max: u32,
    /// See [`limits::RECIPIENT_FAILURES_MAX`].
    pub recipient_failures_max: u32,
    /// See [`limits::AUTH_FAILURES_MAX`].
    pub auth_failures_max: u32,
    /// See [`limits::IDLE_COMMANDS_MAX`].
    pub idle_commands_max: u32,
    /// See [`limits::COMMAND_TIMEOUT`].
    pub command_timeout: Duration,
    /// See [`limits::CONTENT_IDLE_TIMEOUT`].
    pub content_idle_timeout: Duration,
    /// See [`limits::CONTENT_TIMEOUT`].
    pub content_timeout: Duration,
}

impl Config {
    /// Port 25 with STARTTLS, no sign-in.
    pub fn mx(hostname: impl Into<String>) -> Self {
        Self {
            hostname: hostname.into(),
            role: Role::Mx,
            starttls: true,
            mechanisms: Vec::new(),
            message_bytes_max: limits::MESSAGE_BYTES_MAX,
            recipients_max: limits::RECIPIENTS_MAX,
            greet_delay: Duration::ZERO,
            refuse_early_talkers: true,
            errors_max: limits::ERRORS_MAX,
            recipient_failures_max: limits::RECIPIENT_FAILURES_MAX,
            auth_failures_max: limits::AUTH_FAILURES_MAX,
            idle_commands_max: limits::IDLE_COMMANDS_MAX,
            command_timeout: limits::COMMAND_TIMEOUT,
            content_idle_timeout: limits::CONTENT_IDLE_TIMEOUT,
            content_timeout: limits::CONTENT_TIMEOUT,
        }
    }

    /// Port 587 (or 465, when the connection starts in TLS) with all mechanisms.
    pub fn submission(hostname: impl Into<String>) -> Self {
        Self {
            role: Role::Submission,
            mechanisms: Mechanism::ALL.to_vec(),
            ..Self::mx(hostname)
        }
    }
}

/// The other end of one connection.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address.
    pub ip: IpAddr,
    /// The channel, when it was TLS from the first byte (port 465).
    pub tls: Option<TlsFacts>,
    /// 32 fresh random bytes; SCRAM nonces come from them.
    pub seed: [u8; 32],
}
