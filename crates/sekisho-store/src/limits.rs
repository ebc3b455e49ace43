//! Every bound of the store, with its reason.

use std::time::Duration;

/// Contents up to this size go to the log; larger ones get a file of their own, so that compaction never copies them.
pub const LOG_BLOB_BYTES_MAX: usize = 1 << 20;

/// The same content is looked for from this size on: below it, a look-up on every mail costs more disk than the rare
/// twin would. A mail to many is one content at any size.
pub const DEDUPE_BYTES_MIN: u64 = 32 << 10;

/// A log segment is closed at this size: compaction rewrites at most one segment in one go (≈ 0.1 s of disk).
pub const SEGMENT_BYTES_MAX: u64 = 64 << 20;

/// Room before a spooled body for the head (Received, Authentication-Results, …), which is known only at the end.
/// The head is written into this room, right-aligned, so that 50 MB are never copied.
pub const HEAD_ROOM_BYTES: u64 = 64 << 10;

/// A head may not be longer than its room.
pub const HEAD_BYTES_MAX: usize = HEAD_ROOM_BYTES as usize;

/// Commands in one transaction: bounds what a crash or a roll-back undoes, and the wait of the first in it.
pub const BATCH_COMMANDS_MAX: usize = 512;

/// So many commands at once mean that more are under way: fewer never wait for others.
pub const BUSY_COMMANDS: usize = 8;

/// How long a busy store waits for more commands: about what a mail takes to be judged.
pub const PATIENCE: Duration = Duration::from_micros(500);

/// How often it waits for one batch, at most: 2 ms, less than a disk takes to sync.
pub const PATIENCE_TIMES: u32 = 4;

/// Contents appended in one batch: bounds the time of the one fsync.
pub const BATCH_BYTES_MAX: usize = 32 << 20;

/// Commands that wait for the writer before senders are held back.
pub const WAITING_COMMANDS_MAX: usize = 1024;

/// Recipients of one mail, after groups are expanded.
pub const RECIPIENTS_MAX: usize = 10_000;

/// Steps the caller gives with a new mail.
pub const STEPS_MAX: usize = 1_000;

/// Notices written together with a change of state (a bounce, a note to the sender, …).
pub const NOTICES_MAX: usize = 1_000;

/// Facts or verdict of a mail as JSON: above this they are cut by the caller, not here.
pub const JSON_BYTES_MAX: usize = 4 << 20;

/// A header text kept for lists and search (subject, from, …), in bytes; longer ones are cut at a character.
pub const HEADER_TEXT_BYTES_MAX: usize = 1_000;

/// A remote reply kept in the trace, in bytes (RFC 5321 §4.5.3.1.5 has 512 a line; replies have several).
pub const REPLY_BYTES_MAX: usize = 2_000;

/// Name of a mailbox in bytes.
pub const MAILBOX_NAME_BYTES_MAX: usize = 1_000;

/// Mailboxes of one account.
pub const MAILBOXES_MAX: usize = 10_000;

/// Keywords of one message, and bytes of each.
pub const KEYWORDS_MAX: usize = 64;
/// Bytes of one keyword.
pub const KEYWORD_BYTES_MAX: usize = 128;

/// Queue entries handed out by one claim.
pub const CLAIM_MAX: usize = 1_000;

/// Mails whose trace goes in one batch of pruning: some thousand rows, a few hundredths of a second.
pub const PRUNE_MAILS_MAX: i64 = 200;

/// Audit rows of one organisation that go in one batch of pruning.
pub const PRUNE_AUDIT_ROWS_MAX: i64 = 1_000;

/// DMARC reports that go in one transaction: a large one has 100,000 records, the usual one ten.
pub const PRUNE_DMARC_REPORTS_MAX: i64 = 20;

/// A text in a DMARC report of somebody else: four times the longest name of DNS.
pub const DMARC_TEXT_BYTES_MAX: usize = 1_000;

/// Rows of one list or search answer.
pub const ROWS_MAX: usize = 10_000;

/// Read connections. Each costs about 2 MB of page cache at most.
pub const READERS_MAX: usize = 8;

/// Change announcements kept for a slow listener; one who falls behind reads everything anew.
pub const CHANGES_WAITING_MAX: usize = 1_024;

/// Bytes of one setting (a policy as text, a key, …).
pub const SETTING_BYTES_MAX: usize = 4 << 20;

/// Bytes of a comment on a decision.
pub const COMMENT_BYTES_MAX: usize = 4_000;

const _: () = assert!(RECIPIENTS_MAX >= 100); // RFC 5321 §4.5.3.1.8
const _: () = assert!(LOG_BLOB_BYTES_MAX as u64 * 2 < SEGMENT_BYTES_MAX);
const _: () = assert!(BATCH_BYTES_MAX as u64 + LOG_BLOB_BYTES_MAX as u64 <= SEGMENT_BYTES_MAX);

/// Entries of block and allow lists of one organisation: public lists that people import have tens of thousands.
pub const LIST_ENTRIES_MAX: usize = 200_000;

/// Old greylisting rows removed with each new one: more than one, so that a flood goes away again.
pub const GREYLIST_CLEARED_AT_ONCE: i64 = 4;
