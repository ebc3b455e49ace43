//! The server as a whole: opened, reloaded, drained.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sekisho_command::{DMARC_SETTING, DOOR_SETTING, Desk, POLICY_SETTING};
use sekisho_directory::Directory;
use sekisho_dlp::{Detectors, KeywordError};
use sekisho_store::{Actor, Change, PutSetting, Store, StoreFailure, Tenant};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::antivirus::Antivirus;
use crate::cage::Cage;
use crate::clock::Clock;
use crate::config::{Config, DnsSource, Listener, Service};
use crate::dns::Resolver;
use crate::limits::{DNS_LISTS_PROBE_S, DRAIN_HARD, METRICS_CONNECTIONS_MAX};
use crate::listen::{BindError, Drain, DrainControl, Gate, bind, serve};
use crate::pipeline::{Doors, HoldTokens, Pipeline, Policies};
use crate::queue::{self, Queue};
use crate::site::{Site, random};
use crate::tls::TlsServer;
use crate::{dmarc, hold, imap, pop3, retention, smtp, tls};

/// What the server is made of; whoever starts it keeps clones of what else needs them.
pub struct Parts {
    /// The open store.
    pub store: Store,
    /// The directory on it.
    pub directory: Directory,
    /// DNS.
    pub resolver: Arc<dyn Resolver>,
    /// Certificates; none, no TLS and no sign-in.
    pub tls: Option<Arc<TlsServer>>,
    /// Where the links in letters lead, without a slash at the end; none: the host name by HTTPS.
    pub pages: Option<String>,
    /// Who opens attachments; none: they are opened here.
    pub cage: Option<Arc<Cage>>,
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The store.
    #[error("the store does not answer: {0}")]
    Store(#[from] StoreFailure),
    /// The built-in keyword sets; a defect of the program.
    #[error(transparent)]
    Detectors(#[from] KeywordError),
    /// TLS towards other servers; a defect of the program.
    #[error("TLS towards other servers cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The system has no randomness.
    #[error("the system gives no random bytes")]
    Random,
}

/// Starts servers.
pub struct Server;

/// A server that runs.
pub struct Running {
    addresses: BTreeMap<Service, Vec<SocketAddr>>,
    site: Arc<Site>,
    gate: Arc<Gate>,
    control: DrainControl,
    queue: Queue,
    tasks: Vec<JoinHandle<()>>,
    drain: Duration,
    web: RwLock<BTreeMap<Service, Vec<TcpListener>>>,
}

/// The setting that holds the secret of the hold tokens.
const HOLD_SECRET_SETTING: &str = "hold/secret";

impl Server {
    /// Opens all listeners and serves. When it returns, every port is open.
    ///
    /// # Errors
    /// A port cannot be opened, or the store does not answer; nothing is left open then.
    pub async fn start(config: &Config, parts: Parts) -> Result<Running, StartError> {
        let Parts {
            store,
            directory,
            resolver,
            tls,
            pages,
            cage,
        } = parts;
        let pages = pages.unwrap_or_else(|| format!("https://{}", config.hostname));
        let desk = Desk {
            store: store.clone(),
            directory: directory.clone(),
            pages: Arc::from(pages),
            hostname: Arc::from(config.hostname.as_str()),
        };
        // Before anything is read, so that no change falls between.
        let changes = store.changes();
        let policies = Arc::new(Policies::default());
        let doors = Arc::new(Doors::default());
        load_policies(&store, &directory, &policies, &doors).await?;
        let pipeline = Pipeline::new(
            config.hostname.clone(),
            store.clone(),
            directory.clone(),
            Arc::clone(&resolver),
            Arc::clone(&policies),
            hold_tokens(&store).await?,
            Arc::new(Detectors::standard()?),
        )
        .telling(desk.clone())
        .with_doors(Arc::clone(&doors))
        .opening(cage)
        .scanning(Antivirus::of(&config.antivirus).map(Arc::new));
        let opened = open(config)?;
        let addresses = addresses(&opened);
        let probing = watch_lists(Arc::clone(&doors), store.clone(), Arc::clone(&resolver));
        let reporting = dmarc::watch(desk.clone(), Arc::clone(&resolver), Clock::system());
        let queue = Queue::start(desk.clone(), resolver, leaving(config, &addresses))?;
        let keep = retention::watch(store.clone(), config.retention, Clock::system());
        let mut tasks = vec![
            tokio::spawn(hold::watch(desk, Clock::system())),
            tokio::spawn(keep),
            tokio::spawn(probing),
            tokio::spawn(reporting),
        ];
        if let Some(antivirus) = pipeline.antivirus().map(Arc::clone) {
            tasks.push(tokio::spawn(async move { antivirus.watch().await }));
        }
        if let Some(tls) = &tls {
            tasks.push(tokio::spawn(tls::watch(Arc::clone(tls))));
        }
        let site = Arc::new(Site::new(config, store, directory, tls, pipeline, doors));
        tasks.push(tokio::spawn(follow(changes, Arc::clone(&site), policies)));
        let gate = Arc::new(Gate::new(config));
        let (control, drain) = DrainControl::new();
        let mut web: BTreeMap<Service, Vec<TcpListener>> = BTreeMap::new();
        for (service, listener) in opened {
            match serve_mail(service, listener, &site, &gate, &drain) {
                Ok(task) => tasks.push(task),
                Err(listener) => web.entry(service).or_default().push(listener),
            }
        }
        let drain = Duration::from_secs(config.limits.drain_s.into());
        Ok(Running {
            addresses,
            site,
            gate,
            control,
            queue,
            tasks,
            drain,
            web: RwLock::new(web),
        })
    }
}

/// Gives the listener back when its service is not one of mail.
fn serve_mail(
    service: Service,
    listener: TcpListener,
    site: &Arc<Site>,
    gate: &Arc<Gate>,
    drain: &Drain,
) -> Result<JoinHandle<()>, TcpListener> {
    let (site, gate, drain) = (Arc::clone(site), Arc::clone(gate), drain.clone());
    Ok(match service {
        Service::Smtp | Service::Submission | Service::Submissions => {
            tokio::spawn(serve(listener, service, gate, drain, move |c| {
                smtp::drive(Arc::clone(&site), c)
            }))
        }
        Service::Imap | Service::Imaps => {
            tokio::spawn(serve(listener, service, gate, drain, move |c| {
                imap::drive(Arc::clone(&site), c)
            }))
        }
        Service::Pop3 | Service::Pop3s => {
            tokio::spawn(serve(listener, service, gate, drain, move |c| {
                pop3::drive(Arc::clone(&site), c)
            }))
        }
        Service::Console | Service::ConsolePlain | Service::Portal | Service::Metrics => {
            return Err(listener);
        }
    })
}

impl Running {
    /// Where each listener is, with the port that the system chose for port 0.
    #[must_use]
    pub fn addresses(&self) -> &BTreeMap<Service, Vec<SocketAddr>> {
        &self.addresses
    }

    /// The first address of a service.
    #[must_use]
    pub fn address(&self, service: Service) -> Option<SocketAddr> {
        self.addresses.get(&service)?.first().copied()
    }

    /// Hands out the listeners of a web service, once: whoever serves pages takes them.
    #[must_use]
    pub fn take_listeners(&self, service: Service) -> Vec<TcpListener> {
        self.web
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&service)
            .unwrap_or_default()
    }

    /// The path that every mail takes, for those who bring mail by other doors.
    #[must_use]
    pub fn pipeline(&self) -> &Pipeline {
        &self.site.pipeline
    }

    /// Connections at this moment.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.gate.open()
    }

