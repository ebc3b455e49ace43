//! Antivirus engines: each attachment and then the whole mail is shown to them, and their answers become facts.
//!
//! An engine that does not answer is never "clean". What happens to the mail then is a setting ([`WhenAway`]), and it
//! is told: by `sekisho_antivirus_up`, by the health page, and in the log.

mod clamd;

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use sekisho_mime::Message;
use sekisho_policy::{EngineAnswer, EngineSaid, Facts, Finding, Uninspectable};
use sekisho_words::say;
use tokio::time::{Instant, timeout_at};

use crate::config;
pub use crate::config::WhenAway;
use crate::limits::{
    ANTIVIRUS_BYTES_MAX, ANTIVIRUS_LOOK, ANTIVIRUS_MAIL_TIMEOUT, ANTIVIRUS_PARTS_MAX,
};

use clamd::Clamd;

/// Its name in facts and on screen.
const CLAMD: &str = "clamd";

/// So that clamd knows a mail when it sees one, whatever line the sender has put first.
const MAIL_MARK: &[u8] = b"Received: from localhost\r\n";

/// The engines of this installation.
pub struct Antivirus {
    clamd: Clamd,
    when_away: WhenAway,
    /// Why it does not answer; none while it does.
    away: Mutex<Option<String>>,
}

/// What an engine says of one content.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Clean,
    /// With the signature's name.
    Malware(String),
    /// It could not look through it; the reason as in [`Uninspectable`].
    Unread(&'static str),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Away {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("no answer in time")]
    TimedOut,
    #[error("it closed the connection")]
    Closed,
    #[error("it says: {0}")]
    Garbage(String),
}

impl Away {
    fn garbage(said: &str) -> Self {
        Self::Garbage(said.chars().take(200).filter(|c| !c.is_control()).collect())
    }
}

/// One content that is shown to the engines.
struct Shown {
    place: String,
    bytes: Vec<u8>,
}

impl Antivirus {
    /// None where the configuration names no engine.
    #[must_use]
    pub fn of(config: &config::Antivirus) -> Option<Self> {
        let settings = config.clamd.as_ref()?;
        Some(Self {
            clamd: Clamd::new(settings),
            when_away: settings.when_away,
            away: Mutex::default(),
        })
    }

    /// Why the engine does not answer, for the health page; none while it does.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.away
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What is to be done with a mail that the engines did not see.
    pub(crate) fn when_away(&self) -> WhenAway {
        self.when_away
    }

    /// Shows the mail to the engines and writes their answers into the facts.
    pub(crate) async fn scan(&self, raw: &Bytes, attachments: Attachments, facts: &mut Facts) {
        let until = Instant::now() + ANTIVIRUS_MAIL_TIMEOUT;
        for Shown { place, bytes } in attachments.0 {
            let said = self.note(&place, self.ask(&[&bytes], until).await, facts);
            if matches!(said, EngineSaid::Malware | EngineSaid::Away) {
                return;
            }
        }
        self.note("mail", self.ask(&[MAIL_MARK, raw], until).await, facts);
    }

    async fn ask(&self, pieces: &[&[u8]], until: Instant) -> Result<Answer, Away> {
        timeout_at(until, self.clamd.scan(pieces))
            .await
            .unwrap_or(Err(Away::TimedOut))
    }

    fn note(&self, place: &str, found: Result<Answer, Away>, facts: &mut Facts) -> EngineSaid {
        self.tell(found.as_ref().err());
        let mut signature = None;
        let said = match found {
            Ok(Answer::Clean) => EngineSaid::Clean,
            Ok(Answer::Malware(name)) => {
                let args = [
                    ("signature", name.as_str().into()),
                    ("engine", CLAMD.into()),
                    ("where", place.into()),
                ];
                let why = say("facts-malware", &args);
                let finding = Finding::certain("attach.malware", name.as_str(), place, why);
                facts.findings.push(finding);
                signature = Some(name);
                EngineSaid::Malware
            }
            Ok(Answer::Unread(reason)) => {
                facts.uninspectable.push(Uninspectable {
                    place: place.to_owned(),
                    reason: reason.to_owned(),
                });
                EngineSaid::Unread
            }
            Err(_) => {
                let why = say("facts-unscanned", &[("engine", CLAMD.into())]);
                facts
                    .findings
                    .push(Finding::certain("attach.unscanned", CLAMD, place, why));
                EngineSaid::Away
            }
        };
        metrics::counter!("sekisho_antivirus_answers_total", "engine" => CLAMD, "answer" => said.word())
            .increment(1);
        facts.engines.push(EngineAnswer {
            engine: CLAMD.to_owned(),
            said,
            signature,
            place: place.to_owned(),
        });
        said
    }

    /// Notices when the engine goes and when it is back; said once each.
    fn tell(&self, away: Option<&Away>) {
        let now = away.map(ToString::to_string);
        let mut before = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        metrics::gauge!("sekisho_antivirus_up", "engine" => CLAMD).set(if now.is_none() {
            1.0
        } else {
            0.0
        });
        match (&*before, &now) {
            (None, Some(why)) => {
                tracing::error!(engine = CLAMD, why, "the virus scanner does not answer");
            }
            (Some(_), None) => tracing::info!(engine = CLAMD, "the virus scanner is back"),
            _ => {}
        }
        *before = now;
    }

    /// Asks the engine now and then, so that its death is known before the next mail.
    pub(crate) async fn watch(&self) {
        loop {
            let found = self.clamd.ping().await;
            self.tell(found.as_ref().err());
            tokio::time::sleep(ANTIVIRUS_LOOK).await;
        }
    }
}

/// The attachments as we decode them. clamd decodes the mail by itself, but not always as we and mail programs do.
#[derive(Default)]
pub(crate) struct Attachments(Vec<Shown>);

impl Attachments {
    /// The first ones, within limits; the others are seen in the mail as a whole.
    pub(crate) fn of(message: &Message<'_>) -> Self {
        let mut bytes = 0;
        let mut shown = Vec::new();
        for part in message.all_parts() {
            let essence = part.content_type().essence();
            let is_body =
                part.names().is_empty() && ["text/plain", "text/html"].contains(&essence.as_ref());
            let is_file = !(part.is_multipart() || part.is_message() || is_body);
            if !is_file || bytes + part.size() > ANTIVIRUS_BYTES_MAX {
                continue;
            }
            for decoding in part.decodings() {
                bytes += decoding.bytes.len();
                if shown.len() >= ANTIVIRUS_PARTS_MAX || bytes > ANTIVIRUS_BYTES_MAX {
                    return Self(shown);
                }
                shown.push(Shown {
                    place: format!("part {}", part.path()),
                    bytes: decoding.bytes.to_vec(),
                });
            }
        }
        Self(shown)
    }
}

/// Whether an engine that was asked has not answered.
pub(crate) fn is_unscanned(facts: &Facts) -> bool {
    facts
        .engines
        .iter()
        .any(|answer| answer.said == EngineSaid::Away)
}
