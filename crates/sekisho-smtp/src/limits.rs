//! Every bound of the sessions and its reason. What an operator may change is in [`server::Config`](crate::server::Config)
//! or [`client::Config`](crate::client::Config), with these as defaults.

use std::time::Duration;

/// Longest command line with its CRLF. RFC 5321 §4.5.3.1.4 says 512, its extensions add: DSN 600 (RFC 3461 §5),
/// SMTPUTF8 doubles addresses, AUTH 12288 of base64 (RFC 4954 §4). One bound for all is simpler to trust.
pub const COMMAND_LINE_BYTES_MAX: usize = 12_288;

/// A line over the limit is dropped up to its end and answered with 500. Past this, its writer is not an
/// SMTP client, and the session ends.
pub const COMMAND_LINE_DROPPED_BYTES_MAX: usize = 65_536;

/// How long a command line with a bare LF may wait for its CRLF. A client that ends lines by LF alone would
/// wait for our answer, and we for its CRLF, until the long time-out.
pub const BARE_LF_WAIT: Duration = Duration::from_secs(3);

/// Bytes kept while a question is open. Pipelined commands are small; beyond this the peer does not
/// wait for answers at all, and the driver should have stopped reading (`Session::wants_bytes`).
pub const PENDING_BYTES_SOFT_MAX: usize = 262_144;

/// Hard end of the same, for a driver that does not look.
pub const PENDING_BYTES_MAX: usize = 4_194_304;

/// Longest line of content. RFC 5321 §4.5.3.1.6 says 998 and real mail (HTML on one line) does not keep to it.
/// Nothing here holds a line in memory; the bound is for those who read the mail after us.
pub const TEXT_LINE_BYTES_MAX: u64 = 1_048_576;

/// RFC 5321 §4.5.3.1.6; longer lines are counted in the facts, not refused.
pub const TEXT_LINE_BYTES_STANDARD: u64 = 998;

/// Recipients of one mail. RFC 5321 §4.5.3.1.8 asks for 100 at least; large lists split at 1000.
pub const RECIPIENTS_MAX: usize = 1000;

/// Default content limit: what Exchange Online and Gmail send at most, with base64 on top.
pub const MESSAGE_BYTES_MAX: u64 = 157_286_400;

/// `Received:` lines after which a mail goes in a circle (RFC 5321 §6.3: "at least 100").
pub const RECEIVED_MAX: u32 = 100;

/// Protocol errors of one session, then 421. A sound client makes none, a person at a keyboard a few.
pub const ERRORS_MAX: u32 = 20;

/// Refused recipients of one session, then 421: a list of guessed names ends here, a mailing list with
/// a few dead addresses does not.
pub const RECIPIENT_FAILURES_MAX: u32 = 20;

/// Failed sign-ins of one session, then 421. Guessing over many sessions is the directory's to slow down.
pub const AUTH_FAILURES_MAX: u32 = 4;

/// Commands in a row that bring no mail further (NOOP, RSET, VRFY, EHLO, …), then 421.
pub const IDLE_COMMANDS_MAX: u32 = 100;

/// RFC 5321 §4.5.3.2.7: a server waits for the next command at least five minutes.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(300);

/// Pause between two pieces of content (RFC 5321 §4.5.3.2.5 gives the client three minutes a block).
pub const CONTENT_IDLE_TIMEOUT: Duration = Duration::from_secs(180);

/// All of one content: the largest mail over a line of 400 kbit/s. One byte each two minutes ends here.
pub const CONTENT_TIMEOUT: Duration = Duration::from_secs(3600);

/// The TLS handshake after STARTTLS.
pub const TLS_TIMEOUT: Duration = Duration::from_secs(60);

/// An answer of the driver to a question. Ours to keep; the peer waits ten minutes (RFC 5321 §4.5.3.2.6).
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(570);

/// Text of one reply line. RFC 5321 §4.5.3.1.5: 512 with code and CRLF.
pub const REPLY_TEXT_BYTES_MAX: usize = 480;

/// `ENVID` before decoding (RFC 3461 §4.4).
pub const ENVID_BYTES_MAX: usize = 100;

/// `ORCPT` before decoding (RFC 3461 §4.2).
pub const ORCPT_BYTES_MAX: usize = 500;

/// EHLO argument: a domain (RFC 5321 §4.5.3.1.2).
pub const HELO_BYTES_MAX: usize = 255;

/// Client: one line of a reply. Over RFC 5321's 512, since servers explain themselves at length.
pub const REMOTE_LINE_BYTES_MAX: usize = 4096;

/// Client: lines of one reply; an EHLO answer has about twenty.
pub const REMOTE_LINES_MAX: usize = 128;

/// Client: content asked for and not yet sent, so that a 50 MB mail never stands in memory.
pub const CLIENT_CONTENT_CHUNK_BYTES: usize = 65_536;

/// Client: RFC 5321 §4.5.3.2.1 and .2 (greeting, MAIL).
pub const CLIENT_REPLY_TIMEOUT: Duration = Duration::from_secs(300);

/// Client: RFC 5321 §4.5.3.2.4 (answer to DATA).
pub const CLIENT_DATA_TIMEOUT: Duration = Duration::from_secs(120);

/// Client: RFC 5321 §4.5.3.2.6 (answer to the final dot).
pub const CLIENT_FINAL_TIMEOUT: Duration = Duration::from_secs(600);

/// Client: the answer to QUIT is a courtesy, nothing hangs on it.
pub const CLIENT_QUIT_TIMEOUT: Duration = Duration::from_secs(10);

/// A DSN returns the whole mail up to this, its header above: a report need not be as heavy as the mail.
pub const DSN_ORIGINAL_BYTES_MAX: usize = 262_144;

/// Header section returned in a DSN.
pub const DSN_HEADER_BYTES_MAX: usize = 65_536;

/// Recipients read from a report that came in: no mail of ours has more.
pub const DSN_READ_RECIPIENTS_MAX: usize = RECIPIENTS_MAX;

const _: () = assert!(COMMAND_LINE_BYTES_MAX >= 12_288); // RFC 4954 §4
const _: () = assert!(RECIPIENTS_MAX >= 100); // RFC 5321 §4.5.3.1.8
const _: () = assert!(RECEIVED_MAX >= 100); // RFC 5321 §6.3
const _: () = assert!(COMMAND_TIMEOUT.as_secs() >= 300); // RFC 5321 §4.5.3.2.7
const _: () = assert!(ANSWER_TIMEOUT.as_secs() < CLIENT_FINAL_TIMEOUT.as_secs());
const _: () = assert!(PENDING_BYTES_SOFT_MAX > COMMAND_LINE_BYTES_MAX);
