//! A small IMAP client, apart from the product's own code, to look into mailboxes from outside.

use std::net::SocketAddr;

use crate::wire::{Trust, Wire, latin1};

/// A signed-in IMAP connection.
pub struct Imap {
    wire: Wire,
    tag: u32,
}

/// One mail as a client sees it.
#[derive(Debug, Clone)]
pub struct SeenMail {
    /// The UID in its folder.
    pub uid: u32,
    /// Header and body, one byte a character (the header is ASCII, the body may be binary).
    pub content: Vec<u8>,
}

impl SeenMail {
    /// The first header field of a name, unfolded, as it stands on the wire.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = latin1(&self.content);
        let head = text
            .split("\r\n\r\n")
            .next()?
            .replace("\r\n ", " ")
            .replace("\r\n\t", " ");
        head.split("\r\n").find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    }
}

impl Imap {
    /// Connects to an implicit-TLS port and signs in.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn sign_in(address: SocketAddr, trust: &Trust, user: &str, password: &str) -> Self {
        let mut wire = Wire::connect_tls(address, trust);
        let greeting = wire.line().expect("a greeting");
        assert!(greeting.starts_with("* OK"), "{greeting}");
        let mut imap = Self { wire, tag: 0 };
        imap.command(&format!("LOGIN {user} {password}"));
        imap
    }

    /// Sends one command and gives the untagged lines of its answer; literals are joined to
    /// their line.
    ///
    /// # Panics
    /// When the answer is not OK.
    pub fn command(&mut self, command: &str) -> Vec<Vec<u8>> {
        self.tag += 1;
        let tag = format!("t{} ", self.tag);
        self.wire.send(format!("{tag}{command}\r\n").as_bytes());
        let mut answer = Vec::new();
        loop {
            let line = self.whole_line();
            if line.starts_with(tag.as_bytes()) {
                let text = latin1(&line);
                assert!(text.starts_with(&format!("{tag}OK")), "{command}: {text}");
                return answer;
            }
            answer.push(line);
        }
    }

    /// The folders of the account.
    pub fn folders(&mut self) -> Vec<String> {
        self.command("LIST \"\" \"*\"")
            .iter()
            .map(|line| latin1(line))
            .filter_map(|line| {
                line.rsplit_once("\"/\" ")
                    .map(|(_, name)| name.trim_matches('"').to_owned())
            })
            .collect()
    }

    /// All mails of a folder.
    ///
    /// # Panics
    /// When the folder does not exist.
    pub fn mails(&mut self, folder: &str) -> Vec<SeenMail> {
        self.command(&format!("EXAMINE \"{folder}\""));
        self.command("UID FETCH 1:* (UID BODY.PEEK[])")
            .into_iter()
            .filter_map(|line| mail_in(&line))
            .collect()
    }

    /// All mails of all folders, with the folder of each.
    pub fn everything(&mut self) -> Vec<(String, SeenMail)> {
        let mut all = Vec::new();
        for folder in self.folders() {
            all.extend(
                self.mails(&folder)
                    .into_iter()
                    .map(|mail| (folder.clone(), mail)),
            );
        }
        all
    }

    /// Puts a mail into a folder.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn append(&mut self, folder: &str, mail: &str) {
        self.command(&format!(
            "APPEND \"{folder}\" {{{}+}}\r\n{mail}",
            mail.len()
        ));
    }

    fn whole_line(&mut self) -> Vec<u8> {
        let mut whole = Vec::new();
        loop {
            let line = self.wire.line().expect("the connection was closed");
            whole.extend(line.chars().map(|c| c as u8));
            let Some(count) = literal(&line) else {
                return whole;
            };
            whole.extend(b"\r\n");
            whole.extend(self.wire.bytes(count));
        }
    }
}

/// The octet count of a literal announced at the end of a line.
fn literal(line: &str) -> Option<usize> {
    let (_, count) = line.strip_suffix('}')?.rsplit_once('{')?;
    count.parse().ok()
}

fn mail_in(line: &[u8]) -> Option<SeenMail> {
    let text = latin1(line);
    let uid = text.split("UID ").nth(1)?;
    let uid = uid
        .chars()
        .take_while(char::is_ascii_digit)
        .collect::<String>();
    let (head, rest) = text.split_once("}\r\n")?;
    let count: usize = head.rsplit_once('{')?.1.parse().ok()?;
    let content = rest.chars().take(count).map(|c| c as u8).collect();
    Some(SeenMail {
        uid: uid.parse().ok()?,
        content,
    })
}
