//! Other people's mails, so that a search has something to look through.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sekisho_store::{Direction, Options, RefusedMail, Step, Store, Summary, Tenant};
use tokio::task::JoinSet;

/// Written at once: the store gathers them into one transaction.
const AT_ONCE: i64 = 500;

/// Puts mails into the store of a demo that does not run. Their contents are of no concern to the trace.
pub(super) fn fill(dir: &Path, mails: i64) {
    let store = Store::open(Options::new(dir.join("data"))).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for first in (0..mails).step_by(AT_ONCE as usize) {
            let mut writing = JoinSet::new();
            for number in first..mails.min(first + AT_ONCE) {
                let mail = mail(&store, number, mails - number);
                let store = store.clone();
                writing.spawn(async move { store.record_refused(mail).await });
            }
            while let Some(written) = writing.join_next().await {
                written.unwrap().unwrap();
            }
        }
    });
    store.close();
}

fn mail(store: &Store, number: i64, minutes_ago: i64) -> RefusedMail {
    let now = Timestamp::now() - SignedDuration::from_mins(minutes_ago);
    RefusedMail {
        id: store.new_mail_id(now),
        tenant: Tenant(1),
        now,
        direction: Direction::Inbound,
        reverse_path: Some(format!(
            "sender{}@soto{}.example.net",
            number % 97,
            number % 11
        )),
        recipients: vec![format!("user{}@hanko.example.jp", 1 + number % 2)],
        helo: Some("mx.soto.example.net".to_owned()),
        client_ip: None,
        signed_in: None,
        summary: Summary {
            subject: format!("お知らせ No.{number} の件名です"),
            from: "お知らせ係".to_owned(),
            to: "佐々木 花子".to_owned(),
            message_id: format!("<{number}@filler.example>"),
            date: Some(now),
        },
        reply: "550 5.7.1 not today".to_owned(),
        facts_json: format!("{{\"parts\":[\"{}\"]}}", "x".repeat(2_000)),
        verdict_json: String::new(),
        steps: vec![Step::new(now, "step-refused"); 4],
    }
}
