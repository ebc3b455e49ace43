//! Every port that speaks TLS, and one short visit to each.

use sekisho_testkit::{Demo, Trust, Wire};

/// As the demo names them.
pub(crate) const ALL: [&str; 8] = [
    "smtp",
    "submission",
    "submissions",
    "imap",
    "imaps",
    "pop3",
    "pop3s",
    "console",
];

/// Connects, goes to TLS, has a word and leaves: the certificate that was shown, or where it broke off.
pub(crate) fn visit(
    demo_port: std::net::SocketAddr,
    name: &str,
    trust: &Trust,
) -> Result<Vec<u8>, String> {
    let mut wire = Wire::try_connect(demo_port).ok_or("not connected")?;
    match name {
        "smtp" | "submission" => {
            until(&mut wire, "220 ")?;
            ask(&mut wire, "EHLO client.example.net", "250 ")?;
            ask(&mut wire, "STARTTLS", "220 ")?;
            wire.start_tls(trust);
            ask(&mut wire, "EHLO client.example.net", "250 ")?;
            ask(&mut wire, "QUIT", "221 ")?;
        }
        "submissions" => {
            wire.start_tls(trust);
            until(&mut wire, "220 ")?;
            ask(&mut wire, "EHLO client.example.net", "250 ")?;
            ask(&mut wire, "QUIT", "221 ")?;
        }
        "imap" | "imaps" => {
            if name == "imap" {
                until(&mut wire, "* OK")?;
                ask(&mut wire, "a STARTTLS", "a OK")?;
                wire.start_tls(trust);
            } else {
                wire.start_tls(trust);
                until(&mut wire, "* OK")?;
            }
            ask(&mut wire, "b CAPABILITY", "b OK")?;
            ask(&mut wire, "c LOGOUT", "c OK")?;
        }
        "pop3" | "pop3s" => {
            if name == "pop3" {
                until(&mut wire, "+OK")?;
                ask(&mut wire, "STLS", "+OK")?;
                wire.start_tls(trust);
            } else {
                wire.start_tls(trust);
                until(&mut wire, "+OK")?;
            }
            ask(&mut wire, "CAPA", ".")?;
            ask(&mut wire, "QUIT", "+OK")?;
        }
        _ => {
            wire.start_tls(trust);
            ask(
                &mut wire,
                "GET /sign-in HTTP/1.1\r\nHost: localhost\r\n",
                "HTTP/1.1 200",
            )?;
        }
    }
    wire.certificate()
        .ok_or_else(|| "no certificate".to_owned())
}

/// A connection that is signed in and stays.
pub(crate) struct Standing {
    wire: Wire,
    name: &'static str,
}

/// Those on which people stay for hours.
pub(crate) const STANDING: [&str; 3] = ["submissions", "imaps", "pop3s"];

impl Standing {
    pub(crate) fn open(demo: &Demo, name: &'static str, trust: &Trust) -> Self {
        let mut wire = Wire::connect_tls(demo.port(name), trust);
        let open = match name {
            "submissions" => until(&mut wire, "220 ")
                .and_then(|()| ask(&mut wire, "EHLO client.example.net", "250 "))
                // user2, pass
                .and_then(|()| ask(&mut wire, "AUTH PLAIN AHVzZXIyAHBhc3M=", "235 ")),
            "imaps" => until(&mut wire, "* OK")
                .and_then(|()| ask(&mut wire, "a LOGIN user1 pass", "a OK"))
                .and_then(|()| ask(&mut wire, "b SELECT INBOX", "b OK")),
            _ => until(&mut wire, "+OK")
                .and_then(|()| ask(&mut wire, "USER manager", "+OK"))
                .and_then(|()| ask(&mut wire, "PASS pass", "+OK")),
        };
        open.unwrap();
        Self { wire, name }
    }

    /// One thing that people do on it.
    pub(crate) fn exchange(&mut self) -> Result<(), String> {
        let wire = &mut self.wire;
        match self.name {
            "submissions" => {
                ask(wire, "MAIL FROM:<user2@hanko.example.jp>", "250 ")?;
                ask(wire, "RCPT TO:<user1@hanko.example.jp>", "250 ")?;
                ask(wire, "DATA", "354 ")?;
                let mail = "From: user2@hanko.example.jp\r\nSubject: under load\r\n\r\nhello\r\n.";
                ask(wire, mail, "250 ")
            }
            "imaps" => ask(wire, "c NOOP", "c OK"),
            _ => ask(wire, "NOOP", "+OK"),
        }
    }
}

fn ask(wire: &mut Wire, line: &str, answer: &str) -> Result<(), String> {
    wire.send(format!("{line}\r\n").as_bytes());
    until(wire, answer).map_err(|why| format!("{line}: {why}"))
}

/// Reads up to a line that begins so; a reply that says no is told.
fn until(wire: &mut Wire, answer: &str) -> Result<(), String> {
    loop {
        match wire.line() {
            None => return Err("the connection was dropped".to_owned()),
            Some(line) if line.starts_with(answer) => return Ok(()),
            Some(line) if line.starts_with(['4', '5']) || line.starts_with("-ERR") => {
                return Err(line);
            }
            Some(_) => {}
        }
    }
}
