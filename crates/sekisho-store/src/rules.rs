//! What rules need to know: how often they matched, what was judged before, who wrote to whom.

use jiff::Timestamp;

use crate::ids::{MailId, Tenant};

/// Rules that matched a mail.
#[derive(Debug, Clone)]
pub struct RulesMatched {
    /// Whose.
    pub tenant: Tenant,
    /// Their names.
    pub rules: Vec<String>,
    /// When.
    pub now: Timestamp,
}

/// How often a rule matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleUseRow {
    /// Its name; the rule may be gone.
    pub rule: String,
    /// Mails.
    pub hits: u64,
    /// The first one.
    pub first_at: Timestamp,
    /// The last one.
    pub last_at: Timestamp,
}

/// A mail with its facts, to be judged again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedRow {
    /// Which.
    pub mail: MailId,
    /// When it came.
    pub received_at: Timestamp,
    /// From whom; none for the null reverse-path.
    pub sender: Option<String>,
    /// Subject.
    pub subject: String,
    /// As `serde_json` text.
    pub facts_json: String,
}
