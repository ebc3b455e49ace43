//! Every bound of this crate and its reason. A peer that passes one is told so, or cut off.

use std::time::Duration;

/// One command line. RFC 2449 §4 says 255; a little more, for long names and UTF-8.
pub const LINE_BYTES_MAX: usize = 1024;
/// One SASL answer (base64): a SCRAM message is below 1 KiB, OAuth tokens below 8 KiB.
pub const SASL_LINE_BYTES_MAX: usize = 12 * 1024;
/// A longer line is read and dropped up to here, so that the client gets an `-ERR`; then cut off.
pub const LINE_DISCARD_BYTES_MAX: usize = 256 * 1024;
/// Bytes taken in while a question is open, above what one read brings. A driver that heeds
/// [`Session::wants_bytes`](crate::Session::wants_bytes) never comes near.
pub const PENDING_BYTES_MAX: usize = 512 * 1024;
/// Output waiting to be polled above which no further work is done.
pub const OUTPUT_BYTES_WAITING_MAX: usize = 256 * 1024;
/// Commands worked off between two emptyings of the output queue (pipelined batches).
pub const COMMANDS_BATCH_MAX: usize = 64;
/// One piece of a message on its way out.
pub const SEND_PIECE_BYTES: usize = 64 * 1024;
/// Commands not understood, in a row: a scanner, or a client with a bug.
pub const BAD_COMMANDS_MAX: u32 = 10;
/// Failed sign-ins on one connection. Slowing guesses down over connections is the directory's.
pub const SIGN_IN_FAILURES_MAX: u32 = 3;
/// From the connection to the end of sign-in, whatever is sent meanwhile.
pub const SIGN_IN_WITHIN: Duration = Duration::from_secs(3 * 60);
/// Silence before sign-in.
pub const IDLE_BEFORE_SIGN_IN: Duration = Duration::from_secs(60);
/// Silence after sign-in. RFC 1939 §3: at least 10 minutes; the lock is held meanwhile.
pub const IDLE_AFTER_SIGN_IN: Duration = Duration::from_secs(10 * 60);

const _: () = assert!(LINE_BYTES_MAX >= 255); // RFC 2449 §4
const _: () = assert!(IDLE_AFTER_SIGN_IN.as_secs() >= 600); // RFC 1939 §3
