//! Every bound of this crate, with its reason.

/// Octets of a policy's text: some thousand rules and a list of 100,000 words, read in about a second.
/// The store keeps settings of this size.
pub const POLICY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Rules of one policy. Exchange allows 300 transport rules; each costs a look at every mail.
pub const RULES_MAX: usize = 2_000;

/// Depth of a condition: nobody reads deeper, and recursion stays off the edge of the stack.
pub const CONDITION_DEPTH_MAX: usize = 16;

/// Values of one predicate (addresses, words). Purview allows 5,000 domains.
pub const VALUES_MAX: usize = 5_000;

/// Octets of one value.
pub const VALUE_BYTES_MAX: usize = 1_024;

/// Compiled size of one pattern; a regular expression over it is refused when the policy is read.
pub const REGEX_BYTES_MAX: usize = 256 * 1024;

/// Findings of a verdict that are made from other facts. A mail with 10,000 bad parts is explained
/// by its first ones; the rules see the parts themselves.
pub const DERIVED_FINDINGS_MAX: usize = 200;

/// Reasons that one sentence names before it says "and n more".
pub const REASONS_SHOWN_MAX: usize = 3;

/// Characters of a name or value from the mail inside a sentence.
pub const SHOWN_CHARS_MAX: usize = 80;

/// A day: the longest settable delay.
pub const DELAY_SECONDS_MAX: u32 = 24 * 60 * 60;

/// 90 days: the longest hold. Held mail occupies the store.
pub const HOLD_HOURS_MAX: u32 = 90 * 24;

/// Words of one list: a product catalogue or a register of customers.
pub const LIST_WORDS_MAX: usize = 100_000;

/// Lists of one policy.
pub const LISTS_MAX: usize = 500;

/// Compiled size of all expressions of a policy together: some thousand ordinary ones.
pub const REGEX_SET_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Texts in which one pattern's places are kept apart; further ones count with the last.
pub const WORD_PLACES_MAX: usize = 64;

/// Values of a header kept in the facts, and characters of each: what rules look at is short.
pub const HEADER_VALUES_MAX: usize = 20;
/// Characters of one such value.
pub const HEADER_VALUE_CHARS_MAX: usize = 1_000;

/// Characters of a banner or note. Exchange allows 5,000 of HTML.
pub const BANNER_CHARS_MAX: usize = 10_000;

/// People whom a hold may name: it is kept with one approver and one deputy.
pub const APPROVERS_MAX: usize = 2;

/// Recipients that a rule adds or sends to instead.
pub const ADDED_RECIPIENTS_MAX: usize = 100;
