//! Where a mail goes when nothing stops it: aliases and groups expanded, each place once.

use std::collections::HashSet;

use sekisho_address::Address;
use sekisho_directory::{Resolution, SignedIn, Snapshot, Target};
use sekisho_smtp::{Envelope, Recipient};
use sekisho_store::{AccountId, Direction, Folder, Notify, Onward, Queued, Tenant};

use crate::limits::QUEUE_LIFETIME_S;
use crate::smtp::forward_address;

/// Whose mail it is, which checkpoint it passes, and its recipients.
pub(super) struct Addressed {
    pub(super) tenant: Tenant,
    pub(super) direction: Direction,
    pub(super) recipients: Vec<Addressee>,
}

/// One place that the mail goes to.
pub(super) struct Addressee {
    pub(super) address: Address,
    /// As it stood in RCPT, where that was another.
    pub(super) given: Option<String>,
    pub(super) original: Option<String>,
    pub(super) notify: Notify,
    pub(super) onward: Onward,
}

impl Addressee {
    pub(super) fn is_external(&self) -> bool {
        matches!(self.onward, Onward::Queue(_))
    }
}

struct Collector<'a> {
    tenant: Option<Tenant>,
    accounts: HashSet<AccountId>,
    outside: HashSet<String>,
    recipients: Vec<Addressee>,
    snapshot: &'a Snapshot,
}

impl Addressed {
    /// The recipients as the sender wrote them.
    pub(super) fn written(&self) -> Vec<Address> {
        let written = self.recipients.iter().map(|to| match &to.given {
            Some(given) => Address::parse(given).unwrap_or_else(|_| to.address.clone()),
            None => to.address.clone(),
        });
        written.collect()
    }

    /// `None` when a recipient that was there at RCPT is gone.
    pub(super) fn of(
        envelope: &Envelope,
        signed_in: Option<&SignedIn>,
        trusted: bool,
        snapshot: &Snapshot,
        hostname: &str,
    ) -> Option<Self> {
        let sender = envelope.reverse_path.address();
        let sender_tenant = signed_in.map(|who| who.tenant).or_else(|| {
            let domain = sender.filter(|_| trusted)?.domain();
            snapshot.tenant_of_domain(domain)
        });
        let mut collector = Collector {
            tenant: sender_tenant,
            accounts: HashSet::new(),
            outside: HashSet::new(),
            recipients: Vec::with_capacity(envelope.recipients.len()),
            snapshot,
        };
        for recipient in &envelope.recipients {
            let address = forward_address(&recipient.forward_path, snapshot, hostname)?;
            collector.add(recipient, address)?;
        }
        let Collector {
            tenant, recipients, ..
        } = collector;
        let tenant = tenant.or_else(|| snapshot.organisations().first().map(|first| first.id))?;
        let ours = signed_in.is_some() || trusted;
        let direction = match (ours, recipients.iter().any(Addressee::is_external)) {
            (false, _) => Direction::Inbound,
            (true, true) => Direction::Outbound,
            (true, false) => Direction::Internal,
        };
        Some(Self {
            tenant,
            direction,
            recipients,
        })
    }
}

impl Collector<'_> {
    fn add(&mut self, recipient: &Recipient, address: Address) -> Option<()> {
        match self.snapshot.resolve(&address) {
            Resolution::Ours {
                tenant, targets, ..
            } if *self.tenant.get_or_insert(tenant) == tenant => {
                for target in targets {
                    self.target(Some(recipient), &address, target);
                }
            }
            // Another organisation on this server is outside: its own checkpoint sees the mail as any other.
            Resolution::Ours { .. } | Resolution::Foreign => {
                self.queue(Some(recipient), &address, address.clone())
            }
            Resolution::Unknown { .. } => return None,
        }
        Some(())
    }

    fn target(&mut self, recipient: Option<&Recipient>, given: &Address, target: Target) {
        match target {
            Target::Outside(address) => self.queue(recipient, given, address),
            Target::Mailbox { account, address } => {
                if self.accounts.insert(account) {
                    let onward = Onward::Mailbox {
                        account,
                        folder: Folder::Inbox,
                    };
                    self.push(recipient, given, address, onward);
                }
            }
        }
    }

    fn queue(&mut self, recipient: Option<&Recipient>, given: &Address, address: Address) {
        if self.outside.insert(address.key()) {
            let destination = address.domain().as_str().to_owned();
            let lifetime_s = QUEUE_LIFETIME_S;
            self.push(
                recipient,
                given,
                address,
                Onward::Queue(Queued {
                    destination,
                    lifetime_s,
                }),
            );
        }
    }

    fn push(
        &mut self,
        recipient: Option<&Recipient>,
        given: &Address,
        address: Address,
        onward: Onward,
    ) {
        self.recipients.push(Addressee {
            given: (*given != address).then(|| given.to_string()),
            original: recipient
                .and_then(|recipient| recipient.original.as_ref())
                .map(|o| format!("{};{}", o.address_type, o.address)),
            notify: recipient.map(notify).unwrap_or_default(),
            address,
            onward,
        });
    }
}

/// Where an address that a rule names leads; nowhere when it is ours and does not exist.
pub(super) fn resolved(address: &Address, tenant: Tenant, snapshot: &Snapshot) -> Vec<Addressee> {
    let mut collector = Collector {
        tenant: Some(tenant),
        accounts: HashSet::new(),
        outside: HashSet::new(),
        recipients: Vec::new(),
        snapshot,
    };
    match snapshot.resolve(address) {
        Resolution::Ours {
            tenant: theirs,
            targets,
            ..
        } if theirs == tenant => {
            for target in targets {
                collector.target(None, address, target);
            }
        }
        Resolution::Ours { .. } | Resolution::Foreign => {
            collector.queue(None, address, address.clone());
        }
        Resolution::Unknown { .. } => {}
    }
    collector.recipients
}

fn notify(recipient: &Recipient) -> Notify {
    match recipient.notify {
        None => Notify::default(),
        Some(wanted) => Notify {
            never: !(wanted.success || wanted.failure || wanted.delay),
            success: wanted.success,
            failure: wanted.failure,
            delay: wanted.delay,
        },
    }
}
