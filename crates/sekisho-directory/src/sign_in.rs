//! Signing in: passwords and SCRAM proofs, with guessing slowed and stopped.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use sekisho_address::Address;
use sekisho_sasl::{ScramKeys, Secret};
use sekisho_store::{AccountId, AccountKind, Actor, AuditEvent, Tenant};
use tokio::sync::Semaphore;

use crate::account::{Account, Roles};
use crate::directory::Directory;
use crate::limits::{CHECKS_AT_ONCE_MAX, SCRAM_ITERATIONS};
use crate::password;
use crate::snapshot::Snapshot;
use crate::throttle::{Fingerprint, Throttle};

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Which account.
    pub account: AccountId,
    /// Whose.
    pub tenant: Tenant,
    /// Primary address.
    pub address: Address,
    /// Roles.
    pub roles: Roles,
}

/// Why a sign-in failed. Says never whether the user exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInFailure {
    /// Wrong user, password or proof, or a disabled account (535 5.7.8).
    #[error("wrong user name or password")]
    Refused {
        /// Wait so long before answering: guessing gets slower with each failure.
        answer_after: Duration,
    },
    /// Too many failures from this address or for this account (454 4.7.0). The password was not looked at.
    #[error("too many failed sign-ins, try again in {} s", .retry_after.as_secs())]
    TryLater {
        /// When trying again makes sense.
        retry_after: Duration,
    },
    /// Our turn: no password check is free, or the store is down (454 4.7.0).
    #[error("sign-in is not possible at the moment")]
    Unavailable,
}

/// From where, and by which service, someone signs in.
#[derive(Debug, Clone, Copy)]
pub struct SignInPlace {
    /// Address of the client.
    pub client_ip: IpAddr,
    /// `submission`, `imap`, `pop3`, `web`: for the audit log.
    pub service: &'static str,
}

/// What signing in remembers.
#[derive(Debug)]
pub(crate) struct SignInState {
    throttle: Mutex<Throttle>,
    checks: Semaphore,
    secret: ring::hmac::Key,
    /// For made-up SCRAM keys, which are derived from it.
    scram_secret: [u8; 32],
}

impl SignInState {
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        Self {
            throttle: Mutex::default(),
            checks: Semaphore::new(CHECKS_AT_ONCE_MAX),
            secret: ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret),
            scram_secret: secret,
        }
    }

    /// After a change of the password.
    pub(crate) fn forget(&self, user: &str) {
        self.throttle().forget(user);
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self, user: &str, ip: IpAddr, now: Timestamp) -> Result<(), SignInFailure> {
        let checked = self.throttle().check(user, ip, now);
        checked.map_err(|retry_after| SignInFailure::TryLater { retry_after })
    }

    fn fingerprint(&self, password: &Secret) -> Fingerprint {
        let tag = ring::hmac::sign(&self.secret, password.expose());
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(tag.as_ref());
        fingerprint
    }
}

/// The name under which a user's failures are counted: the account's address, or for users who do not exist
/// what it would be.
fn counted_name(snapshot: &Snapshot, user: &str) -> String {
    if let Some(account) = snapshot.account_of_user(user) {
        return account.address.key();
    }
    match (user.contains('@'), snapshot.default_domain()) {
        (false, Some(domain)) => format!("{}@{}", user.to_lowercase(), domain.as_str()),
        _ => user.to_lowercase(),
    }
}

/// Shared mailboxes and disabled accounts do not sign in.
fn may_sign_in(account: &Account) -> bool {
    account.enabled && account.kind == AccountKind::Person
}

impl Directory {
    /// Checks a password. Takes equally long whether the user exists or not.
    pub async fn verify_password(
        &self,
        user: &str,
        password: Secret,
        place: SignInPlace,
        now: Timestamp,
    ) -> Result<SignedIn, SignInFailure> {
        let snapshot = self.snapshot();
        let state = &self.shared.sign_in;
        let name = counted_name(&snapshot, user);
        state.check(&name, place.client_ip, now)?;
        let permit = state
            .checks
            .acquire()
            .await
            .map_err(|_| SignInFailure::Unavailable)?;
        // Again: guesses on a hundred connections at once have all passed the first look.
        state.check(&name, place.client_ip, now)?;
        let account = snapshot
            .account_of_user(user)
            .filter(|account| may_sign_in(account));
        let credential = account.and_then(|account| snapshot.credential(account.id));
        let phc = credential.map(|credential| credential.password_phc.clone());
        let fingerprint = state.fingerprint(&password);
        let check = move || password::fits(&password, phc.as_deref());
        let fits = tokio::task::spawn_blocking(check)
            .await
            .map_err(|_| SignInFailure::Unavailable)?;
        let signed_in = match account {
            Some(account) if fits => Ok(self.succeeded(account, &name, place, now)),
            _ => Err(self.failed(&name, place, Some(fingerprint), now)),
        };
        drop(permit);
        self.note(&snapshot, user, &signed_in, place, now).await;
        signed_in
    }

