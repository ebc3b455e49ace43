//! Every bound of this crate and its reason. A peer that passes one is told so, or cut off.

use std::time::Duration;

/// One command line without its literals. RFC 9051 §4 asks for 8,192 at least; clients that list
/// UIDs one by one (`UID FETCH 1,3,7,…`) send far longer ones.
pub const LINE_BYTES_MAX: usize = 64 * 1024;
/// A line longer than [`LINE_BYTES_MAX`] is read and dropped up to here, so that the client gets
/// a `BAD` it can understand; an endless one is cut off.
pub const LINE_DISCARD_BYTES_MAX: usize = 1024 * 1024;
/// One command with all its literals (an APPEND's message not counted: that is streamed).
pub const COMMAND_BYTES_MAX: usize = 128 * 1024;
/// The same before sign-in: nobody known may make us hold more than this. A user name and a
/// password fit many times.
pub const COMMAND_BYTES_BEFORE_SIGN_IN_MAX: usize = 8 * 1024;
/// Literals in one command: SEARCH with a few strings needs ten.
pub const LITERALS_MAX: usize = 64;
/// One SASL answer (base64). A SCRAM message with channel binding is below 1 KiB; OAuth tokens,
/// which may come later, are below 8 KiB.
pub const SASL_LINE_BYTES_MAX: usize = 12 * 1024;
/// Bytes taken in while a question is open, above what one read brings. A driver that heeds
/// [`Session::wants_bytes`](crate::Session::wants_bytes) never comes near.
pub const PENDING_BYTES_MAX: usize = 512 * 1024;
/// Output waiting to be polled above which no further work is begun: memory stays flat however
/// much was asked in one command or one batch. (Only EXPUNGE lines, 15 octets a message, come
/// all at once: message numbers change with each.)
pub const OUTPUT_BYTES_WAITING_MAX: usize = 256 * 1024;
/// Commands worked off between two emptyings of the output queue (pipelined batches).
pub const COMMANDS_BATCH_MAX: usize = 64;
/// Literals that are read only to be dropped (`LITERAL+` leaves no other way but to hang up,
/// RFC 7888 §4) are read up to this many times the message limit.
pub const DISCARD_FACTOR_MAX: u64 = 2;

/// Brackets within brackets in SEARCH and lists. Clients need three; the reader is recursive.
pub const NESTING_MAX: usize = 32;
/// Keys in one SEARCH: each may cost a pass over a message.
pub const SEARCH_KEYS_MAX: usize = 256;
/// Ranges in one sequence set: what fits a line (`1,3,5,…`).
pub const SET_RANGES_MAX: usize = 32 * 1024;
/// Data items in one FETCH. Outlook asks for nine.
pub const FETCH_ITEMS_MAX: usize = 64;
/// Header names in one `HEADER.FIELDS`.
pub const HEADER_FIELDS_MAX: usize = 128;
/// Numbers in a part path `1.2.3…`; deeper trees are not built.
pub const PART_PATH_DEPTH_MAX: usize = 32;
/// Patterns in one extended LIST.
pub const LIST_PATTERNS_MAX: usize = 16;
/// Pairs in an ID command (RFC 2971 §3.3 says 30).
pub const ID_PAIRS_MAX: usize = 30;

/// A mailbox name, as UTF-8, all levels. The store's key column.
pub const MAILBOX_NAME_BYTES_MAX: usize = 1024;
/// Levels in a mailbox name.
pub const MAILBOX_LEVELS_MAX: usize = 32;
/// One keyword. Thunderbird's tags are below 30.
pub const KEYWORD_BYTES_MAX: usize = 100;
/// Keywords on one message.
pub const KEYWORDS_MAX: usize = 64;
/// Keywords named in the FLAGS answer to SELECT; a mailbox with more still works.
pub const KEYWORDS_LISTED_MAX: usize = 256;

/// Messages asked for at a time from the store's list columns (two to four KiB each).
pub const COLUMNS_BATCH: usize = 100;
/// Messages shown at a time where the view alone answers (60 bytes each).
pub const VIEW_BATCH: usize = 1000;
/// The cached list headers of one message. A message with more is opened instead.
pub const LIST_HEADER_BYTES_MAX: usize = 16 * 1024;
/// One address list of a cached ENVELOPE: some thousand addresses. What is beyond is left out, so
/// that a hostile message (100,000 addresses in one header) cannot make each listing slow; the
/// header itself has them all.
pub const ENVELOPE_LIST_BYTES_MAX: usize = 64 * 1024;
/// One other text of an ENVELOPE or BODYSTRUCTURE (subject, parameter value); cut there.
pub const ENVELOPE_TEXT_BYTES_MAX: usize = 8 * 1024;
/// A cached BODYSTRUCTURE: about a thousand parts. Parts beyond are left out.
pub const BODY_STRUCTURE_BYTES_MAX: usize = 128 * 1024;
/// Parts within parts in BODYSTRUCTURE; deeper ones are told as one file. Its writer is recursive.
pub const BODY_STRUCTURE_DEPTH_MAX: usize = 64;
/// One piece of a large message in [`Output::SendShared`](crate::Output::SendShared).
pub const SEND_PIECE_BYTES: usize = 256 * 1024;

/// Commands not understood, in a row, before sign-in: a web browser or a scanner.
pub const BAD_COMMANDS_BEFORE_SIGN_IN_MAX: u32 = 5;
/// The same after sign-in: a client with a bug, that must not loop for ever.
pub const BAD_COMMANDS_MAX: u32 = 25;
/// Failed sign-ins on one connection. Slowing guesses down over connections is the directory's.
pub const SIGN_IN_FAILURES_MAX: u32 = 3;

/// From the connection to the end of sign-in, whatever is sent meanwhile.
pub const SIGN_IN_WITHIN: Duration = Duration::from_secs(3 * 60);
/// Silence before sign-in.
pub const IDLE_BEFORE_SIGN_IN: Duration = Duration::from_secs(60);
/// Silence after sign-in. RFC 9051 §5.4: at least 30 minutes; clients renew IDLE after 29.
pub const IDLE_AFTER_SIGN_IN: Duration = Duration::from_secs(30 * 60 + 30);
/// Silence within a literal: a transfer that has stopped.
pub const IDLE_IN_LITERAL: Duration = Duration::from_secs(5 * 60);

const _: () = assert!(LINE_BYTES_MAX >= 8192); // RFC 9051 §4
const _: () = assert!(COMMAND_BYTES_MAX >= LINE_BYTES_MAX);
const _: () = assert!(COMMAND_BYTES_BEFORE_SIGN_IN_MAX < COMMAND_BYTES_MAX);
const _: () = assert!(LINE_DISCARD_BYTES_MAX > LINE_BYTES_MAX);
const _: () = assert!(IDLE_AFTER_SIGN_IN.as_secs() >= 30 * 60); // RFC 9051 §5.4
