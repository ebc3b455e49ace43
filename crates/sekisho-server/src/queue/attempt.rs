//! One attempt: one mail's recipients for one destination, over the hosts that take it.

use std::net::SocketAddr;
use std::time::Instant;

use sekisho_address::Address;
use sekisho_smtp::EnhancedStatus;
use sekisho_smtp::client::{MailResult, Outcome, RecipientResult, RemoteReply};
use sekisho_store::QueueEntry;

use super::Outbound;
use super::batch::Batch;
use super::connection::{Broke, Link};
use super::destination::{Hop, Host};
use super::envelope::mail;
use super::lanes::{LaneKey, Load};
use super::opening::open;
use super::ready::{Ready, prepare, row, unreadable};
use super::reporting::{Done, report};
use crate::limits::{OUT_ADDRESSES_PER_ATTEMPT_MAX, OUT_SESSIONS_PER_ATTEMPT_MAX};

/// Sends a mail and writes what came of it. `link` is a connection of the same lane, before and after.
pub(super) async fn deliver(out: &Outbound, link: &mut Option<Link>, load: &Load) {
    let started = Instant::now();
    let Load { lane, hop, batch } = load;
    let now = out.clock.now();
    let mut attempt = Attempt::new(batch);
    let ready = match row(out, batch).await {
        Ok(mail) => Some(prepare(out, mail, batch).await),
        Err(failure) => {
            unreadable(batch, &failure);
            None
        }
    };
    match (&ready, out.down.until(lane, now, batch.ids())) {
        (Some(ready), None) if !ready.parts.is_empty() => {
            attempt.over_hosts(out, link, lane, hop, ready, batch).await;
            if attempt.sessions > 0 {
                out.down.answers(lane);
            } else if let Some(why) = attempt.silent.take() {
                out.down.failed(lane, now, &why, batch.ids());
            }
        }
        (Some(ready), Some((until, why))) if !ready.parts.is_empty() => {
            attempt.not_before = Some(until);
            attempt.all(&why);
        }
        // Somebody may mend the store before the time is over.
        _ => attempt.all(&ours(
            451,
            (4, 3, 0),
            "the mail cannot be read from the store",
        )),
    }
    let done = attempt.into_done(batch);
    report(out, batch, ready.as_ref(), done, started).await;
}

/// What is known of each recipient so far.
struct Attempt {
    results: Vec<Option<Tried>>,
    sessions: usize,
    /// No host could be talked to, and why: a destination that is down.
    silent: Option<RemoteReply>,
    not_before: Option<jiff::Timestamp>,
}

/// The last word on one recipient.
#[derive(Clone)]
struct Tried {
    outcome: Outcome,
    reply: RemoteReply,
    remote: String,
    dsn_passed_on: bool,
}

impl Attempt {
    fn new(batch: &Batch) -> Self {
        let results = batch.entries.iter().map(|entry| {
            let unusable = Address::parse(&entry.address).is_err();
            // RFC 3463 §3.2, X.1.3.
            unusable.then(|| Tried {
                outcome: Outcome::Permanent,
                reply: ours(553, (5, 1, 3), "the address cannot be used in SMTP"),
                remote: String::new(),
                dsn_passed_on: false,
            })
        });
        Self {
            results: results.collect(),
            sessions: 0,
            silent: None,
            not_before: None,
        }
    }

    /// The same reply of ours for everyone who has none.
    fn all(&mut self, reply: &RemoteReply) {
        let outcome = if reply.is_permanent() {
            Outcome::Permanent
        } else {
            Outcome::Temporary
        };
        for result in self.results.iter_mut().filter(|result| result.is_none()) {
            *result = Some(Tried {
                outcome,
                reply: reply.clone(),
                remote: String::new(),
                dsn_passed_on: false,
            });
        }
    }

    /// Places of recipients that another host may still take.
    fn open(&self) -> Vec<usize> {
        let open = |result: &Option<Tried>| {
            result
                .as_ref()
                .is_none_or(|tried| tried.outcome == Outcome::Temporary)
        };
        (0..self.results.len())
            .filter(|index| self.results.get(*index).is_some_and(open))
            .collect()
    }

    fn forget_failures(&mut self) {
        for result in &mut self.results {
            result.take_if(|tried| tried.outcome == Outcome::Temporary);
        }
    }

