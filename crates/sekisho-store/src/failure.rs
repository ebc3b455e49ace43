//! Why the store did not do what was asked; the variants say whose turn it is.

use std::io;

use crate::mail::RecipientState;

/// Why a command or a question to the store failed. After a failed command nothing of it is written.
#[derive(Debug, thiserror::Error)]
pub enum StoreFailure {
    /// The administrator's turn: no room on the disk. Works again when there is room (452 4.3.1).
    #[error("no room on the disk")]
    Full,
    /// The administrator's turn: the disk failed to sync, so nothing written since can be trusted.
    /// The store takes nothing more until it is opened anew (451 4.3.0).
    #[error("the store has stopped: {0}")]
    Stopped(String),
    /// The caller's turn: there is no such row for this tenant.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The caller's turn: someone else was quicker, or the step does not exist in this state.
    #[error("recipient is already {0}")]
    State(RecipientState),
    /// The caller's turn: the hold has been decided before.
    #[error("already decided: {0}")]
    Decided(String),
    /// The caller's turn: the lease of the queue entry ran out and another has it.
    #[error("the lease has passed to another")]
    LeaseLost,
    /// The account's turn: the mailbox is full.
    #[error("over quota: {used_bytes} of {quota_bytes} bytes")]
    OverQuota {
        /// Bytes in use before this.
        used_bytes: u64,
        /// Bytes allowed.
        quota_bytes: u64,
    },
    /// The caller's turn: the name or address is taken.
    #[error("{0} exists already")]
    Exists(String),
    /// The caller's turn: over one of `limits`.
    #[error("{what} over the limit of {max}")]
    Limit {
        /// What is too many or too large.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// The caller's turn: the values do not fit together.
    #[error("{0}")]
    Invalid(&'static str),
    /// The administrator's turn: a stored content or row is damaged.
    #[error("damaged: {0}")]
    Damaged(String),
    /// The administrator's turn: reading or writing a file failed.
    #[error("file")]
    Io(#[source] io::Error),
    /// The administrator's turn: the database failed.
    #[error("database")]
    Sql(#[source] rusqlite::Error),
}

impl StoreFailure {
    /// Whether the same may succeed later without a change by the caller.
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Full | Self::Stopped(_) | Self::Io(_) | Self::Sql(_) | Self::OverQuota { .. }
        )
    }

    /// The catalogue's key (file `store.ftl`).
    pub fn key(&self) -> &'static str {
        match self {
            Self::Full => "store-full",
            Self::Stopped(_) => "store-stopped",
            Self::NotFound(_) => "store-not-found",
            Self::State(_) => "store-state",
            Self::Decided(_) => "store-decided",
            Self::LeaseLost => "store-lease-lost",
            Self::OverQuota { .. } => "store-over-quota",
            Self::Exists(_) => "store-exists",
            Self::Limit { .. } => "store-limit",
            Self::Invalid(_) => "store-invalid",
            Self::Damaged(_) => "store-damaged",
            Self::Io(_) => "store-io",
            Self::Sql(_) => "store-sql",
        }
    }
}

/// ENOSPC, EDQUOT and EFBIG all mean: no room here.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

impl From<io::Error> for StoreFailure {
    fn from(error: io::Error) -> Self {
        if is_full(&error) {
            Self::Full
        } else {
            Self::Io(error)
        }
    }
}

impl From<rusqlite::Error> for StoreFailure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            Some(rusqlite::ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            _ => Self::Sql(error),
        }
    }
}

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has this data directory open.
    #[error("{0} is in use by another process")]
    InUse(std::path::PathBuf),
    /// The database was made by a later version of Sekisho.
    #[error(
        "the store has schema {found}, this program knows up to {known}: use the later program"
    )]
    TooNew {
        /// Schema version of the store.
        found: u32,
        /// Highest version known here.
        known: u32,
    },
    /// A file or directory cannot be used.
    #[error("{path}")]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A migration failed; the store is as it was before.
    #[error("migration {0}")]
    Migration(u32, #[source] rusqlite::Error),
    /// The database failed.
    #[error("database")]
    Sql(#[from] rusqlite::Error),
}
