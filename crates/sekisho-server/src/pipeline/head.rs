//! The lines that we put above a mail.

use jiff::tz::TimeZone;
use sekisho_mime::compose;
use sekisho_policy::Edit;
use sekisho_store::limits::HEAD_BYTES_MAX;
use sekisho_store::{Fate, MailId, Onward};

use super::Mail;
use super::check::Checked;
use super::copies::Copy;
use super::fates::{Deciding, Fates};
use crate::antivirus::WhenAway;

/// Puts everything above what the rewriting has put there: Return-Path, Received, Authentication-Results, and what
/// rules add. The last to be written stands first, as the trace is read from the top (RFC 5321 §4.4).
pub(super) fn finish(
    head: &mut Vec<u8>,
    deciding: &Deciding<'_>,
    copy: &Copy<'_>,
    checked: &Checked,
    fates: &Fates,
    hostname: &str,
) {
    let mail = deciding.mail;
    let mut top = String::with_capacity(1024);
    if fates
        .recipients
        .iter()
        .all(|recipient| ends_here(&recipient.fate))
    {
        // RFC 5321 §4.4: by the server that makes the final delivery, and by no other.
        top.push_str(&format!("Return-Path: {}\r\n", mail.envelope.reverse_path));
    }
    top.push_str(&received(mail, deciding.id, hostname));
    let results = checked.authentication_results.as_ref();
    if let Some(results) = results.filter(|text| text.len() < HEAD_BYTES_MAX / 2) {
        top.push_str(&format!("Authentication-Results: {results}\r\n"));
    }
    if checked.unscanned == Some(WhenAway::Deliver) {
        top.push_str("X-Sekisho-Antivirus: not scanned\r\n");
    }
    for edit in &copy.edits {
        if let Edit::AddHeader { name, value } = edit {
            top.push_str(&compose::field(name, value));
        }
    }
    head.splice(0..0, top.into_bytes());
}

fn ends_here(fate: &Fate) -> bool {
    let (Fate::Onward(onward)
    | Fate::Hold(onward)
    | Fate::Delay { then: onward, .. }
    | Fate::Quarantine(onward)) = fate
    else {
        return true;
    };
    matches!(onward, Onward::Mailbox { .. })
}

/// RFC 5321 §4.4, with RFC 3848's protocol words. HELO has been checked by the session to be printable.
fn received(mail: &Mail, id: MailId, hostname: &str) -> String {
    let envelope = &mail.envelope;
    let ip = match envelope.peer_ip {
        std::net::IpAddr::V4(ip) => format!("[{ip}]"),
        std::net::IpAddr::V6(ip) => format!("[IPv6:{ip}]"),
    };
    let tls = match &envelope.tls {
        Some(tls) => format!("\r\n\t({} {})", tls.version, tls.cipher),
        None => String::new(),
    };
    // Only one recipient is named: more would tell each of the others (RFC 5321 §7.2).
    let recipient = match envelope.recipients.as_slice() {
        [only] => format!("\r\n\tfor {}", only.forward_path),
        _ => String::new(),
    };
    let offset = TimeZone::system().to_offset(mail.now);
    format!(
        "Received: from {} ({ip})\r\n\tby {hostname} with {}{tls}\r\n\tid {}{recipient};\r\n\t{}\r\n",
        envelope.helo,
        envelope.with_protocol,
        id,
        compose::date(mail.now, offset),
    )
}
