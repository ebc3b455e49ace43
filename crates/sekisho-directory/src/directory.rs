//! The directory: the snapshot in memory and the store behind it. Changes are in `changes`, signing in in `sign_in`.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use sekisho_address::Address;
use sekisho_sasl::Secret;
use sekisho_store::{
    AccountId, AccountKind, Actor, Change, PutSetting, Store, StoreFailure, Tenant,
};

use crate::account::{Plan, Roles};
use crate::sign_in::SignInState;
use crate::snapshot::Snapshot;

/// Why a change of the directory was refused.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryFailure {
    /// The address is no address, or its domain is not one of the tenant's.
    #[error("{0} is not in a domain of this organisation")]
    NotOurs(String),
    /// The password is too short or too long, or has forbidden characters.
    #[error("the password needs {min} to {max} characters without control characters", min = crate::limits::PASSWORD_CHARS_MIN, max = crate::limits::PASSWORD_BYTES_MAX)]
    Password,
    /// There is no such thing.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// An address literal has no mailboxes.
    #[error("an address literal is no domain to have mailboxes in")]
    Literal,
    /// Local parts of ours are plain, so that sub-addresses and routes cannot be mistaken for them.
    #[error("an address of ours has no +, %, !, : or @ in its local part")]
    LocalPart,
    /// Nobody signs in as a shared mailbox.
    #[error("a shared mailbox has no password")]
    SharedPassword,
    /// Nobody approves their own mail.
    #[error("nobody is their own manager or deputy")]
    OwnManager,
    /// More members than an address may lead to.
    #[error("more than {max} members", max = crate::limits::TARGETS_MAX)]
    Members,
    /// The machine gives no randomness, or is shutting down.
    #[error("the machine cannot do this at the moment")]
    Machine,
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// A new person or shared mailbox.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Whose.
    pub tenant: Tenant,
    /// Kind; shared mailboxes have no password.
    pub kind: AccountKind,
    /// Primary address.
    pub address: Address,
    /// Name on screen.
    pub name: String,
    /// Language of notices: `ja` or `en`.
    pub language: String,
    /// Roles.
    pub roles: Roles,
    /// Manager.
    pub manager: Option<AccountId>,
    /// Deputy.
    pub deputy: Option<AccountId>,
    /// Room.
    pub plan: Plan,
    /// Password; none cannot sign in yet.
    pub password: Option<Secret>,
}

/// The directory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Directory {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    /// Replaced as a whole; the lock is held for as long as it takes to clone an `Arc`.
    snapshot: RwLock<(u64, Arc<Snapshot>)>,
    pub(crate) sign_in: SignInState,
}

/// Where the secret for made-up SCRAM keys is kept: it must be the same after a restart, or the change would tell
/// which users do not exist.
const SECRET_KEY: &str = "directory/secret";
/// The installation, as the owner of settings.
const INSTALLATION: Tenant = Tenant(0);

impl Directory {
    /// Reads the directory into memory (blocking).
    pub fn open(store: Store, now: Timestamp) -> Result<Self, StoreFailure> {
        let secret = server_secret(&store, now)?;
        let rows = store.reader()?.directory()?;
        let snapshot = RwLock::new((rows.version, Arc::new(Snapshot::build(rows))));
        let sign_in = SignInState::new(secret);
        Ok(Self {
            shared: Arc::new(Shared {
                store,
                snapshot,
                sign_in,
            }),
        })
    }

    /// The directory as of now. Hold it for one decision, not longer.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(
            &self
                .shared
                .snapshot
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .1,
        )
    }

    /// Reads the directory anew, after a change that did not go through here.
    pub async fn refresh(&self) -> Result<(), StoreFailure> {
        let read = |reader: &sekisho_store::Reader| {
            reader
                .directory()
                .map(|rows| (rows.version, Snapshot::build(rows)))
        };
        let (version, snapshot) = self.shared.store.read(read).await?;
        let mut current = self
            .shared
            .snapshot
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Two at the same time may finish in either order.
        if version >= current.0 {
            *current = (version, Arc::new(snapshot));
        }
        Ok(())
    }

    /// Follows changes made past this directory, until the store closes.
    pub async fn follow(&self) {
        use tokio::sync::broadcast::error::RecvError;
        let mut changes = self.shared.store.changes();
        loop {
            match changes.recv().await {
                Ok(Change::Directory) | Err(RecvError::Lagged(_)) => {
                    if let Err(error) = self.refresh().await {
                        tracing::error!(?error, "the directory could not be read anew");
                    }
                }
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}

fn server_secret(store: &Store, now: Timestamp) -> Result<[u8; 32], StoreFailure> {
    let stored = store.reader()?.setting(INSTALLATION, SECRET_KEY)?;
    if let Some(secret) = stored.and_then(|row| row.value.try_into().ok()) {
        return Ok(secret);
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|_| StoreFailure::Invalid("the machine gives no randomness"))?;
    let put = PutSetting {
        tenant: INSTALLATION,
        key: SECRET_KEY.to_owned(),
        value: Some(secret.to_vec()),
        actor: Actor::System("directory"),
        now,
    };
    store.put_setting(put).wait()?;
    Ok(secret)
}
