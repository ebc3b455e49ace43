//! A mail of 50 MB costs less than 20 MB of memory while it arrives, is checked and is stored, as one long text and as
//! one attachment. Alone in its process, so that nothing else is measured.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::mpsc::channel;
use std::time::Duration;

use sekisho_server::config::Service;
use support::World;

const MB: usize = 1 << 20;
const SIZE_MB: usize = 50;
const BYTES_MAX: usize = 20 * MB;

/// `RssAnon` in bytes: what mapped files hold can be given back and does not count.
fn anonymous_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("RssAnon:"))
        .unwrap();
    let kb: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kb << 10
}

struct Client {
    wire: BufReader<TcpStream>,
}

impl Client {
    fn say(&mut self, bytes: &str, code: &str) {
        self.wire.get_mut().write_all(bytes.as_bytes()).unwrap();
        loop {
            let mut line = String::new();
            self.wire.read_line(&mut line).unwrap();
            assert!(line.starts_with(code), "{bytes} → {line}");
            if line.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    }
}

#[test]
fn a_large_mail_stays_out_of_memory() {
    let world = World::with("[limits]\nmessage_size_max = \"60 MB\"\n");
    let stream = TcpStream::connect(world.address(Service::Smtp)).unwrap();
    // Without optimisation on a busy machine, looking through 50 MB takes its time.
    stream
        .set_read_timeout(Some(Duration::from_secs(300)))
        .unwrap();
    let mut client = Client {
        wire: BufReader::new(stream),
    };
    client.say("", "220");
    client.say("EHLO mx.good.example.net\r\n", "250");
    let begin = "MAIL FROM:<a@good.example.net>\r\nRCPT TO:<user1@hanko.example.jp>\r\nDATA\r\n";
    for _ in 0..2 {
        client.say(begin, "250");
        client.say("", "250");
        client.say("", "354");
        client.say("From: a@good.example.net\r\n\r\nto warm up\r\n.\r\n", "250");
    }
    let attachment = "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n\
                      Content-Transfer-Encoding: base64\r\n";
    for (shape, header, byte) in [("attachment", attachment, b'A'), ("text", "", b'x')] {
        client.say(begin, "250");
        client.say("", "250");
        client.say("", "354");
        let before = anonymous_bytes();
        let header = format!("From: a@good.example.net\r\nSubject: large\r\n{header}\r\n");
        client.wire.get_mut().write_all(header.as_bytes()).unwrap();
        let (arriving, checking) = grown(&mut client, byte);
        let (arriving, checking) = (
            arriving.saturating_sub(before),
            checking.saturating_sub(before),
        );
        println!(
            "{shape}: growth while it arrives {} KB, while it is checked {} KB",
            arriving >> 10,
            checking >> 10
        );
        assert!(arriving < BYTES_MAX, "{shape}: {arriving}");
        assert!(checking < BYTES_MAX, "{shape}: {checking}");
    }
}

/// The highest memory while the content arrives, and while it is checked and stored.
fn grown(client: &mut Client, byte: u8) -> (usize, usize) {
    let line = [&[byte; 76][..], b"\r\n"].concat();
    let block = line.repeat(MB / line.len());
    let mut arriving = 0;
    for _ in 0..SIZE_MB {
        client.wire.get_mut().write_all(&block).unwrap();
        arriving = arriving.max(anonymous_bytes());
    }
    let (done, watch) = channel();
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        while watch.recv_timeout(Duration::from_millis(5)).is_err() {
            peak = peak.max(anonymous_bytes());
        }
        peak
    });
    client.say("\r\n.\r\n", "250");
    done.send(()).unwrap();
    (arriving, watcher.join().unwrap())
}
