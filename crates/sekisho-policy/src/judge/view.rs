//! All that rules may look at.

use std::cell::OnceCell;

use jiff::civil::DateTime;

use crate::vocabulary::Counts;
use crate::{Facts, Finding, Policy};

/// One mail under one policy, with what several rules ask worked out once.
pub(super) struct View<'a> {
    pub(super) facts: &'a Facts,
    pub(super) findings: &'a [Finding],
    pub(super) policy: &'a Policy,
    local: OnceCell<DateTime>,
    subject: OnceCell<Counts>,
    names: OnceCell<Vec<Counts>>,
}

impl<'a> View<'a> {
    pub(super) fn new(facts: &'a Facts, findings: &'a [Finding], policy: &'a Policy) -> Self {
        Self {
            facts,
            findings,
            policy,
            local: OnceCell::new(),
            subject: OnceCell::new(),
            names: OnceCell::new(),
        }
    }

    /// When the mail arrived, on the organisation's clocks.
    pub(super) fn local(&self) -> DateTime {
        *self
            .local
            .get_or_init(|| self.policy.time_zone().to_datetime(self.facts.now))
    }

    /// What stands in the subject.
    pub(super) fn subject(&self) -> &Counts {
        let count = || self.policy.vocabulary().counts(&self.facts.message.subject);
        self.subject.get_or_init(count)
    }

    /// What stands in the names of each part, all readings of a name together.
    pub(super) fn names(&self, part: usize) -> Option<&Counts> {
        let count = || {
            let vocabulary = self.policy.vocabulary();
            let names = self.facts.parts.iter().map(|part| {
                let mut names: Vec<&str> = part.all_names().collect();
                names.sort_unstable();
                names.dedup();
                // Two line ends: no word is read across them.
                vocabulary.counts(&names.join("\n\n"))
            });
            names.collect()
        };
        self.names.get_or_init(count).get(part)
    }
}
