//! What is known of a mail before it is opened: connection, envelope, and how the directory sees sender and
//! recipients.

use std::sync::Arc;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_auth::{Answers, Query, Reply};
use sekisho_directory::{Account, Snapshot};
use sekisho_dlp::Detectors;
use sekisho_facts::{AtDoor, Context, InProcess, Opener};
use sekisho_phish::Knowledge;
use sekisho_policy::{ContactFacts, Direction, Envelope, Person, PersonFacts, Policy};
use sekisho_store::{AccountId, Onward, Tenant};

use super::doors::OpenDoor;
use super::{Doors, Mail};

/// A [`Context`] that owns what it refers to, and so can go to another thread.
pub(super) struct Known {
    direction: Direction,
    now: Timestamp,
    hostname: String,
    envelope: Envelope,
    recipients: Vec<Address>,
    internal_domains: Vec<Domain>,
    sender: Option<Person>,
    manager: Option<Person>,
    deputy: Option<Person>,
    answers: Option<Answers>,
    detectors: Arc<Detectors>,
    knowledge: Arc<Knowledge>,
    tenant: Tenant,
    owners: Vec<Option<i64>>,
    door: Arc<OpenDoor>,
    zones_off: Vec<String>,
    policy: Arc<Policy>,
    opener: Arc<dyn Opener>,
    people: Vec<PersonFacts>,
    /// What history knows of those outside.
    pub(super) contacts: Vec<ContactFacts>,
    /// Whether it answers a mail that was found to be forged.
    pub(super) answers_suspect: Option<bool>,
}

impl Known {
    pub(super) fn of(
        mail: &Mail,
        snapshot: &Snapshot,
        hostname: &str,
        detectors: &Arc<Detectors>,
        knowledge: Arc<Knowledge>,
        policy: &Arc<Policy>,
    ) -> Self {
        let direction = match mail.addressed.direction {
            sekisho_store::Direction::Inbound => Direction::Inbound,
            sekisho_store::Direction::Outbound => Direction::Outbound,
            sekisho_store::Direction::Internal => Direction::Internal,
        };
        let account = sender(mail, snapshot);
        let (manager, deputy) =
            account.map_or((None, None), |account| approvers(account.id, snapshot));
        let domains = snapshot.domains(mail.addressed.tenant);
        Self {
            direction,
            now: mail.now,
            hostname: hostname.to_owned(),
            envelope: envelope(mail),
            recipients: mail
                .addressed
                .recipients
                .iter()
                .map(|to| to.address.clone())
                .collect(),
            internal_domains: domains
                .iter()
                .filter_map(|row| Domain::from_dns(&row.name).ok())
                .collect(),
            sender: account.map(person),
            manager,
            deputy,
            // Who signed in is known better than any record could tell.
            answers: (direction == Direction::Inbound).then(Answers::new),
            detectors: Arc::clone(detectors),
            knowledge,
            tenant: mail.addressed.tenant,
            owners: mail
                .addressed
                .recipients
                .iter()
                .map(|to| match to.onward {
                    Onward::Mailbox { account, .. } => Some(account.0),
                    Onward::Queue(_) => None,
                })
                .collect(),
            door: Arc::default(),
            zones_off: Vec::new(),
            policy: Arc::clone(policy),
            opener: Arc::new(InProcess),
            people: people(mail, account, snapshot),
            contacts: Vec::new(),
            answers_suspect: None,
        }
    }

    /// With what its organisation asks at the door.
    pub(super) fn at(mut self, doors: &Doors) -> Self {
        self.door = doors.of(self.tenant);
        self.zones_off = doors.zones_off(&self.door.dns_lists);
        self
    }

    /// With somebody who opens its attachments.
    pub(super) fn opening(mut self, opener: Arc<dyn Opener>) -> Self {
        self.opener = opener;
        self
    }

