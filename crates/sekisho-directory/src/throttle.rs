//! Guessing of passwords, slowed and stopped: per address, per account, and never against the owner.
//!
//! Failures are counted for an address (IPv6: its /64) and for an account. An address from which the owner has signed
//! in is *known* for that account: it is not held up by what others do to the account, nor by what others at the same
//! address do, only by many failures of that account from that address itself. So an attacker cannot lock the owner
//! out, and cannot hide behind an address that the owner once used either.
//!
//! The same wrong password again is no guess (a telephone with last year's password): it is answered as slowly, but
//! not counted.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use jiff::Timestamp;

use crate::limits::{
    COUNTERS_MAX, FAILURE_WINDOW_S, FAILURES_PER_ACCOUNT_MAX, FAILURES_PER_ADDRESS_MAX,
    FAILURES_PER_KNOWN_PAIR_MAX, KNOWN_ADDRESS_DAYS, WAIT_S_MAX, WAIT_S_MIN,
};

/// Failures without a quiet while between them.
#[derive(Debug, Clone, Copy)]
struct Counter {
    failures: u32,
    /// Until then nothing is tried; the time of the last failure while nothing has to wait.
    wait_until: Timestamp,
}

impl Counter {
    /// Quiet for long enough after the wait: a guesser who waits politely gets one guess a wait, not a fresh start.
    fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.wait_until).as_secs() > FAILURE_WINDOW_S
    }
}

/// A password in a form that tells nothing about it.
pub(crate) type Fingerprint = [u8; 32];

/// All counters. In memory: a restart forgets the guessers as well as the known addresses.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    addresses: HashMap<IpAddr, Counter>,
    users: HashMap<String, Counter>,
    pairs: HashMap<(String, IpAddr), Counter>,
    known: HashMap<(String, IpAddr), Timestamp>,
    last_wrong: HashMap<(String, IpAddr), Fingerprint>,
}

impl Throttle {
    /// Whether a password may be looked at now; else how long to wait. `user` is the account's key, or the name
    /// as given for users who do not exist: they are treated alike.
    pub(crate) fn check(&self, user: &str, ip: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let ip = network(ip);
        let pair = (user.to_owned(), ip);
        let counters = if self.is_known(&pair, now) {
            [self.pairs.get(&pair), None]
        } else {
            [self.addresses.get(&ip), self.users.get(user)]
        };
        let until = counters
            .into_iter()
            .flatten()
            .map(|counter| counter.wait_until)
            .max();
        match until {
            Some(until) if until > now => Err(between(now, until)),
            _ => Ok(()),
        }
    }

    /// A failure. How long to keep the answer back.
    pub(crate) fn failed(
        &mut self,
        user: &str,
        ip: IpAddr,
        password: Option<Fingerprint>,
        now: Timestamp,
    ) -> Duration {
        let ip = network(ip);
        let pair = (user.to_owned(), ip);
        let known = self.is_known(&pair, now);
        let before = self.pairs.get(&pair).map_or(0, |counter| counter.failures);
        let repeated = password.is_some() && self.last_wrong.get(&pair).copied() == password;
        if !repeated {
            bump(
                &mut self.pairs,
                pair.clone(),
                FAILURES_PER_KNOWN_PAIR_MAX,
                now,
            );
            if !known {
                bump(&mut self.addresses, ip, FAILURES_PER_ADDRESS_MAX, now);
                bump(
                    &mut self.users,
                    user.to_owned(),
                    FAILURES_PER_ACCOUNT_MAX,
                    now,
                );
            }
        }
        if let Some(password) = password {
            make_room(&mut self.last_wrong, |_| false);
            self.last_wrong.insert(pair, password);
        }
        // 0.5 s, 1 s, 2 s, 4 s, 8 s: nothing to a person, much to a list of passwords.
        Duration::from_millis(500u64.saturating_mul(1 << before.min(4)))
    }

    /// A success: the address is known for the account, and its own failures are forgotten. Those of the address
    /// stay: an account of one's own must not wash away guesses at others.
    pub(crate) fn succeeded(&mut self, user: &str, ip: IpAddr, now: Timestamp) {
        let pair = (user.to_owned(), network(ip));
        self.pairs.remove(&pair);
        self.last_wrong.remove(&pair);
        let oldest = days_before(now);
        make_room(&mut self.known, |seen| *seen < oldest);
        self.known.insert(pair, now);
    }

    /// After a change of the password, all addresses have to prove themselves again.
    pub(crate) fn forget(&mut self, user: &str) {
        self.known.retain(|(known, _), _| known != user);
        self.last_wrong.retain(|(known, _), _| known != user);
    }

    fn is_known(&self, pair: &(String, IpAddr), now: Timestamp) -> bool {
        self.known
            .get(pair)
            .is_some_and(|seen| *seen >= days_before(now))
    }
}

fn days_before(now: Timestamp) -> Timestamp {
    now.checked_sub(jiff::SignedDuration::from_hours(24 * KNOWN_ADDRESS_DAYS))
        .unwrap_or(Timestamp::MIN)
}

/// Counts a failure; from `max` on, each brings a longer wait.
fn bump<K: Eq + Hash>(counters: &mut HashMap<K, Counter>, key: K, max: u32, now: Timestamp) {
    make_room(counters, |counter| counter.is_over(now));
    let fresh = Counter {
        failures: 0,
        wait_until: now,
    };
    let counter = counters.entry(key).or_insert(fresh);
    if counter.is_over(now) {
        *counter = fresh;
    }
    counter.failures = counter.failures.saturating_add(1);
    counter.wait_until = counter.wait_until.max(now);
    if let Some(over) = counter.failures.checked_sub(max) {
        let wait_s = WAIT_S_MIN.saturating_mul(1 << over.min(10)).min(WAIT_S_MAX);
        counter.wait_until = now
            .checked_add(jiff::SignedDuration::from_secs(wait_s))
            .unwrap_or(Timestamp::MAX);
    }
}

