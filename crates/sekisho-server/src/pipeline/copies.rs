//! One mail that is not the same for all its recipients: copies, each with its own content and recipients.
//!
//! Most mails are one copy without a change, and then nothing here costs anything. All copies are stored in one
//! transaction: either every recipient's fate is kept, or the mail is not taken.

use sekisho_address::Address;
use sekisho_directory::Snapshot;
use sekisho_policy::{ActionKind, Disposition, Edit, Verdict};
use sekisho_store::Step;

use super::Mail;
use super::addressed::{self, Addressee};

/// Mails of their own for single recipients; with more, all get one mail that names nobody. Each is a content of
/// its own in one transaction.
const ONE_EACH_MAX: usize = 200;

/// Some recipients and what they get.
pub(super) struct Copy<'v> {
    /// Changes to the content; none: as it came.
    pub(super) edits: Vec<Edit>,
    /// For one recipient alone, whom To then names.
    pub(super) alone_to: Option<Address>,
    /// Who, and what is done for them. `None`: the mail could not be judged.
    pub(super) recipients: Vec<(Addressed<'v>, Option<&'v Disposition>)>,
    /// What happened to recipients.
    pub(super) steps: Vec<Step>,
}

/// A recipient of the mail, or one that a rule put there.
pub(super) enum Addressed<'v> {
    /// As the envelope had it.
    Given(&'v Addressee),
    /// By a rule.
    Added(Addressee),
    /// Out by a rule: kept for the trace, and thrown away.
    Removed(&'v Addressee),
}

impl Addressed<'_> {
    pub(super) fn addressee(&self) -> &Addressee {
        match self {
            Self::Given(to) | Self::Removed(to) => to,
            Self::Added(to) => to,
        }
    }
}

impl Copy<'_> {
    /// Whether the content is as it came.
    pub(super) fn is_unchanged(&self) -> bool {
        self.edits.is_empty() && self.alone_to.is_none()
    }
}

/// At least one, each with at least one recipient. The first keeps the mail's id.
pub(super) fn of<'v>(
    mail: &'v Mail,
    verdict: Option<&'v Verdict>,
    snapshot: &Snapshot,
) -> Vec<Copy<'v>> {
    let mut copies: Vec<Copy<'v>> = Vec::new();
    let Some(verdict) = verdict else {
        let all = mail.addressed.recipients.iter();
        return vec![Copy {
            edits: Vec::new(),
            alone_to: None,
            recipients: all.map(|to| (Addressed::Given(to), None)).collect(),
            steps: Vec::new(),
        }];
    };
    for share in &verdict.shares {
        Sharing::of(mail, &share.disposition, snapshot).copies(&share.recipients, &mut copies);
    }
    if copies.len() > 1 {
        let count = i64::try_from(copies.len()).unwrap_or(i64::MAX);
        let step = Step::new(mail.now, "step-split").arg("count", count.to_string());
        if let Some(first) = copies.first_mut() {
            first.steps.push(step);
        }
    }
    copies
}

/// What is done for one share of the recipients.
struct Sharing<'v, 's> {
    mail: &'v Mail,
    disposition: &'v Disposition,
    snapshot: &'s Snapshot,
    /// Changes to the content.
    edits: Vec<Edit>,
    each: Vec<usize>,
    removed: Vec<usize>,
    redirect: Vec<Address>,
    added: Vec<Address>,
}

impl<'v, 's> Sharing<'v, 's> {
    fn of(mail: &'v Mail, disposition: &'v Disposition, snapshot: &'s Snapshot) -> Self {
        let mut sharing = Self {
            mail,
            disposition,
            snapshot,
            edits: Vec::new(),
            each: Vec::new(),
            removed: Vec::new(),
            redirect: Vec::new(),
            added: Vec::new(),
        };
        for edit in &disposition.edits {
            match edit {
                Edit::OneEach { recipients } => sharing.each.extend(recipients),
                Edit::Redirect { addresses } => sharing.redirect.extend(addresses.iter().cloned()),
                Edit::RemoveRecipients { recipients, .. } => {
                    sharing.removed.extend(recipients);
                    sharing.edits.push(edit.clone());
                }
                Edit::AddRecipients { addresses, .. } => {
                    sharing.added.extend(addresses.iter().cloned());
                    sharing.edits.push(edit.clone());
                }
                edit => sharing.edits.push(edit.clone()),
            }
        }
        // One person decides once: a mail that waits for somebody stays one, and names nobody.
        let waits = disposition.action == ActionKind::Hold;
        if waits || sharing.each.len() > ONE_EACH_MAX {
            let was_asked = !std::mem::take(&mut sharing.each).is_empty();
            if was_asked {
                sharing.edits.push(Edit::ToBcc {
                    keep_domains: Vec::new(),
                });
            }
        }
        sharing
    }

    fn copies(&self, recipients: &[usize], copies: &mut Vec<Copy<'v>>) {
        let mut together = self.copy(None);
        for place in recipients {
            let Some(to) = self.mail.addressed.recipients.get(*place) else {
                continue;
            };
            if self.removed.contains(place) || !self.redirect.is_empty() {
                together
                    .steps
                    .push(self.step("step-recipient-removed", &to.address));
                together.recipients.push((Addressed::Removed(to), None));
            } else if self.each.contains(place) {
                let mut alone = self.copy(Some(to.address.clone()));
                alone
                    .recipients
                    .push((Addressed::Given(to), Some(self.disposition)));
                copies.push(alone);
            } else {
                let to = (Addressed::Given(to), Some(self.disposition));
                together.recipients.push(to);
            }
        }
        for address in self.redirect.iter().chain(&self.added) {
            self.add(address, &mut together);
        }
        if together.recipients.is_empty() {
            return;
        }
        let same = copies
            .iter_mut()
            .find(|copy| copy.alone_to.is_none() && copy.edits == together.edits);
        match same {
            Some(copy) => {
                copy.recipients.append(&mut together.recipients);
                copy.steps.append(&mut together.steps);
            }
            // Those together first: they keep the mail's id.
            None => {
                let at = copies
                    .iter()
                    .take_while(|copy| copy.alone_to.is_none())
                    .count();
                copies.insert(at, together);
            }
        }
    }

    fn copy(&self, alone_to: Option<Address>) -> Copy<'v> {
        Copy {
            edits: self.edits.clone(),
            alone_to,
            recipients: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn add(&self, address: &Address, copy: &mut Copy<'v>) {
        let tenant = self.mail.addressed.tenant;
        let found = addressed::resolved(address, tenant, self.snapshot);
        let key = if found.is_empty() {
            "step-recipient-not-added"
        } else {
            "step-recipient-added"
        };
        copy.steps.push(self.step(key, address));
        for to in found {
            let known = |(known, _): &(Addressed<'_>, Option<&Disposition>)| {
                matches!(known, Addressed::Given(_) | Addressed::Added(_))
                    && known.addressee().address.key() == to.address.key()
            };
            if !copy.recipients.iter().any(known) {
                copy.recipients
                    .push((Addressed::Added(to), Some(self.disposition)));
            }
        }
    }

    fn step(&self, key: &'static str, address: &Address) -> Step {
        Step::new(self.mail.now, key).arg("recipient", address.to_string())
    }
}
