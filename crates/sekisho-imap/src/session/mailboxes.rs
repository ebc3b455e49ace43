//! CREATE, DELETE, RENAME, SUBSCRIBE, STATUS and quotas: one question, one answer each.

use super::core::Core;
use super::task::{Next, Task, no, refuse};
use crate::grammar::StatusItem;
use crate::{
    Answer, MailboxName, MailboxNameError, MailboxStatus, Question, Quota, Refusal, SpecialUse,
    wire,
};

type Named = Result<MailboxName, MailboxNameError>;

/// A change of the tree of mailboxes.
#[derive(Debug)]
pub(super) struct Change {
    tag: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Create,
    Delete(MailboxName),
    Rename(MailboxName, MailboxName),
    Subscribe,
}

impl Change {
    pub(super) fn create(tag: String, mailbox: Named, special_use: Option<SpecialUse>) -> Next {
        let mailbox = match usable(mailbox) {
            Ok(mailbox) if mailbox.is_inbox() => {
                return Next::done(tag, no(Refusal::AlreadyExists)); // RFC 9051 §6.3.4
            }
            Ok(mailbox) => mailbox,
            Err(reply) => return Next::done(tag, reply),
        };
        let question = Question::Create {
            mailbox,
            special_use,
        };
        Self {
            tag,
            kind: Kind::Create,
        }
        .ask(question)
    }

    pub(super) fn delete(tag: String, mailbox: Named) -> Next {
        match usable(mailbox) {
            Ok(mailbox) if mailbox.is_inbox() => {
                Next::done(tag, "NO [CANNOT] INBOX cannot be deleted") // RFC 9051 §6.3.5
            }
            Ok(mailbox) => {
                let kind = Kind::Delete(mailbox.clone());
                Self { tag, kind }.ask(Question::Delete { mailbox })
            }
            Err(reply) => Next::done(tag, reply),
        }
    }

    pub(super) fn rename(tag: String, from: Named, to: Named) -> Next {
        let (from, to) = match (usable(from), usable(to)) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(reply), _) | (_, Err(reply)) => return Next::done(tag, reply),
        };
        if to.is_inbox() || to == from {
            return Next::done(tag, no(Refusal::AlreadyExists));
        }
        if to.is_below(&from) && !from.is_inbox() {
            return Next::done(tag, "NO [CANNOT] a mailbox cannot go below itself");
        }
        let kind = Kind::Rename(from.clone(), to.clone());
        Self { tag, kind }.ask(Question::Rename { from, to })
    }

    pub(super) fn subscribe(tag: String, mailbox: Named, subscribed: bool) -> Next {
        match usable(mailbox) {
            Ok(mailbox) => Self {
                tag,
                kind: Kind::Subscribe,
            }
            .ask(Question::Subscribe {
                mailbox,
                subscribed,
            }),
            Err(reply) => Next::done(tag, reply),
        }
    }

    fn ask(self, question: Question) -> Next {
        Next::Ask(question, Task::Change(self))
    }

    pub(super) fn step(self, core: &mut Core, answer: Option<Answer>) -> Next {
        match answer {
            Some(Answer::Done(Ok(()))) => {}
            Some(Answer::Done(Err(refusal))) => return Next::done(self.tag, no(refusal)),
            _ => return Next::done(self.tag, no(Refusal::TryLater)),
        }
        let reply = match self.kind {
            Kind::Create => "OK CREATE done",
            Kind::Delete(mailbox) => {
                // Nothing is left to be selected.
                if core.selected.as_ref().is_some_and(|s| s.mailbox == mailbox) {
                    core.deselect();
                }
                "OK DELETE done"
            }
            Kind::Rename(from, to) => {
                if let Some(selected) = core.selected.as_mut().filter(|s| s.mailbox == from) {
                    if from.is_inbox() {
                        selected.changed = true; // its messages have left
                    } else {
                        selected.mailbox = to;
                    }
                }
                "OK RENAME done"
            }
            Kind::Subscribe => "OK done",
        };
        Next::done(self.tag, reply)
    }
}

/// A name that cannot be is answered with its reason.
pub(super) fn usable(mailbox: Named) -> Result<MailboxName, String> {
    mailbox.map_err(|error| format!("NO [CANNOT] {error}"))
}

/// STATUS
#[derive(Debug)]
pub(super) struct StatusTask {
    tag: String,
    mailbox: MailboxName,
    items: Vec<StatusItem>,
}

impl StatusTask {
    pub(super) fn begin(tag: String, mailbox: Named, items: Vec<StatusItem>) -> Next {
        match mailbox {
            Ok(mailbox) => {
                let question = Question::Status {
                    mailbox: mailbox.clone(),
                };
                Next::Ask(
                    question,
                    Task::Status(Self {
                        tag,
                        mailbox,
                        items,
                    }),
                )
            }
            Err(_) => Next::done(tag, no(Refusal::NoSuchMailbox)),
        }
    }

