//! A snapshot of an organisation's entries that answers for one mail.

use std::collections::HashMap;
use std::net::IpAddr;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};

use super::{Entry, Network, Verb, What};

/// What is known of a mail; what is not known yet fits no entry.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    /// The client.
    pub ip: Option<IpAddr>,
    /// Its name for itself.
    pub helo: Option<&'a str>,
    /// Reverse-path and From.
    pub senders: &'a [Address],
    /// The recipient that is asked for.
    pub recipient: Option<&'a Address>,
    /// The recipient's account.
    pub owner: Option<i64>,
    /// Domains for which SPF or DKIM passed; none before that is known.
    pub authenticated: &'a [Domain],
}

/// All entries, found by what they fit.
#[derive(Debug, Default)]
pub struct Lists {
    entries: Vec<Entry>,
    networks: HashMap<Network, Vec<usize>>,
    /// The prefix lengths that occur, of IPv4 and IPv6: as many look-ups as these, not as entries.
    prefixes: [Vec<u8>; 2],
    domains: HashMap<String, Vec<usize>>,
    addresses: HashMap<String, Vec<usize>>,
    helo: HashMap<String, Vec<usize>>,
}

/// Labels of a name that are looked up: more than any real one has.
const LABELS_MAX: usize = 12;

impl Lists {
    /// Takes all entries, those of persons too.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut lists = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            match &entry.what {
                What::Network(network) => {
                    lists.networks.entry(*network).or_default().push(at);
                    let prefixes = &mut lists.prefixes[usize::from(!network.is_ipv4())];
                    if !prefixes.contains(&network.prefix_bits()) {
                        prefixes.push(network.prefix_bits());
                    }
                }
                What::Domain(domain) => lists
                    .domains
                    .entry(domain.as_str().to_owned())
                    .or_default()
                    .push(at),
                What::Sender(address) | What::Recipient(address) => {
                    lists.addresses.entry(address.key()).or_default().push(at);
                }
                What::Helo(name) => lists.helo.entry(name.clone()).or_default().push(at),
            }
        }
        lists.entries = entries;
        lists
    }

    /// Whether there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry that counts for this mail and recipient.
    pub fn entry(&self, seen: &Seen<'_>, now: Timestamp) -> Option<&Entry> {
        if self.is_empty() {
            return None;
        }
        let fitting: Vec<&Entry> = self
            .candidates(seen)
            .into_iter()
            .filter_map(|at| self.entries.get(at))
            .filter(|entry| entry.expires_at.is_none_or(|end| now < end))
            .filter(|entry| entry.owner.is_none() || entry.owner == seen.owner)
            .filter(|entry| is_proved(entry, seen))
            .collect();
        let strongest = |of_person: bool| {
            fitting
                .iter()
                .copied()
                .filter(|entry| entry.owner.is_some() == of_person)
                .max_by_key(|entry| (entry.what.exactness(), entry.verb != Verb::Allow))
        };
        let of_organisation = strongest(false);
        match of_organisation {
            Some(entry) if entry.verb != Verb::Allow => Some(entry),
            _ => strongest(true).or(of_organisation),
        }
    }

    fn candidates(&self, seen: &Seen<'_>) -> Vec<usize> {
        let mut found = Vec::new();
        if let Some(ip) = seen.ip.map(|ip| ip.to_canonical()) {
            for bits in &self.prefixes[usize::from(ip.is_ipv6())] {
                found.extend(
                    self.networks
                        .get(&Network::of(ip, *bits))
                        .into_iter()
                        .flatten(),
                );
            }
        }
        let helo = seen.helo.map(str::to_ascii_lowercase);
        for name in helo.iter().flat_map(|name| name_and_parents(name)) {
            found.extend(self.helo.get(name).into_iter().flatten());
        }
        for sender in seen.senders {
            let of_sender = |at: &&usize| {
                self.entries
                    .get(**at)
                    .is_some_and(|entry| matches!(entry.what, What::Sender(_)))
            };
            let at = self.addresses.get(&sender.key()).into_iter().flatten();
            found.extend(at.filter(of_sender));
            for name in name_and_parents(sender.domain().as_str()) {
                found.extend(self.domains.get(name).into_iter().flatten());
            }
        }
        if let Some(recipient) = seen.recipient {
            let of_recipient = |at: &&usize| {
                self.entries
                    .get(**at)
                    .is_some_and(|entry| matches!(entry.what, What::Recipient(_)))
            };
            let at = self.addresses.get(&recipient.key()).into_iter().flatten();
            found.extend(at.filter(of_recipient));
        }
        found
    }
}

fn is_proved(entry: &Entry, seen: &Seen<'_>) -> bool {
    entry.authenticated.as_ref().is_none_or(|wanted| {
        seen.authenticated
            .iter()
            .any(|proved| proved.is_within(wanted))
    })
}

/// `a.b.example`, `b.example`, `example`.
fn name_and_parents(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name.trim_end_matches('.')), |name| {
        name.split_once('.').map(|(_, parent)| parent)
    })
    .take(LABELS_MAX)
}
