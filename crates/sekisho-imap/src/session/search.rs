//! SEARCH: the view decides what it can, then list headers by the hundred, then content.

use std::collections::HashMap;

use bytes::Bytes;
use sekisho_mime::Message;

use super::core::Core;
use super::selected::tell_after;
use super::task::{Next, Task, no, refuse};
use crate::grammar::{Key, Results, Search, to_set};
use crate::limits::{COLUMNS_BATCH, VIEW_BATCH};
use crate::search::{Criteria, Headers, Opened, Place};
use crate::{Answer, Question, Refusal};

#[derive(Debug)]
pub(super) struct SearchTask {
    tag: String,
    by_uid: bool,
    results: Option<Results>,
    criteria: Criteria,
    uids: Vec<u32>,
    next: usize,
    /// Those of the batch that the view could not decide, last first.
    open: Vec<u32>,
    list_headers: HashMap<u32, Bytes>,
    found: Vec<u32>,
    told: usize,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    View,
    Columns,
    Open,
    Content(u32),
    Tell,
}

/// RFC 9051 §6.4.4: US-ASCII and UTF-8 must be known, others need not.
const BAD_CHARSET: &str = "NO [BADCHARSET (US-ASCII UTF-8)] this charset cannot be searched";

impl SearchTask {
    pub(super) fn begin(core: &mut Core, tag: String, by_uid: bool, search: Search) -> Next {
        let charset = search.charset.as_deref().unwrap_or("UTF-8");
        if !["US-ASCII", "UTF-8", "ASCII", "UTF8"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(charset))
        {
            return Next::telling(tag, BAD_CHARSET, tell_after(by_uid));
        }
        let (uids, largest) = match &core.selected {
            Some(selected) => {
                let uids: Vec<u32> = selected.view.mails().iter().map(|mail| mail.uid).collect();
                let count = u32::try_from(uids.len()).unwrap_or(u32::MAX);
                let last = uids.last().copied().unwrap_or(0);
                (uids, (count, last))
            }
            None => (Vec::new(), (0, 0)),
        };
        let key = search.key;
        if highest_number(&key) > largest.0 {
            return refuse(core, Some(&tag), "BAD no message has that number");
        }
        let Some(criteria) = Criteria::new(key, largest) else {
            return refuse(core, Some(&tag), "BAD a search string is not UTF-8");
        };
        let task = Self {
            tag,
            by_uid,
            results: search.results,
            criteria,
            uids,
            next: 0,
            open: Vec::new(),
            list_headers: HashMap::new(),
            found: Vec::new(),
            told: 0,
            stage: Stage::View,
        };
        Next::Again(Task::Search(Box::new(task)))
    }

    pub(super) fn step(mut self: Box<Self>, core: &mut Core, answer: Option<Answer>) -> Next {
        match (self.stage, answer) {
            (Stage::View, _) => self.view_batch(core),
            (Stage::Columns, Some(Answer::Columns(Ok(columns)))) => {
                let held =
                    |(uid, columns): (u32, crate::Columns)| Some((uid, columns.list_header?));
                self.list_headers = columns.into_iter().filter_map(held).collect();
                self.stage = Stage::Open;
                Next::Again(Task::Search(self))
            }
            (Stage::Open, _) => self.decide_next(core),
            (Stage::Content(uid), Some(Answer::Content(Ok(content)))) => {
                // A message that is gone meets nothing.
                if let Some(content) = content {
                    self.decide_by_content(core, uid, &content);
                }
                self.stage = Stage::Open;
                Next::Again(Task::Search(self))
            }
            (Stage::Tell, _) => self.tell(core),
            (_, Some(Answer::Columns(Err(refusal)) | Answer::Content(Err(refusal)))) => {
                Next::telling(self.tag, no(refusal), tell_after(self.by_uid))
            }
            _ => Next::telling(self.tag, no(Refusal::TryLater), tell_after(self.by_uid)),
        }
    }

