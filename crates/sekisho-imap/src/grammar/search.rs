//! What SEARCH asks for (RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 4731).

use jiff::civil::Date;

use super::cursor::{Bad, Cursor, Parsed};
use super::date::date;
use super::sequence::SequenceSet;
use crate::Flags;
use crate::limits::{NESTING_MAX, SEARCH_KEYS_MAX};

/// A whole SEARCH.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// RETURN options; `None`: the old `* SEARCH` answer.
    pub(crate) results: Option<Results>,
    /// As written; judged by the session (BADCHARSET).
    pub(crate) charset: Option<String>,
    pub(crate) key: Key,
}

/// RFC 4731 §3.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Results {
    pub(crate) min: bool,
    pub(crate) max: bool,
    pub(crate) all: bool,
    pub(crate) count: bool,
}

/// One criterion.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Key {
    All,
    Numbers(SequenceSet),
    Uids(SequenceSet),
    /// A system flag is set.
    Flag(u8),
    Keyword(String),
    Recent,
    /// Day of the internal date.
    Before(Date),
    On(Date),
    Since(Date),
    /// Day of the Date field.
    SentBefore(Date),
    SentOn(Date),
    SentSince(Date),
    Larger(u64),
    Smaller(u64),
    Header {
        name: String,
        needle: Needle,
    },
    Body(Needle),
    Text(Needle),
    Not(Box<Key>),
    And(Vec<Key>),
    Or(Box<Key>, Box<Key>),
}

/// A string to be found, as sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needle(pub(crate) Vec<u8>);

impl Search {
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Parsed<Self> {
        cursor.space()?;
        let mut results = None;
        if cursor.eat_word("RETURN ") {
            results = Some(Results::parse(cursor)?);
            cursor.space()?;
        }
        let mut charset = None;
        if cursor.eat_word("CHARSET ") {
            charset = Some(String::from_utf8_lossy(&cursor.astring()?).into_owned());
            cursor.space()?;
        }
        let mut reader = Reader { keys: 0, depth: 0 };
        let mut keys = vec![reader.key(cursor)?];
        while !cursor.is_at_end() {
            cursor.space()?;
            if cursor.is_at_end() {
                break; // a space at the end (seen from clients)
            }
            keys.push(reader.key(cursor)?);
        }
        Ok(Self {
            results,
            charset,
            key: all_of(keys),
        })
    }
}

impl Results {
    fn parse(cursor: &mut Cursor<'_>) -> Parsed<Self> {
        let mut results = Self::default();
        cursor.list(8, |cursor| {
            let option = cursor.atom()?.to_ascii_uppercase();
            match option.as_str() {
                "MIN" => results.min = true,
                "MAX" => results.max = true,
                "ALL" => results.all = true,
                "COUNT" => results.count = true,
                _ => return Err(Bad("unknown SEARCH return option")),
            }
            Ok(())
        })?;
        // RFC 4731 §3.1: an empty list means ALL.
        if results == Self::default() {
            results.all = true;
        }
        Ok(results)
    }
}

fn all_of(mut keys: Vec<Key>) -> Key {
    match keys.len() {
        1 => keys.remove(0),
        _ => Key::And(keys),
    }
}

fn not(key: Key) -> Key {
    Key::Not(Box::new(key))
}

/// Counts what a client may nest and pile up.
struct Reader {
    keys: usize,
    depth: usize,
}

impl Reader {
    fn key(&mut self, cursor: &mut Cursor<'_>) -> Parsed<Key> {
        self.keys += 1;
        if self.keys > SEARCH_KEYS_MAX {
            return Err(Bad("too many search keys"));
        }
        match cursor.peek() {
            Some(b'(') => self.deeper(|reader| reader.parenthesis(cursor)),
            Some(b'0'..=b'9' | b'*') => Ok(Key::Numbers(SequenceSet::parse(cursor)?)),
            _ => {
                let word = cursor.atom()?.to_ascii_uppercase();
                self.word(&word, cursor)
            }
        }
    }

