//! Which hosts take the mail for a destination (RFC 5321 §5).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use sekisho_address::Domain;
use sekisho_auth::{Kind, Query, Record, Reply};
use sekisho_command::{NextHop, Route};
use sekisho_smtp::EnhancedStatus;
use sekisho_smtp::client::RemoteReply;
use sekisho_store::Tenant;
use tokio::time::Instant;

use super::lanes::LaneKey;
use super::random;
use crate::dns::{Resolver, resolve_all};
use crate::limits::{OUT_DNS_TIMEOUT, OUT_MX_HOSTS_MAX};

/// The kind of way that a destination's mail takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hop {
    /// The organisation's route.
    Route(NextHop),
    /// Our own door: another organisation on this server is outside too, and its checkpoint must see the mail.
    Here(SocketAddr),
    /// By MX.
    Mx,
}

/// One host with its addresses, in the order to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) addresses: Vec<SocketAddr>,
}

/// The way for a destination: its own route, our own door, the route for the rest, MX.
pub(super) fn hop(
    tenant: Tenant,
    destination: &str,
    routes: &[Route],
    here: Option<SocketAddr>,
) -> (LaneKey, Hop) {
    let own = routes.iter().find(|route| route.is_for(destination));
    let rest = || routes.iter().find(|route| route.is_for_the_rest());
    let mx = |hop| {
        let name = destination.to_owned();
        (LaneKey { tenant: None, name }, hop)
    };
    match (own, here) {
        (Some(route), _) => by_route(tenant, route),
        (None, Some(address)) => mx(Hop::Here(address)),
        (None, None) => rest().map_or_else(|| mx(Hop::Mx), |route| by_route(tenant, route)),
    }
}

fn by_route(tenant: Tenant, route: &Route) -> (LaneKey, Hop) {
    let next = &route.next_hop;
    let lane = LaneKey {
        tenant: Some(tenant),
        name: format!("{}:{}", next.host, next.port),
    };
    (lane, Hop::Route(next.clone()))
}

/// Finds hosts.
pub(super) struct Finder {
    pub(super) resolver: Arc<dyn Resolver>,
    /// Our own name: an MX that is us is left out, with all that are worse.
    pub(super) hostname: String,
    pub(super) own_addresses: Vec<IpAddr>,
    /// Port of hosts found by MX.
    pub(super) mx_port: u16,
    /// Whether an MX may lead to this machine: in the closed world of a fixture zone only.
    pub(super) loopback_allowed: bool,
}

impl Finder {
    /// The hosts to try, in order.
    ///
    /// # Errors
    /// A reply of ours: 4xx when DNS did not answer, 5xx when there is nothing to find.
    pub(super) async fn hosts(&self, hop: &Hop, domain: &str) -> Result<Vec<Host>, RemoteReply> {
        match hop {
            Hop::Here(address) => Ok(vec![Host {
                name: self.hostname.clone(),
                addresses: vec![reachable(*address)],
            }]),
            Hop::Route(next) => self.next_hop(next).await,
            Hop::Mx => self.by_mx(domain).await,
        }
    }

    async fn next_hop(&self, next: &NextHop) -> Result<Vec<Host>, RemoteReply> {
        let literal = next.host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let ips = match literal {
            Some(ip) => vec![ip],
            None => {
                let found = self.addresses(std::slice::from_ref(&next.host)).await;
                match found.into_iter().next() {
                    Some(Found::Addresses(ips)) if !ips.is_empty() => ips,
                    // A next server that is not there is a setting to correct: the mail waits for that.
                    _ => return Err(no_next_hop(&next.host)),
                }
            }
        };
        Ok(vec![Host {
            name: next.host.clone(),
            addresses: with_port(ips, next.port),
        }])
    }

