use sekisho_address::Address;
use sekisho_words::Words;
use serde::{Deserialize, Serialize};

use crate::{Disposition, Finding, Mode, Scope};

/// What was found, which rules matched, and what is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Those of the facts and those that follow from them.
    pub findings: Vec<Finding>,
    /// Every rule that matched, in order; also those that only watch.
    pub matched: Vec<MatchedRule>,
    /// The gravest disposition of any recipient: what the mail as a whole is called.
    pub disposition: Disposition,
    /// Which recipients get what. Each recipient of the facts stands in exactly one share; one share
    /// unless a rule acts on some recipients only.
    pub shares: Vec<Share>,
    /// Who is told by a letter that a rule matched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Notify>,
}

/// A letter that a rule asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notify {
    /// The rule.
    pub rule: String,
    /// To whom.
    pub whom: NotifyWhom,
    /// What happened, or would have.
    pub words: Words,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum NotifyWhom {
    /// Who sent it.
    Sender,
    /// This person.
    Person {
        /// Their address.
        address: Address,
    },
    /// The administrators.
    Administrators,
}

/// Recipients that one disposition is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Places in [`Facts::recipients`](crate::Facts::recipients), ascending.
    pub recipients: Vec<usize>,
    /// What is done for them.
    pub disposition: Disposition,
}

/// A rule that matched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatchedRule {
    /// Its name.
    pub rule: String,
    /// `watch`: it only tells what it would have done.
    pub mode: Mode,
    /// What it asks is not known in full; it was taken to hold, as the safe side.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unsure: bool,
    /// The word of its action: `hold`.
    pub action: String,
    /// Whose copies it acts on.
    pub applies_to: Scope,
    /// What in this mail made it match.
    pub why: Words,
}

impl Verdict {
    /// What is done for one recipient, by its place in the facts.
    pub fn for_recipient(&self, index: usize) -> &Disposition {
        let share = self
            .shares
            .iter()
            .find(|share| share.recipients.contains(&index));
        share.map_or(&self.disposition, |share| &share.disposition)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
