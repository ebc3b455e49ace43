//! One part of a mail: a view into the tree.

use std::borrow::Cow;
use std::ops::Range;

use crate::{
    AddressItem, ContentType, Disposition, Header, Headers, MailDate, Mailbox, Message,
    TransferEncoding,
};

/// The bytes of a part under one reading of its transfer encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoding<'a> {
    /// The encoding that was undone.
    pub encoding: TransferEncoding,
    /// The file name that the encoding itself carries (uuencode, yEnc).
    pub name: Option<String>,
    /// The bytes.
    pub bytes: Cow<'a, [u8]>,
}

/// One part: an entity of RFC 2045 §2.4 with its own header and body.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    message: &'a Message<'a>,
    index: usize,
}

impl<'a> Part<'a> {
    /// The place as IMAP numbers it: `1`, `2.1`. A multipart that has no number (the root, or the
    /// root of a nested message) is `TEXT` or `2.TEXT`. A part of another reading is that of the part
    /// it was found in with `~` and a count: `1~2`.
    pub fn path(&self) -> String {
        todo!()
    }

    /// Whether only another than the main reading has this part.
    pub fn is_other_reading(&self) -> bool {
        todo!()
    }

    /// Whether the ranges point into [`Message::raw`]; false inside a transfer encoding.
    pub fn is_in_original(&self) -> bool {
        todo!()
    }

    /// The bytes that the ranges point into: the original, or a decoded outer part.
    pub fn source(&self) -> &'a [u8] {
        todo!()
    }

    /// Header and body in [`Part::source`].
    pub fn range(&self) -> Range<usize> {
        todo!()
    }

    /// The header with the empty line that ends it.
    pub fn header_range(&self) -> Range<usize> {
        todo!()
    }

    /// The body, without the line end that belongs to the next delimiter (RFC 2046 §5.1.1).
    pub fn body_range(&self) -> Range<usize> {
        todo!()
    }

    /// The body as it stands, still encoded.
    pub fn body(&self) -> &'a [u8] {
        todo!()
    }

    /// `body-fld-octets`: size of the body as it stands.
    pub fn size(&self) -> usize {
        todo!()
    }

    /// `body-fld-lines`: lines of the body as it stands.
    pub fn lines(&self) -> usize {
        todo!()
    }

    /// The part that holds this one.
    pub fn parent(&self) -> Option<Part<'a>> {
        todo!()
    }

    /// The parts directly inside: of a multipart its parts, of a message/rfc822 the one message.
    pub fn children(&self) -> impl Iterator<Item = Part<'a>> + use<'a> {
        std::iter::empty()
    }

    /// Whether it was read as a multipart.
    pub fn is_multipart(&self) -> bool {
        todo!()
    }

    /// Whether it was read as a message/rfc822; [`Part::children`] then has the message.
    pub fn is_message(&self) -> bool {
        todo!()
    }

    /// Whether it is offered as a file: Content-Disposition attachment, or a name, or no text.
    pub fn is_attachment(&self) -> bool {
        todo!()
    }

    /// The header fields in order.
    pub fn headers(&self) -> Headers<'a> {
        todo!()
    }

    /// The first field of this name, without regard to case.
    pub fn header(&self, name: &str) -> Option<Header<'a>> {
        self.headers().find(|header| header.is(name))
    }

    /// How many fields have this name.
    pub fn header_count(&self, name: &str) -> usize {
        self.headers().filter(|header| header.is(name)).count()
    }

    /// The content type; the default of RFC 2045 §5.2 (or RFC 2046 §5.1.5 in a digest) when absent.
    pub fn content_type(&self) -> ContentType {
        todo!()
    }

    /// The Content-Disposition (RFC 2183), if any.
    pub fn disposition(&self) -> Option<Disposition> {
        todo!()
    }

    /// The transfer encoding of the main reading.
    pub fn transfer_encoding(&self) -> TransferEncoding {
        todo!()
    }

    /// Content-Transfer-Encoding as written (upper case by IMAP's habit), `7BIT` when absent.
    pub fn transfer_encoding_name(&self) -> String {
        todo!()
    }

    /// Content-ID as written, with its angle brackets.
    pub fn content_id(&self) -> Option<String> {
        todo!()
    }

    /// Content-Description as written (encoded words kept).
    pub fn description(&self) -> Option<String> {
        todo!()
    }

    /// Content-MD5 as written.
    pub fn md5(&self) -> Option<String> {
        todo!()
    }

    /// Content-Language tags.
    pub fn languages(&self) -> Vec<String> {
        todo!()
    }

    /// Content-Location as written.
    pub fn location(&self) -> Option<String> {
        todo!()
    }

    /// The attachment name that most programs show.
    pub fn name(&self) -> Option<String> {
        self.names().into_iter().next()
    }

    /// Every reading of the attachment name, the likeliest first.
    pub fn names(&self) -> Vec<String> {
        todo!()
    }

    /// The body without its transfer encoding, main reading; borrowed where nothing was encoded.
    pub fn decoded(&self) -> Cow<'a, [u8]> {
        todo!()
    }

    /// The body under every reading of its transfer encoding, the main one first; also files that
    /// lie uuencoded or yEncoded in a text.
    pub fn decodings(&self) -> Vec<Decoding<'a>> {
        todo!()
    }

    /// The text of a text part in Unicode; line ends as they are. `None` for other types.
    pub fn text(&self) -> Option<String> {
        todo!()
    }

    /// The text under every reading of encoding and charset, the main one first.
    pub fn texts(&self) -> Vec<String> {
        todo!()
    }

    /// The subject as a person reads it.
    pub fn subject(&self) -> Option<String> {
        self.header("Subject").map(|header| header.text())
    }

    /// The mailboxes of all fields of this name, groups opened.
    pub fn mailboxes(&self, name: &str) -> Vec<Mailbox> {
        todo!("{name}")
    }

    /// The address list of the first field of this name as IMAP's ENVELOPE wants it: groups marked,
    /// names not decoded.
    pub fn address_items(&self, name: &str) -> Vec<AddressItem> {
        todo!("{name}")
    }

    /// The Message-ID without its angle brackets.
    pub fn message_id(&self) -> Option<String> {
        todo!()
    }

    /// The Date field.
    pub fn date(&self) -> Option<MailDate> {
        todo!()
    }
}
