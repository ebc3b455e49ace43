//! From a verdict to the one fate of each recipient.

use sekisho_command::waiting::Reasons;
use sekisho_directory::Snapshot;
use sekisho_policy::{ActionKind, Approver, Disposition, Hold, Person, Verdict};
use sekisho_store::{AccountId, AtDeadline, Fate, Folder, NewHold, NewRecipient, Onward};

use super::addressed::Addressee;
use super::{HoldTokens, Mail};

/// All recipients with their fates, and the hold if one of them is held.
pub(super) struct Fates {
    pub(super) recipients: Vec<NewRecipient>,
    pub(super) hold: Option<NewHold>,
}

/// Without a verdict (the checker failed) nobody gets the mail unseen: it waits in quarantine.
pub(super) fn of(
    mail: &Mail,
    verdict: Option<&Verdict>,
    snapshot: &Snapshot,
    tokens: &HoldTokens,
) -> Fates {
    let mut hold = None;
    let mut recipients = Vec::with_capacity(mail.addressed.recipients.len());
    for (index, to) in mail.addressed.recipients.iter().enumerate() {
        let fate = match verdict.map(|verdict| verdict.for_recipient(index)) {
            None => Fate::Quarantine(to.onward.clone()),
            Some(disposition) => {
                if hold.is_none() {
                    hold = new_hold(mail, verdict, disposition, snapshot, tokens);
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

fn new_hold(
    mail: &Mail,
    verdict: Option<&Verdict>,
    disposition: &Disposition,
    snapshot: &Snapshot,
    tokens: &HoldTokens,
) -> Option<NewHold> {
    let hold = disposition
        .hold
        .as_ref()
        .filter(|_| disposition.action == ActionKind::Hold)?;
    let sender = mail.signed_in.as_ref().map(|who| who.account);
    let (approver, deputy) = approvers(mail, hold, sender, snapshot)?;
    Some(NewHold {
        approver,
        deputy,
        deputy_from: hold.deputy_at.filter(|_| deputy.is_some()),
        remind_at: Some(hold.remind_at),
        deadline: hold.deadline,
        at_deadline: AtDeadline::Return,
        token_hash: HoldTokens::hash(&tokens.token(mail.id)),
        reason_json: serde_json::to_string(&reasons(verdict, disposition)).unwrap_or_default(),
    })
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
