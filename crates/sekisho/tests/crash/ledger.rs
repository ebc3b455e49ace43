//! What was sent and what the server said to it: kept apart from the server, and compared with it at the end.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sekisho_testkit::Demo;

use crate::places::{self, Place};
use crate::world::World;

/// What came of a mail as its sender knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// The server said 250.
    Accepted,
    /// 452 4.2.2 to its recipient.
    OverQuota,
    /// 452 4.3.1, or another 4xx of a server that cannot write.
    DiskFull,
    /// The connection broke before the answer: it may be there, once.
    Unknown,
}

/// How a mail is addressed, and what is special about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    One,
    Alias,
    Group,
    Oneself,
    SameMessageId,
    /// To a mailbox that is soon full.
    OverQuota,
    /// By a rule, for its approver.
    Held,
    /// By a rule whose approver is nobody's address.
    BrokenRule,
    Quarantined,
    /// For a server that does not answer.
    Deferred,
    /// For a server that says 550.
    Refused,
}

impl Kind {
    pub(crate) const ALL: [Self; 11] = [
        Self::One,
        Self::Alias,
        Self::Group,
        Self::Oneself,
        Self::SameMessageId,
        Self::OverQuota,
        Self::Held,
        Self::BrokenRule,
        Self::Quarantined,
        Self::Deferred,
        Self::Refused,
    ];

    /// How many copies there must be.
    fn copies(self) -> usize {
        if self == Self::Group { 2 } else { 1 }
    }

    /// Where a copy may be. Without its policy the organisation has the preset's: mail to outside is delayed for five
    /// minutes, and then in the queue.
    fn may_be_in(self, place: Place) -> bool {
        match self {
            Self::Held => place == Place::Hold,
            Self::BrokenRule => matches!(place, Place::Hold | Place::Delay | Place::Queue),
            Self::Quarantined => place == Place::Quarantine,
            Self::Deferred => matches!(place, Place::Queue | Place::Delay),
            Self::Refused => matches!(place, Place::Queue | Place::Delay | Place::Bounce),
            _ => place == Place::Mailbox,
        }
    }

    pub(crate) fn recipient(self) -> &'static str {
        match self {
            Self::One | Self::SameMessageId | Self::Quarantined => "user1@hanko.example.jp",
            Self::Alias => "tantou@hanko.example.jp",
            Self::Group => "everyone@hanko.example.jp",
            Self::Oneself => "user2@hanko.example.jp",
            Self::OverQuota => "small@hanko.example.jp",
            Self::Held => "sakura@partner.example.com",
            Self::BrokenRule => "b@dead.example.org",
            Self::Deferred => "a@dead.example.org",
            Self::Refused => "a@strict.example.org",
        }
    }

    /// Sent by `user2`, signed in; the others come from another server.
    pub(crate) fn is_submitted(self) -> bool {
        matches!(
            self,
            Self::Oneself | Self::Held | Self::BrokenRule | Self::Deferred | Self::Refused
        )
    }
}

/// Every mail by its number.
#[derive(Clone)]
pub(crate) struct Ledger(Arc<Pages>);

