//! A whole mail.

use std::borrow::Cow;

use crate::check;
use crate::read::other::Reader;
use crate::tree::Tree;
use crate::{Anomaly, Header, Headers, MailDate, Mailbox, Part};

/// A mail read from bytes, with every reading of it.
#[derive(Debug)]
pub struct Message<'m> {
    raw: &'m [u8],
    pub(crate) tree: Tree,
    pub(crate) sources: Vec<Cow<'m, [u8]>>,
}

impl<'m> Message<'m> {
    /// Reads any bytes as a mail. Never fails; what was wrong is in [`Message::anomalies`].
    pub fn parse(raw: &'m [u8]) -> Message<'m> {
        let Reader { tree, sources, .. } = Reader::read(raw);
        Message { raw, tree, sources }
    }

    /// The bytes the mail was read from.
    pub fn raw(&self) -> &'m [u8] {
        self.raw
    }

    /// The mail itself as a part: its header is the mail's header.
    pub fn root(&self) -> Part<'_> {
        Part::new(self, 0)
    }

    /// All parts of the main reading, depth first, the root first; messages inside messages too,
    /// also where they lie inside a transfer encoding.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        self.below(0)
    }

    /// [`Message::parts`], then the parts that only other readings have. For scanners.
    pub fn all_parts(&self) -> impl Iterator<Item = Part<'_>> {
        let others = self.tree.others.iter().flat_map(|&root| self.below(root));
        self.below(0).chain(others)
    }

    fn below(&self, root: u32) -> impl Iterator<Item = Part<'_>> {
        std::iter::successors(Some(root), move |&at| self.tree.next(at, root))
            .map(|index| Part::new(self, index))
    }

    /// Everything that was wrong. Looks into the parts' content: call it once and keep the answer.
    pub fn anomalies(&self) -> Vec<Anomaly> {
        check::anomalies(self)
    }

    /// Whether two mail programs may show different content. Costs what [`Message::anomalies`] does.
    pub fn is_ambiguous(&self) -> bool {
        self.anomalies()
            .iter()
            .any(|anomaly| anomaly.kind.is_ambiguous())
    }

    /// The mail's header fields in order.
    pub fn headers(&self) -> Headers<'_> {
        self.root().headers()
    }

    /// The first field of this name, without regard to case.
    pub fn header(&self, name: &str) -> Option<Header<'_>> {
        self.root().header(name)
    }

    /// How many fields have this name.
    pub fn header_count(&self, name: &str) -> usize {
        self.root().header_count(name)
    }

    /// The subject as a person reads it.
    pub fn subject(&self) -> Option<String> {
        self.root().subject()
    }

    /// The mailboxes of all From fields.
    pub fn from(&self) -> Vec<Mailbox> {
        self.root().mailboxes("From")
    }

    /// The mailboxes of all Sender fields.
    pub fn sender(&self) -> Vec<Mailbox> {
        self.root().mailboxes("Sender")
    }

    /// The mailboxes of all Reply-To fields.
    pub fn reply_to(&self) -> Vec<Mailbox> {
        self.root().mailboxes("Reply-To")
    }

    /// The mailboxes of all To fields.
    pub fn to(&self) -> Vec<Mailbox> {
        self.root().mailboxes("To")
    }

    /// The mailboxes of all Cc fields.
    pub fn cc(&self) -> Vec<Mailbox> {
        self.root().mailboxes("Cc")
    }

    /// The mailboxes of all Bcc fields.
    pub fn bcc(&self) -> Vec<Mailbox> {
        self.root().mailboxes("Bcc")
    }

    /// The Message-ID without its angle brackets.
    pub fn message_id(&self) -> Option<String> {
        self.root().message_id()
    }

    /// The Date field.
    pub fn date(&self) -> Option<MailDate> {
        self.root().date()
    }
}
