//! Every bound of a scan, and why.

/// Phrases in a keyword list. Purview allows 2,048 in a list and 50 lists.
pub const KEYWORDS_MAX: usize = 100_000;

/// Bytes of one phrase. Longer ones are sentences, which fingerprints serve better.
pub const KEYWORD_BYTES_MAX: usize = 1_024;

/// Bytes of all folded phrases up to which the automaton is a full table: at most some 4 MB.
pub const DFA_PATTERN_BYTES_MAX: usize = 8 * 1024;

/// Phrases up to which texts are searched by the first bytes of each: more of them fill the table, and most places
/// of a text would be looked at twice.
pub const HEADS_MAX: usize = 4 * 1024;

/// Hits kept from one text. A list of a million numbers needs no million findings to be stopped.
pub const HITS_MAX: usize = 10_000;

/// Bytes folded at a time: the offset map costs some 12 bytes a character, so that a text of
/// 50 MB is never folded as a whole.
pub const WINDOW_BYTES: usize = 256 * 1024;

/// Bytes that two windows share, so that nothing is lost at their edge: more than the longest
/// phrase, than the reach of context, and than a phrase with an ordinary amount of blanks in it.
pub const WINDOW_OVERLAP_BYTES: usize = 16 * 1024;

/// Bytes at an edge of a window in which nothing is believed: a number may be cut there, and the word that says what
/// it is may be missing.
pub const WINDOW_EDGE_BYTES: usize = 6 * 1024;

const _: () = assert!(WINDOW_OVERLAP_BYTES > 2 * WINDOW_EDGE_BYTES + KEYWORD_BYTES_MAX);
const _: () = assert!(WINDOW_EDGE_BYTES > 3 * CONTEXT_REACH_CHARS);
const _: () = assert!(WINDOW_OVERLAP_BYTES > 4 * KEYWORD_BYTES_MAX);
const _: () = assert!(WINDOW_BYTES > 4 * WINDOW_OVERLAP_BYTES);

/// Characters between a number and the word that says what it is. Purview looks within 300.
pub const CONTEXT_REACH_CHARS: usize = 300;

/// Runs of digits that may make up one number (one digit a cell: 19 for the longest card).
pub const RUNS_MAX: usize = 20;
