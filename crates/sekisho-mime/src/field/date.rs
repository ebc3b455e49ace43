//! The Date field (RFC 5322 §3.3, §4.3), as tolerantly as mail programs read it.

use jiff::Timestamp;
use jiff::tz::Offset;

/// A moment with the offset of the clock it was written by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailDate {
    /// The moment.
    pub timestamp: Timestamp,
    /// The offset from UTC; zero for `-0000` and unknown zones.
    pub offset: Offset,
}

/// Reads a date such as `Tue, 3 Nov 2026 09:12:00 +0900 (JST)`.
pub fn parse_date(value: &[u8]) -> Option<MailDate> {
    todo!("{value:?}")
}
