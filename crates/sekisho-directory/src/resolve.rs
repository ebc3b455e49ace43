//! From an address to mailboxes: aliases, sub-addresses, groups, administrators, catch-all.

use std::collections::{HashSet, VecDeque};

use sekisho_address::Address;
use sekisho_store::{AccountId, GroupId, Tenant};

use crate::limits::{GROUPS_VISITED_MAX, TARGETS_MAX};
use crate::resolution::{AddressKind, Resolution, Target};
use crate::snapshot::{Owner, Snapshot};

/// Local parts that every domain has (RFC 5321 §4.5.1, RFC 2142 §4 and §5).
const ADMINISTRATORS: [&str; 2] = ["postmaster", "abuse"];

impl Snapshot {
    /// Where an address leads. Never an error: what cannot be resolved is `Unknown` or `Foreign`.
    pub fn resolve(&self, address: &Address) -> Resolution {
        let Some(domain) = self.domain(address.domain()) else {
            return Resolution::Foreign;
        };
        let tenant = domain.tenant;
        let found = self
            .resolve_owned(tenant, address)
            .or_else(|| self.resolve_administrators(tenant, address))
            .or_else(|| self.resolve_catch_all(tenant, domain.catch_all.as_deref()));
        found.unwrap_or(Resolution::Unknown { tenant })
    }

    /// An account, alias or group.
    fn resolve_owned(&self, tenant: Tenant, address: &Address) -> Option<Resolution> {
        let (owner, tag) = self.owner_or_base(address)?;
        let mut walk = Walk::new(self, tenant);
        let kind = match owner {
            Owner::Primary(account) => {
                walk.account(account);
                AddressKind::Primary
            }
            Owner::Alias(account) => {
                walk.account(account);
                AddressKind::Alias
            }
            Owner::Group(group) => {
                walk.group(group);
                AddressKind::Group(group)
            }
        };
        walk.finish(kind, tag)
    }

    fn resolve_administrators(&self, tenant: Tenant, address: &Address) -> Option<Resolution> {
        let local = address.split_tag('+').0;
        if !ADMINISTRATORS
            .iter()
            .any(|name| local.eq_ignore_ascii_case(name))
        {
            return None;
        }
        let mut walk = Walk::new(self, tenant);
        for account in self.administrators(tenant) {
            walk.account(account);
        }
        if walk.targets.is_empty() {
            // No administrator: better the first account than nobody.
            let first = self
                .accounts(tenant)
                .into_iter()
                .map(|account| account.id)
                .min();
            first.into_iter().for_each(|account| walk.account(account));
        }
        walk.finish(AddressKind::Administrators, None)
    }

    fn resolve_catch_all(&self, tenant: Tenant, catch_all: Option<&str>) -> Option<Resolution> {
        let address = Address::parse(catch_all?).ok()?;
        // Only what someone really has: a catch-all of a catch-all would go round in a circle.
        let (owner, _) = self.owner_or_base(&address)?;
        let mut walk = Walk::new(self, tenant);
        match owner {
            Owner::Primary(account) | Owner::Alias(account) => walk.account(account),
            Owner::Group(group) => walk.group(group),
        }
        walk.finish(AddressKind::CatchAll, None)
    }
}

/// A walk through groups: each is visited once, so that loops end.
struct Walk<'a> {
    snapshot: &'a Snapshot,
    tenant: Tenant,
    targets: Vec<Target>,
    seen: HashSet<String>,
    visited: HashSet<GroupId>,
    left_out: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(snapshot: &'a Snapshot, tenant: Tenant) -> Self {
        let (seen, visited) = (HashSet::new(), HashSet::new());
        Self {
            snapshot,
            tenant,
            targets: Vec::new(),
            seen,
            visited,
            left_out: Vec::new(),
        }
    }

    /// A mailbox, once.
    fn account(&mut self, id: AccountId) {
        let Some(account) = self.snapshot.account(id) else {
            return;
        };
        if account.tenant == self.tenant && self.seen.insert(account.address.key()) {
            let address = account.address.clone();
            self.targets.push(Target::Mailbox {
                account: id,
                address,
            });
        }
    }

    /// The members of a group and of the groups in it, breadth first.
    fn group(&mut self, first: GroupId) {
        let mut waiting = VecDeque::from([first]);
        self.visited.insert(first);
        while let Some(group) = waiting.pop_front().and_then(|id| self.snapshot.group(id)) {
            for member in &group.members {
                if self.targets.len() >= TARGETS_MAX || self.visited.len() > GROUPS_VISITED_MAX {
                    self.left_out.push(member.clone());
                } else if let Some(inner) = self.member(member) {
                    waiting.push_back(inner);
                }
            }
        }
    }

    /// Takes a member in; a group among them that was not visited before is returned.
    fn member(&mut self, member: &str) -> Option<GroupId> {
        let Ok(address) = Address::parse(member) else {
            self.left_out.push(member.to_owned());
            return None;
        };
        match self.snapshot.owner_or_base(&address) {
            Some((Owner::Primary(account) | Owner::Alias(account), _)) => self.account(account),
            Some((Owner::Group(group), _)) => return self.visited.insert(group).then_some(group),
            None if self.snapshot.domain(address.domain()).is_some() => {
                self.left_out.push(member.to_owned())
            }
            None => {
                if self.seen.insert(address.key()) {
                    self.targets.push(Target::Outside(address));
                }
            }
        }
        None
    }

    /// `None`: it leads nowhere.
    fn finish(self, kind: AddressKind, tag: Option<String>) -> Option<Resolution> {
        let Self {
            tenant,
            targets,
            left_out,
            ..
        } = self;
        (!targets.is_empty()).then_some(Resolution::Ours {
            tenant,
            targets,
            tag,
            kind,
            left_out,
        })
    }
}