struct Pages {
    next: AtomicU64,
    entries: Mutex<HashMap<u64, (Kind, Event)>>,
    policy_broken: AtomicBool,
    under_broken_policy: AtomicU64,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Pages {
            next: AtomicU64::new(0),
            entries: Mutex::default(),
            policy_broken: AtomicBool::new(false),
            under_broken_policy: AtomicU64::new(0),
        }))
    }

    pub(crate) fn next(&self) -> (u64, Kind) {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        let kind = usize::try_from(number).unwrap() % Kind::ALL.len();
        (number, Kind::ALL[kind])
    }

    pub(crate) fn note(&self, number: u64, kind: Kind, event: Event) {
        self.0.entries.lock().unwrap().insert(number, (kind, event));
        if event == Event::Accepted && self.0.policy_broken.load(Ordering::Relaxed) {
            self.0.under_broken_policy.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn policy_is_broken(&self, broken: bool) {
        self.0.policy_broken.store(broken, Ordering::Relaxed);
    }

    /// Looks for every mail, prints what happened, and fails when one is lost, doubled or astray.
    pub(crate) fn settle(&self, demo: &Demo, world: &World) -> Account {
        let found = places::of_all(demo);
        let entries = self.0.entries.lock().unwrap();
        let mut account = Account {
            under_broken_policy: self.0.under_broken_policy.load(Ordering::Relaxed),
            ..Account::default()
        };
        for (number, (kind, event)) in entries.iter() {
            let none = Vec::new();
            account.enter(*number, *kind, *event, found.get(number).unwrap_or(&none));
        }
        println!("{account}");
        let Account {
            lost,
            doubled,
            astray,
            ..
        } = &account;
        assert!(
            lost.is_empty() && doubled.is_empty() && astray.is_empty(),
            "lost {lost:?}, doubled {doubled:?}, astray {astray:?}"
        );
        let verified = world.command(demo, &["audit", "verify", "--json"]);
        assert!(verified.contains("\"whole\""), "{verified}");
        account
    }
}

/// The ledger and the server side by side.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) accepted: u64,
    events: BTreeMap<(Kind, Event), u64>,
    places: BTreeMap<(Kind, Place), u64>,
    under_broken_policy: u64,
    lost: Vec<u64>,
    doubled: Vec<u64>,
    /// In a place where it must not be, or refused and there all the same.
    astray: Vec<(u64, Kind, Event, Vec<Place>)>,
}

impl Account {
    fn enter(&mut self, number: u64, kind: Kind, event: Event, found: &[Place]) {
        *self.events.entry((kind, event)).or_default() += 1;
        for place in found {
            *self.places.entry((kind, *place)).or_default() += 1;
        }
        self.accepted += u64::from(event == Event::Accepted);
        let (have, want) = (found.len(), kind.copies());
        let was_refused = matches!(event, Event::OverQuota | Event::DiskFull);
        // Of a mail whose answer is missing, all copies are there or none.
        let nothing_is_right = was_refused || (event == Event::Unknown && have == 0);
        if have < want && !nothing_is_right {
            self.lost.push(number);
        }
        if have > want {
            self.doubled.push(number);
        }
        let wrong_place = found.iter().any(|place| !kind.may_be_in(*place));
        if wrong_place || (was_refused && have > 0) {
            self.astray.push((number, kind, event, found.to_vec()));
        }
    }

    /// A kind that never occurred proves nothing.
    pub(crate) fn nothing_was_left_out(&self) {
        let count = |wanted: Event| -> u64 {
            let events = self
                .events
                .iter()
                .filter(|((_, event), _)| *event == wanted);
            events.map(|(_, count)| count).sum()
        };
        for kind in Kind::ALL {
            assert!(
                self.events.contains_key(&(kind, Event::Accepted)),
                "no {kind:?} was accepted"
            );
        }
        for event in [Event::OverQuota, Event::DiskFull, Event::Unknown] {
            assert!(count(event) > 0, "{event:?} never happened");
        }
        for place in Place::ALL {
            let there = self.places.keys().any(|(_, known)| *known == place);
            assert!(there, "no mail ended in {place:?}");
        }
        assert!(
            self.under_broken_policy > 0,
            "no mail came while the policy was broken"
        );
    }
}

impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{:<15} events, and where the mails are", "kind")?;
        for kind in Kind::ALL {
            write!(f, "{:<15}", format!("{kind:?}"))?;
            for ((_, event), count) in self.events.iter().filter(|((of, _), _)| *of == kind) {
                write!(f, " {event:?} {count}")?;
            }
            write!(f, " →")?;
            for ((_, place), count) in self.places.iter().filter(|((of, _), _)| *of == kind) {
                write!(f, " {place:?} {count}")?;
            }
            writeln!(f)?;
        }
        write!(
            f,
            "{} sent, {} accepted ({} under a broken policy): {} lost, {} doubled, {} astray",
            self.events.values().sum::<u64>(),
            self.accepted,
            self.under_broken_policy,
            self.lost.len(),
            self.doubled.len(),
            self.astray.len()
        )
    }
}