    pub(super) fn step(self, core: &mut Core, answer: Option<Answer>) -> Next {
        match answer {
            Some(Answer::Status(Ok(status))) => {
                tell_status(core, &self.mailbox, &self.items, &status);
                Next::done(self.tag, "OK STATUS done")
            }
            Some(Answer::Status(Err(refusal))) => Next::done(self.tag, no(refusal)),
            _ => Next::done(self.tag, no(Refusal::TryLater)),
        }
    }
}

pub(super) fn tell_status(
    core: &mut Core,
    mailbox: &MailboxName,
    items: &[StatusItem],
    status: &MailboxStatus,
) {
    let limit = core.config.message_bytes_max;
    let value = |item: &StatusItem| match item {
        StatusItem::Messages => format!("MESSAGES {}", status.messages),
        StatusItem::Recent => format!("RECENT {}", status.recent),
        StatusItem::UidNext => format!("UIDNEXT {}", status.uid_next),
        StatusItem::UidValidity => format!("UIDVALIDITY {}", status.uid_validity),
        StatusItem::Unseen => format!("UNSEEN {}", status.unseen),
        StatusItem::Deleted => format!("DELETED {}", status.deleted),
        StatusItem::Size => format!("SIZE {}", status.size_bytes),
        StatusItem::AppendLimit => format!("APPENDLIMIT {limit}"),
    };
    let values: Vec<String> = items.iter().map(value).collect();
    let name = wire::mailbox(mailbox.as_str());
    core.untagged(&format!("STATUS {name} ({})", values.join(" ")));
}

/// GETQUOTA and GETQUOTAROOT (RFC 9208): the root of one's own mailboxes is named "", that of a shared mailbox as
/// its INBOX.
#[derive(Debug)]
pub(super) struct QuotaTask {
    tag: String,
    mailbox: Option<MailboxName>,
    root: String,
}

impl QuotaTask {
    pub(super) fn root(core: &mut Core, tag: String, root: &[u8]) -> Next {
        let named = MailboxName::from_wire(root).ok();
        let named =
            named.filter(|name| name.in_shared().is_some() && root_of(name) == name.as_str());
        if named.is_none() && !root.is_empty() {
            return refuse(core, Some(&tag), "NO [NONEXISTENT] no such quota root");
        }
        let root = named.as_ref().map(root_of).unwrap_or_default().to_owned();
        let task = Self {
            tag,
            mailbox: None,
            root,
        };
        Next::Ask(Question::Quota { mailbox: named }, Task::Quota(task))
    }

    pub(super) fn of_mailbox(tag: String, mailbox: Named) -> Next {
        let Ok(mailbox) = mailbox else {
            return Next::done(tag, no(Refusal::NoSuchMailbox));
        };
        let root = root_of(&mailbox).to_owned();
        let mailbox = Some(mailbox);
        let question = Question::Quota {
            mailbox: mailbox.clone(),
        };
        let task = Self { tag, mailbox, root };
        Next::Ask(question, Task::Quota(task))
    }

    pub(super) fn step(self, core: &mut Core, answer: Option<Answer>) -> Next {
        match answer {
            Some(Answer::Quota(Ok(quota))) => {
                let root = wire::mailbox(&self.root);
                if let Some(mailbox) = &self.mailbox {
                    let name = wire::mailbox(mailbox.as_str());
                    core.untagged(&format!("QUOTAROOT {name} {root}"));
                }
                core.untagged(&quota_line(&root, quota));
                Next::done(self.tag, "OK quota told")
            }
            Some(Answer::Quota(Err(refusal))) => Next::done(self.tag, no(refusal)),
            _ => Next::done(self.tag, no(Refusal::TryLater)),
        }
    }
}

/// RFC 9208 §5.1: STORAGE counts units of 1,024 octets.
fn quota_line(root: &str, quota: Quota) -> String {
    match quota.limit_bytes {
        Some(limit) => format!(
            "QUOTA {root} (STORAGE {} {})",
            quota.used_bytes.div_ceil(1024),
            limit / 1024
        ),
        None => format!("QUOTA {root} ()"),
    }
}

/// The name of the quota root that a mailbox counts into.
fn root_of(mailbox: &MailboxName) -> &str {
    let name = mailbox.as_str();
    let Some(below) = mailbox.in_shared() else {
        return "";
    };
    let folder = below
        .split_once('/')
        .map_or(0, |(_, folder)| folder.len() + 1);
    name.get(..name.len().saturating_sub(folder))
        .unwrap_or(name)
}
