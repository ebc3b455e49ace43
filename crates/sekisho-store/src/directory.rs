//! Rows of the directory: organisations, domains, people, addresses, groups, credentials.
//! What they mean is the business of `sekisho-directory`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, GroupId, Tenant};

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganisationRow {
    /// Which.
    pub id: Tenant,
    /// Name on screen.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// A domain that is ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainRow {
    /// Whose.
    pub tenant: Tenant,
    /// A-label form, lower case.
    pub name: String,
    /// Address that takes what no one else does; none refuses unknown recipients.
    pub catch_all: Option<String>,
}

/// Kinds of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// A person, who signs in.
    Person,
    /// A mailbox that several people use; nobody signs in with it.
    Shared,
}

/// A person or a shared mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// Which.
    pub id: AccountId,
    /// Whose.
    pub tenant: Tenant,
    /// Kind.
    pub kind: AccountKind,
    /// Primary address: the sign-in name and the default sender.
    pub address: String,
    /// Name on screen.
    pub name: String,
    /// Language of notices, `ja` or `en`.
    pub language: String,
    /// Role bits, as `sekisho-directory` defines them.
    pub roles: u32,
    /// Who decides on this account's held mail.
    pub manager: Option<AccountId>,
    /// Who decides when this account cannot.
    pub deputy: Option<AccountId>,
    /// Bytes allowed; none is without limit.
    pub quota_bytes: Option<u64>,
    /// May sign in and send. A disabled account still receives.
    pub enabled: bool,
    /// `department`, `title`, …: what the organisation notes of them, for rules.
    pub attributes: BTreeMap<String, String>,
}

/// A new account; the standard folders come with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccount {
    /// Whose.
    pub tenant: Tenant,
    /// Kind.
    pub kind: AccountKind,
    /// Primary address, in a domain of the tenant.
    pub address: String,
    /// Look-up key of the address (lower case).
    pub address_key: String,
    /// Name on screen.
    pub name: String,
    /// Language of notices.
    pub language: String,
    /// Role bits.
    pub roles: u32,
    /// Manager.
    pub manager: Option<AccountId>,
    /// Deputy.
    pub deputy: Option<AccountId>,
    /// Bytes allowed.
    pub quota_bytes: Option<u64>,
}

/// A further address of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasRow {
    /// Whose.
    pub tenant: Tenant,
    /// Address.
    pub address: String,
    /// Look-up key of the address.
    pub address_key: String,
    /// Who gets it.
    pub account: AccountId,
}

/// A group of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Which.
    pub id: GroupId,
    /// Whose.
    pub tenant: Tenant,
    /// Its address.
    pub address: String,
    /// Look-up key of the address.
    pub address_key: String,
    /// Name on screen.
    pub name: String,
    /// Members' addresses, inside or outside; may be groups.
    pub members: Vec<String>,
}

/// `account` may send as `address` (a colleague's, a shared mailbox's, a group's, or one of another system).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegationRow {
    /// Whose.
    pub tenant: Tenant,
    /// Who may send.
    pub account: AccountId,
    /// As which address.
    pub address: String,
    /// Look-up key of the address.
    pub address_key: String,
}

/// `member` opens and answers for the shared mailbox `shared`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedMemberRow {
    /// Whose.
    pub tenant: Tenant,
    /// The shared mailbox.
    pub shared: AccountId,
    /// The person.
    pub member: AccountId,
}

/// What proves a password. Holds no password; still a secret, so it prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialRow {
    /// Whose.
    pub account: AccountId,
    /// argon2id in PHC form.
    pub password_phc: String,
    /// SCRAM-SHA-256 keys in the form of RFC 5803.
    pub scram: String,
}

impl std::fmt::Debug for CredentialRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CredentialRow")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// A change of the directory: one command, one transaction, one audit row.
#[derive(Debug, Clone)]
pub enum DirectoryChange {
    /// A new organisation.
    AddOrganisation {
        /// Name on screen.
        name: String,
    },
    /// A domain, new or changed.
    PutDomain(DomainRow),
    /// A domain goes; refused while addresses in it exist.
    RemoveDomain {
        /// Whose.
        tenant: Tenant,
        /// A-label form.
        name: String,
    },
    /// A new account.
    AddAccount(NewAccount),
    /// All fields of an account but tenant and address.
    SetAccount(AccountRow),
    /// An account with its folders, addresses and credentials.
    RemoveAccount {
        /// Whose.
        tenant: Tenant,
        /// Which.
        account: AccountId,
    },
    /// A password.
    SetCredential {
        /// Whose organisation.
        tenant: Tenant,
        /// The row.
        credential: CredentialRow,
    },
    /// A further address.
    AddAlias(AliasRow),
    /// A further address goes.
    RemoveAlias {
        /// Whose.
        tenant: Tenant,
        /// Look-up key.
        address_key: String,
    },
    /// A group, new (id 0) or changed.
    PutGroup(GroupRow),
    /// A group goes.
    RemoveGroup {
        /// Whose.
        tenant: Tenant,
        /// Which.
        group: GroupId,
    },
    /// A right to send.
    AddDelegation(DelegationRow),
    /// A right to send goes.
    RemoveDelegation(DelegationRow),
    /// A person joins a shared mailbox.
    AddSharedMember(SharedMemberRow),
    /// A person leaves a shared mailbox.
    RemoveSharedMember(SharedMemberRow),
}

/// What a change made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryMade {
    /// An organisation.
    Organisation(Tenant),
    /// An account.
    Account(AccountId),
    /// A group.
    Group(GroupId),
    /// Nothing with a number of its own.
    Nothing,
}

/// The whole directory, read in one snapshot.
#[derive(Debug, Clone, Default)]
pub struct DirectoryRows {
    /// Rises with every change.
    pub version: u64,
    /// Organisations.
    pub organisations: Vec<OrganisationRow>,
    /// Domains.
    pub domains: Vec<DomainRow>,
    /// Accounts.
    pub accounts: Vec<AccountRow>,
    /// Aliases.
    pub aliases: Vec<AliasRow>,
    /// Groups.
    pub groups: Vec<GroupRow>,
    /// Rights to send.
    pub delegations: Vec<DelegationRow>,
    /// Shared mailboxes' members.
    pub shared_members: Vec<SharedMemberRow>,
    /// Credentials.
    pub credentials: Vec<CredentialRow>,
}
