//! What all connections share.

use std::sync::{Arc, PoisonError, RwLock};

use sekisho_directory::Directory;
use sekisho_store::Store;

use crate::config::{Config, Network};
use crate::imap::Watchers;
use crate::pipeline::{Doors, Pipeline};
use crate::pop3::MaildropLocks;
use crate::quota::QuotaCache;
use crate::smtp::{Rates, RefusedNotes};
use crate::spool::SpoolMemory;
use crate::tls::TlsServer;

/// What all connections share.
pub(crate) struct Site {
    pub(crate) hostname: String,
    pub(crate) store: Store,
    pub(crate) directory: Directory,
    pub(crate) tls: Option<Arc<TlsServer>>,
    pub(crate) pipeline: Pipeline,
    pub(crate) quotas: QuotaCache,
    pub(crate) doors: Arc<Doors>,
    pub(crate) rates: Rates,
    pub(crate) spool_memory: Arc<SpoolMemory>,
    pub(crate) maildrops: MaildropLocks,
    pub(crate) refused: Arc<RefusedNotes>,
    pub(crate) watchers: Watchers,
    pub(crate) smtp: Arc<sekisho_smtp::server::Config>,
    pub(crate) submission: Arc<sekisho_smtp::server::Config>,
    pub(crate) imap: Arc<sekisho_imap::Config>,
    pub(crate) pop3: Arc<sekisho_pop3::Config>,
    trusted: RwLock<Arc<[Network]>>,
}

impl Site {
    pub(crate) fn new(
        config: &Config,
        store: Store,
        directory: Directory,
        tls: Option<Arc<TlsServer>>,
        pipeline: Pipeline,
        doors: Arc<Doors>,
    ) -> Self {
        let has_tls = tls.is_some();
        let smtp = |config: sekisho_smtp::server::Config, message_bytes_max| {
            Arc::new(sekisho_smtp::server::Config {
                starttls: has_tls,
                message_bytes_max,
                ..config
            })
        };
        let (host, size) = (&config.hostname, config.limits.message_bytes_max);
        Self {
            hostname: host.clone(),
            quotas: QuotaCache::new(store.clone()),
            doors,
            rates: Rates::default(),
            refused: Arc::new(RefusedNotes::new(store.clone())),
            spool_memory: SpoolMemory::of(config.limits.memory_bytes),
            store,
            directory,
            tls,
            pipeline,
            maildrops: MaildropLocks::default(),
            watchers: Watchers::default(),
            smtp: smtp(sekisho_smtp::server::Config::mx(host), size),
            submission: smtp(sekisho_smtp::server::Config::submission(host), size),
            imap: Arc::new(sekisho_imap::Config {
                starttls: has_tls,
                message_bytes_max: size,
                ..sekisho_imap::Config::new(host)
            }),
            pop3: Arc::new(sekisho_pop3::Config {
                host_name: host.clone(),
                stls: has_tls,
                sign_in_without_tls_allowed: false,
            }),
            trusted: RwLock::new(config.trusted_networks.clone().into()),
        }
    }

    /// Whether clients at this address may relay without signing in.
    pub(crate) fn trusts(&self, ip: std::net::IpAddr) -> bool {
        let trusted = self.trusted.read().unwrap_or_else(PoisonError::into_inner);
        trusted.iter().any(|network| network.contains(ip))
    }

    /// Puts other trusted networks in the place of those before.
    pub(crate) fn trust(&self, networks: &[Network]) {
        *self.trusted.write().unwrap_or_else(PoisonError::into_inner) = networks.into();
    }
}

/// 32 fresh random bytes, or none when the system has none: then nothing that needs them goes on.
pub(crate) fn random() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}
