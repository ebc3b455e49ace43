//! FETCH: what the view knows at once, list columns by the hundred, content one at a time.

use std::collections::HashMap;

use bytes::Bytes;
use sekisho_mime::Message;

use super::core::Core;
use super::selected::{resolve, tell_after};
use super::sync::tell_flags;
use super::task::{Next, Task, bad, no};
use crate::grammar::{Item, Section, SequenceSet, date};
use crate::limits::{COLUMNS_BATCH, VIEW_BATCH};
use crate::section_data::{Source, is_in_list_header, needs_parsing, section_data, section_name};
use crate::{Answer, Columns, Flag, Flags, Question, Refusal, StoreHow, body, structure};

#[derive(Debug)]
pub(super) struct Fetch {
    tag: String,
    by_uid: bool,
    items: Vec<Item>,
    uids: Vec<u32>,
    /// The next message to be told.
    next: usize,
    /// The end of the batch at work.
    batch_end: usize,
    columns: HashMap<u32, Columns>,
    /// Set `\Seen` by this FETCH: their flags are told with them.
    seen: Vec<u32>,
    sets_seen: bool,
    wants_columns: bool,
    some_gone: bool,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Batch,
    Seen,
    Columns,
    Tell,
    Content,
}

/// `\Seen` is set for so many messages at a time, just before they are sent: a connection that
/// breaks leaves few marked that were never read.
const SEEN_BATCH: usize = 20;

impl Fetch {
    pub(super) fn begin(
        core: &mut Core,
        tag: String,
        by_uid: bool,
        set: &SequenceSet,
        mut items: Vec<Item>,
    ) -> Next {
        let uids = match resolve(core, by_uid, set) {
            Ok(uids) => uids,
            Err(why) => return bad(core, &tag, why),
        };
        // RFC 9051 §6.4.9: the answer to UID FETCH holds the UID.
        if by_uid && !items.contains(&Item::Uid) {
            items.insert(0, Item::Uid);
        }
        let read_only = core
            .selected
            .as_ref()
            .is_none_or(|selected| selected.read_only);
        let reads = |item: &Item| matches!(item, Item::Section(section) if !section.peek);
        let task = Self {
            sets_seen: !read_only && items.iter().any(reads),
            wants_columns: items.iter().any(is_column),
            tag,
            by_uid,
            items,
            uids,
            next: 0,
            batch_end: 0,
            columns: HashMap::new(),
            seen: Vec::new(),
            some_gone: false,
            stage: Stage::Batch,
        };
        Next::Again(Task::Fetch(Box::new(task)))
    }

    pub(super) fn step(mut self: Box<Self>, core: &mut Core, answer: Option<Answer>) -> Next {
        match (self.stage, answer) {
            (Stage::Batch, _) => self.begin_batch(core),
            (Stage::Seen, Some(Answer::Stored(Ok(stored)))) => {
                for now in stored {
                    tell_flags(core, &now, false);
                    self.seen.push(now.uid);
                }
                self.ask_columns()
            }
            (Stage::Columns, Some(Answer::Columns(Ok(columns)))) => {
                self.columns = columns.into_iter().collect();
                self.stage = Stage::Tell;
                Next::Again(Task::Fetch(self))
            }
            (Stage::Tell, _) => self.tell_batch(core),
            (Stage::Content, Some(Answer::Content(Ok(content)))) => {
                match content {
                    Some(content) => self.tell_one(core, Some(&content)),
                    None => self.some_gone = true,
                }
                self.next += 1;
                self.stage = Stage::Tell;
                Next::Again(Task::Fetch(self))
            }
            (
                _,
                Some(
                    Answer::Stored(Err(refusal))
                    | Answer::Columns(Err(refusal))
                    | Answer::Content(Err(refusal)),
                ),
            ) => self.done(no(refusal)),
            _ => self.done(no(Refusal::TryLater)),
        }
    }

    fn begin_batch(mut self: Box<Self>, core: &mut Core) -> Next {
        if self.next >= self.uids.len() {
            return if self.some_gone {
                // RFC 5530 §3: gone by another session, not told yet.
                self.done("NO [EXPUNGEISSUED] some messages are gone".to_owned())
            } else {
                self.done("OK FETCH done".to_owned())
            };
        }
        let size = match (self.sets_seen, self.wants_columns) {
            (true, _) => SEEN_BATCH,
            (false, true) => COLUMNS_BATCH,
            (false, false) => VIEW_BATCH,
        };
        self.batch_end = self.next.saturating_add(size).min(self.uids.len());
        self.columns.clear();
        self.seen.clear();
        let unseen = self.unseen(core);
        if unseen.is_empty() {
            return self.ask_columns();
        }
        self.stage = Stage::Seen;
        let mut flags = Flags::default();
        flags.insert(&Flag::Seen);
        let question = Question::Store {
            uids: unseen,
            how: StoreHow::Add,
            flags,
        };
        Next::Ask(question, Task::Fetch(self))
    }

    fn batch(&self) -> &[u32] {
        self.uids.get(self.next..self.batch_end).unwrap_or_default()
    }

    fn unseen(&self, core: &Core) -> Vec<u32> {
        let Some(selected) = core.selected.as_ref().filter(|_| self.sets_seen) else {
            return Vec::new();
        };
        let is_unseen = |uid: &u32| {
            let mail = selected.view.find(*uid);
            mail.is_some_and(|(_, mail)| !mail.flags.has(Flags::SEEN))
        };
        self.batch().iter().copied().filter(is_unseen).collect()
    }

    fn ask_columns(mut self: Box<Self>) -> Next {
        if !self.wants_columns {
            self.stage = Stage::Tell;
            return Next::Again(Task::Fetch(self));
        }
        self.stage = Stage::Columns;
        let uids = self.batch().to_vec();
        Next::Ask(Question::Columns { uids }, Task::Fetch(self))
    }

