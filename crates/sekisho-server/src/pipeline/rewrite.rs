//! The few changes that the standards ask for: of submitted mail (RFC 6409 §8, RFC 5322 §3.6.3), and of results
//! that others wrote in our name (RFC 8601 §5).

use std::io;

use jiff::tz::TimeZone;
use sekisho_mime::{Edit, Message, compose};
use sekisho_store::{Body, Store};

use super::Mail;
use crate::limits::SPOOL_MEMORY_BYTES;

/// Puts missing lines into `head`, and gives a new body where lines had to go.
pub(super) fn rewrite(
    mail: &Mail,
    raw: &[u8],
    hostname: &str,
    head: &mut Vec<u8>,
    store: &Store,
) -> io::Result<Option<Body>> {
    let header = header_section(raw);
    let message = Message::parse(header);
    let mut edit = None;
    if mail.signed_in.is_some() {
        if message.header_count("date") == 0 {
            let date = compose::date(mail.now, TimeZone::system().to_offset(mail.now));
            head.extend_from_slice(format!("Date: {date}\r\n").as_bytes());
        }
        if message.header_count("message-id") == 0 {
            head.extend_from_slice(format!("Message-ID: <{}@{hostname}>\r\n", mail.id).as_bytes());
        }
        if message.header_count("bcc") > 0 {
            edit.get_or_insert_with(Edit::new).remove("bcc");
        }
    }
    let ours = |value: &[u8]| names_host(value, hostname);
    if message
        .headers()
        .any(|field| field.is("authentication-results") && ours(field.raw_value()))
    {
        let hostname = hostname.to_owned();
        let theirs = move |value: &[u8]| names_host(value, &hostname);
        edit.get_or_insert_with(Edit::new)
            .remove_where("authentication-results", theirs);
    }
    edit.map(|edit| apply(&edit, raw, header, store))
        .transpose()
}

fn apply(edit: &Edit, raw: &[u8], header: &[u8], store: &Store) -> io::Result<Body> {
    let (new_header, body_start) = edit.apply_to_head(header);
    let rest = raw.get(body_start..).unwrap_or_default();
    if raw.len() <= SPOOL_MEMORY_BYTES {
        return Ok(Body::Memory([&new_header, rest].concat().into()));
    }
    // Large: from one file to another, through the page cache and not through our memory.
    let mut file = store.spool()?;
    file.write(&new_header)?;
    for chunk in rest.chunks(SPOOL_MEMORY_BYTES) {
        file.write(chunk)?;
    }
    Ok(Body::Spool(file.finish()))
}

/// The header with its empty line. Found by CRLF CRLF alone: the session lets no bare CR or LF through.
pub(super) fn header_section(raw: &[u8]) -> &[u8] {
    if raw.starts_with(b"\r\n") {
        return raw.get(..2).unwrap_or(raw);
    }
    let end = memchr::memmem::find(raw, b"\r\n\r\n").map_or(raw.len(), |at| at + 4);
    raw.get(..end).unwrap_or(raw)
}

/// Whether the authserv-id of the field is ours (RFC 8601 §2.5); comments and blanks may stand before it.
fn names_host(value: &[u8], hostname: &str) -> bool {
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    let mut depth = 0_u32;
    let bare: String = text
        .chars()
        .filter(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect();
    let id = bare.split(';').next().unwrap_or_default();
    let id = id.split_ascii_whitespace().next().unwrap_or_default();
    id.trim_matches('"').trim_end_matches('.') == hostname
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_in_our_name_are_known_in_every_dress() {
        for value in [
            &b" mx.example.jp; spf=pass"[..],
            b" MX.example.JP 1; spf=pass",
            b"\r\n\t(by (no) one) mx.example.jp;\r\n dkim=pass",
            b"\"mx.example.jp\"; none",
            b" mx.example.jp.",
        ] {
            assert!(
                names_host(value, "mx.example.jp"),
                "{}",
                String::from_utf8_lossy(value)
            );
        }
        for value in [
            &b" mx.example.net; spf=pass"[..],
            b" amx.example.jp; x=mx.example.jp",
            b"",
            b" (mx.example.jp) a",
        ] {
            assert!(
                !names_host(value, "mx.example.jp"),
                "{}",
                String::from_utf8_lossy(value)
            );
        }
    }

    #[test]
    fn the_header_ends_at_the_first_empty_line() {
        assert_eq!(header_section(b"A: b\r\n\r\nc\r\n\r\nd"), b"A: b\r\n\r\n");
        assert_eq!(header_section(b"A: b\r\n"), b"A: b\r\n");
        assert_eq!(header_section(b"\r\nbody\r\n\r\n"), b"\r\n");
    }
}
