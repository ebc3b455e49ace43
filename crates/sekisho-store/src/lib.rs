//! The only place with SQL: mails, mailboxes, queue, holds, directory rows, settings, audit chain, blob log.
//!
//! What it is: an SQLite database for rows and an append-only, checksummed log for message contents, with one
//! writer thread that gathers waiting commands, syncs the log once, commits once, and only then answers.
//! A [`Durable`] is the proof of that; nothing else allows a 250 after DATA.
//!
//! What it never does: judge a mail, know a protocol, look at the clock (`now` is an argument), write a change
//! without its audit row, or show one tenant's rows to another.
//!
//! Commands ([`Store`]) return a [`Pending`]: `.await` it, or `.wait()` where there is no runtime.
//! Questions ([`Reader`]) block for a moment: [`Store::read`] takes them to a thread where that is allowed.
//!
//! ```
//! use sekisho_store::*;
//!
//! # let dir = tempfile::tempdir().unwrap();
//! # let now = jiff::Timestamp::UNIX_EPOCH;
//! let store = Store::open(Options { free_bytes_min: 0, ..Options::new(dir.path()) }).unwrap();
//! let put = PutSetting {
//!     tenant: Tenant(1),
//!     key: "policy/outbound".into(),
//!     value: Some(b"[[rule]]".to_vec()),
//!     actor: Actor::Console("root".into()),
//!     now,
//! };
//! store.put_setting(put).wait().unwrap(); // or `.await`
//! let reader = store.reader().unwrap();
//! assert_eq!(reader.setting(Tenant(1), "policy/outbound").unwrap().unwrap().value, b"[[rule]]");
//! assert!(matches!(reader.verify_audit(Tenant(1)).unwrap(), AuditCheck::Whole { rows: 1, .. }));
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod at;
mod audit;
mod blob;
mod changes;
mod code;
mod commands;
mod content;
mod directory;
mod dmarc;
mod durable;
mod failure;
mod hold;
mod ids;
pub mod limits;
mod lists;
mod mail;
mod mailbox;
mod pending;
mod prune;
mod queue;
mod reader;
mod rows;
mod rules;
mod schema;
mod settings;
mod store;
mod text;
mod trace;
mod words;
mod writer;

pub use audit::{Actor, AuditCheck, AuditDamage, AuditEvent, AuditQuery, AuditRow};
pub use changes::Change;
pub use content::{BlobRef, Body, Content, SpoolFile, SpoolWriter};
pub use directory::{
    AccountKind, AccountRow, AliasRow, CredentialRow, DelegationRow, DirectoryChange,
    DirectoryMade, DirectoryRows, DomainRow, GroupRow, NewAccount, OrganisationRow,
    SharedMemberRow,
};
pub use dmarc::{
    DmarcQuery, DmarcReceived, DmarcRecordRow, DmarcReportRow, DmarcSeen, DmarcSent, DmarcTotal,
    NewDmarcReport,
};
pub use durable::Durable;
pub use failure::{OpenError, StoreFailure};
pub use hold::{
    AtDeadline, Cancel, Cancelled, Decide, Decider, DelayRow, HoldDeadline, HoldDecision, HoldDue,
    HoldQuery, HoldRow, HoldState, Moved, NewHold, QuarantineDecision, QuarantineQuery,
    QuarantineRow,
};
pub use ids::{
    AccountId, BlobId, GroupId, HoldId, MailId, MailboxId, NotAMailId, RecipientId, Tenant,
};
pub use lists::{
    GreylistTry, Greylisted, ListEntryRow, NewListEntry, PutListEntries, RemoveListEntry,
};
pub use mail::{
    BodyKind, Direction, Fate, MailRow, NewMail, NewRecipient, Notify, Onward, Queued,
    RecipientRow, RecipientState, RefusedMail, Summary,
};
pub use mailbox::{
    Append, FlagMode, Flags, FlagsSet, Folder, Hand, MailboxChanges, MailboxRow, MessageEntry,
    MessageRow, MessageView, Place, Placed, Quota, SetFlags, Snapshot, Transfer,
};
pub use pending::Pending;
pub use prune::{Prune, Pruned};
pub use queue::{
    Attempt, AttemptReport, Claim, DestinationRow, EntryOutcome, Lease, QueueDelete, QueueEntry,
    QueueReport, QueueRow, QueueScope,
};
pub use reader::{Counts, Reader};
pub use rules::{JudgedRow, RuleUseRow, RulesMatched};
pub use settings::{NewWebSession, PutSetting, SettingRow, WebSessionRow};
pub use store::{Compacted, Options, Store};
pub use trace::{Delivered, MailStory, Step, StepArg, TraceQuery, Traced};
