//! Every bound of the directory, with its reason.

/// Accounts and outside addresses that one address may lead to: above it a group is a list, and needs a list's tools.
pub const TARGETS_MAX: usize = 5_000;

/// Groups visited for one address: bounds a maze of groups, which loop safety alone does not.
pub const GROUPS_VISITED_MAX: usize = 1_000;

/// Wrong passwords from one address (IPv6: one /64) before it must wait.
pub const FAILURES_PER_ADDRESS_MAX: u32 = 10;

/// Wrong passwords for one account from addresses it has not used before, before such
/// addresses must wait. Addresses that the owner has used go on.
pub const FAILURES_PER_ACCOUNT_MAX: u32 = 20;

/// Wrong passwords of one account from one address that the owner has used, before even that must wait:
/// an office behind one address has its guessers too.
pub const FAILURES_PER_KNOWN_PAIR_MAX: u32 = 30;

/// Failures are forgotten after so long without one (and without a wait).
pub const FAILURE_WINDOW_S: i64 = 600;

/// The first wait; doubled for each further failure up to `WAIT_S_MAX`.
pub const WAIT_S_MIN: i64 = 30;

/// The longest wait.
pub const WAIT_S_MAX: i64 = 900;

/// How long an address that signed in counts as the owner's.
pub const KNOWN_ADDRESS_DAYS: i64 = 60;

/// Counters kept in memory; when full, the oldest go. 100,000 are about 10 MB.
pub const COUNTERS_MAX: usize = 100_000;

/// Password checks at the same time: each takes 19 MiB for tens of milliseconds.
pub const CHECKS_AT_ONCE_MAX: usize = 4;

/// Bytes of a password: PBKDF2 and argon2 take any length, an attacker's megabyte should cost us nothing.
pub const PASSWORD_BYTES_MAX: usize = 1_000;

/// Fewest characters of a new password (NIST SP 800-63B-4 asks for 15 where it is the only factor, 8 otherwise).
pub const PASSWORD_CHARS_MIN: usize = 8;

/// argon2id memory in KiB, passes and lanes (OWASP password storage, second choice: 19 MiB, 2, 1).
pub const ARGON2_KIB: u32 = 19_456;
/// argon2id passes.
pub const ARGON2_PASSES: u32 = 2;
/// argon2id lanes.
pub const ARGON2_LANES: u32 = 1;

/// PBKDF2 rounds of SCRAM keys: the keys live beside an argon2id hash, so whoever steals the store attacks
/// these first. RFC 7677 asks for 4096 at least; more costs every SCRAM client time at each sign-in.
pub const SCRAM_ITERATIONS: u32 = 16_384;
