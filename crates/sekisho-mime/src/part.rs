//! One part of a mail: a view into the tree.

use std::ops::Range;

use crate::limits::ADDRESSES_MAX;
use crate::path;
use crate::tree::{Kind, NONE, Node};
use crate::{
    AddressItem, ContentType, Disposition, Header, Headers, MailDate, Mailbox, Message,
    TransferEncoding, parse_addresses, parse_date,
};

/// One part: an entity of RFC 2045 §2.4 with its own header and body.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    pub(crate) message: &'a Message<'a>,
    pub(crate) index: u32,
}

/// For a number that names no node; only ever met if the tree were broken.
static NOWHERE: Node = Node {
    source: 0,
    parent: NONE,
    first_child: NONE,
    last_child: NONE,
    next_sibling: NONE,
    ordinal: 1,
    depth: 0,
    start: 0,
    body: 0,
    end: 0,
    fields_start: 0,
    fields_end: 0,
    type_field: NONE,
    encoding_field: NONE,
    disposition_field: NONE,
    kind: Kind::Leaf,
    encoding: TransferEncoding::Identity,
    in_digest: false,
    reading: 0,
    origin: NONE,
    encoding_doubtful: false,
};

impl<'a> Part<'a> {
    pub(crate) fn new(message: &'a Message<'a>, index: u32) -> Self {
        Part { message, index }
    }

