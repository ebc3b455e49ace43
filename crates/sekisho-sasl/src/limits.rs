//! Every bound of this crate and its reason.

/// Longest decoded message of an exchange. RFC 4954 §4 lets a line grow to 12288 bytes of base64;
/// names and passwords of people are far shorter, and nothing here is kept longer than a session.
pub const MESSAGE_BYTES_MAX: usize = 8 * 1024;

/// Longest user name or authorisation identity: an address has at most 254 bytes (RFC 5321 §4.5.3.1.3),
/// four bytes a character leaves room for UTF-8.
pub const NAME_BYTES_MAX: usize = 1024;

/// Longest password. Hashing cost grows with it, and the peer chooses it.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// Fewest PBKDF2 rounds we accept or make. RFC 7677 §4: "minimum iteration-count of 4096".
pub const ITERATIONS_MIN: u32 = 4096;

/// Most PBKDF2 rounds a client of ours works for: the server names the count, and a hostile one would
/// keep a core busy (about half a second here).
pub const ITERATIONS_MAX: u32 = 1_000_000;

const _: () = assert!(ITERATIONS_MIN >= 4096); // RFC 7677 §4