    async fn over_hosts(
        &mut self,
        out: &Outbound,
        link: &mut Option<Link>,
        lane: &LaneKey,
        hop: &Hop,
        ready: &Ready,
        batch: &Batch,
    ) {
        if let Some(mut open) = link.take()
            && open.settle().await
        {
            if self.over_link(&mut open, ready, batch).await != Broke::Early {
                *link = Some(open);
                return;
            }
            // It had been closed while it was idle; that says nothing about the host. Who has the mail keeps it.
            self.forget_failures();
        }
        let hosts = match out.finder.hosts(hop, &batch.destination).await {
            Ok(hosts) => hosts,
            Err(reply) => return self.all(&reply),
        };
        let mut trouble = Vec::new();
        'hosts: for (host, address) in in_order(&hosts) {
            match open(out, hop, host, address).await {
                Ok(mut opened) => {
                    self.sessions += 1;
                    out.proven(lane);
                    tracing::info!(mail = %batch.mail, destination = batch.destination, remote = opened.remote,
                        tls = opened.tls(), recipients = batch.entries.len(), "sending");
                    let broke = self.over_link(&mut opened, ready, batch).await;
                    *link = Some(opened);
                    if broke == Broke::Late {
                        // The server may have the mail: another host now would be a second copy.
                        break 'hosts;
                    }
                }
                Err(reply) => {
                    tracing::info!(mail = %batch.mail, destination = batch.destination, host = host.name,
                        %address, %reply, "host not usable");
                    trouble.push((format!("{} [{}]", host.name, address.ip()), reply));
                }
            }
            if self.open().is_empty() || self.sessions >= OUT_SESSIONS_PER_ATTEMPT_MAX {
                break 'hosts;
            }
        }
        self.without_session(trouble);
    }

    /// Who has no word of a host gets the words of the last that could not be used. One that may come back is
    /// reason to wait; only when every host says 5xx is the mail refused.
    fn without_session(&mut self, trouble: Vec<(String, RemoteReply)>) {
        let waits = trouble
            .iter()
            .rev()
            .find(|(_, reply)| !reply.is_permanent());
        let Some((remote, reply)) = waits.or(trouble.last()) else {
            return self.all(&ours(451, (4, 4, 4), "no host could be tried"));
        };
        self.all(reply);
        for tried in self.results.iter_mut().flatten() {
            if tried.remote.is_empty() {
                tried.remote.clone_from(remote);
            }
        }
        self.silent = (self.sessions == 0 && !reply.is_permanent()).then(|| reply.clone());
    }

    /// Sends to all that are open, in several transactions when the server takes fewer recipients at once.
    async fn over_link(&mut self, link: &mut Link, ready: &Ready, batch: &Batch) -> Broke {
        loop {
            let open = self.open();
            let entries: Vec<&QueueEntry> = open
                .iter()
                .filter_map(|index| batch.entries.get(*index))
                .collect();
            let sending = link.send(mail(ready, &entries), &ready.parts).await;
            let results = match sending.result {
                MailResult::Tried(results) => results,
                MailResult::Needs8bit => return self.needs_8bit(&open, link),
            };
            let mut taken = 0;
            let mut too_many = 0;
            for (index, result) in open.into_iter().zip(results) {
                taken += usize::from(result.outcome == Outcome::Sent);
                too_many +=
                    usize::from(result.outcome == Outcome::Temporary && says_too_many(&result));
                if let Some(place) = self.results.get_mut(index) {
                    *place = Some(Tried::of(result, link));
                }
            }
            // RFC 5321 §4.5.3.1.10: those over the server's limit go in the next transaction.
            let another = taken > 0 && too_many > 0 && link.settle().await;
            if !another {
                return sending.broke;
            }
        }
    }

    /// RFC 6152 §3: 8-bit content does not go to a server without 8BITMIME.
    fn needs_8bit(&mut self, open: &[usize], link: &Link) -> Broke {
        let text =
            "the server takes 7-bit mail only (no 8BITMIME), and this mail has 8-bit content";
        for index in open {
            if let Some(place) = self.results.get_mut(*index) {
                *place = Some(Tried {
                    outcome: Outcome::Permanent,
                    // RFC 3463 §3.7, X.6.3: conversion required but not supported.
                    reply: ours(554, (5, 6, 3), text),
                    remote: link.remote.clone(),
                    dsn_passed_on: false,
                });
            }
        }
        Broke::No
    }

    fn into_done(self, batch: &Batch) -> Vec<Done> {
        let nothing = Tried {
            outcome: Outcome::Temporary,
            reply: ours(451, (4, 4, 0), "the attempt came to no end"),
            remote: String::new(),
            dsn_passed_on: false,
        };
        batch
            .entries
            .iter()
            .zip(self.results)
            .map(|(entry, tried)| {
                let tried = tried.unwrap_or_else(|| nothing.clone());
                Done {
                    entry: entry.clone(),
                    outcome: tried.outcome,
                    reply: tried.reply,
                    remote: tried.remote,
                    dsn_passed_on: tried.dsn_passed_on,
                    not_before: self.not_before,
                }
            })
            .collect()
    }
}

impl Tried {
    fn of(result: RecipientResult, link: &Link) -> Self {
        Self {
            outcome: result.outcome,
            reply: result.reply,
            remote: link.remote.clone(),
            dsn_passed_on: result.dsn_passed_on && link.capabilities().dsn,
        }
    }
}

fn says_too_many(result: &RecipientResult) -> bool {
    let status = result.reply.enhanced;
    result.reply.code == 452
        && status.is_none_or(|status| (status.subject, status.detail) == (5, 3))
}

fn in_order(hosts: &[Host]) -> impl Iterator<Item = (&Host, SocketAddr)> {
    hosts
        .iter()
        .flat_map(|host| host.addresses.iter().map(move |address| (host, *address)))
        .take(OUT_ADDRESSES_PER_ATTEMPT_MAX)
}

pub(super) fn ours(code: u16, status: (u8, u16, u16), text: &str) -> RemoteReply {
    let status = EnhancedStatus::new(status.0, status.1, status.2);
    RemoteReply::ours(code, status, text)
}
