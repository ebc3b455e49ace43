//! The directory in memory at one moment: answers without a database or a lock.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use sekisho_address::{Address, Domain};
use sekisho_store::{
    AccountId, CredentialRow, DirectoryRows, DomainRow, GroupId, GroupRow, OrganisationRow, Tenant,
};

use crate::account::{Account, Roles};
use crate::resolution::{Approvers, Resolution, Target};

/// What an address of ours stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// An account's primary address.
    Primary(AccountId),
    /// A further address of an account.
    Alias(AccountId),
    /// A group.
    Group(GroupId),
}

/// The whole directory at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    organisations: Vec<OrganisationRow>,
    domains: Vec<DomainRow>,
    by_domain: HashMap<String, usize>,
    accounts: BTreeMap<AccountId, Account>,
    owners: HashMap<String, Owner>,
    groups: BTreeMap<GroupId, GroupRow>,
    aliases: HashMap<AccountId, Vec<Address>>,
    delegations: HashMap<AccountId, HashSet<String>>,
    shared: HashMap<AccountId, Vec<AccountId>>,
    credentials: HashMap<AccountId, CredentialRow>,
    default_domain: Option<Domain>,
    /// By the key of a member's address: the groups that they are in. Worked out when first asked for.
    memberships: OnceLock<HashMap<String, Vec<Address>>>,
}

impl Snapshot {
    /// From the store's rows. Rows that cannot be understood are left out, and told in the log.
    pub(crate) fn build(rows: DirectoryRows) -> Self {
        let mut snapshot = Self {
            by_domain: rows
                .domains
                .iter()
                .enumerate()
                .map(|(n, row)| (row.name.clone(), n))
                .collect(),
            organisations: rows.organisations,
            domains: rows.domains,
            ..Self::default()
        };
        let default = snapshot.domains.iter().min_by_key(|row| row.tenant);
        snapshot.default_domain = default.and_then(|row| Domain::parse(&row.name).ok());
        for row in &rows.accounts {
            match Account::from_row(row) {
                Some(account) => snapshot.add_account(account),
                None => tracing::error!(account = %row.id, "the account's address cannot be read"),
            }
        }
        for alias in rows.aliases {
            snapshot
                .owners
                .insert(alias.address_key, Owner::Alias(alias.account));
            let address = Address::parse(&alias.address).ok();
            snapshot
                .aliases
                .entry(alias.account)
                .or_default()
                .extend(address);
        }
        for group in rows.groups {
            snapshot
                .owners
                .insert(group.address_key.clone(), Owner::Group(group.id));
            snapshot.groups.insert(group.id, group);
        }
        for row in rows.delegations {
            snapshot
                .delegations
                .entry(row.account)
                .or_default()
                .insert(row.address_key);
        }
        for row in rows.shared_members {
            snapshot
                .shared
                .entry(row.member)
                .or_default()
                .push(row.shared);
        }
        snapshot.credentials = rows
            .credentials
            .into_iter()
            .map(|row| (row.account, row))
            .collect();
        snapshot
    }

    fn add_account(&mut self, account: Account) {
        self.owners
            .insert(account.address.key(), Owner::Primary(account.id));
        self.accounts.insert(account.id, account);
    }

    /// Whether the domain is one of ours, and whose.
    pub fn tenant_of_domain(&self, domain: &Domain) -> Option<Tenant> {
        self.domain(domain).map(|row| row.tenant)
    }

    pub(crate) fn domain(&self, domain: &Domain) -> Option<&DomainRow> {
        self.by_domain
            .get(domain.as_str())
            .and_then(|nr| self.domains.get(*nr))
    }

    /// Who has exactly this address.
    pub(crate) fn owner(&self, address: &Address) -> Option<Owner> {
        self.owners.get(&address.key()).copied()
    }

    /// Who has this address, or it without its sub-address, which is then returned too.
    pub(crate) fn owner_or_base(&self, address: &Address) -> Option<(Owner, Option<String>)> {
        if let Some(owner) = self.owner(address) {
            return Some((owner, None));
        }
        let (_, tag) = address.split_tag('+');
        let tag = tag?.to_owned();
        self.owner(&address.without_tag('+'))
            .map(|owner| (owner, Some(tag)))
    }

    pub(crate) fn group(&self, id: GroupId) -> Option<&GroupRow> {
        self.groups.get(&id)
    }

    pub(crate) fn credential(&self, account: AccountId) -> Option<&CredentialRow> {
        self.credentials.get(&account)
    }

    /// Whether the account may use this address as sender: its own, with any sub-address; delegated ones;
    /// those of shared mailboxes that it is a member of. Never while it is disabled.
    pub fn may_send_as(&self, account: AccountId, address: &Address) -> bool {
        if !self.account(account).is_some_and(|account| account.enabled) {
            return false;
        }
        if self
            .delegations
            .get(&account)
            .is_some_and(|keys| keys.contains(&address.key()))
        {
            return true;
        }
        match self.owner_or_base(address) {
            Some((Owner::Primary(owner) | Owner::Alias(owner), _)) => {
                owner == account || self.shared_mailboxes(account).contains(&owner)
            }
            Some((Owner::Group(_), _)) | None => false,
        }
    }

    /// An account by number.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    /// The account that owns this address (primary or alias, sub-address cut off).
    pub fn account_of(&self, address: &Address) -> Option<&Account> {
        match self.owner_or_base(address)?.0 {
            Owner::Primary(id) | Owner::Alias(id) => self.account(id),
            Owner::Group(_) => None,
        }
    }

