//! What an organisation knows of itself and of whom it deals with.

use std::collections::HashSet;

use sekisho_address::{Address, Domain};

use crate::impersonation::people::{People, Person};
use crate::lookalike::brands::BRANDS;
use crate::lookalike::host::Host;
use crate::lookalike::targets::{Owner, Targets, Traits};
use crate::lookalike::{self, Lookalike};

/// What is protected: domains, partners, people. Made once, used for every mail.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    own: Vec<Domain>,
    targets: Targets,
    pub(crate) people: People,
    personal: HashSet<String>,
}

impl Knowledge {
    /// An organisation with these domains; those below them are its own, too.
    pub fn of(own: &[Domain]) -> Self {
        let mut knowledge = Self::default();
        for domain in own.iter().filter(|domain| !domain.is_literal()) {
            knowledge.own.push(domain.clone());
            knowledge
                .targets
                .protect(domain.as_str(), Owner::Own, Traits::default());
        }
        knowledge
    }

    /// A domain of somebody that the organisation deals with.
    pub fn add_partner(&mut self, domain: &Domain) {
        if !domain.is_literal() {
            self.targets
                .protect(domain.as_str(), Owner::Partner, Traits::default());
        }
    }

    /// Somebody whose name is worth borrowing.
    pub fn add_person(&mut self, person: Person) {
        self.people.add(person);
    }

    /// An outside address that a protected person is known to write from.
    pub fn add_personal(&mut self, address: &Address) {
        self.personal.insert(address.key());
    }

    /// The protected domain that `host` (A-labels, lower case) imitates, if any: the organisation's
    /// own, a partner's, or one of the built-in list.
    pub fn lookalike(&self, host: &str) -> Option<Lookalike> {
        lookalike::find(host, &self.targets)
    }

    pub(crate) fn is_own(&self, host: &str) -> bool {
        self.owner(host) == Some(Owner::Own)
    }

    pub(crate) fn is_personal(&self, address: &Address) -> bool {
        self.personal.contains(&address.key())
    }

    /// Whose the host is, if it is known to be genuine.
    pub(crate) fn owner(&self, host: &str) -> Option<Owner> {
        self.targets
            .owner(host)
            .or_else(|| BRANDS.targets.owner(host))
    }

    /// Whether both belong together: one registered name, or domains of one owner.
    pub(crate) fn is_same_site(&self, a: &str, b: &str) -> bool {
        if a == b || registrable(a) == registrable(b) {
            return true;
        }
        let owner = self.owner(a);
        owner.is_some() && owner != Some(Owner::Partner) && owner == self.owner(b)
    }
}

/// The registered part of a host; the host itself where there is none.
pub(crate) fn registrable(host: &str) -> String {
    match Host::of(host) {
        Some(parts) => {
            let labels = parts.registrable().split('.').count();
            let start = host
                .rmatch_indices('.')
                .nth(labels.saturating_sub(1))
                .map_or(0, |(at, _)| at + 1);
            host.get(start..).unwrap_or(host).to_owned()
        }
        None => host.to_owned(),
    }
}
