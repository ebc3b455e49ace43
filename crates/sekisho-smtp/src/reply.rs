//! A reply: code, enhanced status, text (RFC 5321 §4.2, RFC 2034, RFC 3463). What the server says stands in
//! `server/replies.rs`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::REPLY_TEXT_BYTES_MAX;

/// `class.subject.detail` (RFC 3463 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EnhancedStatus {
    /// 2 success, 4 temporary, 5 permanent.
    pub class: u8,
    /// What it is about: 1 address, 2 mailbox, 3 system, 4 network, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// Which of these.
    pub detail: u16,
}

impl EnhancedStatus {
    /// From its three numbers.
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self {
            class,
            subject,
            detail,
        }
    }
}

impl fmt::Display for EnhancedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// Not of the form `class.subject.detail` with class 2, 4 or 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an enhanced status code")]
pub struct EnhancedStatusError;

impl FromStr for EnhancedStatus {
    type Err = EnhancedStatusError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.split('.').map(|digits| {
            // RFC 3463 §2: one to three digits.
            let fine =
                (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            if fine {
                digits.parse::<u16>().ok()
            } else {
                None
            }
        });
        match (
            numbers.next(),
            numbers.next(),
            numbers.next(),
            numbers.next(),
        ) {
            (Some(Some(class @ (2 | 4 | 5))), Some(Some(subject)), Some(Some(detail)), None) => {
                Ok(Self::new(class as u8, subject, detail))
            }
            _ => Err(EnhancedStatusError),
        }
    }
}

impl Serialize for EnhancedStatus {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EnhancedStatus {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One reply of the server, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// 2xx, 3xx, 4xx or 5xx.
    pub code: u16,
    /// Left out in answers where RFC 2034 §4 has none (greeting, EHLO, 3xx).
    pub enhanced: Option<EnhancedStatus>,
    /// What a person reads.
    pub text: Cow<'static, str>,
}

impl Reply {
    /// With an enhanced status, as `(class, subject, detail)`.
    pub const fn fixed(code: u16, status: (u8, u16, u16), text: &'static str) -> Self {
        Self {
            code,
            enhanced: Some(EnhancedStatus::new(status.0, status.1, status.2)),
            text: Cow::Borrowed(text),
        }
    }

    /// Without an enhanced status.
    pub const fn bare(code: u16, text: &'static str) -> Self {
        Self {
            code,
            enhanced: None,
            text: Cow::Borrowed(text),
        }
    }

    /// The same reply with other words.
    pub fn saying(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.text = text.into();
        self
    }

    /// 4xx: the client may try the same again later.
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// 5xx: it need not.
    pub fn is_permanent(&self) -> bool {
        self.code >= 500
    }

    /// Appends the line. Text from elsewhere (a policy's reason, a user's words) cannot break out of it.
    pub fn write(&self, out: &mut Vec<u8>) {
        push_code(out, self.code);
        out.push(b' ');
        if let Some(enhanced) = self.enhanced {
            push_number(out, u16::from(enhanced.class));
            out.push(b'.');
            push_number(out, enhanced.subject);
            out.push(b'.');
            push_number(out, enhanced.detail);
            out.push(b' ');
        }
        push_text(out, &self.text);
        out.extend_from_slice(b"\r\n");
    }
}

fn push_code(out: &mut Vec<u8>, code: u16) {
    // A code has three digits (RFC 5321 §4.2).
    push_number(out, code.clamp(200, 599));
}

fn push_number(out: &mut Vec<u8>, number: u16) {
    let number = number.min(999);
    if number >= 100 {
        out.push(b'0' + (number / 100) as u8);
    }
    if number >= 10 {
        out.push(b'0' + (number / 10 % 10) as u8);
    }
    out.push(b'0' + (number % 10) as u8);
}

/// RFC 5321 §4.2: `textstring = 1*(%d09 / %d32-126)`.
fn push_text(out: &mut Vec<u8>, text: &str) {
    let plain = |byte: u8| byte == b'\t' || (b' '..=b'~').contains(&byte);
    if text.len() <= REPLY_TEXT_BYTES_MAX && text.bytes().all(plain) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let printable = text.chars().map(|c| match c {
        '\r' | '\n' => b' ',
        c if c.is_ascii() && plain(c as u8) => c as u8,
        _ => b'?',
    });
    out.extend(printable.take(REPLY_TEXT_BYTES_MAX));
}