    /// The SCRAM keys of a user; made-up ones, always the same, for users who do not exist.
    pub fn scram_keys(
        &self,
        user: &str,
        place: SignInPlace,
        now: Timestamp,
    ) -> Result<ScramKeys, SignInFailure> {
        let snapshot = self.snapshot();
        let state = &self.shared.sign_in;
        let name = counted_name(&snapshot, user);
        state.check(&name, place.client_ip, now)?;
        let account = snapshot
            .account_of_user(user)
            .filter(|account| may_sign_in(account));
        let credential = account.and_then(|account| snapshot.credential(account.id));
        let keys = credential.and_then(|credential| ScramKeys::from_store(&credential.scram).ok());
        Ok(keys.unwrap_or_else(|| ScramKeys::fake(&name, &state.scram_secret, SCRAM_ITERATIONS)))
    }

    /// A SCRAM proof was right: who it is, if they may sign in.
    pub async fn scram_proven(
        &self,
        user: &str,
        place: SignInPlace,
        now: Timestamp,
    ) -> Result<SignedIn, SignInFailure> {
        let snapshot = self.snapshot();
        let name = counted_name(&snapshot, user);
        let signed_in = match snapshot.account_of_user(user) {
            // Disabled between keys and proof.
            Some(account) if may_sign_in(account) => Ok(self.succeeded(account, &name, place, now)),
            _ => Err(self.failed(&name, place, None, now)),
        };
        self.note(&snapshot, user, &signed_in, place, now).await;
        signed_in
    }

    /// A SCRAM proof was wrong: counted like a wrong password.
    pub async fn scram_failed(
        &self,
        user: &str,
        place: SignInPlace,
        now: Timestamp,
    ) -> SignInFailure {
        let snapshot = self.snapshot();
        let failure = self.failed(&counted_name(&snapshot, user), place, None, now);
        self.note(&snapshot, user, &Err(failure), place, now).await;
        failure
    }

    fn succeeded(
        &self,
        account: &Account,
        name: &str,
        place: SignInPlace,
        now: Timestamp,
    ) -> SignedIn {
        self.shared
            .sign_in
            .throttle()
            .succeeded(name, place.client_ip, now);
        let Account {
            id,
            tenant,
            address,
            roles,
            ..
        } = account;
        SignedIn {
            account: *id,
            tenant: *tenant,
            address: address.clone(),
            roles: *roles,
        }
    }

    fn failed(
        &self,
        name: &str,
        place: SignInPlace,
        password: Option<Fingerprint>,
        now: Timestamp,
    ) -> SignInFailure {
        let answer_after =
            self.shared
                .sign_in
                .throttle()
                .failed(name, place.client_ip, password, now);
        SignInFailure::Refused { answer_after }
    }

    /// Writes the sign-in into the audit log: how it ended, from where, for which service.
    async fn note(
        &self,
        snapshot: &Snapshot,
        user: &str,
        signed_in: &Result<SignedIn, SignInFailure>,
        place: SignInPlace,
        now: Timestamp,
    ) {
        let account = snapshot.account_of_user(user);
        let first = snapshot
            .organisations()
            .first()
            .map(|organisation| organisation.id);
        // Names that do not exist belong to nobody: the first organisation's administrators see them.
        let Some(tenant) = account.map(|account| account.tenant).or(first) else {
            return;
        };
        let (actor, action) = match signed_in {
            Ok(signed_in) => (Actor::Account(signed_in.account), "signin.accepted"),
            Err(_) => (Actor::System(place.service), "signin.refused"),
        };
        let event = AuditEvent {
            tenant,
            now,
            actor,
            action: action.to_owned(),
            subject: user.chars().take(254).collect(),
            detail_json: format!(
                r#"{{"ip":"{}","service":"{}"}}"#,
                place.client_ip, place.service
            ),
        };
        if let Err(error) = self.shared.store.audit(event).await {
            tracing::error!(?error, "a sign-in could not be written into the audit log");
        }
    }
}
