//! The criteria of one SEARCH, made ready, and their judgement in three values.

use jiff::civil::Date;

use super::casemap::fold;
use super::text::{Headers, Opened};
use crate::Mail;
use crate::grammar::{Key, Needle, SequenceSet, date};
use crate::structure::are_list_fields;

/// A key whose sets are resolved and whose strings are folded.
#[derive(Debug)]
pub(crate) enum Criteria {
    All,
    Numbers(Vec<(u32, u32)>),
    Uids(Vec<(u32, u32)>),
    Flag(u8),
    Keyword(String),
    Recent,
    /// Day of the internal date: from this one, up to but not that one.
    Day(Option<Date>, Option<Date>),
    /// Day of the Date field.
    Sent(Option<Date>, Option<Date>),
    Larger(u64),
    Smaller(u64),
    Header {
        name: String,
        needle: String,
    },
    Body(String),
    Text(String),
    Not(Box<Criteria>),
    And(Vec<Criteria>),
    Or(Box<Criteria>, Box<Criteria>),
}

/// A message and what is known of it so far.
pub(crate) struct Place<'a> {
    pub(crate) number: u32,
    pub(crate) mail: &'a Mail,
    pub(crate) recent: bool,
    pub(crate) utc_offset_s: i32,
    pub(crate) headers: Option<&'a Headers<'a>>,
    pub(crate) opened: Option<&'a Opened<'a>>,
}

impl Criteria {
    /// `largest` number and UID stand for `*`. `None`: a string is not UTF-8.
    pub(crate) fn new(key: Key, largest: (u32, u32)) -> Option<Self> {
        let needle = |Needle(bytes): Needle| String::from_utf8(bytes).ok().map(|text| fold(&text));
        let set = |set: &SequenceSet, largest: u32| set.ranges(largest);
        let boxed = |key: Box<Key>| Self::new(*key, largest).map(Box::new);
        Some(match key {
            Key::All => Self::All,
            Key::Numbers(numbers) => Self::Numbers(set(&numbers, largest.0)),
            Key::Uids(uids) => Self::Uids(set(&uids, largest.1)),
            Key::Flag(bit) => Self::Flag(bit),
            Key::Keyword(keyword) => Self::Keyword(keyword),
            Key::Recent => Self::Recent,
            Key::Before(day) => Self::Day(None, Some(day)),
            Key::On(day) => Self::Day(Some(day), Some(next_day(day))),
            Key::Since(day) => Self::Day(Some(day), None),
            Key::SentBefore(day) => Self::Sent(None, Some(day)),
            Key::SentOn(day) => Self::Sent(Some(day), Some(next_day(day))),
            Key::SentSince(day) => Self::Sent(Some(day), None),
            Key::Larger(bytes) => Self::Larger(bytes),
            Key::Smaller(bytes) => Self::Smaller(bytes),
            Key::Header { name, needle: text } => Self::Header {
                name,
                needle: needle(text)?,
            },
            Key::Body(text) => Self::Body(needle(text)?),
            Key::Text(text) => Self::Text(needle(text)?),
            Key::Not(key) => Self::Not(boxed(key)?),
            Key::And(keys) => {
                let keys = keys.into_iter().map(|key| Self::new(key, largest));
                Self::And(keys.collect::<Option<_>>()?)
            }
            Key::Or(left, right) => Self::Or(boxed(left)?, boxed(right)?),
        })
    }

    /// Whether any key looks at header fields that the list columns hold.
    pub(crate) fn uses_list_header(&self) -> bool {
        match self {
            Self::Header { name, .. } => are_list_fields([name.as_str()]),
            Self::Sent(..) => true,
            Self::Not(inner) => inner.uses_list_header(),
            Self::And(all) => all.iter().any(Self::uses_list_header),
            Self::Or(left, right) => left.uses_list_header() || right.uses_list_header(),
            _ => false,
        }
    }

    /// `None`: more must be known of the message.
    pub(crate) fn judge(&self, place: &Place<'_>) -> Option<bool> {
        let mail = place.mail;
        match self {
            Self::All => Some(true),
            Self::Numbers(ranges) => Some(holds(ranges, place.number)),
            Self::Uids(ranges) => Some(holds(ranges, mail.uid)),
            Self::Flag(bit) => Some(mail.flags.has(*bit)),
            Self::Keyword(keyword) => Some(mail.flags.has_keyword(keyword)),
            Self::Recent => Some(place.recent),
            Self::Day(from, to) => {
                let day = date::day(mail.internal_date_s, place.utc_offset_s);
                Some(between(day, *from, *to))
            }
            Self::Sent(from, to) => {
                let sent = place.headers.map(Headers::sent)?;
                Some(between(sent, *from, *to))
            }
            Self::Larger(bytes) => Some(mail.size_bytes > *bytes),
            Self::Smaller(bytes) => Some(mail.size_bytes < *bytes),
            Self::Header { name, needle } => header(place, name, needle),
            Self::Body(needle) => place.opened.map(|opened| opened.body_holds(needle)),
            Self::Text(needle) => place.opened.map(|opened| opened.text_holds(needle)),
            Self::Not(inner) => inner.judge(place).map(|met| !met),
            Self::And(all) => and(all.iter().map(|one| one.judge(place))),
            Self::Or(left, right) => {
                let neither = [left, right].into_iter();
                and(neither.map(|one| one.judge(place).map(|met| !met))).map(|none| !none)
            }
        }
    }
}

/// One `false` decides, however much else is unknown.
fn and(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for one in all {
        match one {
            Some(false) => return Some(false),
            None => known = None,
            Some(true) => {}
        }
    }
    known
}

fn header(place: &Place<'_>, name: &str, needle: &str) -> Option<bool> {
    let headers = place.headers?;
    if headers.only_list_fields && !are_list_fields([name]) {
        return None;
    }
    Some(headers.hold(name, needle))
}

fn holds(ranges: &[(u32, u32)], number: u32) -> bool {
    let after = ranges.partition_point(|(from, _)| *from <= number);
    after
        .checked_sub(1)
        .and_then(|at| ranges.get(at))
        .is_some_and(|(_, to)| number <= *to)
}

fn between(day: Option<Date>, from: Option<Date>, to: Option<Date>) -> bool {
    day.is_some_and(|day| from.is_none_or(|from| day >= from) && to.is_none_or(|to| day < to))
}

fn next_day(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}