    fn view_batch(mut self: Box<Self>, core: &mut Core) -> Next {
        let mut looked_at = 0;
        while let Some(uid) = self.uids.get(self.next).copied() {
            if looked_at >= VIEW_BATCH || self.open.len() >= COLUMNS_BATCH {
                break;
            }
            looked_at += 1;
            self.next += 1;
            if self.decide(core, uid, None, None).is_none() {
                self.open.push(uid);
            }
        }
        if self.open.is_empty() {
            if self.next >= self.uids.len() {
                self.stage = Stage::Tell;
            }
            return Next::Again(Task::Search(self));
        }
        self.list_headers.clear();
        if self.criteria.uses_list_header() {
            self.stage = Stage::Columns;
            let uids = self.open.clone();
            self.open.reverse();
            return Next::Ask(Question::Columns { uids }, Task::Search(self));
        }
        self.open.reverse();
        self.stage = Stage::Open;
        Next::Again(Task::Search(self))
    }

    fn decide_next(mut self: Box<Self>, core: &mut Core) -> Next {
        while let Some(uid) = self.open.pop() {
            let decided = match self.list_headers.remove(&uid) {
                Some(bytes) => {
                    let message = Message::parse(&bytes);
                    let headers = Headers::new(&message, true);
                    self.decide(core, uid, Some(&headers), None)
                }
                None => None,
            };
            if decided.is_none() {
                self.stage = Stage::Content(uid);
                return Next::Ask(Question::Content { uid }, Task::Search(self));
            }
        }
        self.stage = Stage::View;
        Next::Again(Task::Search(self))
    }

    fn decide_by_content(&mut self, core: &Core, uid: u32, content: &Bytes) {
        let message = Message::parse(content);
        let headers = Headers::new(&message, false);
        let opened = Opened::new(&message);
        self.decide(core, uid, Some(&headers), Some(&opened));
    }

    /// Notes the message when it is known to meet the criteria; `None`: not known yet.
    fn decide(
        &mut self,
        core: &Core,
        uid: u32,
        headers: Option<&Headers<'_>>,
        opened: Option<&Opened<'_>>,
    ) -> Option<bool> {
        let selected = core.selected.as_ref()?;
        let Some((number, mail)) = selected.view.find(uid) else {
            return Some(false);
        };
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let met = self.criteria.judge(&Place {
            number,
            mail,
            recent: selected.view.is_recent(uid),
            utc_offset_s: core.config.utc_offset_s,
            headers,
            opened,
        })?;
        if met {
            self.found.push(if self.by_uid { uid } else { number });
        }
        Some(met)
    }

    fn tell(mut self: Box<Self>, core: &mut Core) -> Next {
        // Content is asked for after the view has decided others of the same batch.
        self.found.sort_unstable();
        if let Some(results) = self.results {
            let text = self.esearch(results);
            core.untagged(&text);
            return self.done();
        }
        // In pieces: a million hits are seven megabytes.
        if self.told == 0 {
            core.send(b"* SEARCH");
        }
        let end = self.told.saturating_add(VIEW_BATCH).min(self.found.len());
        for number in self.found.get(self.told..end).unwrap_or_default() {
            core.send(format!(" {number}").as_bytes());
        }
        self.told = end;
        if self.told < self.found.len() {
            return Next::Again(Task::Search(self));
        }
        core.send(b"\r\n");
        self.done()
    }

    fn done(self) -> Next {
        Next::telling(self.tag, "OK SEARCH done", tell_after(self.by_uid))
    }

    /// RFC 4731 §3.1
    fn esearch(&self, results: Results) -> String {
        let mut text = format!("ESEARCH (TAG \"{}\")", self.tag);
        if self.by_uid {
            text.push_str(" UID");
        }
        if let Some(first) = self.found.first().filter(|_| results.min) {
            text.push_str(&format!(" MIN {first}"));
        }
        if let Some(last) = self.found.last().filter(|_| results.max) {
            text.push_str(&format!(" MAX {last}"));
        }
        if results.count {
            text.push_str(&format!(" COUNT {}", self.found.len()));
        }
        if results.all && !self.found.is_empty() {
            text.push_str(&format!(" ALL {}", to_set(&self.found)));
        }
        text
    }
}

/// The highest message number written in any key.
fn highest_number(key: &Key) -> u32 {
    match key {
        Key::Numbers(set) => set.highest_needed(),
        Key::Not(inner) => highest_number(inner),
        Key::And(all) => all.iter().map(highest_number).max().unwrap_or(0),
        Key::Or(left, right) => highest_number(left).max(highest_number(right)),
        _ => 0,
    }
}
