//! Every bound of asking lists, and why.

/// What all lists together weigh at most, in tenths of a point, where none of them may decide: below the threshold
/// of junk, so that no outside source alone condemns a mail (P17).
pub const ALONE_TENTHS_MAX: i32 = 35;

/// Lists of one organisation: each costs a question a mail.
pub const LISTS_MAX: usize = 50;

/// Hosts of links that are asked about in one mail: campaigns repeat one, newsletters have a dozen.
pub const LINK_HOSTS_MAX: usize = 20;

/// Ranges of return codes of one list.
pub const CODES_MAX: usize = 100;

/// Questions in a row without an answer before a list is taken to be down. One lost packet is none of its faults.
pub const FAILURES_MAX: u32 = 10;

/// Seconds that a faulty list is left alone before it is tried again.
pub const OFF_S: i64 = 1_800;

/// Seconds between two looks at the test points of a list that works.
pub const PROBE_S: i64 = 3_600;

/// Longest name that DNS takes (RFC 1035 §2.3.4).
pub const NAME_BYTES_MAX: usize = 253;
