//! DNS questions for facts and for delivery.
//!
//! A failure to get an answer is an answer of its own ([`Reply::Failed`]): it can delay a mail, never lose one.

mod facts;
mod network;
mod zone;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use sekisho_auth::{Query, Reply};

pub use facts::resolve_all;
pub use network::NetworkResolver;
pub use zone::FixtureZone;

use crate::config::{Dns, DnsSource};

/// A reply on its way.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Reply> + Send + 'a>>;

/// Someone who answers DNS questions.
pub trait Resolver: Send + Sync {
    /// The reply to one question. Aliases are followed; it ends within the configured time.
    fn lookup<'a>(&'a self, query: &'a Query) -> Pending<'a>;
}

/// Why there is no resolver.
#[derive(Debug, thiserror::Error)]
pub enum DnsError {
    /// `/etc/resolv.conf` cannot be used.
    #[error("DNS settings of this machine cannot be used: {0}; write `servers = [\"…\"]` in [dns]")]
    System(String),
    /// The fixture zone cannot be used.
    #[error("{path}: {why}")]
    Zone {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// The resolver that the configuration asks for.
///
/// # Errors
/// The machine's settings or the fixture zone cannot be used.
pub fn resolver(settings: &Dns) -> Result<Arc<dyn Resolver>, DnsError> {
    Ok(match &settings.source {
        DnsSource::FixtureZone(path) => {
            tracing::warn!(zone = %path.display(), "DNS answers come from a fixture zone: for demo and tests only");
            Arc::new(FixtureZone::load(path)?)
        }
        DnsSource::System => Arc::new(NetworkResolver::system(settings.timeout_ms)?),
        DnsSource::Servers(servers) => {
            Arc::new(NetworkResolver::with_servers(servers, settings.timeout_ms)?)
        }
    })
}

#[cfg(test)]
mod tests;
