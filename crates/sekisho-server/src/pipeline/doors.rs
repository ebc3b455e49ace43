//! What each organisation asks at its door, in memory, and how the public lists do.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use sekisho_auth::{Answers, Query, Reply};
use sekisho_command::{Door, door_of, lists_of};
use sekisho_facts::client_names;
use sekisho_spam::dnsbl::{
    About, DnsList, DnsLists, Fault, Subjects, Watch, probe, read, verdict_on,
};
use sekisho_spam::lists::Lists;
use sekisho_store::{Actor, AuditEvent, Store, StoreFailure, Tenant};

use tokio::sync::Notify;

use crate::dns::{Resolver, resolve_all};
use crate::limits::DNS_FACTS_TIMEOUT;

/// One organisation's.
#[derive(Debug, Default)]
pub(crate) struct OpenDoor {
    pub(crate) lists: Lists,
    pub(crate) settings: Door,
    pub(crate) dns_lists: DnsLists,
}

/// Rounds of questions about a client: its lists and PTR at once, then the addresses of its names.
const DOUBT_ROUNDS_MAX: usize = 4;

/// All organisations'.
#[derive(Default)]
pub(crate) struct Doors {
    known: RwLock<HashMap<Tenant, Arc<OpenDoor>>>,
    /// By zone: a list is faulty for everybody.
    watches: Mutex<HashMap<String, Watch>>,
    /// New lists are tested at once.
    pub(crate) changed: Notify,
}

