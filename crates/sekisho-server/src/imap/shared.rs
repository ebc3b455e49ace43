//! The names of shared mailboxes: `Shared/NAME` is the INBOX of one, `Shared/NAME/Sent` its Sent.

use std::collections::HashMap;

use sekisho_directory::{Account, Snapshot};
use sekisho_imap::MailboxName;
use sekisho_store::{AccountId, AccountKind, Folder};

/// The shared mailboxes that a person sees, each with its name, in the order of the names.
pub(super) fn names(snapshot: &Snapshot, person: AccountId) -> Vec<(String, AccountId)> {
    let ids = snapshot.shared_mailboxes(person).into_iter();
    let accounts: Vec<&Account> = ids
        .filter(|id| snapshot.may_open(person, *id))
        .filter_map(|id| snapshot.account(id))
        .filter(|account| account.kind == AccountKind::Shared)
        .collect();
    let short = |account: &Account| level(account.address.local());
    let long = |account: &Account| level(&account.address.to_string());
    let (shorts, longs) = (count(&accounts, short), count(&accounts, long));
    let name = |account: &Account| {
        let (short, long) = (short(account), long(account));
        if shorts.get(&fold(&short)) == Some(&1) {
            short
        } else if longs.get(&fold(&long)) == Some(&1) {
            long
        } else {
            format!("{long}#{}", account.id)
        }
    };
    let mut names: Vec<_> = accounts.iter().map(|one| (name(one), one.id)).collect();
    names.sort();
    names
}

/// Whose folder a name below `Shared/` means, and which; none for a mailbox that this person does not see.
pub(super) fn find(
    snapshot: &Snapshot,
    person: AccountId,
    below: &str,
) -> Option<(AccountId, Folder)> {
    let (name, folder) = match below.split_once('/') {
        Some((name, folder)) => (name, Folder::Named(folder.to_owned())),
        None => (below, Folder::Inbox),
    };
    // Its INBOX has one name, not two.
    if matches!(&folder, Folder::Named(name) if name.eq_ignore_ascii_case("INBOX")) {
        return None;
    }
    let mut names = names(snapshot, person).into_iter();
    let (_, account) = names.find(|(known, _)| known == name)?;
    Some((account, folder))
}

/// The name on the wire of a folder in the shared mailbox `name`.
pub(super) fn name_of(name: &str, folder: &str) -> String {
    let root = MailboxName::SHARED;
    if folder == Folder::Inbox.name() {
        format!("{root}/{name}")
    } else {
        format!("{root}/{name}/{folder}")
    }
}

/// Local parts may hold what a level of a mailbox name may not.
fn level(text: &str) -> String {
    let bad = |c: char| c.is_control() || matches!(c, '/' | '*' | '%' | '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if bad(c) { '_' } else { c }).collect()
}

/// Clients keep mailboxes in files whose names differ by more than the case of letters.
fn fold(name: &str) -> String {
    name.to_lowercase()
}

fn count(accounts: &[&Account], name: impl Fn(&Account) -> String) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for account in accounts {
        *counts.entry(fold(&name(account))).or_default() += 1;
    }
    counts
}
