//! A command at work: what it can do next.

use std::borrow::Cow;

use super::append::Append;
use super::core::Core;
use super::fetch::Fetch;
use super::idle::Idle;
use super::list::ListTask;
use super::mailboxes::{Change, QuotaTask, StatusTask};
use super::namespace::NamespaceTask;
use super::reader::Reader;
use super::search::SearchTask;
use super::selected::{Copy, Expunge, Select, Store};
use super::sign_in::{Authenticate, Login};
use super::sync::Sync;
use crate::grammar::Bad;
use crate::{Answer, Question, Refusal, limits};

#[derive(Debug)]
pub(super) enum Task {
    Login(Login),
    Authenticate(Box<Authenticate>),
    Change(Change),
    Status(StatusTask),
    Quota(QuotaTask),
    List(Box<ListTask>),
    Namespace(NamespaceTask),
    Select(Select),
    Append(Box<Append>),
    Fetch(Box<Fetch>),
    Search(Box<SearchTask>),
    Store(Store),
    Copy(Copy),
    Expunge(Expunge),
    Idle(Idle),
    Sync(Sync),
}

/// What comes after one step.
#[derive(Debug)]
pub(super) enum Next {
    /// The command is over and answered.
    Nothing,
    /// There is more to do without waiting.
    Again(Task),
    /// The client must send something.
    Read(Task),
    /// The driver must answer.
    Ask(Question, Task),
    /// The command is over; changes may be told, then it is answered.
    Done(Done),
    StartTls,
}

/// The tagged answer to a command.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) tag: String,
    pub(super) reply: Cow<'static, str>,
    pub(super) tell: Tell,
}

/// Which changes of the mailbox may be told before the tagged answer (RFC 9051 §7.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tell {
    /// What is known, but no EXPUNGE: message numbers must hold through FETCH, STORE and SEARCH.
    NoExpunge,
    /// Everything that is known.
    Known,
    /// The store is asked in any case.
    Ask,
}

impl Next {
    /// The command is over: everything known may be told first.
    pub(super) fn done(tag: String, reply: impl Into<Cow<'static, str>>) -> Self {
        Self::telling(tag, reply, Tell::Known)
    }

    pub(super) fn telling(tag: String, reply: impl Into<Cow<'static, str>>, tell: Tell) -> Self {
        Self::Done(Done {
            tag,
            reply: reply.into(),
            tell,
        })
    }
}

impl Task {
    pub(super) fn step(self, core: &mut Core, reader: &mut Reader, answer: Option<Answer>) -> Next {
        match self {
            Self::Login(task) => task.step(core, answer),
            Self::Authenticate(task) => task.step(core, reader, answer),
            Self::Change(task) => task.step(core, answer),
            Self::Status(task) => task.step(core, answer),
            Self::Quota(task) => task.step(core, answer),
            Self::List(task) => task.step(core, answer),
            Self::Namespace(task) => task.step(core, answer),
            Self::Select(task) => task.step(core, answer),
            Self::Append(task) => task.step(core, reader, answer),
            Self::Fetch(task) => task.step(core, answer),
            Self::Search(task) => task.step(core, answer),
            Self::Store(task) => task.step(core, answer),
            Self::Copy(task) => task.step(core, answer),
            Self::Expunge(task) => task.step(core, answer),
            Self::Idle(task) => task.step(core, reader, answer),
            Self::Sync(task) => task.step(core, answer),
        }
    }
}

/// `NO [CODE] why`
pub(super) fn no(refusal: Refusal) -> String {
    format!("NO [{}] {refusal}", refusal.code())
}

/// The same for a target mailbox: one that is missing can be created (RFC 9051 §6.3.12, §6.4.7).
pub(super) fn no_target(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchMailbox => format!("NO [TRYCREATE] {refusal}"),
        other => no(other),
    }
}

/// Answers a command that was not understood; too many of them in a row end the connection.
pub(super) fn refuse(core: &mut Core, tag: Option<&str>, reply: &str) -> Next {
    core.tagged(tag.unwrap_or("*"), reply);
    if reply.starts_with("BAD") {
        core.bad_commands += 1;
        let most = if core.signed_in {
            limits::BAD_COMMANDS_MAX
        } else {
            limits::BAD_COMMANDS_BEFORE_SIGN_IN_MAX
        };
        if core.bad_commands >= most {
            core.bye("too many commands that make no sense");
        }
    }
    Next::Nothing
}

/// The same for arguments that cannot be.
pub(super) fn bad(core: &mut Core, tag: &str, why: Bad) -> Next {
    refuse(core, Some(tag), &format!("BAD {}", why.0))
}
