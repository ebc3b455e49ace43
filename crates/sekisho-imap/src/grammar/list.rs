//! LIST and LSUB with the selection and return options of RFC 5258, RFC 5819, RFC 6154.

use super::command::{StatusItem, status_items};
use super::cursor::{Bad, Cursor, Parsed};
use crate::limits::LIST_PATTERNS_MAX;
use crate::utf7;

/// What a LIST asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    /// LSUB: the answers are called so, and only subscribed names count.
    pub(crate) lsub: bool,
    pub(crate) reference: String,
    pub(crate) patterns: Vec<String>,
    pub(crate) only_subscribed: bool,
    pub(crate) only_special_use: bool,
    /// Names that only have matching names below them are told too.
    pub(crate) recursive_match: bool,
    pub(crate) returns: Returns,
    /// The extended syntax was used: more attributes may be told.
    pub(crate) extended: bool,
}

/// RETURN options. CHILDREN and SPECIAL-USE are told always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Returns {
    pub(crate) subscribed: bool,
    pub(crate) status: Option<Vec<StatusItem>>,
}

impl List {
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Parsed<Self> {
        let mut list = Self::default();
        cursor.space()?;
        if cursor.peek() == Some(b'(') {
            list.extended = true;
            list.selection(cursor)?;
            cursor.space()?;
        }
        list.reference = wire_name(&cursor.astring()?)?;
        cursor.space()?;
        if cursor.peek() == Some(b'(') {
            list.extended = true;
            list.patterns = cursor.list(LIST_PATTERNS_MAX, |c| wire_name(&c.list_mailbox()?))?;
        } else {
            list.patterns.push(wire_name(&cursor.list_mailbox()?)?);
        }
        if !cursor.is_at_end() {
            list.extended = true;
            cursor.space()?;
            list.returns(cursor)?;
        }
        Ok(list)
    }

    pub(crate) fn parse_lsub(cursor: &mut Cursor<'_>) -> Parsed<Self> {
        cursor.space()?;
        let reference = wire_name(&cursor.astring()?)?;
        cursor.space()?;
        Ok(Self {
            lsub: true,
            only_subscribed: true,
            reference,
            patterns: vec![wire_name(&cursor.list_mailbox()?)?],
            ..Self::default()
        })
    }

    fn selection(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        cursor.list(8, |cursor| {
            let option = cursor.atom()?.to_ascii_uppercase();
            match option.as_str() {
                "SUBSCRIBED" => self.only_subscribed = true,
                "SPECIAL-USE" => self.only_special_use = true,
                "RECURSIVEMATCH" => self.recursive_match = true,
                // There are no mailboxes on other servers here.
                "REMOTE" => {}
                _ => return Err(Bad("unknown LIST selection option")),
            }
            Ok(())
        })?;
        if self.only_subscribed {
            self.returns.subscribed = true; // RFC 5258 §3.1
        }
        // RFC 5258 §3.1: RECURSIVEMATCH alone is an error.
        if self.recursive_match && !self.only_subscribed && !self.only_special_use {
            return Err(Bad("RECURSIVEMATCH needs another selection option"));
        }
        Ok(())
    }

    fn returns(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        if !cursor.eat_word("RETURN") {
            return Err(Bad("RETURN was expected"));
        }
        cursor.space()?;
        cursor.list(8, |cursor| {
            let option = cursor.atom()?.to_ascii_uppercase();
            match option.as_str() {
                "SUBSCRIBED" => self.returns.subscribed = true,
                "CHILDREN" | "SPECIAL-USE" => {}
                "STATUS" => {
                    cursor.space()?;
                    self.returns.status = Some(status_items(cursor)?);
                }
                _ => return Err(Bad("unknown LIST return option")),
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// A reference or pattern to UTF-8. One that is not modified UTF-7 matches as it stands: it may be
/// cut in the middle (`&U9d*`), and then finds nothing.
fn wire_name(wire: &[u8]) -> Parsed<String> {
    let text = std::str::from_utf8(wire).map_err(|_| Bad("the mailbox pattern is not UTF-8"))?;
    Ok(utf7::decode(text).unwrap_or_else(|| text.to_owned()))
}
