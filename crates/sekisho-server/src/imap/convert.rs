//! Between the words of the store and those of IMAP.

use jiff::Timestamp;
use sekisho_imap::{Flags, FlagsNow, Folder, Mail, MailboxName, Refusal, SpecialUse};
use sekisho_store::{MailboxRow, MessageEntry, StoreFailure};

pub(super) fn refusal(failure: &StoreFailure) -> Refusal {
    match failure {
        StoreFailure::NotFound(_) => Refusal::NoSuchMailbox,
        StoreFailure::Exists(_) => Refusal::AlreadyExists,
        StoreFailure::OverQuota { .. } => Refusal::OverQuota,
        StoreFailure::Limit { .. } => Refusal::LimitReached,
        StoreFailure::Invalid(_) => Refusal::NotPermitted,
        failure => {
            tracing::error!(
                error = failure as &dyn std::error::Error,
                "the store did not answer"
            );
            Refusal::TryLater
        }
    }
}

/// The bits are the same on both sides but in another order.
const BITS: [(u8, sekisho_store::Flags); 5] = [
    (Flags::ANSWERED, sekisho_store::Flags::ANSWERED),
    (Flags::FLAGGED, sekisho_store::Flags::FLAGGED),
    (Flags::DELETED, sekisho_store::Flags::DELETED),
    (Flags::SEEN, sekisho_store::Flags::SEEN),
    (Flags::DRAFT, sekisho_store::Flags::DRAFT),
];

pub(super) fn flags(entry: &MessageEntry) -> Flags {
    let system = BITS
        .iter()
        .filter(|(_, stored)| entry.flags.contains(*stored))
        .map(|(bit, _)| bit);
    Flags::new(system.sum(), entry.keywords.iter().map(String::as_str))
}

pub(super) fn stored_flags(flags: &Flags) -> (sekisho_store::Flags, Vec<String>) {
    let bits = BITS.iter().filter(|(bit, _)| flags.has(*bit));
    let system = bits.fold(sekisho_store::Flags::default(), |all, (_, stored)| {
        all.with(*stored)
    });
    (system, flags.keywords().map(str::to_owned).collect())
}

pub(super) fn mail(entry: &MessageEntry) -> Mail {
    Mail {
        uid: entry.uid,
        size_bytes: entry.size,
        internal_date_s: entry.internal_at.as_second(),
        modseq: entry.modseq,
        flags: flags(entry),
    }
}

pub(super) fn flags_now(entry: &MessageEntry) -> FlagsNow {
    FlagsNow {
        uid: entry.uid,
        flags: flags(entry),
        modseq: entry.modseq,
    }
}

/// `None` for a name that IMAP cannot say; no client could have made it.
pub(super) fn folder(row: &MailboxRow) -> Option<Folder> {
    Some(Folder {
        name: MailboxName::new(&row.name).ok()?,
        special_use: special_use(&row.special_use),
        subscribed: row.subscribed,
        selectable: true,
    })
}

/// Likewise, as a member of the shared mailbox `name` sees it. Its special uses are not told: a client would file
/// the member's own mail there. All members have it on their list, as there is no list of each.
pub(super) fn shared_folder(name: &str, row: &MailboxRow) -> Option<Folder> {
    Some(Folder {
        name: MailboxName::new(&super::shared::name_of(name, &row.name)).ok()?,
        special_use: None,
        subscribed: true,
        selectable: true,
    })
}

/// The folder of a use; none for those that are views of other folders.
pub(super) fn use_folder(special_use: SpecialUse) -> Option<sekisho_store::Folder> {
    use sekisho_store::Folder as F;
    match special_use {
        SpecialUse::Archive => Some(F::Archive),
        SpecialUse::Drafts => Some(F::Drafts),
        SpecialUse::Junk => Some(F::Junk),
        SpecialUse::Sent => Some(F::Sent),
        SpecialUse::Trash => Some(F::Trash),
        SpecialUse::All | SpecialUse::Flagged => None,
    }
}

fn special_use(word: &str) -> Option<SpecialUse> {
    Some(match word {
        "Archive" => SpecialUse::Archive,
        "Drafts" => SpecialUse::Drafts,
        "Junk" => SpecialUse::Junk,
        "Sent" => SpecialUse::Sent,
        "Trash" => SpecialUse::Trash,
        _ => return None,
    })
}

pub(super) fn internal_at(seconds: Option<i64>) -> Timestamp {
    seconds
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or_else(Timestamp::now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_survives_both_ways() {
        for bits in 0..32 {
            let (system, keywords) = stored_flags(&Flags::new(bits, ["$Forwarded"]));
            assert_eq!(keywords, ["$Forwarded"]);
            let back: u8 = BITS
                .iter()
                .filter(|(_, stored)| system.contains(*stored))
                .map(|(bit, _)| *bit)
                .sum();
            assert_eq!(bits, back);
        }
    }
}