    /// Whose mail it is, and their door.
    pub(super) fn door(&self) -> (Tenant, Arc<OpenDoor>) {
        (self.tenant, Arc::clone(&self.door))
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context {
            opener: &*self.opener,
            direction: Some(self.direction),
            now: self.now,
            receiving_host: &self.hostname,
            envelope: self.envelope.clone(),
            recipients: self.recipients.clone(),
            internal_domains: &self.internal_domains,
            sender: self.sender.clone(),
            manager: self.manager.clone(),
            deputy: self.deputy.clone(),
            answers: self.answers.as_ref(),
            knowledge: Some(&self.knowledge),
            door: (self.direction == Direction::Inbound).then_some(AtDoor {
                lists: &self.door.lists,
                owners: &self.owners,
                dns_lists: &self.door.dns_lists,
                zones_off: &self.zones_off,
                trusted_hops: &self.door.settings.trusted_hops,
                names: true,
            }),
            vocabulary: Some(self.policy.vocabulary()),
            people: &self.people,
            contacts: &self.contacts,
            answers_suspect: self.answers_suspect,
            ..Context::new(&self.detectors)
        }
    }

    pub(super) fn direction(&self) -> Direction {
        self.direction
    }

    pub(super) fn internal_domains(&self) -> &[Domain] {
        &self.internal_domains
    }

    /// DNS has answered.
    pub(super) fn learn(&mut self, replies: Vec<(Query, Reply)>) {
        let answers = self.answers.get_or_insert_with(Answers::new);
        for (query, reply) in replies {
            if reply == Reply::Failed {
                metrics::counter!("sekisho_dns_failures_total").increment(1);
            }
            answers.insert(query, reply);
        }
    }
}

fn envelope(mail: &Mail) -> Envelope {
    let envelope = &mail.envelope;
    Envelope {
        client_ip: Some(envelope.peer_ip),
        helo: Some(envelope.helo.clone()),
        reverse_path: envelope.reverse_path.clone(),
        signed_in: mail.signed_in.as_ref().map(|who| who.address.to_string()),
        tls: envelope.tls.as_ref().map(|tls| tls.version.clone()),
        trusted_network: mail.trusted,
    }
}

/// Sender and recipients as the directory has them: those inside, and members of groups who are outside.
fn people(mail: &Mail, sender: Option<&Account>, snapshot: &Snapshot) -> Vec<PersonFacts> {
    let mut found: Vec<PersonFacts> = Vec::new();
    let recipients = mail.addressed.recipients.iter().map(|to| &to.address);
    let outside = mail.envelope.reverse_path.address();
    let sender = sender.map(|account| &account.address).or(outside);
    for address in sender.into_iter().chain(recipients) {
        let groups = snapshot.groups_of(address);
        let account = snapshot
            .account_of(address)
            .filter(|account| account.tenant == mail.addressed.tenant);
        if account.is_none() && groups.is_empty() {
            continue;
        }
        if found.iter().any(|person| person.address == *address) {
            continue;
        }
        let manager = account.and_then(|account| account.manager);
        let manager = manager.and_then(|id| snapshot.account(id));
        found.push(PersonFacts {
            address: address.clone(),
            aliases: account
                .map(|account| snapshot.addresses(account.id))
                .unwrap_or_default()
                .into_iter()
                .filter(|alias| alias != address)
                .collect(),
            groups: groups.to_vec(),
            attributes: account
                .map(|account| account.attributes.clone())
                .unwrap_or_default(),
            manager: manager.map(|manager| manager.address.clone()),
        });
    }
    found
}

/// What a stranger writes into MAIL FROM makes nobody one of ours.
fn sender<'a>(mail: &Mail, snapshot: &'a Snapshot) -> Option<&'a Account> {
    match &mail.signed_in {
        Some(who) => snapshot.account(who.account),
        None if mail.trusted => snapshot.account_of(mail.envelope.reverse_path.address()?),
        None => None,
    }
}

fn approvers(sender: AccountId, snapshot: &Snapshot) -> (Option<Person>, Option<Person>) {
    let Some(approvers) = snapshot.approvers(sender) else {
        return (None, None);
    };
    let other = |id: AccountId| {
        snapshot
            .account(id)
            .filter(|account| account.id != sender)
            .map(person)
    };
    (other(approvers.approver), approvers.deputy.and_then(other))
}

fn person(account: &Account) -> Person {
    Person {
        address: account.address.clone(),
        name: Some(account.name.clone()).filter(|name| !name.is_empty()),
    }
}
