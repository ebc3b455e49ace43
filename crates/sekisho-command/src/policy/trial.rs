//! Rules tried on past mail before they are switched on: stored facts are judged again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread::available_parallelism;

use jiff::Timestamp;
use sekisho_policy::{Facts, Policy, judge};
use sekisho_store::{JudgedRow, MailId, Store, StoreFailure, Tenant};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::shown::no_such_rule;
use crate::{CommandFailure, Desk};

/// Mails read at once.
const BATCH_ROWS: usize = 500;

/// Samples kept for each rule.
const SAMPLES_MAX: usize = 20;

/// Threads that judge: the machine has other things to do.
const THREADS_MAX: usize = 4;

/// What to try, and on which mails.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trial {
    /// One rule of the policy (or of the text), as if it were on; none: all as they are.
    pub rule: Option<String>,
    /// A draft; none: the policy in force.
    pub text: Option<String>,
    /// Mails since then.
    pub since: Timestamp,
    /// Samples of each rule.
    #[serde(default)]
    pub samples: usize,
}

/// What one rule did in a trial.
#[derive(Debug, Default)]
struct Counted {
    matched: u64,
    /// Taken to match, because a fact is missing.
    unsure: u64,
    /// It decided what was done with the mail.
    decided: u64,
    samples: BTreeMap<MailId, Value>,
}

/// What a trial gave.
#[derive(Debug, Default)]
struct Outcome {
    mails: u64,
    /// Facts that this version cannot read.
    unreadable: u64,
    actions: BTreeMap<&'static str, u64>,
    rules: BTreeMap<String, Counted>,
}

/// Where the reading is. Threads take batches from it in turn.
struct Place {
    after: Option<MailId>,
    done: bool,
}

impl Desk {
    /// Judges past mails under a rule or a draft, and counts. Changes nothing.
    pub(crate) async fn try_policy(
        &self,
        tenant: Tenant,
        trial: Trial,
    ) -> Result<Value, CommandFailure> {
        let policy = self
            .draft_or_in_force(tenant, trial.text.as_deref())
            .await?;
        let policy = match &trial.rule {
            Some(name) => policy.only(name).ok_or_else(|| no_such_rule(name))?,
            None => policy,
        };
        let (store, since) = (self.store.clone(), trial.since);
        let samples = trial.samples.min(SAMPLES_MAX);
        let work = self.store.read(move |_| {
            // Its own readers: this one only brings the work to a thread where waiting is allowed.
            Ok(run(&store, tenant, since, &policy, samples))
        });
        let outcome = work.await??;
        Ok(outcome.shown())
    }
}

fn run(
    store: &Store,
    tenant: Tenant,
    since: Timestamp,
    policy: &Policy,
    samples: usize,
) -> Result<Outcome, StoreFailure> {
    let place = Mutex::new(Place {
        after: None,
        done: false,
    });
    let threads = available_parallelism()
        .map_or(2, usize::from)
        .min(THREADS_MAX);
    let work = || -> Result<Outcome, StoreFailure> {
        let mut outcome = Outcome::default();
        loop {
            let batch = next(store, tenant, since, &place)?;
            if batch.is_empty() {
                return Ok(outcome);
            }
            batch
                .iter()
                .for_each(|row| outcome.add(row, policy, samples));
        }
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(stopped())))
            .collect()
    });
    let mut whole = Outcome::default();
    for result in results {
        whole.join(result?, samples);
    }
    Ok(whole)
}

fn stopped() -> StoreFailure {
    StoreFailure::Damaged("a rule could not be judged".to_owned())
}

fn next(
    store: &Store,
    tenant: Tenant,
    since: Timestamp,
    place: &Mutex<Place>,
) -> Result<Vec<JudgedRow>, StoreFailure> {
    let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
    if place.done {
        return Ok(Vec::new());
    }
    let batch = store
        .reader()?
        .judged(tenant, since, place.after, BATCH_ROWS)?;
    place.after = batch.last().map(|row| row.mail).or(place.after);
    place.done = batch.len() < BATCH_ROWS;
    Ok(batch)
}

impl Outcome {
    fn add(&mut self, row: &JudgedRow, policy: &Policy, samples: usize) {
        let Ok(facts) = serde_json::from_str::<Facts>(&row.facts_json) else {
            self.unreadable += 1;
            return;
        };
        self.mails += 1;
        let verdict = judge(&facts, policy);
        let action = verdict.disposition.action.word();
        *self.actions.entry(action).or_default() += 1;
        for matched in &verdict.matched {
            let decided = verdict
                .shares
                .iter()
                .any(|share| share.disposition.rule == matched.rule);
            let counted = self.rules.entry(matched.rule.clone()).or_default();
            counted.matched += 1;
            counted.unsure += u64::from(matched.unsure);
            counted.decided += u64::from(decided);
            if counted.samples.len() < samples {
                let sample = json!({
                    "mail": row.mail,
                    "at": row.received_at,
                    "from": row.sender,
                    "subject": row.subject,
                    "action": matched.action,
                    "why": matched.why,
                });
                counted.samples.insert(row.mail, sample);
            }
        }
    }

    fn join(&mut self, other: Self, samples: usize) {
        self.mails += other.mails;
        self.unreadable += other.unreadable;
        for (action, count) in other.actions {
            *self.actions.entry(action).or_default() += count;
        }
        for (rule, counted) in other.rules {
            let own = self.rules.entry(rule).or_default();
            own.matched += counted.matched;
            own.unsure += counted.unsure;
            own.decided += counted.decided;
            own.samples.extend(counted.samples);
            // The oldest of all threads, so that the same mails give the same samples.
            while own.samples.len() > samples {
                own.samples.pop_last();
            }
        }
    }

    fn shown(self) -> Value {
        let stops = ["delay", "discard", "hold", "quarantine", "refuse"];
        let stopped = self
            .actions
            .iter()
            .filter(|(action, _)| stops.contains(action));
        let stopped: u64 = stopped.map(|(_, count)| count).sum();
        let rules = self.rules.into_iter().map(|(rule, counted)| {
            json!({
                "rule": rule,
                "matched": counted.matched,
                "unsure": counted.unsure,
                "decided": counted.decided,
                "samples": counted.samples.into_values().collect::<Vec<_>>(),
            })
        });
        json!({
            "mails": self.mails,
            "unreadable": self.unreadable,
            "stopped": stopped,
            "actions": self.actions,
            "rules": rules.collect::<Vec<_>>(),
        })
    }
}
