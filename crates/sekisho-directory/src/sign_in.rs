//! Signing in: passwords and SCRAM proofs, with guessing slowed and stopped.

use std::net::IpAddr;
use std::time::Duration;

use sekisho_address::Address;
use sekisho_store::{AccountId, Tenant};

use crate::account::Roles;

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
