//! DNS asked for real, by the same resolver as the server's.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use sekisho_auth::{Query, Reply};
use sekisho_server::config::{Dns, DnsSource};
use sekisho_server::dns::{self, Resolver, resolve_all};
use sekisho_server::limits::DNS_FACTS_TIMEOUT;
use sekisho_words::say;
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use crate::cli::{Common, configuration};
use crate::output::Failure;

/// Somebody who answers DNS questions.
pub(super) struct Network {
    runtime: Runtime,
    resolver: Arc<dyn Resolver>,
}

impl Network {
    /// These servers; without any those of the configuration, or the machine's where there is no configuration.
    pub(super) fn open(common: &Common, servers: &[String]) -> Result<Self, Failure> {
        let settings = settings(common, servers)?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::of_system("tokio", &error))?;
        // The resolver keeps its connections on the runtime.
        let resolver = {
            let _on = runtime.enter();
            dns::resolver(&settings).map_err(|error| Failure::of_system("dns", &error))?
        };
        Ok(Self { runtime, resolver })
    }

    /// All answers of one round; what does not come in time has failed.
    pub(super) fn ask(&self, queries: Vec<Query>) -> Vec<(Query, Reply)> {
        self.runtime.block_on(async {
            let deadline = Instant::now() + DNS_FACTS_TIMEOUT;
            resolve_all(&self.resolver, queries, deadline).await
        })
    }
}

fn settings(common: &Common, servers: &[String]) -> Result<Dns, Failure> {
    if servers.is_empty() {
        return if common.config.exists() {
            Ok(configuration(common)?.dns)
        } else {
            Ok(Dns::default())
        };
    }
    let servers = servers.iter().map(|text| address(text));
    Ok(Dns {
        source: DnsSource::Servers(servers.collect::<Result<_, _>>()?),
        ..Dns::default()
    })
}

fn address(text: &str) -> Result<SocketAddr, Failure> {
    let bare: Result<IpAddr, _> = text.parse();
    bare.map(|ip| SocketAddr::new(ip, 53))
        .or_else(|_| text.parse())
        .map_err(|_| Failure::new(say("cli-bad-dns-server", &[("value", text.into())]), 2))
}