    /// Takes over what can change while it runs: certificates, trusted networks and the disk space that is kept
    /// free. Listeners need a restart.
    pub fn reload(&self, config: &Config) {
        self.site.trust(&config.trusted_networks);
        self.site
            .store
            .keep_free(config.limits.free_space_bytes_min);
        if let Some(tls) = &self.site.tls
            && let Err(error) = tls.reload()
        {
            tracing::error!(%error, "new certificates cannot be used; the old ones stay");
        }
    }

    /// No new connections; open ones finish their mail, and are cut after the configured time.
    pub async fn shutdown(self) {
        self.control.drain();
        let leaving = tokio::spawn(self.queue.shutdown(self.drain));
        if timeout(self.drain, self.gate.empty()).await.is_err() {
            tracing::warn!(connections = self.gate.open(), "connections are cut");
            self.control.cut();
            let _ = timeout(DRAIN_HARD, self.gate.empty()).await;
        }
        // It keeps its own time.
        let _ = leaving.await;
        for task in self.tasks {
            task.abort();
        }
    }
}

/// How the queue works under this configuration.
fn leaving(config: &Config, addresses: &BTreeMap<Service, Vec<SocketAddr>>) -> queue::Settings {
    let listening = addresses.get(&Service::Smtp).into_iter().flatten();
    let own = addresses.values().flatten().map(SocketAddr::ip);
    queue::Settings {
        here: listening.copied().next(),
        own_addresses: own
            .filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
            .collect(),
        loopback_allowed: matches!(config.dns.source, DnsSource::FixtureZone(_)),
        ca_file: config.delivery.ca_file.clone(),
        ..queue::Settings::default()
    }
}

