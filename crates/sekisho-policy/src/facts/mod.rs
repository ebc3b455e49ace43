//! Everything known of one mail, gathered before it is judged.

mod authentication;
mod engine;
mod envelope;
mod message;
mod part;
mod people;
mod words;

use jiff::Timestamp;
use sekisho_address::Address;
use serde::{Deserialize, Serialize};

pub use authentication::{AuthenticationFacts, DkimFacts, DmarcPolicy, Outcome};
pub use engine::{EngineAnswer, EngineSaid};
pub use envelope::{Direction, Envelope, HeaderPlace, Person, Recipient, Sender, Side};
pub use message::{
    HeaderMailbox, Importance, MessageFacts, MessageKind, MessageTrait, ReportFacts, ReportedFacts,
};
pub use part::{PartFacts, PartVerdict};
pub use people::{ContactFacts, PersonFacts};
pub use words::{WordField, WordHit, WordsFound};

use crate::Finding;

/// Everything known of one mail. Facts are stored with it, so that it can be judged again.
///
/// Only `direction` must be given; what is left out was not found out, or is not there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Which checkpoint the mail passes.
    pub direction: Direction,
    /// When it arrived; deadlines count from here.
    pub now: Timestamp,
    /// How it came.
    pub envelope: Envelope,
    /// Who sends it.
    pub sender: Sender,
    /// Every recipient of the envelope, groups and aliases already expanded.
    pub recipients: Vec<Recipient>,
    /// What its header says.
    pub message: MessageFacts,
    /// SPF, DKIM, DMARC, ARC.
    pub authentication: AuthenticationFacts,
    /// Every part and every member of an archive.
    pub parts: Vec<PartFacts>,
    /// What inspectors found in it (`dlp.*`, `mime.*`, …). Findings that follow from the other
    /// facts (`auth.*`, `attach.*`, `recipient.*`) are added when judging: leave them out here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Whether two readers could read the mail in two ways, and the readings hold other content.
    pub ambiguous: bool,
    /// What could not be read. Never counts as clean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uninspectable: Vec<Uninspectable>,
    /// What each antivirus engine said; empty: none was asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub engines: Vec<EngineAnswer>,
    /// Words of the mail that may be passwords of its attachments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub password_candidates: Vec<String>,
    /// The spam filter's answer, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spam: Option<ScoreFacts>,
    /// The phishing filter's answer, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phish: Option<ScoreFacts>,
    /// What the directory says of sender and recipients; empty: it was not asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonFacts>,
    /// What is known of those outside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactFacts>,
    /// Where the words and patterns of rules stand in the texts, which are not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<WordsFound>,
    /// Whether it answers a mail that was found to be forged or phishing; none: not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers_suspect: Option<bool>,
}

/// A place that could not be read, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uninspectable {
    /// As the `where` of a finding: `part 1.2`, `part 1.2, 見積書.xlsx`.
    #[serde(rename = "where")]
    pub place: String,
    /// One word: `encrypted`, `malformed`, `over_limit`, `timed_out`, `unknown_format`, ….
    pub reason: String,
}

/// The answer of a filter that weighs many small signs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScoreFacts {
    /// The filter's own scale.
    pub score: f64,
    /// One word: `ham`, `junk`, `spam`; `none`, `suspicious`, `phishing`.
    pub verdict: String,
    /// What it was made of, as findings.
    pub reasons: Vec<Finding>,
}

impl Facts {
    /// What the directory says of whoever has this address, alias or primary.
    pub fn person(&self, address: &Address) -> Option<&PersonFacts> {
        self.people.iter().find(|person| person.has(address))
    }

    /// What is known of an address outside.
    pub fn contact(&self, address: &Address) -> Option<&ContactFacts> {
        self.contacts.iter().find(|contact| {
            contact.address.domain() == address.domain() && contact.address.key() == address.key()
        })
    }

    /// The recipients outside the organisation.
    pub fn external_recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.recipients
            .iter()
            .filter(|recipient| recipient.side == Side::External)
    }
}
