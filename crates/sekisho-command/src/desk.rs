//! The desk at which commands are handed in.

use std::sync::Arc;

use jiff::Timestamp;
use sekisho_directory::{Account, Directory};
use sekisho_store::{AccountId, Store, Tenant};
use sekisho_words::{Words, say};

use crate::CommandFailure;

/// Store and directory, with what notices need to know. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Mails and all else.
    pub store: Store,
    /// People.
    pub directory: Directory,
    /// Where the pages are, without a slash at the end: `https://mail.example.jp`.
    pub pages: Arc<str>,
    /// Our host name, for reports and Message-IDs.
    pub hostname: Arc<str>,
}

impl Desk {
    /// The organisation of that name; the only one when none is named.
    ///
    /// # Errors
    /// `NotFound` when there is none of that name, or several and no name.
    pub fn tenant(&self, name: Option<&str>) -> Result<Tenant, CommandFailure> {
        let snapshot = self.directory.snapshot();
        let mut fitting = snapshot
            .organisations()
            .iter()
            .filter(|organisation| name.is_none_or(|name| organisation.name == name));
        let first = fitting.next();
        match (first, fitting.next()) {
            (Some(organisation), None) => Ok(organisation.id),
            _ => Err(CommandFailure::NotFound {
                what: "organisation",
                name: name.unwrap_or_default().to_owned(),
            }),
        }
    }

    /// An account of the organisation.
    pub(crate) fn account(&self, tenant: Tenant, id: AccountId) -> Option<Account> {
        let snapshot = self.directory.snapshot();
        let account = snapshot.account(id)?;
        (account.tenant == tenant).then(|| account.clone())
    }

    /// Who did something, for people: the audit log's `account:12` by name.
    pub fn actor_name(&self, tenant: Tenant, actor: &str) -> Words {
        let person = actor
            .strip_prefix("account:")
            .and_then(|id| id.parse().ok())
            .and_then(|id| self.account(tenant, AccountId(id)));
        match (person, actor.split_once(':')) {
            (Some(person), _) => Words {
                ja: person.name.clone(),
                en: person.name,
            },
            (None, Some(("system", _))) => say("command-by-itself", &[]),
            (None, _) => say("command-administrator", &[]),
        }
    }

    /// The time, in one place, so that commands take it as an argument.
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
