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
/// Room for the database to note deliveries and deletions of what is there when the disk is full for new mail.
pub const FREE_SPACE_BYTES_MIN_DEFAULT: u64 = 64 << 20;
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

/// P21: files are looked at this often, so that a new certificate serves within 60 s, also when the first look came
/// between the writing of key and chain. A look is one `stat` a file.
pub const CERTIFICATE_WATCH: Duration = Duration::from_secs(5);
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
const _: () = assert!(CERTIFICATE_WATCH.as_secs() * 2 < 60); // P21

/// RFC 5321 §4.5.4.1: at least four to five days.
pub const QUEUE_LIFETIME_S: u32 = 5 * 86_400;

const _: () = assert!(QUEUE_LIFETIME_S >= 4 * 86_400);

/// Connections out of us at once. Each costs a task, a socket and about 100 KB while a mail is on it.
pub const OUT_CONNECTIONS_MAX: usize = 200;
/// To one destination: above it large receivers answer 421, and small ones suffer.
pub const OUT_CONNECTIONS_PER_DESTINATION_MAX: usize = 10;
/// To a destination that has not answered yet: a dead one ties up no more than this.
pub const OUT_CONNECTIONS_UNPROVEN_MAX: usize = 2;
/// Mails that wait in memory for a connection to one destination; the rest stays in the store, unclaimed, so that a
/// slow destination does not fill the places of the others (P5).
pub const OUT_WAITING_PER_DESTINATION_MAX: usize = 10;
/// Recipients claimed and not yet reported on.
pub const OUT_IN_HAND_MAX: usize = 2_000;
/// Recipients claimed at once: one transaction of the store's single writer.
pub const OUT_CLAIM_MAX: usize = 200;
/// Recipients of one mail in one SMTP transaction. RFC 5321 §4.5.3.1.8: every server takes 100.
pub const OUT_RECIPIENTS_PER_TRANSACTION: usize = 100;
/// Mails over one connection: some receivers tire of longer ones.
pub const OUT_MAILS_PER_CONNECTION_MAX: usize = 100;
/// How long a connection stays open for another mail. RFC 5321 §4.5.3.2.7 lets the server wait for five minutes;
/// holding its places that long would be rude.
pub const OUT_IDLE: Duration = Duration::from_secs(3);
/// P5: what a lost worker had in hand is due again within 60 s.
pub const OUT_LEASE: Duration = Duration::from_secs(45);
/// How often leases that are still needed are made longer.
pub const OUT_LEASE_RENEWAL: Duration = Duration::from_secs(15);
/// TCP connect to one address; as Postfix has it.
pub const OUT_CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// RFC 5321 §4.5.3.2.5: three minutes for a piece of content to leave.
pub const OUT_WRITE_TIMEOUT: Duration = Duration::from_secs(180);
/// MX hosts looked at; more are a broken or hostile zone.
pub const OUT_MX_HOSTS_MAX: usize = 20;
/// Addresses tried in one attempt (Postfix tries five).
pub const OUT_ADDRESSES_PER_ATTEMPT_MAX: usize = 10;
/// Hosts that one attempt talks to when they answer 4xx: greylisting is by host, and there are backups.
pub const OUT_SESSIONS_PER_ATTEMPT_MAX: usize = 2;
/// DNS questions of one destination together.
pub const OUT_DNS_TIMEOUT: Duration = Duration::from_secs(30);
/// The first time that a destination which did not answer is left alone.
pub const OUT_DOWN_S_MIN: i64 = 45;
/// The longest: after it one mail tries again, and when that arrives, all do.
pub const OUT_DOWN_S_MAX: i64 = 900;
/// Destinations remembered as down, and recipients remembered with each.
pub const OUT_DOWN_MAX: usize = 10_000;
/// Mails whose row and signatures are kept for their next destination (about 2 KB each).
pub const OUT_RECENT_MAILS_MAX: usize = 256;
/// After this long in the queue the sender is told, once.
pub const DELAY_NOTICE_S: i64 = 4 * 3_600;
/// The longest sleep of queue and scheduler: a clock that jumps is noticed within it.
pub const SLEEP_MAX: Duration = Duration::from_secs(60);
/// The shortest, so that nothing that stays due makes a hot loop.
pub const SLEEP_MIN: Duration = Duration::from_millis(200);
/// More than a year, so that the same month of last year can be looked at (GUARDIANWALL keeps 366 days).
pub const TRACE_DAYS_DEFAULT: u32 = 400;
/// As the trace: one explains the other.
pub const AUDIT_DAYS_DEFAULT: u32 = 400;
/// A hundred years: for ever, and a date before it can still be written.
pub const RETENTION_DAYS_MAX: u32 = 36_500;
/// How often it is looked for old rows. They are days old anyway.
pub const RETENTION_LOOK: Duration = Duration::from_secs(3_600);
/// Between two batches of old rows, so that new mail always goes first.
pub const RETENTION_REST: Duration = Duration::from_millis(250);
/// Between tries when the store fails.
pub const STORE_REST: Duration = Duration::from_secs(5);
/// Holds and delayed mails taken from the store at once.
pub const HOLDS_AT_ONCE: usize = 100;
/// How often a round of the scheduler goes back for more.
pub const HOLD_PASSES_MAX: usize = 1_000;

