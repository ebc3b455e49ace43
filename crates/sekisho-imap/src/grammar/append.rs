//! The head of an APPEND, up to the mark of its message literal (RFC 9051 §6.3.12).

use super::command::flag_list;
use super::cursor::{Bad, Cursor, Parsed};
use super::date::date_time;
use super::literal::literal_mark;
use crate::{Flags, MailboxName, MailboxNameError};

/// Everything but the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AppendHead {
    pub(crate) tag: String,
    pub(crate) mailbox: Result<MailboxName, MailboxNameError>,
    pub(crate) flags: Flags,
    pub(crate) internal_date_s: Option<i64>,
}

impl AppendHead {
    /// Reads a command so far, its last line ending in a literal mark. `None`: no APPEND, or the
    /// literal is its mailbox name.
    pub(crate) fn parse(command: &[u8]) -> Option<Parsed<Self>> {
        let mut cursor = Cursor::new(command);
        let tag = cursor.tag().ok()?.to_owned();
        cursor.space().ok()?;
        if !cursor.eat_word("APPEND ") || is_mark(&cursor) {
            return None;
        }
        Some(Self::arguments(tag, &mut cursor))
    }

    fn arguments(tag: String, cursor: &mut Cursor<'_>) -> Parsed<Self> {
        let mailbox = MailboxName::from_wire(&cursor.astring()?);
        cursor.space()?;
        let mut flags = Flags::default();
        if cursor.peek() == Some(b'(') {
            flags = flag_list(cursor)?;
            cursor.space()?;
        }
        let mut internal_date_s = None;
        if cursor.peek() == Some(b'"') {
            internal_date_s = Some(date_time(cursor)?);
            cursor.space()?;
        }
        if !is_mark(cursor) {
            return Err(Bad("APPEND wants a mailbox and a message literal"));
        }
        Ok(Self {
            tag,
            mailbox,
            flags,
            internal_date_s,
        })
    }
}

/// The mark at the end of the command is next.
fn is_mark(cursor: &Cursor<'_>) -> bool {
    let rest = cursor.rest();
    rest.first() == Some(&b'{') && literal_mark(rest).is_some_and(|_| !rest.contains(&b'\r'))
}
