//! LIST and LSUB.

use std::collections::BTreeMap;

use super::core::Core;
use super::mailboxes::tell_status;
use super::task::{Next, Task, no};
use crate::grammar::{List, StatusItem};
use crate::list_pattern::matches;
use crate::{Answer, Folder, MailboxName, Question, Refusal, wire};

#[derive(Debug)]
pub(super) struct ListTask {
    tag: String,
    list: List,
    /// Mailboxes whose STATUS is still to be told (RFC 5819), last first.
    status_of: Vec<MailboxName>,
    asked: Option<MailboxName>,
}

impl ListTask {
    pub(super) fn begin(core: &mut Core, tag: String, list: List) -> Next {
        // RFC 9051 §6.3.9: an empty pattern asks for the hierarchy delimiter.
        if !list.extended && list.patterns.iter().all(String::is_empty) {
            let name = if list.lsub { "LSUB" } else { "LIST" };
            core.untagged(&format!("{name} (\\Noselect) \"/\" \"\""));
            return Next::done(tag, format!("OK {name} done"));
        }
        let task = Self {
            tag,
            list,
            status_of: Vec::new(),
            asked: None,
        };
        Next::Ask(Question::Folders, Task::List(Box::new(task)))
    }

    pub(super) fn step(mut self: Box<Self>, core: &mut Core, answer: Option<Answer>) -> Next {
        match answer {
            Some(Answer::Folders(Ok(folders))) => self.tell(core, folders),
            Some(Answer::Status(Ok(status))) => {
                if let (Some(mailbox), Some(items)) = (self.asked.take(), &self.list.returns.status)
                {
                    tell_status(core, &mailbox, items, &status);
                }
            }
            // RFC 5819 §2: a mailbox that cannot tell is passed over.
            Some(Answer::Status(Err(_))) => {}
            Some(Answer::Folders(Err(refusal))) => return Next::done(self.tag, no(refusal)),
            _ => return Next::done(self.tag, no(Refusal::TryLater)),
        }
        if let Some(mailbox) = self.status_of.pop() {
            self.asked = Some(mailbox.clone());
            return Next::Ask(Question::Status { mailbox }, Task::List(self));
        }
        let reply = if self.list.lsub {
            "OK LSUB done"
        } else {
            "OK LIST done"
        };
        Next::done(self.tag, reply)
    }

    fn tell(&mut self, core: &mut Core, folders: Vec<Folder>) {
        let tree = self.tree(folders);
        let patterns: Vec<String> = self
            .list
            .patterns
            .iter()
            .map(|pattern| format!("{}{pattern}", self.list.reference))
            .collect();
        for folder in tree.values() {
            let name = folder.name.as_str();
            if !patterns.iter().any(|pattern| matches(pattern, name)) {
                continue;
            }
            let prefix = format!("{name}/");
            let below = |wanted: &dyn Fn(&Folder) -> bool| {
                tree.range(prefix.clone()..)
                    .take_while(|(other, _)| other.starts_with(&prefix))
                    .any(|(_, other)| wanted(other))
            };
            let child_info = self.list.recursive_match && below(&|other| self.wants(other));
            if self.wants(folder) || child_info {
                core.untagged(&self.line(folder, below(&|_| true), child_info));
                self.want_status(folder);
            }
        }
        self.status_of.reverse();
    }

    /// All folders by name, and the levels that exist only because something lies below them.
    fn tree(&self, folders: Vec<Folder>) -> BTreeMap<String, Folder> {
        let mut tree = BTreeMap::new();
        for folder in folders {
            if self.list.lsub && !folder.subscribed {
                continue;
            }
            tree.insert(folder.name.as_str().to_owned(), folder);
        }
        // RFC 3501 §6.3.9: LSUB tells of a level that is not subscribed only for `%`.
        let implied = !self.list.lsub || self.list.patterns.iter().any(|p| p.contains('%'));
        if implied {
            let names: Vec<MailboxName> = tree.values().map(|folder| folder.name.clone()).collect();
            for name in names {
                let mut level = name.parent();
                while let Some(name) = level {
                    level = name.parent();
                    tree.entry(name.as_str().to_owned()).or_insert(Folder {
                        name,
                        special_use: None,
                        subscribed: self.list.lsub,
                        selectable: false,
                    });
                }
            }
        }
        tree
    }

    fn wants(&self, folder: &Folder) -> bool {
        (!self.list.only_subscribed || folder.subscribed)
            && (!self.list.only_special_use || folder.special_use.is_some())
    }

    fn want_status(&mut self, folder: &Folder) {
        let wanted: Option<&Vec<StatusItem>> = self.list.returns.status.as_ref();
        if wanted.is_some() && folder.selectable {
            self.status_of.push(folder.name.clone());
        }
    }

    fn line(&self, folder: &Folder, has_children: bool, child_info: bool) -> String {
        let mut attributes = Vec::new();
        if !folder.selectable {
            attributes.push("\\Noselect");
        }
        if self.list.returns.subscribed && folder.subscribed {
            attributes.push("\\Subscribed");
        }
        if !self.list.lsub {
            attributes.push(if has_children {
                "\\HasChildren"
            } else {
                "\\HasNoChildren"
            });
            attributes.extend(folder.special_use.map(crate::SpecialUse::as_str));
        }
        let name = if self.list.lsub { "LSUB" } else { "LIST" };
        let attributes = attributes.join(" ");
        let mailbox = wire::mailbox(folder.name.as_str());
        let mut line = format!("{name} ({attributes}) \"/\" {mailbox}");
        if child_info {
            let criterion = if self.list.only_subscribed {
                "SUBSCRIBED"
            } else {
                "SPECIAL-USE"
            };
            line.push_str(&format!(" (\"CHILDINFO\" (\"{criterion}\"))")); // RFC 5258 §3.5
        }
        line
    }
}