    /// Tells until output is full, a message must be opened, or the batch is done.
    fn tell_batch(mut self: Box<Self>, core: &mut Core) -> Next {
        while let Some(uid) = self.batch().first().copied() {
            if self.wants_columns && !self.columns.contains_key(&uid) {
                self.some_gone = true;
            } else if self.items.iter().any(|item| self.needs_content(uid, item)) {
                self.stage = Stage::Content;
                return Next::Ask(Question::Content { uid }, Task::Fetch(self));
            } else {
                self.tell_one(core, None);
            }
            self.next += 1;
            if !core.has_room() {
                return Next::Again(Task::Fetch(self));
            }
        }
        self.stage = Stage::Batch;
        Next::Again(Task::Fetch(self))
    }

    fn needs_content(&self, uid: u32, item: &Item) -> bool {
        let columns = self.columns.get(&uid);
        match item {
            Item::Body => true,
            Item::Envelope => columns.is_none_or(|columns| columns.envelope.is_empty()),
            Item::BodyStructure => columns.is_none_or(|columns| columns.body_structure.is_empty()),
            Item::Section(section) if is_in_list_header(section) => {
                columns.is_none_or(|columns| columns.list_header.is_none())
            }
            Item::Section(_) => true,
            Item::Flags | Item::Uid | Item::InternalDate | Item::Size => false,
        }
    }

    fn done(self, reply: String) -> Next {
        Next::telling(self.tag, reply, tell_after(self.by_uid))
    }

    /// `* n FETCH (…)` for the message at `next`.
    fn tell_one(&self, core: &mut Core, content: Option<&Bytes>) {
        let Some(uid) = self.uids.get(self.next).copied() else {
            return;
        };
        let Some((number, _)) = core.selected.as_ref().and_then(|s| s.view.find(uid)) else {
            return;
        };
        let columns = self.columns.get(&uid);
        let list_header = columns.and_then(|columns| columns.list_header.as_ref());
        let parse = |item: &Item| match item {
            Item::Section(section) => needs_parsing(section),
            Item::Body | Item::Envelope | Item::BodyStructure => true,
            _ => false,
        };
        let parses = self.items.iter().any(parse);
        let source = match (content, list_header) {
            (Some(content), _) => Some(Source::Content(content)),
            (None, Some(header)) => Some(Source::ListHeader(header)),
            (None, None) => None,
        };
        let message = source
            .as_ref()
            .filter(|_| parses)
            .map(|source| match source {
                Source::Content(bytes) | Source::ListHeader(bytes) => Message::parse(bytes),
            });
        core.send(format!("* {number} FETCH (").as_bytes());
        let flags_too = self.seen.contains(&uid) && !self.items.contains(&Item::Flags);
        for (at, item) in self
            .items
            .iter()
            .chain(flags_too.then_some(&Item::Flags))
            .enumerate()
        {
            if at > 0 {
                core.send(b" ");
            }
            match item {
                Item::Section(section) => {
                    tell_section(core, section, source.as_ref(), message.as_ref());
                }
                other => {
                    let text = structure_of(other, columns, message.as_ref())
                        .or_else(|| from_view(core, uid, other))
                        .unwrap_or_default();
                    core.send(&text);
                }
            }
        }
        core.send(b")\r\n");
    }
}

fn is_column(item: &Item) -> bool {
    match item {
        Item::Envelope | Item::BodyStructure => true,
        Item::Section(section) => is_in_list_header(section),
        _ => false,
    }
}

fn from_view(core: &Core, uid: u32, item: &Item) -> Option<Vec<u8>> {
    let selected = core.selected.as_ref()?;
    let (_, mail) = selected.view.find(uid)?;
    let text = match item {
        Item::Flags => format!("FLAGS ({})", selected.flag_list(uid)),
        Item::Uid => format!("UID {uid}"),
        Item::InternalDate => {
            let shown = date::print(mail.internal_date_s, core.config.utc_offset_s);
            format!("INTERNALDATE {shown}")
        }
        Item::Size => format!("RFC822.SIZE {}", mail.size_bytes),
        _ => return None,
    };
    Some(text.into_bytes())
}

fn structure_of(
    item: &Item,
    columns: Option<&Columns>,
    message: Option<&Message<'_>>,
) -> Option<Vec<u8>> {
    let stored = |bytes: &Bytes| (!bytes.is_empty()).then(|| bytes.to_vec());
    let (name, text) = match item {
        Item::Envelope => (
            "ENVELOPE ",
            columns
                .and_then(|columns| stored(&columns.envelope))
                .or_else(|| message.map(structure::envelope)),
        ),
        Item::BodyStructure => (
            "BODYSTRUCTURE ",
            columns
                .and_then(|columns| stored(&columns.body_structure))
                .or_else(|| message.map(structure::body_structure)),
        ),
        Item::Body => ("BODY ", message.map(body)),
        _ => return None,
    };
    let mut out = name.as_bytes().to_vec();
    out.extend_from_slice(text.as_deref().unwrap_or(b"NIL"));
    Some(out)
}

fn tell_section(
    core: &mut Core,
    section: &Section,
    source: Option<&Source<'_>>,
    message: Option<&Message<'_>>,
) {
    let name = section_name(section);
    match source.and_then(|source| section_data(source, message, section)) {
        Some(data) => {
            core.send(format!("{name} {{{}}}\r\n", data.len()).as_bytes());
            core.send_shared(data);
        }
        // No such part (RFC 9051 §7.5.2: nstring).
        None => core.send(format!("{name} NIL").as_bytes()),
    }
}