    /// The account that signs in by this name: an address, or a local part of the default domain.
    pub fn account_of_user(&self, user: &str) -> Option<&Account> {
        let address = match Address::parse(user) {
            Ok(address) => address,
            Err(_) => Address::new(user, self.default_domain.clone()?).ok()?,
        };
        // A sub-address is for receiving: as a sign-in name it would be a second name for the same counters.
        match self.owner(&address)? {
            Owner::Primary(id) | Owner::Alias(id) => self.account(id),
            Owner::Group(_) => None,
        }
    }

    /// The accounts of a tenant by address.
    pub fn accounts(&self, tenant: Tenant) -> Vec<&Account> {
        let mut accounts: Vec<_> = self
            .accounts
            .values()
            .filter(|account| account.tenant == tenant)
            .collect();
        accounts.sort_by_key(|account| account.address.key());
        accounts
    }

    /// All addresses of an account, the primary one first.
    pub fn addresses(&self, account: AccountId) -> Vec<Address> {
        let primary = self.account(account).map(|account| account.address.clone());
        let aliases = self.aliases.get(&account).into_iter().flatten().cloned();
        primary.into_iter().chain(aliases).collect()
    }

    /// The shared mailboxes that a person opens.
    pub fn shared_mailboxes(&self, member: AccountId) -> Vec<AccountId> {
        self.shared.get(&member).cloned().unwrap_or_default()
    }

    /// Whether a person reads and writes the mailboxes of an account: their own, and the shared ones that they are
    /// a member of. Asked anew for each command, because membership ends at any time.
    pub fn may_open(&self, person: AccountId, account: AccountId) -> bool {
        let tenant = |id| self.account(id).map(|account| account.tenant);
        let known = tenant(person).is_some() && tenant(person) == tenant(account);
        let member = |shared: &Vec<AccountId>| shared.contains(&account);
        known && (person == account || self.shared.get(&person).is_some_and(member))
    }

    /// Who decides on the held mail of an account. `None` only when the tenant has no other account at all
    /// that may decide: then nothing can be released but by the command line, and nothing is sent unseen (P6).
    pub fn approvers(&self, account: AccountId) -> Option<Approvers> {
        let sender = self.account(account)?;
        let usable = |id: Option<AccountId>| {
            id.filter(|id| *id != account && self.account(*id).is_some_and(|other| other.enabled))
        };
        let administrator = || {
            self.administrators(sender.tenant)
                .into_iter()
                .find(|id| *id != account)
        };
        let manager = usable(sender.manager);
        let stands_in = manager
            .and_then(|manager| self.account(manager))
            .and_then(|manager| manager.deputy);
        let approver = manager
            .or_else(|| usable(sender.deputy))
            .or_else(administrator)?;
        let other = |id: &AccountId| *id != approver;
        let deputy = usable(sender.deputy)
            .filter(other)
            .or_else(|| usable(stands_in).filter(other));
        let deputy = deputy.or_else(|| {
            self.administrators(sender.tenant)
                .into_iter()
                .find(|id| *id != account && *id != approver)
        });
        Some(Approvers { approver, deputy })
    }

    /// Whether `actor` may decide on mail whose approvers are these; never the sender's own mail (P7),
    /// administrators always.
    pub fn may_decide(
        &self,
        actor: AccountId,
        sender: Option<AccountId>,
        approvers: &Approvers,
    ) -> bool {
        let Some(account) = self.account(actor).filter(|account| account.enabled) else {
            return false;
        };
        if sender == Some(actor) {
            return false;
        }
        let named = approvers.approver == actor || approvers.deputy == Some(actor);
        let same_tenant = |id| {
            self.account(id)
                .is_some_and(|other| other.tenant == account.tenant)
        };
        named || (account.roles.contains(Roles::ADMIN) && same_tenant(approvers.approver))
    }

    /// The enabled administrators of a tenant, the first made first.
    pub fn administrators(&self, tenant: Tenant) -> Vec<AccountId> {
        let all = self
            .accounts
            .values()
            .filter(|account| account.tenant == tenant && account.enabled);
        all.filter(|account| account.roles.contains(Roles::ADMIN))
            .map(|account| account.id)
            .collect()
    }

    /// Organisations, the first made first.
    pub fn organisations(&self) -> &[OrganisationRow] {
        &self.organisations
    }

    /// Domains of a tenant, the first made first.
    pub fn domains(&self, tenant: Tenant) -> Vec<&DomainRow> {
        self.domains
            .iter()
            .filter(|domain| domain.tenant == tenant)
            .collect()
    }

    /// Groups of a tenant by address.
    pub fn groups(&self, tenant: Tenant) -> Vec<&GroupRow> {
        let mut groups: Vec<_> = self
            .groups
            .values()
            .filter(|group| group.tenant == tenant)
            .collect();
        groups.sort_by(|a, b| a.address_key.cmp(&b.address_key));
        groups
    }

    /// Addresses of the groups that somebody is in, groups inside groups too. `address` is the primary one, or
    /// that of a member outside.
    pub fn groups_of(&self, address: &Address) -> &[Address] {
        let memberships = self.memberships.get_or_init(|| self.memberships());
        memberships
            .get(&address.key())
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn memberships(&self) -> HashMap<String, Vec<Address>> {
        let mut found: HashMap<String, Vec<Address>> = HashMap::new();
        for group in self.groups.values() {
            let Ok(address) = Address::parse(&group.address) else {
                continue;
            };
            let Resolution::Ours { targets, .. } = self.resolve(&address) else {
                continue;
            };
            for target in targets {
                let (Target::Mailbox {
                    address: member, ..
                }
                | Target::Outside(member)) = target;
                found.entry(member.key()).or_default().push(address.clone());
            }
        }
        found
    }

    /// The domain for sign-in names without one: the first domain of the first organisation.
    pub fn default_domain(&self) -> Option<&Domain> {
        self.default_domain.as_ref()
    }
}
