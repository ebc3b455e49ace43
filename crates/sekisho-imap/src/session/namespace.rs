//! NAMESPACE (RFC 2342): one's own mailboxes at the root, shared ones below `Shared/`.

use super::core::Core;
use super::task::{Next, Task, no};
use crate::{Answer, MailboxName, Question, Refusal};

#[derive(Debug)]
pub(super) struct NamespaceTask {
    tag: String,
}

impl NamespaceTask {
    /// Whoever is a member of no shared mailbox is not told that there are any.
    pub(super) fn begin(tag: String) -> Next {
        Next::Ask(Question::Folders, Task::Namespace(Self { tag }))
    }

    pub(super) fn step(self, core: &mut Core, answer: Option<Answer>) -> Next {
        let folders = match answer {
            Some(Answer::Folders(Ok(folders))) => folders,
            Some(Answer::Folders(Err(refusal))) => return Next::done(self.tag, no(refusal)),
            _ => return Next::done(self.tag, no(Refusal::TryLater)),
        };
        let shared = if folders.iter().any(|folder| folder.name.is_shared()) {
            format!("((\"{}/\" \"/\"))", MailboxName::SHARED)
        } else {
            "NIL".to_owned()
        };
        core.untagged(&format!("NAMESPACE ((\"\" \"/\")) NIL {shared}"));
        Next::done(self.tag, "OK NAMESPACE done")
    }
}
