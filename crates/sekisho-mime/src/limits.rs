//! Every limit of the reader, with its reason. What lies beyond a limit is left unread and the
//! message gets [`crate::AnomalyKind::LimitReached`]: it is uninspectable there, never clean.

/// Header fields read in one entity. Real mails have under 200; the field list costs 40 bytes each.
pub const FIELDS_MAX: usize = 20_000;

/// Parts in the main reading. Promise P14 asks for 10,000 parts; a part costs about 150 bytes.
pub const PARTS_MAX: usize = 20_000;

/// Nesting depth of the tree. P14 asks for 1,000 levels; the reader keeps no call stack per level.
pub const DEPTH_MAX: usize = 1_200;

/// Parts that the other readings may add. Scanners see each of them, so this bounds their work too.
pub const OTHER_PARTS_MAX: usize = 256;

/// Other readings of the structure that are tried in one message.
pub const OTHER_READINGS_MAX: usize = 24;

/// Bytes that other readings may walk, as a multiple of the message, so that many readings of a
/// large mail stay linear.
pub const OTHER_READING_FACTOR: usize = 8;

/// Bytes of nested messages that lie inside a transfer encoding (against RFC 2046 §5.2.1) and are
/// decoded while parsing, all together.
pub const EMBEDDED_BYTES_MAX: usize = 32 << 20;

/// Encoded nested messages inside encoded nested messages: each level needs a buffer of its own.
pub const EMBEDDED_DEPTH_MAX: usize = 8;

/// Addresses read from one header field. P14 asks for 100,000.
pub const ADDRESSES_MAX: usize = 200_000;

/// Parameters of one Content-Type or Content-Disposition field. Long names in RFC 2231
/// continuations take about 10 a kilobyte.
pub const PARAMS_MAX: usize = 1_000;

/// Readings of one attachment name, and of one part's bytes.
pub const NAMES_MAX: usize = 32;

/// Anomalies kept; the first ones tell enough.
pub const ANOMALIES_MAX: usize = 200;

/// Depth of nested comments in a header value (RFC 5322 §3.2.2); deeper text is taken as it is.
pub const COMMENT_DEPTH_MAX: usize = 32;

/// Bytes of a Content-Type or Content-Disposition value that are read. Long Japanese names reach 4 KB.
pub const PARAM_FIELD_BYTES_MAX: usize = 64 << 10;

/// Length of a comment in a parameter field; a longer one is taken as text, so that many open
/// parentheses do not cost a walk to the end each.
pub const COMMENT_BYTES_MAX: usize = 1_000;

/// Header fields in all entities together: bounds the field list at about 10 MB.
pub const FIELDS_TOTAL_MAX: usize = 250_000;

/// Lines looked at for delimiters of other readings.
pub const LOOSE_LINES_MAX: usize = 20_000;

/// Text of one encoded word. RFC 2047 §2 allows 75 characters in all; some programs write the whole
/// subject as one. A bound keeps a header full of open words from costing a walk to its end each.
pub const ENCODED_WORD_BYTES_MAX: usize = 16 << 10;

/// Bytes of an encoded body that a stream decodes at a time.
pub const STREAM_PIECE_BYTES: usize = 64 << 10;

/// Bytes of a part for machines (delivery status, feedback) that are read: 100 recipients at 500 bytes, and room.
pub const REPORT_PART_BYTES_MAX: usize = 256 << 10;

/// Recipients read from one report. RFC 5321 §4.5.3.1.8 lets a mail have 100; big lists are cut by all senders.
pub const REPORTED_RECIPIENTS_MAX: usize = 1_000;

/// Bytes of one field of a report: some systems quote whole conversations in Diagnostic-Code.
pub const REPORT_FIELD_BYTES_MAX: usize = 8 << 10;

/// Bytes of text in which a mail system's words are looked for; they stand at the beginning.
pub const REPORT_TEXT_BYTES_MAX: usize = 16 << 10;

/// Multiparts inside multiparts in which the parts of a report are looked for; real ones have two.
pub const REPORT_LEVELS_MAX: usize = 4;

/// Bytes of a mail without any LF that are read as a report with CR as line end.
pub const REPORT_OF_BARE_CR_BYTES_MAX: usize = 1 << 20;
