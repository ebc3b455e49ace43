//! SELECT, CLOSE, EXPUNGE, STORE, COPY and MOVE.

use std::collections::VecDeque;

use super::core::{Core, Selected};
use super::mailboxes::usable;
use super::sync::{tell_expunged, tell_flags};
use super::task::{Next, Task, Tell, bad, no, no_target};
use crate::grammar::{Bad, SequenceSet, to_set};
use crate::limits::KEYWORDS_LISTED_MAX;
use crate::view::View;
use crate::{
    Answer, Copied, Flags, FlagsNow, MailboxName, MailboxNameError, Question, Refusal, Snapshot,
    StoreHow,
};

impl Selected {
    /// The flags of a message as they are shown in this session.
    pub(super) fn flag_list(&self, uid: u32) -> String {
        let Some((_, mail)) = self.view.find(uid) else {
            return String::new();
        };
        let list = mail.flags.to_list();
        match (self.view.is_recent(uid), list.is_empty()) {
            (false, _) => list,
            (true, true) => "\\Recent".to_owned(),
            (true, false) => format!("{list} \\Recent"),
        }
    }
}

/// SELECT and EXAMINE
#[derive(Debug)]
pub(super) struct Select {
    tag: String,
    mailbox: MailboxName,
    read_only: bool,
}

impl Select {
    pub(super) fn begin(
        core: &mut Core,
        tag: String,
        mailbox: Result<MailboxName, MailboxNameError>,
        read_only: bool,
    ) -> Next {
        // RFC 9051 §6.3.2: the mailbox before is deselected, whatever comes.
        core.deselect();
        let Ok(mailbox) = mailbox else {
            return Next::done(tag, no(Refusal::NoSuchMailbox));
        };
        let question = Question::Select {
            mailbox: mailbox.clone(),
            read_only,
        };
        let task = Self {
            tag,
            mailbox,
            read_only,
        };
        Next::Ask(question, Task::Select(task))
    }

    pub(super) fn step(self, core: &mut Core, answer: Option<Answer>) -> Next {
        let snapshot = match answer {
            Some(Answer::Selected(Ok(snapshot))) => snapshot,
            Some(Answer::Selected(Err(refusal))) => return Next::done(self.tag, no(refusal)),
            _ => return Next::done(self.tag, no(Refusal::TryLater)),
        };
        let read_only = self.read_only || snapshot.read_only;
        tell_selected(core, snapshot, self.mailbox, read_only);
        let reply = match (self.read_only, read_only) {
            (true, _) => "OK [READ-ONLY] EXAMINE done",
            (false, true) => "OK [READ-ONLY] SELECT done",
            (false, false) => "OK [READ-WRITE] SELECT done",
        };
        Next::done(self.tag, reply)
    }
}

fn tell_selected(core: &mut Core, snapshot: Snapshot, mailbox: MailboxName, read_only: bool) {
    let view = View::new(snapshot);
    let keywords: String = view
        .keywords(KEYWORDS_LISTED_MAX)
        .iter()
        .map(|keyword| format!(" {keyword}"))
        .collect();
    let flags = format!("\\Answered \\Flagged \\Deleted \\Seen \\Draft{keywords}");
    core.untagged(&format!("FLAGS ({flags})"));
    let permanent = if read_only {
        String::new()
    } else {
        format!("{flags} \\*")
    };
    core.untagged(&format!("OK [PERMANENTFLAGS ({permanent})] kept"));
    core.untagged(&format!("{} EXISTS", view.len()));
    core.untagged(&format!("{} RECENT", view.recent()));
    if let Some(number) = view.first_unseen() {
        core.untagged(&format!("OK [UNSEEN {number}] first unseen"));
    }
    core.untagged(&format!("OK [UIDVALIDITY {}] valid", view.uid_validity));
    core.untagged(&format!("OK [UIDNEXT {}] next", view.uid_next));
    core.selected = Some(Selected {
        mailbox,
        read_only,
        view,
        changed: false,
    });
}

pub(super) fn unselect(core: &mut Core, tag: String) -> Next {
    core.deselect();
    Next::done(tag, "OK UNSELECT done")
}

/// The UIDs that a command means.
pub(super) fn resolve(core: &Core, by_uid: bool, set: &SequenceSet) -> Result<Vec<u32>, Bad> {
    match &core.selected {
        Some(selected) => selected.view.resolve(set, by_uid),
        None => Ok(Vec::new()),
    }
}