    async fn by_mx(&self, domain: &str) -> Result<Vec<Host>, RemoteReply> {
        // RFC 5321 §4.1.3: an address literal is its own host.
        if let Some(ip) = Domain::parse(domain)
            .ok()
            .and_then(|domain| domain.literal_ip())
        {
            let hosts = vec![(0, domain.to_owned(), Found::Addresses(vec![ip]))];
            let own = self.own_addresses().await;
            return self.usable(domain, hosts, &own);
        }
        let names = self.exchanges(domain).await?;
        let hosts: Vec<String> = names.iter().map(|(_, name)| name.clone()).collect();
        let (found, own) = tokio::join!(self.addresses(&hosts), self.own_addresses());
        let hosts = names
            .into_iter()
            .zip(found)
            .map(|((preference, name), found)| (preference, name, found))
            .collect();
        self.usable(domain, hosts, &own)
    }

    /// Names by rising preference, those of one preference in random order (RFC 5321 §5.1).
    async fn exchanges(&self, domain: &str) -> Result<Vec<(u16, String)>, RemoteReply> {
        let query = Query::new(domain, Kind::Mx);
        let deadline = Instant::now() + OUT_DNS_TIMEOUT;
        let replies = resolve_all(&self.resolver, vec![query], deadline).await;
        let records = match replies.into_iter().next().map(|(_, reply)| reply) {
            Some(Reply::Records(records)) => records,
            // RFC 5321 §5.1: without MX the domain is its own host, preference 0.
            Some(Reply::NoData) => return Ok(vec![(0, domain.to_owned())]),
            Some(Reply::NoSuchName) => return Err(no_such_domain(domain)),
            Some(Reply::Failed) | None => return Err(dns_failed(domain)),
        };
        let mut names: Vec<(u16, u64, String)> = records
            .into_iter()
            .filter_map(|record| match record {
                Record::Mx {
                    preference,
                    exchange,
                } => Some((preference, random(), exchange)),
                _ => None,
            })
            .collect();
        // RFC 7505 §3: the root as the only host says that the domain takes no mail.
        let is_null = |name: &str| name.is_empty() || name == ".";
        if names.iter().all(|(_, _, name)| is_null(name)) {
            return Err(null_mx(domain));
        }
        names.retain(|(_, _, name)| !is_null(name));
        names.sort();
        names.truncate(OUT_MX_HOSTS_MAX);
        Ok(names
            .into_iter()
            .map(|(preference, _, name)| (preference, name))
            .collect())
    }

    /// Leaves out ourselves with all that are not better (RFC 5321 §5.1: no loops), and what leads nowhere.
    fn usable(
        &self,
        domain: &str,
        hosts: Vec<(u16, String, Found)>,
        own: &[IpAddr],
    ) -> Result<Vec<Host>, RemoteReply> {
        let is_us = |name: &str, found: &Found| {
            let by_address =
                matches!(found, Found::Addresses(ips) if ips.iter().any(|ip| own.contains(ip)));
            name.eq_ignore_ascii_case(&self.hostname) || by_address
        };
        let ours = hosts
            .iter()
            .filter(|(_, name, found)| is_us(name, found))
            .map(|(preference, ..)| *preference)
            .min();
        let mut unknown = false;
        let mut usable = Vec::with_capacity(hosts.len());
        for (preference, name, found) in hosts {
            if ours.is_some_and(|ours| preference >= ours) {
                continue;
            }
            match found {
                Found::Failed => unknown = true,
                Found::Addresses(mut ips) => {
                    ips.retain(|ip| self.leads_somewhere(*ip));
                    if !ips.is_empty() {
                        let addresses = with_port(ips, self.mx_port);
                        usable.push(Host { name, addresses });
                    }
                }
            }
        }
        match (usable.is_empty(), unknown, ours) {
            (false, ..) => Ok(usable),
            (true, true, _) => Err(dns_failed(domain)),
            (true, false, Some(_)) => Err(loops(domain)),
            (true, false, None) => Err(no_host(domain)),
        }
    }

