//! What is known of a mail before its bytes are looked at.

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_auth::{Answers, Given};
use sekisho_dlp::Detectors;
use sekisho_phish::Knowledge;
use sekisho_policy::{ContactFacts, Direction, Envelope, Person, PersonFacts, Vocabulary};
use sekisho_spam::Filter;

use crate::{AtDoor, InProcess, Opener};

/// How a mail came, whom it goes to, and what the directory says of them.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Which checkpoint it passes; `None`: found from sender and recipients.
    pub direction: Option<Direction>,
    /// When it arrived.
    pub now: Timestamp,
    /// Our own host name, for SPF explanations.
    pub receiving_host: &'a str,
    /// How it came.
    pub envelope: Envelope,
    /// Every recipient of the envelope, groups and aliases already expanded.
    pub recipients: Vec<Address>,
    /// The organisation's domains; those below them count as inside, too.
    pub internal_domains: &'a [Domain],
    /// The directory's name and addresses for the sender.
    pub sender: Option<Person>,
    /// Who approves for the sender.
    pub manager: Option<Person>,
    /// Who approves while the manager is away.
    pub deputy: Option<Person>,
    /// DNS answers known so far; `None`: sender authentication is not asked for (mail of our own).
    pub answers: Option<&'a Answers>,
    /// Results taken as stated.
    pub given: Given,
    /// What is looked for in texts.
    pub detectors: &'a Detectors,
    /// Whose names are protected from imitation; `None`: phishing is not looked for.
    pub knowledge: Option<&'a Knowledge>,
    /// What the rules look for in texts; `None`: nothing is looked for, and nobody will know.
    pub vocabulary: Option<&'a Vocabulary>,
    /// The directory's view of sender and recipients; empty: it was not asked.
    pub people: &'a [PersonFacts],
    /// What history knows of those outside.
    pub contacts: &'a [ContactFacts],
    /// Whether it answers a mail that was found to be forged; `None`: not known.
    pub answers_suspect: Option<bool>,
    /// What is asked at the door; `None`: nothing.
    pub door: Option<AtDoor<'a>>,
    /// Passwords to try on locked files, beside those found in texts.
    pub passwords: &'a [String],
    /// Other mails of the same sender, before or after this one: one may tell the other's password.
    pub earlier: &'a [Vec<u8>],
    /// What the spam filter has learned; without it the built-in rules speak alone.
    pub filter: Option<Filter<'a>>,
    /// Who opens attachments.
    pub opener: &'a dyn Opener,
    /// Values whole instead of masked. Only for an administrator's own trial: facts are stored.
    pub reveal: bool,
}

impl<'a> Context<'a> {
    /// Nothing known but what is looked for.
    pub fn new(detectors: &'a Detectors) -> Self {
        Self {
            direction: None,
            now: Timestamp::UNIX_EPOCH,
            receiving_host: "",
            envelope: Envelope::default(),
            recipients: Vec::new(),
            internal_domains: &[],
            sender: None,
            manager: None,
            deputy: None,
            answers: None,
            given: Given::default(),
            detectors,
            knowledge: None,
            vocabulary: None,
            people: &[],
            contacts: &[],
            answers_suspect: None,
            door: None,
            passwords: &[],
            earlier: &[],
            filter: None,
            opener: &InProcess,
            reveal: false,
        }
    }
}
