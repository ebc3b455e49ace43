//! Content-Type and Content-Disposition with their parameters (RFC 2045 §5.1, RFC 2183, RFC 2231).

use super::scan::{Scanned, scan};
use super::sections;
use crate::limits::NAMES_MAX;

/// One parameter as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The name in lower case, with its RFC 2231 marks: `filename*0*`.
    pub name: String,
    /// The value unquoted, not decoded.
    pub value: Vec<u8>,
    /// Other readings of the quoting and the comments, not decoded.
    pub other: Vec<Vec<u8>>,
}

/// The parameters of a field, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params {
    /// As they stand, in order; for IMAP's `body-fld-param`.
    pub raw: Vec<Param>,
    pub(crate) odd: bool,
}

impl Params {
    /// The value of a parameter in its likeliest reading: RFC 2231 continuations joined, percent and
    /// charset decoded, encoded words decoded.
    pub fn value(&self, name: &str) -> Option<String> {
        self.values(name).into_iter().next()
    }

    /// Every reading of a parameter, the likeliest first.
    pub fn values(&self, name: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for text in sections::readings(self.raw.iter(), name) {
            if !texts.contains(&text) && texts.len() < NAMES_MAX {
                texts.push(text);
            }
        }
        texts
    }

    /// Whether some reader may see other parameters than we do: comments, escapes, lost quotes.
    pub fn is_odd(&self) -> bool {
        self.odd
    }
}

/// A media type with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentType {
    /// `text`, in lower case.
    pub media: String,
    /// `plain`, in lower case.
    pub subtype: String,
    /// The parameters.
    pub params: Params,
    pub(crate) odd: bool,
}

/// A disposition with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    /// `inline`, `attachment`, in lower case.
    pub kind: String,
    /// The parameters.
    pub params: Params,
    pub(crate) odd: bool,
}

impl ContentType {
    /// Reads the value of a Content-Type field. What is no type at all is text/plain (RFC 2045 §5.2).
    pub fn parse(value: &[u8]) -> ContentType {
        let Scanned { head, params, odd } = scan(value);
        let (media, subtype) = head.split_once('/').unwrap_or((head.as_str(), ""));
        let is_token = |text: &str| !text.is_empty() && text.bytes().all(is_token_byte);
        let (media, subtype) = (media.trim(), subtype.trim());
        let odd = odd || !is_token(media) || !is_token(subtype);
        let (media, subtype) = match (media, subtype) {
            // `Content-Type: text`, an old habit.
            ("text", "") | ("", _) => ("text", "plain"),
            (_, "") => ("application", "octet-stream"),
            both => both,
        };
        ContentType {
            media: media.to_owned(),
            subtype: subtype.to_owned(),
            params,
            odd,
        }
    }

    /// A type without parameters, for defaults.
    pub(crate) fn plain(media: &str, subtype: &str) -> ContentType {
        ContentType {
            media: media.to_owned(),
            subtype: subtype.to_owned(),
            params: Params::default(),
            odd: false,
        }
    }

    /// Whether it is this type: `is("message", "rfc822")`.
    pub fn is(&self, media: &str, subtype: &str) -> bool {
        self.media == media && self.subtype == subtype
    }

    /// `text/plain`.
    pub fn essence(&self) -> String {
        format!("{}/{}", self.media, self.subtype)
    }
}

impl Disposition {
    /// Reads the value of a Content-Disposition field.
    pub fn parse(value: &[u8]) -> Disposition {
        let Scanned { head, params, odd } = scan(value);
        Disposition {
            kind: head.trim().to_owned(),
            params,
            odd,
        }
    }
}

/// RFC 2045 §5.1 `token`.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte)
}
