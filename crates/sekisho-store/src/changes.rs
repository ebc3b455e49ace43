//! What listeners are told after a commit: never the content of a change, only where to look.

use jiff::Timestamp;

use crate::ids::{AccountId, HoldId, MailboxId, Tenant};

/// Something changed. A listener that lags (`RecvError::Lagged`) must look at everything that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Messages of a folder.
    Mailbox {
        /// Whose.
        account: AccountId,
        /// Which.
        mailbox: MailboxId,
        /// HIGHESTMODSEQ now.
        modseq: u64,
    },
    /// The list of an account's folders.
    Folders {
        /// Whose.
        account: AccountId,
    },
    /// The queue has an entry that is due then.
    Queue {
        /// When.
        due_at: Timestamp,
    },
    /// A delayed mail came or goes.
    Delay {
        /// The earliest that the change brought.
        until: Timestamp,
    },
    /// A hold came or was decided.
    Hold {
        /// Whose.
        tenant: Tenant,
        /// Which.
        hold: HoldId,
    },
    /// Organisations, domains, people, groups: build the directory anew.
    Directory,
    /// Block and allow lists.
    Lists {
        /// Whose.
        tenant: Tenant,
    },
    /// A setting.
    Setting {
        /// Whose.
        tenant: Tenant,
        /// Which.
        key: String,
    },
}