/// Keeps a map within its bound: what is over goes first, then, under a flood, everything.
fn make_room<K: Eq + Hash, V>(map: &mut HashMap<K, V>, over: impl Fn(&V) -> bool) {
    if map.len() >= COUNTERS_MAX {
        map.retain(|_, value| !over(value));
        if map.len() >= COUNTERS_MAX {
            map.clear();
        }
    }
}

fn between(now: Timestamp, until: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now)).unwrap_or_default()
}

/// An IPv6 guesser has a whole /64; an IPv4 address in IPv6 clothes is the IPv4 address.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: &str = "203.0.113.5";
    const ATTACKER: &str = "198.51.100.7";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn password(n: u32) -> Option<Fingerprint> {
        let mut fingerprint = [0; 32];
        fingerprint[..4].copy_from_slice(&n.to_be_bytes());
        Some(fingerprint)
    }

    /// How many of so many guesses, one a second, were looked at.
    fn guesses(
        throttle: &mut Throttle,
        user: &str,
        from: impl Fn(u32) -> IpAddr,
        count: u32,
    ) -> u32 {
        let mut looked_at = 0;
        for n in 0..count {
            let now = at(i64::from(n));
            if throttle.check(user, from(n), now).is_ok() {
                looked_at += 1;
                throttle.failed(user, from(n), password(n), now);
            }
        }
        looked_at
    }

    #[test]
    fn one_address_is_stopped() {
        let mut throttle = Throttle::default();
        let looked_at = guesses(&mut throttle, "a", |_| ip(ATTACKER), 3_600);
        assert!(looked_at < 25, "{looked_at} guesses in an hour");
        assert!(
            throttle.check("another", ip(ATTACKER), at(3_600)).is_err(),
            "at every account"
        );
        assert!(throttle.check("another", ip(OWNER), at(3_600)).is_ok());
    }

    #[test]
    fn many_addresses_are_stopped_at_one_account_but_not_the_owner() {
        let mut throttle = Throttle::default();
        throttle.succeeded("a", ip(OWNER), at(0));
        let many = |n: u32| IpAddr::from([10, (n >> 16) as u8, (n >> 8) as u8, n as u8]);
        let looked_at = guesses(&mut throttle, "a", many, 3_600);
        assert!(looked_at < 40, "{looked_at} guesses in an hour");
        assert!(throttle.check("a", ip("192.0.2.200"), at(3_599)).is_err());
        assert!(
            throttle.check("a", ip(OWNER), at(3_599)).is_ok(),
            "the owner goes on"
        );
    }

    #[test]
    fn a_guesser_at_the_owners_address_is_stopped_in_the_end() {
        let mut throttle = Throttle::default();
        throttle.succeeded("a", ip(OWNER), at(0));
        let looked_at = guesses(&mut throttle, "a", |_| ip(OWNER), 3_600);
        assert!(looked_at < 50, "{looked_at} guesses in an hour");
        throttle.succeeded("b", ip(OWNER), at(3_600));
        assert!(
            throttle.check("b", ip(OWNER), at(3_600)).is_ok(),
            "a colleague there goes on"
        );
    }

    #[test]
    fn an_ipv6_guesser_has_one_network_and_a_mapped_address_is_ipv4() {
        assert_eq!(
            network(ip("2001:db8:1:2:3:4:5:6")),
            network(ip("2001:db8:1:2::1"))
        );
        assert_ne!(
            network(ip("2001:db8:1:3::1")),
            network(ip("2001:db8:1:2::1"))
        );
        assert_eq!(network(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }

    #[test]
    fn an_old_password_tried_again_and_again_locks_nobody_out() {
        let mut throttle = Throttle::default();
        for n in 0..1_000 {
            throttle.failed("a", ip(OWNER), password(1), at(n));
        }
        assert!(throttle.check("a", ip(OWNER), at(1_000)).is_ok());
    }

    #[test]
    fn answers_get_slower_up_to_a_bound() {
        let mut throttle = Throttle::default();
        let waits: Vec<_> = (0..7)
            .map(|n| {
                throttle
                    .failed("a", ip(OWNER), password(n), at(0))
                    .as_millis()
            })
            .collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    }

    #[test]
    fn after_a_quiet_while_all_is_forgotten() {
        let mut throttle = Throttle::default();
        guesses(&mut throttle, "a", |_| ip(ATTACKER), 100);
        assert!(throttle.check("a", ip(ATTACKER), at(101)).is_err());
        let later = at(101 + WAIT_S_MAX + FAILURE_WINDOW_S);
        assert!(throttle.check("a", ip(ATTACKER), later).is_ok());
        throttle.failed("a", ip(ATTACKER), password(7), later);
        assert!(throttle.check("a", ip(ATTACKER), later).is_ok());
    }

    #[test]
    fn counters_stay_within_their_bound() {
        let mut throttle = Throttle::default();
        for n in 0..(COUNTERS_MAX as u32 + 500) {
            throttle.failed(
                &format!("user{n}"),
                IpAddr::from(n.to_be_bytes()),
                password(n),
                at(0),
            );
        }
        assert!(throttle.users.len() <= COUNTERS_MAX && throttle.addresses.len() <= COUNTERS_MAX);
        assert!(throttle.pairs.len() <= COUNTERS_MAX && throttle.last_wrong.len() <= COUNTERS_MAX);
    }
}
