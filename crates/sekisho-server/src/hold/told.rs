//! Who is told at once of a new mail: when it begins to wait, the approver is asked and the sender hears where it
//! is; when it is in a mailbox, a sender who asked for that gets the report.

use jiff::Timestamp;
use sekisho_command::Desk;
use sekisho_command::notice::{self, Asking, Waiting};
use sekisho_command::waiting::Reasons;
use sekisho_directory::{Account, Snapshot};
use sekisho_policy::{ActionKind, Notify, NotifyWhom, Verdict};
use sekisho_store::{AccountId, Fate, NewHold, NewMail};

/// The letters that a new mail calls for, to be taken with it.
///
/// Only a signed-in sender is told: the address of anybody else is a claim, and a letter to it would be backscatter.
#[must_use]
pub fn notices(desk: &Desk, mail: &NewMail) -> Vec<NewMail> {
    let snapshot = desk.directory.snapshot();
    let sender = mail
        .signed_in
        .and_then(|id| snapshot.account(id))
        .filter(|account| account.tenant == mail.tenant);
    let mut letters = Vec::new();
    if let Some(hold) = &mail.hold {
        letters.extend(of_hold(desk, &snapshot, mail, hold, sender));
    }
    if let (Some(sender), Some(until)) = (sender, delayed_until(mail)) {
        letters.push(of_delay(desk, mail, sender, until));
    }
    letters.extend(notice::delivered(desk, mail));
    letters
}

/// The letters that rules ask for. They go to our own people only.
#[must_use]
pub fn of_rules(
    desk: &Desk,
    mail: &NewMail,
    sender: Option<AccountId>,
    wanted: &[Notify],
) -> Vec<NewMail> {
    let snapshot = desk.directory.snapshot();
    let mut letters = Vec::new();
    for notify in wanted {
        let ids = match &notify.whom {
            NotifyWhom::Sender => sender.into_iter().collect(),
            NotifyWhom::Person { address } => {
                let account = snapshot.account_of(address);
                account.map(|account| account.id).into_iter().collect()
            }
            NotifyWhom::Administrators => snapshot.administrators(mail.tenant),
        };
        for account in ids.into_iter().filter_map(|id| snapshot.account(id)) {
            if account.tenant == mail.tenant {
                letters.push(notice::rule_matched(
                    desk,
                    account,
                    mail,
                    &notify.words,
                    mail.now,
                ));
            }
        }
    }
    letters
}

fn of_hold(
    desk: &Desk,
    snapshot: &Snapshot,
    mail: &NewMail,
    hold: &NewHold,
    sender: Option<&Account>,
) -> Vec<NewMail> {
    let Some(approver) = snapshot.account(hold.approver) else {
        return Vec::new();
    };
    let kept = serde_json::from_str::<Reasons>(&hold.reason_json);
    let reasons = kept.unwrap_or_else(|_| reasons(mail, ActionKind::Hold));
    let recipients = recipients(mail, |fate| matches!(fate, Fate::Hold(_)));
    let waiting = waiting(mail, sender, &recipients, &reasons, hold.deadline);
    let asked = notice::approval_request(desk, approver, Asking::Approver, &waiting, mail.now);
    let told = sender.map(|sender| notice::hold_told(desk, sender, approver, &waiting, mail.now));
    std::iter::once(asked).chain(told).collect()
}

/// One letter a mail, whatever the number of recipients.
fn of_delay(desk: &Desk, mail: &NewMail, sender: &Account, until: Timestamp) -> NewMail {
    let reasons = reasons(mail, ActionKind::Delay);
    let recipients = recipients(mail, |fate| matches!(fate, Fate::Delay { .. }));
    let waiting = waiting(mail, Some(sender), &recipients, &reasons, until);
    notice::delay_told(desk, sender, &waiting, mail.now)
}

/// The first to leave counts: after it, taking back is half too late.
fn delayed_until(mail: &NewMail) -> Option<Timestamp> {
    let times = mail.recipients.iter().filter_map(|to| match &to.fate {
        Fate::Delay { until, .. } => Some(*until),
        _ => None,
    });
    times.min()
}

fn recipients(mail: &NewMail, waits: impl Fn(&Fate) -> bool) -> Vec<String> {
    let waiting = mail.recipients.iter().filter(|to| waits(&to.fate));
    waiting.map(|to| to.address.clone()).collect()
}

fn waiting<'a>(
    mail: &'a NewMail,
    sender: Option<&'a Account>,
    recipients: &'a [String],
    reasons: &'a Reasons,
    until: Timestamp,
) -> Waiting<'a> {
    Waiting {
        mail: mail.id,
        subject: &mail.summary.subject,
        sender_name: sender.map_or("", |sender| sender.name.as_str()),
        sender_address: mail.reverse_path.as_deref().unwrap_or_default(),
        recipients,
        reasons,
        until,
    }
}

/// From the verdict: the words of the rule that decided so, and what was found.
fn reasons(mail: &NewMail, action: ActionKind) -> Reasons {
    let Ok(verdict) = serde_json::from_str::<Verdict>(&mail.verdict_json) else {
        return Reasons::unknown();
    };
    let share = verdict
        .shares
        .iter()
        .find(|share| share.disposition.action == action);
    let disposition = share.map_or(&verdict.disposition, |share| &share.disposition);
    Reasons {
        rule: disposition.rule.clone(),
        why: disposition.why.clone(),
        findings: verdict.findings.clone(),
    }
}
