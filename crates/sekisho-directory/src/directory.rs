//! The directory: the snapshot in memory, its changes, and signing in.

use std::sync::Arc;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_sasl::{ScramKeys, Secret};
use sekisho_store::{AccountId, AccountKind, Actor, GroupId, Store, StoreFailure, Tenant};

use crate::account::{Account, Plan, Roles};
use crate::sign_in::{SignInFailure, SignInPlace, SignedIn};
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
    /// The values do not fit together.
    #[error("{0}")]
    Invalid(&'static str),
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
    _store: Store,
}

impl Directory {
    /// Reads the directory into memory (blocking).
    pub fn open(_store: Store) -> Result<Self, StoreFailure> {
        todo!()
    }

    /// The directory as of now. Hold it for one decision, not longer.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        todo!()
    }

    /// Reads the directory anew, after a change that did not go through here.
    pub async fn refresh(&self) -> Result<(), StoreFailure> {
        todo!()
    }

    // ── signing in ──

    /// Checks a password. Takes equally long whether the user exists or not.
    pub async fn verify_password(
        &self,
        _user: &str,
        _password: Secret,
        _place: SignInPlace,
        _now: Timestamp,
    ) -> Result<SignedIn, SignInFailure> {
        todo!()
    }

    /// The SCRAM keys of a user; made-up ones, always the same, for users who do not exist.
    pub fn scram_keys(
        &self,
        _user: &str,
        _place: SignInPlace,
        _now: Timestamp,
    ) -> Result<ScramKeys, SignInFailure> {
        todo!()
    }

    /// A SCRAM proof was right: who it is, if they may sign in.
    pub async fn scram_proven(
        &self,
        _user: &str,
        _place: SignInPlace,
        _now: Timestamp,
    ) -> Result<SignedIn, SignInFailure> {
        todo!()
    }

    /// A SCRAM proof was wrong: counted like a wrong password.
    pub async fn scram_failed(
        &self,
        _user: &str,
        _place: SignInPlace,
        _now: Timestamp,
    ) -> SignInFailure {
        todo!()
    }

    // ── changes: each is one transaction with its audit row, and in the snapshot when it returns ──

    /// A new organisation.
    pub async fn add_organisation(
        &self,
        _name: &str,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<Tenant, DirectoryFailure> {
        todo!()
    }

    /// A domain, new or with another catch-all.
    pub async fn put_domain(
        &self,
        _tenant: Tenant,
        _domain: &Domain,
        _catch_all: Option<&Address>,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }

    /// A domain goes; refused while addresses in it exist.
    pub async fn remove_domain(
        &self,
        _tenant: Tenant,
        _domain: &Domain,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }

    /// A person or shared mailbox, with its folders.
    pub async fn add_account(
        &self,
        _person: NewPerson,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<AccountId, DirectoryFailure> {
        todo!()
    }

    /// Name, language, roles, manager, deputy, quota, enabled; not tenant, kind and address.
    pub async fn set_account(
        &self,
        _account: Account,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }

    /// An account with its mail.
    pub async fn remove_account(
        &self,
        _tenant: Tenant,
        _account: AccountId,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }

    /// A new password: argon2id and SCRAM keys together; web sessions of the account end.
    pub async fn set_password(
        &self,
        _account: AccountId,
        _password: Secret,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }

    /// A further address.
    pub async fn add_alias(
        &self,
        _account: AccountId,
        _address: &Address,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }

    /// A further address goes.
    pub async fn remove_alias(
        &self,
        _tenant: Tenant,
        _address: &Address,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }

    /// A group, new or with other members (by its address).
    pub async fn put_group(
        &self,
        _tenant: Tenant,
        _address: &Address,
        _name: &str,
        _members: &[Address],
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<GroupId, DirectoryFailure> {
        todo!()
    }

    /// A group goes.
    pub async fn remove_group(
        &self,
        _tenant: Tenant,
        _group: GroupId,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }

    /// Allows (or no longer allows) an account to send as an address.
    pub async fn delegate(
        &self,
        _account: AccountId,
        _address: &Address,
        _allowed: bool,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }

    /// A person joins or leaves a shared mailbox.
    pub async fn share(
        &self,
        _shared: AccountId,
        _member: AccountId,
        _joined: bool,
        _actor: Actor,
        _now: Timestamp,
    ) -> Result<(), DirectoryFailure> {
        todo!()
    }
}
