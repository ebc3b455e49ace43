//! The selected mailbox as this session has told it to its client: what message numbers mean.

use crate::grammar::{Bad, SequenceSet};
use crate::{Flags, FlagsNow};

/// One message of the selected mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its UID.
    pub uid: u32,
    /// Octets, as RFC822.SIZE.
    pub size_bytes: u64,
    /// Seconds since 1970.
    pub internal_date_s: i64,
    /// Modification sequence (RFC 7162).
    pub modseq: u64,
    /// Its flags.
    pub flags: Flags,
}

/// The whole mailbox at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// The next UID.
    pub uid_next: u32,
    /// The highest modseq, where [`Question::Changes`](crate::Question::Changes) starts.
    pub highest_modseq: u64,
    /// Messages from this UID on are `\Recent` in this session (RFC 3501 §2.3.2). A store that
    /// does not keep this says `uid_next`.
    pub recent_from_uid: u32,
    /// The account may only read here (a shared mailbox), or EXAMINE asked so.
    pub read_only: bool,
    /// Ascending by UID.
    pub mails: Vec<Mail>,
}

/// The snapshot kept current, as far as the client has been told.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) uid_validity: u32,
    pub(crate) uid_next: u32,
    pub(crate) highest_modseq: u64,
    recent_from_uid: u32,
    mails: Vec<Mail>,
    /// Gone from the store, but not yet told: their numbers still count (RFC 9051 §7.5.1).
    vanished: Vec<u32>,
}

impl View {
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        let mut mails = snapshot.mails;
        // The order is the store's promise; numbers that jump about would corrupt the client.
        if !mails.is_sorted_by(|a, b| a.uid < b.uid) {
            mails.sort_by_key(|mail| mail.uid);
            mails.dedup_by_key(|mail| mail.uid);
        }
        Self {
            uid_validity: snapshot.uid_validity,
            uid_next: snapshot.uid_next,
            highest_modseq: snapshot.highest_modseq,
            recent_from_uid: snapshot.recent_from_uid,
            mails,
            vanished: Vec::new(),
        }
    }

    pub(crate) fn mails(&self) -> &[Mail] {
        &self.mails
    }

    pub(crate) fn len(&self) -> usize {
        self.mails.len()
    }

    /// Number (from 1) and message of a UID.
    pub(crate) fn find(&self, uid: u32) -> Option<(usize, &Mail)> {
        let at = self.place(uid)?;
        Some((at + 1, self.mails.get(at)?))
    }

    pub(crate) fn is_recent(&self, uid: u32) -> bool {
        uid >= self.recent_from_uid
    }

    pub(crate) fn recent(&self) -> usize {
        self.len()
            - self
                .mails
                .partition_point(|mail| mail.uid < self.recent_from_uid)
    }

    /// Number of the first message without `\Seen`.
    pub(crate) fn first_unseen(&self) -> Option<usize> {
        let unseen = |mail: &Mail| !mail.flags.has(Flags::SEEN);
        self.mails.iter().position(unseen).map(|at| at + 1)
    }

    /// The UIDs that a set means. Unknown UIDs are passed over (RFC 9051 §6.4.9); unknown message
    /// numbers are the client's mistake.
    pub(crate) fn resolve(&self, set: &SequenceSet, by_uid: bool) -> Result<Vec<u32>, Bad> {
        let count = u32::try_from(self.len()).unwrap_or(u32::MAX);
        if by_uid {
            let largest = self.mails.last().map_or(0, |mail| mail.uid);
            return Ok(self.uids_in(&set.ranges(largest)));
        }
        if set.highest_needed() > count {
            return Err(Bad("no message has that number"));
        }
        let numbers = |(from, to): (u32, u32)| {
            let from = usize::try_from(from.max(1) - 1).unwrap_or(usize::MAX);
            let to = usize::try_from(to).unwrap_or(usize::MAX).min(self.len());
            self.mails.get(from..to).unwrap_or_default()
        };
        let ranges = set.ranges(count);
        Ok(ranges
            .into_iter()
            .flat_map(numbers)
            .map(|mail| mail.uid)
            .collect())
    }

    fn uids_in(&self, ranges: &[(u32, u32)]) -> Vec<u32> {
        let mut uids = Vec::new();
        for (from, to) in ranges {
            let start = self.mails.partition_point(|mail| mail.uid < *from);
            let end = self.mails.partition_point(|mail| mail.uid <= *to);
            let found = self.mails.get(start..end).unwrap_or_default();
            uids.extend(found.iter().map(|mail| mail.uid));
        }
        uids
    }

    /// Adds new messages; those known already are passed over. Whether there were any.
    pub(crate) fn append(&mut self, new: Vec<Mail>) -> bool {
        let before = self.len();
        for mail in new {
            if self.mails.last().is_none_or(|last| last.uid < mail.uid) {
                self.uid_next = self.uid_next.max(mail.uid.saturating_add(1));
                self.mails.push(mail);
            }
        }
        self.len() > before
    }

    /// Takes new flags in. The message's number when the client does not know them yet.
    pub(crate) fn set_flags(&mut self, now: &FlagsNow) -> Option<usize> {
        let at = self.place(now.uid)?;
        let mail = self.mails.get_mut(at)?;
        // An answer that was overtaken must not turn the flags back.
        if now.modseq < mail.modseq {
            return None;
        }
        mail.modseq = now.modseq;
        if mail.flags == now.flags {
            return None;
        }
        mail.flags = now.flags.clone();
        Some(at + 1)
    }

    /// Remembers messages as gone until [`View::take_vanished`].
    pub(crate) fn vanish(&mut self, uids: impl IntoIterator<Item = u32>) {
        self.vanished.extend(uids);
    }

    pub(crate) fn has_vanished(&self) -> bool {
        !self.vanished.is_empty()
    }

    /// Takes the gone messages out. Their numbers for EXPUNGE, highest first, so that none shifts
    /// another.
    pub(crate) fn take_vanished(&mut self) -> Vec<usize> {
        let mut gone = std::mem::take(&mut self.vanished);
        gone.sort_unstable();
        gone.dedup();
        let mut numbers = Vec::new();
        let mut number = 0;
        self.mails.retain(|mail| {
            number += 1;
            let stays = gone.binary_search(&mail.uid).is_err();
            if !stays {
                numbers.push(number);
            }
            stays
        });
        numbers.reverse();
        numbers
    }

    /// The keywords in use, each once, up to a limit.
    pub(crate) fn keywords(&self, most: usize) -> Vec<String> {
        let mut found = std::collections::BTreeMap::new();
        for mail in &self.mails {
            for keyword in mail.flags.keywords() {
                if found.len() >= most {
                    break;
                }
                let folded = keyword.to_ascii_lowercase();
                found.entry(folded).or_insert_with(|| keyword.to_owned());
            }
        }
        found.into_values().collect()
    }

    fn place(&self, uid: u32) -> Option<usize> {
        self.mails.binary_search_by_key(&uid, |mail| mail.uid).ok()
    }
}
