//! Transfer encodings (RFC 2045 §6), and what mail programs make of broken ones.

pub(crate) mod base64;
pub(crate) mod name;
pub(crate) mod quoted_printable;
pub(crate) mod uuencode;
pub(crate) mod yenc;

use std::borrow::Cow;

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferEncoding {
    /// 7bit, 8bit, binary: the body is the content.
    Identity,
    /// base64.
    Base64,
    /// quoted-printable.
    QuotedPrintable,
    /// uuencode, x-uuencode, x-uue.
    Uuencode,
    /// yEnc; not a MIME encoding, found inside texts.
    Yenc,
    /// Something that is not known; the content is uninspectable.
    Unknown,
}

impl TransferEncoding {
    /// The body without this encoding, in its usual reading.
    pub(crate) fn decode(self, body: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Identity | Self::Unknown => Cow::Borrowed(body),
            Self::Base64 => Cow::Owned(base64::decode(body, base64::Rule::Segments)),
            Self::QuotedPrintable => quoted_printable::decode(body),
            Self::Uuencode => match uuencode::files(body).into_iter().next() {
                Some(file) => Cow::Owned(file.bytes),
                None => Cow::Owned(uuencode::decode_lines(body)),
            },
            Self::Yenc => match yenc::files(body).into_iter().next() {
                Some(file) => Cow::Owned(file.bytes),
                None => Cow::Borrowed(body),
            },
        }
    }
}

/// A file that lies inside a text under a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InlineFile {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}
