//! A client that hands mail in: as another server on port 25, or signed in.

use std::net::SocketAddr;

use crate::wire::{Trust, Wire};

/// Who hands a mail in, and where.
pub struct Sender {
    wire: Wire,
}

impl Sender {
    /// As another mail server.
    ///
    /// # Panics
    /// When the server does not greet.
    pub fn server(address: SocketAddr) -> Self {
        Self::greeted(Wire::connect(address))
    }

    /// As a person, on an implicit-TLS port.
    ///
    /// # Panics
    /// When the server refuses the sign-in. The password must be `pass`, as in the demo.
    pub fn person(address: SocketAddr, trust: &Trust, user: &str, password: &str) -> Self {
        let mut sender = Self::greeted(Wire::connect_tls(address, trust));
        let said = sender.command("AUTH LOGIN");
        assert!(said.starts_with("334"), "{said}");
        sender.command(&base64(user.as_bytes()));
        let said = sender.command(&base64(password.as_bytes()));
        assert!(said.starts_with("235"), "{said}");
        sender
    }

    fn greeted(wire: Wire) -> Self {
        let mut sender = Self { wire };
        let greeting = sender.reply();
        assert!(greeting.starts_with("220"), "{greeting}");
        sender.command("EHLO client.example.net");
        sender
    }

    /// The reply to the end of the mail, or to the first command that was refused. Recipients that are
    /// refused end it only when none is left.
    pub fn send(&mut self, from: &str, to: &[&str], mail: &str) -> String {
        let said = self.command(&format!("MAIL FROM:<{from}>"));
        if !said.starts_with('2') {
            return said;
        }
        let replies: Vec<_> = to
            .iter()
            .map(|to| self.command(&format!("RCPT TO:<{to}>")))
            .collect();
        let taken = replies.iter().any(|reply| reply.starts_with('2'));
        if !taken {
            self.command("RSET");
            return replies.last().cloned().unwrap_or_default();
        }
        self.command("DATA");
        let lines = mail.replace("\r\n", "\n").replace('\n', "\r\n");
        let stuffed = lines.replace("\r\n.", "\r\n..");
        self.wire.send(stuffed.as_bytes());
        self.command("\r\n.")
    }

    /// One command and the last line of its reply.
    fn command(&mut self, line: &str) -> String {
        self.wire.send(format!("{line}\r\n").as_bytes());
        self.reply()
    }

    fn reply(&mut self) -> String {
        loop {
            let line = self.wire.line().expect("the connection was closed");
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }
}

/// The id of the mail in `250 2.0.0 Accepted as ID`.
///
/// # Panics
/// When the reply is no acceptance.
pub fn accepted_id(reply: &str) -> String {
    let id = reply
        .strip_prefix("250 ")
        .and_then(|rest| rest.split_whitespace().find(|word| word.len() == 13));
    id.unwrap_or_else(|| panic!("not accepted: {reply}"))
        .to_owned()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= chunk.len() {
                letter.into()
            } else {
                '='
            });
        }
    }
    text
}
