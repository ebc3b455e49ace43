//! Every bound of gathering, and why.

/// Findings kept of one mail: enough to act and to explain; a list of a million numbers is not
/// stored a million times.
pub const FINDINGS_MAX: usize = 1_000;

/// Entries of `parts`: parts and members together. An archive may hold 5,000 files.
pub const PARTS_MAX: usize = 20_000;

/// Entries of `uninspectable`: one is enough to stop a mail, and each is looked for among the others.
pub const UNINSPECTABLE_MAX: usize = 1_000;

/// Bytes of text given to the detectors from one mail. What lies beyond is told as uninspectable.
pub const TEXT_BYTES_MAX: usize = 64 << 20;

/// Bytes of `mail.text` in an answer.
pub const ANSWER_TEXT_BYTES_MAX: usize = 4 << 20;

/// Attachment bytes that are opened in one mail, all parts together.
pub const OPENED_BYTES_MAX: usize = 512 << 20;

/// Rounds of DNS questions that are answered with "no answer" when nobody can ask: the standards
/// bound them (ten SPF look-ups, ten signatures, fifty ARC sets).
pub const DNS_ROUNDS_MAX: usize = 64;