fn open(config: &Config) -> Result<Vec<(Service, TcpListener)>, BindError> {
    let mut opened = Vec::new();
    for (service, Listener { addresses, .. }) in &config.listeners.open {
        for address in addresses {
            opened.push((*service, bind(*service, *address)?));
        }
    }
    Ok(opened)
}

fn addresses(opened: &[(Service, TcpListener)]) -> BTreeMap<Service, Vec<SocketAddr>> {
    let mut addresses: BTreeMap<Service, Vec<SocketAddr>> = BTreeMap::new();
    for (service, listener) in opened {
        addresses
            .entry(*service)
            .or_default()
            .extend(listener.local_addr().ok());
    }
    addresses
}

/// Keeps what is in memory in step with the store, whoever changes it.
async fn follow(
    mut changes: broadcast::Receiver<Change>,
    site: Arc<Site>,
    policies: Arc<Policies>,
) {
    loop {
        let result = match changes.recv().await {
            Ok(Change::Directory) => site.directory.refresh().await,
            Ok(Change::Setting { tenant, key }) if key == POLICY_SETTING => {
                policies.load(&site.store, tenant).await
            }
            Ok(Change::Setting { tenant, key }) if key == DOOR_SETTING => {
                site.doors.load(&site.store, tenant).await
            }
            Ok(Change::Setting { tenant, key }) if key == DMARC_SETTING => {
                site.pipeline.dmarc.forget(tenant);
                Ok(())
            }
            Ok(Change::Lists { tenant }) => site.doors.load(&site.store, tenant).await,
            Ok(change) => {
                site.watchers.tell(&change);
                continue;
            }
            Err(RecvError::Lagged(_)) => catch_up(&site, &policies).await,
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = result {
            tracing::error!(%error, "a change of directory or policy could not be read");
        }
    }
}

async fn catch_up(site: &Site, policies: &Policies) -> Result<(), StoreFailure> {
    site.watchers.tell_all();
    site.directory.refresh().await?;
    load_policies(&site.store, &site.directory, policies, &site.doors).await
}

/// Public lists are looked at apart from mail: a faulty one must be known before it speaks of a mail.
async fn watch_lists(doors: Arc<Doors>, store: Store, resolver: Arc<dyn Resolver>) {
    loop {
        doors.probe(&store, &resolver).await;
        let _ = timeout(
            Duration::from_secs(DNS_LISTS_PROBE_S),
            doors.changed.notified(),
        )
        .await;
    }
}

async fn load_policies(
    store: &Store,
    directory: &Directory,
    policies: &Policies,
    doors: &Doors,
) -> Result<(), StoreFailure> {
    let tenants: Vec<Tenant> = directory
        .snapshot()
        .organisations()
        .iter()
        .map(|row| row.id)
        .collect();
    for tenant in tenants {
        policies.load(store, tenant).await?;
        doors.load(store, tenant).await?;
    }
    Ok(())
}

/// The secret is made at the first start and stays: links in notices that are out must go on working.
async fn hold_tokens(store: &Store) -> Result<HoldTokens, StartError> {
    let server = Tenant(0);
    let row = store
        .read(move |reader| reader.setting(server, HOLD_SECRET_SETTING))
        .await?;
    if let Some(secret) = row.and_then(|row| <[u8; 32]>::try_from(row.value).ok()) {
        return Ok(HoldTokens::new(&secret));
    }
    let secret = random().ok_or(StartError::Random)?;
    let put = PutSetting {
        tenant: server,
        key: HOLD_SECRET_SETTING.to_owned(),
        value: Some(secret.to_vec()),
        actor: Actor::System("server"),
        now: jiff::Timestamp::now(),
    };
    store.put_setting(put).await?;
    Ok(HoldTokens::new(&secret))
}

const _: () = assert!(METRICS_CONNECTIONS_MAX >= 2);
