//! Watching the lists themselves: a faulty one is switched off for a while (P17).

use std::net::{IpAddr, Ipv4Addr};

use jiff::{SignedDuration, Timestamp};
use sekisho_auth::{Answers, Kind, Query, Wanted};

use super::ask::reversed;
use super::limits::{FAILURES_MAX, OFF_S, PROBE_S};
use super::{About, DnsList, Fault, Reading, read};

/// What is known of one list.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    failures: u32,
    off: Option<(Fault, Timestamp)>,
    probed_at: Option<Timestamp>,
}

impl Watch {
    /// Whether the list is asked about mails.
    pub fn is_on(&self) -> bool {
        self.off.is_none()
    }

    /// Why it is switched off.
    pub fn fault(&self) -> Option<Fault> {
        self.off.map(|(fault, _)| fault)
    }

    /// Notes what an answer about a mail meant. Tells when that switches the list off.
    pub fn note(&mut self, now: Timestamp, reading: Reading) -> Option<Fault> {
        match reading {
            Reading::Unanswered => {
                self.failures = self.failures.saturating_add(1);
                (self.failures >= FAILURES_MAX).then(|| self.switch_off(now, Fault::Silent))?
            }
            Reading::Faulty(fault) => self.switch_off(now, fault),
            Reading::NotListed | Reading::Listed { .. } => {
                self.failures = 0;
                None
            }
        }
    }

    /// Whether its test points are to be looked at: at first, each hour, and sooner when it is off.
    pub fn is_to_be_probed(&self, now: Timestamp) -> bool {
        let after_s = if self.is_on() { PROBE_S } else { OFF_S };
        self.probed_at.is_none_or(|at| {
            at.checked_add(SignedDuration::from_secs(after_s))
                .is_ok_and(|due| due <= now)
        })
    }

    /// Notes what the test points said; no fault switches it on again. Tells what changed.
    pub fn probed(&mut self, now: Timestamp, fault: Option<Fault>) -> Option<Option<Fault>> {
        self.probed_at = Some(now);
        let before = self.fault();
        match fault {
            Some(fault) => {
                self.off = Some((fault, now));
            }
            None => {
                self.off = None;
                self.failures = 0;
            }
        }
        (before != fault).then_some(fault)
    }

    fn switch_off(&mut self, now: Timestamp, fault: Fault) -> Option<Fault> {
        // Answers that were still under way must not put the next look off.
        if !self.is_on() {
            return None;
        }
        self.off = Some((fault, now));
        self.probed_at = Some(now);
        Some(fault)
    }
}

/// The test points of a list (RFC 5782 §5): one that it must not have, one that it must.
pub fn probe(list: &DnsList) -> [Query; 2] {
    let names = match list.about {
        About::Client => [
            reversed(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1))),
            reversed(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2))),
        ],
        About::Sender | About::Link => ["invalid".to_owned(), "test".to_owned()],
    };
    names.map(|name| Query::new(&format!("{name}.{}", list.zone), Kind::A))
}

/// What the test points say of a list.
///
/// # Errors
/// Their answers are wanted first.
pub fn verdict_on(list: &DnsList, answers: &Answers) -> Result<Option<Fault>, Wanted> {
    let queries = probe(list);
    let wanted: Vec<Query> = queries
        .iter()
        .filter(|query| answers.reply(query).is_none())
        .cloned()
        .collect();
    let [must_not, must] = queries.map(|query| answers.reply(&query));
    let (Some(must_not), Some(must)) = (must_not, must) else {
        return Err(Wanted(wanted));
    };
    // The test point may carry a code of its own that has no weight.
    let list = &DnsList {
        codes: Vec::new(),
        ..list.clone()
    };
    Ok(match (read(list, must_not), read(list, must)) {
        (Reading::Faulty(fault), _) | (_, Reading::Faulty(fault)) => Some(fault),
        (Reading::Unanswered, _) | (_, Reading::Unanswered) => Some(Fault::Silent),
        (Reading::Listed { .. }, _) => Some(Fault::ListsEverything),
        // Lists of links and senders do not all have the test point TEST.
        (_, Reading::NotListed) if list.about == About::Client => Some(Fault::ListsNothing),
        _ => None,
    })
}
