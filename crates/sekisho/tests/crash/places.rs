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

/// Every place of every mail. The queue stands still for no one: it is asked first, so that what leaves it in the
/// meantime is seen again as a bounce; then what was seen in both is a bounce.
pub(crate) fn of_all(demo: &Demo) -> Found {
    let mut queued = Found::new();
    let lists = [
        ("hold", Place::Hold),
        ("quarantine", Place::Quarantine),
        ("delay", Place::Delay),
    ];
    waiting(demo, "queue", Place::Queue, &mut queued);
    let mut found = Found::new();
    for (list, place) in lists {
        waiting(demo, list, place, &mut found);
    }
    for user in ["user1", "user2"] {
        mailboxes(&mut demo.imap(user), &mut found);
    }
    let mut small = Imap::sign_in(demo.port("imaps"), &demo.trust(), SMALL, SMALL_PASSWORD);
    mailboxes(&mut small, &mut found);
    for (number, places) in queued {
        let bounced = found.get(&number) == Some(&vec![Place::Bounce]);
        if !bounced {
            found.entry(number).or_default().extend(places);
        }
    }
    found
}

fn waiting(demo: &Demo, list: &str, place: Place, found: &mut Found) {
    let rows: Value = demo.command(&[list, "list", "--json"]).well().json();
    let rows = rows.as_array().unwrap();
    // A list that is cut would look like lost mail.
    assert!(rows.len() < 10_000, "{list}: more than one answer holds");
    for row in rows {
        let number = row["subject"].as_str().and_then(|subject| {
            let number = subject.strip_prefix("ledger ")?;
            number.parse::<u64>().ok()
        });
        if let Some(number) = number {
            found.entry(number).or_default().push(place);
        }
    }
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