impl Doors {
    pub(crate) fn of(&self, tenant: Tenant) -> Arc<OpenDoor> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&tenant).map(Arc::clone).unwrap_or_default()
    }

    /// Whether any organisation's mail comes through a gateway at this address.
    pub(crate) fn is_trusted_hop(&self, ip: IpAddr) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.values().any(|door| {
            let hops = &door.settings.trusted_hops;
            hops.iter().any(|network| network.contains(ip))
        })
    }

    /// The smallest number that any organisation lets a source send; 0: none of them has one.
    pub(crate) fn mails_per_source_max(&self) -> u32 {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let set = known
            .values()
            .map(|door| door.settings.mails_per_source_max);
        set.filter(|most| *most > 0).min().unwrap_or(0)
    }

    /// Seconds that a refused recipient is held back: the most that any organisation wants.
    pub(crate) fn tarpit_s(&self) -> u32 {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known
            .values()
            .map(|door| door.settings.tarpit_s)
            .max()
            .unwrap_or(0)
    }

    /// Reads an organisation's lists and settings anew. Settings that cannot be read leave those before in force.
    ///
    /// # Errors
    /// The store cannot be asked.
    pub(crate) async fn load(&self, store: &Store, tenant: Tenant) -> Result<(), StoreFailure> {
        let now = Timestamp::now();
        let read = store
            .read(move |reader| Ok((lists_of(reader, tenant, now)?, door_of(reader, tenant))))
            .await?;
        let (lists, settings) = read;
        let settings = match settings {
            Ok(settings) => settings,
            Err(StoreFailure::Damaged(why)) => {
                tracing::error!(%tenant, why, "the door settings cannot be read; those before stay in force");
                self.of(tenant).settings.clone()
            }
            Err(failure) => return Err(failure),
        };
        let door = OpenDoor {
            lists,
            dns_lists: settings.dns_lists(),
            settings,
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(tenant, Arc::new(door));
        self.changed.notify_one();
        Ok(())
    }

    /// Zones that are not to be asked.
    pub(crate) fn zones_off(&self, lists: &DnsLists) -> Vec<String> {
        let watches = self.watches();
        let is_off = |list: &&DnsList| watches.get(&list.zone).is_some_and(|watch| !watch.is_on());
        lists
            .lists
            .iter()
            .filter(is_off)
            .map(|list| list.zone.clone())
            .collect()
    }

    /// Whether something about a client is doubtful: its names, or that a public list has it. An unanswered
    /// question is no doubt.
    pub(crate) async fn is_doubtful(
        &self,
        resolver: &Arc<dyn Resolver>,
        tenant: Tenant,
        client: (IpAddr, &str),
        hostname: &str,
    ) -> bool {
        let door = self.of(tenant);
        let off = self.zones_off(&door.dns_lists);
        let (ip, helo) = client;
        let subjects = Subjects {
            client: Some(ip),
            ..Subjects::default()
        };
        let deadline = tokio::time::Instant::now() + DNS_FACTS_TIMEOUT;
        let mut answers = Answers::new();
        for _ in 0..DOUBT_ROUNDS_MAX {
            let names = client_names(ip, Some(helo), hostname, &answers);
            let is_on = |list: &DnsList| list.about == About::Client && !off.contains(&list.zone);
            let hits = door.dns_lists.look(&subjects, is_on, &answers);
            let wanted = match (names, hits) {
                (Ok(names), Ok(hits)) => {
                    return !names.is_empty() || hits.iter().any(|hit| hit.weight > 0.0);
                }
                (names, hits) => [names.err(), hits.err()],
            };
            let wanted = wanted
                .into_iter()
                .flatten()
                .flat_map(|wanted| wanted.0)
                .collect();
            for (query, reply) in resolve_all(resolver, wanted, deadline).await {
                answers.insert(query, reply);
            }
        }
        false
    }

    /// Notes how lists answered about a mail.
    pub(crate) fn note(
        &self,
        store: &Store,
        tenant: Tenant,
        lists: &DnsLists,
        replies: &[(Query, Reply)],
    ) {
        if lists.lists.is_empty() {
            return;
        }
        let now = Timestamp::now();
        for list in &lists.lists {
            let end = format!(".{}", list.zone.to_ascii_lowercase());
            for (_, reply) in replies
                .iter()
                .filter(|(query, _)| query.name.ends_with(&end))
            {
                let fault = self
                    .watches()
                    .entry(list.zone.clone())
                    .or_default()
                    .note(now, read(list, reply));
                if let Some(fault) = fault {
                    alert(store, tenant, list, Some(fault), now);
                }
            }
        }
    }

    /// Looks at the test points of the lists whose turn it is.
    pub(crate) async fn probe(&self, store: &Store, resolver: &Arc<dyn Resolver>) {
        let doors: Vec<(Tenant, Arc<OpenDoor>)> = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            known
                .iter()
                .map(|(tenant, door)| (*tenant, Arc::clone(door)))
                .collect()
        };
        for (tenant, door) in doors {
            for list in &door.dns_lists.lists {
                let now = Timestamp::now();
                let due = self
                    .watches()
                    .entry(list.zone.clone())
                    .or_default()
                    .is_to_be_probed(now);
                if due {
                    self.probe_one(store, resolver, tenant, list).await;
                }
            }
        }
    }

    async fn probe_one(
        &self,
        store: &Store,
        resolver: &Arc<dyn Resolver>,
        tenant: Tenant,
        list: &DnsList,
    ) {
        let deadline = tokio::time::Instant::now() + DNS_FACTS_TIMEOUT;
        let mut answers = Answers::new();
        for (query, reply) in resolve_all(resolver, probe(list).to_vec(), deadline).await {
            answers.insert(query, reply);
        }
        let Ok(fault) = verdict_on(list, &answers) else {
            return;
        };
        let now = Timestamp::now();
        let changed = self
            .watches()
            .entry(list.zone.clone())
            .or_default()
            .probed(now, fault);
        if let Some(fault) = changed {
            alert(store, tenant, list, fault, now);
        }
    }

    fn watches(&self) -> std::sync::MutexGuard<'_, HashMap<String, Watch>> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Told once for each change: in the log, as a number, and in the audit log, where it can be looked for.
fn alert(store: &Store, tenant: Tenant, list: &DnsList, fault: Option<Fault>, now: Timestamp) {
    let is_off = fault.is_some();
    metrics::gauge!("sekisho_dns_list_off", "list" => list.name.clone())
        .set(f64::from(u8::from(is_off)));
    let word = fault.map_or("none", Fault::word);
    if is_off {
        tracing::warn!(
            list = list.name,
            zone = list.zone,
            fault = word,
            "a public list is faulty and is not asked for a while"
        );
    } else {
        tracing::info!(
            list = list.name,
            zone = list.zone,
            "a public list works again"
        );
    }
    let event = AuditEvent {
        tenant,
        now,
        actor: Actor::System("smtp"),
        action: if is_off {
            "dns-list.off"
        } else {
            "dns-list.on"
        }
        .to_owned(),
        subject: list.name.clone(),
        detail_json: serde_json::json!({ "zone": list.zone, "fault": word }).to_string(),
    };
    let store = store.clone();
    tokio::spawn(async move {
        if let Err(error) = store.audit(event).await {
            tracing::error!(%error, "a faulty list could not be noted");
        }
    });
}
