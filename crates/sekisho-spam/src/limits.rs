//! Every bound of the filter, and why.

/// Bytes of shown text that are read. A mail of ten megabytes says what it wants in its first pages;
/// what is cut off is told as `spam.text_cut`.
pub const TEXT_BYTES_MAX: usize = 48 << 10;

/// Bytes of unseen text (addresses of links, comments) that are read.
pub const HIDDEN_BYTES_MAX: usize = 16 << 10;

/// Sentences that are weighed. More than any letter has; a list of ten thousand lines adds nothing.
pub const SENTENCES_MAX: usize = 600;

/// Letters of non-Japanese text that give runs of four: the first page tells ("Relaxed Online SVMs
/// for Spam Filtering", Sculley and Wachman, 2007, took 3,000).
pub const LATIN_CHARS_MAX: usize = 2_500;

/// Letters of Japanese text that give runs of one to three. What a letter wants stands in its first
/// sentences; what follows is much the same in good mail and bad, and hides the difference. Words
/// and rules are looked for in all of it.
pub const JAPANESE_CHARS_MAX: usize = 150;

/// Words that give tokens.
pub const WORDS_MAX: usize = 1_500;

/// Letters of one word: longer runs are random or encoded.
pub const WORD_CHARS_MAX: usize = 30;

/// Header fields that give tokens, and bytes of each.
pub const FIELDS_MAX: usize = 100;
/// Bytes of a field's value.
pub const FIELD_BYTES_MAX: usize = 400;

/// Links that are looked at.
pub const LINKS_MAX: usize = 64;

/// Tokens of one mail, all groups together.
pub const TOKENS_MAX: usize = 16_384;

/// Slots of an organisation's table (12 bytes each: 6 MiB), and of a user's layer (4 bytes: 64 KiB).
pub const SLOTS: usize = 1 << 19;
/// Slots of a user's layer.
pub const USER_SLOTS: usize = 1 << 14;

/// Lessons that one user may give to the organisation's table in a period of [`TEACHER_DAYS`], or a
/// tenth of all lessons so far where that is more. Beyond it only the user's own layer learns
/// ("Exploiting Machine Learning to Subvert Your Spam Filter", Nelson et al., 2008).
pub const TEACHER_LESSONS_MAX: u32 = 20;
/// Days until a user's allowance is whole again.
pub const TEACHER_DAYS: u16 = 30;
/// Users whose allowance is kept; the one that taught longest ago makes room.
pub const TEACHERS_MAX: usize = 10_000;

/// Days without being seen in a lesson, after which a token counts half.
pub const TOKEN_DAYS: u16 = 120;

/// Lessons of each kind before the table is asked: below it says more about chance than about mail.
pub const LESSONS_MIN: u32 = 20;

/// Learned tokens named in an answer.
pub const NAMED_MAX: usize = 6;

/// Bytes of a model's file; a full table in text form is below it.
pub const FILE_BYTES_MAX: usize = 64 << 20;

// A lesson's tokens must fit the dedup of one pass.
const _: () = assert!(TOKENS_MAX <= SLOTS);
const _: () = assert!(SLOTS.is_power_of_two() && USER_SLOTS.is_power_of_two());
