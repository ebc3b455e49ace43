//! APPEND: the message streams through to the driver (RFC 9051 §6.3.12, RFC 7888).

use super::core::Core;
use super::reader::Reader;
use super::task::{Next, Task, Tell, no, no_target, refuse};
use crate::grammar::{AppendHead, LiteralMark};
use crate::{Answer, Flags, MailboxName, Output, Question, Refusal, limits};

#[derive(Debug)]
pub(super) struct Append {
    tag: String,
    mailbox: MailboxName,
    flags: Flags,
    internal_date_s: Option<i64>,
    mark: LiteralMark,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Opening,
    /// So many bytes are still to come.
    Body(u64),
    /// The CRLF that ends the command.
    Tail,
    Committing,
}

impl Append {
    pub(super) fn begin(
        core: &mut Core,
        reader: &mut Reader,
        head: AppendHead,
        mark: LiteralMark,
    ) -> Next {
        core.bad_commands = 0;
        let refusal = match (&head.mailbox, mark.bytes) {
            (Err(_), _) => Some(no_target(Refusal::NoSuchMailbox)),
            (_, 0) => Some("NO [CANNOT] the message is empty".to_owned()),
            (_, bytes) if bytes > core.config.message_bytes_max => Some(no(Refusal::TooLarge)),
            _ => None,
        };
        let (Ok(mailbox), None) = (head.mailbox, &refusal) else {
            let reply = refusal.unwrap_or_default();
            return turn_down(core, reader, head.tag, reply, mark);
        };
        let question = Question::AppendOpen {
            mailbox: mailbox.clone(),
            message_bytes: mark.bytes,
        };
        let append = Self {
            tag: head.tag,
            mailbox,
            flags: head.flags,
            internal_date_s: head.internal_date_s,
            mark,
            stage: Stage::Opening,
        };
        Next::Ask(question, Task::Append(Box::new(append)))
    }

    /// The driver holds a message that is not whole.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Body(_) | Stage::Tail)
    }

    pub(super) fn step(
        mut self: Box<Self>,
        core: &mut Core,
        reader: &mut Reader,
        answer: Option<Answer>,
    ) -> Next {
        match self.stage {
            Stage::Opening => match answer {
                Some(Answer::AppendOpened(Ok(()))) => {
                    if self.mark.waits {
                        core.go_on("send the message");
                    }
                    self.stage = Stage::Body(self.mark.bytes);
                    Next::Again(Task::Append(self))
                }
                Some(Answer::AppendOpened(Err(refusal))) => {
                    turn_down(core, reader, self.tag, no_target(refusal), self.mark)
                }
                _ => turn_down(core, reader, self.tag, no(Refusal::TryLater), self.mark),
            },
            Stage::Body(left) => self.body(core, reader, left),
            Stage::Tail => self.tail(core, reader),
            Stage::Committing => self.committed(core, answer),
        }
    }

    fn body(mut self: Box<Self>, core: &mut Core, reader: &mut Reader, left: u64) -> Next {
        let bytes = reader.take(left);
        if bytes.is_empty() {
            return Next::Read(Task::Append(self));
        }
        let left = left.saturating_sub(bytes.len() as u64);
        core.push(Output::Body(bytes));
        self.stage = if left == 0 {
            Stage::Tail
        } else {
            Stage::Body(left)
        };
        Next::Again(Task::Append(self))
    }

    fn tail(mut self: Box<Self>, core: &mut Core, reader: &mut Reader) -> Next {
        match reader.line(limits::LINE_BYTES_MAX) {
            Ok(None) => Next::Read(Task::Append(self)),
            Ok(Some(line)) if line.is_empty() => {
                self.stage = Stage::Committing;
                let question = Question::AppendCommit {
                    mailbox: self.mailbox.clone(),
                    flags: self.flags.clone(),
                    internal_date_s: self.internal_date_s,
                };
                Next::Ask(question, Task::Append(self))
            }
            Ok(Some(_)) => {
                core.push(Output::BodyAborted);
                refuse(
                    core,
                    Some(&self.tag),
                    "BAD one message at a time, then CR LF",
                )
            }
            Err(_) => {
                core.push(Output::BodyAborted);
                core.bye("CR LF was expected after the message");
                Next::Nothing
            }
        }
    }

    fn committed(self, core: &mut Core, answer: Option<Answer>) -> Next {
        match answer {
            Some(Answer::Appended(Ok(appended))) => {
                // RFC 4315 §3
                let reply = format!(
                    "OK [APPENDUID {} {}] APPEND done",
                    appended.uid_validity, appended.uid
                );
                let here = core
                    .selected
                    .as_ref()
                    .is_some_and(|s| s.mailbox == self.mailbox);
                // RFC 9051 §6.3.12: a new message in the selected mailbox is told at once.
                let tell = if here { Tell::Ask } else { Tell::Known };
                Next::telling(self.tag, reply, tell)
            }
            Some(Answer::Appended(Err(refusal))) => Next::done(self.tag, no_target(refusal)),
            _ => Next::done(self.tag, no(Refusal::TryLater)),
        }
    }
}

/// Before the message: a client that waits is told now, one that does not sends it in vain.
fn turn_down(
    core: &mut Core,
    reader: &mut Reader,
    tag: String,
    reply: String,
    mark: LiteralMark,
) -> Next {
    if mark.waits {
        return Next::done(tag, reply);
    }
    if mark.bytes > core.config.discard_bytes_max() {
        core.tagged(&tag, &reply);
        core.bye("the message is far too large");
        return Next::Nothing;
    }
    reader.doom(&tag, reply, mark.bytes);
    Next::Nothing
}
