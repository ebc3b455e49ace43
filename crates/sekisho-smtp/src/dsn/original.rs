//! The third part of a report: the mail it is about, whole or its header section.

use std::borrow::Cow;

use memchr::memmem;

use crate::dsn::report::base64_lines;
use crate::dsn::{Action, Report};
use crate::envelope::Ret;
use crate::limits::{DSN_HEADER_BYTES_MAX, DSN_ORIGINAL_BYTES_MAX, TEXT_LINE_BYTES_STANDARD};

/// What is returned.
pub(super) struct Original<'a> {
    header: &'a [u8],
    whole: Option<&'a [u8]>,
}

impl<'a> Original<'a> {
    /// RFC 3461 §6.2: the whole mail for failures only, and not against `RET=HDRS`. Without RET it is ours to
    /// choose.
    pub(super) fn choose(report: &Report<'a>) -> Self {
        let original = report.original;
        // The header section ends at the first empty line, RFC 5322 §2.1.
        let header_end = memmem::find(original, b"\r\n\r\n").map_or(original.len(), |at| at + 2);
        let header = original
            .get(..header_end.min(DSN_HEADER_BYTES_MAX))
            .unwrap_or(original);
        let whole = report.original_is_whole
            && report.gravest() == Action::Failed
            && report.ret != Some(Ret::Hdrs)
            && original.len() <= DSN_ORIGINAL_BYTES_MAX
            && has_sound_lines(original);
        Self {
            header,
            whole: whole.then_some(original),
        }
    }

    /// RFC 6522 §3 and §4. The header may be encoded, since it is text here; a message may not.
    pub(super) fn headers(&self) -> String {
        match self.whole {
            Some(original) if original.is_ascii() => "Content-Type: message/rfc822\r\n".to_owned(),
            Some(_) => {
                "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n".to_owned()
            }
            None if self.header_is_plain() => "Content-Type: text/rfc822-headers\r\n".to_owned(),
            None => "Content-Type: text/rfc822-headers; charset=utf-8\r\n\
                     Content-Transfer-Encoding: base64\r\n"
                .to_owned(),
        }
    }

    pub(super) fn body(&self) -> Cow<'a, [u8]> {
        match self.whole {
            Some(original) => Cow::Borrowed(original),
            None if self.header_is_plain() => Cow::Borrowed(self.header),
            None => Cow::Owned(base64_lines(self.header).into_bytes()),
        }
    }

    pub(super) fn has_8bit(&self) -> bool {
        self.whole.is_some_and(|original| !original.is_ascii())
    }

    /// For threading. Only what cannot break out of our own header.
    pub(super) fn message_id(&self) -> Option<&'a str> {
        let name = b"message-id:";
        let line = self.header.split(|&byte| byte == b'\n').find(|line| {
            line.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        })?;
        let value = std::str::from_utf8(line.get(name.len()..)?).ok()?.trim();
        let inner = value.strip_prefix('<')?.strip_suffix('>')?;
        let fine = |c: char| c.is_ascii_graphic() && c != '<' && c != '>';
        (inner.len() <= 250 && inner.contains('@') && inner.chars().all(fine)).then_some(value)
    }

    fn header_is_plain(&self) -> bool {
        self.header.is_ascii() && has_sound_lines(self.header) && !self.header.contains(&0)
    }
}

/// What we send has no bare CR or LF and no line above 998.
fn has_sound_lines(bytes: &[u8]) -> bool {
    bytes.split_inclusive(|&byte| byte == b'\n').all(|line| {
        let (text, ended) = match line {
            [text @ .., b'\r', b'\n'] => (text, true),
            text => (text, false),
        };
        (ended || !text.ends_with(b"\n"))
            && !text.contains(&b'\r')
            && text.len() as u64 <= TEXT_LINE_BYTES_STANDARD
    })
}