    pub(crate) fn node(&self) -> &'a Node {
        self.message.tree.node(self.index).unwrap_or(&NOWHERE)
    }

    fn at(&self, index: u32) -> Option<Part<'a>> {
        (index != NONE).then_some(Part { index, ..*self })
    }

    /// The place as IMAP numbers it: `1`, `2.1`. A multipart that has no number (the root, or the
    /// root of a nested message) is `TEXT` or `2.TEXT`. A part of another reading is that of the part
    /// it was found in with `~` and a count: `1~2`.
    pub fn path(&self) -> String {
        path::of(self)
    }

    /// Whether only another than the main reading has this part.
    pub fn is_other_reading(&self) -> bool {
        self.node().reading > 0
    }

    /// Whether the ranges point into [`Message::raw`]; false inside a transfer encoding.
    pub fn is_in_original(&self) -> bool {
        self.node().source == 0
    }

    /// The bytes that the ranges point into: the original, or a decoded outer part.
    pub fn source(&self) -> &'a [u8] {
        let source = self.message.sources.get(self.node().source as usize);
        source.map(|source| source.as_ref()).unwrap_or_default()
    }

    /// Header and body in [`Part::source`].
    pub fn range(&self) -> Range<usize> {
        self.node().start..self.node().end
    }

    /// The header with the empty line that ends it.
    pub fn header_range(&self) -> Range<usize> {
        self.node().start..self.node().body
    }

    /// The body, without the line end that belongs to the next delimiter (RFC 2046 §5.1.1).
    pub fn body_range(&self) -> Range<usize> {
        self.node().body..self.node().end
    }

    /// The body as it stands, still encoded.
    pub fn body(&self) -> &'a [u8] {
        self.source().get(self.body_range()).unwrap_or_default()
    }

    /// `body-fld-octets`: size of the body as it stands.
    pub fn size(&self) -> usize {
        self.body_range().len()
    }

    /// `body-fld-lines`: line ends in the body as it stands.
    pub fn lines(&self) -> usize {
        memchr::memchr_iter(b'\n', self.body()).count()
    }

    /// The part that holds this one.
    pub fn parent(&self) -> Option<Part<'a>> {
        self.at(self.node().parent)
    }

    /// The parts directly inside: of a multipart its parts, of a message/rfc822 the one message.
    pub fn children(&self) -> impl Iterator<Item = Part<'a>> + use<'a> {
        std::iter::successors(self.at(self.node().first_child), |part| {
            part.at(part.node().next_sibling)
        })
    }

    /// Whether it was read as a multipart.
    pub fn is_multipart(&self) -> bool {
        self.node().kind == Kind::Multipart
    }

    /// Whether it was read as a message/rfc822; [`Part::children`] then has the message.
    pub fn is_message(&self) -> bool {
        self.node().kind == Kind::Message
    }

    /// Whether it is offered as a file: Content-Disposition attachment, or a name, or no text.
    pub fn is_attachment(&self) -> bool {
        if self.is_multipart() {
            return false;
        }
        let disposed = self
            .disposition()
            .is_some_and(|disposition| disposition.kind == "attachment");
        disposed || self.content_type().media != "text" || self.name().is_some()
    }

    /// The header fields in order.
    pub fn headers(&self) -> Headers<'a> {
        Headers {
            source: self.source(),
            fields: self.message.tree.fields_of(self.node()).iter(),
        }
    }

    /// The first field of this name, without regard to case.
    pub fn header(&self, name: &str) -> Option<Header<'a>> {
        self.headers().find(|header| header.is(name))
    }

    /// How many fields have this name.
    pub fn header_count(&self, name: &str) -> usize {
        self.headers().filter(|header| header.is(name)).count()
    }

    fn field(&self, number: u32) -> Option<Header<'a>> {
        let field = *self.message.tree.fields.get(number as usize)?;
        Some(Header {
            source: self.source(),
            field,
        })
    }

    /// The content type; the default of RFC 2045 §5.2 (or RFC 2046 §5.1.5 in a digest) when absent.
    pub fn content_type(&self) -> ContentType {
        match self.field(self.node().type_field) {
            Some(header) => ContentType::parse(header.raw_value()),
            None if self.node().in_digest => ContentType::plain("message", "rfc822"),
            None => ContentType::plain("text", "plain"),
        }
    }

    /// The Content-Disposition (RFC 2183), if any.
    pub fn disposition(&self) -> Option<Disposition> {
        let header = self.field(self.node().disposition_field)?;
        Some(Disposition::parse(header.raw_value()))
    }

    /// The transfer encoding of the main reading.
    pub fn transfer_encoding(&self) -> TransferEncoding {
        self.node().encoding
    }

    /// Content-Transfer-Encoding as written (upper case by IMAP's habit), `7BIT` when absent.
    pub fn transfer_encoding_name(&self) -> String {
        let header = self.field(self.node().encoding_field);
        let written =
            header.map(|header| String::from_utf8_lossy(&header.unfolded()).to_ascii_uppercase());
        written
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "7BIT".to_owned())
    }

    fn written(&self, name: &str) -> Option<String> {
        let header = self.header(name)?;
        let value = String::from_utf8_lossy(&header.unfolded()).into_owned();
        (!value.is_empty()).then_some(value)
    }

    /// Content-ID as written, with its angle brackets.
    pub fn content_id(&self) -> Option<String> {
        self.written("Content-ID")
    }

    /// Content-Description as written (encoded words kept).
    pub fn description(&self) -> Option<String> {
        self.written("Content-Description")
    }

    /// Content-MD5 as written.
    pub fn md5(&self) -> Option<String> {
        self.written("Content-MD5")
    }

    /// Content-Language tags.
    pub fn languages(&self) -> Vec<String> {
        let value = self.written("Content-Language").unwrap_or_default();
        value
            .split(',')
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect()
    }

    /// Content-Location as written.
    pub fn location(&self) -> Option<String> {
        self.written("Content-Location")
    }

    /// The subject as a person reads it.
    pub fn subject(&self) -> Option<String> {
        self.header("Subject").map(|header| header.text())
    }

    /// The mailboxes of all fields of this name, groups opened.
    pub fn mailboxes(&self, name: &str) -> Vec<Mailbox> {
        let fields = self.headers().filter(|header| header.is(name));
        fields
            .flat_map(|header| parse_addresses(header.raw_value()))
            .filter_map(|item| item.mailbox())
            .take(ADDRESSES_MAX)
            .collect()
    }

    /// The address list of the first field of this name as IMAP's ENVELOPE wants it: groups marked,
    /// names not decoded.
    pub fn address_items(&self, name: &str) -> Vec<AddressItem> {
        self.header(name)
            .map(|header| parse_addresses(header.raw_value()))
            .unwrap_or_default()
    }

    /// The Message-ID without its angle brackets.
    pub fn message_id(&self) -> Option<String> {
        let value = self.written("Message-ID")?;
        let inner = value
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'));
        let id = inner.map_or(value.as_str(), |(id, _)| id).trim();
        (!id.is_empty()).then(|| id.to_owned())
    }

    /// The Date field.
    pub fn date(&self) -> Option<MailDate> {
        self.header("Date")
            .and_then(|header| parse_date(&header.unfolded()))
    }
}
