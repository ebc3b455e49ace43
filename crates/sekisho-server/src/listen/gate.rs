//! How many connections there may be: in all, a service, an address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::config::{Config, Network, Service};

/// Counts connections. Every one holds a [`Pass`] and gives it back when it is dropped.
pub struct Gate {
    total_max: u32,
    per_address_max: u32,
    per_service_max: HashMap<Service, u32>,
    exempt: Vec<Network>,
    total: AtomicU32,
    per_service: HashMap<Service, AtomicU32>,
    per_address: Mutex<HashMap<IpAddr, u32>>,
    freed: Notify,
}

/// Which limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Of all services together.
    Total,
    /// Of this service.
    Service,
    /// Of this address.
    Address,
}

/// The right to hold one connection.
pub struct Pass {
    gate: Arc<Gate>,
    service: Option<Service>,
    address: Option<IpAddr>,
}

impl Gate {
    /// With the limits of the configuration. Trusted networks have no limit per address.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let per_service_max = config
            .listeners
            .open
            .iter()
            .map(|(service, at)| (*service, at.connections_max))
            .collect();
        Self {
            total_max: config.limits.connections_max,
            per_address_max: config.limits.connections_per_address_max,
            per_service_max,
            exempt: config.trusted_networks.clone(),
            total: AtomicU32::new(0),
            per_service: Service::ALL
                .into_iter()
                .map(|service| (service, AtomicU32::new(0)))
                .collect(),
            per_address: Mutex::new(HashMap::new()),
            freed: Notify::new(),
        }
    }

    /// Lets one connection in.
    ///
    /// # Errors
    /// Which limit is reached.
    pub fn enter(self: &Arc<Self>, service: Service, ip: IpAddr) -> Result<Pass, Full> {
        let below = |count: &AtomicU32, max: u32| {
            count
                .try_update(Ordering::Relaxed, Ordering::Relaxed, |now| {
                    (now < max).then_some(now + 1)
                })
                .is_ok()
        };
        if !below(&self.total, self.total_max) {
            return Err(Full::Total);
        }
        // From here on the pass gives back what it has taken.
        let mut pass = Pass {
            gate: Arc::clone(self),
            service: None,
            address: None,
        };
        let service_max = self
            .per_service_max
            .get(&service)
            .copied()
            .unwrap_or(self.total_max);
        if !self
            .per_service
            .get(&service)
            .is_some_and(|count| below(count, service_max))
        {
            return Err(Full::Service);
        }
        pass.service = Some(service);
        if !self.exempt.iter().any(|network| network.contains(ip)) {
            let key = address_key(ip);
            let mut addresses = self
                .per_address
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let count = addresses.entry(key).or_insert(0);
            if *count >= self.per_address_max {
                return Err(Full::Address);
            }
            *count += 1;
            pass.address = Some(key);
        }
        Ok(pass)
    }

    /// Connections at this moment.
    #[must_use]
    pub fn open(&self) -> u32 {
        self.total.load(Ordering::Relaxed)
    }

    /// Returns when the next connection ends.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Returns when there is no connection.
    pub async fn empty(&self) {
        loop {
            // Made before the look: a connection that ends between the two is not missed.
            let freed = self.freed.notified();
            if self.open() == 0 {
                return;
            }
            freed.await;
        }
    }
}

/// An IPv6 customer holds a /64 at least, so that is what counts as one address.
fn address_key(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(ip),
        IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() & (u128::MAX << 64)).into()),
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(key) = self.address {
            let mut addresses = self
                .gate
                .per_address
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = addresses.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    addresses.remove(&key);
                }
            }
        }
        if let Some(count) = self
            .service
            .and_then(|service| self.gate.per_service.get(&service))
        {
            count.fetch_sub(1, Ordering::Relaxed);
        }
        self.gate.total.fetch_sub(1, Ordering::Relaxed);
        self.gate.freed.notify_waiters();
    }
}