    async fn own_addresses(&self) -> Vec<IpAddr> {
        let mut own = self.own_addresses.clone();
        for found in self.addresses(std::slice::from_ref(&self.hostname)).await {
            if let Found::Addresses(ips) = found {
                own.extend(ips);
            }
        }
        own
    }

    /// A stranger's MX must not make us talk to ourselves, or to nobody.
    fn leads_somewhere(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        let broadcast = matches!(ip, IpAddr::V4(ip) if ip.is_broadcast());
        !(ip.is_unspecified() || ip.is_multicast() || broadcast)
            && (self.loopback_allowed || !ip.is_loopback())
    }

    /// The addresses of each name, all asked for at once.
    async fn addresses(&self, names: &[String]) -> Vec<Found> {
        let deadline = Instant::now() + OUT_DNS_TIMEOUT;
        let queries = names
            .iter()
            .flat_map(|name| [Query::new(name, Kind::A), Query::new(name, Kind::Aaaa)])
            .collect();
        let replies = resolve_all(&self.resolver, queries, deadline).await;
        let reply = |name: &str, kind| {
            let query = Query::new(name, kind);
            let known = replies.iter().find(|(asked, _)| *asked == query);
            known.map_or(&Reply::Failed, |(_, reply)| reply)
        };
        names
            .iter()
            .map(|name| Found::of([reply(name, Kind::A), reply(name, Kind::Aaaa)]))
            .collect()
    }
}

/// Addresses of a name.
enum Found {
    /// IPv4 first: receivers judge by reverse names, which are rarely right for IPv6.
    Addresses(Vec<IpAddr>),
    /// DNS did not answer, and nothing else is known.
    Failed,
}

impl Found {
    fn of(replies: [&Reply; 2]) -> Self {
        let mut ips = Vec::new();
        for reply in replies {
            let Reply::Records(records) = reply else {
                continue;
            };
            ips.extend(records.iter().filter_map(|record| match record {
                Record::A(ip) => Some(IpAddr::V4(*ip)),
                Record::Aaaa(ip) => Some(IpAddr::V6(*ip)),
                _ => None,
            }));
        }
        if ips.is_empty() && replies.contains(&&Reply::Failed) {
            return Self::Failed;
        }
        Self::Addresses(ips)
    }
}

fn with_port(ips: Vec<IpAddr>, port: u16) -> Vec<SocketAddr> {
    ips.into_iter()
        .map(|ip| SocketAddr::new(ip, port))
        .collect()
}

/// A listener on every address is reached on this machine's own.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn ours(code: u16, status: (u8, u16, u16), text: String) -> RemoteReply {
    RemoteReply::ours(
        code,
        EnhancedStatus::new(status.0, status.1, status.2),
        text,
    )
}

/// RFC 3463 §3.2, X.1.2.
fn no_such_domain(domain: &str) -> RemoteReply {
    ours(
        550,
        (5, 1, 2),
        format!("the domain {domain} does not exist"),
    )
}

/// RFC 7505 §4.
fn null_mx(domain: &str) -> RemoteReply {
    ours(556, (5, 1, 10), format!("{domain} takes no mail (null MX)"))
}

/// RFC 3463 §3.5, X.4.3.
fn dns_failed(domain: &str) -> RemoteReply {
    ours(
        451,
        (4, 4, 3),
        format!("DNS did not answer for {domain}; it is asked again"),
    )
}

/// RFC 3463 §3.5, X.4.6.
fn loops(domain: &str) -> RemoteReply {
    ours(
        554,
        (5, 4, 6),
        format!(
            "mail for {domain} would come back here: its MX is this server, which does not know the domain"
        ),
    )
}

/// RFC 3463 §3.5, X.4.4.
fn no_host(domain: &str) -> RemoteReply {
    ours(
        550,
        (5, 4, 4),
        format!("no mail host of {domain} has an address"),
    )
}

fn no_next_hop(host: &str) -> RemoteReply {
    ours(
        451,
        (4, 4, 4),
        format!("no address is known for the next server {host}; see `sekisho route list`"),
    )
}
