//! Every bound of the server, with its reason. Bounds of the protocols stand in their own crates.

use std::time::Duration;

/// P23: small machines are common; caches grow no further.
pub const MEMORY_BYTES_DEFAULT: u64 = 512 << 20;
/// P23: 10,000 idle clients at about 10 KB each fit the default memory several times.
pub const CONNECTIONS_MAX_DEFAULT: u32 = 10_000;
/// What a file may ask for: beyond it one process meets its file descriptors anyway.
pub const CONNECTIONS_MAX: u32 = 100_000;
/// An office behind one NAT address with several clients a person fits; a flood does not.
pub const CONNECTIONS_PER_ADDRESS_MAX_DEFAULT: u32 = 50;
/// A scraper and a person.
pub const METRICS_CONNECTIONS_MAX: u32 = 16;
/// What large hosts take today; bigger files go by link.
pub const MESSAGE_BYTES_MAX_DEFAULT: u64 = 50 << 20;
/// Long enough for a mail in the middle of DATA, shorter than systemd's 90 s.
pub const DRAIN_S_DEFAULT: u32 = 30;
/// After this, sessions are cut whatever they do.
pub const DRAIN_HARD: Duration = Duration::from_secs(2);

/// Bytes taken from a socket at once, in one buffer a thread. Lines and literals have their bounds in the sessions.
pub const READ_BYTES: usize = 64 << 10;
/// Replies wait in one buffer up to this before they are written, whatever else is pending.
pub const WRITE_BYTES_BEFORE_FLUSH: usize = 64 << 10;
/// A peer that reads nothing for so long is gone.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// A handshake takes two round trips; this lets a far and slow client through.
pub const TLS_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(20);
/// Waiting connections that the kernel keeps for us.
pub const LISTEN_BACKLOG: i32 = 1_024;
/// How long the acceptor rests when the process is out of file descriptors and no connection closes (P23).
pub const ACCEPT_REST: Duration = Duration::from_millis(200);

/// Of a mail in memory; what is beyond goes to a spool file (a 50 MB mail must cost less than 20 MB).
pub const SPOOL_MEMORY_BYTES: usize = 1 << 20;

/// One part in so many of the memory is for contents on their way; the rest is for caches, sessions and checking.
pub const SPOOL_MEMORY_SHARE: u64 = 4;

/// P21: files are looked at this often, so that a new certificate serves within 60 s.
pub const CERTIFICATE_WATCH: Duration = Duration::from_secs(20);
/// A chain or key file is a few KB; a wrong path to a huge file must not fill the memory.
pub const PEM_BYTES_MAX: u64 = 1 << 20;

/// Answers of one DNS question that are looked at; a zone with more is broken or hostile.
pub const DNS_RECORDS_MAX: usize = 64;
/// Bytes of one TXT record: the longest DKIM keys (RSA-4096) stay below 1 KB; SPF below 2 KB.
pub const DNS_TXT_BYTES_MAX: usize = 8 << 10;
/// Cached answers, at roughly 300 bytes each.
pub const DNS_CACHE_ENTRIES: u64 = 20_000;
/// How long a mail waits for all its DNS facts together; later counts as a temporary failure.
pub const DNS_FACTS_TIMEOUT: Duration = Duration::from_secs(15);
/// Rounds of questions for one mail: SPF allows 10 look-ups (RFC 7208 §4.6.4), DKIM and DMARC add a few.
pub const DNS_ROUNDS_MAX: usize = 24;

/// Mails up to this size are parsed where they arrive: moving them to the pool costs more than it saves.
pub const INLINE_JUDGE_BYTES: usize = 64 << 10;

const _: () = assert!(SPOOL_MEMORY_BYTES >= INLINE_JUDGE_BYTES);
const _: () = assert!(CERTIFICATE_WATCH.as_secs() < 60); // P21

/// RFC 5321 §4.5.4.1: at least four to five days.
pub const QUEUE_LIFETIME_S: u32 = 5 * 86_400;

const _: () = assert!(QUEUE_LIFETIME_S >= 4 * 86_400);