/// Changes may be told without EXPUNGE where message numbers were used.
pub(super) fn tell_after(by_uid: bool) -> Tell {
    if by_uid { Tell::Known } else { Tell::NoExpunge }
}

/// EXPUNGE, UID EXPUNGE and CLOSE
#[derive(Debug)]
pub(super) struct Expunge {
    tag: String,
    closing: bool,
}

impl Expunge {
    pub(super) fn begin(core: &mut Core, tag: String, set: Option<SequenceSet>) -> Next {
        let only = match set {
            None => None,
            Some(set) => match resolve(core, true, &set) {
                Ok(uids) => Some(uids),
                Err(why) => return bad(core, &tag, why),
            },
        };
        let uids = deleted(core, only.as_deref());
        if uids.is_empty() {
            return Next::telling(tag, "OK EXPUNGE done", Tell::Ask);
        }
        let task = Self {
            tag,
            closing: false,
        };
        Next::Ask(Question::Expunge { uids }, Task::Expunge(task))
    }

    /// RFC 9051 §6.4.1: without telling, and not from a mailbox open for reading only.
    pub(super) fn close(core: &mut Core, tag: String) -> Next {
        let uids = match &core.selected {
            Some(selected) if !selected.read_only => deleted(core, None),
            _ => Vec::new(),
        };
        if uids.is_empty() {
            core.deselect();
            return Next::done(tag, "OK CLOSE done");
        }
        let task = Self { tag, closing: true };
        Next::Ask(Question::Expunge { uids }, Task::Expunge(task))
    }

    pub(super) fn step(self, core: &mut Core, answer: Option<Answer>) -> Next {
        let gone = match answer {
            Some(Answer::Expunged(Ok(gone))) => gone,
            // CLOSE closes in any case: the client will not ask twice.
            _ if self.closing => Vec::new(),
            Some(Answer::Expunged(Err(refusal))) => return Next::done(self.tag, no(refusal)),
            _ => return Next::done(self.tag, no(Refusal::TryLater)),
        };
        if self.closing {
            core.deselect();
            return Next::done(self.tag, "OK CLOSE done");
        }
        vanish(core, gone);
        Next::telling(self.tag, "OK EXPUNGE done", Tell::Ask)
    }
}

/// Messages with `\Deleted`, of all or of those given (ascending).
fn deleted(core: &Core, only: Option<&[u32]>) -> Vec<u32> {
    let mails = core
        .selected
        .iter()
        .flat_map(|selected| selected.view.mails());
    mails
        .filter(|mail| mail.flags.has(Flags::DELETED))
        .map(|mail| mail.uid)
        .filter(|uid| only.is_none_or(|only| only.binary_search(uid).is_ok()))
        .collect()
}

fn vanish(core: &mut Core, uids: impl IntoIterator<Item = u32>) {
    if let Some(selected) = &mut core.selected {
        selected.view.vanish(uids);
    }
    tell_expunged(core);
}

/// STORE
#[derive(Debug)]
pub(super) struct Store {
    tag: String,
    by_uid: bool,
    silent: bool,
    how: StoreHow,
    flags: Flags,
    asked: usize,
    /// What the driver has answered, as far as it is not told yet.
    stored: Option<VecDeque<FlagsNow>>,
    all: bool,
}

impl Store {
    pub(super) fn begin(
        core: &mut Core,
        tag: String,
        by_uid: bool,
        set: &SequenceSet,
        (how, silent, flags): (StoreHow, bool, Flags),
    ) -> Next {
        let uids = match resolve(core, by_uid, set) {
            Ok(uids) => uids,
            Err(why) => return bad(core, &tag, why),
        };
        if uids.is_empty() {
            return Next::telling(tag, "OK STORE done", tell_after(by_uid));
        }
        let task = Self {
            tag,
            by_uid,
            silent,
            how,
            flags: flags.clone(),
            asked: uids.len(),
            stored: None,
            all: true,
        };
        Next::Ask(Question::Store { uids, how, flags }, Task::Store(task))
    }

    pub(super) fn step(mut self, core: &mut Core, answer: Option<Answer>) -> Next {
        let mut stored = match (self.stored.take(), answer) {
            (Some(stored), _) => stored,
            (None, Some(Answer::Stored(Ok(stored)))) => {
                self.all = stored.len() == self.asked;
                stored.into()
            }
            (None, Some(Answer::Stored(Err(refusal)))) => return Next::done(self.tag, no(refusal)),
            (None, _) => return Next::done(self.tag, no(Refusal::TryLater)),
        };
        while let Some(now) = stored.pop_front() {
            self.take(core, &now);
            if !core.has_room() {
                self.stored = Some(stored);
                return Next::Again(Task::Store(self));
            }
        }
        // RFC 5530 §3: some were expunged by another session.
        let reply = if self.all {
            "OK STORE done"
        } else {
            "OK [EXPUNGEISSUED] STORE done, some messages are gone"
        };
        if !self.all
            && let Some(selected) = &mut core.selected
        {
            selected.changed = true;
        }
        Next::telling(self.tag, reply, tell_after(self.by_uid))
    }

