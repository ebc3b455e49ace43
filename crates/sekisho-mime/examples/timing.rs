//! Prints time and memory of reading: `cargo run --release --example timing -p sekisho-mime -- MAIL...`
//! measures files; without arguments the shapes of promise P14.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
// A measurement reads files and the clock; the crate does neither.
#![allow(clippy::disallowed_methods)]

use std::time::{Duration, Instant};

use sekisho_mime::Message;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        for (name, make) in SHAPES {
            measure_shape(name, make().as_bytes());
        }
        return;
    }
    let mails: Vec<Vec<u8>> = files
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect();
    let bytes: usize = mails.iter().map(Vec::len).sum();
    let rounds = 20;
    let before = Instant::now();
    let mut parts = 0;
    for mail in (0..rounds).flat_map(|_| &mails) {
        parts += Message::parse(mail).parts().count();
    }
    let parse = before.elapsed() / u32::try_from(rounds * mails.len()).unwrap();
    let before = Instant::now();
    let mut texts = 0;
    for mail in (0..rounds).flat_map(|_| &mails) {
        let message = Message::parse(mail);
        texts += message.anomalies().len()
            + message.to().len()
            + message.subject().map_or(0, |text| text.len());
        texts += message.all_parts().filter_map(|part| part.text()).count();
    }
    let all = before.elapsed() / u32::try_from(rounds * mails.len()).unwrap();
    println!(
        "{} mails, {} bytes each on average ({parts} parts, {texts} seen): {parse:?} a parse, {all:?} with texts, names and checks",
        mails.len(),
        bytes / mails.len()
    );
}

fn measure_shape(name: &str, mail: &[u8]) {
    let timed = |work: &mut dyn FnMut() -> usize| -> (Duration, usize) {
        let before = Instant::now();
        let count = work();
        (before.elapsed(), count)
    };
    let (parse, parts) = timed(&mut || Message::parse(mail).all_parts().count());
    let message = Message::parse(mail);
    let (addresses, count) = timed(&mut || message.to().len());
    let (check, anomalies) = timed(&mut || message.anomalies().len());
    println!(
        "{name}: {} KB, parse {parse:?} ({parts} parts), To {addresses:?} ({count}), anomalies {check:?} ({anomalies}), peak so far {} KB",
        mail.len() / 1024,
        peak_kb()
    );
}

fn peak_kb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

type Shape = (&'static str, fn() -> String);

const MIXED: &str = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

const SHAPES: &[Shape] = &[
    ("10k parts", || {
        format!(
            "{MIXED}{}--b--\r\n",
            "--b\r\nContent-Type: text/plain; name=f.txt\r\n\r\nx\r\n".repeat(10_000)
        )
    }),
    ("10k parts, a stranger's delimiter in each", || {
        let part =
            "--b\r\nContent-Type: text/plain\r\n\r\n--bx\r\nContent-Type: x/y\r\n\r\npart\r\n";
        format!("{MIXED}{}", part.repeat(10_000))
    }),
    ("1k nested multiparts", || {
        let levels = (0..1_000)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
        levels.collect::<String>() + "\r\ndeep\r\n"
    }),
    ("1k nested messages", || {
        "Content-Type: message/rfc822\r\n\r\n".repeat(1_000)
    }),
    ("5k levels of one boundary", || {
        format!("{MIXED}--b\r\n").repeat(5_000)
    }),
    ("100k addresses", || {
        let to: Vec<String> = (0..100_000)
            .map(|n| format!("Name {n} <user{n}@example.jp>"))
            .collect();
        format!("To: {}\r\n\r\nhi\r\n", to.join(",\r\n "))
    }),
    ("open parentheses", || {
        format!("Content-Type: {0}\r\nTo: {0}\r\n\r\n", "(".repeat(200_000))
    }),
    ("quotes", || {
        format!(
            "Content-Type: a/b; n={}\r\nTo: {}\r\n\r\n",
            "\"\\".repeat(100_000),
            "\\\"<\"".repeat(100_000)
        )
    }),
    ("open encoded words", || {
        format!(
            "Subject: {}\r\nTo: {}\r\n\r\n",
            "=?utf-8?Q?".repeat(100_000),
            "=?a?b?=".repeat(100_000)
        )
    }),
    ("1m header fields", || {
        format!("{}\r\n", "a:\r\n".repeat(1_000_000))
    }),
    ("100k junk lines in the header", || {
        format!("{}\r\n", "junk\r\nX: y\r\n".repeat(100_000))
    }),
    ("100k strangers' delimiters", || {
        format!("{MIXED}{}", "--c\r\nContent-A: b\r\n".repeat(100_000))
    }),
    ("20 MB of base64", || {
        let line = format!("{}\r\n", "QUJD".repeat(19));
        format!(
            "Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            line.repeat(270_000)
        )
    }),
];
