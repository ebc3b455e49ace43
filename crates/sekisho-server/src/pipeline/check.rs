//! Facts and verdict of one mail, away from the threads that serve sockets when it is large, and behind a wall: a
//! parser that panics costs that one mail its verdict and nothing else (P14).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::available_parallelism;

use bytes::Bytes;
use jiff::Timestamp;
use sekisho_auth::Reply;
use sekisho_directory::Snapshot;
use sekisho_dlp::Detectors;
use sekisho_facts::{InProcess, Look, Opener, look_and};
use sekisho_mime::Message;
use sekisho_policy::{Facts, Policy, Verdict, judge};
use sekisho_store::limits::JSON_BYTES_MAX;
use sekisho_store::{MessageView, Step, Store, Summary};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::known::Known;
use super::protected::Protected;
use super::{Doors, Mail, history};
use crate::antivirus::{Antivirus, Attachments, WhenAway, is_unscanned};
use crate::dns::{Resolver, resolve_all};
use crate::limits::{DNS_FACTS_TIMEOUT, DNS_ROUNDS_MAX, INLINE_JUDGE_BYTES};

/// Checks mails.
pub(super) struct Checker {
    hostname: String,
    pub(super) resolver: Arc<dyn Resolver>,
    detectors: Arc<Detectors>,
    pool: Arc<Semaphore>,
    protected: Protected,
    pub(super) doors: Arc<Doors>,
    pub(super) opener: Arc<dyn Opener>,
    pub(super) antivirus: Option<Arc<Antivirus>>,
    store: Store,
}

/// What is known of a mail after checking.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) facts: Option<Facts>,
    /// `None`: the checker failed.
    pub(super) verdict: Option<Verdict>,
    pub(super) columns: ListColumns,
    /// Value of the Authentication-Results line, for mail from outside.
    pub(super) authentication_results: Option<String>,
    /// What is to be done, when an antivirus engine was asked and did not answer.
    pub(super) unscanned: Option<WhenAway>,
}

/// What lists show.
#[derive(Clone, Default)]
pub(crate) struct ListColumns {
    pub(crate) summary: Summary,
    pub(crate) view: MessageView,
}

impl Checker {
    pub(super) fn new(
        hostname: String,
        resolver: Arc<dyn Resolver>,
        detectors: Arc<Detectors>,
        store: Store,
    ) -> Self {
        let threads = available_parallelism().map_or(2, usize::from);
        Self {
            hostname,
            resolver,
            detectors,
            pool: Arc::new(Semaphore::new(threads)),
            protected: Protected::default(),
            doors: Arc::default(),
            opener: Arc::new(InProcess),
            antivirus: None,
            store,
        }
    }

    pub(super) async fn check(
        &self,
        mail: &Mail,
        raw: Bytes,
        snapshot: &Arc<Snapshot>,
        policy: Arc<Policy>,
        store: &Store,
    ) -> Checked {
        let knowledge = self.protected.of(snapshot, mail.addressed.tenant);
        let known = Known::of(
            mail,
            snapshot,
            &self.hostname,
            &self.detectors,
            knowledge,
            &policy,
        );
        let mut known = known.at(&self.doors).opening(Arc::clone(&self.opener));
        history::add(&mut known, mail, &raw, &policy, store).await;
        let is_scanned = self.antivirus.is_some();
        let also = move |message: &Message<'_>| {
            let attachments = is_scanned.then(|| Attachments::of(message));
            (columns(message), attachments)
        };
        let Some((mut look, (columns, attachments))) = self.look(raw.clone(), known, also).await
        else {
            return failed();
        };
        let unscanned = match self.antivirus.as_ref().zip(attachments) {
            None => None,
            Some((antivirus, attachments)) => {
                antivirus.scan(&raw, attachments, &mut look.facts).await;
                is_unscanned(&look.facts).then(|| antivirus.when_away())
            }
        };
        let authentication_results = look
            .authentication
            .as_ref()
            .map(|found| found.authentication_results(&self.hostname));
        // Judging costs microseconds however large the mail was; the wall is for a rule's pattern gone mad.
        let judged = self
            .walled(0, move || (judge(&look.facts, &policy), look.facts))
            .await;
        match judged {
            Some((verdict, facts)) => Checked {
                facts: Some(facts),
                verdict: Some(verdict),
                columns,
                authentication_results,
                unscanned,
            },
            None => Checked {
                columns,
                authentication_results,
                ..failed()
            },
        }
    }

    /// Looks at the mail, and asks DNS in rounds, all of a round at once, until the standards have what they need
    /// or the time is over: then what is left has failed, which can delay a mail but never lose one. With it comes
    /// what `also` makes of the mail while it is parsed.
    async fn look<T: Send + 'static>(
        &self,
        raw: Bytes,
        mut known: Known,
        also: impl Fn(&Message<'_>) -> T + Copy + Send + 'static,
    ) -> Option<(Look, T)> {
        let deadline = Instant::now() + DNS_FACTS_TIMEOUT;
        for round in 0..DNS_ROUNDS_MAX * 2 {
            let (bytes, content) = (raw.len(), raw.clone());
            let work = move || {
                let result = look_and(&content, &known.context(), also);
                (result, known)
            };
            let (result, back) = self.walled(bytes, work).await?;
            known = back;
            let wanted = match result {
                Ok(found) => return Some(found),
                Err(wanted) => wanted.0,
            };
            let replies = if round < DNS_ROUNDS_MAX {
                resolve_all(&self.resolver, wanted, deadline).await
            } else {
                wanted
                    .into_iter()
                    .map(|query| (query, Reply::Failed))
                    .collect()
            };
            let (tenant, door) = known.door();
            self.doors
                .note(&self.store, tenant, &door.dns_lists, &replies);
            known.learn(replies);
        }
        tracing::warn!("DNS questions without end");
        None
    }

    pub(super) async fn columns(&self, raw: Bytes) -> ListColumns {
        let size = raw.len();
        self.walled(size, move || columns(&Message::parse(&raw)))
            .await
            .unwrap_or_default()
    }

    /// Runs `work`: here when it is small, else on a bounded pool. `None` when it panicked.
    async fn walled<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let work = AssertUnwindSafe(work);
        if bytes <= INLINE_JUDGE_BYTES {
            return catch_unwind(work).ok();
        }
        let permit = Arc::clone(&self.pool).acquire_owned().await.ok()?;
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            catch_unwind(work).ok()
        });
        task.await.ok().flatten()
    }
}

