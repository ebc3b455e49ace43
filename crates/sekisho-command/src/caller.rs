//! Who gives a command, and what that lets them do.

use sekisho_directory::Roles;
use sekisho_store::{AccountId, Actor};

/// Who gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Someone at the machine's command line: may do everything, as the files are theirs to read.
    Console {
        /// The name of the system's user, for the audit log.
        user: String,
    },
    /// Someone who signed in.
    Account {
        /// Which account.
        id: AccountId,
        /// Their roles.
        roles: Roles,
    },
    /// The scheduler, at a deadline.
    Scheduler,
}

impl Caller {
    /// As the audit log names them.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Console { user } => Actor::Console(user.clone()),
            Self::Account { id, .. } => Actor::Account(*id),
            Self::Scheduler => Actor::System("scheduler"),
        }
    }

    /// Whether they administer the organisation.
    pub fn is_administrator(&self) -> bool {
        match self {
            Self::Console { .. } => true,
            Self::Account { roles, .. } => roles.contains(Roles::ADMIN),
            Self::Scheduler => false,
        }
    }

    /// Whether they are this account.
    pub fn is(&self, account: AccountId) -> bool {
        matches!(self, Self::Account { id, .. } if *id == account)
    }
}
