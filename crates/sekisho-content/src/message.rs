//! Mails as files: .eml, MHTML, mbox, .emlx.

use sekisho_mime::Message;

/// A leaf of a mail, ready to be opened.
pub(crate) struct Leaf {
    pub(crate) path: String,
    pub(crate) names: Vec<String>,
    pub(crate) declared: String,
    pub(crate) charset: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// What a mail as a file holds.
pub(crate) struct Mail {
    /// Its header fields as a person reads them, one a line.
    pub(crate) header: String,
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) is_uninspectable: bool,
}

/// Reads one mail.
pub(crate) fn read(bytes: &[u8]) -> Mail {
    let message = Message::parse(bytes);
    let mut leaves = Vec::new();
    let mut header = header_text(&message);
    for part in message.all_parts() {
        if part.is_message() {
            for field in part.children().flat_map(|nested| nested.headers()) {
                push_field(&mut header, &field);
            }
        }
        if part.is_multipart() || part.is_message() {
            continue;
        }
        let content_type = part.content_type();
        for decoding in part.decodings() {
            leaves.push(Leaf {
                path: part.path(),
                names: decoding.name.into_iter().chain(part.names()).collect(),
                declared: content_type.essence(),
                charset: content_type.params.value("charset"),
                bytes: decoding.bytes.into_owned(),
            });
        }
    }
    let is_uninspectable = message
        .anomalies()
        .iter()
        .any(|anomaly| anomaly.kind.is_uninspectable());
    Mail {
        header,
        leaves,
        is_uninspectable,
    }
}

fn header_text(message: &Message<'_>) -> String {
    let mut out = String::new();
    for field in message.headers() {
        push_field(&mut out, &field);
    }
    out
}

/// Paragraphs of their own: no word reaches over two fields.
fn push_field(out: &mut String, field: &sekisho_mime::Header<'_>) {
    out.push_str(&field.text());
    out.push_str("\n\n");
}

/// The mails of an mbox (RFC 4155): each starts after a line `From …`.
pub(crate) fn mbox_mails(bytes: &[u8]) -> Vec<&[u8]> {
    let mut mails = Vec::new();
    let mut starts: Vec<usize> = memchr::memmem::find_iter(bytes, b"\nFrom ")
        .map(|at| at + 1)
        .take(crate::limits::MEMBERS_MAX)
        .collect();
    if bytes.starts_with(b"From ") {
        starts.insert(0, 0);
    }
    for (nth, start) in starts.iter().enumerate() {
        let end = starts.get(nth + 1).copied().unwrap_or(bytes.len());
        let mail = bytes.get(*start..end).unwrap_or_default();
        let after_line = memchr::memchr(b'\n', mail).map_or(mail.len(), |at| at + 1);
        mails.push(mail.get(after_line..).unwrap_or_default());
    }
    mails
}

/// Apple Mail puts a line with the number of bytes before the mail.
pub(crate) fn emlx_mail(bytes: &[u8]) -> &[u8] {
    let line = memchr::memchr(b'\n', bytes).unwrap_or(0);
    let count = bytes
        .get(..line)
        .and_then(|line| std::str::from_utf8(line).ok())
        .and_then(|line| line.trim().parse::<usize>().ok());
    let body = bytes.get(line + 1..).unwrap_or_default();
    count.and_then(|count| body.get(..count)).unwrap_or(body)
}