fn failed() -> Checked {
    tracing::error!("the checker stopped on this mail; it waits in quarantine");
    metrics::counter!("sekisho_checker_failures_total").increment(1);
    Checked::default()
}

impl Checked {
    pub(super) fn facts_json(&self) -> String {
        self.facts.as_ref().map(json).unwrap_or_default()
    }

    pub(super) fn verdict_json(&self) -> String {
        self.verdict.as_ref().map(json).unwrap_or_default()
    }

    /// Names of the rules that matched, those that only watch too.
    pub(super) fn rules_matched(&self) -> Vec<String> {
        let matched = self.verdict.iter().flat_map(|verdict| &verdict.matched);
        matched.map(|matched| matched.rule.clone()).collect()
    }

    pub(super) fn steps(verdict: Option<&Verdict>, now: Timestamp) -> Vec<Step> {
        match verdict {
            None => vec![Step::new(now, "step-checker-failed")],
            Some(verdict) => {
                let disposition = &verdict.disposition;
                let step = Step::new(now, "step-judged")
                    .arg("action", disposition.action.word())
                    .arg("rule", disposition.rule.clone());
                vec![step]
            }
        }
    }
}

/// Facts too many to keep (ten thousand parts) are left out; the verdict on them stands.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    if text.len() <= JSON_BYTES_MAX {
        text
    } else {
        String::new()
    }
}

/// What lists show of a message, worked out once.
fn columns(message: &Message<'_>) -> ListColumns {
    let people = |list: Vec<sekisho_mime::Mailbox>| {
        let names: Vec<String> = list.into_iter().take(PEOPLE_SHOWN_MAX).map(shown).collect();
        names.join(", ")
    };
    let columns = sekisho_imap::Columns::of(message);
    ListColumns {
        summary: Summary {
            subject: message.subject().unwrap_or_default(),
            from: people(message.from()),
            to: people(message.to()),
            message_id: message.message_id().unwrap_or_default(),
            date: message.date().map(|date| date.timestamp),
        },
        view: MessageView {
            envelope: text(&columns.envelope),
            body_structure: text(&columns.body_structure),
            list_header: columns.list_header.map(Into::into),
        },
    }
}

/// A list shows the first few.
const PEOPLE_SHOWN_MAX: usize = 20;

fn shown(mailbox: sekisho_mime::Mailbox) -> String {
    match mailbox.name {
        Some(name) => format!("{name} <{}>", mailbox.address),
        None => mailbox.address,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::FixtureZone;

    #[tokio::test]
    async fn a_panic_stays_behind_the_wall() {
        let resolver = Arc::new(FixtureZone::new(sekisho_auth::Answers::closed()));
        let detectors = Arc::new(Detectors::standard().unwrap());
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(sekisho_store::Options::new(dir.path())).unwrap();
        let checker = Checker::new("mail.example.jp".to_owned(), resolver, detectors, store);
        for bytes in [10, INLINE_JUDGE_BYTES + 1] {
            let none: Option<()> = checker.walled(bytes, || panic!("a parser failed")).await;
            assert_eq!(none, None);
            assert_eq!(checker.walled(bytes, || 7).await, Some(7));
        }
        let message = Message::parse(
            b"Subject: =?UTF-8?B?44GC?=\r\nFrom: A <a@example.jp>, b@example.jp\r\n\r\nx",
        );
        let summary = columns(&message).summary;
        assert_eq!(
            (summary.subject.as_str(), summary.from.as_str()),
            ("あ", "A <a@example.jp>, b@example.jp")
        );
    }
}