const _: () = assert!(OUT_LEASE.as_secs() < 60); // P5
const _: () = assert!(OUT_LEASE.as_secs() >= 3 * OUT_LEASE_RENEWAL.as_secs());
const _: () = assert!(OUT_RECIPIENTS_PER_TRANSACTION >= 100); // RFC 5321 §4.5.3.1.8

/// Refused recipients noted for the trace in one burst, and each second after it: enough for every honest mistake,
/// too few for a guesser of addresses to fill the store (86,400 rows a day at the most).
pub const REFUSED_NOTES_AT_ONCE: u32 = 100;
/// See [`REFUSED_NOTES_AT_ONCE`].
pub const REFUSED_NOTES_PER_S: u32 = 1;

/// Seconds within which a greylisted client has to come again: queues of others pause for hours at most.
pub const GREYLIST_AGAIN_S: u32 = 24 * 3_600;

/// Seconds in which the mails of one source are counted.
pub const RATE_WINDOW_S: u64 = 600;

/// Sources that are counted at a time, at some 60 bytes each.
pub const RATE_SOURCES_MAX: usize = 50_000;

/// Seconds between two looks at which public lists are to be tested.
pub const DNS_LISTS_PROBE_S: u64 = 60;

/// Sessions with an antivirus engine at once: clamd scans with ten threads by default.
pub const ANTIVIRUS_CONNECTIONS_MAX: usize = 10;
/// An engine stands on this machine or beside it.
pub const ANTIVIRUS_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For one content, waiting included. Clients wait ten minutes after the content (RFC 5321 §4.5.3.2.6).
pub const ANTIVIRUS_TIMEOUT_S_DEFAULT: u32 = 60;
/// The longest that may be set; with several attachments it adds up.
pub const ANTIVIRUS_TIMEOUT_S_MAX: i64 = 300;
/// Of one content: clamd's own `StreamMaxLength` by default.
pub const ANTIVIRUS_STREAM_BYTES_DEFAULT: u64 = 100 << 20;
/// One piece of a stream.
pub const ANTIVIRUS_CHUNK_BYTES: usize = 64 << 10;
/// A reply is one line with a signature's name.
pub const ANTIVIRUS_REPLY_BYTES_MAX: usize = 4 << 10;
/// Attachments that are shown one by one; beyond, the engine sees them in the mail as a whole.
pub const ANTIVIRUS_PARTS_MAX: usize = 100;
/// Bytes of them together, as they are in memory at once.
pub const ANTIVIRUS_BYTES_MAX: usize = 16 << 20;
/// For one mail with all its attachments; the client waits for the answer meanwhile.
pub const ANTIVIRUS_MAIL_TIMEOUT: Duration = Duration::from_secs(300);
/// P5, P15: the death of an engine is known within 60 s.
pub const ANTIVIRUS_LOOK: Duration = Duration::from_secs(15);

const _: () = assert!(ANTIVIRUS_LOOK.as_secs() * 2 < 60);

/// Address space of a worker: the program itself, a file of 50 MB, and 256 MB for what is in it.
pub const CAGE_MEMORY_BYTES_MAX: u64 = 768 << 20;
/// CPU time of a worker over its life; the wall clock ends a single file much sooner.
pub const CAGE_CPU_S_MAX: u64 = 600;
/// Descriptors of a worker: its socket twice, the two outputs that lead nowhere, and a few to spare.
pub const CAGE_DESCRIPTORS_MAX: u64 = 8;
/// For one attachment, waiting for a worker included. The budget of the readers ends sooner on honest machines.
pub const CAGE_TIMEOUT: Duration = Duration::from_secs(15);
/// Files after which a worker is replaced, so that what one of them may have done to it does not last.
pub const CAGE_FILES_MAX: u32 = 500;
/// One request or answer: texts of an attachment have bounds of their own below this.
pub const CAGE_FRAME_BYTES_MAX: u64 = 256 << 20;

/// How often it is looked whether DMARC reports are due.
pub const DMARC_LOOK: Duration = Duration::from_secs(600);
/// Days that are reported on late, after a time in which the server was off or DNS silent.
pub const DMARC_DAYS_BACK: i64 = 2;
/// Seconds after midnight before the first report goes: mail of the day may still be on its way to the store.
pub const DMARC_REST_S: i64 = 900;
/// Seconds over which organisations are spread after that: four hours.
pub const DMARC_JITTER_S: i64 = 4 * 3_600;
/// Mails taken from the store at once for a report, at some 5 KB each.
pub const DMARC_MAILS_AT_ONCE: usize = 200;
/// Kinds of mail that a day's reports tell apart, at some 500 bytes each.
pub const DMARC_KINDS_MAX: usize = 100_000;
/// A record, then who agrees: two rounds, and one to spare.
pub const DMARC_DNS_ROUNDS_MAX: usize = 3;
/// The gzip file of a report of ours: common servers take mails of 10 MB, and base64 adds a third.
pub const DMARC_FILE_BYTES_MAX: usize = 7 << 20;
/// Files of one mail, and of one zip, that are read as reports; honest mails have one.
pub const DMARC_FILES_MAX: usize = 10;
