//! From a disposition to the one fate of each recipient.

use sekisho_command::waiting::Reasons;
use sekisho_directory::Snapshot;
use sekisho_policy::{ActionKind, Approver, Disposition, Hold, Person, Verdict};
use sekisho_store::{AccountId, AtDeadline, Fate, Folder, MailId, NewHold, NewRecipient, Onward};

use super::addressed::Addressee;
use super::copies::{Addressed, Copy};
use super::{HoldTokens, Mail};

/// All recipients of one copy with their fates, and the hold if one of them is held.
pub(super) struct Fates {
    pub(super) recipients: Vec<NewRecipient>,
    pub(super) hold: Option<NewHold>,
}

/// What the fates of a copy depend on.
pub(super) struct Deciding<'a> {
    pub(super) mail: &'a Mail,
    /// The copy's own id.
    pub(super) id: MailId,
    pub(super) verdict: Option<&'a Verdict>,
    pub(super) snapshot: &'a Snapshot,
    pub(super) tokens: &'a HoldTokens,
}

impl Deciding<'_> {
    /// Without a verdict (the checker failed) nobody gets the mail unseen: it waits in quarantine. So it does where it
    /// must not go on as it is (`must_wait`): not changed as a rule wants, or not scanned.
    pub(super) fn fates(&self, copy: &Copy<'_>, must_wait: bool) -> Fates {
        let mut hold = None;
        let mut recipients = Vec::with_capacity(copy.recipients.len());
        for (addressed, disposition) in &copy.recipients {
            let to = addressed.addressee();
            let fate = match (addressed, disposition) {
                (Addressed::Removed(_), _) => Fate::Discard,
                (_, None) => Fate::Quarantine(to.onward.clone()),
                (_, Some(disposition)) if must_wait && may_go_on(disposition.action) => {
                    Fate::Quarantine(to.onward.clone())
                }
                (_, Some(disposition)) => {
                    if hold.is_none() {
                        hold = self.hold(disposition);
                    }
                    fate(to, disposition, hold.is_some())
                }
            };
            recipients.push(NewRecipient {
                address: to.address.to_string(),
                given: to.given.clone(),
                original: to.original.clone(),
                notify: to.notify,
                fate,
            });
        }
        Fates { recipients, hold }
    }

    fn hold(&self, disposition: &Disposition) -> Option<NewHold> {
        let hold = disposition
            .hold
            .as_ref()
            .filter(|_| disposition.action == ActionKind::Hold)?;
        let sender = self.mail.signed_in.as_ref().map(|who| who.account);
        let (approver, deputy) = approvers(self.mail, hold, sender, self.snapshot)?;
        Some(NewHold {
            approver,
            deputy,
            deputy_from: self.second_from(hold).filter(|_| deputy.is_some()),
            remind_at: Some(hold.remind_at),
            deadline: hold.deadline,
            at_deadline: AtDeadline::Return,
            token_hash: HoldTokens::hash(&self.tokens.token(self.id)),
            reason_json: serde_json::to_string(&reasons(self.verdict, disposition))
                .unwrap_or_default(),
        })
    }
}

impl Deciding<'_> {
    /// Of two named people either decides, from the start; a deputy waits for the manager.
    fn second_from(&self, hold: &Hold) -> Option<jiff::Timestamp> {
        match hold.approver {
            Approver::Named { .. } => Some(self.mail.now),
            Approver::Manager { .. } | Approver::Administrators => hold.deputy_at,
        }
    }
}

/// Whether the mail would reach somebody, now or after a decision.
fn may_go_on(action: ActionKind) -> bool {
    matches!(
        action,
        ActionKind::Deliver | ActionKind::Junk | ActionKind::Delay | ActionKind::Hold
    )
}

fn fate(to: &Addressee, disposition: &Disposition, can_hold: bool) -> Fate {
    let onward = to.onward.clone();
    match disposition.action {
        ActionKind::Deliver => Fate::Onward(onward),
        ActionKind::Junk => Fate::Onward(junk(onward)),
        ActionKind::Delay => match &disposition.delay {
            Some(delay) => Fate::Delay {
                until: delay.until,
                then: onward,
            },
            None => Fate::Onward(onward),
        },
        ActionKind::Discard => Fate::Discard,
        ActionKind::Hold if can_hold => Fate::Hold(onward),
        // Nobody could decide: it waits where an administrator sees it. Never sent unseen (P6).
        ActionKind::Hold | ActionKind::Quarantine => Fate::Quarantine(onward),
        // Refused before it came here, all of it; if not, it must not be delivered.
        ActionKind::Refuse => Fate::Quarantine(onward),
    }
}

fn junk(onward: Onward) -> Onward {
    match onward {
        Onward::Mailbox { account, .. } => Onward::Mailbox {
            account,
            folder: Folder::Junk,
        },
        queue @ Onward::Queue(_) => queue,
    }
}

/// What the approver reads; the findings' values are masked as the facts have them.
fn reasons(verdict: Option<&Verdict>, disposition: &Disposition) -> Reasons {
    Reasons {
        rule: disposition.rule.clone(),
        why: disposition.why.clone(),
        findings: verdict.map_or_else(Vec::new, |verdict| verdict.findings.clone()),
    }
}

/// The sender is never among them (P7).
fn approvers(
    mail: &Mail,
    hold: &Hold,
    sender: Option<AccountId>,
    snapshot: &Snapshot,
) -> Option<(AccountId, Option<AccountId>)> {
    let account = |person: &Person| {
        snapshot
            .account_of(&person.address)
            .map(|account| account.id)
            .filter(|id| Some(*id) != sender)
    };
    let named = match &hold.approver {
        Approver::Manager { person, deputy } => {
            account(person).map(|id| (id, deputy.as_ref().and_then(account)))
        }
        Approver::Named { people } => {
            let mut ids = people.iter().filter_map(account);
            ids.next().map(|first| (first, ids.next()))
        }
        Approver::Administrators => None,
    };
    named.or_else(|| {
        let administrators = snapshot.administrators(mail.addressed.tenant);
        let mut others = administrators.into_iter().filter(|id| Some(*id) != sender);
        others.next().map(|first| (first, others.next()))
    })
}
