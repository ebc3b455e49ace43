//! How many mails each source has begun in the last minutes. In memory: after a restart everybody begins anew.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sekisho_spam::lists::Network;

use crate::limits::{RATE_SOURCES_MAX, RATE_WINDOW_S};

/// Mails by source.
#[derive(Default)]
pub(crate) struct Rates {
    sources: Mutex<HashMap<Network, (Instant, u32)>>,
}

impl Rates {
    /// Counts one more; false when there were `most` in this window.
    pub(super) fn take(&self, ip: IpAddr, most: u32, now: Instant) -> bool {
        if most == 0 {
            return true;
        }
        // One line has a whole /64 of IPv6.
        let source = Network::of(ip, if ip.to_canonical().is_ipv4() { 32 } else { 64 });
        let window = Duration::from_secs(RATE_WINDOW_S);
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= RATE_SOURCES_MAX && !sources.contains_key(&source) {
            sources.retain(|_, (begun, _)| now.saturating_duration_since(*begun) < window);
            // Still full: a flood from everywhere, in which no single source is the trouble.
            if sources.len() >= RATE_SOURCES_MAX {
                return true;
            }
        }
        let (begun, count) = sources.entry(source).or_insert((now, 0));
        if now.saturating_duration_since(*begun) >= window {
            (*begun, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_has_its_own_window() {
        let (rates, now) = (Rates::default(), Instant::now());
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let later = now + Duration::from_secs(RATE_WINDOW_S);
        assert!(rates.take(ip("192.0.2.1"), 2, now) && rates.take(ip("192.0.2.1"), 2, now));
        assert!(!rates.take(ip("192.0.2.1"), 2, now));
        assert!(rates.take(ip("192.0.2.2"), 2, now) && rates.take(ip("192.0.2.1"), 2, later));
        assert!(rates.take(ip("2001:db8::1"), 1, now) && !rates.take(ip("2001:db8::2"), 1, now));
        assert!((0..9).all(|_| rates.take(ip("192.0.2.9"), 0, now)));
    }
}
