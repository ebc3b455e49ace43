//! What a client hears that is one too many.

use tokio::net::TcpStream;

use super::gate::Full;
use crate::config::Service;

/// Says it if the socket takes it at once; nobody waits for a client that is turned away.
pub(super) fn turn_away(stream: &TcpStream, service: Service, full: Full) {
    let line = line(service, full);
    if !line.is_empty() {
        let _ = stream.try_write(line.as_bytes());
    }
}

fn line(service: Service, full: Full) -> String {
    let what = match full {
        Full::Address => "Too many connections from your address; close some and try again",
        Full::Total | Full::Service => "Too many connections; try again in a few minutes",
    };
    match service {
        // RFC 5321 §3.8, RFC 3463 §3.4 (X.3.2 system not accepting messages), §3.5 (X.4.5 congestion)
        Service::Smtp | Service::Submission => format!("421 4.4.5 {what}\r\n"),
        // RFC 9051 §7.1.5, RFC 5530 §3
        Service::Imap => format!("* BYE [UNAVAILABLE] {what}\r\n"),
        // RFC 3206 §4
        Service::Pop3 => format!("-ERR [SYS/TEMP] {what}\r\n"),
        // Inside TLS it would cost a handshake to say so.
        _ => String::new(),
    }
}
