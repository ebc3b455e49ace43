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

/// Encoded bodies above this are told by their ends and read in windows where they can be.
pub const LARGE_BODY_BYTES: usize = 1 << 20;

/// Bytes of one encoded part that are decoded as a whole, for formats whose middle counts (archives, office documents,
/// PDF, HTML). A larger one is uninspectable; one that is not encoded is read where it lies. More than any mail of
/// ordinary size holds, and times the processors what checking may take at once.
pub const WHOLE_BYTES_MAX: usize = 64 << 20;

/// Bytes of a large text looked at in one go.
pub const WINDOW_BYTES: usize = 128 << 10;

/// Bytes without any blank, line end or ASCII mark after which a text is no longer cut, but read as a whole.
pub const UNCUT_BYTES_MAX: usize = 4 << 10;

/// Recipients of a bounce that are kept with the facts: a mail has at most 100 in one transaction as a rule.
pub const REPORTED_KEPT_MAX: usize = 100;

/// Characters of a value out of a report that are kept: a reply line and its continuations.
pub const REPORT_VALUE_CHARS_MAX: usize = 1_000;

/// Hosts of links that are taken from one mail for public lists.
pub const LINK_HOSTS_MAX: usize = 100;

/// Encoded bytes of a text that is read for links before DNS is asked: it is read once more for the rest.
pub const LINK_TEXT_BYTES_MAX: usize = 512 << 10;

/// Other mails of the same sender in which a password or a locked file is looked for.
pub const EARLIER_MAX: usize = 50;

/// Text parts of a mail in which passwords are looked for.
pub const PASSWORD_TEXTS_MAX: usize = 20;
