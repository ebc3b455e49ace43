//! When an entry is tried again.

use jiff::{SignedDuration, Timestamp};
use sekisho_store::QueueEntry;

use crate::limits::DELAY_NOTICE_S;

/// Waits after the first, second, … attempt. The second and third attempt come soon: greylisting lets a mail in
/// after one to five minutes, and most failures are short (RFC 5321 §4.5.4.1 asks for 30 minutes in general and
/// leaves shorter first waits open).
const WAITS_S: [i64; 7] = [60, 300, 900, 1_800, 3_600, 7_200, 14_400];

/// What the next attempt depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    /// Attempts before the present one.
    pub(super) attempts: u32,
    pub(super) queued_at: Timestamp,
    pub(super) expires_at: Timestamp,
    /// Whether the sender has been told that it takes long.
    pub(super) delay_noticed: bool,
}

impl From<&QueueEntry> for Waiting {
    fn from(entry: &QueueEntry) -> Self {
        Self {
            attempts: entry.attempts,
            queued_at: entry.queued_at,
            expires_at: entry.expires_at,
            delay_noticed: entry.delay_noticed,
        }
    }
}

impl Waiting {
    /// The next attempt after one that failed at `now`; none when the time is over.
    ///
    /// `random` shifts it by up to a fifth either way, so that what failed together does not come back together.
    pub(super) fn next_at(self, now: Timestamp, random: u64) -> Option<Timestamp> {
        if now >= self.expires_at {
            return None;
        }
        let attempt = usize::try_from(self.attempts).unwrap_or(usize::MAX);
        let wait_s = WAITS_S
            .get(attempt)
            .or(WAITS_S.last())
            .copied()
            .unwrap_or_default();
        let percent = i64::try_from(random % 41).unwrap_or_default() + 80;
        let next = later(now, wait_s * percent / 100);
        // One attempt falls on the moment when the sender is to be told, so that "after four hours" is four hours.
        let notice_at = self.notice_at();
        let next = if !self.delay_noticed && now < notice_at {
            next.min(notice_at)
        } else {
            next
        };
        // The last attempt is made when the time ends, not long before.
        Some(next.min(self.expires_at))
    }

    /// When the sender is told that it takes long.
    pub(super) fn notice_at(self) -> Timestamp {
        later(self.queued_at, DELAY_NOTICE_S)
    }
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}
