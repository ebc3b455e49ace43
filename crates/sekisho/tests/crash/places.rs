//! Where each numbered mail is, seen from outside: by IMAP, and by the lists of what waits.

use std::collections::HashMap;

use sekisho_testkit::{Demo, Imap, SeenMail};
use serde_json::Value;

use crate::world::{SMALL, SMALL_PASSWORD};

/// A place where an accepted mail may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Mailbox,
    Hold,
    Quarantine,
    Queue,
    /// Waits for its time before the queue.
    Delay,
    /// Its sender has a report that it could not be sent.
    Bounce,
}

impl Place {
    pub(crate) const ALL: [Self; 6] = [
        Self::Mailbox,
        Self::Hold,
        Self::Quarantine,
        Self::Queue,
        Self::Delay,
        Self::Bounce,
    ];
}

type Found = HashMap<u64, Vec<Place>>;

/// Every place of every mail. Nothing stands still for this: a delay ends, the queue sends. The places are asked in the
/// order in which mail goes through them, so that none slips by; what was seen again further on counts where it was
/// before only if it is there still.
pub(crate) fn of_all(demo: &Demo) -> Found {
    let passed = ["delay", "queue"].map(|list| waiting(demo, list));
    let mut found = Found::new();
    for (list, place) in [("hold", Place::Hold), ("quarantine", Place::Quarantine)] {
        add(&mut found, waiting(demo, list), place);
    }
    for user in ["user1", "user2"] {
        mailboxes(&mut demo.imap(user), &mut found);
    }
    let mut small = Imap::sign_in(demo.port("imaps"), &demo.trust(), SMALL, SMALL_PASSWORD);
    mailboxes(&mut small, &mut found);
    let [delayed, queued] = passed;
    for (list, place, seen) in [
        ("queue", Place::Queue, queued),
        ("delay", Place::Delay, delayed),
    ] {
        let there_still = waiting(demo, list);
        let is_there = |number: &u64| !found.contains_key(number) || there_still.contains(number);
        let there = seen.into_iter().filter(is_there).collect();
        add(&mut found, there, place);
    }
    found
}

fn add(found: &mut Found, numbers: Vec<u64>, place: Place) {
    for number in numbers {
        found.entry(number).or_default().push(place);
    }
}

fn waiting(demo: &Demo, list: &str) -> Vec<u64> {
    let rows: Value = demo.command(&[list, "list", "--json"]).well().json();
    let rows = rows.as_array().unwrap();
    // A list that is cut would look like lost mail.
    assert!(rows.len() < 10_000, "{list}: more than one answer holds");
    let number = |row: &Value| {
        let number = row["subject"].as_str()?.strip_prefix("ledger ")?;
        number.parse().ok()
    };
    rows.iter().filter_map(number).collect()
}

fn mailboxes(imap: &mut Imap, found: &mut Found) {
    for (_, mail) in imap.everything() {
        if let Some(number) = mail.header("x-ledger").and_then(|text| text.parse().ok()) {
            found.entry(number).or_default().push(Place::Mailbox);
        } else if let Some(number) = reported(&mail) {
            found.entry(number).or_default().push(Place::Bounce);
        }
    }
}

/// The number of the mail that a report brings back.
fn reported(mail: &SeenMail) -> Option<u64> {
    let kind = mail.header("content-type")?;
    if !kind.starts_with("multipart/report") {
        return None;
    }
    let text = String::from_utf8_lossy(&mail.content);
    let number = text.split("\r\nX-Ledger: ").nth(1)?;
    number.lines().next()?.trim().parse().ok()
}
