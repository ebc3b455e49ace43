//! Real DNS, by hickory: cached, bounded in time and size.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
    ServerOrderingStrategy,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError as NetDnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use sekisho_auth::{Kind, Query, Record, Reply};

use super::{DnsError, Pending, Resolver};
use crate::limits::{DNS_CACHE_ENTRIES, DNS_RECORDS_MAX, DNS_TXT_BYTES_MAX};

/// Tries for one question before it counts as failed.
const ATTEMPTS: u32 = 2;
/// A record with a long TTL is asked for again after a day: senders change keys.
const TTL_MAX: Duration = Duration::from_secs(86_400);
/// A negative answer with a long TTL must not hide a record that is published now.
const NEGATIVE_TTL_MAX: Duration = Duration::from_secs(900);

/// Asks the network.
pub struct NetworkResolver {
    inner: TokioResolver,
    timeout: Duration,
}

impl NetworkResolver {
    /// As `/etc/resolv.conf` says.
    ///
    /// # Errors
    /// That file cannot be used.
    pub fn system(timeout_ms: u32) -> Result<Self, DnsError> {
        let wrong = |error: NetError| DnsError::System(error.to_string());
        let builder = TokioResolver::builder_tokio().map_err(wrong)?;
        let options = options(timeout_ms);
        let inner = builder.with_options(options).build().map_err(wrong)?;
        Ok(Self {
            inner,
            timeout: Duration::from_millis(timeout_ms.into()),
        })
    }

    /// Asks `servers`, in this order.
    ///
    /// # Errors
    /// The resolver cannot be made.
    pub fn with_servers(servers: &[SocketAddr], timeout_ms: u32) -> Result<Self, DnsError> {
        let name_servers = servers.iter().map(|server| {
            let connections =
                [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = server.port();
                    connection
                });
            NameServerConfig::new(server.ip(), true, connections.to_vec())
        });
        let config = ResolverConfig::from_parts(None, Vec::new(), name_servers.collect());
        let mut options = options(timeout_ms);
        options.server_ordering_strategy = ServerOrderingStrategy::UserProvidedOrder;
        let inner = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_options(options)
            .build()
            .map_err(|error| DnsError::System(error.to_string()))?;
        Ok(Self {
            inner,
            timeout: Duration::from_millis(timeout_ms.into()),
        })
    }

    async fn ask(&self, query: &Query) -> Reply {
        let Ok(mut name) = Name::from_ascii(&query.name) else {
            // Cannot be asked, so it cannot exist: an SPF macro made it of what a stranger sent.
            return Reply::NoSuchName;
        };
        // Never the search list of this machine.
        name.set_fqdn(true);
        match tokio::time::timeout(
            self.timeout,
            self.inner.lookup(name, record_type(query.kind)),
        )
        .await
        {
            Ok(Ok(lookup)) => records(
                query.kind,
                lookup.answers().iter().map(|record| &record.data),
            ),
            Ok(Err(error)) => failure(&error),
            Err(_) => Reply::Failed,
        }
    }
}

impl Resolver for NetworkResolver {
    fn lookup<'a>(&'a self, query: &'a Query) -> Pending<'a> {
        Box::pin(self.ask(query))
    }
}

fn options(timeout_ms: u32) -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = Duration::from_millis(timeout_ms.into()) / ATTEMPTS;
    options.attempts = ATTEMPTS as usize;
    options.cache_size = DNS_CACHE_ENTRIES;
    options.use_hosts_file = ResolveHosts::Never;
    options.positive_max_ttl = Some(TTL_MAX);
    options.negative_max_ttl = Some(NEGATIVE_TTL_MAX);
    options.try_tcp_on_error = true;
    options
}

fn record_type(kind: Kind) -> RecordType {
    match kind {
        Kind::Txt => RecordType::TXT,
        Kind::A => RecordType::A,
        Kind::Aaaa => RecordType::AAAA,
        Kind::Mx => RecordType::MX,
        Kind::Ptr => RecordType::PTR,
        Kind::Srv => RecordType::SRV,
    }
}

/// Only records of the kind asked for; the CNAMEs that led there are not of interest.
fn records<'a>(kind: Kind, answers: impl Iterator<Item = &'a RData>) -> Reply {
    let records: Vec<Record> = answers
        .filter_map(|data| record(kind, data))
        .take(DNS_RECORDS_MAX)
        .collect();
    if records.is_empty() {
        Reply::NoData
    } else {
        Reply::Records(records)
    }
}

fn record(kind: Kind, data: &RData) -> Option<Record> {
    match (kind, data) {
        (Kind::A, RData::A(a)) => Some(Record::A(a.0)),
        (Kind::Aaaa, RData::AAAA(aaaa)) => Some(Record::Aaaa(aaaa.0)),
        (Kind::Mx, RData::MX(mx)) => Some(Record::Mx {
            preference: mx.preference,
            exchange: host(&mx.exchange),
        }),
        (Kind::Ptr, RData::PTR(ptr)) => Some(Record::Ptr(host(&ptr.0))),
        (Kind::Srv, RData::SRV(srv)) => Some(Record::Srv {
            priority: srv.priority,
            weight: srv.weight,
            port: srv.port,
            target: host(&srv.target),
        }),
        (Kind::Txt, RData::TXT(txt)) => {
            // RFC 7208 §3.3: the strings of one record are joined without blanks.
            let mut text = txt.txt_data.concat();
            text.truncate(DNS_TXT_BYTES_MAX);
            Some(Record::Txt(text))
        }
        _ => None,
    }
}

/// RFC 7505: a null MX is the root, kept as ".".
fn host(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    if text == "." {
        text
    } else {
        text.trim_end_matches('.').to_owned()
    }
}

fn failure(error: &NetError) -> Reply {
    match error {
        NetError::Dns(NetDnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => Reply::NoSuchName,
            ResponseCode::NoError => Reply::NoData,
            _ => Reply::Failed,
        },
        NetError::Dns(NetDnsError::ResponseCode(ResponseCode::NXDomain)) => Reply::NoSuchName,
        _ => Reply::Failed,
    }
}
