//! Replies of the far side, read within bounds.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::{REMOTE_LINE_BYTES_MAX, REMOTE_LINES_MAX};
use crate::reply::EnhancedStatus;

/// A whole, maybe multi-line reply of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteReply {
    /// Three digits.
    pub code: u16,
    /// When the text began with one.
    pub enhanced: Option<EnhancedStatus>,
    /// The texts without code and enhanced status, control characters replaced.
    pub lines: Vec<String>,
}

impl RemoteReply {
    /// Words of ours in the form of a reply, where the server could not be asked.
    pub fn ours(code: u16, enhanced: EnhancedStatus, text: impl Into<String>) -> Self {
        Self {
            code,
            enhanced: Some(enhanced),
            lines: vec![text.into()],
        }
    }

    /// 2xx
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// 5xx
    pub fn is_permanent(&self) -> bool {
        self.code >= 500
    }

    /// The enhanced status, made up from the code where the server gave none (RFC 3463 §2: x.0.0).
    pub fn status(&self) -> EnhancedStatus {
        let class = match self.code {
            200..400 => 2,
            400..500 => 4,
            _ => 5,
        };
        self.enhanced
            .filter(|enhanced| enhanced.class == class)
            .unwrap_or(EnhancedStatus::new(class, 0, 0))
    }
}

impl fmt::Display for RemoteReply {
    /// On one line, as a report's `Diagnostic-Code: smtp; …` wants it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        self.lines.iter().try_for_each(|line| write!(f, " {line}"))
    }
}

/// The bytes are not an SMTP reply, or over the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAReply;

/// Collects bytes until a reply is whole.
#[derive(Debug, Default)]
pub(crate) struct ReplyReader {
    line: Vec<u8>,
    code: Option<u16>,
    enhanced: Option<EnhancedStatus>,
    lines: Vec<String>,
}

impl ReplyReader {
    /// Takes bytes off the front of `bytes`, up to the end of one reply.
    pub(crate) fn read(&mut self, bytes: &mut &[u8]) -> Result<Option<RemoteReply>, NotAReply> {
        while let Some(at) = memchr::memchr(b'\n', bytes) {
            let (head, tail) = bytes.split_at(at + 1);
            *bytes = tail;
            self.extend(head)?;
            if self.end_of_line()? {
                return Ok(Some(RemoteReply {
                    code: self.code.take().unwrap_or_default(),
                    enhanced: self.enhanced.take(),
                    lines: std::mem::take(&mut self.lines),
                }));
            }
        }
        let rest = std::mem::take(bytes);
        self.extend(rest)?;
        Ok(None)
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), NotAReply> {
        if self.line.len().saturating_add(bytes.len()) > REMOTE_LINE_BYTES_MAX {
            return Err(NotAReply);
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    /// `Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF`, RFC 5321 §4.2.
    /// A lone LF is taken too: from a server it can only end a line.
    fn end_of_line(&mut self) -> Result<bool, NotAReply> {
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (digits, rest) = line.split_at_checked(3).ok_or(NotAReply)?;
        let code = parse_code(digits).ok_or(NotAReply)?;
        if self.code.is_some_and(|before| before != code) || self.lines.len() >= REMOTE_LINES_MAX {
            return Err(NotAReply);
        }
        let (last, text) = match rest {
            [] => (true, rest),
            [b' ', text @ ..] => (true, text),
            [b'-', text @ ..] => (false, text),
            _ => return Err(NotAReply),
        };
        self.code = Some(code);
        let text = printable(text);
        let text = self.take_status(code, text);
        self.lines.push(text);
        Ok(last)
    }

    /// RFC 2034 §3: the enhanced status stands at the beginning of each line.
    fn take_status(&mut self, code: u16, text: String) -> String {
        let (first, rest) = text.split_once(' ').unwrap_or((&text, ""));
        match first.parse::<EnhancedStatus>() {
            Ok(status) if u16::from(status.class) == code / 100 => {
                self.enhanced.get_or_insert(status);
                rest.to_owned()
            }
            _ => text,
        }
    }
}

fn parse_code(digits: &[u8]) -> Option<u16> {
    match digits {
        [a @ b'2'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            let digit = |byte: &u8| u16::from(*byte - b'0');
            Some(digit(a) * 100 + digit(b) * 10 + digit(c))
        }
        _ => None,
    }
}

/// Whatever a server writes ends up in logs, pages and reports: no control characters.
fn printable(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
