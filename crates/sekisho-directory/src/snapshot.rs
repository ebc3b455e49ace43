//! The directory in memory at one moment: answers without a database or a lock.

use sekisho_address::{Address, Domain};
use sekisho_store::{AccountId, DomainRow, GroupRow, OrganisationRow, Tenant};

use crate::account::Account;
use crate::resolution::{Approvers, Resolution};

/// The whole directory at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {}

impl Snapshot {
    /// Where an address leads. Never an error: what cannot be resolved is `Unknown` or `Foreign`.
    pub fn resolve(&self, _address: &Address) -> Resolution {
        todo!()
    }

    /// Whether the domain is one of ours, and whose.
    pub fn tenant_of_domain(&self, _domain: &Domain) -> Option<Tenant> {
        todo!()
    }

    /// Whether the account may use this address as sender: its own, with any sub-address; delegated ones;
    /// those of shared mailboxes that it is a member of. Never while it is disabled.
    pub fn may_send_as(&self, _account: AccountId, _address: &Address) -> bool {
        todo!()
    }

    /// An account by number.
    pub fn account(&self, _id: AccountId) -> Option<&Account> {
        todo!()
    }

    /// The account that owns this address (primary or alias, sub-address cut off).
    pub fn account_of(&self, _address: &Address) -> Option<&Account> {
        todo!()
    }

    /// The account that signs in by this name: an address, or a local part of the default domain.
    pub fn account_of_user(&self, _user: &str) -> Option<&Account> {
        todo!()
    }

    /// The accounts of a tenant by address.
    pub fn accounts(&self, _tenant: Tenant) -> Vec<&Account> {
        todo!()
    }

    /// All addresses of an account, the primary one first.
    pub fn addresses(&self, _account: AccountId) -> Vec<Address> {
        todo!()
    }

    /// The shared mailboxes that a person opens.
    pub fn shared_mailboxes(&self, _member: AccountId) -> Vec<AccountId> {
        todo!()
    }

    /// Who decides on the held mail of an account. `None` only when the tenant has no other account at all
    /// that may decide.
    pub fn approvers(&self, _account: AccountId) -> Option<Approvers> {
        todo!()
    }

    /// Whether `actor` may decide on mail whose approvers are these; never the sender's own mail (P7),
    /// administrators always.
    pub fn may_decide(
        &self,
        _actor: AccountId,
        _sender: Option<AccountId>,
        _approvers: &Approvers,
    ) -> bool {
        todo!()
    }

    /// The enabled administrators of a tenant, the first made first.
    pub fn administrators(&self, _tenant: Tenant) -> Vec<AccountId> {
        todo!()
    }

    /// Organisations, the first made first.
    pub fn organisations(&self) -> &[OrganisationRow] {
        todo!()
    }

    /// Domains of a tenant, the first made first.
    pub fn domains(&self, _tenant: Tenant) -> Vec<&DomainRow> {
        todo!()
    }

    /// Groups of a tenant by address.
    pub fn groups(&self, _tenant: Tenant) -> Vec<&GroupRow> {
        todo!()
    }

    /// The domain for sign-in names without one: the first domain of the first organisation.
    pub fn default_domain(&self) -> Option<&Domain> {
        todo!()
    }
}
