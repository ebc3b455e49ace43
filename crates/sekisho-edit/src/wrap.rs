//! A new mail around one, or beside what it has.

use sekisho_mime::{Message, compose};

use crate::Patch;
use crate::edit::CannotEdit;

/// Fields that say what a body is: they go with the body.
const OF_THE_BODY: [&str; 9] = [
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Content-ID",
    "Content-Description",
    "Content-Language",
    "Content-Location",
    "Content-MD5",
    "MIME-Version",
];

/// The mail as it is inside a new one with the same header and this text (RFC 2046 §5.2.1). Changes of the
/// header are made in both: what is taken out of To must not stand inside.
pub(crate) fn whole(
    message: &Message<'_>,
    text: &str,
    head: &mut sekisho_mime::Edit,
    patch: &mut Patch,
) {
    let raw = message.raw();
    let (inner, body) = std::mem::take(head).apply_to_head(raw);
    let boundary = boundary(raw);
    // Only what is a field: a line that is none would end the new header.
    let mut new = Vec::with_capacity(inner.len() + 512);
    for field in Message::parse(&inner).headers() {
        if !OF_THE_BODY.iter().any(|name| field.is(name)) {
            new.extend_from_slice(field.raw());
            if !new.ends_with(b"\n") {
                new.extend_from_slice(b"\r\n");
            }
        }
    }
    let own = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n"
    );
    new.extend_from_slice(own.as_bytes());
    new.extend_from_slice(text_part(text, &boundary).as_bytes());
    new.extend_from_slice(
        format!("\r\n--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n").as_bytes(),
    );
    new.extend_from_slice(&inner);
    patch.put_header(body, new);
    let end = raw.len();
    patch.put(end..end, format!("\r\n--{boundary}--\r\n").into_bytes());
}

/// A mail without a text gets one; its own content stands beside it.
pub(crate) fn beside(
    message: &Message<'_>,
    text: &str,
    head: &mut sekisho_mime::Edit,
    patch: &mut Patch,
) -> Result<(), CannotEdit> {
    let raw = message.raw();
    let boundary = boundary(raw);
    let mut own = Vec::new();
    for field in message.headers() {
        let is_own = OF_THE_BODY.iter().any(|name| field.is(name)) && !field.is("MIME-Version");
        if is_own {
            own.extend_from_slice(field.raw());
        }
    }
    for name in OF_THE_BODY {
        head.remove(name);
    }
    head.append("MIME-Version", "1.0")?;
    head.append(
        "Content-Type",
        &format!("multipart/mixed; boundary=\"{boundary}\""),
    )?;
    let header = raw.get(message.root().header_range()).unwrap_or_default();
    let mut before = if header.is_empty() {
        Vec::new()
    } else {
        empty_line(header).to_vec()
    };
    before.extend_from_slice(text_part(text, &boundary).as_bytes());
    before.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
    before.extend_from_slice(&own);
    before.extend_from_slice(b"\r\n");
    let start = message.root().body_range().start;
    patch.put(start..start, before);
    let end = raw.len();
    patch.put(end..end, format!("\r\n--{boundary}--\r\n").into_bytes());
    Ok(())
}

/// A header that was ended by a line that is no field has none; what follows must not be read as part of it.
fn empty_line(header: &[u8]) -> &'static [u8] {
    let ended = header.ends_with(b"\r\n\r\n") || header.ends_with(b"\n\n") || header == b"\r\n";
    if ended { b"" } else { b"\r\n" }
}

/// The first part, without its last line end.
fn text_part(text: &str, boundary: &str) -> String {
    format!("--{boundary}\r\n{}", text_entity(text))
}

/// A text of ours as a whole part, without its last line end.
pub(crate) fn text_entity(text: &str) -> String {
    let (encoding, body) = compose::text_body(text);
    let charset = if text.is_ascii() { "us-ascii" } else { "utf-8" };
    let body = body.trim_end_matches("\r\n");
    format!(
        "Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
    )
}

/// One that does not stand in the mail; the same for the same mail.
fn boundary(raw: &[u8]) -> String {
    let ends = [
        raw.get(..raw.len().min(4096)),
        raw.get(raw.len().saturating_sub(4096)..),
    ];
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325; // FNV-1a
    for byte in ends.into_iter().flatten().flatten() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    loop {
        let boundary = format!("=_sekisho_{hash:016x}");
        if memchr::memmem::find(raw, boundary.as_bytes()).is_none() {
            return boundary;
        }
        hash = hash.wrapping_add(1);
    }
}