    fn take(&self, core: &mut Core, now: &FlagsNow) {
        let expected = self.expected(core, now.uid);
        tell_flags(core, now, false);
        // RFC 9051 §6.4.6: what another session has changed meanwhile is told even if silent.
        if !self.silent || expected.as_ref() != Some(&now.flags) {
            self.tell(core, now.uid);
        }
    }

    /// What a silent client believes the flags to be now.
    fn expected(&self, core: &Core, uid: u32) -> Option<Flags> {
        let (_, mail) = core.selected.as_ref()?.view.find(uid)?;
        let mut flags = mail.flags.clone();
        match self.how {
            StoreHow::Add => flags.add(&self.flags),
            StoreHow::Remove => flags.remove(&self.flags),
            StoreHow::Replace => flags = self.flags.clone(),
        }
        Some(flags)
    }

    /// RFC 9051 §6.4.6: the new value goes back whether it has changed or not.
    fn tell(&self, core: &mut Core, uid: u32) {
        let Some(selected) = &core.selected else {
            return;
        };
        let Some((number, _)) = selected.view.find(uid) else {
            return;
        };
        let flags = selected.flag_list(uid);
        let uid = if self.by_uid {
            format!("UID {uid} ")
        } else {
            String::new()
        };
        let text = format!("{number} FETCH ({uid}FLAGS ({flags}))");
        core.untagged(&text);
    }
}

/// COPY and MOVE
#[derive(Debug)]
pub(super) struct Copy {
    tag: String,
    to: MailboxName,
    moves: bool,
}

impl Copy {
    pub(super) fn begin(
        core: &mut Core,
        tag: String,
        (by_uid, set): (bool, &SequenceSet),
        to: Result<MailboxName, MailboxNameError>,
        moves: bool,
    ) -> Next {
        let uids = match resolve(core, by_uid, set) {
            Ok(uids) => uids,
            Err(why) => return bad(core, &tag, why),
        };
        let to = match usable(to) {
            Ok(to) => to,
            Err(reply) => return Next::done(tag, reply),
        };
        if uids.is_empty() {
            return Next::done(tag, "OK no such messages");
        }
        let task = Self {
            tag,
            to: to.clone(),
            moves,
        };
        let question = if moves {
            Question::Move { uids, to }
        } else {
            Question::Copy { uids, to }
        };
        Next::Ask(question, Task::Copy(task))
    }

    pub(super) fn step(self, core: &mut Core, answer: Option<Answer>) -> Next {
        let copied = match answer {
            Some(Answer::Copied(Ok(copied))) => copied,
            Some(Answer::Copied(Err(refusal))) => return Next::done(self.tag, no_target(refusal)),
            _ => return Next::done(self.tag, no(Refusal::TryLater)),
        };
        let here = core.selected.as_ref().is_some_and(|s| s.mailbox == self.to);
        // RFC 9051 §6.4.7: COPY into the mailbox itself makes new messages, told at once.
        let tell = if here { Tell::Ask } else { Tell::Known };
        let code = copy_uid(&copied);
        if !self.moves {
            return Next::telling(self.tag, format!("OK {code}COPY done"), tell);
        }
        // RFC 6851 §4.3: COPYUID comes before the EXPUNGEs, untagged.
        if !code.is_empty() {
            core.untagged(&format!("OK {code}moved"));
        }
        vanish(core, copied.pairs.into_iter().map(|(old, _)| old));
        Next::telling(self.tag, "OK MOVE done", tell)
    }
}

/// `[COPYUID validity old new] `, or nothing when nothing was copied (RFC 4315 §3).
fn copy_uid(copied: &Copied) -> String {
    if copied.pairs.is_empty() {
        return String::new();
    }
    let (old, new): (Vec<u32>, Vec<u32>) = copied.pairs.iter().copied().unzip();
    format!(
        "[COPYUID {} {} {}] ",
        copied.uid_validity,
        to_set(&old),
        to_set(&new)
    )
}
