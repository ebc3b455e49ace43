//! What a session is told at its start.

use crate::limits;

/// Settings that all sessions of a listener share.
#[derive(Clone, Debug)]
pub struct Config {
    /// Shown in the greeting.
    pub host_name: String,
    /// STARTTLS can be had (the plain-text port with a certificate).
    pub starttls: bool,
    /// Sign-in without TLS. Only for tests and for a listener on loopback behind a TLS proxy:
    /// else LOGINDISABLED is shown (RFC 9051 §6.2.3).
    pub sign_in_without_tls_allowed: bool,
    /// The largest message that APPEND takes, told as APPENDLIMIT (RFC 7889).
    pub message_bytes_max: u64,
    /// Zone in which internal dates are shown and days are counted in SEARCH, seconds east.
    pub utc_offset_s: i32,
}

impl Config {
    /// Safe settings: no sign-in without TLS, 50 MiB messages, the zone of Japan.
    pub fn new(host_name: impl Into<String>) -> Self {
        Self {
            host_name: host_name.into(),
            starttls: true,
            sign_in_without_tls_allowed: false,
            message_bytes_max: 50 * 1024 * 1024,
            utc_offset_s: 9 * 3600,
        }
    }

    /// The largest literal that is read only to be dropped.
    pub(crate) fn discard_bytes_max(&self) -> u64 {
        self.message_bytes_max
            .saturating_mul(limits::DISCARD_FACTOR_MAX)
    }
}
