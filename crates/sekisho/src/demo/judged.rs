//! Where a sample ended, and why, as the store tells it.

use std::time::Duration;

use sekisho_command::{Caller, Command, Request, TraceRequest};
use sekisho_store::MailId;
use sekisho_words::Words;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::partner::Partner;
use super::sample::Sample;
use crate::house::House;

/// The longest wait for a mail to leave.
const SETTLE_S: u64 = 20;

/// Where a sample ended.
pub(super) struct Ended {
    /// As `Sample::expected`.
    pub(super) place: String,
    /// Why, in both languages.
    pub(super) why: Words,
    wanted: bool,
}

impl Ended {
    /// Whether it ended where it should.
    pub(super) fn as_wanted(&self) -> bool {
        self.wanted
    }
}

/// Waits for the mail behind this reply to settle.
pub(super) async fn wait(sample: &Sample, reply: &str, house: &House, partner: &Partner) -> Ended {
    let Some(mail) = accepted_as(reply) else {
        let why = Words {
            ja: reply.to_owned(),
            en: reply.to_owned(),
        };
        return ended(
            sample,
            if reply.starts_with('5') {
                "refused"
            } else {
                "failed"
            },
            why,
        );
    };
    let deadline = Instant::now() + Duration::from_secs(SETTLE_S);
    let mut changes = house.desk.store.changes();
    loop {
        let story = story(house, mail).await;
        let place = place_of(&story);
        if place != "queued" || Instant::now() >= deadline {
            let why = why(&story);
            // "Sent" is the far side's word: look there too.
            let arrived = place != "sent" || partner.has(sample.subject()).await;
            return ended(sample, if arrived { &place } else { "lost" }, why);
        }
        // Every step of the mail announces itself; without one the deadline ends the wait.
        let _ = timeout_at(deadline, changes.recv()).await;
    }
}

fn ended(sample: &Sample, place: &str, why: Words) -> Ended {
    Ended {
        wanted: place == sample.expected,
        place: place.to_owned(),
        why,
    }
}

/// The id in `250 2.0.0 Accepted as ID`.
fn accepted_as(reply: &str) -> Option<MailId> {
    reply.strip_prefix('2')?;
    reply.split_whitespace().find_map(|word| word.parse().ok())
}

async fn story(house: &House, mail: MailId) -> Value {
    let request = Request {
        organisation: None,
        command: Command::Trace(TraceRequest {
            id: Some(mail.to_string()),
            ..TraceRequest::default()
        }),
    };
    let caller = Caller::Console {
        user: "demo".to_owned(),
    };
    house
        .desk
        .run(&caller, request)
        .await
        .map_or(Value::Null, |found| found[0].clone())
}

fn place_of(story: &Value) -> String {
    let state = story["recipients"][0]["state"]
        .as_str()
        .unwrap_or("unknown");
    match state {
        "mailbox" => "inbox",
        "junked" => "junk",
        "quarantined" => "quarantine",
        "held" => "hold",
        "delayed" => "delay",
        "relayed" => "sent",
        other => other,
    }
    .to_owned()
}

fn why(story: &Value) -> Words {
    let verdict = &story["verdict"]["disposition"]["why"];
    let words = if verdict.is_object() {
        verdict
    } else {
        &story["recipients"][0]["words"]
    };
    serde_json::from_value(words.clone()).unwrap_or_else(|_| Words {
        ja: String::new(),
        en: String::new(),
    })
}
