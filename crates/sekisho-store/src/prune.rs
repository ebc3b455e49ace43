//! Old trace and audit rows: kept for a time, then let go.

use jiff::Timestamp;

/// What is old enough to go.
#[derive(Debug, Clone, Copy)]
pub struct Prune {
    /// The trace of mails that arrived before this goes, if nothing of them waits any more.
    pub trace_before: Timestamp,
    /// Audit rows from before this go.
    pub audit_before: Timestamp,
    /// When.
    pub now: Timestamp,
}

/// What a batch let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Mails, with their recipients, steps, facts and verdict. Messages in mailboxes stay.
    pub mails: u64,
    /// Audit rows.
    pub audit_rows: u64,
}

impl Pruned {
    /// Nothing was old enough.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}
