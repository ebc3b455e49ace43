//! Lists that people keep, once sender and proof are known.

use sekisho_address::{Address, Domain};
use sekisho_auth::{Authentication, DkimResult, SpfResult};
use sekisho_mime::Message;
use sekisho_policy::{DmarcPolicy, Facts, Finding, Outcome};
use sekisho_spam::lists::{Action, Entry, Seen, Verb, What};
use sekisho_words::say;

use super::AtDoor;
use crate::Context;

pub(super) fn add(
    message: &Message<'_>,
    authentication: Option<&Authentication>,
    door: &AtDoor<'_>,
    context: &Context<'_>,
    facts: &mut Facts,
) {
    if door.lists.is_empty() || context.envelope.is_ours() {
        return;
    }
    let senders = senders(message, context);
    let proved = authentication.map(proved).unwrap_or_default();
    let entries: Vec<Option<&Entry>> = context
        .recipients
        .iter()
        .enumerate()
        .map(|(at, recipient)| {
            let seen = Seen {
                ip: context.envelope.client_ip,
                helo: context.envelope.helo.as_deref(),
                senders: &senders,
                recipient: Some(recipient),
                owner: door.owners.get(at).copied().flatten(),
                authenticated: &proved,
            };
            door.lists.entry(&seen, context.now)
        })
        .collect();
    if let Some(entry) = blocking(&entries) {
        facts.findings.push(blocked(entry));
        return;
    }
    // Allowed for one is not allowed for all: the mail is judged once.
    let allowed = entries
        .iter()
        .all(|entry| entry.is_some_and(|entry| entry.verb == Verb::Allow));
    if let Some(entry) = entries.into_iter().flatten().next().filter(|_| allowed) {
        allow(entry, facts);
    }
}

/// What the organisation blocks counts for all. What persons block counts where all of them do, in the mildest way.
fn blocking<'a>(entries: &[Option<&'a Entry>]) -> Option<&'a Entry> {
    let blocks = |entry: &&'a Entry| entry.verb != Verb::Allow;
    let all: Vec<&Entry> = entries.iter().copied().flatten().filter(blocks).collect();
    let gravest = |entry: &&Entry| entry.verb.action().unwrap_or_default();
    let of_organisation = all.iter().copied().filter(|entry| entry.owner.is_none());
    of_organisation.max_by_key(gravest).or_else(|| {
        let by_everybody = all.len() == entries.len();
        all.into_iter().filter(|_| by_everybody).min_by_key(gravest)
    })
}

fn blocked(entry: &Entry) -> Finding {
    let id = match entry.verb.action().unwrap_or_default() {
        Action::Refuse => "spam.listed_refuse",
        Action::Quarantine => "spam.listed_quarantine",
        Action::Junk => "spam.listed_junk",
    };
    let value = entry.what.to_string();
    let why = say("spam-listed", &[("entry", value.as_str().into())]);
    Finding::certain(id, value, "envelope", why)
}

/// Spam signs are lifted; malware and phishing never. A forged sender is no allowed sender.
fn allow(entry: &Entry, facts: &mut Facts) {
    let by_name = matches!(entry.what, What::Sender(_) | What::Domain(_));
    let bound = entry.authenticated.is_some();
    if by_name && !bound && facts.authentication.dmarc == Outcome::Fail {
        return;
    }
    let value = entry.what.to_string();
    let why = say("spam-allowed", &[("entry", value.as_str().into())]);
    facts
        .findings
        .push(Finding::certain("spam.allowed", value, "envelope", why));
    if let Some(spam) = &mut facts.spam {
        "ham".clone_into(&mut spam.verdict);
    }
    if bound && facts.authentication.dmarc == Outcome::Fail {
        facts.authentication.dmarc_disposition = Some(DmarcPolicy::None);
    }
}

fn senders(message: &Message<'_>, context: &Context<'_>) -> Vec<Address> {
    let reverse_path = context.envelope.reverse_path.address().cloned();
    let from = message
        .from()
        .into_iter()
        .filter_map(|mailbox| mailbox.address.parse().ok());
    reverse_path
        .into_iter()
        .chain(from)
        .take(SENDERS_MAX)
        .collect()
}

/// A mail has one From; the rest is for those that play games with it.
const SENDERS_MAX: usize = 10;

/// Domains that SPF or a signature stands for.
fn proved(auth: &Authentication) -> Vec<Domain> {
    let spf = auth
        .spf_domain
        .as_deref()
        .filter(|_| auth.spf == SpfResult::Pass);
    let signed = auth
        .dkim
        .iter()
        .filter(|signature| signature.result == DkimResult::Pass)
        .map(|signature| signature.domain.as_str());
    spf.into_iter()
        .chain(signed)
        .filter_map(|name| name.parse().ok())
        .collect()
}