    fn deeper(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<Key>) -> Parsed<Key> {
        if self.depth >= NESTING_MAX {
            return Err(Bad("nested too deeply"));
        }
        self.depth += 1;
        let key = inner(self);
        self.depth -= 1;
        key
    }

    fn parenthesis(&mut self, cursor: &mut Cursor<'_>) -> Parsed<Key> {
        let keys = cursor.list(SEARCH_KEYS_MAX, |cursor| self.key(cursor))?;
        if keys.is_empty() {
            return Err(Bad("empty parentheses"));
        }
        Ok(all_of(keys))
    }

    fn word(&mut self, word: &str, cursor: &mut Cursor<'_>) -> Parsed<Key> {
        match word {
            "NOT" => self.deeper(|reader| {
                cursor.space()?;
                reader.key(cursor).map(not)
            }),
            "OR" => self.deeper(|reader| {
                cursor.space()?;
                let left = reader.key(cursor)?;
                cursor.space()?;
                let right = reader.key(cursor)?;
                Ok(Key::Or(Box::new(left), Box::new(right)))
            }),
            _ => match flag_key(word) {
                Some(key) => Ok(key),
                None => {
                    cursor.space()?;
                    key_with_argument(word, cursor)
                }
            },
        }
    }
}

fn flag_key(word: &str) -> Option<Key> {
    Some(match word {
        "ALL" => Key::All,
        "ANSWERED" => Key::Flag(Flags::ANSWERED),
        "DELETED" => Key::Flag(Flags::DELETED),
        "DRAFT" => Key::Flag(Flags::DRAFT),
        "FLAGGED" => Key::Flag(Flags::FLAGGED),
        "SEEN" => Key::Flag(Flags::SEEN),
        "UNANSWERED" => not(Key::Flag(Flags::ANSWERED)),
        "UNDELETED" => not(Key::Flag(Flags::DELETED)),
        "UNDRAFT" => not(Key::Flag(Flags::DRAFT)),
        "UNFLAGGED" => not(Key::Flag(Flags::FLAGGED)),
        "UNSEEN" => not(Key::Flag(Flags::SEEN)),
        "RECENT" => Key::Recent,
        "OLD" => not(Key::Recent),
        "NEW" => Key::And(vec![Key::Recent, not(Key::Flag(Flags::SEEN))]),
        _ => return None,
    })
}

fn key_with_argument(word: &str, cursor: &mut Cursor<'_>) -> Parsed<Key> {
    let field = |name: &str, cursor: &mut Cursor<'_>| {
        Ok(Key::Header {
            name: name.to_owned(),
            needle: needle(cursor)?,
        })
    };
    match word {
        "BCC" | "CC" | "FROM" | "SUBJECT" | "TO" => field(word, cursor),
        "BODY" => Ok(Key::Body(needle(cursor)?)),
        "TEXT" => Ok(Key::Text(needle(cursor)?)),
        "HEADER" => {
            let name = String::from_utf8_lossy(&cursor.astring()?).into_owned();
            cursor.space()?;
            field(&name, cursor)
        }
        "BEFORE" => Ok(Key::Before(date(cursor)?)),
        "ON" => Ok(Key::On(date(cursor)?)),
        "SINCE" => Ok(Key::Since(date(cursor)?)),
        "SENTBEFORE" => Ok(Key::SentBefore(date(cursor)?)),
        "SENTON" => Ok(Key::SentOn(date(cursor)?)),
        "SENTSINCE" => Ok(Key::SentSince(date(cursor)?)),
        "LARGER" => Ok(Key::Larger(cursor.number()?)),
        "SMALLER" => Ok(Key::Smaller(cursor.number()?)),
        "UID" => Ok(Key::Uids(SequenceSet::parse(cursor)?)),
        "KEYWORD" => Ok(Key::Keyword(cursor.atom()?.to_owned())),
        "UNKEYWORD" => Ok(not(Key::Keyword(cursor.atom()?.to_owned()))),
        _ => Err(Bad("unknown search key")),
    }
}

fn needle(cursor: &mut Cursor<'_>) -> Parsed<Needle> {
    Ok(Needle(cursor.astring()?.into_owned()))
}
