//! From a command to its work: which are allowed in which state (RFC 9051 §3).

use super::core::Core;
use super::fetch::Fetch;
use super::idle::Idle;
use super::list::ListTask;
use super::mailboxes::{Change, QuotaTask, StatusTask};
use super::namespace::NamespaceTask;
use super::search::SearchTask;
use super::selected::{Copy, Expunge, Select, Store, unselect};
use super::sign_in::{Authenticate, Login};
use super::task::{Next, Tell, refuse};
use crate::grammar::{Command, parse, tag_of};

pub(super) fn command(core: &mut Core, bytes: &[u8]) -> Next {
    let Some(tag) = tag_of(bytes) else {
        return refuse(core, None, "BAD a tag and a command were expected");
    };
    let command = match parse(bytes) {
        Ok(command) => command,
        Err(why) => return refuse(core, Some(&tag), &format!("BAD {}", why.0)),
    };
    if let Err(reply) = check_state(core, &command) {
        return refuse(core, Some(&tag), reply);
    }
    core.bad_commands = 0;
    if core.signed_in {
        signed_in(core, tag, command)
    } else {
        anybody(core, tag, command)
    }
}

fn check_state(core: &Core, command: &Command) -> Result<(), &'static str> {
    use Command::*;
    match command {
        Capability | Noop | Logout | Id => Ok(()),
        StartTls | Authenticate(_) | Login { .. } if core.signed_in => {
            Err("BAD you are signed in already")
        }
        StartTls | Authenticate(_) | Login { .. } => Ok(()),
        _ if !core.signed_in => Err("BAD sign in first"),
        Unselect
        | Close
        | Check
        | Expunge(_)
        | Fetch { .. }
        | Store { .. }
        | Search { .. }
        | Copy { .. }
        | Move { .. } => match &core.selected {
            None => Err("BAD no mailbox is selected"),
            // EXAMINE, or a mailbox that this account may only read.
            Some(selected)
                if selected.read_only
                    && matches!(command, Expunge(_) | Store { .. } | Move { .. }) =>
            {
                Err("NO [READ-ONLY] the mailbox is open for reading only")
            }
            Some(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The commands of every state, and those of sign-in.
fn anybody(core: &mut Core, tag: String, command: Command) -> Next {
    match command {
        Command::Capability => {
            let capabilities = format!("CAPABILITY {}", core.capabilities());
            core.untagged(&capabilities);
            Next::done(tag, "OK CAPABILITY done")
        }
        Command::Id => {
            core.untagged("ID (\"name\" \"Sekisho\")");
            Next::done(tag, "OK ID done")
        }
        Command::Logout => {
            core.untagged("BYE see you");
            core.tagged(&tag, "OK LOGOUT done");
            core.close();
            Next::Nothing
        }
        Command::StartTls => start_tls(core, tag),
        Command::Login { user, password } => Login::begin(core, tag, user, password),
        Command::Authenticate(start) => Authenticate::begin(core, tag, start),
        _ => Next::telling(tag, "OK NOOP done", Tell::Ask),
    }
}

fn start_tls(core: &mut Core, tag: String) -> Next {
    if core.tls.is_some() {
        return refuse(core, Some(&tag), "BAD TLS is on already");
    }
    if !core.config.starttls {
        return refuse(core, Some(&tag), "BAD STARTTLS is not offered");
    }
    core.tagged(&tag, "OK begin TLS now");
    Next::StartTls
}

fn signed_in(core: &mut Core, tag: String, command: Command) -> Next {
    match command {
        Command::Enable => {
            core.untagged("ENABLED");
            Next::done(tag, "OK ENABLE done")
        }
        Command::Namespace => NamespaceTask::begin(tag),
        Command::List(list) => ListTask::begin(core, tag, list),
        Command::Subscribe {
            mailbox,
            subscribed,
        } => Change::subscribe(tag, mailbox, subscribed),
        Command::Create {
            mailbox,
            special_use,
        } => Change::create(tag, mailbox, special_use),
        Command::Delete(mailbox) => Change::delete(tag, mailbox),
        Command::Rename { from, to } => Change::rename(tag, from, to),
        Command::Status { mailbox, items } => StatusTask::begin(tag, mailbox, items),
        Command::Select { mailbox, read_only } => Select::begin(core, tag, mailbox, read_only),
        Command::Idle => Idle::begin(core, tag),
        Command::Quota { root } => QuotaTask::root(core, tag, &root),
        Command::QuotaRoot { mailbox } => QuotaTask::of_mailbox(tag, mailbox),
        other => selected(core, tag, other),
    }
}

fn selected(core: &mut Core, tag: String, command: Command) -> Next {
    match command {
        Command::Unselect => unselect(core, tag),
        Command::Close => Expunge::close(core, tag),
        Command::Check => Next::telling(tag, "OK CHECK done", Tell::Ask),
        Command::Expunge(set) => Expunge::begin(core, tag, set),
        Command::Fetch { by_uid, set, items } => Fetch::begin(core, tag, by_uid, &set, items),
        Command::Store {
            by_uid,
            set,
            how,
            silent,
            flags,
        } => Store::begin(core, tag, by_uid, &set, (how, silent, flags)),
        Command::Search { by_uid, search } => SearchTask::begin(core, tag, by_uid, search),
        Command::Copy { by_uid, set, to } => Copy::begin(core, tag, (by_uid, &set), to, false),
        Command::Move { by_uid, set, to } => Copy::begin(core, tag, (by_uid, &set), to, true),
        other => anybody(core, tag, other),
    }
}
