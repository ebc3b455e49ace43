//! One sender a connection, all on one thread.

use std::cell::Cell;
use std::rc::Rc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::Arguments;

/// Sends all mails; ends when the last one has its 250.
pub(crate) async fn send_all(arguments: &Arguments) -> Result<(), String> {
    let next = Rc::new(Cell::new(0));
    let local = LocalSet::new();
    let mut senders = Vec::new();
    for _ in 0..arguments.connections {
        let work = Work {
            from: arguments.from.clone(),
            to: arguments.to.clone(),
            bytes: arguments.bytes,
            mails: arguments.mails,
            next: Rc::clone(&next),
        };
        let address = arguments.address;
        senders.push(local.spawn_local(async move {
            let stream = TcpStream::connect(address)
                .await
                .map_err(|error| format!("{address}: {error}"))?;
            stream
                .set_nodelay(true)
                .map_err(|error| error.to_string())?;
            Sender {
                stream,
                unread: Vec::new(),
            }
            .run(&work)
            .await
        }));
    }
    local
        .run_until(async {
            for sender in senders {
                sender.await.map_err(|error| error.to_string())??;
            }
            Ok(())
        })
        .await
}

struct Work {
    from: String,
    to: Vec<String>,
    bytes: usize,
    mails: u64,
    next: Rc<Cell<u64>>,
}

impl Work {
    /// The number of the next mail, until all are taken.
    fn take(&self) -> Option<u64> {
        let number = self.next.get();
        self.next.set(number + 1);
        (number < self.mails).then_some(number)
    }

    fn recipient(&self, number: u64) -> &str {
        let at = usize::try_from(number).unwrap_or(0) % self.to.len();
        &self.to[at]
    }
}

struct Sender {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Sender {
    async fn run(&mut self, work: &Work) -> Result<(), String> {
        self.expect("220").await?;
        self.write(b"EHLO load.soto.example.net\r\n").await?;
        self.expect("250").await?;
        while let Some(number) = work.take() {
            self.mail(work, number).await?;
        }
        self.write(b"QUIT\r\n").await?;
        self.expect("221").await
    }

    async fn mail(&mut self, work: &Work, number: u64) -> Result<(), String> {
        let to = work.recipient(number);
        let envelope = format!("MAIL FROM:<{}>\r\nRCPT TO:<{to}>\r\nDATA\r\n", work.from);
        self.write(envelope.as_bytes()).await?;
        for code in ["250", "250", "354"] {
            self.expect(code).await?;
        }
        let content = content(&work.from, to, number, work.bytes);
        self.write(content.as_bytes()).await?;
        self.expect("250").await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.stream
            .write_all(bytes)
            .await
            .map_err(|error| error.to_string())
    }

    /// Reads one reply with all its lines (RFC 5321 §4.2).
    async fn expect(&mut self, code: &str) -> Result<(), String> {
        loop {
            if let Some(line) = self.line() {
                if !line.starts_with(code) {
                    return Err(format!("wanted {code}, got {line}"));
                }
                if line.as_bytes().get(3) != Some(&b'-') {
                    return Ok(());
                }
                continue;
            }
            let read = self.stream.read_buf(&mut self.unread).await;
            match read {
                Ok(0) => return Err("the server closed the connection".into()),
                Ok(_) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    fn line(&mut self) -> Option<String> {
        let at = self.unread.iter().position(|byte| *byte == b'\n')?;
        let line = self.unread.drain(..=at).collect::<Vec<u8>>();
        Some(String::from_utf8_lossy(&line).trim_end().to_owned())
    }
}

/// A mail of about `bytes` bytes whose text differs from mail to mail, so that none is stored once
/// for all.
fn content(from: &str, to: &str, number: u64, bytes: usize) -> String {
    let mut text = format!(
        "From: <{from}>\r\nTo: <{to}>\r\nSubject: Load {number}\r\n\
         Date: Tue, 24 Nov 2026 10:00:00 +0900\r\nMessage-ID: <load-{number}@soto.example.net>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    );
    let mut line = 0_u64;
    while text.len() + 5 < bytes {
        let seed = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(line);
        text.push_str(&format!(
            "Line {line} of mail {number}: the quarterly figures are in the table below, {seed:020}.\r\n"
        ));
        line += 1;
    }
    text.push_str(".\r\n");
    text
}
