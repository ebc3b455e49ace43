//! Outbound delivery: from the store's queue to the next server.
//!
//! The [`runner`] claims what is due, with leases, and puts one mail's recipients for one destination into a lane
//! ([`lanes`]); a worker of the lane sends them ([`attempt`]) over a connection ([`connection`]) to the hosts of the
//! destination ([`destination`]), signed ([`sign`]), and writes what came of it together with the delivery reports
//! ([`reporting`]). What fails comes back later ([`backoff`]); a destination that does not answer is left alone for
//! a while ([`down`]).
//!
//! It never loses an entry: until a report is written, the entry stays in the store and comes due again. The one
//! repeat that SMTP allows, after a crash between the far side's 250 and our commit, shows in the log as a second
//! "sending" line of the same mail.

mod attempt;
mod backoff;
mod batch;
mod connection;
mod destination;
mod down;
mod envelope;
mod lanes;
mod opening;
mod ready;
mod recent;
mod reporting;
mod runner;
mod sign;
mod tls;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sekisho_command::{Desk, Route, routes_of};
use sekisho_store::{MailRow, Tenant};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::dns::Resolver;
use crate::limits::{
    DRAIN_HARD, OUT_CONNECTIONS_MAX, OUT_CONNECTIONS_PER_DESTINATION_MAX, OUT_IDLE,
    OUT_LEASE_RENEWAL,
};

/// How mail leaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Port of hosts found by MX: 25. Tests have no right to it.
    pub mx_port: u16,
    /// Our own door for mail from servers, for other organisations on this server.
    pub here: Option<SocketAddr>,
    /// Addresses of this machine: an MX that leads to one is us.
    pub own_addresses: Vec<IpAddr>,
    /// Whether an MX may lead to a loopback address: only where DNS is a fixture zone.
    pub loopback_allowed: bool,
    /// PEM file with CA certificates besides those of the machine.
    pub ca_file: Option<PathBuf>,
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once to one destination.
    pub connections_per_destination_max: usize,
    /// How long a connection stays open for another mail.
    pub idle: Duration,
    /// How often leases that are still needed are made longer.
    pub lease_renewal: Duration,
    /// The time.
    pub clock: Clock,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mx_port: 25,
            here: None,
            own_addresses: Vec::new(),
            loopback_allowed: false,
            ca_file: None,
            connections_max: OUT_CONNECTIONS_MAX,
            connections_per_destination_max: OUT_CONNECTIONS_PER_DESTINATION_MAX,
            idle: OUT_IDLE,
            lease_renewal: OUT_LEASE_RENEWAL,
            clock: Clock::system(),
        }
    }
}

/// What all parts of the queue share.
struct Outbound {
    desk: Desk,
    finder: destination::Finder,
    tls: tls::ClientTls,
    signer: sign::Signer,
    mails: recent::Recent<Arc<MailRow>>,
    lanes: lanes::Lanes,
    down: down::Down,
    begin: mpsc::UnboundedSender<lanes::Load>,
    here: Option<SocketAddr>,
    idle: Duration,
    clock: Clock,
}

impl Outbound {
    /// The routes of an organisation; none when they cannot be read.
    async fn routes(&self, tenant: Tenant) -> Option<Vec<Route>> {
        let read = self
            .desk
            .store
            .read(move |reader| routes_of(reader, tenant));
        match read.await {
            Ok(routes) => Some(routes),
            Err(error) => {
                tracing::error!(tenant = %tenant, %error, "routes cannot be read; the organisation's mail waits");
                None
            }
        }
    }

    /// A host of the lane has answered: more connections may be opened.
    fn proven(&self, lane: &lanes::LaneKey) {
        for load in self.lanes.proven(lane) {
            // The runner is there as long as a worker is.
            let _ = self.begin.send(load);
        }
    }
}

/// The running queue. Dropping it stops it where it is: what was under way comes due again.
pub struct Queue {
    draining: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Queue {
    /// Starts delivery.
    ///
    /// # Errors
    /// TLS cannot be set up; a defect of the program.
    pub fn start(
        desk: Desk,
        resolver: Arc<dyn Resolver>,
        settings: Settings,
    ) -> Result<Self, rustls::Error> {
        let (begin, begins) = mpsc::unbounded_channel();
        let out = Outbound {
            finder: destination::Finder {
                resolver,
                hostname: desk.hostname.to_string(),
                own_addresses: settings.own_addresses,
                mx_port: settings.mx_port,
                loopback_allowed: settings.loopback_allowed,
            },
            tls: tls::ClientTls::new(settings.ca_file.as_deref())?,
            signer: sign::Signer::new(desk.store.clone()),
            mails: recent::Recent::default(),
            lanes: lanes::Lanes::new(
                settings.connections_max,
                settings.connections_per_destination_max,
            ),
            down: down::Down::default(),
            begin,
            here: settings.here,
            idle: settings.idle,
            clock: settings.clock,
            desk,
        };
        let (draining, drain) = watch::channel(false);
        let runner = runner::Runner::new(Arc::new(out), begins, drain, settings.lease_renewal);
        Ok(Self {
            draining,
            task: tokio::spawn(runner.run()),
        })
    }

    /// Takes no new mail; mails under way may end within `wait`. The others come due at the next start.
    pub async fn shutdown(mut self, wait: Duration) {
        self.draining.send_replace(true);
        if timeout(wait, &mut self.task).await.is_err() {
            tracing::warn!("deliveries are cut");
            self.task.abort();
            let _ = timeout(DRAIN_HARD, &mut self.task).await;
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Randomness for order and jitter; nothing secret hangs on it.
fn random() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_ne_bytes(bytes),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests;
