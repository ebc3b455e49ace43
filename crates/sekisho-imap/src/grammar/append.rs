//! The head of an APPEND, up to the mark of its message literal (RFC 9051 §6.3.12).

use super::command::flag_list;
use super::cursor::Cursor;
use super::date::date_time;
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
    /// literal is its mailbox name, or it is malformed (then the whole is judged later, as any
    /// command).
    pub(crate) fn parse(command: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(command);
        let tag = cursor.tag().ok()?.to_owned();
        cursor.space().ok()?;
        if !cursor.eat_word("APPEND") {
            return None;
        }
        cursor.space().ok()?;
        let mailbox = MailboxName::from_wire(&cursor.astring().ok()?);
        cursor.space().ok()?;
        let mut flags = Flags::default();
        if cursor.peek() == Some(b'(') {
            flags = flag_list(&mut cursor).ok()?;
            cursor.space().ok()?;
        }
        let mut internal_date_s = None;
        if cursor.peek() == Some(b'"') {
            internal_date_s = Some(date_time(&mut cursor).ok()?);
            cursor.space().ok()?;
        }
        let is_mark = cursor.rest().first() == Some(&b'{')
            && !cursor.rest().contains(&b'\r')
            && super::literal_mark(cursor.rest()).is_some();
        is_mark.then_some(Self {
            tag,
            mailbox,
            flags,
            internal_date_s,
        })
    }
}
