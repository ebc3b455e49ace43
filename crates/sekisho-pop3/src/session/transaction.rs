//! The TRANSACTION state (RFC 1939 §5): messages by number, marks for deletion.

use super::core::Core;
use super::{Output, State};
use crate::command::Command;
use crate::stuffing::Stuffing;
use crate::{Answer, Maildrop, Question, limits};

/// The locked maildrop.
#[derive(Debug)]
pub(super) struct Drop {
    maildrop: Maildrop,
    /// As long as the maildrop.
    deleted: Vec<bool>,
}

const NO_SUCH: &str = "no such message";

impl Drop {
    pub(super) fn new(maildrop: Maildrop) -> Self {
        let deleted = vec![false; maildrop.mails.len()];
        Self { maildrop, deleted }
    }

    /// Number, UID and size of those not marked.
    fn left(&self) -> impl Iterator<Item = (usize, u32, u64)> {
        let mails = self.maildrop.mails.iter().zip(&self.deleted).enumerate();
        mails
            .filter(|(_, (_, deleted))| !**deleted)
            .map(|(at, (mail, _))| (at + 1, mail.uid, mail.size_bytes))
    }

    /// UID and size by number; `None` for one marked too.
    fn find(&self, number: usize) -> Option<(u32, u64)> {
        let at = number.checked_sub(1)?;
        let mail = self.maildrop.mails.get(at)?;
        (!*self.deleted.get(at)?).then_some((mail.uid, mail.size_bytes))
    }

    /// Steady across sessions, new when the mailbox is made anew (RFC 1939 §7).
    fn unique_id(&self, uid: u32) -> String {
        format!("{}.{uid}", self.maildrop.uid_validity)
    }

    fn totals(&self) -> (usize, u64) {
        self.left().fold((0, 0), |(count, sum), (_, _, size)| {
            (count + 1, sum.saturating_add(size))
        })
    }
}

pub(super) fn command(core: &mut Core, mut drop: Drop, command: Command) -> State {
    match command {
        Command::Capa => core.capabilities(true),
        Command::Noop => core.ok("still here"),
        Command::Stat => {
            let (count, bytes) = drop.totals();
            core.ok(&format!("{count} {bytes}"));
        }
        Command::List(number) => list(core, &drop, number, |_, _, size| size.to_string()),
        Command::Uidl(number) => list(core, &drop, number, |drop, uid, _| drop.unique_id(uid)),
        Command::Retr(number) => return open(core, drop, number, None),
        Command::Top(number, lines) => return open(core, drop, number, Some(lines)),
        Command::Dele(number) => match drop.find(number) {
            Some(_) => {
                if let Some(mark) = number
                    .checked_sub(1)
                    .and_then(|at| drop.deleted.get_mut(at))
                {
                    *mark = true;
                }
                core.ok("will be removed at QUIT");
            }
            None => core.err(NO_SUCH),
        },
        Command::Rset => {
            drop.deleted.fill(false);
            core.ok("nothing will be removed");
        }
        Command::Quit => return quit(core, &drop),
        Command::Stls | Command::User(_) | Command::Pass(_) | Command::Auth(_) => {
            core.bad("you are signed in already");
        }
    }
    State::SignedIn(drop)
}

/// LIST and UIDL
fn list(
    core: &mut Core,
    drop: &Drop,
    number: Option<usize>,
    show: impl Fn(&Drop, u32, u64) -> String,
) {
    match number {
        None => {
            let (count, bytes) = drop.totals();
            core.ok(&format!("{count} messages, {bytes} octets"));
            for (number, uid, size) in drop.left() {
                core.line(&format!("{number} {}", show(drop, uid, size)));
            }
            core.line(".");
        }
        Some(number) => match drop.find(number) {
            Some((uid, size)) => core.ok(&format!("{number} {}", show(drop, uid, size))),
            None => core.err(NO_SUCH),
        },
    }
}

/// RETR and TOP
fn open(core: &mut Core, drop: Drop, number: usize, lines: Option<usize>) -> State {
    match drop.find(number) {
        Some((uid, _)) => {
            core.push(Output::Ask(Question::Content { uid }));
            State::Opening { drop, lines }
        }
        None => {
            core.err(NO_SUCH);
            State::SignedIn(drop)
        }
    }
}

pub(super) fn opened(core: &mut Core, drop: Drop, lines: Option<usize>, answer: Answer) -> State {
    match answer {
        Answer::Content(Ok(Some(content))) => {
            core.ok(&format!("{} octets", content.len()));
            let sending = Stuffing::new(content, lines);
            State::Sending { drop, sending }
        }
        Answer::Content(Ok(None)) => {
            core.err("the message has been removed meanwhile");
            State::SignedIn(drop)
        }
        _ => {
            core.err("[SYS/TEMP] not possible now, try again later");
            State::SignedIn(drop)
        }
    }
}

/// The next piece of a message, when output has room.
pub(super) fn send(core: &mut Core, drop: Drop, mut sending: Stuffing) -> State {
    core.push(Output::Send(sending.piece(limits::SEND_PIECE_BYTES)));
    if sending.is_done() {
        State::SignedIn(drop)
    } else {
        State::Sending { drop, sending }
    }
}

/// RFC 1939 §6: only QUIT removes.
fn quit(core: &mut Core, drop: &Drop) -> State {
    let marked = drop.maildrop.mails.iter().zip(&drop.deleted);
    let uids: Vec<u32> = marked
        .filter(|(_, deleted)| **deleted)
        .map(|(mail, _)| mail.uid)
        .collect();
    if uids.is_empty() {
        core.ok("bye");
        core.close();
        return State::Over;
    }
    core.push(Output::Ask(Question::Remove { uids }));
    State::Removing
}

pub(super) fn removed(core: &mut Core, answer: Answer) -> State {
    match answer {
        Answer::Removed(Ok(())) => core.ok("removed, bye"),
        _ => core.err("[SYS/TEMP] the messages were not removed"),
    }
    core.close();
    State::Over
}
