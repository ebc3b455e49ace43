//! A mail of 50 MB costs less than 20 MB of memory. Alone in its process, so that nothing else is measured.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::World;

const MB: usize = 1 << 20;

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

#[test]
fn a_large_mail_stays_out_of_memory() {
    let world = World::with("[limits]\nmessage_size_max = \"60 MB\"\n");
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    let warm_up = smtp.mail(
        "a@good.example.net",
        &["user1@hanko.example.jp"],
        "From: a@good.example.net\r\n\r\nx",
    );
    assert!(warm_up.starts_with("250 "), "{warm_up}");
    smtp.expect("MAIL FROM:<a@good.example.net>", "250");
    smtp.expect("RCPT TO:<user1@hanko.example.jp>", "250");
    smtp.expect("DATA", "354");
    let before = anonymous_bytes();
    smtp.wire.send(
        b"From: a@good.example.net\r\nTo: user1@hanko.example.jp\r\nSubject: large\r\nMIME-Version: 1.0\r\n\
          Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    );
    let line = [&[b'A'; 76][..], b"\r\n"].concat();
    let block = line.repeat(MB / line.len());
    let mut peak = 0;
    for _ in 0..50 {
        smtp.wire.send(&block);
        peak = peak.max(anonymous_bytes());
    }
    let (done, watch) = std::sync::mpsc::channel();
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        while watch
            .recv_timeout(std::time::Duration::from_millis(5))
            .is_err()
        {
            peak = peak.max(anonymous_bytes());
        }
        peak
    });
    let reply = smtp.say(".");
    done.send(()).unwrap();
    peak = peak.max(watcher.join().unwrap());
    assert!(reply.starts_with("250 "), "{reply}");
    let growth = peak.saturating_sub(before);
    println!("growth at most {} KB", growth >> 10);
    assert!(growth < 20 * MB, "{growth}");
}
