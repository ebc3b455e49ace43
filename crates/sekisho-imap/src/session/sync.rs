//! Telling of changes, at the moments when the RFC allows it, then the tagged answer.

use super::core::Core;
use super::task::{Done, Next, Tell};
use crate::{Answer, Changes, FlagsNow, Mail, Question, Snapshot};

/// Waits for the changes.
#[derive(Debug)]
pub(super) struct Sync {
    done: Done,
}

impl Sync {
    /// Asks for changes if there may be any; else answers the command at once.
    pub(super) fn begin(core: &mut Core, done: Done) -> Option<(Question, Self)> {
        let selected = core.selected.as_mut();
        if let Some(selected) = selected.filter(|s| s.changed || done.tell == Tell::Ask) {
            selected.changed = false;
            let since_modseq = selected.view.highest_modseq;
            return Some((Question::Changes { since_modseq }, Self { done }));
        }
        finish(core, &done);
        None
    }

    pub(super) fn step(self, core: &mut Core, answer: Option<Answer>) -> Next {
        if take_changes(core, answer) {
            finish(core, &self.done);
        }
        Next::Nothing
    }
}

fn finish(core: &mut Core, done: &Done) {
    if done.tell != Tell::NoExpunge {
        tell_expunged(core);
    }
    core.tagged(&done.tag, &done.reply);
}

/// Takes changes into the view and tells of them, all but EXPUNGE. `false`: the mailbox is gone,
/// and so is the connection.
pub(super) fn take_changes(core: &mut Core, answer: Option<Answer>) -> bool {
    match answer {
        Some(Answer::Changes(Ok(Changes::Since {
            new,
            flags,
            mut vanished,
            highest_modseq,
            uid_next,
        }))) => {
            vanished.sort_unstable();
            if let Some(selected) = &mut core.selected {
                let view = &mut selected.view;
                view.highest_modseq = view.highest_modseq.max(highest_modseq);
                view.uid_next = view.uid_next.max(uid_next);
                // Those that came and went unseen by the client never existed for it.
                let known: Vec<u32> = vanished
                    .iter()
                    .copied()
                    .filter(|uid| view.find(*uid).is_some())
                    .collect();
                view.vanish(known);
                let stays = |mail: &Mail| vanished.binary_search(&mail.uid).is_err();
                let new = new.into_iter().filter(stays).collect();
                tell(core, new, &flags);
            }
            true
        }
        Some(Answer::Changes(Ok(Changes::Whole(snapshot)))) => take_whole(core, snapshot),
        Some(Answer::Changes(Ok(Changes::MailboxGone))) => {
            core.selected = None;
            core.bye("the mailbox has been deleted");
            false
        }
        // The store could not say: the next command asks again.
        _ => {
            if let Some(selected) = &mut core.selected {
                selected.changed = true;
            }
            true
        }
    }
}

fn take_whole(core: &mut Core, snapshot: Snapshot) -> bool {
    let Some(selected) = &mut core.selected else {
        return true;
    };
    let view = &mut selected.view;
    // RFC 9051 §2.3.1.1: a new UIDVALIDITY is a new mailbox; the client must start over.
    if view.uid_validity != snapshot.uid_validity {
        core.selected = None;
        core.bye("the mailbox has been made anew");
        return false;
    }
    view.highest_modseq = view.highest_modseq.max(snapshot.highest_modseq);
    view.uid_next = view.uid_next.max(snapshot.uid_next);
    let there = |uid: u32| {
        snapshot
            .mails
            .binary_search_by_key(&uid, |mail| mail.uid)
            .is_ok()
    };
    let gone: Vec<u32> = view
        .mails()
        .iter()
        .map(|mail| mail.uid)
        .filter(|uid| !there(*uid))
        .collect();
    view.vanish(gone);
    let flags: Vec<FlagsNow> = snapshot
        .mails
        .iter()
        .filter(|mail| {
            view.find(mail.uid)
                .is_some_and(|(_, old)| old.modseq != mail.modseq)
        })
        .map(|mail| FlagsNow {
            uid: mail.uid,
            flags: mail.flags.clone(),
            modseq: mail.modseq,
        })
        .collect();
    tell(core, snapshot.mails, &flags);
    true
}

fn tell(core: &mut Core, new: Vec<Mail>, flags: &[FlagsNow]) {
    for now in flags {
        tell_flags(core, now, true);
    }
    let Some(selected) = &mut core.selected else {
        return;
    };
    if selected.view.append(new) {
        let (exists, recent) = (selected.view.len(), selected.view.recent());
        core.untagged(&format!("{exists} EXISTS"));
        core.untagged(&format!("{recent} RECENT"));
    }
}

/// Takes new flags in; when the client does not know them, `aloud` tells of them.
pub(super) fn tell_flags(core: &mut Core, now: &FlagsNow, aloud: bool) {
    let Some(selected) = &mut core.selected else {
        return;
    };
    if let Some(number) = selected.view.set_flags(now)
        && aloud
    {
        let flags = selected.flag_list(now.uid);
        let text = format!("{number} FETCH (UID {} FLAGS ({flags}))", now.uid);
        core.untagged(&text);
    }
}

/// Tells of the messages that are gone.
pub(super) fn tell_expunged(core: &mut Core) {
    let Some(selected) = &mut core.selected else {
        return;
    };
    if selected.view.has_vanished() {
        for number in selected.view.take_vanished() {
            core.untagged(&format!("{number} EXPUNGE"));
        }
    }
}
