//! Transfer encodings (RFC 2045 §6).

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
    /// yEnc; only ever found inside texts.
    Yenc,
    /// Something that is not known; the content is uninspectable.
    Unknown,
}
